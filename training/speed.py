"""How fast the machine at hand takes steps of adaptation, training and distillation.

    python -m training.speed [--pack FOLDER] [--steps 60] [--batch N] [--compile] [--only adapt|train|distil …]

Of more than 20 steps the first 20 are not counted. Wordpieces are those read, without padding.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import torch

from training import options
from training.adapt import adapt
from training.distil import distil
from training.loop import Limits
from training.model.bert import load_pretrained
from training.train import Model, pretrained_folder, train

CONFIGS = Path(__file__).parent / "configs"
KINDS = {"adapt": "adapt.toml", "train": "first.toml", "distil": "distil.toml"}
TEACHERS = 5


def teachers(folder: Path) -> list[Path]:
    """Models that have learnt nothing: they think as slowly as others."""
    paths = [folder / f"{k}.pt" for k in range(TEACHERS)]
    for path in paths:
        torch.save({"model": Model(load_pretrained(pretrained_folder())).state_dict()}, path)
    return paths


def rate(log: Path) -> dict[str, float]:
    """Of the steps that a training logged, those after its first row if there are more rows."""
    rows = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    last, first = rows[-1], rows[0] if len(rows) > 1 else {"step": 0, "seconds": 0.0, "pieces": 0}
    steps, seconds, pieces = (last[k] - first[k] for k in ("step", "seconds", "pieces"))
    return {"s_per_step": round(seconds / steps, 4), "pieces_per_step": round(pieces / steps), "pieces_per_s": round(pieces / seconds)}


def measured(what: str, changes: dict[str, Any], device: str, steps: int) -> dict[str, Any]:
    config = options.read_config(CONFIGS / KINDS[what]) | changes
    with tempfile.TemporaryDirectory() as folder:
        out, limits = Path(folder), Limits(steps=steps)
        if what == "adapt":
            adapt(config, out, device=device, limits=limits)
        elif what == "train":
            train(config, out, device=device, limits=limits)
        else:
            distil(config, out, teachers(out), device=device, limits=limits)
        found = {"batch": config["batch"], **rate(out / "log.jsonl")}
    return found | ({"gpu_gib": round(torch.cuda.max_memory_allocated() / 2**30, 1)} if device != "cpu" else {})


def main() -> None:
    parser = options.parser(__doc__)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--batch", type=int, help="windows; else as the configurations say")
    parser.add_argument("--compile", action="store_true", help="adaptation with torch.compile")
    parser.add_argument("--only", nargs="+", choices=tuple(KINDS), default=tuple(KINDS))
    args = parser.parse_args()
    options.begin(args)
    changes = {"compile": args.compile} | ({"batch": args.batch} if args.batch else {})
    print(json.dumps({what: measured(what, changes, args.device, args.steps) for what in args.only}, indent=1))


if __name__ == "__main__":
    main()
