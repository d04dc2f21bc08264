"""Accuracy on a part of the development data: two short novels, the scenes and the stories, pooled each.

``python tests/accuracy_figures.py`` prints the figures beside their floors, with ``--raise`` it lifts the floors to them (never down).
It takes about ten seconds. The data is looked for in ``FABULA_DATA`` (docs/accuracy.md).
"""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path

from fabula.bench import quotes, stories
from fabula.bench.pdnc import novel_folders
from floors import Floors, beside_floors, read_floors

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ROOT / "benchmarks" / "floors.json"
DATA = Path(os.environ.get("FABULA_DATA", ROOT.parent / "shared" / "data"))
CORPUS = DATA / "project-dialogism-novel-corpus"
NOVELS = ("DaisyMiller", "TheAwakening")
SOURCES = {"novels": CORPUS, "scenes": DATA.parent / "scenes", "stories": DATA.parent / "stories"}


def present(name: str) -> bool:
    return SOURCES[name].is_dir()


@cache
def figures(name: str) -> dict[str, float]:
    """Every figure of the novels, the scenes or the stories, pooled over all their items."""
    if name == "novels":
        pooled = quotes.pool([quotes.bench_novel(folder) for folder in novel_folders(CORPUS, names=NOVELS)]).figures
    else:
        pooled = stories.pool(stories.bench_stories(stories.annotated_stories([SOURCES[name]]))).figures
    return {measure: figure.value for measure, figure in pooled.items()}


def floors() -> Floors:
    """What no figure may sink below."""
    return read_floors(FLOORS)


if __name__ == "__main__":
    beside_floors(FLOORS, {name: figures(name) for name in SOURCES if present(name)}, lift="--raise" in sys.argv[1:])
