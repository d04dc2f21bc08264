"""Frames that leave the story's present: flashbacks, dreams, stories told in dialogue, thoughts set in italics."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from fabula.elements import Frame, Quote
from fabula.lexicons import sections, words
from fabula.reading.cast import Cast
from fabula.reading.sheet import Page
from fabula.reading.tense import past_forms, pluperfects, present_forms
from fabula.reading.textview import FILL
from fabula.reading.times import TimePhrase, find_times
from fabula.reading.written import ORIGIN
from fabula.spans import Span
from fabula.text.manuscript import Manuscript

_SHORTEST = 150  # characters of a flashback or dream worth a frame
_LONGEST_DREAM = 2500  # characters
_LONGEST_MEMORY = 5000  # characters of a flashback that no break closes off
_INTERJECTION = 300  # characters of what a listener says while a story is told
_TAG = 60  # characters of a tag inside one speech
_TOLD = 400  # characters of speech that may be a told story


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


def marked_flashbacks(page: Page) -> Iterator[Frame]:
    """Flashbacks between lines that say so ("*Flashback*" … "*End of flashback*"), to the next break where no end is marked."""
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


def whole_flashbacks(page: Page) -> Iterator[Frame]:
    """Stretches between breaks that open with "three years earlier", in a heading or in their first words; never the story's first."""
    for first, last in page.stretches()[1:]:
        running = [r for r in range(first, last) if page.running(r)]
        headings = [r for r in range(first, last) if page.heads(r)]
        if not running:
            continue
        opening = page.bare(running[0])
        headed = any(opens_earlier(page.text, *page.bare(h)) for h in headings)
        heard = opening.start == page.spans[running[0]].start or page.apart[running[0]]
        told = heard and opens_earlier(page.narration, *opening)
        span = Span(page.spans[running[0]].start, page.spans[running[-1]].end)
        if (headed or told) and span.length >= _SHORTEST:
            yield Frame(start=span.start, end=span.end, kind="flashback", confidence=0.8 if headed else 0.65, origin=ORIGIN)


@cache
def _back_here() -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(sorted(words('time', 'back_here')))})\b", re.I)


def _is_far_back(page: Page, row: int, phrase: TimePhrase) -> bool:
    """Whether a row that opens with a time in the past goes on there: far back, in the simple past."""
    near = phrase.days > -30 if phrase.days is not None else phrase.span.of(page.text).lower().startswith(("last", "yesterday"))
    narration, span = page.narration, page.spans[row]
    if near or pluperfects(narration, *page.narrated(row)[0]):
        return False
    return past_forms(narration, *span) >= 3 * present_forms(narration, *span) + 2


def opened_flashbacks(page: Page) -> Iterator[Frame]:
    """From a paragraph that opens far back ("I was nineteen when") to where the story comes back, at the latest the next break."""
    for first, last in page.stretches():
        for row in range(first + 1, last):
            span = page.spans[row]
            phrase = opens_earlier(page.narration, *span) if page.running(row) and page.running(row - 1) else None
            if phrase is None or not _is_far_back(page, row, phrase):
                continue
            aside = page.text.startswith(("When ", "As "), span.start) and page.narration.count(FILL, *span) == 0
            end = row
            while end + 1 < last and page.running(end + 1) and not _back_here().match(page.text, *page.spans[end + 1]):
                if aside and end == row and page.narration[page.spans[end + 1].start] == FILL:
                    break  # "When I was nine …", told in one paragraph without a word of speech, and then somebody speaks
                end += 1
            whole = Span(span.start, page.spans[end].end)
            if _SHORTEST < whole.length <= _LONGEST_MEMORY:
                yield Frame(start=whole.start, end=whole.end, kind="flashback", confidence=0.55, origin=ORIGIN)
            break


@cache
def _pointing() -> re.Pattern[str]:
    """ "That had been in the hospital", "The first time he had heard her play": what follows is told where that was."""
    return re.compile(rf"(?:{_alternatives('pointing back')})", re.I)


