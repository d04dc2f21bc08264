"""From the score of a conversation to a confidence one can count on.

Platt scaling (Platt 1999) by kind of cue: ``logit(confidence) = a + b * logit(posterior)``. Fitted on end-to-end decisions of the
development novels and of modern scenes, both weighted alike; the reliability tables are in docs/accuracy.md.
"""

from __future__ import annotations

from math import exp, log

PLATT = {"explicit": (-1.95, 1.025), "anaphoric": (-0.8, 0.6), "implicit": (-0.05, 0.6)}


def calibrated(posterior: float, cue: str) -> float:
    """The share of such decisions that is right.

    >>> round(calibrated(0.99, "explicit"), 2), round(calibrated(0.99, "implicit"), 2), round(calibrated(0.5, "implicit"), 2)
    (0.94, 0.94, 0.49)
    """
    a, b = PLATT[cue]
    p = min(max(posterior, 0.01), 0.99)
    return 1.0 / (1.0 + exp(-(a + b * log(p / (1.0 - p)))))
