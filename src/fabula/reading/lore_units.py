"""The units of lore: sentences, cut at the borders of quotations, each weighed as a rule."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace

from fabula.layers import ParagraphKind, Quotations, Sentences
from fabula.reading.lore_limits import limits
from fabula.reading.lore_scoring import Setting, Weighed, weigh_unit
from fabula.text.manuscript import Manuscript

_LONGEST = 840
_LEAST_PART = 5
_KIND = re.compile(
    r"\b(?:[Aa]n?|[Ee]very|[Ee]ach|[Nn]o|[Tt]he|[Aa]ny) ([A-Z][a-z]+)\b(?! [A-Z])"
)  # "a Warden": a kind, though with a capital
_SMALL_END = re.compile(r"(?<=[a-z]{3}[.!?])\s+(?=[a-z])")


@dataclass(frozen=True, slots=True)
class Unit:
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


def units_of(manuscript: Manuscript, sentences: Sentences, quotations: Quotations) -> list[Unit]:
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
        if _LEAST_PART <= b - a <= _LONGEST
    ]
    past = _told_in_the_past(text, spans)
    vocabulary = frozenset(re.findall(r"\b[a-z]{3,}\b", text)) | frozenset(w.lower() for w in _KIND.findall(text))
    vocabulary |= frozenset(w + "s" for w in vocabulary)
    settings = {spoken: Setting(spoken=spoken, past_narration=past, vocabulary=vocabulary) for spoken in (False, True)}
    return [Unit(a, b, p, spoken, _weighed(text[a:b], settings[spoken])) for a, b, p, spoken in spans]


def _weighed(text: str, setting: Setting) -> Weighed:
    """A unit's score: as a statement about this world, or as an obligation that somebody explains, whichever is more."""
    weighed = weigh_unit(text, setting)
    limit = limits(text, setting)
    return replace(weighed, score=limit, binding=True) if limit > max(0.0, weighed.score) else weighed
