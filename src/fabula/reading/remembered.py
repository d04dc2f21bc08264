"""Frames that leave the story's present: flashbacks, dreams, stories told in dialogue, thoughts set in italics."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from fabula.elements import Frame, Quote
from fabula.layers import ParagraphKind, Sentences
from fabula.lexicons import sections, words
from fabula.reading.cast import Cast
from fabula.reading.tense import past_forms, pluperfects, present_forms
from fabula.reading.textview import FILL
from fabula.reading.times import TimePhrase, find_times
from fabula.reading.written import ORIGIN, Page
from fabula.spans import Span
from fabula.text.manuscript import Manuscript

_SHORTEST = 150  # characters of a flashback or dream worth a frame
_LONGEST_DREAM = 30  # paragraphs
_TOLD = 350  # characters of speech that may be a told story


@dataclass(frozen=True, slots=True)
class Telling:
    """What the rules of this module look at: the page, its narration (speech blanked), sentences by paragraph."""

    page: Page
    narration: str
    sentences: tuple[tuple[Span, ...], ...]
    stretches: tuple[tuple[int, int], ...]

    def narrated(self, row: int) -> list[Span]:
        """The sentences of a paragraph that are at least half narration."""
        return [s for s in self.sentences[row] if 2 * self.narration.count(FILL, s.start, s.end) <= s.length]


def sentences_by_paragraph(page: Page, sentences: Sentences) -> tuple[tuple[Span, ...], ...]:
    rows: list[list[Span]] = [[] for _ in page.spans]
    for start, end, paragraph in zip(sentences.start.tolist(), sentences.end.tolist(), sentences.paragraph.tolist(), strict=True):
        rows[paragraph].append(Span(start, end))
    return tuple(tuple(r) for r in rows)


def _alternatives(section: str) -> str:
    return "|".join(sections("frames")[section])


@cache
def _dream() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_alternatives('dream')})", re.I)


@cache
def _wake() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words('frames', 'wake'))})\b", re.I)


@cache
def _memory() -> re.Pattern[str]:
    return re.compile(rf"(?:{_alternatives('memory')})", re.I)


def opens_earlier(text: str, start: int, end: int) -> TimePhrase | None:
    """The phrase that puts what follows before what went before, where one stands at the very opening of ``[start, end)``."""
    phrases = find_times(text, start, min(end, start + 90))
    first = next((p for p in phrases if p.span.start - start <= 4), None)
    return first if first is not None and first.kind == "earlier" and (first.days is None or first.days <= -1) else None


def _heading_mark(page: Page, row: int, section: str) -> bool:
    mark = re.sub(r"[^\w ]", "", page.bare(row).of(page.text)).strip().lower()
    return mark in {re.sub(r"[^\w ]", "", w) for w in words("frames" if section.startswith("flashback") else "time", section)}


def marked_flashbacks(telling: Telling) -> Iterator[Frame]:
    """Flashbacks between lines that say so ("*Flashback*" … "*End of flashback*"), to the next break where no end is marked."""
    page = telling.page
    row = 0
    while row < len(page.spans):
        row += 1
        if page.bare(row - 1).length > 30 or not _heading_mark(page, row - 1, "flashback_mark"):
            continue
        last = row - 1
        while last + 1 < len(page.spans) and page.running(last + 1) and not _heading_mark(page, last + 1, "flashback_end"):
            last += 1
        if last > row - 1:
            yield Frame(start=page.spans[row].start, end=page.spans[last].end, kind="flashback", confidence=0.9, origin=ORIGIN)
        row = last + 1


def whole_flashbacks(telling: Telling) -> Iterator[Frame]:
    """Stretches between breaks that open with "three years earlier", in a heading or in their first words; never the story's first."""
    page = telling.page
    for first, last in telling.stretches[1:]:
        running = [r for r in range(first, last) if page.running(r)]
        headings = [r for r in range(first, last) if page.kinds[r] == ParagraphKind.HEADING]
        if not running:
            continue
        opening = page.bare(running[0])
        headed = any(opens_earlier(page.text, *page.bare(h)) for h in headings)
        heard = opening.start == page.spans[running[0]].start or page.apart[running[0]]
        told = heard and opens_earlier(telling.narration, *opening)
        span = Span(page.spans[running[0]].start, page.spans[running[-1]].end)
        if (headed or told) and span.length >= _SHORTEST:
            yield Frame(start=span.start, end=span.end, kind="flashback", confidence=0.8 if headed else 0.65, origin=ORIGIN)


