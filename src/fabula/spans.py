"""Positions: half-open ranges of code points in the canonical text of a manuscript."""

from __future__ import annotations

from typing import NamedTuple


class Span(NamedTuple):
    """``[start, end)`` in code points.

    >>> Span(3, 8).overlaps(Span(7, 9)), Span(3, 8).overlaps(Span(8, 9)), Span(3, 8).contains(Span(4, 8))
    (True, False, True)
    """

    start: int
    end: int

    @property
    def length(self) -> int:
        return self.end - self.start

    def overlaps(self, other: tuple[int, int]) -> bool:
        return self.start < other[1] and other[0] < self.end

    def contains(self, other: tuple[int, int]) -> bool:
        return self.start <= other[0] and other[1] <= self.end

    def of(self, text: str) -> str:
        """The text that the span covers."""
        return text[self.start : self.end]
