"""Who fills a place by somebody's side: all phrases for "Ann's mother" together elect one person, or nobody of those in the story.

Who-is-who takes "his wife" for the nearest woman often enough, so a place says little. More is said by several together, by the phrase that
answers ("her husband" of the woman), by a "Mum" to the face, by surnames, by how two talk with each other. What each sign weighs was fitted
on annotated stories (``lexicons/tie_weights.txt``).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property

from fabula.elements import Character
from fabula.lexicons import words
from fabula.reading.cast import Cast
from fabula.reading.patterns import flat
from fabula.reading.tie_address import Addresses, form_of_address, pair_of
from fabula.reading.tie_phrases import Phrase, Slot, form_of, only_a_kin_name
from fabula.reading.ties import Kin, Tie, kin_names, kin_words

_BOND = frozenset(("sibling", "spouse", "romantic_partner", "ex_partner", "parent_child", "other_kin", "friend"))
EXCLUSIVE = frozenset(("parent_child", "sibling", "spouse", "other_kin"))
_CLAIMS = 0.45
_NEAR = 700  # characters
_LARGEST_FAMILY = 12
_BY_NAME = 0.75


def surnames(c: Character) -> frozenset[str]:
    """The last words of a character's full names, in lower case: "Anne Elliot", "Mrs. Elliot".

    >>> surnames(Character(id="c1", name="Mrs. Vale", confidence=1.0, origin="test"))
    frozenset({'vale'})
    """
    names = [c.name, *(a.text for a in c.aliases)]
    parts = [flat(n).replace(".", "").split() for n in names if n[:1].isupper()]
    return frozenset(p[-1] for p in parts if len(p) > 1 and p[0] not in words("kin", "title") and "'" not in "".join(p) and len(p[-1]) > 1)


def _titled(c: Character) -> float:
    """In what share of the places where somebody is named a title of those who are not close stands before the name."""
    total = sum(a.count for a in c.aliases)
    formal = sum(a.count for a in c.aliases if form_of_address(flat(a.text), name=True)[0] in ("formal", "rank"))
    return formal / total if total else 0.0


def _same(one: Kin, two: Kin) -> bool:
    return (one.type, one.end, form_of(one)) == (two.type, two.end, form_of(two))


class Slots:
    """All phrases of a story by slot."""

    def __init__(
        self, phrases: Iterable[Phrase], characters: Iterable[Character], addresses: Addresses, cast: Cast, narrated_by: str | None = None
    ) -> None:  # fmt: skip
        self.narrated_by = narrated_by
        self.people = {c.id: c for c in characters if c.kind not in ("group", "animal")}
        self.addresses = addresses
        self.surnames = {i: surnames(c) for i, c in self.people.items()}
        self.nameless = {i for i, c in self.people.items() if only_a_kin_name(c)}
        self.phrases: dict[Slot, list[Phrase]] = {}
        for p in phrases:
            if p.slot.owner in self.people and p.slot.type != "owner_pet":
                self.phrases.setdefault(p.slot, []).append(p)
        self.stated: dict[tuple[Slot, str], float] = {}
        self.claimed: dict[tuple[str, str], str] = {}
        self.places: dict[str, list[int]] = {}
        for m in cast.mentions:
            for who in m.who if len(m.who) == 1 else ():
                self.places.setdefault(who, []).append(m.start)
        self.titled = {i: _titled(c) for i, c in self.people.items()}

    def claim(self, ties: Iterable[Tie]) -> None:
        """What is said outright of two people bars what they cannot be besides."""
        best: dict[tuple[str, str], float] = {}
        for t in ties:
            pair = pair_of(t.a, t.b)
            if t.confidence >= max(_CLAIMS, best.get(pair, 0.0)) and t.type in EXCLUSIVE:
                best[pair], self.claimed[pair] = t.confidence, t.type

    def state(self, slot: Slot, target: str, sure: float) -> None:
        """That somebody fills a slot is said outright."""
        self.stated[slot, target] = max(sure, self.stated.get((slot, target), 0.0))

    @cached_property
    def votes(self) -> dict[Slot, Counter[str]]:
        out: dict[Slot, Counter[str]] = {}
        for slot, of_slot in self.phrases.items():
            votes = out.setdefault(slot, Counter())
            for p in of_slot:
                for who, confidence in p.votes.items():
                    votes[who] += p.sure * confidence  # type: ignore[assignment]
        return out

    def candidates(self, slot: Slot) -> Iterator[tuple[str, dict[str, float]]]:
        """Everyone who might fill a slot, with what speaks for them."""
        of_slot = self.phrases[slot]
        kin = of_slot[0].kin
        for who in sorted(self._thinkable(slot, of_slot)):
            pronouns = self.people[who].pronouns
            if who != slot.owner and self.may_be(slot, who, kin) and (kin.pronoun == "-" or pronouns in (kin.pronoun, "unknown", "they")):
                yield who, self._features(slot, of_slot, who, kin)

    def _thinkable(self, slot: Slot, of_slot: list[Phrase]) -> set[str]:
        """Whoever anything speaks for: a place, an answer, a surname, or that the two talk or stand near such a phrase."""
        near = {w for p in of_slot for w in (*p.votes, *p.faces)} | {w for s, w in self.stated if s == slot}
        return (near | self._partners.get(slot.owner, set()) | self._answering.get(slot.owner, set())) & self.people.keys()

    @cached_property
    def _partners(self) -> dict[str, set[str]]:
        """Who talks with whom, or shares a surname."""
        out: dict[str, set[str]] = {}
        for one, two in self.addresses.talkers():
            out.setdefault(one, set()).add(two)
            out.setdefault(two, set()).add(one)
        by_name: dict[str, list[str]] = {}
        for who, names in self.surnames.items():
            for name in names:
                by_name.setdefault(name, []).append(who)
        for family in by_name.values():
            if len(family) <= _LARGEST_FAMILY:
                for one in family:
                    out.setdefault(one, set()).update(family)
        return out

    @cached_property
    def _answering(self) -> dict[str, set[str]]:
        """Whose relatives somebody is taken for."""
        out: dict[str, set[str]] = {}
        for slot, votes in self.votes.items():
            for who in votes:
                out.setdefault(who, set()).add(slot.owner)
        return out

    def may_be(self, slot: Slot, who: str, kin: Kin) -> bool:
        """Somebody known only as "Ann's mother" is nobody's sister; a "Grandpa" is no brother."""
        c = self.people[who]
        if c.id in self.nameless:
            return any(_same(kin_names()[flat(a.text)], kin) for a in c.aliases)
        word = flat(c.name).rpartition("'s ")[2]
        known = kin_words().get(word) if not c.aliases and "'s " in flat(c.name) else None
        return known is None or _same(known, kin) or not flat(c.name).startswith(tuple(f"{flat(n)}'" for n in self._names(slot.owner)))

    def by_name(self) -> Iterator[Tie]:
        """A first-person narrator's "Gran", and a "Gran" who speaks, are called so by their own."""
        for slot, of_slot in self.phrases.items():
            for p in of_slot:
                for who, confidence in p.votes.items() if p.name else ():
                    own = not p.spoken and self.narrated_by == slot.owner
                    if who in self.nameless and (own or self.people[who].quotes):
                        a, b = (who, slot.owner) if slot.end != "owner" else (slot.owner, who)
                        yield Tie(a, b, slot.type, _BY_NAME * p.sure * confidence, p.span, p.kin.word, None, "name")

    def _features(self, slot: Slot, of_slot: list[Phrase], who: str, kin: Kin) -> dict[str, float]:
        votes = self.votes[slot]
        mine, total = votes[who], votes.total()
        talk = self.addresses.talk(slot.owner, who)
        acts = float(any(p.acts for p in of_slot))
        one, two = self.surnames[slot.owner], self.surnames[who]
        back, others_back = self._back(slot, who)
        c = self.people[who]
        name = flat(c.name)
        by_owner = not c.aliases and name.startswith(tuple(f"{flat(n)}'" for n in self._names(slot.owner)))
        by_other = not c.aliases and not by_owner and "'" in name
        return {
            "bias": 1.0,
            "sure": max(p.sure for p in of_slot),
            "votes": min(mine, 1.5),
            "unanimous": mine / total if total else 0.0,
            "several": float(sum(who in p.votes for p in of_slot) > 1),
            "nobody": float(mine == 0),
            "barred": min(1.5, sum(p.sure for p in of_slot if who in p.barred)),
            "heard": min(1.5, sum(p.sure for p in of_slot if who in p.heard)),
            "stated": self.stated.get((slot, who), 0.0),
            "face": min(1.5, sum(p.sure * p.faces.get(who, 0.0) for p in of_slot)),
            "faces others": min(1.5, sum(p.sure * v for p in of_slot for w, v in p.faces.items() if w != who)),
            "back": min(back, 1.0),
            "others back": min(others_back, 1.0),
            "another slot": min(1.0, self._as(who, slot.owner, slot)),
            "of others": min(1.0, self._of_others(who, slot)),
            "loop": min(1.0, sum(p.sure for p in of_slot if p.loop)) if slot.type in ("sibling", "spouse") else 0.0,
            "same surname": float(bool(one & two)) if slot.type in ("parent_child", "sibling", "spouse", "other_kin") else 0.0,
            "other surname": float(bool(one and two and not one & two)) if slot.type in ("parent_child", "sibling") else 0.0,
            "by owner": float(by_owner),
            "by other": float(by_other),
            "undescribed": float(not c.aliases and not by_owner and not by_other),
            "kin name": float(who in self.nameless),
            "talk": talk,
            "formal": min(2.0, self.addresses.count("formal", slot.owner, who) + self.addresses.count("rank", slot.owner, who)),
            "given": min(2.0, self.addresses.count("given", slot.owner, who)),
            "unknown pronoun": float(kin.pronoun != "-" and c.pronouns == "unknown"),
            "titled": self.titled[who],
            "near where acting": self._near(who, [p for p in of_slot if p.acts]),
            "near where spoken of": self._near(who, [p for p in of_slot if p.spoken]),
            "acts": acts,
            "acts and talks": acts * talk,
            "acts and meant": acts * min(mine, 1.5),
        }  # fmt: skip

    def _near(self, who: str, phrases: list[Phrase]) -> float:
        """In what share of the places somebody is mentioned a little before."""
        places = self.places.get(who, [])
        found = [bisect_left(places, p.span.start) - bisect_left(places, p.span.start - _NEAR) for p in phrases]
        return sum(n > 0 for n in found) / len(found) if found else 0.0

    def _names(self, who: str) -> list[str]:
        c = self.people[who]
        return [c.name, *(a.text for a in c.aliases)]

    @cached_property
    def of_owner(self) -> dict[str, list[Slot]]:
        out: dict[str, list[Slot]] = {}
        for slot in self.votes:
            out.setdefault(slot.owner, []).append(slot)
        return out

    @cached_property
    def _meant(self) -> dict[tuple[str, str, str, str], float]:
        """How far somebody is taken for a relative of a kind, whosever: (type, end, form, person) -> votes."""
        out: dict[tuple[str, str, str, str], float] = {}
        for s, votes in self.votes.items():
            for who, n in votes.items():
                out[s.type, s.end, s.form, who] = out.get((s.type, s.end, s.form, who), 0.0) + n
        return out

    def _back(self, slot: Slot, who: str) -> tuple[float, float]:
        """How far the phrases of the other for the owner's end mean the owner, and how far others."""
        mine = others = 0.0
        for s in self.of_owner.get(who, ()) if slot.type in _BOND else ():
            if s.type == slot.type and (s.end != slot.end if slot.type == "parent_child" else True):
                mine += self.votes[s][slot.owner]
                others += self.votes[s].total() - self.votes[s][slot.owner]
        return mine, others

    def _as(self, who: str, owner: str, but: Slot) -> float:
        """How far the person is taken for something else of the same owner."""
        return sum(self.votes[s][who] for s in self.of_owner.get(owner, ()) if s != but)

    def _of_others(self, who: str, slot: Slot) -> float:
        """How far the person is taken for the same of other owners."""
        return self._meant.get((slot.type, slot.end, slot.form, who), 0.0) - self.votes[slot][who]
