"""The layers of the annotation: what is on the page, as column tables over the canonical text.

Enumerations are stored as small integers; their order is part of the schema of the World file: append, never reorder.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

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


_VECTOR_STEPS = 256.0
"""Values of a normalised sentence vector lie within a half of 0: kept in steps of a 256th."""


@dataclass(frozen=True, slots=True, eq=False)
class SentenceMeaning(Columns):
    """What the reader model says that sentences mean, a row for each; no rows where the model says nothing of it.

    ``vector``: 384 values in int8, ``emotions``: 28 probabilities in 255ths, each as the bytes of one value. Read them by
    :meth:`vectors` and :meth:`probabilities`.
    """

    dtypes: ClassVar = {"start": np.int32, "vector": np.dtype("V384"), "emotions": np.dtype("V28")}
    start: I32
    vector: NDArray[np.void]
    emotions: NDArray[np.void]

    @classmethod
    def of(cls, start: I32, vectors: NDArray[Any], probabilities: NDArray[Any]) -> SentenceMeaning:
        """From normalised ``vectors`` ``[sentences, 384]`` and ``probabilities`` ``[sentences, 28]`` of emotions."""
        steps = np.clip(np.rint(vectors.astype(np.float32) * _VECTOR_STEPS), -127, 127).astype(np.int8)
        shares = np.rint(probabilities.astype(np.float32) * 255).astype(np.uint8)
        return cls(start, _as_bytes(steps, cls.dtypes["vector"]), _as_bytes(shares, cls.dtypes["emotions"]))

    def vectors(self) -> NDArray[np.float32]:
        """``[sentences, 384]``, normalised."""
        steps = self.vector.view(np.int8).reshape(len(self), 384).astype(np.float32)
        found: NDArray[np.float32] = steps / np.maximum(np.linalg.norm(steps, axis=1, keepdims=True), 1e-6)
        return found

    def probabilities(self) -> NDArray[np.float32]:
        """Of emotions ``[sentences, 28]``."""
        return self.emotions.view(np.uint8).reshape(len(self), 28).astype(np.float32) / np.float32(255)


def _as_bytes(rows: NDArray[Any], dtype: np.dtype[np.void]) -> NDArray[np.void]:
    return np.ascontiguousarray(rows).view(dtype).reshape(len(rows))
