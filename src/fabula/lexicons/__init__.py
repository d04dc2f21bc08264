"""Language as data: word lists and tables in plain files, each with a header that says where it comes from and its licence.

File format: UTF-8; lines that start with ``#`` are comments (the header); a line ``[name]`` opens a section; every other line is an
entry. Entries of a table have fields separated by tabs.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def sections(name: str) -> Mapping[str, tuple[str, ...]]:
    """The entries of ``lexicons/NAME.txt`` by section (``""`` for entries before the first section), in file order."""
    out: dict[str, list[str]] = {"": []}
    current = ""
    for raw in files(__package__).joinpath(f"{name}.txt").read_text(encoding="utf-8").splitlines():
        line = raw.rstrip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("[") and line.endswith("]"):
            current = line[1:-1]
            out.setdefault(current, [])
        else:
            out[current].append(line)
    return {k: tuple(v) for k, v in out.items()}


@cache
def words(name: str, section: str = "") -> frozenset[str]:
    """The entries of one section as a set; several words may stand on a line, separated by commas.

    >>> "mr" in words("titles", "titles")
    True
    """
    return frozenset(w.strip() for line in sections(name)[section] for w in line.split(",") if w.strip())


@cache
def table(name: str, section: str = "") -> tuple[tuple[str, ...], ...]:
    """The entries of one section as rows of tab-separated fields."""
    return tuple(tuple(f.strip() for f in line.split("\t")) for line in sections(name)[section])
