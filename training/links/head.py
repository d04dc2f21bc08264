"""The head of links in PyTorch; names and shapes of its weights are those that ``fabula.encoder.links`` reads."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from fabula.encoder.links import BUCKETS, KINDS, PARAGRAPHS, QUESTIONS
from fabula.encoder.mixing import SIZE
from training.links.mixer import Columns, Mixer, one_hot
from training.model.heads import take

Rows = dict[str, Tensor]


class Links(nn.Module):
    def __init__(self, size: int, words: int = 128, inner: int = 256, key: int = 96, *, mixer: bool = True) -> None:
        super().__init__()
        self.project = nn.Linear(size, words)
        for role in ("key", "query"):
            setattr(self, f"{role}_first", nn.Linear(words, inner, bias=False))
            setattr(self, f"{role}_last", nn.Linear(words, inner, bias=False))
            setattr(self, f"{role}_kind", nn.Embedding(KINDS, inner))
        self.mixer = Mixer(words) if mixer else None
        for role in ("key", "query") if mixer else ():
            setattr(self, f"{role}_mixed", nn.Linear(SIZE, inner, bias=False))
            nn.init.zeros_(getattr(self, f"{role}_mixed").weight)  # at first as without a mixer
        self.key, self.query = nn.Linear(inner, QUESTIONS * key), nn.Linear(inner, QUESTIONS * key)
        self.salience, self.none = nn.Linear(inner, QUESTIONS), nn.Linear(inner, QUESTIONS)
        self.distance = nn.Parameter(torch.zeros(QUESTIONS, BUCKETS, KINDS))
        self.paragraph = nn.Parameter(torch.zeros(QUESTIONS, PARAGRAPHS))
        self.kinds = nn.Parameter(torch.zeros(QUESTIONS, KINDS, KINDS))

    def mixed(self, words: Tensor, items: Columns) -> Tensor | None:
        """What each item is in the light of the others ``[texts * items, SIZE]``; None of a head without a mixer."""
        return None if self.mixer is None else self.mixer(words, items).flatten(0, 1)

    def _hidden(self, role: str, words: Tensor, mixed: Tensor | None, items: dict[str, Tensor]) -> Tensor:
        a, b, c = (getattr(self, f"{role}_{part}") for part in ("first", "last", "kind"))
        own = a(take(words, items["first"])) + b(take(words, items["last"]))
        if mixed is not None:
            own = own + getattr(self, f"{role}_mixed")(take(mixed, items["at"]))
        return F.dropout(F.relu(own + one_hot(items["kind"], KINDS, words.dtype) @ c.weight.to(words.dtype)), 0.15, self.training).float()

    def scores(self, words: Tensor, mixed: Tensor | None, question: int, queries: Rows, keys: Rows, pairs: Rows) -> Tensor:
        """``[texts, queries, keys + 1]``, none last. ``queries`` and ``keys``: ``first``, ``last`` (rows of ``words``, inclusive),
        ``kind`` and ``at`` (row of ``mixed``) ``[texts, items]``; ``pairs``: ``distance``, ``paragraph`` and ``allowed``
        ``[texts, queries, keys]``."""
        asking = self._hidden("query", words, mixed, queries)
        answering = self._hidden("key", words, mixed, keys)
        size = self.query.out_features // QUESTIONS
        part = slice(question * size, (question + 1) * size)
        query = F.linear(asking, self.query.weight[part], self.query.bias[part]).float()
        key = F.linear(answering, self.key.weight[part], self.key.bias[part]).float()
        found = query @ key.transpose(1, 2) / size**0.5
        found = (
            found + F.linear(answering, self.salience.weight[question : question + 1], self.salience.bias[question])[:, None, :, 0].float()
        )
        # by products with one-hot rows: to add up gradients by index, most indices being the same, takes a GPU a hundred times as long
        key_kind, query_kind = (one_hot(x["kind"], KINDS, torch.float32) for x in (keys, queries))
        by_key = key_kind @ self.distance[question].t()
        found = found + (one_hot(pairs["distance"], BUCKETS, torch.float32) * by_key[:, None]).sum(3)
        found = found + one_hot(pairs["paragraph"], PARAGRAPHS, torch.float32) @ self.paragraph[question]
        found = found + query_kind @ self.kinds[question] @ key_kind.transpose(1, 2)
        found = found.masked_fill(~pairs["allowed"], -1e4)
        none = F.linear(asking, self.none.weight[question : question + 1], self.none.bias[question]).float()
        return torch.cat([found, none], 2)
