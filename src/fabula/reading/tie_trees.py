"""Ties that the tree of a sentence states: "his sister Ann", "Tom, a brother of hers", "she had married him", "Yes, Captain".

Beside the patterns of ties.py, which see words in a row; here the owner and the one who is so called may stand apart. Whom a phrase such as
"his sister" means was decided by who-is-who: by itself, that is weak evidence that the one meant is his sister, and adds up only over
several places.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fabula.elements import Character
from fabula.layers import MentionKind
from fabula.lexicons import words
from fabula.reading.tie_grammar import TieGrammar
from fabula.reading.tie_phrases import Slot, form_of, kin_at
from fabula.reading.tie_slots import surnames
from fabula.reading.tie_verbs import VerbTies
from fabula.reading.ties import IN_SPEECH, MOST_OF_A_GROUP, Kin, Tie
from fabula.reading.trees import People, Trees

_OF_YOU = 0.7  # "your mother", said to two
_APART_SURNAMES = 0.75
_FRAGMENT = 0.7  # "His girlfriend. Tamsin."
_MY_SON = 0.4  # "Well, Josy, my son," says an uncle, a priest, a stranger
_APART = 0.8  # a name in apposition that the tree alone joins
_BECOME = frozenset(("become", "becomes", "became", "becoming", "remain", "remains", "remained"))
_LIKE = frozenset(("like", "as", "than"))
_NO = frozenset(("no", "any", "every", "each", "another", "what", "which", "whose"))


@dataclass(frozen=True, slots=True)
class Called:
    """Somebody who is called by a word for a relative: tokens ``[first, last)`` say so; ``factor`` is how it is meant."""

    people: People
    factor: float
    first: int
    last: int
    past: bool = False  # "he was my husband", said now


class TreeTies(TieGrammar):
    """Finds the statements of ties in the trees of a story."""

    def __init__(self, trees: Trees, characters: Iterable[Character]) -> None:
        everyone = tuple(characters)
        super().__init__(trees, everyone)
        self.pronouns = {c.id: c.pronouns for c in everyone}
        self.surnames = {c.id: surnames(c) for c in everyone}
        self.verbs = VerbTies(trees, everyone)
        self.stated: dict[tuple[Slot, str], float] = {}

    def ties(self) -> Iterator[Tie]:
        """All of them; those that name what somebody is to an owner are kept in ``stated``, too."""
        t = self.trees
        for at, pos in enumerate(t.pos):
            if t.told[at]:
                yield from self.verbs.of_word(at)
                if pos in ("NOUN", "PROPN") and (kin := kin_at(t, at)) is not None:
                    yield from self._of_kin(at, kin)

    def signs(self) -> Iterator[Tie]:
        """Signs of love between two, each weak alone."""
        yield from self.verbs.signs()

    def _of_kin(self, at: int, kin: Kin) -> Iterator[Tie]:
        t = self.trees
        modifiers = frozenset(t.lower[c] for c in t.all(at, "amod"))
        if t.rel[at] in ("compound", "flat") or modifiers & words("kin", "unreal") or t.has(at, "case", *_LIKE) or t.has(at, "det", *_NO):
            return
        owners = self._owners(at)
        if not owners.who or len(owners.who) > MOST_OF_A_GROUP:
            return
        seen: set[str] = set()
        for called in self._called(at, kin):
            for target in called.people.who:
                if target not in seen and target not in owners.who and called.factor and self._fits(kin, target):
                    seen.add(target)
                    for owner, tie in self._tie(kin, modifiers, owners, target, called):
                        slot = Slot(owner, kin.type, kin.end, form_of(kin))
                        self.stated[slot, target] = max(tie.confidence, self.stated.get((slot, target), 0.0))
                        yield tie

    def _tie(self, kin: Kin, modifiers: frozenset[str], owners: People, target: str, called: Called) -> Iterator[tuple[str, Tie]]:
        """(owner, tie) for each owner."""
        kind, state = kin.type, None
        if (kind in ("spouse", "romantic_partner") and modifiers & words("kin", "former")) or (
            called.past and kind in ("spouse", "romantic_partner") and not modifiers & words("kin", "dead")
        ):
            kind, state = "ex_partner", "separated"
        elif kind == "spouse" and modifiers & words("kin", "dead"):
            state = "widowed"
        elif "estranged" in modifiers:
            state = "estranged"
        sure = kin.weight * called.factor * called.people.confidence * owners.confidence * (0.8 if len(owners.who) > 2 else 1.0)
        sure *= _OF_YOU if len(owners.who) > 1 and self._yours(called) else 1.0
        sure *= IN_SPEECH if self.trees.quote_row(called.first) >= 0 else 1.0
        for owner in owners.who:
            a, b = (target, owner) if kin.end != "owner" else (owner, target)
            if owners.kind == MentionKind.PRONOUN and self._surnames_differ(kin, a, b):
                sure *= _APART_SURNAMES
            yield owner, Tie(a, b, kind, sure, self.trees.clause(called.first, called.last), kin.word, state)

    def _surnames_differ(self, kin: Kin, a: str, b: str) -> bool:
        one, two = self.surnames[a], self.surnames[b]
        return kin.type in ("parent_child", "sibling", "spouse") and bool(one and two and not one & two)

    def _yours(self, called: Called) -> bool:
        t = self.trees
        return any(t.lower[i] == "your" for i in range(max(0, called.first - 3), called.last))

    def _fits(self, kin: Kin, target: str) -> bool:
        """Whether the word can mean that character, by pronoun and kind."""
        told = self.pronouns.get(target, "unknown")
        if kin.type == "owner_pet":
            return target in self.animals or told in ("it", "unknown")
        return target not in self.animals and (kin.pronoun == "-" or told in (kin.pronoun, "unknown", "they"))

    def _called(self, at: int, kin: Kin) -> Iterator[Called]:
        """Whom the tree calls by the word, surest first."""
        t = self.trees
        for c in t.all(at, "appos", "flat"):
            if self._name(c):
                yield Called(t.all_people(c), _APART, at, c + 1)
        if (beside := self._beside(at)) >= 0:
            yield Called(t.people(beside), _APART, at, beside + 1)
        head = t.head[at]
        if t.rel[at] == "appos" and head >= 0 and self._name(head) and not self._listed(head, at):
            yield Called(t.people(head), 0.75 * self._address(head, at), head, at + 1)
        for noun in (at, *t.all(at, "appos")):  # "a cat called Tib"; "his fiancée, a thin woman named Grace"
            if (name := self._named(noun)) >= 0:
                yield Called(t.people(name), 0.9, at, name + 1)
        if (name := self._fragment(at)) >= 0:
            yield Called(t.people(name), _FRAGMENT, at, name + 1)
        yield from self._copula(at)

    def _address(self, name: int, at: int) -> float:
        """What is left of "Josy, my son" where Josy is spoken to."""
        t, quote = self.trees, self.trees.quote(at)
        spoken_to = quote is not None and (t.rel[name] == "vocative" or t.people(name).one in quote.addressees)
        return _MY_SON if spoken_to and t.has(at, "nmod:poss", "my") else 1.0

    def _listed(self, name: int, at: int) -> bool:
        """ "Ann, his wife, and Bea": the wife may be one of the list."""
        t = self.trees
        return bool(t.all(name, "conj")) or t.rel[name] == "conj" or bool(t.all(at, "conj"))

    def _copula(self, at: int) -> Iterator[Called]:
        t = self.trees
        verb = t.child(at, "cop")
        clause = at
        if t.rel[at] == "nmod" and t.head[at] >= 0 and t.lower[t.head[at]] == "one" and t.has(at, "case", "of"):
            clause = t.head[at]  # "was one of Ann's pupils"
            verb = t.child(clause, "cop")
        if verb < 0 and t.rel[at] == "xcomp" and t.head[at] >= 0 and t.lower[t.head[at]] in _BECOME:
            clause = t.head[at]
            verb = clause
        if verb < 0 or (t.form[verb] != "Fin" and not any(t.form[c] == "Fin" for c in t.all(clause, "aux"))):
            return
        subject = t.subject(clause)
        if (
            subject >= 0
            and t.all_people(subject).who
            and not t.has(clause, "aux", "would", "could", "might", "should", "must", "may", "'ll", "will")
        ):
            now = t.quote_row(at) >= 0 or t.narration.tense == "present"
            past = now and t.lower[verb] in ("was", "were")
            yield Called(t.all_people(subject), 0.85 * t.factor(clause), min(subject, at), max(subject, at) + 1, past=past)
