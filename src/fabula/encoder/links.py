"""Links: which mention another mention, or a speaker or addressee of a quotation, refers back to (or on to), scored from word states.

Every mention and every quotation is an item: its first and last word, and a kind. An item asks (``query``) and mentions answer (``key``);
the score of a pair is a scaled dot product with learned biases for the distance, the paragraphs between and the kinds of the two. Asking
for the mention's antecedent, the quotation's speaker and its addressee are three questions of one head. One more score stands for none.
After Lee, He, Lewis and Zettlemoyer (2017), with a bilinear pair score as in Kirstain, Ram and Levy (2021).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Ints = NDArray[np.int64]
Weights = Mapping[str, Array]

ANTECEDENT, SPEAKER, ADDRESSEE = range(3)
QUESTIONS = 3
NAME, NOMINAL, PRONOUN, FIRST = range(4)
"""Kinds of mentions: proper names, common nouns, third-person pronouns, first-person pronouns (of narration alone)."""
IN_SPEECH = 4
"""Added to the kind of a mention that stands in a quotation."""
QUOTE = 8
"""The kind of a quotation, its marks included."""
KINDS = 9
REACH, AHEAD = 500, 60
"""Words before the item, and for a quotation after it, in which a mention can answer."""
MOST = 64
"""Mentions at most that are looked at for one item: the nearest before it, and all ahead."""
BEFORE_EDGES = (1, 2, 3, 5, 8, 12, 20, 32, 50, 80, 128, 200, 320)
AHEAD_EDGES = (2, 4, 7, 12, 20, 35)
BUCKETS = len(BEFORE_EDGES) + 1 + len(AHEAD_EDGES) + 1 + 1
INSIDE = BUCKETS - 1
PARAGRAPHS = 8
"""Paragraphs between: unknown, the same, one before, two, three, more before; one ahead, more ahead."""


@dataclass(frozen=True, slots=True, eq=False)
class Linking:
    """What links of one text are scored from: ``words`` ``[words, d]`` from :func:`project`, and the weights of the head."""

    words: NDArray[np.float16]
    weights: Weights


def distance_bucket(first: Ints, last: Ints, key: Ints) -> Ints:
    """Where a mention that begins at word ``key`` stands as seen from an item of words ``[first, last)``; all may be arrays."""
    before = np.searchsorted(BEFORE_EDGES, first - key, side="right")
    ahead = len(BEFORE_EDGES) + 1 + np.searchsorted(AHEAD_EDGES, key - last, side="right")
    return np.where(key < first, before, np.where(key >= last, ahead, INSIDE)).astype(np.int64)


def paragraph_bucket(item: Ints, key: Ints) -> Ints:
    """How many paragraphs the mention's is before or after the item's; -1 in either is unknown."""
    apart = np.clip(item - key, -2, 4)
    found = np.where(apart >= 0, 1 + apart, 5 - apart)
    return np.where((item < 0) | (key < 0), 0, found).astype(np.int64)


class Items(NamedTuple):
    """Mentions or quotations as columns: words ``[first, last)``, kind, paragraph (-1 where the text's are not known).

    ``mixed``: what they are in the light of one another (:mod:`fabula.encoder.mixing`) ``[items, d]``, ``[items, 0]`` where nothing tells.
    """

    first: Ints
    last: Ints
    kind: Ints
    paragraph: Ints
    mixed: Array

    def at(self, rows: Ints | NDArray[np.bool_] | slice) -> Items:
        """Some of the items."""
        return Items(self.first[rows], self.last[rows], self.kind[rows], self.paragraph[rows], self.mixed[rows])


def project(w: Weights, states: Array) -> NDArray[np.float16]:
    """What links need of word states ``[words, size]``, in fewer numbers: to be kept for a whole story."""
    return (states @ w["project.weight"].T + w["project.bias"]).astype(np.float16)


def _hidden(w: Weights, role: str, words: NDArray[np.float16], items: Items) -> Array:
    first, last = words[items.first].astype(np.float32), words[items.last - 1].astype(np.float32)
    found = first @ w[f"{role}_first.weight"].T + last @ w[f"{role}_last.weight"].T + w[f"{role}_kind.weight"][items.kind]
    if items.mixed.shape[1]:
        found += items.mixed @ w[f"{role}_mixed.weight"].T
    return np.maximum(found, np.float32(0))


class Asked(NamedTuple):
    """Queries ``[items, d]`` and scores of none ``[items]`` for one question."""

    query: Array
    none: Array


def ask(w: Weights, question: int, words: NDArray[np.float16], items: Items) -> Asked:
    hidden = _hidden(w, "query", words, items)
    size = w["query.weight"].shape[0] // QUESTIONS
    part = slice(question * size, (question + 1) * size)
    none = hidden @ w["none.weight"][question] + w["none.bias"][question]
    return Asked(hidden @ w["query.weight"][part].T + w["query.bias"][part], none)


class Keys(NamedTuple):
    """Keys ``[questions, mentions, d]`` and what speaks for each mention whoever asks ``[questions, mentions]``."""

    key: Array
    salience: Array


def answers(w: Weights, words: NDArray[np.float16], mentions: Items) -> Keys:
    hidden = _hidden(w, "key", words, mentions)
    key = hidden @ w["key.weight"].T + w["key.bias"]
    salience = hidden @ w["salience.weight"].T + w["salience.bias"]
    return Keys(np.ascontiguousarray(key.reshape(len(key), QUESTIONS, -1).transpose(1, 0, 2)), np.ascontiguousarray(salience.T))


def bounds(mentions: Items, item_first: int, item_last: int, *, ahead: bool) -> tuple[int, int]:
    """Rows of the mentions (which are in order of ``first``) that can answer an item of words ``[item_first, item_last)``."""
    low = int(np.searchsorted(mentions.first, item_first - REACH))
    start = int(np.searchsorted(mentions.first, item_first))
    high = int(np.searchsorted(mentions.first, item_last + AHEAD)) if ahead else start
    return max(low, start - MOST), high


def scores(w: Weights, question: int, items: Items, asked: Asked, i: int, mentions: Items, keys: Keys, rows: Ints) -> Array:
    """Scores of the mentions ``rows`` as answers of item ``i``, the score of none last."""
    scale = np.float32(1.0 / np.sqrt(asked.query.shape[1]))
    found = keys.key[question][rows] @ asked.query[i] * scale + keys.salience[question][rows]
    kind = mentions.kind[rows]
    first, last = items.first[i], items.last[i]
    found = found + w["distance"][question, distance_bucket(first, last, mentions.first[rows]), kind]
    found += w["paragraph"][question, paragraph_bucket(items.paragraph[i], mentions.paragraph[rows])]
    found += w["kinds"][question, items.kind[i], kind]
    return np.append(found, asked.none[i]).astype(np.float32)


def ranges(mentions: Items, items: Items, *, ahead: bool) -> tuple[Ints, Ints]:
    """:func:`bounds` of many items at once: first rows and rows after the last ``[items]``."""
    low = np.searchsorted(mentions.first, items.first - REACH)
    start = np.searchsorted(mentions.first, items.first)
    high = np.searchsorted(mentions.first, items.last + AHEAD) if ahead else start
    return np.maximum(low, start - MOST).astype(np.int64), high.astype(np.int64)


def grid_scores(w: Weights, question: int, items: Items, asked: Asked, mentions: Items, keys: Keys, rows: Ints) -> Array:
    """:func:`scores` of many items at once, ``[items, n]`` without that of none; ``rows`` ``[items, n]``: the mentions of each item."""
    scale = np.float32(1.0 / np.sqrt(asked.query.shape[1]))
    found: Array = (keys.key[question][rows] @ asked.query[:, :, None])[:, :, 0] * scale + keys.salience[question][rows]
    kind = mentions.kind[rows]
    at = distance_bucket(items.first[:, None], items.last[:, None], mentions.first[rows])
    found += w["distance"][question, at, kind]
    found += w["paragraph"][question, paragraph_bucket(items.paragraph[:, None], mentions.paragraph[rows])]
    found += w["kinds"][question, items.kind[:, None], kind]
    return found
