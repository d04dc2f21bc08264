"""The manuscript: one canonical Unicode text and its structure. Nothing downstream ever changes the text."""

from __future__ import annotations

from dataclasses import dataclass, field

from fabula.layers import Paragraphs
from fabula.spans import Span


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter's range (heading included) and its title as printed, ``None`` where the story has no heading."""

    start: int
    end: int
    title: str | None = None
    part: str | None = None


@dataclass(frozen=True, slots=True)
class Paratext:
    """A stretch that is beside the story: ``kind`` as in World JSON's frames (author_note, epigraph, front_matter, …)."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class TextWarning:
    """Something odd about the input that the user should know; never a reason to stop."""

    code: str
    message: str
    at: Span | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Manuscript:
    """A story as read in. ``text`` is canonical: for plain text it is the decoded file, unchanged (no byte order mark).

    ``emphasis`` holds the ranges set in italics or bold (marks such as ``*`` and ``_`` excluded where the text keeps them).
    ``breaks`` are the scene breaks in order: the range of the ornament line, or the white space where the run of blank lines is
    unusually long for the file. Headings are paragraphs of kind HEADING and not in ``paratext``. ``sha256`` is of the bytes read.
    """

    text: str
    source: str
    sha256: str
    format: str
    encoding: str
    paragraphs: Paragraphs
    chapters: tuple[Chapter, ...]
    title: str | None = None
    author: str | None = None
    language: str = "en"
    emphasis: tuple[Span, ...] = ()
    paratext: tuple[Paratext, ...] = ()
    breaks: tuple[Span, ...] = ()
    warnings: tuple[TextWarning, ...] = field(default=())
