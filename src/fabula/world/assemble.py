"""From the layers that the reading steps gave to the elements of a World: pure functions, no state.

Steps decide each for itself; what joins several of them is done here: the labels of the content notes that an item touches, a
character's age and roles out of the facts, the order of lists, the count of words.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import accumulate
from typing import Any, TypeVar

import numpy as np

from fabula.elements import Age, Character, Claim, Event, Fact, Note, Place, Quote, Relationship, Scene, Spans, Thing
from fabula.layers import MentionMembers, ParagraphKind
from fabula.spans import Span
from fabula.text.manuscript import Manuscript

SHOWN = 0.5
"""Claims below this confidence are for the review list only."""

_WORD = re.compile(r"\w+(?:['’ʼ\-‐‑]\w+)*")
_C = TypeVar("_C", bound=Claim)


class NoteIndex:
    """Which labels of content notes a range touches. Notes below ``SHOWN`` do not count."""

    def __init__(self, notes: Iterable[Note]) -> None:
        rows = sorted((span[0], span[1], note.label) for note in notes if note.confidence >= SHOWN for span in note.spans)
        self._rows = rows
        self._starts = [r[0] for r in rows]
        self._reach = list(accumulate((r[1] for r in rows), max))

    def labels(self, spans: Iterable[tuple[int, int]]) -> tuple[str, ...]:
        """The labels whose spans overlap any of ``spans``, sorted."""
        found: set[str] = set()
        for start, end in spans:
            i = bisect_left(self._starts, end) - 1
            while i >= 0 and self._reach[i] > start:
                if self._rows[i][1] > start:
                    found.add(self._rows[i][2])
                i -= 1
        return tuple(sorted(found))


def claim_spans(claim: Any) -> Spans:
    """The ranges of text that a claim shows when it is shown: its own range, its gist, or its evidence."""
    match claim:
        case Quote() | Event():
            return (Span(claim.start, claim.end),)
        case Scene():
            return claim.gist
        case Relationship():
            return claim.evidence + tuple(s for c in claim.course for s in c.evidence)
        case Note():
            return ()
        case _:
            return tuple(getattr(claim, "evidence", ()))


def with_notes(items: Iterable[_C], index: NoteIndex) -> tuple[_C, ...]:
    """The items with ``noted`` set to the labels that they touch, next to those already there."""
    out = []
    for item in items:
        labels = index.labels(claim_spans(item))
        out.append(replace(item, noted=tuple(sorted({*item.noted, *labels}))) if set(labels) - set(item.noted) else item)
    return tuple(out)


def position(item: Any) -> tuple[int, int]:
    """Where an item stands in the text: its range, or its first evidence; items without any go last."""
    if hasattr(item, "start"):
        return item.start, item.end
    spans: Spans = claim_spans(item) or getattr(item, "spans", ())
    if isinstance(item, Place | Thing):
        spans = item.mentions
    return min(((s[0], s[1]) for s in spans), default=(1 << 62, 0))


def in_order(items: Iterable[_C], key: Callable[[Any], Any] = position) -> tuple[_C, ...]:
    """The items by position; what stands at the same place keeps its order."""
    return tuple(sorted(items, key=key))


def _age_of(facts: list[Fact]) -> Age | None:
    if not facts:
        return None
    best = max(facts, key=lambda f: f.confidence)
    return Age(text=best.value, open=len({f.value.casefold() for f in facts}) > 1)


def fold_facts(characters: Iterable[Character], facts: Iterable[Fact]) -> tuple[Character, ...]:
    """Characters with age and roles filled from the facts "age", "job" and "role" that are sure enough to be shown.

    ``Age.open`` says that the story gives more than one age.
    """
    by_character: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact.confidence >= SHOWN and fact.attribute in ("age", "job", "role"):
            by_character.setdefault(fact.about, []).append(fact)
    out = []
    for c in characters:
        own = by_character.get(c.id, [])
        roles = {r.casefold(): r for r in c.roles}
        for fact in own:
            if fact.attribute != "age":
                roles.setdefault(fact.value.casefold(), fact.value)
        age = c.age or _age_of([f for f in own if f.attribute == "age"])
        out.append(replace(c, age=age, roles=tuple(roles.values())) if own else c)
    return tuple(out)


def rank_characters(characters: tuple[Character, ...], members: MentionMembers) -> tuple[tuple[Character, ...], MentionMembers]:
    """Characters by number of mentions, most first, and the members whose rows point to them in that order."""
    order = sorted(range(len(characters)), key=lambda i: -characters[i].mentions)
    if order == list(range(len(characters))):
        return characters, members
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    return tuple(characters[i] for i in order), MentionMembers(mention=members.mention, character=place[members.character])


def count_words(manuscript: Manuscript) -> int:
    """Words of the story itself, as people count them: paratext and ornaments left out."""
    rows = manuscript.paragraphs
    spans = zip(rows.start.tolist(), rows.end.tolist(), rows.kind.tolist(), strict=True)
    beside = (ParagraphKind.PARATEXT, ParagraphKind.BREAK)
    return sum(count_words_of(manuscript.text, s, e) for s, e, k in spans if k not in beside)


def count_words_of(text: str, start: int, end: int) -> int:
    """Words of a range."""
    return sum(1 for _ in _WORD.finditer(text, start, end))
