"""Marked scenes told of other people: names and pronouns change, everything marked stays where it was."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

pytest.importorskip("torch")

from training.scenes.markup import read_scene
from training.scenes.variants import changed_pronouns, name_words, renamed, surnames_of, variants
from training.who.gold import GoldText, scenes

SCENE = """\
# manner: two
@ ann | Ann Leigh | she | major | Ann; Mrs Leigh
@ tom | Tom | he | major | Tom
@ brother | her brother | he | mentioned |
---
[Ann|ann] gave [Tom|tom] [his|tom] coat. [She|ann] liked [him|tom], and the coat was [his|tom].

{tom>ann:e|“Is [[your|ann] brother|brother] here, [Mrs Leigh|ann]?”} said [Tom|tom].

[Ann|ann]’s face fell; [she|ann] had lost [her|ann] key, and [he|tom] saw [her|ann].
"""


@pytest.fixture
def gold(tmp_path: Path) -> GoldText:
    (tmp_path / "a01.scene").write_text(SCENE, encoding="utf-8")
    assert read_scene(tmp_path / "a01.scene").problems == []
    return next(scenes(tmp_path))


def one(gold: GoldText, mode: str) -> GoldText:
    return next(variants(gold, ["Oakes"], 1, modes={mode: 1.0}))


def test_every_name_becomes_another_everywhere(gold: GoldText) -> None:
    made = one(gold, "kept")
    assert not {"Ann", "Tom", "Leigh"} & set(made.text.replace("’", " ").split())
    assert "Mrs Oakes" in made.text and "’s face fell; she had lost her key" in made.text
    by_person = {made.text[a:b] for (a, b), who in made.mentions.items() if who == {"tom"}}
    assert len(by_person - {"his", "him", "he"}) == 1


def test_all_may_become_men(gold: GoldText) -> None:
    text = one(gold, "he").text
    assert "He liked him, and the coat was his." in text
    assert "had lost his key, and he saw him." in text
    assert "Mr Oakes" in text and "your brother" in text


def test_men_may_become_women_and_women_men(gold: GoldText) -> None:
    text = one(gold, "mirrored").text
    assert "He liked her, and the coat was hers." in text
    assert "had lost his key, and she saw him." in text


def test_what_is_marked_stays_marked(gold: GoldText) -> None:
    for mode in ("kept", "he", "she", "mirrored"):
        made = one(gold, mode)
        assert len(made.mentions) == len(gold.mentions) and len(made.quotes) == 1
        assert all(made.text[a:b].strip(" .,;“”") == made.text[a:b] for a, b in made.mentions)
        ((a, b),) = made.quotes
        assert made.text[a] in '“"' and made.text[b - 1] in '”"'


def test_a_variant_is_always_the_same(gold: GoldText) -> None:
    assert [v.text for v in variants(gold, ["Oakes"], 3)] == [v.text for v in variants(gold, ["Oakes"], 3)]


def test_a_new_name_is_none_that_the_text_has(gold: GoldText) -> None:
    assert surnames_of([gold]) == ["Leigh"] and set(name_words(gold)) == {"Ann", "Tom", "Leigh"}
    assert renamed(gold, changed_pronouns(gold, "kept"), ["Leigh", "Oakes"], Random(1))["Leigh"] == "Oakes"
