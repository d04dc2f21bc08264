"""Speakers of novels against their annotation: a small case whose figures are counted by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from small_novel import CHARACTERS, write_corpus, write_novel, write_rows

from fabula.bench.figures import Found, Share
from fabula.bench.pdnc import novel_folders, read_novel
from fabula.bench.quotes import CAUSES, NovelScore, bench_novel, pool, score_novel
from fabula.bench.reliability import Bin, Reliability
from fabula.bench.running import steps_to
from fabula.elements import Alias, Character, Quote
from fabula.errors import InputError

ROWS: list[tuple[object, ...]] = [
    ("Ann", "['Bo']", "Explicit", "[[10, 20]]"),
    ("Bo ", "['Ann Lee']", "Anaphoric", "[[30, 34], [40, 60]]"),
    ("Ann Lee", "['Bo', '_group']", "Implicit", "[[70, 80]]"),
    ("The Ferryman", "[]", "Implicit", "[[90, 95]]"),
    ("_group", "['Bo']", "Implicit", "[[100, 105]]"),
    ("Bo", "['Ann']", "nan", "[[110, 120]]"),
]


def person(id: str, name: str, times: int) -> Character:
    return Character(id=id, name=name, aliases=(Alias(name, times),), confidence=1.0, origin="t@1")


def quote(start: int, end: int, speaker: str | None, to: tuple[str, ...] = (), **more: Any) -> Quote:
    return Quote(start=start, end=end, speaker=speaker, addressees=to, origin="t@1", **{"confidence": 0.9} | more)


PEOPLE = [person("c1", "Ann", 5), person("c2", "Bo", 4), person("c3", "Ann Lee", 1)]
QUOTES = [
    quote(9, 21, "c1", ("c2",), cue="explicit"),
    quote(29, 35, "c2", ("c1",), cue="anaphoric", confidence=0.6),  # the lesser part is right, the greater is not
    quote(39, 61, "c1", (), cue="anaphoric", confidence=0.65),
    quote(69, 81, "c3", ("c3",), cue="implicit", confidence=0.5),  # Ann, split off as somebody else
    quote(99, 106, "c2", ()),  # nobody in particular says this
    quote(109, 121, None, ("c1",), confidence=0.3),
    quote(130, 140, "c2", (), kind="thought"),
]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus")


@pytest.fixture
def score(tmp_path: Path) -> NovelScore:
    write_novel(tmp_path / "Quay", "", ROWS)
    return score_novel(read_novel(tmp_path / "Quay"), PEOPLE, QUOTES)


def test_a_quotation_is_right_when_most_of_it_is_given_to_the_one_counterpart_of_its_speaker(score: NovelScore) -> None:
    assert score.figures["speakers"] == Share(1, 5)
    by_cue = {cue: score.figures[f"speakers.{cue}"] for cue in ("explicit", "anaphoric", "implicit", "untyped")}
    assert by_cue == {"explicit": Share(1, 1), "anaphoric": Share(0, 1), "implicit": Share(0, 2), "untyped": Share(0, 1)}


def test_parts_of_an_interrupted_quotation_count_each(score: NovelScore) -> None:
    assert score.figures["speaker_parts"] == Share(2, 6)
    assert score.figures["speaker_parts.anaphoric"] == Share(1, 2)


def test_every_wrong_quotation_has_one_cause(score: NovelScore) -> None:
    spoilt = {cause: score.errors[cause].right for cause in CAUSES}  # type: ignore[union-attr]
    assert spoilt == {"not_found": 1, "no_speaker": 1, "split": 1, "not_in_cast": 0, "no_counterpart": 0, "somebody_else": 1}
    assert score.errors["split.implicit"] == Share(1, 2)
    assert sum(spoilt.values()) == 5 - score.figures["speakers"].right  # type: ignore[union-attr]


def test_whoever_has_no_counterpart_is_told_apart_from_a_speaker_who_has_none(tmp_path: Path) -> None:
    write_novel(tmp_path / "Quay", "", ROWS)
    stranger = Character(id="c4", name="a wet dog", confidence=1.0, origin="t@1")
    read = [quote(9, 21, "c4"), quote(89, 96, "c1")]
    score = score_novel(read_novel(tmp_path / "Quay"), [*PEOPLE, stranger], read)
    assert score.errors["no_counterpart"] == Share(1, 5)
    assert score.errors["not_in_cast"] == Share(1, 5)


def test_splitting_a_person_costs_nothing_many_to_one(score: NovelScore) -> None:
    assert score.figures["speakers_many_to_one"] == Share(2, 5)


def test_quotations_without_a_speaker_are_found_all_the_same_and_thoughts_are_no_false_speech(score: NovelScore) -> None:
    assert score.figures["detected"] == Share(4, 5)
    assert (score.quotations, score.left_out, score.false_quotes) == (5, 1, 1)


def test_an_addressee_without_counterpart_is_wrong(score: NovelScore) -> None:
    assert score.figures["addressees"] == Found.matched(3, given=4, wanted=4)


def test_only_major_and_intermediate_characters_are_asked_for(score: NovelScore) -> None:
    assert score.figures["characters"] == Share(2, 2)


def test_reliability_is_of_the_speakers_that_are_given_and_by_the_cue_that_was_read(score: NovelScore) -> None:
    assert score.reliability["explicit"] == Reliability.of([(0.9, True)])
    assert score.reliability["anaphoric"] == Reliability.of([(0.6, True), (0.65, False)])
    assert score.reliability["implicit"] == Reliability.of([(0.5, False)])
    assert score.reliability["all"].count == 4


def test_the_error_of_confidences_is_their_distance_from_the_share_that_is_right() -> None:
    sure = Reliability.of([(0.9, True), (0.9, False)])
    doubtful = Reliability.of([(0.2, False), (0.4, False)])
    assert sure.error == pytest.approx(0.4)
    assert doubtful.error == pytest.approx(0.3)
    assert (sure + doubtful).error == pytest.approx((2 * 0.4 + 2 * 0.3) / 4)
    assert (sure + doubtful).bins[0] == Bin(2, pytest.approx(0.6), 0)


def test_pooled_figures_weigh_every_quotation_the_same(score: NovelScore) -> None:
    whole = pool([score, score])
    assert whole.figures["speakers"] == Share(2, 10)
    assert (whole.quotations, whole.false_quotes, whole.reliability["all"].count) == (10, 2, 8)


def test_a_novel_is_read_from_its_text_alone(corpus: Path) -> None:
    score = bench_novel(corpus / "data" / "TheQuay")
    assert score.figures["detected"] == Share(3, 3)
    assert score.figures["speakers.explicit"] == Share(3, 3)
    assert score.figures["characters"] == Share(2, 2)


def test_only_the_steps_that_speakers_need_are_run() -> None:
    assert [step.name for step in steps_to("characters", "quotes")] == ["tokens", "syntax", "quotations", "unaided", "who"]


@pytest.mark.parametrize("inside", ["", "data", "data/TheQuay"])
def test_novels_are_found_in_a_clone_a_folder_of_novels_or_one_novel(corpus: Path, inside: str) -> None:
    assert [p.name for p in novel_folders(corpus / inside)] == ["TheQuay"]


def test_a_folder_without_novels_and_a_novel_that_is_not_there_are_errors(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="no annotated novels in"):
        novel_folders(tmp_path / "empty")
    with pytest.raises(InputError, match=r"no novel Emma in .*there are TheQuay"):
        novel_folders(corpus, names=("Emma",))


@pytest.mark.parametrize(
    ("row", "complaint"),
    [(("Bo", "[", "Explicit", "[[1, 2]]"), "line 2: not a list"), (("Bo", "[]", "Explicit", "[[1]]"), "line 2: .* no ranges")],
)
def test_a_row_that_makes_no_sense_is_named(tmp_path: Path, row: tuple[object, ...], complaint: str) -> None:
    write_novel(tmp_path / "Quay", "", [row])
    with pytest.raises(InputError, match=complaint):
        read_novel(tmp_path / "Quay")


def test_a_table_in_another_encoding_is_named(tmp_path: Path) -> None:
    write_novel(tmp_path / "Quay", "", [])
    (tmp_path / "Quay" / "quotation_info.csv").write_bytes("speaker\nZoë\n".encode("latin-1"))
    with pytest.raises(InputError, match=r"quotation_info\.csv cannot be read"):
        read_novel(tmp_path / "Quay")


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    write_novel(tmp_path / "Quay", "", [])
    write_rows(tmp_path / "Quay" / "character_info.csv", ("Main Name", "Category"), [(c[0], c[2]) for c in CHARACTERS])
    with pytest.raises(InputError, match="no column Aliases"):
        read_novel(tmp_path / "Quay")
