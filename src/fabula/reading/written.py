"""Frames that someone wrote: letters, e-mails, diary entries, chats and texts, and songs or verse set apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise

from fabula.elements import Frame
from fabula.layers import ParagraphKind
from fabula.lexicons import words
from fabula.reading.cast import Cast
from fabula.reading.letter_lines import closing, salutation
from fabula.reading.sheet import WRAP, Page
from fabula.reading.times import find_times
from fabula.spans import Span

ORIGIN = "frames@2"
_OPENING_QUOTES = "\"“‘«„'"
_LONGEST_LETTER = 80  # paragraphs
_SIGNATURE_WORDS = 8
_LONGEST_DATELINE = 80
_SEVERAL_DATELINES = 3
_SCRIPT = 0.8
"""Share of a story in lines "Name: …" from which it is a play rather than a story with chats in it."""


def named(name: str, at: Span, cast: Cast) -> str | None:
    """The character whom a name in a salutation, a signature or a chat stands for; None where it is open.

    A name that is somebody's comes first, then initials, then a mention that covers the name, then a surname that only one bears.
    """
    key = name.strip(WRAP + ".,!:—–-").lower()
    forms = {c.id: {c.name.lower(), *(a.text.lower() for a in c.aliases)} for c in cast.characters.values()} if key else {}
    found = {c for c, names in forms.items() if key in names}
    if not found and re.fullmatch(r"(?:[a-z]\.? ?){2,3}", key):
        initials = re.sub(r"[^a-z]", "", key)
        found = {c for c, names in forms.items() if initials in {"".join(w[0] for w in n.split()) for n in names}}
    if not found:
        covering = (m for m in cast.mentions_in(at.start, at.end) if 2 * (m.end - m.start) > len(key))
        found = {m.who[0] for m in covering if len(m.who) == 1}
    if not found and key:
        found = {c for c, names in forms.items() if any(" " in n and n.split()[-1] == key.split()[-1] for n in names)}
    return found.pop() if len(found) == 1 else None


def _last_line(page: Page, row: int) -> Span:
    span = page.bare(row)
    cut = page.text.rfind("\n", span.start, span.end)
    return Span(cut + 1, span.end) if cut >= 0 else span


def _signature(page: Page, row: int, cast: Cast) -> tuple[bool, str | None]:
    """Whether a paragraph closes a letter, and who signs."""
    span = page.bare(row)
    short = len(span.of(page.text).split()) <= _SIGNATURE_WORDS
    line = _last_line(page, row)
    words_ = line.of(page.text).strip(WRAP).split()
    if not words_ or len(words_) > _SIGNATURE_WORDS:
        return False, None
    name = re.sub(r"^[—–\- ]+|(?<=\w)[,.]$", "", " ".join(words_))
    who = named(name, line, cast)
    dashed = line.of(page.text).lstrip(WRAP)[:1] in "—–-"
    initials = re.fullmatch(r"(?:[A-Z]\.? ?){1,3}", name) is not None
    closes = closing().match(span.of(page.text)) is not None and short and span.of(page.text).rstrip(WRAP)[-1:] not in "?!"
    capital = all(w[:1].isupper() for w in name.split()) and len(name.split()) <= 3
    if closes and who is None:
        who = next((named(w, line, cast) for w in reversed(name.split()) if w[:1].isupper() and named(w, line, cast)), None)
    alone = short and line.of(page.text).rstrip(WRAP)[-1:] not in "?!:;" and len(words_) <= 4
    return closes or (alone and capital and (who is not None or dashed or initials)), who


def is_dateline(page: Page, row: int) -> bool:
    """Whether a paragraph is the line above a letter that says where or when it was written: short, set off, with a time in it."""
    span, bare = page.spans[row], page.bare(row)
    if bare.length > _LONGEST_DATELINE or page.kinds[row] == ParagraphKind.BREAK or page.text[span.start] in _OPENING_QUOTES:
        return False
    set_off = page.text[span.start] in "*_" and page.text[span.end - 1] in "*_"
    return set_off and any(p.kind != "earlier" for p in find_times(page.text, *bare))


def _first_row(page: Page, row: int) -> int:
    """Where a letter begins whose salutation stands in ``row``: with the line of place and date above it."""
    return row - 1 if row and is_dateline(page, row - 1) else row


def _letter_end(page: Page, first: int, cast: Cast) -> tuple[int, str | None, float] | None:
    """Last paragraph, writer and confidence of a letter whose salutation stands in ``first``; None where no end is to be seen."""
    apart, text = page.apart[first], page.text
    quoted = text[page.spans[first].start] in _OPENING_QUOTES
    last, signed, who = first, False, None
    for row in range(first + 1, min(first + _LONGEST_LETTER, len(page.spans))):
        open_quote = text[page.spans[row].start] in _OPENING_QUOTES
        postscript = signed and re.match(r"P\.? ?S\b", page.bare(row).of(text)) is not None
        outside = (apart and not page.apart[row]) or (quoted and not apart and not open_quote)
        if not page.running(row) or (outside and not postscript) or is_dateline(page, row) or _is_mail(page, row):
            break
        closes, by = _signature(page, row, cast)
        if signed and not closes and not postscript:
            break
        last, signed, who = row, signed or closes, by or who
        if quoted and not apart and text[page.spans[row].end - 1] in "\"”’»'" and not signed:
            break
    if signed:
        return last, who, 0.85
    closed_by_break = last + 1 >= len(page.spans) or not page.running(last + 1)
    if apart or quoted or (closed_by_break and last - first <= 25):
        return last, None, 0.65 if apart or quoted else 0.5
    return None


def _salutation_at(page: Page, row: int, cast: Cast) -> tuple[str | None, bool] | None:
    """(addressee, whether the salutation fills the paragraph) where a paragraph opens a letter."""
    text, bare = page.text, page.bare(row)
    m = salutation().match(text, bare.start, bare.end)
    if m:
        within = m["inline"] is not None and not page.apart[row]
        tagged = text[page.spans[row].start] in _OPENING_QUOTES and text[page.spans[row].end - 1] not in "\"”»'’"
        if within and (tagged or len(bare.of(text).split()) < 30):
            return None  # speech: “Dear Ann,” he said
        group = next((g for g in ("n1", "n2", "n3") if m[g]), None)
        who = named(m[group], Span(*m.span(group)), cast) if group else None
        return who, m.end() >= bare.end
    vocative = re.fullmatch(r"[A-Z][\w'’.-]*(?: [\w'’.-]+){0,3}[,:—–]", bare.of(text))
    if vocative and page.apart[row]:
        return named(vocative.group(), bare, cast), True
    return None


@cache
def _letter_cue() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words('frames', 'letter_cue'))})\b", re.I)


def _is_spoken(page: Page, first: int, confidence: float) -> bool:
    """Whether a salutation in quotation marks is rather an address: no signature, and nothing near that tells of a letter."""
    span = page.spans[first]
    quoted = page.text[span.start] in _OPENING_QUOTES and not page.apart[first]
    before = page.text[max(0, span.start - 200) : span.start]
    return quoted and confidence < 0.8 and not (_letter_cue().search(before) and before.rstrip()[-1:] in ":,—-")


def letters(page: Page, cast: Cast) -> Iterator[Frame]:
    """Letters with a salutation, to their signature, the end of the set-apart block, or the next break."""
    row = 0
    while row < len(page.spans):
        opened = _salutation_at(page, row, cast) if page.running(row) else None
        end = _letter_end(page, row, cast) if opened else None
        if opened is None or end is None or (opened[1] and end[0] == row) or _is_spoken(page, row, end[2]):
            row += 1
            continue
        last, by, confidence = end
        span = Span(page.spans[_first_row(page, row)].start, page.spans[last].end)
        to = (opened[0],) if opened[0] else ()
        yield Frame(start=span.start, end=span.end, kind="letter", by=by, to=to, confidence=confidence, origin=ORIGIN)
        row = last + 1


@cache
def _header_line() -> re.Pattern[str]:
    return re.compile(rf"^[*_]*(?P<field>{'|'.join(words('frames', 'mail_header'))})[*_]*:[*_]*[ \t]*(?P<value>\S.*)$", re.M)


def _is_mail(page: Page, row: int) -> bool:
    """Whether a paragraph opens with the header of an e-mail."""
    return _header_line().match(page.text, page.spans[row].start) is not None


def mails(page: Page, cast: Cast) -> Iterator[Frame]:
    """E-mails: at least two header fields in running lines, one of them From or To, until the next break or mail."""
    heads: list[list[re.Match[str]]] = []
    for m in _header_line().finditer(page.text):
        if heads and not page.text[heads[-1][-1].end() : m.start()].strip(WRAP):
            heads[-1].append(m)
        else:
            heads.append([m])
    heads = [h for h in heads if len(h) > 1 and {"From", "To"} & {m["field"] for m in h}]
    starts = [s.start for s in page.spans]
    for i, head in enumerate(heads):
        limit = heads[i + 1][0].start() if i + 1 < len(heads) else len(page.text)
        row = max(r for r, s in enumerate(starts) if s <= head[-1].start())
        end = head[-1].end()
        while row < len(starts) and page.running(row) and page.spans[row].start < limit and not is_dateline(page, row):
            end = page.spans[row].end
            row += 1
        by = next((named(m["value"], Span(*m.span("value")), cast) for m in head if m["field"] == "From"), None)
        to = next((named(m["value"], Span(*m.span("value")), cast) for m in head if m["field"] == "To"), None)
        yield Frame(start=head[0].start(), end=end, kind="letter", by=by, to=(to,) if to else (), confidence=0.8, origin=ORIGIN)


@cache
def _chat_line() -> re.Pattern[str]:
    clock = r"(?:[\[(]?\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:\s?[AaPp]\.?[Mm]\.?)?[\])]?\s*[-–]?\s*)?"
    name = r"(?P<name>@?\w[\w.'’-]*(?: [\w.'’-]+){0,2}?)[*_\]>]{0,3}\s?(?:\(\d[^)\n]*\))?"
    return re.compile(rf"^[ \t>]*(?P<mark>[*_\[<]{{0,3}}){clock}{name}:[*_]{{0,3}}[ \t]+\S.*$", re.M)


def _is_sender(name: str) -> bool:
    return name.lower().strip(".") not in words("frames", "not_sender") and not name.isdigit()


def chats(page: Page, cast: Cast) -> Iterator[Frame]:
    """Texts and chats: two or more lines "Name: …" in a row, not a story that is a script from end to end."""
    lines = [m for m in _chat_line().finditer(page.text) if _is_sender(m["name"])]
    if sum(m.end() - m.start() for m in lines) > _SCRIPT * len(page.text):
        return
    runs: list[list[re.Match[str]]] = []
    for m in lines:
        if runs and not page.text[runs[-1][-1].end() : m.start()].strip(WRAP):
            runs[-1].append(m)
        else:
            runs.append([m])
    for run in runs:
        known = sum(bool(m["mark"] or named(m["name"], Span(*m.span("name")), cast)) for m in run)
        people = list(dict.fromkeys(w for m in run if (w := named(m["name"], Span(*m.span("name")), cast))))
        if len(run) < 2 or 2 * known < len(run) or (not people and len({m["name"] for m in run}) == len(run)):
            continue
        yield Frame(
            start=run[0].start(), end=run[-1].end(), kind="message", by=people[0] if people else None, to=tuple(people[1:]),
            confidence=0.9 if len(run) > 2 and people else 0.6, origin=ORIGIN,
        )  # fmt: skip


def _is_date(page: Page, row: int) -> bool:
    bare = page.bare(row)
    if bare.length > 60 or page.kinds[row] == ParagraphKind.BREAK or page.text[page.spans[row].start] in _OPENING_QUOTES:
        return False
    return any(p.kind == "date" and p.span.start - bare.start <= 12 and (p.day or p.year) for p in find_times(page.text, *bare))


def dated(page: Page, cast: Cast, free: Callable[[Span], bool]) -> Iterator[Frame]:
    """What stands under a line of place and date and opens with no salutation (postcards, notes), in a story with several such lines."""
    heads = [row for row in range(len(page.spans)) if is_dateline(page, row)]
    for row, limit in pairwise([*heads, len(page.spans)]):
        last = row
        while last + 1 < limit and page.running(last + 1):
            last += 1
        span = Span(page.spans[row].start, page.spans[last].end)
        if len(heads) >= _SEVERAL_DATELINES and last > row and free(span):
            by = next((who for r in (last, last - 1) if r > row and (who := _signature(page, r, cast)[1])), None)
            yield Frame(start=span.start, end=span.end, kind="letter", by=by, confidence=0.6, origin=ORIGIN)


def diaries(page: Page, narrator: str | None) -> Iterator[Frame]:
    """Diary entries: under a date of their own or "Dear diary", told by an I, in a story that calls them so; kind ``letter``."""
    if not re.search(r"\b(?:diary|journal|log)\b", page.text, re.I):
        return
    greeting = re.compile(r"dear (?:diary|journal)\b", re.I)
    dated = {r for r in range(len(page.spans)) if _is_date(page, r) or greeting.match(page.bare(r).of(page.text))}
    heads = sorted(r for r in dated if r - 1 not in dated)
    for row in heads:
        last = row
        while last + 1 < len(page.spans) and page.running(last + 1) and last + 1 not in dated:
            last += 1
        first = row if page.running(row) else min(row + 1, last)
        span = Span(page.spans[first].start, page.spans[last].end)
        own = len(re.findall(r"\b(?:I|my|me)\b", span.of(page.text))) >= 2
        if own and (len(heads) > 1 or "diary" in page.bare(row).of(page.text).lower()):
            yield Frame(start=span.start, end=span.end, kind="letter", by=narrator, confidence=0.6, origin=ORIGIN)


def verses(page: Page, free: Callable[[Span], bool]) -> Iterator[Frame]:
    """Songs and verse: short lines set apart, with a word of song near; ``free`` says whether a range is in no other frame."""
    song = re.compile(rf"\b(?:{'|'.join(words('frames', 'song'))})\b", re.I)
    row = 0
    while row < len(page.spans):
        last = row
        if page.apart[row] and page.running(row):
            while last + 1 < len(page.spans) and page.apart[last + 1] and page.running(last + 1):
                last += 1
            span = Span(page.spans[row].start, page.spans[last].end)
            lines = [line.strip(WRAP) for line in span.of(page.text).splitlines() if line.strip(WRAP)]
            short = len(lines) >= 2 and sum(map(len, lines)) <= 50 * len(lines) and sum(line[-1] == "." for line in lines) <= len(lines) / 2
            near = page.text[max(0, span.start - 300) : span.start] + page.text[span.end : span.end + 200]
            if short and free(span) and song.search(near):
                yield Frame(start=span.start, end=span.end, kind="lyrics", confidence=0.6, origin=ORIGIN)
        row = last + 1
