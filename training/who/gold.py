"""Annotated texts for training who-is-who, all in one form: text, quotations with speakers and addressees, mentions with their people."""

from __future__ import annotations

import ast
import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

from fabula.bench.corpora import GoldDocument, read_litbank_document
from fabula.bench.pdnc import novel_folders, read_novel
from training.scenes.markup import read_scene

Span = tuple[int, int]


@dataclass(slots=True)
class GoldText:
    """``mentions``: range → whom it means, by gold names; empty for what is known to mean nobody in particular. ``all_mentions``: whether
    what is not listed there is no mention of a person (so its absence teaches, too). ``quotes``: range → (speaker, addressees)."""

    name: str
    source: str
    text: str
    mentions: dict[Span, frozenset[str]] = field(default_factory=dict)
    names: dict[Span, str] = field(default_factory=dict)
    quotes: dict[Span, tuple[str, frozenset[str]]] = field(default_factory=dict)
    cues: dict[Span, str] = field(default_factory=dict)
    all_mentions: bool = True
    forms: dict[str, str] = field(default_factory=dict)


def scenes(folder: Path) -> Iterator[GoldText]:
    """The marked scenes in a folder."""
    for path in sorted(folder.glob("*.scene")):
        scene = read_scene(path)
        gold = GoldText(scene.name, "scenes", scene.text)
        for m in scene.mentions:
            gold.mentions[m.start, m.end] = frozenset(m.who)
            if m.kind == "name" and len(m.who) == 1:
                gold.names[m.start, m.end] = m.who[0]
        for q in scene.quotes:
            gold.quotes[q.start, q.end] = q.speaker, frozenset(q.addressees)
            gold.cues[q.start, q.end] = q.cue
        yield gold


_TOKEN = re.compile(r"\w+|[^\w\s]")
_PERSON = "PER"


def litbank(folder: Path, names: Iterable[str]) -> Iterator[GoldText]:
    """LitBank documents as they stand in the whole book, so with paragraphs and natural spacing. People only.

    Words of a document are found in the book by aligning both; a mention of which a word is not found is left out.
    """
    for name in names:
        document = read_litbank_document(folder, name)
        book = (folder / "original" / f"{name.removesuffix('_brat')}.txt").read_text(encoding="utf-8")
        words = [w for s in document.sentences for w in s.words]
        places = align(words, book)
        found = [p for p in places if p is not None]
        if len(found) < 0.97 * len(words):
            continue
        base, end = found[0][0], found[-1][1]
        yield _litbank_text(folder, name, document, places, book[base:end], base)


def align(words: Sequence[str], book: str) -> list[tuple[int, int] | None]:
    """Where each word stands in the book, None for those that are not found."""
    pieces = [(m.group().lower(), i) for i, w in enumerate(words) for m in _TOKEN.finditer(w)]
    tokens = list(_TOKEN.finditer(book))
    lower = [_plain(t.group()) for t in tokens]
    start = _first_match([_plain(p) for p, _ in pieces], lower)
    window = lower[start : start + len(pieces) + len(pieces) // 5 + 200]
    matcher = SequenceMatcher(None, [_plain(p) for p, _ in pieces], window, autojunk=False)
    place: dict[int, list[tuple[int, int]]] = {}
    for a, b, size in matcher.get_matching_blocks():
        for k in range(size):
            place.setdefault(pieces[a + k][1], []).append(tokens[start + b + k].span())
    sizes = Counter(i for _, i in pieces)
    return [(place[i][0][0], place[i][-1][1]) if len(place.get(i, ())) == sizes[i] > 0 else None for i in range(len(words))]


def _plain(token: str) -> str:
    return token.lower().replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"').replace("`", "'")


def _first_match(pieces: list[str], tokens: list[str]) -> int:
    """Where in the book the document begins: the place of its first run of eight words that occurs."""
    for at in range(min(200, len(pieces) - 8)):
        run = pieces[at : at + 8]
        for i in range(len(tokens) - 8):
            if tokens[i] == run[0] and tokens[i : i + 8] == run:
                return max(0, i - at - 5)
    return 0


def _litbank_text(folder: Path, name: str, document: GoldDocument, places: list[tuple[int, int] | None], text: str, base: int) -> GoldText:
    gold = GoldText(name, "litbank", text)
    at = 0
    starts = []
    for sentence in document.sentences:
        starts.append(at)
        for m in sentence.mentions or ():
            first, last = places[at + m.start], places[at + m.end - 1]
            if m.type != _PERSON or first is None or last is None:
                continue
            span = first[0] - base, last[1] - base
            gold.mentions[span] = frozenset({m.entity} if m.entity else ())
            if m.kind == "PROP" and m.entity:
                gold.names[span] = m.entity
        at += len(sentence.words)
    for first, last, speaker in litbank_quotations(folder / "quotations" / "tsv" / f"{name}.ann", starts):
        begin, end = places[first], places[last]
        if begin is not None and end is not None:
            gold.quotes[begin[0] - base, end[1] - base] = speaker, frozenset()
    return gold


def litbank_quotations(path: Path, starts: Sequence[int]) -> Iterator[tuple[int, int, str]]:
    """(first word, last word, speaker) of every quotation; words are counted through the document."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    speakers = {row[1]: row[2] for row in rows if row[0] == "ATTRIB"}
    for row in rows:
        if row[0] == "QUOTE" and row[1] in speakers:
            yield starts[int(row[2])] + int(row[3]), starts[int(row[4])] + int(row[5]), speakers[row[1]]


def pdnc(folder: Path, names: Iterable[str]) -> Iterator[GoldText]:
    """Novels of PDNC: every quotation with its speaker and addressees, and the mentions inside quotations. Names are told by their form."""
    for path in novel_folders(folder, names=tuple(names)):
        novel = read_novel(path)
        gold = GoldText(novel.name, "pdnc", novel.text.read_text(encoding="utf-8"), all_mentions=False)
        gold.forms = {form: owners[0] for form, owners in novel.owners.items() if len(owners) == 1}
        for quote in novel.quotations:
            for start, end in quote.parts:
                gold.quotes[start, end] = quote.speaker, quote.addressees
                gold.cues[start, end] = quote.cue
        gold.mentions = dict(_pdnc_mentions(path, gold))
        yield gold


def _pdnc_mentions(path: Path, gold: GoldText) -> Iterator[tuple[Span, frozenset[str]]]:
    with (path / "quotation_info.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            spans, people = ast.literal_eval(row["mentionSpansList"]), ast.literal_eval(row["mentionEntitiesList"])
            for part_spans, part_people in zip(spans, people, strict=False):
                for (start, end), who in zip(part_spans, part_people, strict=False):  # in a few parts the lists differ in length
                    words = gold.text[start:end]
                    at = start + len(words) - len(words.lstrip())
                    named = frozenset(gold.forms.get(w.strip().lower(), w.strip()) for w in who)
                    yield (at, at + len(words.strip())), frozenset(w for w in named if not w.startswith("_"))
