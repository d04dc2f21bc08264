"""Trains the model of conversations: a conditional random field of second order over the speakers of turns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from fabula.reading.who.addressees import OF_ADDRESSEE, features
from fabula.reading.who.dialogue import DialogueModel, posterior
from fabula.reading.who.evidence import OF_PAIR, OF_SKIP, OF_SPEAKER
from fabula.reading.who.ranker import Ranker
from training.who.collect import Chain

LONGEST = 48
_FAR = -1e4
BY_HAND = {
    "tag_is": 14.0, "tag_narrator": 14.0, "tag_misfits": -9.0, "tag_log_share": 0.8, "before_is": 3.4, "after_is": 2.6, "before_share": 2.0,
    "after_share": 1.5, "possessive_is": 2.0, "vocative_self": -4.0, "own_name": -3.5, "introduced": 5.0, "called_before": 3.3,
    "called_after": 1.8, "tag_to": -6.0, "wide": 0.45, "near": 0.9, "actor_before": 0.9, "near_before": 0.5, "narrator": 0.9,
    "before_misfits": -2.0, "after_misfits": -2.0, "link_speaker_share": 4.0, "link_named_speaker": 1.0,
}  # fmt: skip


def by_hand() -> DialogueModel:
    """Weights to begin with, before there are learned ones."""
    weights = np.array([[BY_HAND.get(n, 0.0)] for n in OF_SPEAKER], np.float32)
    size = len(OF_SPEAKER)
    unary = Ranker(OF_SPEAKER, np.zeros(size, np.float32), np.ones(size, np.float32), ((weights, np.zeros(1, np.float32)),))
    pair = np.array([{"always": -1.0, "next_paragraph": -6.0, "touching": -6.0}.get(n, 0.0) for n in OF_PAIR], np.float32)
    skip = np.array([{"always": 0.7, "together": 0.9}.get(n, 0.0) for n in OF_SKIP], np.float32)
    return DialogueModel(unary, pair, skip, told_by_hand())


def told_by_hand() -> Ranker:
    """Whom a turn addresses: who is called, else who spoke before."""
    marks = {"vocative_self": 8.0, "tag_to": 8.0, "last_other": 3.0, "next_other": 1.0, "somebody_called": -6.0, "share_of_talk": 1.0}
    marks |= {"link_told_share": 4.0}
    weights = np.array([[marks.get(n, 0.0)] for n in OF_ADDRESSEE], np.float32)
    size = len(OF_ADDRESSEE)
    return Ranker(OF_ADDRESSEE, np.zeros(size, np.float32), np.ones(size, np.float32), ((weights, np.full(1, -2.0, np.float32)),))


@dataclass(frozen=True, slots=True)
class Settings:
    hidden: tuple[int, ...] = (48, 24)
    epochs: int = 10
    batch: int = 32
    rate: float = 3e-3
    decay: float = 1e-3
    dropout: float = 0.15
    seed: int = 1


def _cut(chains: Sequence[Chain]) -> list[tuple[Chain, int, int]]:
    return [
        (c, a, min(a + LONGEST, len(c.known))) for c in chains for a in range(0, len(c.known), LONGEST) if c.right[a : a + LONGEST].any()
    ]


def log_partition(scores: Tensor, same: Tensor, back: Tensor, lengths: Tensor) -> Tensor:
    """log Z of every chain: ``scores`` ``[chains, turns, people]``, ``same`` and ``back`` ``[chains, turns]``."""
    n = scores.shape[2]
    eye = torch.eye(n)
    if scores.shape[1] == 1:
        return torch.logsumexp(scores[:, 0], 1)
    alpha = scores[:, 0, :, None] + scores[:, 1, None, :] + eye * same[:, 1, None, None]
    for t in range(2, scores.shape[1]):
        step = torch.logsumexp(alpha[:, :, :, None] + (eye * back[:, t, None, None])[:, :, None, :], 1)
        step = step + eye * same[:, t, None, None] + scores[:, t, None, :]
        alpha = torch.where((lengths > t)[:, None, None], step, alpha)
    whole = torch.logsumexp(alpha.flatten(1), 1)
    return torch.where(lengths == 1, torch.logsumexp(scores[:, 0], 1), whole)


def train_dialogue(chains: Sequence[Chain], settings: Settings, weight: dict[str, float] | None = None) -> DialogueModel:
    """A model from conversations. ``weight``: by text, how much its turns count."""
    torch.manual_seed(settings.seed)
    torch.set_num_threads(1)
    pieces = _cut(chains)
    rows = np.concatenate([c.speaker[a:b].reshape(-1, len(OF_SPEAKER)) for c, a, b in pieces])
    mean, deviation = rows.mean(0), rows.std(0)
    scale = np.where(deviation > 1e-4, 1 / np.maximum(deviation, 1e-4), 0).astype(np.float32)
    sizes = [len(OF_SPEAKER), *settings.hidden, 1]
    layers: list[torch.nn.Module] = []
    for i in range(len(sizes) - 1):
        layers.append(torch.nn.Linear(sizes[i], sizes[i + 1]))
        if i < len(sizes) - 2:
            layers += [torch.nn.ReLU(), torch.nn.Dropout(settings.dropout)]
    net = torch.nn.Sequential(*layers)
    start = by_hand()
    pair = torch.nn.Parameter(torch.from_numpy(start.pair.copy()))
    skip = torch.nn.Parameter(torch.from_numpy(start.skip.copy()))
    parameters = [*net.parameters(), pair, skip]
    optimiser = torch.optim.AdamW(parameters, lr=settings.rate, weight_decay=settings.decay)
    pieces.sort(key=lambda x: x[2] - x[1])
    batches = [pieces[i : i + settings.batch] for i in range(0, len(pieces), settings.batch)]
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, settings.rate, total_steps=max(2, settings.epochs * len(batches)))
    generator = torch.Generator().manual_seed(settings.seed)
    tensors = [_batch(b, mean, scale, weight or {}) for b in batches]
    for _ in range(settings.epochs):
        for i in torch.randperm(len(tensors), generator=generator).tolist():
            x, p, s, right, there, lengths, counts = tensors[i]
            scores = net(x).squeeze(-1).masked_fill(~there, _FAR)
            same, back = p @ pair, s @ skip
            free = ~right.any(2, keepdim=True)
            wrong = ~(right | free) & there
            z = log_partition(scores, same, back, lengths)
            numerator = log_partition(scores.masked_fill(wrong, _FAR), same, back, lengths)
            loss = ((z - numerator) * counts).sum() / right.any(2).sum().clamp(min=1)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 5.0)
            optimiser.step()
            schedule.step()
    net.eval()
    linear = [m for m in net if isinstance(m, torch.nn.Linear)]
    arrays = tuple((m.weight.detach().numpy().T.copy(), m.bias.detach().numpy().copy()) for m in linear)
    unary = Ranker(OF_SPEAKER, mean.astype(np.float32), scale, arrays)
    return DialogueModel(unary, pair.detach().numpy().copy(), skip.detach().numpy().copy(), start.told)


def _batch(pieces: Sequence[tuple[Chain, int, int]], mean: np.ndarray, scale: np.ndarray, weight: dict[str, float]) -> tuple[Tensor, ...]:
    turns, people = max(b - a for _, a, b in pieces), max(c.speaker.shape[1] for c, _, _ in pieces)
    x = torch.zeros(len(pieces), turns, people, len(OF_SPEAKER))
    p, s = torch.zeros(len(pieces), turns, len(OF_PAIR)), torch.zeros(len(pieces), turns, len(OF_SKIP))
    right = torch.zeros(len(pieces), turns, people, dtype=torch.bool)
    there = torch.zeros(len(pieces), turns, people, dtype=torch.bool)
    for i, (c, a, b) in enumerate(pieces):
        n, k = b - a, c.speaker.shape[1]
        x[i, :n, :k] = torch.from_numpy((c.speaker[a:b] - mean) * scale)
        p[i, :n], s[i, :n] = torch.from_numpy(c.pair[a:b]), torch.from_numpy(c.skip[a:b])
        right[i, :n, :k] = torch.from_numpy(c.right[a:b])
        there[i, :n, :k] = True
        there[i, n:, 0] = True
    lengths = torch.tensor([b - a for _, a, b in pieces])
    counts = torch.tensor([weight.get(c.text, 1.0) for c, _, _ in pieces])
    return x, p, s, right, there, lengths, counts


def accuracy(model: DialogueModel, chains: Sequence[Chain]) -> dict[str, tuple[float, int]]:
    """Share of quotations with the right speaker, of those annotated, by cue; a speaker not among the people is wrong."""
    out: dict[str, list[bool]] = {}
    for c in chains:
        best = posterior_of(model, c).argmax(1)
        for t in range(len(best)):
            if c.known[t]:
                for kind in ("all", c.cues[t], *([] if c.right[t].any() else ["missing"])):
                    out.setdefault(kind, []).extend([bool(c.right[t, best[t]])] * c.size[t])
    return {kind: (round(sum(hits) / len(hits), 4), len(hits)) for kind, hits in sorted(out.items())}


def posterior_of(model: DialogueModel, c: Chain) -> np.ndarray:
    """P(speaker) ``[turns, people]`` of a conversation."""
    turns, count, size = c.speaker.shape
    scores = model.unary.scores(c.speaker.reshape(-1, size)).reshape(turns, count).astype(np.float64)
    return posterior(scores, (c.pair @ model.pair).astype(np.float64), (c.skip @ model.skip).astype(np.float64))


def train_addressees(model: DialogueModel, chains: Sequence[Chain], settings: Settings, weight: dict[str, float] | None = None) -> Ranker:
    """Who is spoken to, judged person by person, from conversations whose speakers ``model`` decides."""
    torch.manual_seed(settings.seed)
    rows, answers, counts = [], [], []
    for c in chains:
        x = features(c.speaker, posterior_of(model, c), c.turns)
        use = np.array(c.known) & c.told.any(1)
        rows.append(x[use].reshape(-1, x.shape[2]))
        answers.append(c.told[use].reshape(-1))
        counts.append(np.full(answers[-1].shape, (weight or {}).get(c.text, 1.0), np.float32))
    data = np.concatenate(rows)
    mean, deviation = data.mean(0), data.std(0)
    scale = np.where(deviation > 1e-4, 1 / np.maximum(deviation, 1e-4), 0).astype(np.float32)
    x, y, w = (
        torch.from_numpy((data - mean) * scale),
        torch.from_numpy(np.concatenate(answers)).float(),
        torch.from_numpy(np.concatenate(counts)),
    )
    net = torch.nn.Sequential(torch.nn.Linear(x.shape[1], 32), torch.nn.ReLU(), torch.nn.Dropout(settings.dropout), torch.nn.Linear(32, 1))
    optimiser = torch.optim.AdamW(net.parameters(), lr=settings.rate, weight_decay=settings.decay)
    generator = torch.Generator().manual_seed(settings.seed)
    for _ in range(settings.epochs):
        for part in torch.randperm(len(x), generator=generator).split(1024):
            loss = torch.nn.functional.binary_cross_entropy_with_logits(net(x[part]).squeeze(-1), y[part], w[part])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    linear = [m for m in net if isinstance(m, torch.nn.Linear)]
    arrays = tuple((m.weight.detach().numpy().T.copy(), m.bias.detach().numpy().copy()) for m in linear)
    return Ranker(OF_ADDRESSEE, mean.astype(np.float32), scale, arrays)


def save_dialogue(model: DialogueModel, path: str) -> None:
    r = model.unary
    arrays = {f"w{i}": w for i, (w, _) in enumerate(r.layers)} | {f"b{i}": b for i, (_, b) in enumerate(r.layers)}
    np.savez(path, names=np.array(r.names), mean=r.mean, scale=r.scale, pair=model.pair, skip=model.skip, **arrays)
