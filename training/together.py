"""Train the encoder on everything at once: labels of words, and the tasks of ``[tasks]``.

    python -m training.together training/configs/together.toml OUT [--part K] [--encoder ADAPTED.pt] [--pack FOLDER] …
    python -m training.together training/configs/more.toml OUT --model MODEL.pt …     # go on from a trained model, lower layers fixed

``--part K`` leaves out the texts of part K (``training/parts_of_texts.py``): what it then says of them is what it says of unread texts.
OUT gets ``checkpoint.pt``, ``log.jsonl`` and, at the end, ``model.pt`` and ``metrics.json``.
"""

from __future__ import annotations

import importlib
import json
import pickle
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from training.data.sources import data_folder, run_documents
from training.evaluate import measure, reader_of
from training.loop import Limits, Steps, half
from training.model.batches import Registers, TrainingWindow, collate
from training.model.bert import Encoder
from training.model.heads import take
from training.options import begin, limits, read_config, training_parser
from training.parts_of_texts import part_of
from training.tasks import Task
from training.train import Model, pretrained_folder, start_encoder, windows_by_source, word_pieces

LABELS = "labels"
"""The name of the labelled windows among the tasks."""


def load_task(name: str, config: dict[str, Any], run: str, part: int | None) -> Task:
    """The task of ``[tasks.NAME]``, made by the function ``task`` of the module that its configuration names."""
    found: Task = importlib.import_module(config["module"]).task(config | {"part": part}, run)
    assert found.name == name, f"{config['module']} gives {found.name}, not {name}"
    return found


def labelled_windows(config: dict[str, Any], part: int | None) -> dict[str, list[TrainingWindow]]:
    documents = run_documents(data_folder(), config["run"], "train")
    documents["litbank"] = [d for d in documents["litbank"] if part is None or part_of(d.name) != part]
    return windows_by_source(documents, config["window"])


Plan = list[dict[str, list[Any]]]
"""What every step reads: of each task the items."""


def shuffled(items: list[Any], epochs: float, random: Random) -> Iterator[Any]:
    """``epochs`` readings of the items, each in an order of its own."""
    left = round(epochs * len(items))
    while left > 0:
        order = list(items)
        random.shuffle(order)
        yield from order[:left]
        left -= len(order)


