"""Fits confidences: what share of decisions with a given posterior is right, by the kind of cue that was read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from training.who.collect import Chain

_STEPS = 50


def fit(posterior: Sequence[float], right: Sequence[bool], weight: Sequence[float]) -> tuple[float, float]:
    """``a`` and ``b`` of Platt scaling by Newton's method, drawn a little towards (0, 1)."""
    p = np.clip(np.array(posterior), 0.01, 0.995)
    x = np.stack([np.ones_like(p), np.log(p / (1 - p))], 1)
    y, w = np.array(right, float), np.array(weight, float)
    found = np.array([0.0, 1.0])
    prior = np.array([0.0, 1.0])
    for _ in range(_STEPS):
        share = 1 / (1 + np.exp(-x @ found))
        gradient = x.T @ (w * (y - share)) - (found - prior)
        curvature = (x * (w * share * (1 - share))[:, None]).T @ x + np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        found = found + step / max(1.0, float(np.linalg.norm(step)))
    return float(found[0]), float(found[1])


def confidences(chains: Iterable[tuple[Chain, float]]) -> dict[str, tuple[float, float]]:
    """By cue, from conversations of the last round, each with its weight; a speaker who is not among the people counts as wrong."""
    rows: dict[str, list[tuple[float, bool, float]]] = {}
    for c, weight in chains:
        for t, known in enumerate(c.known):
            if known:
                rows.setdefault(c.read_cues[t], []).append((c.confidence[t], bool(c.right[t, c.chosen[t]]), weight))
    return {cue: fit(*zip(*found, strict=True)) for cue, found in sorted(rows.items())}
