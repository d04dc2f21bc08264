"""World files: what goes in comes out, readers change nothing, and no file that is not ours is touched."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from fabula.errors import PipelineError, WorldFileError
from fabula.world import World
from fabula.world.draft import Draft
from fabula.world.store import SCHEMA_VERSION, Kind, sniff
from small_world import manuscript_of
from whole_world import assert_same, keep, whole_world


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return keep(whole_world(), tmp_path / "story.fabula")


def sql(path: Path, statement: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    try:
        with connection:
            return connection.execute(statement).fetchall()
    finally:
        connection.close()


def test_a_world_comes_back_as_it_was_kept(kept: Path) -> None:
    assert_same(World.open(kept), whole_world())
    assert World.open(kept).to_json() == whole_world().to_json()


@pytest.mark.parametrize("text", ["a\0b", "lone \udfff surrogate", "e\u0301 🜚 \u202e", "line\r\nline\rline\u2028x", "\ufeffmark"])
def test_odd_text_comes_back_unchanged(tmp_path: Path, text: str) -> None:
    world = keep(World({"manuscript": manuscript_of(text, title=text)}), tmp_path / "odd.fabula")
    assert World.open(world).text == text
    assert World.open(world).story.title == text


def test_the_file_is_one_whole_database_with_no_log_beside_it(kept: Path) -> None:
    World.open(kept).search("ferry")
    assert [p.name for p in kept.parent.iterdir()] == ["story.fabula"]
    assert sql(kept, "PRAGMA integrity_check") == [("ok",)]
    assert sql(kept, "PRAGMA journal_mode") == [("delete",)]
    assert sniff(kept) is Kind.OURS


def test_columns_are_kept_by_chapter(kept: Path) -> None:
    parts = {(layer, part) for layer, part in sql(kept, "SELECT layer, part FROM annotation")}
    assert {("tokens", 0), ("tokens", 1), ("mentions", 0), ("mentions", 1)} <= parts


def test_elements_can_be_asked_for_with_sql(kept: Path) -> None:
    assert sql(kept, "SELECT name FROM characters WHERE id = 'c1'") == [("Marta Voss",)]
    assert sql(kept, 'SELECT speaker FROM quotes WHERE "start" > 100 ORDER BY "start"') == [("c2",), ("c1",)]


def test_the_index_finds_paragraphs_of_the_file(kept: Path) -> None:
    world = World.open(kept)
    assert "Only if you pay" in world.text[slice(*world.search("pay")[0].span)]
    assert world.search("pay") == whole_world().search("pay")


def test_a_reader_cannot_write(kept: Path) -> None:
    world = World.open(kept)
    before = kept.read_bytes()
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        world._search_index.execute("DELETE FROM characters")
    assert kept.read_bytes() == before


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can enter (pytest's own are closed to others)."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@contextmanager
def without_rights() -> Iterator[None]:
    """Root, whom no permission stops, is somebody else for a while; any other user stays."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        os.seteuid(65534)
        try:
            yield
        finally:
            os.seteuid(0)
    else:
        yield


@pytest.mark.skipif(os.name == "nt", reason="folders of Windows have no such permissions")
def test_a_world_in_a_folder_that_cannot_be_written_is_read_and_not_replaced(open_folder: Path) -> None:
    kept = keep(whole_world(), open_folder / "story.fabula")
    kept.chmod(0o444)
    open_folder.chmod(0o555)
    with without_rights():
        assert_same(World.open(kept), whole_world())
        assert len(World.open(kept).search("ferry")) == 1
        for target in (kept, open_folder / "new.fabula"):
            with pytest.raises(WorldFileError, match=r"(write-protected|cannot (use|write)).*give another place with -o"):
                Draft(target)
    assert [p.name for p in open_folder.iterdir()] == ["story.fabula"]


@pytest.mark.skipif(os.name == "nt", reason="files of Windows have no such permissions")
def test_a_file_that_cannot_be_read_is_named(open_folder: Path) -> None:
    kept = keep(whole_world(), open_folder / "story.fabula")
    kept.chmod(0)
    with without_rights(), pytest.raises(WorldFileError, match=r"cannot read .*story\.fabula.*permissions"):
        World.open(kept)


def test_a_look_at_the_cast_loads_no_quotations(kept: Path) -> None:
    world = World.open(kept)
    assert [c.name for c in world.characters] and world.story.title
    loaded = set(world._layers._known)  # type: ignore[attr-defined]
    assert loaded <= {"manuscript", "characters", "members", "facts", "notes", "narration"}


def test_a_world_is_closed_when_it_goes(kept: Path) -> None:
    world = World.open(kept)
    connection = world._search_index
    del world
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")


# --- files that are not as they should be
def test_a_missing_file_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WorldFileError, match=r"no World file .*none\.fabula.*fabula read"):
        World.open(tmp_path / "none.fabula")


@pytest.mark.parametrize("content", [b"Once upon a time", b"SQLite format 3\0" + b"\0" * 84, b"x" * 5000])
def test_a_file_that_is_not_ours_is_neither_opened_nor_overwritten(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "mine.fabula"
    path.write_bytes(content)
    for use in (World.open, Draft):
        with pytest.raises(WorldFileError, match=r"not a World file.*move it away"):
            use(path)
    assert path.read_bytes() == content
    assert len(list(tmp_path.iterdir())) == 1


def test_a_database_of_another_program_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "other.fabula"
    sql(path, "CREATE TABLE precious (x)")
    with pytest.raises(WorldFileError, match="not a World file"):
        keep(whole_world(), path)
    assert sql(path, "SELECT name FROM sqlite_master") == [("precious",)]


def test_a_draft_that_is_not_ours_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "story.fabula.part").write_text("my notes on parts")
    with pytest.raises(WorldFileError, match=r"story.fabula.part is not a World file"):
        keep(whole_world(), tmp_path / "story.fabula")
    assert (tmp_path / "story.fabula.part").read_text() == "my notes on parts"


