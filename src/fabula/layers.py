"""The layers of the annotation: what is on the page, as column tables over the canonical text.

Enumerations are stored as small integers; their order is part of the schema of the World file: append, never reorder.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar

import numpy as np

from fabula.columns import F32, I32, U8, Bool, Columns


class ParagraphKind(IntEnum):
    """What a paragraph is in the make-up of the manuscript."""

    BODY = 0
    HEADING = 1  # chapter and part headings, the title line
    BREAK = 2  # an ornament line between scenes
    PARATEXT = 3  # author's notes, epigraphs, front and back matter, contents, licences: see Manuscript.paratext
    SET_APART = 4  # letters, messages, verse, signs: block quotations and their kind


@dataclass(frozen=True, slots=True, eq=False)
class Paragraphs(Columns):
    """Paragraphs in order; they never overlap. ``chapter`` indexes ``Manuscript.chapters`` (-1 before the first)."""

    dtypes: ClassVar = {"start": np.int32, "end": np.int32, "kind": np.uint8, "chapter": np.int32}
    start: I32
    end: I32
    kind: U8
    chapter: I32


class TokenKind(IntEnum):
    WORD = 0
    NUMBER = 1
    PUNCTUATION = 2


@dataclass(frozen=True, slots=True, eq=False)
class Tokens(Columns):
    """Tokens in order. Clitics are tokens of their own (``does|n't``, ``Ann|'s``). ``sentence``/``paragraph`` are row numbers."""

    dtypes: ClassVar = {"start": np.int32, "end": np.int32, "kind": np.uint8, "sentence": np.int32, "paragraph": np.int32}
    start: I32
    end: I32
    kind: U8
    sentence: I32
    paragraph: I32


@dataclass(frozen=True, slots=True, eq=False)
class Sentences(Columns):
    """Sentences of body, set-apart and paratext paragraphs. ``first``/``last`` are token rows, half-open."""

    dtypes: ClassVar = {"start": np.int32, "end": np.int32, "paragraph": np.int32, "first": np.int32, "last": np.int32}
    start: I32
    end: I32
    paragraph: I32
    first: I32
    last: I32


class QuotationKind(IntEnum):
    SPEECH = 0
    THOUGHT = 1
    WRITING = 2


@dataclass(frozen=True, slots=True, eq=False)
class Quotations(Columns):
    """Typographic quotations, quotation marks included, in order of start.

    ``depth`` 0 is the outermost; nested ones follow their container. ``continues``: the paragraph goes on with the speech of the
    quotation before it (no closing mark there), so the speaker is the same. ``closed``: the closing mark was found.
    """

    dtypes: ClassVar = {
        "start": np.int32,
        "end": np.int32,
        "paragraph": np.int32,
        "kind": np.uint8,
        "depth": np.uint8,
        "continues": np.bool_,
        "closed": np.bool_,
    }
    start: I32
    end: I32
    paragraph: I32
    kind: U8
    depth: U8
    continues: Bool
    closed: Bool


class MentionKind(IntEnum):
    NAME = 0
    NOMINAL = 1
    PRONOUN = 2


@dataclass(frozen=True, slots=True, eq=False)
class Mentions(Columns):
    """Mentions of people, animals and beings, nested ones too, in order of start. ``quotation``: row it lies in (depth 0), or -1.

    Whom a mention stands for is in ``MentionMembers``; a mention without a member is one that was found but not resolved.
    """

    dtypes: ClassVar = {"start": np.int32, "end": np.int32, "kind": np.uint8, "quotation": np.int32, "confidence": np.float32}
    start: I32
    end: I32
    kind: U8
    quotation: I32
    confidence: F32


@dataclass(frozen=True, slots=True, eq=False)
class MentionMembers(Columns):
    """Row ``mention`` of Mentions stands for row ``character`` of the characters; several rows for a plural mention."""

    dtypes: ClassVar = {"mention": np.int32, "character": np.int32}
    mention: I32
    character: I32


@dataclass(frozen=True, slots=True, eq=False)
class Unaided(Columns):
    """Who was who before the user corrected anything: mentions (``weight`` 1 and more) and quotations (0) with the number in the id of
    their character. Ids of corrected characters are taken from here, so that whoever persists keeps theirs. Empty without corrections.
    """

    dtypes: ClassVar = {"start": np.int32, "end": np.int32, "weight": np.uint8, "character": np.int32}
    start: I32
    end: I32
    weight: U8
    character: I32
