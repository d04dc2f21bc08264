"""Words hidden from the encoder, and the head that guesses them: its output table is the encoder's own table of wordpieces."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.model.batches import TrainingWindow
from training.model.bert import Encoder


class MaskedWords(nn.Module):
    """The pretrained package has no such head: transform and bias start anew, the bias from how often each piece occurs."""

    def __init__(self, size: int, counts: Tensor) -> None:
        super().__init__()
        self.transform, self.norm = nn.Linear(size, size), nn.LayerNorm(size)
        self.bias = nn.Parameter(torch.log((counts.float() + 1) / (counts.sum() + len(counts))))

    def forward(self, states: Tensor, table: Tensor) -> Tensor:
        return F.linear(self.norm(F.gelu(self.transform(states))), table, self.bias.to(states.dtype)).float()


class Text:
    """Windows as tensors. ``places``: 1 for the pieces of the first word of a window, 2 for those of the second; 0 is no word."""

    def __init__(self, windows: list[TrainingWindow], device: str) -> None:
        places = np.zeros((len(windows), len(windows[0].ids)), np.uint8)
        for row, window in zip(places, windows, strict=True):
            row[window.firsts] = 1
            end = int(np.count_nonzero(window.ids)) - 1  # where the closing marker is
            row[:end] = np.cumsum(row[:end])
        self.ids = torch.from_numpy(np.stack([w.ids for w in windows]).astype(np.int32)).to(device)
        self.shapes = torch.from_numpy(np.stack([w.shapes for w in windows]).astype(np.uint8)).to(device)
        self.places = torch.from_numpy(places).to(device)

    def rows(self, rows: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        return self.ids[rows].long(), self.shapes[rows].long(), self.places[rows].long()


def mask(ids: Tensor, places: Tensor, share: float, token: int, pieces: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """``ids`` with a share of the words hidden, all pieces of a word together, and which pieces those are.

    Of ten hidden words eight are masks, one is random pieces, one is left as it was.
    """

    def draw() -> Tensor:
        return torch.rand(ids.shape, generator=generator, device=ids.device).gather(1, places)

    hidden = (draw() < share) & (places > 0)
    how = draw()
    random = torch.randint(pieces, ids.shape, generator=generator, device=ids.device)
    changed = torch.where(how < 0.8, token, torch.where(how < 0.9, random, ids))
    return torch.where(hidden, changed, ids), hidden


class Adapter(nn.Module):
    def __init__(self, encoder: Encoder, counts: Tensor) -> None:
        super().__init__()
        self.encoder, self.heads = encoder, MaskedWords(encoder.size, counts)

    def guesses(self, encode: Callable[[Tensor, Tensor], Tensor], ids: Tensor, shapes: Tensor, hidden: Tensor) -> Tensor:
        """Scores of all pieces for each hidden one; ``encode`` is the encoder, compiled or not."""
        logits: Tensor = self.heads(encode(ids, shapes)[hidden], self.encoder.words.weight)
        return logits
