"""Story order of events: each gets a day on the axis of the story; only the order of days means anything.

An event of the story's own telling stands at the day of its scene, a little later than the one told before it. What a pluperfect, a speech
in the past tense or a flashback tells lies back from there: by the time that is said ("eight years ago"), a little where it is recent
("has just left"), else before all that is told as present; a row of such events keeps its own order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from fabula.elements import Scene
from fabula.reading.timeline import SceneTime, day_counts
from fabula.reading.times import TimePhrase, best_time, find_times

LONG_AGO = -1_000.0
"""Days back of what is told without saying when: before the story's present, after what is said to lie years back."""
_IN_YOUTH = 8.0
"""How many times as far back lies what is said of somebody's birth or youth."""
_SOME_DAYS = -3.0
"""Days back of "on Friday", told afterwards."""
_MOMENT = 1e-6

Tier = Literal["present", "recent", "back", "ahead"]


@dataclass(frozen=True, slots=True)
class Told:
    """An event as it is told: where, in which scene (row), how it looks back, what time it says, and the row of events told together that
    it belongs to (a flashback, a speech, a run of pluperfects; None for the present line). ``young``: of a birth or somebody's youth."""

    position: int
    scene: int
    tier: Tier
    phrase: TimePhrase | None
    row: int | None
    young: bool = False


def scene_days(scenes: Sequence[Scene]) -> list[float]:
    """A day for each scene, counted by what scenes say of their time and never against their story order."""
    order = sorted(range(len(scenes)), key=lambda i: scenes[i].story_order)
    said = [scenes[i].time_text or "" for i in order]
    times = [SceneTime(scenes[i].chapter, _onward(best_time(find_times(t, 0, len(t)))), t) for i, t in zip(order, said, strict=True)]
    out = [0.0] * len(scenes)
    latest = 0.0
    for i, day in zip(order, day_counts(times), strict=True):
        latest = max(latest + 0.01, day)
        out[i] = latest
    return out


def _onward(phrase: TimePhrase | None) -> TimePhrase | None:
    return phrase if phrase is None or phrase.days is None or phrase.days > 0 else None


def _year_day(phrase: TimePhrase) -> float | None:
    return None if phrase.month is None else (phrase.month - 1) * 30.44 + (phrase.day or 15)


def event_days(events: Sequence[Told], scenes: Sequence[Scene]) -> list[float]:
    """A day for each event; events in order of position."""
    days = scene_days(scenes)
    dated = [best_time(find_times(s.time_text or "", 0, len(s.time_text or ""))) for s in scenes]
    opening = min(days, default=0.0)
    rows: dict[int, float] = {}
    out: list[float] = []
    for n, e in enumerate(events):
        now = days[e.scene] if 0 <= e.scene < len(days) else 0.0
        creep = n * _MOMENT
        if e.tier == "present":
            out.append(now + creep)
        elif e.tier == "ahead":
            out.append(now + (e.phrase.days or 1.0 if e.phrase is not None else 1.0) + creep)
        else:
            back = _back(e, now, opening, rows, dated[e.scene] if 0 <= e.scene < len(dated) else None)
            if e.row is not None and not e.young:
                rows[e.row] = back
            out.append(back + creep)
    return out


def _back(e: Told, now: float, opening: float, rows: dict[int, float], today: TimePhrase | None) -> float:
    """The day of an event that lies back."""
    phrase = e.phrase
    if phrase is not None:
        if phrase.days is not None and phrase.days < 0:
            return now + phrase.days
        if phrase.days is not None and e.row in rows:
            return rows[e.row] + phrase.days  # "a week later", of the memory before
        here, there = _year_day(phrase), None if today is None else _year_day(today)
        if here is not None and there is not None and phrase.year is None:
            return now - ((there - here) % 365.25)
        if here is not None and e.row not in rows:
            return opening - 400.0 + here
    if e.young:
        return opening + _IN_YOUTH * LONG_AGO
    if e.row in rows:
        return rows[e.row]
    if phrase is not None and phrase.kind == "date" and (phrase.year, phrase.month, phrase.day, phrase.days) == (None,) * 4:
        return now + _SOME_DAYS
    return now - 0.005 if e.tier == "recent" else opening + LONG_AGO


def put_before(days: Sequence[float], pairs: Sequence[tuple[int, int]]) -> list[float]:
    """The days, with the first event of each pair moved to just before the second where it does not lie before it.

    >>> put_before([0.0, 1.0], [(1, 0)])
    [0.0, -5e-07]
    """
    out = list(days)
    for before, after in pairs:
        if out[before] >= out[after]:
            out[before] = out[after] - _MOMENT / 2
    return out


def ranks(days: Sequence[float]) -> list[float]:
    """The rank, from 1, of each day.

    >>> ranks([0.0, -5.0, 0.5])
    [2.0, 1.0, 3.0]
    """
    at = {day: float(rank) for rank, day in enumerate(sorted(set(days)), 1)}
    return [at[day] for day in days]
