import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from small_model import LetterTokenizer

from fabula.encoder.pieces import MAX_PIECES, WordPieces
from fabula.encoder.shapes import LOWER, OPENING, OTHER, TITLE, UPPER
from fabula.encoder.windows import FEW, SHAPES, inputs, pack

pieces_of = WordPieces(LetterTokenizer())


def test_a_word_without_any_piece_is_unknown() -> None:
    pieces = pieces_of.cut(["ab", "é", "c"], [0])
    assert pieces.ids.tolist() == [97, 98, 1, 99]
    assert pieces.offsets.tolist() == [0, 2, 3, 4]


def test_a_word_of_a_thousand_letters_does_not_fill_the_window() -> None:
    assert pieces_of.cut(["a" * 1000], [0]).counts.tolist() == [MAX_PIECES]


def test_a_capital_at_the_start_of_a_sentence_is_told_from_others() -> None:
    pieces = pieces_of.cut(["“", "She", "saw", "Anne", "RUN", "Then"], [0, 5])
    assert pieces.shapes.tolist() == [OTHER + OPENING, TITLE + OPENING, LOWER, TITLE, UPPER, TITLE + OPENING]


@given(st.lists(st.lists(st.integers(1, MAX_PIECES), min_size=1, max_size=60), max_size=20))
def test_windows_hold_all_words_once_and_never_too_many_pieces(sentences: list[list[int]]) -> None:
    counts = np.array([c for s in sentences for c in s], np.int32)
    ends = np.cumsum([len(s) for s in sentences]).tolist()
    bounds = list(zip([0, *ends[:-1]], ends, strict=True)) if sentences else []
    windows = pack(counts, bounds, window=64)
    assert [w for x in windows for w in range(x.first, x.last)] == list(range(len(counts)))
    assert all(counts[w.first : w.last].sum() <= 62 for w in windows)
    assert all(w.sentences[0][0] == w.first and w.sentences[-1][1] == w.last for w in windows)
    whole = {b for b in bounds if counts[b[0] : b[1]].sum() <= 62}
    assert whole <= {s for w in windows for s in w.sentences}


def test_a_window_is_padded_by_its_own_length_alone() -> None:
    pieces = pieces_of.cut(["abc"] * 40, [0])
    (window,) = pack(pieces.counts, [(0, 40)])
    arrays = inputs(pieces, window, cls=2, sep=3, pad=0)
    assert arrays.ids.shape == (128,)
    assert arrays.ids[0] == 2
    assert arrays.ids[121] == 3
    assert not arrays.ids[122:].any()
    assert arrays.firsts.tolist() == [1 + 3 * i for i in range(40)]
    assert arrays.shapes.astype(bool).tolist() == [False] + [True] * 120 + [False] * 7
    assert arrays.ids.size in SHAPES


@given(st.lists(st.lists(st.integers(1, MAX_PIECES), min_size=1, max_size=60), max_size=20))
def test_what_is_read_with_a_window_of_few_words_still_fits_and_is_whole_sentences(sentences: list[list[int]]) -> None:
    counts = np.array([c for s in sentences for c in s], np.int32)
    ends = np.cumsum([len(s) for s in sentences]).tolist()
    bounds = list(zip([0, *ends[:-1]], ends, strict=True)) if sentences else []
    plain, found = (pack(counts, bounds, window=384, context=c) for c in (False, True))
    assert [w[:3] for w in plain] == [w[:3] for w in found] and all(w.context == w.first for w in plain)
    begins = {s[0] for w in found for s in w.sentences}
    for w in found:
        assert w.context in begins and counts[w.context : w.last].sum() <= 382
        assert w.context == w.first or counts[w.first : w.last].sum() < FEW


def test_a_window_of_few_words_is_read_with_the_sentences_before_it() -> None:
    words = ["abc"] * 130
    pieces = pieces_of.cut(words, [0, 50, 100])
    _, last = pack(pieces.counts, [(0, 50), (50, 100), (100, 130)], window=302, context=True)
    assert (last.first, last.context) == (100, 50)
    arrays = inputs(pieces, last, cls=2, sep=3, pad=0)
    assert len(arrays.firsts) == 30 and arrays.firsts[0] == 151, "after the opening marker and fifty words of three pieces"


def test_company_stands_around_a_window() -> None:
    pieces, before, after = (pieces_of.cut(words, [0]) for words in (["abc"] * 4, ["de"], ["f", "g"]))
    (window,) = pack(pieces.counts, [(0, 4)])
    arrays = inputs(pieces, window, cls=2, sep=3, pad=0, company=(before, after))
    assert arrays.firsts.tolist() == [3, 6, 9, 12]
    assert arrays.ids[1:3].tolist() == before.ids.tolist() and arrays.ids[15:17].tolist() == after.ids.tolist() and arrays.ids[17] == 3
