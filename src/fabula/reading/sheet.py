"""The manuscript as rows that rules walk over: its paragraphs, very long ones cut where speech and narration change."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from fabula.layers import ParagraphKind, Sentences
from fabula.lexicons import words
from fabula.reading.textview import FILL
from fabula.reading.times import find_times
from fabula.spans import Span
from fabula.text.manuscript import Manuscript

WRAP = " \t\n*_>\"“”'‘’«»"
POV_MARK = re.compile(r"\s*\b(?:POV|pov|P\.O\.V\.?|[Pp]oint of [Vv]iew)\W*$")
DATELINE = 100
"""Kind of a row that is no heading of the manuscript, but stands over what follows: "Three years earlier", "NOW", "4 March"."""
_LONG = 3000
"""Code points of a paragraph from which it is taken for a text whose paragraphs were lost."""


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in order: range, kind, chapter, and whether a row is set apart or in italics from end to end; sentences by row."""

    text: str
    narration: str
    spans: tuple[Span, ...]
    kinds: tuple[int, ...]
    chapters: tuple[int, ...]
    apart: tuple[bool, ...]
    sentences: tuple[tuple[Span, ...], ...]
    parted: frozenset[int] = frozenset()
    """Rows that an unusual run of blank lines sets off from the row before."""

    def bare(self, row: int) -> Span:
        """A row without the marks around it (asterisks, quotation marks, spaces)."""
        start, end = self.spans[row]
        while start < end and self.text[start] in WRAP:
            start += 1
        while end > start and self.text[end - 1] in WRAP:
            end -= 1
        return Span(start, end)

    def running(self, row: int) -> bool:
        """Whether the row is part of the story's own text."""
        return self.kinds[row] in (ParagraphKind.BODY, ParagraphKind.SET_APART)

    def heads(self, row: int) -> bool:
        """Whether the row stands over what follows: a heading or a dateline."""
        return self.kinds[row] in (ParagraphKind.HEADING, DATELINE)

    def narrated(self, row: int) -> list[Span]:
        """The sentences of a row that are at least half narration."""
        return [s for s in self.sentences[row] if _is_narrated(self.narration, s)]

    def stretches(self) -> tuple[tuple[int, int], ...]:
        """Rows ``[first, last)`` that belong together: between ornament lines, headings and chapter openings.

        A heading opens a new stretch and is part of it; an ornament line closes one and is part of none; paratext stands alone.
        """
        out: list[tuple[int, int]] = []
        first = 0
        for i, kind in enumerate(self.kinds):
            if i > first and self._parts(i):
                out.append((first, i))
                first = i
            if kind == ParagraphKind.BREAK:
                first = i + 1
        if len(self.kinds) > first:
            out.append((first, len(self.kinds)))
        return tuple(out)

    def _parts(self, row: int) -> bool:
        kind, before = self.kinds[row], self.kinds[row - 1]
        headed = self.heads(row - 1)
        new_text = kind != before and ParagraphKind.PARATEXT in (kind, before) and not headed
        new_chapter = self.chapters[row] != self.chapters[row - 1] and not headed
        return kind == ParagraphKind.BREAK or row in self.parted or (self.heads(row) and not headed) or new_text or new_chapter


def _is_narrated(narration: str, sentence: Span) -> bool:
    return 2 * narration.count(FILL, sentence.start, sentence.end) <= sentence.length


def _by_paragraph(manuscript: Manuscript, sentences: Sentences) -> list[list[Span]]:
    rows: list[list[Span]] = [[] for _ in range(len(manuscript.paragraphs))]
    for start, end, paragraph in zip(sentences.start.tolist(), sentences.end.tolist(), sentences.paragraph.tolist(), strict=True):
        rows[paragraph].append(Span(start, end))
    return rows


def _pieces(narration: str, sentences: list[Span]) -> Iterator[list[Span]]:
    """Sentences of a very long paragraph, grouped: narration and speech apart, a new group where a sentence opens with a time."""
    group: list[Span] = []
    for s in sentences:
        told = _is_narrated(narration, s)
        timed = told and any(p.span.start - s.start <= 3 for p in find_times(narration, s.start, min(s.end, s.start + 60)))
        if group and (told != _is_narrated(narration, group[-1]) or timed):
            yield group
            group = []
        group.append(s)
    if group:
        yield group


