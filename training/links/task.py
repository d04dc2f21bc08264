"""Learning links: batches of stretches of annotated texts, and the marginal likelihood of the right answers."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from fabula.encoder.links import ANTECEDENT, IN_SPEECH, NAME, QUESTIONS, QUOTE
from training.links.head import Links
from training.links.items import LinkDocument, read, without
from training.links.segments import Hiding, Markers, Segment, all_segments, markers, new_forms, segment
from training.model.heads import take
from training.tasks import States
from training.train import pretrained_folder, word_pieces

NAMES = ("antecedent", "speaker", "addressee")


def links_path() -> Path:
    """The file of link documents, which ``FABULA_LINKS`` names (``--pack`` sets it)."""
    if named := os.environ.get("FABULA_LINKS"):
        return Path(named)
    raise SystemExit("set FABULA_LINKS to a file made by training.links.packing, or name a pack by --pack")


@cache
def packed_documents(path: Path) -> tuple[tuple[LinkDocument, int], ...]:
    return tuple(read(path))


@dataclass
class LinkBatch:
    """``items`` ``[texts, items]`` (``mixer.Columns``); ``keys`` ``[texts, keys]``; ``queries`` and ``pairs`` by question; ``at`` in keys
    and queries: which item, counted through the batch; ``weight`` of each query ``[texts, queries]``."""

    ids: Tensor
    shapes: Tensor
    places: Tensor
    items: dict[str, Tensor]
    keys: dict[str, Tensor]
    queries: list[dict[str, Tensor]]
    pairs: list[dict[str, Tensor]]
    right: list[Tensor]
    weight: list[Tensor]

    @property
    def pieces(self) -> int:
        return int((self.ids > 0).sum())

    def to(self, device: str) -> LinkBatch:
        def move(x: Any) -> Any:
            if isinstance(x, dict):
                return {k: move(v) for k, v in x.items()}
            return [move(v) for v in x] if isinstance(x, list) else x.to(device, non_blocking=True)

        return LinkBatch(**{k: move(v) for k, v in vars(self).items()})


def _padded(rows: Sequence[np.ndarray], fill: int, *, also: int = 0) -> Tensor:
    """Arrays of one or two axes as one tensor, padded to the longest; ``also``: columns more for the second axis than the longest has."""
    axes = rows[0].ndim
    shape = [max(1, *(r.shape[a] for r in rows)) if len(rows) > 1 else max(1, rows[0].shape[a]) for a in range(axes)]
    out = np.full((len(rows), *shape), fill, rows[0].dtype)
    for i, r in enumerate(rows):
        out[(i, *(slice(0, n) for n in r.shape))] = r
    return torch.from_numpy(out)


def _right(rows: Sequence[np.ndarray], keys: int) -> Tensor:
    """Right answers with none moved to the last column."""
    out = np.zeros((len(rows), max(1, max(r.shape[0] for r in rows)), keys + 1), bool)
    for i, r in enumerate(rows):
        out[i, : r.shape[0], : r.shape[1] - 1] = r[:, :-1]
        out[i, : r.shape[0], -1] = r[:, -1]
    return torch.from_numpy(out)


def collate(segments: Sequence[Segment], weights: Sequence[list[np.ndarray]]) -> LinkBatch:
    """Words of a stretch count through the batch: stretch ``i`` begins at the sum of the words before it."""
    count = max(len(s.ids) for s in segments)
    length = segments[0].ids.shape[1]
    ids, shapes = (np.zeros((len(segments) * count, length), np.int64) for _ in range(2))
    ids[:, 0] = segments[0].ids[0, 0]  # a window of nothing would have nothing to attend to
    places, offset, base = [], [], 0
    for i, s in enumerate(segments):
        ids[i * count : i * count + len(s.ids)], shapes[i * count : i * count + len(s.ids)] = s.ids, s.shapes
        places.append(s.places + i * count * length)
        offset.append(base)
        base += len(s.places)

    def words(rows: Sequence[np.ndarray]) -> Tensor:
        return _padded([r + o for r, o in zip(rows, offset, strict=True)], 0)

    items = _items(segments, words)
    count = items["there"].shape[1]

    def at(rows: Sequence[np.ndarray]) -> Tensor:
        return _padded([r + i * count for i, r in enumerate(rows)], 0)

    keys = {
        "first": words([s.key_first for s in segments]),
        "last": words([s.key_last for s in segments]),
        "kind": _padded([s.key_kind for s in segments], 0),
        "at": at([s.key_at for s in segments]),
    }
    width = keys["kind"].shape[1]
    queries, pairs, right = [], [], []
    for q in range(QUESTIONS):
        blocks = [s.blocks[q] for s in segments]
        kinds = _padded([b.kind for b in blocks], 0)
        first, last, item = words([b.first for b in blocks]), words([b.last for b in blocks]), at([b.at for b in blocks])
        queries.append({"first": first, "last": last, "kind": kinds, "at": item})
        wide = [np.zeros((kinds.shape[1], width), np.int64)]  # so that all have the same size
        padded = {n: _padded([*(getattr(b, n) for b in blocks), *wide], 0)[:-1] for n in ("distance", "paragraph")}
        allowed = _padded([*(b.allowed for b in blocks), np.zeros((kinds.shape[1], width), bool)], 0)[:-1]
        pairs.append(padded | {"allowed": allowed})
        right.append(_right([b.right for b in blocks], width))
    weight = [_padded([w[q].astype(np.float32) for w in weights], 0) for q in range(QUESTIONS)]
    read = (torch.from_numpy(x) for x in (ids, shapes, np.concatenate(places)))
    return LinkBatch(*read, items, keys, queries, pairs, right, weight)


def _items(segments: Sequence[Segment], words: Callable[[Sequence[np.ndarray]], Tensor]) -> dict[str, Tensor]:
    return {
        "first": words([s.items["first"] for s in segments]),
        "last": words([s.items["last"] for s in segments]),
        "kind": _padded([s.items["kind"] for s in segments], 0),
        "paragraph": _padded([s.items["paragraph"] for s in segments], -1),
        "form": _padded([s.items["form"] for s in segments], -1),
        "there": _padded([np.ones(len(s.items["kind"]), bool) for s in segments], 0),
    }


def weights_of(s: Segment, names: float, scale: float = 1.0, *, new_names: float | None = None) -> list[np.ndarray]:
    """What each query of a stretch counts, by question; ``names``: a name that asks, against all else; ``new_names``: one of words that no
    name before it in the stretch has, which its words do not answer (as ``names`` if None)."""
    out = [np.full(len(b.kind), scale) for b in s.blocks]
    kind = s.blocks[ANTECEDENT].kind
    named = (kind % IN_SPEECH == NAME) & (kind < QUOTE)
    out[ANTECEDENT][named] *= np.where(new_forms(s)[named], names if new_names is None else new_names, names)
    return out


class LinkTask:
    """``config``: ``hiding`` (share of stretches, by source), ``hidden_names`` and ``hidden_tags`` (shares of them there), ``names``
    (weight of a name that asks), ``repeat`` (how often a text of a source counts), ``mixer`` (whether there is one)."""

    name = "links"

    def __init__(self, config: dict[str, Any], documents: Sequence[LinkDocument], marks: Markers, length: int) -> None:
        self.config, self.marks, self.length = config, marks, length
        self.prepared, stretches = all_segments(documents, length)
        repeat = config["repeat"]
        self.items = [x for x in stretches for _ in range(int(repeat.get(self.prepared[x[0]].document.source, 0)))]

    def __len__(self) -> int:
        return len(self.items)

    def modules(self, size: int) -> dict[str, nn.Module]:
        return {"links": Links(size, mixer=bool(self.config.get("mixer", False)))}

    def _hiding(self, document: int, random: Random) -> Hiding:
        """``hiding`` of the source's stretches have names and tags hidden, the others neither."""
        shares = self.config["hiding"]
        source = self.prepared[document].document.source
        there = random.random() < shares.get(source, shares["default"])
        return Hiding(self.config["hidden_names"], self.config["hidden_tags"]) if there else Hiding()

    def batch(self, items: Sequence[int], random: Random) -> LinkBatch:
        segments, weights = [], []
        for i in items:
            document, start = self.items[i]
            s = segment(self.prepared[document], start, self.length, self.marks, hiding=self._hiding(document, random), random=random)
            segments.append(s)
            scale = float(self.config["weights"].get(self.prepared[document].document.source, 1.0))
            weights.append(weights_of(s, self.config["names"], scale))
        return collate(segments, weights)

    def losses(self, encoder: States, heads: nn.ModuleDict, batch: LinkBatch) -> dict[str, Tensor]:
        return answer_losses(link_scores(encoder, heads["links"], batch), batch)


