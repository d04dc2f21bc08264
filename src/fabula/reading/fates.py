"""What became of a commitment, as far as the later text shows.

A promise counts as kept where its doer later does what its verb says, with the same object; as broken where they break their word or do
what they said they would not; as withdrawn where they are released. What the text leaves open is open.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Literal

from fabula.lexicons import words
from fabula.reading.binding import Bond
from fabula.reading.inflection import base
from fabula.reading.trees import Trees
from fabula.spans import Span

_SOON = 4000  # characters within which an order is carried out
_SURE = 0.6
_OWN = ("promise", "vow", "agreement")
_COMMON = frozenset(
    ("go", "com", "tak", "forget", "think", "stay", "get", "hav", "be", "do", "mak", "say", "tell", "look", "put", "giv", "keep")
)

_MODALS = ("would", "could", "might", "should", "must", "can", "will", "'ll", "'d", "may", "ca")
_AT_ONCE, _LAST, _SHOWN = 250, 60, 120
_NEAR = 1500  # characters within which "it" may be the same
_SELDOM = 3  # times that the story tells of such an act
_TIMES = frozenset(("day", "time", "night", "morning", "evening", "week", "hour", "minute", "moment", "year", "way", "thing"))

Fate = Literal["kept", "broken", "open", "withdrawn"]


class Fates:
    """What the text tells of acts after they were promised: every asserted verb by its base form."""

    def __init__(self, trees: Trees) -> None:
        self.trees = trees
        self.by_base: dict[str, list[int]] = {}
        for at, pos in enumerate(trees.pos):
            if pos == "VERB" and trees.told[at] and (trees.quote_row(at) < 0 or trees.tense[at] == "Past" or trees.form[at] == "Part"):
                self.by_base.setdefault(base(trees.lower[at]), []).append(at)

    def of(self, bond: Bond) -> tuple[Fate, Span | None]:
        """The fate, and the words that show it."""
        if bond.act < 0:
            return "open", None
        t = self.trees
        for at in self.by_base.get(base(t.lower[bond.act]), ()):
            if bond.kind == "order" and t.start[at] > bond.span.end + _SOON:
                break
            if t.start[at] >= bond.span.end and self._told_as_done(at) and self._same_act(bond, at):
                done = not t.negated(at)
                return ("kept" if done != bond.denied else "broken"), t.clause(at, at + 1)
        return self._answered(bond)

    def _answered(self, bond: Bond) -> tuple[Fate, Span | None]:
        """What the one spoken to says to it at once: an offer refused is off, an order refused is not obeyed."""
        quotes = self.trees.cast.quotes
        row = self.trees.quote_row(bond.act)
        answer = next((q for q in quotes[row + 1 : row + 3] if q.speaker != bond.by), None) if row >= 0 else None
        if (
            answer is None
            or answer.speaker not in bond.to
            or answer.start - bond.span.end > _AT_ONCE
            or quotes[row].end - bond.span.end > _LAST
        ):
            return "open", None
        if "?" in self.trees.text[answer.start : answer.end]:
            return "open", None
        low = " ".join(re.findall(r"[\w']+", self.trees.text[answer.start : answer.end].lower().replace("’", "'"))[:3])
        refused = any(low == r or low.startswith(f"{r} ") for r in words("commitments", "refusals"))
        if refused and bond.kind in ("order", "offer"):
            return ("broken" if bond.kind == "order" else "withdrawn"), Span(answer.start, min(answer.end, answer.start + _SHOWN))
        return "open", None

    def _told_as_done(self, at: int) -> bool:
        t = self.trees
        unreal = t.form[at] == "Inf" or t.imperative[at] or t.unreal(at) or t.asked(at) or t.has(at, "aux", *_MODALS)
        present = t.quote_row(at) >= 0 and t.tense[at] == "Pres"
        return not unreal and not present

    def _same_act(self, bond: Bond, at: int) -> bool:
        """Whether a later verb tells the promised act: its doer, and what it is done to or with."""
        t = self.trees
        subject = t.subject(at)
        doers = set(t.people(subject).who) if subject >= 0 else set()
        near = t.start[at] - bond.span.end < _NEAR
        if not doers & set(bond.doer) and not (bond.kind == "order" and bond.by not in doers and subject >= 0 and near):
            return False  # an order is often passed on
        one, two = t.child(bond.act, "obj", "iobj"), t.child(at, "obj", "iobj")
        people = set(t.people(one).who) & set(t.people(two).who) if one >= 0 and two >= 0 else set()
        if people or self._things(bond.act) & self._things(at):
            return True
        if one >= 0 and two >= 0:
            return near and t.lower[one] == t.lower[two] == "it"
        seldom = len(self.by_base[base(t.lower[at])]) <= _SELDOM and base(t.lower[at]) not in _COMMON
        return one < 0 and two < 0 and seldom and bool(doers & set(bond.doer)) and not bond.denied

    def _things(self, at: int) -> set[str]:
        """What an act is done to, with, where: the nouns in its own phrases, each in one form."""
        t = self.trees
        own = (c for c in t.all(at, "obj", "iobj", "obl", "xcomp", "compound") if t.pos[c] in ("NOUN", "PROPN") or t.rel[c] == "xcomp")
        return {singular(t.lower[c]) if t.pos[c] != "VERB" else base(t.lower[c]) for c in own} - _TIMES

    def undone(self, bonds: list[Bond]) -> dict[int, tuple[Fate, Span]]:
        """Index of a bond → what became of it, and the words: "he broke his word", "I kept my promise", "I release you from it".

        They mean the last promise before them.
        """
        t = self.trees
        out: dict[int, tuple[Fate, Span]] = {}
        for fate, verbs in (("kept", self._with_a_bond("kept")), ("broken", self._with_a_bond("broke"))):
            for at in verbs:
                by = t.people(t.subject(at)).one if t.subject(at) >= 0 else None
                if (last := self._last_before(bonds, at, by, None)) >= 0:
                    out[last] = fate, t.clause(at, t.child(at, "obj") + 1)  # type: ignore[assignment]
        for at in self._releasing:
            whom, by = t.people(t.child(at, "obj")).one, t.people(t.subject(at)).one if t.subject(at) >= 0 else None
            if (last := self._last_before(bonds, at, whom, by)) >= 0:
                out[last] = "withdrawn", t.clause(at, at + 1)
        return out

    def _last_before(self, bonds: list[Bond], at: int, doer: str | None, to: str | None) -> int:
        """The last promise of one to the other before a token, those that are surely promises before others; -1 without any."""
        mine = [i for i, b in enumerate(bonds) if b.by == doer and b.kind in _OWN and b.span.end <= self.trees.start[at]]
        mine = [i for i in mine if to is None or not bonds[i].to or to in bonds[i].to]
        return max(mine, key=lambda i: (bonds[i].confidence >= _SURE, bonds[i].span), default=-1)

    def _with_a_bond(self, section: str) -> list[int]:
        """Verbs of keeping or breaking whose object is a promise, a word, an oath."""
        t, forms, bonds = self.trees, words("commitments", section), words("commitments", "bonds")
        found = (i for i, w in enumerate(t.lower) if w in forms and t.pos[i] == "VERB" and t.form[i] != "Inf")
        return [i for i in found if (thing := t.child(i, "obj")) >= 0 and t.lower[thing] in bonds and t.factor(i)]

    @cached_property
    def _releasing(self) -> list[int]:
        t, forms = self.trees, words("commitments", "release")
        found = (i for i, w in enumerate(t.lower) if w in forms and t.pos[i] == "VERB" and t.child(i, "obj") >= 0)
        return [i for i in found if t.factor(i) and any(t.has(c, "case", "from") for c in t.all(i, "obl"))]


def singular(noun: str) -> str:
    """A noun without the ending of the plural, roughly.

    >>> singular("boats"), singular("glass"), singular("fence")
    ('boat', 'glass', 'fence')
    """
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun
