"""Ties that verbs and other nouns tell: "she had married him", "his engagement to Sarah", "had two children", "Yes, Captain", a kiss."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from fabula.lexicons import table, words
from fabula.reading.tie_grammar import TieGrammar, vocative
from fabula.reading.ties import IN_SPEECH, Tie
from fabula.reading.trees import NOBODY, People
from fabula.spans import Span

_WE = frozenset(("we", "us", "ourselves"))
_SAID_TO_A_THIRD = 0.4  # "we have been married nine years" is said to somebody else
_ONE_OF = 0.8
_FRAGMENT, _FRAGMENT_REACH = 0.7, 8
_DEAR = 0.3


@dataclass(frozen=True, slots=True)
class VerbTie:
    """What a verb between two people tells: ``object`` is its direct object, or the preposition of its oblique;
    ``particle``: the "up" of "brought up"."""

    object: str
    type: str
    first: str
    confidence: float
    state: str | None
    particle: str = ""


@cache
def verb_ties() -> dict[str, tuple[VerbTie, ...]]:
    """Every form of a verb that ties its subject and its object."""
    out: dict[str, list[VerbTie]] = {}
    for forms, joined, kind, first, confidence, state in table("relations", "verbs"):
        for form in forms.split(","):
            verb, _, particle = form.strip().partition(" ")
            tie = VerbTie(joined, kind, first, float(confidence), None if state == "-" else state, particle)
            out.setdefault(verb, []).append(tie)
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


class VerbTies(TieGrammar):
    """Finds the statements of ties that need no word for a relative."""

    def of_word(self, at: int) -> Iterator[Tie]:
        """What a token tells of two people, by itself."""
        t, word = self.trees, self.trees.lower[at]
        if t.pos[at] == "NOUN" and word in _children():
            yield from self._of_children(at, *_children()[word])
        if t.pos[at] == "NOUN" and word in _bonds():
            yield from self._of_bond(at, *_bonds()[word])
        if word in verb_ties() and t.pos[at] in ("VERB", "ADJ"):
            yield from self._of_verb(at)

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

    def _of_verb(self, at: int) -> Iterator[Tie]:
        t = self.trees
        subject = t.subject(at)
        passive = t.child(at, "nsubj:pass") >= 0 or any(t.rel[c] == "aux:pass" for c in t.children[at])
        factor = 0.0 if t.form[at] == "Inf" or t.imperative[at] else t.factor(at)
        would_have = (t.has(at, "aux", "'d") and t.has(at, "aux", "have")) or t.has(at, "mark", "to")  # "we expect to be married"
        if subject < 0 or not factor or would_have or t.has(at, "aux", "would", "could", "might", "should", "must", "may", "will", "'ll"):
            return
        for rule in verb_ties()[t.lower[at]]:
            if rule.particle and not t.has(at, "compound", rule.particle):
                continue
            if rule.object == "-":
                yield from self._of_both(at, subject, rule, factor)
                continue
            if (other := self._object(at, rule, passive)) < 0:
                continue
            if not t.people(other).who and (name := self._named(other)) >= 0:
                other = name
            doer, done_to = (other, subject) if passive and rule.object == "obj" else (subject, other)
            two = t.people(done_to)
            for one in self._each(t.all_people(doer)):
                if not (one.one and two.one and one.one != two.one) or {one.one, two.one} & self.animals:
                    continue
                a, b = (one.one, two.one) if rule.first != "object" else (two.one, one.one)
                sure = rule.confidence * factor * one.confidence * two.confidence * (IN_SPEECH if t.quote_row(at) >= 0 else 1.0)
                # "she is getting married to Tom"
                ahead = rule.type == "spouse" and (
                    t.has(at, "aux", "getting", "get") or (t.head[at] >= 0 and t.lower[t.head[at]] == "getting")
                )
                kind, state = ("romantic_partner", "engaged") if ahead else (rule.type, rule.state)
                yield Tie(a, b, kind, sure, t.clause(min(subject, at), max(other, at) + 1), "", state)

    def _when(self, at: int, rule: VerbTie) -> tuple[str, str | None]:
        """What a verb tells where it speaks of what is to come ("getting married") or is over ("used to be married")."""
        t = self.trees
        above = t.lower[t.head[at]] if t.head[at] >= 0 else ""
        if rule.type == "spouse" and (t.has(at, "aux", "getting", "get") or above == "getting"):
            return "romantic_partner", "engaged"
        if rule.type in ("spouse", "romantic_partner") and above == "used":
            return "ex_partner", "separated"
        return rule.type, rule.state

    @staticmethod
    def _each(people: People) -> Iterator[People]:
        """Everyone of a group of two ("by Ann and Tom"); a larger one does things as a crowd."""
        for who in people.who if len(people.who) <= 2 else ():
            yield People((who,), people.confidence, people.kind)

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
        kind, state = self._when(at, rule)
        yield Tie(a, b, kind, sure, t.clause(min(subject, at), at + 1), "", state)

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
            elif word in dear and (quote := t.quote(at)) is not None and quote.speaker and vocative(t, at):
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
        if rule.object == "obj" and passive:
            return next((c for c in t.all(at, "obl") if t.has(c, "case", "by")), -1)
        if rule.object == "obj":
            return t.child(at, "obj", "iobj")
        return next((c for c in t.all(at, "obl") if t.has(c, "case", rule.object)), -1)  # "obl:agent" too: "married to"
