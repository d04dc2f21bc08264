"""The reading steps in their order. A step is added here and nowhere else."""

from __future__ import annotations

from fabula.reading import (
    causes,
    emotions,
    events,
    facts,
    frames,
    issues,
    lore,
    notes,
    places,
    quotations,
    relationships,
    scenes,
    syntax,
    tokens,
    who,
)  # fmt: skip
from fabula.reading.steps import Step

STEPS: tuple[Step, ...] = (
    tokens.STEP,
    syntax.STEP,
    quotations.STEP,
    who.UNAIDED,
    who.STEP,
    places.STEP,
    frames.STEP,
    scenes.STEP,
    events.STEP,
    causes.STEP,
    emotions.STEP,
    relationships.STEP,
    facts.STEP,
    lore.STEP,
    notes.STEP,
    issues.STEP,
)
