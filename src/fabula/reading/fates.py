"""What became of a commitment, as far as the later text shows.

A promise counts as kept where its doer later does what its verb says, with the same object; as broken where they break their word or do
what they said they would not; as withdrawn where they are released. What the text leaves open is open.
"""

from __future__ import annotations

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

Fate = Literal["kept", "broken", "open", "withdrawn"]


class Fates:
    """What the text tells of acts after they were promised: every asserted verb by its base form."""

    def __init__(self, trees: Trees) -> None:
        self.trees = trees
        self.by_base: dict[str, list[int]] = {}
        for at, pos in enumerate(trees.pos):
            if pos == "VERB" and trees.told[at] and trees.quote_row(at) < 0:
                self.by_base.setdefault(base(trees.lower[at]), []).append(at)

    def of(self, bond: Bond) -> tuple[Fate, Span | None]:
        """The fate, and the words that show it."""
        if bond.act < 0:
            return "open", None
        t = self.trees
        for at in self.by_base.get(base(t.lower[bond.act]), ()):
            if bond.kind == "order" and t.start[at] > bond.span.end + _SOON:
                break
            if t.start[at] >= bond.span.end and self._same_act(bond, at):
                done = not t.negated(at)
                return ("kept" if done != bond.denied else "broken"), t.clause(at, at + 1)
        return "open", None

    def _same_act(self, bond: Bond, at: int) -> bool:
        """Whether a later verb tells the promised act: its doer, its object."""
        t = self.trees
        if (
            t.form[at] == "Inf"
            or t.unreal(at)
            or t.asked(at)
            or t.has(at, "aux", "would", "could", "might", "should", "must", "can", "will")
        ):
            return False
        subject = t.subject(at)
        doers = set(t.people(subject).who) if subject >= 0 else set()
        one, two = t.child(bond.act, "obj", "iobj"), t.child(at, "obj", "iobj")
        done_by_others = bond.kind == "order" and bond.by not in doers and subject >= 0 and two >= 0
        if not doers & set(bond.doer) and not done_by_others:
            return False
        if (one < 0) != (two < 0):
            return False
        if one < 0:
            return base(t.lower[at]) not in _COMMON and not bond.denied
        people = set(t.people(one).who) & set(t.people(two).who)
        alike = base(t.lower[one]) == base(t.lower[two])
        if bond.denied and base(t.lower[at]) in _COMMON:
            return False
        return bool(people) or (alike and (t.pos[one] != "PRON" or t.start[at] - bond.span.end < 1500))

    def undone(self, bonds: list[Bond]) -> dict[int, tuple[Fate, Span]]:
        """Index of a bond → what undoes it, and the words: "he broke his word", "I release you from it" mean the last one before them."""
        t = self.trees
        out: dict[int, tuple[Fate, Span]] = {}
        for at in self._breaking:
            by = t.people(t.subject(at)).one if t.subject(at) >= 0 else None
            if (last := self._last_before(bonds, at, by, None)) >= 0:
                out[last] = "broken", t.clause(at, t.child(at, "obj") + 1)
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

    @cached_property
    def _breaking(self) -> list[int]:
        t, forms, bonds = self.trees, words("commitments", "broke"), words("commitments", "bonds")
        found = (i for i, w in enumerate(t.lower) if w in forms and t.pos[i] == "VERB" and t.form[i] != "Inf")
        return [i for i in found if (thing := t.child(i, "obj")) >= 0 and t.lower[thing] in bonds and t.factor(i)]

    @cached_property
    def _releasing(self) -> list[int]:
        t, forms = self.trees, words("commitments", "release")
        found = (i for i, w in enumerate(t.lower) if w in forms and t.pos[i] == "VERB" and t.child(i, "obj") >= 0)
        return [i for i in found if t.factor(i) and any(t.has(c, "case", "from") for c in t.all(i, "obl"))]
