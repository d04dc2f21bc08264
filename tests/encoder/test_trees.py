from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from fabula.encoder.trees import greedy_heads, tree


def is_tree(heads: list[int]) -> bool:
    if sum(h == i for i, h in enumerate(heads)) != 1:
        return False
    for start in range(len(heads)):
        seen, node = set[int](), start
        while heads[node] != node:
            if node in seen:
                return False
            seen.add(node)
            node = heads[node]
    return True


def best_by_trying_all(scores: NDArray[np.float32]) -> float:
    n = len(scores)
    return max(sum(float(scores[i, h]) for i, h in enumerate(heads)) for heads in product(range(n), repeat=n) if is_tree(list(heads)))


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 5), st.integers(0, 2**31))
def test_the_tree_is_the_best_of_all_with_one_root(n: int, seed: int) -> None:
    scores = np.random.default_rng(seed).normal(size=(n, n)).astype(np.float32)
    heads = tree(scores)
    assert is_tree(heads)
    assert abs(sum(float(scores[i, h]) for i, h in enumerate(heads)) - best_by_trying_all(scores)) < 1e-4


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 9), st.integers(0, 2**31))
def test_what_is_called_a_tree_is_one(n: int, seed: int) -> None:
    scores = np.random.default_rng(seed).normal(size=(20, n, n)).astype(np.float32)
    lengths = np.random.default_rng(seed + 1).integers(1, n + 1, size=20)
    heads, ok = greedy_heads(scores, lengths)
    for i in range(20):
        assert bool(ok[i]) == is_tree(heads[i, : lengths[i]].tolist())


def test_long_sentences_with_cycles_come_out_as_trees() -> None:
    scores = np.random.default_rng(3).normal(size=(80, 80)).astype(np.float32)
    assert is_tree(tree(scores))
