"""A small learned scorer: features of a decision's candidates in, one score per candidate out.

A network of two hidden layers, trained by ``training/who`` with a softmax over the candidates of each decision (a listwise ranking
loss); here it is three matrix products. Weights are fp32 arrays in ``.npz`` files beside this module.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Ranker:
    """``layers``: (weights ``[in, out]``, bias ``[out]``), the last with one output. Inputs are scaled by ``mean`` and ``scale``."""

    names: tuple[str, ...]
    mean: Rows
    scale: Rows
    layers: tuple[tuple[Rows, Rows], ...]

    def scores(self, features: Rows) -> Rows:
        """Scores of candidates from their features ``[candidates, features]``."""
        x = (features - self.mean) * self.scale
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
