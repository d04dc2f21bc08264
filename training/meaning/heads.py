"""The heads for meaning in PyTorch. Names and shapes of their weights are those that ``fabula.encoder.meaning`` reads."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from fabula.encoder.meaning_labels import EMOTIONS, SITUATIONS


class Emotions(nn.Module):
    """The mean of a sentence's word states to scores of the 28 labels."""

    def __init__(self, size: int, inner: int = 256) -> None:
        super().__init__()
        self.hidden, self.out = nn.Linear(size, inner), nn.Linear(inner, len(EMOTIONS))
        nn.init.constant_(self.out.bias, -3.0)  # nearly every label is absent from nearly every sentence

    def forward(self, means: Tensor) -> Tensor:
        inner = F.relu(self.hidden(F.dropout(means, 0.1, self.training)))
        scores: Tensor = self.out(F.dropout(inner, 0.1, self.training)).float()
        return scores


class Situations(nn.Module):
    """Of a clause the mean of its word states and the state of its main verb (the mean again where none is known) to label scores."""

    def __init__(self, size: int, inner: int = 192) -> None:
        super().__init__()
        self.sizes = [len(v) for v in SITUATIONS.values()]
        self.hidden, self.out = nn.Linear(2 * size, inner), nn.Linear(inner, sum(self.sizes))

    def forward(self, means: Tensor, verbs: Tensor) -> tuple[Tensor, ...]:
        both = F.dropout(torch.cat([means, verbs], 1), 0.1, self.training)
        inner = F.dropout(F.relu(self.hidden(both)), 0.1, self.training)
        return torch.split(self.out(inner).float(), self.sizes, 1)


class Vector(nn.Module):
    """The word states of a sentence to its vector, which is normalised: their weighted mean, and the weighted mean of what each word adds.

    It begins as the plain mean; weights that a checkpoint does not have stay as they begin, where they do nothing.
    """

    def __init__(self, size: int, inner: int = 160) -> None:
        super().__init__()
        self.out, self.focus = nn.Linear(size, size), nn.Linear(size, 1)
        self.up, self.down = nn.Linear(size, inner), nn.Linear(inner, size, bias=False)
        nn.init.eye_(self.out.weight)
        for begun in (self.out.bias, self.focus.weight, self.focus.bias, self.down.weight):
            nn.init.zeros_(begun)

    def _load_from_state_dict(self, state_dict: dict[str, Any], prefix: str, *rest: Any) -> None:
        for name, value in self.state_dict().items():
            state_dict.setdefault(prefix + name, value)
        super()._load_from_state_dict(state_dict, prefix, *rest)

    def forward(self, words: Tensor, owners: Tensor, count: int) -> Tensor:
        """``words`` ``[members, size]`` of ``count`` sentences; ``owners``: the sentence of each."""
        weights = self.focus(words).float().clamp(-8, 8).exp()
        shares = weights / weights.new_zeros(count, 1).index_add(0, owners, weights)[owners]
        added = F.relu(self.up(F.dropout(words, 0.1, self.training))).float()
        mean, extra = ((x * shares).new_zeros(count, x.shape[1]).index_add(0, owners, x * shares) for x in (words.float(), added))
        return F.normalize((self.out(mean) + self.down(extra)).float(), dim=1)


class Answers(nn.Module):
    """States to scores that an answer begins and ends there; the opening marker's are those of there being none."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.edges, self.none = nn.Linear(size, 2), nn.Linear(size, 2)

    def forward(self, words: Tensor, marker: Tensor) -> tuple[Tensor, Tensor]:
        """``[words, 2]`` and ``[windows, 2]``: begins, ends."""
        return self.edges(F.dropout(words, 0.1, self.training)).float(), self.none(F.dropout(marker, 0.1, self.training)).float()
