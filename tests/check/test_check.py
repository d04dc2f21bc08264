"""Short stories with slips and with traps: what is reported, and what is not."""

from __future__ import annotations

from pathlib import Path

import pytest

import fabula
from fabula.check import check
from fabula.check.spelling import one_slip_apart, sound
from fabula.elements import Issue

SHOWN = 0.5
_MEAL = (
    "Marta Voss put the kettle on the stove and cut the bread. Piet Janssen sat down by the window. "
    "He watched the rain on the glass. Marta poured the tea and pushed a cup across the table.\n\n"
    "They ate. Nobody spoke for a while. The dog scratched at the door, and Piet let it in."
)


def findings(tmp_path: Path, text: str, least: float = SHOWN) -> list[Issue]:
    path = tmp_path / "story.txt"
    path.write_text(text, encoding="utf-8")
    return [i for i in check(fabula.read(path, store=False)) if i.confidence >= least]


def rules(tmp_path: Path, text: str, least: float = SHOWN) -> list[str]:
    return [i.rule for i in findings(tmp_path, text, least)]


@pytest.mark.parametrize(
    ("first", "then", "rule"),
    [
        ("Marta's eyes were brown.", "Marta looked up. Her blue eyes were calm.", "eye_colour"),
        ("Piet had green eyes.", "Piet's brown eyes followed her.", "eye_colour"),
        ("Marta's hair was black.", "Marta's blonde hair was wet from the rain.", "hair_colour"),
        ("Piet was forty years old.", "Piet was thirty-one years old.", "age"),
        (
            "Piet had brown eyes that never seemed to blink.",
            "Piet bent down. His eyes, green in the lamplight, went over the floor.",
            "eye_colour",
        ),
        ("Piet was forty years old.", "Piet, at thirty-one, was the youngest of them.", "age"),
        ("Marta was born in Bergen.", "Marta Voss was born in Utrecht.", "birthplace"),
    ],
)
def test_what_one_can_have_only_once_and_is_told_twice_is_found_with_both_places(tmp_path: Path, first: str, then: str, rule: str) -> None:
    (found,) = findings(tmp_path, f"{_MEAL}\n\n{first}\n\n{_MEAL}\n\n{then}\n\n{_MEAL}")
    text = (tmp_path / "story.txt").read_text(encoding="utf-8")
    assert (found.kind, found.rule) == ("contradiction", rule)
    assert [text.find(first) <= found.evidence[0].start, text.find(then) <= found.evidence[1].start] == [True, True]
    assert found.evidence[0].end <= text.find(first) + len(first)


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("Marta's eyes were hazel.", "Marta's green eyes were calm."),
        ("Marta's eyes were dark.", "Marta's brown eyes were calm."),
        ("Marta's hair was black.", "Marta had dyed her hair on Sunday.\n\nMarta's blonde hair was wet from the rain."),
        ("Marta's hair was black.", "Marta's hair had faded to red.\n\nMarta's red hair was wet from the rain."),
        ("Marta's eyes were brown.", "Marta drank. Her eyes turned bright green.\n\nMarta's green eyes were calm."),
        ("Marta's hair was brown.", "Thirty years went by.\n\nMarta's grey hair was wet from the rain."),
        ("Piet was forty years old.", "Two years later Piet came back.\n\nPiet was forty-two years old."),
        ("Piet was about forty years old.", "Piet was thirty-eight years old."),
        ("Marta's eyes were brown.", "“Marta's eyes are blue,” said Piet. He was lying."),
        ("Marta's eyes were brown.", "“Your eyes are blue,” Piet said to Marta."),
        ("Marta's eyes were brown.", "If Marta's eyes were blue, she would look like her aunt."),
        ("Marta's eyes were brown.", "Piet's eyes were blue."),
        ("Marta's eyes were brown.", "Piet told everyone that Marta's eyes were blue."),
        ("Marta's eyes were brown.", "Piet dreamed that night. In the dream Marta's eyes were blue."),
        ("Old Marta's eyes were brown.", "The other Marta was a girl of ten. Young Marta's eyes were blue."),
    ],
)
def test_changes_lies_suppositions_and_namesakes_are_no_contradictions(tmp_path: Path, first: str, then: str) -> None:
    assert rules(tmp_path, f"{_MEAL}\n\n{first}\n\n{_MEAL}\n\n{then}\n\n{_MEAL}") == []


_KATHERINE = " ".join(
    f"Katherine {did}."
    for did in ("opened the gate", "fed the hens", "swept the yard", "called the dog", "sat down", "read a letter", "slept")
)


