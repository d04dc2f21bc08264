"""By which signs the weight of binding words is told: what they are about, how they are said, whether the story comes back to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from fabula.reading.binding import Bond, Grammar, bases, cues
from fabula.reading.binding_answers import Answers
from fabula.reading.inflection import base

_OWN = ("I will", "I intend", "said would")
_COMES_BACK = 3  # times that a thing is named


class Signs:
    """Reads the signs of any binding words in one story."""

    def __init__(self, grammar: Grammar, answers: Answers) -> None:
        self.grammar, self.trees, self.answers = grammar, grammar.trees, answers
        t = self.trees
        self.named = Counter(base(w) for w, pos in zip(t.lower, t.pos, strict=True) if pos in ("NOUN", "PROPN"))

    def of(self, bond: Bond) -> frozenset[str]:
        return bond.signs | frozenset(self._about(bond)) | frozenset(self._manner(bond))

    def _about(self, bond: Bond) -> Iterator[str]:
        """What is undertaken."""
        t, act = self.trees, bond.act
        if bond.condition is not None:
            yield "condition"
        if bond.denied:
            yield "denied"
        if act < 0:
            return
        verb = base(t.lower[act])
        if bond.form in _OWN and self._no_deed(act):
            yield "no deed"
            return
        if bond.form in _OWN and verb in bases("speaking") and t.child(act, "obj", "iobj", "obl") < 0:
            yield "only speaks"
        for section in ("secrecy", "service", "slight order", "joining"):
            if not (bond.denied and section == "slight order") and verb in bases(section):
                yield section
        if bond.kind == "order" and t.pos[act] == "ADJ":
            yield "slight order"  # "don't be silly"
        yield from self._around(act)

    def _around(self, act: int) -> Iterator[str]:
        """With whom, with what, when it is to be done."""
        t = self.trees
        low = {t.lower[i] for i in range(*t.subtree(act))}
        if low & cues("times") - cues("always"):
            yield "time"
        if low & cues("always"):
            yield "always"
        if low & {"you", "your", "yours"}:
            yield "you"
        obj = t.child(act, "obj")
        if obj >= 0:
            yield "of somebody" if t.people(obj).who else "of it" if t.pos[obj] == "PRON" else "of a thing"
        things = [t.lower[i] for i in range(*t.subtree(act)) if t.pos[i] in ("NOUN", "PROPN")]
        if any(self.named[base(w)] >= _COMES_BACK for w in things):
            yield "known thing"

    def _no_deed(self, act: int) -> bool:
        """ "I'll be old", "I'll never like it", but not "I'll be there"."""
        t = self.trees
        if t.pos[act] != "VERB" or t.lower[act] == "be":
            return t.lower[act] not in cues("being there") and not t.has(act, "advmod", *cues("being there"))
        return base(t.lower[act]) in bases("no deed") or t.has(act, "aux", "be")

    def _manner(self, bond: Bond) -> Iterator[str]:
        """How it is said."""
        t = self.trees
        at = t.row_at(bond.span.start + 1)
        words = [i for i in range(at, t.row_at(bond.span.end) + 1) if t.start[i] < bond.span.end and t.pos[i] != "PUNCT"]
        low = {t.lower[i] for i in words}
        if "we" in low and bond.form == "I will":
            yield "we"
        if low & {"please", "mustn't"}:
            yield "please"
        row = t.quote_row(bond.act if bond.act >= 0 else at)
        if row < 0:
            yield "written" if self.grammar.voice(at) is not None else "narrated"
            return
        quote = t.cast.quotes[row]
        first, last = t.row_at(quote.start + 1), t.row_at(quote.end)
        spoken = [i for i in range(first, last) if t.quote_row(i) == row]
        listener = t.child(bond.act, "obj", "iobj", "obl") if bond.act >= 0 else -1
        if listener >= 0 and t.lower[listener] == "you" and bond.form in _OWN and base(t.lower[bond.act]) in bases("speaking"):
            yield "only speaks"
        if any(t.lower[i] in ("promise", "swear", "vow") for i in spoken):
            yield "vowed"
        if self.answers.assented.get(row) and bond.by == quote.speaker:
            yield "assented"
        if row in self.answers.before and self.answers.demand(t.cast.quotes[self.answers.before[row]])[0] in ("request", "oath"):
            yield "answers a request"
