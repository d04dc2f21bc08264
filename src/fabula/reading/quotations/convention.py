"""Which marks a story uses for speech: decided from all its marks together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from fabula.reading.quotations.marks import ANGLE, DOUBLE, GUILLEMET, SINGLE, Mark

_ALWAYS_OPEN = frozenset("„‚‟‛") | {"``"}
_USUALLY_OPEN = frozenset("“‘«‹")
_USUALLY_CLOSE = frozenset("”’»›")
_SURE = 3.0  # a lean beyond this counts as a vote
_TRUST = 4.0  # what a mark's usual role adds to its lean
_VOTES = 4


@dataclass(frozen=True, slots=True)
class Convention:
    """``order``: families, the likeliest for speech first. ``role``: +1 for glyphs that open in this story, -1 close, 0 either."""

    order: tuple[int, ...]
    role: dict[str, int]

    @property
    def directed(self) -> frozenset[str]:
        return frozenset(g for g, r in self.role.items() if r)

    def trust(self, glyph: str) -> float:
        """What the glyph's role in this story adds to the lean of one mark."""
        return _TRUST * self.role.get(glyph, 0)


def _role(glyph: str, opens: int, closes: int) -> int:
    if glyph in _ALWAYS_OPEN:
        return 1
    prior = 1 if glyph in _USUALLY_OPEN else -1 if glyph in _USUALLY_CLOSE else 0
    if not prior:
        return 0
    votes = opens + closes
    if votes < _VOTES:
        return prior
    share = opens / votes
    return 1 if share > 0.8 else -1 if share < 0.2 else prior if (share > 0.5) == (prior > 0) else 0


def convention_of(marks: Iterable[Mark]) -> Convention:
    """The convention of a story from all its marks, apostrophes inside words left out."""
    opens: dict[str, int] = defaultdict(int)
    closes: dict[str, int] = defaultdict(int)
    votes: dict[int, list[int]] = {f: [0, 0] for f in (DOUBLE, SINGLE, GUILLEMET, ANGLE)}
    for m in marks:
        if m.stray < 2.0:  # rather an apostrophe
            continue
        if m.lean >= _SURE:
            opens[m.glyph] += 1
            votes[m.family][0] += 1
        elif m.lean <= -_SURE:
            closes[m.glyph] += 1
            votes[m.family][1] += m.lean <= -5.0
    role = {g: _role(g, opens[g], closes[g]) for g in {*opens, *closes}}
    weight = {f: min(v) + 0.01 * sum(v) for f, v in votes.items()}
    order = tuple(sorted((f for f in weight if sum(votes[f])), key=lambda f: -weight[f]))
    return Convention(order=order, role=role)

