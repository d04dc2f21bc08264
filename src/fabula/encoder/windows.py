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
"""Lengths that windows are padded to. A window's length depends on the words in it alone, so no other window can change its labels."""
FEW = 128
"""Pieces under which a window is read with what stands before it: the encoder learned from windows that are full."""


class Window(NamedTuple):
    """Words ``[first, last)`` and the sentences in it as word ranges; ``context``: the first word of the sentences before it that are read
    with it, for a window of few words (``first`` where none are)."""

    first: int
    last: int
    sentences: tuple[tuple[int, int], ...]
    context: int


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


def pack(counts: I32, sentences: Sequence[tuple[int, int]], *, window: int = WINDOW, context: bool = False) -> list[Window]:
    """Fill windows with whole sentences in order; ``counts`` are the pieces of each word. Two pieces of a window are its markers.

    With ``context`` a window of few words is read with the sentences before it that still fit.
    """
    limit = window - 2
    sums = np.concatenate([[0], np.cumsum(counts)])
    found: list[list[tuple[int, int]]] = []
    cut = parts(counts, sentences, limit)
    for first, last in cut:
        if not found or sums[last] - sums[found[-1][0][0]] > limit or first != found[-1][-1][1]:
            found.append([])
        found[-1].append((first, last))
    begins = np.array([first for first, _ in cut], np.int64)
    before = [_context(sums, begins, w[0][0], w[-1][1], limit) if context else w[0][0] for w in found]
    return [Window(w[0][0], w[-1][1], tuple(w), at) for w, at in zip(found, before, strict=True)]


def _context(sums: NDArray[np.int64], begins: NDArray[np.int64], first: int, last: int, limit: int) -> int:
    """Where the sentences begin that still fit before the words ``[first, last)``, if those are few."""
    if sums[last] - sums[first] >= FEW:
        return first
    fits = begins[(begins <= first) & (sums[last] - sums[begins] <= limit)]
    return int(fits[0])


class Inputs(NamedTuple):
    """One window, padded: ``ids`` and ``shapes`` of the encoder, and the position of each word's first piece."""

    ids: NDArray[np.int64]
    shapes: NDArray[np.int64]
    firsts: NDArray[np.int64]


Company = tuple[Pieces, Pieces]
"""Words that are read before and after a window that stands alone."""


def inputs(pieces: Pieces, window: Window, *, cls: int, sep: int, pad: int, length: int = 0, company: Company | None = None) -> Inputs:
    """The arrays of one window, padded to ``length`` or, if that is 0, to the smallest of ``SHAPES`` that holds it."""
    parts = [(pieces, window.context, window.last)]
    if company is not None:
        parts = [(company[0], 0, len(company[0].shapes)), *parts, (company[1], 0, len(company[1].shapes))]
    read = np.concatenate([p.ids[p.offsets[a] : p.offsets[b]] for p, a, b in parts])
    seen = np.concatenate([np.repeat(p.shapes[a:b], np.diff(p.offsets[a : b + 1])) for p, a, b in parts])
    count = len(read)
    size = length or next((s for s in SHAPES if count + 2 <= s), count + 2)
    ids = np.full(size, pad, np.int64)
    shapes = np.zeros(size, np.int64)
    ids[0], ids[1 : 1 + count], ids[1 + count] = cls, read, sep
    shapes[1 : 1 + count] = seen
    before = 1 + (len(company[0].ids) if company is not None else 0) - int(pieces.offsets[window.context])
    return Inputs(ids, shapes, pieces.offsets[window.first : window.last].astype(np.int64) + before)


def question_inputs(
    asked: Pieces, question: Window, pieces: Pieces, passage: Window, *, cls: int, sep: int, pad: int
) -> tuple[Inputs, int]:
    """A question and a passage as one padded window with a marker between, and the number of words of the question."""
    one, two = (inputs(p, w, cls=cls, sep=sep, pad=pad) for p, w in ((asked, question), (pieces, passage)))
    sizes = [int((one.ids != pad).sum()), int((two.ids != pad).sum()) - 1]
    size = next((s for s in SHAPES if sum(sizes) <= s), sum(sizes))
    ids, shapes = np.full(size, pad, np.int64), np.zeros(size, np.int64)
    for found, first, second in ((ids, one.ids, two.ids), (shapes, one.shapes, two.shapes)):
        found[: sizes[0]], found[sizes[0] : sum(sizes)] = first[: sizes[0]], second[1 : sizes[1] + 1]
    return Inputs(ids, shapes, np.concatenate([one.firsts, two.firsts + sizes[0] - 1])), len(one.firsts)
