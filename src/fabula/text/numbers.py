"""Numbers as chapters bear them: ``12``, ``XII``, ``twelve``, ``twelfth``, ``the last``."""

from __future__ import annotations

import re
from functools import cache

from fabula.lexicons import table

_ROMAN = re.compile(r"(?=[ivxlc])(?:xc|xl|l?x{0,3}|c{1,3}(?:xc|xl|l?x{0,3}))(?:ix|iv|v?i{0,4})$")
_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


@cache
def _words() -> dict[str, int]:
    return {w.strip(): int(value) for value, names in table("headings", "numbers") for w in names.split(",")}


def roman(word: str) -> int | None:
    """
    >>> roman("XIV"), roman("xxxx"), roman("mild"), roman("")
    (14, None, None, None)
    """
    low = word.lower()
    if not _ROMAN.match(low):
        return None
    total = 0
    for a, b in zip(low, low[1:] + " ", strict=True):
        value = _VALUES[a]
        total += -value if value < _VALUES.get(b, 0) else value
    return total or None


def in_words(words: str) -> int | None:
    """
    >>> in_words("Twenty-One"), in_words("the First"), in_words("forty two"), in_words("one hundred and three"), in_words("oven")
    (21, 1, 42, 103, None)
    """
    parts = [p for p in re.split(r"[\s-]+", words.lower()) if p not in ("the", "and")]
    if not parts or len(parts) > 4:
        return None
    total = 0
    for part in parts:
        value = _words().get(part)
        if value is None:
            return None
        total = total * 100 if value == 100 and 0 < total < 10 else total + value
    return total or None


def number(words: str) -> int | None:
    """The value of a chapter number in any manner of writing it, or ``None``.

    >>> number("12"), number("iv"), number("Seven"), number("chapter")
    (12, 4, 7, None)
    """
    if words.isascii() and words.isdigit():
        return int(words) if len(words) < 5 else None
    return roman(words) or in_words(words)
