"""Elements to plain values and back, whatever they hold."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fabula.elements import Alias, Character, Lore, Quote
from fabula.layers import Tokens
from fabula.spans import Span
from fabula.world import tables
from fabula.world.codec import decoder, encoder
from fabula.world.schema import ELEMENT_LAYERS
from whole_world import whole_world

TEXT = st.text(st.characters(exclude_categories=()), max_size=20)  # every code point, lone surrogates and NUL too
SPAN = st.builds(Span, st.integers(0, 10**6), st.integers(0, 10**6))
CHARACTERS = st.builds(
    Character, confidence=st.floats(0, 1), origin=TEXT, id=TEXT, name=TEXT,
    aliases=st.lists(st.builds(Alias, TEXT, st.integers(0, 99))).map(tuple),
    roles=st.lists(TEXT).map(tuple), evidence=st.lists(SPAN).map(tuple),
)  # fmt: skip


@pytest.mark.parametrize("name", ELEMENT_LAYERS)
def test_every_kind_of_element_comes_back_from_json(name: str) -> None:
    for item in whole_world().layer(name):
        plain = json.loads(json.dumps(encoder(type(item))(item)))
        assert decoder(type(item))(plain) == item


@settings(max_examples=60, deadline=None)
@given(st.lists(CHARACTERS, max_size=3))
def test_characters_come_back_from_a_table(characters: list[Character]) -> None:
    connection = sqlite3.connect(":memory:")
    try:
        tables.create(connection)
        tables.write_rows(connection, "characters", Character, characters)
        assert list(tables.read_rows(connection, "characters", Character)) == characters
    finally:
        connection.close()


def test_an_optional_range_is_a_pair_or_nothing() -> None:
    lore = Lore(id="l1", topic="t", kind="rule", actor=Span(1, 2), confidence=1, origin="x")
    assert (encoder(Lore)(lore)["actor"], encoder(Lore)(lore)["deadline"]) == ([1, 2], None)


def test_numbers_of_numpy_become_plain_ones() -> None:
    row = Tokens.from_rows([(1, 2, 0, 0, 0)])
    quote = Quote(start=row.start[0], end=row.end[0], speaker=None, confidence=0.123456, origin="x")
    plain = encoder(Quote, 3)(quote)
    assert json.dumps([plain["start"], plain["confidence"]]) == "[1, 0.123]"


def test_a_type_that_has_no_plain_form_is_refused() -> None:
    @dataclass(frozen=True)
    class Odd:
        value: dict[str, Any]

    with pytest.raises(TypeError, match="no plain form"):
        encoder(Odd)
