"""Answers that the reader model reads in the passages which fit a question best.

Passages are found by words (their stems, with names resolved through coreference) and by sentence vectors; in each the model tells where an
answer begins and ends, and how probable it is that there is none.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fabula.encoder.reader import ReaderModel, load_reader
from fabula.reading.meaning import answer_from, question_vector

if TYPE_CHECKING:
    from fabula.ask.index import SentenceIndex
    from fabula.ask.question import Question
    from fabula.world.world import World

_BEFORE, _AFTER = 5, 7
"""Sentences before and after the one that fits that are read with it: about as many as the model reads at once."""
_PASSAGES = 4
_BY_WORDS = 60
_WORDS, _MEANING = 1.0, 0.8
"""What the share of the question's words and the nearness of its meaning weigh in finding passages."""


@cache
def shipped_reader() -> ReaderModel:
    return load_reader()


class Read(NamedTuple):
    """An answer that was read: code points of the story, the sentence it begins in, how probable it and none are in its passage, and
    how well the passage fits (0 to about 2)."""

    start: int
    end: int
    row: int
    probability: float
    none: float
    fit: float


class PassageReader:
    """Reads answers in one World. The model must have a head for answers."""

    def __init__(self, world: World, index: SentenceIndex, reader: ReaderModel) -> None:
        self._world, self._index, self._reader = world, index, reader
        self._vectors = world.layer("meaning").vectors() if world.has("meaning") else np.zeros((0, 0), np.float32)

    def fits(self, q: Question) -> NDArray[np.float32]:
        """How well each sentence fits the question."""
        found = np.zeros(len(self._index), np.float32)
        for p in self._index.passages(q, _BY_WORDS):
            found[p.row] = _WORDS * p.coverage
        if len(found) and len(self._vectors) == len(found) and self._reader.has("vector"):
            nearness = self._vectors @ question_vector(self._reader, q.text).astype(np.float32)
            found += _MEANING * np.maximum(nearness, 0)
        return found

    def passages(self, q: Question) -> list[tuple[int, float]]:
        """The sentences to read around, each with its fit, best first; none in what is read around a better one."""
        fits = self.fits(q)
        chosen: list[tuple[int, float]] = []
        for row in np.argsort(-fits, kind="stable").tolist():
            if len(chosen) == _PASSAGES or fits[row] <= 0:
                break
            if all(not r - _BEFORE < row < r + _AFTER for r, _ in chosen):
                chosen.append((row, float(fits[row])))
        return chosen

    def read(self, q: Question) -> list[Read]:
        """What is read in each passage, the most probable first."""
        world, found = self._world, list[Read]()
        for row, fit in self.passages(q):
            rows = range(max(0, row - _BEFORE), min(len(self._index), row + _AFTER))
            told = answer_from(self._reader, q.text, world.text, world.tokens, world.sentences, rows, most=2)
            found += [Read(a.start, a.end, self._index.row_at(a.start), a.probability, told.none, fit) for a in told.answers]
        return sorted(found, key=lambda r: -r.probability * r.fit)
