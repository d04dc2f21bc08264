"""Lore by rules: sentences that say how this world works in general, with who acts, when, until when and what happens otherwise.

A sentence is weighed by the language of rules in it (see lore_scoring). Rules come in company: where the text announces rules, or
between two of them, less is asked of a sentence than where it stands alone.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from fabula.elements import Lore
from fabula.layers import ParagraphKind, Quotations, Sentences
from fabula.reading.lore_scoring import FRAME_THRESHOLD, THRESHOLD, Setting, Weighed, cue, normal, weigh_unit
from fabula.reading.lore_topics import topics_of
from fabula.reading.steps import Step
from fabula.spans import Span
from fabula.text.manuscript import Manuscript

_FRAME_UNITS = 7  # how many sentences after an announcement of rules are read as rules more readily
_FRAME_GAP = 500  # code points after which the announcement is forgotten
_NEAR = 250  # code points between a rule and a neighbour that it helps
_LOOK = 4  # units on either side that may be company
_COMPANY = (0.0, 1.25, 2.0, 2.5)  # points for so many rules near by
_LONGEST = 420
_LEAST_SCORE = 0.5  # what a unit needs of its own, whatever stands around it
_LEAST_ANNOUNCING = 2.0  # and what it needs when it rather announces rules
_LEAST_PART = 12
_CHAIN_GAP = 600
_LEAST_STEPS = 3  # fewer are rules with an order in them, no procedure
_KIND = re.compile(
    r"\b(?:[Aa]n?|[Ee]very|[Ee]ach|[Nn]o|[Tt]he|[Aa]ny) ([A-Z][a-z]+)\b(?! [A-Z])"
)  # "a Warden": a kind, though with a capital
_SMALL_END = re.compile(r"(?<=[a-z]{3}[.!?])\s+(?=[a-z])")


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence, or the part of it inside or outside a quotation."""

    start: int
    end: int
    paragraph: int
    spoken: bool
    weighed: Weighed


def _parts(start: int, end: int, quotes: list[tuple[int, int]], starts: list[int]) -> Iterator[tuple[int, int, bool]]:
    """A sentence cut at the borders of quotations: (start, end, spoken)."""
    i = max(0, bisect_right(starts, start) - 1)
    at = start
    while i < len(quotes) and quotes[i][0] < end:
        a, b = quotes[i]
        i += 1
        if b <= at:
            continue
        if a > at:
            yield at, a, False
        yield max(a, at), min(b, end), True
        at = min(b, end)
    if at < end:
        yield at, end, False


