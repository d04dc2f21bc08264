"""Things that change their colour: the white van that is a blue one later.

A thing that a story calls "the van" and gives a colour keeps it, unless a word says that there are two of them, or that it was painted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations, pairwise

from fabula.check.statements import possessor
from fabula.check.story import ORIGIN, Story, any_of
from fabula.elements import Issue
from fabula.lexicons import sections, words
from fabula.spans import Span

_SURE, _ONE_OWNER = 0.6, 0.7
_PLURAL, _OFTEN = 0.75, 0.6
_ENOUGH = 2  # a thing that has more colours than two is several
_DEFINITE = (
    r"\b((?i:the|my|your|his|her|our|their|its|that|this|an?)|[A-Z][\w-]+['’]s)\s+(?:(?!other|second|new)[a-z]+(?:-[a-z]+)?,?\s+){0,2}?"
)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A thing with its colour: the class of the colour, the word, whose it is (None: nobody says), whether it is "a" thing."""

    colour: str
    word: str
    span: Span
    owner: str | None
    indefinite: bool


@cache
def _classes() -> dict[str, str]:
    rows = (line.partition("\t") for line in sections("check")["colours of things"])
    return {w.strip(): kind for kind, _, listed in rows for w in listed.split(",")}


@cache
def _pattern() -> re.Pattern[str]:
    colours = "|".join(sorted(_classes(), key=len, reverse=True))
    things = "|".join(map(re.escape, sorted(words("check", "lasting things"), key=len, reverse=True)))
    return re.compile(rf"{_DEFINITE}(?:\w+-)?({colours})\s+(?:[a-z]+\s+)?({things}|[A-Z][a-z]{{3,}})\b")


def belongings(story: Story) -> Iterator[Issue]:
    """Of each thing the first two places that give it different colours."""
    for thing, seen in _things(story).items():
        if len({s.colour for s in seen}) != _ENOUGH or _several(story, thing, seen):
            continue
        pairs = ((a, b) for a, b in combinations(seen, 2) if a.colour != b.colour and not _two_things(story, a, b))
        a, b = next(pairs, (None, None))
        if a is None or b is None or _changed(story, thing, a, b):
            continue
        sure = _ONE_OWNER if a.owner is not None and a.owner == b.owner else _SURE
        sure *= _PLURAL if re.search(rf"\b{re.escape(thing)}s\b", story.text, re.IGNORECASE) else 1.0
        yield Issue(
            kind="contradiction", rule="belongings", text=f"the {thing} is {a.word}, then {b.word}",
            evidence=(story.sentence(a.span.start), story.sentence(b.span.start)), confidence=round(sure, 3), origin=ORIGIN,
        )  # fmt: skip


def _things(story: Story) -> dict[str, list[_Seen]]:
    out: dict[str, list[_Seen]] = {}
    for m in _pattern().finditer(story.text):
        det, colour, thing = m.groups()
        unsure = any_of("doubt").search(story.text, story.sentence(m.start()).start, m.start())
        if unsure or story.apart(m.start()) or story.beside(m.start()):
            continue
        owner = possessor(story, m.end(1) + 1) if det.lower() not in ("the", "that", "this", "a", "an") else None
        seen = _Seen(_classes()[colour], colour, Span(m.start(2), m.end(3)), owner, det.lower() in ("a", "an"))
        out.setdefault(thing, []).append(seen)
    return out


def _several(story: Story, thing: str, seen: list[_Seen]) -> bool:
    """Whether the story speaks of more than one such thing: "another van", "two vans", or both colours in one sentence."""
    number = r"(?:another|other|second|third|both|two|three|four|five|several|many|new|old|each|every|all|different)"
    if re.search(rf"\b{number}\s+(?:[a-z]+\s+)?{re.escape(thing)}s?\b", story.text, re.IGNORECASE):
        return True
    colours: dict[Span, set[str]] = {}
    for s in seen:
        colours.setdefault(story.paragraph(s.span.start), set()).add(s.colour)
    turns = [k.colour != s.colour for k, s in pairwise(seen)]
    return any(len(c) > 1 for c in colours.values()) or (len(seen) > _ENOUGH + 1 and sum(turns) > _ENOUGH)


def _changed(story: Story, thing: str, a: _Seen, b: _Seen) -> bool:
    """Whether a sentence about the thing, between the two places, says that it was painted, sold, borrowed."""
    named = re.compile(rf"\b{re.escape(thing)}s?\b", re.IGNORECASE)
    sentences = (story.sentence(m.start()) for m in named.finditer(story.text, a.span.start, b.span.end))
    return any(any_of("repainting").search(story.text, s.start, s.end) for s in sentences)


def _two_things(story: Story, a: _Seen, b: _Seen) -> bool:
    """Whether two places mean two things: those of two owners, or a new one that comes in as "a red one"."""
    return b.indefinite or (a.owner is not None and b.owner is not None and a.owner != b.owner)
