"""What stands before the story in plain text: title, author, header lines, dedication, epigraph; and "The End" after it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fabula.lexicons import words
from fabula.text.blocks import Role
from fabula.text.headings import is_title_like, keyed_heading
from fabula.text.patterns import META_LINE, any_of, meta_keys, note_opener
from fabula.text.sheet import Sheet, collapse, undecorated, word_count

_BYLINE = re.compile(
    r"(?:(?:a|an|another)\s+(?:[\w-]+\s){0,3}?(?:story|novel|novella|tale|fic|fanfic|fanfiction|romance|one-?shot|drabble)\s)?"
    r"(?:written )?by:?\s+(?P<name>\S.{0,60})$",
    re.I,
)
_DEDICATION = re.compile(r"(?:_|\*)?(?:to|for|in memory of|dedicated to|this book is for)\b.{0,80}$", re.I)
_TO_SOMEBODY = re.compile(r"(?:to|for|in memory of|dedicated to) (?:my|all|the memory|whoever|everyone)\b[^.!?]{0,50}\.?$", re.I)
_ATTRIBUTION = re.compile(r"(?:^|\n)\s*[*_]*(?:--|[—–―-])\s*[*_]*[A-Z\"“_*'‘][^\n]{1,80}\s*$")
_IMPRINT = re.compile(
    r"\(?(?:\d{4}|copyright|©|\(c\)|all rights reserved|first published|translated (?:by|from)|illustrated|edited|with illustrations"
    r"|new york|london|in (?:two|three|\w+) (?:parts|volumes))\b.{0,100}$",
    re.I,
)
_HEAD_BLOCKS = 60


@dataclass(frozen=True, slots=True)
class Names:
    """What the head of a file says of the story."""

    title: str | None = None
    author: str | None = None
    language: str | None = None


def mark_front(sheet: Sheet) -> Names:
    """Mark title, author's name, header lines and dedication; return what they say."""
    said: dict[str, str] = {}
    end = _head_end(sheet)
    for i in range(end):
        if sheet.is_open(i):
            _mark_head_block(sheet, i, end, said)
        elif sheet.roles[i] is Role.TITLE:
            said.setdefault("title", sheet.bare(i))
    return Names(said.get("title"), said.get("author"), said.get("language"))


def _head_end(sheet: Sheet) -> int:
    """The block with which the story begins: the first chapter heading after nothing but short lines, or the first prose."""
    for i in range(min(len(sheet), _HEAD_BLOCKS)):
        role = sheet.roles[i]
        if role in (Role.CHAPTER, Role.PART):
            return i
        if role is Role.BODY and not sheet.fixed[i] and not _is_head_line(sheet, i):
            return i
    return min(len(sheet), _HEAD_BLOCKS)


def _is_head_line(sheet: Sheet, i: int) -> bool:
    if _meta(sheet.line(i)) is not None or _is_byline(sheet, i) or note_opener(edge=True).match(sheet.line(i)):
        return True
    block, line = sheet.blocks[i], sheet.bare(i)
    if block.lines > 4 or len(line) > 100 or (line[0] in '"“‘«—–' and not line.isupper()):
        return False
    if _IMPRINT.match(line) or (_DEDICATION.match(line) and _heading_soon(sheet, i)):
        return True
    if i and _TO_SOMEBODY.match(line):
        return True
    if i > 12 and not _heading_soon(sheet, i):
        return False
    return _could_be_title(sheet, i)


def _could_be_title(sheet: Sheet, i: int) -> bool:
    line = sheet.bare(i)
    if (line[-1:] in ".,;:" and not line.isupper()) or is_date(line):
        return False
    if line.isupper() or sheet.line(i) != line or sheet.blocks[i].indent > 8:
        return True
    if word_count(line) > 12:
        return False
    following = sheet.line(i + 1) if i + 1 < len(sheet) else ""
    return is_title_like(line) or bool(_BYLINE.match(following)) or (i == 0 and sheet.gap_after(i) > 1 and line[-1:] not in "!?")


def is_date(line: str) -> bool:
    """Whether a line says when, as the head of a diary's entry does.

    >>> is_date("12th March"), is_date("Monday, 6 a.m."), is_date("March Winds"), is_date("1984")
    (True, True, False, True)
    """
    said = re.findall(r"\w+", line.lower())
    dated = any(w in words("headings", "dates") for w in said)
    return all(w.isdigit() for w in said) or (dated and any(w[0].isdigit() or w in words("headings", "hours") for w in said))


def _heading_soon(sheet: Sheet, i: int) -> bool:
    return any(sheet.roles[k] in (Role.CHAPTER, Role.PART) for k in range(i, min(i + 12, len(sheet))))


def _meta(line: str) -> tuple[str, str] | None:
    """``(what, value)`` of a header line, "" for a key of which nothing is taken."""
    match = META_LINE.match(line) if len(line) < 1200 else None
    if match is None:
        return None
    what = meta_keys().get(match["key"].lower().strip().replace("’", "'"))
    return None if what is None else (what, undecorated((match["value"] or "").strip(" *_")))


def _is_byline(sheet: Sheet, i: int) -> bool:
    line = sheet.bare(i)
    if line.lower() == "by":
        return True
    match = _BYLINE.match(line)
    return match is not None and word_count(match["name"]) < 8 and line[-1] not in ",;!?" and (line[-1] != "." or len(line) < 40)


