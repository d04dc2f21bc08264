"""Annotated stories set in other marks and damaged by rule: a floor under what is found of their quotations."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fabula.bench.quotation_robustness import DAMAGE, damaged, robustness, set_in

SHARED = Path(os.environ.get("FABULA_DATA", Path(__file__).parents[2].parent / "shared" / "data")).parent
STORIES = sorted(SHARED.glob("scenes/*.json")) + sorted(SHARED.glob("stories/*.json"))
STORY = "Ann sat. “You’re late,” said Ben. “Am I?”\n\n“Very.” He left."
SPANS = [(9, 23), (34, 41), (43, 50)]


def test_marks_are_exchanged_and_positions_move_along() -> None:
    text, spans = set_in(("<<", ">>"), STORY, SPANS)
    assert [text[s:e] for s, e in spans] == ["<<You’re late,>>", "<<Am I?>>", "<<Very.>>"]
    assert text.replace("<<", "“").replace(">>", "”") == STORY


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_keeps_the_words_of_every_quotation(kind: str) -> None:
    text, spans = damaged(kind, STORY, SPANS)
    assert [text[s:e].strip("“” ") for s, e in spans] == ["You’re late,", "Am I?", "Very."]


@pytest.mark.skipif(not STORIES, reason="the annotated stories are not here (set FABULA_DATA)")
@pytest.mark.parametrize(("marks", "floor"), [("as set", 0.98), ("straight double", 0.98), ("straight single", 0.96), ("low-high", 0.98)])
def test_quotations_are_found_whatever_the_marks_and_the_damage(marks: str, floor: float) -> None:
    scores = robustness(STORIES, marks=(marks,))
    assert {damage: score.f1 for (_, damage), score in scores.items() if score.f1 < floor} == {}
