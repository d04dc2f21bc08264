"""From a manuscript to its quotations: marks, the story's convention, pairs in every paragraph, what of them is speech."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from fabula.layers import ParagraphKind, QuotationKind, Quotations
from fabula.reading.quotations.convention import Convention, convention_of
from fabula.reading.quotations.cues import tag_after
from fabula.reading.quotations.judgement import Setting, kind_of, speech_score
from fabula.reading.quotations.marks import FAMILIES, Mark, marks_in
from fabula.reading.quotations.pairing import Pair, pair
from fabula.spans import Span
from fabula.text.manuscript import Manuscript, TextWarning

_READ = frozenset({ParagraphKind.BODY, ParagraphKind.SET_APART})
_EVERY = frozenset(FAMILIES.values())
_CONTINUED = 1.0
_LAPSE = 4.0
_OWN_FAMILY = 0.0  # what a quotation in the story's marks for speech must score
_OTHER_FAMILY = 4.0  # in other marks


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    paragraph: int
    kind: QuotationKind
    depth: int
    continues: bool
    closed: bool


class _Reader:
    """The marks of one story, by paragraph and family."""

    def __init__(self, manuscript: Manuscript) -> None:
        self.text = manuscript.text
        rows = zip(manuscript.paragraphs.start.tolist(), manuscript.paragraphs.end.tolist(), manuscript.paragraphs.kind.tolist(), strict=True)
        self.paragraphs = [(i, s, e) for i, (s, e, k) in enumerate(rows) if k in _READ]
        self.marks: dict[int, list[Mark]] = {f: [] for f in sorted(_EVERY)}
        for _, start, end in self.paragraphs:
            for m in marks_in(self.text, start, end, _EVERY):
                self.marks[m.family].append(m)
        self.convention: Convention = convention_of(m for ms in self.marks.values() for m in ms)
        for ms in self.marks.values():
            for m in ms:
                self.convention.applied(m)
        self.starts = {f: [m.start for m in ms] for f, ms in self.marks.items()}
        self.tag = tag_after()

    def within(self, family: int, start: int, end: int) -> list[Mark]:
        starts = self.starts[family]
        return self.marks[family][bisect_left(starts, start) : bisect_left(starts, end)]

    def segment(self, start: int, end: int) -> float:
        """What it costs more to read the text between two marks as quoted than as narration."""
        cost = 0.0
        if self.tag.match(self.text, start, end) and not self.text[start : start + 2].strip()[:1].isupper():
            cost += 2.0
        tail = self.text[max(start, end - 3) : end].rstrip(" \n*_")
        if tail.endswith((":", ",")) and self.text[end - 1 : end].isspace():
            cost += 1.0
        return cost

    def pairs(self, family: int, start: int, end: int, *, open_end: float) -> list[Pair]:
        marks = self.within(family, start, end)
        return pair(marks, end, segment=self.segment, directed=self.convention.directed, open_end=open_end) if marks else []

    def opens_with(self, family: int, paragraph: tuple[int, int, int]) -> bool:
        """Whether a paragraph begins with an opening mark of the family."""
        _, start, end = paragraph
        marks = self.within(family, start, min(end, start + 3))
        return bool(marks) and marks[0].lean > 0


_TAG_INSIDE = re.compile(r"[,.!?…—–-][*_]?(?=\s)")


def _end_of_unclosed(reader: _Reader, start: int, limit: int) -> int:
    """Where speech without a closing mark ends: before a tag, else at the limit."""
    text = reader.text
    for m in _TAG_INSIDE.finditer(text, start, limit):
        tag = reader.tag.match(text, m.end(), limit)
        if tag and m.group()[0] in ",!?":
            return m.end()
    return start + len(text[start:limit].rstrip())


def _outer(reader: _Reader, family: int) -> Iterator[tuple[int, Pair, bool]]:
    """(paragraph row, pair, continues) of a family over all paragraphs."""
    carried = False
    for n, (row, start, end) in enumerate(reader.paragraphs):
        follower = reader.paragraphs[n + 1] if n + 1 < len(reader.paragraphs) else None
        goes_on = follower is not None and reader.opens_with(family, follower)
        found = reader.pairs(family, start, end, open_end=_CONTINUED if goes_on else _LAPSE)
        first = carried and reader.opens_with(family, (row, start, end))
        carried = False
        for p in found:
            if not p.closed:
                stop = _end_of_unclosed(reader, p.start, p.end)
                carried = goes_on and p.end == end and stop == len(reader.text[:end].rstrip())
                p = Pair(p.start, stop, False, p.depth)
            yield row, p, first and p.start - start < 3 and p.depth == 0


def find_quotations(manuscript: Manuscript) -> tuple[Quotations, tuple[TextWarning, ...]]:
    """The quotations of a story with their warnings; see ``layers.Quotations`` for what a row means."""
    reader = _Reader(manuscript)
    found: list[_Found] = []
    warnings: list[TextWarning] = []
    bounds = {row: (s, e) for row, s, e in reader.paragraphs}
    for rank, family in enumerate(reader.convention.order[:1]):
        rows = list(_outer(reader, family))
        for i, (row, p, continues) in enumerate(rows):
            lo, hi = bounds[row]
            setting = Setting(reader.text, p.start, p.end, lo, hi, p.closed)
            if speech_score(setting) <= (_OWN_FAMILY if rank == 0 else _OTHER_FAMILY):
                continue
            goes_on = i + 1 < len(rows) and rows[i + 1][2]
            if not p.closed and not goes_on:
                warnings.append(TextWarning("unclosed_quote", "a quotation is opened and not closed in its paragraph", Span(p.start, p.end)))
            found.append(_Found(p.start, p.end, row, kind_of(setting), p.depth, continues, p.closed))
    found.sort(key=lambda f: (f.start, -f.end))
    return Quotations.from_rows([(f.start, f.end, f.paragraph, f.kind, f.depth, f.continues, f.closed) for f in found]), tuple(warnings)
