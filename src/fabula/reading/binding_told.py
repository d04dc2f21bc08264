"""Commitments that are told of or performed by their own verb: "he promised her to come", "I swear I'll pay", "she said she would write",
"I told him to get out", "you have my word"."""

from __future__ import annotations

from collections.abc import Iterator

from fabula.reading.binding import SPEAKER, WILL, Bond, Grammar, Kind, bases, cues, performatives
from fabula.reading.inflection import base
from fabula.spans import Span

_FUTURE = WILL | {"would", "'d"}
_BOUND = _FUTURE | {"should", "must", "might"}
_UNREAL = ("would", "could", "might", "should", "must", "may", "can", "will", "'ll", "did", "do", "does")


class Told:
    """Finds them, verb by verb."""

    def __init__(self, grammar: Grammar) -> None:
        self.grammar, self.trees = grammar, grammar.trees

    def at(self, at: int) -> Iterator[Bond]:
        word = self.trees.lower[at]
        if word in performatives():
            yield from self._performed(at, performatives()[word])
        if word in cues("giving"):
            yield from self._word_given(at)
        if word in cues("saying"):
            yield from self._reported(at)

    # --- "he promised her to come"
    def _performed(self, at: int, kind: Kind) -> Iterator[Bond]:
        t = self.trees
        subject, to = t.subject(at), t.child(at, "obj", "iobj")
        head = t.head[at]
        if t.rel[at] in ("xcomp", "ccomp") and head >= 0 and t.lower[head] in cues("making") and (made := t.child(head, "obj")) >= 0:
            subject, to = made, t.subject(head)  # "I made her swear"
        elif (
            t.form[at] == "Inf" or t.imperative[at] or self._modal(at) or t.child(at, "nsubj:pass") >= 0 or t.has(at, "aux", "was", "were")
        ):
            return
        act = next((c for c in t.all(at, "xcomp", "ccomp", "advcl") if self.grammar.infinitive(c)), -1)
        infinitive = act >= 0
        act = act if infinitive else t.child(at, "xcomp", "ccomp")
        tag = self._tagged(at)
        if subject < 0 or (kind in cues("needs infinitive") and not infinitive and not (tag is not None and kind == "threat")):
            return
        by = t.people(subject)
        listeners = self._listeners(at, to)
        signs = self._kept_to_the_future(at, act, kind)
        if by.one is None or (kind == "order" and not listeners) or signs is None or not (factor := t.factor(at)):
            return
        if not listeners and (quote := t.quote(at)) is not None and t.lower[subject] in SPEAKER:
            listeners = quote.addressees
        asks = base(t.lower[at]) in bases("asking")
        if asks and act >= 0 and base(t.lower[act]) in bases("joining"):
            kind = "offer"  # "he asked her to marry him"
        in_passing = kind == "order" and t.tense[at] == "Pres" and t.quote_row(at) >= 0 and base(t.lower[at]) in ("tell", "order")
        yield Bond(
            by.one, tuple(w for w in listeners if w != by.one), kind, "asked to" if asks else kind,
            t.clause(min(subject, at), max(at, act) + 1) if tag is None else tag, act, listeners if kind == "order" else (by.one,),
            by.confidence, signs | ({"doubted"} if factor < 1 else set()) | ({"says so"} if in_passing else set()),
            act >= 0 and t.negated(act), self.grammar.condition(at, act),
        )  # fmt: skip

    def _listeners(self, at: int, to: int) -> tuple[str, ...]:
        """Whom a verb of binding is said to: its object, or what stands with "to"."""
        t = self.trees
        if to >= 0 and (who := t.people(to).who):
            return who
        oblique = next((c for c in t.all(at, "obl") if t.has(c, "case", "to")), -1)
        return t.people(oblique).who if oblique >= 0 else ()

    def _kept_to_the_future(self, at: int, act: int, kind: Kind) -> frozenset[str] | None:
        """ "I swear I'll pay" binds, "I swear I had no idea" does not."""
        t = self.trees
        if kind not in ("promise", "vow"):
            thing = [c for c in t.all(at, "obj") if not t.people(c).who]
            worth = kind != "offer" or act >= 0 or any(t.lower[c] in cues("worth an offer") for c in thing)
            return frozenset() if worth else frozenset(("trifle",))
        if act < 0:
            ahead = any(t.lower[i] in WILL for i in self.grammar.sentence_words(at))
            bound = kind == "promise" or ahead or any(t.has(c, "case", "to", "by", "on", "upon") for c in t.all(at, "obl"))
            return (frozenset() if ahead else frozenset(("bare",))) if bound else None  # "he cut his finger and swore"
        if t.rel[act] in ("xcomp", "advcl") or self.grammar.infinitive(act):
            return frozenset()
        aux = {t.lower[c] for c in (act, *t.all(act, "aux"))}
        return frozenset() if aux & _BOUND else None

    def _modal(self, at: int) -> bool:
        if self.trees.has(at, "aux", "'d") and self.trees.has(at, "aux", "have"):
            return True
        return self.trees.has(at, "aux", *_UNREAL)

    def _tagged(self, at: int) -> Span | None:
        """The speech that "he promised" is the tag of: the quotation that ends right before, or begins right after."""
        t = self.trees
        clause = t.child(at, "ccomp")
        if t.quote_row(at) >= 0 or t.child(at, "xcomp", "advcl") >= 0 or (clause >= 0 and t.quote_row(clause) < 0):
            return None
        inside = next((t.quote(i) for i in range(*t.bounds[t.sentence[at]]) if t.quote_row(i) >= 0), None)
        return Span(inside.start, inside.end) if inside is not None else None

    # --- "you have my word"
    def _word_given(self, at: int) -> Iterator[Bond]:
        t = self.trees
        thing = t.child(at, "obj")
        if thing < 0 or t.lower[thing] not in cues("words given") or self._modal(at) or not (factor := t.factor(at)):
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
        if by.one is None or (have and owner >= 0 and t.people(subject).one == by.one):
            return
        yield Bond(
            by.one, tuple(w for w in to if w != by.one), "promise", "word given", t.clause(min(subject, at), thing + 1), -1, (by.one,),
            by.confidence, frozenset(("doubted",) if factor < 1 else ()), False, self.grammar.condition(at),
        )  # fmt: skip

    # --- "she said she would write", "he said not to wait"
    def _reported(self, at: int) -> Iterator[Bond]:
        t = self.trees
        subject = t.subject(at)
        if subject < 0 or t.form[at] == "Inf" or t.imperative[at] or self._modal(at) or not (factor := t.factor(at)):
            return
        by = t.people(subject)
        to = tuple(w for w in self._listeners(at, t.child(at, "iobj", "obj")) if w != by.one)
        clause = t.child(at, "ccomp")
        doubt = frozenset(("doubted",) if factor < 1 else ())
        if by.one is None:
            return
        if (
            clause >= 0
            and t.quote_row(clause) == t.quote_row(at)
            and self._own_future(clause, by.one)
            and not t.unreal(clause, allowed="would")
        ):
            span = t.clause(min(subject, at), max(at, clause) + 1)
            yield Bond(by.one, to, "promise", "said would", span, clause, (by.one,), by.confidence, doubt, t.negated(clause),
                       self.grammar.condition(clause))  # fmt: skip
        act = next((c for c in t.all(at, "xcomp", "ccomp") if self.grammar.infinitive(c)), -1)
        if act >= 0 and t.quote_row(act) == t.quote_row(at) and base(t.lower[at]) == "say":
            span = t.clause(min(subject, at), max(at, act) + 1)
            yield Bond(by.one, to, "order", "said to", span, act, to, by.confidence, doubt, t.negated(act), self.grammar.condition(act))

    def _own_future(self, clause: int, by: str) -> bool:
        """Whether a clause says what the one who is reported would do."""
        t = self.trees
        inner, aux = t.child(clause, "nsubj"), self.grammar.auxiliaries(clause)
        ahead = bool(aux & _FUTURE) and not aux & {"have", "be"} and not (aux & {"'d"} and t.form[clause] == "Part")
        return inner >= 0 and ahead and t.people(inner).one == by and t.pos[clause] == "VERB"
