"""From a manuscript to its quotations: the story's convention, pairs in every paragraph, what of them is speech."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fabula.layers import QuotationKind, Quotations
from fabula.reading.quotations.dashes import speech_in, uses_dashes
from fabula.reading.quotations.judgement import Setting, kind_of, speech_score
from fabula.reading.quotations.reader import Found, Reader, Region, gaps
from fabula.spans import Span
from fabula.text.manuscript import Manuscript, TextWarning

_OWN = 0.0  # what a quotation in marks that the story uses for speech must score to be speech
_OTHER = 4.5  # in other marks
_NESTED = 0.5  # within speech
_LEAST_OTHER = 4  # quotations in other marks that are surely speech before these marks count as the story's own
_SHARE_OTHER = 0.02


@dataclass(frozen=True, slots=True)
class _Row:
    start: int
    end: int
    paragraph: int
    kind: QuotationKind
    depth: int
    continues: bool
    closed: bool


def _warning(found: Found) -> TextWarning:
    return TextWarning("unclosed_quote", "a quotation is opened and not closed in its paragraph", Span(found.pair.start, found.pair.end))


class _Finder:
    """Collects the rows of one story."""

    def __init__(self, manuscript: Manuscript) -> None:
        self.reader = Reader(manuscript)
        self.bounds = {r.row: (r.start, r.end) for r in self.reader.paragraphs}
        self.rows: list[_Row] = []
        self.warnings: list[TextWarning] = []

    def run(self) -> None:
        taken: list[tuple[int, int]] = []
        for family in self.reader.convention.order:
            regions = gaps(self.reader.paragraphs, taken)
            outer = self._outer(family, regions, primary=not taken)
            taken = sorted([*taken, *outer])
        self._nested()
        self._dashes()

    def _setting(self, found: Found) -> Setting:
        lo, hi = self.bounds[found.region.row]
        return Setting(self.reader.text, found.pair.start, found.pair.end, lo, hi)

    def _outer(self, family: int, regions: Sequence[Region], *, primary: bool) -> list[tuple[int, int]]:
        """Rows for the pairs of a family outside all others; returns the ranges that the family occupies."""
        found = list(self.reader.found(family, regions))
        scores = [speech_score(self._setting(f)) for f in found]
        sure = sum(s >= _OTHER for s in scores)
        own = primary or sure >= max(_LEAST_OTHER, _SHARE_OTHER * len(self.rows))
        occupied: list[tuple[int, int]] = []
        reach = -1
        for i, (f, score) in enumerate(zip(found, scores, strict=True)):
            goes_on = i + 1 < len(found) and found[i + 1].continues
            if score <= (_OWN if own else _OTHER) or (f.pair.start < reach and f.pair.depth == 0):
                continue
            if not f.pair.closed and not goes_on:
                if not own:
                    continue
                self.warnings.append(_warning(f))
            self._add(f, f.pair.depth)
            if f.pair.depth == 0:
                occupied.append((f.pair.start, f.pair.end))
                reach = f.pair.end
        return occupied

    def _add(self, f: Found, depth: int) -> None:
        kind = kind_of(self._setting(f))
        if f.continues and self.rows:
            kind = self.rows[-1].kind
        self.rows.append(_Row(f.pair.start, f.pair.end, f.region.row, kind, depth, f.continues, f.pair.closed))

    def _nested(self) -> None:
        """Quotations in other marks within those found."""
        for row in [r for r in self.rows if r.depth == 0]:
            inside = Region(row.paragraph, row.start + 1, row.end - row.closed)
            for family in self.reader.convention.order:
                for f in self.reader.found(family, [inside]):
                    setting = Setting(self.reader.text, f.pair.start, f.pair.end, inside.start, inside.end)
                    known = any(r.start == f.pair.start for r in self.rows[-8:])
                    if f.pair.closed and not known and speech_score(setting) > _NESTED:
                        self._add(f, 1 + f.pair.depth)

    def _dashes(self) -> None:
        reader = self.reader
        quoted = frozenset(r.paragraph for r in self.rows if r.depth == 0)
        if not uses_dashes(reader.text, reader.paragraphs, quoted):
            return
        for row, start, end in reader.paragraphs:
            if row not in quoted:
                self.rows.extend(_Row(a, b, row, QuotationKind.SPEECH, 0, False, True) for a, b in speech_in(reader.text, start, end))


def find_quotations(manuscript: Manuscript) -> tuple[Quotations, tuple[TextWarning, ...]]:
    """The quotations of a story in order, and a warning for each that is never closed; see ``layers.Quotations`` for the columns.

    Only what is speech, thought or writing is given: titles, words that are talked about and scare quotes are left out.
    """
    finder = _Finder(manuscript)
    finder.run()
    rows = sorted(finder.rows, key=lambda r: (r.start, -r.end))
    table = Quotations.from_rows([(r.start, r.end, r.paragraph, r.kind, r.depth, r.continues, r.closed) for r in rows])
    return table, tuple(sorted(finder.warnings, key=lambda w: w.at or Span(0, 0)))
