"""Reading from Python: what is kept, what is read again, and what a broken reading leaves behind."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import fabula
from fabula import api
from fabula.elements import Lore, Note
from fabula.errors import InputError, WorldFileError
from fabula.reading import tokens
from fabula.reading.steps import Step
from fabula.spans import Span
from fabula.world import World, making
from whole_world import assert_same

STORY = "“Will you cross tonight?” asked Marta.\n\n“Only if you pay,” said Piet. He laughed.\n"


def counting(calls: list[str]) -> tuple[Step, ...]:
    """Tokens, then two small steps that note their runs in ``calls``."""

    def notes(**_: Any) -> Mapping[str, Any]:
        calls.append("notes")
        return {"notes": (Note(label="war", strength="mentioned", spans=(Span(0, 5),), confidence=0.9, origin="notes@1"),)}

    def lore(**_: Any) -> Mapping[str, Any]:
        calls.append("lore")
        return {"lore": (Lore(id="l1", topic="t", kind="rule", confidence=0.9, origin="lore@1", evidence=(Span(0, 5),)),)}

    return (
        tokens.STEP,
        Step(name="notes", version="1", needs=("tokens",), gives=("notes",), run=notes),
        Step(name="lore", version="1", needs=("notes",), gives=("lore",), run=lore),
    )


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.txt"
    path.write_text(STORY, encoding="utf-8")
    return path


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    made: list[str] = []
    monkeypatch.setattr(api, "STEPS", counting(made))
    return made


def breaking(steps: tuple[Step, ...], name: str, error: BaseException) -> tuple[Step, ...]:
    """The steps with one that raises."""

    def run(**_: Any) -> Mapping[str, Any]:
        raise error

    return tuple(replace(s, run=run) if s.name == name else s for s in steps)


def whole(path: Path) -> bool:
    connection = sqlite3.connect(path)
    try:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    finally:
        connection.close()


def names(path: Path) -> list[str]:
    return sorted(p.name for p in path.iterdir())


def test_a_story_is_read_by_all_steps_and_kept_beside_it(story: Path) -> None:
    world = fabula.read(story)
    assert world.file == story.with_suffix(".fabula")
    assert names(story.parent) == ["story.fabula", "story.txt"]
    assert [c.name for c in world.characters][:2] and world.unfinished == ()
    assert_same(World.open(story.with_suffix(".fabula")), fabula.read(story, store=False))


def test_reading_twice_gives_the_same_json(story: Path) -> None:
    first = fabula.read(story).to_json()
    assert fabula.read(story, force=True).to_json() == first == fabula.read(story, store=False).to_json()


def test_an_unchanged_story_is_not_read_again(story: Path, calls: list[str]) -> None:
    assert not api.read_story(story).unchanged
    assert api.read_story(story).unchanged
    assert calls == ["notes", "lore"]
    assert not api.read_story(story, force=True).unchanged
    assert calls == ["notes", "lore"] * 2


def test_a_changed_story_is_read_again(story: Path, calls: list[str]) -> None:
    fabula.read(story)
    story.write_text(STORY + "\nThe end.\n", encoding="utf-8")
    assert fabula.read(story).text.endswith("The end.\n")
    assert calls == ["notes", "lore"] * 2


def test_a_new_version_of_a_step_renews_it_and_what_rests_on_it(story: Path, calls: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    fabula.read(story)
    steps = api.STEPS
    monkeypatch.setattr(api, "STEPS", (*steps[:2], replace(steps[2], version="2")))
    fabula.read(story)
    assert calls == ["notes", "lore", "lore"]
    monkeypatch.setattr(api, "STEPS", (steps[0], replace(steps[1], version="2"), replace(steps[2], version="2")))
    assert fabula.read(story).origin("lore") == "lore@2"
    assert calls == ["notes", "lore", "lore", "notes", "lore"]


def test_nothing_is_kept_where_nothing_should_be(story: Path) -> None:
    assert fabula.read(story, store=False).file is None
    assert names(story.parent) == ["story.txt"]


def test_a_world_can_be_kept_elsewhere(story: Path, tmp_path: Path) -> None:
    assert fabula.read(story, output=tmp_path / "other.fabula").file == tmp_path / "other.fabula"


def test_two_stories_of_one_name_keep_two_worlds(story: Path, calls: list[str]) -> None:
    other = story.with_suffix(".md")
    other.write_text("# Another\n\nIt rained.\n", encoding="utf-8")
    fabula.read(story)
    fabula.read(other)
    assert names(story.parent) == ["story.fabula", "story.md", "story.md.fabula", "story.txt"]
    assert api.read_story(story).unchanged and api.read_story(other).unchanged


def test_progress_is_told_stage_by_stage(story: Path, calls: list[str]) -> None:
    told: list[api.Progress] = []
    fabula.read(story, on_stage=told.append)
    assert [(p.stage, p.state) for p in told] == [
        ("text", "done"), ("tokens", "started"), ("tokens", "done"), ("notes", "started"), ("notes", "done"), 
        ("lore", "started"), ("lore", "done"),
    ]  # fmt: skip
    assert {p.of for p in told} == {4}


@pytest.mark.parametrize("error", [RuntimeError("a bug"), KeyboardInterrupt(), MemoryError()])
def test_a_reading_that_breaks_leaves_a_valid_file_and_goes_on_from_there(
    story: Path, calls: list[str], monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    steps = api.STEPS
    monkeypatch.setattr(api, "STEPS", breaking(steps, "lore", error))
    with pytest.raises(type(error)):
        fabula.read(story)
    kept = story.with_suffix(".fabula")
    assert names(story.parent) == ["story.fabula", "story.txt"] and whole(kept)
    world = World.open(kept)
    assert (world.unfinished, len(world.notes), world.lore) == (("lore",), 1, ())
    assert len(world.tokens) > 10
    monkeypatch.setattr(api, "STEPS", steps)
    told: list[api.Progress] = []
    assert fabula.read(story, on_stage=told.append).unfinished == ()
    assert [(p.stage, p.state) for p in told if p.state != "started"] == [
        ("text", "done"),
        ("tokens", "kept"),
        ("notes", "kept"),
        ("lore", "done"),
    ]
    assert calls == ["notes", "lore"]


def test_a_reading_that_breaks_spares_the_whole_world_of_before(story: Path, calls: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    before = fabula.read(story).to_json()
    story.write_text(STORY + "\nMore.\n", encoding="utf-8")
    steps = api.STEPS
    monkeypatch.setattr(api, "STEPS", breaking(steps, "lore", RuntimeError("a bug")))
    with pytest.raises(RuntimeError):
        fabula.read(story)
    assert World.open(story.with_suffix(".fabula")).to_json() == before
    monkeypatch.setattr(api, "STEPS", steps)
    assert fabula.read(story).text.endswith("More.\n")
    assert calls == ["notes", "lore", "notes", "lore"]
    assert names(story.parent) == ["story.fabula", "story.txt"]


def test_a_draft_of_an_older_text_is_not_gone_on_with(story: Path, calls: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    steps = api.STEPS
    monkeypatch.setattr(api, "STEPS", breaking(steps, "lore", RuntimeError("a bug")))
    with pytest.raises(RuntimeError):
        fabula.read(story)
    monkeypatch.setattr(api, "STEPS", steps)
    story.write_text("Another story.\n", encoding="utf-8")
    assert fabula.read(story).text == "Another story.\n"
    assert calls == ["notes", "notes", "lore"]


def test_a_damaged_draft_is_made_anew(story: Path, calls: list[str]) -> None:
    draft = story.with_name("story.fabula.part")
    shutil.copy(fabula.read(story).file or "", draft)
    data = draft.read_bytes()
    draft.write_bytes(data[:100] + b"\xff" * (len(data) - 100))
    story.write_text(STORY + "\nMore.\n", encoding="utf-8")
    assert fabula.read(story).text.endswith("More.\n")
    assert names(story.parent) == ["story.fabula", "story.txt"] and whole(story.with_suffix(".fabula"))


SLOW = """
import sys, time
from pathlib import Path
import fabula
from fabula import api
from fabula.reading.steps import Step
from fabula.world import making
def run(**_):
    print("running", flush=True)
    time.sleep(60)
