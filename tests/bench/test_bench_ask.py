"""``fabula bench ask``: on tales and annotated stories small enough to count by hand."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from cli_runner import Program
from fabula.bench.asking import Asked, measure_asking, story_figures
from fabula.errors import InputError

_STORY = (
    "Ann Lee came to the mill on the ninth of May. “The lamp is out,” said Ann. “I know,” said Tom Pike.\n\n"
    "Tom Pike had hidden the lamp under the stairs. Ann Lee laughed. Tom Pike laughed too.\n"
)


@pytest.fixture
def fabula(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Program:
    monkeypatch.setenv("COLUMNS", "100")
    return Program(capsys)


def _tales(folder: Path) -> Path:
    base = folder / "data-by-train-split"
    for kind, name, rows in (
        ("section-stories", "mill-story.csv", [["section", "text"], ["1", _STORY.split("\n\n")[0]], ["2", _STORY.split("\n\n")[1]]]),
        (
            "questions",
            "mill-questions.csv",
            [
                ["question_id", "cor_section", "question", "ex-or-im1", "answer1", "answer4"],
                ["1", "2", "Where did Tom hide the lamp?", "explicit", "under the stairs", "below the stairs"],
                ["2", "1", "What did Ann think of the mill?", "implicit", "she was sorry", ""],
            ],
        ),
    ):
        path = base / kind / "val" / name
        path.parent.mkdir(parents=True)
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
    return folder


def test_explicit_questions_on_a_tale_are_compared_with_the_nearer_answer_and_with_plain_search(tmp_path: Path) -> None:
    found = measure_asking(_tales(tmp_path))
    assert found["questions"] == 1
    assert found["f1"]["fabula"] == 100.0
    assert 0 < found["f1"]["bm25"] < 100
    assert found["evidence"] == {"fabula": 100.0, "bm25": 100.0, "of": 1}


def test_stories_count_refusals_and_sure_answers_apart() -> None:
    given = [
        Asked(1.0, True, 0.5, True, True, 0.9, right=True),
        Asked(0.0, False, 0.0, False, True, 0.85, right=False),
        Asked(0.0, False, 0.2, True, False, 0.0, right=False),
        Asked(0.0, None, 0.0, None, False, 0.0, right=True, answerable=False),
        Asked(0.0, None, 0.0, None, True, 0.3, right=False, answerable=False),
    ]
    found = story_figures(given)
    assert (found["right"], found["right_of_answerable"]) == (40.0, 33.33)
    assert found["unanswerable_refused"] == {"fabula": 50.0, "of": 2}
    assert found["sure_right"] == {"fabula": 50.0, "of": 2}
    assert found["evidence"]["fabula"] == 33.33


def test_the_command_prints_a_table_and_json(tmp_path: Path, fabula: Program) -> None:
    folder = _tales(tmp_path)
    assert "f1, fabula" in fabula("bench", "ask", folder, "--quiet").out
    (figures,) = json.loads(fabula("bench", "ask", folder, "--json", "--quiet").out)["folders"]
    assert figures["questions"] == 1


def test_a_folder_without_questions_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        measure_asking(tmp_path)
