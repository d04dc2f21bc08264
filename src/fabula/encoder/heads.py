"""The heads in NumPy: word states in, labels out. Weights are those that ``training`` wrote; names of arrays are the interface.

States are float32 ``[words, 384]``; sentences are word ranges into them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fabula.encoder.labels import DEPRELS, FEATURES, UPOS
from fabula.encoder.trees import greedy_heads, tree

Array = NDArray[np.float32]
Ints = NDArray[np.int64]
Weights = Mapping[str, Array]
Range = tuple[int, int]

EDGE_THRESHOLD = 0.03
"""A word may begin (end) a mention only if it does so with this probability: what spares scoring every pair of words."""
_BUCKETS = (8, 16, 24, 32, 48, 64, 96, 128)


def relu(x: Array) -> Array:
    return np.maximum(x, np.float32(0))


def linear(w: Weights, name: str, x: Array) -> Array:
    return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]


def sigmoid(x: Array) -> Array:
    probability: Array = np.float32(0.5) * (np.tanh(x * np.float32(0.5)) + np.float32(1))
    return probability


def tags(w: Weights, states: Array) -> dict[str, NDArray[np.uint8]]:
    """Part of speech and features of every word, as rows of their label inventories."""
    logits = linear(w, "tags", states)
    found = {"upos": logits[:, : len(UPOS)].argmax(1).astype(np.uint8)}
    at = len(UPOS)
    for name, values in FEATURES.items():
        found[name] = logits[:, at : at + len(values)].argmax(1).astype(np.uint8)
        at += len(values)
    return found


def events(w: Weights, states: Array) -> Array:
    """Probability of every word to trigger an event that is asserted as really happening."""
    return sigmoid(linear(w, "out", relu(linear(w, "hidden", states)))[:, 0])


def buckets(sentences: Sequence[Range]) -> Iterator[tuple[list[int], Ints, Ints]]:
    """Sentences of like length together: their numbers, padded word rows ``[s, n]``, and lengths."""
    groups: dict[int, list[int]] = {}
    for i, (first, last) in enumerate(sentences):
        groups.setdefault(next((b for b in _BUCKETS if last - first <= b), 0), []).append(i)
    for rows in groups.values():
        lengths = np.array([sentences[i][1] - sentences[i][0] for i in rows], np.int64)
        starts = np.array([sentences[i][0] for i in rows], np.int64)
        words = starts[:, None] + np.minimum(np.arange(lengths.max()), lengths[:, None] - 1)
        yield rows, words, lengths


def arc_scores(w: Weights, dependent: Array, head: Array, root: Array) -> Array:
    """``[s, word, head]`` from padded projections ``[s, n, d]``; the diagonal is the root score ``[s, n]``."""
    left: Array = dependent @ w["arc"] + w["arc_bias"]
    scores: Array = left @ head.transpose(0, 2, 1)
    n = scores.shape[1]
    scores[:, np.arange(n), np.arange(n)] = root
    return scores


def dependencies(w: Weights, states: Array, sentences: Sequence[Range]) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    """Heads (rows of words, -1 for a root) and labels of all words."""
    projected = linear(w, "project", states)
    arc, label = w["arc"].shape[0], w["label"].shape[1]
    dependent, head, label_dep, label_head = np.split(relu(projected[:, :-1]), np.cumsum([arc, arc, label]), axis=1)
    heads = np.arange(len(states), dtype=np.int64)
    for rows, words, lengths in buckets(sentences):
        scores = arc_scores(w, dependent[words], head[words], projected[:, -1][words])
        best, ok = greedy_heads(scores, lengths)
        for i in np.flatnonzero(~ok).tolist():
            best[i, : lengths[i]] = tree(scores[i, : lengths[i], : lengths[i]])
        for k, row in enumerate(rows):
            first, last = sentences[row]
            heads[first:last] = first + best[k, : lengths[k]]
    labels = label_scores(w, label_dep, label_head[heads]).argmax(1).astype(np.uint8)
    roots = heads == np.arange(len(states))
    labels[roots] = DEPRELS.index("root")
    return np.where(roots, -1, heads).astype(np.int32), labels


def label_scores(w: Weights, dependent: Array, head: Array) -> Array:
    """``[words, labels]`` of given arcs; the label of a root is not asked for."""
    count, size = w["label"].shape[0], w["label"].shape[1]
    flat = w["label"].transpose(1, 0, 2).reshape(size, count * size)
    out = np.empty((len(dependent), count), np.float32)
    for at in range(0, len(dependent), 2048):
        part = slice(at, at + 2048)
        left = (dependent[part] @ flat).reshape(-1, count, size)
        out[part] = (left @ head[part][:, :, None])[:, :, 0]
    out += dependent @ w["label_dep"] + head @ w["label_head"] + w["label_bias"]
    out[:, DEPRELS.index("root")] = -np.inf
    return out


class FoundMentions(NamedTuple):
    """Mentions as word ranges, class rows and probabilities, in order of start, longer ones first."""

    first: NDArray[np.int32]
    last: NDArray[np.int32]
    label: NDArray[np.uint8]
    confidence: Array


def candidates(starts: NDArray[np.bool_], ends: NDArray[np.bool_], sentences: Sequence[Range]) -> tuple[Ints, Ints]:
    """Pairs (first word, last word) of one sentence of which the first may begin and the last may end a mention."""
    firsts, lasts = [], []
    for first, last in sentences:
        s, e = np.flatnonzero(starts[first:last]) + first, np.flatnonzero(ends[first:last]) + first
        i, j = np.nonzero(s[:, None] <= e[None, :])
        firsts.append(s[i])
        lasts.append(e[j])
    if not firsts:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    return np.concatenate(firsts), np.concatenate(lasts)


def span_scores(w: Weights, start: Array, end: Array, firsts: Ints, lasts: Ints) -> Array:
    """Scores ``[pairs, classes]`` of spans, from projections ``[words, d]`` of their first and last words."""
    classes, size = w["span"].shape[0], w["span"].shape[1]
    flat = w["span"].transpose(1, 0, 2).reshape(size, classes * size)
    out = np.empty((len(firsts), classes), np.float32)
    for at in range(0, len(firsts), 2048):
        part = slice(at, at + 2048)
        words, inverse = np.unique(firsts[part], return_inverse=True)
        left = (start[words] @ flat).reshape(-1, classes, size)[inverse]
        out[part] = (left @ end[lasts[part]][:, :, None])[:, :, 0]
    out += start[firsts] @ w["span_start"] + end[lasts] @ w["span_end"] + w["span_bias"]
    return out


def mentions(w: Weights, states: Array, sentences: Sequence[Range]) -> FoundMentions:
    """Nested mentions: every candidate span is judged by itself."""
    edges = sigmoid(linear(w, "edges", states)) > EDGE_THRESHOLD
    firsts, lasts = candidates(edges[:, 0], edges[:, 1], sentences)
    projected = relu(linear(w, "project", states))
    start, end = np.split(projected, 2, axis=1)
    scores = span_scores(w, start, end, firsts, lasts)
    scores -= scores.max(1, keepdims=True)
    probability = np.exp(scores)
    probability /= probability.sum(1, keepdims=True)
    label = probability.argmax(1)
    order = np.lexsort((-lasts, firsts))
    keep = order[label[order] > 0]
    confidence: Array = probability[keep, label[keep]]
    return FoundMentions(firsts[keep].astype(np.int32), lasts[keep].astype(np.int32) + 1, label[keep].astype(np.uint8), confidence)
