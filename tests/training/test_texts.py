"""Text without labels: registers made by rule, and wordpieces in a file."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

pytest.importorskip("torch")
pytest.importorskip("tokenizers")

from training.data.rewriting import RULES, passages, rewrite

SAID = "“It is late,” said Ann.\n\n“Don’t go to-day!” Otto’s boat did not come."


@pytest.mark.parametrize(
    ("rule", "rewritten"),
    [
        ("modern", "“It’s late,” said Ann.\n\n“Don’t go today!” Otto’s boat didn’t come."),
        ("straight", '"It is late," said Ann.\n\n"Don\'t go to-day!" Otto\'s boat did not come.'),
        ("single", "‘It is late,’ said Ann.\n\n‘Don’t go to-day!’ Otto’s boat did not come."),
        ("guillemets", "«It is late,» said Ann.\n\n«Don’t go to-day!» Otto’s boat did not come."),
        ("dashes", "—It is late, said Ann.\n\n—Don’t go to-day! Otto’s boat did not come."),
        ("no_marks", "It is late, said Ann.\n\nDon’t go to-day! Otto’s boat did not come."),
        ("lower", "“it is late,” said ann.\n\n“don’t go to-day!” otto’s boat did not come."),
    ],
)
def test_a_rule_makes_another_register(rule: str, rewritten: str) -> None:
    assert RULES[rule](SAID, Random(0)) == rewritten


def test_straight_marks_are_opened_and_closed_in_turn() -> None:
    assert RULES["curly"](RULES["straight"](SAID, Random(0)), Random(0)) == SAID


def test_apostrophes_are_lost_with_or_without_a_blank() -> None:
    found = {RULES["lost_apostrophes"]("Otto’s", Random(k)) for k in range(9)}
    assert found == {"Ottos", "Otto s"}


def test_damage_changes_no_letter() -> None:
    text = SAID * 50
    damaged = RULES["lost_spaces"](text, Random(0))
    assert damaged != text
    assert damaged.replace(" ", "") == text.replace(" ", "")


def test_every_passage_has_a_register_of_its_own_and_the_same_one_every_time() -> None:
    text = "\n\n".join(f"He went home, number {k}." for k in range(400))
    assert "\n\n".join(passages(text, 1000)) == text
    found = rewrite(text, {"lower": 0.5}, "name", length=1000)
    assert found == rewrite(text, {"lower": 0.5}, "name", length=1000)
    assert found.lower() == text.lower()
    assert "he went" in found and "He went" in found
    assert rewrite(text, {}, "name") == text


def test_what_is_packed_is_read_again(small_data: Path) -> None:
    import numpy as np
    from small_training import SPLITS, STORY
    from training.data.texts import cut, encode, novels, part_pieces, read_texts, write_texts
    from training.train import word_pieces

    words = word_pieces(small_data / "pretrained")
    texts = encode(novels(small_data / "data", SPLITS), words)
    write_texts(texts, small_data / "again.xz")
    again = read_texts(small_data / "again.xz")
    assert [p.name for p in again.parts] == ["1_the_boat_brat", "2_the_sea_brat", "3_the_lake_brat"]
    pieces, sentences = part_pieces(again, again.parts[1])
    whole = cut(STORY * 12, words)
    assert whole is not None
    assert np.array_equal(pieces.ids, whole.ids) and np.array_equal(pieces.offsets, whole.offsets)
    assert np.array_equal(pieces.shapes, whole.shapes & 15)
    assert sentences[:3] == [(0, 7), (7, 14), (14, 24)]


def test_of_novels_only_the_works_asked_for_are_read(small_data: Path) -> None:
    from training.data.texts import read_texts, text_windows
    from training.train import word_pieces

    texts, words = read_texts(small_data / "texts.xz"), word_pieces(small_data / "pretrained")
    two, one, none = (
        text_windows(texts, frozenset(w), words, 64) for w in (("1_the_boat_brat", "2_the_sea_brat"), ("1_the_boat_brat",), ())
    )
    assert len(two["novels"]) == 2 * len(one["novels"]) > 0
    assert set(none) == {"comments", "ewt_text", "gum_text", "clauses"}
    assert all(w.ids.shape == (64,) and w.sentences and w.tags is None for w in one["novels"])


def test_development_and_test_parts_are_no_text_to_read(small_data: Path) -> None:
    from training.data.texts import read_texts

    assert {p.name for p in read_texts(small_data / "texts.xz").parts if p.source != "novels"} == {"GoEmotions", "EWT", "GUM_a_b", "blog_a"}
