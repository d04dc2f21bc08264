"""What is set apart inside a story: block quotations, indented blocks, letters, verse, runs of messages."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from fabula.lexicons import words
from fabula.spans import Span
from fabula.text.blocks import Role
from fabula.text.ornaments import wide_gaps
from fabula.text.sheet import Sheet, word_count

_MESSAGE = re.compile(
    r"(?:[\[(]?\d{1,2}[:.]\d{2}(?::\d{2})?(?:\s?[ap]\.?m\.?)?[\])]?\s*[-–]?\s*)?[*_<\[]*(?P<who>[\w@][\w.'’@-]*(?: [\w.'’-]+){0,2})[*_>\]]*"
    r"(?:\s*[(\[]\d{1,2}[:.]\d{2}[^)\]]{0,6}[)\]])?\s?:[*_]*\s+(?P<said>\S.*)$",
    re.S,
)
_SCRIPT_SHARE = 0.35
_LONGEST_LETTER = 40


def mark_set_apart(sheet: Sheet, emphasis: tuple[Span, ...]) -> None:
    """Mark blocks that are set apart from the narration around them."""
    _mark_messages(sheet)
    _mark_mail(sheet)
    _mark_indented(sheet)
    _mark_verse(sheet)
    _mark_insets(sheet)
    _mark_letters(sheet, _wholly_italic(sheet, emphasis))


def _message(sheet: Sheet, i: int) -> str | None:
    """Who sends the message in block ``i``, if it has the form of one."""
    if sheet.size(i) > 600:
        return None
    match = _MESSAGE.match(sheet.line(i))
    if match is None:
        return None
    who = match["who"].lower()
    if who.split()[0] in words("paratext", "not_speakers") or who.split()[-1] in _SAYING or who.isdigit():
        return None
    return who if match["said"][0] not in '"“‘«' else None


_SAYING = frozenset(
    {"said", "says", "asked", "replied", "added", "thing", "this", "that", "it", "was", "is", "them", "her", "him", "out", "read", "reads"}
)


def _mark_messages(sheet: Sheet) -> None:
    who = {i: name for i in range(len(sheet)) if sheet.is_open(i) and (name := _message(sheet, i)) is not None}
    if len(who) < 2 or len(who) > _SCRIPT_SHARE * max(len(sheet), 6):
        return
    run: list[int] = []
    for i in [*sorted(who), len(sheet) + 9]:
        if run and i != run[-1] + 1:
            if _is_conversation([who[k] for k in run]):
                sheet.set(run, Role.APART)
            run = []
        if i < len(sheet):
            run.append(i)


_MAIL_HEAD = re.compile(r"[*_]*(?P<key>from|to|cc|bcc|subject|re|date|sent|received|fwd|fw)[*_]*:[*_]*\s+\S", re.I)


def _mark_mail(sheet: Sheet) -> None:
    """The head of a mail, and the paragraph after it."""
    run: list[int] = []
    for i in range(len(sheet) + 1):
        if i < len(sheet) and sheet.is_open(i) and sheet.size(i) < 300 and _MAIL_HEAD.match(sheet.line(i)):
            run.append(i)
            continue
        keys = {m["key"].lower() for k in run if (m := _MAIL_HEAD.match(sheet.line(k)))}
        if len(keys) > 1 and keys & {"from", "to"}:
            sheet.set(run, Role.APART)
            if i < len(sheet) and sheet.is_open(i):
                sheet.roles[i] = Role.APART
        run = []


def _is_conversation(names: list[str]) -> bool:
    return len(names) > 1 and (len(set(names)) > 1 or len(names) > 2) and len(set(names)) <= max(2, len(names) * 0.8)


def _mark_indented(sheet: Sheet) -> None:
    """Blocks deeper than the file's paragraphs."""
    body = [i for i in range(len(sheet)) if sheet.is_open(i)]
    if len(body) < 4:
        return
    usual, count = Counter(sheet.blocks[i].indent for i in body).most_common(1)[0]
    if count < 0.6 * len(body):
        return
    for i in body:
        block = sheet.blocks[i]
        if block.indent >= usual + 2 and (block.lines > 1 or block.indent >= usual + 4):
            sheet.roles[i] = Role.APART


def _mark_verse(sheet: Sheet) -> None:
    """Lines that end on purpose: verse, addresses, notices; stacked dialogue is neither."""
    for i, block in enumerate(sheet.blocks):
        if not block.ragged or not sheet.is_open(i):
            continue
        lines = sheet.text[block.start : block.end].splitlines()
        speeches = sum(1 for x in lines if x.strip()[-1:] in "\"”'’" and x.strip()[:1] in "\"“'‘")
        if speeches < 0.5 * len(lines) and sum(1 for x in lines if x.strip()[:1].islower()) <= 0.34 * len(lines):
            sheet.roles[i] = Role.APART


