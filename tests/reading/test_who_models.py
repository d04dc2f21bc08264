"""The learned parts of who-is-who: that they compute what they say, and that the shipped weights are those of the code's features."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from fabula.reading.who.addressees import OF_ADDRESSEE
from fabula.reading.who.aliases import OF_ALIAS
from fabula.reading.who.candidates import FEATURES
from fabula.reading.who.dialogue import load_dialogue_model, log_partition, posterior
from fabula.reading.who.evidence import OF_PAIR, OF_SKIP, OF_SPEAKER
from fabula.reading.who.ranker import Ranker, load_ranker, shares


def _score(way: tuple[int, ...], scores: np.ndarray, same: np.ndarray, back: np.ndarray) -> float:
    total = sum(scores[t, p] for t, p in enumerate(way))
    total += sum(same[t] for t in range(1, len(way)) if way[t] == way[t - 1])
    return float(total + sum(back[t] for t in range(2, len(way)) if way[t] == way[t - 2]))


@pytest.mark.parametrize("turns", [1, 2, 3, 5])
def test_posterior_and_partition_are_sums_over_all_ways_to_give_turns_to_people(turns: int) -> None:
    rng = np.random.default_rng(turns)
    scores, same, back = rng.normal(size=(turns, 3)), rng.normal(size=turns), rng.normal(size=turns)
    ways = list(product(range(3), repeat=turns))
    weight = np.exp([_score(w, scores, same, back) for w in ways])
    expected = np.zeros((turns, 3))
    for w, value in zip(ways, weight, strict=True):
        for t, p in enumerate(w):
            expected[t, p] += value / weight.sum()
    assert np.allclose(posterior(scores, same, back), expected)
    assert np.isclose(log_partition(scores, same, back), np.log(weight.sum()))


def test_a_ranker_is_its_matrices_with_a_rectifier_between() -> None:
    layers = ((np.array([[1.0], [-2.0]], np.float32), np.zeros(1, np.float32)), (np.array([[3.0]], np.float32), np.ones(1, np.float32)))
    ranker = Ranker(("a", "b"), np.zeros(2, np.float32), np.ones(2, np.float32), layers)
    assert ranker.scores(np.array([[2.0, 0.0], [0.0, 2.0]], np.float32)).tolist() == [7.0, 1.0]


def test_shares_add_up_to_one_and_keep_the_order() -> None:
    found = shares(np.array([2.0, 1.0, 3.0], np.float32))
    assert np.isclose(sum(found), 1.0)
    assert found[2] > found[0] > found[1]


def test_a_ranker_looks_at_the_features_that_it_was_trained_on_wherever_they_stand() -> None:
    ranker = Ranker(
        ("a", "b"), np.zeros(2, np.float32), np.ones(2, np.float32), ((np.array([[1.0], [-2.0]], np.float32), np.zeros(1, np.float32)),)
    )
    more = ranker.over(("new", "b", "a"))
    assert more.scores(np.array([[9.0, 1.0, 5.0]], np.float32)).tolist() == ranker.scores(np.array([[5.0, 1.0]], np.float32)).tolist()
    assert ranker.over(("a", "b")).columns is None


def test_a_ranker_that_needs_a_feature_which_is_not_there_says_so() -> None:
    ranker = Ranker(("a", "b"), np.zeros(2, np.float32), np.ones(2, np.float32), ())
    with pytest.raises(ValueError, match="no feature b"):
        ranker.over(("a", "c"))


@pytest.mark.parametrize(("name", "features"), [("mentions", FEATURES), ("aliases", OF_ALIAS), ("addressees", OF_ADDRESSEE)])
def test_shipped_rankers_were_trained_on_features_of_this_code(name: str, features: tuple[str, ...]) -> None:
    assert set(load_ranker(name).names) <= set(features)


def test_the_shipped_dialogue_model_was_trained_on_features_of_this_code() -> None:
    model = load_dialogue_model()
    assert set(model.unary.names) <= set(OF_SPEAKER)
    assert (len(model.pair), len(model.skip)) == (len(OF_PAIR), len(OF_SKIP))
