"""A World as the rules of ``fabula.check`` look at it: who tells a place, what frame it lies in, who is meant near it."""

from __future__ import annotations

import re
from bisect import bisect_right
from difflib import SequenceMatcher
from functools import cache, cached_property

import numpy as np

from fabula.layers import ParagraphKind
from fabula.lexicons import words
from fabula.reading.trees import Trees
from fabula.spans import Span
from fabula.world.world import World

ORIGIN = "check@2"
_SPELLING = 0.7
_IN_LETTERS = 0.6
_BACK = frozenset(("flashback",))
_TOLD = frozenset(("chapter_heading", *_BACK))
_WRITTEN = frozenset(("letter", "message", "diary"))


@cache
def any_of(section: str) -> re.Pattern[str]:
    """Any entry of a section of lexicons/check.txt as whole words."""
    entries = sorted(words("check", section), key=lambda w: (-len(w), w))
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, entries))})(?![\w-])", re.I)


def _alike(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other).ratio() >= _SPELLING


class Story:
    """Look-ups over one World, made once per check."""

    def __init__(self, world: World) -> None:
        self.world, self.text, self.cast = world, world.text, world.cast
        paragraphs = world.manuscript.paragraphs
        self._paragraphs = paragraphs.start.tolist()
        self._ends = paragraphs.end.tolist()
        self._kinds = [ParagraphKind(k) for k in paragraphs.kind.tolist()]
        self._sentences = world.sentences.start.tolist()
        self._sentence_ends = world.sentences.end.tolist()
        outermost = np.flatnonzero(world.quotations.depth == 0)
        self._quote_rows = outermost.tolist()
        self._quotes = world.quotations.start[outermost].tolist()
        self._quote_ends = world.quotations.end[outermost].tolist()
        self._scenes = [s.start for s in world.scenes]

    @cached_property
    def _ones(self) -> dict[str, str]:
        """Ids that the checks take for one, each with the most mentioned of them: "Callum" beside "Callum Reid" and "Callum Read"."""
        out: dict[str, str] = {}
        named = [(c.id, c.name.split()) for c in self.world.characters]
        for who, parts in named:
            if len(parts) != 1:
                continue
            full = [(i, p) for i, p in named if len(p) > 1 and parts[0] in (p[0], p[-1]) and p[0][:1].isupper()]
            lasts = {p[-1].lower() for _, p in full}
            if len(full) == 1 or (full and all(_alike(a, b) for a in lasts for b in lasts) and all(p[0] == parts[0] for _, p in full)):
                out |= dict.fromkeys((i for i, _ in full), who)
        return out

    def one(self, character: str) -> str:
        """The id under which somebody is looked at: names of one person that the World keeps apart are taken together."""
        return self._ones.get(character, character)

    @cached_property
    def trees(self) -> Trees | None:
        """The sentences as trees; None for a World that the reader model has not read."""
        w = self.world
        labels = w.layer("words")
        if not len(w.tokens) or len(labels) != len(w.tokens):
            return None
        return Trees(w.manuscript, w.tokens, w.sentences, labels, w.cast, w.story.narration)

    @cached_property
    def _frames(self) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        apart = [(f.start, f.end) for f in self.world.frames if f.kind not in _TOLD]
        written = sum(f.end - f.start for f in self.world.frames if f.kind in _WRITTEN)
        if written > _IN_LETTERS * len(self.text):  # a story in letters is told by them
            apart = [(f.start, f.end) for f in self.world.frames if f.kind not in (*_TOLD, *_WRITTEN)]
        back = [(f.start, f.end) for f in self.world.frames if f.kind in _BACK]
        return apart, back

    def apart(self, at: int) -> bool:
        """Whether a place is no telling of the story: a letter, a dream, an epigraph, a note of the author."""
        return any(a <= at < b for a, b in self._frames[0])

    def looks_back(self, at: int) -> bool:
        return any(a <= at < b for a, b in self._frames[1])

    def voice(self, at: int) -> str | None:
        """Who says a place: ``narration``, the id of a character, None where nobody knows."""
        quote = self.cast.quote_at(at)
        return "narration" if quote is None else quote.speaker

    def quotation(self, at: int) -> int:
        """Row of the quotation that a place lies in, -1 in the narration."""
        i = bisect_right(self._quotes, at) - 1
        return self._quote_rows[i] if i >= 0 and self._quote_ends[i] > at else -1

    def paragraph(self, at: int) -> Span:
        row = max(0, bisect_right(self._paragraphs, at) - 1)
        return Span(self._paragraphs[row], self._ends[row])

    def kind(self, at: int) -> ParagraphKind:
        """What kind of paragraph a place stands in."""
        return self._kinds[max(0, bisect_right(self._paragraphs, at) - 1)]

    def beside(self, at: int) -> bool:
        """Whether a place is no part of the telling: a heading, what an editor or author put around the story."""
        return self.kind(at) in (ParagraphKind.HEADING, ParagraphKind.PARATEXT)

    def body(self, at: int) -> bool:
        return self.kind(at) == ParagraphKind.BODY

    def sentence(self, at: int) -> Span:
        row = max(0, bisect_right(self._sentences, at) - 1)
        return Span(self._sentences[row], self._sentence_ends[row]) if self._sentences else self.paragraph(at)

    def scene(self, at: int) -> int:
        """Row of the scene that a place lies in, -1 without scenes."""
        return bisect_right(self._scenes, at) - 1

    def concerns(self, span: Span, character: str) -> bool:
        """Whether a range mentions the character in any way."""
        return any(character in m.who for m in self.cast.mentions_in(span.start, span.end))
