"""Somebody in two places at a time: asleep all evening and at the table, aboard since February and at the wedding in March.

Two kinds are looked for. What a sentence tells of a whole stretch of time ("he had not left his bed all day") must agree with what the
scenes of that stretch tell; and two sentences of one voice that put somebody at two places at the same hour of one day cannot both be so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from fabula.check.dates import DAYS
from fabula.check.story import ORIGIN, Story, any_of
from fabula.elements import Issue
from fabula.lexicons import words
from fabula.reading.trees import Trees
from fabula.spans import Span

_LONG = (
    r"(?:through it all|had not stirred|hadn['’]t stirred|before|since|(?:all|the whole|the) (?:day|evening|night|morning|afternoon|time))"
)
_CLOCK = re.compile(
    r"\bat (?P<hour>noon|midnight|(?:half[- ]past |(?:a )?quarter (?:past|to) |(?:five|ten|twenty|twenty-five) (?:past|to) )?"
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)(?: o['’]clock)?|\d{1,2}[:.]\d\d)(?= |[,.;!?])",
    re.IGNORECASE,
)
_PREPOSITIONS = frozenset(("in", "at", "on", "inside", "aboard"))
_BACK = 6_000  # code points of the telling that such a stretch reaches back at most
_SURE, _SAME_HOUR = 0.6, 0.6
_SURE_ACTOR = 0.5


@dataclass(frozen=True, slots=True)
class _Place:
    """``said``: with its preposition; ``words``: those that tell it from others."""

    said: str
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class _There:
    """Somebody at a place at an hour: ``day`` is the weekday that was named last, -1 without any."""

    who: str
    place: _Place
    hour: str
    day: int
    span: Span
    voice: str | None


@cache
def _all_day() -> re.Pattern[str]:
    stayed = "|".join(map(re.escape, sorted(words("check", "staying"), key=len, reverse=True)))
    had = r"(?:had|has|have|['’]d|['’]ve|['’]s)(?: not|n['’]t)?(?: \w+ly| never)?"
    return re.compile(rf"\b{had} (?:{stayed})\b[^.!?]*?\b{_LONG}\b", re.IGNORECASE)


def whereabouts(story: Story) -> Iterator[Issue]:
    """Everybody who is in two places."""
    trees = story.trees
    if trees is not None:
        yield from _all_along(story, trees)
        yield from _same_hour(story, trees)


def _all_along(story: Story, trees: Trees) -> Iterator[Issue]:
    """A stretch that somebody slept through or stayed in, in the course of which the narration shows them elsewhere."""
    told: set[tuple[str, Span]] = set()
    for m in _all_day().finditer(story.text):
        sentence = story.sentence(m.start())
        subject = trees.subject(_verb(trees, m))
        who = trees.people(subject).one if subject >= 0 else None
        unsure = story.apart(m.start()) or any_of("doubt").search(story.text, sentence.start, m.start())
        if who is None or story.quotation(m.start()) >= 0 or unsure:
            continue
        seen = _seen(story, who, sentence.start)
        if seen is not None and (who, seen) not in told:
            told.add((who, seen))
            text = f"{story.world.name_of(who)} {' '.join(m.group().split())}, and is seen elsewhere"
            yield Issue(kind="timeline", rule="two_places", text=text, evidence=(seen, sentence), confidence=_SURE, origin=ORIGIN)


def _verb(trees: Trees, m: re.Match[str]) -> int:
    """The verb of a stretch: the head of its first words."""
    at = trees.row_at(m.start())
    for _ in range(4):
        if trees.pos[at] == "VERB" or trees.head[at] < 0:
            break
        at = trees.head[at]
    return at


def _seen(story: Story, who: str, before: int) -> Span | None:
    """The last thing that somebody does or says, awake, in the chapter before a place and not right beside it."""
    begin = max((c.start for c in story.world.manuscript.chapters if c.start <= before), default=0)
    begin = max(begin, before - _BACK)
    end = story.paragraph(before).start
    done = [
        Span(e.start, e.end) for e in story.world.events
        if who in e.who and e.realis == "actual" and e.confidence >= _SURE_ACTOR and begin <= e.start < end
        and story.quotation(e.start) < 0 and not story.looks_back(e.start)
    ]  # fmt: skip
    return done[-1] if done else None


def _same_hour(story: Story, trees: Trees) -> Iterator[Issue]:
    found: dict[str, list[_There]] = {}
    for there in _theres(story, trees):
        found.setdefault(there.who, []).append(there)
    for who, places in found.items():
        pair = next(((a, b) for a, b in combinations(places, 2) if _clash(story, a, b)), None)
        if pair is not None:
            a, b = pair
            text = f"{story.world.name_of(who)} is {a.place.said} {a.hour}, and {b.place.said}"
            yield Issue(kind="timeline", rule="two_places", text=text, evidence=(a.span, b.span), confidence=_SAME_HOUR, origin=ORIGIN)


def _clash(story: Story, a: _There, b: _There) -> bool:
    if a.hour != b.hour or a.day != b.day or a.voice != b.voice or a.span == b.span:
        return False
    return not a.place.words & b.place.words and not any_of("other days").search(story.text, a.span.end, b.span.start)


def _theres(story: Story, trees: Trees) -> Iterator[_There]:
    day = -1
    marks = sorted([(m.start(), m) for p in (_CLOCK, _weekdays()) for m in p.finditer(story.text)], key=lambda x: x[0])
    for at, m in marks:
        if m.re is not _CLOCK:
            day = DAYS.index(m.group().lower())
            continue
        sentence = story.sentence(at)
        first, last = trees.row_at(sentence.start), trees.row_at(max(sentence.start, sentence.end - 1)) + 1
        root = next((i for i in range(first, last) if trees.rel[i] == "root"), -1)
        if root < 0 or story.apart(at) or trees.negated(root) or trees.unreal(root) or trees.asked(root):
            continue
        subject = trees.subject(root)
        who = trees.people(subject).one if subject >= 0 else None
        place = _place(trees, root, m)
        if who is not None and place is not None:
            yield _There(who, place, " ".join(m.group().lower().split()), day, sentence, story.voice(at))


def _weekdays() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(DAYS)})\b", re.IGNORECASE)


def _place(trees: Trees, root: int, clock: re.Match[str]) -> _Place | None:
    """The place that a clause puts its subject in: "was |in the library|", "sat |at the table|"."""
    if trees.lower[root] not in words("check", "being somewhere") and not trees.has(root, "cop", "was", "were", "is", "am"):
        return None
    for at in (root, *trees.all(root, "obl")):
        case = trees.child(at, "case")
        inside = clock.start() <= trees.start[at] < clock.end()
        if case >= 0 and trees.lower[case] in _PREPOSITIONS and not inside and trees.pos[at] in ("NOUN", "PROPN"):
            said = " ".join(trees.lower[i] for i in range(case, at + 1))
            return _Place(said, frozenset(trees.lower[i] for i in range(case + 1, at + 1) if trees.pos[i] in ("NOUN", "PROPN", "ADJ")))
    return None
