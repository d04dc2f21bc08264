"""fabula read: stories in, Worlds and summaries out."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from cli_runner import STORY, Program, start
from fabula import api
from fabula.schema import world_schema
from fabula.world import World

POSIX = pytest.mark.skipif(os.name == "nt", reason="signals and terminals of this kind are of POSIX")


def test_the_summary_names_title_cast_and_what_to_type_next(fabula: Program, story: Path) -> None:
    ran = fabula("read", story)
    assert ran.status == 0
    for word in (
        "The Ferry",
        "words",
        "third person, past tense",
        "Cast",
        "Marta Voss",
        "Piet",
        "scene",
        f"fabula show {story.with_suffix('.fabula')}",
    ):
        assert word in ran.out, word
    assert "--to html" in ran.out and "fabula ask" in ran.out
    assert World.open(story.with_suffix(".fabula")).unfinished == ()


def test_progress_is_plain_lines_on_standard_error(fabula: Program, story: Path) -> None:
    ran = fabula("read", story)
    lines = ran.err.splitlines()
    assert lines[0] == f"fabula: story.txt: text 1/{len(api.STEPS) + 1}"
    assert len(lines) == len(api.STEPS) + 1 and "\x1b" not in ran.err
    assert "text 1/" not in ran.out


def test_quiet_says_nothing_on_standard_error(fabula: Program, story: Path) -> None:
    assert fabula("read", story, "--quiet").err == ""
    assert fabula("read", story, "--quiet").err == ""


def test_an_unchanged_story_is_not_read_again_and_says_so(fabula: Program, story: Path) -> None:
    first = fabula("read", story)
    again = fabula("read", story)
    assert again.out == first.out
    assert again.err.splitlines() == ["fabula: story.txt is unchanged, so its World was not made again (--force does it all the same)"]
    assert "tokens" in fabula("read", story, "--force").err


def test_json_is_the_contract_and_the_same_bytes_twice(fabula: Program, story: Path) -> None:
    first = fabula("read", story, "--json").out
    jsonschema.Draft202012Validator(world_schema()).validate(json.loads(first))
    assert fabula("read", story, "--json", "--force").out == first
    assert fabula("export", story, "--to", "json").out == first


def test_a_world_is_kept_where_the_user_says(fabula: Program, story: Path, tmp_path: Path) -> None:
    (tmp_path / "worlds").mkdir()
    assert fabula("read", story, "-o", tmp_path / "a.fabula", "--quiet").status == 0
    assert fabula("read", story, "-o", tmp_path / "worlds", "--quiet").status == 0
    assert (tmp_path / "a.fabula").is_file() and (tmp_path / "worlds" / "story.fabula").is_file()
    assert not story.with_suffix(".fabula").exists()


def test_standard_input_is_read_and_kept_only_where_the_user_says(fabula: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for options in ((), ("-o", "kept.fabula")):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(STORY.encode())))
        ran = fabula("read", "-", *options)
        assert ran.status == 0 and "Marta Voss" in ran.out
    assert [p.name for p in tmp_path.iterdir()] == ["kept.fabula"]


def test_a_folder_is_read_story_by_story(fabula: Program, story: Path) -> None:
    folder = story.parent
    (folder / "another.md").write_text("# Snow\n\n“Snow,” said Ida. Ida laughed.\n", encoding="utf-8")
    for name in ("README.md", "notes.json", ".hidden.txt"):
        (folder / name).write_text("not a story", encoding="utf-8")
    ran = fabula("read", folder, "--quiet")
    assert ran.status == 0
    assert ran.out.index("Snow") < ran.out.index("The Ferry") and "not a story" not in ran.out
    assert {p.name for p in folder.glob("*.fabula")} == {"another.fabula", "story.fabula"}
    lines = fabula("read", folder, "--quiet", "--json").out.splitlines()
    assert [json.loads(line)["story"]["source"] for line in lines] == ["another.md", "story.txt"]


def test_what_cannot_be_read_does_not_stop_the_others(fabula: Program, story: Path) -> None:
    (story.parent / "empty.txt").touch()
    ran = fabula("read", story.parent, "--quiet")
    assert ran.status == 6
    assert "The Ferry" in ran.out
    assert [line.split(" (")[0] for line in ran.err.splitlines()] == [
        "fabula: empty.txt is empty",
        "fabula: 1 of 2 stories could not be read",
    ]


def test_a_bug_in_one_story_does_not_stop_the_others(fabula: Program, story: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (story.parent / "cursed.txt").write_text("It rained.", encoding="utf-8")
    read = api.read_story

    def fail(path: Path, **options: Any) -> api.Reading:
        if path.name == "cursed.txt":
            raise RuntimeError("a bug")
        return read(path, **options)

    monkeypatch.setattr(api, "read_story", fail)
    ran = fabula("read", story.parent, "--quiet")
    assert ran.status == 6 and "The Ferry" in ran.out and "cursed.txt: unexpected error: RuntimeError: a bug" in ran.err


def test_stories_of_one_name_keep_their_worlds_apart_in_a_folder(fabula: Program, story: Path, tmp_path: Path) -> None:
    worlds, other = tmp_path / "worlds", story.with_suffix(".md")
    worlds.mkdir()
    other.write_text("It rained.", encoding="utf-8")
    assert fabula("read", story, other, "-o", worlds, "--quiet").status == 0
    assert {p.name for p in worlds.iterdir()} == {"story.txt.fabula", "story.md.fabula"}
    assert fabula("read", story, story, "-o", worlds, "--quiet").status == 2


def test_a_folder_without_stories_says_so(fabula: Program, tmp_path: Path) -> None:
    ran = fabula("read", tmp_path)
    assert ran.status == 3 and ran.out == ""
    assert ran.err.startswith(f"fabula: no stories in {tmp_path}") and ran.err.count("\n") == 1


def test_several_stories_cannot_share_one_file(fabula: Program, story: Path, tmp_path: Path) -> None:
    assert fabula("read", story, story, "-o", tmp_path / "a.fabula").status == 2
    assert not (tmp_path / "a.fabula").exists()


@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_line_is_wider_than_the_terminal(fabula: Program, story: Path, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    fabula("read", story)
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.chdir(story.parent)
    for part in ((), ("cast",), ("quotes",), ("scenes",), ("Piet",)):
        lines = fabula("show", story.name, *part).out.splitlines()
        assert lines and max(map(len, lines)) <= width, part


@POSIX
def test_ctrl_c_leaves_a_valid_world_and_says_how_to_go_on(tmp_path: Path) -> None:
    story = tmp_path / "long.txt"
    story.write_text(STORY * 600, encoding="utf-8")
    # whoever runs the tests in the background has made them, and all that they start, deaf to Ctrl-C
    hears = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with start("read", story, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=hears) as running:
        assert running.stderr is not None
        for line in running.stderr:
            if b": quotations" in line:
                break
        running.send_signal(signal.SIGINT)
        rest = running.stderr.read().decode()
    assert running.returncode == 130
    assert rest.splitlines()[-1].startswith("fabula: interrupted") and "Traceback" not in rest
    world = World.open(story.with_suffix(".fabula"))
    assert len(world.tokens) > 1000 and "who" in world.unfinished


@POSIX
def test_a_terminal_gets_a_bar(story: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    with start("read", story, stdout=subprocess.PIPE, stderr=theirs, env={"TERM": "xterm", "COLUMNS": "80"}) as running:
        os.close(theirs)
        seen = b""
        while True:
            try:
                data = os.read(ours, 4096)
            except OSError:  # how a terminal says that nobody writes to it any more
                break
            if not data:
                break
            seen += data
        assert running.stdout is not None
        out = running.stdout.read().decode()
    os.close(ours)
    assert running.returncode == 0
    assert b"\x1b[" in seen and b"story.txt: " in seen and b"%" in seen
    assert "Marta Voss" in out and "\x1b" not in out
