"""A small learned scorer: features of a decision's candidates in, one score per candidate out.

A network of two hidden layers, trained by ``training/who`` with a softmax over the candidates of each decision (a listwise ranking
loss); here it is three matrix products. Weights are fp32 arrays in ``.npz`` files beside this module.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Ranker:
    """``layers``: (weights ``[in, out]``, bias ``[out]``), the last with one output. Inputs are scaled by ``mean`` and ``scale``.

    ``names``: the features that it was trained on; ``columns``: where they stand in what it is given, None for just these in this order.
    """

    names: tuple[str, ...]
    mean: Rows
    scale: Rows
    layers: tuple[tuple[Rows, Rows], ...]
    columns: NDArray[np.int64] | None = None

    def over(self, features: Sequence[str]) -> Ranker:
        """The same ranker for rows of ``features``, of which it looks at those that it was trained on."""
        if tuple(features) == self.names:
            return replace(self, columns=None)
        at = {name: i for i, name in enumerate(features)}
        if unknown := [name for name in self.names if name not in at]:
            raise ValueError(f"no feature {', '.join(unknown)}")
        return replace(self, columns=np.array([at[name] for name in self.names], np.int64))

    def scores(self, features: Rows) -> Rows:
        """Scores of candidates from their features ``[candidates, features]``."""
        known = features if self.columns is None else features[:, self.columns]
        x = (known - self.mean) * self.scale
        for i, (weights, bias) in enumerate(self.layers):
            x = x @ weights + bias
            if i < len(self.layers) - 1:
                x = np.maximum(x, np.float32(0))
        return x[:, 0]


def ranker_of(arrays: dict[str, Any]) -> Ranker:
    """The ranker whose arrays are ``names``, ``mean``, ``scale``, ``w0``, ``b0``, …"""
    count = sum(name[0] == "w" and name[1:].isdigit() for name in arrays)
    return Ranker(
        names=tuple(str(n) for n in arrays["names"].tolist()),
        mean=arrays["mean"],
        scale=arrays["scale"],
        layers=tuple((arrays[f"w{i}"], arrays[f"b{i}"]) for i in range(count)),
    )


def load_arrays(name: str) -> dict[str, Any]:
    """The shipped weights ``name``."""
    content = files("fabula.reading.who").joinpath("weights", f"{name}.npz").read_bytes()
    with np.load(BytesIO(content), allow_pickle=False) as arrays:
        return {key: arrays[key] for key in arrays.files}


@cache
def load_ranker(name: str) -> Ranker:
    """The shipped ranker ``name``."""
    return ranker_of(load_arrays(name))


def shares(scores: Rows) -> list[float]:
    """Probabilities by softmax."""
    e = np.exp(scores - scores.max())
    out: list[float] = (e / e.sum()).tolist()
    return out
