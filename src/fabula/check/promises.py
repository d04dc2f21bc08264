"""Promises whose fate is still open where the story ends."""

from __future__ import annotations

from collections.abc import Iterator

from fabula.check.story import ORIGIN, Story
from fabula.elements import Issue
from fabula.world.wording import undertaking

_KINDS = ("promise", "vow", "agreement")
_LEAST = 0.5
_OPEN_BY_INTENT = 0.45  # most open promises are meant to stay so, or are kept in words that no rule sees


def open_promises(story: Story) -> Iterator[Issue]:
    """Promises, vows and agreements of which nothing more is heard; never surer than a hint."""
    for c in story.world.commitments:
        if c.kind in _KINDS and c.fate == "open" and c.confidence >= _LEAST and c.evidence and not story.apart(c.evidence[0].start):
            yield Issue(
                kind="promise", rule="open_promise", text=f"{undertaking(c, story.world.name_of)}, of which nothing more is heard",
                evidence=c.evidence[:1], confidence=round(_OPEN_BY_INTENT * c.confidence, 3), origin=ORIGIN,
            )  # fmt: skip
