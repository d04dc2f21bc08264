"""What several models think of a batch together, as targets for one: probabilities of every head for every word, labelled or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Tensor

from training.model.batches import Batch
from training.model.heads import take

if TYPE_CHECKING:
    from training.train import Model


@dataclass(frozen=True)
class Soft:
    """Probabilities; ``arcs`` and ``spans`` group by group of the batch's sentences. ``heads`` are the likeliest of the words, and
    ``labels`` those of the words that have one (a root is its own head)."""

    tags: list[Tensor]
    events: Tensor
    arcs: list[Tensor]
    heads: Tensor
    labels: Tensor
    edges: Tensor
    spans: list[Tensor]


def _mean(found: Sequence[Tensor]) -> Tensor:
    return torch.stack(list(found)).mean(0)


def _means(found: Sequence[Sequence[Tensor]]) -> list[Tensor]:
    """The mean over models of each of their tensors."""
    return [_mean(each) for each in zip(*found, strict=True)]


def _dependents(heads: Tensor) -> Tensor:
    return torch.nonzero(heads != torch.arange(len(heads), device=heads.device))[:, 0]


@torch.no_grad()
def soften(teachers: Sequence[Model], batch: Batch, *, bf16: bool) -> Soft:
    with torch.autocast(batch.ids.device.type, torch.bfloat16, enabled=bf16):
        words = [teacher.words(batch) for teacher in teachers]
        heads = [teacher.heads for teacher in teachers]
        tags = [[x.softmax(1) for x in h["tags"].logits(w)] for h, w in zip(heads, words, strict=True)]
        events = [h["events"].logits(w).sigmoid() for h, w in zip(heads, words, strict=True)]
        trees = [h["dependencies"](w) for h, w in zip(heads, words, strict=True)]
        arcs, best = _arcs(teachers, trees, batch)
        rows = _dependents(best)
        labels = [h["dependencies"].labels(t[2][rows], t[3][best[rows]]).float().softmax(1) for h, t in zip(heads, trees, strict=True)]
        mentions = [h["mentions"].logits(w, batch.groups) for h, w in zip(heads, words, strict=True)]
        spans = [[scores.softmax(1) for scores, _, _ in pairs] for _, pairs in mentions]
    edges = [found.sigmoid() for found, _ in mentions]
    return Soft(_means(tags), _mean(events), arcs, best, _mean(labels), _mean(edges), _means(spans))


def _arcs(teachers: Sequence[Model], trees: Sequence[tuple[Tensor, ...]], batch: Batch) -> tuple[list[Tensor], Tensor]:
    """Of every group the probabilities of the heads, and of every word the likeliest head."""
    found = [list(m.heads["dependencies"].arcs(t[0], t[1], t[4], batch.groups)) for m, t in zip(teachers, trees, strict=True)]
    means = _means([[scores.softmax(1) for scores, _, _ in groups] for groups in found])
    best = torch.arange(len(batch.firsts), device=batch.ids.device)
    for probabilities, (_, word, first) in zip(means, found[0], strict=True):
        best[word] = first + probabilities.argmax(1)
    return means, best


def _apart(logits: Tensor, wanted: Tensor) -> Tensor:
    """Cross-entropy against probabilities, summed over the rows."""
    return F.cross_entropy(logits, wanted, reduction="sum")


def soft_losses(model: Model, words: Tensor, batch: Batch, soft: Soft) -> dict[str, Tensor]:
    """How far each head is from the probabilities, per word of the batch, weighed as ``Model.head_losses`` weighs it against labels."""
    tags, events, dependencies, mentions = (model.heads[name] for name in ("tags", "events", "dependencies", "mentions"))
    found = {"soft_tags": tags.weighed([_apart(x, p) for x, p in zip(tags.logits(words), soft.tags, strict=True)])}
    found["soft_events"] = events.loss(words, soft.events)
    dep, head, label_dep, label_head, root = dependencies(F.dropout(words, 0.1, model.training))
    arcs = zip(dependencies.arcs(dep, head, root, batch.groups), soft.arcs, strict=True)
    rows = _dependents(soft.heads)
    labels = dependencies.labels(take(label_dep, rows), take(label_head, soft.heads[rows])).float()
    found["soft_dependencies"] = torch.stack([_apart(scores, p) for (scores, _, _), p in arcs]).sum() + _apart(labels, soft.labels)
    edges, pairs = mentions.logits(words, batch.groups)
    spans = torch.stack([_apart(scores, p) for (scores, _, _), p in zip(pairs, soft.spans, strict=True)]).sum()
    found["soft_mentions"] = spans + F.binary_cross_entropy_with_logits(edges, soft.edges, reduction="sum")
    return {name: loss / len(batch.firsts) for name, loss in found.items()}
