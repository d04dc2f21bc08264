"""By which pronoun somebody goes: what the name suggests, and what the story says."""

from __future__ import annotations

import pytest

from fabula.reading.who.first_names import ending_share, folded, given_gender, is_given
from fabula.reading.who.people import Person
from who_reading import read


@pytest.mark.parametrize(
    ("name", "pronoun"), [("théo", "he"), ("Siobhan", "she"), ("mum", "she"), ("grandad", "he"), ("lizzy", "she"), ("robin", None)]
)
def test_a_first_name_suggests_a_pronoun(name: str, pronoun: str | None) -> None:
    assert given_gender(folded(name)) == pronoun


def test_what_is_more_often_a_word_is_no_first_name_by_itself() -> None:
    assert is_given("siobhan")
    assert not is_given("table")
    assert not is_given("london")


def test_a_name_that_no_list_has_is_judged_by_its_ending() -> None:
    assert not is_given("velistra")
    assert ending_share("velistra") > 0.8 > 0.4 > ending_share("velistrok")


def test_a_name_with_a_suggestion_goes_by_it_from_the_first_line() -> None:
    who = read("Siobhan and Lorcan came in. He hung up his coat. She kept hers on.\n")
    assert who.character("Siobhan").pronouns == "she"
    assert who.character("Lorcan").pronouns == "he"
    assert who.meant("He hung", "He") == ["Lorcan"]
    assert who.meant("She kept", "She") == ["Siobhan"]


def test_the_story_overrules_the_name() -> None:
    who = read(
        "Lorcan sat on the wall. She had climbed it every summer. Lorcan swung her legs. She was in no hurry. Lorcan laughed to herself, "
        "and then she jumped. Lorcan brushed off her skirt.\n"
    )
    assert who.character("Lorcan").pronouns == "she"


def test_mum_is_she_and_grandad_is_he() -> None:
    who = read('"Sit down," said Mum. Grandad sat down. Mum poured the tea, and Grandad drank it.\n')
    assert (who.character("Mum").pronouns, who.character("Grandad").pronouns) == ("she", "he")


def test_nothing_known_is_nothing_said() -> None:
    assert Person().gender() == "unknown"
    assert Person().fits("he") == Person().fits("she") == 0.5
