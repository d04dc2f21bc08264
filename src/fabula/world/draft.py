"""Writing a World file: a draft beside it, one transaction per stage, put in its place when it is whole.

The draft is ``STORY.fabula.part``. When a reading breaks off, the draft holds every whole stage and the next reading goes on from
there. A whole World already in place stays as it is until the new one replaces it; where there is none (or only one of a reading that
was broken off) the unfinished one is put in place, so that what was read can be looked at.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from fabula.corrections import Correction, active, digest
from fabula.errors import WorldFileError
from fabula.text.manuscript import Manuscript
from fabula.world import log, tables
from fabula.world.store import (
    APPLICATION_ID,
    DRAFT_SUFFIX,
    OLDEST_VERSION,
    SCHEMA_VERSION,
    FileLayers,
    Kind,
    StageRow,
    connect,
    guarded,
    play_back,
    read_stages,
    refuse,
    sniff,
)
from fabula.world.writing import write_file

_PATIENCE = 10.0  # seconds to wait for a reader of the file in place


def file_key(path: Path) -> tuple[str | None, tuple[StageRow, ...], tuple[str, ...]]:
    """What a World file was read from (a key), its whole stages, and the names of those that were planned. Raises WorldFileError."""
    connection = connect(path)
    try:
        with guarded(path):
            meta = tables.get_meta(connection)
            return meta.get("key"), read_stages(connection), tuple((meta.get("stages") or "").split())
    finally:
        connection.close()


def is_whole(path: Path) -> bool:
    """Whether a World file holds every stage that was planned."""
    _, stages, planned = file_key(path)
    return {s.name for s in stages} >= set(planned)


class Draft:
    """A World file in the making; a context manager. Only one process can hold the draft of a file at a time."""

    def __init__(self, target: Path) -> None:
        """Raises WorldFileError where ``target`` or its draft is not ours, is newer, is in use, or cannot be written."""
        self.target = target
        self.path = target.with_name(target.name + DRAFT_SUFFIX)
        self._journal = self.path.with_name(self.path.name + "-journal")
        self._kind = sniff(target)
        for path, kind in ((target, self._kind), (self.path, sniff(self.path))):
            refuse(path, kind)
        if not target.parent.is_dir():
            raise WorldFileError(f"cannot write {target}: no folder {target.parent}", hint="make the folder, or give another place with -o")
        if self._kind is not Kind.NOTHING and not os.access(target, os.W_OK):
            raise WorldFileError(f"cannot write {target}: it is write-protected", hint="give another place with -o")
        with guarded(target):
            self._connection = self._open()
        self._stages: tuple[StageRow, ...] = ()
        self._begun = False

    def _open(self) -> sqlite3.Connection:
        if sniff(self.path) is Kind.NOTHING:
            self._journal.unlink(missing_ok=True)  # of a draft that is gone: SQLite would play it back into the new one
            if self._kind is Kind.OURS:
                play_back(self.target)
                copy = self.path.with_name(self.path.name + ".copy")
                shutil.copyfile(self.target, copy)
                copy.replace(self.path)
        connection = self._lock()
        if not _is_sound(connection):  # a draft can be made again, so a damaged one is not worth an error
            connection.close()
            self.path.unlink()
            connection = self._lock()
        return connection

    def _lock(self) -> sqlite3.Connection:
        """The draft, held by this process alone, with its tables. Raises sqlite3.OperationalError where another holds it."""
        connection = sqlite3.connect(self.path, timeout=0, isolation_level=None)
        try:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            if not _is_ours(connection):
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
                if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'corrections'").fetchone():
                    tables.create(connection)
            bring_up(connection)
            connection.execute("COMMIT")
        except BaseException:
            connection.close()
            raise
        return connection

    def begin(self, manuscript: Manuscript, *, key: str, planned: tuple[str, ...], force: bool = False) -> None:
        """Make the draft one of this text: stages read from the same (``key``) stay, anything else goes."""
        with guarded(self.path), self._connection:
            self._connection.execute("BEGIN")
            if force or tables.get_meta(self._connection).get("key") != key:
                tables.clear(self._connection)
                tables.write_manuscript(self._connection, manuscript)
            tables.set_meta(self._connection, {"key": key, "stages": " ".join(planned)})
            marks = ", ".join("?" * len(planned))
            self._connection.execute(f"DELETE FROM stages WHERE name NOT IN ({marks})", planned)
            self._stages = read_stages(self._connection)
        self._starts = tables.chapter_starts(manuscript)
        self._begun = True

    def holds(self, name: str, key: str) -> bool:
        """Whether the draft has the stage whole, read under the same key."""
        return any(s.name == name and s.key == key for s in self._stages)

    def layers(self) -> FileLayers:
        """The layers of the stages that the draft holds."""
        return FileLayers(self._connection, self.path, self._stages)

    def put(self, name: str, given: Mapping[str, Any], *, origin: str, key: str, position: int) -> None:
        """Keep what a stage gave: all of it or, if anything fails, none."""
        with guarded(self.path), self._connection:
            self._connection.execute("BEGIN")
            for layer, value in given.items():
                tables.write_layer(self._connection, layer, value, self._starts)
            row = (name, position, origin, key, " ".join(given))
            self._connection.execute("INSERT OR REPLACE INTO stages VALUES (?, ?, ?, ?, ?)", row)

    # --- the user's corrections
    def correct(self, entries: Sequence[Correction]) -> None:
        """Add to the log of the file in place, before anything is decided anew by it."""
        add_to_log(self.target, entries)
        with guarded(self.target):
            self._take_corrections()

    def corrections(self) -> tuple[Correction, ...]:
        """The corrections that hold, as the draft has them."""
        return active(log.read(self._connection))

    def mark_corrected(self, corrections: Sequence[Correction]) -> None:
        """Note by which corrections the stages of the draft were decided."""
        with guarded(self.path), self._connection:
            tables.set_meta(self._connection, {"corrections": digest(corrections)})

    def _take_corrections(self) -> None:
        """Bring over what the user corrected in the file in place meanwhile."""
        if sniff(self.target) in (Kind.OURS, Kind.OLDER):
            log.take(self._connection, self.target)

    def finish(self) -> None:
        """Put the draft in the place of the file. Raises WorldFileError where that is not allowed; the draft stays then."""
        with guarded(self.target):
            self._take_corrections()
            self._connection.close()
            self.path.replace(self.target)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is None:
            self.finish()
            return
        self._connection.close()
        if not self._begun:
            self.path.unlink()
        elif self._is_sound() and (self._kind is Kind.NOTHING or (self._kind is Kind.OURS and not is_whole(self.target))):
            with guarded(self.target):
                self._connection = sqlite3.connect(self.path, timeout=0, isolation_level=None)
                self.finish()

    def _is_sound(self) -> bool:
        """Whether the closed draft is a whole database. A full disk may leave a journal that has to be played back first."""
        connection = sqlite3.connect(self.path, timeout=0)
        try:
            return _is_sound(connection) and not self._journal.exists()
        finally:
            connection.close()


def add_to_log(target: Path, entries: Sequence[Correction]) -> None:
    """Add to the log of a World file, in a transaction of its own; nothing is decided anew by it. Raises WorldFileError.

    The copy beside the file is written as well; what keeps it from being written does not keep the correction.
    """
    kind = sniff(target)
    refuse(target, kind)
    if kind is Kind.NOTHING:
        raise WorldFileError(f"{target} is gone", hint="read the story again")
    with guarded(target):
        connection = sqlite3.connect(target, timeout=_PATIENCE, isolation_level=None)
        try:
            connection.execute("BEGIN IMMEDIATE")
            bring_up(connection)
            log.append(connection, entries)
            connection.execute("COMMIT")
            whole = log.read(connection)
        finally:
            connection.close()
    with suppress(WorldFileError):
        write_file(log.backup_path(target), log.dumps(whole))


def bring_up(connection: sqlite3.Connection) -> None:
    """Bring an open file up to the schema of this program."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version < SCHEMA_VERSION:
        tables.migrate(connection, version)
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _is_ours(connection: sqlite3.Connection) -> bool:
    """As ``sniff`` says, asked through the connection: to open and close the file besides would give up its lock (POSIX)."""
    (application,), (version,) = (connection.execute(f"PRAGMA {name}").fetchone() for name in ("application_id", "user_version"))
    return bool(application == APPLICATION_ID and OLDEST_VERSION <= version <= SCHEMA_VERSION)


def _is_sound(connection: sqlite3.Connection) -> bool:
    try:
        return bool(connection.execute("PRAGMA quick_check").fetchall() == [("ok",)])
    except sqlite3.DatabaseError:  # SQLite's way to say that it is not
        return False
