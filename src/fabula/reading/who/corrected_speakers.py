"""Speakers that the user fixed, in the decoding of a conversation: surer than any tag, so that they decide the turns beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from fabula.reading.who.turns import Turn

CERTAIN = 100.0  # in log space; all other scores of a turn together stay far below


def _fixed(turn: Turn, said: Mapping[int, int]) -> set[int]:
    return {said[q] for q in turn.quotes if q in said}


def with_fixed(people: Sequence[int], chain: Sequence[Turn], said: Mapping[int, int]) -> list[int]:
    """The candidates of a conversation with the fixed speakers among them. ``said``: person by quotation."""
    fixed = set().union(*(_fixed(turn, said) for turn in chain)) if said else set()
    return [*people, *sorted(fixed - set(people))]


def certainty(chain: Sequence[Turn], people: Sequence[int], said: Mapping[int, int]) -> NDArray[np.float64]:
    """What the fixed speakers add to the scores ``[turns, people]`` of a conversation."""
    return np.array([[CERTAIN if p in _fixed(turn, said) else 0.0 for p in people] for turn in chain])
