"""Distil several models of one run into one: it learns from the labels and, on these and on text without labels, from what they think.

    python -m training.distil training/configs/distil.toml OUT TEACHER.pt TEACHER.pt … --pack FOLDER [--encoder ADAPTED.pt] …

What the teachers think is computed as training goes. The novels are those that the run trains on. OUT gets what ``training.train`` gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch
from torch import Tensor

from training.adapt import run_texts
from training.data.sources import data_folder, run_documents
from training.evaluate import load_torch
from training.loop import Limits, Steps, half
from training.model.batches import Registers, collate
from training.model.soft import soft_losses, soften
from training.options import begin, limits, read_config, training_parser
from training.train import Model, pretrained_folder, schedule, start_encoder, windows_by_source, word_pieces


def distil(
    config: dict[str, Any], out: Path, teachers: Sequence[Path], *, device: str = "cpu", limits: Limits | None = None
) -> Model | None:
    """Train from the last checkpoint in ``out``, or from the start. None if a limit came before the end."""
    torch.manual_seed(config["seed"])
    np.random.seed(config["seed"])
    labelled = windows_by_source(run_documents(data_folder(), config["run"], "train"), config["window"])
    windows = run_texts(config["run"], config["window"])[0] | labelled
    plan = schedule(windows, config["epochs"], config["batch"], config["seed"])
    registers = Registers(word_pieces(pretrained_folder()), **config["registers"])
    model = Model(start_encoder(config)).to(device)
    knowing = [load_torch(path).to(device) for path in teachers]
    steps = Steps(model, config, out, len(plan), limits or Limits())
    print(f"{ {s: len(w) for s, w in windows.items()} } windows, {len(plan)} steps, from step {steps.done}", flush=True)

    def losses_of(step: int) -> dict[str, Tensor]:
        random = Random(config["seed"] * 1_000_003 + step)
        batch = collate([registers(windows[s][i], random) for s, i in plan[step]])
        steps.pieces += batch.pieces
        batch, bf16 = batch.to(device), half(config, device)
        soft = soften(knowing, batch, bf16=bf16)
        with torch.autocast(batch.ids.device.type, torch.bfloat16, enabled=bf16):
            words = model.words(batch)
            return model.head_losses(words, batch) | soft_losses(model, words, batch, soft)

    if not steps.run(losses_of):
        return None
    steps.save_model()
    return model


def main() -> None:
    parser = training_parser(__doc__)
    parser.add_argument("teachers", type=Path, nargs="+")
    parser.add_argument("--encoder", type=Path, help="an encoder made by training.adapt to start from")
    args = parser.parse_args()
    begin(args)
    args.out.mkdir(parents=True, exist_ok=True)
    config = read_config(args.config, run=args.run, seed=args.seed, encoder=str(args.encoder) if args.encoder else None)
    distil(config, args.out, args.teachers, device=args.device, limits=limits(args))


if __name__ == "__main__":
    main()
