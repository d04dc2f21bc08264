"""The reader model's labels of every token: parts of speech, features, dependencies, event triggers; its nested mentions; its links.

The text passes the encoder once, here; every later step reads these layers. What links are scored from is as large as the text and of use
to who-is-who alone, so it is kept nowhere: a story that is decided anew passes the encoder again, if the model tells links at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from fabula.encoder.meaning import ClauseLabels
from fabula.encoder.reader import ReaderModel, Reading, load_reader
from fabula.layers import SentenceMeaning, Sentences, Tokens
from fabula.reading.steps import Step
from fabula.text.manuscript import Manuscript


@cache
def _reader() -> ReaderModel:
    """The shipped model, loaded when the first story is read."""
    return load_reader()


def read_syntax(manuscript: Manuscript, tokens: Tokens, sentences: Sentences) -> Reading:
    """What the model says of a text: a row of labels per token, mentions in code points of the text. Raises ModelError."""
    return _reader().read(manuscript.text, tokens, sentences)


def sentence_meaning(reading: Reading, sentences: Sentences) -> SentenceMeaning:
    """What sentences mean, of a model that tells both their vectors and their emotions; else no rows."""
    found = reading.meaning
    if found is None or not (found.vectors.size and found.emotions.size):
        return SentenceMeaning.from_rows(())
    return SentenceMeaning.of(sentences.start, found.vectors, found.emotions)


def _run(manuscript: Manuscript, tokens: Tokens, sentences: Sentences) -> Mapping[str, Any]:
    reading = read_syntax(manuscript, tokens, sentences)
    return {
        "words": reading.words,
        "spans": reading.mentions,
        "meaning": sentence_meaning(reading, sentences),
        "clauses": reading.meaning.clauses if reading.meaning is not None else ClauseLabels.from_rows(()),
        "linking": reading.linking,
    }


def _again(**layers: Any) -> Mapping[str, Any]:
    return {"linking": _run(**layers)["linking"] if _reader().has_links else None}


STEP = Step(
    name="syntax",
    version="3",
    needs=("manuscript", "tokens", "sentences"),
    gives=("words", "spans", "meaning", "clauses", "linking"),
    run=_run,
    passing=("linking",),
    again=_again,
)
