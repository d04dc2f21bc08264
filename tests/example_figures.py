"""How near a World comes to a hand-made reading of an example, one figure between 0 and 1 per layer.

The measures are small on purpose: they guard the examples of this repository and are no benchmark.
``python tests/example_figures.py`` prints the figures beside their floors, with ``--raise`` it lifts the floors to them (never down).
"""

from __future__ import annotations

import json
import math
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

from fabula.api import read
from fabula.ask import Asker

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
NAMES = ("interrogation", "procedure", "letter")
FLOORS = EXAMPLES / "floors.json"
Json = dict[str, Any]
Range = tuple[int, int]

UNDIRECTED = {"spouse", "romantic_partner", "ex_partner", "affair", "sibling", "other_kin", "friend", "colleague", "enemy", "acquaintance"}
SAME_QUOTATION = 0.8
"""How much of the union of two ranges they must share to be one quotation; half of it for a frame."""
SCENE_TOLERANCE = 250
"""Code points by which a scene boundary may be off."""
LONGEST_EVIDENCE = 600
"""A longer range is no evidence for anything in particular."""


def expected(name: str) -> Json:
    """The hand-made reading of an example."""
    reading: Json = json.loads((EXAMPLES / f"{name}.expected.json").read_text(encoding="utf-8"))
    return reading


def story(name: str) -> str:
    """The text of an example as it stands in its file (line ends untouched)."""
    return (EXAMPLES / f"{name}.txt").read_bytes().decode("utf-8")


@cache
def world_of(name: str) -> Any:
    """The World that Fabula reads from an example."""
    return read(EXAMPLES / f"{name}.txt", store=False)


def span(item: Json) -> Range:
    return item["start"], item["end"]


def shared(a: Iterable[int], b: Iterable[int]) -> int:
    """Code points that two ranges have in common."""
    (a0, a1), (b0, b1) = a, b
    return max(0, min(a1, b1) - max(a0, b0))


def likeness(a: Range, b: Range) -> float:
    """Intersection over union of two ranges."""
    return shared(a, b) / max(1, max(a[1], b[1]) - min(a[0], b[0]))


def touch(some: Iterable[Any], others: Iterable[Any]) -> bool:
    return any(shared(s, o) for s in some if s[1] - s[0] <= LONGEST_EVIDENCE for o in others)


def f1(hit: float, given: float, wanted: float) -> float:
    return 2 * min(hit, given) / (given + wanted) if given + wanted else 0.0


def share(ok: Iterable[bool]) -> float:
    marks = list(ok)
    return sum(marks) / len(marks) if marks else 0.0


