"""Whom "his sister" means: who-is-who resolved each such phrase by itself; here all of one owner are votes.

That a phrase was resolved to somebody is weak evidence of a tie (nearness decides it often), so one place says little. It counts where most
places agree, where surnames fit, and where the other's "her brother" means the owner in turn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from fabula.elements import Character
from fabula.lexicons import words
from fabula.reading.patterns import flat
from fabula.reading.ties import Kin, Tie
from fabula.spans import Span

_RESOLVED = (0.35, 0.45, 0.6, 0.7)  # what "his sister", resolved to the same person in one place, two, three, more, says of the two
_RECIPROCAL = 0.66
_WIVES = frozenset(("mrs", "lady", "madame", "mme"))
_OWN_SURNAMES, _ONE_EACH = 0.85, 0.72  # husbands may keep their names; one place each may be a mistake made twice
_BY_SURNAME, _BY_SURNAME_ONCE = 0.62, 0.54
_SMALL_FAMILY = 3  # others of one surname: in a clan it tells too little
_MAJORITY = 0.6  # of all places where "his sister" was resolved
_SAME_SURNAME, _OTHER_SURNAME = 1.35, 0.45
_MARRIED_TOO = 0.72  # who is meant by "his husband" in several places has a husband too
_COUPLE = 1.2  # "his husband" is mostly somebody whom the story tells of; where no wife goes by Mrs., couples keep their names


@dataclass(frozen=True, slots=True)
class Resolved:
    """A relative phrase of one owner that who-is-who resolved to one person."""

    kin: Kin
    target: str
    tie: Tie


def surnames(c: Character) -> frozenset[str]:
    """The last words of a character's full names, in lower case: "Anne Elliot", "Mrs. Elliot".

    >>> surnames(Character(id="c1", name="Mrs. Vale", confidence=1.0, origin="test"))
    frozenset({'vale'})
    """
    names = [c.name, *(a.text for a in c.aliases)]
    parts = [flat(n).replace(".", "").split() for n in names if n[:1].isupper()]
    return frozenset(p[-1] for p in parts if len(p) > 1 and p[0] not in words("kin", "title") and "'" not in "".join(p) and len(p[-1]) > 1)


class Votes:
    """Gathers the phrases for relatives of every owner, and elects whom they mean."""

    def __init__(self, characters: Iterable[Character]) -> None:
        everyone = tuple(characters)
        self.pronouns: Mapping[str, str] = {c.id: c.pronouns for c in everyone}
        self.surnames = {c.id: surnames(c) for c in everyone}
        self.titled = {c.id: frozenset(flat(n).split(" ")[0].rstrip(".") for n in (c.name, *(a.text for a in c.aliases))) for c in everyone}
        self.resolved: dict[tuple[str, str, str], list[Resolved]] = {}
        self.phrases: dict[tuple[str, str, str], list[Span]] = {}
        self.kin_of: dict[tuple[str, str], Kin] = {}

    def phrase(self, owner: str, kin: Kin, span: Span) -> None:
        """A phrase for a relative of somebody, whoever it means."""
        form = kin.end + kin.pronoun
        self.kin_of[kin.type, form] = kin
        self.phrases.setdefault((owner, kin.type, form), []).append(span)

    def resolve(self, owner: str, kin: Kin, target: str, tie: Tie) -> None:
        """Such a phrase that was resolved to somebody."""
        self.resolved.setdefault((owner, kin.type, kin.end + kin.pronoun), []).append(Resolved(kin, target, tie))

    def elected(self) -> Iterator[Tie]:
        """The ties that the votes make."""
        for of_owner in self.resolved.values():
            yield from self._elected(of_owner)
        yield from self._by_surname()

    def _elected(self, of_owner: list[Resolved]) -> Iterator[Tie]:
        """The one whom most of an owner's "his sister" mean; each place alone says little, and more where "her brother" means him."""
        votes: Counter[str] = Counter()
        for r in of_owner:
            votes[r.target] += r.tie.confidence * self.surname_factor(r.kin, r.tie.a, r.tie.b)  # type: ignore[assignment]
        target, most = max(votes.items(), key=lambda x: (x[1], x[0]))
        mine = [r for r in of_owner if r.target == target]
        answers = self._answered(mine[0])
        back = answers > 0
        if most >= _MAJORITY * votes.total() or back:
            best = max(mine, key=lambda r: (r.tie.confidence, -r.tie.span.start))
            by_places = _RECIPROCAL if back else _RESOLVED[min(len(mine), len(_RESOLVED)) - 1]
            factor = self.surname_factor(best.kin, best.tie.a, best.tie.b)
            if back:
                may_differ = _OWN_SURNAMES if best.kin.type != "sibling" else factor
                by_places *= max(may_differ, factor) if len(mine) + answers > 2 or factor > 1 else min(factor, _ONE_EACH)
            else:
                by_places *= factor if len(mine) > 1 else min(1.0, factor)  # all of a family share the surname
            if best.kin.type == "spouse" and not back and len(mine) > 1 and self._has_a_spouse(target):
                by_places = max(by_places, _MARRIED_TOO * min(1.0, factor))
            if best.kin.type == "spouse":
                by_places *= self._share_of(target, best.kin.type, mine[0]) ** 0.5
            share = 1.0 if back else most / votes.total() * best.tie.confidence**0.5
            yield replace(best.tie, confidence=min(0.9, by_places) * share)

    def _share_of(self, target: str, kind: str, one: Resolved) -> float:
        """Of all places where "his wife" means this woman, how many speak of this husband: she has one at a time."""
        owner = one.tie.a if one.tie.b == target else one.tie.b
        by_owner = Counter(who for (who, k, _), rs in self.resolved.items() if k == kind for r in rs if r.target == target)
        return by_owner[owner] / max(1, by_owner.total())

    def _has_a_spouse(self, person: str) -> bool:
        """Whether the story speaks of somebody's husband or wife, whomever it may mean."""
        return any(owner == person and kind == "spouse" for owner, kind, _ in self.phrases)

    def _answered(self, one: Resolved) -> int:
        """In how many places "her husband", "her brother" of the other means the owner; 0 where it mostly means others."""
        if one.kin.type not in ("spouse", "sibling", "romantic_partner"):
            return 0
        owner = one.tie.a if one.tie.b == one.target else one.tie.b
        of_target = [r for (who, kind, _), rs in self.resolved.items() if who == one.target and kind == one.kin.type for r in rs]
        agree = sum(r.target == owner for r in of_target)
        return agree if agree * 2 >= len(of_target) else 0

    def _by_surname(self) -> Iterator[Tie]:
        """ "Theo's sister", where one woman alone shares his surname."""
        for (owner, kind, kin_form), spans in self.phrases.items():
            kin, own = self.kin_of[kind, kin_form], self.surnames[owner]
            if kind not in ("sibling", "spouse") or not own or kin.pronoun == "-":
                continue
            alike = [c for c, names in self.surnames.items() if c != owner and names & own]
            fit = [c for c in alike if self.pronouns.get(c) == kin.pronoun]
            wives = [c for c in (owner, *fit) if self.titled[c] & _WIVES]
            if kind == "spouse":
                likely = len(fit) == 1 and len(wives) == 1 and (wives[0] == owner) == (kin.pronoun == "he")
            else:
                likely = len(fit) == 1 and len(alike) <= _SMALL_FAMILY and not wives
            if likely:
                a, b = sorted((owner, fit[0]))
                yield Tie(a, b, kind, _BY_SURNAME if len(spans) > 1 else _BY_SURNAME_ONCE, spans[0], kin.word)

    @cached_property
    def _has_wives_by_title(self) -> bool:
        return any(titles & _WIVES for titles in self.titled.values())

    def surname_factor(self, kin: Kin, a: str, b: str) -> float:
        """How far surnames speak for close kin or a couple."""
        one, two = self.surnames[a], self.surnames[b]
        if not one or not two or kin.type not in ("parent_child", "sibling", "spouse"):
            return 1.0
        if kin.type == "spouse" and not one & two and not self._has_wives_by_title:
            return _COUPLE
        return _SAME_SURNAME if one & two else _OTHER_SURNAME
