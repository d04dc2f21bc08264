"""Plain text and Markdown: the canonical text is the decoded file, unchanged."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from fabula.spans import Span
from fabula.text.blocks import BLANK, Block, Draft, Role
from fabula.text.decoding import decode
from fabula.text.headings import stands_alone
from fabula.text.layout import Layout, Line, blocks_of, lines_of, shape_of
from fabula.text.notes import split_points
from fabula.text.ornaments import inline_ornaments, is_ornament
from fabula.text.patterns import META_LINE, meta_keys

_LOST_LAYOUT = 1500
"""Characters: a longer paragraph, in a file of few, may hold several that lost their line breaks."""

_HEADING_LETTERS = re.compile(r"[\W_]*(?:[A-Z]|the\b|[a-z]+ [\divxl])")


def read_plain(data: bytes, *, format: str) -> Draft:
    """A draft of a text file (``txt`` or ``md``)."""
    decoded = decode(data)
    return draft_of(decoded.text, format=format, encoding=decoded.encoding, warnings=decoded.warnings)


def draft_of(text: str, *, format: str, encoding: str, warnings: tuple = ()) -> Draft:  # type: ignore[type-arg]
    """Blocks of an already decoded text."""
    blocks = plain_blocks(text)
    if format == "md":
        blocks = [_markdown(text, b) for b in blocks]
    return Draft(text=text, format=format, encoding=encoding, blocks=tuple(blocks), warnings=warnings)


def plain_blocks(text: str) -> list[Block]:
    """The paragraphs of a plain text, by the layout of the whole of it."""
    lines = lines_of(text)
    shape = shape_of(text, lines)

    def alone(i: int, after_blank: bool) -> bool:
        return _is_alone(text, lines, i, after_blank)

    blocks = blocks_of(text, lines, shape, alone)
    if len(blocks) < 8 or shape.layout is Layout.LINE:
        blocks = [part for b in blocks for part in _unlost(text, b, len(blocks))]
    return blocks


def _is_alone(text: str, lines: list[Line], i: int, after_blank: bool) -> bool:
    line = lines[i]
    if line.length > 90:
        return False
    said = text[line.start : line.end]
    if is_ornament(said):
        return True
    first = said[0]
    if first in "\"“‘'«" or not _HEADING_LETTERS.match(said):
        return False
    if stands_alone(said, after_blank=after_blank):
        return after_blank or i == 0 or _ends_a_sentence(text, lines[i - 1])
    # Header lines before the story stand one under another.
    return i < 40 and (match := META_LINE.match(said)) is not None and match["key"].lower().strip() in meta_keys()


def _ends_a_sentence(text: str, line: Line) -> bool:
    return not line.length or text[line.end - 1] in ".!?…\"”’'*_)~-" or line.length < 40


def _unlost(text: str, block: Block, blocks: int) -> list[Block]:
    """A block cut at the ornaments and notes inside it, where the file plainly lost its line breaks."""
    if block.end - block.start < _LOST_LAYOUT and (blocks > 3 or block.lines > 1):
        return [block]
    span = Span(block.start, block.end)
    cuts = {p for o in inline_ornaments(text, span) for p in o} if span.length > 300 else set()
    edges = sorted({span.start, span.end, *cuts})
    pieces = [Span(a, b) for a, b in pairwise(edges)]
    edges = sorted({*edges, *(p for piece in pieces for p in split_points(text, piece))})
    out = []
    for a, b in pairwise(edges):
        piece = text[a:b]
        start = a + len(piece) - len(piece.lstrip(BLANK))
        end = a + len(piece.rstrip(BLANK))
        if start < end:
            first = start == block.start
            out.append(Block(start, end, block.gap if first else 0, block.indent if first else 0, ragged=block.ragged and len(edges) == 2))
    return out


_HASHES = re.compile(r"(#{1,6})\s+\S")


def _markdown(text: str, block: Block) -> Block:
    """What Markdown's own marks say of a block; a heading's rank is left to the words where they tell it."""
    said = text[block.start : block.end]
    if said.startswith(">"):
        return replace(block, role=Role.APART)
    if (match := _HASHES.match(said)) and block.lines == 1:
        return replace(block, level=len(match[1]))
    return block
