"""What happens in a story: events with who does them to whom, whether and when they happened, and in which order."""

from __future__ import annotations

from fabula.reading.events.finding import ORIGIN, run
from fabula.reading.steps import Step

STEP = Step(
    name="events",
    version="3",
    needs=("trees", "words", "places", "frames", "scenes"),
    gives=("events", "time"),
    run=run,
)

__all__ = ["ORIGIN", "STEP"]
