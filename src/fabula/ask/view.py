"""A sentence as a row of words with their stems, classes and characters: what the extraction rules look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fabula.ask.language import in_class, stem
from fabula.layers import TokenKind
from fabula.reading.cast import MentionView
from fabula.spans import Span

if TYPE_CHECKING:
    from fabula.world.world import World


@dataclass(frozen=True, slots=True)
class Word:
    start: int
    end: int
    text: str
    stem: str
    is_word: bool
    mention: MentionView | None

    def isa(self, name: str) -> bool:
        """Whether the word is of a class (a section of the lexicon)."""
        return in_class(self.text, name)


@dataclass(frozen=True, slots=True)
class SentenceView:
    """The words of one sentence; ``mention`` of a word is the outermost mention it lies in."""

    span: Span
    words: tuple[Word, ...]

    def cut(self, first: int, last: int) -> Span:
        """The range of the words ``first`` to ``last`` (exclusive)."""
        return Span(self.words[first].start, self.words[last - 1].end)

    def where(self, stems: frozenset[str]) -> list[int]:
        """Positions of the words whose stem is one of these."""
        return [i for i, w in enumerate(self.words) if w.stem in stems]


def view_of(world: World, row: int) -> SentenceView:
    """The view of sentence ``row``."""
    sentences, tokens, text = world.sentences, world.tokens, world.text
    start, end = int(sentences.start[row]), int(sentences.end[row])
    outer: list[MentionView] = []
    for m in world.cast.mentions_in(start, end):
        if not outer or m.start >= outer[-1].end:
            outer.append(m)
    words = []
    for i in range(int(sentences.first[row]), int(sentences.last[row])):
        a, b = int(tokens.start[i]), int(tokens.end[i])
        inside = next((m for m in outer if m.start <= a < m.end), None)
        kind = int(tokens.kind[i])
        words.append(Word(a, b, text[a:b], stem(text[a:b]), kind != TokenKind.PUNCTUATION, inside))
    return SentenceView(Span(start, end), tuple(words))
