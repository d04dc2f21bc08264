"""Quotations grouped into turns, and turns into conversations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from fabula.layers import MentionKind
from fabula.reading.who.page import Page
from fabula.reading.who.spots import Spot
from fabula.reading.who.tags import Cue

GAP_PARAGRAPHS = 3  # of narration that a conversation survives
_RUN_ON = frozenset({",", "—", "--", "–", ";"})
CROWDED = 6  # quotations in one paragraph from which it is taken for several people's


@dataclass(slots=True)
class Turn:
    """Quotations of one speaker in a row. ``paragraph`` is the last one it touches.

    ``gap``: paragraphs of narration since the turn before, -1 at a conversation's start; ``inside``: it follows in the same paragraph.
    """

    quotes: list[int]
    paragraph: int
    gap: int = 0
    inside: bool = False


@dataclass(frozen=True, slots=True)
class TurnFinder:
    """Groups the outermost quotations of a page.

    ``continues``: by quotation, whether it goes on with the speech before; ``said``: speakers that the user fixed.
    """

    page: Page
    spots: list[Spot]
    cues: Sequence[Cue]
    continues: Sequence[bool]
    breaks: set[int]
    said: Mapping[int, int] = field(default_factory=dict)

    def turns(self) -> list[Turn]:
        """All turns in order."""
        page, out = self.page, list[Turn]()
        crowd = Counter(page.paragraph[a] for a, b in page.quotes if b > a)
        for q, (a, b) in enumerate(page.quotes):
            if a >= b:
                continue
            paragraph = page.paragraph[a]
            same = bool(out) and out[-1].paragraph == paragraph
            if out and self._told_apart(out[-1].quotes[-1], q):
                out.append(Turn([q], paragraph, self._gap(out[-1], paragraph), same))
            elif out and self.continues[q]:
                out[-1].quotes.append(q)
                out[-1].paragraph = paragraph
            elif same and self._joins(out[-1].quotes[-1], q, crowd[paragraph]):
                out[-1].quotes.append(q)
            else:
                out.append(Turn([q], paragraph, self._gap(out[-1], paragraph) if out else -1, same))
        return out

    def conversations(self) -> Iterator[list[Turn]]:
        """Chains of turns without a break or much narration between them."""
        chain: list[Turn] = []
        for turn in self.turns():
            if chain and turn.gap < 0:
                yield chain
                chain = []
            chain.append(turn)
        if chain:
            yield chain

    def _gap(self, before: Turn, paragraph: int) -> int:
        between = range(before.paragraph + 1, paragraph + 1)
        if any(p in self.breaks for p in between) or len(between) - 1 > GAP_PARAGRAPHS:
            return -1
        return max(len(between) - 1, 0)

    def _told_apart(self, p: int, q: int) -> bool:
        """Whether the user gave two neighbouring quotations different speakers, or one of them another than the other's tag names."""
        one, other = self._named(p), self._named(q)
        return (p in self.said or q in self.said) and -1 not in (one, other) and one != other

    def _named(self, q: int) -> int:
        """The fixed speaker of a quotation, or the one whom its tag names; -1 where there is none."""
        tag = self.cues[q].tag
        named = self.spots[tag].who if tag >= 0 and self.spots[tag].kind == MentionKind.NAME else ()
        return self.said.get(q, named[0] if named else -1)

    def _joins(self, p: int, q: int, quotes_here: int) -> bool:
        """Whether quotation ``q`` is of the same turn as ``p`` before it in the same paragraph."""
        a, b = self.cues[p], self.cues[q]
        start, end = self.page.quotes[p][1], self.page.quotes[q][0]
        if a.tag >= 0 and a.tag == b.tag:
            return True
        if start == end:
            return False
        if a.tag >= 0 and b.tag >= 0:
            return self._one_speaker(self.spots[a.tag], self.spots[b.tag], quotes_here)
        last = self.page.words[end - 1]
        runs_on = (last in _RUN_ON and not b.tag_before) or (last == "," and a.tag < 0)
        return runs_on or quotes_here <= CROWDED

    @staticmethod
    def _one_speaker(a: Spot, b: Spot, quotes_here: int) -> bool:
        """Two tags in one paragraph: one person named twice, or a name and then a pronoun that fits it."""
        if a.who == b.who != ():
            return True
        return quotes_here <= 3 and b.kind == MentionKind.PRONOUN and a.gender in ("unknown", b.gender)
