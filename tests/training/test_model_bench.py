"""The figures of ``fabula.bench.model``, with readers whose labels are known."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from training_samples import CONLLU, write_litbank

from fabula.bench.corpora import read_conllu, read_litbank
from fabula.bench.model import measure_folder, measure_literary, measure_syntax
from fabula.encoder.labels import DEPRELS, MENTION_KINDS, MENTION_TYPES, UPOS
from fabula.encoder.reader import ModelMentions, Reading, WordLabels
from fabula.errors import InputError

BOAT_MENTIONS = [(0, 2, "PER", "PROP"), (3, 7, "VEH", "NOM"), (3, 5, "PER", "NOM"), (3, 4, "PER", "PRON"), (13, 14, "PER", "PROP")]


class Told:
    """A reader that gives the labels it was told."""

    def __init__(
        self,
        mentions: Sequence[tuple[int, int, str, str]] = (),
        events: Sequence[int] = (),
        upos: Sequence[str] = (),
        heads: Sequence[int] = (),
        deprels: Sequence[str] = (),
    ) -> None:
        self.mentions, self.events, self.upos, self.heads, self.deprels = mentions, events, upos, heads, deprels

    def read_words(self, words: Sequence[str], sentences: Sequence[tuple[int, int]]) -> Reading:
        n = len(words)
        columns = {name: np.zeros(n, dtype) for name, dtype in WordLabels.dtypes.items()}
        columns["event"][list(self.events)] = 0.9
        for name, values in (("upos", [UPOS.index(u) for u in self.upos]), ("deprel", [DEPRELS.index(d) for d in self.deprels])):
            columns[name][: len(values)] = values[:n]
        columns["head"][: len(self.heads)] = self.heads[:n]
        rows = [(a, b, a, b, MENTION_KINDS.index(k), MENTION_TYPES.index(t), 0.9) for a, b, t, k in self.mentions]
        return Reading(WordLabels(**columns), ModelMentions.from_rows(rows))


def test_what_is_all_right_scores_a_hundred(tmp_path: Path) -> None:
    figures = measure_literary(Told(BOAT_MENTIONS, events=(2, 12)), read_litbank(write_litbank(tmp_path)))
    assert figures["entities"] == {"precision": 100.0, "recall": 100.0, "f1": 100.0, "gold": 4}
    assert figures["mentions"]["gold"] == 5
    assert [figures[k]["f1"] for k in ("names", "nominals", "pronouns", "events", "entities VEH")] == [100.0] * 5
    assert (figures["documents"], figures["words"]) == (1, 15)


def test_a_span_of_another_type_or_end_is_wrong(tmp_path: Path) -> None:
    told = [(0, 2, "ORG", "PROP"), (3, 6, "VEH", "NOM"), *BOAT_MENTIONS[2:]]
    figures = measure_literary(Told(told, events=(2, 3, 12)), read_litbank(write_litbank(tmp_path)))
    assert figures["entities"] == {"precision": 50.0, "recall": 50.0, "f1": 50.0, "gold": 4}
    assert figures["pronouns"]["f1"] == 100.0
    assert figures["events"] == {"precision": 66.67, "recall": 100.0, "f1": 80.0, "gold": 2}


def test_pronouns_are_no_entities(tmp_path: Path) -> None:
    figures = measure_literary(Told(BOAT_MENTIONS[3:4]), read_litbank(write_litbank(tmp_path)))
    assert figures["entities"]["recall"] == 0.0
    assert figures["mentions"]["recall"] == 20.0


def test_labels_are_compared_without_subtypes_for_las(tmp_path: Path) -> None:
    (tmp_path / "x.conllu").write_text(CONLLU.split("# newdoc id = b")[0], encoding="utf-8")
    tags = ("PROPN", "PROPN", "VERB", "AUX", "ADV")
    told = Told(upos=tags, heads=(2, 0, -1, 2, 3), deprels=("nsubj:pass", "flat", "root", "aux", "advmod"))
    figures = measure_syntax(told, read_conllu(tmp_path / "x.conllu", source="x"))
    assert (figures["upos"], figures["uas"], figures["las"], figures["las_with_subtypes"]) == (80.0, 80.0, 80.0, 60.0)
    assert figures["Tense"] == 80.0
    assert figures["words"] == 5


def test_a_folder_is_measured_by_its_format(tmp_path: Path) -> None:
    litbank = write_litbank(tmp_path / "litbank")
    treebank = tmp_path / "treebank"
    treebank.mkdir()
    (treebank / "x-ud-train.conllu").write_text(CONLLU, encoding="utf-8")
    (treebank / "x-ud-dev.conllu").write_text(CONLLU.split("# newdoc id = b")[0], encoding="utf-8")
    assert measure_folder(Told(BOAT_MENTIONS), litbank)["entities"]["f1"] == 100.0
    assert measure_folder(Told(), treebank)["words"] == 5
    assert measure_folder(Told(), treebank, part="train")["words"] == 7


def test_gum_is_divided_by_its_list(tmp_path: Path) -> None:
    (tmp_path / "dep").mkdir()
    for name in ("GUM_a_b", "GUM_c_d"):
        (tmp_path / "dep" / f"{name}.conllu").write_text(CONLLU, encoding="utf-8")
    (tmp_path / "splits.md").write_text("# Splits\n\n## dev\n\n  * GUM_a_b\n\n## train\n\n  * GUM_c_d\n", encoding="utf-8")
    assert measure_folder(Told(), tmp_path)["documents"] == 2
    assert measure_folder(Told(), tmp_path, documents=frozenset({"a"}))["documents"] == 1


def test_a_folder_of_neither_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing to measure"):
        measure_folder(Told(), tmp_path)
