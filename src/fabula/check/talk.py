"""Talk: dialogue that goes on so long without a tag that a reader loses the speaker; names that are used before they are told."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fabula.check.story import ORIGIN, Story
from fabula.elements import Issue
from fabula.layers import MentionKind, ParagraphKind
from fabula.spans import Span

_MOST_TURNS = 14
_LOST = 0.6
_TOLD = re.compile(r"(?:\b(?:[Hh]is|[Hh]er|[Tt]heir) name (?:was|is)|\b[Mm]y name is|\b[Mm]y name['’]s) ((?:[A-Z][\w'’-]+ ?){1,4})")
_EARLY = 0.6


def untagged(story: Story) -> Iterator[Issue]:
    """Runs of paragraphs that are nothing but speech, with nobody named in them."""
    run: list[Span] = []
    for span in (*_paragraphs(story), Span(len(story.text), len(story.text))):
        if span.length and _only_speech(story, span):
            run.append(span)
            continue
        if len(run) >= _MOST_TURNS:
            yield Issue(
                kind="dialogue", rule="untagged_dialogue", text=f"{len(run)} turns of dialogue without a tag or a name",
                evidence=(run[0], run[-1]), confidence=_LOST, origin=ORIGIN,
            )  # fmt: skip
        run = []


def _paragraphs(story: Story) -> Iterator[Span]:
    rows = story.world.manuscript.paragraphs
    for start, end, kind in zip(rows.start.tolist(), rows.end.tolist(), rows.kind.tolist(), strict=True):
        if kind == ParagraphKind.BODY:
            yield Span(start, end)


def _only_speech(story: Story, span: Span) -> bool:
    """Whether a paragraph is one quotation in which nobody who may be talking is named."""
    quote = story.cast.quote_at(span.start)
    if quote is None or quote.start > span.start or quote.end < span.end - 1 or quote.kind != "speech":
        return False
    named = (m for m in story.cast.mentions_in(span.start, span.end) if m.kind == MentionKind.NAME)
    return not any(m.who for m in named)


def told_late(story: Story) -> Iterator[Issue]:
    """A full name that somebody uses in speech before the story says what the one is called, to people who did not know."""
    for m in _TOLD.finditer(story.text):
        name = m.group(1).strip()
        if len(name.split()) < 2 or story.apart(m.start()):
            continue
        early = next((q for q in story.world.quotes if q.end < m.start() and name in story.text[q.start : q.end]), None)
        narrated = any(story.quotation(k.start()) < 0 for k in re.finditer(re.escape(name), story.text[: m.start()]))
        if early is not None and not narrated and early.speaker is not None:
            yield Issue(
                kind="knowledge", rule="knows_early", text=f"{story.world.name_of(early.speaker)} says {name}, a name that is told later",
                evidence=(Span(early.start, early.end), Span(m.start(), m.start(1) + len(name))), confidence=_EARLY, origin=ORIGIN,
            )  # fmt: skip