def _looks_back(telling: Telling, row: int) -> tuple[int, int, bool]:
    """(narrated sentences, those with a pluperfect, whether a time in the past is named) of a paragraph."""
    sentences = telling.narrated(row)
    back = sum(bool(pluperfects(telling.narration, *s)) for s in sentences)
    span = telling.page.spans[row]
    past = any(p.kind in ("earlier", "date") for p in find_times(telling.narration, span.start, span.end)) if back else False
    return len(sentences), back, past


def _goes_on(telling: Telling, row: int) -> bool:
    """Whether a paragraph after a pluperfect one still tells of the past: no speech first, a pluperfect or a past date in it."""
    page = telling.page
    if row >= len(page.spans) or not page.running(row) or page.apart[row]:
        return False
    span = page.spans[row]
    if telling.narration[span.start] == FILL or not telling.narrated(row):
        return False
    opening = find_times(telling.narration, span.start, min(span.end, span.start + 50))
    dated = bool(opening) and opening[0].kind in ("date", "later", "earlier") and re.match(r"(?:Then|And then|After that)\b", page.text[span.start : span.end])
    return _looks_back(telling, row)[1] >= 1 or bool(dated)


def pluperfect_flashbacks(telling: Telling) -> Iterator[Frame]:
    """Runs of paragraphs that open in the pluperfect and stay in the past: several pluperfects, or two and a date in the past."""
    page, row = telling.page, 0
    while row < len(page.spans):
        first, row = row, row + 1
        if not page.running(first) or page.apart[first]:
            continue
        count, back, past = _looks_back(telling, first)
        if back < 2 or 3 * back < count or (telling.narration[page.spans[first].start] == FILL):
            continue
        last, total = first, back
        while _goes_on(telling, last + 1):
            last += 1
            total += _looks_back(telling, last)[1]
        start = next(s for s in telling.narrated(first) if pluperfects(telling.narration, *s)).start
        span = Span(start, page.spans[last].end)
        anchored = past or any(_looks_back(telling, r)[2] for r in range(first + 1, last + 1))
        if span.length >= 2 * _SHORTEST and (total >= 5 or (anchored and total >= 3)):
            confidence = min(0.75, 0.45 + 0.05 * total + (0.1 if anchored else 0.0))
            yield Frame(start=span.start, end=span.end, kind="flashback", confidence=round(confidence, 2), origin=ORIGIN)
        row = last + 1


def remembered(telling: Telling) -> Iterator[Frame]:
    """Paragraphs that open with a memory coming back and go on in it."""
    page = telling.page
    for row, span in enumerate(page.spans):
        m = _memory().search(telling.narration, span.start, min(span.end, span.start + 60)) if page.running(row) else None
        sentences = telling.narrated(row) if m else []
        if m and len(sentences) >= 4 and span.length >= 2 * _SHORTEST and telling.narration.count(FILL, span.start, span.end) == 0:
            yield Frame(start=span.start, end=span.end, kind="flashback", confidence=0.55, origin=ORIGIN)


def _dreamer(cast: Cast, m: re.Match[str]) -> str | None:
    who = {c for x in cast.mentions_in(*m.span()) if len(x.who) == 1 for c in x.who}
    return who.pop() if len(who) == 1 else None


def dreams(telling: Telling, cast: Cast) -> Iterator[Frame]:
    """From the sentence that says someone dreams to the one before they wake; without a waking, that paragraph where it is long."""
    page, narration, row = telling.page, telling.narration, 0
    while row < len(page.spans):
        first, row = row, row + 1
        m = _dream().search(narration, *page.spans[first]) if page.running(first) else None
        if m is None or any(w in narration[max(0, m.start() - 25) : m.end() + 5].lower() for w in words("frames", "not_dream")):
            continue
        start = max((s.start for s in telling.sentences[first] if s.start <= m.start()), default=m.start())
        end = _dream_end(telling, first, m.end())
        if end is None:
            span = page.spans[first]
            end = span.end if len([s for s in telling.narrated(first) if s.start >= start]) >= 3 else None
        if end is not None and end - start >= _SHORTEST:
            yield Frame(start=start, end=end, kind="dream", by=_dreamer(cast, m), confidence=0.65, origin=ORIGIN)
            while row < len(page.spans) and page.spans[row].end <= end:
                row += 1


