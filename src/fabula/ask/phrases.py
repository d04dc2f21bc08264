"""Phrases in a sentence by rule: noun phrases, time phrases, place phrases, quantities, reasons. All are ranges of words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fabula.ask.view import SentenceView
from fabula.reading.times import find_times
from fabula.spans import Span

Range = tuple[int, int]
_LONGEST_NOUN_PHRASE = 5
_CLAUSE_BREAK = re.compile(r"^[,;:.!?…—–]+$|^--+$|^[\"“”«»]$")
_ALIKE = {"in", "at", "on", "under", "by", "to", "from", "of"}


def is_break(view: SentenceView, i: int) -> bool:
    """Whether a clause ends before word ``i``."""
    return not view.words[i].is_word and bool(_CLAUSE_BREAK.match(view.words[i].text))


def noun_phrase(view: SentenceView, i: int) -> Range | None:
    """The noun phrase that starts at word ``i``: to the next function word or mark, "of" phrases included."""
    words = view.words
    j = i
    while j < len(words) and words[j].isa("determiners"):
        j += 1
    first = j
    while (
        j < len(words)
        and j - first < _LONGEST_NOUN_PHRASE
        and words[j].is_word
        and not (words[j].isa("breaks") or words[j].isa("prepositions"))
    ):
        if words[j].isa("determiners") and j > first:
            break
        j += 1
        if (
            j < len(words)
            and words[j].text in ("'s", "’s")
            and words[j].start == words[j - 1].end
            and j + 1 < len(words)
            and words[j + 1].is_word
        ):
            j += 1
            first = j
    if j == first:
        return None
    if j + 1 < len(words) and words[j].text.lower() == "of" and (rest := noun_phrase(view, j + 1)):
        return i, rest[1]
    return i, j


def noun_phrases(view: SentenceView) -> Iterator[Range]:
    """Noun phrases from left to right, not overlapping."""
    i = 0
    while i < len(view.words):
        w = view.words[i]
        relative = w.text.lower() == "that" and i > 0 and view.words[i - 1].is_word and not view.words[i - 1].isa("prepositions")
        starts = w.is_word and not relative and not w.isa("prepositions") and not (w.isa("breaks") and not w.isa("determiners"))
        if starts and (found := noun_phrase(view, i)):
            yield found
            i = found[1]
        else:
            i += 1


def times(text: str, span: Span) -> list[Span]:
    """Time phrases in a stretch."""
    return [p.span for p in find_times(text, span.start, span.end)]


def places(view: SentenceView) -> Iterator[Range]:
    """Place-like phrases: a preposition of place and its noun phrase, chained ("in a box under the bed"), times left out."""
    i = 0
    while i + 1 < len(view.words):
        if view.words[i].isa("place_prepositions") and (found := noun_phrase(view, i + 1)) and not _is_time(view, found):
            end = found[1]
            while (
                end + 1 < len(view.words)
                and view.words[end].text.lower() in _ALIKE
                and (more := noun_phrase(view, end + 1))
                and not _is_time(view, more)
            ):
                end = more[1]
            yield i, end
            i = end
        else:
            i += 1


def _is_time(view: SentenceView, found: Range) -> bool:
    return any(view.words[k].isa("time_nouns") for k in range(*found))


def quantities(view: SentenceView) -> Iterator[Range]:
    """A number with what it counts: "ninety days", "four times", "five"."""
    i = 0
    while i < len(view.words):
        j = i
        while j < len(view.words) and (view.words[j].text[0].isdigit() or view.words[j].isa("numbers") or _compound(view.words[j].text)):
            j += 1
        if j > i:
            counted = (
                j < len(view.words) and view.words[j].is_word and not (view.words[j].isa("breaks") or view.words[j].isa("prepositions"))
            )
            yield i, j + 1 if counted else j
            i = j
        i += 1


def _compound(word: str) -> bool:
    head = word.split("-")[0].lower()
    return "-" in word and head.endswith("ty")


def reasons(view: SentenceView) -> Iterator[Range]:
    """Clauses that give a reason or a purpose, their conjunction included."""
    words = view.words
    for i, w in enumerate(words):
        low = w.text.lower()
        follows = words[i + 1].text.lower() if i + 1 < len(words) else ""
        if (
            low == "because"
            or (low == "so" and follows in ("that", "he", "she", "they", "i", "we"))
            or (low in ("since", "for") and follows in _SUBJECTS)
        ):
            yield i, clause_end(view, i, 22)
        elif low == "in" and follows == "order":
            yield i, clause_end(view, i, 16)


_SUBJECTS = frozenset(("i", "he", "she", "it", "they", "we", "you", "there"))


def clause_end(view: SentenceView, i: int, longest: int) -> int:
    """The end of the clause that holds word ``i``, at most ``longest`` words on."""
    j = i + 1
    while j < len(view.words) and j - i < longest and not is_break(view, j):
        j += 1
    return j


def clause_around(view: SentenceView, i: int) -> Range:
    """The stretch between clause marks around word ``i``."""
    a = i
    while a > 0 and not is_break(view, a - 1):
        a -= 1
    return a, clause_end(view, i, len(view.words))


def clauses_of(view: SentenceView) -> list[Range]:
    """The clauses of a sentence: cut at marks and before conjunctions that open a clause."""
    out: list[Range] = []
    start = 0
    for i, w in enumerate(view.words):
        opens = i > start and w.isa("clause_openers") and not view.words[i - 1].isa("prepositions")
        if is_break(view, i) or opens:
            if i > start:
                out.append((start, i))
            start = i if opens else i + 1
    if start < len(view.words):
        out.append((start, len(view.words)))
    return out
