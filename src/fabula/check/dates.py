"""Days that do not fit: a weekday and a date against another, a next morning that is no next day, the thirty-first of June."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from fabula.check.story import ORIGIN, Story, any_of
from fabula.elements import Issue
from fabula.spans import Span

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
# fmt: off
_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth", "thirteenth",
    "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth", "twenty-first", "twenty-second",
    "twenty-third", "twenty-fourth", "twenty-fifth", "twenty-sixth", "twenty-seventh", "twenty-eighth", "twenty-ninth", "thirtieth",
    "thirty-first",
)
# fmt: on
NUMBER = r"(?:the )?(?:\d{1,2}(?:st|nd|rd|th)?|" + "|".join(sorted(_ORDINALS, key=len, reverse=True)) + r")"
_MONTH = "|".join(MONTHS)
_DATED = re.compile(rf"\b({'|'.join(DAYS)}),? ({NUMBER})(?:\s+(?:of\s+)?({_MONTH}))?\b", re.IGNORECASE)
_DATE = re.compile(rf"\b({NUMBER}) (?:of )?({_MONTH})\b|\b({_MONTH}) ({NUMBER})\b", re.IGNORECASE)
_NEXT = re.compile(
    rf"\bnext (?:morning|day|evening|night|afternoon)\b,?(?: \w+){{0,3}}?,? (?:on |a |was |it was )*({'|'.join(DAYS)})\b", re.IGNORECASE
)
_DAY = "|".join(DAYS)
_IS = re.compile(
    rf"\b(?:it['’]s|it is|it was|today is|this is|was) (?:a |only |already |still )?({_DAY})\b|\b(?:on|by) (?:a |the )?({_DAY})\b(?!s)",
    re.IGNORECASE,
)
_SURE, _NEXT_DAY, _IMPOSSIBLE = 0.75, 0.65, 0.8
_FAR = 40_000  # characters within which two dates are taken to be of one year


@dataclass(frozen=True, slots=True)
class _Day:
    weekday: int
    day: int
    month: int | None
    span: Span


def dates(story: Story) -> Iterator[Issue]:
    """Everything that cannot be in one calendar."""
    yield from _mismatched(story)
    yield from _next_days(story)
    yield from _impossible(story)


def number_of(word: str) -> int:
    """The number of a day: "the ninth", "9th", "9"."""
    word = re.sub(r"^the ", "", word, flags=re.IGNORECASE)
    return int(re.sub(r"\D", "", word)) if word[0].isdigit() else _ORDINALS.index(word.lower()) + 1


def _days(story: Story) -> Iterator[_Day]:
    """The days in order; one without a month is of the last that was named, unless its number is lower."""
    month, last = None, 0
    for m in _DATED.finditer(story.text):
        number = number_of(m.group(2))
        if 1 <= number <= 31:
            month = MONTHS.index(m.group(3).lower()) if m.group(3) else month if number >= last else None
            last = number
            yield _Day(DAYS.index(m.group(1).lower()), number, month, Span(*m.span()))


def _mismatched(story: Story) -> Iterator[Issue]:
    """Two days with weekday and date, of one month or two months that are known, that cannot be of one year."""
    for a, b in pairwise(list(_days(story))):
        if b.span.start - a.span.end > _FAR or any_of("time jumps").search(story.text, a.span.end, b.span.start):
            continue
        apart = _apart(a, b)
        if apart is not None and all((b.weekday - a.weekday - n) % 7 for n in apart):
            yield _issue(f"{_said(story, a)}, then {_said(story, b)}", a.span, b.span, _SURE)


def _apart(a: _Day, b: _Day) -> tuple[int, ...] | None:
    """How many days lie between two dates: of February both that it may have. None where the month is not known to be the same."""
    if b.month is None or a.month == b.month:
        return (b.day - a.day,) if b.day >= a.day or b.month is not None else None
    if a.month is None or b.month < a.month:
        return None
    days = sum(_LENGTHS[a.month : b.month]) + b.day - a.day
    return (days, days - 1) if a.month <= 1 < b.month else (days,)


def _said(story: Story, day: _Day) -> str:
    return " ".join(day.span.of(story.text).split())


def _next_days(story: Story) -> Iterator[Issue]:
    """ "It is Tuesday", and the next morning is a Thursday."""
    for m in _NEXT.finditer(story.text):
        begin = max((c.start for c in story.world.manuscript.chapters if c.start <= m.start()), default=0)
        before = list(_IS.finditer(story.text, begin, m.start()))
        if not before:
            continue
        last = before[-1]
        named = (last.group(1) or last.group(2)).lower()
        weekday = DAYS.index(m.group(1).lower())
        same_voice = (story.quotation(last.start()) < 0) == (story.quotation(m.start()) < 0) or last.group(1) is not None
        if same_voice and weekday != (DAYS.index(named) + 1) % 7 and not _NEXT.search(story.text, last.end(), m.start()):
            text = f"after {named.capitalize()} the next day is {m.group(1)}"
            yield _issue(text, Span(*last.span()), Span(*m.span()), _NEXT_DAY)


def _impossible(story: Story) -> Iterator[Issue]:
    for m in _DATE.finditer(story.text):
        number, month = (m.group(1), m.group(2)) if m.group(1) else (m.group(4), m.group(3))
        if number_of(number) > _LENGTHS[MONTHS.index(month.lower())] and number_of(number) <= 31:
            yield _issue(f"there is no {' '.join(m.group().split())}", Span(*m.span()), None, _IMPOSSIBLE)


def _issue(text: str, one: Span, other: Span | None, sure: float) -> Issue:
    return Issue(
        kind="timeline", rule="timeline", text=text, evidence=(one, other) if other is not None else (one,), confidence=sure, origin=ORIGIN
    )
