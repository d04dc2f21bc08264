"""The public JSON contract: its schema, its bytes, its positions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from fabula.export.json import render_json
from fabula.schema import world_schema
from fabula.world.codec import field_types
from fabula.world.plain import ELEMENTS, plain
from fabula.world.schema import ELEMENT_LAYERS
from whole_world import SURE, whole_world

VALIDATOR = jsonschema.Draft202012Validator(world_schema())
DOCS = Path(__file__).parents[2] / "docs" / "world-json.md"


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(world_schema())


def test_a_world_with_something_of_everything_keeps_the_contract() -> None:
    value = whole_world().to_json()
    VALIDATOR.validate(value)
    assert all(value[name] for name in ("characters", "mentions", *ELEMENTS))


def test_the_schema_asks_for_every_field_of_every_element() -> None:
    for name, cls in ELEMENT_LAYERS.items():
        if name in ("characters", *ELEMENTS):
            assert set(world_schema()["$defs"][name]["required"]) == set(field_types(cls)), name


@pytest.mark.parametrize("name", ["characters", "mentions", *ELEMENTS])
def test_an_item_that_lacks_a_key_breaks_the_contract(name: str) -> None:
    value = whole_world().to_json()
    del value[name][0]["confidence"]
    assert not VALIDATOR.is_valid(value)


def test_keys_may_be_added() -> None:
    value = whole_world().to_json()
    value["more"] = value["characters"][0]["more"] = 1
    VALIDATOR.validate(value)


def test_the_same_world_gives_the_same_bytes_and_they_are_the_json() -> None:
    one, other = render_json(whole_world()), render_json(whole_world())
    assert one == other
    assert one.encode("utf-8")
    value = whole_world().to_json()
    assert json.loads(one) == value
    assert list(json.loads(one)) == list(value)


def test_numbers_have_three_places_and_unknown_is_null() -> None:
    value = whole_world().to_json()
    assert {item["confidence"] for name in ELEMENTS for item in value[name]} == {0.877, 0.9}
    assert value["emotions"][0]["strength"] == 0.333
    assert value["scenes"][1]["place"] is None and value["scenes"][1]["present"] == []


def test_ranges_are_pairs_and_cut_the_text_that_they_claim() -> None:
    world = whole_world()
    value = world.to_json()
    said = [world.text[q["start"] : q["end"]] for q in value["quotes"]]
    assert said == ["“Will you cross tonight?”", "“Only if you pay,”", "“Then I will.”"]
    assert value["facts"][0]["evidence"] == [[120, 130]]
    assert [world.text[m["start"] : m["end"]] for m in value["mentions"] if m["kind"] == "pronoun"] == ["She"]


def test_mentions_name_their_step_and_all_their_characters() -> None:
    mention = whole_world().to_json()["mentions"][0]
    assert mention == {"start": 67, "end": 77, "kind": "name", "characters": ["c1"], "confidence": 0.9, "origin": "who@9"} | {
        k: mention[k] for k in ("start", "end")
    }


def test_what_an_item_says_comes_before_what_every_item_has() -> None:
    assert list(plain(ELEMENT_LAYERS["emotions"](scene="s", character="c", emotion="joy", strength=1, **SURE)))[-3:] == [
        "confidence",
        "origin",
        "noted",
    ]


def test_the_documentation_names_every_key() -> None:
    docs, value = DOCS.read_text(encoding="utf-8"), whole_world().to_json()
    names = (
        {key for name in ("characters", "mentions", *ELEMENTS) for item in value[name] for key in item} | set(value) | set(value["story"])
    )
    assert [n for n in sorted(names) if f'"{n}"' not in docs and f"`{n}`" not in docs] == []


def walk(value: Any) -> Any:
    """Every text of a value."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner)
    elif isinstance(value, str):
        yield value


def test_odd_names_come_through_json() -> None:
    back = list(walk(json.loads(render_json(whole_world()))))
    assert "lone \ud800 surrogate" in back and "nul \0 inside" in back and "emoji 🜚" in back