def _mark_insets(sheet: Sheet) -> None:
    """What a colon announces and wide gaps enclose."""
    wide = wide_gaps(sheet)
    for first, last in pairwise(wide):
        announced = sheet.line(first - 1)[-1] == ":" or _is_greeting(sheet.line(first).strip("\"“”'‘"))
        if last - first > _LONGEST_LETTER // 2 or not announced:
            continue
        if all(sheet.is_open(k) for k in range(first, last)):
            sheet.set(range(first, last), Role.APART)


def _wholly_italic(sheet: Sheet, emphasis: tuple[Span, ...]) -> set[int]:
    """Blocks of which nothing but marks stands outside one range of emphasis."""
    out = set()
    at = 0
    for i, block in enumerate(sheet.blocks):
        while at < len(emphasis) and emphasis[at].end <= block.start:
            at += 1
        k, covered = at, 0
        while k < len(emphasis) and emphasis[k].start < block.end:
            covered += emphasis[k].length
            k += 1
        if covered and k - at < 4 and covered >= (block.end - block.start) - 8 and covered > 0.9 * (block.end - block.start - 8 * (k - at)):
            out.add(i)
    return out


def _mark_letters(sheet: Sheet, italic: set[int]) -> None:
    """Letters: a greeting, then paragraphs up to a closing; in italics, or with a closing that is plainly one."""
    i = 0
    while i < len(sheet):
        end = _letter_end(sheet, i, italic) if sheet.is_open(i) else i
        if end > i:
            sheet.set((k for k in range(i, end) if sheet.roles[k] is Role.BODY), Role.APART)
        i = max(end, i + 1)


def _letter_end(sheet: Sheet, i: int, italic: set[int]) -> int:
    """The block after the letter that begins in block ``i``; ``i`` if none does."""
    greeting = _is_greeting(sheet.line(i))
    if not greeting and not (i in italic and sheet.size(i) < 60 and sheet.line(i).strip("*_ ")[-1:] == ","):
        return i
    if i in italic:
        end = i + 1
        while end < len(sheet) and end in italic and sheet.roles[end] is Role.BODY:
            end += 1
        return end if end - i > 1 or sheet.size(i) > 120 else i
    dear = sheet.line(i).strip("*_ ").lower().startswith(("dear", "my dear"))
    for k in range(i + 1, min(i + _LONGEST_LETTER, len(sheet))):
        if sheet.roles[k].is_heading or sheet.roles[k].is_paratext:
            return i
        if dear and k > i + 1 and _is_signature(sheet.line(k)):
            return k + 1 + (k + 1 < len(sheet) and sheet.roles[k + 1] is Role.BODY and _is_signature(sheet.line(k + 1)))
        if _is_closing(sheet.line(k)):
            return k + 2 if sheet.line(k)[-1] == "," and k + 1 < len(sheet) and sheet.size(k + 1) < 40 else k + 1
    return i


_CRIES = frozenset({"god", "gods", "lord", "heaven", "heavens", "me", "merlin", "jesus", "christ"})


def _is_greeting(line: str) -> bool:
    """Whether a short line greets somebody as letters do."""
    bare = line.strip("*_ ")
    head = re.split(r"[,:—–]|--", bare, maxsplit=1)[0]
    if not head or len(head) > 60 or word_count(head) > 6 or head == bare or bare[0] in '"“‘«':
        return False
    low = head.lower()
    greets = any(low == g or low.startswith(g + " ") for g in words("paratext", "greeting"))
    rest = bare[len(head) :].strip(" ,:—–-")
    if low.split()[-1] in _CRIES:
        return False
    return greets and (not rest or (low.split()[0] in ("dear", "dearest", "my") and word_count(rest) > 5))


def _is_signature(line: str) -> bool:
    """Whether a line is nothing but a name or initials."""
    bare = line.strip("*_ —–-")
    words_in = bare.rstrip(".").split()
    return (
        0 < len(words_in) < 4
        and len(bare) < 30
        and bare[-1] not in "!?…,;:"
        and all(re.fullmatch(r"[A-Z][\w'’]*\.?|x+", w) for w in words_in)
    )


def _is_closing(line: str) -> bool:
    bare = line.strip("*_ ")
    if len(bare) > 70 or bare[:1] in '"“‘«':
        return False
    head = re.split(r"[,—–]|--", bare, maxsplit=1)[0].strip().lower()
    known = head in words("paratext", "closing") or re.match(
        r"(?:ever )?(?:yours|your (?:most )?(?:loving|affectionate|obedient|humble|devoted|faithful))\b", head
    )
    return bool(known) and word_count(bare) < 9