def _small_sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Sentences of a story that writes everything small, which the sentence rules leave in one piece."""
    for m in _SMALL_END.finditer(text, start, end):
        yield start, m.start()
        start = m.end()
    yield start, end


def _told_in_the_past(text: str, spans: list[tuple[int, int, int, bool]]) -> bool:
    """Whether the narration is in the past tense, from its commonest verbs."""
    past = present = 0
    for start, end, _, spoken in spans:
        if not spoken:
            low = text[start:end].lower()
            past += len(re.findall(r"\b(?:was|were|had|did|said|went|came|asked|looked)\b", low))
            present += len(re.findall(r"\b(?:is|are|has|does|says|goes|comes|asks|looks)\b", low))
    return past >= present


def _units(manuscript: Manuscript, sentences: Sentences, quotations: Quotations) -> list[_Unit]:
    text, kinds = manuscript.text, manuscript.paragraphs.kind.tolist()
    quotes = [
        (s, e) for s, e, d in zip(quotations.start.tolist(), quotations.end.tolist(), quotations.depth.tolist(), strict=True) if d == 0
    ]
    starts = [s for s, _ in quotes]
    spans = [
        (a, b, p, spoken)
        for s, e, p in zip(sentences.start.tolist(), sentences.end.tolist(), sentences.paragraph.tolist(), strict=True)
        if kinds[p] in (ParagraphKind.BODY, ParagraphKind.SET_APART)
        for a, b, spoken in _parts(s, e, quotes, starts)
        for a, b in _small_sentences(text, a, b)
        if _LEAST_PART <= b - a <= 2 * _LONGEST
    ]
    past = _told_in_the_past(text, spans)
    vocabulary = frozenset(re.findall(r"\b[a-z]{3,}\b", text)) | frozenset(w.lower() for w in _KIND.findall(text))
    vocabulary |= frozenset(w + "s" for w in vocabulary)
    return [
        _Unit(a, b, p, spoken, weigh_unit(text[a:b], Setting(spoken=spoken, past_narration=past, vocabulary=vocabulary)))
        for a, b, p, spoken in spans
    ]


def _framed(units: list[_Unit]) -> list[bool]:
    """Which units follow close on an announcement of rules."""
    left, since = 0, 0
    out = [False] * len(units)
    for i, u in enumerate(units):
        out[i] = left > 0 and u.start - since <= _FRAME_GAP
        if u.weighed.announces:
            left, since = _FRAME_UNITS, u.end
        elif out[i]:
            left -= 1
            if u.weighed.score >= FRAME_THRESHOLD:
                since = u.end
    return out


def _company(i: int, units: list[_Unit], sure: list[bool]) -> float:
    """What the rules around a unit add to it."""
    near = 0
    for j in range(max(0, i - _LOOK), min(len(units), i + _LOOK + 1)):
        gap = max(units[j].start - units[i].end, units[i].start - units[j].end)
        near += j != i and sure[j] and gap <= _NEAR and units[j].spoken == units[i].spoken
    return _COMPANY[min(near, len(_COMPANY) - 1)]


def _chosen(units: list[_Unit]) -> list[tuple[_Unit, float]]:
    """The units that are rules, with their final scores: those that stand alone, then twice those that stand in their company."""
    framed = _framed(units)
    scores = [u.weighed.score + (THRESHOLD - FRAME_THRESHOLD if f else 0.0) for u, f in zip(units, framed, strict=True)]
    fits = [u.end - u.start <= _LONGEST and u.weighed.score >= (_LEAST_ANNOUNCING if u.weighed.announces else _LEAST_SCORE) for u in units]
    sure = [s >= THRESHOLD and f for s, f in zip(scores, fits, strict=True)]
    for _ in range(2):
        total = [s + _company(i, units, sure) if f else s for i, (s, f) in enumerate(zip(scores, fits, strict=True))]
        sure = [was or (t >= THRESHOLD and f) for was, t, f in zip(sure, total, fits, strict=True)]
    return [(u, t) for u, t, yes in zip(units, total, sure, strict=True) if yes]


def _first(section: str, text: str, start: int, end: int) -> Span | None:
    found = cue(section).search(normal(text[start:end]))
    if found is None:
        return None
    piece = text[start + found.start() : start + found.end()]
    left = start + found.start() + len(piece) - len(piece.lstrip(" ,;"))
    return Span(left, start + found.start() + len(piece.rstrip(" ,;\"”’'")))


def _kind(text: str, unit: _Unit, deadline: Span | None) -> Literal["rule", "habit", "procedure_step"]:
    low = normal(text[unit.start : unit.end]).lstrip(" \"'“‘«")
    if cue("order").search(low) or (
        deadline and re.search(r"\b(?:file|apply|submit|sign|send|visit|pay|renew|fill|register|attend)\w*\b", low)
    ):
        return "procedure_step"
    if cue("strong_deontic").search(low) is None and cue("deontic").search(low) is None and cue("frequency").search(low):
        return "habit"
    return "rule"


def _evidence(text: str, unit: _Unit) -> Span:
    """The unit without the quotation marks and blanks around it."""
    piece = text[unit.start : unit.end]
    left = unit.start + len(piece) - len(piece.lstrip(" \n\r\t\"“”'‘«»—–-"))
    return Span(left, unit.start + len(piece.rstrip(' \n\r\t"“”«»,—–')))


def _lore(text: str, unit: _Unit, score: float, topic: str) -> Lore:
    deadline = _first("deadline", text, unit.start, unit.end) or _first("frequency", text, unit.start, unit.end)
    condition = _first("condition", text, unit.start, unit.end)
    subject = unit.weighed.subject
    return Lore(
        id="",
        topic=topic,
        kind=_kind(text, unit, deadline),
        actor=Span(unit.start + subject[0], unit.start + subject[1]) if subject else None,
        condition=None if condition and deadline and deadline.contains(condition) else condition,
        deadline=deadline,
        otherwise=_first("otherwise", text, unit.start, unit.end),
        evidence=(_evidence(text, unit),),
        confidence=round(min(0.9, 0.35 + 0.08 * score), 2),
        origin=STEP.origin,
    )


def _chains(items: list[Lore]) -> Iterator[list[int]]:
    """Runs of rules that follow each other closely."""
    chain: list[int] = []
    for i, x in enumerate(items):
        if chain and x.evidence[0].start - items[chain[-1]].evidence[0].end > _CHAIN_GAP:
            yield chain
            chain = []
        chain.append(i)
    if chain:
        yield chain


def _numbered(items: list[Lore]) -> list[Lore]:
    """Ids in order of the text; the steps of a procedure, told closely after each other, are chained."""
    items = [replace(x, id=f"l{i}") for i, x in enumerate(items, start=1)]
    for chain in _chains(items):
        steps = [j for j in chain if items[j].kind == "procedure_step"]
        if len(steps) < _LEAST_STEPS:
            continue
        for place, j in enumerate(steps, start=1):
            follower = (items[steps[place]].id,) if place < len(steps) else ()
            items[j] = replace(items[j], order=place, next=follower)
    return items


def _run(manuscript: Manuscript, sentences: Sentences, quotations: Quotations) -> Mapping[str, Any]:
    text = manuscript.text
    chosen = _chosen(_units(manuscript, sentences, quotations))
    topics = topics_of(text, [(u.start, u.end) for u, _ in chosen])
    return {"lore": tuple(_numbered([_lore(text, u, score, topic) for (u, score), topic in zip(chosen, topics, strict=True)]))}


STEP = Step(name="lore", version="1", needs=("manuscript", "sentences", "quotations"), gives=("lore",), run=_run)
