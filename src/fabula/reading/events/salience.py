"""What a summary would keep: by the kind of verb, who takes part, where in the scene and the sentence it stands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from fabula.lexicons import words

_KINDS = (("turning", 0.45), ("striking", 0.3), ("meeting", 0.3), ("moving", 0.25), ("telling", 0.25), ("learning", 0.25), ("giving", 0.25))


@cache
def kind_weight(verb: str) -> float:
    """How much the kind of a verb counts: most for what turns a life, less than nothing for what hardly anybody would retell."""
    weight = max((w for kind, w in _KINDS if verb in words("events", kind)), default=0.0)
    if verb in words("events", "slight"):
        return weight - 0.2
    return weight if weight else 0.1


@dataclass(frozen=True, slots=True)
class Standing:
    """How an event stands in the story. ``majors``: major characters in it; ``people``: all; ``edge``: near the opening or the end of a
    scene; ``main``: in a main clause; ``back``: told as what lay before; ``turn``: a connective marks it; ``dated``: a time is said.
    """

    verb: str
    event: float
    majors: int
    people: int
    edge: bool
    main: bool
    back: bool
    turn: bool
    dated: bool
    actual: bool
    tag: bool


def salience(s: Standing) -> float:
    """Between 0 and 1; only the order means anything."""
    value = 0.12 + kind_weight(s.verb) + 0.12 * s.event
    value += 0.09 * min(2, s.majors) + 0.05 * min(2, s.people) + 0.05 * s.edge + 0.05 * s.main
    value += 0.08 * s.back + 0.05 * s.turn + 0.08 * s.dated + (0.06 if s.actual else -0.1) - 0.25 * s.tag
    return round(min(1.0, max(0.0, value)), 3)
