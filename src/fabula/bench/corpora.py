"""Annotated corpora in their original formats: LitBank (entities, events, coreference), Universal Dependencies and GUM (CoNLL-U, CoNLL).

The reader model is trained and measured on these. Nothing is normalised: words are those of the source, positions are word numbers within
a sentence (0-based, half-open ranges). A malformed line raises :class:`fabula.errors.InputError` that names file and line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from fabula.errors import InputError

ENTITY_TYPES = ("PER", "FAC", "GPE", "LOC", "VEH", "ORG")
KINDS = ("PROP", "NOM", "PRON")
"""Names, common nouns, pronouns, as LitBank calls them."""


class GoldMention(NamedTuple):
    """Words ``[start, end)`` of a sentence; ``entity`` is empty where the layer has no coreference."""

    start: int
    end: int
    type: str
    kind: str
    entity: str = ""


@dataclass(frozen=True, slots=True)
class Syntax:
    """Universal Dependencies of one sentence; ``heads`` are word numbers, -1 for the root; ``deprels`` keep their subtypes."""

    upos: tuple[str, ...]
    feats: tuple[dict[str, str], ...]
    heads: tuple[int, ...]
    deprels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GoldSentence:
    """One sentence; a layer that the source does not annotate is ``None``, which differs from an empty one.

    ``mentions`` is the coreference layer (pronouns included, each with its entity), ``entities`` the entity layer (names and nominals,
    nested), ``events`` the numbers of the words that trigger an asserted event.
    """

    words: tuple[str, ...]
    syntax: Syntax | None = None
    mentions: tuple[GoldMention, ...] | None = None
    entities: tuple[GoldMention, ...] | None = None
    events: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class GoldDocument:
    name: str
    source: str
    sentences: tuple[GoldSentence, ...]

    @property
    def words(self) -> int:
        return sum(len(s.words) for s in self.sentences)


def _fail(path: Path, number: int, what: str) -> InputError:
    return InputError(f"{path.name}, line {number}: {what}", hint="is the file in the format of its source?")


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Line numbers from 1 and lines; ``str.splitlines`` would also split at odd separators inside words."""
    text = path.read_text(encoding="utf-8")
    yield from enumerate(text.split("\n")[: None if not text.endswith("\n") else -1], 1)


# --- Universal Dependencies


def read_conllu(path: Path, *, source: str) -> list[GoldDocument]:
    """The documents (``# newdoc id``; one named by the file where there is none) of a CoNLL-U file.

    Words of the enhanced graph alone (``8.1``) and ranges of contractions (``8-9``) are left out: the words are the syntactic ones.
    """
    documents: list[GoldDocument] = []
    name, sentences, rows = path.stem, list[GoldSentence](), list[list[str]]()
    for number, line in _lines(path):
        if line.startswith("# newdoc id"):
            if sentences:
                documents.append(GoldDocument(name, source, tuple(sentences)))
            name, sentences = line.partition("=")[2].strip(), []
        elif not line.strip():
            if rows:
                sentences.append(_conllu_sentence(path, number, rows))
            rows = []
        elif not line.startswith("#"):
            columns = line.split("\t")
            if len(columns) != 10:
                raise _fail(path, number, f"{len(columns)} columns instead of 10")
            if columns[0].isdigit():
                rows.append(columns)
    if rows:
        sentences.append(_conllu_sentence(path, number, rows))
    if sentences:
        documents.append(GoldDocument(name, source, tuple(sentences)))
    return documents


def _conllu_sentence(path: Path, number: int, rows: list[list[str]]) -> GoldSentence:
    try:
        heads = tuple(int(r[6]) - 1 for r in rows)
    except ValueError:
        raise _fail(path, number, "a head is not a number in the sentence that ends here") from None
    if any(h >= len(rows) for h in heads):
        raise _fail(path, number, "a head lies outside the sentence that ends here")
    feats = tuple({k: v for k, _, v in (f.partition("=") for f in r[5].split("|")) if v} for r in rows)
    return GoldSentence(tuple(r[1] for r in rows), Syntax(tuple(r[3] for r in rows), feats, heads, tuple(r[7] for r in rows)))


# --- LitBank


def _tsv_sentences(path: Path) -> list[list[list[str]]]:
    """Sentences of rows of a file of one word a line, blank lines between sentences."""
    sentences: list[list[list[str]]] = [[]]
    for _, line in _lines(path):
        if line.strip():
            sentences[-1].append(line.split("\t"))
        elif sentences[-1]:
            sentences.append([])
    return [s for s in sentences if s]


def _bio_spans(tags: list[str]) -> Iterator[tuple[int, int, str]]:
    start, current = 0, ""
    for i, tag in enumerate([*tags, "O"]):
        if current and tag != f"I-{current}":
            yield start, i, current
            current = ""
        if tag.startswith("B-") or (tag.startswith("I-") and not current):
            start, current = i, tag[2:]


