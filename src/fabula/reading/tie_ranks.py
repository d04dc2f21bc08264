"""Who stands above whom, and who works beside whom: from ranks in names and calls ("Sarge", "Yes, Chef"), and from those who share a superior.

A call of rank says that the one so called has it, and mostly that the caller stands below; a colonel calls a sergeant "Sergeant", too, so
heights decide where both are known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from fabula.elements import Character
from fabula.reading.tie_address import Address, Addresses, pair_of, rank_of, ranks
from fabula.reading.ties import Tie
from fabula.spans import Span

_CALLED = {"trade": 0.62, "arms": 0.5, "court": 0.52, "ward": 0.45}  # what one call says of a caller whose own rank nobody knows
_LOW, _LOW_CALLED = 3, 0.3  # "Sergeant" is said from below and from above
_BOTH_KNOWN, _CALLED_BY_LOWER = 0.55, 0.68
_EQUALS, _BESIDE = 0.5, 0.55
_CALLED_SO = 1.2  # a rank by which others call somebody counts where they did so about twice
_TALKS = 0.3  # who never speak with each other need not be of one ship


class Ranks:
    """The ranks of a story."""

    def __init__(self, characters: Iterable[Character], addresses: Addresses) -> None:
        self.addresses = addresses
        self.people = {c.id: c for c in characters if c.kind not in ("group", "animal")}
        self.rank: dict[str, tuple[str, int]] = {i: r for i, c in self.people.items() if (r := rank_of(c)) is not None}
        self._by_calls()

    def _by_calls(self) -> None:
        """Ranks that somebody is only called by."""
        heard: dict[tuple[str, str, int], float] = {}
        for a in self._calls():
            key = (a.to, *ranks()[a.word])
            heard[key] = heard.get(key, 0.0) + a.sure
        for (who, service, height), sure in sorted(heard.items(), key=lambda x: x[1]):
            if sure >= _CALLED_SO and who not in self.rank:
                self.rank[who] = service, height

    def _calls(self) -> Iterator[Address]:
        return (a for a in self.addresses.all if a.form == "rank" and a.to in self.people and a.speaker in self.people)

    def ties(self) -> Iterator[Tie]:
        yield from self._by_call()
        yield from self._by_height()

    def _by_call(self) -> Iterator[Tie]:
        for a in self._calls():
            service, height = ranks()[a.word]
            own = self.rank.get(a.speaker)
            if own is not None and own[0] == service:
                if own[1] == height:
                    continue
                above, below = (a.to, a.speaker) if height > own[1] else (a.speaker, a.to)
                sure = _CALLED_BY_LOWER if height > own[1] else _CALLED["arms"]
            else:
                above, below = a.to, a.speaker
                sure = _LOW_CALLED if height <= _LOW else _CALLED[service]
            yield Tie(above, below, "superior_subordinate", sure * a.sure, a.span, a.word, None, "call")

    def _by_height(self) -> Iterator[Tie]:
        """Two of one service whose ranks are known and who speak with each other."""
        for one, two in combinations(sorted(self.rank), 2):
            (service, high), (other, low) = self.rank[one], self.rank[two]
            if service != other or service == "court" or self.addresses.talk(one, two) < _TALKS:
                continue
            at = self._first(one, two)
            if high == low:
                yield Tie(*pair_of(one, two), "colleague", _EQUALS, at, "rank", None, "rank")
            else:
                above, below = (one, two) if high > low else (two, one)
                yield Tie(above, below, "superior_subordinate", _BOTH_KNOWN, at, "rank", None, "rank")

    def _first(self, one: str, two: str) -> Span:
        """Where either speaks to the other first, as evidence."""
        return self.addresses.first(one, two)


def beside(superiors: Mapping[tuple[str, str], float], addresses: Addresses) -> Iterator[Tie]:
    """Those who have one superior and speak with each other work beside each other. ``superiors``: (above, below) -> how sure."""
    teams: dict[str, list[str]] = {}
    for (above, below), sure in superiors.items():
        if sure >= _EQUALS:
            teams.setdefault(above, []).append(below)
    for above, team in teams.items():
        for one, two in combinations(sorted(team), 2):
            if addresses.talk(one, two) >= _TALKS and (one, two) not in superiors and (two, one) not in superiors:
                sure = min(superiors[above, one], superiors[above, two])
                yield Tie(one, two, "colleague", _BESIDE + 0.3 * (sure - _EQUALS), addresses.first(one, two), "team", None, "team")
