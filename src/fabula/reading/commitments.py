"""Commitments: who bound whom to what, on which condition, and what became of it as far as the later text shows.

What binds is found by its form (``binding_told``, ``binding_said``, ``binding_answers``). How much it weighs is told by signs
(``binding_signs``), weighed by logistic regression on annotated stories (``weights/commitments.json``, ``training.commitments``): it
says how probably a careful reader would write it down, for most of what people tell each other to do is said in passing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from math import exp
from typing import Any

from fabula.elements import Commitment, Frame
from fabula.reading.binding import Bond, Grammar
from fabula.reading.binding_answers import Answers
from fabula.reading.binding_said import Said
from fabula.reading.binding_signs import Signs
from fabula.reading.binding_told import Told
from fabula.reading.fates import Fates
from fabula.reading.steps import Step
from fabula.reading.trees import Trees

_ORIGIN = "commitments@2"
_LEAST = 0.25  # below this not even the review list wants it


def bonds(trees: Trees, frames: tuple[Frame, ...], people: frozenset[str]) -> list[Bond]:
    """Everything that binds, with its signs, in order of the words."""
    grammar = Grammar(trees, frames)
    told, said, answers = Told(grammar), Said(grammar), Answers(grammar)
    signs, fates = Signs(grammar, answers), Fates(trees)
    found: list[Bond] = list(answers.all())
    for at, is_told in enumerate(trees.told):
        if is_told:
            found += told.at(at)
            found += said.at(at)
    ordered = sorted((b for b in found if b.by in people), key=lambda b: (b.span, b.act))
    return [replace(b, signs=signs.of(b) | _carried_out(b, fates)) for b in ordered]


def _carried_out(bond: Bond, fates: Fates) -> frozenset[str]:
    """An order that is carried out was one."""
    return frozenset(("carried out",) if bond.kind == "order" and fates.of(bond)[0] == "kept" else ())


@cache
def _weights() -> Mapping[str, float]:
    text = files("fabula.reading").joinpath("weights", "commitments.json").read_text(encoding="utf-8")
    return {sign: float(weight) for sign, weight in json.loads(text).items()}


def features(bond: Bond) -> dict[str, float]:
    """What the regression weighs."""
    return {"": 1.0, f"form: {bond.form}": 1.0, "unsure": 1.0 - bond.sure} | dict.fromkeys(bond.signs, 1.0)


def weighed(bond: Bond) -> Bond:
    points = sum(_weights().get(name, 0.0) * value for name, value in features(bond).items())
    return replace(bond, confidence=1.0 / (1.0 + exp(-points)))


def commit(trees: Trees, frames: tuple[Frame, ...], people: frozenset[str]) -> tuple[Commitment, ...]:
    """All commitments that the text tells or lets its people make, in order of the words that bind."""
    fates = Fates(trees)
    single = one_each(weighed(b) for b in bonds(trees, frames, people))
    undone = fates.undone(single)
    out = []
    for i, bond in enumerate(single):
        if bond.confidence < _LEAST:
            continue
        fate, shown = undone[i] if i in undone else fates.of(bond)
        evidence = (bond.span, *bond.also, *((shown,) if shown is not None else ()))
        out.append(
            Commitment(
                by=bond.by, to=tuple(w for w in bond.to if w in people), kind=bond.kind, condition=bond.condition, fate=fate,
                evidence=evidence, confidence=round(min(0.9, bond.confidence), 3), origin=_ORIGIN,
            )
        )  # fmt: skip
    return tuple(sorted(out, key=lambda c: (c.evidence[0], c.by)))


def one_each(bonds: Iterable[Bond]) -> list[Bond]:
    """The surest of those whose words overlap and that are by one person ("I promise I'll pay" is one promise)."""
    out: list[Bond] = []
    for bond in sorted(bonds, key=lambda b: (b.span.start, -b.confidence)):
        rival = next((i for i in range(len(out) - 1, max(-1, len(out) - 6), -1) if _one(out[i], bond)), None)
        if rival is None:
            out.append(bond)
        elif bond.confidence > out[rival].confidence:
            condition = bond.condition or out[rival].condition
            out[rival] = replace(bond, condition=condition, act=bond.act if bond.act >= 0 else out[rival].act)
    return out


def _one(x: Bond, y: Bond) -> bool:
    return x.by == y.by and x.span.overlaps(y.span)


def _run(trees: Trees, frames: tuple[Frame, ...], characters: tuple[Any, ...]) -> Mapping[str, Any]:
    return {"commitments": commit(trees, frames, frozenset(c.id for c in characters))}


STEP = Step(name="commitments", version="2", needs=("trees", "frames", "characters"), gives=("commitments",), run=_run)
