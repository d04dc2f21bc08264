"""Who stands above whom, and who works beside whom: from ranks in names and calls ("Sarge", "Yes, Chef"), and from a superior in common.

A call of rank says that the one so called has it, and mostly that the caller stands below; a colonel calls a sergeant "Sergeant", too, so
heights decide where both are known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from fabula.elements import Character
from fabula.layers import MentionKind
from fabula.reading.cast import Cast
from fabula.reading.patterns import flat
from fabula.reading.tie_address import Address, Addresses, pair_of, rank_of, ranks
from fabula.reading.ties import Tie
from fabula.spans import Span

_CALLED = {"trade": 0.62, "arms": 0.5, "ward": 0.45}  # what one call says of a caller whose own rank nobody knows
_SIR = 0.6  # "sir", said to somebody of rank
_SERVING = 9  # princes command nobody by their title
_LOW, _LOW_CALLED = 3, 0.3  # "Sergeant" is said from below and from above
_BOTH_KNOWN, _CALLED_BY_LOWER = 0.48, 0.68
_EQUALS, _BESIDE = 0.48, 0.55
_SIRS = frozenset(("sir", "ma'am"))
_CALLED_SO = 1.2  # a rank by which others call somebody counts where they did so about twice
_DESCRIBED = 0.5
_TALKS = 0.3  # who never speak with each other need not be of one ship


class Ranks:
    """The ranks of a story."""

    def __init__(self, characters: Iterable[Character], addresses: Addresses, cast: Cast, text: str) -> None:
        self.addresses = addresses
        self.people = {c.id: c for c in characters if c.kind not in ("group", "animal")}
        self.rank: dict[str, tuple[str, int]] = {i: r for i, c in self.people.items() if (r := rank_of(c)) is not None}
        self._by_calls()
        self._by_descriptions(cast, text)

    def _by_descriptions(self, cast: Cast, text: str) -> None:
        """Ranks of those who are only called "the lieutenant"."""
        heard: dict[tuple[str, str, int], float] = {}
        for m in cast.mentions:
            if m.kind == MentionKind.NOMINAL and len(m.who) == 1 and m.who[0] in self.people and m.who[0] not in self.rank:
                words = flat(text[m.start : m.end]).split()
                if len(words) <= 3 and words[0] in ("the", "her", "his", "our") and words[-1] in ranks():
                    key = (m.who[0], *ranks()[words[-1]])
                    heard[key] = heard.get(key, 0.0) + m.confidence
        for (who, service, height), sure in sorted(heard.items(), key=lambda x: x[1]):
            if sure >= _DESCRIBED:
                self.rank[who] = service, height

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
        yield from self._by_sir()
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

    def _by_sir(self) -> Iterator[Tie]:
        """ "Yes, sir", said to somebody of rank by one who is not above."""
        for a in self.addresses.all:
            own, high = self.rank.get(a.speaker), self.rank.get(a.to)
            if (
                a.form == "formal"
                and a.word in _SIRS
                and a.speaker in self.people
                and high is not None
                and high[0] == "arms"
                and (own is None or own < high)
            ):
                yield Tie(a.to, a.speaker, "superior_subordinate", _SIR * a.sure, a.span, a.word, None, "call")

    def _by_height(self) -> Iterator[Tie]:
        """Two of one service whose ranks are known and who speak with each other."""
        for one, two in combinations(sorted(self.rank), 2):
            (service, high), (other, low) = self.rank[one], self.rank[two]
            if service != other or max(high, low) > _SERVING or self.addresses.talk(one, two) < _TALKS:
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
