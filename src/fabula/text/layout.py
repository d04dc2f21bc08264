"""Plain text to blocks: how this file marks its paragraphs is decided from the whole file, then applied to every line.

Files come with paragraphs between blank lines and hard-wrapped inside, one paragraph per line, paragraphs told only by an indented
first line or by a short last line, every line followed by a blank one, or without any line break at all.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import NamedTuple

from fabula.text.blocks import BLANK, Block

_TAB = 8
_TERMINAL = re.compile(r"[.!?…:;\"'”’»)\]*_~—-]$")
_OPENS_LOW = re.compile(r"[*_\"'“‘(\[]*[a-zà-öø-ÿ]")
_OPENS_MESSAGE = re.compile(r"[^\s:\"“”‘«.,;!?][^\n:\"“”‘«.,;!?]{0,23}:(?= \S)")  # "dex 🌶️: on my way" in a chat or a play
_OPENS_SPEECH = re.compile("[\"'“‘«„—–]|--")


class Line(NamedTuple):
    """A line without its surrounding white space; blank lines have ``start == end``. ``indent`` is in columns."""

    start: int
    end: int
    indent: int

    @property
    def length(self) -> int:
        return self.end - self.start


class Layout(Enum):
    """What ends a paragraph."""

    BLANK_LINE = "blank line"
    LINE = "line"
    INDENT = "indented first line"
    SHORT_LINE = "short last line"
    DOUBLE_SPACED = "double-spaced lines"


@dataclass(frozen=True, slots=True)
class Shape:
    """The layout of a file and the column at which its lines are wrapped (meaningless for ``Layout.LINE``)."""

    layout: Layout
    width: int = 0
    indent: int = 0


def lines_of(text: str) -> list[Line]:
    """Every line, with positions in ``text``."""
    out = []
    at = 0
    for raw in text.splitlines(keepends=True):
        left = raw.lstrip(BLANK)
        body = left.rstrip(BLANK)
        start = at + len(raw) - len(left)
        indent = 0
        if body and left is not raw:
            before = raw[: len(raw) - len(left)]
            indent = len(before.expandtabs(_TAB)) if "\t" in before else len(before)
        out.append(Line(start, start + len(body), indent) if body else Line(at, at, 0))
        at += len(raw)
    return out


def shape_of(text: str, lines: list[Line]) -> Shape:
    """Decide from all lines which layout the file has."""
    full = [n for n in lines if n.length]
    if len(full) < 2:
        return Shape(Layout.LINE)
    lengths = sorted(n.length + n.indent for n in full)
    width = lengths[int(len(lengths) * 0.95)]
    pairs = [(a, b) for a, b in pairwise(lines) if a.length and b.length]
    if width > 200:
        return Shape(Layout.LINE, width)
    if _share(pairs, lambda p: _runs_on(text, *p)) < 0.2 or len(pairs) < 2:
        return Shape(Layout.DOUBLE_SPACED, width) if _is_double_spaced(text, lines, full) else Shape(Layout.LINE, width)
    base, marked = _indentation(lines, pairs)
    if marked:
        return Shape(Layout.INDENT, width, base)
    runs = len(full) - len(pairs)
    if len(full) / max(runs, 1) > 25 and _short_ends(text, pairs, width) >= 0.04:
        return Shape(Layout.SHORT_LINE, width)
    return Shape(Layout.BLANK_LINE, width)


def _is_ragged(text: str, lines: list[Line], width: int) -> bool:
    """Whether every line of several was ended on purpose."""
    return len(lines) > 1 and all(a.length < 0.8 * width and _could_take_more(text, a, b, width - 2) for a, b in pairwise(lines))


def _share(items: list[tuple[Line, Line]], test: Callable[[tuple[Line, Line]], bool]) -> float:
    return sum(map(test, items)) / len(items) if items else 0.0


def _runs_on(text: str, a: Line, b: Line) -> bool:
    """Whether the sentence of line ``a`` plainly goes on in ``b``."""
    return _OPENS_LOW.match(text, b.start, b.end) is not None and text[a.end - 1] not in ".!?:"


def _is_double_spaced(text: str, lines: list[Line], full: list[Line]) -> bool:
    pairs = [(a, c) for a, b, c in zip(lines, lines[1:], lines[2:], strict=False) if a.length and c.length and not b.length]
    return len(pairs) > 5 and len(pairs) > 0.5 * len(full) and _share(pairs, lambda p: _runs_on(text, *p)) > 0.25


def _indentation(lines: list[Line], pairs: list[tuple[Line, Line]]) -> tuple[int, bool]:
    """The usual indent of a line inside a paragraph, and whether a deeper one marks a paragraph's first line."""
    base = Counter(b.indent for _, b in pairs).most_common(1)[0][0]
    deeper = sum(1 for _, b in pairs if base < b.indent <= base + 12)
    firsts = [b for a, b in zip([Line(0, 0, 0), *lines], lines, strict=False) if b.length and not a.length]
    deep_firsts = sum(1 for n in firsts if base < n.indent <= base + 12)
    return base, deeper > 0.02 * len(pairs) and (deep_firsts > 0.5 * len(firsts) or len(pairs) > 12 * len(firsts))


