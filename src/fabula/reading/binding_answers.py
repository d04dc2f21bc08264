"""Commitments by assent: "You won't tell him?" — "I promise."; and what a speech asks of the one spoken to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise

from fabula.elements import Quote
from fabula.reading.binding import WILL, Bond, Grammar, Kind, cues
from fabula.reading.inflection import base
from fabula.spans import Span

_NEAR = 350  # characters between a demand and its answer
_SHORT = 8  # words of an answer that only assents
_ALLOWED = frozenset(("tell", "leave", "do", "let", "wait"))


class Answers:
    """Finds what is asked in one speech and taken up in the next."""

    def __init__(self, grammar: Grammar) -> None:
        self.grammar, self.trees = grammar, grammar.trees
        self._demands: dict[int, tuple[str, int]] = {}

    @cached_property
    def pairs(self) -> list[tuple[int, int]]:
        """Rows of two speeches in a row by different people, near each other."""
        spoken = [(row, q) for row, q in enumerate(self.trees.cast.quotes) if q.kind == "speech"]
        return [
            (i, k) for (i, x), (k, y) in pairwise(spoken) if y.speaker is not None and x.speaker != y.speaker and y.start - x.end <= _NEAR
        ]  # fmt: skip

    @cached_property
    def assented(self) -> dict[int, str]:
        """Row of a speech → how the answer to it assents: "strong", "weak"."""
        found = ((i, self._assent(self.trees.cast.quotes[k])) for i, k in self.pairs)
        return {i: how for i, how in found if how}

    @cached_property
    def before(self) -> dict[int, int]:
        """Row of a speech → the one that it answers."""
        return {k: i for i, k in self.pairs}

    def all(self) -> Iterator[Bond]:
        t = self.trees
        for i, k in self.pairs:
            before, answer = t.cast.quotes[i], t.cast.quotes[k]
            how = self.assented.get(i)
            if how is None or before.speaker is None or answer.speaker is None:
                continue
            low = _words(t.text[answer.start : answer.end])
            strength, act = self.demand(before)
            if strength == "none" and low[:1] not in (["deal"], ["agreed"]):
                continue
            asked = t.clause(act, act + 1) if act >= 0 else Span(before.start, before.end)
            kind: Kind = "promise" if low[:1] in (["i"], ["you"]) else "agreement"
            yield Bond(
                answer.speaker, (before.speaker,), kind, f"{how} assent", Span(answer.start, answer.end), act, (answer.speaker,),
                answer.confidence, frozenset((f"asked by {strength}",)), act >= 0 and t.negated(act),
                self.grammar.condition(act) if act >= 0 else None, (asked,),
            )  # fmt: skip

    def _assent(self, answer: Quote) -> str:
        text = self.trees.text[answer.start : answer.end]
        low = _words(text)
        if not low or len(low) > _SHORT or "?" in text:
            return ""
        said = [" ".join(_words(part)) for part in re.split(r"[,.;!…—–-]+\s", text)]  # "I will, Mother", "Yes. All right."
        strong = any(part in cues("assent") for part in said)
        return "strong" if strong else "weak" if low[0] in cues("weak assent") and len(low) <= 3 else ""

    def demand(self, quote: Quote) -> tuple[str, int]:
        """How a speech asks for something to be undertaken ("none" where it does not), and the verb of it, the strongest of several."""
        if quote.start not in self._demands:
            self._demands[quote.start] = self._demand(quote)
        return self._demands[quote.start]

    def _demand(self, quote: Quote) -> tuple[str, int]:
        t = self.trees
        best = (0, -1)
        for i in range(t.row_at(quote.start), t.row_at(quote.end)):
            if t.pos[i] != "VERB":
                continue
            subject, aux = t.child(i, "nsubj"), self.grammar.auxiliaries(i)
            you = subject >= 0 and t.lower[subject] == "you"
            if base(t.lower[i]) in ("promise", "swear") and (t.imperative[i] or you):
                best = max(best, (3, i))
            elif you and aux & (WILL | {"must", "would", "could", "can"}) and t.lower[i] not in cues("in passing") - _ALLOWED:
                best = max(best, (2, i))
            elif t.imperative[i] and t.lower[i] not in cues("slight order") | cues("no order"):
                best = max(best, (1, i))
        return ("none", "order", "request", "oath")[best[0]], best[1]


def _words(text: str) -> list[str]:
    return re.sub(r"[^\w' ]+", " ", text.lower().replace("’", "'")).split()
