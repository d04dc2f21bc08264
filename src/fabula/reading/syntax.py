"""The reader model's labels of every token: parts of speech, features, dependencies, event triggers; and its nested mentions.

The text passes the encoder once, here; every later step reads these layers.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from fabula.encoder.reader import ModelMentions, ReaderModel, WordLabels, load_reader
from fabula.layers import Sentences, Tokens
from fabula.reading.steps import Step
from fabula.text.manuscript import Manuscript


@cache
def _reader() -> ReaderModel:
    """The shipped model, loaded when the first story is read."""
    return load_reader()


def read_syntax(manuscript: Manuscript, tokens: Tokens, sentences: Sentences) -> tuple[WordLabels, ModelMentions]:
    """One row of labels per token, and the mentions that the model finds, in code points of the text. Raises ModelError."""
    reading = _reader().read(manuscript.text, tokens, sentences)
    return reading.words, reading.mentions


def _run(manuscript: Manuscript, tokens: Tokens, sentences: Sentences) -> Mapping[str, Any]:
    words, spans = read_syntax(manuscript, tokens, sentences)
    return {"words": words, "spans": spans}


STEP = Step(name="syntax", version="1", needs=("manuscript", "tokens", "sentences"), gives=("words", "spans"), run=_run)
