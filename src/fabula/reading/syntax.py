"""The reader model's labels of every token: parts of speech, features, dependencies, event triggers; its nested mentions; its links.

The text passes the encoder once, here; every later step reads these layers. What links are scored from is as large as the text and of use
to who-is-who alone, so it is kept nowhere: a story that is decided anew passes the encoder again, if the model tells links at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from fabula.encoder.links import Linking
from fabula.encoder.reader import ModelMentions, ReaderModel, WordLabels, load_reader
from fabula.layers import Sentences, Tokens
from fabula.reading.steps import Step
from fabula.text.manuscript import Manuscript


@cache
def _reader() -> ReaderModel:
    """The shipped model, loaded when the first story is read."""
    return load_reader()


def read_syntax(manuscript: Manuscript, tokens: Tokens, sentences: Sentences) -> tuple[WordLabels, ModelMentions, Linking | None]:
    """One row of labels per token, the mentions that the model finds, in code points of the text, and what links are scored from, None
    where the model tells none. Raises ModelError."""
    reading = _reader().read(manuscript.text, tokens, sentences)
    return reading.words, reading.mentions, reading.linking


def _run(manuscript: Manuscript, tokens: Tokens, sentences: Sentences) -> Mapping[str, Any]:
    words, spans, linking = read_syntax(manuscript, tokens, sentences)
    return {"words": words, "spans": spans, "linking": linking}


def _again(**layers: Any) -> Mapping[str, Any]:
    return {"linking": _run(**layers)["linking"] if _reader().has_links else None}


STEP = Step(
    name="syntax",
    version="1",
    needs=("manuscript", "tokens", "sentences"),
    gives=("words", "spans", "linking"),
    run=_run,
    passing=("linking",),
    again=_again,
)
