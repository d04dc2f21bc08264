"""Reading stories to measure them: only the steps that a measure needs, nothing kept, several stories at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from fabula.reading.pipeline import STEPS
from fabula.reading.steps import Layers, Step, run_pipeline
from fabula.text import read_bytes, read_manuscript

T = TypeVar("T")
R = TypeVar("R")


def steps_to(*layers: str) -> tuple[Step, ...]:
    """The reading steps that these layers need, in order, and no others."""
    wanted, steps = set(layers), list[Step]()
    for step in reversed(STEPS):
        if wanted & set(step.gives):
            steps.append(step)
            wanted |= set(step.needs)
    return tuple(reversed(steps))


def read_layers(story: Path | str, *layers: str) -> Layers:
    """The named layers, and what they rest on, of a story read from its file, or of a text (``str``)."""
    manuscript = read_manuscript(story) if isinstance(story, Path) else read_bytes(story.encode(), source="text.txt")
    known: Layers = {"manuscript": manuscript}
    for _, given in run_pipeline(steps_to(*layers), dict(known)):
        known.update(given)
    return known


def measure_each(measure: Callable[[T], R], items: Sequence[T], *, jobs: int = 1, tell: Callable[[R], None] | None = None) -> list[R]:
    """What ``measure`` finds for each item, in their order, ``jobs`` at a time in processes of their own; ``tell`` hears of each as soon
    as it is done."""
    found = []
    for result in _each(measure, items, jobs):
        found.append(result)
        if tell:
            tell(result)
    return found


def _each(measure: Callable[[T], R], items: Sequence[T], jobs: int) -> Iterator[R]:
    if jobs <= 1 or len(items) <= 1:
        yield from map(measure, items)
    else:
        with ProcessPoolExecutor(min(jobs, len(items)), mp_context=get_context("spawn")) as pool:
            yield from pool.map(measure, items)
