"""How near a World comes to a hand-made reading of an example, one figure between 0 and 1 per layer (those of ``fabula bench stories``).

``python tests/example_figures.py`` prints the figures beside their floors, with ``--raise`` it lifts the floors to them (never down).
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from fabula.api import read
from fabula.bench.comparison import Json
from fabula.bench.figures import Figure, Found
from fabula.bench.gold import load_gold
from fabula.bench.stories import score_world
from fabula.world.world import World
from floors import Floors, beside_floors, read_floors

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
NAMES = ("interrogation", "procedure", "letter")
FLOORS = EXAMPLES / "floors.json"


def expected(name: str) -> Json:
    """The hand-made reading of an example."""
    return load_gold(EXAMPLES / f"{name}.expected.json")


def story(name: str) -> str:
    """The text of an example as it stands in its file (line ends untouched)."""
    return (EXAMPLES / f"{name}.txt").read_bytes().decode("utf-8")


@cache
def world_of(name: str) -> World:
    """The World that Fabula reads from an example."""
    return read(EXAMPLES / f"{name}.txt", store=False)


@cache
def _score(name: str) -> Mapping[str, Figure]:
    return score_world(world_of(name), expected(name))


def figures(name: str) -> dict[str, float]:
    """Every figure of one example, by the name of its measure."""
    return {layer: figure.value for layer, figure in _score(name).items()}


def one_item(name: str, layer: str) -> float:
    """How much of a figure one item is: in a short story one decision that turns is no decline."""
    figure = _score(name)[layer]
    return 1.0 / max(1.0, figure.wanted if isinstance(figure, Found) else figure.of)


def floors() -> Floors:
    """What no figure may sink below, of each example."""
    return read_floors(FLOORS)


if __name__ == "__main__":
    beside_floors(FLOORS, {name: figures(name) for name in NAMES}, lift="--raise" in sys.argv[1:])
