"""The reading steps in their order. A step is added here and nowhere else."""

from __future__ import annotations

from fabula.reading import (
    beliefs,
    causes,
    commitments,
    emotions,
    events,
    facts,
    frames,
    issues,
    knowledge,
    lore,
    notes,
    places,
    quotations,
    relationships,
    scenes,
    syntax,
    tokens,
    trees,
    who,
)
from fabula.reading.steps import Step

STEPS: tuple[Step, ...] = (
    tokens.STEP,
    syntax.STEP,
    quotations.STEP,
    who.UNAIDED,
    who.STEP,
    trees.STEP,
    places.STEP,
    frames.STEP,
    scenes.STEP,
    events.STEP,
    causes.STEP,
    emotions.STEP,
    relationships.STEP,
    facts.STEP,
    commitments.STEP,
    beliefs.STEP,
    knowledge.STEP,
    lore.STEP,
    notes.STEP,
    issues.STEP,
)
