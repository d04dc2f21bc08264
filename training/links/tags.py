"""Tags beside quotations, told by words alone: ``said Ann``, ``he asked``. Hidden, they leave a quotation whose speaker is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from fabula.reading.who.spots import _pronoun_table
from fabula.reading.who.verbs import is_participle, verb_forms

Range = tuple[int, int]


class Tag(NamedTuple):
    """Words ``[first, last)`` of verb and subject; ``subject``: the words of a name, None of a pronoun."""

    first: int
    last: int
    subject: Range | None


@cache
def _said() -> frozenset[str]:
    return frozenset(form for form, base in verb_forms("core").items() if form != base and not is_participle(form))


class TagFinder:
    """``names``: ranges of words that are names of people."""

    def __init__(self, words: Sequence[str], paragraph: Sequence[int], names: Sequence[Range]) -> None:
        self.words, self.paragraph = [w.lower() for w in words], paragraph
        self._from: Mapping[int, Range] = {a: (a, b) for a, b in names}
        self._to: Mapping[int, Range] = {b: (a, b) for a, b in names}

    def find(self, quote: Range) -> Tag | None:
        """The tag after a quotation, else the one before it."""
        return self._after(quote) or self._before(quote)

    def _verb(self, at: int) -> bool:
        return 0 <= at < len(self.words) and self.words[at] in _said()

    def _pronoun(self, at: int) -> bool:
        known = _pronoun_table().get(self.words[at]) if 0 <= at < len(self.words) else None
        return known is not None and not known[2] and (known[0] in ("he", "she") or self.words[at] in ("they", "i"))

    def _after(self, quote: Range) -> Tag | None:
        at = quote[1] + (quote[1] < len(self.words) and self.words[quote[1]] == ",")
        if at >= len(self.words) or self.paragraph[at] != self.paragraph[quote[1] - 1]:
            return None
        if self._verb(at):
            if name := self._from.get(at + 1):
                return Tag(at, name[1], name)
            return Tag(at, at + 2, None) if self._pronoun(at + 1) else None
        if (name := self._from.get(at)) and self._verb(name[1]):
            return Tag(at, name[1] + 1, name)
        return Tag(at, at + 2, None) if self._pronoun(at) and self._verb(at + 1) else None

    def _before(self, quote: Range) -> Tag | None:
        end = quote[0]
        if end < 3 or self.words[end - 1] not in (",", ":") or self.paragraph[end - 1] != self.paragraph[quote[0]]:
            return None
        end -= 1
        if self._verb(end - 1):
            if name := self._to.get(end - 1):
                return Tag(name[0], end, name)
            return Tag(end - 2, end, None) if self._pronoun(end - 2) else None
        if (name := self._to.get(end)) and self._verb(name[0] - 1):
            return Tag(name[0] - 1, end, name)
        return None
