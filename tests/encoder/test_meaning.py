"""What sentences and clauses mean, with heads that have learned nothing; clauses of given trees; spans of given scores."""

from __future__ import annotations

import numpy as np
import pytest
from small_model import SIZE, HashStates, meaning_heads, small_reader

from fabula.encoder import meaning
from fabula.encoder.clauses import clauses, group_means
from fabula.encoder.labels import DEPRELS, FEATURES, UPOS
from fabula.encoder.meaning_labels import EMOTIONS

WORDS = ["mara", "closed", "the", "shop", ".", "she", "thinks", "that", "it", "was", "cold", ",", "and", "left"]
SENTENCES = [(0, 5), (5, 14)]


def test_every_sentence_and_every_word_has_a_meaning() -> None:
    found = small_reader(more=meaning_heads()).read_words(WORDS, SENTENCES).meaning
    assert found is not None
    assert found.emotions.shape == (2, 28)
    assert ((found.emotions >= 0) & (found.emotions <= 1)).all()
    assert np.allclose((found.vectors.astype(float) ** 2).sum(1), 1, atol=2e-3)
    assert len(found.clause) == len(WORDS)
    assert set(found.clause.tolist()) == set(range(len(found.clauses)))
    assert found.clauses.head.tolist() == sorted(found.clauses.head.tolist())
    assert all(found.clause[head] == row for row, head in enumerate(found.clauses.head.tolist()))


def test_a_model_without_such_heads_tells_no_meaning() -> None:
    assert small_reader().read_words(WORDS, SENTENCES).meaning is None
    only = small_reader(more={"vector": meaning_heads()["vector"]}).read_words(WORDS, SENTENCES).meaning
    assert only is not None
    assert (only.emotions.shape, only.vectors.shape, len(only.clauses)) == ((2, 0), (2, SIZE), 0)
    nothing = small_reader(more=meaning_heads()).read_words([], []).meaning
    assert nothing is not None and len(nothing.emotions) == 0


def test_threads_and_windows_do_not_change_what_sentences_mean() -> None:
    words, sentences = WORDS * 60, [(a + 14 * k, b + 14 * k) for k in range(60) for a, b in SENTENCES]
    one, three = (small_reader(threads=n, more=meaning_heads()).read_words(words, sentences).meaning for n in (1, 3))
    assert one is not None and three is not None
    assert np.array_equal(one.emotions, three.emotions)
    assert np.array_equal(one.vectors, three.vectors)
    assert np.array_equal(one.clause, three.clause)
    assert one.clauses.head.max() > 800


def test_a_sentence_read_in_parts_means_one_thing() -> None:
    found = small_reader(more=meaning_heads()).read_words(["lorem"] * 400, [(0, 400)]).meaning
    assert found is not None
    assert found.emotions.shape[0] == found.vectors.shape[0] == 1
    assert len(found.clause) == 400
    assert float((found.vectors.astype(float) ** 2).sum()) == pytest.approx(1, abs=2e-3)


def test_a_question_is_read_alone_and_a_text_of_one_sentence_is_not() -> None:
    reader = small_reader(more=meaning_heads())
    asked = reader.sentence_vector(WORDS[:5])
    alone = reader.vectors(reader.word_states(WORDS[:5], [(0, 5)]), [(0, 5)])
    assert np.allclose(asked, alone[0], atol=1e-3)
    told = reader.read_words(WORDS[:5], [(0, 5)]).meaning
    assert told is not None and not np.allclose(asked, told.vectors[0], atol=1e-3)


def test_a_plain_head_for_vectors_takes_the_mean() -> None:
    states = np.random.default_rng(3).normal(size=(5, SIZE)).astype(np.float32)
    plain = {"out.weight": np.eye(SIZE, dtype=np.float32), "out.bias": np.zeros(SIZE, np.float32)}
    found = meaning.vectors(plain, states, [(0, 2), (2, 5)])
    assert np.allclose(found, meaning.unit(np.stack([states[:2].mean(0), states[2:].mean(0)])), atol=1e-6)


# --- clauses


def found_clauses(*rows: tuple[int, str, str, str]) -> tuple[list[int], list[int], list[int]]:
    """Heads, verbs and the clause of every word of a tree given as head, label, part of speech, verb form."""
    head, deprel, upos, form = zip(*rows, strict=True)
    found = clauses(
        np.array(head, np.int32),
        np.array([DEPRELS.index(d) for d in deprel], np.uint8),
        np.array([UPOS.index(u) for u in upos], np.uint8),
        np.array([FEATURES["VerbForm"].index(f) for f in form], np.uint8),
    )
    return found.heads.tolist(), found.verbs.tolist(), found.owner.tolist()


