"""When somebody was born and died: two dates of one birth or death that cannot both be right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from fabula.check.dates import DAYS, MONTHS, NUMBER, number_of
from fabula.check.owners import by_tree
from fabula.check.statements import possessor, subject_of
from fabula.check.story import ORIGIN, Story, any_of
from fabula.elements import Issue
from fabula.spans import Span

_EVENTS = {
    "died": re.compile(r"\b(?:died|drowned|perished|(?:was|were|got) killed|passed away)\b"),
    "was born": re.compile(r"\b(?:was|were|been) born\b"),
}
_MONTH, _DAY = "|".join(MONTHS), "|".join(DAYS)
_WHEN = re.compile(
    rf"\b(?:on|in|since|of|the) (?:the )?"
    rf"(?:(?P<weekday>{_DAY})\b|(?:(?P<day>{NUMBER}) (?:of )?)?(?P<month>{_MONTH})\b(?: (?P<after>\d{{1,2}})\b)?)"
    rf"|(?P<day2>{NUMBER}) (?:of )?(?P<month2>{_MONTH})\b|\bin (?P<year>1[5-9]\d\d|20\d\d)\b",
    re.IGNORECASE,
)
_REACH = 60  # code points between the verb and the date
_SURE, _SPOKEN = 0.7, 0.8


@dataclass(frozen=True, slots=True)
class _Dated:
    fields: dict[str, int]
    span: Span
    words: str


def vitals(story: Story) -> Iterator[Issue]:
    """Of each person the first two dates of birth, and of death, that differ."""
    for event in _EVENTS:
        found: dict[str, list[_Dated]] = {}
        for who, dated in _dated(story, event):
            found.setdefault(story.one(who), []).append(dated)
        for who, dates in found.items():
            pair = next(((a, b) for a, b in combinations(dates, 2) if _differ(a, b)), None)
            if pair is not None:
                a, b = pair
                trust = 1.0 if story.voice(a.span.start) == story.voice(b.span.start) == "narration" else _SPOKEN
                yield Issue(
                    kind="timeline", rule="vital_date", text=f"{story.world.name_of(who)} {event} {a.words}, then {b.words}",
                    evidence=(a.span, b.span), confidence=round(_SURE * trust, 3), origin=ORIGIN,
                )  # fmt: skip


def _dated(story: Story, event: str) -> Iterator[tuple[str, _Dated]]:
    for m in _EVENTS[event].finditer(story.text):
        sentence = story.sentence(m.start())
        if story.apart(m.start()) or any_of("doubt").search(story.text, sentence.start, m.start()):
            continue
        after = _WHEN.search(story.text, m.end(), min(sentence.end, m.end() + _REACH))
        before = None if after else _last(story, max(sentence.start, m.start() - _REACH), m.start())
        when, who = after or before, _whose(story, m)
        if when is not None and who is not None and "?" not in story.text[m.end() : sentence.end]:
            yield who, _Dated(_fields(when), sentence, " ".join(when.group().split()))


def _last(story: Story, start: int, end: int) -> re.Match[str] | None:
    """The date before a verb that belongs to it: "since September, when their father died"."""
    found = list(_WHEN.finditer(story.text, start, end))
    return found[-1] if found and re.search(r",? when\b", story.text[found[-1].end() : end]) else None


def _whose(story: Story, m: re.Match[str]) -> str | None:
    subject = subject_of(story, m.start())
    return subject.who[0] if subject is not None else by_tree(story, m.start()) or possessor(story, m.start())


def _fields(m: re.Match[str]) -> dict[str, int]:
    out: dict[str, int] = {}
    if m["weekday"]:
        out["weekday"] = DAYS.index(m["weekday"].lower())
    if month := m["month"] or m["month2"]:
        out["month"] = MONTHS.index(month.lower())
    if day := m["day"] or m["day2"] or m["after"]:
        out["day"] = number_of(day)
    if m["year"]:
        out["year"] = int(m["year"])
    return out


def _differ(a: _Dated, b: _Dated) -> bool:
    return any(a.fields[k] != b.fields[k] for k in a.fields.keys() & b.fields.keys())
