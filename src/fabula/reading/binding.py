"""Words that bind, one by one: "I swear", "he promised her to come", "you have my word", "put it down", "if you go, I will …".

Each finding says in which form it binds and by which signs its weight can be told; it is ``commitments`` that weighs them. A statement is
found only as far as it is really made: not asked, denied, wished, thought.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from fabula.elements import Frame
from fabula.lexicons import table, words
from fabula.reading.inflection import base
from fabula.reading.trees import Trees
from fabula.spans import Span

Kind = Literal["promise", "vow", "agreement", "order", "threat", "offer"]
WILL = frozenset(("will", "'ll", "shall", "wo", "sha", "ll"))
SPEAKER = frozenset(("i", "we"))
_IF = ("if", "unless", "until", "till", "provided", "once")
_APART = ("if", "unless")
_SHORTEST_CONDITION = 3  # words


@dataclass(frozen=True, slots=True)
class Bond:
    """One utterance that binds ``doer`` to an act: ``by`` said it (or bound themselves), ``act`` is the token of its verb, -1 without.

    ``form`` and ``signs``: what its weight is told by; ``sure``: how sure it is that these people are meant.
    """

    by: str
    to: tuple[str, ...]
    kind: Kind
    form: str
    span: Span
    act: int
    doer: tuple[str, ...]
    sure: float = 1.0
    signs: frozenset[str] = frozenset()
    denied: bool = False
    condition: Span | None = None
    also: tuple[Span, ...] = ()
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Voice:
    """Who says a word to whom, how sure that is, and whether in a letter; ``row`` is that of the quotation, -1 without."""

    by: str
    to: tuple[str, ...]
    sure: float
    letter: bool
    row: int


def cues(section: str) -> frozenset[str]:
    return words("commitments", section)


@cache
def bases(section: str) -> frozenset[str]:
    """The base forms of the verbs of a section."""
    return frozenset(base(w) for w in cues(section))


@cache
def performatives() -> dict[str, Kind]:
    return {form.strip(): kind for forms, kind in table("commitments", "performatives") for form in forms.split(",")}  # type: ignore[misc]


class Grammar:
    """What all finders of binding words ask of a story."""

    def __init__(self, trees: Trees, frames: tuple[Frame, ...]) -> None:
        self.trees = trees
        self.letters = [f for f in frames if f.kind in ("letter", "message") and f.by is not None]

    def voice(self, at: int) -> Voice | None:
        """Whoever speaks or writes a word; nobody in narration and in thought."""
        row, quote = self.trees.quote_row(at), self.trees.quote(at)
        if quote is not None:
            if quote.kind == "thought" or quote.speaker is None:
                return None
            return Voice(quote.speaker, quote.addressees, quote.confidence, False, row)
        start = self.trees.start[at]
        letter = next((f for f in self.letters if f.start <= start < f.end), None)
        return None if letter is None or letter.by is None else Voice(letter.by, letter.to, letter.confidence, True, -1)

    def sentence_words(self, at: int) -> Iterator[int]:
        """The tokens of the sentence around a word that belong to the same voice."""
        row = self.trees.quote_row(at)
        return (i for i in range(*self.trees.bounds[self.trees.sentence[at]]) if self.trees.quote_row(i) == row)

    def auxiliaries(self, at: int) -> frozenset[str]:
        return frozenset(self.trees.lower[c] for c in self.trees.all(at, "aux"))

    def infinitive(self, at: int) -> bool:
        """Whether a verb is what somebody is to do: "told him to go", not "he says, to change the subject"."""
        t = self.trees
        mark = next((c for c in t.all(at, "mark") if t.lower[c] == "to"), -1)
        return mark > 0 and t.lower[mark - 1] not in (",", "so", "order")

    def condition(self, at: int, act: int = -1) -> Span | None:
        """The clause with "if", "unless", "until" that hangs on what binds, or stands beside it in the same speech."""
        t = self.trees
        voice = self.voice(at)
        apart: list[int] = []
        if voice is not None:
            beside = (i for i in range(*t.bounds[t.sentence[at]]) if t.rel[i] in ("advcl", "root", "parataxis", "ccomp"))
            apart = [i for i in beside if t.head[i] not in (at, act) and (v := self.voice(i)) is not None and v.by == voice.by]
        hanging = (*t.all(at, "advcl"), *(t.all(act, "advcl") if act >= 0 else ()))
        clauses = [c for c in hanging if t.has(c, "mark", *_IF) and not t.has(c, "advmod", "even")] + [
            c for c in apart if t.has(c, "mark", *_APART)
        ]
        return next((found for c in clauses if (found := self._clause_of(c)) is not None), None)

    def _clause_of(self, at: int) -> Span | None:
        """The words of a condition without the marks around it; None where too little is left."""
        t = self.trees
        first, last = t.subtree(at)
        last = next((i for i in range(at + 1, last) if t.quote_row(i) != t.quote_row(at) or at not in t.above(i)), last)
        while last - 1 > first and not t.lower[last - 1][0].isalnum():
            last -= 1
        first = next((i for i in range(first, last) if t.lower[i][0].isalnum() and t.quote_row(i) == t.quote_row(at)), last)
        return t.span(first, last) if last - first >= _SHORTEST_CONDITION else None
