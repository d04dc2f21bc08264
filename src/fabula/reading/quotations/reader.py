"""The marks of one story and what lies between them: every paragraph's pairs, family by family."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from fabula.layers import ParagraphKind
from fabula.reading.quotations.convention import Convention, convention_of
from fabula.reading.quotations.cues import is_narrated, is_spoken, sure_tag, tag_after
from fabula.reading.quotations.marks import FAMILIES, Mark, mark_pattern, marks_in
from fabula.reading.quotations.pairing import Pair, pair
from fabula.text.manuscript import Manuscript

_READ = frozenset({ParagraphKind.BODY, ParagraphKind.SET_APART})
_EVERY = frozenset(FAMILIES.values())
_CONTINUED = 1.0  # cost of a paragraph that ends inside a quotation, where the next opens with a mark
_LAPSE = 4.0  # where it does not
_DENSE = 5  # characters per mark; prose has more
_FEW = 20
_AFTER_TAG = 150  # characters; narration after a tag is rarely longer where speech follows in the next paragraph
_SENTENCE_TAG = re.compile(r"[,.!?…—–-][*_'’]?(?=\s)")


def _prose_marks(text: str, start: int, end: int, pattern: re.Pattern[str]) -> list[Mark]:
    """The marks of a paragraph; none where there are too many for it to be prose (so that junk costs neither time nor memory)."""
    most = max(_FEW, (end - start) // _DENSE)
    marks = list(islice(marks_in(text, start, end, pattern), most + 1))
    return marks if len(marks) <= most else []


class Region(NamedTuple):
    """A stretch of paragraph ``row`` whose marks are read together."""

    row: int
    start: int
    end: int


class Found(NamedTuple):
    """A pair in its region; ``continues`` the pair before it."""

    region: Region
    pair: Pair
    continues: bool


class Reader:
    """All marks of a story with the roles that the whole story gives them."""

    def __init__(self, manuscript: Manuscript) -> None:
        self.text = manuscript.text
        paragraphs = manuscript.paragraphs
        rows = zip(paragraphs.start.tolist(), paragraphs.end.tolist(), paragraphs.kind.tolist(), strict=True)
        self.paragraphs = [Region(i, s, e) for i, (s, e, k) in enumerate(rows) if k in _READ]
        self.marks: dict[int, list[Mark]] = {f: [] for f in sorted(_EVERY)}
        pattern = mark_pattern(self.text)
        marked = [(start, _prose_marks(self.text, start, end, pattern)) for _, start, end in self.paragraphs]
        for _, marks in marked:
            for m in marks:
                self.marks[m.family].append(m)
        self.convention: Convention = convention_of(marked)
        self.directed = self.convention.directed
        for ms in self.marks.values():
            for m in ms:
                m.lean += self.convention.trust(m.glyph)
        self.starts = {f: [m.start for m in ms] for f, ms in self.marks.items()}
        self.tag = tag_after()

    def within(self, family: int, start: int, end: int) -> list[Mark]:
        """The marks of a family that start in ``[start, end)``."""
        starts = self.starts[family]
        return self.marks[family][bisect_left(starts, start) : bisect_left(starts, end)]

    def found(self, family: int, regions: Sequence[Region]) -> Iterator[Found]:
        """The pairs of a family in regions that follow one another; what is not closed is carried over paragraphs."""
        carried = False
        for n, region in enumerate(regions):
            marks = self.within(family, region.start, region.end)
            if not marks:
                carried = False
                continue
            goes_on = n + 1 < len(regions) and self._opens(family, regions[n + 1])
            follows = carried and self._opens(family, region)
            carried = False
            last = self._trimmed(region.start, region.end)
            for p in self._pairs(marks, region, _CONTINUED if goes_on else _LAPSE):
                if not p.closed:
                    p = Pair(p.start, self._unclosed_end(p.start, p.end, carried=goes_on and p.end == region.end), False, p.depth)
                    carried = goes_on and p.end == last
                yield Found(region, p, follows and p.start - region.start < 3 and p.depth == 0)

    def _pairs(self, marks: Sequence[Mark], region: Region, open_end: float) -> list[Pair]:
        return pair(marks, region.end, segment=self._segment, directed=self.directed, open_end=open_end)

    def _opens(self, family: int, region: Region) -> bool:
        """Whether a region begins with an opening mark of the family."""
        marks = self.within(family, region.start, min(region.end, region.start + 3))
        return bool(marks) and marks[0].lean > 0

    def _segment(self, start: int, end: int) -> float:
        """What it costs more to read the text between two marks as quoted than as narration."""
        cost = 0.0
        tag = self.tag.match(self.text, start, end)
        if tag:
            stops = tag["plain"] and self.text[tag.end() : tag.end() + 1] in ",.;:"
            cost += 2.0 if stops or not self.text[start : start + 2].strip()[:1].isupper() else 0.0
        if self.text[end - 1 : end].isspace() and self.text[max(start, end - 3) : end].rstrip(" \n*_").endswith((":", ",")):
            cost += 1.0
        return cost

    def _unclosed_end(self, start: int, limit: int, *, carried: bool) -> int:
        """Where speech without a closing mark ends: before a tag, or where only the narrator speaks from there on; else at the limit.

        ``carried``: the next paragraph takes the speech up, so that stories told within it are its own.
        """
        narrator = begin = start
        for m in _SENTENCE_TAG.finditer(self.text, start, limit):
            reported = carried and (m.group()[-1] in "'’" or limit - m.end() > _AFTER_TAG)  # a tag within a tale that is told
            if m.group()[0] in ",!?—–" and not reported and sure_tag().match(self.text, m.end(), limit):
                return m.end()
            if m.group()[0] in ".!?…":
                sentence = self.text[begin : m.end()]
                if is_spoken(sentence):
                    narrator = start
                elif narrator == start < begin and is_narrated(sentence):
                    narrator = begin
                begin = m.end()
        last = self.text[begin:limit]
        if is_spoken(last):
            narrator = start
        elif narrator == start < begin and is_narrated(last):
            narrator = begin
        return self._trimmed(start, limit if carried or narrator == start else narrator)

    def _trimmed(self, start: int, end: int) -> int:
        while end > start and self.text[end - 1].isspace():
            end -= 1
        return end


def gaps(regions: Iterable[Region], taken: Sequence[tuple[int, int]]) -> list[Region]:
    """The regions without the ranges ``taken`` (in order of start, not overlapping)."""
    out: list[Region] = []
    i = 0
    for row, start, end in regions:
        while i < len(taken) and taken[i][0] < end:
            if taken[i][0] > start:
                out.append(Region(row, start, taken[i][0]))
            start = max(start, taken[i][1])
            i += 1
        if start < end:
            out.append(Region(row, start, end))
    return out
