"""Which marks a story uses for speech: decided from all its marks together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fabula.reading.quotations.marks import ANGLE, DOUBLE, FAMILIES, GUILLEMET, SINGLE, Mark

_ALWAYS_OPEN = frozenset("„‚‟‛") | {"``"}
_USUALLY_OPEN = frozenset("“‘«‹")
_USUALLY_CLOSE = frozenset("”’»›")
_SURE = 3.0  # a lean beyond this counts as a vote
_TRUST = 4.0  # what a mark's usual role adds to its lean
_VOTES = 4
_RATHER_A_MARK = 2.0  # single marks that are cheaper to ignore than this are taken for apostrophes
_HOLDS = 4  # how much more often one family must stand around the other to be the outer one in spite of fewer marks


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


def _prior(glyph: str) -> int:
    """What a glyph is in most stories: +1 opening, -1 closing, 0 either."""
    return 1 if glyph in _ALWAYS_OPEN | _USUALLY_OPEN else -1 if glyph in _USUALLY_CLOSE else 0


def _role(glyph: str, opens: int, closes: int) -> int:
    prior = _prior(glyph)
    if glyph in _ALWAYS_OPEN or not prior:
        return prior
    votes = opens + closes
    if votes < _VOTES:
        return prior
    share = opens / votes
    return 1 if share > 0.8 else -1 if share < 0.2 else prior if (share > 0.5) == (prior > 0) else 0


def convention_of(paragraphs: Iterable[tuple[int, Sequence[Mark]]]) -> Convention:
    """The convention of a story from its paragraphs: where each starts and all its marks, apostrophes inside words left out."""
    opens: dict[str, int] = defaultdict(int)
    closes: dict[str, int] = defaultdict(int)
    votes: dict[int, list[int]] = {f: [0, 0] for f in (DOUBLE, SINGLE, GUILLEMET, ANGLE)}
    holds: dict[tuple[int, int], int] = defaultdict(int)  # (opens the paragraph, also in it): paragraphs
    for start, marks in paragraphs:
        sure = [m for m in marks if m.stray >= _RATHER_A_MARK]
        if sure and sure[0].start == start:
            for family in {m.family for m in sure}:
                holds[sure[0].family, family] += 1
        for m in sure:
            if m.lean >= _SURE:
                opens[m.glyph] += 1
                votes[m.family][0] += 1
            elif m.lean <= -_SURE:
                closes[m.glyph] += 1
                votes[m.family][1] += m.lean <= -5.0
            elif prior := _prior(m.glyph):  # set apart by blanks on both sides, as in French
                votes[m.family][prior < 0] += 1
    role = {g: _role(g, opens[g], closes[g]) for g in FAMILIES}
    weight = {f: min(v) + 0.01 * sum(v) for f, v in votes.items()}
    order = sorted((f for f in weight if sum(votes[f])), key=lambda f: -weight[f])
    if len(order) > 1 and holds[order[1], order[0]] > _HOLDS * (1 + holds[order[0], order[1]]):
        order[:2] = order[1::-1]
    return Convention(order=tuple(order), role=role)