@cache
def _set_back() -> re.Pattern[str]:
    """ "It had been June, the last good day": a time that a stretch is set at, though no date."""
    times = "|".join((*words("time", "months"), *words("time", "weekdays"), *words("time", "seasons")))
    return re.compile(rf"\b[Ii]t had been (?:[\w'’-]+ ){{0,3}}(?:{times})\b")


def _same_day(page: Page, row: int) -> bool:
    """Whether a row leads back to the day that the memory interrupted: "now", "that same afternoon"."""
    span = page.spans[row]
    opening = page.text[span.start : min(span.end, span.start + 90)]
    back = _back_here().match(opening) is not None and not opening.lower().startswith("that was all")
    return back or re.search(_alternatives("same day"), opening, re.I) is not None


def _opens_looking_back(page: Page, row: int) -> tuple[bool, bool]:
    """Whether a row opens in the pluperfect with a time in the past, and whether with words that point back to a time of their own."""
    sentences = page.narrated(row)
    if not sentences or page.narration[page.spans[row].start] == FILL or sentences[0].start > page.spans[row].start + 3:
        return False, False
    first = sentences[0]
    pointing = _pointing().match(page.text, *first) is not None
    back = bool(pluperfects(page.narration, *first))
    dated = any(p.kind in ("date", "earlier") for p in find_times(page.narration, *first)) or _set_back().search(page.narration, *first)
    return back and bool(dated or pointing), pointing


def looking_back(page: Page) -> Iterator[Frame]:
    """Stretches that open in the pluperfect at a time of their own and go on in the simple past ("There had been four of them, that
    summer"), and one that goes on with a date after such a one; in the middle of a stretch, what "that had been in the hospital" opens.
    """
    before = False
    for n, (first, last) in enumerate(page.stretches()):
        running = [r for r in range(first, last) if page.running(r)]
        opened = running[0] if running and n > 0 else -1
        whole = opened >= 0 and (_opens_looking_back(page, opened)[0] or (before and _goes_on_dated(page, opened)))
        before = whole
        starts = [opened] if whole else [r for r in running[1:] if _opens_looking_back(page, r)[1]][:1]
        for row in starts:
            end = row
            while end + 1 < last and page.running(end + 1) and not _same_day(page, end + 1):
                end += 1
            span = Span(page.spans[row].start, page.spans[end].end)
            if _SHORTEST < span.length <= _LONGEST_MEMORY:
                yield Frame(start=span.start, end=span.end, kind="flashback", confidence=0.55, origin=ORIGIN)


def _goes_on_dated(page: Page, row: int) -> bool:
    """Whether a row opens with a day of its own in the simple past: "It was the last day of September"."""
    span = page.spans[row]
    phrases = find_times(page.narration, span.start, min(span.end, span.start + 60))
    return any(p.kind == "date" and p.month is not None for p in phrases) and page.narration[span.start] != FILL


def _looks_back(page: Page, row: int) -> tuple[int, int]:
    """How many narrated sentences a row has, and how many of them stand in the pluperfect."""
    sentences = page.narrated(row)
    return len(sentences), sum(bool(pluperfects(page.narration, *s)) for s in sentences)


def _names_a_past_time(page: Page, first: int, last: int) -> bool:
    spans = page.spans[first : last + 1]
    return any(p.kind in ("earlier", "date") for span in spans for p in find_times(page.narration, *span))


def _goes_on(page: Page, row: int) -> bool:
    """Whether a row after a pluperfect one still tells of the past: no speech first, pluperfects or a past date in it."""
    if row >= len(page.spans) or not page.running(row) or page.apart[row]:
        return False
    span = page.spans[row]
    if page.narration[span.start] == FILL or not page.narrated(row):
        return False
    count, back = _looks_back(page, row)
    if 3 * back >= count:
        return True
    opening = find_times(page.narration, span.start, min(span.end, span.start + 50))
    dated = bool(opening) and opening[0].kind in ("date", "later", "earlier")
    return dated and re.match(r"(?:Then|And then|After that)\b", page.text[span.start : span.end]) is not None


