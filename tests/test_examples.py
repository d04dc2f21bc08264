"""The example stories: their hand-made readings are sound, and Fabula reads them no worse than it did."""

from __future__ import annotations

from itertools import pairwise

import pytest

from example_figures import NAMES, expected, figures, floors, one_item, story, world_of
from fabula.bench.comparison import shared, span
from sound_readings import KINDS, people_named, ranges

FLOORED = sorted((name, layer) for name, layers in floors().items() for layer in layers)


@pytest.mark.parametrize("name", NAMES)
def test_a_story_is_of_the_promised_length(name: str) -> None:
    assert 800 <= len(story(name).split()) <= 2500


def test_the_interrogation_is_one_line_without_a_break() -> None:
    assert "\n" not in story("interrogation")


@pytest.mark.parametrize("name", NAMES)
def test_every_range_of_a_reading_lies_in_the_story_and_starts_and_ends_on_ink(name: str) -> None:
    reading, text = expected(name), story(name)
    for start, end in ranges({k: v for k, v in reading.items() if k not in ("scenes", "passages")}):
        assert 0 <= start < end <= len(text)
        assert not text[start].isspace() and not text[end - 1].isspace(), text[start:end]


@pytest.mark.parametrize("name", NAMES)
def test_words_given_with_a_range_are_the_words_that_stand_there(name: str) -> None:
    reading, text = expected(name), story(name)
    assert all(text[q["start"] : q["end"]].startswith(q["head"]) for q in reading["quotes"])
    assert all(text[slice(*span(p))] == p["text"] for layer in ("pronouns", "mentions", "pronouns_left_out") for p in reading[layer])


@pytest.mark.parametrize("name", NAMES)
def test_quotations_stand_in_order_apart_and_between_their_marks(name: str) -> None:
    reading, text = expected(name), story(name)
    assert all({text[q["start"]], text[q["end"] - 1]} in ({'"'}, {"“", "”"}, {"‘", "’"}) for q in reading["quotes"])
    assert all(a["end"] <= b["start"] for a, b in pairwise(reading["quotes"]))


@pytest.mark.parametrize("name", NAMES)
def test_everybody_in_a_reading_is_in_its_cast_and_every_alias_in_the_text(name: str) -> None:
    reading, text = expected(name), story(name)
    cast = [c["id"] for c in reading["characters"]]
    assert len(cast) == len(set(cast))
    assert set(people_named(reading)) <= set(cast)
    assert all(alias in text for c in reading["characters"] for alias in c["aliases"])


@pytest.mark.parametrize("name", NAMES)
def test_scenes_tile_the_story_and_each_has_its_place_in_story_order(name: str) -> None:
    scenes = expected(name)["scenes"]
    assert scenes[0]["start"] == 0 and scenes[-1]["end"] == len(story(name))
    assert all(a["end"] == b["start"] for a, b in pairwise(scenes))
    assert len({s["story_order"] for s in scenes}) == len(scenes)


@pytest.mark.parametrize("name", NAMES)
def test_steps_lead_to_steps_and_their_terms_are_words_of_the_story(name: str) -> None:
    reading, text = expected(name), story(name)
    ids = {x["id"] for x in reading["lore"]}
    for rule in reading["lore"]:
        assert set(rule["next"]) <= ids
        assert all(rule[term] is None or rule[term] in text for term in ("actor", "condition", "deadline", "otherwise"))


@pytest.mark.parametrize("name", NAMES)
def test_events_frames_and_emotions_refer_to_what_there_is(name: str) -> None:
    reading = expected(name)
    events = {e["id"] for e in reading["events"]}
    assert {k["event"] for k in reading["knowledge"]} <= events
    assert {f["kind"] for f in reading["frames"]} <= KINDS
    assert all(0 <= e["scene"] < len(reading["scenes"]) for e in reading["emotions"])
    assert all(any(shared(x, span(reading["scenes"][e["scene"]])) for x in e["evidence"]) for e in reading["emotions"])


@pytest.mark.parametrize("name", NAMES)
def test_ten_questions_of_which_two_have_no_answer(name: str) -> None:
    questions = expected(name)["questions"]
    assert len(questions) == 10
    assert sum(not q["answers"] for q in questions) == 2
    assert all(bool(q["evidence"]) == bool(q["answers"]) for q in questions)


@pytest.mark.parametrize("name", NAMES)
def test_the_text_of_the_world_is_the_file(name: str) -> None:
    assert world_of(name).text == story(name)


@pytest.mark.parametrize(("name", "layer"), FLOORED)
def test_a_layer_is_read_no_worse_than_its_floor(name: str, layer: str) -> None:
    found = figures(name)[layer]
    assert found + one_item(name, layer) >= floors()[name][layer], f"{layer} of {name} has sunk to {found:.3f}"


def test_floors_are_held_for_every_example_and_only_for_what_is_measured() -> None:
    table = floors()
    assert set(table) == set(NAMES)
    assert all(set(layers) <= set(figures(name)) for name, layers in table.items())
    assert all(0 < floor <= 1 for layers in table.values() for floor in layers.values()), "a floor of nothing holds nothing"
