"""Procedures of the World's lore: chains of steps in order, the stretches of text in which rules are explained, and true deadlines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from fabula.elements import Lore
from fabula.spans import Span

if TYPE_CHECKING:
    from fabula.world.world import World

_BLOCK_GAP = 600  # code points between two rules of one explanation
_HABITUAL = re.compile(r"(?:every|each|once|twice|on \w+days?|\w+ times|at \w+ and)\b", re.IGNORECASE)


def start_of(item: Lore) -> int:
    """Where an item stands in the text."""
    return item.evidence[0].start if item.evidence else 0


def procedures(items: Iterable[Lore]) -> list[list[Lore]]:
    """The chains of steps, in order of the text, each in the order of its steps."""
    left = {x.id: x for x in sorted((x for x in items if x.order is not None), key=lambda x: (x.order or 0, start_of(x)))}
    chains: list[list[Lore]] = []
    while left:
        step = left.pop(next(iter(left)), None)
        chain: list[Lore] = []
        while step is not None:
            chain.append(step)
            step = left.pop(_after(step, left.values()), None)
        chains.append(chain)
    return sorted(chains, key=lambda c: min(map(start_of, c)))


def _after(step: Lore, left: Iterable[Lore]) -> str:
    """Id of the step that follows: the one that the lore names, or where it names none, the next number of the same topic; "" for none."""
    if step.next:
        return step.next[0]
    return next((x.id for x in left if x.topic == step.topic and x.order == (step.order or 0) + 1), "")


def explanations(items: Sequence[Lore]) -> list[list[Lore]]:
    """Rules that stand close together, as one explanation each, in order of the text."""
    out: list[list[Lore]] = []
    for x in sorted(items, key=start_of):
        if out and start_of(x) - out[-1][-1].evidence[0].end <= _BLOCK_GAP:
            out[-1].append(x)
        else:
            out.append([x])
    return out


def is_deadline(world: World, item: Lore) -> bool:
    """Whether an item has a time by which, or within which, something must be done, rather than how often it happens."""
    return item.deadline is not None and _HABITUAL.match(Span(*item.deadline).of(world.text)) is None
