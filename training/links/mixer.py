"""Items of a stretch that look at one another before they ask and answer: a small transformer over mentions and quotations, in PyTorch.

Names and shapes of its weights are those that ``fabula.encoder.mixing`` reads, which says what it does.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from fabula.encoder.links import AHEAD_EDGES, BEFORE_EDGES, BUCKETS, INSIDE, KINDS, PARAGRAPHS
from fabula.encoder.mixing import HEADS, LAYERS, SIZE, SPAN
from training.model.heads import take

Columns = dict[str, Tensor]
"""Of the items of each stretch ``[texts, items]``: ``first`` and ``last`` (rows of words, inclusive), ``kind``, ``paragraph``, ``form``
(equal for names of the same words, else -1), ``there`` (whether it is an item at all)."""


def one_hot(rows: Tensor, count: int, dtype: torch.dtype) -> Tensor:
    return (rows[..., None] == torch.arange(count, device=rows.device)).to(dtype)


class Between:
    """What stands between every two items, as one-hot rows, made once for all layers."""

    def __init__(self, items: Columns) -> None:
        first, last, paragraph, form = (items[n] for n in ("first", "last", "paragraph", "form"))
        edges = [torch.tensor(e, device=first.device) for e in (BEFORE_EDGES, AHEAD_EDGES)]
        gap, past = first[:, :, None] - first[:, None], first[:, None] - last[:, :, None] - 1
        before = torch.bucketize(gap, edges[0], right=True)
        ahead = len(BEFORE_EDGES) + 1 + torch.bucketize(past, edges[1], right=True)
        bucket = torch.where(gap > 0, before, torch.where(past >= 0, ahead, torch.full_like(ahead, INSIDE)))
        apart = (paragraph[:, :, None] - paragraph[:, None]).clamp(-2, 4)
        known = (paragraph >= 0)[:, :, None] & (paragraph >= 0)[:, None]
        paragraphs = torch.where(known, torch.where(apart >= 0, 1 + apart, 5 - apart), torch.zeros_like(apart))
        self.distance = one_hot(bucket, BUCKETS, torch.float32)
        self.paragraph = one_hot(paragraphs, PARAGRAPHS, torch.float32)
        self.kind = one_hot(items["kind"], KINDS, torch.float32)
        self.same = ((form[:, :, None] == form[:, None]) & (form >= 0)[:, :, None]).float()
        order = torch.arange(first.shape[1], device=first.device)
        near = (order[:, None] - order[None]).abs() <= SPAN
        self.mask = near[None] & items["there"][:, None, :]


class MixLayer(nn.Module):
    def __init__(self, size: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm, self.norm2 = nn.LayerNorm(size), nn.LayerNorm(size)
        self.qkv, self.out = nn.Linear(size, 3 * size), nn.Linear(size, size)
        self.wide, self.narrow = nn.Linear(size, 2 * size), nn.Linear(2 * size, size)
        self.distance = nn.Parameter(torch.zeros(heads, BUCKETS, KINDS))
        self.paragraph = nn.Parameter(torch.zeros(heads, PARAGRAPHS))
        self.kinds = nn.Parameter(torch.zeros(heads, KINDS, KINDS))
        self.same = nn.Parameter(torch.zeros(heads))

    def bias(self, b: Between) -> Tensor:
        """``[texts, heads, items, items]``."""
        by_key = torch.einsum("tjk,hbk->tjhb", b.kind, self.distance)
        found = torch.einsum("tijb,tjhb->thij", b.distance, by_key)
        found = found + torch.einsum("tijp,hp->thij", b.paragraph, self.paragraph)
        found = found + torch.einsum("tik,hkl,tjl->thij", b.kind, self.kinds, b.kind)
        return found + b.same[:, None] * self.same[None, :, None, None]

    def forward(self, x: Tensor, b: Between) -> Tensor:
        texts, items, size = x.shape
        q, k, v = self.qkv(self.norm(x)).reshape(texts, items, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        scores = (q @ k.transpose(2, 3)).float() / (size // self.heads) ** 0.5 + self.bias(b)
        shares = scores.masked_fill(~b.mask[:, None], -1e4).softmax(3).to(v.dtype)
        seen = (F.dropout(shares, 0.1, self.training) @ v).transpose(1, 2).reshape(texts, items, size)
        x = x + F.dropout(self.out(seen), 0.1, self.training)
        return x + F.dropout(self.narrow(F.relu(self.wide(self.norm2(x)))), 0.1, self.training)


class Mixer(nn.Module):
    def __init__(self, words: int) -> None:
        super().__init__()
        self.first, self.last = nn.Linear(words, SIZE, bias=False), nn.Linear(words, SIZE, bias=False)
        self.kind = nn.Embedding(KINDS, SIZE)
        self.layers = nn.ModuleList([MixLayer(SIZE, HEADS) for _ in range(LAYERS)])
        self.norm = nn.LayerNorm(SIZE)

    def forward(self, words: Tensor, items: Columns) -> Tensor:
        """What each item is in the light of those around it ``[texts, items, SIZE]``; ``words`` ``[words, d]``."""
        x = self.first(take(words, items["first"])) + self.last(take(words, items["last"]))
        x = F.dropout(x + one_hot(items["kind"], KINDS, x.dtype) @ self.kind.weight.to(x.dtype), 0.1, self.training)
        between = Between(items)
        for layer in self.layers:
            x = layer(x, between)
        found: Tensor = self.norm(x)
        return found
