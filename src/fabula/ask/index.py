"""Sentences of a story as something to search: their stems, and the characters they speak of, pronouns resolved."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fabula.ask.language import is_content, stem, synonyms
from fabula.layers import Tokens
from fabula.spans import Span

if TYPE_CHECKING:
    from fabula.ask.question import Question
    from fabula.world.world import World

_NEAR = {0: 1.0, -1: 0.4, 1: 0.4, -2: 0.2, 2: 0.15}
_LONG = 45
"""Tokens beyond which the words of a sentence say less and less about one another."""
_SYNONYM = 0.7
_BESIDE = 0.5  # what a sentence of an author's note or other paratext is worth: questions are about the story
_CHARACTER = 0.8


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence that fits a question.

    ``coverage`` (0 to 1): how much of the question's meaning stands in it or near it; ``own``: how much in the sentence alone.
    """

    row: int
    span: Span
    coverage: float
    own: float


def _postings(text: str, tokens: Tokens) -> dict[str, dict[int, float]]:
    """Stem → the sentences that hold it (with 1); each form is looked at once, however often it stands."""
    of_form: dict[str, dict[int, float] | None] = {}
    posting: dict[str, dict[int, float]] = {}
    for start, end, row in zip(tokens.start.tolist(), tokens.end.tolist(), tokens.sentence.tolist(), strict=True):
        word = text[start:end]
        if word not in of_form:
            of_form[word] = posting.setdefault(stem(word), {}) if is_content(word) else None
        rows = of_form[word]
        if rows is not None:
            rows[row] = 1.0
    return posting


class SentenceIndex:
    """An inverted index over the sentences of one story; building it costs a fifth of a second for a long novel."""

    def __init__(self, world: World) -> None:
        text, tokens, sentences = world.text, world.tokens, world.sentences
        self._starts, self._ends = sentences.start, sentences.end
        self._focus = np.minimum(1.0, np.sqrt(_LONG / np.maximum(1, sentences.last - sentences.first)))
        self._worth = np.ones(len(sentences.start))
        for beside in world.manuscript.paratext:
            self._worth[(sentences.start < beside.end) & (sentences.end > beside.start)] = _BESIDE
        self._posting = _postings(text, tokens)
        self._who: dict[str, dict[int, float]] = {}
        mentions, quotes = world.cast.mentions, world.quotes
        for m, row in zip(mentions, self._rows_at([m.start for m in mentions]), strict=True):
            for c in m.who:
                self._who.setdefault(c, {})[row] = 1.0
        firsts, lasts = self._rows_at([q.start for q in quotes]), self._rows_at([q.end - 1 for q in quotes])
        for q, first, last in zip(quotes, firsts, lasts, strict=True):
            talking = [(a, 0.4) for a in q.addressees] + ([(q.speaker, 0.6)] if q.speaker else [])
            for who, weight in talking:
                rows = self._who.setdefault(who, {})
                for row in range(first, last + 1):
                    rows[row] = max(weight, rows.get(row, 0.0))

    def __len__(self) -> int:
        return len(self._starts)

    def row_at(self, position: int) -> int:
        """The sentence that holds a position, or the one before it."""
        return max(0, int(np.searchsorted(self._starts, position, side="right")) - 1)

    def _rows_at(self, positions: list[int]) -> list[int]:
        rows: list[int] = np.maximum(0, np.searchsorted(self._starts, np.array(positions, np.int64), side="right") - 1).tolist()
        return rows

    def span(self, row: int) -> Span:
        return Span(int(self._starts[row]), int(self._ends[row]))

    def rarity(self, s: str) -> float:
        """Inverse document frequency of a stem; a word the story lacks weighs as much as a word it has once."""
        n = max((len(self._posting.get(x, ())) for x in (s, *synonyms().get(s, ()))), default=0)
        return math.log(1 + len(self) / max(1, n))

    def rows_of(self, s: str) -> dict[int, float]:
        """The sentences that hold a stem (1) or a word that may stand for it (less)."""
        rows = dict.fromkeys((r for x in synonyms().get(s, ()) for r in self._posting.get(x, ())), _SYNONYM)
        return rows | self._posting.get(s, {})

    def _character_rarity(self, ids: tuple[str, ...]) -> float:
        n = sum(len(self._who.get(i, ())) for i in ids)
        return _CHARACTER * math.log(1 + len(self) / max(1, n))

    def _parts(self, question: Question) -> list[tuple[float, dict[int, float]]]:
        """What each word and each person of a question weighs, and how much of it which sentences hold."""
        parts = [(self.rarity(s), self.rows_of(s)) for s in question.stems]
        for n in question.named:
            rows: dict[int, float] = {}
            for i in n.ids:
                for row, w in self._who.get(i, {}).items():
                    rows[row] = max(w, rows.get(row, 0.0))
            parts.append((self._character_rarity(n.ids), rows))
        return parts

    def fits(self, question: Question) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Of every sentence, how much of a question (0 to 1) it holds with its neighbours, and how much by itself."""
        near, own = np.zeros(len(self), np.float32), np.zeros(len(self), np.float32)
        parts = self._parts(question)
        total = sum(weight for weight, _ in parts) or 1.0
        for weight, rows in parts:
            held = np.zeros(len(self), np.float32)
            if rows:
                held[list(rows)] = list(rows.values())
            own += weight / total * held
            near += weight / total * _spread(held)
        seen = self.seen(question)
        return np.minimum(near * self._worth.astype(np.float32) * seen, 1.0), np.minimum(own * seen, 1.0)

    def seen(self, question: Question) -> NDArray[np.float32]:
        """1 for each sentence that may answer a question, 0 for what stands further on."""
        if question.until is None:
            return np.ones(len(self), np.float32)
        return (np.asarray(self._ends) <= question.until).astype(np.float32)

    def passages(self, question: Question, limit: int = 8) -> list[Passage]:
        """The sentences that fit best, best first: rare shared words weigh most, neighbours of a sentence help it."""
        near, own = self.fits(question)
        ranked = [row for row in np.argsort(-near, kind="stable")[:limit].tolist() if near[row] > 0]
        return [Passage(row, self.span(row), float(near[row]), float(own[row] * self._focus[row])) for row in ranked]


def _spread(held: NDArray[np.float32]) -> NDArray[np.float32]:
    """What sentences hold, each as much as the best of itself and, by less, of those around it."""
    best = held.copy()
    for off, near in _NEAR.items():
        if off > 0:
            best[:-off] = np.maximum(best[:-off], near * held[off:])
        elif off < 0:
            best[-off:] = np.maximum(best[-off:], near * held[:off])
    return best