def test_a_finite_clause_stands_for_itself_and_its_copula_is_its_verb() -> None:
    heads, verbs, owner = found_clauses(  # she thinks that it was cold and left
        (1, "nsubj", "PRON", ""), (-1, "root", "VERB", "Fin"), (5, "mark", "SCONJ", ""), (5, "nsubj", "PRON", ""),
        (5, "cop", "AUX", "Fin"), (1, "ccomp", "ADJ", ""), (7, "cc", "CCONJ", ""), (1, "conj", "VERB", "Fin"),
    )  # fmt: skip
    assert heads == [1, 5, 7]
    assert verbs == [1, 4, 7]
    assert owner == [0, 0, 1, 1, 1, 1, 2, 2]


def test_infinitives_participles_and_joined_nouns_are_no_clauses() -> None:
    heads, _, owner = found_clauses(  # humming , he began to eat bread and jam
        (3, "advcl", "VERB", "Part"), (0, "punct", "PUNCT", ""), (3, "nsubj", "PRON", ""), (-1, "root", "VERB", "Fin"),
        (5, "mark", "PART", ""), (3, "xcomp", "VERB", "Inf"), (5, "obj", "NOUN", ""), (8, "cc", "CCONJ", ""), (6, "conj", "NOUN", ""),
    )  # fmt: skip
    assert heads == [3]
    assert owner == [0] * 9


def test_emotions_of_a_sentence_become_those_of_a_world() -> None:
    told = np.zeros(28)
    told[[EMOTIONS.index("nervousness"), EMOTIONS.index("fear"), EMOTIONS.index("curiosity"), EMOTIONS.index("joy")]] = 0.8, 0.4, 0.9, 0.2
    found = meaning.world_emotions(told, np.full(28, 0.3, np.float32))
    assert found == pytest.approx({"fear": 0.56})


def test_means_of_groups_are_those_of_their_words() -> None:
    states = np.arange(12, dtype=np.float32).reshape(6, 2)
    found = group_means(states, np.array([1, 0, 1, 0, 2, 1]), 3)
    assert found.tolist() == [[4, 5], [14 / 3, 17 / 3], [8, 9]] or np.allclose(found, [[4, 5], [14 / 3, 17 / 3], [8, 9]])


# --- answers


def test_the_best_span_is_found_and_no_answer_has_its_share() -> None:
    edges = np.zeros((6, 2), np.float32)
    edges[2, 0] = edges[4, 1] = 6.0
    found = meaning.spans(edges, np.zeros(2, np.float32))
    assert found.answers[0][:2] == (2, 5)
    assert found.answers[0].probability > 0.9
    assert found.none < 0.01
    assert all(a.last <= 2 or a.first >= 5 for a in found.answers[1:])
    unanswered = meaning.spans(edges, np.full(2, 9, np.float32))
    assert unanswered.none > 0.95
    assert sum(a.probability for a in unanswered.answers) + unanswered.none <= 1.0001


def test_no_span_is_longer_than_an_answer() -> None:
    edges = np.zeros((80, 2), np.float32)
    edges[0, 0] = edges[70, 1] = 9.0
    assert all(a.last - a.first <= meaning.LONGEST_ANSWER for a in meaning.spans(edges, np.zeros(2, np.float32)).answers)


def test_a_question_is_read_with_its_passage() -> None:
    states = HashStates()
    reader = small_reader(states, more=meaning_heads())
    found = reader.answer(["who", "left", "?"], WORDS, SENTENCES)
    assert states.calls == [(1, 64)]
    assert found.answers and all(0 <= a.first < a.last <= len(WORDS) for a in found.answers)
    assert reader.answer([], WORDS, SENTENCES) == reader.answer(["who"], [], []) == meaning.Answering((), 1.0)


def test_a_long_passage_is_read_in_several_windows() -> None:
    states = HashStates()
    words, sentences = WORDS * 20, [(a + 14 * k, b + 14 * k) for k in range(20) for a, b in SENTENCES]
    found = small_reader(states, more=meaning_heads()).answer(["who", "left", "?"] * 30, words, sentences, most=3)
    assert len(states.calls) > 2
    assert max(n for _, n in states.calls) <= meaning.WINDOW
    assert len(found.answers) == 3
    probabilities = [a.probability for a in found.answers]
    assert probabilities == sorted(probabilities, reverse=True)
