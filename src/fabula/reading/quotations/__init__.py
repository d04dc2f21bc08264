"""Quotations by typography: which marks a story uses for speech, and where each speech begins and ends."""

from __future__ import annotations

from collections.abc import Mapping

from fabula.layers import Quotations
from fabula.reading.quotations.finder import find_quotations
from fabula.reading.steps import Step
from fabula.text.manuscript import Manuscript, TextWarning

__all__ = ["STEP", "find_quotations"]


def _run(manuscript: Manuscript) -> Mapping[str, Quotations | tuple[TextWarning, ...]]:
    quotations, warnings = find_quotations(manuscript)
    return {"quotations": quotations, "quotation_warnings": warnings}


STEP: Step = Step(name="quotations", version="1", needs=("manuscript",), gives=("quotations", "quotation_warnings"), run=_run)
