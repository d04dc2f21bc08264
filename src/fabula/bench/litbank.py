"""Coreference of LitBank's documents, end to end: each is read as the raw text that its book prints, and the reading finds the mentions.

LitBank keeps words parted by spaces, without paragraphs. The whole book lies beside them (``original/``), so a document's words are
looked up there one after another, and the reading is given that stretch of the book as it is printed. A document that cannot be found
there is set by rule instead.

Characters are the entities of a reading. A mention of several people is a mention of the group that they make, as LitBank has it; one that
stands for nobody known is an entity of its own. Attributes and appositions are entities of their own on the gold side, as in LitBank's
CoNLL files.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from fabula.bench.coreference import clusters_of, coreference, same_mentions
from fabula.bench.corpora import GoldDocument, read_litbank_document
from fabula.bench.figures import Figures, Share, by_kind
from fabula.bench.running import read_layers
from fabula.errors import InputError
from fabula.layers import MentionMembers, Mentions
from fabula.spans import Span

SPLITS = ("dev", "train")
SETTINGS = ("people", "people_gold", "all", "all_gold")
"""People alone or all six types of entities; mentions as they are found, or (``_gold``) put onto the annotated ones."""
KINDS = {"PROP": "name", "NOM": "nominal", "PRON": "pronoun"}
ALIGNED = 0.99
"""A document is read as its book prints it if so many of its words are found there."""
_REACH, _SURE = 500, 3
"""Where a word is not the next of the book, it and the words after it (so many in all) are looked for within so many characters."""
_LISTS = Path("lrec2020-coref", "data", "litbank_tenfold_splits", "0")

Words = tuple[int, int]
"""The words ``[first, last)`` of a document."""
EntityOf = dict[Hashable, Hashable]


# --- the text
@dataclass(frozen=True, slots=True)
class PlacedText:
    """A text and where each word of a document stands in it. ``found``: how many of them its book has; all, where it is set by rule."""

    text: str
    words: tuple[Span, ...]
    found: int
    printed: bool


def placed(document: GoldDocument, book: str | None) -> PlacedText:
    """The document as its book prints it, or set by rule where it has no book or is not found there."""
    if book is not None:
        words = [w for s in document.sentences for w in s.words]
        spans = _look_up(words, book)
        known = [s for s in spans if s is not None]
        if known and len(known) >= ALIGNED * len(words):
            first, last = known[0].start, known[-1].end
            ends = accumulate((s.end if s else first for s in spans), max)
            whole = (s or Span(end, end) for s, end in zip(spans, ends, strict=True))
            return PlacedText(book[first:last], tuple(Span(s.start - first, s.end - first) for s in whole), len(known), True)
    return _set_by_rule([s.words for s in document.sentences])


def _look_up(words: Sequence[str], book: str) -> list[Span | None]:
    """Where the words stand in a book, in order; spaces count for nothing, and what is not there is skipped on either side."""
    points = [i for i, c in enumerate(book) if not c.isspace()]
    plain = "".join(book[i] for i in points)
    spans: list[Span | None] = []
    at = max(0, plain.find("".join(words[:_SURE])))
    for i, word in enumerate(words):
        here = at if plain.startswith(word, at) else plain.find("".join(words[i : i + _SURE]), at, at + _REACH)
        spans.append(Span(points[here], points[here + len(word) - 1] + 1) if here >= 0 else None)
        at = here + len(word) if here >= 0 else at
    return spans


_JOINED = re.compile(r"[,.;:!?…)\]}”»—]+|--+|(?:n['’]t|['’](?:s|ll|re|ve|m|d|em)?)", re.I)
"""What stands at the word before it."""
_JOINS = frozenset("([{“«‘—–-")


def _set_by_rule(sentences: Sequence[Sequence[str]]) -> PlacedText:
    """Words with the spaces that print has; a paragraph begins where speech begins a sentence, and after one that ends with speech."""
    text, spans, said = "", list[Span](), False
    for sentence in sentences:
        opens = sentence[0][:1] in '“"‘«' or (said and sentence[0][:1].isupper())
        inside = False  # straight marks
        for i, word in enumerate(sentence):
            straight = word == '"'
            joined = not text or (i and (text[-1] in _JOINS or _JOINED.fullmatch(word))) or (straight and inside)
            after_mark = text[-1:] == '"' and inside
            text += "" if joined or after_mark else "\n\n" if not i and opens else " "
            spans.append(Span(len(text), len(text) + len(word)))
            text += word
            inside ^= straight
        said = sentence[-1] in '”"’»'
    return PlacedText(text, tuple(spans), len(spans), False)


# --- mentions
def gold_entities(document: GoldDocument, *, types: Collection[str] | None = None) -> tuple[EntityOf, dict[Words, str]]:
    """Each mention's entity and kind, of all types or of these; whatever has none (attributes, appositions) is one of its own."""
    entity_of: EntityOf = {}
    kind_of: dict[Words, str] = {}
    at = 0
    for sentence in document.sentences:
        for m in sentence.mentions or ():
            if types is None or m.type in types:
                words = at + m.start, at + m.end
                entity_of[words] = m.entity or ("alone", words)
                kind_of[words] = KINDS.get(m.kind, m.kind)
        at += len(sentence.words)
    return entity_of, kind_of