making.code = lambda: "the same code in both processes"
api.STEPS = (api.STEPS[0], Step(name="slow", version="1", needs=("tokens",), gives=("lore",), run=run))
fabula.read(Path(sys.argv[1]))
"""


@pytest.mark.skipif(os.name == "nt", reason="signals of this kind are of POSIX")
def test_a_reading_that_is_killed_goes_on_from_its_last_whole_stage(story: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    running = subprocess.Popen([sys.executable, "-c", SLOW, str(story)], stdout=subprocess.PIPE, text=True)
    with running:
        assert running.stdout is not None and running.stdout.readline() == "running\n"
        running.send_signal(signal.SIGKILL)
    assert {"story.fabula.part", "story.txt"} <= set(names(story.parent))
    assert whole(story.with_name("story.fabula.part"))
    with pytest.raises(WorldFileError, match="broken off"):
        World.open(story.with_suffix(".fabula"))
    told: list[api.Progress] = []
    monkeypatch.setattr(making, "code", lambda: "the same code in both processes")
    monkeypatch.setattr(api, "STEPS", (tokens.STEP,))
    fabula.read(story, on_stage=told.append)
    assert ("tokens", "kept") in [(p.stage, p.state) for p in told]
    assert names(story.parent) == ["story.fabula", "story.txt"]


FULL = """
import resource, signal, sys
from pathlib import Path
import fabula
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    fabula.read(Path(sys.argv[1]))
except fabula.WorldFileError as error:
    print(error)
