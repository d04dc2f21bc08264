"""Emotions of sentences: GoEmotions, some comments by themselves, some among others in one window, as sentences are at run time."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from fabula.bench.meaning_corpora import number
from fabula.encoder.meaning_labels import EMOTIONS
from fabula.encoder.pieces import WordPieces
from training.meaning import prepared
from training.meaning.cuts import Cut, SegmentBatch, compose, cut, lowered, segment_batch
from training.meaning.heads import Emotions
from training.meaning.prepared import LabelledComment
from training.tasks import States
from training.train import pretrained_folder, word_pieces


def for_thresholds(comment: LabelledComment, share: float) -> bool:
    """Whether a training comment is kept from training, for thresholds to be fitted on: a fixed share by its name."""
    return number("threshold " + comment.name) % 1000 < 1000 * share


class EmotionsTask:
    name = "emotions"

    def __init__(self, comments: Sequence[LabelledComment], pieces: WordPieces, config: dict[str, Any]) -> None:
        kept = [c for c in comments if not for_thresholds(c, config.get("held", 0.08))]
        self.window = config.get("window", 256)
        self.together, self.lower = config.get("together", 0.5), config.get("lower", 0.08)
        self.pieces = pieces
        self.runs = [cut(c.words, c.firsts, pieces) for c in kept]
        self.labels = np.zeros((len(kept), len(EMOTIONS)), np.float32)
        for row, comment in zip(self.labels, kept, strict=True):
            row[comment.labels] = 1
        self.weights = label_weights(self.labels, config.get("balance", 0.25))

    def __len__(self) -> int:
        return len(self.runs)

    def modules(self, size: int) -> dict[str, nn.Module]:
        return {"emotions": Emotions(size)}

    def _run(self, item: int, random: Random) -> Cut:
        run = self.runs[item]
        run = run.words(0, int(np.searchsorted(run.firsts, self.window - 2)))  # what does not fit a window is left out
        return lowered(run) if random.random() < self.lower else run

    def _groups(self, items: Sequence[int], random: Random) -> list[list[tuple[int, Cut]]]:
        """The comments of each window."""
        groups: list[list[tuple[int, Cut]]] = []
        room = 0
        for item in items:
            run = self._run(item, random)
            if not groups or len(run.ids) > room or random.random() >= self.together:
                groups.append([])
                room = self.window - 2
            groups[-1].append((item, run))
            room -= len(run.ids)
        return groups

    def batch(self, items: Sequence[int], random: Random) -> SegmentBatch:
        groups = self._groups(items, random)
        windows = [compose([run for _, run in group], self.pieces.cls, self.pieces.sep) for group in groups]
        labels = torch.from_numpy(self.labels[[item for group in groups for item, _ in group]])
        return segment_batch(windows, [w.words for w in windows], {"labels": labels})

    def losses(self, encoder: States, heads: nn.ModuleDict, batch: SegmentBatch) -> dict[str, Tensor]:
        """The mean over comments of the sum over labels."""
        scores = heads["emotions"](batch.means(batch.windows.words(encoder)))
        weights = self.weights.to(scores.device)
        return {
            "emotions": F.binary_cross_entropy_with_logits(scores, batch.targets["labels"], pos_weight=weights, reduction="sum")
            / len(scores)
        }


def label_weights(labels: np.ndarray[Any, Any], power: float) -> Tensor:
    """Weights of a label's presence: how much rarer it is than the most frequent one, to a power."""
    counts = labels.sum(0) + 1
    return torch.from_numpy((counts.max() / counts) ** power).float()


def task(config: dict[str, Any], run: str) -> EmotionsTask:
    return EmotionsTask(prepared.comments(), word_pieces(pretrained_folder()), config)
