"""Who is spoken to: each person of a conversation judged for each turn, once it is known who speaks. What the features weigh is learned."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fabula.reading.who.evidence import OF_SPEAKER
from fabula.reading.who.ranker import Ranker

Matrix = NDArray[np.float32]
_SHARED = (
    "called", "object_here", "vocative_self", "tag_to", "own_name", "talked_of", "wide", "near", "first_wide", "first_near",
    "near_before", "near_after", "actor_before", "actor_after", "narrator", "described", "uses", "tags_in_talk", "tag_near",
    "called_in_talk", "named_in_talk", "beats_in_talk", "before_is", "after_is", "before_share", "after_share",
    "link_told", "link_told_share", "link_named_told",
)  # fmt: skip
_ROWS = [OF_SPEAKER.index(n) for n in _SHARED if n in OF_SPEAKER]
OF_TURN = ("asks", "says_you", "says_you_all", "size", "opens_talk", "ends_talk")
OF_ADDRESSEE = (
    *(n for n in _SHARED if n in OF_SPEAKER), "somebody_called", "speaks", "spoke_before", "speaks_next", "spoke_two_before",
    "speaks_two_next", "last_other", "next_other", "last_other_distance", "next_other_distance", "share_of_talk", "speakers",
    "two_speakers", "present", *OF_TURN,
)  # fmt: skip
TOLD = 0.5
"""Probability from which somebody is said to be spoken to; the likeliest one is even below."""
LEAST = 0.25
CERTAIN = 0.95
"""Of whom the tag says that they are spoken to."""


def features(rows: Matrix, posterior: NDArray[np.float64], turns: Matrix) -> Matrix:
    """``[turns, people, features]`` from the evidence on speakers, their posterior ``[turns, people]`` and ``OF_TURN`` of each turn."""
    t_max, n = posterior.shape
    p = posterior.astype(np.float32)
    out = np.zeros((t_max, n, len(OF_ADDRESSEE)), np.float32)
    base = len(_ROWS)
    out[:, :, :base] = rows[:, :, _ROWS]
    called = rows[:, :, [OF_SPEAKER.index("vocative_self"), OF_SPEAKER.index("tag_to")]].max(2)
    out[:, :, base] = called.max(1, keepdims=True) * (1 - called)
    out[:, :, base + 1] = p
    for i, d in ((2, -1), (3, 1), (4, -2), (5, 2)):
        out[max(0, -d) : t_max - max(0, d), :, base + i] = p[max(0, d) : t_max + min(0, d)]
    best = p.argmax(1)
    for t in range(t_max):
        for i, step in ((6, -1), (7, 1)):
            u = t + step
            while 0 <= u < t_max and best[u] == best[t]:
                u += step
            if 0 <= u < t_max:
                out[t, best[u], base + i] = 1
                out[t, :, base + i + 2] = min(abs(u - t), 6) / 3
    share = p.mean(0)
    out[:, :, base + 10] = share
    out[:, :, base + 11] = min(int((share > 0.1).sum()), 6) / 3
    out[:, :, base + 12] = (share > 0.08).sum() == 2
    out[:, :, base + 13] = share > 0.08
    out[:, :, base + 14 :] = turns[:, None, :]
    return out


def addressed(model: Ranker, rows: Matrix, posterior: NDArray[np.float64], turns: Matrix) -> list[tuple[int, ...]]:
    """Columns of the people spoken to, by turn, likeliest first."""
    x = features(rows, posterior, turns)
    t_max, n, size = x.shape
    scores = model.scores(x.reshape(-1, size)).reshape(t_max, n)
    probability = 1 / (1 + np.exp(-scores))
    probability = np.maximum(probability, CERTAIN * rows[:, :, OF_SPEAKER.index("tag_to")])
    probability[np.arange(t_max), posterior.argmax(1)] = 0
    named = (rows[:, :, OF_SPEAKER.index("tag_to")] > 0) & (probability > 0)
    probability[named.any(1)] *= named[named.any(1)]
    out = []
    for t in range(t_max):
        order = np.argsort(-probability[t], kind="stable").tolist()
        told = [i for i in order if probability[t, i] >= TOLD] or [i for i in order[:1] if probability[t, i] >= LEAST]
        out.append(tuple(told))
    return out
