"""Sentence vectors that keep the original encoder's space: of sentences in running text what the original says of each read alone.

The original is all-MiniLM-L6-v2 (sentence-transformers; Reimers and Gurevych, 2019): the mean over all its pieces, markers included,
normalised.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from fabula.encoder.pieces import WordPieces
from training.adapt import run_texts
from training.meaning import prepared
from training.meaning.cuts import Composed, Cut, Ints, SegmentBatch, compose, cut, padded_length, segment_batch
from training.meaning.heads import Vector
from training.model.batches import TrainingWindow
from training.model.bert import Encoder, load_pretrained
from training.model.heads import take
from training.tasks import States
from training.train import pretrained_folder, word_pieces

LONGEST = 128
"""Pieces that the original reads of a sentence, markers included."""
SHORT = 32


class Contractions:
    """The original cuts "don't" to "don ' t", Fabula to "do n ' t": here the first is made of the second."""

    def __init__(self, pieces: WordPieces) -> None:
        self._pieces = pieces
        self._n, self._t = (int(i) for i in pieces.cut(["n", "t"], [0]).ids)
        self._marks = {int(i) for i in pieces.cut(["'", "’"], [0]).ids}
        self._joined: dict[int, list[int]] = {}

    def _join(self, piece: int) -> list[int]:
        if piece not in self._joined:
            before = str(self._pieces.piece(piece))
            word = before.removeprefix("##") + "n"
            ids = self._pieces.cut([word], [0]).ids.tolist()
            self._joined[piece] = ids if not before.startswith("##") else [piece, self._n]
        return self._joined[piece]

    def __call__(self, ids: Sequence[int]) -> list[int]:
        found: list[int] = []
        for k, piece in enumerate(ids):
            negates = piece == self._n and found and k + 2 < len(ids) and ids[k + 1] in self._marks and ids[k + 2] == self._t
            if negates:
                found[-1:] = self._join(found[-1])
            else:
                found.append(piece)
        return found


class VectorItem(NamedTuple):
    """A run of words and its sentences."""

    run: Cut
    sentences: tuple[tuple[int, int], ...]


def text_item(window: TrainingWindow) -> VectorItem:
    end = int(np.count_nonzero(window.ids)) - 1  # where the closing marker is
    return VectorItem(Cut(window.ids[1:end], window.shapes[1:end], window.firsts - 1), window.sentences)


@dataclass
class VectorBatch:
    """``originals``: padded ids ``[sentences, pieces]`` of short and of longer sentences as the original reads them, and ``rows``, the
    segments that they are."""

    segments: SegmentBatch
    originals: list[Tensor]
    rows: list[Tensor]

    @property
    def pieces(self) -> int:
        return self.segments.pieces

    def to(self, device: str) -> VectorBatch:
        return VectorBatch(self.segments.to(device), [x.to(device) for x in self.originals], [x.to(device) for x in self.rows])


def padded(sentences: Sequence[Sequence[int]]) -> Tensor:
    longest = max(len(s) for s in sentences)
    found = np.zeros((len(sentences), SHORT if longest <= SHORT else padded_length(longest)), np.int64)
    for row, sentence in zip(found, sentences, strict=True):
        row[: len(sentence)] = sentence
    return torch.from_numpy(found)


def by_length(sentences: Sequence[Sequence[int]]) -> tuple[list[Tensor], list[Tensor]]:
    """Short sentences apart from longer ones: padding all alike would double the work."""
    groups = [[i for i, s in enumerate(sentences) if (len(s) <= SHORT) == short] for short in (True, False)]
    groups = [g for g in groups if g]
    return [padded([sentences[i] for i in g]) for g in groups], [torch.tensor(g) for g in groups]


class Original:
    """The original encoder, frozen; it is no part of what is trained."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder.eval().requires_grad_(False)
        self._device = "cpu"

    @torch.no_grad()
    def __call__(self, ids: Tensor) -> Tensor:
        """Vectors ``[sentences, size]``, normalised, of padded ids."""
        if self._device != ids.device.type:
            self._encoder.to(ids.device)
            self._device = ids.device.type
        states, real = self._encoder(ids, torch.zeros_like(ids)).float(), (ids > 0)[:, :, None]
        return F.normalize((states * real).sum(1) / real.sum(1), dim=1)


