"""Words to wordpieces: every word is cut by itself, so what is known of one occurrence holds for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from fabula.columns import I32, U8
from fabula.encoder.shapes import NONE, OPENING, OTHER, word_shape

MAX_PIECES = 24
"""Pieces of one word that are looked at: a "word" of a thousand letters is noise and would not fit a window."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """Wordpieces of a run of words. ``offsets`` has one more entry than there are words: word i has ids[offsets[i]:offsets[i + 1]]."""

    ids: I32
    offsets: I32
    shapes: U8

    @property
    def counts(self) -> I32:
        return np.diff(self.offsets)


class WordPieces:
    """Cuts words with a ``tokenizers.Tokenizer`` that neither truncates nor pads; remembers each distinct word."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self.pad, self.unknown, self.cls, self.sep = (int(tokenizer.token_to_id(t)) for t in ("[PAD]", "[UNK]", "[CLS]", "[SEP]"))
        self._known: dict[str, tuple[tuple[int, ...], int]] = {}

    def piece(self, id: int) -> str:
        """The text of a wordpiece; ``##`` begins one that goes on with a word."""
        return str(self._tokenizer.id_to_token(id))

    def _learn(self, words: Sequence[str]) -> None:
        new = sorted({w for w in words if w not in self._known})
        encoded = self._tokenizer.encode_batch([[w] for w in new], is_pretokenized=True, add_special_tokens=False)
        for word, pieces in zip(new, encoded, strict=True):
            self._known[word] = tuple(pieces.ids[:MAX_PIECES]) or (self.unknown,), word_shape(word)

    def cut(self, words: Sequence[str], firsts: Sequence[int]) -> Pieces:
        """Pieces and shapes of ``words``; ``firsts`` are the rows at which sentences begin."""
        self._learn(words)
        rows = [self._known[w] for w in words]
        counts = np.fromiter((len(ids) for ids, _ in rows), np.int32, len(rows))
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        ids = np.fromiter((i for row, _ in rows for i in row), np.int32, int(offsets[-1]))
        shapes = np.fromiter((shape for _, shape in rows), np.uint8, len(rows))
        mark_openings(shapes, firsts)
        return Pieces(ids, offsets, shapes)


def mark_openings(shapes: U8, firsts: Sequence[int]) -> None:
    """Add ``OPENING`` from every sentence start up to the first word that is no mere punctuation."""
    bounds = [*firsts, len(shapes)]
    for start, end in pairwise(bounds):
        for i in range(start, end):
            plain = shapes[i] % OPENING
            shapes[i] = plain + OPENING
            if plain not in (OTHER, NONE):
                break
