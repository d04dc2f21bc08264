"""Questions in plain words, with a model that has learned nothing."""

from __future__ import annotations

import numpy as np
from small_model import SIZE, meaning_heads, small_reader

from fabula.reading.meaning import answer_from, line_words, question_vector
from fabula.reading.tokens import tokenize
from fabula.text import read_bytes

STORY = "Mara closed the shop. She was tired.\n\nOtto waited there every evening.\n"


def test_a_question_has_a_vector() -> None:
    reader = small_reader(more=meaning_heads())
    found = question_vector(reader, "Who closed the shop?")
    assert found.shape == (SIZE,)
    assert np.array_equal(found, reader.sentence_vector(line_words("Who closed the shop?")))
    assert not question_vector(reader, " ").any()


def test_answers_are_given_in_the_text() -> None:
    manuscript = read_bytes(STORY.encode(), source="story.txt", format="txt")
    tokens, sentences = tokenize(manuscript)
    reader = small_reader(more=meaning_heads())
    found = answer_from(reader, "Who waited?", manuscript.text, tokens, sentences, range(1, 3))
    assert found.answers
    assert all(STORY.index("She") <= a.start < a.end <= len(STORY.rstrip()) for a in found.answers)
    assert STORY[found.answers[0].start : found.answers[0].end].strip() == STORY[found.answers[0].start : found.answers[0].end]
    assert answer_from(reader, "Who waited?", manuscript.text, tokens, sentences, range(0)) == ((), 1.0)
