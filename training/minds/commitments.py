"""Fits what each sign tells of the weight of binding words (``src/fabula/reading/weights/commitments.json``).

    python -m training.minds.commitments OUT STORIES…       # folders of annotated stories, read from their texts

Candidates of annotated stories count as right where they touch a commitment of the annotation by the same person, and are left out where
they touch one by somebody else; those of the marked scenes are judged in ``commitments.txt``, with a sign of their own, as scenes are short
and undertake less. A logistic regression with Gaussian priors: around 0, but for the verbs that bind by what they mean ("promised",
"threatened to"), of which the stories have too few. Most of what people tell each other to do is undertaken indeed though no annotator
lists it, so a candidate that is listed with probability ``LISTED`` is shown (0.5). Prints precision and recall on stories left out.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import log
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fabula.bench.comparison import Comparison, Json, span, touch
from fabula.bench.figures import Found
from fabula.bench.gold import load_gold
from fabula.bench.stories import Story, annotated_stories
from fabula.reading.binding import Bond
from fabula.reading.commitments import bonds, features, one_each
from fabula.reading.pipeline import STEPS
from fabula.reading.steps import run_pipeline
from fabula.text import read_manuscript
from fabula.world.build import build_world
from training.minds.marked import layers_of

HERE = Path(__file__).parent
SCENES = HERE.parent / "scenes"
LISTED = 0.3
DECAY, FIRM, FREE = 1.5, 6.0, 1e-3  # precision of a prior around 0, of one that says what words mean, of the constant's
LEAST = 4  # times that a sign must be seen
IN_SCENE = "scene"
PRIORS = {f"form: {form}": 1.5 for form in ("promise", "vow", "agreement", "threat", "offer", "order", "word given")} | {
    "form: strong assent": 1.0, "form: weak assent": -0.5, "form: you can't": -1.5, "form: you mustn't": 0.7,
    "trifle": -2.5, "doubted": -1.0, "says so": -1.5, "asked": -1.0, "bare": -0.5, "no deed": -2.0, "only speaks": -2.0,
    "carried out": 1.5, "slight order": -0.7, "narrated": 0.0,
}  # fmt: skip
Column = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    signs: dict[str, float]
    right: bool


@dataclass(frozen=True, slots=True)
class Told:
    """One annotated story with what is found in it."""

    gold: list[Json]
    comparison: Comparison
    found: list[Bond]

    def matches(self, bond: Bond, *, same: bool = True) -> set[int]:
        """Rows of the annotated commitments whose words a bond touches, by the same person (or by anybody)."""
        own = self.comparison.people.get(bond.by)
        evidence = [bond.span, *bond.also]
        return {i for i, g in enumerate(self.gold) if touch(evidence, [span(g)]) and (not same or own == g["by"])}

    def examples(self) -> Iterator[Example]:
        for bond in self.found:
            right = bool(self.matches(bond))
            if right or not self.matches(bond, same=False):
                yield Example(features(bond), right)


def told(story: Story) -> Told:
    manuscript = read_manuscript(story.text)
    layers: dict[str, object] = {"manuscript": manuscript}
    for _, given in run_pipeline(STEPS, layers.copy()):
        layers.update(given)
    gold = load_gold(story.reading)
    world = build_world(layers, origins={}, log=()).to_json()
    people = frozenset(c["id"] for c in world["characters"])
    found = bonds(layers["trees"], layers["frames"], people)  # type: ignore[arg-type]
    return Told(gold["commitments"], Comparison(gold, world), found)


def judged_scenes() -> Iterator[Example]:
    """What is found in the marked scenes that were judged."""
    for line in (HERE / "commitments.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        name, yes, left = (part.split() for part in line.split("\t"))
        layers = layers_of(SCENES / f"{name[0]}.scene")
        for bond in bonds(layers["trees"], (), frozenset(c.id for c in layers["characters"])):
            if str(bond.span.start) not in left:
                yield Example(features(bond) | {IN_SCENE: 1.0}, str(bond.span.start) in yes)


def fit(examples: Sequence[Example]) -> dict[str, float]:
    """Weights by sign: Newton's method on the penalised likelihood; signs seen too seldom keep their prior."""
    seen = Counter(name for e in examples for name in e.signs)
    names = ["", *sorted(n for n, k in seen.items() if n and k >= LEAST)]
    x = np.array([[e.signs.get(n, 0.0) for n in names] for e in examples])
    y = np.array([e.right for e in examples], float)
    prior = np.array([PRIORS.get(n, 0.0) for n in names])
    decay = np.array([FREE, *(FIRM if n in PRIORS else DECAY for n in names[1:])])
    offset = np.array([sum(PRIORS.get(n, 0.0) * v for n, v in e.signs.items() if n not in names) for e in examples])
    w = prior.copy()
    for _ in range(50):
        p: Column = 1.0 / (1.0 + np.exp(-(x @ w + offset)))
        w = w - np.linalg.solve((x * (p * (1 - p))[:, None]).T @ x + np.diag(decay), x.T @ (p - y) + decay * (w - prior))
    return PRIORS | {n: float(v) for n, v in zip(names, w, strict=True)}


def shown(weights: dict[str, float]) -> dict[str, float]:
    """The weights as they are shipped: the constant moved so that what is listed with probability ``LISTED`` is even."""
    kept = {n: round(v, 2) for n, v in weights.items() if n != IN_SCENE and abs(v) >= 0.005}
    return kept | {"": round(weights[""] - log(LISTED / (1 - LISTED)), 2)}


def held_out(stories: Sequence[Told], scenes: Sequence[Example]) -> Found:
    """Of each story, what is shown by weights that have not seen it."""
    total = Found(0, 0, 0, 0)
    for one in stories:
        weights = shown(fit([*scenes, *(e for other in stories if other is not one for e in other.examples())]))
        points = (sum(weights.get(n, 0.0) * v for n, v in features(b).items()) for b in one.found)
        kept = [b for b in one_each(replace(b, confidence=p) for b, p in zip(one.found, points, strict=True)) if b.confidence >= 0]
        matched = [one.matches(b) for b in kept]
        total += Found(sum(map(bool, matched)), len(kept), len(set().union(*matched)), len(one.gold))
    return total


def main() -> None:
    """Read, fit, keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("stories", type=Path, nargs="+")
    a = parser.parse_args()
    stories = [told(s) for s in annotated_stories(a.stories) if load_gold(s.reading).get("commitments")]
    scenes = list(judged_scenes())
    weights = shown(fit([*scenes, *(e for s in stories for e in s.examples())]))
    a.out.mkdir(parents=True, exist_ok=True)
    (a.out / "commitments.json").write_text(json.dumps(weights, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    print(json.dumps({"weights": weights, "held out": held_out(stories, scenes).to_json()}, indent=1))


if __name__ == "__main__":
    main()
