"""A World JSON beside a hand-made reading: quotations and people are matched one to one; whoever has no counterpart counts as wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

Json = dict[str, Any]
Range = tuple[int, int]

SAME_QUOTATION = 0.8
"""How much of the union of two ranges they must share to be one quotation."""
LONGEST_EVIDENCE = 600
"""Code points; a longer range is no evidence for anything in particular."""
SURE = 0.5
"""What the World says with less confidence is for the review list and is not judged."""

_SAME_NAME, _NAME, _QUOTATION, _MENTION = 4.0, 1.0, 1.0, 0.5
_ENOUGH = 3.0
"""Two people with less in common are not mapped: a shared name suffices, three quotations do, or six mentions."""


def span(item: Json) -> Range:
    return item["start"], item["end"]


def length(at: Sequence[int]) -> int:
    return at[1] - at[0]


def shared(a: Sequence[int], b: Sequence[int]) -> int:
    """Code points that two ranges have in common."""
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))


def likeness(a: Sequence[int], b: Sequence[int]) -> float:
    """Intersection over union of two ranges.

    >>> likeness((0, 10), (5, 10)), likeness((0, 4), (4, 8))
    (0.5, 0.0)
    """
    return shared(a, b) / max(1, max(a[1], b[1]) - min(a[0], b[0]))


def touch(evidence: Iterable[Sequence[int]], ranges: Iterable[Sequence[int]]) -> bool:
    """Whether a piece of evidence that is not too long shares a code point with one of the ranges."""
    ranges = list(ranges)
    return any(shared(e, r) for e in evidence if length(e) <= LONGEST_EVIDENCE for r in ranges)


def names_of(character: Json) -> set[str]:
    """The names of a character of either side in lower case; aliases are strings in a hand-made reading, counted in a World."""
    aliases = (a if isinstance(a, str) else a["text"] for a in character["aliases"])
    return {n.lower() for n in (*aliases, character["name"])}


class Comparison:
    """``quote_of``: number of a quotation of the reading -> that of the World; ``people``: id in the World -> id in the reading."""

    def __init__(self, gold: Json, world: Json, *, text: str = "") -> None:
        self.gold, self.world, self.text = gold, world, text
        self.mention_at = {span(m): m for m in world["mentions"]}
        self.quote_of = self._quotes()
        self.people = self._people()

    def _quotes(self) -> dict[int, Json]:
        found: dict[int, Json] = {}
        left = list(self.world["quotes"])
        for i, g in enumerate(self.gold["quotes"]):
            best = max(left, key=lambda p: likeness(span(g), span(p)), default=None)
            if best is not None and likeness(span(g), span(best)) >= SAME_QUOTATION:
                found[i] = best
                left.remove(best)
        return found

    def _in_common(self) -> Iterator[tuple[str | None, str | None, float]]:
        """(id in the World, id in the reading, how much it counts) of everything that two people have in common."""
        for g in self.gold["characters"]:
            for p in self.world["characters"]:
                if same := len(names_of(g) & names_of(p)):
                    yield p["id"], g["id"], _SAME_NAME + _NAME * same
        for i, p in self.quote_of.items():
            yield p["speaker"], self.gold["quotes"][i]["speaker"], _QUOTATION
        for g in self.gold_mentions:
            who = self.mention_at.get(span(g), {}).get("characters", ())
            if len(who) == 1 == len(g["who"]):
                yield who[0], g["who"][0], _MENTION

    def _people(self) -> dict[str, str]:
        points: Counter[tuple[str, str]] = Counter()
        for p_id, g_id, n in self._in_common():
            if p_id is not None and g_id is not None:
                points[p_id, g_id] += n  # type: ignore[assignment]
        people: dict[str, str] = {}
        for (p_id, g_id), n in points.most_common():
            if n >= _ENOUGH and p_id not in people and g_id not in people.values():
                people[p_id] = g_id
        return people

    @property
    def gold_mentions(self) -> list[Json]:
        """The mentions of the reading; of one that annotates pronouns alone, these."""
        return self.gold.get("mentions") or [g | {"kind": "pronoun"} for g in self.gold.get("pronouns", ())]

    def golden(self, ids: Iterable[str] | None) -> set[str]:
        """People of the World as those of the reading; who has no counterpart stays himself, so that he counts as wrong."""
        return {self.people.get(i, f"?{i}") for i in ids or ()}

    def whom(self, mention: Json) -> set[str] | None:
        """Whom the World takes a mention of the reading for; None where it has no mention there."""
        found = self.mention_at.get(span(mention))
        return None if found is None else self.golden(found["characters"])

    def sure(self, layer: str) -> list[Json]:
        return [x for x in self.world[layer] if x["confidence"] >= SURE]
