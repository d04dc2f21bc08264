"""fabula edit and fabula review: corrections from the command line, what they change, and where to begin."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from cli_runner import Program
from edited_story import TALK, speakers
from fabula.world import World


@pytest.fixture
def story(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "story.txt"
    path.write_text(TALK, encoding="utf-8")
    return path


@pytest.fixture
def kept(fabula: Program, story: Path) -> Path:
    fabula("read", "story.txt", "--quiet")
    return Path("story.fabula")


def second(kept: Path) -> str:
    """The name of whoever answers."""
    return speakers(World.open(kept))[1] or ""


def test_an_edit_prints_how_much_changed_and_the_first_of_it(fabula: Program, kept: Path) -> None:
    one, other = speakers(World.open(kept))[:2]
    ran = fabula("edit", kept, "speaker", "Out where?", other or "")
    assert ran.status == 0 and ran.err == ""
    lines = ran.out.splitlines()
    assert lines[0] == f"1  “Out where?” is said by {other}"
    assert lines[1].startswith("Changed: 6 quotations")
    assert f'"Where were you?"  {one} → {other}' in lines[2] and lines[7].strip() == "…"
    assert speakers(World.open(kept)) == [other, one] * 3


def test_an_edit_of_a_story_reads_it_first(fabula: Program, story: Path) -> None:
    ran = fabula("edit", "story.txt", "rename", "Ruth", "Ruthie", "--quiet")
    assert ran.status == 0 and "Ruth → Ruthie" in ran.out
    assert Path("story.fabula").is_file()


def test_what_changed_comes_as_json(fabula: Program, kept: Path) -> None:
    ran = fabula("edit", kept, "speaker", "Out where?", second(kept), "--json")
    value = json.loads(ran.out)
    assert [c["kind"] for c in value["corrections"]] == ["speaker"]
    change = value["changed"]["quotes"][0]
    assert TALK[change["start"] : change["end"]] == '"Where were you?"' and change["before"] != change["after"]
    assert json.loads(fabula("edit", kept, "undo", "--json").out)["changed"]["quotes"][0]["after"] == change["before"]


@pytest.mark.parametrize(
    ("args", "status", "words"),
    [
        (["merge", "Ruth"], 2, "two names are needed (see fabula edit FILE merge --help)"),
        (["merge", "Ruth", "Pual"], 5, "did you mean Paul?"),
        (["merge", "Ruth", "ruth"], 2, "are one already"),
        (["split", "Ruth"], 2, "needs the form or the mentions"),
        (["split", "Ruth", "--at", "99999:99999"], 5, "no text at"),
        (["retype", "Ruth", "robot"], 2, "robot"),
        (["speaker", "out", "Ruth"], 5, "say which by its position"),
        (["speaker", "2", "Ruth"], 5, "no quotation at 2"),
        (["mention", "Ruth", "Paul"], 5, "brackets"),
        (["dismiss", "weather:1"], 2, "as facts:3"),
        (["dismiss", "facts:77"], 5, "no facts:77"),
        (["undo"], 2, "no correction to undo"),
        (["undo", "4"], 2, "no correction 4"),
        (["import", "none.jsonl"], 3, "cannot read none.jsonl"),
        (["import", "story.txt"], 3, "story.txt line 1 is no correction"),
        (["export", "-o", "story.txt"], 2, "is the story or a World"),
    ],
)
def test_an_error_is_one_line_that_says_what_to_do(fabula: Program, kept: Path, args: list[str], status: int, words: str) -> None:
    before = kept.read_bytes()
    ran = fabula("edit", kept, *args)
    assert (ran.status, ran.out) == (status, "")
    assert ran.err.startswith("fabula: ") and ran.err.count("\n") == 1 and words in ran.err
    assert kept.read_bytes() == before and Path("story.txt").read_text(encoding="utf-8") == TALK


def test_the_log_lists_every_correction_with_its_state(fabula: Program, kept: Path) -> None:
    assert fabula("edit", kept, "log").out == "No corrections.\n"
    for args in (["rename", "Ruth", "Ruthie"], ["speaker", "Out where?", "Paul"], ["undo", "1"]):
        fabula("edit", kept, *args)
    Path("story.txt").write_text(TALK.replace('"Out where?"\n\n"Just out."\n\n', ""), encoding="utf-8")
    read = fabula("read", "story.txt", "--quiet")
    assert "Warning" in read.out and "correction 2 (“Out where?” is said by Paul) finds no place" in " ".join(read.out.split())
    log = " ".join(fabula("edit", kept, "log").out.split())
    assert "Ruth is called Ruthie (undone)" in log and "(orphan: no quotation" in log and "correction 1 is undone (undoing)" in log
    states = [row["state"] for row in json.loads(fabula("edit", kept, "log", "--json").out)]
    assert states == ["undone", "orphan", "undoing"]


def test_corrections_are_written_out_and_brought_back(fabula: Program, kept: Path) -> None:
    fabula("edit", kept, "rename", "Ruth", "Ruthie")
    assert fabula("edit", kept, "export", "-o", "mine.jsonl").err == "fabula: wrote mine.jsonl\n"
    assert fabula("edit", kept, "export").out == Path("mine.jsonl").read_text(encoding="utf-8")
    kept.unlink()
    Path("story.corrections.jsonl").rename("story.kept.jsonl")
    fabula("read", "story.txt", "--quiet")
    assert "Ruth → Ruthie" in fabula("edit", kept, "import", "mine.jsonl").out
    assert fabula("edit", kept, "import", "mine.jsonl").out.splitlines() == ["Changed: nothing else"]


def test_a_world_made_anew_tells_of_the_corrections_that_it_lacks(fabula: Program, kept: Path) -> None:
    fabula("edit", kept, "rename", "Ruth", "Ruthie")
    kept.unlink()
    told = fabula("read", "story.txt", "--quiet").err
    assert told == (
        "fabula: story.corrections.jsonl holds corrections that this World lacks; "
        "bring them back with: fabula edit story.fabula import story.corrections.jsonl\n"
    )
    assert "Ruth → Ruthie" in fabula("edit", kept, "import", "story.corrections.jsonl").out


def test_a_correction_that_finds_no_place_right_away_says_so(fabula: Program, kept: Path) -> None:
    lost = fabula("edit", kept, "export").out
    assert lost == ""
    fabula("edit", kept, "rename", "Ruth", "Ruthie")
    Path("other.txt").write_text("Ida slept. Ida dreamed.\n", encoding="utf-8")
    ran = fabula("edit", "other.txt", "import", "story.corrections.jsonl", "--quiet")
    assert ran.status == 5 and "Ruth is not in the story" in ran.err and "undo 1" in ran.err


def test_items_are_dismissed_and_kept(fabula: Program, story: Path) -> None:
    story.write_text(TALK + "\nPaul was a baker.\n", encoding="utf-8")
    fabula("read", "story.txt", "--quiet")
    assert "Changed: 1 other item fewer" in fabula("edit", "story.fabula", "dismiss", "facts:baker").out
    assert "baker" not in fabula("show", "story.fabula", "facts").out
    fabula("edit", "story.fabula", "undo")
    fabula("edit", "story.fabula", "dismiss", "facts:baker", "--keep")
    assert [f["origin"] for f in json.loads(fabula("show", "story.fabula", "facts", "--json").out) if f["value"] == "baker"] == ["user"]


# --- review
def test_review_begins_with_what_most_hangs_on_and_its_commands_settle_it(fabula: Program, kept: Path) -> None:
    ran = fabula("review", kept, "--limit", "1")
    assert ran.status == 0 and "5 lines beside it" in ran.out
    command = next(line for line in ran.out.splitlines() if "fabula edit" in line)
    assert fabula(*shlex.split(command)[1:]).status == 0
    left = json.loads(fabula("review", kept, "--json").out)
    assert sum(d["lines"] for d in left) < 6


def test_review_asks_whether_two_may_be_one_until_it_is_said(fabula: Program, story: Path) -> None:
    story.write_text(
        "Katherine sat down. Katherine was tired. “Well?” said Katherine. She yawned. Paul came in.\n\n“No,” said Paul.\n\n"
        "The next day Katharine was at the mill. Katharine laughed. “Late again,” said Katharine. She had a hat on.\n",
        encoding="utf-8",
    )
    fabula("read", "story.txt", "--quiet")
    found = [d for d in json.loads(fabula("review", "story.fabula", "--json").out) if d["kind"] == "duplicate"]
    assert [d["commands"][0] for d in found] == [["merge", "Katherine", "Katharine"]]
    for command in found[0]["commands"]:
        assert fabula("edit", "story.fabula", *command).status == 0
        assert not [d for d in json.loads(fabula("review", "story.fabula", "--json").out) if d["kind"] == "duplicate"]
        fabula("edit", "story.fabula", "undo")


def test_review_folds_what_touches_a_content_note(fabula: Program, story: Path) -> None:
    story.write_text(TALK.replace('"Out where?"', '"My brother was murdered. Where?"'), encoding="utf-8")
    assert "murdered" not in fabula("review", "story.txt", "--quiet").out


def test_a_story_without_doubts_has_nothing_to_review(fabula: Program, story: Path) -> None:
    story.write_text("It rained.\n", encoding="utf-8")
    assert fabula("review", "story.txt", "--quiet").out == "Nothing to review.\n"
