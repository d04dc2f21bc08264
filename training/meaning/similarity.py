"""How well sentence vectors keep the original encoder's space: rank correlation of similarities on sentences of unread novels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from fabula.bench.plain_words import words_of
from fabula.encoder.reader import ReaderModel
from training.data.sources import load_splits
from training.meaning.vector import LONGEST, Original, by_length
from training.model.bert import load_pretrained
from training.train import pretrained_folder

Array = NDArray[np.float32]
Floats = NDArray[np.float64]


def ranks(rows: Array) -> Floats:
    """The place of every value in its row; equal ones hardly occur."""
    return np.asarray(rows.argsort(1).argsort(1), np.float64)


def correlation(one: Array, other: Array) -> float:
    """The mean over sentences of Spearman's correlation of their similarities to all other sentences, by two sets of vectors."""
    kept = ~np.eye(len(one), dtype=np.bool_)
    a, b = (ranks((x @ x.T)[kept].reshape(len(x), -1)) for x in (one, other))
    a, b = (x - x.mean(1, keepdims=True) for x in (a, b))
    return float(((a * b).sum(1) / np.sqrt((a * a).sum(1) * (b * b).sum(1))).mean())


def original_vectors(texts: Sequence[str]) -> Array:
    """Of every text the original's vector, from the text as it stands."""
    import torch
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(pretrained_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST)
    original = Original(load_pretrained(pretrained_folder(), dropout=0.0))
    found: Array | None = None
    ids = [e.ids for e in tokenizer.encode_batch(list(texts))]
    for group, rows in zip(*by_length(ids), strict=True):
        for part, at in zip(group.split(64), rows.split(64), strict=True):
            vectors = original(torch.as_tensor(part)).numpy()
            found = np.zeros((len(texts), vectors.shape[1]), np.float32) if found is None else found
            found[at.numpy()] = vectors
    assert found is not None
    return found


def held_passages(data: Path, run: str, *, novels: int = 10, length: int = 6000) -> list[str]:
    """A passage from the middle of each of some novels that the run is measured on."""
    parts = load_splits()["runs"][run]
    names = sorted({*parts["dev"], *parts["test"]})
    paths = [p for n in names if (p := data / "litbank" / "original" / f"{n.removesuffix('_brat')}.txt").exists()]
    texts = [p.read_text(encoding="utf-8") for p in paths[:novels]]
    return [t[len(t) // 2 :][:length] for t in texts]


def measure_similarity(reader: ReaderModel, passages: Sequence[str], *, most: int = 600) -> dict[str, float]:
    """Of the sentences of passages: the rank correlation, and the mean cosine of both vectors of a sentence."""
    texts, vectors = list[str](), list[Array]()
    for passage in passages:
        found = words_of(passage)
        meaning = reader.read_words(found.words, found.sentences).meaning
        assert meaning is not None
        vectors.append(meaning.vectors.astype(np.float32))
        texts += [passage[found.starts[a] : found.ends[b - 1]] for a, b in found.sentences]
    chosen = sorted(Random(1).sample(range(len(texts)), min(most, len(texts))))
    ours, theirs = np.concatenate(vectors)[chosen], original_vectors([texts[i] for i in chosen])
    cosine = float((ours * theirs).sum(1).mean())
    return {"sentences": len(chosen), "rank_correlation": round(correlation(ours, theirs), 4), "cosine": round(cosine, 4)}
