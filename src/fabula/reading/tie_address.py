"""Who calls whom what to the face: by title and surname, by rank, by first name, by endearment; and who talks with whom how much."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from fabula.elements import Character, Quote
from fabula.layers import MentionKind
from fabula.lexicons import table, words
from fabula.reading.cast import MentionView
from fabula.reading.patterns import flat
from fabula.reading.tie_grammar import vocative
from fabula.reading.ties import kin_names
from fabula.reading.trees import Trees
from fabula.spans import Span

_HEARER = 0.7  # how often whom a speech is said to be spoken to is right
_LONGEST = 40
_BEFORE = re.compile(r"(?:[,.!?;:…—–-][\s*_]*|[\"“‘«'(*_]|^)$")
_AFTER = re.compile(r"\s?[*_]?[,.!?…;—–\"”’»'-](?!s\b)|$")

Form = Literal["rank", "formal", "given", "dear"]


@dataclass(frozen=True, slots=True)
class Address:
    """A speaker calls somebody a word. ``sure``: how sure the speaker and the one spoken to are."""

    speaker: str
    to: str
    sure: float
    form: Form
    word: str
    span: Span


@cache
def ranks() -> dict[str, tuple[str, int]]:
    """A word of rank -> the service that has it and how high it stands there."""
    return {w.strip(): (service, int(height)) for service, height, forms in table("relations", "ranks") for w in forms.split(",")}


@cache
def _formal() -> frozenset[str]:
    return words("relations", "formal")


class Addresses:
    """All addresses of a story, and counts over them."""

    def __init__(self, trees: Trees, characters: Iterable[Character], ghosts: frozenset[str]) -> None:
        """``ghosts``: people who are a call and nothing else, so whoever is spoken to is meant."""
        self._trees, self._ghosts = trees, ghosts
        self._animals = {c.id for c in characters if c.kind == "animal"}
        self.all = tuple(self._found())
        self._talk: Counter[tuple[str, str]] = Counter()
        for q in trees.cast.quotes:
            for a in q.addressees if q.speaker else ():
                self._talk[pair_of(q.speaker or "", a)] += q.confidence / len(q.addressees)  # type: ignore[assignment]
        self._by_form: Counter[tuple[Form, str, str]] = Counter()
        for call in self.all:
            self._by_form[call.form, *pair_of(call.speaker, call.to)] += call.sure  # type: ignore[assignment]

    def first(self, one: str, two: str) -> Span:
        """The first speech of either to the other; the empty range at the start of the text where there is none."""
        found = (q for q in self._trees.cast.quotes if q.speaker in (one, two) and {q.speaker, *q.addressees} >= {one, two})
        return next((Span(q.start, q.end) for q in found), Span(0, 0))

    def talkers(self) -> Iterable[tuple[str, str]]:
        """The pairs that talk with each other."""
        return self._talk.keys()

    def talk(self, one: str, two: str) -> float:
        """How much two talk with each other, on a scale that grows slowly."""
        return math.log1p(self._talk[pair_of(one, two)])

    def count(self, form: Form, one: str, two: str) -> float:
        """How often, by certainty, either calls the other so."""
        return self._by_form[form, *pair_of(one, two)]

    def _found(self) -> Iterator[Address]:
        t = self._trees
        for at in range(len(t.lower)):
            quote = t.quote(at)
            if quote is None or quote.speaker is None or not t.told[at]:
                continue
            m = t.mention.get(at)
            if m is not None and (m.kind == MentionKind.PRONOUN or m.end - m.start > _LONGEST):
                continue
            if self._set_off(at, m):
                yield from self._address(at, m, quote)

    def _set_off(self, at: int, m: MentionView | None) -> bool:
        t = self._trees
        if m is None:
            return vocative(t, at)
        return bool(_BEFORE.search(t.text[max(0, m.start - 3) : m.start]) and _AFTER.match(t.text, m.end)) and t.rel[at] not in (
            "nsubj", "obj", "conj", "appos",
        )  # fmt: skip

    def _address(self, at: int, m: MentionView | None, quote: Quote) -> Iterator[Address]:
        t = self._trees
        said = flat(t.text[m.start : m.end]) if m is not None else t.lower[at]
        form, word = form_of_address(said, name=m is not None and m.kind == MentionKind.NAME)
        if form is None:
            return
        span = Span(m.start, m.end) if m is not None else Span(t.start[at], t.end[at])
        for to, sure in self._to(m, quote):
            if to != quote.speaker and to not in self._animals:
                yield Address(quote.speaker or "", to, sure * quote.confidence, form, word, span)

    def _to(self, m: MentionView | None, quote: Quote) -> Iterator[tuple[str, float]]:
        """Whom a call means: the one whose name it is, or those whom the speech is spoken to."""
        if m is not None and len(m.who) == 1 and m.who[0] not in self._ghosts and m.who[0] != quote.speaker:
            yield m.who[0], m.confidence
        else:
            for a in quote.addressees:
                yield a, _HEARER / len(quote.addressees)


def form_of_address(said: str, *, name: bool) -> tuple[Form | None, str]:
    """What kind of call the words are, and the word that tells it.

    >>> form_of_address("captain wray", name=True), form_of_address("mr. vale", name=True), form_of_address("tom", name=True)
    (('rank', 'captain'), ('formal', 'mr'), ('given', 'tom'))
    """
    parts = said.replace(".", "").split()
    rank = next((p for p in parts if p in ranks()), None)
    if rank is not None and (len(parts) < 4):
        return "rank", rank
    formal = next((p for p in parts if p in _formal()), None)
    if formal is not None:
        return "formal", formal
    if parts and parts[-1] in words("relations", "endearments"):
        return "dear", parts[-1]
    return ("given", parts[0]) if name and len(parts) == 1 else (None, "")


def pair_of(one: str, two: str) -> tuple[str, str]:
    return (one, two) if one < two else (two, one)


def rank_of(c: Character) -> tuple[str, int] | None:
    """The highest rank in the names and roles of somebody; none for those who have the word for a name alone."""
    found = [ranks()[w] for n in (*(a.text for a in c.aliases), *c.roles) for w in flat(n).replace(".", "").split()[:2] if w in ranks()]
    return max(found, key=lambda r: r[1], default=None)


def is_ghost(c: Character) -> bool:
    """Whether somebody is called nothing but "Mum" or "Captain" and says nothing: most likely one of the others, by a call.

    >>> is_ghost(Character(id="c1", name="Guv Tom", confidence=1.0, origin="test"))
    False
    """
    calls = kin_names().keys() | ranks().keys() | _formal()
    return bool(c.aliases) and not c.quotes and all(flat(a.text) in calls for a in c.aliases)
