"""Scenes: the narrative in tiles, each with its place, time, point of view, who is there, what tells it best, and its story order."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fabula.elements import Character, Frame, Narration, Place, Quote, Scene
from fabula.layers import MentionKind, MentionMembers, Mentions, ParagraphKind, Quotations, Sentences
from fabula.lexicons import words
from fabula.reading.cast import Cast
from fabula.reading.presence import Presence
from fabula.reading.scene_cuts import Stretch, cutter, merged
from fabula.reading.sheet import POV_MARK, Page, mark_of, page_of
from fabula.reading.steps import Step
from fabula.reading.tense import pluperfects
from fabula.reading.textview import FILL, narration_of
from fabula.reading.timeline import SceneTime, story_order
from fabula.reading.times import TimePhrase, best_time, find_times
from fabula.reading.trees import Trees
from fabula.reading.viewpoints import NOBODY, View, Viewpoints
from fabula.reading.written import named
from fabula.spans import Span
from fabula.text.manuscript import Manuscript

_ORIGIN = "scenes@3"
_OPENING = 4  # narrated sentences in which a scene says when it is
_SETTING = 8  # narrated sentences in which it says where
_SEES = 0.5
_GIST = range(8, 45)  # words of a sentence that may stand in the gist
_LOCATIVE = re.compile(r"\b(?:in|into|inside|at|on|onto|outside|across|through|behind|near|reached|entered|to|of)\s(?:the\s)?\Z", re.I)
_ARTICLE = re.compile(r"\b(?:the|The)\s\Z")
_WORD = re.compile(r"[a-z]{4,}")


@dataclass(frozen=True, slots=True)
class _Story:
    """Everything that the parts of a scene are read from."""

    page: Page
    narration: str
    sentences: tuple[Span, ...]
    starts: tuple[int, ...]
    cast: Cast
    presence: Presence
    places: tuple[tuple[Span, Place], ...]
    frames: tuple[Frame, ...]
    rarity: Mapping[str, float]

    def narrated(self, start: int, end: int) -> list[Span]:
        """Sentences in ``[start, end)`` that are mostly narration, headings and paratext left out."""
        rows = range(bisect_left(self.starts, start), bisect_left(self.starts, end))
        return [s for s in (self.sentences[r] for r in rows) if 2 * self.narration.count(FILL, s.start, s.end) < s.length]

    def places_in(self, start: int, end: int) -> list[tuple[Span, Place]]:
        lo = bisect_left(self.places, start, key=lambda x: x[0].start)
        hi = bisect_left(self.places, end, key=lambda x: x[0].start)
        return list(self.places[lo:hi])


def _headings(page: Page, stretch: Stretch) -> list[Span]:
    return [page.bare(r) for r in range(stretch.first, stretch.last) if page.heads(r)]


def _time(story: _Story, stretch: Stretch, start: int, end: int) -> tuple[TimePhrase | None, bool]:
    """The phrase that dates the scene and whether it stands in a heading."""
    for heading in _headings(story.page, stretch):
        phrase = best_time(find_times(story.page.text, *heading))
        if phrase is not None:
            return phrase, True
    for i, whole in enumerate(story.narrated(start, end)[:_OPENING]):
        sentence = _before_pluperfect(story, whole)
        phrases = find_times(story.narration, *sentence)
        phrases = [p for p in phrases if p.kind != "earlier" or (i == 0 and p.span.start - sentence.start <= 4)]
        if (phrase := best_time(phrases)) is not None:
            return phrase, False
    return None, False


def _before_pluperfect(story: _Story, sentence: Span) -> Span:
    """What a sentence says before it looks back ("Aldo came on Friday and saw that someone had been there")."""
    back = pluperfects(story.narration, *sentence)
    return Span(sentence.start, back[0]) if back else sentence


def _place(story: _Story, stretch: Stretch, start: int, end: int) -> tuple[Place | None, Span | None]:
    """The place of a scene and its words: from a heading, from the first sentences, or the one named most."""
    for heading in _headings(story.page, stretch):
        if found := [x for x in story.places_in(*heading) if "the " not in x[1].name]:
            return found[0][1], found[0][0]
    sentences = story.narrated(start, end)
    counts: Counter[str] = Counter()
    seen: dict[str, tuple[Span, Place]] = {}
    for i, sentence in enumerate(sentences):
        for span, place in story.places_in(*_before_pluperfect(story, sentence)):
            if story.narration[span.start] == FILL or not _is_where(story.narration, span):
                continue
            seen.setdefault(place.id, (span, place))
            counts[place.id] += 3 if i < 2 else 2 if i < _SETTING else 1
    if not counts:
        return None, None
    best, weight = max(counts.items(), key=lambda x: (x[1], -seen[x[0]][0].start))
    return (seen[best][1], seen[best][0]) if weight >= 2 else (None, None)


def _is_where(narration: str, span: Span) -> bool:
    return _LOCATIVE.search(narration, max(0, span.start - 14), span.start) is not None


def _place_text(story: _Story, span: Span | None) -> str | None:
    if span is None:
        return None
    article = _ARTICLE.search(story.page.text, max(0, span.start - 4), span.start)
    return " ".join(story.page.text[article.start() if article else span.start : span.end].split())


def _gist(story: _Story, start: int, end: int, present: tuple[str, ...]) -> tuple[Span, ...]:
    """One or two sentences of the narration that say most: rare words that the scene repeats, the people who are there, its opening."""
    sentences = [s for s in story.narrated(start, end) if len(s.of(story.page.text).split()) in _GIST]
    if not sentences:
        return tuple(story.narrated(start, end)[:1])
    terms = Counter(_WORD.findall(story.narration[start:end].lower()))
    scored = [(_telling(story, s, terms, present), -s.start, s) for s in sentences]
    opening = max(scored[:5])[2]
    rest = [x for x in scored if x[2] != opening and x[2].start >= start + (end - start) // 4]
    return tuple(sorted({opening, *([max(rest)[2]] if rest else [])}))


def _telling(story: _Story, sentence: Span, terms: Counter[str], present: tuple[str, ...]) -> float:
    text = story.narration[sentence.start : sentence.end]
    found = set(_WORD.findall(text.lower()))
    content = sum(math.log1p(terms[w]) * story.rarity.get(w, 1.0) for w in found) / (6 + len(text.split()))
    people = {s.who for s in story.presence.signs_in(*sentence) if s.who in present and s.there >= 0.5}
    acts = sum(s.there >= 1 for s in story.presence.signs_in(*sentence))
    named = any(m.kind == MentionKind.NAME for m in story.cast.mentions_in(*sentence))
    back = 0.5 if pluperfects(story.narration, *sentence) else 0.0
    spoken = 0.4 if FILL in text else 0.0
    return content + 0.4 * min(2, len(people)) + 0.2 * min(2, acts) + 0.3 * named - back - spoken


def _is_past(story: _Story, start: int, end: int) -> bool:
    """Whether most of a scene's own text is one flashback."""
    return any(f.kind == "flashback" and f.by is None and min(end, f.end) - max(start, f.start) > 0.6 * (end - start) for f in story.frames)


