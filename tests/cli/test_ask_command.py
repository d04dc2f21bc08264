"""The command ``fabula ask``: short on standard output, exit status 5 where the story does not tell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fabula.cli import main

_STORY = (
    "Ann Lee came to the mill on the ninth of May. “The lamp is out,” said Ann. “I know,” said Tom Pike.\n\n"
    "Tom Pike had hidden the lamp under the stairs. Ann Lee laughed. Tom Pike laughed too.\n\n"
    "Ann Lee’s brother hanged himself in the barn that winter.\n"
)


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "mill.txt"
    path.write_text(_STORY, encoding="utf-8")
    return path


def test_an_answer_is_printed_with_its_evidence(story: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", str(story), "When did Ann come to the mill?", "--quiet"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] in ("on the ninth of May", "the ninth of May")
    assert lines[1].strip() == "Ann Lee came to the mill on the ninth of May."


def test_json_holds_the_answer_and_its_places(story: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", str(story), "Where did Tom hide the lamp?", "--json", "--quiet"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["answer"] == "under the stairs"
    assert [_STORY[a:b] for a, b in found["evidence"]] == ["Tom Pike had hidden the lamp under the stairs."]


def test_a_question_that_the_story_does_not_answer_ends_with_status_five(story: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", str(story), "What is the name of the dog?", "--quiet"]) == 5
    assert capsys.readouterr().out.startswith("The story does not say.")


def test_noted_evidence_is_folded_until_asked(story: Path, capsys: pytest.CaptureFixture[str]) -> None:
    question = ["ask", str(story), "Where did Ann's brother hang himself?", "--quiet"]
    main(question)
    assert "hanged" not in capsys.readouterr().out
    main([*question, "--reveal"])
    assert "hanged" in capsys.readouterr().out


def test_without_a_question_one_line_says_how_to_ask(story: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", str(story)]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "ask in a sentence" in err
