"""Where a place stands for a reader: the chapter and the paragraph in it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from fabula.layers import ParagraphKind
from fabula.world.world import World

_COUNTED = (ParagraphKind.BODY, ParagraphKind.SET_APART)


@dataclass(frozen=True, slots=True)
class Place:
    """Both count from 1; paragraph 0 is the heading. Chapter 0 stands before the first one."""

    chapter: int
    paragraph: int


def place_of(world: World, at: int) -> Place:
    """The place of a position; headings and breaks between scenes are not counted as paragraphs."""
    chapters = [c.start for c in world.manuscript.chapters]
    chapter = bisect_right(chapters, at)
    begin = chapters[chapter - 1] if chapter else 0
    p = world.manuscript.paragraphs
    counted = sum(begin <= s <= at and k in _COUNTED for s, k in zip(p.start.tolist(), p.kind.tolist(), strict=True))
    return Place(chapter, counted)
