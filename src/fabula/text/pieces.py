"""Pieces: paragraphs taken out of a marked-up format, joined to a canonical text with a blank line between them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fabula.spans import Span
from fabula.text.blocks import Block, Draft, Role
from fabula.text.manuscript import TextWarning


@dataclass(frozen=True, slots=True)
class Piece:
    """One paragraph. ``gap``: blank lines before it; ``level``: depth of a heading's tag; ``emphasis`` counts from its own start."""

    text: str
    role: Role | None = None
    level: int = 0
    gap: int = 1
    emphasis: tuple[Span, ...] = ()


def draft_of_pieces(
    pieces: Iterable[Piece],
    *,
    format: str,
    encoding: str,
    title: str | None = None,
    author: str | None = None,
    warnings: tuple[TextWarning, ...] = (),
) -> Draft:
    """The canonical text, its blocks and its emphasis."""
    parts: list[str] = []
    blocks: list[Block] = []
    emphasis: list[Span] = []
    at = 0
    for piece in pieces:
        gap = min(max(piece.gap, 1), 4) if blocks else 0
        if blocks:
            parts.append("\n" * (gap + 1))
            at += gap + 1
        parts.append(piece.text)
        end = at + len(piece.text)
        blocks.append(Block(at, end, gap, 0, piece.text.count("\n") + 1, piece.role, piece.level))
        emphasis += [Span(at + s.start, at + s.end) for s in piece.emphasis]
        at = end
    return Draft(
        text="".join(parts), format=format, encoding=encoding, blocks=tuple(blocks), title=title, author=author,
        emphasis=tuple(emphasis), warnings=warnings,
    )  # fmt: skip