def plan_of(items: dict[str, list[Any]], epochs: dict[str, float], count: int, seed: int) -> Plan:
    """Items of every task, spread evenly over ``count`` steps."""
    steps: Plan = [{} for _ in range(count)]
    for name, each in items.items():
        order = list(shuffled(each, epochs[name], Random(f"{seed} {name}")))
        for k, item in enumerate(order):
            steps[k * count // len(order)].setdefault(name, []).append(item)
    return steps


def plain(x: Any) -> Any:
    """A batch, its tensors as arrays: what is sent between processes by value costs much less than dozens of shared tensors."""
    if isinstance(x, Tensor):
        return x.numpy()
    if isinstance(x, dict):
        return {k: plain(v) for k, v in x.items()}
    if isinstance(x, list):
        return [plain(v) for v in x]
    return (type(x), {f.name: plain(getattr(x, f.name)) for f in fields(x)}) if is_dataclass(x) else x


def whole(x: Any) -> Any:
    """What :func:`plain` took apart."""
    if isinstance(x, np.ndarray):
        return torch.from_numpy(x)
    if isinstance(x, dict):
        return {k: whole(v) for k, v in x.items()}
    if isinstance(x, list):
        return [whole(v) for v in x]
    return x[0](**{k: whole(v) for k, v in x[1].items()}) if isinstance(x, tuple) else x


class StepBatches(Dataset[bytes]):
    """The batches of every step, pickled by worker processes."""

    def __init__(self, plan: Plan, windows: dict[str, list[TrainingWindow]], tasks: dict[str, Task], config: dict[str, Any]) -> None:
        self.plan, self.windows, self.tasks, self.config = plan, windows, tasks, config
        self.registers = Registers(word_pieces(pretrained_folder()), **config["registers"])
        self.first = 0

    def __len__(self) -> int:
        return len(self.plan) - self.first

    def __getitem__(self, step: int) -> bytes:
        return pickle.dumps(plain(self.batches(self.first + step)), protocol=5)

    def batches(self, step: int) -> dict[str, Any]:
        random = Random(self.config["seed"] * 1_000_003 + step)
        found: dict[str, Any] = {}
        for name, items in self.plan[step].items():
            if name == LABELS:
                found[name] = collate([self.registers(self.windows[s][i], random) for s, i in items])
            else:
                found[name] = self.tasks[name].batch(items, random)
        return found


def window_tensors(x: Any) -> Iterator[tuple[Tensor, Tensor]]:
    """The wordpieces and shapes of the windows of a batch, wherever in it they stand."""
    if hasattr(x, "ids") and hasattr(x, "shapes"):
        yield x.ids, x.shapes
    elif is_dataclass(x):
        for f in fields(x):
            yield from window_tensors(getattr(x, f.name))


class OneReading:
    """The windows of all batches of a step read at once, those of one length together: a GPU has a few large products instead of many
    small ones.

    To a task it is the encoder: asked for windows of the step, it gives their states.
    """

    def __init__(self, encoder: Encoder, batches: list[Any]) -> None:
        self.size = encoder.size
        self._states: dict[int, Tensor] = {}
        by_length: dict[int, list[tuple[Tensor, Tensor]]] = {}
        for windows in (w for batch in batches for w in window_tensors(batch)):
            by_length.setdefault(windows[0].shape[1], []).append(windows)
        for alike in by_length.values():
            states = encoder(torch.cat([ids for ids, _ in alike]), torch.cat([shapes for _, shapes in alike]))
            for (ids, _), own in zip(alike, states.split([len(ids) for ids, _ in alike]), strict=True):
                self._states[id(ids)] = own

    def __call__(self, ids: Tensor, shapes: Tensor) -> Tensor:
        return self._states[id(ids)]


def load_older(model: nn.Module, state: dict[str, Tensor]) -> None:
    """The weights of a model that may be from before there was a mixer, which then begins anew."""
    missing = model.load_state_dict({k: v.float() for k, v in state.items()}, strict=False)
    if missing.unexpected_keys or any("mix" not in name for name in missing.missing_keys):
        raise SystemExit(f"not the weights of this model: {missing}")


class Together:
    """One training: the model with the heads of all tasks, and the losses of a step."""

    def __init__(self, config: dict[str, Any], part: int | None, device: str) -> None:
        torch.manual_seed(config["seed"])
        np.random.seed(config["seed"])
        self.config, self.device = config, device
        self.windows = labelled_windows(config, part)
        self.tasks = {
            name: load_task(name, {"window": config["window"]} | about, config["run"], part) for name, about in config["tasks"].items()
        }
        self.model = Model(start_encoder(config))
        for task in self.tasks.values():
            self.model.heads.update(task.modules(self.model.encoder.size))
        if config.get("model"):
            load_older(self.model, torch.load(config["model"], weights_only=True)["model"])
        self.model.encoder.words.weight.requires_grad_(not config["fixed_table"])
        for lower in self.lower_parts(config.get("fixed_layers", 0)):
            lower.requires_grad_(False)
        self.model.to(device)
        labelled = [(s, i) for s, items in self.windows.items() for i in range(len(items)) for _ in range(config["repeat"][s])]
        items: dict[str, list[Any]] = {LABELS: labelled, **{n: list(range(len(t))) for n, t in self.tasks.items()}}
        epochs = {LABELS: config["epochs"], **{n: about["epochs"] for n, about in config["tasks"].items()}}
        self.plan = plan_of(items, epochs, config["steps"], config["seed"])
        self.about = {n: (len(x), epochs[n]) for n, x in items.items()}

    def lower_parts(self, layers: int) -> list[nn.Module | nn.Parameter]:
        """What the encoder does up to the end of so many layers; nothing for 0."""
        e = self.model.encoder
        return [e.positions, e.segment, e.shapes, e.norm, *list(e.layers)[:layers]] if layers else []

    def losses(self, batches: dict[str, Any]) -> dict[str, Tensor]:
        found: dict[str, Tensor] = {}
        here = {name: batch.to(self.device) for name, batch in batches.items()}
        with torch.autocast(self.device, torch.bfloat16, enabled=half(self.config, self.device)):
            encoder = OneReading(self.model.encoder, list(here.values()))
            for name, batch in here.items():
                if name == LABELS:
                    found |= self.model.head_losses(take(encoder(batch.ids, batch.shapes).flatten(0, 1), batch.firsts), batch)
                else:
                    found |= self.tasks[name].losses(encoder, self.model.heads, batch)
        return found

    def train(self, out: Path, limits: Limits, workers: int) -> bool:
        """Whether the end was reached."""
        steps = Steps(self.model, self.config, out, len(self.plan), limits)
        data = StepBatches(self.plan, self.windows, self.tasks, self.config)
        data.first = steps.done
        loader = DataLoader(data, batch_size=None, num_workers=workers, prefetch_factor=6 if workers else None)
        batches = iter(loader)
        print(f"{self.about} items and readings, {len(self.plan)} steps, from step {steps.done}", flush=True)

        def losses_of(step: int) -> dict[str, Tensor]:
            found = whole(pickle.loads(next(batches)))
            steps.pieces += sum(b.pieces for b in found.values())
            return self.losses(found)

        if not steps.run(losses_of):
            return False
        steps.save_model()
        return True


def figures(model: Model, config: dict[str, Any], part: int | None, device: str) -> dict[str, Any]:
    """Of the whole model: LitBank's test and development documents and the treebanks' development. Else: links in the texts of ``part``."""
    from training.links.evaluate import measure_links

    model.eval()
    reader = reader_of(model, config["window"])
    parts = ("test", "dev") if part is None else ()
    found: dict[str, Any] = {p: measure(reader, run_documents(data_folder(), config["run"], p)) for p in parts}
    if part is not None and "links" in config["tasks"]:
        found["links"] = measure_links(model, part, config["window"], device, bf16=half(config, device))
    return found


def main() -> None:
    parser = training_parser(__doc__)
    parser.add_argument("--encoder", type=Path, help="an encoder made by training.adapt to start from")
    parser.add_argument("--model", type=Path, help="a trained model to go on from")
    parser.add_argument("--part", type=int, help="the part of the texts that is left out")
    parser.add_argument("--workers", type=int, default=0, help="processes that make batches")
    args = parser.parse_args()
    begin(args)
    args.out.mkdir(parents=True, exist_ok=True)
    named = {name: str(path) for name in ("encoder", "model") if (path := getattr(args, name))}
    config = read_config(args.config, run=args.run, seed=args.seed, **named)
    training = Together(config, args.part, args.device)
    if training.train(args.out, limits(args), args.workers):
        found = figures(training.model, config, args.part, args.device)
        (args.out / "metrics.json").write_text(json.dumps({"part": args.part, **found}, indent=1) + "\n", encoding="utf-8")
        print(json.dumps(found.get("links", {})))


if __name__ == "__main__":
    main()
