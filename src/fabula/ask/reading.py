"""Answers that the reader model reads in the passages which fit a question best.

Passages are found by words (their stems, with names resolved through coreference) and by sentence vectors; in each the model tells where an
answer begins and ends, and how probable it is that there is none. They are read twice: *far*, a dozen sentences as they stand, around those
that fit best, and *close*, single sentences with the one before them, with names in the place of pronouns (``fabula.ask.named``).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fabula.ask.named import Naming
from fabula.encoder.reader import ReaderModel, load_reader
from fabula.reading.meaning import answer_from, line_words, question_vector

if TYPE_CHECKING:
    from fabula.ask.index import SentenceIndex
    from fabula.ask.question import Question
    from fabula.world.world import World

_BEFORE, _AFTER = 5, 7
"""Sentences before and after the one that fits that are read with it from afar: about as many as the model reads at once."""
_FAR, _CLOSE = 4, 12
"""So many passages are read far and close: what two processors read in 0.2 seconds."""
_WORDS, _MEANING = 1.0, 0.8
"""What the share of the question's words and the nearness of its meaning weigh in finding passages."""


@cache
def shipped_reader() -> ReaderModel:
    return load_reader()


class Read(NamedTuple):
    """An answer that was read: code points of the story, the sentence it begins in, how probable it and none are in its passage, how well
    the passage fits (0 to about 2), and whether it was read close."""

    start: int
    end: int
    row: int
    probability: float
    none: float
    fit: float
    close: bool = False


@dataclass(frozen=True, slots=True)
class Fits:
    """How well each sentence fits a question: the share of its words and people in the sentence and near it, in the sentence alone, and
    how near its meaning is (0 to 1)."""

    words: NDArray[np.float32]
    own: NDArray[np.float32]
    meaning: NDArray[np.float32]

    @property
    def whole(self) -> NDArray[np.float32]:
        return _WORDS * self.words + _MEANING * self.meaning


@dataclass(frozen=True, slots=True)
class Reads:
    """What was read for a question. ``unanswered``: of the sentences that were read close, how probable it is that they do not answer."""

    fits: Fits
    found: tuple[Read, ...]
    unanswered: dict[int, float]


class PassageReader:
    """Reads answers in one World. The model must have a head for answers."""

    def __init__(self, world: World, index: SentenceIndex, reader: ReaderModel) -> None:
        self._world, self._index, self._reader = world, index, reader
        self._vectors = world.layer("meaning").vectors() if world.has("meaning") else np.zeros((0, 0), np.float32)

    def fits(self, q: Question) -> Fits:
        """How well each sentence fits the question."""
        words, own = self._index.fits(q)
        meaning = np.zeros(len(words), np.float32)
        if len(words) and len(self._vectors) == len(words) and self._reader.has("vector"):
            meaning = np.maximum(self._vectors @ question_vector(self._reader, q.text).astype(np.float32), 0)
        return Fits(words, own, meaning * self._index.seen(q))

    def read(self, q: Question) -> Reads:
        """What is read in every passage that fits."""
        fits = self.fits(q)
        far, close = _apart(fits.whole), _best(fits.whole)
        naming, asked = Naming(self._world, q), line_words(q.text)
        with ThreadPoolExecutor(max(1, os.cpu_count() or 1)) as pool:
            from_afar = pool.map(lambda row: self._far(q, row, float(fits.whole[row])), far)
            closely = pool.map(lambda row: self._close(asked, naming, row, float(fits.whole[row])), close)
            found = [r for reads in from_afar for r in reads]
            unanswered = dict[int, float]()
            for row, (reads, none) in zip(close, closely, strict=True):
                found += reads
                unanswered[row] = none
        return Reads(fits, tuple(sorted(found, key=lambda r: -r.probability)), unanswered)

    def _far(self, q: Question, row: int, fit: float) -> list[Read]:
        world = self._world
        last = int(self._index.seen(q).sum())
        rows = range(max(0, row - _BEFORE), min(last, row + _AFTER))
        told = answer_from(self._reader, q.text, world.text, world.tokens, world.sentences, rows, most=3)
        return [Read(a.start, a.end, self._index.row_at(a.start), a.probability, told.none, fit) for a in told.answers]

    def _close(self, asked: Sequence[str], naming: Naming, row: int, fit: float) -> tuple[list[Read], float]:
        passage = naming.passage(range(max(0, row - 1), row + 1))
        told = self._reader.answer(asked, passage.words, passage.sentences, most=3)
        starts, ends = self._world.tokens.start, self._world.tokens.end
        spans = [(int(starts[passage.rows[a.first]]), int(ends[passage.rows[a.last - 1]]), a.probability) for a in told.answers]
        return [Read(s, e, self._index.row_at(s), p, told.none, fit, close=True) for s, e, p in spans], told.none


def _best(fit: NDArray[np.float32]) -> list[int]:
    """The sentences that fit best."""
    return [row for row in np.argsort(-fit, kind="stable")[:_CLOSE].tolist() if fit[row] > 0]


def _apart(fit: NDArray[np.float32]) -> list[int]:
    """The sentences to read around, best first; none in what is read around a better one."""
    chosen: list[int] = []
    for row in np.argsort(-fit, kind="stable").tolist():
        if len(chosen) == _FAR or fit[row] <= 0:
            break
        if all(not r - _BEFORE < row < r + _AFTER for r in chosen):
            chosen.append(row)
    return chosen
