"""The heads for meaning in NumPy: emotions and vectors of sentences, situations of clauses, answers in a passage.

Weights are those that ``training.meaning`` wrote; names of arrays are the interface. A model may lack any of these heads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fabula.columns import F32, I32, U8, Columns
from fabula.encoder.clauses import Clauses, group_means
from fabula.encoder.heads import Array, Ints, Range, Weights, linear, relu, sigmoid
from fabula.encoder.meaning_labels import EMOTIONS, SITUATIONS
from fabula.lexicons import table

HEADS = ("emotions", "situations", "vector", "answers")
WINDOW = 384
"""Wordpieces of a question and a passage together, their three markers included."""
QUESTION = 48
"""Wordpieces that are read of a question."""
LONGEST_ANSWER = 30
"""Words."""
Halves = NDArray[np.float16]


@dataclass(frozen=True, slots=True, eq=False)
class ClauseLabels(Columns):
    """One row per clause, in order of ``head``: the word that it hangs on, and its verb.

    ``situation`` is a row of ``SITUATIONS["situation"]``, ``certainty`` its probability; ``habitual``, ``generic`` (the main referent is a
    kind) and ``stative`` (the verb) are probabilities.
    """

    dtypes = {  # noqa: RUF012
        "head": np.int32, "verb": np.int32, "situation": np.uint8, "certainty": np.float32, "habitual": np.float32,
        "generic": np.float32, "stative": np.float32,
    }  # fmt: skip
    head: I32
    verb: I32
    situation: U8
    certainty: F32
    habitual: F32
    generic: F32
    stative: F32


@dataclass(frozen=True, slots=True, eq=False)
class Meaning:
    """What a text means, as far as the model has heads for it: a row for every sentence, of no columns where it has none.

    ``emotions`` ``[sentences, 28]`` are probabilities of ``EMOTIONS``, and ``thresholds`` ``[28]`` say from which on a sentence has one;
    ``vectors`` ``[sentences, 384]`` are normalised: their scalar
    product says how near two sentences are. ``clause``: of every word the row in ``clauses`` (empty where the model has no such head).
    """

    emotions: Halves
    thresholds: F32
    vectors: Halves
    clauses: ClauseLabels
    clause: I32


def softmax(x: Array) -> Array:
    powers = np.exp(x - x.max(-1, keepdims=True))
    found: Array = powers / powers.sum(-1, keepdims=True)
    return found


def unit(x: Array) -> Array:
    """Rows of length 1."""
    found: Array = x / np.maximum(np.sqrt((x * x).sum(1, keepdims=True)), np.float32(1e-12))
    return found


def sentence_means(states: Array, sentences: Sequence[Range]) -> Array:
    """The mean of the word states of each sentence ``[sentences, size]``; they follow each other without gaps."""
    lengths = np.array([last - first for first, last in sentences], np.int64)
    return group_means(states, np.repeat(np.arange(len(lengths)), lengths), len(lengths))


def emotions(w: Weights, means: Array) -> Array:
    """Probabilities of ``EMOTIONS`` ``[sentences, 28]``."""
    return sigmoid(linear(w, "out", relu(linear(w, "hidden", means))))


def thresholds(w: Weights) -> Array:
    """From which probability on a text has an emotion ``[28]``: fitted when the model was made, so that rare ones are found too."""
    return w["thresholds"] if "thresholds" in w else np.full(len(EMOTIONS), 0.5, np.float32)


@cache
def _world_table() -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """The emotions of World JSON that have a label, and how much each gets of each label ``[28, emotions]``."""
    rows = table("emotions", "world")
    names = tuple(dict.fromkeys(emotion for _, emotion, _ in rows))
    shares = np.zeros((len(EMOTIONS), len(names)), np.float32)
    for label, emotion, share in rows:
        shares[EMOTIONS.index(label), names.index(emotion)] = float(share)
    return names, shares


def world_emotions(probabilities: NDArray[np.floating[Any]], least: Array) -> dict[str, float]:
    """The emotions of World JSON that a sentence with these ``probabilities`` ``[28]`` has, and how strong each is (0 to 1)."""
    names, shares = _world_table()
    present = np.where(probabilities >= least, probabilities, 0)
    strength = (present[:, None] * shares).max(0)
    return {name: float(s) for name, s in zip(names, strength, strict=True) if s > 0}


def vectors(w: Weights, states: Array, sentences: Sequence[Range]) -> Array:
    """Normalised vectors ``[sentences, size]``, from the weighted mean of the states of a sentence's words and of what each word adds.

    A head may be plain: then the weights of all words are equal, and they add nothing.
    """
    lengths = np.array([last - first for first, last in sentences], np.int64)
    starts = np.cumsum(lengths) - lengths
    weights = np.exp(np.clip(linear(w, "focus", states), -8, 8)) if "focus.weight" in w else np.ones((len(states), 1), np.float32)
    shares = np.asarray(weights / np.repeat(np.add.reduceat(weights, starts), lengths, axis=0), np.float32)
    found = linear(w, "out", np.add.reduceat(states * shares, starts))
    if "up.weight" in w:
        added: Array = np.add.reduceat(relu(linear(w, "up", states)) * shares, starts) @ w["down.weight"].T
        found += added
    return unit(found)


def situations(w: Weights, means: Array, verbs: Array) -> dict[str, Array]:
    """Probabilities ``[clauses, values]`` of each of ``SITUATIONS``, from the clauses' mean states and the states of their verbs."""
    scores = linear(w, "out", relu(linear(w, "hidden", np.concatenate([means, verbs], 1))))
    parts = np.split(scores, np.cumsum([len(v) for v in SITUATIONS.values()])[:-1], axis=1)
    return {name: softmax(part) for name, part in zip(SITUATIONS, parts, strict=True)}


