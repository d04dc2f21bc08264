"""Accuracy on a part of the development data: two short novels; the people of scenes and stories; all else of the stories.

``python tests/accuracy_figures.py`` prints the figures beside their floors, with ``--raise`` it lifts the floors to them (never down).
It takes about ten seconds. The data is looked for in ``FABULA_DATA`` (docs/accuracy.md).
"""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path

from fabula.bench import quotes, stories
from fabula.bench.figures import Figure, Figures, Found
from fabula.bench.pdnc import novel_folders
from floors import Floors, beside_floors, read_floors

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ROOT / "benchmarks" / "floors.json"
DATA = Path(os.environ.get("FABULA_DATA", ROOT.parent / "shared" / "data"))
CORPUS = DATA / "project-dialogism-novel-corpus"
NOVELS = ("DaisyMiller", "TheAwakening")
SOURCES = {"novels": [CORPUS], "people": [DATA.parent / "scenes", DATA.parent / "stories"], "stories": [DATA.parent / "stories"]}


_OF_PEOPLE = frozenset(
    ("quotations", "speakers", "speakers.explicit", "speakers.anaphoric", "speakers.implicit", "addressees", "cast", "cast_precision",
     "cast_once", "mentions", "mentions.name", "mentions.nominal", "mentions.pronoun", "pronouns", "pronouns.third",
     "pronouns.first_second")
)  # fmt: skip


def present(name: str) -> bool:
    return all(folder.is_dir() for folder in SOURCES[name])


_ENOUGH = 30
"""A figure of fewer items moves by chance; it is shown in docs/accuracy.md and has no floor."""

_MORE_MAY_LOWER = {"aliases", "fact_values"}
"""Shares of what was read: they sink when more is read, even if more of it is right."""


@cache
def _pooled(name: str) -> Figures:
    if name == "novels":
        return quotes.pool([quotes.bench_novel(folder) for folder in novel_folders(CORPUS, names=NOVELS)]).figures
    return stories.pool(stories.bench_stories(stories.annotated_stories(SOURCES[name]))).figures


@cache
def figures(name: str) -> dict[str, float]:
    """Every figure, pooled over all items, that rests on enough of them. Who is who in two stories alone would hang on single people."""
    return {
        measure: figure.value
        for measure, figure in _pooled(name).items()
        if _items(figure) >= _ENOUGH
        and measure not in _MORE_MAY_LOWER
        and (name == "novels" or (measure in _OF_PEOPLE) == (name == "people"))
    }


def _items(figure: Figure) -> float:
    return figure.wanted if isinstance(figure, Found) else figure.of


def floors() -> Floors:
    """What no figure may sink below."""
    return read_floors(FLOORS)


if __name__ == "__main__":
    beside_floors(FLOORS, {name: figures(name) for name in SOURCES if present(name)}, lift="--raise" in sys.argv[1:])
