"""Where scenes begin: breaks and headings, and inside a stretch the openings that move the story in time or place."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from fabula.elements import Frame, Place
from fabula.layers import ParagraphKind
from fabula.lexicons import sections, words
from fabula.reading.presence import Cover, Presence
from fabula.reading.sheet import Page
from fabula.reading.tense import pluperfects
from fabula.reading.textview import FILL
from fabula.reading.times import TimePhrase, find_times
from fabula.spans import Span

_CUT = 0.93
_WINDOW = 1200  # characters before and after an opening that are compared
_BEFORE, _AFTER = 600, 400  # a scene cut out of a stretch is at least this long on either side
_SHORTEST = 20  # words of a stretch that can be a scene of its own
_ENTRANCE = re.compile(r"(?:(?:And|So|But|Then|At last|Finally),? )?(?:[Ii]t was |[Ii]t is )?(?:(?:late|early|just|only|on|in|by|at) )?")
_INSIDE = 0.9  # what a time is worth that stands in the first sentence, not at its head
_GOES = 0.25
_STOP = re.compile(r"(?<!\b[A-Z][a-z])(?<!\bMrs)[.!?]\s")
_WRITTEN = frozenset({"letter", "message"})
_EPISTOLARY = 0.5  # share of a story that is letters
_NO_CUT = frozenset({"letter", "message", "flashback", "dream", "told_story", "author_note", "lyrics"})


@dataclass(frozen=True, slots=True)
class Stretch:
    """Paragraph rows ``[first, last)`` of one scene to be, headings and paratext that go with it included."""

    first: int
    last: int


def _words_of(page: Page, first: int, last: int) -> int:
    return sum(len(page.spans[r].of(page.text).split()) for r in range(first, last) if page.running(r))


def merged(page: Page, stretches: tuple[tuple[int, int], ...]) -> list[Stretch]:
    """Stretches with story in them: headings and notes go to the scene that follows, those after the last scene to that one.

    A note between two scenes goes back to the one before it (it closes a chapter) unless it stands under a heading of its own.
    """
    out: list[Stretch] = []
    waiting: int | None = None
    for first, last in stretches:
        headed = page.heads(first)
        if _words_of(page, first, last) < (8 if headed else _SHORTEST) or not any(page.running(r) for r in range(first, last)):
            closes = out and waiting is None and page.kinds[first] == ParagraphKind.PARATEXT
            if closes:
                out[-1] = Stretch(out[-1].first, last)
            else:
                waiting = first if waiting is None else waiting
            continue
        out.append(Stretch(first if waiting is None else waiting, last))
        waiting = None
    if not out:
        return [Stretch(0, len(page.spans))] if page.spans else []
    if waiting is not None:
        out[-1] = Stretch(out[-1].first, len(page.spans))
    return out


@cache
def _arrival() -> re.Pattern[str]:
    return re.compile("|".join(sections("scenes")["arrival"]))


@cache
def _departure() -> re.Pattern[str]:
    going = "|".join(sorted(words("scenes", "going")))
    return re.compile(rf"(?:So|Then|And so|At last|Finally),? (?:I|we|he|she|they|[A-Z]\w+)(?: and [\w ]{{1,20}}?)? (?:{going})\b")


@cache
def _going() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(sorted(words('scenes', 'going')))})\b")


def opening_time(narration: str, start: int, end: int) -> TimePhrase | None:
    """The time phrase with which a paragraph opens, if it does."""
    entrance = _ENTRANCE.match(narration, start, end)
    reach = entrance.end() if entrance else start
    return next((p for p in find_times(narration, start, min(end, start + 90)) if p.span.start <= reach), None)


def _time_score(phrase: TimePhrase | None) -> float:
    if phrase is None:
        return 0.0
    if phrase.kind == "later":
        return 1.0 if (phrase.days or 0) >= 0.4 else 0.7
    return {"date": 0.9, "part": 0.7, "clock": 0.8, "earlier": 0.0}[phrase.kind]


def _change_of_cast(presence: Presence, at: int, first: int, last: int) -> float:
    """1 where nobody is there before and after, 0 where all stay."""
    before = set(presence.present(max(first, at - _WINDOW), at))
    after = set(presence.present(at, min(last, at + _WINDOW)))
    return 1 - len(before & after) / len(before | after) if before and after else 0.0


def _settings_in(places: tuple[tuple[Span, str], ...], start: int, end: int) -> set[str]:
    lo, hi = (bisect_left(places, at, key=lambda x: x[0].start) for at in (start, end))
    return {p for _, p in places[lo:hi]}


@dataclass(frozen=True, slots=True)
class Cutter:
    """Finds the openings inside stretches; holds what it looks at."""

    page: Page
    narration: str
    presence: Presence
    places: tuple[tuple[Span, str], ...]
    shut: Cover
    back: frozenset[int]
    letters: frozenset[int]

    def cuts(self, stretch: Stretch) -> Iterator[int]:
        """Paragraph rows inside a stretch at which a new scene begins."""
        spans = self.page.spans
        start, end = spans[stretch.first].start, spans[stretch.last - 1].end
        since = start
        for row in range(stretch.first + 1, stretch.last):
            at = spans[row].start
            if (at in self.letters and any(self.page.running(r) for r in range(stretch.first, row))) or (
                at - since >= _BEFORE and end - at >= _AFTER and (at in self.back or self._opens(row, since, end))
            ):
                since = at
                yield row

    def _opens(self, row: int, first: int, last: int) -> bool:
        span = self.page.spans[row]
        if not self.page.running(row) or self.narration[span.start] == FILL:
            return False
        inside = self.shut.at(span.start)
        if inside is not None and inside.start < span.start:
            return False
        stop = _STOP.search(self.narration, span.start, span.end)
        sentence = Span(span.start, stop.start() if stop else span.end)
        if pluperfects(self.narration, *sentence):
            return False
        score = self._moves(span, sentence)
        if not 0.5 < score < _CUT:
            return score >= _CUT
        if _settings_in(self.places, *sentence) - _settings_in(self.places, max(first, span.start - _WINDOW), span.start):
            score += 0.3
        change = _change_of_cast(self.presence, span.start, first, last)
        return score + (0.4 if change > 0.65 else 0.2 if change >= 0.5 else 0.0) >= _CUT

    def _moves(self, span: Span, sentence: Span) -> float:
        """How much the opening of a paragraph moves the story: a time with which it begins or that stands in its first sentence, an
        arrival, a way taken."""
        score = _time_score(opening_time(self.narration, *span))
        if score == 0 and _arrival().match(self.narration, *span):
            score = 0.65
        if score == 0 and _departure().match(self.narration, *span):
            score = 0.6
        if score > 0:
            return score
        inside = [_time_score(p) for p in find_times(self.narration, *sentence) if p.kind in ("clock", "part", "later")]
        goes = _going().search(self.narration, *sentence) is not None
        return max(inside, default=0.0) * _INSIDE + (_GOES if goes else 0.0)


def cutter(page: Page, narration: str, presence: Presence, places: tuple[Place, ...], frames: tuple[Frame, ...]) -> Cutter:
    """A cutter over one story."""
    shut = Cover(f for f in frames if f.kind in _NO_CUT)
    mentions = tuple(sorted((span, p.id) for p in places for span in p.mentions))
    ends = {page.spans[last - 1].end for _, last in page.stretches()}
    back = frozenset(f.start for f in frames if f.kind == "flashback" and f.by is None and f.end in ends)
    return Cutter(page, narration, presence, mentions, shut, back, _letters(page, frames))


def _letters(page: Page, frames: tuple[Frame, ...]) -> frozenset[int]:
    """Where letters, entries and mails begin, each a scene, in a story that is made of them."""
    written = [f for f in frames if f.kind in _WRITTEN]
    told = sum(s.length for r, s in enumerate(page.spans) if page.running(r))
    share = sum(f.end - f.start for f in written) / max(1, told)
    return frozenset(f.start for f in written) if len(written) > 2 and share > _EPISTOLARY else frozenset()
