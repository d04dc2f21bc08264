"""The heads in PyTorch. Names and shapes of their weights are those that ``fabula.encoder.heads`` reads."""

from __future__ import annotations

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from fabula.encoder.labels import DEPRELS, FEATURES, MENTION_CLASSES, UPOS

NO_MENTION_BIAS = 5.0
"""Nearly all pairs of words are no mention: starting there spares the first hundreds of steps."""


def take(x: Tensor, rows: Tensor) -> Tensor:
    """``x[rows]`` for rows of any shape. Its gradient is summed at once on a GPU, where that of indexing is first sorted."""
    return x.index_select(0, rows.reshape(-1)).view(*rows.shape, *x.shape[1:])


class Tags(nn.Module):
    def __init__(self, size: int) -> None:
        super().__init__()
        self.sizes = [len(UPOS), *(len(v) for v in FEATURES.values())]
        self.tags = nn.Linear(size, sum(self.sizes))

    def logits(self, states: Tensor) -> tuple[Tensor, ...]:
        """``[words, values]`` of the parts of speech and of each feature."""
        return torch.split(self.tags(F.dropout(states, 0.1, self.training)).float(), self.sizes, 1)

    @staticmethod
    def weighed(losses: list[Tensor]) -> Tensor:
        """Features weigh half as much as parts of speech together."""
        return losses[0] + 0.5 * torch.stack(losses[1:]).sum() / 2

    def loss(self, states: Tensor, gold: Tensor) -> Tensor:
        """``gold`` ``[words, 1 + features]``; the sum over words."""
        return self.weighed([F.cross_entropy(x, gold[:, i], reduction="sum") for i, x in enumerate(self.logits(states))])


class Events(nn.Module):
    def __init__(self, size: int, inner: int = 128) -> None:
        super().__init__()
        self.hidden, self.out = nn.Linear(size, inner), nn.Linear(inner, 1)

    def logits(self, states: Tensor) -> Tensor:
        return self.out(F.relu(self.hidden(F.dropout(states, 0.1, self.training))))[:, 0].float()

    def loss(self, states: Tensor, gold: Tensor) -> Tensor:
        """``gold`` ``[words]``: 0, 1, or how probable an event is."""
        return F.binary_cross_entropy_with_logits(self.logits(states), gold, reduction="sum")