def _apart(manuscript: Manuscript) -> list[bool]:
    """For each paragraph: set apart, or in italics from end to end (by emphasis, or by marks that the text keeps)."""
    text, paragraphs, emphasis = manuscript.text, manuscript.paragraphs, sorted(manuscript.emphasis)
    out, at = [], 0
    for start, end, kind in zip(paragraphs.start.tolist(), paragraphs.end.tolist(), paragraphs.kind.tolist(), strict=True):
        while at < len(emphasis) and emphasis[at].end <= start:
            at += 1
        covered, i = 0, at
        while i < len(emphasis) and emphasis[i].start < end:
            covered += min(emphasis[i].end, end) - max(emphasis[i].start, start)
            i += 1
        marked = text[start] in "*_" and text[end - 1] in "*_" and text[start + 1 : start + 2] != "*"
        out.append(kind == ParagraphKind.SET_APART or covered >= 0.8 * (end - start) or marked)
    return out


def _is_dateline(text: str, span: Span, following: str) -> bool:
    """Whether a short paragraph only says when: a mark such as "Then", or words of time and little else; not over a letter."""
    plain = span.of(text).strip(WRAP + "-–—~[]().:").rstrip()
    if not plain or len(plain) > 60 or span.of(text).rstrip("*_ ")[-1:] in '.!?,;"”’…' or following.lstrip(WRAP).startswith(_greetings()):
        return False
    if mark_of(plain) in words("time", "then_headings") | words("time", "now_headings"):
        return True
    if POV_MARK.search(plain):
        return True
    said = sum(p.span.length for p in find_times(plain, 0, len(plain)) if p.kind in ("date", "later", "earlier"))
    return 2 * said >= len(plain)


@cache
def _greetings() -> tuple[str, ...]:
    return tuple(words("frames", "greeting"))


def mark_of(heading: str) -> str:
    """The last part of a heading in plain lower case: "Chapter Two: Then" is "then"."""
    return re.sub(r"\W+", " ", re.split(r"[:—–]|\. ", heading.strip(WRAP + ".:"))[-1]).strip().lower()


def page_of(manuscript: Manuscript, sentences: Sentences, narration: str) -> Page:
    """The rows of a manuscript; ``narration`` is its text with speech blanked (``textview.narration_of``)."""
    paragraphs, by_paragraph, apart = manuscript.paragraphs, _by_paragraph(manuscript, sentences), _apart(manuscript)
    columns = (paragraphs.start.tolist(), paragraphs.end.tolist(), paragraphs.kind.tolist(), paragraphs.chapter.tolist())
    rows: list[tuple[Span, int, int, bool, tuple[Span, ...]]] = []
    for i, (start, end, kind, chapter) in enumerate(zip(*columns, strict=True)):
        following = manuscript.text[columns[0][i + 1] : columns[1][i + 1]] if i + 1 < len(apart) else ""
        if kind == ParagraphKind.BODY and following and _is_dateline(manuscript.text, Span(start, end), following):
            rows.append((Span(start, end), DATELINE, chapter, apart[i], tuple(by_paragraph[i])))
            continue
        if end - start < _LONG or kind != ParagraphKind.BODY:
            rows.append((Span(start, end), kind, chapter, apart[i], tuple(by_paragraph[i])))
            continue
        for piece in _pieces(narration, by_paragraph[i]):
            rows.append((Span(piece[0].start, piece[-1].end), kind, chapter, apart[i], tuple(piece)))
    spans, kinds, chapters, aparts, groups = zip(*rows, strict=True) if rows else ((), (), (), (), ())
    starts = [s.start for s in spans]
    parted = {bisect_left(starts, b.end) for b in manuscript.breaks}
    return Page(manuscript.text, narration, spans, kinds, chapters, aparts, groups, frozenset(r for r in parted if 0 < r < len(spans)))