def test_an_empty_file_has_nothing_to_lose(tmp_path: Path) -> None:
    (tmp_path / "story.fabula").touch()
    assert_same(World.open(keep(whole_world(), tmp_path / "story.fabula")), whole_world())


def test_a_newer_file_is_neither_opened_nor_overwritten(kept: Path) -> None:
    sql(kept, f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    before = kept.read_bytes()
    for use in (World.open, Draft):
        with pytest.raises(WorldFileError, match="newer Fabula"):
            use(kept)
    assert kept.read_bytes() == before


def test_an_older_file_says_so_and_is_read_anew_with_its_corrections(kept: Path) -> None:
    sql(kept, "INSERT INTO corrections (kind, about, value) VALUES ('name', 'c1', 'Marta')")
    sql(kept, "PRAGMA user_version = 0")
    with pytest.raises(WorldFileError, match=r"older Fabula.*read the story again"):
        World.open(kept)
    keep(whole_world(), kept)
    assert sql(kept, "SELECT about FROM corrections") == [("c1",)]


@pytest.mark.parametrize("damage", ["cut", "scribble", "values"])
def test_a_damaged_file_is_named_as_damaged(kept: Path, damage: str) -> None:
    data = kept.read_bytes()
    if damage == "values":
        sql(kept, "UPDATE characters SET aliases = '[{]'")
    else:
        kept.write_bytes(data[:5000] if damage == "cut" else data[:100] + b"\xff" * (len(data) - 100))
    with pytest.raises(WorldFileError, match=r"story\.fabula.*(damaged|malformed|disk)"):
        World.open(kept).to_json()


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(WorldFileError, match="no folder"):
        keep(whole_world(), tmp_path / "none" / "story.fabula")


def test_a_place_below_a_file_is_no_place(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(WorldFileError, match=r"story\.fabula"):
        keep(whole_world(), tmp_path / "file" / "story.fabula")


def test_a_column_that_an_older_file_lacks_takes_its_default(kept: Path) -> None:
    sql(kept, "ALTER TABLE characters DROP COLUMN words_spoken")
    assert [c.words_spoken for c in World.open(kept).characters] == [0, 0, 0]
    sql(kept, "ALTER TABLE characters DROP COLUMN name")
    with pytest.raises(WorldFileError, match="no column name"):
        _ = World.open(kept).characters


# --- drafts
def test_a_layer_that_the_file_does_not_know_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match="weather"), Draft(tmp_path / "story.fabula") as draft:
        draft.begin(manuscript_of("x"), key="k", planned=("one",))
        draft.put("one", {"weather": ()}, origin="one@1", key="1", position=1)


def test_a_stage_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    world = whole_world()
    path = tmp_path / "story.fabula"
    with pytest.raises(AttributeError), Draft(path) as draft:
        draft.begin(world.manuscript, key="k", planned=("one",))
        draft.put("one", {"places": world.layer("places"), "facts": (object(),)}, origin="one@1", key="1", position=1)
    assert World.open(path).unfinished == ("one",)
    assert World.open(path).places == () and sql(path, "SELECT count(*) FROM places") == [(0,)]


def test_two_programs_do_not_read_one_story_at_once(kept: Path) -> None:
    other = f"from pathlib import Path; from fabula.world.draft import Draft; Draft(Path({str(kept)!r}))"
    with Draft(kept) as draft:
        draft.begin(whole_world().manuscript, key="k", planned=())
        run = subprocess.run([sys.executable, "-c", other], capture_output=True, text=True, check=False)
    assert "is in use" in run.stderr


def test_two_readings_of_one_story_do_not_mix(tmp_path: Path) -> None:
    path = tmp_path / "story.fabula"
    with Draft(path) as draft:
        draft.begin(manuscript_of("One."), key="k", planned=())
        with pytest.raises(WorldFileError, match="in use"):
            Draft(path)
    assert World.open(path).text == "One."


def test_corrections_outlive_every_reading_and_are_only_added_to(kept: Path) -> None:
    sql(kept, "INSERT INTO corrections (made, kind, about, value) VALUES ('2026-01-01', 'name', 'c1', 'Marta')")
    other = replace(whole_world().manuscript, text=whole_world().text + " More.")
    keep(World({"manuscript": other}), kept, key="another text")
    assert World.open(kept).text.endswith("More.") and len(World.open(kept).characters) == 0
    assert sql(kept, "SELECT made, value FROM corrections") == [("2026-01-01", "Marta")]
    for change in ("DELETE FROM corrections", "UPDATE corrections SET value = 'x'"):
        with pytest.raises(sqlite3.IntegrityError, match="only added to"):
            sql(kept, change)


def test_a_correction_made_during_a_reading_is_kept(kept: Path) -> None:
    with Draft(kept) as draft:
        draft.begin(whole_world().manuscript, key="new", planned=())
        sql(kept, "INSERT INTO corrections (kind, about) VALUES ('speaker', 'q1')")
    assert sql(kept, "SELECT about FROM corrections") == [("q1",)]


def test_an_open_world_stays_as_it_was_when_its_file_is_replaced(kept: Path) -> None:
    world = World.open(kept)
    keep(World({"manuscript": manuscript_of("Another.")}), kept, key="another")
    assert_same(world, whole_world())


def test_a_copied_file_is_the_same_world(kept: Path, tmp_path: Path) -> None:
    moved = tmp_path / "été & 50% #1?.fabula"
    shutil.copy(kept, moved)
    assert_same(World.open(moved), whole_world())
