"""Reading a novel with its cast given, so that only what comes after the cast is judged."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fabula.bench.pdnc import CastMember
from fabula.bench.running import read_layers
from fabula.reading.steps import Layers
from fabula.reading.who import Member, read_who

_NEEDS = ("manuscript", "tokens", "sentences", "quotations", "words", "spans", "linking")


def read_given(story: Path | str, cast: Sequence[CastMember], known: Layers | None = None) -> Layers:
    """A story (its file or its text) read with this cast: ``characters``, ``mentions``, ``members``, ``quotes`` and what they rest on.

    The first characters are the cast, in its order; others, whom the reading adds, stand for nobody. ``known``: layers read before.
    """
    layers = known or read_layers(story, *_NEEDS[1:])
    members = tuple(Member(c.name, c.names) for c in cast)
    characters, mentions, rows, quotes, _ = read_who(**{name: layers[name] for name in _NEEDS}, cast=members)
    return layers | {"characters": characters, "mentions": mentions, "members": rows, "quotes": quotes}