def _marked(page: Page, stretch: Stretch, section: str) -> bool:
    return any(mark_of(h.of(page.text)) in words("time", section) for h in _headings(page, stretch))


def _pieces(story: _Story, places: tuple[Place, ...]) -> list[Stretch]:
    """All scenes by paragraph rows, breaks first, then the cuts inside each stretch."""
    out: list[Stretch] = []
    cut = cutter(story.page, story.narration, story.presence, places, story.frames)
    for stretch in merged(story.page, story.page.stretches()):
        at = stretch.first
        for row in cut.cuts(stretch):
            out.append(Stretch(at, row))
            at = row
        out.append(Stretch(at, stretch.last))
    return out


def _written(story: _Story, start: int, end: int) -> Frame | None:
    """The first letter, entry or chat of a scene that is made of them and little else."""
    written = [f for f in story.frames if f.kind in ("message", "letter") and f.start < end and start < f.end]
    share = sum(min(end, f.end) - max(start, f.start) for f in written) / max(1, end - start)
    return written[0] if share > 0.7 else None


def _points_of_view(story: _Story, bounds: list[tuple[int, int]], viewpoints: Viewpoints, narrator: str | None) -> list[View]:
    """The point of view of each scene; of a letter that is a scene by itself its writer's, of a chat nobody's."""
    pages = [_written(story, start, end) for start, end in bounds]
    views = viewpoints.views(bounds)
    writers = [
        None if page is None else _writer(story, page, start, end, narrator) for page, (start, end) in zip(pages, bounds, strict=True)
    ]
    return [
        view if page is None else (writer, 0.7) if writer is not None else (NOBODY, 0.6)
        for page, writer, view in zip(pages, writers, views, strict=True)
    ]


