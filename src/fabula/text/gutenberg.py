"""Project Gutenberg: markers, licence, credits. What stands before the start and after the end marker is not the story."""

from __future__ import annotations

import re

from fabula.text.blocks import Role
from fabula.text.patterns import any_of
from fabula.text.sheet import Sheet

_BOOK_LINE = re.compile(
    r"(?:the )?project gutenberg(?:['’]s)?(?: e-?(?:book|text))?(?: of|,)? (?P<title>.+?)(?:,? by (?P<author>[^,\[]+))?(?:\s*\[.*)?$", re.I
)


def mark_gutenberg(sheet: Sheet) -> tuple[str | None, str | None]:
    """Mark front and back matter; return title and author where the boilerplate tells them."""
    if "gutenberg" not in sheet.text[:20_000].lower() and "gutenberg" not in sheet.text[-40_000:].lower():
        return None, None
    start = _last(sheet, "gutenberg_start", range(min(len(sheet), 120)))
    end = _first(sheet, "gutenberg_end", range(max(start + 1, len(sheet) // 3), len(sheet)))
    if start >= 0:
        sheet.set(range(start + 1), Role.FRONT)
    if end is not None:
        sheet.set(range(end, len(sheet)), Role.BACK)
    _mark_credits(sheet, start + 1)
    return _book_line(sheet, start)


def _last(sheet: Sheet, section: str, rows: range) -> int:
    pattern = any_of(section)
    return max((i for i in rows if sheet.size(i) < 400 and pattern.search(sheet.line(i))), default=-1)


def _first(sheet: Sheet, section: str, rows: range) -> int | None:
    pattern = any_of(section)
    return next((i for i in rows if sheet.size(i) < 400 and pattern.search(sheet.line(i))), None)


def _mark_credits(sheet: Sheet, first: int) -> None:
    credit = any_of("gutenberg_credit")
    for i in range(first, min(first + 12, len(sheet))):
        if sheet.is_open(i) and sheet.size(i) < 1200 and credit.match(sheet.line(i)):
            sheet.roles[i] = Role.FRONT


def _book_line(sheet: Sheet, start: int) -> tuple[str | None, str | None]:
    for i in range(min(max(start + 1, 3), len(sheet))):
        match = _BOOK_LINE.search(sheet.line(i)) if sheet.size(i) < 300 else None
        if match and "license" not in match["title"].lower() and not match["title"].startswith("***"):
            title = re.sub(r"\s*\*+$", "", match["title"]).strip()
            return title, match["author"].strip() if match["author"] else None
    return None, None
