"""A short story read in memory, to be corrected and asked by its own words."""

from __future__ import annotations

import json

from fabula.elements import Quote
from fabula.reading.pipeline import STEPS
from fabula.text import read_bytes
from fabula.world.making import make_in_memory
from fabula.world.world import World

TALK = (
    "Ruth sat down beside Paul. Ruth was tired. Paul looked at the fire.\n\n"
    '"Where were you?"\n\n"Out."\n\n"Out where?"\n\n"Just out."\n\n"All night?"\n\n"All night."\n\n'
    "The fire had gone out. Ruth looked up.\n"
)
"""An exchange that nothing tags: who begins decides all of it."""


def read(text: str) -> World:
    return make_in_memory(read_bytes(text.encode(), source="story.txt"), STEPS)


def quote(world: World, words: str) -> Quote:
    at = world.text.index(words)
    return next(q for q in world.quotes if q.start <= at < q.end)


def speaker(world: World, words: str) -> str | None:
    """Name of the speaker of the quotation that holds ``words``."""
    found = quote(world, words).speaker
    return world.name_of(found) if found else None


def speakers(world: World) -> list[str | None]:
    return [world.name_of(q.speaker) if q.speaker else None for q in world.quotes]


def meant(world: World, context: str, mention: str) -> list[str]:
    """Names of those whom ``mention`` stands for, at its first place in ``context``."""
    at = world.text.index(context) + context.index(mention)
    found = next(m for m in world.cast.mentions if (m.start, m.end) == (at, at + len(mention)))
    return [world.name_of(w) for w in found.who]


def names(world: World) -> set[str]:
    return {c.name for c in world.characters}


def as_bytes(world: World) -> bytes:
    return json.dumps(world.to_json()).encode()