class Dependencies(nn.Module):
    def __init__(self, size: int, arc: int = 160, label: int = 64) -> None:
        super().__init__()
        self.sizes = [arc, arc, label, label]
        self.project = nn.Linear(size, 2 * arc + 2 * label + 1)
        self.arc = nn.Parameter(torch.eye(arc) * 0.1)
        self.arc_bias = nn.Parameter(torch.zeros(arc))
        self.label = nn.Parameter(torch.randn(len(DEPRELS), label, label) * 0.02)
        self.label_dep = nn.Parameter(torch.randn(label, len(DEPRELS)) * 0.05)
        self.label_head = nn.Parameter(torch.randn(label, len(DEPRELS)) * 0.05)
        self.label_bias = nn.Parameter(torch.zeros(len(DEPRELS)))

    def forward(self, states: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        projected = self.project(states)
        parts = torch.split(F.dropout(F.relu(projected[:, :-1]), 0.15, self.training), self.sizes, 1)
        return parts[0], parts[1], parts[2], parts[3], projected[:, -1]

    def scores(self, dependent: Tensor, head: Tensor, root: Tensor) -> Tensor:
        scores = (dependent @ self.arc + self.arc_bias) @ head.transpose(1, 2)
        eye = torch.eye(scores.shape[1], dtype=torch.bool, device=scores.device)
        return torch.where(eye, root[:, :, None], scores)

    def arcs(self, dep: Tensor, head: Tensor, root: Tensor, groups: list[Tensor]) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
        """Of each group of sentences: scores ``[words, places in the sentence]``, and of each word its row and that of its first word."""
        for rows in groups:
            real, at = rows >= 0, rows.clamp(min=0)
            scores = self.scores(take(dep, at), take(head, at), take(root, at)).float().masked_fill(~real[:, None, :], -1e4)
            kept = torch.nonzero(real.reshape(-1))[:, 0]
            yield take(scores.flatten(0, 1), kept), take(at.reshape(-1), kept), take(at[:, :1].expand_as(at).reshape(-1), kept)

    def labels(self, dependent: Tensor, head: Tensor) -> Tensor:
        mixed = torch.einsum("nd,cde,ne->nc", dependent, self.label, head)
        return mixed + dependent @ self.label_dep + head @ self.label_head + self.label_bias

    def loss(self, states: Tensor, groups: list[Tensor], heads: Tensor, labels: Tensor) -> Tensor:
        """``groups``: padded word rows of sentences (-1 is padding); ``heads`` and ``labels`` by word, a root being its own head."""
        dep, head, label_dep, label_head, root = self(F.dropout(states, 0.1, self.training))
        total = states.new_zeros((), dtype=torch.float32)
        for scores, word, first in self.arcs(dep, head, root, groups):
            total = total + F.cross_entropy(scores, heads[word] - first, reduction="sum")
        arcs = torch.nonzero(heads != torch.arange(len(heads), device=heads.device))[:, 0]
        logits = self.labels(take(label_dep, arcs), take(label_head, heads[arcs])).float()
        return total + F.cross_entropy(logits, labels[arcs], reduction="sum")


class Mentions(nn.Module):
    def __init__(self, size: int, inner: int = 96) -> None:
        super().__init__()
        classes = len(MENTION_CLASSES)
        self.edges = nn.Linear(size, 2)
        self.project = nn.Linear(size, 2 * inner)
        self.span = nn.Parameter(torch.randn(classes, inner, inner) * 0.02)
        self.span_start = nn.Parameter(torch.zeros(inner, classes))
        self.span_end = nn.Parameter(torch.zeros(inner, classes))
        self.span_bias = nn.Parameter(torch.zeros(classes))
        self.span_bias.data[0] = NO_MENTION_BIAS

    def logits(self, states: Tensor, groups: list[Tensor]) -> tuple[Tensor, Iterator[tuple[Tensor, Tensor, Tensor]]]:
        """Edges ``[words, 2]``; and of each group of sentences the scores ``[pairs, classes]``, first and last word of the pairs."""
        states = F.dropout(states, 0.1, self.training)
        return self.edges(states).float(), self._pairs(states, groups)

    def _pairs(self, states: Tensor, groups: list[Tensor]) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
        start, end = F.dropout(F.relu(self.project(states)), 0.15, self.training).chunk(2, 1)
        flat = self.span.permute(1, 0, 2).reshape(self.span.shape[1], -1)
        by_start, by_end = start @ self.span_start + self.span_bias, end @ self.span_end
        for rows in groups:
            real, at = rows >= 0, rows.clamp(min=0)
            count, n = rows.shape
            left = (take(start, at) @ flat).view(count, n * self.span.shape[0], -1)
            scores = (left @ take(end, at).transpose(1, 2)).view(count, n, -1, n).permute(0, 1, 3, 2)
            i, j = torch.triu_indices(n, n, device=rows.device)
            sentence, pair = torch.nonzero(real[:, i] & real[:, j], as_tuple=True)
            i, j = i[pair], j[pair]
            first, last = at[sentence, i], at[sentence, j]
            logits = take(scores.flatten(0, 2), (sentence * n + i) * n + j) + take(by_start, first) + take(by_end, last)
            yield logits.float(), first, last

    def loss(self, states: Tensor, groups: list[Tensor], spans: Tensor, edges: Tensor) -> Tensor:
        """``spans`` ``[mentions, 3]``: first and last word and class; ``edges`` ``[words, 2]``: does one begin or end here.

        The sum over all pairs of words of a sentence, and over the words for the edges.
        """
        gold = torch.zeros(len(states), 512, dtype=torch.long, device=states.device)
        gold[spans[:, 0], (spans[:, 1] - spans[:, 0]).clamp(max=511)] = spans[:, 2]
        found, pairs = self.logits(states, groups)
        total = F.binary_cross_entropy_with_logits(found, edges, reduction="sum")
        for logits, first, last in pairs:
            total = total + F.cross_entropy(logits, gold[first, last - first], reduction="sum")
        return total


class Heads(nn.ModuleDict):
    """All heads by name; ``VERSIONS`` goes with the exported files."""

    VERSIONS = {"tags": "1", "events": "1", "dependencies": "1", "mentions": "1"}  # noqa: RUF012

    def __init__(self, size: int) -> None:
        super().__init__({"tags": Tags(size), "events": Events(size), "dependencies": Dependencies(size), "mentions": Mentions(size)})
