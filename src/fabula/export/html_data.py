"""What the page's scripts need of a World, as small as it can be: rows of the cast instead of ids, gaps instead of places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from fabula.export.html_happenings import telling_events
from fabula.export.html_parts import gist, tie_words
from fabula.export.html_text import SHOWN, Speakers, merged_notes, scene_place
from fabula.lexicons import words
from fabula.spans import Span
from fabula.world.wording import excerpt

if TYPE_CHECKING:
    from fabula.world.world import World

_LONGEST_LABEL = 90
_MOST_FORMS = 12


def page_data(world: World, speakers: Speakers) -> dict[str, Any]:
    """``mentions``: by row of the cast, pairs of (gap since the last start, length), in code points; ``unsure``: those of them that are
    unsure, in the same form; the other lists hold what their names say, with people as rows of the cast."""
    row = speakers.row
    mentions: list[list[Span]] = [[] for _ in row]
    unsure: list[Span] = []
    for m in world.cast.mentions:
        for who in (row[w] for w in m.who if w in row):
            mentions[who].append(m.span)
        if m.confidence < SHOWN:
            unsure.append(m.span)
    ids = sorted(row, key=lambda c: row[c])
    return {
        "ids": ids,
        "names": [speakers.names[c] for c in ids],
        "looks": [speakers.classes(c) for c in ids],
        "shown": [c.importance != "mentioned" and c.confidence >= SHOWN for c in world.characters],
        "first": [c.element.first for c in world.characters],
        "forms": [list(dict.fromkeys(a.text for a in c.aliases))[:_MOST_FORMS] for c in world.characters],
        "mentions": [_gaps(spans) for spans in mentions],
        "unsure": _gaps(sorted(unsure)),
        "places": _gaps(sorted({Span(*s) for p in world.places for s in p.mentions})),
        "times": _gaps(sorted(_times(world))),
        "chapters": chapters_of(world),
        "scenes": _scenes(world, row),
        "events": _events(world, row),
        "emotions": _emotions(world, row),
        "pleasant": sorted(words("emotions", "pleasant")),
        "ties": _ties(world, row),
        "words": _words_by_chapter(world, row),
        "notes": [[a, b, [label.replace("_", " ") for label in labels]] for a, b, labels in merged_notes(world)],
        "length": len(world.text),
    }


def _gaps(spans: Iterable[Span]) -> list[int]:
    out: list[int] = []
    last = 0
    for start, end in spans:
        out += (start - last, end - start)
        last = start
    return out


def _times(world: World) -> Iterable[Span]:
    """Where the words stand that tell when a scene or an event happens."""
    told = [(s.start, s.end, s.time_text) for s in world.scenes if s.time_text]
    told += [(e.start, e.end, e.when.text) for e in world.events if e.when is not None]
    for start, end, said in told:
        at = world.text.find(said, start, end)
        if at >= 0:
            yield Span(at, at + len(said))


def chapters_of(world: World) -> list[tuple[int, str]]:
    """Place and title of each chapter that has a heading."""
    return [(c.start, excerpt(c.title, _LONGEST_LABEL)) for c in world.manuscript.chapters if c.title]


def _scenes(world: World, row: dict[str, int]) -> list[list[Any]]:
    """[start, end, people, who sees it, place, time, order of happening, chapter, the sentence that tells it best]"""
    return [
        [
            s.start, s.end, [row[p] for p in s.present if p in row], row.get(s.pov or "", -1), scene_place(world, s) or "",
            s.time_text or "", s.story_order, s.chapter, "" if s.noted else gist(world, s, 1),
        ]
        for s in sorted(world.scenes, key=lambda s: s.start)
    ]  # fmt: skip


def _events(world: World, row: dict[str, int]) -> list[list[Any]]:
    """[place, words, order of happening, people, whether it is noted, how much of the story it tells]"""
    return [
        [
            e.start, "" if e.noted else excerpt(world.text[e.start : e.end], _LONGEST_LABEL), e.story_order,
            [row[p] for p in (*e.who, *e.whom) if p in row], bool(e.noted), round(e.salience, 2),
        ]
        for e in telling_events(world)
    ]  # fmt: skip


def _ties(world: World, row: dict[str, int]) -> list[list[Any]]:
    """[who, what to whom, the other, place] of ties that no content note touches."""
    found = [r for r in world.relationships if r.confidence >= SHOWN and r.evidence and not r.noted and r.a in row and r.b in row]
    return [[row[r.a], tie_words(r, world.characters[r.a]), row[r.b], r.evidence[0][0]] for r in found]


def _emotions(world: World, row: dict[str, int]) -> list[list[Any]]:
    """[start, end, who, emotion, strength] of each, at its first evidence."""
    return [
        [x.evidence[0][0], x.evidence[0][1], row[x.character], x.emotion, round(x.strength, 2)]
        for x in world.emotions
        if x.evidence and x.character in row and x.confidence >= SHOWN
    ]


def _words_by_chapter(world: World, row: dict[str, int]) -> list[list[int]]:
    """[chapter, who, words spoken]"""
    starts = [c[0] for c in chapters_of(world)] or [0]
    count: Counter[tuple[int, int]] = Counter()
    chapter = 0
    for q in sorted(world.quotes, key=lambda q: q.start):
        while chapter + 1 < len(starts) and starts[chapter + 1] <= q.start:
            chapter += 1
        if q.speaker in row and q.confidence >= SHOWN:
            count[chapter, row[q.speaker]] += len(world.text[q.start : q.end].split())
    return [[c, who, n] for (c, who), n in sorted(count.items())]
