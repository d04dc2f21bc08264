"""Questions in plain words to the reader model: their vectors, and where sentences of a story answer them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fabula.encoder.reader import ReaderModel
from fabula.layers import Paragraphs, Sentences, Tokens
from fabula.reading.tokens import tokenize
from fabula.text.manuscript import Manuscript


class TextAnswer(NamedTuple):
    """Code points ``[start, end)`` of the story and the probability that they are the answer."""

    start: int
    end: int
    probability: float


class TextAnswers(NamedTuple):
    """The best answers, none of which overlaps a better one, and the probability that the passage does not tell."""

    answers: tuple[TextAnswer, ...]
    none: float


def line_words(text: str) -> list[str]:
    """The words of a text that is one paragraph, such as a question.

    >>> line_words("Who didn't leave?")
    ['Who', 'did', "n't", 'leave', '?']
    """
    paragraph = Paragraphs.from_rows([(0, len(text), 0, -1)])
    tokens, _ = tokenize(Manuscript(text, "line", "", "txt", "utf-8", paragraph, ()))
    return [text[a:b] for a, b in zip(tokens.start.tolist(), tokens.end.tolist(), strict=True)]


def question_vector(reader: ReaderModel, question: str) -> NDArray[np.float16]:
    """The vector ``[384]`` of a question: its scalar product with those of sentences says how near they are. Zeros if it has no words."""
    words = line_words(question)
    return reader.sentence_vector(words) if words else reader.no_vector()


def answer_from(
    reader: ReaderModel, question: str, text: str, tokens: Tokens, sentences: Sentences, rows: range, *, most: int = 5
) -> TextAnswers:
    """Where the sentences ``rows`` of a story answer a question. Raises KeyError where the model has no such head."""
    if not rows:
        return TextAnswers((), 1.0)
    first, last = int(sentences.first[rows[0]]), int(sentences.last[rows[-1]])
    starts, ends = tokens.start[first:last].tolist(), tokens.end[first:last].tolist()
    words = [text[a:b] for a, b in zip(starts, ends, strict=True)]
    bounds = [(int(sentences.first[r]) - first, int(sentences.last[r]) - first) for r in rows]
    found = reader.answer(line_words(question), words, bounds, most=most)
    return TextAnswers(tuple(TextAnswer(starts[a.first], ends[a.last - 1], a.probability) for a in found.answers), found.none)
