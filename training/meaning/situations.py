"""What clauses say: situation types and the features behind them, from SitEnt's texts in windows of whole sentences."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from fabula.encoder.meaning_labels import SITUATIONS
from fabula.encoder.pieces import WordPieces
from fabula.encoder.windows import pack
from training.meaning import prepared
from training.meaning.cuts import Composed, Cut, SegmentBatch, compose, lowered, of_pieces, segment_batch
from training.meaning.heads import Situations
from training.meaning.prepared import Clause, ClauseText
from training.model.heads import take
from training.tasks import States
from training.train import pretrained_folder, word_pieces

NO_GOLD = -1
FEATURE_WEIGHT = 0.5
"""Of the loss of each feature, that of the situation type being 1."""


class ClauseWindow(NamedTuple):
    """A run of words and the clauses in it; their word rows count from its start."""

    run: Cut
    clauses: tuple[Clause, ...]


def clause_windows(text: ClauseText, pieces: WordPieces, length: int) -> list[ClauseWindow]:
    """Windows of whole sentences; a clause that does not lie within one window is left out."""
    found = pieces.cut(text.words, text.firsts)
    whole, sentences = of_pieces(found), list(zip(text.firsts, [*text.firsts[1:], len(text.words)], strict=True))
    windows = []
    for window in pack(found.counts, sentences, window=length):
        inside = [c for c in text.clauses if window.first <= c.first and c.last <= window.last]
        moved = tuple(c._replace(first=c.first - window.first, last=c.last - window.first, verb=c.verb - window.first) for c in inside)
        if moved:
            kept = tuple(m._replace(verb=m.verb if c.verb >= 0 else -1) for m, c in zip(moved, inside, strict=True))
            windows.append(ClauseWindow(whole.words(window.first, window.last), kept))
    return windows


class SituationsTask:
    name = "situations"

    def __init__(self, texts: Sequence[ClauseText], pieces: WordPieces, config: dict[str, Any]) -> None:
        length = config.get("window", 256)
        self.pieces, self.lower = pieces, config.get("lower", 0.08)
        self.no_verb = config.get("no_verb", 0.1)
        self.windows = [w for text in texts for w in clause_windows(text, pieces, length)]
        self.weights = situation_weights([c.labels[0] for w in self.windows for c in w.clauses], config.get("balance", 0.3))

    def __len__(self) -> int:
        return len(self.windows)

    def modules(self, size: int) -> dict[str, nn.Module]:
        return {"situations": Situations(size)}

    def _verb(self, clause: Clause, random: Random) -> int:
        return clause.verb if random.random() >= self.no_verb else -1

    def batch(self, items: Sequence[int], random: Random) -> SegmentBatch:
        chosen = [self.windows[i] for i in items]
        windows: list[Composed] = []
        for w in chosen:
            windows.append(compose([lowered(w.run) if random.random() < self.lower else w.run], self.pieces.cls, self.pieces.sep))
        batch = segment_batch(windows, [[(c.first, c.last) for c in w.clauses] for w in chosen], {})
        pairs = [(start, c) for start, w in zip(batch.windows.starts, chosen, strict=True) for c in w.clauses]
        verbs = [(start, self._verb(c, random)) for start, c in pairs]
        batch.targets["verbs"] = torch.tensor([start + v if v >= 0 else -1 for start, v in verbs])
        batch.targets["labels"] = torch.tensor([c.labels for _, c in pairs])
        return batch

    def losses(self, encoder: States, heads: nn.ModuleDict, batch: SegmentBatch) -> dict[str, Tensor]:
        words = batch.windows.words(encoder)
        means, rows = batch.means(words), batch.targets["verbs"]
        verbs = torch.where(rows[:, None] >= 0, take(words, rows.clamp(min=0)).float(), means)
        total = means.new_zeros(())
        for k, scores in enumerate(heads["situations"](means, verbs)):
            gold = batch.targets["labels"][:, k]
            weights = self.weights.to(scores.device) if k == 0 else None
            summed = F.cross_entropy(scores, gold, weights, ignore_index=NO_GOLD, reduction="sum")
            total = total + (FEATURE_WEIGHT if k else 1.0) * summed / (gold >= 0).sum().clamp(min=1)
        return {"situations": total}


def situation_weights(labels: Sequence[int], power: float) -> Tensor:
    """Rare types weigh more: the mean count over a type's, to a power."""
    counts = np.bincount([k for k in labels if k >= 0], minlength=len(SITUATIONS["situation"])) + 1.0
    return torch.from_numpy((counts.mean() / counts) ** power).float()


def task(config: dict[str, Any], run: str) -> SituationsTask:
    return SituationsTask(prepared.clause_texts(), word_pieces(pretrained_folder()), config)
