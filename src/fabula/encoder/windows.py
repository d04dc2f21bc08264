"""Windows of whole sentences, and the arrays that the encoder takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fabula.columns import I32
from fabula.encoder.pieces import Pieces

WINDOW = 256
"""Wordpieces of a window, its two markers included, of a model whose manifest does not say on which length it was trained."""
SHAPES = (64, 128, 256, 384)
"""Lengths that windows are padded to. A window's length depends on its own words alone, so nothing beside it can change its labels."""


class Window(NamedTuple):
    """Words ``[first, last)`` and the sentences in it as word ranges."""

    first: int
    last: int
    sentences: tuple[tuple[int, int], ...]


def parts(counts: I32, sentences: Sequence[tuple[int, int]], limit: int) -> list[tuple[int, int]]:
    """The sentences as word ranges, those of more than ``limit`` pieces cut at words."""
    sums = np.concatenate([[0], np.cumsum(counts)])
    found = []
    for first, last in sentences:
        while sums[last] - sums[first] > limit:
            cut = max(first + 1, int(np.searchsorted(sums, sums[first] + limit, side="right")) - 1)
            found.append((first, cut))
            first = cut
        if last > first:
            found.append((first, last))
    return found


def pack(counts: I32, sentences: Sequence[tuple[int, int]], *, window: int = WINDOW) -> list[Window]:
    """Fill windows with whole sentences in order; ``counts`` are the pieces of each word. Two pieces of a window are its markers."""
    limit = window - 2
    sums = np.concatenate([[0], np.cumsum(counts)])
    windows: list[Window] = []
    current: list[tuple[int, int]] = []
    for first, last in parts(counts, sentences, limit):
        if current and (sums[last] - sums[current[0][0]] > limit or first != current[-1][1]):
            windows.append(Window(current[0][0], current[-1][1], tuple(current)))
            current = []
        current.append((first, last))
    if current:
        windows.append(Window(current[0][0], current[-1][1], tuple(current)))
    return windows


class Inputs(NamedTuple):
    """One window, padded: ``ids`` and ``shapes`` of the encoder, and the position of each word's first piece."""

    ids: NDArray[np.int64]
    shapes: NDArray[np.int64]
    firsts: NDArray[np.int64]


def inputs(pieces: Pieces, window: Window, *, cls: int, sep: int, pad: int, length: int = 0) -> Inputs:
    """The arrays of one window, padded to ``length`` or, if that is 0, to the smallest of ``SHAPES`` that holds it."""
    start, end = int(pieces.offsets[window.first]), int(pieces.offsets[window.last])
    size = length or next((s for s in SHAPES if end - start + 2 <= s), end - start + 2)
    ids = np.full(size, pad, np.int64)
    shapes = np.zeros(size, np.int64)
    ids[0], ids[1 : 1 + end - start], ids[1 + end - start] = cls, pieces.ids[start:end], sep
    counts = np.diff(pieces.offsets[window.first : window.last + 1])
    shapes[1 : 1 + end - start] = np.repeat(pieces.shapes[window.first : window.last], counts)
    return Inputs(ids, shapes, pieces.offsets[window.first : window.last].astype(np.int64) - start + 1)


def question_inputs(
    asked: Pieces, question: Window, pieces: Pieces, passage: Window, *, cls: int, sep: int, pad: int
) -> tuple[Inputs, int]:
    """A question and a passage as one padded window with a marker between, and the number of words of the question."""
    marks = {"cls": cls, "sep": sep, "pad": pad}
    one, two = inputs(asked, question, **marks), inputs(pieces, passage, **marks)
    sizes = [int((one.ids != pad).sum()), int((two.ids != pad).sum()) - 1]
    size = next((s for s in SHAPES if sum(sizes) <= s), sum(sizes))
    ids, shapes = np.full(size, pad, np.int64), np.zeros(size, np.int64)
    for found, first, second in ((ids, one.ids, two.ids), (shapes, one.shapes, two.shapes)):
        found[: sizes[0]], found[sizes[0] : sum(sizes)] = first[: sizes[0]], second[1 : sizes[1] + 1]
    return Inputs(ids, shapes, np.concatenate([one.firsts, two.firsts + sizes[0] - 1])), len(one.firsts)
