"""What a hand-made reading refers to: its ranges, the people it names, the kinds of frames there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fabula.bench.comparison import Json, span

KINDS = {
    "letter", "message", "flashback", "dream", "thought", "told_story",
    "author_note", "epigraph", "chapter_heading", "lyrics", "front_matter", "back_matter",
}  # fmt: skip


def ranges(value: Any) -> Iterator[tuple[int, int]]:
    """Every range of a reading, wherever it stands."""
    if isinstance(value, dict):
        if "start" in value:
            yield span(value)
        for x in value.values():
            yield from ranges(x)
    elif isinstance(value, list) and len(value) == 2 and all(isinstance(x, int) for x in value):
        yield value[0], value[1]
    elif isinstance(value, list):
        for x in value:
            yield from ranges(x)


def people_named(reading: Json) -> Iterator[str]:
    """Every id of a person that a reading uses outside its list of characters."""
    for q in reading["quotes"]:
        yield from (q["speaker"], *q["addressees"])
    for layer in ("pronouns", "mentions", "events"):
        yield from (w for x in reading.get(layer, ()) for w in x["who"])
    for r in (*reading["relationships"], *reading["stated_relationship_changes"]):
        yield from (r["a"], r["b"])
    for s in reading["scenes"]:
        yield from (w for w in (s["pov"], *s["present"]) if w != "omniscient")
    yield from (x["about"] for x in reading["facts"])
    yield from (w for c in reading["commitments"] for w in (c["by"], *c["to"]))
    yield from (x["who"] for layer in ("beliefs", "knowledge") for x in reading[layer])
    yield from (x["character"] for x in reading["emotions"])
