"""Gold documents as windows with their targets, and windows as batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from fabula.bench.corpora import GoldDocument, GoldSentence
from fabula.encoder.labels import FEATURES, MENTION_CLASSES, UPOS, deprel_row
from fabula.encoder.pieces import Pieces, WordPieces
from fabula.encoder.shapes import LOWER, MIXED, OPENING, SINGLE, TITLE, UPPER
from fabula.encoder.windows import Window, inputs, pack

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class TrainingWindow:
    """One padded window with the targets of its words (word rows count from the start of the window); text alone has none."""

    source: str
    ids: Ints
    shapes: Ints
    firsts: Ints
    sentences: tuple[tuple[int, int], ...]
    tags: Ints | None = None
    heads: Ints | None = None
    deprels: Ints | None = None
    spans: Ints | None = None
    events: NDArray[np.float32] | None = None


def _tag_rows(sentence: GoldSentence) -> list[list[int]]:
    assert sentence.syntax is not None
    rows = []
    for upos, feats in zip(sentence.syntax.upos, sentence.syntax.feats, strict=True):
        features = [values.index(feats.get(name, "")) if feats.get(name, "") in values else 0 for name, values in FEATURES.items()]
        rows.append([UPOS.index(upos) if upos in UPOS else UPOS.index("X"), *features])
    return rows


def _spans(sentence: GoldSentence) -> list[tuple[int, int, int]]:
    """Pronouns of the coreference layer, names and nominals of the entity layer (first and last word, class)."""
    pronouns = [m for m in sentence.mentions or () if m.kind == "PRON"]
    found = {(m.start, m.end - 1): MENTION_CLASSES.index(f"{m.kind}_{m.type}") for m in [*pronouns, *(sentence.entities or ())]}
    return [(a, b, c) for (a, b), c in sorted(found.items())]


def windows_of(document: GoldDocument, words: WordPieces, length: int) -> list[TrainingWindow]:
    """Windows of whole sentences. Sentences too long for a window are left out of training."""
    bounds, flat = [], []
    for sentence in document.sentences:
        bounds.append((len(flat), len(flat) + len(sentence.words)))
        flat.extend(sentence.words)
    pieces = words.cut(flat, [b[0] for b in bounds])
    gold = dict(zip(bounds, document.sentences, strict=True))
    found = []
    for window in pack(pieces.counts, bounds, window=length):
        if all(s in gold for s in window.sentences):
            arrays = inputs(pieces, window, cls=words.cls, sep=words.sep, pad=words.pad, length=length)
            found.append(_window(document.source, arrays, window.first, window.sentences, [gold[s] for s in window.sentences]))
    return found


def plain_window(source: str, pieces: Pieces, window: Window, words: WordPieces, length: int) -> TrainingWindow:
    """A window of text without labels."""
    arrays = inputs(pieces, window, cls=words.cls, sep=words.sep, pad=words.pad, length=length)
    return TrainingWindow(source, *arrays, tuple((a - window.first, b - window.first) for a, b in window.sentences))


def _window(
    source: str, arrays: tuple[Ints, Ints, Ints], first: int, bounds: Sequence[tuple[int, int]], gold: list[GoldSentence]
) -> TrainingWindow:
    local = tuple((a - first, b - first) for a, b in bounds)
    syntax = gold[0].syntax is not None
    literary = gold[0].entities is not None
    tags = heads = deprels = spans = events = None
    if syntax:
        tags = np.array([row for s in gold for row in _tag_rows(s)], np.int64)
        trees = [(a, s.syntax.heads) for (a, _), s in zip(local, gold, strict=True) if s.syntax]
        heads = np.array([a + (h if h >= 0 else i) for a, tree in trees for i, h in enumerate(tree)], np.int64)
        deprels = np.array([deprel_row(d) for s in gold if s.syntax for d in s.syntax.deprels], np.int64)
    if literary:
        rows = [(a + i, a + j, c) for (a, _), s in zip(local, gold, strict=True) for i, j, c in _spans(s)]
        spans = np.array(rows, np.int64).reshape(-1, 3)
        events = np.zeros(local[-1][1], np.float32)
        events[[a + i for (a, _), s in zip(local, gold, strict=True) for i in sorted(s.events or ())]] = 1
    return TrainingWindow(source, *arrays, local, tags, heads, deprels, spans, events)


@dataclass
class Batch:
    ids: Tensor
    shapes: Tensor
    firsts: Tensor
    groups: list[Tensor]
    syntax_words: Tensor
    literary_words: Tensor
    tags: Tensor
    heads: Tensor
    deprels: Tensor
    syntax_groups: list[Tensor]
    literary_groups: list[Tensor]
    spans: Tensor
    edges: Tensor
    events: Tensor

    @property
    def pieces(self) -> int:
        """Wordpieces, without padding."""
        return int((self.ids > 0).sum())

    def to(self, device: str) -> Batch:
        moved = {k: [t.to(device) for t in v] if isinstance(v, list) else v.to(device) for k, v in vars(self).items()}
        return Batch(**moved)


def _groups(sentences: list[tuple[int, int]]) -> list[Tensor]:
    """Padded word rows, sentences of like length together: the cost is quadratic in the longest."""
    found = []
    for low, high in ((0, 12), (12, 24), (24, 40), (40, 64), (64, 1000)):
        group = [(a, b) for a, b in sentences if low < b - a <= high]
        if group:
            rows = np.full((len(group), max(b - a for a, b in group)), -1, np.int64)
            for i, (a, b) in enumerate(group):
                rows[i, : b - a] = np.arange(a, b)
            found.append(torch.from_numpy(rows))
    return found


def _kind(window: TrainingWindow) -> str:
    """Which targets its words have."""
    return "syntax" if window.tags is not None else "literary" if window.spans is not None else "none"


def collate(windows: list[TrainingWindow]) -> Batch:
    """Word rows of the two kinds of targets count from 0 in each kind; ``*_words`` are their rows among all words of the batch.

    ``groups`` are the sentences of all words, those without targets too.
    """
    firsts, at = [], 0
    everything: list[tuple[int, int]] = []
    kinds = ("syntax", "literary", "none")
    rows: dict[str, list[Ints]] = {kind: [] for kind in kinds}
    sentences: dict[str, list[tuple[int, int]]] = {kind: [] for kind in kinds}
    heads, spans = [], []
    used = dict.fromkeys(kinds, 0)
    for k, w in enumerate(windows):
        count, kind = len(w.firsts), _kind(w)
        firsts.append(w.firsts + k * len(w.ids))
        rows[kind].append(np.arange(at, at + count))
        everything += [(a + at, b + at) for a, b in w.sentences]
        sentences[kind] += [(a + used[kind], b + used[kind]) for a, b in w.sentences]
        if w.heads is not None:
            heads.append(w.heads + used[kind])
        if w.spans is not None:
            spans.append(w.spans + np.array([used[kind], used[kind], 0]))
        at += count
        used[kind] += count
    span_rows = np.concatenate(spans) if spans else np.zeros((0, 3), np.int64)
    edges = np.zeros((used["literary"], 2), np.float32)
    edges[span_rows[:, 0], 0] = edges[span_rows[:, 1], 1] = 1

    def joined(parts: Sequence[NDArray[Any]], shape: tuple[int, ...], dtype: type) -> Tensor:
        return torch.from_numpy(np.concatenate(parts) if parts else np.zeros(shape, dtype))

    return Batch(
        ids=torch.from_numpy(np.stack([w.ids for w in windows])),
        shapes=torch.from_numpy(np.stack([w.shapes for w in windows])),
        firsts=joined(firsts, (0,), np.int64),
        groups=_groups(everything),
        syntax_words=joined(rows["syntax"], (0,), np.int64),
        literary_words=joined(rows["literary"], (0,), np.int64),
        tags=joined([w.tags for w in windows if w.tags is not None], (0, 1 + len(FEATURES)), np.int64),
        heads=joined(heads, (0,), np.int64),
        deprels=joined([w.deprels for w in windows if w.deprels is not None], (0,), np.int64),
        syntax_groups=_groups(sentences["syntax"]),
        literary_groups=_groups(sentences["literary"]),
        spans=torch.from_numpy(span_rows),
        edges=torch.from_numpy(edges),
        events=joined([w.events for w in windows if w.events is not None], (0,), np.float32),
    )


class Registers:
    """Other registers made by rule: quotation marks of another style, lost capitals. Lengths stay, so targets stay too."""

    def __init__(self, words: WordPieces, *, quotes: float, lower: float) -> None:
        self.quotes, self.lower = quotes, lower
        marks = words.cut(["“", "”", "‘", "’", '"', "'"], [0]).ids
        self._open, self._close, left, right, self._double, self._single = (int(i) for i in marks)
        self._straight = {self._open: self._double, self._close: self._double, left: self._single, right: self._single}
        self._right = right

    def __call__(self, window: TrainingWindow, random: Random) -> TrainingWindow:
        ids, shapes = window.ids, window.shapes
        if random.random() < self.lower:
            cased = np.isin(shapes % OPENING, [TITLE, SINGLE, UPPER, MIXED])
            shapes = np.where(cased, shapes - shapes % OPENING + LOWER, shapes)
        if random.random() < self.quotes:
            ids = self._other_marks(ids)
        return TrainingWindow(window.source, ids, shapes, *(getattr(window, f) for f in list(vars(window))[3:]))

    def _other_marks(self, ids: Ints) -> Ints:
        ids = ids.copy()
        if np.isin(ids, list(self._straight)).any():
            for curly, straight in self._straight.items():
                ids[ids == curly] = straight
            return ids
        doubles = np.flatnonzero(ids == self._double)
        ids[doubles[::2]], ids[doubles[1::2]] = self._open, self._close
        ids[ids == self._single] = self._right
        return ids
