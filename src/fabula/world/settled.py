"""Items that the user dismissed as wrong or kept as they are: found again in every reading by what they say and where.

No decision rests on them, so they are set aside when a World is looked at, not when it is read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from fabula.anchors import Anchor, anchor_at, find_anchors
from fabula.corrections import USER, Applied, Correction
from fabula.elements import Claim
from fabula.spans import Span
from fabula.world.assemble import claim_spans

SAYS: dict[str, tuple[str, ...]] = {
    "places": ("name",), "things": ("name",), "relationships": ("type",), "frames": ("kind",), "events": ("what",), "time": ("basis",),
    "causes": ("what",), "commitments": ("kind",), "beliefs": ("truth",), "knowledge": ("how",), "emotions": ("emotion",),
    "facts": ("attribute", "value"), "lore": ("topic", "kind"), "notes": ("label",), "issues": ("kind", "rule"),
}  # fmt: skip
"""Layers whose items can be dismissed or kept, and the fields by which an item is known beside its place."""
SERIES = "series"
"""The name under which a finding between two stories is noted in the logs of both: no World alone has such items."""
_ABOUT = ("about", "a", "b", "who", "character", "by")
_C = TypeVar("_C", bound=Claim)
NameOf = Callable[[str], str]


def spans_of(item: Any) -> tuple[Span, ...]:
    """Where an item stands in the text."""
    if hasattr(item, "start"):
        return (Span(item.start, item.end),)
    spans = claim_spans(item) or getattr(item, "spans", ()) or getattr(item, "mentions", ())
    return tuple(Span(*s) for s in spans)


def _says(layer: str, item: Any) -> list[str]:
    return [str(getattr(item, name)).casefold() for name in SAYS["issues" if layer == SERIES else layer]]


def _about(item: Any, name_of: NameOf) -> list[str]:
    values = (getattr(item, name, None) for name in _ABOUT)
    return [name_of(v) for v in values if isinstance(v, str)]


def reference(layer: str, item: Any, text: str, name_of: NameOf) -> tuple[str, tuple[Anchor, ...]]:
    """How an item is kept in a correction: what it says and of whom, and the first of its places."""
    value = json.dumps({"layer": layer, "says": _says(layer, item), "about": _about(item, name_of)})
    return value, tuple(anchor_at(text, *span) for span in spans_of(item)[:1])


class Settled:
    """The items that the user has settled, over one text."""

    def __init__(self, text: str, corrections: Iterable[Correction], name_of: NameOf) -> None:
        self._mine = [(c, json.loads(c.value)) for c in corrections if c.kind in ("dismiss", "keep")]
        self._places = find_anchors(text, (a for c, _ in self._mine for a in c.at))
        self._name_of = name_of

    def layers(self) -> set[str]:
        return {what["layer"] for _, what in self._mine}

    def of(self, layer: str, items: Sequence[_C]) -> tuple[_C, ...]:
        """The items of a layer without those dismissed; those kept are certain."""
        out: list[_C | None] = list(items)
        for c, what in self._mine:
            if what["layer"] == layer and (row := self._row(c, what, out)) is not None:
                item = out[row]
                out[row] = None if c.kind == "dismiss" or item is None else replace(item, confidence=1.0, origin=USER)
        return tuple(item for item in out if item is not None)

    def _row(self, c: Correction, what: dict[str, Any], items: Sequence[Any]) -> int | None:
        """The item that says the same at the same place; of several the one about the same people."""
        rows = [i for i, item in enumerate(items) if item is not None and _says(what["layer"], item) == what["says"]]
        place = self._places.get(c.at[0]) if c.at else None
        if place is not None:
            here = [i for i in rows if any(place.overlaps(s) or place == s for s in spans_of(items[i]))]
            rows = here or (rows if what["layer"] == "notes" else [])
        same = [i for i in rows if _about(items[i], self._name_of) == what["about"]]
        return next(iter(same or rows), None)

    def outcome(self) -> tuple[Applied, ...]:
        """What became of each; an orphan is one whose place is not in the text any more."""
        out = []
        for c, what in self._mine:
            lost = bool(c.at) and c.at[0] not in self._places and what["layer"] != "notes"
            spans = tuple(self._places[a] for a in c.at if a in self._places)
            out.append(Applied(c.uid, "orphan", "its place is not in the story any more") if lost else Applied(c.uid, "applied", "", spans))
        return tuple(out)
