"""The Project Dialogism Novel Corpus in its own format: a folder per novel with its text, its quotations and its characters.

``novel_text.txt``; ``quotation_info.csv`` with a row per quotation (speaker, addressees, type of cue, one range per part, quotation marks
left out; in later releases the mentions of people in it); ``character_info.csv`` with main name, aliases, category and gender. Lists are
Python literals. A speaker may be given by an alias.
"""

from __future__ import annotations

import ast
import csv
import io
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fabula.bench.measures import FIRST_AND_SECOND
from fabula.errors import InputError
from fabula.spans import Span

_TEXT, _QUOTATIONS, _CHARACTERS = "novel_text.txt", "quotation_info.csv", "character_info.csv"
_NOBODY = frozenset({"_unknowable", "_group", "_narr", "Unknowable"})
_HINT = "is it of the Project Dialogism Novel Corpus?"
_SPOKEN_TO = FIRST_AND_SECOND | {"'s", "ye", "thou", "thee", "thy", "thine", "thyself"}
"""``'s`` is the us of *let's*."""
_SPOKEN_OF = frozenset({
    "he", "him", "his", "himself", "she", "her", "hers", "herself", "it", "its", "itself",
    "they", "them", "their", "theirs", "themselves",
})  # fmt: skip
_STANDALONE = frozenset({"you", "ye", "we", "us", "they", "them", "he", "she", "him"})
"""Pronouns that a word or two may follow (*you all*, *us both*)."""
_DETERMINERS = frozenset({"the", "a", "an", "my", "your", "his", "her", "our", "their", "this", "that", "these", "those", "no", "some"})


@dataclass(frozen=True, slots=True)
class GoldQuotation:
    """A quotation of a person, people by their main names. ``cue`` is ``explicit``, ``anaphoric``, ``implicit`` or ``untyped``."""

    cue: str
    speaker: str
    addressees: frozenset[str]
    parts: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class SpokenMention:
    """A mention of people inside a quotation. ``kind`` is ``name``, ``nominal``, ``first_second`` or ``third`` (pronouns)."""

    span: Span
    kind: str
    people: frozenset[str]


@dataclass(frozen=True, slots=True)
class CastMember:
    """A person of the annotation. ``names``: the main name and all others; ``gender``: M, F, U or X (unknown, none)."""

    name: str
    names: tuple[str, ...]
    gender: str
    category: str


@dataclass(frozen=True, slots=True)
class Novel:
    """A novel as annotated. ``left_out``: quotations of nobody in particular. ``owners``: a name in lower case -> whom it may mean.
    ``mentions``: those inside quotations, of people in particular; none where the release has none."""

    name: str
    text: Path
    quotations: tuple[GoldQuotation, ...]
    left_out: int
    owners: Mapping[str, tuple[str, ...]]
    cast: tuple[CastMember, ...]
    mentions: tuple[SpokenMention, ...] = ()

    @property
    def important(self) -> tuple[str, ...]:
        """The main names of major and intermediate characters."""
        return tuple(c.name for c in self.cast if c.category in ("major", "intermediate"))


def novel_folders(folder: Path, *, names: Collection[str] = ()) -> list[Path]:
    """The novels in ``folder``: itself, its subfolders, or those of its ``data``; of these the ones named, if any are.

    Raises InputError where there is none, or none of a name that is asked for.
    """
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder", hint="give the folder of the corpus, or of one of its novels")
    found = _novels_in(folder)
    if not found:
        raise InputError(f"no annotated novels in {folder}", hint=f"a novel is a folder with {_TEXT}, {_QUOTATIONS} and {_CHARACTERS}")
    present = {p.resolve().name: p for p in found}
    if missing := [n for n in names if n not in present]:
        raise InputError(f"no novel {missing[0]} in {folder}", hint=f"there are {', '.join(present)}")
    return [p for n, p in present.items() if not names or n in names]


def is_corpus(folder: Path) -> bool:
    """Whether there are novels in a folder."""
    return bool(_novels_in(folder))


def _novels_in(folder: Path) -> list[Path]:
    for places in ([folder], sorted(folder.iterdir()), sorted((folder / "data").glob("*"))):
        if found := [p for p in places if all((p / name).is_file() for name in (_TEXT, _QUOTATIONS, _CHARACTERS))]:
            return found
    return []


def read_novel(folder: Path) -> Novel:
    """The annotation of the novel in ``folder``. Raises InputError naming file and line for a row that makes no sense."""
    table, quotations = folder / _CHARACTERS, folder / _QUOTATIONS
    cast = tuple(_member(table, at, row) for at, row in _rows(table, ("Main Name", "Aliases", "Category")))
    owners: dict[str, dict[str, None]] = {}
    for member in cast:
        for name in member.names:
            owners.setdefault(name.lower(), {})[member.name] = None
    people = _People(frozenset(c.name for c in cast), {n: tuple(o) for n, o in owners.items()})
    rows = list(_rows(quotations, ("speaker", "addressees", "quoteType", "quoteByteSpans")))
    found = tuple(q for at, row in rows if (q := _quotation(quotations, at, row, people)))
    mentions = tuple(m for at, row in rows for m in _mentions(quotations, at, row, people))
    return Novel(folder.resolve().name, folder / _TEXT, found, len(rows) - len(found), people.owners, cast, mentions)


def _member(path: Path, at: int, row: Mapping[str, str]) -> CastMember:
    names = dict.fromkeys((row["Main Name"], *sorted(_list(path, at, row["Aliases"]))))
    return CastMember(row["Main Name"], tuple(names), row.get("Gender") or "U", row["Category"])


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


def _mentions(path: Path, at: int, row: Mapping[str, str], people: _People) -> Iterator[SpokenMention]:
    """Those of people in particular; a part whose lists do not go together tells nothing."""
    columns = ("mentionTextsList", "mentionSpansList", "mentionEntitiesList")
    for texts, spans, entities in zip(*(_list(path, at, row.get(c) or "") for c in columns), strict=False):
        if not len(texts) == len(spans) == len(entities):
            continue
        for text, (start, end), names in zip(texts, spans, entities, strict=True):
            if who := frozenset(people.named(n) for n in names) - _NOBODY:
                yield SpokenMention(Span(int(start), int(end)), kind_of_mention(text), who)


def kind_of_mention(text: str) -> str:
    """What the words of a mention make it: a name has a capital after the determiner, if there is one.

    >>> [kind_of_mention(t) for t in ("you all", "them", "my dear Emma", "The man", "Mother")]
    ['first_second', 'third', 'name', 'nominal', 'name']
    """
    words = text.replace("’", "'").split()
    first = words[0].lower() if words else ""
    if len(words) == 1 or (first in _STANDALONE and words[-1].islower()):
        if first in _SPOKEN_TO:
            return "first_second"
        if first in _SPOKEN_OF:
            return "third"
    named = words[1:] if first in _DETERMINERS else words
    return "name" if any(w[:1].isupper() for w in named) else "nominal"


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
