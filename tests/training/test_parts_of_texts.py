"""Where annotated texts stand: one partition for all that is learned of who-is-who."""

from __future__ import annotations

from pathlib import Path

import pytest
from training.data.sources import load_splits
from training.make_splits import SAME_WORK
from training.parts_of_texts import PARTS, model_of, part_of

from fabula.bench.corpora import InputError

SCENES = sorted(p.stem for p in (Path(__file__).parents[2] / "training" / "scenes").glob("*.scene"))


def test_a_work_in_two_sources_is_in_one_part() -> None:
    held = load_splits()["development"]
    both = {document: novel for document, novel in SAME_WORK.items() if f"{document}_brat" not in held}
    assert len(both) == 12
    assert all(part_of(f"{document}_brat") == part_of(novel) for document, novel in both.items())


def test_the_first_parts_are_the_folds_of_the_same_number() -> None:
    folds = load_splits()["folds"]
    for k, fold in enumerate(folds):
        assert {part_of(novel) for novel in fold["pdnc"]} == {min(k, PARTS - 1)}


def test_every_scene_is_in_a_part_and_no_part_lacks_scenes() -> None:
    assert {part_of(name) for name in SCENES} == set(range(PARTS))


def test_a_text_that_is_held_out_is_in_no_part() -> None:
    for name in (*load_splits()["development"], "a_story_of_somebody_else"):
        with pytest.raises(InputError, match="in no part"):
            part_of(name)


def test_a_part_is_read_by_its_own_model_if_there_is_one(tmp_path: Path) -> None:
    (tmp_path / "2").mkdir()
    (tmp_path / "2" / "manifest.json").write_text("{}", encoding="utf-8")
    assert model_of(2, tmp_path) == tmp_path / "2"
    assert model_of(1, tmp_path) is None
    assert model_of(2, None) is None
