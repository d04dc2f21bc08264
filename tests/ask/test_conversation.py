"""Short questions in a conversation: what they mean after those before them."""

from __future__ import annotations

import pytest

from fabula.ask import Conversation
from fabula.elements import Event
from fabula.spans import Span
from fabula.world.world import World
from small_world import ORIGIN, small_world

_CAST = {"c1": "Ann Lee/Ann", "c2": "Tom", "c3": "Mrs. Pike"}


_TEXT = "Ann gave Tom the key on Friday because Mrs. Pike had asked her. Tom hid the lamp under the stairs. Mrs. Pike lived at the mill."


def _world() -> World:
    deeds = (("Ann gave Tom the key", "give", "c1", ("c2",)), ("Tom hid the lamp", "hide", "c2", ()))
    at = [(_TEXT.index(words), _TEXT.index(words) + len(words)) for words, *_ in deeds]
    events = tuple(
        Event(id=f"e{i}", start=a, end=b, trigger=Span(a, b), what=what, who=(who,), whom=whom, confidence=0.9, origin=ORIGIN)
        for i, ((a, b), (_, what, who, whom)) in enumerate(zip(at, deeds, strict=True))
    )
    return small_world(_TEXT, _CAST, pronouns={"c1": "she", "c2": "he", "c3": "she"}, events=events)


@pytest.mark.parametrize(
    ("before", "short", "meant"),
    [
        ("Where did Tom hide the lamp?", "When?", "When did Tom hide the lamp?"),
        ("Where did Tom hide the lamp?", "And why?", "Why did Tom hide the lamp?"),
        ("Did Tom hide the lamp?", "Where?", "Where did Tom hide the lamp?"),
        ("Where did Tom hide the lamp?", "And Ann?", "Where did Ann hide the lamp?"),
        ("Where did Tom hide the lamp?", "What about Mrs. Pike?", "Where did Mrs. Pike hide the lamp?"),
        ("Where did Tom hide the lamp?", "Why did he hide it?", "Why did Tom hide it?"),
        ("Where did Mrs. Pike live?", "What is her job?", "What is Mrs. Pike's job?"),
        ("Where did Mrs. Pike live?", "Who asked her?", "Who asked Mrs. Pike?"),
        ("Where did Tom hide the lamp?", "Where did Mrs. Pike live?", "Where did Mrs. Pike live?"),
    ],
)
def test_a_short_question_asks_what_was_asked_before(before: str, short: str, meant: str) -> None:
    conversation = Conversation(_world())
    conversation.ask(before)
    assert conversation.whole(short) == meant


@pytest.mark.parametrize("short", ["Why?", "Why him?"])
def test_the_answer_to_who_stands_in_the_next_question(short: str) -> None:
    conversation = Conversation(_world())
    assert conversation.ask("Who hid the lamp?").answer == "Tom"
    assert conversation.whole(short) == "Why Tom hid the lamp?"


def test_an_answer_that_follows_says_how_the_question_was_taken() -> None:
    conversation = Conversation(_world())
    conversation.ask("Who gave Tom the key?")
    found = conversation.ask("When?")
    assert found.question == "When Ann Lee gave Tom the key?"
    assert found.kind == "when"


def test_the_first_question_stands_as_it_is() -> None:
    assert Conversation(_world()).whole("Where does she live?") == "Where does she live?"
