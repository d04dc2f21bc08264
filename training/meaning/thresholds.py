"""Fit from which probability on a text has an emotion, on comments that were kept from training, and write it into an exported model.

    python -m training.meaning.thresholds MODEL_FOLDER [--held 0.08]

Macro F1 hangs on rare labels, which a model is seldom sure of. First one threshold for all labels is chosen, then for every label one that
may differ from it the more, the more comments have the label: of those with few, chance would choose.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fabula.bench.meaning import f1_by_label, parallel
from fabula.encoder.files import MANIFEST
from fabula.encoder.meaning_labels import EMOTIONS
from fabula.encoder.reader import ReaderModel, load_reader
from training.export import entry
from training.meaning import prepared
from training.meaning.emotions import for_thresholds
from training.meaning.prepared import LabelledComment

Array = NDArray[np.float32]
GRID = np.arange(-4.0, 2.01, 0.1)
"""Log-odds."""
PULL = 4.0
"""Points of F1 that a label with ten comments must gain to move by one in log-odds."""


def fit(told: Array, wanted: NDArray[np.bool_]) -> Array:
    """Thresholds ``[labels]`` from probabilities and gold ``[texts, labels]``."""
    odds = np.log(told + 1e-7) - np.log1p(-told + 1e-7)
    scores = np.stack([f1_by_label(odds >= t, wanted) for t in GRID])
    smooth = np.stack([np.convolve(np.pad(s, 2, mode="edge"), np.ones(5) / 5, "valid") for s in scores.T], 1)
    common = GRID[smooth.mean(1).argmax()]
    pull = PULL * 10 / (wanted.sum(0) + 10)
    best = GRID[(smooth - pull * np.abs(GRID[:, None] - common)).argmax(0)]
    return (1 / (1 + np.exp(-best))).astype(np.float32)


def probabilities(reader: ReaderModel, comments: list[LabelledComment]) -> Array:
    def one(comment: LabelledComment) -> Array:
        ends = [*comment.firsts[1:], len(comment.words)]
        return reader.text_emotions(comment.words, list(zip(comment.firsts, ends, strict=True)))

    return np.stack(parallel(reader, one, comments))


def write(folder: Path, thresholds: Array) -> None:
    """Into the file of the head, whose sum in the manifest follows."""
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    about = manifest["heads"]["emotions"]
    with np.load(folder / about["file"]) as arrays:
        found = {**arrays, "thresholds": thresholds}
    np.savez(folder / about["file"], **found)
    manifest["heads"]["emotions"] = {**about, **entry(folder / about["file"])}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--held", type=float, default=0.08, help="the share that training kept for this")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    comments = [c for c in prepared.comments() if for_thresholds(c, args.held)]
    wanted = np.zeros((len(comments), len(EMOTIONS)), np.bool_)
    for row, comment in zip(wanted, comments, strict=True):
        row[comment.labels] = True
    told = probabilities(load_reader(args.folder, threads=args.threads), comments)
    thresholds = fit(told, wanted)
    write(args.folder, thresholds)
    print(f"{len(comments)} comments, macro F1 on them {f1_by_label(told >= thresholds, wanted).mean():.2f}")
    print({label: round(float(t), 2) for label, t in zip(EMOTIONS, thresholds, strict=True)})


if __name__ == "__main__":
    main()
