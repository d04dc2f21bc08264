"""Ties that the tree of a sentence states: "his sister Ann", "Tom, a brother of hers", "she had married him", "Yes, Captain".

Beside the patterns of ties.py, which see words in a row; here the owner and the one who is so called may stand apart. Whom a phrase such as
"his sister" means was decided by who-is-who: by itself, that is weak evidence that the one meant is his sister, and adds up only over
several places.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from fabula.elements import Character
from fabula.layers import MentionKind
from fabula.lexicons import table, words
from fabula.reading.patterns import flat
from fabula.reading.ties import IN_SPEECH, MOST_OF_A_GROUP, Kin, Tie, kin_words
from fabula.reading.trees import NOBODY, People, Trees
from fabula.spans import Span

_RESOLVED = (0.35, 0.45, 0.6, 0.7)  # what "his sister", resolved to the same person in one place, two, three, more, says of the two
_UNNAMED = 0.78  # somebody known only as "Ann's aunt" is that by definition
_RECIPROCAL = 0.66
_WIVES = frozenset(("mrs", "lady", "madame", "mme"))
_OF_YOU = 0.7  # "your mother", said to two
_OWN_SURNAMES, _ONE_EACH = 0.85, 0.72  # husbands may keep their names; one place each may be a mistake made twice
_SURE_OWNER = 0.75
_BY_SURNAME, _BY_SURNAME_ONCE = 0.62, 0.54
_SMALL_FAMILY = 3  # others of one surname: in a clan it tells too little
_MAJORITY = 0.6  # of all places where "his sister" was resolved
_SAME_SURNAME, _OTHER_SURNAME = 1.35, 0.45
_WE = frozenset(("we", "us", "ourselves"))
_SAID_TO_A_THIRD = 0.4  # "we have been married nine years" is said to somebody else
_OF_SEVERAL = 0.6  # "his two daughters" who sit with a guest
_APART_SURNAMES = 0.75
_ONE_OF = 0.8
_FRAGMENT, _FRAGMENT_REACH = 0.7, 8
_DEAR = 0.3
_MY_SON = 0.4  # "Well, Josy, my son," says an uncle, a priest, a stranger
_APART = 0.8  # a name in apposition that the tree alone joins
_BECOME = frozenset(("become", "becomes", "became", "becoming", "remain", "remains", "remained"))
_HAVE = frozenset(("have", "has", "had", "having", "'ve", "'d", "got", "keep", "keeps", "kept", "own", "owns", "owned", "raised"))
_LIVE = frozenset(("live", "lives", "lived", "living"))
_HIS = frozenset(("his", "her"))
_NAMED = frozenset(("called", "named"))
_LIKE = frozenset(("like", "as", "than"))
_NO = frozenset(("no", "any", "every", "each", "another", "what", "which", "whose"))
_PLURALS = {row[0]: row[1] for row in table("kin", "plurals")}


@dataclass(frozen=True, slots=True)
class Called:
    """Somebody who is called by a word for a relative: tokens ``[first, last)`` say so; ``factor`` is how it is meant."""

    people: People
    factor: float
    first: int
    last: int
    resolved: bool = False
    past: bool = False  # "he was my husband", said now


@dataclass(frozen=True, slots=True)
class Resolved:
    """A relative phrase of one owner that who-is-who resolved to one person."""

    kin: Kin
    target: str
    tie: Tie


@dataclass(frozen=True, slots=True)
class VerbTie:
    """What a verb between two people tells: ``object`` is its direct object, or the preposition of its oblique."""

    object: str
    type: str
    first: str
    confidence: float
    state: str | None


def surnames(c: Character) -> frozenset[str]:
    """The last words of a character's full names, in lower case: "Anne Elliot", "Mrs. Elliot".

    >>> surnames(Character(id="c1", name="Mrs. Vale", confidence=1.0, origin="test"))
    frozenset({'vale'})
    """
    names = [c.name, *(a.text for a in c.aliases)]
    parts = [flat(n).replace(".", "").split() for n in names if n[:1].isupper()]
    return frozenset(p[-1] for p in parts if len(p) > 1 and p[0] not in words("kin", "title") and "'" not in "".join(p) and len(p[-1]) > 1)


@cache
def _last_words() -> frozenset[str]:
    """The last words of all words for relatives ("officer" of "commanding officer")."""
    return frozenset(k.rsplit(" ", 1)[-1] for k in kin_words())


@cache
def verb_ties() -> dict[str, tuple[VerbTie, ...]]:
    """Every form of a verb that ties its subject and its object."""
    out: dict[str, list[VerbTie]] = {}
    for forms, joined, kind, first, confidence, state in table("relations", "verbs"):
        tie = VerbTie(joined, kind, first, float(confidence), None if state == "-" else state)
        for form in forms.split(","):
            out.setdefault(form.strip(), []).append(tie)
    return {k: tuple(v) for k, v in out.items()}


@cache
def verbs_of_love() -> dict[str, float]:
    """Forms of verbs that are a sign of love between their subject and their object."""
    return {form.strip(): float(weight) for forms, weight in table("relations", "verbs of love") for form in forms.split(",")}


@cache
def _children() -> dict[str, tuple[str]]:
    return {row[0]: (row[1],) for row in table("relations", "children")}


@cache
def _bonds() -> dict[str, tuple[str, float, str]]:
    return {row[0]: (row[1], float(row[2]), row[3]) for row in table("relations", "bonds")}


@cache
def _ranks() -> dict[str, tuple[str, float]]:
    return {row[0]: (row[1], float(row[2])) for row in table("relations", "calls of rank")}


class TreeTies:
    """Finds the statements of ties in the trees of a story."""

    def __init__(self, trees: Trees, characters: Iterable[Character]) -> None:
        self.trees = trees
        self.pronouns = {c.id: c.pronouns for c in characters}
        self.animals = {c.id for c in characters if c.kind == "animal"}
        self.unnamed = {c.id for c in characters if not c.aliases}
        self.surnames = {c.id: surnames(c) for c in characters}
        self.titled = {
            c.id: frozenset(flat(n).split(" ")[0].rstrip(".") for n in (c.name, *(a.text for a in c.aliases))) for c in characters
        }
        self.resolved: dict[tuple[str, str, str], list[Resolved]] = {}
        self.phrases: dict[tuple[str, str, str], list[Span]] = {}
        self.kin_of: dict[tuple[str, str], Kin] = {}

    def ties(self) -> Iterator[Tie]:
        """All of them; what rests on resolved phrases comes last."""
        yield from self._stated()
        for of_owner in self.resolved.values():
            yield from self._elected(of_owner)
        yield from self._by_surname()

    def _elected(self, of_owner: list[Resolved]) -> Iterator[Tie]:
        """The one whom most of an owner's "his sister" mean; each place alone says little, and more where "her brother" means him."""
        votes: Counter[str] = Counter()
        for r in of_owner:
            votes[r.target] += r.tie.confidence * self._surname_factor(r.kin, r.tie.a, r.tie.b)  # type: ignore[assignment]
        target, most = max(votes.items(), key=lambda x: (x[1], x[0]))
        mine = [r for r in of_owner if r.target == target]
        answers = self._answered(mine[0])
        back = answers > 0
        if most >= _MAJORITY * votes.total() or back:
            best = max(mine, key=lambda r: (r.tie.confidence, -r.tie.span.start))
            by_places = _RECIPROCAL if back else _RESOLVED[min(len(mine), len(_RESOLVED)) - 1]
            factor = self._surname_factor(best.kin, best.tie.a, best.tie.b)
            if back:
                may_differ = _OWN_SURNAMES if best.kin.type != "sibling" else factor
                by_places *= max(may_differ, factor) if len(mine) + answers > 2 or factor > 1 else min(factor, _ONE_EACH)
            else:
                by_places *= factor if len(mine) > 1 else min(1.0, factor)  # all of a family share the surname
            share = 1.0 if back else most / votes.total() * best.tie.confidence**0.5
            yield replace(best.tie, confidence=min(0.9, by_places) * share)

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

    def _surname_factor(self, kin: Kin, a: str, b: str) -> float:
        """How far surnames speak for close kin or a couple."""
        one, two = self.surnames[a], self.surnames[b]
        if not one or not two or kin.type not in ("parent_child", "sibling", "spouse"):
            return 1.0
        return _SAME_SURNAME if one & two else _OTHER_SURNAME

    def _stated(self) -> Iterator[Tie]:
        t, verbs = self.trees, verb_ties()
        for at, word in enumerate(t.lower):
            if not t.told[at]:
                continue
            if t.pos[at] == "NOUN" and word in _children():
                yield from self._of_children(at, *_children()[word])
            if t.pos[at] == "NOUN" and word in _bonds():
                yield from self._of_bond(at, *_bonds()[word])
            if t.pos[at] in ("NOUN", "PROPN") and (kin := self._kin(at)) is not None:
                yield from self._of_kin(at, kin)
            elif word in verbs and t.pos[at] in ("VERB", "ADJ"):
                yield from self._of_verb(at)
            if t.quote_row(at) >= 0 and word in _ranks():
                yield from self._of_rank(at)

    # --- words for relatives
    def _kin(self, at: int) -> Kin | None:
        """The word for a relative that a noun is, with what is compounded with it ("half brother", "best friend")."""
        t, kin = self.trees, kin_words()
        word = t.lower[at]
        word = _PLURALS.get(word, word[:-1] if word not in kin and word.endswith("s") and word[:-1] in kin else word)
        if word not in _last_words():
            return None
        before = t.lower[at - 1] if at else ""
        return kin.get(f"{before} {word}", kin.get(word)) if at and t.sentence[at] == t.sentence[at - 1] else kin.get(word)

    def _of_kin(self, at: int, kin: Kin) -> Iterator[Tie]:
        t = self.trees
        modifiers = frozenset(t.lower[c] for c in t.all(at, "amod"))
        if t.rel[at] in ("compound", "flat") or modifiers & words("kin", "unreal") or t.has(at, "case", *_LIKE) or t.has(at, "det", *_NO):
            return
        owners = self._owners(at)
        if not owners.who or len(owners.who) > MOST_OF_A_GROUP:
            return
        if owners.one is not None and owners.confidence >= _SURE_OWNER and not modifiers & words("kin", "former"):
            form = kin.end + kin.pronoun
            self.kin_of[kin.type, form] = kin
            self.phrases.setdefault((owners.one, kin.type, form), []).append(t.clause(at, at + 1))
        seen: set[str] = set()
        for called in self._called(at, kin):
            for target in called.people.who:
                if target not in seen and target not in owners.who and called.factor and self._fits(kin, target):
                    seen.add(target)
                    for owner, tie in self._tie(kin, modifiers, owners, target, called):
                        if called.resolved and target not in self.unnamed:
                            self.resolved.setdefault((owner, kin.type, kin.end + kin.pronoun), []).append(Resolved(kin, target, tie))
                        else:
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
            if owners.kind == MentionKind.PRONOUN and self._surname_factor(kin, a, b) < 1:
                sure *= _APART_SURNAMES
            yield owner, Tie(a, b, kind, sure, self.trees.clause(called.first, called.last), kin.word, state)

    def _yours(self, called: Called) -> bool:
        t = self.trees
        return any(t.lower[i] == "your" for i in range(max(0, called.first - 3), called.last))

    def _fits(self, kin: Kin, target: str) -> bool:
        """Whether the word can mean that character, by pronoun and kind."""
        told = self.pronouns.get(target, "unknown")
        if kin.type == "owner_pet":
            return target in self.animals or told in ("it", "unknown")
        return target not in self.animals and (kin.pronoun == "-" or told in (kin.pronoun, "unknown", "they"))

    def _owners(self, at: int) -> People:
        """Whose relative it is: "Ann's", "her", "of Ann", the subject of "had a brother"."""
        t = self.trees
        if (owner := t.child(at, "nmod:poss")) >= 0:
            bound = t.rel[at] == "conj" and t.pos[owner] == "PRON" and t.quote_row(owner) == t.quote_row(t.head[at])
            if bound and t.lower[owner] in _HIS and t.pos[t.head[at]] in ("NOUN", "PROPN"):
                return t.people(t.head[at])  # "the farmer and his wife": whose wife is plain
            return t.all_people(owner)
        for c in t.all(at, "nmod"):
            if t.has(c, "case", "of", "to"):
                return t.all_people(c)
        head = t.head[at]
        if t.rel[at] == "obj" and head >= 0 and t.lower[head] in _HAVE and t.factor(head) and (subject := t.subject(head)) >= 0:
            return t.all_people(subject)
        if t.has(at, "case", "with"):
            verb = next((i for i in t.above(head) if t.lower[i] in _LIVE), -1) if head >= 0 else -1
            if verb >= 0 and t.factor(verb) and (subject := t.subject(verb)) >= 0:
                return t.all_people(subject)
        return NOBODY

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
        m = t.mention.get(at)
        meant = m is not None and 0 < len(m.who) <= MOST_OF_A_GROUP and (len(m.who) == 1 or t.plural[at])
        if m is not None and meant and not t.negated(at) and t.child(at, "cop") < 0 and t.rel[at] != "vocative":
            sure = (_UNNAMED if set(m.who) <= self.unnamed else 1.0) * (1.0 if len(m.who) == 1 else _OF_SEVERAL)
            yield Called(People(m.who, m.confidence, m.kind), sure, at, at + 1, resolved=True)

    def _named(self, noun: int) -> int:
        """The name in "a man named Colin", -1 without one."""
        t = self.trees
        for c in t.all(noun, "acl"):
            if t.lower[c] in _NAMED:
                nearest = (t.child(c, "xcomp", "obj", "obl"), *range(c + 1, min(c + 4, len(t.lower))))
                return next((i for i in nearest if i >= 0 and self._name(i)), -1)
        return -1

    def _fragment(self, at: int) -> int:
        """ "His girlfriend. Tamsin.": a bare name as the next sentence of the same voice, -1 without one."""
        t = self.trees
        row = t.sentence[at] + 1
        if row >= len(t.bounds) or t.bounds[row][0] >= len(t.lower):
            return -1
        first, last = t.bounds[row]
        bare = [i for i in range(first, last) if t.lower[i][0].isalnum()]
        closes = all(not t.lower[i][0].isalnum() for i in range(at + 1, first)) or t.child(at, "nmod:poss") >= 0
        near = closes and first - at <= _FRAGMENT_REACH and 1 <= len(bare) <= 3 and t.quote_row(first) == t.quote_row(at)
        name = next((i for i in bare if self._name(i)), -1) if near else -1
        m = t.mention.get(name)
        return name if m is not None and m.start == t.start[bare[0]] and m.end == t.end[bare[-1]] else -1

    def _name(self, at: int) -> bool:
        m = self.trees.mention.get(at)
        return m is not None and m.kind == MentionKind.NAME and len(m.who) == 1

    def _beside(self, at: int) -> int:
        """A name right after the word in the same place of the sentence ("his sister Ann"), -1 without one."""
        t = self.trees
        after = at + 1
        same = after < len(t.head) and t.head[after] == t.head[at] and t.rel[after] == t.rel[at] and t.sentence[after] == t.sentence[at]
        return after if same and t.rel[at] != "conj" and self._name(after) else -1

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

    # --- other nouns
    def _of_children(self, at: int, type: str) -> Iterator[Tie]:
        """ "The king had two children. The elder, Corin, was tall." """
        t = self.trees
        owners, row = self._owners(at), t.sentence[at]
        if not owners.who or not t.plural[at]:
            return
        last = t.bounds[min(row + 4, len(t.bounds) - 1)][1]
        for i in range(t.bounds[row][1], last):
            if t.lower[i] in words("relations", "ordinals of children") and t.has(i, "det", "the"):
                for c in t.all(i, "appos"):
                    if self._name(c) and (child := t.people(c)).one:
                        sure = _ONE_OF * owners.confidence * child.confidence
                        for owner in owners.who:
                            yield Tie(owner, child.who[0], type, sure, t.clause(i, c + 1), t.lower[at])

    def _of_bond(self, at: int, type: str, confidence: float, over: str) -> Iterator[Tie]:
        """ "His engagement to Sarah", "her marriage with Tom": two people of one bond, ended where the verb ends it."""
        t = self.trees
        owner, head = t.child(at, "nmod:poss"), t.head[at]
        if owner < 0 or (t.lower[at] == "affair" and t.has(at, "case", "of")):
            return
        near = [*t.all(at, "nmod"), *(t.all(head, "obl", "nmod") if head >= 0 else ())]
        other = next((c for c in near if c > at and t.has(c, "case", "to", "with") and t.people(c).who), -1)
        one, two = t.people(owner), t.people(other) if other >= 0 else NOBODY
        if one.one and two.one and one.one != two.one and t.factor(at):
            ends = head >= 0 and t.rel[at] == "obj" and t.lower[head] in words("relations", "ending") and t.factor(head) > 0
            kind, state = ("ex_partner", "separated") if ends and over == "ends" else (type, None)
            a, b = sorted((one.one, two.one))
            yield Tie(a, b, kind, confidence * one.confidence * two.confidence, t.clause(at, other + 1), t.lower[at], state)

    # --- verbs
    def _of_verb(self, at: int) -> Iterator[Tie]:
        t = self.trees
        subject = t.subject(at)
        passive = t.child(at, "nsubj:pass") >= 0 or any(t.rel[c] == "aux:pass" for c in t.children[at])
        factor = 0.0 if t.form[at] == "Inf" or t.imperative[at] else t.factor(at)
        would_have = (t.has(at, "aux", "'d") and t.has(at, "aux", "have")) or t.has(at, "mark", "to")  # "we expect to be married"
        if subject < 0 or not factor or would_have or t.has(at, "aux", "would", "could", "might", "should", "must", "may", "will", "'ll"):
            return
        for rule in verb_ties()[t.lower[at]]:
            if rule.object == "-":
                yield from self._of_both(at, subject, rule, factor)
                continue
            if (other := self._object(at, rule, passive)) < 0:
                continue
            if not t.people(other).who and (name := self._named(other)) >= 0:
                other = name
            one, two = t.people(subject), t.people(other)
            if one.one and two.one and one.one != two.one and not {one.one, two.one} & self.animals:
                a, b = (one.one, two.one) if rule.first != "object" else (two.one, one.one)
                sure = rule.confidence * factor * one.confidence * two.confidence * (IN_SPEECH if t.quote_row(at) >= 0 else 1.0)
                ahead = rule.type == "spouse" and t.has(at, "aux", "getting", "get")  # "she is getting married to Tom"
                kind, state = ("romantic_partner", "engaged") if ahead else (rule.type, rule.state)
                yield Tie(a, b, kind, sure, t.clause(min(subject, at), max(other, at) + 1), "", state)

    def _of_both(self, at: int, subject: int, rule: VerbTie, factor: float) -> Iterator[Tie]:
        """ "They had been married nine years", "we broke up"."""
        t, both = self.trees, self.trees.all_people(subject)
        if len(both.who) != 2 or set(both.who) & self.animals or t.child(at, "obj", "xcomp", "ccomp") >= 0:
            return
        quote = t.quote(at)
        if quote is not None and t.lower[subject] in _WE and set(both.who) <= {quote.speaker, *quote.addressees}:
            factor *= _SAID_TO_A_THIRD
        a, b = sorted(both.who)
        sure = rule.confidence * factor * both.confidence * (IN_SPEECH if quote is not None else 1.0)
        yield Tie(a, b, rule.type, sure, t.clause(min(subject, at), at + 1), "", rule.state)

    def signs(self) -> Iterator[Tie]:
        """Signs of love between two: kisses, endearments; each weak alone, ``confidence`` is its weight."""
        t = self.trees
        kisses, dear = verbs_of_love(), words("relations", "endearments")
        for at, word in enumerate(t.lower):
            if not t.told[at]:
                continue
            if word in kisses and t.pos[at] == "VERB" and t.form[at] != "Inf" and (subject := t.subject(at)) >= 0:
                if (other := self._kissed(at)) and t.factor(at) == 1:
                    one = t.people(subject)
                    yield from self._sign(one, other, kisses[word], t.clause(min(subject, at), at + 1))
            elif word in dear and (quote := t.quote(at)) is not None and quote.speaker and _vocative(t, at):
                yield from self._sign(
                    People((quote.speaker,), quote.confidence), People(quote.addressees, 0.8), _DEAR, t.clause(at, at + 1)
                )

    def _kissed(self, at: int) -> People | None:
        """Whom a kiss is given, where it is no kiss on the cheek."""
        t, chaste = self.trees, words("relations", "chaste")
        other = t.child(at, "obj", "iobj")
        if other < 0 or any(t.lower[i] in chaste for i in range(*t.subtree(at))):
            return None
        owner = t.child(other, "nmod:poss")
        return t.people(owner if owner >= 0 and not t.people(other).who else other)

    def _sign(self, one: People, two: People, weight: float, span: Span) -> Iterator[Tie]:
        if one.one and two.one and one.one != two.one and not {one.one, two.one} & self.animals:
            a, b = sorted((one.one, two.one))
            yield Tie(a, b, "romantic_partner", weight * one.confidence * two.confidence, span, "sign")

    def _object(self, at: int, rule: VerbTie, passive: bool) -> int:
        t = self.trees
        if rule.object == "obj":
            return -1 if passive else t.child(at, "obj", "iobj")
        return next((c for c in t.all(at, "obl") if t.has(c, "case", rule.object)), -1)  # "obl:agent" too: "married to"

    # --- how people are called
    def _of_rank(self, at: int) -> Iterator[Tie]:
        """ "Yes, Captain.": whoever is called so stands above the speaker."""
        t, quote = self.trees, self.trees.quote(at)
        if quote is None or quote.speaker is None or not _vocative(t, at):
            return
        m = t.mention.get(at)
        who = m.who if m is not None and len(m.who) == 1 else quote.addressees
        if len(who) == 1 and who[0] != quote.speaker:
            kind, sure = _ranks()[t.lower[at]]
            yield Tie(who[0], quote.speaker, kind, sure * quote.confidence * (m.confidence if m and m.who else 0.85), t.clause(at, at + 1))


def _vocative(t: Trees, at: int) -> bool:
    """Whether a single word is set off as the one spoken to."""
    before, after = t.lower[at - 1] if at else "", t.lower[at + 1] if at + 1 < len(t.lower) else ""
    opens = before in (",", ".", "!", "?", "—", "--", "…") or t.quote_row(at - 1) != t.quote_row(at) or not re.match(r"\w", before)
    return opens and after in (",", ".", "!", "?", "—", "--", "…") and t.rel[at] not in ("nsubj", "obj", "conj", "appos")
