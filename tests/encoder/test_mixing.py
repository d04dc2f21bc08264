"""Items that look at one another: what is far away tells nothing, and how the work is cut changes nothing."""

from __future__ import annotations

import numpy as np
import pytest

from fabula.encoder import mixing
from fabula.encoder.links import BUCKETS, KINDS, PARAGRAPHS, Items, Weights

WORDS, ITEMS = 16, 700


def weights(seed: int = 1) -> Weights:
    random = np.random.default_rng(seed)
    size, heads = mixing.SIZE, mixing.HEADS
    shapes: dict[str, tuple[int, ...]] = {"first.weight": (size, WORDS), "last.weight": (size, WORDS), "kind.weight": (KINDS, size)}
    for layer in range(mixing.LAYERS):
        parts = {
            "qkv.weight": (3 * size, size), "qkv.bias": (3 * size,), "out.weight": (size, size), "out.bias": (size,),
            "wide.weight": (2 * size, size), "wide.bias": (2 * size,), "narrow.weight": (size, 2 * size), "narrow.bias": (size,),
            "norm.weight": (size,), "norm.bias": (size,), "norm2.weight": (size,), "norm2.bias": (size,),
            "distance": (heads, BUCKETS, KINDS), "paragraph": (heads, PARAGRAPHS), "kinds": (heads, KINDS, KINDS), "same": (heads,),
        }  # fmt: skip
        shapes |= {f"layers.{layer}.{name}": shape for name, shape in parts.items()}
    shapes |= {"norm.weight": (size,), "norm.bias": (size,)}
    return {f"mixer.{name}": random.normal(0, 0.3, shape).astype(np.float32) for name, shape in shapes.items()}


def story() -> tuple[np.ndarray, Items, np.ndarray]:
    random = np.random.default_rng(2)
    first = np.arange(ITEMS) * 3
    items = Items(first, first + 2, random.integers(0, KINDS, ITEMS), first // 40, np.zeros((ITEMS, 0), np.float32))
    return random.normal(0, 1, (ITEMS * 3, WORDS)).astype(np.float16), items, random.integers(-1, 20, ITEMS)


def test_how_the_items_are_cut_into_blocks_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    words, items, forms = story()
    found = mixing.mixed(weights(), words, items, forms)
    monkeypatch.setattr(mixing, "_BLOCK", 37)
    assert np.allclose(mixing.mixed(weights(), words, items, forms), found, atol=1e-3)


def test_only_what_is_near_is_looked_at() -> None:
    words, items, forms = story()
    found = mixing.mixed(weights(), words, items, forms)
    reach = mixing.LAYERS * mixing.SPAN
    changed = words.copy()
    changed[items.first[0]] += 1
    other = mixing.mixed(weights(), changed, items, forms)
    assert not np.allclose(other[:5], found[:5], atol=1e-3)
    assert np.array_equal(other[reach + 1 :], found[reach + 1 :])


def test_the_same_name_elsewhere_counts() -> None:
    words, items, forms = story()
    alone = np.full(ITEMS, -1)
    assert not np.allclose(mixing.mixed(weights(), words, items, forms), mixing.mixed(weights(), words, items, alone), atol=1e-3)


def test_no_items_are_no_trouble() -> None:
    words, items, forms = story()
    none = slice(0, 0)
    assert mixing.mixed(weights(), words, items.at(none), forms[none]).shape == (0, mixing.SIZE)