class Comparison:
    """A World JSON beside a hand-made reading; people are matched one to one, whoever has no counterpart counts as wrong."""

    def __init__(self, gold: Json, world: Json) -> None:
        self.gold, self.world = gold, world
        self.mention_at = {span(m): m for m in world["mentions"]}
        self.quote_of = self._quotes()
        self.people = self._people()

    def _quotes(self) -> dict[int, Json]:
        """Index of a hand-marked quotation -> the quotation read there."""
        found: dict[int, Json] = {}
        left = list(self.world["quotes"])
        for i, g in enumerate(self.gold["quotes"]):
            best = max(left, key=lambda p: likeness(span(g), span(p)), default=None)
            if best is not None and likeness(span(g), span(best)) >= SAME_QUOTATION:
                found[i] = best
                left.remove(best)
        return found

    def _votes(self) -> Counter[tuple[str, str]]:
        """How much a person of the World (first) has in common with one of the reading: names, quotations, mentions."""
        votes: Counter[tuple[str, str]] = Counter()
        for g in self.gold["characters"]:
            names = {a.casefold() for a in (*g["aliases"], g["name"])}
            for p in self.world["characters"]:
                votes[p["id"], g["id"]] += 3 * sum(a["count"] for a in p["aliases"] if a["text"].casefold() in names)
                votes[p["id"], g["id"]] += p["name"].casefold() in names
        for i, p in self.quote_of.items():
            votes[p["speaker"] or "", self.gold["quotes"][i]["speaker"]] += 1
        for g in self.gold["mentions"]:
            for who in self.mention_at.get(span(g), {}).get("characters", ()):
                votes.update({(who, w): 1 for w in g["who"]})
        return votes

    def _people(self) -> dict[str, str]:
        """Id in the World -> id in the reading, one to one; nobody stands for a person whose namesake is somebody else."""
        owner = {a.casefold(): g["id"] for g in self.gold["characters"] for a in (*g["aliases"], g["name"])}
        owners = {
            p["id"]: {owner.get(n.casefold()) for n in (p["name"], *(a["text"] for a in p["aliases"]))} for p in self.world["characters"]
        }
        people: dict[str, str] = {}
        for (p_id, g_id), n in self._votes().most_common():
            named_otherwise = g_id not in owners.get(p_id, set()) and owners.get(p_id, set()) - {None}
            if n and p_id and not named_otherwise and p_id not in people and g_id not in people.values():
                people[p_id] = g_id
        return people

    def golden(self, ids: Iterable[str] | None) -> set[str]:
        return {self.people.get(i, f"?{i}") for i in ids or ()}

    def sure(self, layer: str) -> list[Json]:
        return [x for x in self.world[layer] if x["confidence"] >= 0.5]

    # --- the page
    def quotations(self) -> float:
        return f1(len(self.quote_of), len(self.world["quotes"]), len(self.gold["quotes"]))

    def speakers(self) -> float:
        """Quotations given to the right person, of all that the story has."""
        return share(
            i in self.quote_of and self.people.get(self.quote_of[i]["speaker"] or "") == g["speaker"]
            for i, g in enumerate(self.gold["quotes"])
        )

    def addressees(self) -> float:
        hit = given = wanted = 0
        for i, g in enumerate(self.gold["quotes"]):
            got = self.golden(self.quote_of.get(i, {}).get("addressees"))
            hit, given, wanted = hit + len(got & set(g["addressees"])), given + len(got), wanted + len(g["addressees"])
        return f1(hit, given, wanted)

    def pronouns(self) -> float:
        """Pronouns for people, each with exactly the people it stands for."""
        return share(self.golden(self.mention_at.get(span(g), {}).get("characters")) == set(g["who"]) for g in self.gold["pronouns"])

    def mentions(self) -> float:
        """Names, noun phrases and pronouns for people, each with exactly the people it stands for."""
        return share(self.golden(self.mention_at.get(span(g), {}).get("characters")) == set(g["who"]) for g in self.gold["mentions"])

    # --- the world
    def cast(self) -> float:
        """Major and minor characters that the World has, each once."""
        return share(g["id"] in self.people.values() for g in self.gold["characters"] if g["importance"] != "mentioned")

    def cast_precision(self) -> float:
        """Major and minor characters of the World that are people of the story, each counted once."""
        return share(p["id"] in self.people for p in self.world["characters"] if p["importance"] != "mentioned")

    def _ties(self) -> tuple[set[tuple[str, ...]], set[tuple[str, ...]]]:
        def key(tie: Json, a: str, b: str) -> tuple[str, ...]:
            return (tie["type"], *(sorted((a, b)) if tie["type"] in UNDIRECTED else (a, b)))

        gold = {key(r, r["a"], r["b"]) for r in self.gold["relationships"]}
        return gold, {key(r, self.people.get(r["a"], "?"), self.people.get(r["b"], "?")) for r in self.sure("relationships")}

    def relationship_precision(self) -> float:
        gold, read_ = self._ties()
        return len(gold & read_) / max(1, len(read_))

    def relationship_recall(self) -> float:
        gold, read_ = self._ties()
        return len(gold & read_) / len(gold)

    def scene_boundaries(self) -> float:
        gold, read_ = ([s["start"] for s in x["scenes"]][1:] for x in (self.gold, self.world))
        left, hit = list(read_), 0
        for b in gold:
            near = min(left, key=lambda x: abs(b - x), default=None)
            if near is not None and abs(b - near) <= SCENE_TOLERANCE:
                left.remove(near)
                hit += 1
        return f1(hit, len(read_), len(gold))

    def story_order(self) -> float:
        """Pairs of scenes whose order of happening is read rightly (the scene of the World that covers most of one stands for it)."""
        scenes = self.world["scenes"]
        if not scenes:
            return 0.0
        best = [max(scenes, key=lambda p: shared(span(p), span(g))) for g in self.gold["scenes"]]
        pairs = list(combinations(zip(self.gold["scenes"], best, strict=True), 2))
        return share(
            (p["story_order"] - q["story_order"]) * (g["story_order"] - h["story_order"]) > 0
            for (g, p), (h, q) in pairs
            if g["story_order"] != h["story_order"]
        )

    def frames(self) -> float:
        """Letters, flashbacks, notes and headings; kinds that the reading lacks count neither way."""
        kinds = {g["kind"] for g in self.gold["frames"]}
        read_ = [p for p in self.sure("frames") if p["kind"] in kinds]
        pairs = [(g, p) for g in self.gold["frames"] for p in read_ if g["kind"] == p["kind"] and likeness(span(g), span(p)) >= 0.5]
        return f1(min(len({span(g) for g, _ in pairs}), len({span(p) for _, p in pairs})), len(read_), len(self.gold["frames"]))

    def note_labels(self) -> float:
        gold, read_ = {n["label"] for n in self.gold["notes"]}, {n["label"] for n in self.sure("notes")}
        return f1(len(gold & read_), len(read_), len(gold))

    def facts(self) -> float:
        """Facts with a sentence of theirs and a word of the value found, about the right person."""

        def found(g: Json, p: Json) -> bool:
            same_value = set(g["value"].casefold().split()) & set(p["value"].casefold().split())
            return self.people.get(p["about"]) == g["about"] and bool(same_value) and touch(p["evidence"], g["evidence"])

        return share(any(found(g, p) for p in self.world["facts"]) for g in self.gold["facts"])

    def lore(self) -> float:
        """Agreement in code points; what the reading calls borderline counts neither way."""

        def points(ranges: Iterable[Any]) -> set[int]:
            return {i for start, end in ranges for i in range(start, end)}

        gold = points(span(x) for x in self.gold["lore"] if not x.get("borderline"))
        soft = points(span(x) for x in self.gold["lore"] if x.get("borderline")) - gold
        read_ = points(s for x in self.sure("lore") for s in x["evidence"]) - soft
        return f1(len(gold & read_), len(read_), len(gold))

    def deadlines(self) -> float:
        """Rules and steps with a time limit whose limit stands in the World beside them."""
        dated = [g for g in self.gold["lore"] if g.get("deadline") and not g.get("borderline")]

        def found(g: Json, p: Json) -> bool:
            limit = p["deadline"]
            return limit is not None and touch([limit], [span(g)]) and bool(set(self.text(limit).split()) & set(g["deadline"].split()))

        return share(any(found(g, p) for p in self.sure("lore")) for g in dated)

    def events(self) -> float:
        """Events with a trigger found in them that has one of their people."""

        def found(g: Json, p: Json) -> bool:
            return bool(shared(p["trigger"], span(g))) and bool(set(g["who"]) & self.golden((*p["who"], *p["whom"])))

        return share(any(found(g, p) for p in self.world["events"]) for g in self.gold["events"])

    def commitments(self) -> float:
        """Promises, vows and orders found with who gave them and what became of them."""
        return f1(
            sum(any(self._binds(g, p) for p in self.sure("commitments")) for g in self.gold["commitments"]),
            len(self.sure("commitments")),
            len(self.gold["commitments"]),
        )

    def _binds(self, g: Json, p: Json) -> bool:
        return self.golden([p["by"] or ""]) == {g["by"]} and p["fate"] == g["fate"] and touch(p["evidence"], [span(g)])

    def beliefs(self) -> float:
        """What somebody wrongly takes to be so, found with the person."""

        def found(g: Json, p: Json) -> bool:
            return self.golden([p["who"]]) == {g["who"]} and touch(p["evidence"], [span(g)])

        sure = self.sure("beliefs")
        return f1(sum(any(found(g, p) for p in sure) for g in self.gold["beliefs"]), len(sure), len(self.gold["beliefs"]))

    def text(self, at: Iterable[int]) -> str:
        start, end = at
        return self.gold["text"][start:end]  # type: ignore[no-any-return]


