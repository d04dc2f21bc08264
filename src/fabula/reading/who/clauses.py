"""Clauses by the reader model's trees: the verb a mention belongs to, and that verb's subject."""

from __future__ import annotations

from collections.abc import Sequence

from fabula.reading.who.page import Page
from fabula.reading.who.spots import Part, Spot

_HINGES = ("root", "conj", "advcl", "advcl:relcl", "acl", "acl:relcl", "ccomp", "xcomp", "parataxis", "csubj", "list")
_SHARES_SUBJECT = ("conj", "xcomp", "advcl", "ccomp", "parataxis")
_DEEPEST = 12


class Clauses:
    """Look-ups for the mentions of one page."""

    def __init__(self, page: Page, spots: Sequence[Spot]) -> None:
        self.page = page
        self.subject: dict[int, int] = {}
        """Head of a clause → row of the mention that is its subject."""
        for k, s in enumerate(spots):
            if s.part == Part.SUBJECT and s.at >= 0 and page.head[s.at] >= 0 and page.rel[s.at].startswith("nsubj"):
                self.subject.setdefault(page.head[s.at], k)

    def clause(self, at: int) -> int:
        """Head of the clause that token ``at`` stands in: the nearest word above it that joins clauses, or the root."""
        page = self.page
        here = page.head[at]
        for _ in range(_DEEPEST):
            if here < 0:
                return at
            if page.rel[here] in _HINGES and (page.rel[here] != "conj" or page.pos[here] in ("VERB", "AUX", "ADJ")):
                return here
            at, here = here, page.head[here]
        return at

    def subject_of(self, clause: int) -> int:
        """Row of the subject of a clause, its own or the one it shares with the clause it hangs on; -1 where it has none."""
        page = self.page
        for _ in range(_DEEPEST):
            if clause in self.subject:
                return self.subject[clause]
            if clause < 0 or page.rel[clause] not in _SHARES_SUBJECT or page.head[clause] < 0:
                return -1
            clause = page.head[clause]
        return -1

    def above(self, clause: int) -> int:
        """Head of the clause that this one hangs on, -1 for a main clause."""
        parent = self.page.head[clause]
        if parent < 0:
            return -1
        return parent if self.page.rel[parent] in _HINGES else self.clause(parent)
