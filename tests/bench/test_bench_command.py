"""``fabula bench`` prints tables for people, JSON for programs, and a line for what it cannot use."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from small_novel import write_corpus

from cli_runner import STORY, Program
from fabula.bench.speed import Run, Speed, Stage, bench_speed
from fabula.reading.pipeline import STEPS

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def fabula(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Program:
    monkeypatch.setenv("COLUMNS", "100")
    return Program(capsys)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus")


@pytest.fixture
def stories(tmp_path: Path) -> Path:
    folder = tmp_path / "stories"
    folder.mkdir()
    for end in ("txt", "expected.json"):
        shutil.copy(EXAMPLES / f"letter.{end}", folder)
    return folder


def test_quotes_prints_a_row_for_each_novel(fabula: Program, corpus: Path) -> None:
    ran = fabula("bench", "quotes", corpus)
    assert ran.status == 0
    assert re.search(r"^TheQuay +3 1.000 +1.000", ran.out, re.M)
    assert "0.9 to 1.0" in ran.out
    assert "TheQuay: 1.000 of 3 quotations" in ran.err


def test_quotes_pools_several_novels_read_in_processes_of_their_own(fabula: Program, corpus: Path) -> None:
    shutil.copytree(corpus / "data" / "TheQuay", corpus / "data" / "Another")
    ran = fabula("bench", "quotes", corpus, "--jobs", "2", "--json", "--quiet")
    found = json.loads(ran.out)
    assert [n["novel"] for n in found["novels"]] == ["Another", "TheQuay"]
    assert found["pooled"]["speakers"] == {"share": 1.0, "n": 6}
    assert ran.err == ""


def test_quotes_reads_only_the_novels_that_are_named(fabula: Program, corpus: Path) -> None:
    shutil.copytree(corpus / "data" / "TheQuay", corpus / "data" / "Another")
    found = json.loads(fabula("bench", "quotes", corpus, "--novel", "TheQuay", "--json").out)
    assert [n["novel"] for n in found["novels"]] == ["TheQuay"]


def test_stories_prints_every_layer(fabula: Program, stories: Path) -> None:
    ran = fabula("bench", "stories", stories)
    assert ran.status == 0
    for label in (
        "quotations found",
        "major characters found exactly once",
        "scene boundaries",
        "content notes",
        "questions answered rightly",
    ):
        assert label in ran.out


def test_stories_gives_json_of_each_story_and_of_all(fabula: Program, stories: Path) -> None:
    shutil.copy(EXAMPLES / "interrogation.txt", stories)
    shutil.copy(EXAMPLES / "interrogation.expected.json", stories / "interrogation.json")
    found = json.loads(fabula("bench", "stories", stories, "--json", "--quiet").out)
    assert [s["story"] for s in found["stories"]] == ["interrogation", "letter"]
    assert found["pooled"]["stories"] == 2
    assert found["pooled"]["speakers"]["n"] == sum(s["speakers"]["n"] for s in found["stories"])


def test_world_prints_the_layers_of_the_world_with_their_counts_and_nothing_of_the_page(fabula: Program, stories: Path) -> None:
    ran = fabula("bench", "world", stories)
    assert ran.status == 0
    for label in ("scene boundaries", "events found", "relationships", "commitments", "lore", "content notes", "reasons and motives"):
        assert re.search(rf"^{label}.* \d+ *$", ran.out, re.M), label
    assert "speakers" not in ran.out and "questions" not in ran.out


def test_world_pools_every_story_and_judges_as_stories_does(fabula: Program, stories: Path) -> None:
    shutil.copy(EXAMPLES / "procedure.txt", stories)
    shutil.copy(EXAMPLES / "procedure.expected.json", stories)
    found = json.loads(fabula("bench", "world", stories, "--json", "--quiet").out)
    assert [s["story"] for s in found["stories"]] == ["letter", "procedure"]
    assert found["pooled"]["events"]["n"] == sum(s["events"]["n"] for s in found["stories"])
    whole = json.loads(fabula("bench", "stories", stories, "--json", "--quiet").out)["pooled"]
    assert {k: v for k, v in found["pooled"].items() if k not in ("story", "errors")}.items() <= whole.items()
    assert "speakers" not in found["pooled"]


def test_a_world_exported_beside_its_story_is_no_hand_made_reading(fabula: Program, tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text(STORY, encoding="utf-8")
    fabula("export", tmp_path / "story.txt", "--to", "json", "-o", tmp_path / "story.json", "--quiet")
    ran = fabula("bench", "stories", tmp_path)
    assert (ran.status, ran.out) == (3, "")
    assert "no annotated stories in" in ran.err


@pytest.mark.parametrize("command", ["quotes", "stories", "world", "quotation-marks"])
def test_a_folder_that_holds_nothing_of_the_kind_is_named(fabula: Program, tmp_path: Path, command: str) -> None:
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "empty", tmp_path / "missing"):
        ran = fabula("bench", command, folder)
        assert (ran.status, ran.out) == (3, "")
        assert str(folder) in ran.err and ran.err.count("\n") == 1


def test_a_damaged_reading_is_named(fabula: Program, stories: Path) -> None:
    (stories / "letter.expected.json").write_text("{", encoding="utf-8")
    ran = fabula("bench", "stories", stories)
    assert ran.status == 3
    assert "letter.expected.json" in ran.err


def test_quotation_marks_sets_the_stories_in_other_marks(fabula: Program, stories: Path) -> None:
    found = json.loads(fabula("bench", "quotation-marks", stories, "--marks", "guillemets", "--json").out)
    assert found["f1"]["guillemets"]["none"] == 1.0
    assert "messy" in fabula("bench", "quotation-marks", stories, "--marks", "guillemets").out


def test_every_stage_of_a_reading_is_timed_in_a_fresh_process(tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text(STORY, encoding="utf-8")
    speed = bench_speed(tmp_path / "story.txt", times=(1, 3))
    once, thrice = speed.runs
    assert set(once.stages) == {"text", "file", *(step.name for step in STEPS)}
    assert thrice.words == 3 * once.words > 0
    assert once.cpu == pytest.approx(sum(stage.cpu for stage in once.stages.values()), abs=0.01)
    assert once.peak_mb is None or 10 < once.peak_mb < 1000


def test_time_that_doubles_with_the_text_is_linear() -> None:
    def run(times: int, seconds: float) -> Run:
        return Run(times, 1000 * times, seconds, seconds, 0.3, 50.0, {"who": Stage(seconds, seconds)})

    assert Speed("s", (run(1, 1.0), run(2, 2.0), run(4, 4.0))).linearity == 1.0
    assert Speed("s", (run(1, 1.0), run(2, 4.0), run(4, 16.0))).linearity == 4.0


def test_speed_of_what_is_no_story_is_an_error(fabula: Program, tmp_path: Path) -> None:
    ran = fabula("bench", "speed", tmp_path / "missing.txt")
    assert (ran.status, ran.out) == (3, "")
    assert "missing.txt" in ran.err
