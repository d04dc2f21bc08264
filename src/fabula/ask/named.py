"""A passage as it reads with names in the place of pronouns: "she gave it to him" as "Ann gave it to Tom".

A question names people; what answers it stands, more often than not, in a sentence that only says who they are by pronouns, or in which
they speak of themselves. The model reads such a sentence far better with the names that the question uses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from fabula.encoder.labels import DEPRELS
from fabula.layers import MentionKind
from fabula.reading.meaning import line_words

if TYPE_CHECKING:
    from fabula.ask.question import Question
    from fabula.reading.cast import MentionView
    from fabula.world.world import World

_SURE = 0.4
"""Confidence from which on a pronoun is read as whom it is taken to mean."""
_OWNS = DEPRELS.index("nmod:poss")
_POSSESSIVES = frozenset(("my", "your", "his", "their", "our"))


class NamedPassage(NamedTuple):
    """Words, the row of the token that each stands for, and half-open ranges of words that are sentences."""

    words: tuple[str, ...]
    rows: tuple[int, ...]
    sentences: tuple[tuple[int, int], ...]


class Naming:
    """Writes passages of one story with the names that one question uses."""

    def __init__(self, world: World, question: Question) -> None:
        self._world = world
        self._words = world.layer("words")
        asked = {n.ids[0]: question.text[n.start : n.end] for n in reversed(question.named)}
        self._name: Callable[[str], str] = lambda who: asked.get(who) or world.name_of(who)

    def passage(self, sentences: Sequence[int]) -> NamedPassage:
        """The passage of these sentences, which follow each other."""
        world = self._world
        text, tokens, table = world.text, world.tokens, world.sentences
        meant = self._meant(int(table.start[sentences[0]]), int(table.end[sentences[-1]]))
        words, rows, bounds = list[str](), list[int](), list[tuple[int, int]]()
        for sentence in sentences:
            first = len(words)
            for row in range(int(table.first[sentence]), int(table.last[sentence])):
                start, end = int(tokens.start[row]), int(tokens.end[row])
                said = self._named(row, text[start:end], meant.get((start, end)))
                words += said
                rows += [row] * len(said)
            bounds.append((first, len(words)))
        return NamedPassage(tuple(words), tuple(rows), tuple(bounds))

    def _meant(self, start: int, end: int) -> Mapping[tuple[int, int], MentionView]:
        """The pronouns between two places that mean one person, by their range."""
        found = self._world.cast.mentions_in(start, end)
        return {(m.start, m.end): m for m in found if m.kind == MentionKind.PRONOUN and len(m.who) == 1 and m.confidence >= _SURE}

    def _named(self, row: int, word: str, mention: MentionView | None) -> list[str]:
        if mention is None:
            return [word]
        owns = word.lower() in _POSSESSIVES or (row < len(self._words) and int(self._words.deprel[row]) == _OWNS)
        return line_words(self._name(mention.who[0])) + ["'s"] * owns
