"""Fits what each kind of evidence tells of the pronoun that a name goes by (``weights/pronouns.json``), on the marked scenes.

    python -m training.who.pronouns OUT --models MODELS     # every scene is read by the model that has not seen its part

A logistic regression without a constant: nothing known, nothing said. Prints the share of names told rightly, held out by parts.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fabula.layers import MentionKind
from fabula.reading.who.people import Person
from training.parts_of_texts import PARTS, model_of, part_of
from training.scenes.markup import read_scene
from training.who.collect import reading_of
from training.who.gold import GoldText, scenes

SCENES = Path(__file__).parents[1] / "scenes"
KINDS = ("title", "own", "kin", "wide", "ending", "votes", "linked")
WEIGHT_DECAY = 0.5
Column = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Name:
    """One person as found by names: the evidence, and whether she is *she*."""

    part: int
    evidence: tuple[float, ...]
    hers: bool


def names_of(gold: GoldText, pronouns: dict[str, str], model: Path | None) -> list[Name]:
    """The people of a scene who go by *he* or *she*, before anything is decided."""
    r = reading_of(gold, model)
    of: dict[int, Counter[str]] = defaultdict(Counter)
    for s in r.spots:
        who = gold.names.get((r.page.start[s.first], r.page.end[s.last - 1]))
        if s.kind == MentionKind.NAME and len(s.who) == 1 and who is not None:
            of[s.who[0]][pronouns[who]] += 1
    told = {p: count.most_common(1)[0][0] for p, count in of.items() if r.people[p].merged_into < 0}
    return [Name(part_of(gold.name), _row(r.people[p]), g == "she") for p, g in told.items() if g in ("he", "she")]


def _row(person: Person) -> tuple[float, ...]:
    found = person.evidence()
    return tuple(found[kind] for kind in KINDS)


def fit(names: list[Name]) -> Column:
    """Log odds by kind of evidence: Newton's method on the penalised likelihood."""
    x, y = np.array([n.evidence for n in names]), np.array([n.hers for n in names], float)
    w = np.zeros(len(KINDS))
    for _ in range(50):
        p = 1.0 / (1.0 + np.exp(-x @ w))
        slope = x.T @ (p - y) + WEIGHT_DECAY * w
        curve = (x * (p * (1.0 - p))[:, None]).T @ x + WEIGHT_DECAY * np.eye(len(w))
        w = w - np.linalg.solve(curve, slope)
    return w


def held_out(names: list[Name]) -> dict[str, float]:
    """Of all names, the share that is told rightly, wrongly, and not at all, each by weights that have not seen its part."""
    out = Counter[str]()
    for part in range(PARTS):
        w = fit([n for n in names if n.part != part])
        for n in (n for n in names if n.part == part):
            hers = 1.0 / (1.0 + np.exp(-np.dot(n.evidence, w)))
            out["open" if 0.3 < hers < 0.7 else "right" if (hers > 0.5) == n.hers else "wrong"] += 1
    return {kind: round(count / len(names), 3) for kind, count in sorted(out.items())} | {"of": len(names)}


def main() -> None:
    """Read the scenes, fit, keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--models", type=Path)
    a = parser.parse_args()
    names: list[Name] = []
    for gold in scenes(SCENES):
        pronouns = {c["id"]: c["pronouns"] for c in read_scene(SCENES / f"{gold.name}.scene").to_json()["characters"]}
        names += names_of(gold, pronouns, model_of(part_of(gold.name), a.models))
    a.out.mkdir(parents=True, exist_ok=True)
    found = {kind: round(float(w), 3) for kind, w in zip(KINDS, fit(names), strict=True)}
    (a.out / "pronouns.json").write_text(json.dumps(found) + "\n", encoding="utf-8")
    print(json.dumps({"weights": found, "held out": held_out(names)}))


if __name__ == "__main__":
    main()
