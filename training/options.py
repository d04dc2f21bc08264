"""What the commands that train have in common."""

from __future__ import annotations

import argparse
import math
import time
import tomllib
from pathlib import Path
from typing import Any

import torch

from training.data.packed import open_pack
from training.loop import Limits


def device() -> str:
    return "cuda" if torch.cuda.is_available() else "cpu"


def parser(doc: str | None) -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    found.add_argument("--pack", type=Path, help="a folder made by training.pack: the corpora and the pretrained encoder are taken from it")
    found.add_argument("--threads", type=int, default=2)
    found.add_argument("--device", default=device())
    return found


def training_parser(doc: str | None) -> argparse.ArgumentParser:
    found = parser(doc)
    found.add_argument("config", type=Path)
    found.add_argument("out", type=Path)
    found.add_argument("--run", help="another run of training/splits.json than that of the configuration")
    found.add_argument("--seed", type=int, help="another seed than that of the configuration")
    found.add_argument("--steps", type=int, default=0, help="stop after so many steps (a checkpoint is left)")
    found.add_argument("--minutes", type=float, default=0.0, help="come to the end within so many minutes, in fewer steps if need be")
    found.add_argument("--stop-after", type=float, default=math.inf, help="stop after so many minutes (a checkpoint is left)")
    return found


def read_config(path: Path, **changes: Any) -> dict[str, Any]:
    """A configuration file; ``changes`` that are not None replace what it says."""
    return tomllib.loads(path.read_text(encoding="utf-8")) | {k: v for k, v in changes.items() if v is not None}


def begin(args: argparse.Namespace) -> None:
    """Threads, and the pack if one is named."""
    torch.set_num_threads(args.threads)
    if args.pack:
        open_pack(args.pack)


def limits(args: argparse.Namespace) -> Limits:
    return Limits(args.minutes, args.steps, time.time() + 60 * args.stop_after)