def _writer(story: _Story, page: Frame, start: int, end: int, narrator: str | None) -> str | None:
    """Who writes a scene that is a letter or one person's messages; of a diary, which says nothing of that, its I."""
    by = {f.by for f in story.frames if f.kind in ("message", "letter") and f.start < end and start < f.end}
    if page.by is not None:
        return page.by if page.kind == "letter" or by == {page.by} else None
    return narrator if page.kind == "letter" else None


def _name_in_heading(story: _Story, heading: Span) -> tuple[str | None, bool]:
    """(character, whether the heading says that it is a point of view): "Mira's POV", "Chapter Two: Mira", "MIRA"."""
    words_ = heading.of(story.page.text)
    marked = POV_MARK.search(words_)
    name = re.sub(r"['’]s?$", "", words_[: marked.start()].strip()) if marked else mark_of(words_)
    return named(name, Span(heading.start, heading.start), story.cast), marked is not None


def _headed_views(
    story: _Story, pieces: list[Stretch], views: list[tuple[str | None, float]], narration: Narration
) -> list[tuple[str | None, float]]:
    """Points of view where headings name them: always where they say so, and where an I tells under several people's names."""
    heads = [[_name_in_heading(story, h) for h in _headings(story.page, p)] for p in pieces]
    several = len({who for found in heads for who, _ in found if who}) > 1 and narration.person != "third"
    out, held = [], None
    for piece, found, view in zip(pieces, heads, views, strict=True):
        if found or story.page.heads(piece.first):
            held = next((who for who, marked in found if who and (marked or several)), None)
        out.append((held, 0.9) if held is not None else view)
    return out


def _scene_time(story: _Story, stretch: Stretch, start: int, end: int, chapter: int) -> SceneTime:
    phrase, headed = _time(story, stretch, start, end)
    said = " ".join(phrase.span.of(story.page.text).split()) if phrase else ""
    then, now = (_marked(story.page, stretch, section) for section in ("then_headings", "now_headings"))
    past = _is_past(story, start, end) or (headed and phrase is not None and phrase.kind == "earlier") or then
    opening = phrase is not None and (headed or phrase.span.start - start <= 120)
    dated = phrase if opening or (phrase is not None and phrase.year is None) else None
    return SceneTime(chapter, dated, said, past and not now, now, headed or then)


