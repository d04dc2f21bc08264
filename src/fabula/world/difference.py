"""What a correction changed: the quotations, mentions and characters that differ between two Worlds of one text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fabula.spans import Span

if TYPE_CHECKING:
    from fabula.world.world import World

Ids = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A range that now stands for others; ids of characters."""

    span: Span
    before: Ids
    after: Ids


@dataclass(frozen=True, slots=True)
class Difference:
    """``come`` and ``gone`` are ids of characters that only one of the Worlds has, ``renamed`` (id, name before, name after)."""

    quotes: tuple[Change, ...]
    mentions: tuple[Change, ...]
    come: Ids
    gone: Ids
    renamed: tuple[tuple[str, str, str], ...]
    items: int
    """How many other items (facts, ties, scenes …) the new World has more, or fewer."""


def difference(before: World, after: World) -> Difference:
    """What is different in ``after``."""
    old, new = ({c.id: c.name for c in w.characters} for w in (before, after))
    return Difference(
        quotes=_changes(_speakers(before), _speakers(after)),
        mentions=_changes(_meant(before), _meant(after)),
        come=tuple(i for i in new if i not in old),
        gone=tuple(i for i in old if i not in new),
        renamed=tuple((i, old[i], name) for i, name in new.items() if i in old and old[i] != name),
        items=_items(after) - _items(before),
    )


def _speakers(world: World) -> dict[Span, Ids]:
    return {Span(q.start, q.end): (q.speaker,) if q.speaker else () for q in world.quotes}


def _meant(world: World) -> dict[Span, Ids]:
    return {m.span: tuple(sorted(m.who)) for m in world.cast.mentions}


def _changes(old: dict[Span, Ids], new: dict[Span, Ids]) -> tuple[Change, ...]:
    spans = sorted({*old, *new})
    return tuple(Change(s, old.get(s, ()), new.get(s, ())) for s in spans if old.get(s, ()) != new.get(s, ()))


def _items(world: World) -> int:
    from fabula.world.settled import SAYS

    return sum(len(getattr(world, layer)) for layer in SAYS)


def to_json(found: Difference) -> dict[str, Any]:
    """The difference as plain values."""

    def plain(changes: tuple[Change, ...]) -> list[dict[str, Any]]:
        return [{"start": c.span.start, "end": c.span.end, "before": list(c.before), "after": list(c.after)} for c in changes]

    return {
        "quotes": plain(found.quotes), "mentions": plain(found.mentions), "characters_come": list(found.come),
        "characters_gone": list(found.gone), "characters_renamed": [list(r) for r in found.renamed], "items": found.items,
    }  # fmt: skip
