"""Text without labels: novels and modern English, for adaptation and distillation.

It is kept as wordpieces in one file (xz): a line of JSON, the ids (their low bytes, then their high bytes), and a byte per piece with the
shape of its word and where words and sentences begin.
"""

from __future__ import annotations

import csv
import json
import lzma
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fabula.encoder.pieces import Pieces, WordPieces
from fabula.encoder.windows import pack
from training.data.rewriting import passages, rewrite
from training.data.sources import data_folder, gum_files, load_splits
from training.make_splits import SAME_WORK
from training.model.batches import TrainingWindow, plain_window

SHAPE, WORD, SENTENCE = 15, 16, 32
"""Bits of a mark: the shape of the word, its first piece, the first piece of a sentence."""
NOVELS = "novels"


class Text(NamedTuple):
    """``name`` is for novels that of their LitBank document, which the splits go by."""

    name: str
    source: str
    text: str


class Part(NamedTuple):
    name: str
    source: str
    first: int
    last: int


@dataclass(frozen=True)
class Texts:
    ids: NDArray[np.uint16]
    marks: NDArray[np.uint8]
    parts: tuple[Part, ...]


# --- the sources


def novels(data: Path, splits: dict[str, Any], *, share: float = 1.0) -> Iterator[Text]:
    """The whole books of the LitBank documents that the splits know; no others, for nobody could say which run may read them.

    Works that stand in PDNC are left out, whole or not: what speakers are learnt from and measured on in five folds are those works, and
    one encoder that has read none of them is clean for every fold. ``share``: of each book so large a part, in stretches from all of it.
    """
    known = {d for parts in splits["runs"].values() for names in parts.values() for d in names}
    for name in sorted(known):
        work = name.removesuffix("_brat")
        path = data / "litbank" / "original" / f"{work}.txt"
        if path.exists() and work not in SAME_WORK:
            yield Text(name, NOVELS, part_of(path.read_text(encoding="utf-8"), share))


def part_of(text: str, share: float, *, length: int = 12000) -> str:
    """A share of the passages of a text, evenly spread over it."""
    if share >= 1:
        return text
    kept = (p for i, p in enumerate(passages(text, length)) if int((i + 1) * share) > int(i * share))
    return "\n\n".join(kept)


def _sentences(path: Path) -> str:
    """The text of a treebank, a paragraph where it marks one, else a few sentences to a paragraph."""
    found: list[str] = []
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line.startswith(("# newpar", "# newdoc")) and found and found[-1]:
            found.append("")
        elif line.startswith("# text = "):
            found.append(line.removeprefix("# text = "))
    return "\n".join(found).replace("\n\n", "\0").replace("\n", " ").replace("\0", "\n\n")


def modern_texts(data: Path, splits: dict[str, Any]) -> Iterator[Text]:
    """The training parts of GoEmotions, EWT, GUM and the situation entities."""
    comments = (data / "GoEmotions-pytorch/data/original/train.tsv").read_text(encoding="utf-8").split("\n")
    yield Text("GoEmotions", "comments", "\n\n".join(line.split("\t")[0] for line in comments))
    yield Text("EWT", "ewt_text", _sentences(data / "UD_English-EWT" / "en_ewt-ud-train.conllu"))
    for path in gum_files(data, "train", splits):
        yield Text(path.stem, "gum_text", _sentences(path))
    folder = data / "sitent" / "annotated_corpus"
    with (folder / "train_test_split.csv").open(encoding="utf-8", newline="") as rows:
        names = [row["category_filename"] for row in csv.DictReader(rows, delimiter="\t") if row["fold"] == "train"]
    for path in (folder / "raw_text" / name for name in names):
        if path.exists():
            yield Text(path.stem, "clauses", path.read_text(encoding="utf-8"))


def rewritten(texts: Iterable[Text], registers: dict[str, dict[str, float]]) -> Iterator[Text]:
    """Every text in the registers that its source is given (``default`` where none is named)."""
    for text in texts:
        shares = registers.get(text.source, registers["default"])
        yield text._replace(text=rewrite(text.text, shares, text.name))


