"""Ways of answering: each looks at a question and gives what it found, or nothing. Tried in the order of ``WAYS``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fabula.ask.answers import Found
from fabula.ask.names import Names
from fabula.ask.question import Question
from fabula.ask.ways.counts import many, times
from fabula.ask.ways.deeds import doer, happened
from fabula.ask.ways.dialogue import asked_and_answered, spoken_by
from fabula.ask.ways.facts import age, colour, counted, identity, job, plain_facts
from fabula.ask.ways.lore import outcome, rules
from fabula.ask.ways.minds import kept, knows, promised, still_open
from fabula.ask.ways.naming import called, definition, name_of
from fabula.ask.ways.scenes import author, place_of_scene, present_in_scene, whereabouts
from fabula.ask.ways.ties import related_one, tie_between
from fabula.ask.ways.whether import has_one, is_one, lives, tied

if TYPE_CHECKING:
    from fabula.world.world import World

Way = Callable[["World", Question, Names], "Found | None"]

WAYS: tuple[Way, ...] = (
    asked_and_answered, spoken_by, called, name_of, knows, promised, kept, still_open, tied, has_one, is_one, lives, tie_between,
    related_one, colour, age, job, counted, rules, outcome, author, place_of_scene, present_in_scene, whereabouts, plain_facts, identity,
    definition, times, many, doer, happened,
)  # fmt: skip