def _dream_end(telling: Telling, first: int, after: int) -> int | None:
    page = telling.page
    for row in range(first, min(first + _LONGEST_DREAM, len(page.spans))):
        span = page.spans[row]
        if row > first and page.kinds[row] == ParagraphKind.HEADING:
            return None
        m = _wake().search(telling.narration, max(span.start, after), span.end)
        if m:
            before = [s for s in telling.sentences[row] if s.end <= m.start()]
            return before[-1].end if before and before[-1].end > after else page.spans[row - 1].end if row > first else None
    return None


def _continued(quotes: tuple[Quote, ...], text: str) -> Iterator[tuple[Quote, Span]]:
    """Speeches with their whole range: a quotation and those that carry it on over paragraphs, same speaker, nothing between."""
    i = 0
    while i < len(quotes):
        first, end = quotes[i], quotes[i].end
        i += 1
        while i < len(quotes) and quotes[i].speaker == first.speaker and text[end - 1] not in "\"”»" and not text[end : quotes[i].start].strip():
            end = quotes[i].end
            i += 1
        yield first, Span(first.start, end)


def told(telling: Telling, quotes: tuple[Quote, ...]) -> Iterator[Frame]:
    """Long speeches that tell what happened: mostly past forms. A tale is a ``told_story``, one's own past a ``flashback``."""
    text = telling.page.text
    tale = re.compile(rf"\b(?:{'|'.join(words('frames', 'tale'))})\b", re.I)
    for quote, span in _continued(quotes, text):
        if span.length < _TOLD or quote.kind != "speech":
            continue
        past, present = past_forms(text, *span), present_forms(text, *span)
        per_sentence = past / max(1, len(re.findall(r"[.!?…]+", span.of(text))))
        if past >= 6 and past >= 3 * present and per_sentence >= 0.6:
            kind = "told_story" if tale.search(text, span.start, span.start + 120) else "flashback"
            yield Frame(
                start=span.start, end=span.end, kind=kind, by=quote.speaker, to=quote.addressees, confidence=0.6, origin=ORIGIN
            )  # fmt: skip


@cache
def _thought_tag() -> re.Pattern[str]:
    return re.compile(rf"(?P<who>\w+),? (?:{'|'.join(sorted(words('frames', 'thought'), key=len, reverse=True))})\b")


def thoughts(manuscript: Manuscript, telling: Telling, cast: Cast, quotes: tuple[Quote, ...]) -> Iterator[Frame]:
    """Sentences in italics that are no emphasis: with a tag of thought beside them, or whole sentences with an I or a you."""
    text = manuscript.text
    for q in quotes:
        if q.kind == "thought":
            yield Frame(start=q.start, end=q.end, kind="thought", by=q.speaker, confidence=min(0.8, q.confidence), origin=ORIGIN)
    for span in manuscript.emphasis:
        said = span.of(text)
        if FILL in telling.narration[span.start : span.end] or len(said.split()) < 3:
            continue
        tag = _thought_tag().search(telling.narration, max(0, span.start - 40), min(len(text), span.end + 40))
        whole = said[:1].isupper() and said.rstrip("*_")[-1:] in ".?!…,—"
        own = re.search(r"\b(?:I|me|my|you|your|we|us)\b", said) is not None
        if whole and (tag or own):
            near = [m for m in cast.mentions_in(max(0, span.start - 40), min(len(text), span.end + 40)) if tag and tag.start() <= m.start < tag.end()]
            who = near[0].who[0] if near and len(near[0].who) == 1 else None
            yield Frame(start=span.start, end=span.end, kind="thought", by=who, confidence=0.75 if tag else 0.5, origin=ORIGIN)
