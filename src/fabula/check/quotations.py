"""Quotation marks that are not closed: slips, or those of a teller who goes on for paragraphs, of a letter read out."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import replace

from fabula.check.story import Story
from fabula.elements import Issue
from fabula.layers import ParagraphKind
from fabula.spans import Span

_OPENS = frozenset("\"“”„«»‘'‹")
_CLOSES = frozenset("\"”“»«’'›")
_NEAR, _MANY = 5_000, 2  # code points; so many others within them are a manner of writing, or marks that were lost on the way
_DOUBTFUL = 0.45
_HEAD = 60  # code points of a line that opens a letter


def unclosed(story: Story) -> Iterator[Issue]:
    """The World's own issues; marks that are open where a story is told within the story are less sure."""
    places = [i.evidence[0].start for i in story.world.issues if i.rule == "unclosed_quote" and i.evidence]
    for issue in story.world.issues:
        meant = issue.rule == "unclosed_quote" and issue.evidence and _meant(story, issue.evidence[0], places)
        yield replace(issue, confidence=min(issue.confidence, _DOUBTFUL)) if meant else issue


def _meant(story: Story, at: Span, places: list[int]) -> bool:
    near = bisect_right(places, at.start + _NEAR) - bisect_left(places, at.start - _NEAR) - 1
    return near >= _MANY or _goes_on(story, at.start) or _read_out(story, at.start)


def _goes_on(story: Story, at: int) -> bool:
    """Whether the paragraph before is open too: somebody tells a story."""
    before = story.paragraph(max(0, story.paragraph(at).start - 1))
    said = before.of(story.text).strip()
    return before.start < story.paragraph(at).start and len(said) > 1 and said[0] in _OPENS and said[-1] not in _CLOSES


def _read_out(story: Story, at: int) -> bool:
    """Whether a letter or a recipe follows: a line of a date, what is set apart."""
    here = story.paragraph(at)
    said = here.of(story.text).strip()
    dated = len(said) < _HEAD and said[-1:] not in (".", "!", "?", "…") and said[-1:] not in _CLOSES
    return dated or said.endswith((":", ",_", "—")) or story.kind(min(len(story.text) - 1, here.end + 3)) == ParagraphKind.SET_APART
