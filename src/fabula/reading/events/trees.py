"""The reader model's trees as plain lists, with what clauses are asked for: children, conjuncts, the words of a clause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fabula.encoder.reader import WordLabels
from fabula.reading.events.lemmas import lemma
from fabula.reading.trees import Trees
from fabula.spans import Span

CLAUSES = frozenset({
    "root", "conj", "advcl", "advcl:relcl", "acl", "acl:relcl", "ccomp", "xcomp", "parataxis", "csubj", "csubj:pass", "csubj:outer", "list",
})  # fmt: skip
"""Relations whose dependent heads a clause of its own, if it is a predicate."""
_SUBJECTS = ("nsubj", "nsubj:pass", "nsubj:outer")


@dataclass(frozen=True, slots=True)
class Tree:
    """Token columns of the step ``trees``; ``kids``: the dependents of each token, in order. ``event``: the model's probability of an
    asserted event."""

    text: str
    start: list[int]
    end: list[int]
    lower: list[str]
    sentence: list[int]
    pos: list[str]
    rel: list[str]
    head: list[int]
    kids: list[list[int]]
    tense: list[str]
    form: list[str]
    imperative: list[bool]
    event: list[float]

    def __len__(self) -> int:
        return len(self.start)

    def children(self, i: int, *relations: str) -> Iterator[int]:
        return (k for k in self.kids[i] if self.rel[k] in relations)

    def subject(self, i: int) -> int | None:
        """The subject that stands in the clause of ``i`` itself."""
        return next(self.children(i, *_SUBJECTS), None)

    def auxiliaries(self, i: int) -> list[str]:
        """The auxiliaries of a verb in lower case, those of the verb it shares them with included ("has come and gone")."""
        own = [self.lower[k] for k in self.children(i, "aux", "aux:pass", "cop")]
        if not own and self.rel[i] == "conj" and self.head[i] >= 0 and self.form[i] != "Fin" and self.subject(i) is None:
            return [self.lower[k] for k in self.children(self.head[i], "aux", "aux:pass")]
        return own

    def markers(self, i: int) -> list[str]:
        """The words that open the clause of ``i``: subordinators and the "to" of an infinitive."""
        return [
            self.lower[k]
            for k in self.kids[i]
            if self.rel[k] in ("mark", "case") or (self.rel[k] == "advmod" and k < i and self.lower[k] in _WH)
        ]

    def is_passive(self, i: int) -> bool:
        return any(self.rel[k] in ("nsubj:pass", "aux:pass") for k in self.kids[i])

    def lemma(self, i: int) -> str:
        return lemma(self.lower[i])

    def above(self, i: int) -> int | None:
        """The predicate that the clause of ``i`` hangs on."""
        return self.head[i] if self.head[i] >= 0 else None

    def clause(self, i: int) -> Span:
        """The words of the clause that ``i`` heads, without the clauses that hang on it; begins and ends with a word of its own."""
        first = last = i
        stack, seen = [i], 0
        while stack and seen < 200:
            here = stack.pop()
            seen += 1
            first, last = min(first, here), max(last, here)
            for k in self.kids[here]:
                apart = self.rel[k] in ("advcl", "acl:relcl", "ccomp", "parataxis", "csubj", "list", "advcl:relcl") or (
                    self.rel[k] == "conj" and self.pos[k] in ("VERB", "AUX") and self.pos[here] in ("VERB", "AUX", "ADJ", "NOUN")
                )
                if not apart and self.rel[k] not in ("punct", "cc", "vocative", "discourse"):
                    stack.append(k)
        return Span(self.start[first], self.end[last])

    def whole(self, i: int) -> Span:
        """All words under ``i``."""
        first = last = i
        stack, seen = [i], 0
        while stack and seen < 400:
            here = stack.pop()
            seen += 1
            first, last = min(first, here), max(last, here)
            stack.extend(k for k in self.kids[here] if self.rel[k] not in ("punct",))
        return Span(self.start[first], self.end[last])

    def is_predicate(self, i: int) -> bool:
        return self.pos[i] in ("VERB", "AUX") or self.rel[i] in CLAUSES


_WH = frozenset({"when", "why", "how", "where", "after", "before", "until", "till", "since", "once", "as", "while"})


def make_tree(trees: Trees, labels: WordLabels) -> Tree:
    """The same columns as ``trees``, not copied, with what events need beside them."""
    return Tree(
        text=trees.text,
        start=trees.start,
        end=trees.end,
        lower=trees.lower,
        sentence=trees.sentence,
        pos=trees.pos,
        rel=trees.rel,
        head=trees.head,
        kids=trees.children,
        tense=trees.tense,
        form=trees.form,
        imperative=trees.imperative,
        event=labels.event.tolist(),
    )
