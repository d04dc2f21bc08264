"""What happens in a story: who does what to whom, whether it happened, in which order; and the reasons that it states."""

from __future__ import annotations

from pathlib import Path

import pytest

import fabula
from fabula.elements import Event
from fabula.reading.events.lemmas import lemma
from fabula.world.world import World

_STORY = """Martha Bell came into the kitchen and lit the lamp. Peter Gray was sitting at the table.

"Where have you been?" asked Peter.

Martha did not answer him. She burned the letter because she was angry.

Martha had married a sailor in Hull eight years ago, and the sailor had left her.

"I will sell the house tomorrow," said Martha.

Peter kissed her and left the kitchen.
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    path = Path(tmp_path_factory.mktemp("events")) / "story.txt"
    path.write_text(_STORY, encoding="utf-8")
    return fabula.read(path, store=False)


def _event(world: World, verb: str) -> Event:
    return next(e for e in world.events if e.what == verb)


def _names(world: World, ids: tuple[str, ...]) -> set[str]:
    return {world.name_of(i) for i in ids}


def test_a_verb_has_its_agent_and_its_patient(world: World) -> None:
    kiss = _event(world, "kiss")
    assert _names(world, kiss.who) == {"Peter Gray"}
    assert _names(world, kiss.whom) == {"Martha Bell"}
    assert kiss.realis == "actual"


def test_joined_verbs_share_their_subject(world: World) -> None:
    assert _names(world, _event(world, "light").who) == {"Martha Bell"}


def test_what_is_denied_or_planned_did_not_happen(world: World) -> None:
    assert _event(world, "sell").realis == "planned"
    assert all(e.realis != "actual" for e in world.events if e.what == "answer")


def test_a_pluperfect_lies_before_what_is_told_before_it(world: World) -> None:
    marry, light = _event(world, "marry"), _event(world, "light")
    assert marry.start > light.start
    assert marry.story_order is not None and light.story_order is not None
    assert marry.story_order < light.story_order


def test_what_turns_a_life_is_more_salient_than_sitting(world: World) -> None:
    assert _event(world, "marry").salience > max(e.salience for e in world.events if e.what in ("sit", "ask"))


def test_a_stated_reason_has_its_effect_and_its_cause(world: World) -> None:
    (cause,) = [c for c in world.causes if "angry" in c.what]
    assert cause.effect == _event(world, "burn").id
    assert cause.by == "narration"


@pytest.fixture(scope="module")
def ordered(tmp_path_factory: pytest.TempPathFactory) -> World:
    path = Path(tmp_path_factory.mktemp("order")) / "story.txt"
    text = "Martha Bell burned the letter after Peter Gray had left the house. She locked the door and then walked to the station.\n"
    path.write_text(text + "\nPeter waited at the inn until Martha arrived. If he had slept he would have missed her.\n", encoding="utf-8")
    return fabula.read(path, store=False)


@pytest.mark.parametrize(("first", "second"), [("leave", "burn"), ("lock", "walk"), ("wait", "arrive")])
def test_a_word_says_which_event_came_first(ordered: World, first: str, second: str) -> None:
    by_id = {e.id: e for e in ordered.events}
    (relation,) = [r for r in ordered.time if {by_id[r.before].what, by_id[r.after].what} == {first, second}]
    assert (by_id[relation.before].what, relation.basis) == (first, "stated")
    assert (by_id[relation.before].story_order or 0) < (by_id[relation.after].story_order or 0)


def test_what_did_not_happen_came_neither_first_nor_last(ordered: World) -> None:
    unreal = {e.id for e in ordered.events if e.realis != "actual"}
    assert unreal
    assert not unreal & {i for r in ordered.time for i in (r.before, r.after)}


def test_a_named_emotion_has_who_feels_it(world: World) -> None:
    assert [(world.name_of(e.character), e.emotion) for e in world.emotions if e.confidence >= 0.5] == [("Martha Bell", "anger")]


def test_a_body_betrays_an_emotion_but_less_surely(tmp_path: Path) -> None:
    path = tmp_path / "story.txt"
    path.write_text("Anna Reed opened the letter. Her hands trembled. Thomas Gill never trembled.\n", encoding="utf-8")
    found = {(w.name_of(e.character), e.emotion): e for w in [fabula.read(path, store=False)] for e in w.emotions}
    fear = found["Anna Reed", "fear"]
    assert fear.confidence < 0.5
    assert ("Thomas Gill", "fear") not in found


@pytest.mark.parametrize(
    ("form", "base"), [("slept", "sleep"), ("stopped", "stop"), ("loved", "love"), ("buried", "bury"), ("kissed", "kiss")]
)
def test_forms_have_their_base(form: str, base: str) -> None:
    assert lemma(form) == base


def test_a_speech_betrays_what_its_speaker_feels(tmp_path: Path) -> None:
    path = tmp_path / "story.txt"
    calm = "The street was empty. A dog crossed it. The clock struck nine. The rain fell on the roof."
    speech = '"You killed my brother! I hate you!" said Anna Reed to Thomas Gill.'
    path.write_text(f"Anna Reed came home late. {calm}\n\n{speech}\n\n{calm} Thomas took off his coat.\n", encoding="utf-8")
    world = fabula.read(path, store=False)
    (anger,) = [e for e in world.emotions if e.emotion == "anger"]
    assert world.name_of(anger.character) == "Anna Reed"
    assert anger.confidence < 0.5, "no word names it"


_BEFORE = """Nora Quill tied the boat to the post. Sam Quill watched from the wall.

