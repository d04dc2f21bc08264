"""Measure a trained model in PyTorch (fp32) or an exported folder (int8 under onnxruntime), with the same decoding and the same metrics.

    python -m training.evaluate MODEL [--part dev|test] [--run reader] [--out FIGURES.json]

MODEL is ``model.pt``, ``checkpoint.pt`` or a folder with a manifest. ``test`` measures LitBank only: the treebanks' tests are held back.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from fabula.bench.corpora import GoldDocument
from fabula.bench.model import WordReader, measure_literary, measure_syntax
from fabula.encoder.reader import ReaderModel, load_reader
from fabula.encoder.windows import WINDOW
from training import options
from training.data.sources import data_folder, run_documents
from training.model.bert import load_pretrained
from training.tasks import more_head
from training.train import Model, pretrained_folder, word_pieces


class TorchStates:
    """The encoder in PyTorch where the reader expects a session."""

    def __init__(self, model: Model) -> None:
        self._encoder = model.encoder.eval()
        self._device = next(model.parameters()).device

    def __call__(self, ids: NDArray[np.int64], shapes: NDArray[np.int64]) -> NDArray[np.float32]:
        with torch.inference_mode():
            here = (torch.from_numpy(x).to(self._device) for x in (ids, shapes))
            states: NDArray[np.float32] = self._encoder(*here).cpu().numpy()
        return states


def load_torch(path: Path) -> Model:
    """A trained model with all the heads that it has."""
    state = torch.load(path, weights_only=True, map_location="cpu")["model"]
    model = Model(load_pretrained(pretrained_folder(), dropout=0.0))
    named = {name.split(".")[1] for name in state if name.startswith("heads.")}
    for name in sorted(named - set(model.heads)):
        options = {"mixer": "heads.links.mixer.norm.weight" in state} if name == "links" else {}
        model.heads[name] = more_head(name, model.encoder.size, **options)
    model.load_state_dict({k: v.float() for k, v in state.items()})
    return model.eval()


def head_arrays(model: Model) -> dict[str, dict[str, NDArray[np.float32]]]:
    """The weights of every head as ``fabula.encoder.heads`` reads them."""
    return {name: {k: v.detach().float().cpu().numpy() for k, v in head.state_dict().items()} for name, head in model.heads.items()}


def reader_of(model: Model, window: int = WINDOW, thresholds: NDArray[np.float32] | None = None) -> ReaderModel:
    """``thresholds`` of emotions are no weights of the model: they are fitted to the one that is exported."""
    heads = head_arrays(model)
    if thresholds is not None and "emotions" in heads:
        heads["emotions"]["thresholds"] = thresholds
    return ReaderModel(TorchStates(model), word_pieces(pretrained_folder()), heads, threads=1, window=window)


def torch_reader(path: Path, device: str = "cpu", *, window: int = WINDOW, thresholds: NDArray[np.float32] | None = None) -> ReaderModel:
    return reader_of(load_torch(path).to(device), window, thresholds)


def measure(model: WordReader, documents: dict[str, list[GoldDocument]]) -> dict[str, Any]:
    """Figures by source."""
    return {s: (measure_literary if s == "litbank" else measure_syntax)(model, docs) for s, docs in documents.items() if docs}


def short(figures: dict[str, Any]) -> dict[str, Any]:
    """One number a figure, without the single documents."""
    return {k: v.get("f1", v) if isinstance(v, dict) else v for k, v in figures.items() if "by_document" not in k}


def main() -> None:
    parser = options.parser(__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--part", default="dev")
    parser.add_argument("--run", default="reader")
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    options.begin(args)
    reader = load_reader(args.model, threads=args.threads) if args.model.is_dir() else torch_reader(args.model, args.device)
    figures = measure(reader, run_documents(data_folder(), args.run, args.part))
    text = json.dumps(figures, indent=1)
    if args.out:
        args.out.write_text(text + "\n", encoding="utf-8")
    print(json.dumps({source: short(f) for source, f in figures.items()}, indent=1))


if __name__ == "__main__":
    main()
