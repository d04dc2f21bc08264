"""Places: names and settings, what is no place, what is part of what."""

from __future__ import annotations

from pathlib import Path

import pytest

from fabula.elements import Place
from fabula.reading import places
from story_casting import read_layers

FERRY = """Ruth Calder came to Skerrow on the morning boat. She had written to the Lantern Inn for a room.

"You'll be for the inn," said the porter. "It's on Harbour Street, above the fish market."

The attic of the inn was cold. In the attic she found two chairs, a bed, and a picture of Naples. From the window she looked at \
Dunstan, who was standing in the yard and waving at the gulls.

"I've never been to Naples," said Dunstan when she came down into the kitchen. "I've been in love, and I've been in debt. I was \
in Bangor, Maine, in March."

She laughed at Dunstan. In Skerrow nobody had laughed at him since Monday. They sat in the kitchen of the Lantern Inn until the \
inn was dark.
"""


@pytest.fixture
def found(tmp_path: Path) -> dict[str, Place]:
    layers = read_layers(tmp_path, FERRY, cast={"Ruth Calder": "Ruth", "Dunstan": ""}, pronouns={"she": "ruth", "him": "dunstan"})
    given = places.STEP.run(**{n: layers[n] for n in places.STEP.needs})["places"]
    return {p.name: p for p in given}


def test_a_name_after_in_or_to_is_a_place(found: dict[str, Place]) -> None:
    assert "Skerrow" in found
    assert len(found["Skerrow"].mentions) == 2


def test_people_months_and_states_of_mind_are_no_places(found: dict[str, Place]) -> None:
    assert not {"Dunstan", "Ruth", "Ruth Calder", "March", "Monday", "Love"} & found.keys()


def test_a_name_that_ends_in_a_noun_of_place_is_a_place_after_one_mention(found: dict[str, Place]) -> None:
    assert "Harbour Street" in found


def test_the_noun_alone_goes_on_for_the_named_place(found: dict[str, Place]) -> None:
    assert "the inn" not in found
    assert "the inn" in found["Lantern Inn"].aliases
    assert len(found["Lantern Inn"].mentions) == 5


def test_settings_of_the_narration_are_places(found: dict[str, Place]) -> None:
    assert {"the attic", "the kitchen", "the yard"} <= found.keys()


def test_an_attic_of_an_inn_is_part_of_it_and_a_town_of_its_state(found: dict[str, Place]) -> None:
    names = {p.id: name for name, p in found.items()}
    assert names[found["the attic"].part_of or ""] == "Lantern Inn"
    assert names[found["Bangor"].part_of or ""] == "Maine"


def test_mentions_give_the_words_of_the_text(found: dict[str, Place]) -> None:
    assert {FERRY[m.start : m.end] for m in found["the kitchen"].mentions} == {"the kitchen"}


def test_a_place_that_only_speech_calls_so_is_no_setting(tmp_path: Path) -> None:
    layers = read_layers(tmp_path, 'Ann frowned.\n\n"He died in the castle," she said.\n', cast={"Ann": ""})
    assert places.STEP.run(**{n: layers[n] for n in places.STEP.needs})["places"] == ()


def test_a_noun_inside_the_name_of_another_thing_is_no_setting(tmp_path: Path) -> None:
    story = "Ruth got on at the hospital stop. In the car park she sat down. In the kitchen Ada sang.\n"
    layers = read_layers(tmp_path, story, cast={"Ruth": "", "Ada": ""}, pronouns={"she": "ruth"})
    names = {p.name for p in places.STEP.run(**{n: layers[n] for n in places.STEP.needs})["places"]}
    assert {"the car park", "the kitchen"} <= names
    assert not {"the hospital", "the car"} & names
