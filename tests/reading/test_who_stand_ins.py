"""Words that stand for people whose noun is left out: which of them are found, and how many people they count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from tests.who_reading import read

from fabula.reading.who.candidates import Candidate
from fabula.reading.who.deciding import decide, shipped
from fabula.reading.who.people import Person
from fabula.reading.who.ranker import Rows
from fabula.reading.who.spots import Spot
from random_links import random_links, reading_with


def stand_ins(text: str) -> dict[str, Spot]:
    r = reading_with(random_links(), text)
    return {r.page.surface(s.first, s.last): s for s in r.spots if s.stand_in}


@pytest.mark.parametrize(
    ("story", "words", "number"),
    [
        ("Ann and Bea came in. The two of them sat down.", "The two of them", 2),
        ("Ann, Bea and Cal came in. All three of them were wet.", "All three of them", 3),
        ("Ann and Bea came in. Both of them were wet.", "Both of them", 2),
        ("Ann and Bea came in. Neither of them spoke.", "Neither of them", 2),
        ("Ann and Bea came in. One of them laughed.", "One of them", 1),
        ("“You two are late,” said Ann.", "You two", 2),
        ("“You guys are late,” said Ann.", "You guys", 0),
        ("Ann stopped. The others went on.", "The others", 0),
        ("Ann stopped. The other two went on.", "The other two", 2),
        ("Two men came in. The tall one sat down. The other stood.", "The tall one", 1),
        ("They sent a new girl. This one was nineteen.", "This one", 1),
        ("It was the tall one who said it.", "the tall one", 1),
        ("Two men came in. One sat down. The other said nothing.", "The other", 1),
        ("Two sisters came in. The younger laughed.", "The younger", 1),
        ("Two men came in. The one with the hat laughed.", "The one with the hat", 1),
        ("Ann opened the door. Somebody laughed.", "Somebody", 1),
    ],
)
def test_people_whose_noun_is_left_out_are_mentions_that_count(story: str, words: str, number: int) -> None:
    assert stand_ins(story)[words].number == number


@pytest.mark.parametrize(
    "story",
    [
        "He gave us two days.",
        "Ann read the first page. The next one was torn.",
        "Ann knew them both.",
        "They all went home.",
        "Is somebody there?",
        "Ann put down one glove. She kept the other.",
    ],
)
def test_what_counts_things_or_nobody_is_no_mention(story: str) -> None:
    assert not stand_ins(story)


def test_you_that_carries_the_narration_is_the_one_whom_it_is_told_of() -> None:
    story = read(
        "You come in late and you hang up your coat. He is sitting in your chair. He has his hat on, and he looks at you as if you had "
        "come to take it.\n\n“You are late,” he says. You say that you know. He takes his hat and he gives you back your chair.\n"
    )
    assert story.narration.person == "second"
    assert story.meant("hang up your coat", "your") == [story.name(story.narration.narrator)]


def name_of(person: Person) -> str:
    return " ".join(max(person.forms)[1]).title() if person.forms else "?"


def offered(text: str, mention: str) -> list[set[str]]:
    """Names of whom a plural may mean, of each choice."""
    r = reading_with(random_links(), text)
    found: list[set[str]] = []

    def choose(k: int, candidates: Sequence[Candidate], features: Rows) -> list[float]:
        if r.page.surface(r.spots[k].first, r.spots[k].last) == mention:
            found.extend({name_of(r.people[p]) for p in c} for c in candidates if c[0] >= 0)
        return [1.0 / len(candidates)] * len(candidates)

    decide(r, replace(shipped(), choose=choose, first=None))
    return found


def test_people_named_together_are_a_group() -> None:
    assert {"Ann", "Bea", "Cal", "Dov"} in offered("Ann, Bea, Cal and Dov came in. They sat down.", "They")


def test_as_many_people_are_meant_as_are_counted() -> None:
    choices = offered("Ann, Bea and Cal came in. Ann laughed. Bea laughed. Cal laughed. The two of them sat down.", "The two of them")
    assert {"Ann", "Bea"} in choices
    assert all(len(c) == 2 for c in choices)


def test_her_brothers_are_those_who_were_said_to_be() -> None:
    story = "Ann's brother Cal came in. Ann's brother Dov came in. Bea came in. Eve came in. Flo came in. Ann looked at her brothers."
    assert {"Cal", "Dov"} in offered(story, "her brothers")


def test_several_who_are_spoken_to_are_all_meant() -> None:
    story = read("Ann and Bea were at the table. “Girls, it is time,” said Cal to Ann and Bea. “We are coming,” said Ann.\n")
    assert set(story.meant("Girls, it", "Girls")) == set(story.told("Girls, it"))