def find_scenes(
    manuscript: Manuscript, sentences: Sentences, quotations: Quotations, cast: Cast, narration: Narration,
    places: tuple[Place, ...], frames: tuple[Frame, ...], trees: Trees,
) -> tuple[Scene, ...]:  # fmt: skip
    """Scenes in telling order; they tile the text from its first to its last code point."""
    story = _story(manuscript, sentences, quotations, cast, places, frames)
    pieces = _pieces(story, places)
    if not pieces:
        return ()
    starts = [0, *(story.page.spans[p.first].start for p in pieces[1:])]
    bounds = list(zip(starts, [*starts[1:], len(manuscript.text)], strict=True))
    chapters = [story.page.chapters[p.last - 1] for p in pieces]
    views = _points_of_view(story, bounds, Viewpoints(trees, story.narration, frames, narration), narration.narrator)
    views = _headed_views(story, pieces, views, narration)
    times = [_scene_time(story, p, s, e, c) for p, (s, e), c in zip(pieces, bounds, chapters, strict=True)]
    ranks = story_order(times)
    return tuple(
        _scene(story, i, piece, bound, chapters[i], times[i], ranks[i], views[i])
        for i, (piece, bound) in enumerate(zip(pieces, bounds, strict=True))
    )


def _present(story: _Story, start: int, end: int) -> tuple[str, ...]:
    """Who is there: of a letter that is a scene by itself whoever writes it."""
    page = _written(story, start, end)
    if page is not None and page.kind == "letter" and page.by is not None:
        return (page.by,)
    return story.presence.present(start, end)


def _scene(
    story: _Story, i: int, piece: Stretch, bound: tuple[int, int], chapter: int, time: SceneTime, rank: int, view: tuple[str | None, float]
) -> Scene:
    start, end = bound
    place, where = _place(story, piece, start, end)
    pov, sure = view
    present = _present(story, start, end)
    if pov in story.cast.characters and pov not in present and sure >= _SEES:
        present = (*present, pov)  # through whose eyes we see, is there
    broken = (
        i == 0
        or story.page.kinds[max(0, piece.first - 1)] == ParagraphKind.BREAK
        or story.page.heads(piece.first)
        or piece.first in story.page.parted
    )
    sure_of_cut = 0.85 if broken else 0.6
    return Scene(
        id=f"s{i + 1}",
        start=start,
        end=end,
        chapter=max(0, chapter) + 1,
        place=place.id if place else None,
        place_text=_place_text(story, where),
        time_text=time.words or None,
        story_order=rank,
        pov=pov,
        present=present,
        gist=_gist(story, start, end, present),
        confidence=round(sure_of_cut * (1.0 if pov is None else 0.7 + 0.3 * sure), 2),
        origin=_ORIGIN,
    )


def _story(
    manuscript: Manuscript, sentences: Sentences, quotations: Quotations, cast: Cast, places: tuple[Place, ...], frames: tuple[Frame, ...]
) -> _Story:
    narration = narration_of(manuscript, quotations)
    spans = tuple(Span(s, e) for s, e in zip(sentences.start.tolist(), sentences.end.tolist(), strict=True))
    counts = Counter(_WORD.findall(manuscript.text.lower()))
    total = sum(counts.values()) or 1
    rarity = {w: math.log(total / n) / math.log(total + 1) for w, n in counts.items()}
    mentions = tuple(sorted(((span, p) for p in places for span in p.mentions), key=lambda x: x[0]))
    presence = Presence(narration, cast, frames)
    page = page_of(manuscript, sentences, narration)
    return _Story(page, narration, spans, tuple(s.start for s in spans), cast, presence, mentions, frames, rarity)


def _run(
    manuscript: Manuscript,
    sentences: Sentences,
    quotations: Quotations,
    characters: tuple[Character, ...],
    mentions: Mentions,
    members: MentionMembers,
    quotes: tuple[Quote, ...],
    narration: Narration,
    places: tuple[Place, ...],
    frames: tuple[Frame, ...],
    trees: Trees,
) -> Mapping[str, Any]:
    cast = Cast(characters, mentions, members, quotes)
    return {"scenes": find_scenes(manuscript, sentences, quotations, cast, narration, places, frames, trees)}


STEP = Step(
    name="scenes",
    version="3",
    needs=(
        "manuscript",
        "sentences",
        "quotations",
        "characters",
        "mentions",
        "members",
        "quotes",
        "narration",
        "places",
        "frames",
        "trees",
    ),
    gives=("scenes",),
    run=_run,
)
