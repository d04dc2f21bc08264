"""Questions of yes and no about what people are: ties, roles, and whether they live."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fabula.ask.answers import Found
from fabula.ask.language import stem
from fabula.ask.names import Names
from fabula.ask.question import Question
from fabula.lexicons import table
from fabula.spans import Span

if TYPE_CHECKING:
    from fabula.world.world import World

_IS = re.compile(r"^(?:is|are|was|were)\b", re.IGNORECASE)
_HAS = re.compile(r"^(?:does|do|did|has|had) .+? have (?:an? |any )?([\w\-]+)\??$|^has .+? got (?:an? |any )?([\w\-]+)\??$", re.IGNORECASE)
_TOGETHER = {
    "married": ("spouse",), "siblings": ("sibling",), "brothers": ("sibling",), "sisters": ("sibling",), "friends": ("friend",),
    "lovers": ("romantic_partner", "affair"), "engaged": ("romantic_partner", "spouse"),
    "related": ("sibling", "parent_child", "other_kin"),
    "cousins": ("other_kin",), "enemies": ("enemy",), "colleagues": ("colleague",), "together": ("romantic_partner", "spouse"),
}  # fmt: skip
_SHUT_OUT = {"sibling": ("parent_child", "spouse"), "parent_child": ("sibling", "spouse"), "spouse": ("sibling", "parent_child")}
"""Ties that cannot be beside another: a sister is no mother."""
_SHOWN = 0.5
_AGAINST = 0.8


def tied(world: World, question: Question, names: Names) -> Found | None:
    """ "Is Tom Ann's brother?", "are Ann and Tom married?"."""
    if question.kind != "yes_no" or not _IS.match(question.text) or len(question.named) < 2:
        return None
    a, b = question.named[0].ids[0], question.named[1].ids[0]
    asked = _types(question)
    if not asked or a == b:
        return _same(world, question) if a == b and asked else None
    ties = [r for r in world.relationships if {r.a, r.b} == {a, b} and r.confidence >= _SHOWN]
    good = max((r for r in ties if r.type in asked), key=lambda r: r.confidence, default=None)
    if good is not None:
        return Found("yes", good.evidence[:2], good.confidence)
    against = max((r for r in ties if any(r.type in _SHUT_OUT.get(t, ()) for t in asked)), key=lambda r: r.confidence, default=None)
    return Found("no", against.evidence[:2], _AGAINST * against.confidence) if against is not None else None


def _same(world: World, question: Question) -> Found | None:
    """ "Is Tom Ann's brother?" where "Ann's brother" was resolved to Tom: the tie is known."""
    who = question.named[0].ids[0]
    ties = [r for r in world.relationships if who in (r.a, r.b) and r.type in _types(question) and r.confidence >= _SHOWN]
    best = max(ties, key=lambda r: r.confidence, default=None)
    return Found("yes", best.evidence[:2], best.confidence) if best is not None else None


def _types(question: Question) -> tuple[str, ...]:
    """The types of tie that a question names."""
    for word in (w.lower() for w in question.words):
        if word in _TOGETHER:
            return _TOGETHER[word]
        if rows := [r for r in table("questions", "kin") if r[0] == word]:
            return tuple(rows[0][1].split(","))
    return ()


def has_one(world: World, question: Question, names: Names) -> Found | None:
    """ "Does Ann have a sister?": yes where the World knows one; that none is told of says nothing."""
    m = _HAS.match(question.text)
    if m is None or not question.named:
        return None
    found = names.related(question.named[0].ids[:1], (m.group(1) or m.group(2)).lower())
    ties = [r for r in world.relationships if found and {r.a, r.b} == {question.named[0].ids[0], found[0]}]
    return Found("yes", ties[0].evidence[:2], ties[0].confidence) if ties else None


def is_one(world: World, question: Question, names: Names) -> Found | None:
    """ "Is Tom a doctor?": yes where his roles or facts say so."""
    if question.kind != "yes_no" or not _IS.match(question.text) or len(question.named) != 1 or len(question.stems) != 1:
        return None
    who = world.characters[question.named[0].ids[0]]
    wanted = question.stems[0]
    facts = [f for f in who.facts if f.confidence >= _SHOWN and wanted in {stem(w) for w in f.value.split()}]
    if facts:
        return Found("yes", facts[0].evidence[:1], facts[0].confidence)
    return Found("yes", who.evidence[:1], who.confidence * _AGAINST) if wanted in {stem(r) for r in who.roles} else None


_DYING = frozenset(map(stem, ("die", "drown", "perish")))
_DEAD = re.compile(r"^(?:is|was|are) .+ (?:dead|alive|still alive)\??$|^(?:did|does|has|do) .+ (?:die|died|survive)\??$", re.IGNORECASE)


def lives(world: World, question: Question, names: Names) -> Found | None:
    """ "Does Tom die?": yes where an event says so, no where he is there in the last scene."""
    if not _DEAD.match(question.text) or len(question.named) != 1:
        return None
    who = question.named[0].ids[0]
    asks_alive = re.search(r"\b(?:alive|survive)\b", question.text, re.IGNORECASE) is not None
    deaths = [e for e in world.events if e.what in _DYING and e.who == (who,) and e.realis == "actual" and e.confidence >= _SHOWN]
    if deaths:
        best = max(deaths, key=lambda e: e.confidence)
        return Found("no" if asks_alive else "yes", (Span(best.start, best.end),), best.confidence)
    last = max(world.scenes, key=lambda s: s.start, default=None)
    if last is not None and who in last.present:
        spoken = [q for q in world.quotes if q.speaker == who and q.start >= last.start]
        evidence = tuple(Span(q.start, q.end) for q in spoken[-1:]) or last.gist[:1]
        return Found("yes" if asks_alive else "no", evidence, 0.6)
    return None
