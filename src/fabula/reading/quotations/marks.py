"""Quotation marks as they stand in a text, and what their neighbours say about them: does one open or close?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from fabula.lexicons import words

DOUBLE, SINGLE, GUILLEMET, ANGLE = range(4)
FAMILIES = {
    '"': DOUBLE, "“": DOUBLE, "”": DOUBLE, "„": DOUBLE, "‟": DOUBLE, "＂": DOUBLE, "``": DOUBLE, "''": DOUBLE, "´´": DOUBLE,
    "'": SINGLE, "‘": SINGLE, "’": SINGLE, "‚": SINGLE, "‛": SINGLE, "`": SINGLE, "´": SINGLE,
    "«": GUILLEMET, "»": GUILLEMET, "‹": ANGLE, "›": ANGLE,
}  # fmt: skip
_MARK = re.compile(r"[\"“”„‟＂'‘’‚‛`´«»‹›]")
_MARK_DOUBLED = re.compile(rf"``|''|´´|{_MARK.pattern}")
_DOUBLED = re.compile(r"``|´´|(?<!\S)''(?=\w)")
_DOUBLED_LEAST = 3  # opening marks typed as two single ones before the story is taken to use them; fewer are ''Tis and its kind
_MARKUP = frozenset("*_") | {m for m in FAMILIES if len(m) == 1}
_END = frozenset(".,!?…;:—–-")
_DASH = frozenset("—–-")
_BRACKETS = frozenset("([{")
_APOSTROPHES = frozenset("'’‘´`")
_WORD = re.compile(r"[^\W_]+")
_LAST_WORD = re.compile(r"[^\W_]+$")
_NEAR = 6  # how far past other marks and asterisks the neighbours of a mark are looked for
_DECADE = re.compile(r"\d\ds?\b")


@dataclass(slots=True)
class Mark:
    """One quotation mark. ``lean`` > 0: its neighbours say it opens, < 0: it closes; ``stray``: what it costs to ignore it."""

    start: int
    end: int
    glyph: str
    family: int
    lean: float
    stray: float


@cache
def _elisions() -> frozenset[str]:
    return words("quotation_cues", "elision")


@cache
def _clipped() -> frozenset[str]:
    return words("quotation_cues", "clipped")


def _lean(text: str, start: int, end: int, lo: int, hi: int) -> float:
    """How much the characters around ``[start, end)`` speak for an opening mark, within ``[lo, hi)``."""
    lo, hi = max(lo, start - _NEAR), min(hi, end + _NEAR)
    a, b = start - 1, end
    while a >= lo and text[a] in _MARKUP:
        a -= 1
    while b < hi and text[b] in _MARKUP:
        b += 1
    before = text[a] if a >= lo else " "
    after = text[b] if b < hi else " "
    space_before, space_after = before.isspace(), after.isspace()
    if space_before or before in _BRACKETS:
        if space_after:
            return 0.0 if a >= lo else 1.0
        if after.isalnum():
            return 5.0
        return 3.0 if after in "…—–-.¡¿($£€#&@" else -2.0
    if space_after or not after.isalnum():
        if before == ":":
            return 2.0 if space_after else 1.0
        if before in _END:
            return -5.0
        return -3.0 if space_after or after in _END or after == ")" else -1.0
    if before in ":=":
        return 3.0
    if before in _DASH:
        return 1.5
    if before in _END:
        return (1.0 if after.isupper() else -0.5) if before == "," else (0.0 if after.isupper() else -2.0)
    return 1.0 if after.isupper() and before.islower() else -0.5


def _apostrophe(text: str, start: int, end: int, lo: int, hi: int) -> float | None:
    """What it costs to read a single mark as an apostrophe; None where it can be nothing else."""
    before = text[start - 1] if start > lo else " "
    after = text[end] if end < hi else " "
    if before.isalnum() and after.isalnum():
        return None
    if after.isalnum() and not before.isalnum():
        word = _WORD.match(text, end)
        if _DECADE.match(text, end) or (word and word.group().lower() in _elisions()):
            return 0.5
        return 4.0
    if before.isalnum():
        if before.isdigit():
            return 1.0
        last = _LAST_WORD.search(text, max(lo, start - 20), start)
        word_before = last.group().lower() if last else ""
        if before in "sxzS":
            return 0.8
        if word_before in _clipped() or (word_before.endswith("in") and len(word_before) > 3):
            return 0.6
        return 2.5
    return 5.0


def mark_pattern(text: str) -> re.Pattern[str]:
    """What counts as one mark in a story: two single ones are a double where the story types its double marks so."""
    return _MARK_DOUBLED if len(_DOUBLED.findall(text)) >= _DOUBLED_LEAST else _MARK


def marks_in(text: str, start: int, end: int, pattern: re.Pattern[str]) -> Iterator[Mark]:
    """The marks in ``[start, end)``, apostrophes inside words left out; ``pattern`` from ``mark_pattern``."""
    for m in pattern.finditer(text, start, end):
        glyph = m.group()
        family = FAMILIES[glyph]
        a, b = m.span()
        stray = 4.5
        if glyph in _APOSTROPHES:
            cost = _apostrophe(text, a, b, start, end)
            if cost is None:
                continue
            stray = cost
        elif glyph == '"' and a > start and text[a - 1].isdigit():
            stray = 2.5  # inches and seconds
        yield Mark(a, b, glyph, family, _lean(text, a, b, start, end), stray)
