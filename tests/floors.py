"""Floors: figures that may rise, but never sink unseen. A file of them holds, of each thing measured, measure -> floor.

A floor lies MARGIN under the figure that lifted it: another processor may round otherwise, which turns single decisions.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path

Floors = dict[str, dict[str, float]]


MARGIN = 0.03


def read_floors(path: Path) -> Floors:
    table: Floors = json.loads(path.read_text(encoding="utf-8"))
    return table


def lifted(floors: Mapping[str, Mapping[str, float]], figures: Mapping[str, Mapping[str, float]]) -> Floors:
    """The floors with each lifted to MARGIN under its figure (cut to two digits), never lowered; a figure of nothing gets no floor.

    >>> lifted({"a": {"speakers": 0.5, "lore": 0.9}}, {"a": {"speakers": 0.618, "lore": 0.2, "facts": 0.0}})
    {'a': {'speakers': 0.58, 'lore': 0.9}}
    """
    out = {name: dict(held) for name, held in floors.items()}
    for name, measured in figures.items():
        held = out.setdefault(name, {})
        for measure, figure in measured.items():
            floor = math.floor(round(figure - MARGIN, 6) * 100) / 100
            if floor > held.get(measure, 0.0):
                held[measure] = floor
    return out


def beside_floors(path: Path, figures: Mapping[str, Mapping[str, float]], *, lift: bool) -> None:
    """Print every figure beside its floor, and lift the floors in the file if asked to."""
    floors = read_floors(path) if path.exists() else {}
    for name, measured in figures.items():
        for measure, figure in measured.items():
            print(f"{name:14} {measure:32} {figure:6.3f}  floor {floors.get(name, {}).get(measure, 0.0):.2f}")
    if lift:
        path.write_text(json.dumps(lifted(floors, figures), indent=1) + "\n", encoding="utf-8")
