"""Speakers that the user fixed, as scores surer than any tag, so that the turns beside them are decided by them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fabula.reading.who.page import Page
from fabula.reading.who.people import Person
from fabula.reading.who.scores import Amounts, Scores, Vector, Weights
from fabula.reading.who.spots import Spot
from fabula.reading.who.tags import Cue
from fabula.reading.who.turns import Turn

CERTAIN = 100.0  # in log space; all other scores of a turn together stay far below


class CorrectedScores(Scores):
    """``Scores`` under which the fixed speakers are candidates and win."""

    def __init__(
        self,
        page: Page,
        spots: list[Spot],
        people: list[Person],
        cues: Sequence[Cue],
        narrator: int,
        weights: Weights,
        said: Mapping[int, int],
    ) -> None:
        super().__init__(page, spots, people, cues, narrator, weights)
        self.said = said

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
