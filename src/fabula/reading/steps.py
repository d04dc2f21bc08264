"""Reading steps: each declares what it needs and what it gives, so a pipeline is checked before it runs.

The idea of steps with declared needs and products follows Renard (CompNet) and spaCy's pipe analysis; the code is our own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fabula.errors import PipelineError

Layers = dict[str, Any]
"""Everything read so far, by name: ``manuscript``, ``tokens``, ``characters`` … Values are frozen."""


GIVEN: Mapping[str, Any] = {"corrections": (), "corrected": False}
"""What every pipeline is given beside the manuscript, unless the caller gives it: the user's corrections, and whether there are any."""


@dataclass(frozen=True, slots=True)
class Step:
    """One reading step. ``run`` takes the layers it needs as keyword arguments and returns those it gives, by name.

    ``passing``: those of them that are kept in no file, and no longer than a later step needs them; ``again`` gives them anew.
    """

    name: str
    version: str
    needs: tuple[str, ...]
    gives: tuple[str, ...]
    run: Callable[..., Mapping[str, Any]]
    passing: tuple[str, ...] = ()
    again: Callable[..., Mapping[str, Any]] | None = None

    @property
    def lasting(self) -> tuple[str, ...]:
        return tuple(name for name in self.gives if name not in self.passing)

    @property
    def origin(self) -> str:
        return f"{self.name}@{self.version}"


def passed(steps: Iterable[Step]) -> frozenset[str]:
    """The layers of these steps that are kept nowhere."""
    return frozenset(name for step in steps for name in step.passing)


def check_pipeline(steps: Iterable[Step], given: Iterable[str] = ("manuscript",)) -> None:
    """Raise PipelineError where a step needs what no step before it gives, or gives what already is there."""
    known = {*GIVEN, *given}
    for step in steps:
        if missing := [n for n in step.needs if n not in known]:
            raise PipelineError(f"step {step.name!r} needs {', '.join(missing)}, which no step before it gives")
        if twice := [g for g in step.gives if g in known]:
            raise PipelineError(f"step {step.name!r} gives {', '.join(twice)}, which is already there")
        known.update(step.gives)


def run_pipeline(steps: Iterable[Step], layers: Mapping[str, Any]) -> Iterator[tuple[Step, Mapping[str, Any]]]:
    """Run the steps in order, yielding each with what it gave, so that a caller can store and report stage by stage."""
    steps = tuple(steps)
    check_pipeline(steps, layers)
    known: Layers = {**GIVEN, **layers}
    for step in steps:
        given = step.run(**{n: known[n] for n in step.needs})
        if set(given) != set(step.gives):
            raise PipelineError(f"step {step.name!r} promised {sorted(step.gives)} and gave {sorted(given)}")
        known.update(given)
        yield step, given
