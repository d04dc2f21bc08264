"""Every error is one line on standard error, with the right exit status; a broken pipe is no error."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cli_runner import STORY, Program, start
from fabula import __version__, api
from fabula.elements import Quote
from fabula.world import build_world
from small_world import manuscript_of
from whole_world import SURE, keep, whole_world


@pytest.mark.parametrize(
    ("args", "status", "words"),
    [
        (["read", "none.txt"], 3, "none.txt"),
        (["read", "empty.txt"], 3, "empty.txt is empty"),
        (["read", "binary.bin"], 3, "binary.bin"),
        (["read", "broken.epub"], 3, "broken.epub"),
        (["read", "a.fabula"], 3, "fabula show a.fabula"),
        (["read", "story.txt", "-o", "mine.fabula"], 4, "mine.fabula is not a World file"),
        (["read", "story.txt", "-o", "mine.fabula", "--force"], 4, "never overwritten"),
        (["read", "story.txt", "-o", "none/a.fabula"], 4, "no folder none"),
        (["show", "none.fabula"], 4, "no World file none.fabula"),
        (["show", "mine.fabula"], 4, "mine.fabula is not a World file"),
        (["show", "."], 3, "folder"),
        (["show", "a.fabula", "Nobody"], 5, "Nobody"),
        (["export", "a.fabula"], 2, "--to"),
        (["export", "a.fabula", "--to", "word"], 2, "word"),
        (["read"], 2, "STORY"),
        (["read", "--loud", "story.txt"], 2, "--loud"),
        (["reed"], 2, "reed"),
        (["story.txt"], 2, "fabula read story.txt"),
    ],
)
def test_an_error_is_one_line_with_its_status(
    fabula: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: list[str], status: int, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    keep(whole_world(), Path("a.fabula"))
    Path("story.txt").write_text(STORY, encoding="utf-8")
    Path("empty.txt").touch()
    Path("binary.bin").write_bytes(bytes(range(256)) * 20)
    Path("broken.epub").write_bytes(b"PK\x03\x04 broken")
    Path("mine.fabula").write_text("mine", encoding="utf-8")
    ran = fabula(*args)
    assert (ran.status, ran.out) == (status, "")
    assert ran.err.startswith("fabula: ") and ran.err.count("\n") == 1 and words in ran.err
    assert Path("mine.fabula").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("args", [["show", "none.fabula", "--debug"], ["--debug", "show", "none.fabula"]])
def test_debug_shows_the_traceback(fabula: Program, args: list[str]) -> None:
    ran = fabula(*args)
    assert ran.status == 4 and "Traceback" in ran.err and ran.err.splitlines()[-1].startswith("fabula: no World file")


def test_an_unexpected_error_is_one_line_too(fabula: Program, story: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("two\nlines")

    monkeypatch.setattr(api, "read_story", fail)
    ran = fabula("read", story)
    assert (ran.status, ran.err) == (1, "fabula: unexpected error: RuntimeError: two lines (run it again with --debug)\n")


@pytest.mark.parametrize("args", [[], ["--help"], ["-h"], ["read", "--help"], ["show", "-h"]])
def test_help_is_no_error(fabula: Program, args: list[str]) -> None:
    ran = fabula(*args)
    assert ran.status == 0 and "Usage: fabula" in ran.out + ran.err


def test_the_version_is_told(fabula: Program) -> None:
    assert fabula("--version").out == f"fabula {__version__}\n"


@pytest.mark.parametrize("part", [("quotes",), ("text",), ("text", "--json")])
def test_a_broken_pipe_is_quiet(tmp_path: Path, part: tuple[str, ...]) -> None:
    manuscript = manuscript_of("“Well, well.” said Ann.\n\n" * 4000)
    quotes = tuple(Quote(start=s, end=s + 13, speaker=None, **SURE) for s in manuscript.paragraphs.start.tolist())
    path = keep(build_world({"manuscript": manuscript, "quotes": quotes}), tmp_path / "long.fabula")
    with start("show", path, *part, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None and running.stderr is not None
        running.stdout.read(10)
        running.stdout.close()
        err = running.stderr.read()
    assert (running.returncode, err) == (0, b"")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_an_output_that_knows_few_characters_stops_nothing(tmp_path: Path, encoding: str) -> None:
    path = keep(whole_world(), tmp_path / "a.fabula")
    for part in ("summary", "facts", "text"):
        args = ("show", path, *((part,) if part != "summary" else ()))
        with start(*args, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={"PYTHONIOENCODING": encoding}) as running:
            out, err = running.communicate()
        assert (running.returncode, err) == (0, b"") and out


def test_no_color_is_respected(fabula: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = keep(whole_world(), tmp_path / "a.fabula")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in fabula("show", path).out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[3" not in fabula("show", path).out


def test_help_does_not_wait_for_what_only_a_reading_needs() -> None:
    code = "import sys, fabula, fabula.cli; print([m for m in ('numpy', 'rich', 'selectolax', 'sqlite3') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
