"""A tokenizer of letters and an encoder of hashes: enough to test all that happens around the real ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace

import numpy as np
from numpy.typing import NDArray

from fabula.encoder.labels import DEPRELS, FEATURES, MENTION_CLASSES, UPOS
from fabula.encoder.meaning_labels import EMOTIONS, SITUATIONS
from fabula.encoder.pieces import WordPieces
from fabula.encoder.reader import ReaderModel
from fabula.encoder.windows import WINDOW

Weights = Mapping[str, NDArray[np.float32]]

SIZE = 12
SPECIAL = {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3}


class LetterTokenizer:
    """One piece per letter; what is no ASCII letter or mark has none."""

    def token_to_id(self, token: str) -> int:
        return SPECIAL[token]

    def encode_batch(self, words: Sequence[Sequence[str]], *, is_pretokenized: bool, add_special_tokens: bool) -> list[SimpleNamespace]:
        assert is_pretokenized and not add_special_tokens
        return [SimpleNamespace(ids=[ord(c) for w in ws for c in w.lower() if c.isascii()]) for ws in words]


class HashStates:
    """States that depend on every piece of their window, as those of an attentive encoder do. Remembers the shapes it was given."""

    def __init__(self) -> None:
        self.calls: list[tuple[int, ...]] = []

    def __call__(self, ids: NDArray[np.int64], shapes: NDArray[np.int64]) -> NDArray[np.float32]:
        self.calls.append(ids.shape)
        mixed = ids * 31 + shapes * 7 + np.arange(ids.shape[1]) * 3 + ids.sum()
        grid: NDArray[np.float32] = np.sin(mixed[:, :, None] * np.arange(1, SIZE + 1)).astype(np.float32)
        return grid


def random_heads(seed: int = 0) -> Mapping[str, Mapping[str, NDArray[np.float32]]]:
    rng = np.random.default_rng(seed)

    def r(*shape: int) -> NDArray[np.float32]:
        return rng.normal(size=shape).astype(np.float32)

    tags = len(UPOS) + sum(len(v) for v in FEATURES.values())
    arc, label, inner, d, m = 5, 4, 6, len(DEPRELS), len(MENTION_CLASSES)
    return {
        "tags": {"tags.weight": r(tags, SIZE), "tags.bias": r(tags)},
        "events": {"hidden.weight": r(7, SIZE), "hidden.bias": r(7), "out.weight": r(1, 7), "out.bias": r(1)},
        "dependencies": {
            "project.weight": r(2 * arc + 2 * label + 1, SIZE), "project.bias": r(2 * arc + 2 * label + 1), "arc": r(arc, arc),
            "arc_bias": r(arc), "label": r(d, label, label), "label_dep": r(label, d), "label_head": r(label, d), "label_bias": r(d),
        },
        "mentions": {
            "edges.weight": r(2, SIZE), "edges.bias": r(2), "project.weight": r(2 * inner, SIZE), "project.bias": r(2 * inner),
            "span": r(m, inner, inner), "span_start": r(inner, m), "span_end": r(inner, m), "span_bias": r(m),
        },
    }  # fmt: skip


def meaning_heads(seed: int = 1) -> Mapping[str, Mapping[str, NDArray[np.float32]]]:
    rng = np.random.default_rng(seed)

    def linear(name: str, out: int, size: int) -> dict[str, NDArray[np.float32]]:
        return {f"{name}.weight": rng.normal(size=(out, size)).astype(np.float32), f"{name}.bias": rng.normal(size=out).astype(np.float32)}

    kinds = sum(len(v) for v in SITUATIONS.values())
    return {
        "emotions": {**linear("hidden", 7, SIZE), **linear("out", len(EMOTIONS), 7)},
        "situations": {**linear("hidden", 7, 2 * SIZE), **linear("out", kinds, 7)},
        "vector": {
            **linear("out", SIZE, SIZE),
            **linear("focus", 1, SIZE),
            **linear("up", 5, SIZE),
            "down.weight": linear("x", SIZE, 5)["x.weight"],
        },
        "answers": {**linear("edges", 2, SIZE), **linear("none", 2, SIZE)},
    }


def small_reader(
    states: HashStates | None = None, *, threads: int = 1, window: int = WINDOW, more: Mapping[str, Weights] | None = None
) -> ReaderModel:
    """``more``: heads that a model may lack."""
    heads = {**random_heads(), **(more or {})}
    return ReaderModel(states or HashStates(), WordPieces(LetterTokenizer()), heads, version="test", threads=threads, window=window)
