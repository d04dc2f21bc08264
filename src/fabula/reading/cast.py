"""A view on who is who for the steps that come after it: mentions by place, speakers by place, characters by id."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from fabula.elements import Character, Quote
from fabula.layers import MentionKind, MentionMembers, Mentions
from fabula.spans import Span


@dataclass(frozen=True, slots=True)
class MentionView:
    """One mention: its range, kind and the ids of all characters it stands for (empty when unresolved)."""

    start: int
    end: int
    kind: MentionKind
    who: tuple[str, ...]
    quotation: int
    confidence: float

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


class Cast:
    """Look-ups over characters, mentions and quotes; built once per step, reads only."""

    def __init__(self, characters: tuple[Character, ...], mentions: Mentions, members: MentionMembers, quotes: tuple[Quote, ...]) -> None:
        self.characters = {c.id: c for c in characters}
        who: dict[int, list[str]] = {}
        for m, c in zip(members.mention.tolist(), members.character.tolist(), strict=True):
            who.setdefault(m, []).append(characters[c].id)
        columns = (
            mentions.start.tolist(),
            mentions.end.tolist(),
            mentions.kind.tolist(),
            mentions.quotation.tolist(),
            mentions.confidence.tolist(),
        )
        self.mentions = [
            MentionView(s, e, MentionKind(k), tuple(who.get(i, ())), q, c) for i, (s, e, k, q, c) in enumerate(zip(*columns, strict=True))
        ]
        self.quotes = quotes
        self._starts = columns[0]
        self._quote_starts = [q.start for q in quotes]

    def mentions_in(self, start: int, end: int) -> Iterator[MentionView]:
        """Mentions that start in ``[start, end)``, in order."""
        yield from self.mentions[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def quote_at(self, position: int) -> Quote | None:
        """The quotation that covers a position, or None where the narration speaks."""
        i = bisect_right(self._quote_starts, position) - 1
        return self.quotes[i] if i >= 0 and self.quotes[i].end > position else None

    def quotes_in(self, start: int, end: int) -> Iterator[Quote]:
        """Quotations that start in ``[start, end)``, in order."""
        yield from self.quotes[bisect_left(self._quote_starts, start) : bisect_left(self._quote_starts, end)]

    def people_in(self, start: int, end: int) -> dict[str, int]:
        """How often each character is mentioned in ``[start, end)``, by id."""
        out: dict[str, int] = {}
        for m in self.mentions_in(start, end):
            for c in m.who:
                out[c] = out.get(c, 0) + 1
        return out
