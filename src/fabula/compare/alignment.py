"""Which sentence of one draft is which of another: the same words first, wherever they stand, then sentences alike between those.

Linear in the length of the text: sentences that both drafts have once are anchors, as in patience diff; the rest is settled beside them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass

from fabula.spans import Span
from fabula.world.world import World

_WORD = re.compile(r"\w+")
_ALIKE = 0.5  # share of words from which on two sentences in the same gap are one that was rewritten
_REACH = 6  # sentences of a gap in which a rewritten one is looked for


@dataclass(frozen=True, slots=True)
class Alignment:
    """``same``: rows of the first draft whose words stand unchanged in a row of the second; ``alike``: those rewritten."""

    same: dict[int, int]
    alike: dict[int, int]
    before: World
    after: World

    @property
    def all(self) -> dict[int, int]:
        return self.same | self.alike

    @property
    def share(self) -> float:
        """The share of the shorter draft's sentences that stand unchanged in the other."""
        return len(self.same) / max(1, min(len(self.before.sentences), len(self.after.sentences)))


def row_at(world: World, at: int) -> int:
    """The sentence that holds a position, or the one before it."""
    return max(0, int(world.sentences.start.searchsorted(at, side="right")) - 1)


def sentence(world: World, row: int) -> Span:
    return Span(int(world.sentences.start[row]), int(world.sentences.end[row]))


def _keys(world: World) -> list[tuple[str, ...]]:
    return [tuple(_WORD.findall(sentence(world, row).of(world.text).casefold())) for row in range(len(world.sentences))]


def align(before: World, after: World) -> Alignment:
    """The sentences of two drafts that are one."""
    old, new = _keys(before), _keys(after)
    same = _anchors(old, new)
    _grow(same, old, new)
    return Alignment(same, _rewritten(same, old, new), before, after)


def _anchors(old: list[tuple[str, ...]], new: list[tuple[str, ...]]) -> dict[int, int]:
    """Sentences of some length that each draft has just once."""
    rows: tuple[dict[tuple[str, ...], list[int]], ...] = (defaultdict(list), defaultdict(list))
    for found, keys in zip(rows, (old, new), strict=True):
        for row, key in enumerate(keys):
            if len(key) >= 3:
                found[key].append(row)
    return {at[0]: rows[1][key][0] for key, at in rows[0].items() if len(at) == 1 and len(rows[1].get(key, ())) == 1}


def _grow(same: dict[int, int], old: list[tuple[str, ...]], new: list[tuple[str, ...]]) -> None:
    """From each anchor on and back, as long as sentences are equal: short and repeated ones are found so."""
    taken = set(same.values())
    for step in (1, -1):
        for a, b in sorted(same.items(), reverse=step < 0):
            i, j = a + step, b + step
            while 0 <= i < len(old) and 0 <= j < len(new) and i not in same and j not in taken and old[i] == new[j]:
                same[i] = j
                taken.add(j)
                i, j = i + step, j + step


def _rewritten(same: dict[int, int], old: list[tuple[str, ...]], new: list[tuple[str, ...]]) -> dict[int, int]:
    """Sentences with half of their words in common between the same neighbours."""
    alike: dict[int, int] = {}
    taken = set(same.values())
    known = sorted(same)
    for i in (i for i in range(len(old)) if i not in same):
        k = bisect_right(known, i)
        start = same[known[k - 1]] + 1 if k else 0
        end = same[known[k]] if k < len(known) and same[known[k]] >= start else start + _REACH
        near = [j for j in range(start, min(end, start + 2 * _REACH, len(new))) if j not in taken]
        best = max(near, key=lambda j: likeness(old[i], new[j]), default=None)
        if best is not None and likeness(old[i], new[best]) >= _ALIKE:
            alike[i] = best
            taken.add(best)
    return alike


def likeness(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """The share of words that two sentences have in common (Dice).

    >>> likeness(("ann", "left"), ("beth", "left"))
    0.5
    """
    shared = len(set(one) & set(other))
    return 2 * shared / max(1, len(set(one)) + len(set(other)))
