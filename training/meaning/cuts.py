"""Runs of words as wordpieces, several of them as one window, and batches of windows with segments of words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from fabula.encoder.pieces import Pieces, WordPieces
from fabula.encoder.shapes import LOWER, MIXED, OPENING, SINGLE, TITLE, UPPER
from fabula.encoder.windows import SHAPES
from training.model.heads import take
from training.tasks import States

Ints = NDArray[np.int64]
CASED = (TITLE, SINGLE, UPPER, MIXED)


class Cut(NamedTuple):
    """Words as pieces: ``ids`` and ``shapes`` by piece, ``firsts`` the place of each word's first piece."""

    ids: Ints
    shapes: Ints
    firsts: Ints

    def words(self, first: int, last: int) -> Cut:
        """Words ``[first, last)``."""
        start = int(self.firsts[first]) if first < len(self.firsts) else len(self.ids)
        end = int(self.firsts[last]) if last < len(self.firsts) else len(self.ids)
        return Cut(self.ids[start:end], self.shapes[start:end], self.firsts[first:last] - start)


def of_pieces(pieces: Pieces) -> Cut:
    shapes = np.repeat(pieces.shapes, pieces.counts).astype(np.int64)
    return Cut(pieces.ids.astype(np.int64), shapes, pieces.offsets[:-1].astype(np.int64))


def cut(words: Sequence[str], firsts: Sequence[int], pieces: WordPieces) -> Cut:
    return of_pieces(pieces.cut(words, firsts))


def lowered(run: Cut) -> Cut:
    """The same without capitals."""
    cased = np.isin(run.shapes % OPENING, CASED)
    return run._replace(shapes=np.where(cased, run.shapes - run.shapes % OPENING + LOWER, run.shapes))


class Composed(NamedTuple):
    """A window ``[CLS] run [SEP] run … [SEP]`` or ``[CLS] run run … [SEP]``, not padded; ``words``: the words of each run."""

    ids: Ints
    shapes: Ints
    firsts: Ints
    words: list[tuple[int, int]]


def compose(runs: Sequence[Cut], cls: int, sep: int, *, parted: bool = False) -> Composed:
    """One window of runs of words in order; ``parted``: with a marker between each two."""
    ids, shapes, firsts = [np.array([cls])], [np.array([0])], list[Ints]()
    words, at, count = list[tuple[int, int]](), 1, 0
    for k, run in enumerate(runs):
        mark = [sep] if parted or k == len(runs) - 1 else []
        ids += [run.ids, np.array(mark, np.int64)]
        shapes += [run.shapes, np.zeros(len(mark), np.int64)]
        firsts.append(run.firsts + at)
        words.append((count, count + len(run.firsts)))
        at += len(run.ids) + len(mark)
        count += len(run.firsts)
    return Composed(np.concatenate(ids), np.concatenate(shapes), np.concatenate(firsts), words)


def padded_length(longest: int) -> int:
    """The length a batch is padded to: one of the runtime's shapes, else the next multiple of 64; few lengths suit a GPU."""
    return next((s for s in SHAPES if longest <= s), -(-longest // 64) * 64)


@dataclass
class Windows:
    """Padded windows as tensors; ``firsts`` are rows into the flattened states; ``starts``: the first word row of each window."""

    ids: Tensor
    shapes: Tensor
    firsts: Tensor
    starts: list[int]

    def to(self, device: str) -> Windows:
        return Windows(self.ids.to(device), self.shapes.to(device), self.firsts.to(device), self.starts)

    def words(self, encoder: States) -> Tensor:
        """States of all words, each that of its first piece."""
        states: Tensor = encoder(self.ids, self.shapes)
        return take(states.flatten(0, 1), self.firsts)


def stack(windows: Sequence[Composed]) -> Windows:
    length = padded_length(max(len(w.ids) for w in windows))
    ids, shapes = np.zeros((2, len(windows), length), np.int64)
    starts = [0]
    for k, w in enumerate(windows):
        ids[k, : len(w.ids)], shapes[k, : len(w.ids)] = w.ids, w.shapes
        starts.append(starts[-1] + len(w.firsts))
    firsts = np.concatenate([w.firsts + k * length for k, w in enumerate(windows)])
    return Windows(torch.from_numpy(ids), torch.from_numpy(shapes), torch.from_numpy(firsts), starts[:-1])


@dataclass
class SegmentBatch:
    """Windows with segments of words. ``members``: word rows of all segments one after the other, ``owners``: the segment of each;
    ``targets``: tensors by name with a row for each segment. ``pieces``: wordpieces without padding."""

    windows: Windows
    members: Tensor
    owners: Tensor
    sizes: Tensor
    pieces: int
    targets: dict[str, Tensor] = field(default_factory=dict)

    def to(self, device: str) -> SegmentBatch:
        tensors = (x.to(device) for x in (self.members, self.owners, self.sizes))
        return SegmentBatch(self.windows.to(device), *tensors, self.pieces, {k: x.to(device) for k, x in self.targets.items()})

    def means(self, words: Tensor) -> Tensor:
        """The mean of the states of the words of each segment, in fp32."""
        total = torch.zeros(len(self.sizes), words.shape[1], device=words.device)
        total = total.index_add(0, self.owners, take(words, self.members).float())
        return total / self.sizes[:, None]


def segment_batch(
    windows: Sequence[Composed], segments: Sequence[Sequence[tuple[int, int]]], targets: Mapping[str, Tensor]
) -> SegmentBatch:
    """``segments``: of each window its segments as words of that window."""
    stacked = stack(windows)
    spans = [(start + a, start + b) for start, here in zip(stacked.starts, segments, strict=True) for a, b in here]
    sizes = np.array([b - a for a, b in spans], np.int64)
    members = np.concatenate([np.arange(a, b) for a, b in spans]) if spans else np.zeros(0, np.int64)
    owners = np.repeat(np.arange(len(spans)), sizes)
    return SegmentBatch(
        stacked,
        torch.from_numpy(members),
        torch.from_numpy(owners),
        torch.from_numpy(sizes.astype(np.float32)),
        sum(len(w.ids) for w in windows),
        dict(targets),
    )
