"""Coreference figures as the reference scorer counts them (Pradhan et al. 2014): MUC, B³, CEAFφ4, and LEA (Moosavi and Strube 2016).

Two readings of one text are two sets of clusters of mentions. Singletons are clusters like others; a mention that only one side has is left
where it is and counts against that side. Every figure is a pair of sums, so pooling documents sums them, as the reference scorer does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping

from fabula.bench.assignment import best_pairs
from fabula.bench.figures import Figure, Found

Clusters = list[frozenset[Hashable]]
Overlaps = list[Counter[int]]
"""For each cluster of one side: number of a cluster of the other -> mentions in common."""
CONLL = ("muc", "b3", "ceafe")
METRICS = (*CONLL, "lea")


def clusters_of(entity_of: Mapping[Hashable, Hashable]) -> Clusters:
    """The clusters of a reading that gives every mention its entity.

    >>> [sorted(c) for c in clusters_of({1: "Ann", 2: "Bo", 3: "Ann"})]
    [[1, 3], [2]]
    """
    clusters: dict[Hashable, set[Hashable]] = {}
    for mention, entity in entity_of.items():
        clusters.setdefault(entity, set()).add(mention)
    return [frozenset(c) for c in clusters.values()]


def coreference(gold: Clusters, read: Clusters) -> dict[str, Found]:
    """Every one of ``METRICS``, and ``mentions``: those that both sides have."""
    over, back = _overlaps(gold, read), _overlaps(read, gold)
    in_common = sum(n for here in over for n in here.values())
    return {
        "mentions": Found.matched(in_common, given=sum(map(len, read)), wanted=sum(map(len, gold))),
        "muc": Found(_kept_links(back), _links(read), _kept_links(over), _links(gold)),
        "b3": Found(_b_cubed(read, back), sum(map(len, read)), _b_cubed(gold, over), sum(map(len, gold))),
        "ceafe": Found.matched(_aligned(gold, read, over), given=len(read), wanted=len(gold)),
        "lea": Found(_lea(read, gold, back), sum(map(len, read)), _lea(gold, read, over), sum(map(len, gold))),
    }


def conll(figures: Mapping[str, Figure], prefix: str = "") -> float:
    """The mean F1 of MUC, B³ and CEAFφ4 among figures whose names begin with ``prefix``."""
    return sum(figures[prefix + metric].value for metric in CONLL) / len(CONLL)


def _overlaps(clusters: Clusters, others: Clusters) -> Overlaps:
    home = {mention: i for i, cluster in enumerate(others) for mention in cluster}
    return [Counter(home[m] for m in cluster if m in home) for cluster in clusters]


def _links(clusters: Clusters) -> int:
    return sum(len(c) - 1 for c in clusters)


def _kept_links(overlaps: Overlaps) -> int:
    """Links that remain when the other side cuts each cluster; a mention that it lacks is cut off on its own."""
    return sum(here.total() - len(here) for here in overlaps)


def _b_cubed(clusters: Clusters, overlaps: Overlaps) -> float:
    return sum(n * n / len(c) for c, here in zip(clusters, overlaps, strict=True) for n in here.values())


def _aligned(gold: Clusters, read: Clusters, over: Overlaps) -> float:
    """The likeness φ4 of all clusters when each stands for one of the other side at most, in the best way there is."""
    likeness = {
        i: {j: 2 * n / (len(cluster) + len(read[j])) for j, n in here.items()}
        for i, (cluster, here) in enumerate(zip(gold, over, strict=True))
        if here
    }
    return sum(likeness[i][j] for i, j in best_pairs(likeness).items())


def _lea(clusters: Clusters, others: Clusters, overlaps: Overlaps) -> float:
    """Mentions, each weighed by the share of its cluster's links that the other side has; a singleton's link is to itself."""
    total = 0.0
    for cluster, here in zip(clusters, overlaps, strict=True):
        if len(cluster) == 1:
            total += any(len(others[j]) == 1 for j in here)
        else:
            total += len(cluster) * sum(map(_pairs, here.values())) / _pairs(len(cluster))
    return total


def _pairs(mentions: int) -> int:
    return mentions * (mentions - 1) // 2


def same_mentions(gold: Mapping[Hashable, Hashable], read: Mapping[Hashable, Hashable]) -> dict[Hashable, Hashable]:
    """``read`` on gold mentions: those it has beside are dropped, those it lacks are entities of their own."""
    return {mention: read.get(mention, ("alone", mention)) for mention in gold}
