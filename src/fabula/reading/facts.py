"""Facts: what the story states of people's looks, age, trade, home, habits, health, merged over all places that say so."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from fabula.elements import Character, Fact, Frame, Narration, Quote, Scene, Spans
from fabula.layers import MentionMembers, Mentions, Sentences
from fabula.reading.cast import Cast
from fabula.reading.fact_letters import letter_facts
from fabula.reading.fact_mentions import MentionFacts
from fabula.reading.fact_statements import FactFinder, Statement
from fabula.reading.fact_trees import TreeFacts
from fabula.reading.patterns import Sentenced, together
from fabula.reading.steps import Step
from fabula.reading.ties import kin_words
from fabula.reading.trees import Trees
from fabula.spans import Span
from fabula.text.manuscript import Manuscript

_ORIGIN = "facts@4"
_LEAST = 0.2
_PAST = frozenset(("flashback", "told_story"))
_MOST_EVIDENCE = 3
_ARTICLES = re.compile(r"^(?:an?|the|his|her|their|its|my|your|our)\s+", re.I)


@dataclass(slots=True)
class Merged:
    """All statements of one value of one attribute."""

    statements: list[Statement] = field(default_factory=list)

    @property
    def value(self) -> str:
        """The fullest wording, shortest first among equals, as a phrase without capitals that only began a sentence."""
        return min((s.value for s in self.statements), key=lambda v: (-len(v.split()), len(v), v))

    @property
    def confidence(self) -> float:
        return together((s.confidence, s.span.start) for s in self.statements)

    def evidence(self) -> Spans:
        best: list[Span] = []
        for s in sorted(self.statements, key=lambda s: (-s.confidence, s.span)):
            if len(best) < _MOST_EVIDENCE and not any(s.span.overlaps(b) for b in best):
                best.append(s.span)
        return tuple(sorted(best))

    def said_by(self) -> str:
        """The narration where it says so at all; otherwise whoever said it first."""
        sources = [s.said_by for s in self.statements]
        return "narration" if "narration" in sources else sources[0]


def _words(value: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", _ARTICLES.sub("", value.lower())))


def _same_words(statement: Statement, known: list[Merged]) -> bool:
    """Whether another finder read the same words before; then the surer of the two counts."""
    for m in known:
        for i, s in enumerate(m.statements):
            if s.span == statement.span and _words(s.value) & _words(statement.value):
                m.statements[i] = replace(s, confidence=max(s.confidence, statement.confidence))
                return True
    return False


def merge(statements: Iterable[Statement]) -> Iterator[tuple[str, str, Merged]]:
    """(about, attribute, statements): values of which one says all that the other says are one ("green", "bright green")."""
    groups: dict[tuple[str, str], list[Merged]] = {}
    seen: set[tuple[str, str, Span]] = set()
    for s in statements:
        known = groups.setdefault((s.about, s.attribute), [])
        if (s.about, s.attribute, s.span) in seen and _same_words(s, known):
            continue
        seen.add((s.about, s.attribute, s.span))
        mine = _words(s.value)
        for m in known:
            other = _words(m.value)
            if mine == other or (s.attribute not in ("habit", "former habit") and (mine < other or other < mine)):
                m.statements.append(s)
                break
        else:
            known.append(Merged([s]))
    for (about, attribute), values in groups.items():
        for m in values:
            yield about, attribute, m


def _scene_of(scenes: tuple[Scene, ...], starts: list[int], position: int) -> str | None:
    i = bisect_right(starts, position) - 1
    return scenes[i].id if i >= 0 else None


def _ages_then(statements: Sequence[Statement], frames: Sequence[Frame]) -> list[Statement]:
    """An age that one finder takes for that of an earlier time, or that stands in a flashback, is no age now."""
    past = [Span(f.start, f.end) for f in frames if f.kind in _PAST]
    then = {(s.about, s.value, s.span) for s in statements if s.attribute == "age then"}

    def earlier(s: Statement) -> bool:
        return (s.about, s.value, s.span) in then or any(p.contains(s.span) for p in past)

    return [replace(s, attribute="age then") if s.attribute == "age" and earlier(s) else s for s in statements]


def state_facts(
    text: str, sentences: Sentences, characters: tuple[Character, ...], cast: Cast, scenes: tuple[Scene, ...], narration: Narration,
    trees: Trees, frames: tuple[Frame, ...] = (),
) -> tuple[Fact, ...]:  # fmt: skip
    """All facts that sentences state of single characters, in order of their first evidence."""
    view = Sentenced(text, sentences, cast, frozenset(kin_words()))
    own = frozenset(c.id for c in characters if c.kind != "group")
    finder = FactFinder(view, own, narration.tense == "present")
    statements: list[Statement] = []
    for unit in view.units():
        if unit.slots:
            statements += finder.in_unit(unit)
    statements += TreeFacts(trees, own).statements()
    statements += MentionFacts(text, cast, own).statements(characters)
    statements += letter_facts(text, frames, own)
    statements = _ages_then(statements, frames)
    statements.sort(key=lambda s: (s.span, s.about, s.attribute, -len(s.value), s.value))
    starts = [s.start for s in scenes]
    facts = []
    for about, attribute, m in merge(statements):
        lasting = any(s.lasting for s in m.statements)
        evidence = m.evidence()
        if m.confidence >= _LEAST:
            facts.append(
                Fact(
                    about=about, attribute=attribute, value=m.value, said_by=m.said_by(), evidence=evidence,
                    from_scene=None if lasting else _scene_of(scenes, starts, evidence[0].start),
                    to_scene=None if lasting else _scene_of(scenes, starts, evidence[-1].start),
                    confidence=round(m.confidence, 3), origin=_ORIGIN,
                )
            )  # fmt: skip
    return tuple(sorted(facts, key=lambda f: (f.evidence[0], f.about, f.attribute, f.value)))


def _run(
    manuscript: Manuscript, sentences: Sentences, characters: tuple[Character, ...], mentions: Mentions, members: MentionMembers,
    quotes: tuple[Quote, ...], scenes: tuple[Scene, ...], narration: Narration, trees: Trees,
    frames: tuple[Frame, ...],
) -> Mapping[str, Any]:  # fmt: skip
    cast = Cast(characters, mentions, members, quotes)
    return {"facts": state_facts(manuscript.text, sentences, characters, cast, scenes, narration, trees, frames)}


STEP = Step(
    name="facts", version="4", gives=("facts",), run=_run,
    needs=("manuscript", "sentences", "characters", "mentions", "members", "quotes", "scenes", "narration", "trees", "frames"),
)  # fmt: skip
