"""Tense on the surface: pluperfects, past and present forms, counted without a parser (lexicons/frames.txt)."""

from __future__ import annotations

import re
from functools import cache

from fabula.lexicons import words

_APOS = "'’"


@cache
def _pluperfect() -> re.Pattern[str]:
    participles, unclear = words("frames", "participle"), words("frames", "ambiguous_participle")
    full = "|".join(sorted(participles))
    contracted = "|".join(sorted(participles - unclear))  # "he'd come" may be "he would come"
    adverb = r"(?:(?:not|never|always|just|already|once|only|also|even|ever|long|often|all|both|first|since|still|then|\w+ly)\s){0,2}"
    return re.compile(rf"(?:\bhad(?:n[{_APOS}]t)?\s{adverb}(?:\w+ed|{full})|\w[{_APOS}]d\s{adverb}(?:(?!need)\w+ed|{contracted}))\b", re.I)


@cache
def _past() -> re.Pattern[str]:
    irregular = "|".join(sorted(words("frames", "past"), key=len, reverse=True))
    return re.compile(rf"(?<![\w{_APOS}])(?:{irregular}|\w{{2,}}ed)(?![\w{_APOS}])", re.I)


@cache
def _present() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w{_APOS}])(?:{'|'.join(sorted(words('frames', 'present'), key=len, reverse=True))})(?![\w{_APOS}])", re.I)


def pluperfects(text: str, start: int, end: int) -> list[int]:
    """Where pluperfects stand in ``[start, end)``.

    >>> pluperfects("She had never seen it. He'd gone. He had to go; he'd run.", 0, 56)
    [4, 24]
    """
    return [m.start() for m in _pluperfect().finditer(text, start, end)]


def past_forms(text: str, start: int, end: int) -> int:
    """How many finite past forms (or what looks like one) stand in ``[start, end)``."""
    return sum(1 for _ in _past().finditer(text, start, end))


def present_forms(text: str, start: int, end: int) -> int:
    """How many finite present forms stand in ``[start, end)``; only forms that can be nothing else are counted."""
    return sum(1 for _ in _present().finditer(text, start, end))
