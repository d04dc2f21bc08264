"""Author's notes: before the story, between chapters, after the end, and inside a paragraph."""

from __future__ import annotations

import re

from fabula.spans import Span
from fabula.text.blocks import Role
from fabula.text.patterns import inline_note, note_opener, talk
from fabula.text.sheet import Sheet, word_count

_LONGEST_NOTE = 900
"""Words; what runs longer without a break is a story again."""

_SPEECH = re.compile('["“«„][^"”»“]{2,}[,.!?—–-]["”»“]')


def mark_notes(sheet: Sheet) -> None:
    """Blocks that are the author's talk to the readers."""
    rows = range(len(sheet))
    first = next((i for i in rows if _is_story(sheet, i)), len(sheet))
    i = 0
    while i < len(sheet):
        if not sheet.is_open(i) or sheet.size(i) > 40_000:
            i += 1
            continue
        edge = i < first or _after_heading(sheet, i) or _near_end(sheet, i)
        if note_opener(edge=edge).match(sheet.text, sheet.blocks[i].start, min(sheet.blocks[i].end, sheet.blocks[i].start + 80)):
            end = _end_of_note(sheet, i)
            sheet.set((k for k in range(i, end) if sheet.roles[k] is Role.BODY), Role.NOTE)
            i = end
            continue
        i += 1
    _mark_talk_at_edges(sheet)


def _is_story(sheet: Sheet, i: int) -> bool:
    return (
        sheet.roles[i] is Role.BODY
        and sheet.size(i) > 120
        and not note_opener(edge=True).match(sheet.line(i))
        and not talk().search(sheet.line(i))
    )


def _after_heading(sheet: Sheet, i: int) -> bool:
    k = i - 1
    while k >= 0 and sheet.roles[k] in (Role.BREAK, Role.NOTE):
        k -= 1
    return k >= 0 and sheet.roles[k].is_heading


def _near_end(sheet: Sheet, i: int) -> bool:
    """Whether little but talk stands between ``i`` and the next chapter or the end."""
    size = 0
    for k in range(i, min(i + 14, len(sheet))):
        if sheet.roles[k] in (Role.CHAPTER, Role.PART, Role.BACK):
            return True
        size += sheet.size(k)
        if size > 3000:
            return False
    return i + 14 >= len(sheet)


def _end_of_note(sheet: Sheet, i: int) -> int:
    """The block after the note that opens at ``i``."""
    stop = _boundary(sheet, i)
    between = range(i + 1, stop)
    inside = [k for k in between if sheet.roles[k] is Role.BODY]
    total = sum(word_count(sheet.line(k)) for k in inside[:60])
    speech = sum(1 for k in inside if _SPEECH.search(sheet.line(k)) and not talk().search(sheet.line(k)))
    closed = stop == len(sheet) or sheet.roles[stop] is not Role.BODY
    if closed and len(inside) < 13 and total < _LONGEST_NOTE and not speech and (total < 150 or _talk_share(sheet, inside) >= 0.34):
        return stop
    end = i + 1
    if end < len(sheet) and sheet.roles[end] is Role.BODY and _is_only_opener(sheet.line(i)):
        end += 1  # the opener stands on a line of its own: what follows is the note
    while (
        end < stop and sheet.roles[end] is Role.BODY and (talk().search(sheet.line(end)) or note_opener(edge=True).match(sheet.line(end)))
    ):
        end += 1
    return end


def _is_only_opener(line: str) -> bool:
    match = note_opener(edge=True).match(line)
    return match is not None and not line[match.end() :].strip(" *_-–—:")


def _boundary(sheet: Sheet, i: int) -> int:
    for k in range(i + 1, len(sheet)):
        if sheet.roles[k] is Role.BREAK or sheet.roles[k].is_heading or sheet.roles[k] in (Role.BACK, Role.FRONT):
            return k
        if k - i > 40:
            return k
    return len(sheet)


def _talk_share(sheet: Sheet, rows: list[int]) -> float:
    return sum(1 for k in rows if talk().search(sheet.line(k))) / max(1, len(rows))


