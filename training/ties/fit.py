"""Fit what the signs of a slot weigh: ``python -m training.ties.fit STORIES… --write src/fabula/lexicons/tie_weights.txt``.

Each slot of each text ("Ann's mother", as read) is one choice among those who might fill it, or nobody. What is right is told by annotated
relationships (stories, and the scenes of ``scenes.txt``) or, for the other marked scenes, by the marked mentions: whom "her mother" means
there. Reported are the choices of five folds by text, each made by weights fitted on the others.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fabula.bench import comparison
from fabula.bench.comparison import Comparison
from fabula.bench.gold import gold_layers, load_gold
from fabula.bench.stories import annotated_stories
from fabula.reading import relationships, trees
from fabula.reading.cast import Cast
from fabula.reading.pipeline import STEPS
from fabula.reading.steps import Layers, run_pipeline
from fabula.reading.tie_address import Addresses, is_ghost
from fabula.reading.tie_phrases import Phrases, Slot, only_a_kin_name
from fabula.reading.tie_slots import Slots
from fabula.reading.tie_trees import TreeTies
from fabula.text import read_manuscript
from training.scenes.markup import main as write_scenes

_SCENES, _HERE = Path(__file__).parent.parent / "scenes", Path(__file__).parent
_FOLDS, _RIDGE, _ROUNDS = 5, 1.0, 500
_SURER = 2.0  # annotated relationships weigh more than marked mentions, which leave out much

Array = NDArray[np.float64]
Tie = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Choice:
    """One slot of a text: the signs of every candidate, which of them are right, and how much it counts."""

    text: str
    signs: list[Mapping[str, float]]
    right: list[bool]
    weight: float


def read(text: Path) -> Layers:
    """Everything before the relationships."""
    layers: Layers = {"manuscript": read_manuscript(text)}
    wanted = STEPS[: STEPS.index(relationships.STEP)]
    skipped = {"events", "causes", "emotions"}
    for _, given in run_pipeline([s for s in wanted if s.name not in skipped], layers):
        layers.update(given)
    return layers


def slots_of(layers: Layers) -> Slots:
    characters, t = layers["characters"], layers["trees"]
    addresses = Addresses(t, characters, frozenset(c.id for c in characters if is_ghost(c)))
    slots = Slots(Phrases(t, characters, layers["scenes"]).all(), characters, addresses, t.cast)
    stated = TreeTies(t, characters)
    for _ in stated.ties():
        pass
    for (slot, target), sure in stated.stated.items():
        slots.state(slot, target, sure)
    return slots


def world_of(layers: Layers) -> dict[str, Any]:
    """As much of World JSON as people are mapped by."""
    cast = Cast(layers["characters"], layers["mentions"], layers["members"], layers["quotes"])
    return {
        "characters": [{"id": c.id, "name": c.name, "aliases": [{"text": a.text} for a in c.aliases]} for c in layers["characters"]],
        "mentions": [{"start": m.start, "end": m.end, "characters": list(m.who)} for m in cast.mentions],
        "quotes": [{"start": q.start, "end": q.end, "speaker": q.speaker} for q in layers["quotes"]],
    }


def tie_of(slot: Slot, owner: str, target: str) -> Tie:
    a, b = (owner, target) if slot.end == "owner" else (target, owner)
    if slot.type in relationships.DIRECTED:
        return slot.type, a, b
    return slot.type, min(a, b), max(a, b)


def annotated_ties(rows: Iterable[Mapping[str, str]]) -> set[Tie]:
    directed = relationships.DIRECTED
    return {(r["type"], *((r["a"], r["b"]) if r["type"] in directed else sorted((r["a"], r["b"])))) for r in rows}


def marked(scene: Path, layers: Layers) -> Layers:
    """The layers of a scene as it is marked, with what was read of its words."""
    gold = gold_layers(scene)
    narrator = next((c["id"] for c in load_gold(scene)["characters"] if "narrator" in c["name"] or c["id"] == "me"), None)
    told = layers["narration"]
    gold |= {n: layers[n] for n in ("words", "tokens", "sentences", "manuscript")}
    gold |= {"scenes": (), "narration": replace(told, narrator=narrator if told.person == "first" else None)}
    return gold | dict(trees.STEP.run(**{n: gold[n] for n in trees.STEP.needs}))


def marked_ties(layers: Layers) -> set[Tie]:
    """What the marked mentions of a scene say: whom each phrase for a relative means."""
    return {
        tie_of(p.slot, p.slot.owner, who)
        for p in Phrases(layers["trees"], layers["characters"], ()).all()
        for who in (*p.votes, *(p.faces if len(p.faces) == 1 else ()))
    }


def choices(name: str, layers: Layers, gold: dict[str, Any], right: set[Tie], weight: float) -> Iterator[Choice]:
    people = Comparison(gold, world_of(layers)).people
    slots = slots_of(layers)
    for slot in slots.phrases:
        owner = people.get(slot.owner)
        found = [(w, signs) for w, signs in slots.candidates(slot) if w in people or not _open(slots, w)] if owner else []
        if found and owner:
            yield Choice(name, [s for _, s in found], [w in people and tie_of(slot, owner, people[w]) in right for w, _ in found], weight)


def _open(slots: Slots, who: str) -> bool:
    """Somebody without a counterpart and without a name of their own may be right all the same: they are left out."""
    return not slots.people[who].aliases or only_a_kin_name(slots.people[who])


def gather(stories: list[Path]) -> list[Choice]:
    out: list[Choice] = []
    for story in annotated_stories(stories):
        gold, layers = load_gold(story.reading), read(story.text)
        if gold.get("relationships"):
            out += choices(story.name, layers, gold, annotated_ties(gold["relationships"]), _SURER)
    comparison._ENOUGH = 0.5  # in a scene a single mention maps somebody without a name
    known = scene_ties()
    with TemporaryDirectory() as folder:
        write_scenes(["write", folder, *map(str, sorted(_SCENES.glob("*.scene")))])
        for text in sorted(Path(folder).glob("*.txt")):
            layers, gold = read(text), load_gold(text.with_suffix(".json"))
            as_marked = marked(text.with_suffix(".json"), layers)
            if text.stem in known:  # as read, and as it would be read without a mistake about who is who
                out += choices(text.stem, layers, gold, known[text.stem], _SURER)
                out += choices(text.stem, as_marked, gold, known[text.stem], 1.0)
            else:
                out += choices(text.stem, layers, gold, marked_ties(as_marked), 1.0)
    return out


def scene_ties() -> dict[str, set[Tie]]:
    """The annotated relationships of scenes."""
    out: dict[str, set[Tie]] = {}
    for line in (_HERE / "scenes.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#") and line.strip():
            name, _, parts = line.partition(": ")
            rows = [(kind, pair.split("-")) for kind, *pairs in map(str.split, parts.split(";")) for pair in pairs]
            out[name] = annotated_ties({"type": kind, "a": a, "b": b} for kind, (a, b) in rows)
    return out


class Fit:
    """Choices as arrays; a conditional logit with "nobody" at odds of one."""

    def __init__(self, data: list[Choice]) -> None:
        self.names = list(data[0].signs[0])
        most = max(len(c.signs) for c in data)
        self.x = np.zeros((len(data), most, len(self.names)))
        self.y, self.there = np.zeros((len(data), most)), np.zeros((len(data), most), bool)
        for i, c in enumerate(data):
            self.x[i, : len(c.signs)] = [[s[n] for n in self.names] for s in c.signs]
            self.y[i, : len(c.signs)], self.there[i, : len(c.signs)] = c.right, True
        self.weight = np.array([c.weight for c in data])

    def chances(self, w: Array, rows: NDArray[np.int64]) -> Array:
        z = np.where(self.there[rows], self.x[rows] @ w, -1e9)
        top = np.maximum(0, z.max(1, keepdims=True))
        e = np.exp(z - top)
        return np.asarray(e / (e.sum(1, keepdims=True) + np.exp(-top)))

    def weights(self, rows: NDArray[np.int64]) -> Array:
        w, step = np.zeros(len(self.names)), 0.02
        loss, slope = self._loss(w, rows)
        for _ in range(_ROUNDS):
            tried = w - step * slope
            new, new_slope = self._loss(tried, rows)
            if new < loss:
                done, (w, loss, slope) = loss - new < 1e-4, (tried, new, new_slope)
                if done:
                    break
            step *= 1.25 if new <= loss else 0.4
        return w

    def _loss(self, w: Array, rows: NDArray[np.int64]) -> tuple[float, Array]:
        p, y, n = self.chances(w, rows), self.y[rows], self.weight[rows]
        hit, some = (p * y).sum(1), y.sum(1) > 0
        likely = np.where(some, hit, 1 - p.sum(1))
        mine = np.where(some[:, None], p * y / (hit[:, None] + 1e-12), 0)
        slope = (((p - mine) * n[:, None])[:, :, None] * self.x[rows]).sum((0, 1)) + _RIDGE * w
        return float(-(n * np.log(np.maximum(likely, 1e-12))).sum() + 0.5 * _RIDGE * w @ w), slope


def report(fit: Fit, data: list[Choice]) -> None:
    """Of the choices made on texts held out with a probability of at least so much, the share that is right."""
    fold = np.array([hash_of(c.text) % _FOLDS for c in data])
    best, right = np.zeros(len(data)), np.zeros(len(data))
    for f in range(_FOLDS):
        rows = np.flatnonzero(fold == f)
        p = fit.chances(fit.weights(np.flatnonzero(fold != f)), rows)
        at = p.argmax(1)
        best[rows], right[rows] = p[np.arange(len(rows)), at], fit.y[rows, at]
    for least in (0.3, 0.4, 0.5, 0.6, 0.7):
        chosen = best >= least
        print(f"{least:.1f}: {int(right[chosen].sum())} of {int(chosen.sum())} right")


def hash_of(text: str) -> int:
    """The same number for a name in every run."""
    return sum(map(ord, text))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stories", nargs="+", type=Path, help="folders of annotated stories")
    parser.add_argument("--write", type=Path, help="the file of weights to be written")
    args = parser.parse_args()
    data = gather(args.stories)
    fit = Fit(data)
    report(fit, data)
    w = fit.weights(np.arange(len(data)))
    rows = "".join(f"{n}\t{v:.2f}\n" for n, v in zip(fit.names, w, strict=True))
    if args.write:
        args.write.write_text(_HEADER + rows, encoding="utf-8")
    else:
        print(rows, end="")


_HEADER = """# What the signs weigh by which somebody is taken for another's relative (fabula.reading.tie_slots): log odds for each,
# fitted on the annotated stories and the marked scenes of this project by training/ties/fit.py. Licence: Apache-2.0.
[slots]
"""

if __name__ == "__main__":
    main()
