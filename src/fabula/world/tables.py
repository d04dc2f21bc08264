"""The tables of a World file: how layers become rows and blobs, and rows and blobs layers again.

Elements have one table per kind, one column per field: plain values as they are, the rest (spans, lists) as JSON text. Column
layers are kept as little-endian arrays, one blob per column and chapter. Text that UTF-8 cannot hold (lone surrogates) is kept as
bytes, so that what comes back is what went in.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from itertools import pairwise
from typing import Any, ClassVar, TypeVar

import numpy as np
from numpy.typing import NDArray

from fabula.columns import I32, Columns
from fabula.errors import PipelineError
from fabula.layers import Paragraphs
from fabula.spans import Span
from fabula.text.manuscript import Chapter, Manuscript, Paratext, TextWarning
from fabula.world import log, search
from fabula.world.codec import bind, decoder, encoder, field_types, is_scalar, unbind
from fabula.world.schema import COLUMN_LAYERS, ELEMENT_LAYERS, SINGLE_LAYERS

_T = TypeVar("_T", bound=Columns)
_TEXT_TABLES: dict[str, type[Any]] = {"chapters": Chapter, "paratext": Paratext, "text_warnings": TextWarning}
_ROW_TABLES = {**ELEMENT_LAYERS, **SINGLE_LAYERS, **_TEXT_TABLES}
_PLAIN_TABLES = {
    "meta": "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID",
    "stages": "CREATE TABLE stages (name TEXT PRIMARY KEY, position INTEGER, origin TEXT NOT NULL, key TEXT NOT NULL, gives TEXT NOT NULL)",
    "text": "CREATE TABLE text (id INTEGER PRIMARY KEY CHECK (id = 1), content BLOB NOT NULL)",
    "annotation": "CREATE TABLE annotation "
    "(layer TEXT, part INTEGER, name TEXT, dtype TEXT, data BLOB NOT NULL, PRIMARY KEY (layer, part, name))",
}
_SQL_TYPES: dict[Any, str] = {int: "INTEGER", bool: "INTEGER", float: "REAL"}
_TEXT_META = ("source", "sha256", "format", "encoding", "title", "author", "language")


@dataclass(frozen=True, slots=True, eq=False)
class _Ranges(Columns):
    """Bare ranges, such as those of emphasis and scene breaks."""

    dtypes: ClassVar = {"start": np.int32, "end": np.int32}
    start: I32
    end: I32


def create(connection: sqlite3.Connection) -> None:
    """Create every table of a new file."""
    log.create(connection)
    _create_derived(connection)


def migrate(connection: sqlite3.Connection, version: int) -> None:
    """Bring a file of an older schema up to this one. What its readings made stays as far as it can be read."""
    if version < 2:
        log.add_uids(connection)
        _create_derived(connection)


def clear(connection: sqlite3.Connection) -> None:
    """Empty everything that a reading makes. The corrections stay: they alone cannot be made again."""
    for table in (*_PLAIN_TABLES, *_ROW_TABLES, "paragraph_index"):
        connection.execute(f'DROP TABLE IF EXISTS "{table}"')
    _create_derived(connection)


def _create_derived(connection: sqlite3.Connection) -> None:
    """Create the tables that are not there."""
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    for table, statement in _PLAIN_TABLES.items():
        if table not in there:
            connection.execute(statement)
    for table, cls in _ROW_TABLES.items():
        if table not in there:
            columns = ", ".join(f'"{name}" {_SQL_TYPES.get(hint, "TEXT")}' for name, hint in field_types(cls).items())
            connection.execute(f'CREATE TABLE "{table}" (row INTEGER PRIMARY KEY, {columns})')
    if "paragraph_index" not in there:
        connection.execute(search.CREATE)


# --- values
def set_meta(connection: sqlite3.Connection, values: Mapping[str, str | None]) -> None:
    connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", [(k, bind(v)) for k, v in values.items()])


def get_meta(connection: sqlite3.Connection) -> dict[str, str | None]:
    return {key: unbind(value) for key, value in connection.execute("SELECT key, value FROM meta")}


def _dump(value: Any) -> str | None:
    return None if value is None else json.dumps(value)


# --- rows
def write_rows(connection: sqlite3.Connection, table: str, cls: type[Any], items: Iterable[Any]) -> None:
    """Replace the rows of a table by ``items``, instances of the frozen dataclass ``cls``."""
    hints = field_types(cls)
    columns = [(name, encoder(hint), bind if is_scalar(hint) else _dump) for name, hint in hints.items()]
    rows = ((i, *(keep(encode(getattr(item, name))) for name, encode, keep in columns)) for i, item in enumerate(items))
    connection.execute(f'DELETE FROM "{table}"')
    connection.executemany(f'INSERT INTO "{table}" VALUES ({", ".join("?" * (len(columns) + 1))})', rows)


def read_rows(connection: sqlite3.Connection, table: str, cls: type[Any]) -> Iterator[Any]:
    """The items of a table in order. A field that the file does not have yet takes its default. Raises KeyError where it has none."""
    found = connection.execute(f'SELECT * FROM "{table}" ORDER BY row')
    places = {d[0]: i for i, d in enumerate(found.description)}
    hints = field_types(cls)
    if missing := [f.name for f in fields(cls) if f.name not in places and f.default is MISSING and f.default_factory is MISSING]:
        raise KeyError(f"table {table} has no column {', '.join(missing)}")
    known = {name: hint for name, hint in hints.items() if name in places}
    columns = [(name, places[name], decoder(hint), unbind if is_scalar(hint) else json.loads) for name, hint in known.items()]
    for row in found:
        yield cls(**{name: None if row[i] is None else decode(load(row[i])) for name, i, decode, load in columns})


# --- columns
def _parts(table: Columns, chapter_starts: NDArray[np.int32]) -> Iterator[tuple[int, slice]]:
    """Rows by chapter. A table without positions, or not sorted by them, is kept in one part: its order is its meaning."""
    start = getattr(table, "start", None)
    if start is None or len(chapter_starts) < 2 or np.any(np.diff(start) < 0):
        yield 0, slice(0, len(table))
        return
    bounds = [0, *np.searchsorted(start, chapter_starts[1:], side="left").tolist(), len(table)]
    for part, (a, b) in enumerate(pairwise(bounds)):
        if b > a or part == 0:
            yield part, slice(a, b)


def write_columns(connection: sqlite3.Connection, layer: str, table: Columns, chapter_starts: NDArray[np.int32]) -> None:
    """Replace a column layer."""
    connection.execute("DELETE FROM annotation WHERE layer = ?", (layer,))
    rows = []
    for part, rows_of_part in _parts(table, chapter_starts):
        for name, array in table.arrays().items():
            kept = np.ascontiguousarray(array[rows_of_part])
            kept = kept.astype(kept.dtype.newbyteorder("<"), copy=False)
            rows.append((layer, part, name, kept.dtype.str, kept.tobytes()))
    connection.executemany("INSERT INTO annotation VALUES (?, ?, ?, ?, ?)", rows)


def read_columns(connection: sqlite3.Connection, layer: str, cls: type[_T]) -> _T:
    """A column layer, all chapters together. Raises KeyError when a column is missing."""
    parts: dict[str, list[NDArray[Any]]] = {}
    for name, dtype, data in connection.execute("SELECT name, dtype, data FROM annotation WHERE layer = ? ORDER BY part", (layer,)):
        parts.setdefault(name, []).append(np.frombuffer(data, dtype=np.dtype(dtype)))
    return cls(**{f.name: np.concatenate(parts[f.name]).astype(cls.dtypes[f.name], copy=False) for f in fields(cls)})


# --- layers
def write_layer(connection: sqlite3.Connection, name: str, value: Any, chapter_starts: NDArray[np.int32]) -> None:
    """Replace a layer by what its step gave. Raises PipelineError for a layer that the file has no place for."""
    if name in COLUMN_LAYERS:
        write_columns(connection, name, value, chapter_starts)
    elif name in ELEMENT_LAYERS:
        write_rows(connection, name, ELEMENT_LAYERS[name], value)
    elif name in SINGLE_LAYERS:
        write_rows(connection, name, SINGLE_LAYERS[name], () if value is None else (value,))
    else:
        raise PipelineError(f"the World file has no place for the layer {name!r}", hint="name it in world/schema.py")


def read_layer(connection: sqlite3.Connection, name: str) -> Any:
    """A layer as it was written."""
    if name in COLUMN_LAYERS:
        return read_columns(connection, name, COLUMN_LAYERS[name])
    if name in ELEMENT_LAYERS:
        return tuple(read_rows(connection, name, ELEMENT_LAYERS[name]))
    return next(read_rows(connection, name, SINGLE_LAYERS[name]), None)


# --- the manuscript
def chapter_starts(manuscript: Manuscript) -> NDArray[np.int32]:
    return np.array(sorted(c.start for c in manuscript.chapters), dtype=np.int32)


def write_manuscript(connection: sqlite3.Connection, manuscript: Manuscript) -> None:
    """Keep the text with its structure, and index its paragraphs."""
    starts = chapter_starts(manuscript)
    connection.execute("INSERT INTO text VALUES (1, ?)", (manuscript.text.encode("utf-8", "surrogatepass"),))
    set_meta(connection, {f"text.{name}": getattr(manuscript, name) for name in _TEXT_META})
    write_columns(connection, "paragraphs", manuscript.paragraphs, starts)
    for layer, spans in (("emphasis", manuscript.emphasis), ("breaks", manuscript.breaks)):
        write_columns(connection, layer, _Ranges.from_rows(spans), starts)
    for table, items in (("chapters", manuscript.chapters), ("paratext", manuscript.paratext), ("text_warnings", manuscript.warnings)):
        write_rows(connection, table, _TEXT_TABLES[table], items)
    search.fill(connection, manuscript)


def _read_ranges(connection: sqlite3.Connection, layer: str) -> tuple[Span, ...]:
    found = read_columns(connection, layer, _Ranges)
    return tuple(Span(s, e) for s, e in zip(found.start.tolist(), found.end.tolist(), strict=True))


def read_manuscript(connection: sqlite3.Connection) -> Manuscript:
    """The text with its structure, as it was read in."""
    (content,) = connection.execute("SELECT content FROM text").fetchone()
    meta = get_meta(connection)
    named: dict[str, Any] = {name: meta[f"text.{name}"] for name in _TEXT_META}
    return Manuscript(
        text=content.decode("utf-8", "surrogatepass"),
        paragraphs=read_columns(connection, "paragraphs", Paragraphs),
        chapters=tuple(read_rows(connection, "chapters", Chapter)),
        emphasis=_read_ranges(connection, "emphasis"),
        breaks=_read_ranges(connection, "breaks"),
        paratext=tuple(read_rows(connection, "paratext", Paratext)),
        warnings=tuple(read_rows(connection, "text_warnings", TextWarning)),
        **named,
    )
