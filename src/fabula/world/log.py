"""The log of the user's corrections in a World file: a table that is only added to, and a copy beside the file.

It alone cannot be made again, so an entry is committed in a transaction of its own before anything is decided anew by it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from fabula.corrections import KINDS, Correction, is_sound
from fabula.errors import InputError
from fabula.world.codec import bind, decoder, encoder, unbind

BACKUP_SUFFIX = ".corrections.jsonl"
UNKNOWN = "unknown"
"""The kind of an entry that this Fabula does not understand; it is kept and listed."""
_CREATE = (
    "CREATE TABLE corrections "
    "(id INTEGER PRIMARY KEY AUTOINCREMENT, made TEXT, kind TEXT NOT NULL, about TEXT NOT NULL, value TEXT, uid TEXT)",
    "CREATE UNIQUE INDEX corrections_once ON corrections (uid)",
    "CREATE TRIGGER corrections_stay BEFORE UPDATE ON corrections BEGIN SELECT RAISE(ABORT, 'corrections are only added to'); END",
    "CREATE TRIGGER corrections_last BEFORE DELETE ON corrections BEGIN SELECT RAISE(ABORT, 'corrections are only added to'); END",
)
_ABOUT = ("who", "at")
_encode, _decode = encoder(Correction), decoder(Correction)


def create(connection: sqlite3.Connection) -> None:
    for statement in _CREATE:
        connection.execute(statement)


def add_uids(connection: sqlite3.Connection) -> None:
    """From the first schema to the second: every entry has an id that is the same wherever it is copied."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'corrections'").fetchone():
        create(connection)
        return
    if "uid" not in _columns(connection, "main"):
        connection.execute("ALTER TABLE corrections ADD COLUMN uid TEXT")
        connection.execute(_CREATE[1])


def _columns(connection: sqlite3.Connection, schema: str) -> set[str]:
    return {row[1] for row in connection.execute(f"PRAGMA {schema}.table_info(corrections)")}


def read(connection: sqlite3.Connection) -> tuple[Correction, ...]:
    """All entries in order."""
    known = _columns(connection, "main")
    if not known:
        return ()
    uid = "uid" if "uid" in known else "NULL"
    rows = connection.execute(f"SELECT id, made, kind, about, value, {uid} FROM corrections ORDER BY id")
    return tuple(_entry(*row) for row in rows)


def _entry(number: int, made: str | None, kind: str, about: Any, value: Any, uid: str | None) -> Correction:
    text = unbind(value) or ""
    try:
        entry: Correction = _decode({**json.loads(unbind(about)), "kind": kind, "value": text})
        if kind not in KINDS or uid is None or not is_sound(entry):
            raise ValueError(kind)
    except (AttributeError, KeyError, TypeError, ValueError):
        entry = Correction(kind=UNKNOWN, value=" ".join((kind, str(unbind(about)), text)).strip())
    return Correction(
        kind=entry.kind, who=entry.who, at=entry.at, value=entry.value, made=made or "", uid=uid or f"entry-{number}", number=number
    )


def append(connection: sqlite3.Connection, entries: Iterable[Correction]) -> int:
    """Add entries that the log does not have yet; how many were added."""
    known = {entry.uid for entry in read(connection)}
    new = [entry for entry in entries if entry.uid not in known]
    for entry in new:
        plain = _encode(entry)
        about = json.dumps({name: plain[name] for name in _ABOUT})
        row = (entry.made, entry.kind, about, bind(entry.value), entry.uid)
        connection.execute("INSERT INTO corrections (made, kind, about, value, uid) VALUES (?, ?, ?, ?, ?)", row)
    return len(new)


def take(connection: sqlite3.Connection, path: Path) -> None:
    """Add the entries of another World file that the log does not have yet."""
    connection.execute("ATTACH ? AS old", (str(path),))
    try:
        known = _columns(connection, "old")
        names, mine = "made, kind, about, value", "FROM main.corrections"
        if "uid" in known:
            new = f"uid NOT NULL AND uid NOT IN (SELECT uid {mine} WHERE uid NOT NULL)"
            connection.execute(
                f"INSERT INTO main.corrections ({names}, uid) SELECT {names}, uid FROM old.corrections WHERE {new} ORDER BY id"
            )
        if known:  # entries of the first schema have no id but their place
            new = f"id NOT IN (SELECT id {mine})" + (" AND uid IS NULL" if "uid" in known else "")
            connection.execute(f"INSERT INTO main.corrections (id, {names}) SELECT id, {names} FROM old.corrections WHERE {new}")
    finally:
        connection.execute("DETACH old")


# --- as text
def dumps(entries: Iterable[Correction]) -> str:
    """The entries as JSON, one a line: the form of exports and of the copy beside the World."""
    lines = []
    for entry in entries:
        plain = _encode(entry)
        del plain["number"]
        lines.append(json.dumps(plain))
    return "".join(f"{line}\n" for line in lines)


def loads(text: str, source: str) -> tuple[Correction, ...]:
    """The entries of an export. Raises InputError with the line that is none."""
    out = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            entry: Correction = _decode(json.loads(line))
            if not entry.uid or not is_sound(entry):
                raise ValueError("something is missing")
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise InputError(f"{source} line {number} is no correction", hint="it should be made by: fabula edit FILE export") from error
        out.append(entry)
    return tuple(out)


def backup_path(world: Path) -> Path:
    """Where the copy of a World's corrections stands: ``story.corrections.jsonl`` beside ``story.fabula``."""
    return world.with_suffix(BACKUP_SUFFIX)


def not_in(entries: Sequence[Correction], log: Iterable[Correction]) -> tuple[Correction, ...]:
    """The entries that a log does not have."""
    known = {e.uid for e in log}
    return tuple(e for e in entries if e.uid not in known)
