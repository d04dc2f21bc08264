"""Items that look at one another before they ask and answer: a small transformer over the mentions and quotations of a story.

The encoder sees a few hundred words around a mention; which mentions and quotations stand around it, in what order and in which
paragraphs, is told here. Attention reaches ``SPAN`` items to both sides, biased by distance, paragraphs, kinds and equal names (relative
positions after Shaw, Uszkoreit and Vaswani, 2018; normalisation before each part as in Xiong et al., 2020).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fabula.encoder.links import Array, Ints, Items, Weights, distance_bucket, paragraph_bucket

LAYERS, SIZE, HEADS = 3, 160, 5
SPAN = 96
"""Items before and after that an item looks at."""
_BLOCK = 128
_EPSILON = np.float32(1e-5)


def mixes(w: Weights) -> bool:
    """Whether a head of links has a mixer."""
    return "mixer.norm.weight" in w


def mixed(w: Weights, words: NDArray[np.float16], items: Items, forms: Ints) -> Array:
    """What each item is in the light of those around it ``[items, SIZE]``.

    ``items``: all mentions and quotations in order of their first word, the longer first; ``forms``: equal for names of the same words, -1
    for all else.
    """
    first, last = words[items.first].astype(np.float32), words[items.last - 1].astype(np.float32)
    x = first @ w["mixer.first.weight"].T + last @ w["mixer.last.weight"].T + w["mixer.kind.weight"][items.kind]
    for layer in range(LAYERS):
        x = _layer({name: w[f"mixer.layers.{layer}.{name}"] for name in _PARTS}, x, items, forms)
    return _normal(x, w["mixer.norm.weight"], w["mixer.norm.bias"])


_PARTS = (
    "norm.weight", "norm.bias", "norm2.weight", "norm2.bias", "qkv.weight", "qkv.bias", "out.weight", "out.bias",
    "wide.weight", "wide.bias", "narrow.weight", "narrow.bias", "distance", "paragraph", "kinds", "same",
)  # fmt: skip


def _normal(x: Array, weight: Array, bias: Array) -> Array:
    centred = x - x.mean(1, keepdims=True)
    found: Array = centred / np.sqrt((centred * centred).mean(1, keepdims=True) + _EPSILON) * weight + bias
    return found


def _layer(w: Weights, x: Array, items: Items, forms: Ints) -> Array:
    count = len(x)
    qkv = _normal(x, w["norm.weight"], w["norm.bias"]) @ w["qkv.weight"].T + w["qkv.bias"]
    q, k, v = (np.ascontiguousarray(part.reshape(count, HEADS, SIZE // HEADS).transpose(1, 0, 2)) for part in np.split(qkv, 3, axis=1))
    seen = np.empty((count, SIZE), np.float32)
    for at in range(0, count, _BLOCK):
        rows = slice(at, min(count, at + _BLOCK))
        near = slice(max(0, at - SPAN), min(count, at + _BLOCK + SPAN))
        scores = q[:, rows] @ k[:, near].transpose(0, 2, 1) / np.float32(np.sqrt(SIZE // HEADS)) + _bias(w, items, forms, rows, near)
        shares = np.exp(scores - scores.max(2, keepdims=True))
        shares /= shares.sum(2, keepdims=True)
        seen[rows] = (shares @ v[:, near]).transpose(1, 0, 2).reshape(-1, SIZE)
    x = x + seen @ w["out.weight"].T + w["out.bias"]
    wide = np.maximum(_normal(x, w["norm2.weight"], w["norm2.bias"]) @ w["wide.weight"].T + w["wide.bias"], np.float32(0))
    found: Array = x + wide @ w["narrow.weight"].T + w["narrow.bias"]
    return found


def _bias(w: Weights, items: Items, forms: Ints, rows: slice, near: slice) -> Array:
    """``[heads, rows, near]``; far below 0 where an item is too far away."""
    kind = items.kind[near]
    bucket = distance_bucket(items.first[rows, None], items.last[rows, None], items.first[None, near])
    found: Array = w["distance"][:, bucket, kind[None, :]]
    found = found + w["paragraph"][:, paragraph_bucket(items.paragraph[rows, None], items.paragraph[None, near])]
    found += w["kinds"][:, items.kind[rows, None], kind[None, :]]
    same = (forms[rows, None] == forms[None, near]) & (forms[rows, None] >= 0)
    found += w["same"][:, None, None] * same
    order = np.arange(len(forms))
    found[:, np.abs(order[rows, None] - order[None, near]) > SPAN] = np.float32(-1e4)
    return found
