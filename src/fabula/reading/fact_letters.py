"""Where people write their letters: the place before the date at the head of one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from fabula.elements import Frame
from fabula.lexicons import words
from fabula.reading.fact_statements import Statement
from fabula.spans import Span

_SURE = 0.65
_HEAD = 120  # code points in which the date of a letter stands


@cache
def _dateline() -> re.Pattern[str]:
    """ "Skerra, 9 March", "Lyon, the 3rd of May 1911", "Boston, Mass., June 4th"."""
    months = "|".join(sorted((m.capitalize() for m in words("facts", "months")), key=len, reverse=True))
    day = r"(?:the )?\d{1,2}(?:st|nd|rd|th)?"
    date = rf"(?:{day}(?: of)? (?:{months})|(?:{months})\.? {day})\b"
    return re.compile(rf"[\W_]*(?P<place>[A-Z][\w'’. -]*(?:, [A-Z][\w'’. -]*)?), {date}")


def letter_facts(text: str, frames: Sequence[Frame], own: frozenset[str]) -> Iterator[Statement]:
    """One statement for each letter whose writer is known and whose head names a place."""
    for frame in frames:
        if frame.kind == "letter" and frame.by in own and frame.by is not None:
            head = text[frame.start : min(frame.end, frame.start + _HEAD)]
            if found := _dateline().match(head):
                span = Span(frame.start + found.start("place"), frame.start + found.end())
                yield Statement(frame.by, "writes from", found["place"], "narration", _SURE * frame.confidence, span, lasting=False)
