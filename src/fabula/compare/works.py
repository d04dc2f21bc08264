"""Several works with the same people in them: how their roles, ties, facts and ends differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fabula.elements import Spans
from fabula.spans import Span
from fabula.world.assemble import SHOWN
from fabula.world.characters import CharacterView
from fabula.world.namesakes import same_names, shown
from fabula.world.pretty import ties_of
from fabula.world.wording import clean
from fabula.world.world import World

_DYING = frozenset(("die", "drown", "perish", "expire"))
_KILLING = frozenset(("kill", "murder", "shoot", "stab", "strangle", "hang", "drown", "poison"))
_MOST_FACTS = 8
_BESIDE = frozenset(("habit", "former habit", "description"))
"""Attributes whose values are sentences rather than words: they are never the same in two works."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one work says of somebody. ``end``: how it leaves them, with the words that say so."""

    id: str
    name: str
    pronouns: str
    importance: str
    roles: tuple[str, ...]
    ties: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    end: str
    evidence: Spans = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a sheet for each work, None where they are not in it."""

    name: str
    sheets: tuple[Sheet | None, ...]

    @property
    def differs(self) -> tuple[str, ...]:
        """The parts of the sheets in which the works do not agree."""
        there = [s for s in self.sheets if s is not None]
        parts = ("pronouns", "importance", "roles", "ties", "facts", "end")
        return tuple(part for part in parts if len({getattr(s, part) for s in there}) > 1)


@dataclass(frozen=True, slots=True)
class WorkComparison:
    """``people``: those in more than one work, who matter most first; ``only``: the major and minor people of one work alone."""

    worlds: tuple[World, ...]
    people: tuple[Person, ...]
    only: tuple[tuple[str, ...], ...]

    def to_json(self) -> dict[str, Any]:
        """Plain data for programs."""
        return {
            "drafts": False,
            "people": [{"name": p.name, "differs": list(p.differs), "works": [_plain(s) for s in p.sheets]} for p in self.people],
            "only": [list(names) for names in self.only],
        }


def _plain(sheet: Sheet | None) -> dict[str, Any] | None:
    if sheet is None:
        return None
    return {
        "id": sheet.id, "name": sheet.name, "pronouns": sheet.pronouns, "importance": sheet.importance, "roles": list(sheet.roles),
        "ties": list(sheet.ties), "facts": [{"attribute": a, "value": v} for a, v in sheet.facts], "end": sheet.end,
        "evidence": [list(s) for s in sheet.evidence],
    }  # fmt: skip


def compare_works(worlds: Sequence[World]) -> WorkComparison:
    """The people that several works share, matched by name, and those that only one has."""
    groups = list(_groups(worlds))
    shared = [g for g in groups if sum(i is not None for i in g) > 1]
    people = [Person(_name(worlds, group), tuple(_sheets(worlds, group))) for group in shared]
    weight = {p: sum(w.characters[s.id].element.mentions for w, s in zip(worlds, p.sheets, strict=True) if s is not None) for p in people}
    in_several = [{g[k] for g in shared} for k in range(len(worlds))]
    only = tuple(
        tuple(c.name for c in shown(w) if c.id not in there and c.importance != "mentioned")
        for w, there in zip(worlds, in_several, strict=True)
    )
    return WorkComparison(tuple(worlds), tuple(sorted(people, key=lambda p: -weight[p])), only)


def _sheets(worlds: Sequence[World], group: Sequence[str | None]) -> Iterator[Sheet | None]:
    for world, who in zip(worlds, group, strict=True):
        yield None if who is None else sheet(world, world.characters[who])


def _groups(worlds: Sequence[World]) -> Iterator[list[str | None]]:
    """One list for each person, with the id in every work; a later work is matched with the first that has them."""
    taken: list[set[str]] = [set() for _ in worlds]
    for k, world in enumerate(worlds):
        matches = [same_names(world, other) if j > k else {} for j, other in enumerate(worlds)]
        for c in shown(world):
            if c.id in taken[k]:
                continue
            found: list[str | None] = [None] * len(worlds)
            found[k] = c.id
            for j in range(k + 1, len(worlds)):
                twin = matches[j].get(c.id)
                found[j] = twin if twin not in taken[j] else None
            for j, who in enumerate(found):
                if who is not None:
                    taken[j].add(who)
            yield found


def _name(worlds: Sequence[World], ids: Sequence[str | None]) -> str:
    """The longest name that somebody has."""
    names = [w.characters[i].name for w, i in zip(worlds, ids, strict=True) if i is not None]
    return max(names, key=len)


def sheet(world: World, c: CharacterView) -> Sheet:
    """What a work says of somebody, in short."""
    roles = tuple(sorted({clean(r).casefold() for r in c.roles}))
    facts = sorted((f for f in c.facts if f.confidence >= SHOWN and f.attribute not in _BESIDE), key=lambda f: -f.confidence)[:_MOST_FACTS]
    said = tuple(sorted({(f.attribute, clean(f.value)) for f in facts}))
    end, evidence = _end(world, c)
    return Sheet(c.id, c.name, c.pronouns, c.importance, roles, tuple(sorted(ties_of(world, c))), said, end, evidence)


def _end(world: World, c: CharacterView) -> tuple[str, Spans]:
    """How a work leaves somebody: dead, or where and with whom they are seen last."""
    for e in world.events:
        dies = (e.what in _DYING and e.who == (c.id,)) or (e.what in _KILLING and e.whom == (c.id,))
        if dies and e.realis == "actual" and e.confidence >= SHOWN:
            return "dies", (Span(e.start, e.end),)
    scenes = [s for s in world.scenes if c.id in s.present]
    if not scenes:
        return "is only talked of", ()
    last = max(scenes, key=lambda s: (s.story_order, s.start))
    state = next((t.state for r in c.relationships for t in reversed(r.course) if r.confidence >= SHOWN), "")
    place = next((p.name for p in world.places if p.id == last.place), None) or last.place_text
    where = f" at {clean(place)}" if place else ""
    ends = last == max(world.scenes, key=lambda s: s.start)
    at_end = "is there at the end" if ends else f"is last seen in scene {world.scenes.index(last) + 1}"
    return f"{at_end}{where}" + (f", {state}" if state else ""), last.gist[:1]
