"""Readers of the corpora that meaning is measured on: comments with emotions, clauses with situations, tales with questions.

GoEmotions (Demszky et al., ACL 2020), SitEnt (Friedrich, Palmer, Pinkal, ACL 2016), FairytaleQA (Xu et al., ACL 2022).
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree


class Comment(NamedTuple):
    """``labels`` are rows of the source's list of 28, which is that of ``fabula.encoder.meaning.EMOTIONS``."""

    name: str
    text: str
    labels: tuple[int, ...]


def read_comments(path: Path) -> list[Comment]:
    """One file of GoEmotions: text, labels, name, separated by tabs; a quotation mark is a plain character."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    return [Comment(name.strip(), text, tuple(int(label) for label in labels.split(","))) for text, labels, name in rows]


RELIGIONS = ("Christian", "Muslim", "Catholic", "Jewish", "Hindu", "Buddhist")


def number(name: str) -> int:
    """A number that depends on a name alone."""
    return int(hashlib.sha256(name.encode()).hexdigest()[:8], 16)


def with_names(text: str, name: str, names: Sequence[str]) -> str:
    """A comment with names where the source hides them, the same ones every time: at run time names are read, not [NAME].

    >>> with_names("[NAME] met [NAME].", "x", ["Ann"])
    'Ann met Ann.'
    """
    at = number(name)
    while "[NAME]" in text:
        text = text.replace("[NAME]", names[at % len(names)], 1)
        at += 17
    return text.replace("[RELIGION]", RELIGIONS[at % len(RELIGIONS)])


class Segment(NamedTuple):
    """A clause ``text[start:end]``; its main verb (0, 0 where none is given) was found by program. "" stands for no gold value."""

    start: int
    end: int
    verb: tuple[int, int]
    situation: str
    habituality: str
    genericity: str
    aspect: str


class SituationText(NamedTuple):
    name: str
    text: str
    segments: tuple[Segment, ...]


def _verb_span(segment: ElementTree.Element) -> tuple[int, int]:
    found = segment.find("mainVerb")
    return (0, 0) if found is None else (int(found.get("begin", 0)), int(found.get("end", 0)))


def _segment(element: ElementTree.Element) -> Segment | None:
    gold = next((a for a in element.iter("annotation") if a.get("annotator") == "gold"), None)
    if gold is None:
        return None
    values = [gold.get(k, "") for k in ("seType", "habituality", "mainReferentGenericity", "mainVerbAspectualClass")]
    return Segment(int(element.get("begin", 0)), int(element.get("end", 0)), _verb_span(element), *values)


def read_situations(folder: Path, name: str) -> SituationText:
    """One text of ``annotated_corpus``; ``name`` is without ending."""
    root = ElementTree.parse(folder / "annotations_xml" / f"{name}.xml").getroot()
    with (folder / "raw_text" / f"{name}.txt").open(encoding="utf-8", newline="") as file:
        text = file.read()  # offsets count the characters of the file as it is
    return SituationText(name, text, tuple(s for e in root.iter("segment") if (s := _segment(e)) is not None))


def situation_names(folder: Path) -> list[str]:
    """The texts of the source's training part that are here, in order of name."""
    table = (folder / "train_test_split.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(io.StringIO(table), delimiter="\t")
    names = sorted(row["category_filename"].removesuffix(".txt") for row in rows if row["fold"] == "train")
    return [n for n in names if (folder / "annotations_xml" / f"{n}.xml").exists() and (folder / "raw_text" / f"{n}.txt").exists()]


def situation_parts(names: Iterable[str]) -> dict[str, list[str]]:
    """The source has no development part: here it is the fourth of every six texts of a genre, in order of name.

    >>> situation_parts(["wiki_a", "wiki_b", "wiki_c", "wiki_d", "wiki_e"])
    {'train': ['wiki_a', 'wiki_b', 'wiki_c', 'wiki_e'], 'dev': ['wiki_d']}
    """
    seen: dict[str, int] = {}
    parts: dict[str, list[str]] = {"train": [], "dev": []}
    for name in sorted(names):
        genre = name.partition("_")[0]
        place = seen[genre] = seen.get(genre, -1) + 1
        parts["dev" if place % 6 == 3 else "train"].append(name)
    return parts


class Question(NamedTuple):
    """``sections``: the sections (from 0) that the question is about. ``answers``: those of the first and of the second annotator."""

    text: str
    sections: tuple[int, ...]
    explicit: bool
    answers: tuple[tuple[str, ...], tuple[str, ...]]


class Tale(NamedTuple):
    name: str
    sections: tuple[str, ...]
    questions: tuple[Question, ...]


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{k: (v or "").strip() for k, v in row.items() if k} for row in csv.DictReader(file)]


def _question(row: dict[str, str], numbers: dict[str, int]) -> Question:
    sections = tuple(numbers[n.strip()] for n in row["cor_section"].split(",") if n.strip() in numbers)
    first, second = (tuple(a for i in rows if (a := row.get(f"answer{i}", ""))) for rows in ((1, 2, 3), (4, 5, 6)))
    return Question(row["question"], sections, row["ex-or-im1"].lower() == "explicit", (first, second))


def read_tales(folder: Path, part: str) -> list[Tale]:
    """``folder`` is that of the repository, ``part`` is train or val. Columns are read by their names: some files order them otherwise."""
    base = folder / "data-by-train-split"
    tales = []
    for path in sorted((base / "section-stories" / part).glob("*.csv")):
        name = path.name.removesuffix(".csv").removesuffix("-story")
        sections = _table(path)
        numbers = {row["section"]: i for i, row in enumerate(sections)}
        questions = [_question(row, numbers) for row in _table(base / "questions" / part / f"{name}-questions.csv")]
        tales.append(Tale(name, tuple(row["text"] for row in sections), tuple(q for q in questions if q.sections)))
    return tales
