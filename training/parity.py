"""The figures of an exported model: int8 beside fp32, on every document it was held from, and how fast it is.

python -m training.parity model.pt MODEL_FOLDER [--run reader] [--book original/NAME.txt] [--out MODEL_FOLDER/metrics.json]
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import torch

from fabula.bench.corpora import GoldDocument
from fabula.bench.meaning import measure_meaning
from fabula.bench.model_speed import measure_speed
from fabula.encoder.reader import ReaderModel, load_reader
from fabula.reading.tokens import tokenize
from fabula.text import read_manuscript
from training.data.sources import data_folder, litbank, load_splits, run_documents
from training.evaluate import measure, short, torch_reader
from training.meaning.similarity import held_passages, measure_similarity


def difference(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """``[fp32, int8, loss]`` of every figure."""
    first, second = short(before), short(after)
    kept = {k for k, v in first.items() if isinstance(v, float)}
    return {k: [first[k], second[k], round(first[k] - second[k], 2)] for k in first if k in kept}


def groups(data: Path, run: str) -> dict[str, dict[str, list[GoldDocument]]]:
    """Development and test documents of the run; and of the event paper's test those that the run did not train on."""
    splits = load_splits()
    events = [d for d in splits["runs"]["event-paper"]["test"] if d not in splits["runs"][run]["train"]]
    everything = {"litbank": [d for part in ("dev", "test") for d in litbank(data, splits["runs"][run][part])]}
    return {
        "dev": run_documents(data, run, "dev", splits),
        "test": run_documents(data, run, "test", splits),
        "dev and test": everything,
        "of the event paper's test": {"litbank": litbank(data, events)},
    }


def meaning(reader: ReaderModel, data: Path, run: str) -> dict[str, Any]:
    """Figures of the heads for meaning on development data, as far as the model has them."""
    if not reader.has_meaning:
        return {}
    found = {name: measure_meaning(reader, data / name) for name in ("GoEmotions-pytorch", "sitent", "FairytaleQAData")}
    return {**found, "vectors": measure_similarity(reader, held_passages(data, run))}


def speed(folder: Path, book: Path, threads: int) -> dict[str, Any]:
    manuscript = read_manuscript(book)
    tokens, sentences = tokenize(manuscript)
    words = [manuscript.text[a:b] for a, b in zip(tokens.start.tolist(), tokens.end.tolist(), strict=True)]
    bounds = list(zip(sentences.first.tolist(), sentences.last.tolist(), strict=True))
    return {"book": book.stem, **measure_speed(load_reader(folder, threads=threads), words, bounds)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--run", default="reader")
    parser.add_argument("--book", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    exported = load_reader(args.folder, threads=args.threads)
    trained = torch_reader(args.checkpoint, window=exported.window, thresholds=exported.thresholds)
    result: dict[str, Any] = {"int8": {}, "fp32, int8, loss": {}}
    for name, documents in groups(data_folder(), args.run).items():
        before, after = measure(trained, documents), measure(exported, documents)
        result["int8"][name] = after
        result["fp32, int8, loss"][name] = {source: difference(before[source], after[source]) for source in before}
    result["meaning, fp32"] = meaning(trained, data_folder(), args.run)
    result["meaning, int8"] = meaning(exported, data_folder(), args.run)
    if args.book:
        result["speed"] = speed(args.folder, args.book, args.threads)
    if args.out:
        args.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps({k: v for k, v in result.items() if k != "int8"}, indent=1))


if __name__ == "__main__":
    main()
