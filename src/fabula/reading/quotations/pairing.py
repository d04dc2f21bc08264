"""Marks to pairs: the cheapest reading of all marks of a stretch, so that one stray mark does not flip those after it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fabula.reading.quotations.marks import Mark

_UNCLOSED = 4.0
_REOPENED = 4.0
_NESTED = 3.0
_LONG = 700  # characters; longer quotations than this within one paragraph become less likely
_LONGEST = 3.0  # what the longest of them costs more at most: less than a stray mark
_INFINITE = 1e9

SegmentCost = Callable[[int, int], float]
"""(start, end) of the text between two marks -> what it costs more to read it as quoted than as narration (may be negative)."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Marks included. ``closed`` is False where the closing mark is missing; then ``end`` is a limit, not yet the end."""

    start: int
    end: int
    closed: bool
    depth: int


def _moves(mark: Mark, state: int, directed: frozenset[str]) -> list[tuple[int, str, float]]:
    """(next state, action, cost) of reading ``mark`` in ``state`` (the number of quotations open)."""
    opening, closing = max(0.0, -mark.lean), max(0.0, mark.lean)
    out = [(state, "stray", mark.stray)]
    if state == 0:
        out.append((1, "open", opening))
    else:
        out.append((state - 1, "close", closing))
        if state == 1:
            out.append((1, "reopen", opening + _REOPENED))
            if mark.glyph in directed:
                out.append((2, "open", opening + _NESTED))
    return out


def pair(marks: Sequence[Mark], end: int, *, segment: SegmentCost, directed: frozenset[str], open_end: float = _UNCLOSED) -> list[Pair]:
    """The cheapest reading of ``marks`` (Viterbi over the number of open quotations); ``open_end`` is the cost of ending inside one."""
    if not marks:
        return []
    best = {0: 0.0}
    back: list[dict[int, tuple[int, str]]] = []
    for i, mark in enumerate(marks):
        step: dict[int, float] = {}
        how: dict[int, tuple[int, str]] = {}
        for state, cost in best.items():
            for nxt, action, price in _moves(mark, state, directed):
                if cost + price < step.get(nxt, _INFINITE):
                    step[nxt], how[nxt] = cost + price, (state, action)
        stop = marks[i + 1].start if i + 1 < len(marks) else end
        inside = segment(mark.end, stop) + min(max(0, stop - mark.end - _LONG) / _LONG, _LONGEST)
        best = {s: c + (inside if s else 0.0) for s, c in step.items()}
        back.append(how)
    state = min(best, key=lambda s: best[s] + open_end * s)
    actions: list[str] = []
    for how in reversed(back):
        state, action = how[state]
        actions.append(action)
    return _pairs(marks, actions[::-1], end)


def _pairs(marks: Sequence[Mark], actions: Sequence[str], end: int) -> list[Pair]:
    out: list[Pair] = []
    opened: list[int] = []
    for mark, action in zip(marks, actions, strict=True):
        if action == "close":
            start = opened.pop()
            out.append(Pair(start, mark.end, True, len(opened)))
        elif action == "reopen":
            out.append(Pair(opened.pop(), mark.start, False, len(opened)))
            opened.append(mark.start)
        elif action == "open":
            opened.append(mark.start)
    while opened:
        start = opened.pop()
        out.append(Pair(start, end, False, len(opened)))
    return sorted(out, key=lambda p: (p.start, -p.end))