def answer_losses(scores: Sequence[Tensor], batch: LinkBatch) -> dict[str, Tensor]:
    """By question the weighed mean of what the right answers together are less than certain (their negative log probability)."""
    found = {}
    for q, name in enumerate(NAMES):
        right = scores[q].float().log_softmax(2).masked_fill(~batch.right[q], -1e4).logsumexp(2)
        weight = batch.weight[q] * batch.right[q].any(2)
        found[name] = -(right * weight).sum() / weight.sum().clamp(min=1.0)
    return found


def link_scores(encoder: States, head: nn.Module, batch: LinkBatch) -> list[Tensor]:
    """Scores by question ``[texts, queries, keys + 1]``."""
    states = encoder(batch.ids, batch.shapes)
    words = head.project(take(states.flatten(0, 1), batch.places))  # type: ignore[operator]
    mixed = head.mixed(words, batch.items)  # type: ignore[operator]
    return [head.scores(words, mixed, q, batch.queries[q], batch.keys, batch.pairs[q]) for q in range(QUESTIONS)]  # type: ignore[operator]


def link_markers() -> Markers:
    folder = pretrained_folder()
    mask = int(Tokenizer.from_file(str(folder / "tokenizer.json")).token_to_id("[MASK]"))
    return markers(word_pieces(folder), mask)


def task(config: dict[str, Any], run: str) -> LinkTask:
    """The task without the texts of ``config["part"]``. Its texts are in no part that a run measures (``packing.documents``)."""
    del run
    return LinkTask(config, without(packed_documents(links_path()), config["part"]), link_markers(), config["window"])
