"""Ages as ranges of years: "forty", "fifty-two", "nineteen", "early thirties"."""

from __future__ import annotations

import re

# fmt: off
_UNITS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen",
    "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)
# fmt: on
_TENS = dict(zip(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], range(20, 100, 10), strict=True))
_DECADES = {"teens": 10} | {w.removesuffix("y") + "ies": n for w, n in _TENS.items()}
_PARTS = {"early": (0, 4), "mid": (3, 7), "middle": (3, 7), "late": (5, 9)}
_LEAST = {"teens": 13}


def years(value: str) -> tuple[int, int] | None:
    """The least and the most years that an age says, None where it is no number.

    >>> years("fifty-two"), years("early thirties"), years("old")
    ((52, 52), (30, 34), None)
    """
    parts = re.findall(r"[a-z]+|\d+", value.lower())
    if len(parts) == 1 and parts[0].isdigit():
        return int(parts[0]), int(parts[0])
    decade = next((p for p in parts if p in _DECADES), None)
    if decade:
        low, high = next((_PARTS[p] for p in parts if p in _PARTS), (0, 9))
        return max(_DECADES[decade] + low, _LEAST.get(decade, 0)), _DECADES[decade] + high
    if parts and all(p in _TENS or p in _UNITS for p in parts) and len(parts) <= 2:
        number = sum(_TENS[p] if p in _TENS else _UNITS.index(p) for p in parts)
        return number, number
    return None
