"""A World as plain values in the order and form of the public JSON contract (docs/world-json.md)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from fabula.corrections import USER
from fabula.elements import Claim, Narration
from fabula.layers import MentionKind
from fabula.text.manuscript import TextWarning
from fabula.world.codec import encoder

if TYPE_CHECKING:
    from fabula.world.world import World

CONTRACT = "1"
DIGITS = 3
ELEMENTS = (
    "places", "things", "quotes", "relationships", "scenes", "frames", "events", "time", "causes", "commitments", "beliefs", "knowledge",
    "emotions", "facts", "lore", "notes", "issues",
)  # fmt: skip
"""The lists of the contract that are elements as they stand, after ``characters`` and ``mentions``."""
_CLAIM = tuple(f.name for f in fields(Claim))


def plain(item: Any) -> dict[str, Any]:
    """One element as the contract has it: positions as ``[start, end]``, numbers rounded to three places."""
    value: dict[str, Any] = encoder(type(item), DIGITS)(item)  # type: ignore[arg-type]
    for key in _CLAIM:  # what every item carries stands after what the item says
        if key in value:
            value[key] = value.pop(key)
    return value


def plain_list(items: Iterable[Any]) -> list[dict[str, Any]]:
    return [plain(item) for item in items]


def story_to_plain(world: World) -> dict[str, Any]:
    """The ``story`` object. ``narration`` is null when the reading was broken off before it was decided."""
    info = world.story
    narration = encoder(Narration, DIGITS)(info.narration) if world.has("narration") else None
    return {
        "title": info.title, "author": info.author, "source": info.source, "sha256": info.sha256, "language": info.language,
        "length": info.length, "words": info.words, "narration": narration,
        "warnings": [encoder(TextWarning, DIGITS)(w) for w in world.warnings],
    }  # fmt: skip


def mentions_to_plain(world: World) -> list[dict[str, Any]]:
    """Every mention of a person, animal or being, with all the characters it stands for (none where unresolved)."""
    mentions, ids = world.mentions, [c.id for c in world.characters]
    who: list[list[str]] = [[] for _ in range(len(mentions))]
    for row, character in zip(world.members.mention.tolist(), world.members.character.tolist(), strict=True):
        who[row].append(ids[character])
    kinds = {k.value: k.name.lower() for k in MentionKind}
    origin = world.origin("mentions")
    by_user = {(s.start, s.end) for s in world.fixed_mentions}
    columns = (mentions.start.tolist(), mentions.end.tolist(), mentions.kind.tolist(), mentions.confidence.tolist())
    rows = (
        {
            "start": s, "end": e, "kind": kinds[k], "characters": w, "confidence": round(c, DIGITS),
            "origin": USER if (s, e) in by_user else origin,
        }
        for s, e, k, c, w in zip(*columns, who, strict=True)
    )  # fmt: skip
    return sorted(rows, key=lambda m: (m["start"], -m["end"]))


def world_to_plain(world: World) -> dict[str, Any]:
    """The whole object of the contract. Same World, same value, keys in the same order."""
    return {
        "fabula": CONTRACT,
        "story": story_to_plain(world),
        "characters": plain_list(c.element for c in world.characters),
        "mentions": mentions_to_plain(world),
        **{name: plain_list(getattr(world, name)) for name in ELEMENTS},
    }
