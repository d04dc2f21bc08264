"""The Project Dialogism Novel Corpus in its own format: a folder per novel with its text, its quotations and its characters.

``novel_text.txt``; ``quotation_info.csv`` with a row per quotation (speaker, addressees, type of cue, one range per part, quotation marks
left out); ``character_info.csv`` with main name, aliases and category. Lists are Python literals. A speaker may be given by an alias.
"""

from __future__ import annotations

import ast
import csv
import io
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fabula.errors import InputError
from fabula.spans import Span

_TEXT, _QUOTATIONS, _CHARACTERS = "novel_text.txt", "quotation_info.csv", "character_info.csv"
_NOBODY = frozenset({"_unknowable", "_group", "_narr", "Unknowable"})
_HINT = "is it of the Project Dialogism Novel Corpus?"


@dataclass(frozen=True, slots=True)
class GoldQuotation:
    """A quotation of a person, people by their main names. ``cue`` is ``explicit``, ``anaphoric``, ``implicit`` or ``untyped``."""

    cue: str
    speaker: str
    addressees: frozenset[str]
    parts: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Novel:
    """A novel as annotated. ``left_out``: quotations of nobody in particular. ``owners``: a name in lower case -> whom it may mean."""

    name: str
    text: Path
    quotations: tuple[GoldQuotation, ...]
    left_out: int
    owners: Mapping[str, tuple[str, ...]]
    important: tuple[str, ...]


def novel_folders(folder: Path, *, names: Collection[str] = ()) -> list[Path]:
    """The novels in ``folder``: itself, its subfolders, or those of its ``data``; of these the ones named, if any are.

    Raises InputError where there is none, or none of a name that is asked for.
    """
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder", hint="give the folder of the corpus, or of one of its novels")
    for places in ([folder], sorted(folder.iterdir()), sorted((folder / "data").glob("*"))):
        if found := [p for p in places if (p / _TEXT).is_file() and (p / _QUOTATIONS).is_file() and (p / _CHARACTERS).is_file()]:
            break
    else:
        raise InputError(f"no annotated novels in {folder}", hint=f"a novel is a folder with {_TEXT}, {_QUOTATIONS} and {_CHARACTERS}")
    present = {p.resolve().name: p for p in found}
    if missing := [n for n in names if n not in present]:
        raise InputError(f"no novel {missing[0]} in {folder}", hint=f"there are {', '.join(present)}")
    return [p for n, p in present.items() if not names or n in names]


def read_novel(folder: Path) -> Novel:
    """The annotation of the novel in ``folder``. Raises InputError naming file and line for a row that makes no sense."""
    characters = list(_rows(folder / _CHARACTERS, ("Main Name", "Aliases", "Category")))
    owners: dict[str, dict[str, None]] = {}
    for at, row in characters:
        for name in (row["Main Name"], *sorted(_list(folder / _CHARACTERS, at, row["Aliases"]))):
            owners.setdefault(name.lower(), {})[row["Main Name"]] = None
    people = _People(frozenset(row["Main Name"] for _, row in characters), {n: tuple(o) for n, o in owners.items()})
    rows = list(_rows(folder / _QUOTATIONS, ("speaker", "addressees", "quoteType", "quoteByteSpans")))
    quotations = tuple(q for at, row in rows if (q := _quotation(folder / _QUOTATIONS, at, row, people)))
    important = tuple(row["Main Name"] for _, row in characters if row["Category"] in ("major", "intermediate"))
    return Novel(folder.resolve().name, folder / _TEXT, quotations, len(rows) - len(quotations), people.owners, important)


@dataclass(frozen=True, slots=True)
class _People:
    main_names: frozenset[str]
    owners: Mapping[str, tuple[str, ...]]

    def named(self, name: str) -> str:
        """The main name of whom a cell names; the name itself where no or more than one person bears it."""
        name = name.strip()
        owners = self.owners.get(name.lower(), ())
        return owners[0] if len(owners) == 1 and name not in self.main_names else name


def _quotation(path: Path, at: int, row: Mapping[str, str], people: _People) -> GoldQuotation | None:
    """None for what nobody in particular says."""
    speaker = people.named(row["speaker"])
    if speaker in _NOBODY:
        return None
    try:
        parts = tuple(Span(int(start), int(end)) for start, end in _list(path, at, row["quoteByteSpans"]))
    except (TypeError, ValueError):
        raise InputError(f"{path}, line {at}: quoteByteSpans are no ranges", hint=_HINT) from None
    cue = row["quoteType"].lower()
    addressees = frozenset(people.named(a) for a in _list(path, at, row["addressees"])) - _NOBODY
    return GoldQuotation("untyped" if cue in ("", "nan") else cue, speaker, addressees, parts)


def _rows(path: Path, columns: Collection[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows with the line on which each ends."""
    try:
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}", hint=_HINT) from error
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if missing := [c for c in columns if c not in (reader.fieldnames or ())]:
        raise InputError(f"{path}: no column {missing[0]}", hint=_HINT)
    for row in reader:
        if any(row[c] is None for c in columns):
            raise InputError(f"{path}, line {reader.line_num}: too few columns", hint=_HINT)
        yield reader.line_num, row


def _list(path: Path, at: int, cell: str) -> list[Any]:
    """A list or set written as in Python; an empty one for a cell that is none."""
    if cell[:1] not in ("[", "{"):
        return []
    try:
        return list(ast.literal_eval(cell))
    except (SyntaxError, ValueError):
        raise InputError(f"{path}, line {at}: not a list: {cell[:40]}", hint=_HINT) from None
