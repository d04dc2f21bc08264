"""The best pairing of two sides whose members have something in common: each belongs to one pair at most, the sum is the greatest.

Shortest augmenting paths with potentials, as Jonker and Volgenant (1987), over the pairs that have something in common and no others: most
clusters of two readings share nothing, so a search stays within its connected component and no table of all pairs is ever made.
"""

from __future__ import annotations

from collections.abc import Mapping
from heapq import heappop, heappush
from math import inf


def best_pairs(worth: Mapping[int, Mapping[int, float]]) -> dict[int, int]:
    """Row -> column of the pairing that is worth most. ``worth[row][column]`` is above 0; what is not in it is worth nothing.

    >>> best_pairs({0: {0: 5.0, 1: 4.0}, 1: {0: 4.0}})
    {1: 0, 0: 1}
    """
    pairing = _Pairing(worth)
    for row in worth:
        pairing.add(row)
    return {row: column for column, row in pairing.row_of.items()}


class _Pairing:
    """The best pairing of the rows added so far, and the potentials that prove it: no pair is worth more than its row and column."""

    def __init__(self, worth: Mapping[int, Mapping[int, float]]) -> None:
        self._worth = worth
        self._row_worth = {row: max(here.values(), default=0.0) for row, here in worth.items()}
        self._column_worth = {column: 0.0 for here in worth.values() for column in here}
        self.row_of: dict[int, int] = {}
        self._column_of: dict[int, int] = {}

    def add(self, source: int) -> None:
        """Pair one more row: along the path that costs least, which ends at a free column or at a row that is left alone instead."""
        lost = {source: 0.0}  # row -> what is lost on the way to it
        settled: dict[int, float] = {}
        tried: dict[int, float] = {}
        through: dict[int, int] = {}
        heap: list[tuple[float, bool, int]] = []  # of equal ones the free column first
        row, alone, least = source, source, inf
        while True:
            if (here := lost[row] + self._row_worth[row]) < least:
                alone, least = row, here
            for column, worth in self._worth[row].items():
                cost = lost[row] + self._row_worth[row] + self._column_worth[column] - worth
                if column not in settled and cost < tried.get(column, inf):
                    tried[column], through[column] = cost, row
                    heappush(heap, (cost, column in self.row_of, column))
            while heap and heap[0][2] in settled:
                heappop(heap)
            if not heap or least <= heap[0][0]:
                free = self._column_of.pop(alone, None)
                break
            least_here, taken, column = heappop(heap)
            if not taken:
                free, least = column, least_here
                break
            settled[column] = least_here
            row = self.row_of[column]
            lost[row] = least_here
        for row, cost in lost.items():
            self._row_worth[row] -= least - cost
        for column, cost in settled.items():
            self._column_worth[column] += least - cost
        self._shift(free, source, through)

    def _shift(self, column: int | None, source: int, through: Mapping[int, int]) -> None:
        """Along the path back to the source, give each row the column after it."""
        while column is not None:
            row = through[column]
            before = self._column_of.get(row)
            self.row_of[column], self._column_of[row] = row, column
            column = None if row == source else before
