"""Whether a confidence means what it says: of what is claimed with 0.8, about 80 % should be right."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from fabula.bench.figures import DIGITS, ratio

EDGES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9)
"""Where a bin of confidences begins; it ends where the next begins, the last at 1."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Claims of about one confidence: how many, the sum of what they claim, how many are right."""

    count: int = 0
    claimed: float = 0.0
    right: int = 0

    def __add__(self, other: Bin) -> Bin:
        return Bin(self.count + other.count, self.claimed + other.claimed, self.right + other.right)


@dataclass(frozen=True, slots=True)
class Reliability:
    """One bin for each of ``EDGES``."""

    bins: tuple[Bin, ...] = (Bin(),) * len(EDGES)

    @classmethod
    def of(cls, claims: Iterable[tuple[float, bool]]) -> Reliability:
        """From (confidence, right) of every claim.

        >>> Reliability.of([(0.9, True), (0.8, False), (0.85, True)]).bins[-2:]
        (Bin(count=2, claimed=1.65, right=1), Bin(count=1, claimed=0.9, right=1))
        """
        bins = [Bin()] * len(EDGES)
        for confidence, right in claims:
            bins[bisect_right(EDGES, confidence) - 1] += Bin(1, confidence, int(right))
        return cls(tuple(bins))

    def __add__(self, other: Reliability) -> Reliability:
        return Reliability(tuple(a + b for a, b in zip(self.bins, other.bins, strict=True)))

    @property
    def count(self) -> int:
        return sum(b.count for b in self.bins)

    @property
    def error(self) -> float:
        """Expected calibration error: how far confidence and share of right claims lie apart, weighted by the claims of each bin."""
        return ratio(sum(abs(b.claimed - b.right) for b in self.bins), self.count)

    def to_json(self) -> dict[str, object]:
        rows = [
            {
                "from": edge,
                "n": b.count,
                "confidence": round(ratio(b.claimed, b.count), DIGITS),
                "accuracy": round(ratio(b.right, b.count), DIGITS),
            }
            for edge, b in zip(EDGES, self.bins, strict=True)
        ]
        return {"n": self.count, "error": round(self.error, DIGITS), "bins": rows}
