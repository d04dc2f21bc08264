"""The encoder: a BERT of six layers, written out so that it can be trained, traced and quantised without further libraries."""

from __future__ import annotations

import json
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

from fabula.encoder.shapes import COUNT


class Layer(nn.Module):
    def __init__(self, size: int, inner: int, heads: int, dropout: float, eps: float) -> None:
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.query, self.key, self.value, self.out = (nn.Linear(size, size) for _ in range(4))
        self.norm1, self.norm2 = nn.LayerNorm(size, eps=eps), nn.LayerNorm(size, eps=eps)
        self.up, self.down = nn.Linear(size, inner), nn.Linear(inner, size)

    def _heads(self, x: Tensor) -> Tensor:
        return x.view(x.shape[0], x.shape[1], self.heads, -1).transpose(1, 2)

    def forward(self, x: Tensor, bias: Tensor, eager: bool) -> Tensor:
        q, k, v = (self._heads(f(x)) for f in (self.query, self.key, self.value))
        if eager:
            # fused attention is no operator of opset 17, and what it becomes there cannot be quantised
            mixed = torch.softmax(q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5 + bias, -1) @ v
        else:
            mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=bias.to(q.dtype), dropout_p=self.dropout if self.training else 0.0)
        mixed = self.out(mixed.transpose(1, 2).reshape(x.shape))
        x = self.norm1(x + F.dropout(mixed, self.dropout, self.training))
        inner = self.down(F.gelu(self.up(x)))
        return self.norm2(x + F.dropout(inner, self.dropout, self.training))


class Encoder(nn.Module):
    """``ids`` and ``shapes`` ``[batch, pieces]`` (0 is padding) to states ``[batch, pieces, size]``."""

    def __init__(self, config: dict[str, int], *, dropout: float = 0.1) -> None:
        super().__init__()
        size = config["hidden_size"]
        eps = float(config.get("layer_norm_eps", 1e-12))
        self.size, self.dropout, self.eager = size, dropout, False
        self.words = nn.Embedding(config["vocab_size"], size, padding_idx=0)
        self.positions = nn.Embedding(config["max_position_embeddings"], size)
        self.segment = nn.Parameter(torch.zeros(size))
        self.shapes = nn.Embedding(COUNT, size)
        nn.init.zeros_(self.shapes.weight)  # at the start the model is the pretrained one, whatever the capitals
        self.norm = nn.LayerNorm(size, eps=eps)
        self.layers = nn.ModuleList(
            Layer(size, config["intermediate_size"], config["num_attention_heads"], dropout, eps)
            for _ in range(config["num_hidden_layers"])
        )

    def forward(self, ids: Tensor, shapes: Tensor) -> Tensor:
        places = torch.arange(ids.shape[1], device=ids.device)
        x = self.norm(self.words(ids) + self.positions(places)[None] + self.segment + self.shapes(shapes))
        x = F.dropout(x, self.dropout, self.training)
        bias = (ids == 0)[:, None, None, :].to(x.dtype) * -10000.0
        for layer in self.layers:
            x = layer(x, bias, self.eager)
        return x


_NAMES = {
    "attention.self.query": "query",
    "attention.self.key": "key",
    "attention.self.value": "value",
    "attention.output.dense": "out",
    "attention.output.LayerNorm": "norm1",
    "intermediate.dense": "up",
    "output.dense": "down",
    "output.LayerNorm": "norm2",
}


SCALE = ".scale"
"""Ends the name of the scales, one per row, of a table that is stored in int8."""


def plain_weights(path: Path) -> dict[str, Tensor]:
    """The weights of a checkpoint in fp32, whatever they are stored in."""
    weights = load_file(path)
    plain = {k: v.float() for k, v in weights.items() if not k.endswith(SCALE)}
    return {k: v * weights[k + SCALE].float() if k + SCALE in weights else v for k, v in plain.items()}


def load_pretrained(folder: Path, *, dropout: float = 0.1) -> Encoder:
    """The encoder with the weights of a BERT checkpoint (``config.json``, ``model.safetensors``); its pooler is left out."""
    encoder = Encoder(json.loads((folder / "config.json").read_text(encoding="utf-8")), dropout=dropout)
    weights = plain_weights(folder / "model.safetensors")
    state = encoder.state_dict()
    state["words.weight"] = weights["embeddings.word_embeddings.weight"]
    state["positions.weight"] = weights["embeddings.position_embeddings.weight"]
    state["segment"] = weights["embeddings.token_type_embeddings.weight"][0]
    for end in ("weight", "bias"):
        state[f"norm.{end}"] = weights[f"embeddings.LayerNorm.{end}"]
        for i in range(len(encoder.layers)):
            for theirs, ours in _NAMES.items():
                state[f"layers.{i}.{ours}.{end}"] = weights[f"encoder.layer.{i}.{theirs}.{end}"]
    encoder.load_state_dict(state)
    return encoder
