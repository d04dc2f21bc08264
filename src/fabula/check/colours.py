"""Which colours of eyes and hair contradict each other (lexicons/check.txt)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from fabula.lexicons import sections

_ANY = "any"
_CONFUSED = 0.6  # "grey eyes" and "blue eyes" may be one pair seen in two lights


@dataclass(frozen=True, slots=True)
class _Colours:
    named: dict[str, str]
    compatible: dict[str, frozenset[str]]
    confused: dict[str, frozenset[str]]


def _listed(field: str) -> frozenset[str]:
    return frozenset(w.strip() for w in field.split(",") if w.strip())


@cache
def _colours(section: str) -> _Colours:
    named: dict[str, str] = {}
    compatible: dict[str, frozenset[str]] = {}
    confused: dict[str, frozenset[str]] = {}
    for row in sections("check")[section]:
        kind, names, may, near, *_ = [*row.split("\t"), "", ""]
        named |= dict.fromkeys(_listed(names), kind)
        compatible[kind], confused[kind] = _listed(may), _listed(near)
    return _Colours(named, compatible, confused)


@cache
def colour_words(section: str) -> re.Pattern[str]:
    """Any colour of a section, or the word "colour" itself, as a whole word."""
    named = sorted({*_colours(section).named, "colour", "color"}, key=lambda w: (-len(w), w))
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, named))})\b", re.I)


def _classes(value: str, colours: _Colours) -> frozenset[str]:
    low = value.lower()
    if low in colours.named:
        return frozenset((colours.named[low],))
    parts = [colours.named[w] for w in re.split(r"[\s-]+", low) if w in colours.named]
    sure = [p for p in parts if p not in (_ANY, "dark")]
    return frozenset(sure or parts)


def clash(section: str, one: str, other: str) -> float:
    """How surely two colours cannot be one person's: 1 for certain, less where they are easily confused, 0 where they go together.

    >>> clash("eye colours", "dark brown", "green"), clash("eye colours", "hazel", "green"), clash("eye colours", "grey", "blue")
    (1.0, 0.0, 0.6)
    """
    colours = _colours(section)
    ours, theirs = _classes(one, colours), _classes(other, colours)
    if not ours or not theirs or _ANY in ours | theirs or ours & theirs:
        return 0.0
    pairs = [(a, b) for a in ours for b in theirs]
    if any(b in colours.compatible[a] or a in colours.compatible[b] for a, b in pairs):
        return 0.0
    return _CONFUSED if any(b in colours.confused[a] or a in colours.confused[b] for a, b in pairs) else 1.0
