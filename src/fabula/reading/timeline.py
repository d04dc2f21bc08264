"""Story order of scenes: a day count along the telling, from dates, offsets and flashback openings.

The count starts at 0 with the first scene. "Three weeks later" adds to it; an undated scene goes on where the one before it
stopped; "three years earlier" sets one scene back and the count goes on from before it. Where nothing is said, telling order holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fabula.lexicons import words
from fabula.reading.times import TimePhrase

_LONG_AGO = -20_000.0
"""Days back of a flashback that does not say how far: before everything that is told as present."""
_STEP = 0.001


@dataclass(frozen=True, slots=True)
class SceneTime:
    """What a scene says of its time: its phrase, the phrase's words, and whether it is marked as past or as present again.

    ``past``: the scene as a whole is a flashback; ``stays``: the mark stood in a heading and holds until the next marked scene of
    another chapter; ``now``: marked as the story's present.
    """

    chapter: int
    phrase: TimePhrase | None = None
    words: str = ""
    past: bool = False
    now: bool = False
    headed: bool = False


def _absolute(phrase: TimePhrase) -> float | None:
    """Days since the year 0 of a date with a year."""
    if phrase.year is None:
        return None
    return phrase.year * 365.25 + ((phrase.month or 1) - 1) * 30.44 + (phrase.day or 1)


def _in_year(phrase: TimePhrase) -> float | None:
    return None if phrase.month is None else (phrase.month - 1) * 30.44 + (phrase.day or 1)


def _back(time: SceneTime) -> float:
    if time.phrase is not None and time.phrase.days is not None and time.phrase.days < 0:
        return time.phrase.days
    return -1.0 if any(w in time.words.lower() for w in words("time", "day_before")) else _LONG_AGO


def _advance(count: float, year_day: float | None, phrase: TimePhrase | None) -> float:
    """The day count of a scene that goes on from ``count``; a date without a year is the next such day."""
    if phrase is None:
        return count + _STEP
    if phrase.days is not None and phrase.days > 0:
        return count + phrase.days
    here = _in_year(phrase)
    if here is not None and year_day is not None:
        return count + max(_STEP, (here - year_day) % 365.25)
    return count + _STEP


def day_counts(times: Sequence[SceneTime]) -> list[float]:
    """The day of each scene, counted from the first; only their order means anything."""
    out: list[float] = []
    count, base, year_day = -_STEP, None, None
    held: tuple[int, float] | None = None  # chapter and offset of a flashback that its heading opened
    for time in times:
        absolute = _absolute(time.phrase) if time.phrase is not None else None
        if held is not None and (time.now or time.chapter != held[0]):
            held = None
        if absolute is not None:
            base = absolute - max(count, 0.0) if base is None else base
            day = absolute - base
            year_day = _in_year(time.phrase) if time.phrase is not None else None
            count = day if not time.past else count
        elif time.past or held is not None:
            if time.past:
                held = (time.chapter, _back(time)) if time.headed else None
            day = (out[-1] + _STEP) if not time.past and out else count + _back(time)
        else:
            count = day = _advance(count, year_day, time.phrase)
            here = _in_year(time.phrase) if time.phrase is not None else None
            year_day = here if here is not None else year_day
        out.append(day)
    return out


def story_order(times: Sequence[SceneTime]) -> tuple[int, ...]:
    """The rank (from 1) of each scene in story time; ties keep the order of telling.

    >>> from fabula.spans import Span
    >>> back = TimePhrase(Span(0, 0), "earlier", -1000.0)
    >>> story_order([SceneTime(0), SceneTime(0, back, past=True), SceneTime(0)])
    (2, 1, 3)
    """
    days = day_counts(times)
    ranks = [0] * len(days)
    for rank, i in enumerate(sorted(range(len(days)), key=lambda i: (days[i], i)), 1):
        ranks[i] = rank
    return tuple(ranks)
