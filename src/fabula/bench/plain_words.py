"""Any text as words and sentences by Fabula's own rules, for corpora that are annotated in running text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from fabula.layers import Paragraphs
from fabula.reading.tokens import tokenize
from fabula.text import read_bytes
from fabula.text.manuscript import Manuscript


class Words(NamedTuple):
    """``firsts`` are the rows at which sentences begin; ``starts`` and ``ends`` are code points of the text."""

    words: list[str]
    firsts: list[int]
    starts: list[int]
    ends: list[int]

    @property
    def sentences(self) -> list[tuple[int, int]]:
        return list(zip(self.firsts, [*self.firsts[1:], len(self.words)], strict=True))

    def rows(self, start: int, end: int) -> tuple[int, int]:
        """The words of which at least half lies in ``[start, end)``."""
        inside = [i for i, (a, b) in enumerate(zip(self.starts, self.ends, strict=True)) if start <= a + (b - a) // 2 < end]
        return (inside[0], inside[-1] + 1) if inside else (0, 0)


def words_of(text: str, paragraphs: Iterable[tuple[int, int]] | None = None) -> Words:
    """The words of a text; ``paragraphs`` where they are known, else as they are found in plain text."""
    if paragraphs is None:
        manuscript = read_bytes(text.encode(), source="text.txt", format="txt")
    else:
        rows = Paragraphs.from_rows([(a, b, 0, -1) for a, b in paragraphs])
        manuscript = Manuscript(text, "text", "", "txt", "utf-8", rows, ())
    tokens, sentences = tokenize(manuscript)
    starts, ends = tokens.start.tolist(), tokens.end.tolist()
    return Words([text[a:b] for a, b in zip(starts, ends, strict=True)], sentences.first.tolist(), starts, ends)


def line_words(text: str) -> Words:
    """The words of a text that is one paragraph.

    >>> line_words("Who left? Otto didn't.").words
    ['Who', 'left', '?', 'Otto', 'did', "n't", '.']
    """
    return words_of(text, [(0, len(text))])


def paragraph_words(text: str) -> Words:
    """The words of a text of which every line is a paragraph."""
    found, at = [], 0
    for line in text.split("\n"):
        if line.strip():
            found.append((at, at + len(line)))
        at += len(line) + 1
    return words_of(text, found)
