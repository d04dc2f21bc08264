"""Questions to a World: first what it knows, then what its sentences say, else "the story does not say"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fabula.ask.answers import Answer, Found, with_notes
from fabula.ask.index import Passage, SentenceIndex
from fabula.ask.language import in_class
from fabula.ask.names import Names
from fabula.ask.question import Question, parse
from fabula.ask.reading import Fits, PassageReader, Reads, shipped_reader
from fabula.ask.view import view_of
from fabula.ask.ways import WAYS
from fabula.ask.ways.naming import asks_name
from fabula.ask.weighing import Possible, possible, weighed
from fabula.errors import FabulaError
from fabula.spans import Span

if TYPE_CHECKING:
    from fabula.world.world import World

_SHOWN = 0.14
"""Confidence from which on an answer is given: below, the story is taken not to say."""
_READ_AGAINST_SILENCE = 0.65
"""Probability from which on what is read answers a question of which the World would know, and does not."""
_NEAREST = 3
_REACH, _ENOUGH, _MORE = 3, 0.5, 0.15
"""Sentences around one that answers in which the rest of a question may stand; the share of a question from which on one stands by itself;
and how much more another must say to be shown beside it."""
HELP = 'ask in a sentence, for instance: "Who is Ann\'s sister?", "When did they meet?", "Where does scene 2 happen?"'


LONGEST = 1000
"""Code points of the longest question."""


class QuestionError(FabulaError):
    """The question is empty or too long."""

    code = "question"
    exit_status = 2


class Asker:
    """Answers many questions about one World; what they share (names, sentence index) is made once."""

    def __init__(self, world: World) -> None:
        self.world = world

    @cached_property
    def names(self) -> Names:
        return Names(self.world)

    @cached_property
    def index(self) -> SentenceIndex:
        return SentenceIndex(self.world)

    @cached_property
    def reader(self) -> PassageReader | None:
        """Who reads answers in passages; None where the model does not."""
        model = shipped_reader()
        return PassageReader(self.world, self.index, model) if model.has_answers else None

    def answer(self, question: str, until: int | None = None) -> Answer:
        """The answer to a question in plain English. Raises QuestionError for one that is empty or too long.

        ``until``: nothing that stands after this position (code points) is told. Who is who is still as the whole story has it;
        ``fabula.world.until.first_chapters`` reads as if the rest had never been written.
        """
        if not any(c.isalnum() for c in question):
            raise QuestionError("there is no question", hint=HELP)
        if len(question) > LONGEST:
            raise QuestionError(f"a question of {len(question):,} characters is too long", hint=f"the limit is {LONGEST:,}; {HELP}")
        q = replace(parse(question, self.names), until=until)
        for way in WAYS:
            if (found := way(self.world, q, self.names)) is not None and _is_known(found, q):
                return self._finish(q, found) if found.text else self._unless_read(q)
        if not q.stems and not q.named:
            return Answer(question=q.text, answer=None, kind=q.kind)
        return self._from_passages(q)

    def _unless_read(self, q: Question) -> Answer:
        """Silence of the World, unless the reader model is quite sure of what it reads."""
        reads = self.read(q)
        ranked = self.weighed(q, reads)
        if asks_name(q):
            ranked = [(sure, p) for sure, p in ranked if all(w[0].isupper() for w in p.text.split())]
        if not ranked or ranked[0][0] < _READ_AGAINST_SILENCE:
            return self._silent(q, reads, ranked)
        return self._finish(q, self._found(ranked[0], reads))

    def _finish(self, q: Question, found: Found) -> Answer:
        answer = Answer(question=q.text, answer=found.text, evidence=found.evidence, confidence=found.confidence, kind=q.kind)
        return with_notes(answer, self.world)

    def _from_passages(self, q: Question) -> Answer:
        reads = self.read(q)
        ranked = self.weighed(q, reads)
        read = self._found(ranked[0], reads) if ranked else None
        found = self._yes_or_no(q, self.index.passages(q)) if q.kind == "yes_no" else read
        return self._finish(q, found) if found and found.confidence >= _SHOWN else self._silent(q, reads, ranked)

    def _silent(self, q: Question, reads: Reads, ranked: Sequence[tuple[float, Possible]]) -> Answer:
        """No answer, with the passages that come nearest to one: where the likeliest answers would stand, and what fits best."""
        fits = reads.fits.whole
        rows = [p.row for _, p in ranked[: _NEAREST - 1]] + [r for r in np.argsort(-fits, kind="stable")[:_NEAREST].tolist() if fits[r] > 0]
        nearest = tuple(self.index.span(row) for row in list(dict.fromkeys(rows))[:_NEAREST])
        return with_notes(Answer(question=q.text, answer=None, evidence=nearest, kind=q.kind), self.world)

    def read(self, q: Question) -> Reads:
        """What the reader model reads in the passages that fit best; where it does not answer, only how they fit."""
        if self.reader is not None:
            return self.reader.read(q)
        words, own = self.index.fits(q)
        return Reads(Fits(words, own, np.zeros_like(words)), (), {})

    def possible(self, q: Question, reads: Reads) -> list[Possible]:
        """Everything that may answer: what rules find in the passages that fit best, and what the reader model reads in them."""
        return possible(self.world, q, self.index, self.index.passages(q), reads.found)

    def weighed(self, q: Question, reads: Reads) -> list[tuple[float, Possible]]:
        """Everything that may answer, with how probably it is right, the best first."""
        return weighed(self.world, q, self.possible(q, reads), reads)

    def _found(self, ranked: tuple[float, Possible], reads: Reads) -> Found:
        sure, best = ranked
        return Found(best.text, self._evidence(best.row, reads.fits.own), sure)

    def _evidence(self, row: int, own: NDArray[np.float32]) -> tuple[Span, ...]:
        """The sentence that answers; and where it says little of the question by itself, the one near it that says most."""
        near = range(max(0, row - _REACH), min(len(own), row + _REACH + 1))
        fullest = max(near, key=lambda r: float(own[r]), default=row)
        rows = [row] if own[row] >= _ENOUGH or own[fullest] < own[row] + _MORE else sorted((row, fullest))
        return tuple(self.index.span(r) for r in rows)

    def _yes_or_no(self, q: Question, passages: list[Passage]) -> Found | None:
        """Yes where one sentence says nearly all of the question, no where it says so with a negation."""
        for p in passages[:1]:
            words = [w for w in view_of(self.world, p.row).words if w.is_word]
            against = any(in_class(w.text, "negations") for w in words)
            asked = any(in_class(w, "negations") for w in q.words)
            if p.coverage >= 0.8:
                return Found("no" if against != asked else "yes", (p.span,), 0.6 * p.coverage)
        return None


def _is_known(found: Found, q: Question) -> bool:
    """Whether all that an answer rests on has been read; silence, too, is only known of the whole story."""
    if q.until is None:
        return True
    return bool(found.evidence) and all(e.end <= q.until for e in found.evidence)


def answer(world: World, question: str) -> Answer:
    """The answer of a World to one question; ``Asker`` for many. Raises QuestionError for one that is empty or too long."""
    return Asker(world).answer(question)