# --- wordpieces


def cut(text: str, words: WordPieces) -> Pieces | None:
    """The pieces of a text by Fabula's own tokens; None where it has none. ``SENTENCE`` is added to the shapes of first words."""
    from fabula.reading.tokens import tokenize  # where packs are only read, what it needs need not be installed
    from fabula.text import read_bytes

    manuscript = read_bytes(text.encode(), source="text.txt", format="txt")
    tokens, sentences = tokenize(manuscript)
    found = [manuscript.text[a:b] for a, b in zip(tokens.start.tolist(), tokens.end.tolist(), strict=True)]
    if not found:
        return None
    pieces = words.cut(found, sentences.first.tolist())
    pieces.shapes[sentences.first] |= SENTENCE
    return pieces


def encode(texts: Iterable[Text], words: WordPieces) -> Texts:
    ids, marks, parts, at = [], [], list[Part](), 0
    for text in texts:
        pieces = cut(text.text, words)
        if pieces is None:
            continue
        shapes = np.repeat(pieces.shapes, pieces.counts)
        here = shapes & SHAPE
        here[pieces.offsets[:-1]] = shapes[pieces.offsets[:-1]] | WORD
        ids.append(pieces.ids.astype(np.uint16))
        marks.append(here)
        parts.append(Part(text.name, text.source, at, at + len(here)))
        at += len(here)
    return Texts(np.concatenate(ids), np.concatenate(marks), tuple(parts))


def write_texts(texts: Texts, path: Path) -> None:
    header = json.dumps({"pieces": len(texts.ids), "parts": texts.parts}).encode()
    low, high = (texts.ids & 255).astype(np.uint8), (texts.ids >> 8).astype(np.uint8)
    path.write_bytes(lzma.compress(header + b"\n" + low.tobytes() + high.tobytes() + texts.marks.tobytes(), preset=6))


def read_texts(path: Path) -> Texts:
    header, _, content = lzma.decompress(path.read_bytes()).partition(b"\n")
    about = json.loads(header)
    low, high, marks = np.frombuffer(content, np.uint8).reshape(3, about["pieces"])
    return Texts(low.astype(np.uint16) | high.astype(np.uint16) << 8, marks, tuple(Part(*p) for p in about["parts"]))


def texts_path() -> Path:
    if named := os.environ.get("FABULA_TEXTS"):
        return Path(named)
    raise SystemExit("set FABULA_TEXTS to a file made by training.pack, or name a pack by --pack")


# --- windows


def part_pieces(texts: Texts, part: Part) -> tuple[Pieces, list[tuple[int, int]]]:
    """The pieces of one text and its sentences as word ranges."""
    ids, marks = texts.ids[part.first : part.last], texts.marks[part.first : part.last]
    starts = np.flatnonzero(marks & WORD)
    offsets = np.append(starts, len(ids)).astype(np.int32)
    firsts = [*np.flatnonzero(marks[starts] & SENTENCE).tolist(), len(starts)]
    return Pieces(ids.astype(np.int32), offsets, marks[starts] & SHAPE), list(pairwise(firsts))


def text_windows(texts: Texts, works: frozenset[str], words: WordPieces, length: int) -> dict[str, list[TrainingWindow]]:
    """Windows by source; of the novels those in ``works`` alone."""
    found: dict[str, list[TrainingWindow]] = {}
    for part in texts.parts:
        if part.source != NOVELS or part.name in works:
            pieces, sentences = part_pieces(texts, part)
            windows = [plain_window(part.source, pieces, w, words, length) for w in pack(pieces.counts, sentences, window=length)]
            found.setdefault(part.source, []).extend(windows)
    return found


def all_texts(registers: dict[str, dict[str, float]], *, every: int = 1, share: float = 1.0) -> Iterator[Text]:
    """All there is, in its registers; ``every``: one novel in so many, for a look; ``share``: how much of each novel."""
    data, splits = data_folder(), load_splits()
    yield from rewritten(list(novels(data, splits, share=share))[::every], registers)
    yield from rewritten(modern_texts(data, splits), registers)
