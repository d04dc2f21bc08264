"""A World of the first chapters of a story: read as if the rest had never been written, so that nothing of it shows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from fabula.errors import NotFoundInWorld
from fabula.reading.pipeline import STEPS
from fabula.text.manuscript import Manuscript
from fabula.world.making import OnStage, make_in_memory, silent
from fabula.world.world import World


def first_chapters(world: World, chapter: int, tell: OnStage = silent) -> World:
    """The World of the chapters up to ``chapter`` (counted from 1, itself included), under the corrections of the whole.

    The cut text is read anew: a World that is only cut would still know who turns out to be whom. Raises NotFoundInWorld.
    """
    chapters = world.manuscript.chapters
    if not 1 <= chapter <= len(chapters):
        raise NotFoundInWorld(f"no chapter {chapter} in this story", hint=f"it has {len(chapters)}")
    if chapter == len(chapters):
        return world
    return make_in_memory(cut(world.manuscript, chapters[chapter].start), STEPS, world.log, tell)


def cut(m: Manuscript, end: int) -> Manuscript:
    """A manuscript up to a position between two paragraphs."""
    rows = m.paragraphs
    kept = np.asarray(rows.end) <= end
    return replace(
        m,
        text=m.text[:end],
        paragraphs=type(rows)(**{name: getattr(rows, name)[kept] for name in rows.dtypes}),
        chapters=tuple(c for c in m.chapters if c.end <= end),
        emphasis=tuple(s for s in m.emphasis if s.end <= end),
        paratext=tuple(p for p in m.paratext if p.end <= end),
        breaks=tuple(s for s in m.breaks if s.end <= end),
        warnings=(),
    )
