"""The texts that meaning is learnt from, cut into words: comments, clauses in their texts, tales with their questions.

``training.pack`` writes them (``files``), for where packs are read what tokenisation needs is not installed; without a pack they are made
from the sources as they are asked for. A file holds one JSON list a line, its words joined by tabs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from fabula.bench.answer_spans import ARTICLES, NONE, Span, best_span
from fabula.bench.meaning_corpora import (
    Comment,
    Question,
    SituationText,
    Tale,
    read_comments,
    read_situations,
    read_tales,
    situation_names,
    situation_parts,
    with_names,
)
from fabula.encoder.meaning_labels import SITUATIONS
from training.data.sources import data_folder

FOLDER = "meaning"
"""In the folder of the corpora, where a pack has them."""
NAMES = Path(__file__).resolve().parent / "names.txt"


class LabelledComment(NamedTuple):
    name: str
    words: list[str]
    firsts: list[int]
    labels: list[int]


class Clause(NamedTuple):
    """Words ``[first, last)``, the row of the main verb (-1: not known), and label rows by ``SITUATIONS`` (-1: no gold value)."""

    first: int
    last: int
    verb: int
    labels: list[int]


class ClauseText(NamedTuple):
    name: str
    words: list[str]
    firsts: list[int]
    clauses: list[Clause]


class Asked(NamedTuple):
    """A question: its words, the words ``[first, last)`` of the tale that it is about, and which of the tale's words answer it best."""

    words: list[str]
    first: int
    last: int
    explicit: bool
    span: Span


class AskedTale(NamedTuple):
    name: str
    words: list[str]
    firsts: list[int]
    sections: list[int]
    questions: list[Asked]


# --- from the sources


@cache
def _names() -> tuple[str, ...]:
    return tuple(n for n in NAMES.read_text(encoding="utf-8").split("\n") if n and not n.startswith("#"))


def labelled_comment(comment: Comment) -> LabelledComment:
    from fabula.bench.plain_words import line_words  # where packs are only read, what it needs need not be installed

    words = line_words(with_names(comment.text, comment.name, _names()))
    return LabelledComment(comment.name, words.words, words.firsts, list(comment.labels))


def _label(value: str, values: tuple[str, ...]) -> int:
    return values.index(value) if value in values else -1


def clause_text(source: SituationText) -> ClauseText:
    """Clauses without words or without any gold value are left out."""
    from fabula.bench.plain_words import words_of

    words, clauses = words_of(source.text), []
    for s in source.segments:
        first, last = words.rows(s.start, s.end)
        verb = words.rows(*s.verb)
        gold = (s.situation, s.habituality, s.genericity, s.aspect)
        labels = [_label(v, values) for v, values in zip(gold, SITUATIONS.values(), strict=True)]
        if first < last and max(labels) >= 0:
            clauses.append(Clause(first, last, verb[1] - 1 if first <= verb[0] < verb[1] <= last else -1, labels))
    return ClauseText(source.name, words.words, words.firsts, clauses)


def _asked(question: Question, tale: list[str], first: int, last: int) -> Asked:
    from fabula.bench.plain_words import line_words

    words = line_words(question.text).words
    span = best_span(tale[first:last], words, [line_words(a).words for answers in question.answers for a in answers])
    if not span.f1:
        return Asked(words, first, last, question.explicit, NONE)
    start = first + span.first
    start -= start > first and tale[start - 1].lower() in ARTICLES  # F1 knows no articles, a reader does
    return Asked(words, first, last, question.explicit, Span(start, first + span.last, round(span.f1, 3)))


def asked_tale(tale: Tale) -> AskedTale:
    """A tale as one run of words; a question is about all words from its first section to its last."""
    from fabula.bench.plain_words import paragraph_words

    words, firsts, sections = list[str](), list[int](), list[int]()
    for section in tale.sections:
        here = paragraph_words(section)
        sections.append(len(words))
        firsts += [len(words) + f for f in here.firsts]
        words += here.words
    bounds = [*sections, len(words)]
    questions = [_asked(q, words, bounds[min(q.sections)], bounds[max(q.sections) + 1]) for q in tale.questions]
    return AskedTale(tale.name, words, firsts, sections, [q for q in questions if q.words and q.first < q.last])


def _comments(data: Path, part: str) -> Iterator[LabelledComment]:
    found = (labelled_comment(c) for c in read_comments(data / "GoEmotions-pytorch/data/original" / f"{part}.tsv"))
    return (c for c in found if c.words)


def _clauses(data: Path, part: str) -> Iterator[ClauseText]:
    folder = data / "sitent" / "annotated_corpus"
    return (clause_text(read_situations(folder, name)) for name in situation_parts(situation_names(folder))[part])


def _tales(data: Path, part: str) -> Iterator[AskedTale]:
    return (asked_tale(t) for t in read_tales(data / "FairytaleQAData", "val" if part == "dev" else part))


# --- in files


def _joined(row: Any) -> Any:
    """Lists of words as one text: a word holds no tab."""
    if isinstance(row, (list, tuple)):
        if row and all(isinstance(x, str) for x in row) and isinstance(row, list):
            return "\t".join(row)
        return [_joined(x) for x in row]
    return row


def _words(text: str) -> list[str]:
    return text.split("\t") if text else []


def _read_comment(row: list[Any]) -> LabelledComment:
    return LabelledComment(row[0], _words(row[1]), row[2], row[3])


def _read_clauses(row: list[Any]) -> ClauseText:
    return ClauseText(row[0], _words(row[1]), row[2], [Clause(*c) for c in row[3]])


def _read_tale(row: list[Any]) -> AskedTale:
    questions = [Asked(_words(q[0]), q[1], q[2], q[3], Span(*q[4])) for q in row[4]]
    return AskedTale(row[0], _words(row[1]), row[2], row[3], questions)


def lines(items: Iterable[tuple[Any, ...]]) -> bytes:
    return "".join(json.dumps(_joined(i), ensure_ascii=False, separators=(",", ":")) + "\n" for i in items).encode()


def files(data: Path) -> Iterator[tuple[str, bytes]]:
    """Names below the data folder and contents of what a pack needs: the training parts."""
    for name, make in (("emotions", _comments), ("situations", _clauses), ("answers", _tales)):
        yield f"{FOLDER}/{name}.jsonl", lines(make(data, "train"))


def _items(name: str, part: str, read: Callable[[list[Any]], Any], make: Callable[[Path, str], Iterator[Any]]) -> tuple[Any, ...]:
    path = data_folder() / FOLDER / f"{name}.jsonl"
    if part == "train" and path.exists():
        return tuple(read(json.loads(line)) for line in path.read_text(encoding="utf-8").split("\n") if line)
    return tuple(make(data_folder(), part))


def comments(part: str = "train") -> tuple[LabelledComment, ...]:
    return _items("emotions", part, _read_comment, _comments)


def clause_texts(part: str = "train") -> tuple[ClauseText, ...]:
    return _items("situations", part, _read_clauses, _clauses)


def tales(part: str = "train") -> tuple[AskedTale, ...]:
    return _items("answers", part, _read_tale, _tales)
