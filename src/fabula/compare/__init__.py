"""Stories beside each other: drafts of one (what changed in its world), or works with the same people in them."""

from __future__ import annotations

from collections.abc import Sequence

from fabula.compare.alignment import align
from fabula.compare.drafts import PARTS, Change, DraftComparison, compare_drafts
from fabula.compare.works import Person, Sheet, WorkComparison, compare_works
from fabula.world.world import World

_ONE_STORY = 0.3
"""Share of sentences that stand in both from which on two texts are drafts of one story."""


def are_drafts(one: World, other: World) -> bool:
    """Whether two texts are drafts of one story: a good part of the shorter one stands in the other."""
    return align(one, other).share >= _ONE_STORY


def compare(worlds: Sequence[World], *, drafts: bool | None = None) -> DraftComparison | WorkComparison:
    """Two drafts of one story, or two and more works; ``drafts`` says which where it is not to be found out."""
    as_drafts = len(worlds) == 2 and (are_drafts(*worlds) if drafts is None else drafts)
    return compare_drafts(*worlds) if as_drafts else compare_works(worlds)


__all__ = [
    "PARTS", "Change", "DraftComparison", "Person", "Sheet", "WorkComparison", "are_drafts", "compare", "compare_drafts", "compare_works",
]  # fmt: skip
