"""Slips of the point of view: amid a telling that keeps to one mind, a sentence tells what somebody else thinks."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator

from fabula.check.story import ORIGIN, Story, any_of
from fabula.elements import Issue
from fabula.spans import Span

_LEAST = 4  # sentences with the mind of one, before another's is a slip
_SHARE = 0.85
_SURE = 0.55
_BETWEEN = re.compile(r"\s+(?:had |only |still |just |then |also |always |suddenly |and he |and she )?$")


def viewpoint_slips(story: Story) -> Iterator[Issue]:
    """In each chapter told in the third person, the one or two sentences that are in another mind than all others."""
    if story.world.story.narration.person != "third":
        return
    chapters = [c.start for c in story.world.manuscript.chapters]
    minds: dict[int, list[tuple[str, Span]]] = defaultdict(list)
    for who, span in _thoughts(story):
        minds[bisect_right(chapters, span.start)].append((who, span))
    whole = Counter(who for found in minds.values() for who, _ in found)
    for found in minds.values():
        counts = Counter(who for who, _ in found)
        holder, most = max(whole.items(), key=lambda c: c[1])
        others = [(who, span) for who, span in found if who != holder]
        if most >= _LEAST and most >= _SHARE * whole.total() and counts[holder] and len(others) == 1:
            who, span = others[0]
            beside = min((s for w, s in found if w == holder), key=lambda s: abs(s.start - span.start))
            text = f"what {story.world.name_of(who)} thinks, in a chapter told as {story.world.name_of(holder)} sees it"
            yield Issue(kind="point_of_view", rule="point_of_view", text=text, evidence=(span, beside), confidence=_SURE, origin=ORIGIN)


def _thoughts(story: Story) -> Iterator[tuple[str, Span]]:
    """Sentences of the narration that say what somebody thinks, with whose mind it is."""
    for m in any_of("minds").finditer(story.text):
        if story.quotation(m.start()) >= 0 or story.apart(m.start()):
            continue
        before = [x for x in story.cast.mentions_in(max(0, m.start() - 60), m.start()) if x.end <= m.start() and len(x.who) == 1]
        subject = max(before, key=lambda x: x.end, default=None)
        if subject is not None and _BETWEEN.fullmatch(story.text[subject.end : m.start()]) and subject.confidence >= 0.5:
            yield subject.who[0], story.sentence(m.start())
