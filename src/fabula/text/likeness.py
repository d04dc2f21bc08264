"""Whether a text is like a story at all: program code, tables and lists are read too, with a warning."""

from __future__ import annotations

import re
from collections import Counter

from fabula.text.manuscript import TextWarning
from fabula.text.sheet import Sheet

_CODE_LINE = re.compile(
    r"\s*(?:(?:def|class|import|from|return|public|private|static|const|let|var|function|#include|using|if|for|while|elif|else|try|except|package|SELECT|INSERT)\b"
    r".*[;:{(=)]|[}\])]+[;,]?|.*[{;]|//.*|/\*.*|\"[\w-]+\"\s*:.*|<[/?!]?\w+[^>]*>.*)\s*$"
)
_ENTRY = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)]|\[[ x]\])\s+\S")
_SAMPLE_LINES = 400


def likeness_warnings(sheet: Sheet) -> tuple[TextWarning, ...]:
    """A warning when the text is rather code, a table or a list than a story."""
    lines = [x for x in sheet.text[:200_000].splitlines() if x.strip()][:_SAMPLE_LINES]
    if len(lines) < 4:
        return ()
    what = _looks_like(lines)
    if what is None:
        return ()
    return (TextWarning("not_fiction", f"the text looks like {what}, not like a story; it was read as prose all the same"),)


def _looks_like(lines: list[str]) -> str | None:
    if sum(1 for x in lines if _CODE_LINE.match(x) and not x.rstrip().endswith(('";', "”;"))) > 0.45 * len(lines):
        return "program code or markup"
    sentences = sum(1 for x in lines if x.rstrip()[-1] in '.!?…”"’')
    for mark in (",", "\t", ";", "|"):
        counts = Counter(x.count(mark) for x in lines)
        usual, often = counts.most_common(1)[0]
        if usual > 1 and often > 0.8 * len(lines) and len(lines) > 4 and sentences < 0.5 * len(lines):
            return "a table"
    short = sum(1 for x in lines if len(x.split()) <= 3)
    if sum(1 for x in lines if _ENTRY.match(x)) > 0.6 * len(lines) or (short > 0.9 * len(lines) and sentences < 0.1 * len(lines)):
        return "a list"
    return None
