"""The label inventories of the heads for meaning. Their order is stored in the weights: append, never reorder."""

from __future__ import annotations

EMOTIONS = (
    "admiration", "amusement", "anger", "annoyance", "approval", "caring", "confusion", "curiosity", "desire", "disappointment",
    "disapproval", "disgust", "embarrassment", "excitement", "fear", "gratitude", "grief", "joy", "love", "nervousness", "optimism",
    "pride", "realization", "relief", "remorse", "sadness", "surprise", "neutral",
)  # fmt: skip
"""The labels of GoEmotions (Demszky et al., 2020) in the order of that source; a text may have several."""

SITUATIONS: dict[str, tuple[str, ...]] = {
    "situation": ("STATE", "EVENT", "REPORT", "GENERIC_SENTENCE", "GENERALIZING_SENTENCE", "QUESTION", "IMPERATIVE"),
    "habituality": ("EPISODIC", "HABITUAL", "STATIC"),
    "genericity": ("NON-GENERIC", "GENERIC"),
    "aspect": ("STATIVE", "DYNAMIC"),
}
"""What is said of a clause: the seven situation entity types of Friedrich, Palmer and Pinkal (2016), and the three features behind them."""