"""


@pytest.mark.skipif(os.name == "nt", reason="limits of this kind are of POSIX")
@pytest.mark.parametrize("limit", [40_000, 250_000])
def test_a_full_disk_leaves_no_damaged_world(tmp_path: Path, limit: int) -> None:
    story = tmp_path / "story.txt"
    story.write_text(STORY * 200, encoding="utf-8")
    command = [sys.executable, "-c", FULL, str(story), str(limit)]
    ran = [subprocess.run(command, capture_output=True, text=True, check=True).stdout for _ in range(2)]
    assert all("cannot use" in out for out in ran)
    kept = story.with_suffix(".fabula")
    if kept.exists():
        assert whole(kept) and World.open(kept).unfinished
    assert fabula.read(story).unfinished == ()
    assert whole(kept) and names(tmp_path) == ["story.fabula", "story.txt"]


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda p: p.write_bytes(b""), InputError),
        (lambda p: p.write_bytes(bytes(range(256)) * 50), InputError),
        (lambda p: p.unlink(), InputError),
        (lambda p: (p.unlink(), p.mkdir()), InputError),
    ],
)
def test_bad_input_leaves_the_world_of_before_as_it_is(
    story: Path, calls: list[str], make: Callable[[Path], object], error: type[Exception]
) -> None:
    fabula.read(story)
    before = story.with_suffix(".fabula").read_bytes()
    make(story)
    with pytest.raises(error):
        fabula.read(story)
    assert story.with_suffix(".fabula").read_bytes() == before


def test_bad_input_leaves_no_file_behind(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    with pytest.raises(InputError):
        fabula.read(tmp_path / "empty.txt")
    assert names(tmp_path) == ["empty.txt"]


def test_a_world_is_no_story(story: Path, calls: list[str]) -> None:
    fabula.read(story)
    with pytest.raises(InputError, match=r"World file, not a story.*fabula show"):
        fabula.read(story.with_suffix(".fabula"))


@pytest.mark.parametrize("force", [False, True])
def test_a_file_that_is_not_ours_is_never_overwritten(story: Path, calls: list[str], force: bool) -> None:
    mine = story.with_suffix(".fabula")
    mine.write_text("my own notes on the fabula of the story", encoding="utf-8")
    with pytest.raises(WorldFileError, match=r"not a World file.*never overwritten"):
        fabula.read(story, force=force)
    assert mine.read_text(encoding="utf-8") == "my own notes on the fabula of the story"


def test_the_story_is_never_overwritten_by_its_world(story: Path, calls: list[str]) -> None:
    with pytest.raises(WorldFileError):
        fabula.read(story, output=story, force=True)
    assert story.read_text(encoding="utf-8") == STORY


def test_a_long_story_is_kept_and_opened_quickly(tmp_path: Path) -> None:
    """120,000 words; the bounds are wide, so that a slow machine does not fail, and still catch what is not linear."""
    from fabula.reading.tokens import tokenize
    from fabula.world.draft import Draft
    from small_world import manuscript_of

    manuscript = manuscript_of("\n\n".join([STORY.strip()] * 8000))
    rows, sentences = tokenize(manuscript)
    start = time.perf_counter()
    with Draft(tmp_path / "long.fabula") as draft:
        draft.begin(manuscript, key="k", planned=("tokens",))
        draft.put("tokens", {"tokens": rows, "sentences": sentences}, origin="tokens@1", key="1", position=1)
    kept = time.perf_counter()
    world = World.open(tmp_path / "long.fabula")
    assert (len(world.tokens), world.text) == (len(rows), manuscript.text)
    assert kept - start < 8
    assert time.perf_counter() - kept < 2


def test_a_moved_story_takes_its_world_along(story: Path, calls: list[str], tmp_path: Path) -> None:
    fabula.read(story)
    there = tmp_path / "there"
    there.mkdir()
    for path in (story, story.with_suffix(".fabula")):
        shutil.move(path, there / path.name)
    assert api.read_story(there / "story.txt").unchanged


# --- layers that are kept nowhere
def passing(calls: list[str]) -> tuple[Step, ...]:
    """Tokens, a step that gives something which is kept nowhere, one that needs it, and one that does not."""
    steps = counting(calls)

    def syntax(**_: Any) -> Mapping[str, Any]:
        calls.append("syntax")
        return {"quotation_warnings": (), "linking": "large"}

    def again(**_: Any) -> Mapping[str, Any]:
        calls.append("again")
        return {"linking": "large"}

    def notes(linking: str, **_: Any) -> Mapping[str, Any]:
        assert linking == "large"
        return steps[1].run()

    gives = ("quotation_warnings", "linking")
    giving = Step(name="syntax", version="1", needs=("tokens",), gives=gives, run=syntax, passing=("linking",), again=again)
    return (steps[0], giving, replace(steps[1], needs=("tokens", "linking"), run=notes), steps[2])


def test_what_is_kept_nowhere_is_in_no_world_and_no_file(story: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "STEPS", passing([]))
    world = fabula.read(story)
    connection = sqlite3.connect(story.with_suffix(".fabula"))
    (gives,) = connection.execute("SELECT gives FROM stages WHERE name = 'syntax'").fetchone()
    connection.close()
    assert gives == "quotation_warnings"
    assert not world.has("linking")
    assert not fabula.read(story, store=False).has("linking")


def test_what_is_kept_nowhere_is_given_again_where_it_is_needed(story: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    steps = passing(calls)
    monkeypatch.setattr(api, "STEPS", steps)
    fabula.read(story)
    assert calls == ["syntax", "notes", "lore"]
    monkeypatch.setattr(api, "STEPS", (*steps[:3], replace(steps[3], version="2")))
    fabula.read(story)
    assert calls[3:] == ["lore"]
    monkeypatch.setattr(api, "STEPS", (*steps[:2], replace(steps[2], version="2"), steps[3]))
    fabula.read(story)
    assert calls[4:] == ["again", "notes", "lore"]
