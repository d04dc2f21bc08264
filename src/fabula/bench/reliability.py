"""Whether a confidence means what it says: of what is claimed with 0.8, about 80 % should be right, and the surest should be the truest."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from itertools import groupby

from fabula.bench.figures import DIGITS, ratio

EDGES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9)
"""Where a bin of confidences begins; it ends where the next begins, the last at 1."""
COVERAGES = (1.0, 0.9, 0.75)
Claim = tuple[float, bool]
"""A confidence, and whether what is said with it is right."""


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
    def of(cls, claims: Iterable[Claim]) -> Reliability:
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


@dataclass(frozen=True, slots=True)
class Claims:
    """Of items that have one right answer each: what was claimed of them, and how many nothing was said of (``silent``)."""

    made: tuple[Claim, ...] = ()
    silent: int = 0

    @classmethod
    def of(cls, items: Iterable[Claim | None]) -> Claims:
        found = list(items)
        made = tuple(c for c in found if c is not None)
        return cls(made, len(found) - len(made))

    @classmethod
    def joined(cls, parts: Iterable[Claims]) -> Claims:
        found = list(parts)
        return cls(tuple(claim for part in found for claim in part.made), sum(part.silent for part in found))

    @property
    def items(self) -> int:
        return len(self.made) + self.silent

    @property
    def reliability(self) -> Reliability:
        return Reliability.of(self.made)

    def accuracy(self, coverage: float = 1.0) -> float:
        """The share that is right of so much of all items, the surest first; what nothing was said of comes last and is wrong. Of items of
        one confidence, of which a part is taken, that part of the right ones counts.

        >>> Claims(((0.9, True), (0.8, False)), silent=2).accuracy(0.5)
        0.5
        """
        wanted = left = coverage * self.items
        right = 0.0
        for _, equal in groupby(sorted(self.made, reverse=True), key=lambda claim: claim[0]):
            marks = [r for _, r in equal]
            right += sum(marks) * min(1.0, left / len(marks))
            left -= len(marks)
            if left <= 0:
                break
        return ratio(right, wanted)

    def to_json(self) -> dict[str, object]:
        at = {f"{100 * c:g}": round(self.accuracy(c), DIGITS) for c in COVERAGES}
        return {"items": self.items, "accuracy_at_coverage": at, **self.reliability.to_json()}


def claims_by_kind(name: str, items: Iterable[tuple[Hashable, Claim | None]]) -> dict[str, Claims]:
    """The claims of all items (``name``) and of each kind (``name.kind``)."""
    by_name: dict[str, list[Claim | None]] = {}
    for kind, claim in items:
        for key in (name, f"{name}.{kind}"):
            by_name.setdefault(key, []).append(claim)
    return {key: Claims.of(claims) for key, claims in by_name.items()}
