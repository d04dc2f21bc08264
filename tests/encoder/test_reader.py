import numpy as np
import pytest
from small_model import HashStates, random_heads, small_reader

from fabula.columns import Columns
from fabula.encoder import heads as h
from fabula.encoder import links
from fabula.encoder.labels import MENTION_CLASSES
from fabula.reading.tokens import tokenize
from fabula.text import read_manuscript
from random_links import random_links

STORY = "Mrs. Fenn lost her brother’s boat. “Gone?” said Otto.\n\nNobody answered him. The tide was out, and the café closed at five.\n"


def equal(a: Columns, b: Columns) -> bool:
    return all(np.array_equal(x, y) for x, y in zip(a.arrays().values(), b.arrays().values(), strict=True))


def sentences_of(count: int, size: int = 9) -> tuple[list[str], list[tuple[int, int]]]:
    rng = np.random.default_rng(count)
    words = ["".join(chr(97 + c) for c in rng.integers(0, 26, 6)) for _ in range(count * size)]
    return words, [(i * size, (i + 1) * size) for i in range(count)]


def test_every_token_of_a_story_gets_its_labels(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "story.txt"
    path.write_text(STORY, encoding="utf-8")
    manuscript = read_manuscript(path)
    tokens, sentences = tokenize(manuscript)
    reading = small_reader().read(manuscript.text, tokens, sentences)
    assert len(reading.words) == len(tokens)
    assert len(reading.mentions) > 0
    m = reading.mentions
    assert m.start.tolist() == tokens.start[m.first].tolist()
    assert m.end.tolist() == tokens.end[m.last - 1].tolist()
    assert all(tokens.sentence[a] == tokens.sentence[b - 1] for a, b in zip(m.first.tolist(), m.last.tolist(), strict=True))


def test_heads_stay_within_their_sentence_and_each_has_one_root() -> None:
    words, sentences = sentences_of(60)
    reading = small_reader().read_words(words, sentences)
    for first, last in sentences:
        heads = reading.words.head[first:last]
        assert (heads == -1).sum() == 1
        assert all(first <= x < last for x in heads.tolist() if x != -1)


def test_threads_do_not_change_the_labels() -> None:
    words, sentences = sentences_of(300)
    one, three = (small_reader(threads=n).read_words(words, sentences) for n in (1, 3))
    assert equal(one.words, three.words)
    assert equal(one.mentions, three.mentions)


def test_what_follows_a_full_window_does_not_change_its_labels() -> None:
    words, sentences = sentences_of(300)
    whole = small_reader().read_words(words, sentences)
    half = small_reader().read_words(words[: 140 * 9], sentences[:140])
    settled = 130 * 9  # the last window of the half holds other sentences in the whole
    assert np.array_equal(whole.words.upos[:settled], half.words.upos[:settled])
    assert np.array_equal(whole.words.head[:settled], half.words.head[:settled])
    assert np.array_equal(whole.words.event[:settled], half.words.event[:settled])


def test_windows_pass_the_encoder_one_by_one_in_few_shapes() -> None:
    states = HashStates()
    words, sentences = sentences_of(100)
    small_reader(states).read_words(words, sentences)
    assert set(states.calls) <= {(1, 64), (1, 128), (1, 256)}
    assert len(states.calls) > 10


def test_a_sentence_longer_than_a_window_is_read_in_parts() -> None:
    words = ["lorem"] * 400
    reading = small_reader().read_words(words, [(0, 400)])
    assert len(reading.words) == 400
    assert (reading.words.head == -1).sum() == 8


def test_no_words_no_labels() -> None:
    reading = small_reader().read_words([], [])
    assert len(reading.words) == len(reading.mentions) == 0


@pytest.mark.parametrize("bounds", [[(0, 1)], [(0, 1), (2, 3)], [(1, 3)], [], [(0, 2), (1, 3)]])
def test_sentences_that_leave_words_out_are_refused(bounds: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match="cover all words"):
        small_reader().read_words(["a", "b", "c"], bounds)


def test_pruned_spans_are_scored_as_all_spans_would_be() -> None:
    weights = random_heads()["mentions"]
    states = np.random.default_rng(5).normal(size=(14, 12)).astype(np.float32)
    found = h.mentions(weights, states, [(0, 9), (9, 14)])
    start, end = np.split(h.relu(h.linear(weights, "project", states)), 2, axis=1)
    edges = h.sigmoid(h.linear(weights, "edges", states)) > h.EDGE_THRESHOLD
    expected = set()
    for first, last in ((0, 9), (9, 14)):
        for i in range(first, last):
            for j in range(i, last):
                scores = np.einsum("d,cde,e->c", start[i], weights["span"], end[j])
                scores = scores + start[i] @ weights["span_start"] + end[j] @ weights["span_end"] + weights["span_bias"]
                if edges[i, 0] and edges[j, 1] and MENTION_CLASSES[int(scores.argmax())]:
                    expected.add((i, j + 1, int(scores.argmax())))
    assert expected
    assert set(zip(found.first.tolist(), found.last.tolist(), found.label.tolist(), strict=True)) == expected
    assert ((found.confidence > 0) & (found.confidence <= 1)).all()


def test_a_text_without_any_mention_has_none() -> None:
    weights = dict(random_heads()["mentions"])
    weights["edges.bias"] = np.full(2, -1000, np.float32)
    found = h.mentions(weights, np.zeros((3, 12), np.float32), [(0, 3)])
    assert len(found.first) == len(found.last) == len(found.label) == len(found.confidence) == 0


# --- links
def test_a_model_without_links_tells_nothing_for_them() -> None:
    assert small_reader().read_words(["a"], [(0, 1)]).linking is None


def test_every_word_has_what_links_need_of_it() -> None:
    words, sentences = sentences_of(300)
    weights = random_links(size=12)
    reader = small_reader(more={"links": weights}, threads=2)
    linking = reader.read_words(words, sentences).linking
    assert linking is not None
    assert linking.words.dtype == np.float16
    assert linking.words.shape == (len(words), 128)
    assert linking.weights is weights
    pieces, windows = reader.windows(words, sentences)
    assert np.allclose(
        linking.words, links.project(weights, reader.states(pieces, windows)), atol=2e-3
    )  # products of other sizes round otherwise


def test_a_text_without_words_has_links_of_none() -> None:
    linking = small_reader(more={"links": random_links(size=12)}).read_words([], []).linking
    assert linking is not None
    assert linking.words.shape == (0, 128)


def test_links_leave_the_labels_as_they_are() -> None:
    words, sentences = sentences_of(40)
    plain, linked = (small_reader(more=more).read_words(words, sentences) for more in ({}, {"links": random_links(size=12)}))
    assert equal(plain.words, linked.words)
    assert equal(plain.mentions, linked.mentions)


def test_a_model_is_read_in_the_windows_that_it_was_trained_on() -> None:
    words, sentences = sentences_of(300)
    for window in (256, 384):
        states = HashStates()
        small_reader(states, window=window).read_words(words, sentences)
        assert max(length for _, length in states.calls) == window
