"""What int8 costs: every figure of the exported model beside that of the trained one in fp32, and how fast the exported one is.

    python -m training.parity model.pt MODEL_FOLDER [--run reader] [--part dev] [--book original/NAME.txt] [--out PARITY.json]
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import torch

from fabula.bench.model_speed import measure_speed
from fabula.encoder.reader import load_reader
from fabula.reading.tokens import tokenize
from fabula.text import read_manuscript
from training.data.sources import data_folder, run_documents
from training.evaluate import measure, short, torch_reader


def difference(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """``[fp32, int8, loss]`` of every figure."""
    first, second = short(before), short(after)
    kept = {k for k, v in first.items() if isinstance(v, float)}
    return {k: [first[k], second[k], round(first[k] - second[k], 2)] for k in first if k in kept}


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
    parser.add_argument("--part", default="dev")
    parser.add_argument("--book", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    documents = run_documents(data_folder(), args.run, args.part)
    trained = measure(torch_reader(args.checkpoint), documents)
    exported = measure(load_reader(args.folder, threads=args.threads), documents)
    figures: dict[str, Any] = {source: difference(trained[source], exported[source]) for source in trained}
    if args.book:
        figures["speed"] = speed(args.folder, args.book, args.threads)
    text = json.dumps({"parity": figures, "fp32": trained, "int8": exported}, indent=1)
    if args.out:
        args.out.write_text(text + "\n", encoding="utf-8")
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
