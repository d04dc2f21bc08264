"""Train the head of links of an exported model once more, alone, on the states of its int8 encoder. A CPU does it.

    python -m training.links.alone MODEL OUT --links LINKS.npz [--part K] [--epochs N]

OUT becomes a copy of the model folder with the new head. ``--part``: the texts of this part are not trained on; without it every text is.
``--links``: a file of :mod:`training.links.packing`. All other heads and the encoder stay as they are, so nothing else that the model
tells changes. Every stretch passes the encoder once and is kept in memory (768 bytes a word), some once more with names and tags hidden.
"""

from __future__ import annotations

import argparse
import json
import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from fabula.bench.meaning import parallel
from fabula.encoder.files import read_model_files
from fabula.encoder.reader import ReaderModel, load_reader
from training import options
from training.export import replace_head
from training.links.evaluate import judge
from training.links.head import Links
from training.links.items import LinkDocument, read
from training.links.segments import Hiding, Prepared, Segment, all_segments, segment
from training.links.task import LinkBatch, answer_losses, collate, link_markers, link_scores, weights_of
from training.loop import learning_rate

VARIANTS = 1
"""Of each scene the first variants are trained on, so many."""
SHARES = {"pdnc": 0.1, "novels": 0.1, "gum": 0.5, "litbank variants": 0.5}
"""The share of a source's stretches that is read; of all others every one."""
HIDDEN = {"scenes": 1.0, "scenes variants": 0.0, "litbank": 0.3, "pdnc": 0.7, "novels": 1.0, "gum": 0.4}
"""The share of a source's stretches that is read once more with names and tags hidden."""
HIDING = Hiding(names=0.4, tags=0.5)
CONFIG: dict[str, Any] = {
    "batch": 6, "rate": 4e-4, "warmup": 0.06, "weight_decay": 0.05, "names": 0.2, "new names": 1.0, "scenes": 2.0,
    "loss": {"antecedent": 0.8, "speaker": 0.8, "addressee": 0.5},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch with the states of its words (fp16); ``source``: of its text."""

    document: int
    segment: Segment
    states: NDArray[np.float16]
    source: str


class Kept(nn.Module):
    """Stands where an encoder stands, and gives states that are there already."""

    def __init__(self, states: Tensor) -> None:
        super().__init__()
        self.states = states

    def forward(self, ids: Tensor, shapes: Tensor) -> Tensor:
        return self.states[None]


def chosen(documents: Sequence[LinkDocument], variants: int) -> list[LinkDocument]:
    """All documents, of the variants of scenes the first few."""
    return [d for d in documents if d.source != "scenes variants" or int(d.name.split(" ")[1]) < variants]


def stretches(
    reader: ReaderModel, documents: Sequence[LinkDocument], *, training: bool, seed: int = 1
) -> tuple[list[Prepared], list[Stretch]]:
    """Stretches of documents with the states of their words; in training a share of each source, some once more with names hidden."""
    random, marks, length = Random(seed), link_markers(), reader.window
    prepared, places = all_segments(documents, length)
    wanted: list[tuple[int, int, Hiding]] = []
    for document, start in places:
        source = documents[document].source
        if training and random.random() >= SHARES.get(source, 1.0):
            continue
        wanted.append((document, start, Hiding()))
        if training and random.random() < HIDDEN.get(source, 0.0):
            wanted.append((document, start, HIDING))

    def one(job: tuple[int, int, Hiding]) -> Stretch:
        document, start, hiding = job
        s = segment(prepared[document], start, length, marks, hiding=hiding, random=Random(f"{seed} {document} {start}"))
        return Stretch(document, s, states_of(reader, s), documents[document].source)

    return prepared, parallel(reader, one, wanted)


def states_of(reader: ReaderModel, s: Segment) -> NDArray[np.float16]:
    """The state of every word of a stretch, window by window as it is read."""
    rows = [reader.source(ids[None], shapes[None])[0] for ids, shapes in zip(s.ids, s.shapes, strict=True)]
    return np.concatenate(rows)[s.places].astype(np.float16)


def batch_of(found: Sequence[Stretch]) -> tuple[LinkBatch, Kept]:
    weights = [
        weights_of(x.segment, CONFIG["names"], CONFIG["scenes"] if x.source.startswith("scenes") else 1.0, new_names=CONFIG["new names"])
        for x in found
    ]
    batch = collate([x.segment for x in found], weights)
    kept = Kept(torch.from_numpy(np.concatenate([x.states for x in found]).astype(np.float32)))
    return replace(batch, places=torch.arange(len(batch.places))), kept


def losses(head: Links, found: Sequence[Stretch]) -> Tensor:
    batch, kept = batch_of(found)
    each = answer_losses(link_scores(kept, head, batch), batch)
    return torch.stack([CONFIG["loss"][name] * loss for name, loss in each.items()]).sum()


def train(head: Links, found: Sequence[Stretch], epochs: float, *, seed: int = 1, told: Callable[[str], None] = print) -> None:
    random, size = Random(seed), int(CONFIG["batch"])
    groups = [[p for p in head.parameters() if (p.ndim > 1) == decays] for decays in (True, False)]
    adam = torch.optim.AdamW([{"params": g, "weight_decay": d} for g, d in zip(groups, (CONFIG["weight_decay"], 0.0), strict=True)])
    order: list[int] = []
    while len(order) < epochs * len(found):
        order += random.sample(range(len(found)), len(found))
    steps, begun, recent = int(epochs * len(found)) // size, time.time(), []
    head.train()
    for step in range(steps):
        for group in adam.param_groups:
            group["lr"] = CONFIG["rate"] * learning_rate(step, steps, CONFIG["warmup"])
        loss = losses(head, [found[i] for i in order[step * size : (step + 1) * size]])
        adam.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(head.parameters(), 1.0)
        adam.step()
        recent.append(loss.item())
        if (step + 1) % 100 == 0 or step + 1 == steps:
            told(f"step {step + 1} of {steps}: loss {np.mean(recent[-100:]):.4f} after {time.time() - begun:.0f} s")
    head.eval()


@torch.no_grad()
def measure(head: Links, prepared: Sequence[Prepared], found: Sequence[Stretch]) -> dict[str, tuple[float, int]]:
    """Share of right answers by source, question and kind of what asks, as :func:`training.links.evaluate.measure_links` counts them."""
    hits: dict[str, list[bool]] = defaultdict(list)
    for x in found:
        batch, kept = batch_of([x])
        for q, scores in enumerate(link_scores(kept, head.eval(), batch)):
            judge(prepared[x.document], x.segment, q, scores.float().softmax(2).numpy()[0], hits)
    return {name: (round(float(np.mean(h)), 4), len(h)) for name, h in sorted(hits.items())}


def head_of(folder: Path) -> Links:
    weights = read_model_files(folder).heads["links"]
    head = Links(weights["project.weight"].shape[1])
    head.load_state_dict({k: torch.from_numpy(v.astype(np.float32)) for k, v in weights.items()})
    return head.eval()


def main() -> None:
    parser = options.parser(__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--links", type=Path, required=True)
    parser.add_argument("--part", type=int)
    parser.add_argument("--epochs", type=float, default=8)
    parser.add_argument("--seed", type=int, default=1)
    args: argparse.Namespace = parser.parse_args()
    options.begin(args)
    torch.manual_seed(args.seed)
    documents, reader = read(args.links), load_reader(args.model, threads=args.threads)
    mine = chosen([d for d, p in documents if args.part is None or p != args.part], VARIANTS)
    held = [d for d, p in documents if p == args.part and d.source in ("scenes", "litbank")]
    begun = time.time()
    _, found = stretches(reader, mine, training=True, seed=args.seed)
    prepared, kept = stretches(reader, held, training=False)
    words = sum(len(x.states) for x in found)
    print(f"{words} words in {len(found)} stretches read in {time.time() - begun:.0f} s, {len(kept)} kept", flush=True)
    head = head_of(args.model)
    print(json.dumps({"before": measure(head, prepared, kept)}), flush=True)
    train(head, found, args.epochs, seed=args.seed, told=lambda line: print(line, flush=True))
    print(json.dumps({"after": measure(head, prepared, kept)}), flush=True)
    shutil.copytree(args.model, args.out, dirs_exist_ok=True)
    replace_head(args.out, "links", head)


if __name__ == "__main__":
    main()