def _entities(rows: list[list[str]], kinds: dict[tuple[int, int], str]) -> tuple[GoldMention, ...]:
    """The nested entities of a sentence. The layer has no kinds: the coreference layer gives them, or else the capital."""
    found = set()
    for layer in range(1, max(len(r) for r in rows)):
        for start, end, label in _bio_spans([r[layer].strip() if layer < len(r) and r[layer].strip() else "O" for r in rows]):
            capital = rows[end - 1][0][:1].isupper()
            kind = kinds.get((start, end), "PROP" if capital else "NOM")
            found.add(GoldMention(start, end, label, "NOM" if kind == "PRON" else kind))
    return tuple(sorted(found))


def _coreference(path: Path) -> dict[int, list[GoldMention]]:
    """Mentions by sentence from ``coref/tsv/*.ann``. Attributes and appositions have no entity of their own there: it stays empty."""
    mentions: dict[str, tuple[int, GoldMention]] = {}
    for number, line in _lines(path):
        columns = line.split("\t")
        if columns[0] == "MENTION":
            if len(columns) < 9 or not all(c.isdigit() for c in columns[2:6]):
                raise _fail(path, number, "not a MENTION of nine columns")
            sentence, first, _, last = (int(c) for c in columns[2:6])
            mentions[columns[1]] = sentence, GoldMention(first, last + 1, columns[7], columns[8])
        elif columns[0] == "COREF" and columns[1] in mentions:
            sentence, mention = mentions[columns[1]]
            mentions[columns[1]] = sentence, mention._replace(entity=columns[2])
    by_sentence: dict[int, list[GoldMention]] = {}
    for sentence, mention in mentions.values():
        by_sentence.setdefault(sentence, []).append(mention)
    return by_sentence


def read_litbank_document(folder: Path, name: str) -> GoldDocument:
    """One LitBank document: its words from ``coref/tsv/NAME.txt``, and of each layer what the folder has."""
    base = folder / "coref" / "tsv" / f"{name}.txt"
    words = [line.split(" ") for _, line in _lines(base)]
    ann = base.with_suffix(".ann")
    mentions = _coreference(ann) if ann.exists() else None
    entity_rows = _layer(folder / "entities" / "tsv" / f"{name}.tsv", words)
    event_rows = _layer(folder / "events" / "tsv" / f"{name}.tsv", words)
    sentences = []
    for i, sentence in enumerate(words):
        here = None if mentions is None else mentions.get(i, [])
        kinds = {(m.start, m.end): m.kind for m in here or ()}
        sentences.append(
            GoldSentence(
                tuple(sentence),
                mentions=None if here is None else tuple(sorted(here)),
                entities=None if entity_rows is None else _entities(entity_rows[i], kinds),
                events=None if event_rows is None else frozenset(k for k, r in enumerate(event_rows[i]) if r[1].strip() == "EVENT"),
            )
        )
    return GoldDocument(name, "litbank", tuple(sentences))


def _layer(path: Path, words: list[list[str]]) -> list[list[list[str]]] | None:
    if not path.exists():
        return None
    rows = _tsv_sentences(path)
    if [[r[0] for r in s] for s in rows] != words:
        raise InputError(f"{path.name}: the words differ from those of the coreference layer", hint="are both layers of one release?")
    return rows


def read_litbank(folder: Path, *, names: frozenset[str] | None = None) -> list[GoldDocument]:
    """All documents of a clone of LitBank in order of name, or those of ``names`` that are present."""
    present = sorted(p.stem for p in (folder / "coref" / "tsv").glob("*.txt"))
    if not present:
        raise InputError(f"no LitBank documents in {folder.name}", hint="expected coref/tsv/*.txt")
    return [read_litbank_document(folder, name) for name in present if names is None or name in names]


# --- GUM coreference

_ITEM = re.compile(r"\([^()]*\)?|[^()]+\)")
_LABEL = re.compile(r"\(?([a-z]+)-(\d+)")


def read_gum_coref(path: Path) -> list[tuple[int, int, str, str]]:
    """Mentions of a file of ``coref/gum/conll``: word range in the whole document, type, entity number; nested ones too."""
    found: list[tuple[int, int, str, str]] = []
    open_: dict[tuple[str, str], list[int]] = {}
    word = -1
    for number, line in _lines(path):
        if line.startswith("#") or not line.strip():
            continue
        word += 1
        for item in _ITEM.findall(line.split("\t")[-1]):
            label = _LABEL.match(item)
            if label is None:
                raise _fail(path, number, f"not a mention: {item}")
            key = label.group(1), label.group(2)
            if item.startswith("("):
                open_.setdefault(key, []).append(word)
            if item.endswith(")"):
                if not open_.get(key):
                    raise _fail(path, number, f"a mention ends that never began: {item}")
                found.append((open_[key].pop(), word + 1, *key))
    return sorted(found)
