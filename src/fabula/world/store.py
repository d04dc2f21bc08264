"""World files: one SQLite database per story, opened read-only by all who only read.

A file is known by its ``application_id``, its schema by ``user_version``; both stand in the first hundred bytes, so that a file that
is not ours is recognised without opening it as a database. ``draft.py`` writes files.
"""

from __future__ import annotations

import sqlite3
import struct
import weakref
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fabula.corrections import active, decisive, digest
from fabula.errors import WorldFileError
from fabula.world import log, tables
from fabula.world.world import World

APPLICATION_ID = 0x4641424C  # "FABL"
SCHEMA_VERSION = 2
OLDEST_VERSION = 1
"""Files from here on are read as they are, and brought up to ``SCHEMA_VERSION`` when they are written to."""
SUFFIX = ".fabula"
DRAFT_SUFFIX = ".part"
_MAGIC = b"SQLite format 3\0"


class Kind(Enum):
    """What stands at a path."""

    NOTHING = "nothing"
    OURS = "ours"
    OLDER = "older"
    NEWER = "newer"
    FOREIGN = "foreign"


def sniff(path: Path) -> Kind:
    """What stands at ``path``, from its first hundred bytes. An empty file counts as nothing. Raises WorldFileError when unreadable."""
    try:
        with path.open("rb") as f:
            head = f.read(100)
    except FileNotFoundError:
        return Kind.NOTHING
    except IsADirectoryError:
        return Kind.FOREIGN
    except OSError as error:
        raise WorldFileError(f"cannot read {path}: {error.strerror or error}", hint="check its permissions") from error
    if not head:
        return Kind.NOTHING
    if len(head) < 100 or not head.startswith(_MAGIC):
        return Kind.FOREIGN
    (version,), (application,) = struct.unpack(">I", head[60:64]), struct.unpack(">I", head[68:72])
    if application != APPLICATION_ID:
        return Kind.FOREIGN
    if version > SCHEMA_VERSION:
        return Kind.NEWER
    return Kind.OURS if version >= OLDEST_VERSION else Kind.OLDER


def refuse(path: Path, kind: Kind) -> None:
    """Raise WorldFileError, with what to do, for a file that this program must not use as a World."""
    match kind:
        case Kind.NEWER:
            raise WorldFileError(f"{path} was written by a newer Fabula", hint="update Fabula, or write elsewhere with -o")
        case Kind.FOREIGN:
            raise WorldFileError(f"{path} is not a World file", hint="move it away, or give another place with -o; it is never overwritten")


@contextmanager
def guarded(path: Path) -> Iterator[None]:
    """Turn what SQLite and the disk say into a WorldFileError that names the file."""
    elsewhere = "check the disk and the permissions, or give another place with -o"
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise WorldFileError(f"{path} is in use", hint="another fabula is reading this story; wait for it, or end it") from error
        raise WorldFileError(f"cannot use {path}: {error}", hint=elsewhere) from error
    except sqlite3.DatabaseError as error:
        raise _damaged(path, error) from error
    except OSError as error:
        raise WorldFileError(f"cannot write {path}: {error.strerror or error}", hint=elsewhere) from error


@contextmanager
def loading(path: Path) -> Iterator[None]:
    """As ``guarded``, and values that do not decode count as damage too."""
    try:
        with guarded(path):
            yield
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> WorldFileError:
    return WorldFileError(f"{path} is damaged: {error}", hint="move it away and read the story again")


@dataclass(frozen=True, slots=True)
class StageRow:
    """A stage that the file holds whole."""

    name: str
    origin: str
    key: str
    gives: tuple[str, ...]


def read_stages(connection: sqlite3.Connection) -> tuple[StageRow, ...]:
    """The whole stages of a file, in order."""
    rows = connection.execute("SELECT name, origin, key, gives FROM stages ORDER BY position")
    return tuple(StageRow(name, origin, key, tuple(gives.split())) for name, origin, key, gives in rows)


class FileLayers(Mapping[str, Any]):
    """The layers of an open file, each loaded when it is first asked for. Errors name the file."""

    def __init__(self, connection: sqlite3.Connection, path: Path, stages: tuple[StageRow, ...]) -> None:
        self._connection, self._path = connection, path
        self._names = ("manuscript", *(g for s in stages for g in s.gives))
        self._known: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._known:
            with loading(self._path):
                load = tables.read_manuscript(self._connection) if name == "manuscript" else tables.read_layer(self._connection, name)
            self._known[name] = load
        return self._known[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def play_back(path: Path) -> None:
    """Undo what a crash left half written in a file, where that can be done."""
    if path.with_name(path.name + "-journal").exists():
        with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchall()


def connect(path: Path) -> sqlite3.Connection:
    """An existing World file, read-only. Raises WorldFileError: missing, not ours, newer, older, unreadable."""
    kind = sniff(path)
    if kind is Kind.NOTHING:
        begun = path.with_name(path.name + DRAFT_SUFFIX).exists()
        hint = "its reading was broken off; fabula read STORY goes on" if begun else "make one with: fabula read STORY"
        raise WorldFileError(f"no World file {path}", hint=hint)
    refuse(path, kind)
    if kind is Kind.OLDER:
        raise WorldFileError(f"{path} was written by an older Fabula", hint="read the story again; corrections are kept")
    play_back(path)
    with guarded(path):
        connection = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True, check_same_thread=False)
        try:
            connection.execute("SELECT 1 FROM meta LIMIT 1")
        except sqlite3.Error:
            connection.close()
            raise
    return connection


def open_world(path: Path) -> World:
    """The World in a file. Its parts load when they are asked for. Raises WorldFileError."""
    connection = connect(path)
    with loading(path):
        stages = read_stages(connection)
        meta = tables.get_meta(connection)
        entries = log.read(connection)
    planned, corrected_by = (meta.get("stages") or "").split(), meta.get("corrections") or ""
    done = {s.name for s in stages}
    world = World(
        FileLayers(connection, path, stages),
        origins={given: s.origin for s in stages for given in s.gives},
        unfinished=tuple(name for name in planned if name not in done),
        file=path,
        index=lambda: connection,
        close=connection.close,
        log=entries,
        pending=digest(decisive(active(entries))) != corrected_by,
    )
    # Closed when the World goes: an open connection would keep Windows from replacing the file, and Python warns of it.
    weakref.finalize(world, connection.close)
    return world
