"""The command ``fabula ask``: short on standard output, exit status 5 where the story does not tell."""

from __future__ import annotations

import io
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
    assert lines[1].strip() == "chapter 1, paragraph 1: Ann Lee came to the mill on the ninth of May."


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


def test_an_empty_question_is_told_how_to_ask(story: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", str(story), " "]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "ask in a sentence" in err


def test_without_a_question_it_is_a_conversation_read_line_by_line(
    story: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("Where did Tom hide the lamp?\n\n?\nWhere did Ann's brother hang himself?\n"))
    assert main(["ask", str(story), "--quiet"]) == 0
    out, err = capsys.readouterr()
    assert "under the stairs" in out
    assert "hanged" not in out
    assert "there is no question" in err


def test_in_a_conversation_what_a_short_question_was_taken_to_mean_is_shown(
    story: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("Where did Ann come to?\nWhen?\n"))
    assert main(["ask", str(story), "--json", "--quiet"]) == 0
    where, when = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert where["kind"] == "where"
    assert when["question"] == "When did Ann come to?"
    assert "ninth of May" in when["answer"]


def test_nothing_after_a_chapter_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "book.txt"
    path.write_text(
        "Chapter 1\n\nAnn Lee came to the mill. She met a stranger there. “Who are you?” asked Ann. The stranger laughed.\n\n"
        "Chapter 2\n\nTom Pike had buried the silver under the oak. “You are my brother,” said Tom to Ann.\n",
        encoding="utf-8",
    )
    question = ["ask", str(path), "Where did Tom Pike bury the silver?", "--quiet"]
    assert main(question) == 0
    assert "under the oak" in capsys.readouterr().out
    assert main([*question, "--until", "1"]) == 5
    assert "oak" not in capsys.readouterr().out
    assert main([*question, "--until", "3"]) == 5
    assert "it has 2" in capsys.readouterr().err