def test_a_rare_name_that_is_nearly_a_frequent_one_is_found(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, f"{_KATHERINE}\n\n{_MEAL}\n\nCatherine shut the gate.\n\n{_MEAL}")
    assert (found.kind, found.rule, found.text) == (
        "name_variant", "name_variant", "Catherine (once) is elsewhere spelled Katherine (7 times)",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tomas Brand kept watch at the corner.\n\nIt rained.\n\nTomas Brandt rubbed his hands.", ["name_variant"]),
        (
            "Athelney Jonas sat down. Athelney ate. Athelney rose. Athelney left.\n\nIt rained.\n\nAtheney Jonas rubbed his hands.",
            ["name_variant"],
        ),
        ("John Brand kept watch.\n\nIt rained.\n\nJoan Brand rubbed her hands.", []),
    ],
)
def test_full_names_that_differ_by_a_letter_are_one_unless_two_given_names_share_a_surname(
    tmp_path: Path, text: str, expected: list[str]
) -> None:
    assert rules(tmp_path, f"{_MEAL}\n\n{text}\n\n{_MEAL}") == expected


@pytest.mark.parametrize(
    "then",
    [
        "Catherine shut the gate, and Katherine thanked her.",
        "“Good night, Katherine,” said Catherine. “Good night, Catherine,” said Katherine.",
        "Kathleen shut the gate.",
    ],
)
def test_names_that_the_story_tells_apart_are_two(tmp_path: Path, then: str) -> None:
    assert rules(tmp_path, f"{_KATHERINE}\n\n{_MEAL}\n\n{then}\n\n{_MEAL}") == []


def test_a_sentence_in_the_present_amid_a_telling_in_the_past_is_a_slip(tmp_path: Path) -> None:
    (found,) = findings(
        tmp_path, f"{_MEAL}\n\nMarta took the plates. She walks to the sink and opens the tap. She washed them one by one.\n\n{_MEAL}"
    )
    assert (found.kind, found.rule) == ("tense", "tense_slip")


@pytest.mark.parametrize(
    "sentence",
    [
        "“She walks to the sink every night,” said Piet.",
        "The sink is where the plates go.",
        "A dog always knows its master.",
        "I think of it often.",
    ],
)
def test_speech_general_truths_and_comments_are_no_slips(tmp_path: Path, sentence: str) -> None:
    assert rules(tmp_path, f"{_MEAL}\n\nMarta took the plates. {sentence} She washed them one by one.\n\n{_MEAL}") == []


_NOW = (
    "Sereth leads the mule up to the square. She ties it to the ring by the well. Tomas waits on the step. He rubs his hands.\n\n"
    "They sit on the edge of the well and she gives him half of the bread. {} He wipes his mouth with his sleeve. "
    "Sereth says nothing. The bell rings in the tower. She looks at the gate and counts the guards."
)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Tomas chewed it slowly and looked at the sky.", ["tense_slip"]),
        ("Tomas chews it slowly and looks at the sky.", []),
        ("Yesterday Tomas stole a loaf.", []),
        ("Tomas was a baker.", []),
    ],
)
def test_in_a_telling_in_the_present_the_past_is_a_slip_where_it_is_no_look_back(
    tmp_path: Path, sentence: str, expected: list[str]
) -> None:
    assert rules(tmp_path, _NOW.format(sentence)) == expected


def test_an_unclosed_quotation_mark_is_found_and_a_rule_can_be_left_out(tmp_path: Path) -> None:
    path = tmp_path / "story.txt"
    path.write_text(f"{_MEAL}\n\n“Are you cold? said Marta.\n\n“No,” said Piet.\n\n{_MEAL}", encoding="utf-8")
    world = fabula.read(path, store=False)
    assert [i.rule for i in check(world)] == ["unclosed_quote"]
    assert check(world, ignore=["unclosed_quote"]) == ()


def test_an_open_promise_is_never_more_than_a_hint(tmp_path: Path) -> None:
    text = f"{_MEAL}\n\nPiet promised Marta to mend the roof.\n\n{_MEAL}"
    assert rules(tmp_path, text) == []
    assert rules(tmp_path, text, least=0.2) == ["open_promise"]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("jonathan", "jonathon", True), ("brian", "brain", True), ("sara", "sarah", True), ("anna", "anna", False), ("anna", "hanne", False)],
)
def test_one_slip_is_a_letter_more_less_other_or_two_swapped(one: str, other: str, expected: bool) -> None:
    assert one_slip_apart(one, other) is expected
    assert one_slip_apart(other, one) is expected


def test_spellings_that_sound_alike_have_one_key() -> None:
    assert sound("catherine") == sound("katherine") != sound("kathleen")
    assert sound("stephen") != sound("steven")