def read_entities(mentions: Mentions, members: MentionMembers, words: Sequence[Span]) -> EntityOf:
    """Whom each mention of a reading stands for, by the words that it covers; of two over the same words the first counts."""
    whom: dict[int, list[int]] = {}
    for row, character in zip(members.mention.tolist(), members.character.tolist(), strict=True):
        whom.setdefault(row, []).append(character)
    starts, ends = [w.start for w in words], [w.end for w in words]
    entity_of: EntityOf = {}
    for row, (start, end) in enumerate(zip(mentions.start.tolist(), mentions.end.tolist(), strict=True)):
        first, last = bisect_right(ends, start), bisect_left(starts, end)
        if first < last:
            entity_of.setdefault((first, last), tuple(sorted(whom[row])) if row in whom else ("alone", row))
    return entity_of


def score_document(document: GoldDocument, read: Mapping[Hashable, Hashable]) -> Figures:
    """``SETTING.METRIC`` of every setting and metric, and the share of annotated mentions of people that were found, by kind."""
    figures: Figures = {}
    for name, types in (("people", {"PER"}), ("all", None)):
        gold, kinds = gold_entities(document, types=types)
        for setting, found in ((name, read), (f"{name}_gold", same_mentions(gold, read))):
            scores = coreference(clusters_of(gold), clusters_of(found))
            figures |= {f"{setting}.{metric}": figure for metric, figure in scores.items()}
        if types:
            figures |= by_kind("found", ((kind, words in read) for words, kind in kinds.items()))
    return figures


# --- documents
def is_litbank(folder: Path) -> bool:
    return (folder / "coref" / "tsv").is_dir()


def documents_of(folder: Path, split: str) -> list[str]:
    """The documents of a part of the official fold 0 that are in a clone of LitBank. Raises InputError where there is none, or where the
    list of the part is not beside the clone."""
    lists = [place / _LISTS / f"{split}.ids" for place in (folder, folder.resolve().parent)]
    found = next((p for p in lists if p.is_file()), None)
    if found is None:
        hint = "clone dbamman/lrec2020-coref beside it: its ten-fold split says which documents are which"
        raise InputError(f"no list of LitBank's {split} documents beside {folder}", hint=hint)
    names = [Path(line.strip()).stem for line in found.read_text(encoding="utf-8").splitlines() if line.strip()]
    present = [n for n in names if (folder / "coref" / "tsv" / f"{n}.ann").is_file()]
    if not present:
        raise InputError(f"no {split} document of LitBank in {folder}", hint="expected coref/tsv/NAME.txt and NAME.ann")
    return present


def book_of(folder: Path, name: str) -> str | None:
    """The whole book that a document is the beginning of, where the clone has it."""
    path = folder / "original" / f"{name.removesuffix('_brat')}.txt"
    return path.read_text(encoding="utf-8") if path.is_file() else None


def measure_document(folder: Path, name: str) -> Figures:
    """Read one document and compare its mentions. ``words_placed``: words found in the book."""
    document = read_litbank_document(folder, name)
    text = placed(document, book_of(folder, name))
    layers = read_layers(text.text, "mentions", "members")
    if layers["manuscript"].text != text.text:
        raise InputError(f"{name}: its text does not stay as it is when it is read", hint="are there odd line ends in it?")
    read = read_entities(layers["mentions"], layers["members"], text.words)
    placed_words = Share(text.found if text.printed else 0, len(text.words))
    return {**score_document(document, read), "words_placed": placed_words}
