"""Coreference scores against hand counts and the worked examples of the papers that define them."""

from __future__ import annotations

import random
import time
from itertools import permutations

import pytest

from fabula.bench.assignment import best_pairs
from fabula.bench.coreference import METRICS, Clusters, clusters_of, conll, coreference, same_mentions
from fabula.bench.figures import Figures, Found, pooled


def clusters(*words: str) -> Clusters:
    """A mention is a letter, a cluster a word."""
    return [frozenset(word) for word in words]


PRADHAN = clusters("abc", "defg"), clusters("ab", "cd", "fghi")
"""Figure 1 of Pradhan et al. 2014: e is in the key alone, h and i in the response alone."""
BAGGA = clusters("12345", "67", "89ABC")
"""The example of Bagga and Baldwin 1998, which Luo 2005 takes up."""


@pytest.mark.parametrize(
    ("metric", "recall", "precision"),
    [
        ("mentions", 6 / 7, 6 / 8),
        ("muc", 2 / 5, 2 / 5),
        ("b3", 35 / 12 / 7, 4 / 8),
        ("ceafe", 1.3 / 2, 1.3 / 3),
        ("lea", (3 * 1 / 3 + 4 * 1 / 6) / 7, (2 + 0 + 4 * 1 / 6) / 8),
    ],
)
def test_the_worked_example_of_the_reference_scorer(metric: str, recall: float, precision: float) -> None:
    figure = coreference(*PRADHAN)[metric]
    assert (figure.recall, figure.precision) == (pytest.approx(recall), pytest.approx(precision))


def test_the_worked_example_as_it_is_printed() -> None:
    found = coreference(*PRADHAN)
    printed = {m: (round(found[m].recall, 2), round(found[m].precision, 2), round(found[m].value, 2)) for m in METRICS}
    assert printed == {"muc": (0.4, 0.4, 0.4), "b3": (0.42, 0.5, 0.45), "ceafe": (0.65, 0.43, 0.52), "lea": (0.24, 0.33, 0.28)}
    assert conll(dict(found)) == pytest.approx((0.4 + 2 * (5 / 12 * 0.5) / (5 / 12 + 0.5) + 0.52) / 3)


@pytest.mark.parametrize(
    ("read", "muc", "b3", "ceafe"),
    [
        (clusters("12345", "6789ABC"), 0.947, 0.865, 0.733),
        (clusters("1234589ABC", "67"), 0.947, 0.737, 0.667),
        (clusters("123456789ABC"), 0.900, 0.545, 0.294),
        (clusters(*"123456789ABC"), 0.0, 0.4, 0.178),
    ],
)
def test_the_examples_in_which_the_metrics_disagree(read: Clusters, muc: float, b3: float, ceafe: float) -> None:
    found = coreference(BAGGA, read)
    assert [found[m].value for m in ("muc", "b3", "ceafe")] == pytest.approx([muc, b3, ceafe], abs=6e-4)


def test_the_precision_of_the_two_mergers() -> None:
    small, large = (coreference(BAGGA, read)["b3"] for read in (clusters("12345", "6789ABC"), clusters("1234589ABC", "67")))
    assert (small.precision, small.recall) == (pytest.approx(0.762, abs=1e-3), 1.0)
    assert (large.precision, large.recall) == (pytest.approx(7 / 12), 1.0)


def test_a_response_that_lacks_an_entity_and_a_mention() -> None:
    """The reference scorer's case A-2."""
    found = coreference(clusters("a", "bc", "def"), clusters("a", "de"))
    assert found["muc"] == Found(1, 1, 1, 3)
    assert found["b3"] == Found(3, 3, pytest.approx(7 / 3), 6)
    assert found["ceafe"] == Found(pytest.approx(1.8), 2, pytest.approx(1.8), 3)
    assert found["lea"] == Found(3, 3, 2, 6)


def test_a_mention_of_the_response_alone_costs_precision_and_only_that() -> None:
    gold = clusters("a", "bc")
    right, beside, inside = (coreference(gold, read) for read in (gold, [*gold, frozenset("x")], clusters("a", "bcx")))
    assert all(f.value == 1 for f in right.values())
    assert {m: (beside[m].recall, beside[m].precision) for m in METRICS} == {
        "muc": (1, 1),
        "b3": (1, 3 / 4),
        "ceafe": (1, 2 / 3),
        "lea": (1, 3 / 4),
    }
    assert (inside["muc"].recall, inside["muc"].precision) == (1, 1 / 2)
    assert inside["b3"].precision == pytest.approx((1 + 4 / 3) / 4)
    assert inside["lea"].precision == pytest.approx((1 + 3 * 1 / 3) / 4)


def test_a_singleton_is_an_entity_like_others() -> None:
    found = coreference(clusters("a", "b"), clusters("ab"))
    assert found["muc"] == Found(0, 1, 0, 0)
    assert found["b3"] == Found(1, 2, 2, 2)
    assert found["ceafe"].right == pytest.approx(2 / 3)
    assert found["lea"] == Found(0, 2, 0, 2)
    assert coreference(clusters("a", "b"), clusters("a", "b"))["lea"].value == 1


def test_nothing_on_either_side_is_no_error() -> None:
    assert conll(dict(coreference([], clusters("ab")))) == conll(dict(coreference(clusters("ab"), []))) == 0


def test_pooled_documents_are_summed_not_averaged() -> None:
    one: Figures = dict(coreference(clusters("abcd"), clusters("abcd")))
    two: Figures = dict(coreference(clusters("ab", "cd"), clusters("abcd")))
    assert pooled([one, two])["muc"] == Found(5, 6, 5, 5)


def test_on_gold_mentions_what_is_missing_stands_alone_and_what_is_beside_is_dropped() -> None:
    gold, read = {1: "x", 2: "x", 3: "y"}, {1: "p", 2: "p", 9: "p"}
    assert sorted(map(sorted, clusters_of(same_mentions(gold, read)))) == [[1, 2], [3]]


# --- the best pairing
def _by_trying_all(worth: dict[int, dict[int, float]], columns: int) -> float:
    rows = list(worth)
    places = [*range(columns), *[-1] * len(rows)]
    return max(sum(worth[r].get(c, 0.0) for r, c in zip(rows, chosen, strict=True)) for chosen in set(permutations(places, len(rows))))


def test_the_best_pairing_is_that_of_trying_all() -> None:
    draw = random.Random(7)
    for _ in range(150):
        rows, columns = draw.randint(1, 4), draw.randint(1, 4)
        worth = {r: {c: draw.choice([1.0, draw.random()]) for c in range(columns) if draw.random() < 0.6} for r in range(rows)}
        pairs = best_pairs(worth)
        assert len(set(pairs.values())) == len(pairs)
        assert sum(worth[r][c] for r, c in pairs.items()) == pytest.approx(_by_trying_all(worth, columns))


def test_thousands_of_clusters_are_paired_in_seconds() -> None:
    draw = random.Random(7)
    gold, read = ({m: draw.randrange(5000) for m in range(12000)} for _ in range(2))
    started = time.process_time()
    found = coreference(clusters_of(gold), clusters_of(read))
    assert time.process_time() - started < 5
    assert 0 < found["ceafe"].value < 1