class VectorTask:
    name = "vector"

    def __init__(self, items: Sequence[VectorItem], pieces: WordPieces, original: Original, config: dict[str, Any]) -> None:
        self.items, self.pieces, self.original = items, pieces, original
        self.alone, self.similarity = config.get("alone", 0.1), config.get("similarity", 10.0)
        self.contractions = Contractions(pieces)

    def __len__(self) -> int:
        return len(self.items)

    def modules(self, size: int) -> dict[str, nn.Module]:
        return {"vector": Vector(size)}

    def _item(self, item: int, random: Random) -> VectorItem:
        """A window, or one sentence of it by itself, as a question is read at run time."""
        run, sentences = self.items[item]
        if len(sentences) > 1 and random.random() < self.alone:
            first, last = random.choice(sentences)
            return VectorItem(run.words(first, last), ((0, last - first),))
        return VectorItem(run, sentences)

    def original_ids(self, item: VectorItem) -> list[list[int]]:
        found = []
        for first, last in item.sentences:
            ids: Ints = item.run.words(first, last).ids
            found.append([self.pieces.cls, *self.contractions(ids.tolist())[: LONGEST - 2], self.pieces.sep])
        return found

    def batch(self, items: Sequence[int], random: Random) -> VectorBatch:
        chosen = [self._item(i, random) for i in items]
        windows: list[Composed] = [compose([c.run], self.pieces.cls, self.pieces.sep) for c in chosen]
        segments = segment_batch(windows, [c.sentences for c in chosen], {})
        originals, rows = by_length([ids for c in chosen for ids in self.original_ids(c)])
        return VectorBatch(segments, originals, rows)

    def _targets(self, batch: VectorBatch, like: Tensor) -> Tensor:
        targets = torch.zeros(like.shape, device=like.device)
        for ids, rows in zip(batch.originals, batch.rows, strict=True):
            targets[rows] = self.original(ids).float()
        return targets

    def losses(self, encoder: States, heads: nn.ModuleDict, batch: VectorBatch) -> dict[str, Tensor]:
        """1 - cosine, and the squared error of the similarities of all pairs of the batch's sentences."""
        words = take(batch.segments.windows.words(encoder), batch.segments.members)
        found = heads["vector"](words, batch.segments.owners, len(batch.segments.sizes))
        return {"vector": vector_loss(found, self._targets(batch, found), self.similarity)}


def vector_loss(found: Tensor, wanted: Tensor, similarity: float) -> Tensor:
    """Of normalised vectors ``[sentences, size]``."""
    with torch.autocast(found.device.type, enabled=False):
        cosine = 1 - (found * wanted).sum(1).mean()
        return cosine + similarity * F.mse_loss(found @ found.T, wanted @ wanted.T)


def task(config: dict[str, Any], run: str) -> VectorTask:
    """``windows`` of text that the run may read, and ``questions`` alone."""
    pieces, random = word_pieces(pretrained_folder()), Random(config.get("seed", 1))
    texts, _ = run_texts(run, config.get("window", 256))
    windows = [w for _, items in sorted(texts.items()) for w in items]
    chosen = random.sample(windows, min(len(windows), config.get("windows", 12000)))
    asked = [q.words for tale in prepared.tales() for q in tale.questions]
    asked = random.sample(asked, min(len(asked), config.get("questions", 2000)))
    questions = [VectorItem(cut(words, [0], pieces), ((0, len(words)),)) for words in asked]
    original = Original(load_pretrained(pretrained_folder(), dropout=0.0))
    return VectorTask([*map(text_item, chosen), *questions], pieces, original, config)