"I took it," said Nora. "I took the key on Friday."

"I was born in this house," said Sam.

"When I was nine I broke the lock," said Nora. "I will mend it."

They had painted the door the week they married. "I promise," Sam had said.

Nora lifted the oars. Her hand trembled.

* * *

There had been three of them, that summer. Ruth Quill swam to the island, and Sam dropped the lamp in the well. They lay on the stones
until the light went, and nobody at home so much as asked where they were.

* * *

Nora rowed home. Sam was in Hull by then. She put the oars under the stairs and the lamp on the sill, and she sat down at
the table with her coat on. "You can come out," she said to the cat. Nobody came out. She ate the plums one by one.
"""


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> World:
    path = Path(tmp_path_factory.mktemp("before")) / "story.txt"
    path.write_text(_BEFORE, encoding="utf-8")
    return fabula.read(path, store=False)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("bear", "break"),  # a birth before what happened later
        ("bear", "tie"),
        ("swim", "tie"),  # a scene that looks back as a whole
        ("swim", "row"),
        ("marry", "tie"),  # what hangs on a pluperfect lies with it
        ("promise", "lift"),  # the tag of a speech may be in the pluperfect
        ("mend", "row"),  # a plan without a time stands where it is made
    ],
)
def test_what_is_told_afterwards_lies_before_what_is_told_as_now(before: World, first: str, second: str) -> None:
    a, b = _event(before, first).story_order, _event(before, second).story_order
    assert a is not None and b is not None and a < b


def test_whose_hand_trembles_takes_part(before: World) -> None:
    assert "Nora Quill" in _names(before, _event(before, "tremble").whom)


def test_a_state_that_is_told_for_itself_is_an_unsure_event(before: World) -> None:
    (state,) = [e for e in before.events if e.what == "be" and before.text[e.start : e.end].startswith("Sam was in Hull")]
    assert _names(before, state.who) == {"Sam Quill"} and state.confidence < 0.5


def test_the_form_of_a_speech_and_a_tender_touch_betray_feelings_for_the_review_list(tmp_path: Path) -> None:
    path = tmp_path / "story.txt"
    path.write_text(
        'Martha Bell came in. "I should have told you," said Martha. Peter Gray laid his hand on her shoulder.\n\n'
        '"You knew?" said Peter. "Thank God."\n',
        encoding="utf-8",
    )
    world = fabula.read(path, store=False)
    found = {(world.name_of(e.character), e.emotion): e.confidence for e in world.emotions}
    assert {("Martha Bell", "guilt"), ("Peter Gray", "tenderness"), ("Peter Gray", "surprise"), ("Peter Gray", "relief")} <= found.keys()
    assert found["Martha Bell", "guilt"] < 0.5 and found["Peter Gray", "tenderness"] < 0.5
