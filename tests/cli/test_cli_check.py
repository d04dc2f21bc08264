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
