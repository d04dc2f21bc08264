"""Frames: stretches that are not the story's present telling. One step over what the manuscript, the page and the cast show."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fabula.elements import Character, Frame, Narration, Quote
from fabula.layers import MentionMembers, Mentions, ParagraphKind, Quotations, Sentences
from fabula.reading import remembered, written
from fabula.reading.cast import Cast
from fabula.reading.sheet import Page, page_of
from fabula.reading.steps import Step
from fabula.reading.textview import narration_of
from fabula.reading.written import ORIGIN
from fabula.spans import Span
from fabula.text.manuscript import Manuscript

_PARATEXT = frozenset({"author_note", "epigraph", "chapter_heading", "front_matter", "back_matter", "lyrics", "letter"})


class _Taken:
    """Ranges already claimed by a frame; the first claim wins, so the surest rules run first."""

    def __init__(self) -> None:
        self._spans: list[Span] = []

    def free(self, span: Span) -> bool:
        i = bisect_right(self._spans, span)
        return not any(s.overlaps(span) for s in self._spans[max(0, i - 1) : i + 1])

    def claim(self, frames: Iterable[Frame]) -> list[Frame]:
        """The frames that overlap none before them, recorded as taken."""
        kept = []
        for frame in frames:
            span = Span(frame.start, frame.end)
            if self.free(span):
                self._spans.insert(bisect_right(self._spans, span), span)
                kept.append(frame)
        return kept


def _headings(page: Page) -> Iterator[Frame]:
    """Runs of heading paragraphs, each run one frame."""
    row = 0
    while row < len(page.spans):
        first, row = row, row + 1
        if page.kinds[first] != ParagraphKind.HEADING:
            continue
        while row < len(page.spans) and page.kinds[row] == ParagraphKind.HEADING:
            row += 1
        yield Frame(start=page.spans[first].start, end=page.spans[row - 1].end, kind="chapter_heading", confidence=0.9, origin=ORIGIN)


def _beside_the_story(manuscript: Manuscript, page: Page) -> Iterator[Frame]:
    for p in manuscript.paratext:
        if p.kind in _PARATEXT:
            yield Frame(start=p.start, end=p.end, kind=p.kind, confidence=0.9, origin=ORIGIN)
    yield from _headings(page)


def find_frames(
    manuscript: Manuscript, sentences: Sentences, quotations: Quotations, cast: Cast, narration: Narration
) -> tuple[Frame, ...]:
    """Frames in order of start. Written frames do not overlap one another; thoughts and dreams may lie in a flashback."""
    page = page_of(manuscript, sentences, narration_of(manuscript, quotations))
    on_page, back = _Taken(), _Taken()
    kept = on_page.claim(_beside_the_story(manuscript, page))
    kept += on_page.claim(written.mails(page, cast))
    kept += on_page.claim(written.chats(page, cast))
    kept += on_page.claim(written.letters(page, cast))
    kept += on_page.claim(written.diaries(page, narration.narrator))
    kept += on_page.claim(written.dated(page, cast, on_page.free))
    kept += on_page.claim(written.verses(page, on_page.free))
    for found in (
        remembered.marked_flashbacks(page),
        remembered.whole_flashbacks(page),
        remembered.dreams(page, cast),
        remembered.pluperfect_flashbacks(page),
        remembered.opened_flashbacks(page),
        remembered.looking_back(page),
        remembered.remembered(page),
        remembered.told(page, cast.quotes),
    ):
        kept += back.claim(f for f in found if on_page.free(Span(f.start, f.end)) or f.end - f.start > 2000)
    kept += [f for f in remembered.thoughts(manuscript, page, cast, cast.quotes) if on_page.free(Span(f.start, f.end))]
    return tuple(sorted(kept, key=lambda f: (f.start, -f.end)))


def _run(
    manuscript: Manuscript,
    sentences: Sentences,
    quotations: Quotations,
    characters: tuple[Character, ...],
    mentions: Mentions,
    members: MentionMembers,
    quotes: tuple[Quote, ...],
    narration: Narration,
) -> Mapping[str, Any]:
    cast = Cast(characters, mentions, members, quotes)
    return {"frames": find_frames(manuscript, sentences, quotations, cast, narration)}


STEP = Step(
    name="frames",
    version="2",
    needs=("manuscript", "sentences", "quotations", "characters", "mentions", "members", "quotes", "narration"),
    gives=("frames",),
    run=_run,
)
