"""Train the head for vectors of an exported model once more, alone, on the states that its int8 encoder gives. Two cores, ten minutes.

python -m training.meaning.vector_head MODEL_FOLDER --pack FOLDER [--run reader] [--windows 1500] [--questions 1500] [--epochs 14]
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from fabula.bench.meaning import parallel
from fabula.encoder.files import read_model_files
from fabula.encoder.reader import ReaderModel, load_reader
from training import options
from training.export import replace_head
from training.meaning.cuts import compose, padded_length
from training.meaning.heads import Vector
from training.meaning.vector import VectorItem, VectorTask, by_length, task, vector_loss

HELD = 12
"""One window in so many is kept to measure on."""


@dataclass(frozen=True)
class Learnt:
    """States of all words one after the other (fp16); of every sentence its first word, number of words and wanted vector; its window."""

    states: NDArray[np.float16]
    firsts: NDArray[np.int64]
    lengths: NDArray[np.int64]
    wanted: Tensor
    windows: NDArray[np.int64]

    def batch(self, rows: NDArray[np.int64]) -> tuple[Tensor, Tensor]:
        """The states of the words of some sentences, and the sentence of each."""
        lengths = self.lengths[rows]
        words = np.repeat(self.firsts[rows] - (np.cumsum(lengths) - lengths), lengths) + np.arange(lengths.sum())
        return torch.from_numpy(self.states[words].astype(np.float32)), torch.from_numpy(np.repeat(np.arange(len(rows)), lengths))


def item_states(reader: ReaderModel, made: VectorTask, item: VectorItem) -> NDArray[np.float16]:
    window = compose([item.run], made.pieces.cls, made.pieces.sep)
    arrays = np.zeros((2, 1, padded_length(len(window.ids))), np.int64)
    arrays[0, 0, : len(window.ids)], arrays[1, 0, : len(window.ids)] = window.ids, window.shapes
    return reader.source(arrays[0], arrays[1])[0, window.firsts].astype(np.float16)


def wanted_vectors(made: VectorTask) -> Tensor:
    ids = [x for item in made.items for x in made.original_ids(item)]
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    found: list[tuple[Tensor, Tensor]] = []
    for at in range(0, len(order), 32):
        rows = order[at : at + 32]
        groups, places = by_length([ids[i] for i in rows])
        found += [(torch.tensor(rows)[place], made.original(group)) for group, place in zip(groups, places, strict=True)]
    wanted = torch.zeros(len(ids), found[0][1].shape[1])
    for rows_, vectors in found:
        wanted[rows_] = vectors
    return wanted


def learnt(reader: ReaderModel, made: VectorTask) -> Learnt:
    states = parallel(reader, lambda item: item_states(reader, made, item), made.items)
    bounds = [(k, a, b) for k, item in enumerate(made.items) for a, b in item.sentences]
    begins = np.cumsum([0, *(len(s) for s in states)])
    firsts = np.array([begins[k] + a for k, a, _ in bounds], np.int64)
    lengths = np.array([b - a for _, a, b in bounds], np.int64)
    return Learnt(np.concatenate(states), firsts, lengths, wanted_vectors(made), np.array([k for k, _, _ in bounds]))


def train(head: Vector, data: Learnt, epochs: float, *, batch: int = 192, rate: float = 1.5e-3, similarity: float = 10.0) -> None:
    rows = np.flatnonzero(data.windows % HELD != 0)
    rng, adam = np.random.default_rng(1), torch.optim.AdamW(head.parameters(), lr=rate, weight_decay=0.05)
    steps = int(epochs * len(rows) / batch)
    order = np.concatenate([rng.permutation(rows) for _ in range(int(epochs) + 1)])
    head.train()
    for step in range(steps):
        adam.param_groups[0]["lr"] = rate * min(1, (step + 1) / 50) * (1 - step / steps)
        here = order[step * batch : (step + 1) * batch]
        loss = vector_loss(head(*data.batch(here), len(here)), data.wanted[torch.from_numpy(here)], similarity)
        adam.zero_grad()
        loss.backward()
        adam.step()
    head.eval()


@torch.no_grad()
def cosine(head: Vector, data: Learnt) -> float:
    """On the windows that are kept."""
    rows = np.flatnonzero(data.windows % HELD == 0)
    return float((head(*data.batch(rows), len(rows)) * data.wanted[torch.from_numpy(rows)]).sum(1).mean())


def main() -> None:
    parser = options.parser(__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--run", default="reader")
    parser.add_argument("--windows", type=int, default=1500)
    parser.add_argument("--questions", type=int, default=1500)
    parser.add_argument("--epochs", type=float, default=14)
    args: argparse.Namespace = parser.parse_args()
    options.begin(args)
    files, reader = read_model_files(args.folder), load_reader(args.folder, threads=args.threads)
    made = task({"window": reader.window, "windows": args.windows, "questions": args.questions}, args.run)
    data = learnt(reader, made)
    head = Vector(data.states.shape[1])
    head.load_state_dict({k: torch.from_numpy(v.copy()) for k, v in files.heads["vector"].items()})
    before = cosine(head.eval(), data)
    train(head, data, args.epochs)
    replace_head(args.folder, "vector", head)
    print(f"{len(data.firsts)} sentences; cosine with the original on one window in {HELD}: {before:.4f}, then {cosine(head, data):.4f}")


if __name__ == "__main__":
    main()