def clause_labels(w: Weights, states: Array, found: Clauses) -> ClauseLabels:
    probabilities = situations(w, group_means(states, found.owner, len(found.heads)), states[found.verbs])
    kinds = probabilities["situation"]
    return ClauseLabels(
        head=found.heads.astype(np.int32),
        verb=found.verbs.astype(np.int32),
        situation=kinds.argmax(1).astype(np.uint8),
        certainty=np.ascontiguousarray(kinds.max(1)),
        habitual=_column(probabilities, "habituality", "HABITUAL"),
        generic=_column(probabilities, "genericity", "GENERIC"),
        stative=_column(probabilities, "aspect", "STATIVE"),
    )


def _column(probabilities: Mapping[str, Array], name: str, value: str) -> Array:
    return np.ascontiguousarray(probabilities[name][:, SITUATIONS[name].index(value)])


# --- parts of a text put together


class MeaningPart(NamedTuple):
    """What some windows mean: ``words`` of each sentence or part of one, their ``emotions`` and ``vectors``; clauses with rows of words
    in the whole text, and of each word the row of its clause in this part."""

    words: Ints
    emotions: Array
    vectors: Array
    clauses: ClauseLabels
    clause: Ints


def _whole(rows: Array, words: Ints, sentence: Ints, count: int) -> Array:
    """Rows of sentences from those of their parts: the mean, by words."""
    if len(rows) == count:
        return rows
    found = np.zeros((count, rows.shape[1]), np.float32)
    np.add.at(found, sentence, rows * words[:, None])
    return found / np.bincount(sentence, words, count).astype(np.float32)[:, None]


def put_together(parts: Sequence[MeaningPart], sentences: Sequence[Range], least: Array) -> Meaning:
    """The meaning of a text from that of its windows; a sentence that was read in parts becomes one again."""
    words = np.concatenate([p.words for p in parts])
    starts = np.cumsum(words) - words
    sentence = np.searchsorted([first for first, _ in sentences], starts, side="right") - 1
    vectors = _whole(np.concatenate([p.vectors for p in parts]), words, sentence, len(sentences))
    sizes = np.cumsum([0, *(len(p.clauses) for p in parts)])
    return Meaning(
        _whole(np.concatenate([p.emotions for p in parts]), words, sentence, len(sentences)).astype(np.float16),
        least,
        unit(vectors).astype(np.float16),
        _joined([p.clauses for p in parts]),
        np.concatenate([p.clause + size for p, size in zip(parts, sizes[:-1].tolist(), strict=True)]).astype(np.int32),
    )


def _joined(tables: Sequence[ClauseLabels]) -> ClauseLabels:
    return ClauseLabels(**{name: np.concatenate([t.arrays()[name] for t in tables]) for name in ClauseLabels.dtypes})


NOTHING = Meaning(
    np.zeros((0, len(EMOTIONS)), np.float16),
    np.zeros(len(EMOTIONS), np.float32),
    np.zeros((0, 0), np.float16),
    ClauseLabels.from_rows(()),
    np.zeros(0, np.int32),
)
"""The meaning of a text without words."""


# --- answers


class FoundAnswer(NamedTuple):
    """Words ``[first, last)`` of the passage and the probability that they are the answer."""

    first: int
    last: int
    probability: float


class Answering(NamedTuple):
    """The best answers, none of which overlaps a better one, and the probability that the passage does not tell."""

    answers: tuple[FoundAnswer, ...]
    none: float


def answer_scores(w: Weights, words: Array, marker: Array) -> tuple[Array, Array]:
    """Scores ``[words, 2]`` that an answer begins and ends at a word of the passage, and ``[2]`` that there is none."""
    return linear(w, "edges", words), linear(w, "none", marker[None])[0]


def spans(edges: Array, none: Array, *, most: int = 5, longest: int = LONGEST_ANSWER) -> Answering:
    """The most probable spans; all spans of up to ``longest`` words and there being none share one."""
    scores = edges[:, :1] + edges[None, :, 1]
    distance = np.arange(len(edges))[None, :] - np.arange(len(edges))[:, None]
    scores = np.where((distance >= 0) & (distance < longest), scores, -np.inf)
    highest = max(float(scores.max(initial=-np.inf)), float(none.sum()))
    powers = np.exp(scores - highest)
    nothing = float(np.exp(none.sum() - highest))
    total = float(powers.sum()) + nothing
    found: list[FoundAnswer] = []
    order = np.argpartition(-powers.ravel(), min(len(powers.ravel()) - 1, 20 * most))[: 20 * most] if powers.size else np.zeros(0, int)
    for place in order[np.argsort(-powers.ravel()[order], kind="stable")].tolist():
        first, last = divmod(place, len(edges))
        if powers[first, last] > 0 and all(last < f.first or first >= f.last for f in found) and len(found) < most:
            found.append(FoundAnswer(first, last + 1, float(powers[first, last]) / total))
    return Answering(tuple(found), nothing / total)
