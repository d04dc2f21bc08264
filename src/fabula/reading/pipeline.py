"""The reading steps in their order. A step is added here and nowhere else."""

from __future__ import annotations

from fabula.reading import tokens
from fabula.reading.steps import Step

STEPS: tuple[Step, ...] = (tokens.STEP,)
