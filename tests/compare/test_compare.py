"""Drafts and works beside each other: what changed in the world, and what only in the words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import fabula
from fabula.compare import DraftComparison, WorkComparison, are_drafts, compare, compare_drafts, compare_works
from fabula.elements import Commitment, Fact, Note, Relationship, Scene
from fabula.spans import Span
from fabula.world.world import World
from small_world import ORIGIN, small_world

_SURE: dict[str, Any] = {"confidence": 0.9, "origin": ORIGIN}
_CAST = {"c1": "Marta Voss/Marta", "c2": "Piet", "c3": "Old Kees/Kees"}
_ONE = "Marta walked down to the ferry in the rain. Piet sat on the mooring post and smoked a pipe."
_TWO = "The next day Marta came again with the letter. Old Kees read it aloud to the whole kitchen."
_THREE = "Piet rowed across the river alone. Nobody on the far bank waited for him with a lamp."


def _draft(*parts: str, cast: dict[str, str] | None = None, **layers: Any) -> World:
    """A draft of scenes; every scene is a paragraph."""
    text = "\n\n".join(parts)
    starts = [text.index(p) for p in parts]
    scenes = tuple(
        Scene(id=f"s{i}", start=a, end=b, chapter=1, **_SURE)
        for i, (a, b) in enumerate(zip(starts, [*starts[1:], len(text)], strict=True), 1)
    )
    return small_world(text, cast or _CAST, scenes=scenes, **layers)


def _at(text: str, words: str) -> tuple[Span, ...]:
    return (Span(text.index(words), text.index(words) + len(words)),)


def _said(found: DraftComparison, part: str) -> list[tuple[str, str]]:
    return [(c.kind, c.text) for c in found.of(part)]


def test_two_copies_of_a_story_do_not_differ() -> None:
    assert compare_drafts(_draft(_ONE, _TWO, _THREE), _draft(_ONE, _TWO, _THREE)).changes == ()


def test_who_is_called_otherwise_in_the_same_places_is_renamed_and_not_gone() -> None:
    after = _draft(*(p.replace("Piet", "Joost") for p in (_ONE, _TWO, _THREE)), cast={**_CAST, "c2": "Joost"})
    assert _said(compare_drafts(_draft(_ONE, _TWO, _THREE), after), "people") == [("changed", "Piet is now called Joost")]


def test_a_longer_form_of_a_name_is_no_new_name() -> None:
    before = _draft(_ONE, _TWO, cast={"c1": "Marta", "c2": "Piet", "c3": "Kees"})
    assert _said(compare_drafts(before, _draft(_ONE, _TWO, "Marta Voss slept.")), "people") == []


def test_who_comes_and_who_goes_is_told() -> None:
    cast = {"c1": "Marta", "c2": "Piet", "c4": "Hendrik"}
    before, after = _draft(_ONE, _TWO, _THREE), _draft(_ONE, _THREE, "Hendrik whistled. Hendrik laughed.", cast=cast)
    assert set(_said(compare_drafts(before, after), "people")) == {("gone", "Old Kees"), ("new", "Hendrik")}


def test_scenes_that_are_new_or_gone_are_told() -> None:
    before, after = _draft(_ONE, _TWO, _THREE), _draft(_ONE, _THREE, "A storm took the roof of the mill in the night.")
    assert _said(compare_drafts(before, after), "scenes") == [("gone", "scene 2"), ("new", "scene 3")]


def test_a_scene_that_was_moved_is_neither_new_nor_gone() -> None:
    found = compare_drafts(_draft(_ONE, _TWO, _THREE), _draft(_THREE, _ONE, _TWO))
    assert _said(found, "scenes") == [("changed", "scene 1 (moved: was scene 3)")]


def test_a_fact_that_is_stated_otherwise_is_one_change_with_both_places() -> None:
    one, other = f"{_ONE} Marta had brown eyes.", f"{_ONE} Marta had green eyes."
    worlds = [
        _draft(text, _TWO, facts=(Fact(about="c1", attribute="eye colour", value=v, evidence=_at(text, f"{v} eyes"), **_SURE),))
        for text, v in ((one, "brown"), (other, "green"))
    ]
    (change,) = compare_drafts(*worlds).of("facts")
    assert (change.kind, change.text) == ("changed", "Marta Voss: eye colour is now green, was brown")
    assert change.before[0].of(worlds[0].text) == "brown eyes"
    assert change.after[0].of(worlds[1].text) == "green eyes"


def test_what_is_read_otherwise_in_unchanged_words_is_left_out() -> None:
    fact = Fact(about="c2", attribute="habit", value="smokes", evidence=_at(_ONE, "smoked a pipe"), **_SURE)
    assert compare_drafts(_draft(_ONE, _TWO, facts=(fact,)), _draft(_ONE, _TWO)).of("facts") == ()


def test_ties_promises_and_notes_that_change_with_their_words_are_told() -> None:
    text = f"{_ONE} Piet was her brother. He swore to come back. He drowned in May."
    later = _draft(
        text, _TWO,
        relationships=(Relationship(a="c2", b="c1", type="sibling", basis="stated", evidence=_at(text, "her brother"), **_SURE),),
        commitments=(Commitment(by="c2", to=(), kind="vow", evidence=_at(text, "He swore to come back"), **_SURE),),
        notes=(Note(label="death", strength="mentioned", spans=_at(text, "He drowned"), **_SURE),),
    )  # fmt: skip
    found = compare_drafts(_draft(_ONE, _TWO), later)
    assert _said(found, "ties") == [("new", "Piet sibling of Marta Voss")]
    assert _said(found, "promises") == [("new", "Piet vows to (open)")]
    assert _said(found, "notes") == [("new", "death (mentioned)")]
    assert [c.kind for c in compare_drafts(later, _draft(_ONE, _TWO)).of("notes")] == ["gone"]


def test_texts_that_share_most_of_their_sentences_are_drafts_and_others_are_works() -> None:
    one, other, third = _draft(_ONE, _TWO), _draft(_ONE, _THREE), _draft(_THREE)
    assert are_drafts(one, other)
    assert not are_drafts(one, third)
    assert isinstance(compare([one, other]), DraftComparison)
    assert isinstance(compare([one, third]), WorkComparison)
    assert isinstance(compare([one, third], drafts=True), DraftComparison)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Marta Voss", "Marta Voss", True),
        ("Marta Voss", "Marta", True),
        ("Elizabeth Bell", "Lizzy", True),
        ("Captain Voss", "Marta Voss", True),
        ("Marta Voss", "Marta Bell", False),
        ("Marta Voss", "Anna Voss", False),
        ("the ferryman", "the ferryman", False),
    ],
)
def test_people_of_different_works_are_matched_by_name(one: str, other: str, same: bool) -> None:
    worlds = [small_world(f"{name} slept. {name} woke.", {"c1": name}) for name in (one, other)]
    assert bool(compare_works(worlds).people) is same


def test_the_same_people_in_two_works_differ_in_roles_facts_and_ends() -> None:
    facts = (Fact(about="c1", attribute="eye colour", value="brown", evidence=(Span(0, 5),), **_SURE),)
    one, other = _draft(_ONE, _TWO, facts=facts), _draft("Marta slept.", "Piet woke at the mill.", cast={"c1": "Marta", "c2": "Piet"})
    (marta, *_) = compare_works([one, other]).people
    assert marta.name == "Marta Voss"
    assert "facts" in marta.differs
    assert compare_works([one, other]).only[0] == ("Old Kees",)


def test_a_second_draft_read_from_its_file_is_compared_with_the_first(tmp_path: Path) -> None:
    first = (
        "Marta Voss put the kettle on. Her eyes were brown. “Sit down,” said Marta.\n\n“I will,” said Piet. He sat down by the window "
        "and looked at the rain.\n\nMarta poured the tea. Piet drank it slowly, and nobody spoke."
    )
    worlds = []
    for name, text in (("one.txt", first), ("two.txt", first.replace("Piet", "Joost").replace("were brown", "were green"))):
        (tmp_path / name).write_text(text, encoding="utf-8")
        worlds.append(fabula.read(tmp_path / name, store=False))
    found = compare(worlds)
    assert isinstance(found, DraftComparison)
    assert ("changed", "Piet is now called Joost") in _said(found, "people")
    assert ("changed", "Marta Voss: eye colour is now green, was brown") in _said(found, "facts")
