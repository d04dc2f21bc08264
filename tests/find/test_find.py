"""Scenes and people found by what somebody remembers of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import fabula
from fabula.elements import Fact, Note, Place, Relationship, Scene
from fabula.errors import InputError, NotFoundInWorld
from fabula.find import Filters, find
from fabula.spans import Span
from fabula.world.world import World
from small_world import ORIGIN, small_world

_SURE: dict[str, Any] = {"confidence": 0.9, "origin": ORIGIN}
_TRAIN = "Tom and Piet sat in the compartment. [c2>c3|“You sold the horse!”] Tom shouted. {They=c2} quarrelled until the whistle blew."
_MILL = "Ann swept the mill. Marta came with flour on her sleeves, and the sisters sang."
_SHORE = "Ann walked along the shore. Tom had drowned there in the spring."
_CAST = {"c1": "Ann Lee/Ann", "c2": "Tom", "c3": "Piet", "c4": "Marta"}


def _world() -> World:
    marked = f"{_TRAIN}\n\n{_MILL}\n\n{_SHORE}"
    plain = small_world(marked, _CAST, pronouns={"c1": "she", "c2": "he", "c3": "he", "c4": "she"})
    text = plain.text
    mill, shore = text.index("Ann swept"), text.index("Ann walked")
    scenes = (
        Scene(id="s1", start=0, end=mill, chapter=1, present=("c2", "c3"), place="p1", **_SURE),
        Scene(id="s2", start=mill, end=shore, chapter=1, present=("c1", "c4"), place="p2", **_SURE),
        Scene(id="s3", start=shore, end=len(text), chapter=1, present=("c1",), place_text="the shore", **_SURE),
    )
    drowned = text.index("Tom had drowned")
    hair = text.index("with flour on her sleeves")
    return small_world(
        marked, _CAST, pronouns={"c1": "she", "c2": "he", "c3": "he", "c4": "she"}, scenes=scenes,
        places=(
            Place(id="p1", name="the train", **_SURE), Place(id="p2", name="the mill", part_of="p3", **_SURE),
            Place(id="p3", name="Lower Wick", **_SURE),
        ),
        relationships=(Relationship(a="c1", b="c4", type="sibling", basis="stated", **_SURE),),
        facts=(Fact(about="c4", attribute="job", value="baker", evidence=(Span(hair, hair + 25),), **_SURE),),
        notes=(Note(label="death", strength="mentioned", spans=(Span(drowned, drowned + 15),), **_SURE),),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("description", "scene"),
    [
        ("two men argue on a train", "s1"),
        ("two sisters singing", "s2"),
        ("two women", "s2"),
        ("somebody sweeps a mill", "s2"),
        ("Ann walks at the sea", "s3"),
        ("Tom and Piet", "s1"),
    ],
)
def test_a_scene_is_found_by_its_words_its_place_and_how_many_of_whom_are_there(description: str, scene: str) -> None:
    assert find([_world()], description)[0].id == scene


def test_of_two_scenes_that_tell_the_same_the_one_with_the_right_people_comes_first() -> None:
    found = find([_world()], "three men at the mill")
    assert not found or found[0].score < find([_world()], "two women at the mill")[0].score


@pytest.mark.parametrize(
    ("filters", "scenes"),
    [
        (Filters(people=("Ann",)), ["s2", "s3"]),
        (Filters(people=("Ann", "marta")), ["s2"]),
        (Filters(place="Lower Wick"), ["s2"]),
        (Filters(place="shore"), ["s3"]),
        (Filters(without=("death",)), ["s1", "s2"]),
        (Filters(people=("Ann",), without=("death",)), ["s2"]),
    ],
)
def test_filters_alone_give_the_scenes_they_keep_in_order(filters: Filters, scenes: list[str]) -> None:
    assert [f.id for f in find([_world()], filters=filters)] == scenes


def test_a_find_says_which_content_notes_its_passage_touches() -> None:
    (found,) = find([_world()], "drowned", limit=1)
    assert (found.id, found.noted) == ("s3", ("death",))
    assert found.passage.of(found.world.text) == "Tom had drowned there in the spring."


@pytest.mark.parametrize(("description", "who"), [("a woman who is a baker", "c4"), ("baker", "c4"), ("Ann's sister", "c4")])
def test_people_are_found_by_what_is_said_of_them(description: str, who: str) -> None:
    assert find([_world()], description, people=True)[0].id == who


def test_nobody_is_found_where_the_pronoun_does_not_fit() -> None:
    assert "c4" not in [f.id for f in find([_world()], "a man who is a baker", people=True)]


def test_several_worlds_are_searched_as_one_and_each_find_knows_its_own() -> None:
    one, other = _world(), small_world("Ann swept the yard.", {"c1": "Ann"})
    other = small_world(
        "Ann swept the yard.", {"c1": "Ann"}, scenes=(Scene(id="s1", start=0, end=19, chapter=1, present=("c1",), **_SURE),)
    )
    found = find([one, other], "Ann swept the yard", limit=2)
    assert found[0].world is other
    assert found[0].score >= found[1].score


def test_a_name_that_no_world_knows_and_a_label_that_is_none_are_errors() -> None:
    with pytest.raises(NotFoundInWorld, match="Marta"):
        find([_world()], filters=Filters(people=("Martha",)))
    with pytest.raises(InputError, match="violence"):
        Filters(without=("violense",))


_TELLINGS = (
    "Marta knelt at the oven. She kneaded the dough and shaped four loaves, and the kitchen smelled of yeast.",
    "Piet stood on the deck. The waves broke over the rail and the mast groaned.",
    "In the evening the doctor closed the old woman's eyes. The family stood around the bed and wept.",
)


def test_a_scene_is_found_by_its_meaning_in_other_words(tmp_path: Path) -> None:
    worlds = []
    for number, text in enumerate(_TELLINGS):
        (tmp_path / f"{number}.txt").write_text(text, encoding="utf-8")
        worlds.append(fabula.read(tmp_path / f"{number}.txt", store=False))
    asked = {"preparing food": 0, "a ship in heavy weather": 1, "the death of a grandmother": 2}
    assert {q: worlds.index(find(worlds, q)[0].world) for q in asked} == asked
