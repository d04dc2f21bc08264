"""Steps of training, whatever is trained: learning rate, checkpoints, limits, log."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Limits:
    """What ends a training before its last step.

    ``minutes``: the learning rate falls to 0 by then, so that training is whole however many steps there was time for. ``steps`` (so
    many more) and ``deadline`` (seconds of ``time.time()``) stop it as it stands, with a checkpoint to go on from.
    """

    minutes: float = 0.0
    steps: int = 0
    deadline: float = math.inf


def learning_rate(step: float, steps: int, warmup: float) -> float:
    """Linear up, then linear down to 0."""
    rise = max(1, int(steps * warmup))
    return min((step + 1) / rise, max(0.0, (steps - step) / max(1, steps - rise)))


def optimizer(model: nn.Module, config: dict[str, Any]) -> torch.optim.AdamW:
    """Norms and biases do not decay; the heads and the shapes, which start from nothing, learn faster."""
    groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        fresh = name.startswith("heads.") or name == "encoder.shapes.weight"
        if parameter.requires_grad:
            groups.setdefault((fresh, parameter.ndim > 1), []).append(parameter)
    on_gpu = next(model.parameters()).is_cuda
    return torch.optim.AdamW(
        [
            {"params": p, "lr": config["head_lr" if fresh else "encoder_lr"], "weight_decay": config["weight_decay"] if decays else 0.0}
            for (fresh, decays), p in groups.items()
        ],
        fused=on_gpu or None,
    )


def half(config: dict[str, Any], device: str) -> bool:
    """Whether to compute in bf16: a CPU without instructions for it takes ten times as long as in fp32."""
    able = device != "cpu" or torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return bool(config["bf16"]) and able


def save(path: Path, **state: Any) -> None:
    """Whole or not at all."""
    torch.save(state, path.with_suffix(".new"))
    path.with_suffix(".new").replace(path)


@dataclass
class Steps:
    """A training that can be stopped and taken up again: the state of ``model`` and its optimizer lies in ``out/checkpoint.pt``.

    ``pieces`` counts the wordpieces read; whoever gives the losses adds to it.
    """

    model: nn.Module
    config: dict[str, Any]
    out: Path
    total: int
    limits: Limits = Limits()

    def __post_init__(self) -> None:
        self.adam = optimizer(self.model, self.config)
        self.rates = [group["lr"] for group in self.adam.param_groups]
        self.done, self.pieces, self.seconds, self.place = 0, 0, 0.0, 0.0
        self.losses: dict[str, Tensor] = {}
        path = self.out / "checkpoint.pt"
        if path.exists():
            state = torch.load(path, weights_only=True, map_location=next(self.model.parameters()).device)
            self.model.load_state_dict(state["model"])
            self.adam.load_state_dict(state["adam"])
            self.done, self.pieces, self.seconds, self.place = (state[k] for k in ("step", "pieces", "seconds", "place"))

    def _about(self) -> dict[str, float]:
        return {"step": self.done, "pieces": self.pieces, "seconds": self.seconds, "place": self.place}

    def checkpoint(self) -> None:
        save(self.out / "checkpoint.pt", **self._about(), model=self.model.state_dict(), adam=self.adam.state_dict())

    def save_model(self) -> None:
        save(self.out / "model.pt", **self._about(), model=self.model.state_dict())

    def _place(self, begun: float, seconds: float) -> float:
        """The step that training is at, or would be at if it kept pace with its minutes (they count from ``begun`` on)."""
        allowed = 60 * self.limits.minutes
        return max(self.done, begun + (self.total - begun) * seconds / allowed if allowed else 0.0)

    def _step(self, losses: dict[str, Tensor], rate: float) -> None:
        for group, base in zip(self.adam.param_groups, self.rates, strict=True):
            group["lr"] = base * rate
        weights = self.config["weights"]
        torch.stack([weights[n] * x for n, x in losses.items()]).sum().backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), self.config["clip"])
        self.adam.step()
        self.adam.zero_grad(set_to_none=True)
        for name, loss in losses.items():
            here = loss.detach().float()
            self.losses[name] = 0.98 * self.losses.get(name, here) + 0.02 * here

    def run(self, losses_of: Callable[[int], dict[str, Tensor]]) -> bool:
        """Take steps until the end or a limit; whether it is the end. ``losses_of`` gives the losses of a step by name."""
        self.model.train()
        first, before, begun, started = self.done, self.seconds, self.place, time.monotonic()
        saved = started
        last = min(self.total, first + self.limits.steps) if self.limits.steps else self.total
        while self.place < self.total and self.done < last and time.time() < self.limits.deadline:
            self._step(losses_of(self.done), learning_rate(self.place, self.total, self.config["warmup"]))
            self.done += 1
            now = time.monotonic()
            self.seconds = before + now - started
            self.place = self._place(begun, now - started)
            if self.done % 20 == 0 or self.done == last or self.place >= self.total:
                self._report(self.done - first, now - started)
            if now - saved > 60 * self.config["checkpoint_minutes"]:
                self.checkpoint()
                saved = now
        if self.place < self.total:
            self.checkpoint()
        return self.place >= self.total

    def _report(self, count: int, seconds: float) -> None:
        losses = {k: round(v.item(), 4) for k, v in self.losses.items()}
        row = {"step": self.done, "of": self.total, "seconds": round(self.seconds, 2), "s_per_step": round(seconds / count, 4)}
        row |= {"pieces": self.pieces, **losses}
        with (self.out / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(row) + "\n")
        if self.done % 100 == 0 or self.done <= 20 or self.done == self.total:
            print(row, flush=True)
