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


def at(words: str) -> list[int]:
    """Where words stand in the novel, as the corpus writes it."""
    return [TEXT.index(words), TEXT.index(words) + len(words)]


def write_corpus(folder: Path) -> Path:
    """A clone of a corpus with one novel, ``TheQuay``."""
    rows: list[tuple[object, ...]] = [
        (speaker, addressees, cue, [at(part) for part in parts]) for speaker, addressees, cue, parts in QUOTATIONS
    ]
    write_novel(folder / "data" / "TheQuay", TEXT, rows)
    return folder


def add_mentions(novel: Path) -> None:
    """Mentions inside the quotations of ``TheQuay``, as the later release has them: you, the ferryman, we; and lists that do not fit."""
    texts: list[object] = [[["you"]], [[], ["The ferryman"]], [["we"]]]
    you, we = at("you row")[0], at("we walk")[0]
    spans: list[object] = [[[[you, you + 3]]], [[], [at("The ferryman")]], [[[we, we + 2]]]]
    people: list[object] = [[[["Bo"]]], [[["Ann"]], [["The Ferryman"]]], [[["Ann Lee", "Bo", "_group"]]]]
    with (novel / "quotation_info.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    columns = (*head, "mentionTextsList", "mentionSpansList", "mentionEntitiesList")
    write_rows(novel / "quotation_info.csv", columns, [(*r, *more) for r, *more in zip(rows, texts, spans, people, strict=True)])
