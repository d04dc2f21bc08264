"""Novels in the format of the Project Dialogism Novel Corpus, written for the tests."""

from __future__ import annotations

import csv
from pathlib import Path

TEXT = """Ann Lee met Bo on the quay, as on every Sunday. Ann had brought the bread, and Bo the cheese.

"Did you row across?" said Ann.

"I did," said Bo. "The ferryman is ill."

"Then we walk," said Ann. Bo nodded.
"""
QUOTATIONS = (
    # speaker, addressees, cue, parts
    ("Ann", "['Bo']", "Explicit", ("Did you row across?",)),
    ("Bo ", "['Ann Lee']", "Explicit", ("I did,", "The ferryman is ill.")),
    ("Ann Lee", "['Bo']", "Explicit", ("Then we walk,",)),
)
CHARACTERS = (("Ann Lee", "{'Ann', 'Ann Lee'}", "major"), ("Bo", "['Bo']", "intermediate"), ("The Ferryman", "{'The Ferryman'}", "minor"))


def write_rows(path: Path, columns: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])


def write_novel(folder: Path, text: str, quotations: list[tuple[object, ...]]) -> None:
    """``quotations``: speaker, addressees, cue, ranges."""
    folder.mkdir(parents=True)
    (folder / "novel_text.txt").write_text(text, encoding="utf-8")
    write_rows(folder / "character_info.csv", ("Main Name", "Aliases", "Category"), list(CHARACTERS))
    write_rows(folder / "quotation_info.csv", ("speaker", "addressees", "quoteType", "quoteByteSpans"), quotations)


def write_corpus(folder: Path) -> Path:
    """A clone of a corpus with one novel, ``TheQuay``."""
    rows: list[tuple[object, ...]] = [
        (speaker, addressees, cue, [[TEXT.index(part), TEXT.index(part) + len(part)] for part in parts])
        for speaker, addressees, cue, parts in QUOTATIONS
    ]
    write_novel(folder / "data" / "TheQuay", TEXT, rows)
    return folder