def pluperfect_flashbacks(page: Page) -> Iterator[Frame]:
    """Runs of paragraphs that open in the pluperfect and stay in the past: many pluperfects, or several and a time in the past."""
    row = 0
    while row < len(page.spans):
        first, row = row, row + 1
        if not page.running(first) or page.apart[first] or page.narration[page.spans[first].start] == FILL:
            continue
        count, total = _looks_back(page, first)
        if total < 2 or 2 * total < count:
            continue
        last = first
        while _goes_on(page, last + 1):
            last += 1
            total += _looks_back(page, last)[1]
        row = last + 1
        start = next(s for s in page.narrated(first) if pluperfects(page.narration, *s)).start
        span = Span(start, page.spans[last].end)
        if span.length < 2 * _SHORTEST or total < 4:
            continue
        anchored = _names_a_past_time(page, first, last)
        if anchored or total >= 7:
            confidence = min(0.7, 0.35 + 0.03 * total + (0.15 if anchored else 0.0))
            yield Frame(start=span.start, end=span.end, kind="flashback", confidence=round(confidence, 2), origin=ORIGIN)


def remembered(page: Page) -> Iterator[Frame]:
    """Paragraphs that open with a memory coming back and go on in it."""
    for row, span in enumerate(page.spans):
        m = _memory().search(page.narration, span.start, min(span.end, span.start + 60)) if page.running(row) else None
        sentences = page.narrated(row) if m else []
        if m and len(sentences) >= 4 and span.length >= 2 * _SHORTEST and page.narration.count(FILL, span.start, span.end) == 0:
            yield Frame(start=span.start, end=span.end, kind="flashback", confidence=0.55, origin=ORIGIN)


def _dreamer(cast: Cast, m: re.Match[str]) -> str | None:
    who = {c for x in cast.mentions_in(*m.span()) if len(x.who) == 1 for c in x.who}
    return who.pop() if len(who) == 1 else None


def dreams(page: Page, cast: Cast) -> Iterator[Frame]:
    """From the sentence that says someone dreams to the one before they wake; without a waking, that paragraph where it is long."""
    narration, row = page.narration, 0
    while row < len(page.spans):
        first, row = row, row + 1
        m = _dream().search(narration, *page.spans[first]) if page.running(first) else None
        if m is None or any(w in narration[max(0, m.start() - 25) : m.end() + 5].lower() for w in words("frames", "not_dream")):
            continue
        start = max((s.start for s in page.sentences[first] if s.start <= m.start()), default=m.start())
        end = _dream_end(page, first, m.end())
        if end is None:
            span = page.spans[first]
            end = span.end if len([s for s in page.narrated(first) if s.start >= start]) >= 3 else None
        if end is not None and end - start >= _SHORTEST:
            yield Frame(start=start, end=end, kind="dream", by=_dreamer(cast, m), confidence=0.65, origin=ORIGIN)
            while row < len(page.spans) and page.spans[row].end <= end:
                row += 1


def _dream_end(page: Page, first: int, after: int) -> int | None:
    for row in range(first, len(page.spans)):
        span = page.spans[row]
        if span.start - after > _LONGEST_DREAM:
            return None
        if row > first and page.heads(row):
            return None
        m = _wake().search(page.narration, max(span.start, after), span.end)
        if m:
            before = [s for s in page.sentences[row] if s.end <= m.start()]
            return before[-1].end if before and before[-1].end > after else page.spans[row - 1].end if row > first else None
    return None


