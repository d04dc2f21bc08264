"""docs/manuscript.md: every command of the page is run, in order, on the drafts in examples/manuscript, and prints what the page shows."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from fabula.cli import main

ROOT = Path(__file__).parent.parent
DRAFTS = ROOT / "examples" / "manuscript"
_SLIPS = {"eye_colour", "kin", "side", "hair_colour", "age", "birthplace", "timeline", "dead_speaks", "tense_slip", "name_variant"}


def commands() -> Iterator[tuple[list[str], list[str]]]:
    """Each command of the page with the lines that it shows."""
    page = (ROOT / "docs" / "manuscript.md").read_text(encoding="utf-8")
    for block in re.findall(r"```console\n(.*?)```", page, re.S):
        for part in re.split(r"^\$ fabula ", block, flags=re.M)[1:]:
            command, *shown = part.strip().splitlines()
            yield shlex.split(command), shown


def _words(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for draft in DRAFTS.glob("*.txt"):
        shutil.copy(draft, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


def test_the_page_shows_what_the_commands_print(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = list(commands())
    assert len(run) >= 10
    for command, shown in run:
        status = main(command)
        out = _words(capsys.readouterr().out)
        found = command[0] == "check" and "nothing found" not in out
        assert status == (5 if found else 0), command
        assert [line for line in shown if _words(line) not in out] == [], f"{command}: {out}"
    assert main(["check", "first-draft.txt", "--quiet", "--json"]) == 5
    assert {f["rule"] for f in json.loads(capsys.readouterr().out)["findings"]} == _SLIPS
    for draft in DRAFTS.glob("*.txt"):
        assert (desk / draft.name).read_bytes() == draft.read_bytes()
