"""Layers that are more than plain columns."""

from __future__ import annotations

import sqlite3

import numpy as np

from fabula.layers import SentenceMeaning
from fabula.world import tables

STARTS = np.array([0, 10, 25], np.int32)


def meaning() -> tuple[SentenceMeaning, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(3, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    probabilities = rng.random((3, 28)).astype(np.float32)
    return SentenceMeaning.of(STARTS, vectors, probabilities), vectors, probabilities


def test_what_sentences_mean_is_kept_nearly_as_it_was() -> None:
    kept, vectors, probabilities = meaning()
    assert (kept.vectors() * vectors).sum(1).min() > 0.999
    assert np.abs(kept.probabilities() - probabilities).max() < 1 / 400


def test_what_sentences_mean_comes_back_from_a_file() -> None:
    kept, _, _ = meaning()
    connection = sqlite3.connect(":memory:")
    tables.create(connection)
    tables.write_layer(connection, "meaning", kept, np.array([0, 10], np.int32))
    back = tables.read_layer(connection, "meaning")
    assert np.array_equal(back.start, STARTS)
    assert np.array_equal(back.vectors(), kept.vectors())
    assert np.array_equal(back.probabilities(), kept.probabilities())


def test_a_model_that_says_nothing_of_meaning_leaves_no_rows() -> None:
    assert len(SentenceMeaning.from_rows(())) == 0
    assert SentenceMeaning.from_rows(()).vectors().shape[0] == 0
