"""What the formats hand to the structure step: a text, its blocks, and what the format itself says about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from fabula.layers import ParagraphKind
from fabula.spans import Span
from fabula.text.manuscript import TextWarning

BLANK = "".join(chr(c) for c in range(0x3001) if chr(c).isspace()) + "\u200b\u2060\ufeff\u00ad"
"""Characters that a range of text never begins or ends with: white space and the marks that show nothing."""


class Role(Enum):
    """What a block is; finer than ``ParagraphKind``, which it maps to."""

    BODY = "body"
    TITLE = "title"  # the title line of the story, its subtitle and its author's name
    BYLINE = "byline"
    PART = "part"
    CHAPTER = "chapter"
    SUBTITLE = "subtitle"  # a further line of a chapter's or part's heading
    SECTION = "section"  # a heading below chapters
    BREAK = "break"
    NOTE = "author_note"
    EPIGRAPH = "epigraph"
    FRONT = "front_matter"
    BACK = "back_matter"
    ASIDE = "aside"  # page numbers and notes of illustrations: beside the story, but no frame of their own
    APART = "set_apart"

    @property
    def kind(self) -> ParagraphKind:
        return _KINDS.get(self, ParagraphKind.PARATEXT)

    @property
    def is_heading(self) -> bool:
        return self.kind == ParagraphKind.HEADING

    @property
    def is_paratext(self) -> bool:
        """Whether ``Manuscript.paratext`` lists it, under the role's value."""
        return self in (Role.NOTE, Role.EPIGRAPH, Role.FRONT, Role.BACK)


_KINDS = {
    Role.BODY: ParagraphKind.BODY,
    Role.TITLE: ParagraphKind.HEADING,
    Role.BYLINE: ParagraphKind.HEADING,
    Role.PART: ParagraphKind.HEADING,
    Role.CHAPTER: ParagraphKind.HEADING,
    Role.SUBTITLE: ParagraphKind.HEADING,
    Role.SECTION: ParagraphKind.HEADING,
    Role.BREAK: ParagraphKind.BREAK,
    Role.APART: ParagraphKind.SET_APART,
}


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph-to-be: ``[start, end)`` without surrounding white space.

    ``gap`` counts the blank lines before it, ``indent`` the columns before its least indented line, ``lines`` its lines.
    ``role`` is what the format says it is (``None``: it does not say); ``level`` the depth of a heading, 1 the highest.
    ``ragged``: in a file of wrapped lines, every line of the block ends before the margin, as in verse and addresses.
    """

    start: int
    end: int
    gap: int = 0
    indent: int = 0
    lines: int = 1
    role: Role | None = None
    level: int = 0
    ragged: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A text in blocks. ``emphasis`` is what the format's own marks say; marks within plain text are found later."""

    text: str
    format: str
    encoding: str
    blocks: tuple[Block, ...]
    title: str | None = None
    author: str | None = None
    emphasis: tuple[Span, ...] = ()
    warnings: tuple[TextWarning, ...] = field(default=())
