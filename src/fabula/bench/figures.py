"""Figures that can be pooled: counts first, ratios last, so that the sum over stories is the figure over all their items."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

DIGITS = 3


def ratio(part: float, whole: float) -> float:
    """``part`` of ``whole``; 0 where there is nothing to count."""
    return part / whole if whole else 0.0


@dataclass(frozen=True, slots=True)
class Share:
    """So many are right of so many. ``Share(3, 4) + Share(0, 4)`` is ``Share(3, 8)``."""

    right: float
    of: float

    def __add__(self, other: Share) -> Share:
        return Share(self.right + other.right, self.of + other.of)

    @property
    def value(self) -> float:
        return ratio(self.right, self.of)

    def to_json(self) -> dict[str, float]:
        return {"share": round(self.value, DIGITS), "n": self.of}


@dataclass(frozen=True, slots=True)
class Found:
    """Precision and recall: what was given and how much of it is right, what was wanted and how much of it was found.

    >>> both = Found.matched(2, given=3, wanted=2) + Found.matched(0, given=1, wanted=2)
    >>> both.precision, both.recall, both.value
    (0.5, 0.5, 0.5)
    """

    right: float
    given: float
    found: float
    wanted: float

    @classmethod
    def matched(cls, hits: float, *, given: float, wanted: float) -> Found:
        """Where each hit is one thing given and one thing wanted."""
        return cls(hits, given, hits, wanted)

    @classmethod
    def of_sets(cls, given: set[Any], wanted: set[Any]) -> Found:
        return cls.matched(len(given & wanted), given=len(given), wanted=len(wanted))

    def __add__(self, other: Found) -> Found:
        return Found(self.right + other.right, self.given + other.given, self.found + other.found, self.wanted + other.wanted)

    @property
    def precision(self) -> float:
        return ratio(self.right, self.given)

    @property
    def recall(self) -> float:
        return ratio(self.found, self.wanted)

    @property
    def value(self) -> float:
        """F1."""
        return ratio(2 * self.precision * self.recall, self.precision + self.recall)

    def to_json(self) -> dict[str, float]:
        ratios = {"precision": self.precision, "recall": self.recall, "f1": self.value}
        return {k: round(v, DIGITS) for k, v in ratios.items()} | {"given": self.given, "n": self.wanted}


@dataclass(frozen=True, slots=True)
class Balanced:
    """What is right of the cases where the answer is yes, and of those where it is no: their mean, so that neither comes for nothing."""

    yes: Share
    no: Share

    def __add__(self, other: Balanced) -> Balanced:
        return Balanced(self.yes + other.yes, self.no + other.no)

    @property
    def of(self) -> float:
        return self.yes.of + self.no.of

    @property
    def value(self) -> float:
        both = [s for s in (self.yes, self.no) if s.of]
        return sum(s.value for s in both) / max(1, len(both))

    def to_json(self) -> dict[str, float]:
        return {
            "balanced_accuracy": round(self.value, DIGITS),
            "yes": round(self.yes.value, DIGITS),
            "no": round(self.no.value, DIGITS),
            "n": self.of,
        }


Figure = Share | Found | Balanced
Figures = dict[str, Figure]
"""Figures by name; ``speakers.explicit`` is a part of ``speakers``."""


def pooled(stories: Iterable[Mapping[str, Figure]]) -> Figures:
    """The sum of each figure over the stories that have it."""
    out: Figures = {}
    for figures in stories:
        for name, figure in figures.items():
            out[name] = out[name] + figure if name in out else figure  # type: ignore[operator]
    return out


def by_kind(name: str, marks: Iterable[tuple[Hashable, bool]]) -> dict[str, Share]:
    """The share of what is right, of all (``name``) and of each kind (``name.kind``), from (kind, right) of every item."""
    total: dict[str, Share] = {}
    for kind, right in marks:
        for key in (name, f"{name}.{kind}"):
            total[key] = total.get(key, Share(0, 0)) + Share(int(right), 1)
    return total
