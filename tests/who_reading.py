"""A short text read by who-is-who, to be asked by its own words."""

from __future__ import annotations

from dataclasses import dataclass

from fabula.elements import Character, Narration, Quote
from fabula.reading.cast import Cast
from fabula.reading.quotations import find_quotations
from fabula.reading.syntax import read_syntax
from fabula.reading.tokens import tokenize
from fabula.reading.who import read_who
from fabula.text import read_bytes


@dataclass(frozen=True)
class Who:
    """Questions to a reading in the words of the story."""

    text: str
    characters: tuple[Character, ...]
    quotes: tuple[Quote, ...]
    cast: Cast
    narration: Narration

    def name(self, id: str | None) -> str | None:
        return next((c.name for c in self.characters if c.id == id), None)

    def speaker(self, words: str) -> str | None:
        """Name of the speaker of the quotation that holds ``words``."""
        return self.name(self.quote(words).speaker)

    def told(self, words: str) -> list[str | None]:
        """Names of the addressees of the quotation that holds ``words``."""
        return [self.name(a) for a in self.quote(words).addressees]

    def quote(self, words: str) -> Quote:
        at = self.text.index(words)
        return next(q for q in self.quotes if q.start <= at < q.end)

    def meant(self, context: str, mention: str) -> list[str | None]:
        """Names of those whom ``mention`` stands for, at its first place in ``context``."""
        at = self.text.index(context) + context.index(mention)
        found = next(m for m in self.cast.mentions if m.start == at and m.end == at + len(mention))
        return [self.name(w) for w in found.who]

    def character(self, name: str) -> Character:
        return next(c for c in self.characters if c.name == name)

    def aliases(self, name: str) -> set[str]:
        return {a.text for a in self.character(name).aliases}

    @property
    def names(self) -> set[str]:
        return {c.name for c in self.characters}


def read(text: str, *, format: str = "txt") -> Who:
    """Read a text from its words alone."""
    manuscript = read_bytes(text.encode(), source=f"story.{format}")
    tokens, sentences = tokenize(manuscript)
    quotations, _ = find_quotations(manuscript)
    told = read_syntax(manuscript, tokens, sentences)
    characters, mentions, members, quotes, narration = read_who(
        manuscript, tokens, sentences, quotations, told.words, told.mentions, told.linking
    )
    return Who(manuscript.text, characters, quotes, Cast(characters, mentions, members, quotes), narration)
