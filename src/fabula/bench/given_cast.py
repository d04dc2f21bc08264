"""Reading a novel with its cast given, so that only what comes after the cast is judged.

**The seam.** ``READING`` is to become the entry of the reading that takes a cast in place of the names it would find. While it is None
the novel is read end to end, and every character found stands for the member of the cast he is likest to: by names, and by quotations in
common. That is the figure called *many:1*: a person split in two costs nothing, one who is missing or mixed with another still does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fabula.bench.pdnc import CastMember
from fabula.reading.steps import Layers

READING: Callable[[Path | str, Sequence[CastMember]], Layers] | None = None
"""From a story (its file or its text) and a cast to ``characters``, ``mentions``, ``members`` and ``quotes``. The first characters are the
cast, in its order; others, whom the reading adds, stand for nobody."""


@dataclass(frozen=True, slots=True)
class CastReading:
    """``people``: id of a character of the reading -> name of a member of the cast. ``given``: the reading was given the cast."""

    layers: Layers
    people: Mapping[str, str]
    given: bool


def read_with_cast(story: Path | str, cast: Sequence[CastMember], *, end_to_end: Callable[[], CastReading]) -> CastReading:
    """The story read with this cast; ``end_to_end`` reads it without, and finds the cast among those whom it read."""
    if READING is None:
        return end_to_end()
    layers = READING(story, cast)
    people = {character.id: member.name for character, member in zip(layers["characters"], cast, strict=False)}
    return CastReading(layers, people, True)
