"""Who did something, whom it was done to, and whether it was done at all: from the World's events, names resolved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fabula.ask.answers import Found
from fabula.ask.extract import verb_of
from fabula.ask.language import content_stems, in_class, is_content, stem, synonyms, word_list
from fabula.ask.names import Names
from fabula.ask.question import Question
from fabula.elements import Event
from fabula.spans import Span

if TYPE_CHECKING:
    from fabula.world.world import World

_LEAST = 0.3
"""Confidence from which on an event is looked at."""
_SYNONYM = 0.6
_AROUND = 2  # sentences before and after an event in which other words of the question count, less
_NEAR = 0.5
_NAMED = 1.5  # what somebody who is named weighs beside a word
_ENOUGH = 0.6  # share of the question that an event must cover
_TOLD = re.compile(r"\b(?:that|what|how|where|why|if|whether|about)\b(.*)", re.IGNORECASE)
_IN_CLAUSE = 0.4  # what a word weighs that only says what was told
_SURE_ENOUGH = 0.45  # below, what is read in passages is as likely right
_CEILING = 0.85
_YES_LEAST = 0.75
_PASSIVE = re.compile(r"^who(?:m)? (?:was|were|is|are|has been|had been) \w+(?:ed|en|t)\b(?! (?:to|with|in|at)\b)", re.IGNORECASE)
_OF_ANOTHER_PART = re.compile(r"^\w+ whom?\b", re.IGNORECASE)  # "with whom", "to whom": neither the doer nor whom it is done to
_DID = re.compile(r"^(?:did|has|have|had|does|do)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Deed:
    event: Event
    span: Span
    fit: float


def doer(world: World, question: Question, names: Names) -> Found | None:
    """ "Who gave Tom the key?", "whom did Ann marry?": the one who takes that part in an event which fits the rest of the question."""
    if question.kind != "who" or question.wh not in ("who", "whom") or question.quoted or _OF_ANOTHER_PART.match(question.text):
        return None
    verb = verb_of(question)
    words = question.rest.split()
    if verb is None or not words or in_class(verb, "numbers"):
        return None
    auxiliary = in_class(words[0], "auxiliaries")
    done = auxiliary and words[0].lower() in ("did", "does", "do") and bool(question.named)
    asks_object = done or _PASSIVE.match(question.text) is not None
    if auxiliary and not asks_object:
        return None
    best = max(_deeds(world, question, verb, whom=asks_object), key=lambda d: d.fit * d.event.confidence, default=None)
    if best is None:
        return None
    if best.fit * best.event.confidence < _SURE_ENOUGH:
        return None
    who = [c for c in (best.event.whom if asks_object else best.event.who) if c not in question.ids]
    return (
        Found(" and ".join(world.name_of(c) for c in who), (best.span,), min(_CEILING, best.fit * best.event.confidence)) if who else None
    )


def happened(world: World, question: Question, names: Names) -> Found | None:
    """ "Did Tom hide the lamp?": yes where an event says so, no where it is denied and nothing says otherwise."""
    if question.kind != "yes_no" or not _DID.match(question.text) or not question.named:
        return None
    verb = next((s for s in question.stems), None)
    found = list(_deeds(world, question, verb, whom=None)) if verb else []
    sure = [d for d in found if d.fit >= _YES_LEAST and question.named[0].ids[0] in d.event.who]
    told = [d for d in sure if d.event.realis == "actual"]
    denied = [d for d in sure if d.event.realis == "denied"]
    best = max(told or denied, key=lambda d: d.fit * d.event.confidence, default=None)
    if best is None:
        return None
    against = any(in_class(w, "negations") for w in question.words)
    return Found("yes" if (best in told) != against else "no", (best.span,), min(_CEILING, best.fit * best.event.confidence))


def _deeds(world: World, question: Question, verb: str, *, whom: bool | None) -> Iterator[_Deed]:
    """Events of the verb with how much of the question they cover; ``whom``: which part is asked for, None for neither."""
    same, alike = {verb}, synonyms().get(verb, frozenset())
    others = [s for s in question.stems if s != verb]
    for e in world.events:
        lemma = stem(e.what)
        strength = 1.0 if lemma in same else _SYNONYM if lemma in alike else 0.0
        asked = e.whom if whom else e.who
        free = [c for c in asked if c not in question.ids]
        if not strength or e.confidence < _LEAST or (whom is not None and (e.realis != "actual" or not free)):
            continue
        span = _sentence(world, e.start)
        fit = strength * _coverage(world, question, others, e, span)
        if fit >= _ENOUGH:
            yield _Deed(e, span, fit)


def _coverage(world: World, question: Question, others: list[str], e: Event, span: Span) -> float:
    """The share of the question's people and words that an event and what stands around it hold."""
    here = _stems(world, span)
    row = _row(world, span.start)
    around = _stems(world, Span(_sentence_of(world, row - _AROUND).start, _sentence_of(world, row + _AROUND).end))
    parties, beside = {*e.who, *e.whom}, set(world.cast.people_in(*span))
    got, total = 1.0, 1.0
    for n in question.named:
        total += _NAMED
        got += _NAMED * (1.0 if parties & set(n.ids[:1]) else 0.7 if beside & set(n.ids[:1]) else 0.0)
    told = frozenset(content_stems(word_list(m.group(1)))) if (m := _TOLD.search(question.rest)) else frozenset()
    for s in others:
        weight = _IN_CLAUSE if s in told else 1.0
        total += weight
        meant = {s, *synonyms().get(s, ())}
        got += weight * (1.0 if meant & here else _NEAR if meant & around else 0.0)
    return got / total


def _stems(world: World, span: Span) -> frozenset[str]:
    return frozenset(content_stems(w for w in word_list(span.of(world.text)) if is_content(w)))


def _row(world: World, at: int) -> int:
    return max(0, int(world.sentences.start.searchsorted(at, side="right")) - 1)


def _sentence_of(world: World, row: int) -> Span:
    row = min(max(row, 0), len(world.sentences) - 1)
    return Span(int(world.sentences.start[row]), int(world.sentences.end[row]))


def _sentence(world: World, at: int) -> Span:
    return _sentence_of(world, _row(world, at))