def _mark_talk_at_edges(sheet: Sheet) -> None:
    """Talk without an opener: before a break at the top ("Hi everyone, first fic!"), after the last break or "The End"."""
    body = [i for i, r in enumerate(sheet.roles) if r is Role.BODY]
    if len(body) < 3:
        return
    top = []
    for i in body[:4]:
        if not _is_plain_talk(sheet, i):
            break
        top.append(i)
    if top and (i := top[-1] + 1) < len(sheet) and (sheet.roles[i] is Role.BREAK or sheet.roles[i].is_heading):
        sheet.set(top, Role.NOTE)
    ends = [i for i, r in enumerate(sheet.roles) if r in (Role.CHAPTER, Role.PART) and i > body[0]] + [len(sheet)]
    for end in ends:
        bottom = []
        for i in range(end - 1, max(end - 5, 0), -1):
            if sheet.roles[i] is Role.BODY and _is_plain_talk(sheet, i):
                bottom.append(i)
            elif sheet.roles[i] not in (Role.NOTE, Role.BACK, Role.FRONT, Role.BREAK) or bottom:
                break
        if bottom and (sheet.roles[bottom[-1] - 1] in (Role.BREAK, Role.BACK, Role.NOTE) or _asks_readers(sheet, bottom)):
            sheet.set(bottom, Role.NOTE)


_ASKS = re.compile(
    r"\b(?:reviews?|comments?|kudos|r&r|feedback|let me know (?:what|if|how)|thank(?:s| you) (?:so much |all )?for (?:reading|the)"
    r"|hope you (?:all )?(?:enjoy|like))",
    re.I,
)


def _asks_readers(sheet: Sheet, rows: list[int]) -> bool:
    """Whether talk asks for, or thanks for, what only readers can give."""
    return any(_ASKS.search(sheet.line(i)) for i in rows)


def _is_plain_talk(sheet: Sheet, i: int) -> bool:
    if sheet.size(i) > 1500:
        return False
    found = {m.group().lower() for m in talk().finditer(sheet.line(i))}
    words_in = word_count(sheet.line(i))
    return not _SPEECH.search(sheet.line(i)) and (len(found) > 1 or (len(found) == 1 and words_in < 15))


def inline_notes(sheet: Sheet) -> list[Span]:
    """Notes in brackets inside paragraphs of the story: "(A/N: sorry!)"."""
    pattern = inline_note()
    if not pattern.search(sheet.text):
        return []
    out = []
    for i, block in enumerate(sheet.blocks):
        if sheet.roles[i] is Role.BODY:
            out += [Span(*m.span()) for m in pattern.finditer(sheet.text, block.start, block.end) if m["bracket"]]
    return out


_SENTENCE = re.compile(r"[^.!?…]*[.!?…]+[)\"”'’*]*(?:\s+|$)")


_TITLE_RUN = re.compile(r"(?=[^a-z]{6})(?:[A-Z][A-Z'’&,:-]*\s+){2,10}(?=[A-Z][a-z])")
"""Words in capitals before a sentence that begins with its own capital: a title; not "IT WAS late", which only opens a story."""

_RULE = re.compile(r"\s*([-–—~*=#]{1,8})\s")


def split_points(text: str, span: Span) -> list[int]:
    """Where a paragraph that lost its line breaks changes from note to story or back: positions inside ``span``."""
    out = []
    start = span.start
    if title := _TITLE_RUN.match(text, start, min(span.end, start + 120)):
        start = title.end()
        out.append(start)
    opening = note_opener(edge=True).match(text, start, min(span.end, start + 80))
    if opening and span.end - start > 400:
        end = _end_of_talk(text, Span(start, span.end))
        if end < span.end:
            out.append(end)
            if rule := _RULE.match(text, end, span.end):
                out += rule.span(1)
    for match in inline_note().finditer(text, span.start + 40, span.end):
        # A note that closes the text: everything from its opener on.
        if not match["bracket"] and span.end - match.start() < 1500 and match.start() - span.start > span.length // 2:
            out.append(match.start())
            break
    return out


def _end_of_talk(text: str, span: Span) -> int:
    """The end of the last sentence of talk at the start of a paragraph."""
    end = at = span.start
    since = 0
    limit = min(span.end, span.start + 4000)
    while at < limit and (match := _SENTENCE.match(text, at, limit)):
        at = match.end()
        if talk().search(match.group()) or end == span.start:
            end, since = at, 0
        elif (since := since + 1) > 2:
            break
    return end
