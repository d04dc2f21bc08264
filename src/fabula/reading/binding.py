"""Words that bind, one by one: "I swear", "he promised her to come", "you have my word", "put it down", "if you go, I will …".

A statement counts as far as it is really made: not asked, denied, wished. Much that has the form of an order or a promise is said in
passing ("I'll get the door", "look here"); what is said of it later, a condition, a time, a "never" tell the difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Literal

from fabula.elements import Frame, Quote
from fabula.lexicons import table, words
from fabula.reading.inflection import base
from fabula.reading.trees import Trees
from fabula.spans import Span

Kind = Literal["promise", "vow", "agreement", "order", "threat", "offer"]
_WILL = frozenset(("will", "'ll", "shall", "wo", "sha", "won't"))
_NOT = frozenset(("not", "n't", "never"))
_I = frozenset(("i", "we"))
_IF = ("if", "unless", "until", "till", "provided", "once")
_NEAR = 350  # characters between a demand and its answer
_SHORT = 8  # words of an answer that only assents
_PLAIN, _PASSING = 0.35, 0.18  # "I'll make it", "I'll get the door"
_ORDER = 0.36
_MUST, _YOU_WILL = 0.5, 0.42
_NEAR_TOKENS = 120
_SHORTEST_CONDITION = 3  # words
_WE = 0.75  # "we shall find them here" foretells as often as it binds
_SAYS_SO = 0.4
_OFFERED_THING = 0.5  # tea, a chair


@dataclass(frozen=True, slots=True)
class Bond:
    """One utterance that binds ``doer`` to an act: ``by`` said it (or bound themselves), ``act`` is the token of its verb, -1 without."""

    by: str
    to: tuple[str, ...]
    kind: Kind
    confidence: float
    span: Span
    act: int
    doer: tuple[str, ...]
    denied: bool = False
    condition: Span | None = None
    also: tuple[Span, ...] = ()


@cache
def _performatives() -> dict[str, Kind]:
    return {form.strip(): kind for forms, kind in table("commitments", "performatives") for form in forms.split(",")}  # type: ignore[misc]


def _c(section: str) -> frozenset[str]:
    return words("commitments", section)


class Bonds:
    """Finds what binds in a story."""

    def __init__(self, trees: Trees, frames: tuple[Frame, ...]) -> None:
        self.trees = trees
        self.letters = [f for f in frames if f.kind in ("letter", "message") and f.by is not None]

    def all(self) -> Iterator[Bond]:
        t = self.trees
        for at, word in enumerate(t.lower):
            if not t.told[at]:
                continue
            if t.pos[at] in ("VERB", "AUX"):
                if word in _performatives():
                    yield from self._performed(at, _performatives()[word])
                if word in _c("giving"):
                    yield from self._word_given(at)
                if t.pos[at] == "VERB":
                    yield from self._said(at)
        yield from self._answers()

    # --- told or performed
    def _performed(self, at: int, kind: Kind) -> Iterator[Bond]:
        """ "He promised her to come", "I swear I'll pay", "told him to get out"."""
        t = self.trees
        subject, to = t.subject(at), t.child(at, "obj", "iobj")
        head = t.head[at]
        if t.rel[at] in ("xcomp", "ccomp") and head >= 0 and t.lower[head] in _c("making") and (made := t.child(head, "obj")) >= 0:
            subject, to = made, t.subject(head)  # "I made her swear"
        elif (
            t.form[at] == "Inf" or t.imperative[at] or self._modal(at) or t.child(at, "nsubj:pass") >= 0 or t.has(at, "aux", "was", "were")
        ):
            return
        to_do = next((c for c in t.all(at, "xcomp", "advcl") if self._infinitive(c)), -1)
        act = to_do if to_do >= 0 else t.child(at, "xcomp", "ccomp")
        infinitive = to_do >= 0
        tag = self._tagged(at)
        if subject < 0 or (kind in _c("needs infinitive") and not infinitive and not (tag is not None and kind == "threat")):
            return
        by, whom = t.people(subject), t.people(to) if to >= 0 else None
        if whom is None or not whom.who:
            oblique = next((c for c in t.all(at, "obl") if t.has(c, "case", "to")), -1)
            whom = t.people(oblique) if oblique >= 0 else whom
        if by.one is None or (kind == "order" and (whom is None or not whom.who)):
            return
        factor = t.factor(at) * self._kept_to_the_future(at, act, kind)
        if kind == "order" and t.tense[at] == "Pres" and t.quote_row(at) >= 0 and t.lower[at] in ("tell", "tells", "order", "orders"):
            factor *= _SAYS_SO  # "when I tell you to come"
        quote = t.quote(at)
        listeners = whom.who if whom is not None and whom.who else quote.addressees if quote and t.lower[subject] in _I else ()
        if factor > 0:
            yield Bond(
                by.one, tuple(w for w in listeners if w != by.one), kind, 0.85 * factor * (0.5 + by.confidence / 2),
                t.clause(min(subject, at), max(at, act) + 1) if tag is None else tag, act,
                listeners if kind == "order" else (by.one,), act >= 0 and t.negated(act), self._condition(at, act),
            )  # fmt: skip

    def _kept_to_the_future(self, at: int, act: int, kind: Kind) -> float:
        """ "I swear I'll pay" binds, "I swear I had no idea" does not."""
        t = self.trees
        if kind not in ("promise", "vow"):
            thing = [c for c in t.all(at, "obj") if not t.people(c).who]
            return 1.0 if kind != "offer" or act >= 0 or any(t.lower[c] in _c("worth an offer") for c in thing) else _OFFERED_THING
        if act < 0:
            first, last = t.bounds[t.sentence[at]]
            ahead = any(t.lower[i] in _WILL for i in range(first, last) if t.quote_row(i) == t.quote_row(at))
            bound = kind == "promise" or ahead or any(t.has(c, "case", "to", "by", "on", "upon") for c in t.all(at, "obl"))
            return (1.0 if ahead or t.child(at, "obj", "obl") >= 0 else 0.7) if bound else 0.0  # "he cut his finger and swore"
        if t.rel[act] in ("xcomp", "advcl"):
            return 1.0
        aux = [t.lower[c] for c in (act, *t.all(act, "aux"))]
        return 1.0 if _WILL & set(aux) or {"would", "'d", "should", "must", "might"} & set(aux) else 0.35

    def _infinitive(self, at: int) -> bool:
        """Whether a verb is what somebody is to do: "told him to go", not "he says, to change the subject"."""
        t = self.trees
        mark = next((c for c in t.all(at, "mark") if t.lower[c] == "to"), -1)
        return mark > 0 and t.lower[mark - 1] not in (",", "so", "order")

    def _modal(self, at: int) -> bool:
        if self.trees.has(at, "aux", "'d") and self.trees.has(at, "aux", "have"):
            return True
        return self.trees.has(at, "aux", "would", "could", "might", "should", "must", "may", "can", "will", "'ll", "did", "do")

    def _tagged(self, at: int) -> Span | None:
        """The speech that "he promised" is the tag of: the quotation that ends right before, or begins right after."""
        t = self.trees
        if t.quote_row(at) >= 0 or (t.child(at, "obj", "xcomp", "ccomp") >= 0 and t.quote_row(t.child(at, "ccomp")) < 0):
            return None
        first, last = t.bounds[t.sentence[at]]
        inside = next((t.quote(i) for i in range(first, last) if t.quote_row(i) >= 0), None)
        return Span(inside.start, inside.end) if inside is not None else None

    def _word_given(self, at: int) -> Iterator[Bond]:
        """ "You have my word", "he gave her his word"."""
        t = self.trees
        thing = t.child(at, "obj")
        if thing < 0 or t.lower[thing] not in _c("words given") or self._modal(at) or not (factor := t.factor(at)):
            return
        owner, subject = t.child(thing, "nmod:poss"), t.subject(at)
        giver = owner if owner >= 0 else subject
        made = t.lower[at] in ("made", "make", "swore") and t.has(thing, "det", "a", "an", "the")
        if giver < 0 or subject < 0 or not (owner >= 0 or made) or t.people(giver).one is None:
            return
        by = t.people(giver)
        have = t.lower[at] in ("have", "has", "'ve", "had")
        to = t.people(subject).who if have else t.people(t.child(at, "iobj")).who if t.child(at, "iobj") >= 0 else ()
        quote = t.quote(at)
        to = to or (quote.addressees if quote is not None and by.one == quote.speaker else ())
        if have and owner >= 0 and t.people(subject).one == by.one:
            return
        if by.one is not None:
            span = t.clause(min(subject, at), thing + 1)
            yield Bond(
                by.one, tuple(w for w in to if w != by.one), "promise", 0.85 * factor, span, -1, (by.one,), False, self._condition(at, -1)
            )

    # --- said
    def _said(self, at: int) -> Iterator[Bond]:
        """What a speaker says they will do, what they tell others to do."""
        t, quote = self.trees, self.trees.quote(at)
        by, to, sure, letter = self._voice(at, quote)
        if by is None:
            return
        aux = {t.lower[c] for c in t.all(at, "aux")}
        subject = t.child(at, "nsubj")
        if subject >= 0 and t.lower[subject] in _I and aux & _WILL and not t.asked(at) and not self._under_doubt(at):
            yield from self._will(at, by, to, sure)
        elif subject < 0 and (t.imperative[at] or any(t.imperative[c] for c in t.all(at, "aux"))) and not t.asked(at):
            yield from self._imperative(at, by, to, sure, letter)
        elif subject >= 0 and t.lower[subject] == "you" and quote is not None and not t.asked(at):
            yield from self._you_will(at, by, to, sure, aux)

    def _you_will(self, at: int, by: str, to: tuple[str, ...], sure: float, aux: set[str]) -> Iterator[Bond]:
        """ "You must tell him", "you will marry him, or you will leave"."""
        t = self.trees
        main = t.rel[at] in ("root", "ccomp", "conj", "parataxis") and aux & {"must", "will", "shall", "'ll"} and "have" not in aux
        if main and base(t.lower[at]) not in {base(w) for w in _c("in passing")}:
            condition = self._condition(at, -1)
            last = t.bounds[t.sentence[at]][1]
            or_you = any(t.lower[i] == "or" and t.lower[i + 1] == "you" for i in range(at, last - 1))
            strength = (_MUST if "must" in aux else _YOU_WILL) + (0.12 if condition or or_you else 0.0)
            yield Bond(by, to, "order", strength * sure, t.clause(t.child(at, "nsubj"), at + 1), at, to, t.negated(at), condition)

    def _voice(self, at: int, quote: Quote | None) -> tuple[str | None, tuple[str, ...], float, bool]:
        """Who says a word, to whom, how sure, and whether in a letter."""
        if quote is not None:
            return (
                (quote.speaker, quote.addressees, 0.6 + 0.4 * quote.confidence, False)
                if quote.kind != "thought"
                else (None, (), 0.0, False)
            )
        start = self.trees.start[at]
        letter = next((f for f in self.letters if f.start <= start < f.end), None)
        return (letter.by, letter.to, 0.6 + 0.4 * letter.confidence, True) if letter is not None else (None, (), 0.0, False)

    def _under_doubt(self, at: int) -> bool:
        """ "I think I'll go", "if I'll ever"."""
        t = self.trees
        head = t.head[at]
        thinks = (
            t.rel[at] == "ccomp" and head >= 0 and t.lower[head] in words("slots", "doubt") | {"hope", "know", "fear", "afraid", "sure"}
        )
        return (
            thinks or t.rel[at].startswith("acl") or any(t.rel[c] == "mark" and t.lower[c] in ("if", "as", "when") for c in t.children[at])
        )

    def _will(self, at: int, by: str, to: tuple[str, ...], sure: float) -> Iterator[Bond]:
        t = self.trees
        verb, low = t.lower[at], {t.lower[i] for i in range(*t.subtree(at))}
        denied, harm = t.negated(at), verb in _c("harm")
        you = bool(low & {"you", "your"}) or any(t.lower[c] in ("him", "her", "them", "it") for c in t.all(at, "obj", "iobj", "obl"))
        condition = self._condition(at, -1)
        passing = verb in _c("in passing") or (
            verb in _c("speech") and (t.child(at, "ccomp", "xcomp") >= 0 or bool({"you"} & low)) and not denied
        )
        points = _PASSING if passing else _PLAIN
        points += 0.16 if denied and you else 0.08 if denied else 0.0
        points += 0.12 if you else 0.0
        points += 0.12 if verb in _c("service") else 0.0
        points += 0.12 if low & _c("times") else 0.0
        points += 0.16 if condition is not None else 0.0
        points += 0.12 if harm and you and not denied and condition is not None else 0.0
        points = _PASSING + (points - _PASSING) / 2 if passing else points
        points += 0.14 if self._echoes(at) else 0.0
        subject = t.child(at, "nsubj")
        points *= _WE if t.lower[subject] == "we" or "be" in {t.lower[c] for c in t.all(at, "aux")} else 1.0
        kind: Kind = (
            "threat"
            if harm and not denied and condition is not None
            else "offer"
            if verb in _c("service") and you and not denied
            else "promise"
        )
        yield Bond(by, to, kind, min(0.85, points) * sure, t.clause(min(subject, at), at + 1), at, (by,), denied, condition)

    def _echoes(self, at: int) -> bool:
        """Whether the speech before, by somebody else, asked for the same act."""
        t = self.trees
        row = t.quote_row(at)
        if row <= 0:
            return False
        here, before = t.cast.quotes[row], t.cast.quotes[row - 1]
        if before.speaker == here.speaker or here.start - before.end > _NEAR:
            return False
        verbs = (i for i in range(t.row_at(before.start), t.row_at(before.end)) if t.pos[i] == "VERB")
        return any(base(t.lower[i]) == base(t.lower[at]) for i in verbs)

    def _imperative(self, at: int, by: str, to: tuple[str, ...], sure: float, letter: bool) -> Iterator[Bond]:
        t = self.trees
        lets = t.lower[at] == "let" and t.lower[min(at + 1, len(t.lower) - 1)] == "'s"
        if lets or t.rel[at] not in ("root", "ccomp", "parataxis", "conj") or t.lower[at] in _c("no order"):
            return
        first, last = t.subtree(at)
        sentence_end = t.bounds[t.sentence[at]][1]
        low = [t.lower[i] for i in range(first, last)]
        points = _ORDER + (0.12 if t.negated(at) or "never" in low else 0.0) + (0.12 if letter else 0.0)
        points += 0.06 if "!" in t.lower[at : min(sentence_end, last + 1)] else 0.0
        points += 0.15 if self._condition(at, -1) is not None or "or" in t.lower[last : last + 2] else 0.0
        points += 0.06 if t.child(at, "obj", "iobj") >= 0 else -0.06
        points += 0.08 if self._again(at) else 0.0
        yield Bond(by, to, "order", points * sure, t.clause(at, at + 1), at, to, t.negated(at), self._condition(at, -1))

    def _again(self, at: int) -> bool:
        """Whether the same order stands near, from the same speaker."""
        t = self.trees
        quote = t.quote(at)
        near = range(max(0, at - _NEAR_TOKENS), min(len(t.lower), at + _NEAR_TOKENS))
        same = (t.quote(i) for i in near if i != at and t.lower[i] == t.lower[at] and t.imperative[i])
        return quote is not None and any(other is not None and other.speaker == quote.speaker for other in same)

    def _condition(self, at: int, act: int) -> Span | None:
        """The clause with "if", "unless", "until" that hangs on what binds."""
        t = self.trees
        first, last = t.bounds[t.sentence[at]]
        speaker = quote.speaker if (quote := t.quote(at)) is not None else None
        apart = (
            [i for i in range(first, last) if t.rel[i] in ("advcl", "root", "parataxis", "ccomp") and t.head[i] not in (at, act)]
            if speaker
            else []
        )
        for c in (*t.all(at, "advcl"), *(t.all(act, "advcl") if act >= 0 else ()), *apart):
            marked = t.has(c, "mark", *_IF) and (c not in apart or t.has(c, "mark", "if", "unless"))
            if marked and (c not in apart or ((other := t.quote(c)) is not None and other.speaker == speaker)):
                first, last = t.subtree(c)
                last = next((i for i in range(c + 1, last) if t.quote_row(i) != t.quote_row(c) or c not in t.above(i)), last)
                while last - 1 > first and not t.lower[last - 1][0].isalnum():
                    last -= 1
                first = next((i for i in range(first, last) if t.lower[i][0].isalnum()), first)
                if last - first < _SHORTEST_CONDITION:
                    continue
                return t.span(max(first, next(i for i in range(first, last) if t.quote_row(i) == t.quote_row(c))), last)
        return None

    # --- asked and answered
    def _answers(self) -> Iterator[Bond]:
        """ "You won't tell him?" — "I promise.\""""
        t = self.trees
        spoken = [q for q in t.cast.quotes if q.kind == "speech"]
        for before, answer in pairwise(spoken):
            if answer.speaker is None or before.speaker in (None, answer.speaker) or answer.start - before.end > _NEAR:
                continue
            low = re.sub(r"[^\w' ]+", " ", t.text[answer.start : answer.end].lower().replace("’", "'")).split()
            assent = self._assent(low)
            demand, act = self._demand(before) if assent else (0.0, -1)
            if low[:1] in (["deal"], ["agreed"]):
                demand, act = max((0.65, -1), (demand, act))
            if demand * assent > 0 and before.speaker is not None:
                sure = demand * assent * (0.6 + 0.4 * answer.confidence)
                asked = t.clause(act, act + 1) if act >= 0 else Span(before.start, before.end)
                kind: Kind = "promise" if low[:1] in (["i"], ["you"]) else "agreement"
                yield Bond(
                    answer.speaker, (before.speaker,), kind, sure, Span(answer.start, answer.end), act, (answer.speaker,),
                    act >= 0 and t.negated(act), self._condition(act, -1) if act >= 0 else None, (asked,),
                )  # fmt: skip

    @staticmethod
    def _assent(low: list[str]) -> float:
        if not low or len(low) > _SHORT:
            return 0.0
        said = " ".join(low)
        strong = any(said == a or said.startswith(f"{a} ") or said.endswith(f" {a}") for a in _c("assent"))
        return 0.9 if strong else 0.55 if low[0] in _c("weak assent") and len(low) <= 3 else 0.0

    def _demand(self, quote: Quote) -> tuple[float, int]:
        """How far a speech asks for something to be undertaken, and the verb of it."""
        t = self.trees
        best = (0.0, -1)
        for i in range(t.row_at(quote.start), t.row_at(quote.end)):
            if t.pos[i] != "VERB":
                continue
            subject, aux = t.child(i, "nsubj"), {t.lower[c] for c in t.all(i, "aux")}
            you = subject >= 0 and t.lower[subject] == "you"
            if t.lower[i] in ("promise", "swear") and (t.imperative[i] or you):
                best = max(best, (0.85, i))
            elif you and aux & (_WILL | {"must"}) and t.lower[i] not in _c("in passing") - {"tell", "leave", "do", "let", "wait"}:
                best = max(best, (0.7, i))
            elif t.imperative[i] and t.lower[i] not in _c("no order"):
                best = max(best, (0.5, i))
        return best
