"""Questions to a World: first what it knows, then what its sentences say, else "the story does not say"."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from fabula.ask.answers import Answer, Found, with_notes
from fabula.ask.index import Passage, SentenceIndex
from fabula.ask.language import in_class
from fabula.ask.names import Names
from fabula.ask.question import Question, parse
from fabula.ask.reading import PassageReader, shipped_reader
from fabula.ask.view import view_of
from fabula.ask.ways import WAYS
from fabula.ask.weighing import Possible, possible, weighed
from fabula.errors import FabulaError
from fabula.spans import Span

if TYPE_CHECKING:
    from fabula.world.world import World

_SHOWN = 0.21
"""Confidence from which on an answer is given: below, the story is taken not to say."""
_READ_AGAINST_SILENCE = 0.55
"""Probability from which on what is read answers a question of which the World would know, and does not."""
_NEAREST = 3
_OTHERS = 0.35
"""What is left of an answer's probability where its sentence tells of somebody else than the question."""
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

    def answer(self, question: str) -> Answer:
        """The answer to a question in plain English. Raises QuestionError for one that is empty or too long."""
        if not any(c.isalnum() for c in question):
            raise QuestionError("there is no question", hint=HELP)
        if len(question) > LONGEST:
            raise QuestionError(f"a question of {len(question):,} characters is too long", hint=f"the limit is {LONGEST:,}; {HELP}")
        q = parse(question, self.names)
        for way in WAYS:
            if (found := way(self.world, q, self.names)) is not None:
                return self._finish(q, found) if found.text else self._unless_read(q)
        if not q.stems and not q.named:
            return Answer(question=q.text, answer=None, kind=q.kind)
        return self._from_passages(q)

    def _unless_read(self, q: Question) -> Answer:
        """Silence of the World, unless the reader model is quite sure of what it reads."""
        sure, best = next(iter(weighed(q, self.possible(q))), (0.0, None))
        if best is None or sure < _READ_AGAINST_SILENCE:
            return self._silent(q, self.index.passages(q))
        return self._finish(q, Found(best.text, (best.evidence,), sure))

    def _finish(self, q: Question, found: Found) -> Answer:
        answer = Answer(question=q.text, answer=found.text, evidence=found.evidence, confidence=found.confidence, kind=q.kind)
        return with_notes(answer, self.world)

    def _from_passages(self, q: Question) -> Answer:
        passages = self.index.passages(q)
        found = self._yes_or_no(q, passages) if q.kind == "yes_no" else self._best(q)
        if found and found.confidence >= _SHOWN:
            return self._finish(q, found)
        return self._silent(q, passages)

    def _silent(self, q: Question, passages: list[Passage]) -> Answer:
        """No answer, with the nearest passages and how sure it is that nothing better is there."""
        nearest = tuple(p.span for p in passages[:_NEAREST])
        return with_notes(Answer(question=q.text, answer=None, evidence=nearest, kind=q.kind), self.world)

    def possible(self, q: Question) -> list[Possible]:
        """Everything that may answer: what rules find in the passages that fit best, and what the reader model reads in them."""
        reads = self.reader.read(q) if self.reader is not None else []
        return possible(self.world, q, self.index.passages(q), reads, [self.index.span(r.row) for r in reads])

    def _best(self, q: Question) -> Found | None:
        """The possible answer that is most probably right; what a sentence tells of others alone is hardly an answer about somebody."""
        ranked = [(sure * (_OTHERS if self._is_of_others(q, p.evidence) else 1.0), p) for sure, p in weighed(q, self.possible(q))]
        if not ranked:
            return None
        sure, best = max(ranked, key=lambda x: x[0])
        return Found(best.text, (best.evidence,), sure)

    def _is_of_others(self, q: Question, evidence: Span) -> bool:
        """Whether a sentence of the narration names people, but not whom the question names."""
        mentions = self.world.cast.mentions_in(*evidence)
        about = {who for m in mentions for who in m.who}
        return bool(q.ids and about) and not about & set(q.ids) and all(m.quotation < 0 for m in mentions)

    def _yes_or_no(self, q: Question, passages: list[Passage]) -> Found | None:
        """Yes where one sentence says nearly all of the question, no where it says so with a negation."""
        for p in passages[:1]:
            words = [w for w in view_of(self.world, p.row).words if w.is_word]
            against = any(in_class(w.text, "negations") for w in words)
            asked = any(in_class(w, "negations") for w in q.words)
            if p.coverage >= 0.8:
                return Found("no" if against != asked else "yes", (p.span,), 0.6 * p.coverage)
        return None


def answer(world: World, question: str) -> Answer:
    """The answer of a World to one question; ``Asker`` for many. Raises QuestionError for one that is empty or too long."""
    return Asker(world).answer(question)
