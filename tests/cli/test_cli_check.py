"""``fabula check`` on the command line: exit status, places, JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fabula.cli import main

_CLEAN = "Marta Voss poured the tea. Piet sat down. Marta cut the bread and gave him some. Piet ate it and thanked her."
_SLIP = f"Marta's eyes were brown.\n\n{_CLEAN}\n\n{_CLEAN}\n\nMarta's blue eyes were calm."


def _story(tmp_path: Path, text: str, name: str = "tea.txt") -> str:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_finding_is_shown_with_its_rule_and_both_places(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", _story(tmp_path, _SLIP), "--quiet"]) == 5
    out = capsys.readouterr().out
    assert "eye_colour" in out
    assert "chapter 1, paragraph 1: Marta's eyes were brown." in out
    assert "chapter 1, paragraph 4: Marta's blue eyes were calm." in out


def test_nothing_found_is_exit_status_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", _story(tmp_path, _CLEAN), "--quiet"]) == 0
    assert "nothing found" in capsys.readouterr().out


def test_an_ignored_rule_finds_nothing_and_an_unknown_one_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    story = _story(tmp_path, _SLIP)
    assert main(["check", story, "--quiet", "--ignore", "eye-colour"]) == 0
    assert main(["check", story, "--quiet", "--ignore", "eye-color"]) == 2
    assert "the rules are eye_colour" in capsys.readouterr().err


def test_json_lists_the_findings_of_all_stories(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    slip, clean = _story(tmp_path, _SLIP), _story(tmp_path, _CLEAN, "clean.txt")
    assert main(["check", clean, slip, "--quiet", "--json"]) == 5
    (found,) = json.loads(capsys.readouterr().out)["findings"]
    assert (found["file"], found["kind"], found["rule"]) == (slip, "contradiction", "eye_colour")
    assert [(p["chapter"], p["paragraph"]) for p in found["places"]] == [(1, 1), (1, 4)]
    assert [_SLIP[a:b] for a, b in found["evidence"]] == [p["quote"] for p in found["places"]]


def test_a_finding_that_is_meant_so_is_not_reported_again_until_it_is_undone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    story = _story(tmp_path, _SLIP)
    assert main(["check", story, "--quiet", "--intentional", "1"]) == 0
    assert "eye_colour is not reported there again" in capsys.readouterr().err
    assert main(["check", story, "--quiet", "--all"]) == 0
    assert main(["read", story, "--quiet", "--force"]) == 0
    assert main(["check", story, "--quiet"]) == 0
    assert main(["edit", story, "log", "--quiet"]) == 0
    assert "eye_colour is meant so" in " ".join(capsys.readouterr().out.split())
    assert main(["edit", story, "undo", "--quiet"]) == 0
    assert main(["check", story, "--quiet"]) == 5


def test_the_answer_holds_for_the_place_and_not_for_the_rule(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = f"{_SLIP}\n\n{_CLEAN}\n\nPiet had green eyes.\n\n{_CLEAN}\n\nPiet's brown eyes shone."
    story = _story(tmp_path, more)
    assert main(["check", story, "--quiet", "--json"]) == 5
    assert len(json.loads(capsys.readouterr().out)["findings"]) == 2
    assert main(["check", story, "--quiet", "--intentional", "1"]) == 0
    capsys.readouterr()
    assert main(["check", story, "--quiet", "--json"]) == 5
    (left,) = json.loads(capsys.readouterr().out)["findings"]
    assert left["text"].startswith("Piet")


def test_a_number_that_is_no_finding_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", _story(tmp_path, _SLIP), "--quiet", "--intentional", "7"]) == 5
    assert "no finding 7 (there are 1" in capsys.readouterr().err


def test_several_files_are_one_series_and_contradict_each_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = _story(tmp_path, f"Marta Voss had brown eyes.\n\n{_CLEAN}", "one.txt")
    two = _story(tmp_path, f"{_CLEAN}\n\nMarta Voss had green eyes.\n\n{_CLEAN}", "two.txt")
    assert main(["check", one, two, "--quiet"]) == 5
    out = " ".join(capsys.readouterr().out.split())
    assert "between the stories: 1 finding" in out
    assert "one.txt, chapter 1, paragraph 1: Marta Voss had brown eyes." in out
    assert main(["check", one, two, "--quiet", "--json"]) == 5
    (found,) = json.loads(capsys.readouterr().out)["findings"]
    assert [Path(p["file"]).name for p in found["places"]] == ["one.txt", "two.txt"]
    assert main(["check", one, two, "--quiet", "--ignore", "eye-colour"]) == 0


def test_a_finding_between_two_stories_can_be_meant_so_until_it_is_undone_in_one_of_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = _story(tmp_path, f"Marta Voss had brown eyes.\n\n{_CLEAN}", "one.txt")
    two = _story(tmp_path, f"{_CLEAN}\n\nMarta Voss had green eyes.\n\n{_CLEAN}", "two.txt")
    three = _story(tmp_path, f"{_CLEAN}\n\nMarta Voss had blue eyes.\n\n{_CLEAN}", "three.txt")
    assert main(["check", one, two, "--quiet", "--intentional", "1"]) == 0
    assert "eye_colour is not reported between these stories again" in capsys.readouterr().err
    assert main(["check", one, two, "--quiet", "--all"]) == 0
    assert main(["check", one, three, "--quiet"]) == 5  # another story is another contradiction
    assert main(["edit", two, "undo", "--quiet"]) == 0
    assert main(["check", one, two, "--quiet"]) == 5
