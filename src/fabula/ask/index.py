"""Sentences of a story as something to search: their stems, and the characters they speak of, pronouns resolved."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fabula.ask.language import is_content, stem, synonyms
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
    score: float
    coverage: float
    own: float


class SentenceIndex:
    """An inverted index over the sentences of one story; building it costs about a second for a long novel."""

    def __init__(self, world: World) -> None:
        text, tokens, sentences = world.text, world.tokens, world.sentences
        self._starts, self._ends = sentences.start, sentences.end
        self._focus = np.minimum(1.0, np.sqrt(_LONG / np.maximum(1, sentences.last - sentences.first)))
        self._worth = np.ones(len(sentences.start))
        for beside in world.manuscript.paratext:
            self._worth[(sentences.start < beside.end) & (sentences.end > beside.start)] = _BESIDE
        self._posting: dict[str, dict[int, float]] = {}
        for start, end, row in zip(tokens.start.tolist(), tokens.end.tolist(), tokens.sentence.tolist(), strict=True):
            word = text[start:end]
            if is_content(word):
                self._posting.setdefault(stem(word), {})[row] = 1.0
        self._who: dict[str, dict[int, float]] = {}
        for m in world.cast.mentions:
            row = self.row_at(m.start)
            for c in m.who:
                self._who.setdefault(c, {})[row] = 1.0
        for q in world.quotes:
            talking = [(a, 0.4) for a in q.addressees] + ([(q.speaker, 0.6)] if q.speaker else [])
            for who, weight in talking:
                rows = self._who.setdefault(who, {})
                for row in range(self.row_at(q.start), self.row_at(q.end - 1) + 1):
                    rows[row] = max(weight, rows.get(row, 0.0))

    def __len__(self) -> int:
        return len(self._starts)

    def row_at(self, position: int) -> int:
        """The sentence that holds a position, or the one before it."""
        return max(0, int(np.searchsorted(self._starts, position, side="right")) - 1)

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

    def passages(self, question: Question, limit: int = 8) -> list[Passage]:
        """The sentences that fit best, best first: rare shared words weigh most, neighbours of a sentence help it."""
        parts = [(self.rarity(s), self.rows_of(s)) for s in question.stems]
        for n in question.named:
            rows: dict[int, float] = {}
            for i in n.ids:
                for row, w in self._who.get(i, {}).items():
                    rows[row] = max(w, rows.get(row, 0.0))
            parts.append((self._character_rarity(n.ids), rows))
        total = sum(w for w, _ in parts) or 1.0
        score: dict[int, float] = {}
        own: dict[int, float] = {}
        for weight, rows in parts:
            best: dict[int, float] = {}
            for row, strength in rows.items():
                for off, near in _NEAR.items():
                    if 0 <= row - off < len(self):
                        best[row - off] = max(best.get(row - off, 0.0), near * strength)
            for row, strength in best.items():
                score[row] = score.get(row, 0.0) + weight * strength
            for row, strength in rows.items():
                own[row] = own.get(row, 0.0) + weight * strength
        score = {row: s * float(self._worth[row]) for row, s in score.items()}
        ranked = sorted(score.items(), key=lambda x: (-x[1], x[0]))[:limit]
        return [
            Passage(row, self.span(row), s, min(1.0, s / total), min(1.0, own.get(row, 0.0) / total) * float(self._focus[row]))
            for row, s in ranked
        ]
