"""What an answer is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from fabula.elements import Spans

if TYPE_CHECKING:
    from fabula.world.world import World

Kind = Literal["who", "what", "when", "where", "why", "how", "how_many", "yes_no"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """``answer`` is as short as an answer is; ``None`` says that the story does not tell, and ``evidence`` holds the nearest passages.

    ``noted`` are the labels of the content notes that the evidence touches, so that a surface can fold it until asked.
    """

    question: str
    answer: str | None
    evidence: Spans = ()
    confidence: float = 0.0
    kind: Kind = "what"
    noted: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The object of ``fabula ask --json``."""
        return {
            "question": self.question,
            "answer": self.answer,
            "evidence": [list(s) for s in self.evidence],
            "confidence": round(self.confidence, 3),
            "kind": self.kind,
            "noted": list(self.noted),
        }


@dataclass(frozen=True, slots=True)
class Found:
    """What a way of answering found: the words of the answer, where it stands, how sure."""

    text: str
    evidence: Spans
    confidence: float


SILENT = Found("", (), 0.0)
"""Found to be untold: the question can only be answered by what the World would know, and it does not."""


def with_notes(answer: Answer, world: World) -> Answer:
    """The answer with the labels of the content notes that its evidence touches."""
    return replace(answer, noted=world.note_index.labels(answer.evidence))
