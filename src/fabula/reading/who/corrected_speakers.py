"""Speakers that the user fixed, as scores surer than any tag, so that the turns beside them are decided by them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from fabula.reading.who.scores import Amounts, Scores, Vector
from fabula.reading.who.turns import Turn

CERTAIN = 100.0  # in log space; all other scores of a turn together stay far below


class CorrectedScores(Scores):
    """``Scores`` under which the fixed speakers are candidates and win."""

    said: Mapping[int, int] = {}

    def fixing(self, said: Mapping[int, int]) -> Self:
        """The scores with ``said``: speakers by quotation."""
        self.said = said
        return self

    def _fixed(self, turn: Turn) -> set[int]:
        return {self.said[q] for q in turn.quotes if q in self.said}

    def candidates(self, chain: list[Turn]) -> tuple[list[int], Amounts]:
        people, around = super().candidates(chain)
        fixed = sorted(set().union(*(self._fixed(turn) for turn in chain)) - set(people))
        return [*people, *fixed], around

    def of_turn(self, turn: Turn, people: list[int], around: Amounts) -> Vector:
        out = super().of_turn(turn, people, around)
        fixed = self._fixed(turn)
        for i, p in enumerate(people):
            out[i] += CERTAIN if p in fixed else 0.0
        return out
