"""Which language a text is in: by script, then by its commonest small words."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from fabula.lexicons import table
from fabula.text.blocks import Role
from fabula.text.manuscript import TextWarning
from fabula.text.sheet import Sheet

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SCRIPTS = (
    ("ru", re.compile("[\u0400-\u04ff]")), ("el", re.compile("[\u0370-\u03ff\u1f00-\u1fff]")), ("he", re.compile("[\u0590-\u05ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")), ("hi", re.compile("[\u0900-\u097f]")), ("th", re.compile("[\u0e00-\u0e7f]")),
    ("ja", re.compile("[\u3040-\u30ff]")), ("ko", re.compile("[\uac00-\ud7af]")), ("zh", re.compile("[\u4e00-\u9fff]")),
)  # fmt: skip
_SAMPLE = 20_000
_ENOUGH_WORDS = 25


@cache
def _small_words() -> dict[str, frozenset[str]]:
    return {row[0]: frozenset(w.strip() for w in row[1].split(",")) for row in table("languages", "small_words")}


@cache
def _names() -> dict[str, str]:
    return {row[0]: row[1] for row in table("languages", "names")}


def guess_language(sample: str) -> tuple[str, bool]:
    """The language of a sample (ISO 639-1; ``und`` where none fits) and whether the guess is sure.

    >>> guess_language("She was in the house when he came to her and said that it was all over with them, but that was not the end of it.")
    ('en', True)
    """
    letters = sum(c.isalpha() for c in sample) or 1
    for code, pattern in _SCRIPTS:
        if len(pattern.findall(sample)) > 0.3 * letters:
            return code, True
    found = Counter(w.lower().replace("’", "'") for w in _WORD.findall(sample))
    total = sum(found.values())
    if total < _ENOUGH_WORDS:
        return "en", False
    shares = {code: sum(found[w] for w in small) / total for code, small in _small_words().items()}
    best = max(shares, key=lambda code: shares[code])
    if shares["en"] >= 0.18 or shares["en"] >= 0.9 * shares[best]:
        return ("en", True) if shares["en"] > 0.1 else ("und", True)
    return (best, True) if shares[best] > 0.15 else ("und", True)


def language_of(sheet: Sheet) -> tuple[str, tuple[TextWarning, ...]]:
    """The story's language, with a warning where it is not English."""
    story = [b for b, r in zip(sheet.blocks, sheet.roles, strict=True) if r in (Role.BODY, Role.APART)]
    if not story:
        return "en", ()
    start, end = story[0].start, story[-1].end
    middle = (start + end) // 2
    parts = [sheet.text[a : a + _SAMPLE] for a in (start, max(start, middle - _SAMPLE // 2), max(start, end - _SAMPLE))]
    code, sure = guess_language(" ".join(parts if end - start > 3 * _SAMPLE else [sheet.text[start:end]]))
    if code == "en" or not sure:
        return "en", ()
    name = _names().get(code)
    what = f"the text looks like {name}" if name else "the text does not look like English prose"
    return code, (TextWarning("not_english", f"{what}; Fabula reads English, so expect little of the result"),)
