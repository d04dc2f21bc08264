"""From the posterior of a conversation to a confidence one can count on.

Platt scaling (Platt 1999) by kind of cue: ``logit(confidence) = a + b * logit(posterior)``. ``training/who`` fits ``a`` and ``b`` on
decisions of models that had not seen the text, novels and modern scenes weighted alike; the reliability tables are in docs/accuracy.md.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from math import exp, log


@cache
def _scales() -> dict[str, tuple[float, float]]:
    text = files("fabula.reading.who").joinpath("weights", "confidence.json").read_text(encoding="utf-8")
    return {cue: (a, b) for cue, (a, b) in json.loads(text).items()}


def calibrated(posterior: float, cue: str) -> float:
    """The share of decisions with this posterior and cue (``explicit``, ``anaphoric``, ``implicit``) that is right.

    >>> 0.0 < calibrated(0.5, "implicit") < calibrated(0.99, "implicit") < calibrated(0.99, "explicit") < 1.0
    True
    """
    a, b = _scales()[cue]
    p = min(max(posterior, 0.01), 0.995)
    return 1.0 / (1.0 + exp(-(a + b * log(p / (1.0 - p)))))