def _goes_on_speaking(text: str, end: int, first: Quote, following: Quote) -> bool:
    """Whether a quotation carries one on that ended at ``end``: over a paragraph left open, or after a short tag."""
    between = text[end : following.start]
    left_open = text[end - 1] not in '"”»' and not between.strip()
    tagged = "\n" not in between and len(between) <= _TAG
    return first.speaker is not None and following.speaker == first.speaker and (left_open or tagged)


def _continued(quotes: tuple[Quote, ...], text: str) -> Iterator[tuple[Quote, Span]]:
    """Speeches with their whole range: a quotation and those that carry it on, tags between them included."""
    i = 0
    while i < len(quotes):
        first, end = quotes[i], quotes[i].end
        i += 1
        while i < len(quotes) and _goes_on_speaking(text, end, first, quotes[i]):
            end = quotes[i].end
            i += 1
        yield first, Span(first.start, end)


@cache
def _any_of(section: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words('frames', section))})\b", re.I)


def _tells_the_past(text: str, span: Span) -> bool:
    past, present = past_forms(text, *span), present_forms(text, *span)
    if "\n\n" in span.of(text) and past >= 6 and past >= 2 * present:
        return True  # speech that runs over several paragraphs is a telling already
    per_sentence = past / max(1, len(re.findall(r"[.!?…]+", span.of(text))))
    return past >= 8 and past >= 4 * present and per_sentence >= 0.6 and _any_of("told_anchor").search(text, *span) is not None


def told(page: Page, quotes: tuple[Quote, ...]) -> Iterator[Frame]:
    """Long speeches that tell what happened: mostly past forms. A tale is a ``told_story``, one's own past a ``flashback``.

    What a listener puts in between does not end a telling: it goes on where the same speaker soon tells on.
    """
    open_frame: Frame | None = None
    for quote, span in _continued(quotes, page.text):
        if span.length < _TOLD or quote.kind != "speech" or not _tells_the_past(page.text, span):
            continue
        if open_frame is not None and open_frame.by == quote.speaker and span.start - open_frame.end <= _INTERJECTION:
            open_frame = replace(open_frame, end=span.end)
            continue
        if open_frame is not None:
            yield open_frame
        kind = "told_story" if _any_of("tale").search(page.text, max(0, span.start - 120), span.start + 120) else "flashback"
        open_frame = Frame(start=span.start, end=span.end, kind=kind, by=quote.speaker, to=quote.addressees, confidence=0.55, origin=ORIGIN)
    if open_frame is not None:
        yield open_frame


@cache
def _thought_tag() -> re.Pattern[str]:
    return re.compile(rf"(?P<who>\w+),? (?:{'|'.join(sorted(words('frames', 'thought'), key=len, reverse=True))})\b")


def thoughts(manuscript: Manuscript, page: Page, cast: Cast, quotes: tuple[Quote, ...]) -> Iterator[Frame]:
    """Sentences in italics that are no emphasis: with a tag of thought beside them, or whole sentences with an I or a you."""
    text = manuscript.text
    for q in quotes:
        if q.kind == "thought" and len(text[q.start : q.end].split()) >= 3:
            yield Frame(start=q.start, end=q.end, kind="thought", by=q.speaker, confidence=min(0.8, q.confidence), origin=ORIGIN)
    for span in manuscript.emphasis:
        said = span.of(text)
        if FILL in page.narration[span.start : span.end] or len(said.split()) < 3:
            continue
        tag = _thought_tag().search(page.narration, max(0, span.start - 40), min(len(text), span.end + 40))
        whole = said[:1].isupper() and said.rstrip("*_")[-1:] in ".?!…,—"
        own = re.search(r"\b(?:I|me|my|you|your|we|us)\b", said) is not None
        if tag or (whole and own):
            near = [m.who for m in cast.mentions_in(*tag.span())] if tag else []
            who = near[0][0] if near and len(near[0]) == 1 else None
            yield Frame(start=span.start, end=span.end, kind="thought", by=who, confidence=0.75 if tag else 0.5, origin=ORIGIN)
