"""Knowledge: who knows of an event, how, and since which scene.

Whoever takes part in an event, or is there when it is told as happening, knows of it since its scene; whoever tells of it knew before,
whoever speaks of it elsewhere knows by then, whoever hears it told, reads it in a letter or stands by knows since then. What is told of
earlier times (in speech, in a flashback, in the past perfect) its people have known all along. Nobody is said to know more than that.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from fabula.elements import Character, Event, Frame, Knowledge, Quote, Scene
from fabula.reading.inflection import base
from fabula.reading.steps import Step
from fabula.reading.trees import Trees
from fabula.spans import Span

_ORIGIN = "knowledge@2"
_MOST = 600  # events of a story whose knowers are told: the most salient ones
_PART, _THERE, _TELLS, _TOLD, _OVERHEARS, _READ, _NARRATES, _VIEW = 0.85, 0.6, 0.8, 0.72, 0.5, 0.75, 0.8, 0.5
_READ_THERE = 0.55  # a letter to nobody known, in a scene: those who are there
_AROUND = 1500  # characters
_MENTIONED = 0.55  # told of an event that was read elsewhere, by its verb and its people

_NEVER = ("hypothetical", "denied")

How = Literal["present", "told", "read", "overheard", "inferred"]


@dataclass(frozen=True, slots=True)
class Knower:
    character: str
    how: How
    scene: int  # row of the scene since which
    confidence: float
    span: Span


class Witnesses:
    """Who knows of the events of a story."""

    def __init__(self, trees: Trees, scenes: tuple[Scene, ...], frames: tuple[Frame, ...], people: frozenset[str]) -> None:
        self.trees, self.scenes, self.people = trees, scenes, people
        self._starts = [s.start for s in scenes]
        self.letters = [f for f in frames if f.kind in ("letter", "message") and f.by is not None]
        self.past = [f for f in frames if f.kind == "flashback"]
        self.spoken = self._verbs_in_speech()

    def _verbs_in_speech(self) -> dict[str, list[int]]:
        """Base form → its tokens in speech, asserted."""
        out: dict[str, list[int]] = {}
        for at, pos in enumerate(self.trees.pos):
            if pos == "VERB" and self.trees.quote_row(at) >= 0:
                out.setdefault(base(self.trees.lower[at]), []).append(at)
        return out

    def scene_at(self, position: int) -> int:
        return max(0, bisect_right(self._starts, position) - 1)

    def _near(self, scene: int, position: int) -> list[str]:
        """Those present in a scene who are spoken of around a position: people come and go within a scene."""
        s = self.scenes[scene]
        around = self.trees.cast.people_in(max(s.start, position - _AROUND), min(s.end, position + _AROUND))
        return [who for who in s.present if who in around]

    def of(self, event: Event) -> Iterator[Knower]:
        """All who know, each way by which they do."""
        t, at = self.trees, self.trees.row_at(event.trigger.start)
        scene, quote = self.scene_at(event.trigger.start), self.trees.quote(at)
        span, part = Span(event.start, event.end), [w for w in (*event.who, *event.whom) if w in self.people]
        earlier = quote is not None or self._before(at) or any(f.start <= event.trigger.start < f.end for f in self.past)
        for who in part:
            yield Knower(who, "present", 0 if earlier else scene, _PART * (0.5 + event.confidence / 2), span)
        letter = next((f for f in self.letters if f.start <= event.trigger.start < f.end), None)
        if quote is not None:
            yield from self._heard(quote, scene, span)
        elif letter is not None:
            yield from self._written(letter, scene, span)
            if not letter.to:
                for who in self.scenes[scene].present:
                    yield Knower(who, "read", scene, _READ_THERE, span)
        elif not earlier:
            for who in self._near(scene, event.trigger.start):
                yield Knower(who, "present", scene, _THERE, span)
        narrator = t.narration.narrator
        if quote is None and t.narration.person == "first" and narrator is not None:
            yield Knower(narrator, "present", scene, _NARRATES, span)
        elif quote is None and self._before(at) and (view := self.scenes[scene].pov) in self.people and view is not None:
            yield Knower(view, "inferred", scene, _VIEW, span)
        yield from self._mentioned(event, at, set(part))

    def _before(self, at: int) -> bool:
        """Whether the narration tells of an earlier time: the past perfect of its clause."""
        t = self.trees
        return any(t.has(i, "aux", "had", "'d") for i in t.above(at) if t.pos[i] in ("VERB", "AUX", "NOUN", "ADJ") and t.all(i, "aux"))

    def _heard(self, quote: Quote, scene: int, span: Span) -> Iterator[Knower]:
        sure = 0.5 + quote.confidence / 2
        if quote.speaker is not None:
            yield Knower(quote.speaker, "present", 0 if quote.kind == "speech" else scene, _TELLS * sure, span)
        for who in quote.addressees:
            yield Knower(who, "told", scene, _TOLD * sure, span)
        for who in self._near(scene, quote.start):
            if who != quote.speaker and who not in quote.addressees and quote.kind == "speech":
                yield Knower(who, "overheard", scene, _OVERHEARS, span)

    @staticmethod
    def _written(letter: Frame, scene: int, span: Span) -> Iterator[Knower]:
        if letter.by is not None:
            yield Knower(letter.by, "present", scene, _READ, span)
        for who in letter.to:
            yield Knower(who, "read", scene, _READ, span)

    def _mentioned(self, event: Event, at: int, part: set[str]) -> Iterator[Knower]:
        """Speech elsewhere that tells of the event: its verb, with one of its people for subject or object."""
        t = self.trees
        for other in self.spoken.get(base(t.lower[at]), ()):
            if other == at or t.asked(other) or t.unreal(other) or t.negated(other) or t.tense[other] == "Pres":
                continue
            told_of = {w for c in (t.subject(other), *t.all(other, "obj", "iobj")) if c >= 0 for w in t.people(c).who}
            quote = t.quote(other)
            if part and len(part) <= 2 and part <= told_of and quote is not None:
                yield from self._spoken_of(quote, t.clause(other, other + 1), _MENTIONED)

    def _spoken_of(self, quote: Quote, span: Span, sure: float) -> Iterator[Knower]:
        """Whoever speaks of an event knows of it, whoever is told of it too."""
        scene = self.scene_at(span.start)
        if quote.speaker is not None:
            yield Knower(quote.speaker, "inferred", scene, sure, span)
        for who in quote.addressees:
            yield Knower(who, "told", scene, sure, span)


def knowers(
    events: tuple[Event, ...], trees: Trees, scenes: tuple[Scene, ...], frames: tuple[Frame, ...], people: frozenset[str]
) -> tuple[Knowledge, ...]:
    """Who knows of the most salient events, each by the way that comes first, in order of the events."""
    if not scenes:
        return ()
    witnesses = Witnesses(trees, scenes, frames, people)
    told = sorted((e for e in events if e.realis not in _NEVER), key=lambda e: (-e.salience, e.start))[:_MOST]
    out = []
    for event in sorted(told, key=lambda e: e.start):
        first: dict[str, Knower] = {}
        for k in witnesses.of(event):
            if k.character in people and (k.character not in first or _earlier(k, first[k.character])):
                first[k.character] = k
        out += [
            Knowledge(
                character=k.character, of=event.id, since_scene=scenes[k.scene].id, how=k.how, evidence=(k.span,),
                confidence=round(k.confidence, 3), origin=_ORIGIN,
            )
            for k in first.values()
        ]  # fmt: skip
    return tuple(out)


def _earlier(one: Knower, other: Knower) -> bool:
    return (one.scene, -one.confidence) < (other.scene, -other.confidence)


def _run(
    events: tuple[Event, ...], trees: Trees, scenes: tuple[Scene, ...], frames: tuple[Frame, ...], characters: tuple[Character, ...]
) -> Mapping[str, Any]:
    return {"knowledge": knowers(events, trees, scenes, frames, frozenset(c.id for c in characters if c.kind != "group"))}


STEP = Step(name="knowledge", version="2", needs=("events", "trees", "scenes", "frames", "characters"), gives=("knowledge",), run=_run)
