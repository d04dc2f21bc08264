"""A head of links that has learned nothing, on top of the shipped model: enough to test all between the two and the decisions."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from fabula.encoder import links as head
from fabula.encoder.files import SHIPPED, read_model_files
from fabula.encoder.reader import ReaderModel
from fabula.encoder.session import OnnxSession, word_pieces
from fabula.reading.quotations import find_quotations
from fabula.reading.tokens import tokenize
from fabula.reading.who.state import Reading, begin
from fabula.text import read_bytes

Weights = dict[str, NDArray[np.float32]]
SIZE, WORD, HIDDEN, KEY = 384, 128, 256, 96


def shapes(size: int = SIZE) -> dict[str, tuple[int, ...]]:
    """The arrays of a head over states of ``size``."""
    found: dict[str, tuple[int, ...]] = {"project.weight": (WORD, size), "project.bias": (WORD,)}
    for role in ("key", "query"):
        found |= {f"{role}_{end}.weight": (HIDDEN, WORD) for end in ("first", "last")}
        found |= {f"{role}_kind.weight": (head.KINDS, HIDDEN), f"{role}.weight": (head.QUESTIONS * KEY, HIDDEN)}
        found[f"{role}.bias"] = (head.QUESTIONS * KEY,)
    for name in ("salience", "none"):
        found |= {f"{name}.weight": (head.QUESTIONS, HIDDEN), f"{name}.bias": (head.QUESTIONS,)}
    return found | {
        "distance": (head.QUESTIONS, head.BUCKETS, head.KINDS),
        "paragraph": (head.QUESTIONS, head.PARAGRAPHS),
        "kinds": (head.QUESTIONS, head.KINDS, head.KINDS),
    }


def random_links(seed: int = 0, *, size: int = SIZE) -> Weights:
    rng = np.random.default_rng(seed)
    return {name: (rng.normal(size=shape) / np.sqrt(shape[-1])).astype(np.float32) for name, shape in shapes(size).items()}


def nearest_wins() -> Weights:
    """A head that weighs nothing but the distance, and never says none."""
    weights = {name: np.zeros(shape, np.float32) for name, shape in shapes().items()}
    weights["distance"] -= 3 * np.arange(head.BUCKETS, dtype=np.float32)[None, :, None]
    weights["none.bias"] -= 1000
    return weights


@cache
def _shipped() -> tuple[OnnxSession, bytes, dict[str, Weights]]:
    files = read_model_files(SHIPPED)
    return OnnxSession(files.encoder), files.tokenizer, {name: dict(w) for name, w in files.heads.items()}


def reader_with(weights: Weights) -> ReaderModel:
    """The shipped model with a head of links."""
    session, tokenizer, heads = _shipped()
    return ReaderModel(session, word_pieces(tokenizer), {**heads, "links": weights}, version="links", threads=1)


def reading_with(weights: Weights, text: str) -> Reading:
    """The beginning of a reading of a text that has links."""
    manuscript = read_bytes(text.encode(), source="story.txt")
    tokens, sentences = tokenize(manuscript)
    quotations, _ = find_quotations(manuscript)
    found = reader_with(weights).read(manuscript.text, tokens, sentences)
    return begin(manuscript, tokens, sentences, quotations, found.words, found.mentions, found.linking)
