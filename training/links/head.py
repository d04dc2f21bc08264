"""The head of links in PyTorch; names and shapes of its weights are those that ``fabula.encoder.links`` reads."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from fabula.encoder.links import BUCKETS, KINDS, PARAGRAPHS, QUESTIONS


class Links(nn.Module):
    def __init__(self, size: int, words: int = 128, inner: int = 256, key: int = 96) -> None:
        super().__init__()
        self.project = nn.Linear(size, words)
        for role in ("key", "query"):
            setattr(self, f"{role}_first", nn.Linear(words, inner, bias=False))
            setattr(self, f"{role}_last", nn.Linear(words, inner, bias=False))
            setattr(self, f"{role}_kind", nn.Embedding(KINDS, inner))
        self.key, self.query = nn.Linear(inner, QUESTIONS * key), nn.Linear(inner, QUESTIONS * key)
        self.salience, self.none = nn.Linear(inner, QUESTIONS), nn.Linear(inner, QUESTIONS)
        self.distance = nn.Parameter(torch.zeros(QUESTIONS, BUCKETS, KINDS))
        self.paragraph = nn.Parameter(torch.zeros(QUESTIONS, PARAGRAPHS))
        self.kinds = nn.Parameter(torch.zeros(QUESTIONS, KINDS, KINDS))

    def _hidden(self, role: str, words: Tensor, first: Tensor, last: Tensor, kind: Tensor) -> Tensor:
        a, b, c = (getattr(self, f"{role}_{part}") for part in ("first", "last", "kind"))
        return F.dropout(F.relu(a(words[first]) + b(words[last]) + c(kind)), 0.15, self.training).float()

    def scores(
        self, words: Tensor, question: int, queries: dict[str, Tensor], keys: dict[str, Tensor], pairs: dict[str, Tensor]
    ) -> Tensor:
        """``[texts, queries, keys + 1]``, none last. ``queries`` and ``keys``: ``first``, ``last`` (rows of ``words``, inclusive) and
        ``kind`` ``[texts, items]``; ``pairs``: ``distance``, ``paragraph`` and ``allowed`` ``[texts, queries, keys]``."""
        asking = self._hidden("query", words, queries["first"], queries["last"], queries["kind"])
        answering = self._hidden("key", words, keys["first"], keys["last"], keys["kind"])
        size = self.query.out_features // QUESTIONS
        part = slice(question * size, (question + 1) * size)
        query = F.linear(asking, self.query.weight[part], self.query.bias[part]).float()
        key = F.linear(answering, self.key.weight[part], self.key.bias[part]).float()
        found = query @ key.transpose(1, 2) / size**0.5
        found = found + F.linear(answering, self.salience.weight[question : question + 1], self.salience.bias[question])[:, None, :, 0].float()
        kind = keys["kind"][:, None, :].expand_as(pairs["distance"])
        found = found + self.distance[question][pairs["distance"], kind] + self.paragraph[question][pairs["paragraph"]]
        found = found + self.kinds[question][queries["kind"][:, :, None].expand_as(kind), kind]
        found = found.masked_fill(~pairs["allowed"], -1e4)
        none = F.linear(asking, self.none.weight[question : question + 1], self.none.bias[question]).float()
        return torch.cat([found, none], 2)
