"""Sentences of a text by how well they fit a question, by words alone: what models are measured against."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fabula.ask.language import is_content, stem

K1, B = 1.2, 0.75


def stems(words: Sequence[str]) -> list[str]:
    return [stem(w) for w in words if is_content(w)]


class Bm25:
    """Okapi BM25 (Robertson and Zaragoza, 2009) over stems of content words.

    >>> Bm25([["the", "cat", "slept"], ["a", "dog", "barked"]]).scores(["Which", "dog", "?"]).argmax()
    np.int64(1)
    """

    def __init__(self, sentences: Sequence[Sequence[str]]) -> None:
        self._counts = [Counter(stems(s)) for s in sentences]
        self._lengths = np.array([sum(c.values()) for c in self._counts], float)
        self._holding = Counter(word for c in self._counts for word in c)

    def scores(self, question: Sequence[str]) -> NDArray[np.float64]:
        """A score for every sentence, 0 where it has no word of the question."""
        found = np.zeros(len(self._counts))
        length = self._lengths / max(self._lengths.mean(), 1e-9) if len(found) else found
        for word in set(stems(question)):
            n = self._holding[word]
            rarity = math.log(1 + (len(found) - n + 0.5) / (n + 0.5))
            counts = np.array([c[word] for c in self._counts], float)
            found += rarity * counts * (K1 + 1) / (counts + K1 * (1 - B + B * length))
        return found


def bootstrap(differences: Sequence[Sequence[float]], *, rounds: int = 2000, seed: int = 1) -> tuple[float, float]:
    """The interval that holds the mean of all differences in 95 of 100 draws of groups (texts) with replacement."""
    rng = np.random.default_rng(seed)
    sums, sizes = np.array([sum(d) for d in differences]), np.array([len(d) for d in differences])
    drawn = rng.integers(0, len(sums), (rounds, len(sums)))
    low, high = np.quantile(sums[drawn].sum(1) / sizes[drawn].sum(1), (0.025, 0.975))
    return float(low), float(high)
