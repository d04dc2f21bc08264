"""Dependency trees from arc scores: the best head of each word where that is a tree already, else the maximum spanning tree."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

F32s = NDArray[np.float32]
Ints = NDArray[np.int64]


def greedy_heads(scores: F32s, lengths: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """Best heads of padded sentences ``scores[s, word, head]``, and which sentences come out as a tree with one root.

    A word whose head is itself is the root.
    """
    count, n = scores.shape[:2]
    words = np.arange(n)
    real = words[None, :] < lengths[:, None]
    heads: Ints = np.where(real[:, None, :], scores, -np.inf).argmax(-1)
    heads = np.where(real, heads, words[None, :])
    roots = ((heads == words[None, :]) & real).sum(1)
    reached = heads
    for _ in range(max(1, int(n).bit_length())):
        reached = np.take_along_axis(reached, reached, 1)
    rooted = np.take_along_axis(heads, reached, 1) == reached
    ok: NDArray[np.bool_] = (roots == 1) & (rooted | ~real).all(1)
    assert heads.shape == (count, n)
    return heads, ok


def tree(scores: F32s) -> list[int]:
    """The best tree with exactly one root of one sentence; ``scores[word, head]``, the diagonal scores being the root."""
    n = len(scores)
    full = np.full((n + 1, n + 1), -np.inf)
    full[1:, 1:] = scores
    full[1:, 0] = np.diagonal(scores)
    np.fill_diagonal(full, -np.inf)
    heads = _spanning(full)
    roots = [i for i in range(1, n + 1) if heads[i] == 0]
    if len(roots) > 1:
        heads = max((_rooted(full, root) for root in roots), key=lambda h: _total(full, h))
    return [i - 1 if h == 0 else h - 1 for i, h in enumerate(heads[1:], 1)]


def _rooted(full: NDArray[np.float64], root: int) -> list[int]:
    only = full.copy()
    only[1:, 0] = -np.inf
    only[root, :] = -np.inf
    only[root, 0] = full[root, 0]
    return _spanning(only)


def _total(full: NDArray[np.float64], heads: list[int]) -> float:
    return float(sum(full[i, h] for i, h in enumerate(heads) if i))


def _cycle(heads: list[int]) -> list[int]:
    state = [0] * len(heads)
    for start in range(1, len(heads)):
        path, node = [], start
        while node and state[node] == 0:
            state[node] = 1
            path.append(node)
            node = heads[node]
        if node and state[node] == 1:
            return path[path.index(node) :]
        for done in path:
            state[done] = 2
    return []


def _spanning(full: NDArray[np.float64]) -> list[int]:
    """Chu-Liu/Edmonds: heads of nodes 1..n, node 0 being the root; ``full[node, head]``."""
    heads = [0, *(int(h) for h in full[1:].argmax(1))]
    cycle = _cycle(heads)
    if not cycle:
        return heads
    inside = set(cycle)
    outside = [i for i in range(len(full)) if i not in inside]
    cost = sum(full[i, heads[i]] for i in cycle)
    small = np.full((len(outside) + 1, len(outside) + 1), -np.inf)
    small[:-1, :-1] = full[np.ix_(outside, outside)]
    entering = full[np.ix_(cycle, outside)] - np.array([full[i, heads[i]] for i in cycle])[:, None] + cost
    leaving = full[np.ix_(outside, cycle)]
    small[-1, :-1], small[:-1, -1] = entering.max(0), leaving.max(1)
    small[0, :] = -np.inf
    solved = _spanning(small)
    for row, head in enumerate(solved[:-1]):
        if row:
            heads[outside[row]] = cycle[int(leaving[row].argmax())] if head == len(outside) else outside[head]
    broken = int(entering[:, solved[-1]].argmax())
    heads[cycle[broken]] = outside[solved[-1]]
    return heads
