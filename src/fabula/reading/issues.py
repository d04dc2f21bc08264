"""What the user should look at, gathered from the warnings of the reading steps."""

from __future__ import annotations

from collections.abc import Mapping

from fabula.elements import Issue
from fabula.reading.steps import Step
from fabula.spans import Span
from fabula.text.manuscript import Manuscript, TextWarning

_SHOWN = 80  # characters of evidence: the place, not the whole of what follows an unclosed mark
_CONFIDENCE = {"unclosed_quote": 0.8, "stray_quote": 0.6}


def _place(manuscript: Manuscript, at: Span | None) -> Span:
    if at is None:
        return Span(0, 0)
    end = min(at.end, at.start + _SHOWN)
    if end < at.end:
        cut = manuscript.text.rfind(" ", at.start, end)
        end = cut if cut > at.start else end
    return Span(at.start, end)


def issues_of(manuscript: Manuscript, warnings: tuple[TextWarning, ...]) -> tuple[Issue, ...]:
    """One issue of kind ``unclosed_quote`` per warning about quotation marks; ``rule`` is the code of the warning."""
    return tuple(
        Issue(
            kind="unclosed_quote", rule=w.code, text=w.message, evidence=(_place(manuscript, w.at),),
            confidence=_CONFIDENCE.get(w.code, 0.5), origin=STEP.origin,
        )
        for w in warnings
    )  # fmt: skip


def _run(manuscript: Manuscript, quotation_warnings: tuple[TextWarning, ...]) -> Mapping[str, tuple[Issue, ...]]:
    return {"issues": issues_of(manuscript, quotation_warnings)}


STEP: Step = Step(name="issues", version="1", needs=("manuscript", "quotation_warnings"), gives=("issues",), run=_run)
