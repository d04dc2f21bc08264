"""The election: one person for each place by somebody's side ("Ann's mother"), or nobody of those in the story.

Who-is-who takes "his wife" for the nearest woman often enough, so a place says little. In a story all signs are weighed together, and a
place that is filled bars others; what each sign weighs was fitted on annotated stories (``lexicons/tie_weights.txt``). In a novel every
woman was once taken for his wife, so there places are counted.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from fabula.lexicons import table
from fabula.reading.tie_address import pair_of
from fabula.reading.tie_phrases import Phrase, Slot
from fabula.reading.tie_slots import EXCLUSIVE, Slots
from fabula.reading.ties import Kin, Tie

_LEAST = 0.12  # a candidate below it is not even for the review list
_SPARE = 0.6  # what is left of the second best, who is kept for the review list
_TAKEN = 0.4  # from here on a tie bars what it excludes
_ANSWERED = 1.5  # her husband is he whose wife she is
FAR = 800  # characters
_MAJORITY, _COUNTS = 0.6, 0.15
_MANY = 90  # phrases for relatives
_BY_PLACES = (0.33, 0.45, 0.6, 0.7, 0.75)  # what one place says, two far from each other, three, more, for the same person
_OFTEN = 3
_SMALL_FAMILY, _BY_SURNAME = 3, 0.54  # in a clan a surname tells too little
_ANSWERING, _ONE_EACH = 0.66, 0.47
_SAME_SURNAME, _OTHER_SURNAME = 1.25, 0.45
_MUTUAL = frozenset(("sibling", "spouse", "romantic_partner"))


@cache
def weights() -> Mapping[str, float]:
    return {row[0]: float(row[1]) for row in table("tie_weights", "slots")}


@dataclass(frozen=True, slots=True)
class Elected:
    """One candidate of a slot, with what speaks for it."""

    slot: Slot
    target: str
    kin: Kin
    features: Mapping[str, float]

    @property
    def score(self) -> float:
        """The log of its odds against nobody."""
        return sum(weights().get(name, 0.0) * value for name, value in self.features.items())


def places(starts: Iterable[int]) -> int:
    """How many of the places are far from those before.

    >>> places([0, 10, 5000])
    2
    """
    found, last = 0, -2 * FAR
    for at in sorted(starts):
        if at - last >= FAR:
            found, last = found + 1, at
    return found


class Board:
    """What is still open: the candidates of each slot, and what those already taken add or forbid."""

    def __init__(self, candidates: Iterable[Elected], claimed: Mapping[tuple[str, str], str]) -> None:
        """``claimed``: what pairs are said to be outright."""
        self.open: dict[Slot, dict[str, tuple[Elected, float]]] = {}
        for e in candidates:
            said = claimed.get(pair_of(e.slot.owner, e.target), e.slot.type)
            if said == e.slot.type or not {said, e.slot.type} <= EXCLUSIVE:
                self.open.setdefault(e.slot, {})[e.target] = e, e.score

    def next(self) -> list[tuple[Elected, float]] | None:
        """The two best of the slot whose best is surest, with their probabilities; the slot is closed."""
        best = max(((self._ranked(c), s) for s, c in self.open.items() if c), key=lambda x: (x[0][0][1], x[0][0][0].target), default=None)
        if best is None:
            return None
        ranked, slot = best
        del self.open[slot]
        first, sure = ranked[0]
        if sure >= _TAKEN:
            self._take(first)
        return ranked[: 1 if slot.form == "-" else 2]

    @staticmethod
    def _ranked(candidates: Mapping[str, tuple[Elected, float]]) -> list[tuple[Elected, float]]:
        top = max(0.0, *(score for _, score in candidates.values()))
        total = math.exp(-top) + sum(math.exp(score - top) for _, score in candidates.values())
        return sorted(((e, math.exp(score - top) / total) for e, score in candidates.values()), key=lambda x: (-x[1], x[0].target))

    def _take(self, taken: Elected) -> None:
        """What follows for the other slots from one that is filled."""
        owner, target, mine = taken.slot.owner, taken.target, taken.slot
        for slot, candidates in self.open.items():
            for who, (e, score) in list(candidates.items()):
                pair = {slot.owner, who} == {owner, target}
                if pair and slot.type == mine.type and (slot.end != mine.end) == (mine.type == "parent_child") and slot.owner == target:
                    candidates[who] = e, score + _ANSWERED
                elif (pair and slot.type in EXCLUSIVE and mine.type in EXCLUSIVE) or _second_spouse(mine, target, slot, who):
                    del candidates[who]


def _second_spouse(mine: Slot, target: str, slot: Slot, who: str) -> bool:
    return mine.type == "spouse" == slot.type and len({slot.owner, who} & {mine.owner, target}) == 1


class Election:
    """Elects who fills each slot of a story."""

    def __init__(self, slots: Slots) -> None:
        self.slots = slots

    @cached_property
    def many(self) -> bool:
        """Whether so much is said of relatives that a place or two may be chance."""
        return sum(map(len, self.slots.phrases.values())) > _MANY

    def elected(self) -> Iterator[Tie]:
        """The ties of all slots: in a short story all signs are weighed, in a long one places are counted."""
        return self._counted() if self.many else self._weighed()

    def _counted(self) -> Iterator[Tie]:
        """In a novel "his wife" was taken for every woman once: who is meant in most of many places, far from each other, is one."""
        for slot, of_slot in self.slots.phrases.items():
            votes = self._with_faces(slot, of_slot)
            if not votes:
                continue
            who, most = max(votes.items(), key=lambda x: (x[1], x[0]))
            kin, share = of_slot[0].kin, most / votes.total()
            if not self.slots.may_be(slot, who, kin) or self.slots.claimed.get(pair_of(slot.owner, who), slot.type) != slot.type:
                continue
            here = places(p.span.start for p in of_slot if max(p.votes.get(who, 0.0), p.faces.get(who, 0.0)) * p.sure >= _COUNTS)
            back = self._answers(slot, who)
            if not here or (share < _MAJORITY and not back):
                continue
            sure = _BY_PLACES[min(here, len(_BY_PLACES)) - 1] * (1.0 if back else share)
            if back:
                sure = max(sure, _ANSWERING if here + back > 2 else _ONE_EACH)
            yield self._tie(Elected(slot, who, kin, {}), min(0.9, sure * self._by_surname(slot, who, here)))

    def _alone(self, slot: Slot) -> str | None:
        """ "Theo's sister", where one woman alone shares his surname and nobody of the name is married by title."""
        own, kin = self.slots.surnames[slot.owner], self.slots.phrases[slot][0].kin
        if slot.type != "sibling" or not own or kin.pronoun == "-":
            return None
        alike = [w for w, names in self.slots.surnames.items() if w != slot.owner and names & own]
        fit = [w for w in alike if self.slots.people[w].pronouns == kin.pronoun]
        free = len(fit) == 1 and len(alike) <= _SMALL_FAMILY and pair_of(slot.owner, fit[0]) not in self.slots.claimed
        return fit[0] if free and not any(self.slots.titled[w] for w in (slot.owner, *fit)) else None

    def _often(self, e: Elected) -> float:
        """What many places far from each other say, where most of a slot mean the same person and no surname speaks against it."""
        votes, of_slot = self.slots.votes[e.slot], self.slots.phrases[e.slot]
        here = places(p.span.start for p in of_slot if p.votes.get(e.target, 0.0) * p.sure >= _COUNTS)
        if here < _OFTEN or votes[e.target] < _MAJORITY * votes.total():
            return 0.0
        return _BY_PLACES[min(here, len(_BY_PLACES)) - 1] * min(1.0, self._by_surname(e.slot, e.target, here))

    def _with_faces(self, slot: Slot, of_slot: list[Phrase]) -> Counter[str]:
        out = Counter({w: n for w, n in self.slots.votes[slot].items() if w in self.slots.people})
        for p in of_slot:
            for who, n in p.faces.items():
                if who in self.slots.people:
                    out[who] += p.sure * n  # type: ignore[assignment]
        return out

    def _answers(self, slot: Slot, who: str) -> int:
        """In how many places the phrase of the other for the owner's end means the owner; 0 where it mostly means others."""
        inverse = [s for s in self.slots.of_owner.get(who, ()) if s.type == slot.type and slot.type in _MUTUAL]
        agree = sum(self.slots.votes[s][slot.owner] for s in inverse)
        if not inverse or agree * 2 < sum(self.slots.votes[s].total() for s in inverse):
            return 0
        return places(p.span.start for s in inverse for p in self.slots.phrases[s] if slot.owner in p.votes)

    def _by_surname(self, slot: Slot, who: str, here: int) -> float:
        one, two = self.slots.surnames[slot.owner], self.slots.surnames[who]
        if not one or not two or slot.type not in ("parent_child", "sibling", "spouse"):
            return 1.0
        if one & two:
            return _SAME_SURNAME if here > 1 else 1.0  # all of a family share the surname
        return 1.0 if slot.type == "spouse" else _OTHER_SURNAME

    def _weighed(self) -> Iterator[Tie]:
        """The best of each slot, surest first, so that each bars what it excludes; the second best for the review list."""
        everyone = (
            Elected(slot, who, of_slot[0].kin, features)
            for slot, of_slot in self.slots.phrases.items()
            for who, features in self.slots.candidates(slot)
        )
        board = Board(everyone, self.slots.claimed)
        while (found := board.next()) is not None:
            first, most = found[0]
            alone = self._alone(first.slot) if most < _BY_SURNAME else None
            if alone is not None and (most < _TAKEN or first.target == alone):
                yield self._tie(Elected(first.slot, alone, first.kin, {}), _BY_SURNAME)
            for place, (e, confidence) in enumerate(found):
                sure = max(confidence, self._often(e)) * (1.0 if place == 0 else _SPARE)
                if sure >= _LEAST:
                    yield self._tie(e, sure)

    def _tie(self, e: Elected, confidence: float) -> Tie:
        mine = [p for p in self.slots.phrases[e.slot] if e.target not in p.barred]
        shown = max(
            mine or self.slots.phrases[e.slot], key=lambda p: (p.votes.get(e.target, 0.0) + p.faces.get(e.target, 0.0), p.sure, -p.at)
        )
        former = shown.former and e.slot.type in ("spouse", "romantic_partner")
        a, b = (e.target, e.slot.owner) if e.slot.end != "owner" else (e.slot.owner, e.target)
        kind, state = ("ex_partner", "separated") if former else (e.slot.type, None)
        return Tie(a, b, kind, confidence * e.kin.weight, shown.span, e.kin.word, state, "elected")
