from pathlib import Path

import pytest
from training.data.sources import data_folder, load_splits
from training.make_splits import SAME_WORK, gum_parts, litbank_folds, make_splits, run


def test_no_document_is_on_two_sides_of_a_run() -> None:
    for name, parts in load_splits()["runs"].items():
        everything = [d for part in parts.values() for d in part]
        assert len(everything) == len(set(everything)) == 90, name


def test_the_folds_deal_out_every_document_once() -> None:
    folds = load_splits()["folds"]
    everything = [d for fold in folds for d in fold["litbank"]]
    assert len(everything) == len(set(everything)) == 90
    assert {len(fold["litbank"]) for fold in folds} == {18}


def test_a_work_in_two_sources_is_on_one_side_of_every_fold() -> None:
    assert len(SAME_WORK) == 14
    for fold in load_splits()["folds"]:
        novels = {SAME_WORK[d.removesuffix("_brat")] for d in fold["litbank"] if d.removesuffix("_brat") in SAME_WORK}
        assert novels == set(fold["pdnc"]) & set(SAME_WORK.values())


def test_a_fold_tests_what_it_does_not_train_on() -> None:
    splits = load_splits()
    for k, fold in enumerate(splits["folds"]):
        assert splits["runs"][f"fold-{k}"]["test"] == fold["litbank"]
        assert not set(fold["litbank"]) & set(splits["runs"][f"fold-{k}"]["train"])


def test_a_document_that_is_held_out_twice_counts_as_test() -> None:
    assert run(["a", "b", "c"], ["a", "b"], ["b"]) == {"train": ["c"], "dev": ["a"], "test": ["b"]}


def test_documents_of_no_novel_fill_the_smallest_fold() -> None:
    folds = litbank_folds(["158_emma_brat", "1_x_brat", "2_y_brat", "3_z_brat", "4_w_brat"], [["Emma"], [], [], [], []])
    assert folds[0] == ["158_emma_brat"]
    assert {len(f) for f in folds} == {1}


def test_the_parts_of_gum_are_lists_under_headings() -> None:
    assert gum_parts("# Splits\n\n## dev\n\n  * GUM_a_b\n\n## test\n\n  * GUM_c_d\n") == {"dev": ["GUM_a_b"], "test": ["GUM_c_d"]}


@pytest.mark.skipif(not data_folder().is_dir(), reason="FABULA_DATA names no folder of corpora")
def test_the_split_file_is_what_the_script_makes() -> None:
    assert make_splits(data_folder()) == load_splits()


@pytest.mark.skipif(not data_folder().is_dir(), reason="FABULA_DATA names no folder of corpora")
def test_official_development_and_test_documents_are_not_trained_on() -> None:
    data, train = data_folder(), set(load_splits()["runs"]["reader"]["train"])

    def names(path: Path) -> set[str]:
        return {line.removesuffix(".tsv") for line in path.read_text(encoding="utf-8").split()}

    for part in ("dev", "test"):
        assert not train & names(data / f"lrec2020-coref/data/litbank_tenfold_splits/0/{part}.ids")
        assert not train & names(data / f"NAACL2019-literary-entities/data/litbank/{part}.ids")
