"""Measures of what people undertake, believe and know: commitments, beliefs, knowledge of events."""

from __future__ import annotations

from collections.abc import Callable

from fabula.bench.comparison import Comparison, Json, shared, span, touch
from fabula.bench.figures import Balanced, Figures, Found, Share

_TRIGGER = 60
"""Code points of an event without a trigger that stand for it."""


def commitments(c: Comparison) -> Figures:
    """Words that bind, by the right person; and of all commitments those found with the fate that the story shows."""
    found = _pairs(c, "commitments", "by", lambda g, p: True)
    fates = _pairs(c, "commitments", "by", lambda g, p: g["fate"] == p["fate"])
    return {"commitments": found, "commitment_fates": Share(fates.found, fates.wanted)}


def beliefs(c: Comparison) -> Figures:
    """Beliefs of the right person whose evidence touches the words that show them."""
    return {"beliefs": _pairs(c, "beliefs", "who", lambda g, p: True)}


def _pairs(c: Comparison, layer: str, who: str, alike: Callable[[Json, Json], bool]) -> Found:
    gold, read = c.gold[layer], c.sure(layer)

    def same(g: Json, p: Json) -> bool:
        return c.people.get(p[who]) == g[who] and touch(p["evidence"], [span(g)]) and alike(g, p)

    right = sum(any(same(g, p) for g in gold) for p in read)
    return Found(right, len(read), sum(any(same(g, p) for p in read) for g in gold), len(gold))


def knowledge(c: Comparison) -> Figures:
    """Whether somebody knows of an event at a place of the text: the mean of what is right of those who do and of those who do not.

    An event of the reading is that of the World which shares a person with it and whose trigger lies in it, the most salient of several.
    """
    people = {g: p for p, g in c.people.items()}
    starts = {s["id"]: s["start"] for s in c.world["scenes"]}
    event_of = {e["id"]: best for e in c.gold.get("events", ()) if (best := _event(c, e)) is not None}
    marks: dict[bool, list[bool]] = {True: [], False: []}
    for g in c.gold["knowledge"]:
        event, who = event_of.get(g["event"]), people.get(g["who"])
        known = event is not None and any(
            k["character"] == who and k["of"] == event["id"] and starts.get(k["since_scene"], 0) <= g["at"] for k in c.world["knowledge"]
        )
        marks[g["knows"]].append(event is not None and who is not None and known == g["knows"])
    knows, does_not = (Share(sum(marks[v]), len(marks[v])) for v in (True, False))
    return {"knowledge": Balanced(knows, does_not)} if c.gold["knowledge"] else {}


def _event(c: Comparison, gold: Json) -> Json | None:
    def covers(p: Json) -> bool:
        at = p["trigger"] or [p["start"], min(p["end"], p["start"] + _TRIGGER)]
        return shared(at, span(gold)) > 0 and (not gold["who"] or bool(set(gold["who"]) & c.golden([*p["who"], *p["whom"]])))

    return max((p for p in c.world["events"] if covers(p)), key=lambda p: p["salience"], default=None)
