"""Reading a story from Python: ``fabula.read("story.txt")``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fabula.reading.pipeline import STEPS
from fabula.reading.steps import run_pipeline
from fabula.text import read_manuscript
from fabula.world.build import build_world
from fabula.world.world import World


def read(path: str | Path) -> World:
    layers: dict[str, Any] = {"manuscript": read_manuscript(Path(path))}
    origins: dict[str, str] = {}
    for step, given in run_pipeline(STEPS, layers):
        layers.update(given)
        origins.update(dict.fromkeys(given, step.origin))
    return build_world(layers, origins=origins)
