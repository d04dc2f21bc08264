"""Emphasis in plain text: ``_so_``, ``*so*``, ``**so**`` and ``<i>so</i>``. The marks stay in the text; the ranges exclude them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from fabula.spans import Span

_MARKS = re.compile(r"\*{1,3}|_{1,3}|</?(?:i|em|b|strong)>", re.I)
_FAR = 5000
"""Characters: an opening mark that finds no end within them is no mark."""


def emphasis_of(text: str, paragraphs: Iterable[tuple[int, int]]) -> tuple[Span, ...]:
    """Ranges set in italics or bold, outermost only, in order; each inside one paragraph.

    >>> [s.of("I _do_ 2 * 3 * 4 **not**") for s in emphasis_of("I _do_ 2 * 3 * 4 **not**", [(0, 24)])]
    ['do', 'not']
    """
    if not _MARKS.search(text):
        return ()
    return tuple(span for start, end in paragraphs for span in _in_paragraph(text, start, end))


def _in_paragraph(text: str, start: int, end: int) -> Iterable[Span]:
    opened: re.Match[str] | None = None
    for mark in _MARKS.finditer(text, start, end):
        if opened is not None and mark.start() - opened.end() > _FAR:
            opened = None
        if opened is not None and _closes(text, opened, mark, end):
            if mark.start() > opened.end():
                yield Span(opened.end(), mark.start())
            opened = None
        elif opened is None and _opens(text, mark, start, end):
            opened = mark


def _opens(text: str, mark: re.Match[str], start: int, end: int) -> bool:
    if mark.group()[0] == "<":
        return mark.group()[1] != "/"
    after = text[mark.end()] if mark.end() < end else " "
    before = text[mark.start() - 1] if mark.start() > start else " "
    return not after.isspace() and not before.isalnum() and after not in "*_"


def _closes(text: str, opened: re.Match[str], mark: re.Match[str], end: int) -> bool:
    a, b = opened.group().lower(), mark.group().lower()
    if a[0] == "<":
        return b == a.replace("<", "</")
    after = text[mark.end()] if mark.end() < end else " "
    return a == b and not text[mark.start() - 1].isspace() and not after.isalnum()
