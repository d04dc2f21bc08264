"""Trains a ranker: a network of two hidden layers, softmax over the candidates of each decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from fabula.reading.who.ranker import Ranker
from training.who.collect import Example


@dataclass(frozen=True, slots=True)
class Settings:
    hidden: tuple[int, ...] = (64, 32)
    epochs: int = 12
    batch: int = 256
    rate: float = 3e-3
    decay: float = 1e-3
    dropout: float = 0.15
    seed: int = 1


def train_ranker(examples: Sequence[Example], names: Sequence[str], settings: Settings, weight: dict[str, float] | None = None) -> Ranker:
    """A ranker from decisions. ``weight``: by text, how much its decisions count."""
    torch.manual_seed(settings.seed)
    torch.set_num_threads(1)
    rows = np.concatenate([e.features for e in examples])
    mean, deviation = rows.mean(0), rows.std(0)
    scale = np.where(deviation > 1e-4, 1 / np.maximum(deviation, 1e-4), 0).astype(np.float32)
    widest = max(len(e.features) for e in examples)
    x = torch.zeros(len(examples), widest, rows.shape[1])
    right = torch.zeros(len(examples), widest, dtype=torch.bool)
    there = torch.zeros(len(examples), widest, dtype=torch.bool)
    for i, e in enumerate(examples):
        n = len(e.features)
        x[i, :n] = torch.from_numpy((e.features - mean) * scale)
        right[i, :n] = torch.from_numpy(e.right)
        there[i, :n] = True
    counts = torch.tensor([(weight or {}).get(e.text, 1.0) for e in examples])
    sizes = [rows.shape[1], *settings.hidden, 1]
    layers: list[torch.nn.Module] = []
    for i in range(len(sizes) - 1):
        layers.append(torch.nn.Linear(sizes[i], sizes[i + 1]))
        if i < len(sizes) - 2:
            layers += [torch.nn.ReLU(), torch.nn.Dropout(settings.dropout)]
    net = torch.nn.Sequential(*layers)
    optimiser = torch.optim.AdamW(net.parameters(), lr=settings.rate, weight_decay=settings.decay)
    steps = settings.epochs * ((len(examples) + settings.batch - 1) // settings.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, settings.rate, total_steps=max(steps, 2))
    generator = torch.Generator().manual_seed(settings.seed)
    for _ in range(settings.epochs):
        for part in torch.randperm(len(examples), generator=generator).split(settings.batch):
            scores = net(x[part]).squeeze(-1).masked_fill(~there[part], -1e9)
            log = torch.log_softmax(scores, dim=1)
            loss = -(torch.logsumexp(log.masked_fill(~right[part], -1e9), dim=1) * counts[part]).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    net.eval()
    linear = [m for m in net if isinstance(m, torch.nn.Linear)]
    arrays = tuple((m.weight.detach().numpy().T.copy(), m.bias.detach().numpy().copy()) for m in linear)
    return Ranker(tuple(names), mean.astype(np.float32), scale, arrays)


def mean_of(rankers: Sequence[Ranker]) -> Ranker:
    """One network that gives the mean of the scores of several, which stand in it side by side; what each scales its inputs by is in its
    first layer."""
    each = [_unscaled(r) for r in rankers]
    layers: list[tuple[np.ndarray, np.ndarray]] = []
    for i in range(len(each[0])):
        weights, biases = ([layers[i][k] for layers in each] for k in (0, 1))
        if i < len(each[0]) - 1:
            layers.append((np.concatenate(weights, 1) if i == 0 else _diagonal(weights), np.concatenate(biases)))
        else:
            joined = np.concatenate(weights) if i else np.sum(weights, 0)
            layers.append((joined / np.float32(len(each)), np.mean(biases, 0, dtype=np.float32)))
    first = rankers[0]
    return Ranker(first.names, np.zeros_like(first.mean), np.ones_like(first.scale), tuple(layers), first.columns)


def _unscaled(ranker: Ranker) -> list[tuple[np.ndarray, np.ndarray]]:
    """The layers of a network for inputs as they come."""
    weights, bias = ranker.layers[0]
    first = (ranker.scale[:, None] * weights, bias - (ranker.mean * ranker.scale) @ weights)
    return [first, *ranker.layers[1:]]


def _diagonal(blocks: Sequence[np.ndarray]) -> np.ndarray:
    out = np.zeros((sum(b.shape[0] for b in blocks), sum(b.shape[1] for b in blocks)), np.float32)
    row = column = 0
    for b in blocks:
        out[row : row + b.shape[0], column : column + b.shape[1]] = b
        row, column = row + b.shape[0], column + b.shape[1]
    return out


def accuracy(ranker: Ranker, examples: Sequence[Example]) -> dict[str, tuple[float, int]]:
    """Share of decisions that are right, by kind of mention."""
    out: dict[str, list[bool]] = {}
    for e in examples:
        hit = bool(e.right[int(ranker.scores(e.features).argmax())])
        for kind in ("all", e.kind):
            out.setdefault(kind, []).append(hit)
    return {kind: (sum(hits) / len(hits), len(hits)) for kind, hits in sorted(out.items())}


def save_ranker(ranker: Ranker, path: str) -> None:
    arrays = {f"w{i}": w for i, (w, _) in enumerate(ranker.layers)} | {f"b{i}": b for i, (_, b) in enumerate(ranker.layers)}
    np.savez(path, names=np.array(ranker.names), mean=ranker.mean, scale=ranker.scale, **arrays)