def _mark_head_block(sheet: Sheet, i: int, end: int, said: dict[str, str]) -> None:
    line = sheet.bare(i)
    meta = _meta(sheet.line(i))
    if meta is None and note_opener(edge=True).match(sheet.line(i)):
        return
    if meta is not None and not (meta[0] == "title" and not meta[1]):
        sheet.roles[i] = Role.FRONT
        if meta[0] and meta[1]:
            said.setdefault(meta[0], meta[1])
    elif _is_byline(sheet, i):
        sheet.roles[i] = Role.BYLINE
        match = _BYLINE.match(line)
        if match:
            said.setdefault("author", match["name"].strip(" .*_"))
    elif i and sheet.roles[i - 1] is Role.BYLINE and sheet.bare(i - 1).lower() == "by":
        sheet.roles[i] = Role.BYLINE
        said.setdefault("author", line)
    elif "title" not in said and not _IMPRINT.match(line) and _could_be_title(sheet, i):
        sheet.roles[i] = Role.TITLE
        title, author = _split_title(sheet, i)
        said["title"] = title
        if author:
            said.setdefault("author", author)
    elif i < end:
        sheet.roles[i] = Role.FRONT


def _split_title(sheet: Sheet, i: int) -> tuple[str, str | None]:
    """Title and author of a title block of several lines, or of "The Title by Ann Author"."""
    block = sheet.blocks[i]
    lines = [undecorated(collapse(x)) for x in sheet.text[block.start : block.end].splitlines() if x.strip()]
    author = None
    if len(lines) > 1 and (match := _BYLINE.match(lines[-1])):
        author = match["name"]
        lines.pop()
    elif match := re.match(r"(.{2,70}?),? by ([A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,4})$", lines[0]):
        return match[1], match[2]
    return " ".join(lines), author


def mark_epigraphs(sheet: Sheet) -> None:
    """Quoted words with their author's name between a heading and the story."""
    heads = [i for i, r in enumerate(sheet.roles) if r.is_heading or r is Role.FRONT]
    for i in ([-1] if not heads or heads[0] else []) + heads:
        rows: list[int] = []
        for k in range(i + 1, min(i + 5, len(sheet))):
            if sheet.roles[k] not in (Role.BODY, Role.APART) or sheet.size(k) > 1500:
                break
            rows.append(k)
            if _ends_in_attribution(sheet, k):
                sheet.set(rows, Role.EPIGRAPH)
                break
            if sheet.roles[k] is Role.BODY and not _hangs_on(sheet, k + 1) and not (sheet.line(k)[0] in "\"“‘'_*«" and sheet.size(k) < 400):
                break  # the story has begun


def _hangs_on(sheet: Sheet, i: int) -> bool:
    """Whether block ``i`` stands right under the one before it, in a file that parts paragraphs by blank lines."""
    return 0 < i < len(sheet) and sheet.blocks[i].gap == 0 and sheet.blocks[i - 1].gap > 0 and sheet.gap_after(i) > 0


def _ends_in_attribution(sheet: Sheet, i: int) -> bool:
    block = sheet.blocks[i]
    text = sheet.text[block.start : block.end]
    match = _ATTRIBUTION.search(text)
    if match is None:
        return sheet.roles[i] is Role.APART and _ends_in_name(text)
    name = match.group().strip().lstrip("—–―-*_ ")
    if word_count(name) > 12 or name[-1] in '?!:,;"”' or name[0] in '"“':
        return False
    if match.start() == 0:
        # A line of its own: dash dialogue begins so too; a name has no verb, so nearly every word has a capital.
        follows = i > 0 and sheet.roles[i - 1] in (Role.BODY, Role.APART)
        return follows and (is_title_like(name.rstrip(".")) or _hangs_on(sheet, i))
    # Prose that happens to be wrapped before a dash does not end a sentence there.
    return text[: match.start()].rstrip()[-1:] in ".!?…\"”’'_*;,)" and (
        is_title_like(re.sub(r"[.,_*]", " ", name).strip()) or name[-1] != "."
    )


def mark_end(sheet: Sheet) -> None:
    """ "The End" and the like, and the notes of printers between paragraphs."""
    ends = words("paratext", "end")
    aside = any_of("aside")
    for i, block in enumerate(sheet.blocks):
        if not sheet.is_open(i) or block.end - block.start > 600:
            continue
        line = sheet.line(i)
        if len(line) < 60 and _is_end(sheet.bare(i), ends) and i > len(sheet) // 20:
            sheet.roles[i] = Role.BACK
        elif (_FOOTNOTE.match(line) and (line[0] == "[" or _is_starred_note(sheet, i))) or (
            line[0] in "[(<0123456789" and (line[-1] in "])>" or line[0] not in "[(") and aside.match(line)
        ):
            sheet.roles[i] = Role.ASIDE


def _ends_in_name(text: str) -> bool:
    """Whether the last line of set-apart verse is no verse but its author: short, in capitals or further in than the others."""
    lines = text.splitlines()
    last = lines[-1].strip(" *_().")
    further = len(lines[-1]) - len(lines[-1].lstrip()) > 1
    return len(lines) > 1 and 0 < word_count(last) < 5 and is_title_like(last) and (last.isupper() or further)


_FOOTNOTE = re.compile(r"\[\d{1,3}\]\s+[A-Z\"“'‘_*]|\*+\s?[A-Z\"“]")


def _is_starred_note(sheet: Sheet, i: int) -> bool:
    """Whether block ``i`` is the footnote to a star at a word just before it, not emphasis or an action between stars."""
    line = sheet.line(i)
    if line.count("*") % 2 == 0 or line.startswith("* "):
        return False
    return any(re.search(r"\w[.,;:!?\"”']*\*+(?=\W|$)", sheet.line(k)) and sheet.line(k).count("*") % 2 for k in range(max(0, i - 5), i))


def _is_end(line: str, ends: frozenset[str]) -> bool:
    low = line.lower().strip(" .!*~-")
    if low in ends:
        return True
    return low.startswith("end of ") and keyed_heading(low[7:].removeprefix("the ").capitalize()) is not None