def _could_take_more(text: str, a: Line, b: Line, width: int) -> bool:
    """Whether the first word of ``b`` would have fitted on ``a``: then the line was ended on purpose."""
    word_end = text.find(" ", b.start, b.end)
    word = (b.end if word_end < 0 else word_end) - b.start
    return a.length + a.indent + 1 + word < width - 2


def _short_ends(text: str, pairs: list[tuple[Line, Line]], width: int) -> float:
    return _share(pairs, lambda p: _ends_by_short_line(text, *p, width))


def _ends_by_short_line(text: str, a: Line, b: Line, width: int) -> bool:
    if not _could_take_more(text, a, b, width) or _OPENS_LOW.match(text, b.start, b.end):
        return False
    return _TERMINAL.search(text, max(a.start, a.end - 1), a.end) is not None


def _starts_paragraph(text: str, a: Line, b: Line, shape: Shape) -> bool:
    """Whether ``b``, which follows ``a`` without a blank line, opens a paragraph."""
    match shape.layout:
        case Layout.LINE if text[a.start] == ">" and text[b.start] == ">":
            return False  # a block quotation of Markdown or of mail
        case Layout.LINE:
            # A line broken by accident: the sentence goes on in lower case.
            return not (_runs_on(text, a, b) and a.length > 30 and text[a.end - 1] not in "”\"»'’*_~")
        case Layout.INDENT:
            return shape.indent < b.indent <= shape.indent + 12
        case Layout.SHORT_LINE | Layout.DOUBLE_SPACED:
            return _ends_by_short_line(text, a, b, shape.width)
        case _:
            if all(_OPENS_MESSAGE.match(text, n.start, n.end) for n in (a, b)):
                return True
            # Stacked dialogue in a file that otherwise parts paragraphs by blank lines.
            speech = _OPENS_SPEECH.match(text, b.start) and a.length + a.indent < 0.6 * shape.width
            return bool(speech) and b.indent <= a.indent and _ends_by_short_line(text, a, b, shape.width)


def blocks_of(text: str, lines: list[Line], shape: Shape, alone: Callable[[int, bool], bool]) -> list[Block]:
    """Group lines to blocks. ``alone(i, after_blank)`` says whether line ``i`` is a block of its own (a heading, an ornament)."""
    out: list[Block] = []
    current: list[Line] = []
    gap = pending = 0
    closed = True

    def flush() -> None:
        if current:
            indent = min(n.indent for n in current)
            ragged = shape.layout is Layout.BLANK_LINE and _is_ragged(text, current, shape.width)
            out.append(Block(current[0].start, current[-1].end, gap, indent, len(current), ragged=ragged))
            current.clear()

    for i, line in enumerate(lines):
        if not line.length:
            pending += 1
            continue
        joins = bool(current) and not closed and not alone(i, pending > 0)
        if joins and pending:
            joins = shape.layout is Layout.DOUBLE_SPACED and pending == 1 and not _starts_paragraph(text, current[-1], line, shape)
        elif joins:
            joins = not _starts_paragraph(text, current[-1], line, shape)
        if not joins:
            flush()
            gap = pending
            closed = alone(i, pending > 0)
        current.append(line)
        pending = 0
    flush()
    return out
