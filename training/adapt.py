"""Adapt the pretrained encoder to fiction and to registers of today, by words that it has to guess.

    python -m training.adapt training/configs/adapt.toml OUT --pack FOLDER [--run fold-0] [--minutes N] …

It reads the novels that the run trains on and the modern English in the pack, never a work that the run is measured on. OUT gets
``checkpoint.pt``, ``log.jsonl`` and, at the end, ``encoder.pt`` (for ``training.train --encoder``; it names the works that it saw) and
``metrics.json``.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor

from training.data.sources import load_splits
from training.data.texts import NOVELS, Texts, read_texts, text_windows, texts_path
from training.loop import Limits, Steps, half, save
from training.model.batches import TrainingWindow
from training.model.bert import load_pretrained
from training.model.masked import Adapter, Text, mask
from training.options import begin, limits, read_config, training_parser
from training.train import held_out, pretrained_folder, schedule, word_pieces


def mask_piece() -> int:
    """The piece that stands for a hidden one."""
    return int(Tokenizer.from_file(str(pretrained_folder() / "tokenizer.json")).token_to_id("[MASK]"))


@cache
def packed_texts(path: Path) -> Texts:
    return read_texts(path)


def run_texts(run: str, length: int) -> tuple[dict[str, list[TrainingWindow]], list[str]]:
    """The windows of text that a run may read, by source, and the works in them."""
    texts, works = packed_texts(texts_path()), frozenset(load_splits()["runs"][run]["train"])
    seen = sorted(p.name for p in texts.parts if p.source == NOVELS and p.name in works)
    return text_windows(texts, works, word_pieces(pretrained_folder()), length), seen


def unread_windows(run: str, length: int, count: int) -> list[TrainingWindow]:
    """Up to ``count`` windows, evenly spread, of the novels that the run is measured on."""
    texts = packed_texts(texts_path())
    kept = Texts(texts.ids, texts.marks, tuple(p for p in texts.parts if p.source == NOVELS))
    windows = text_windows(kept, held_out(run), word_pieces(pretrained_folder()), length).get(NOVELS, [])
    return windows[:: max(1, -(-len(windows) // count))]


class Guessing:
    """Batches of windows with hidden words, and the loss of the guesses."""

    def __init__(self, model: Adapter, config: dict[str, Any], device: str, token: int) -> None:
        self.model, self.config, self.device, self.token = model, config, device, token
        self.encode = torch.compile(model.encoder) if config.get("compile") else model.encoder
        self.generator = torch.Generator(device)

    def guess(self, text: Text, rows: Tensor, seed: int) -> tuple[Tensor, Tensor]:
        """Scores for the hidden pieces of the windows, and what they were."""
        ids, shapes, places = text.rows(rows.to(self.device))
        self.generator.manual_seed(seed)
        changed, hidden = mask(ids, places, self.config["hidden"], self.token, self.model.encoder.words.num_embeddings, self.generator)
        with torch.autocast(self.device, torch.bfloat16, enabled=half(self.config, self.device)):
            return self.model.guesses(self.encode, changed, shapes, hidden), ids[hidden]

    def loss(self, text: Text, rows: Tensor, seed: int) -> Tensor:
        logits, gold = self.guess(text, rows, seed)
        return F.cross_entropy(logits, gold, reduction="sum") / max(1, len(gold))

    @torch.no_grad()
    def measure(self, text: Text) -> dict[str, float]:
        """Loss and share of right guesses over the hidden pieces; the same words are hidden every time."""
        self.model.eval()
        loss, right, count = 0.0, 0, 0
        for at, rows in enumerate(torch.arange(len(text.ids)).split(self.config["batch"])):
            logits, gold = self.guess(text, rows, at)
            loss += F.cross_entropy(logits, gold, reduction="sum").item()
            right += int((logits.argmax(1) == gold).sum())
            count += len(gold)
        return {"windows": len(text.ids), "hidden": count, "loss": round(loss / count, 4), "right": round(100 * right / count, 2)}


def adapt(config: dict[str, Any], out: Path, *, device: str = "cpu", limits: Limits | None = None) -> dict[str, Any] | None:
    """The figures of the adapted encoder, or None if a limit came before the end."""
    torch.manual_seed(config["seed"])
    windows, seen = run_texts(config["run"], config["window"])
    plan = schedule(windows, config["epochs"], config["batch"], config["seed"])
    counts = np.bincount(np.concatenate([w.ids for items in windows.values() for w in items]))
    encoder = load_pretrained(pretrained_folder(), dropout=config["dropout"])
    frequencies = torch.zeros(encoder.words.num_embeddings)
    frequencies[1 : len(counts)] = torch.from_numpy(counts[1:]).float()
    model = Adapter(encoder, frequencies).to(device)
    guessing = Guessing(model, config, device, mask_piece())
    text = Text([w for items in windows.values() for w in items], device)
    starts = dict(zip(windows, np.cumsum([0, *(len(w) for w in windows.values())]).tolist(), strict=False))
    lengths = np.array([np.count_nonzero(w.ids) for items in windows.values() for w in items])
    steps = Steps(model, config, out, len(plan), limits or Limits())
    print(f"{ {s: len(w) for s, w in windows.items()} } windows, {len(plan)} steps, from step {steps.done}", flush=True)

    def losses_of(step: int) -> dict[str, Tensor]:
        rows = [starts[source] + i for source, i in plan[step]]
        steps.pieces += int(lengths[rows].sum())
        return {"hidden": guessing.loss(text, torch.tensor(rows), config["seed"] * 1_000_003 + step)}

    if not steps.run(losses_of):
        return None
    half = {k: v.half().cpu() for k, v in encoder.state_dict().items()}
    save(out / "encoder.pt", encoder=half, seen=seen, config=config)
    figures = {"run": config["run"], "works": len(seen), "steps": steps.done, "of": steps.total, "seconds": round(steps.seconds, 1)}
    figures["pieces"] = steps.pieces
    if unread := unread_windows(config["run"], config["window"], config["measured"]):
        figures["unread novels"] = guessing.measure(Text(unread, device))
    (out / "metrics.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return figures


def main() -> None:
    args = training_parser(__doc__).parse_args()
    begin(args)
    args.out.mkdir(parents=True, exist_ok=True)
    print(adapt(read_config(args.config, run=args.run, seed=args.seed), args.out, device=args.device, limits=limits(args)))


if __name__ == "__main__":
    main()
