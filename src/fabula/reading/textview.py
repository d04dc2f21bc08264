"""Views of the canonical text for rules that look at narration only: same length, so every position stays true."""

from __future__ import annotations

from collections.abc import Iterable

from fabula.layers import ParagraphKind, Quotations
from fabula.spans import Span
from fabula.text.manuscript import Manuscript

FILL = "\x00"
"""Stands for every code point that a rule must not see; it is neither a word character nor white space."""


def blank(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """``text`` with the spans (in order of start) overwritten by ``FILL``.

    >>> blank("He said hi.", [(3, 7)]).replace(FILL, "_")
    'He ____ hi.'
    """
    out: list[str] = []
    at = 0
    for start, end in spans:
        start = max(start, at)
        if end > start:
            out += (text[at:start], FILL * (end - start))
            at = end
    out.append(text[at:])
    return "".join(out)


def outermost(quotations: Quotations) -> list[Span]:
    """The outermost quotations, marks included."""
    rows = zip(quotations.start.tolist(), quotations.end.tolist(), quotations.depth.tolist(), strict=True)
    return [Span(s, e) for s, e, depth in rows if depth == 0]


def narration_of(manuscript: Manuscript, quotations: Quotations) -> str:
    """The text with quotations, headings and paratext blanked out: what the narration itself says."""
    paragraphs = manuscript.paragraphs
    hidden = [
        Span(s, e)
        for s, e, kind in zip(paragraphs.start.tolist(), paragraphs.end.tolist(), paragraphs.kind.tolist(), strict=True)
        if kind in (ParagraphKind.HEADING, ParagraphKind.PARATEXT)
    ]
    return blank(manuscript.text, sorted([*outermost(quotations), *hidden]))