def answer_fits(answer: str | None, accepted: list[str]) -> bool:
    """Whether an answer says one of the accepted forms without much else; none is right where none is accepted."""
    if answer is None or not accepted:
        return answer is None and not accepted
    got = words(answer)
    return any(set(words(a)) <= set(got) and len(got) <= len(words(a)) + 6 for a in accepted)


def words(text: str) -> list[str]:
    plain = "".join(c if c.isalnum() else " " for c in text.casefold().replace("’s", "").replace("'s", ""))
    return [w for w in plain.split() if w not in {"the", "a", "an", "his", "her", "their", "to", "of", "in", "at", "is", "was"}]


def answers(name: str) -> float:
    """Questions answered rightly, those without an answer included."""
    asker = Asker(world_of(name))
    return share(answer_fits(asker.answer(q["q"]).answer, q["answers"]) for q in expected(name)["questions"])


MEASURES: dict[str, Callable[[Comparison], float]] = {
    measure.__name__: measure
    for measure in (
        Comparison.quotations, Comparison.speakers, Comparison.addressees, Comparison.pronouns, Comparison.mentions,
        Comparison.cast, Comparison.cast_precision,
        Comparison.relationship_precision, Comparison.relationship_recall, Comparison.scene_boundaries, Comparison.story_order,
        Comparison.frames, Comparison.note_labels, Comparison.facts, Comparison.lore, Comparison.deadlines,
        Comparison.events, Comparison.commitments, Comparison.beliefs,
    )
}  # fmt: skip


@cache
def figures(name: str) -> dict[str, float]:
    """Every figure of one example, by the name of its measure."""
    comparison = Comparison(expected(name) | {"text": story(name)}, world_of(name).to_json())
    return {layer: measure(comparison) for layer, measure in MEASURES.items()} | {"answers": answers(name)}


def floors() -> dict[str, dict[str, float]]:
    """What no figure may sink below: example -> measure -> figure."""
    table: dict[str, dict[str, float]] = json.loads(FLOORS.read_text(encoding="utf-8"))
    return table


def main(arguments: list[str]) -> None:
    table = floors()
    for name in NAMES:
        for layer, figure in figures(name).items():
            print(f"{name:14} {layer:24} {figure:6.3f}  floor {table.get(name, {}).get(layer, 0.0):.2f}")
            if "--raise" in arguments and (lifted := math.floor(figure * 100) / 100) > table.setdefault(name, {}).get(layer, 0.0):
                table[name][layer] = lifted
    if "--raise" in arguments:
        FLOORS.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
