"""What the encoder learns besides the labels of words: tasks that bring their own batches, heads and losses.

``training.together`` reads the labelled windows of ``training.train`` and, in the same steps, batches of every task.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from random import Random
from typing import Any, Protocol

from torch import Tensor, nn

States = Callable[[Tensor, Tensor], Tensor]
"""What gives states ``[windows, pieces, size]`` of ids and shapes ``[windows, pieces]``: an encoder, or what has read them already."""


class TaskBatch(Protocol):
    """Tensors on the CPU; ``pieces``: wordpieces in it."""

    pieces: int

    def to(self, device: str) -> TaskBatch: ...


class Task(Protocol):
    """One task with its training items. ``name`` is that of its configuration (``[tasks.NAME]``)."""

    name: str

    def __len__(self) -> int:
        """How many items there are to learn from."""
        ...

    def modules(self, size: int) -> dict[str, nn.Module]:
        """New heads by name, for an encoder with states of ``size``; they are put into ``model.heads``."""
        ...

    def batch(self, items: Sequence[int], random: Random) -> TaskBatch: ...

    def losses(self, encoder: States, heads: nn.ModuleDict, batch: Any) -> dict[str, Tensor]:
        """Losses by name, each the mean over what the batch decides, so that a step's loss does not grow with the batch."""
        ...


MORE_HEADS = {
    "links": "training.links.head:Links",
    "emotions": "training.meaning.heads:Emotions",
    "situations": "training.meaning.heads:Situations",
    "vector": "training.meaning.heads:Vector",
    "answers": "training.meaning.heads:Answers",
}
"""Heads of tasks by name: the module and class that make one from the size of the encoder's states."""


def more_head(name: str, size: int, **options: Any) -> nn.Module:
    """A head that a task brings, with fresh weights."""
    module, _, made = MORE_HEADS[name].partition(":")
    head: nn.Module = getattr(importlib.import_module(module), made)(size, **options)
    return head
