"""Corrections in a World file: kept apart from all that is read, worked in again, found again, taken back."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

import fabula
from edited_story import TALK, as_bytes, names, quote, read, speaker, speakers
from fabula import api
from fabula.corrections import USER
from fabula.errors import CorrectionError, FabulaError, InputError, NotFoundInWorld, WorldFileError
from fabula.world import World, making
from fabula.world.draft import Draft
from fabula.world.log_view import log_rows
from fabula.world.making import Progress
from fabula.world.store import SCHEMA_VERSION

BEFORE = "It had rained all day, and the road was under water as far as the mill.\n\n"
FACTS = (
    "Ruth sat down beside Paul. Ruth was forty years old. Paul was a baker.\n\n“Where were you?” said Ruth.\n\n"
    "“Out,” said Paul. His brother had been murdered.\n\nRuth was a doctor. Paul was Ruth's husband.\n\n“Well,\n"
)


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.txt"
    path.write_text(TALK, encoding="utf-8")
    return path


@pytest.fixture
def world(story: Path) -> World:
    return fabula.read(story)


def sql(path: Path, statement: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    try:
        with connection:
            return connection.execute(statement).fetchall()
    finally:
        connection.close()


def other(world: World, words: str) -> str:
    """Whoever of the two does not say it."""
    return {"Ruth": "Paul", "Paul": "Ruth"}[speaker(world, words) or ""]


# --- kept and worked in
def test_an_edit_gives_a_new_world_and_leaves_the_old_one_as_it_was(world: World) -> None:
    before, who = as_bytes(world), other(world, "Out where?")
    edited = world.edit.speaker("Out where?", who)
    assert speaker(edited, "Out where?") == who and edited.file == world.file
    assert as_bytes(world) == before
    assert as_bytes(World.open(world.file or "")) == as_bytes(edited)


def test_a_noted_correction_is_kept_and_decides_nothing_until_it_is_worked_in(world: World) -> None:
    who = other(world, "Out where?")
    (entry,) = world.edit.note(lambda e: e.speaker("Out where?", who))
    waiting = World.open(world.file or "")
    assert (waiting.pending, [c.uid for c in waiting.log]) == (True, [entry.uid])
    assert speakers(waiting) == speakers(world)
    assert (world.file or Path()).with_suffix(".corrections.jsonl").read_text().count("\n") == 1
    worked_in = making.work_in(world.file or Path())
    assert (worked_in.pending, speaker(worked_in, "Out where?")) == (False, who)


def test_what_is_noted_while_a_world_is_decided_anew_is_worked_in_too(world: World) -> None:
    def meanwhile(progress: Progress) -> None:
        if progress.stage == "who" and progress.state == "done" and not World.open(world.file or "").log[1:]:
            World.open(world.file or "").edit.note(lambda e: e.rename("Paul", "Pol"))

    world.edit.note(lambda e: e.rename("Ruth", "Rue"))
    after = making.work_in(world.file or Path(), meanwhile)
    assert {"Rue", "Pol"} <= {c.name for c in after.characters}
    assert not after.pending


def test_a_world_that_no_file_keeps_notes_nothing() -> None:
    with pytest.raises(CorrectionError, match="no file"):
        read(TALK).edit.note(lambda e: e.rename("Ruth", "Rue"))


def test_nothing_is_noted_in_a_file_that_is_gone(world: World) -> None:
    file = world.file or Path()
    file.unlink()
    with pytest.raises(WorldFileError, match="is gone"):
        world.edit.note(lambda e: e.rename("Ruth", "Rue"))
    assert not file.exists()


def test_a_world_in_memory_is_edited_like_one_in_a_file(world: World) -> None:
    who = other(world, "Out where?")
    assert as_bytes(read(TALK).edit.speaker("Out where?", who)) == as_bytes(world.edit.speaker("Out where?", who))


def test_only_what_rests_on_a_correction_is_decided_anew(world: World) -> None:
    told: list[Progress] = []
    edited = fabula.world.edit.Edit(world, told.append).rename("Ruth", "Ruthie")
    kept = {p.stage for p in told if p.state == "kept"}
    assert {"tokens", "syntax", "quotations"} <= kept and not {"who", "facts"} & kept
    told.clear()
    edited = fabula.world.edit.Edit(edited, told.append).rename("Paul", "Pauly")
    assert "unaided" in {p.stage for p in told if p.state == "kept"}
    assert names(edited) == {"Ruthie", "Pauly"}


def test_an_edited_world_is_not_read_again_and_keeps_its_corrections_when_it_is(story: Path, world: World) -> None:
    edited = world.edit.rename("Ruth", "Ruthie")
    assert api.read_story(story).unchanged
    assert as_bytes(fabula.read(story, force=True)) == as_bytes(edited)


def test_a_correction_holds_in_a_changed_story(story: Path, world: World) -> None:
    who = other(world, "Out where?")
    world.edit.speaker("Out where?", who).edit.rename("Ruth", "Ruthie")
    story.write_text(BEFORE + TALK.replace("looked at the fire", "stared into the fire"), encoding="utf-8")
    again = fabula.read(story)
    assert again.text.startswith("It had rained") and not again.orphans
    said = quote(again, "Out where?")
    assert (again.name_of(said.speaker or ""), said.origin) == (who.replace("Ruth", "Ruthie"), USER)
    assert said.start == TALK.index('"Out where?"') + len(BEFORE) + len("stared into") - len("looked at")


def test_a_correction_whose_place_is_gone_is_an_orphan_that_is_told_and_kept(story: Path, world: World) -> None:
    world.edit.speaker("Out where?", other(world, "Out where?"))
    story.write_text(TALK.replace('"Out where?"\n\n"Just out."\n\n', ""), encoding="utf-8")
    again = fabula.read(story)
    ((lost, why),) = again.orphans
    assert lost.kind == "speaker" and "Out where?" in why
    assert [w.code for w in again.warnings] == ["orphan"] and "correction 1" in again.warnings[0].message
    assert again.to_json()["story"]["warnings"][0]["code"] == "orphan"
    assert [row.state for row in log_rows(again)] == ["orphan"]
    story.write_text(TALK, encoding="utf-8")
    assert not fabula.read(story).orphans


def test_a_character_who_left_the_story_leaves_an_orphan(story: Path, world: World) -> None:
    world.edit.pronouns("Paul", "she")
    story.write_text(TALK.replace("Paul", "Vera"), encoding="utf-8")
    assert [c.kind for c, _ in fabula.read(story).orphans] == ["pronouns"]


# --- taking back
def test_undoing_everything_restores_the_same_bytes(world: World) -> None:
    before = as_bytes(world)
    edited = world.edit.speaker("Out where?", other(world, "Out where?")).edit.rename("Ruth", "Ruthie").edit.merge("Paul", "Ruthie")
    for _ in range(3):
        edited = edited.edit.undo()
    assert as_bytes(edited) == before
    assert as_bytes(World.open(world.file or "")) == before
    with pytest.raises(CorrectionError, match="no correction to undo"):
        edited.edit.undo()


def test_an_undoing_is_one_more_entry_and_can_be_undone(world: World) -> None:
    edited = world.edit.rename("Ruth", "Ruthie")
    back = edited.edit.undo().edit.undo(2)
    assert as_bytes(back) == as_bytes(edited)
    assert [(r.number, r.kind, r.state) for r in log_rows(back)] == [(1, "rename", "holds"), (2, "undo", "undoing"), (3, "undo", "undoing")]
    assert sql(back.file or Path(), "SELECT kind FROM corrections ORDER BY id") == [("rename",), ("undo",), ("undo",)]


def test_an_entry_is_undone_once(world: World) -> None:
    edited = world.edit.rename("Ruth", "Ruthie").edit.rename("Paul", "Pauly").edit.undo(1)
    assert names(edited) == {"Ruth", "Pauly"}
    for number, message in ((1, "undone already"), (9, "no correction 9")):
        with pytest.raises(CorrectionError, match=message):
            edited.edit.undo(number)


# --- copies
def test_the_log_goes_out_and_comes_back(world: World, tmp_path: Path) -> None:
    edited = world.edit.speaker("Out where?", other(world, "Out where?")).edit.rename("Ruth", "Ruthie").edit.undo()
    exported = edited.edit.export()
    fresh = fabula.read(tmp_path / "story.txt", output=tmp_path / "copy.fabula")
    copied = fresh.edit.take(exported)
    assert copied.edit.export() == exported
    assert as_bytes(copied) == as_bytes(edited)
    assert copied.edit.take(exported) is copied


def test_an_import_that_is_none_changes_nothing(world: World) -> None:
    speech = '{"kind": "speaker", "uid": "x", "at": [{"start": -9, "end": 1, "text": "ab", "before": "", "after": ""}]}\n'
    item = '{"kind": "dismiss", "uid": "x", "value": "[1]"}\n'
    for text in ("not json\n", '{"kind": "rename"}\n', "[1]\n", '{"kind": "speaker", "uid": "x"}\n', speech, item):
        with pytest.raises(InputError, match="line 1 is no correction"):
            world.edit.take(text)
    assert World.open(world.file or "").log == ()


def test_every_write_is_backed_up_beside_the_world(world: World) -> None:
    edited = world.edit.rename("Ruth", "Ruthie").edit.undo()
    backup = (world.file or Path()).with_suffix(".corrections.jsonl")
    assert backup.read_text(encoding="utf-8") == edited.edit.export()
    assert [json.loads(line)["kind"] for line in backup.read_text(encoding="utf-8").splitlines()] == ["rename", "undo"]


def test_a_detached_world_needs_its_file_no_longer(world: World) -> None:
    before = as_bytes(world)
    opened = World.open(world.file or "")
    opened.detach()
    (world.file or Path()).unlink()
    assert as_bytes(opened) == before and opened.search("fire") == read(TALK).search("fire")


def test_several_corrections_at_once_are_decided_by_once(world: World) -> None:
    told: list[Progress] = []
    edited = fabula.world.edit.Edit(world, told.append).all(lambda e: e.rename("Ruth", "Ruthie"), lambda e: e.rename("Paul", "Pauly"))
    assert names(edited) == {"Ruthie", "Pauly"} and len(edited.log) == 2
    assert [p.stage for p in told if p.state == "done"].count("who") == 1
    assert edited.edit.all() is edited


# --- crashes and other versions
def test_a_correction_is_safe_before_anything_is_decided_by_it(story: Path, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    before = as_bytes(world)

    def crash(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(making, "make_in_draft", crash)
        with pytest.raises(KeyboardInterrupt):
            world.edit.rename("Ruth", "Ruthie")
    left = World.open(world.file or "")
    assert left.pending and [c.value for c in left.log] == ["Ruthie"] and as_bytes(left) == before
    assert [r.state for r in log_rows(left)] == ["pending"]
    mended = fabula.read(story)
    assert not mended.pending and names(mended) == {"Ruthie", "Paul"}
    assert sorted(p.name for p in story.parent.iterdir()) == ["story.corrections.jsonl", "story.fabula", "story.txt"]


def test_an_edit_that_breaks_in_a_stage_goes_on_with_the_next(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(Draft, "put", lambda *_, **__: (_ for _ in ()).throw(MemoryError()))
        with pytest.raises(MemoryError):
            world.edit.rename("Ruth", "Ruthie")
    assert names(world.edit.rename("Paul", "Pauly")) == {"Ruthie", "Pauly"}


def test_two_edits_at_once_do_not_mix(world: World) -> None:
    with Draft(world.file or Path()) as draft:
        draft.begin(world.manuscript, key="k", planned=())
        with pytest.raises(WorldFileError, match="in use"):
            world.edit.rename("Ruth", "Ruthie")


def as_version_1(path: Path) -> None:
    """The file as the first schema had it: corrections without ids, none of the tables that came later."""
    connection = sqlite3.connect(path)
    connection.executescript("""
        DROP TABLE corrections;
        DROP TABLE applied;
        CREATE TABLE corrections (id INTEGER PRIMARY KEY AUTOINCREMENT, made TEXT, kind TEXT NOT NULL, about TEXT NOT NULL, value TEXT);
        CREATE TRIGGER corrections_stay BEFORE UPDATE ON corrections BEGIN SELECT RAISE(ABORT, 'corrections are only added to'); END;
        CREATE TRIGGER corrections_last BEFORE DELETE ON corrections BEGIN SELECT RAISE(ABORT, 'corrections are only added to'); END;
        INSERT INTO corrections (made, kind, about, value) VALUES ('2026-01-01', 'name', 'c1', 'Marta');
        DELETE FROM annotation WHERE layer = 'unaided';
        DELETE FROM meta WHERE key = 'corrections';
        UPDATE stages SET gives = 'characters mentions members quotes narration' WHERE name = 'who';
        DELETE FROM stages WHERE name = 'unaided';
        PRAGMA user_version = 1;
    """)
    connection.close()


def test_a_file_of_the_first_schema_is_read_as_it_is_and_brought_up_when_written_to(world: World) -> None:
    path, before = world.file or Path(), as_bytes(world)
    as_version_1(path)
    content = path.read_bytes()
    old = World.open(path)
    assert as_bytes(old) == before and path.read_bytes() == content
    assert [(r.state, r.words) for r in log_rows(old)] == [("unknown", "unknown name c1 Marta")]
    edited = old.edit.rename("Ruth", "Ruthie")
    assert sql(path, "PRAGMA user_version") == [(SCHEMA_VERSION,)]
    assert names(edited) == {"Ruthie", "Paul"}
    assert [(c.number, c.kind) for c in edited.log] == [(1, "unknown"), (2, "rename")]
    assert sql(path, "SELECT made, value FROM corrections ORDER BY id")[0] == ("2026-01-01", "Marta")
    assert as_bytes(edited.edit.undo()) == before


def test_a_story_with_a_world_of_the_first_schema_is_read_anew(story: Path, world: World) -> None:
    as_version_1(world.file or Path())
    assert fabula.read(story).log[0].kind == "unknown"
    assert sql(world.file or Path(), "PRAGMA user_version") == [(SCHEMA_VERSION,)]
    with pytest.raises(sqlite3.IntegrityError, match="only added to"):
        sql(world.file or Path(), "DELETE FROM corrections")


# --- items
def test_an_item_that_is_wrong_is_hidden_and_one_that_is_right_is_sure() -> None:
    world = read(FACTS)
    fact = next(f for f in world.facts if f.attribute == "job" and f.value == "baker")
    without = world.edit.dismiss(fact)
    assert fact not in without.facts and len(without.facts) == len(world.facts) - 1
    assert "baker" not in without.characters["Paul"].roles
    sure = next(f for f in world.edit.keep(fact).facts if f.value == "baker")
    assert (sure.confidence, sure.origin) == (1.0, USER)
    assert as_bytes(without.edit.undo()) == as_bytes(world)


def test_an_item_is_named_by_its_list_and_number_or_words() -> None:
    world = read(FACTS)
    number = next(i for i, f in enumerate(world.facts, 1) if f.value == "baker")
    for item in (f"facts:{number}", "fact:baker"):
        assert len(world.edit.dismiss(item).facts) == len(world.facts) - 1
    for item, error in (("facts:99", NotFoundInWorld), ("facts:sailor", NotFoundInWorld), ("weather:1", CorrectionError)):
        with pytest.raises(error):
            world.edit.dismiss(item)


def test_what_is_dismissed_stays_so_when_characters_change() -> None:
    world = read(FACTS)
    fewer = world.edit.dismiss("facts:baker").edit.rename("Paul", "Pauly")
    assert not [f for f in fewer.facts if f.value == "baker"]


def test_a_content_note_that_is_wrong_folds_nothing() -> None:
    world = read(FACTS)
    label = world.notes[0].label
    without = world.edit.dismiss(world.notes[0])
    assert label not in {n.label for n in without.notes}
    assert all(label not in noted for q in without.quotes for noted in q.noted)


def test_an_issue_that_is_none_is_not_shown() -> None:
    world = read(FACTS)
    assert len(world.issues) == 1
    assert world.edit.dismiss("issues:1").issues == ()


def test_keeping_a_quotation_makes_its_speaker_sure() -> None:
    world = read(TALK)
    kept = world.edit.keep(quote(world, "Just out"))
    assert speakers(kept) == speakers(world) and quote(kept, "Just out").confidence == 1.0


# --- errors that say what to do
@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda e: e.merge("Ruth", "Pual"), r"no character 'Pual'.*did you mean Paul"),
        (lambda e: e.merge("Ruth", "ruth"), "are one already"),
        (lambda e: e.split("Ruth", "Ruthie"), r"'Ruthie' cannot be split from Ruth.*its forms are Ruth"),
        (lambda e: e.split("Ruth", "Ruth"), r"cannot be split.*--at"),
        (lambda e: e.split("Ruth"), "needs the form or the mentions"),
        (lambda e: e.rename("Ruth", "  "), "needs a letter"),
        (lambda e: e.retype("Ruth", "robot"), r"no type of character.*person, animal"),
        (lambda e: e.pronouns("Ruth", "xe"), r"no pronoun.*he, she"),
        (lambda e: e.speaker("out", "Ruth"), r"several quotations hold 'out': \d+ .*position"),
        (lambda e: e.speaker("sideways", "Ruth"), r"no quotation holds 'sideways'.*quotes"),
        (lambda e: e.speaker(3, "Ruth"), r"no quotation at 3.*nearest begins at \d+"),
        (lambda e: e.mention("Ruth", "Paul"), r"'Ruth' stands 3 times.*brackets"),
        (lambda e: e.mention("Ruth sat down beside Paul", "Paul"), r"has 2 mentions.*brackets"),
        (lambda e: e.mention((5, 5), "Paul"), "no text at 5:5"),
        (lambda e: e.mention(TALK.index("sat"), "Paul"), "START:END"),
        (lambda e: e.dismiss(object()), "cannot be dismissed"),
    ],
)
def test_an_error_says_what_to_do(edit: object, words: str) -> None:
    world = read(TALK)
    with pytest.raises(FabulaError, match=words):
        edit(world.edit)  # type: ignore[operator]


def test_a_name_of_two_characters_asks_which() -> None:
    world = read("John Miller woke up. John Miller washed. Mrs. Miller slept. Mrs. Miller snored. “Well,” said Mrs. Miller.\n")
    two = world.edit.rename("Mrs. Miller", "John Miller")
    with pytest.raises(NotFoundInWorld, match=r"several characters: John Miller \(c\d\), John Miller \(c\d\).*by its id"):
        two.edit.pronouns("John Miller", "he")
    assert two.edit.pronouns("c1", "he").characters["c1"].pronouns == "he"


HALF_WRITTEN = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size = 1")
connection.execute("BEGIN IMMEDIATE")
for n in range(200):
    connection.execute("INSERT INTO corrections (kind, about) VALUES ('rename', ?)", ("x" * 4000,))
os._exit(1)
"""


def test_a_write_that_was_killed_is_played_back(world: World) -> None:
    path, before = world.file or Path(), as_bytes(world)
    assert subprocess.run([sys.executable, "-c", HALF_WRITTEN, str(path)], check=False).returncode == 1
    assert path.with_name(path.name + "-journal").exists()
    left = World.open(path)
    assert as_bytes(left) == before and left.log == ()
    assert names(left.edit.rename("Ruth", "Ruthie")) == {"Ruthie", "Paul"}
