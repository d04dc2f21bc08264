"""Fabula reads the development data no worse than it did."""

from __future__ import annotations

import pytest

from accuracy_figures import SOURCES, figures, floors, present

FLOORED = sorted((name, measure) for name, held in floors().items() for measure in held)


@pytest.mark.parametrize(("name", "measure"), FLOORED)
def test_a_figure_is_no_lower_than_its_floor(name: str, measure: str) -> None:
    if not present(name):
        pytest.skip(f"the texts of {name} are not here (set FABULA_DATA)")
    assert figures(name)[measure] >= floors()[name][measure], f"{measure} of {name} has sunk to {figures(name)[measure]:.3f}"


def test_there_are_floors_for_everything_that_is_measured() -> None:
    assert set(floors()) == set(SOURCES)
    assert all(0 < floor <= 1 for held in floors().values() for floor in held.values()), "a floor of nothing holds nothing"
