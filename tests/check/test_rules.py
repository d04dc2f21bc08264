"""Rules of ``check`` one by one: what each finds in a short story, and what it does not fall for."""

from __future__ import annotations

from pathlib import Path

import pytest

import fabula
from fabula.check import check, check_series
from fabula.elements import Issue

_MEAL = (
    "Marta Voss put the kettle on the stove and cut the bread. Piet Janssen sat down by the window. "
    "He watched the rain on the glass. Marta poured the tea and pushed a cup across the table.\n\n"
    "They ate. Nobody spoke for a while. The dog scratched at the door, and Piet let it in."
)


def findings(tmp_path: Path, text: str) -> list[Issue]:
    path = tmp_path / "story.txt"
    path.write_text(text, encoding="utf-8")
    return [i for i in check(fabula.read(path, store=False)) if i.confidence >= 0.5]


def rules(tmp_path: Path, first: str, then: str) -> list[str]:
    return [i.rule for i in findings(tmp_path, f"{_MEAL}\n\n{first}\n\n{_MEAL}\n\n{then}\n\n{_MEAL}")]


@pytest.mark.parametrize(
    ("first", "then", "rule"),
    [
        ("Piet had a scar on his left cheek.", "Piet rubbed the scar on his right cheek.", "side"),
        ("Piet limped; his left knee was bad.", "Piet sat with his bad right knee on a stool.", "side"),
        ("Piet was a dentist.", "Piet was a lawyer, and a careful one.", "job"),
        ("Piet had no brothers or sisters.", "“My brother drowned,” said Piet.", "kin"),
        ("Marta was an only child.", "Marta wrote to her sister in the evening.", "kin"),
        ("Marta had no children.", "“My daughter is late,” said Marta.", "kin"),
        ("Piet Janssen died in the night.", "“Pass me the bread,” said Piet Janssen.", "dead_speaks"),
        ("It was Friday, the third of June.", "On Sunday, the sixth of June, the sun shone.", "timeline"),
        ("It was Tuesday.", "The next morning, on Thursday, Marta left.", "timeline"),
        ("Marta was born on the thirty-first of June.", "Piet laughed.", "timeline"),
        ("“Anna Lisa Brand,” said Marta.", "A stranger came. Her name was Anna Lisa Brand, they heard.", "knows_early"),
    ],
)
def test_what_cannot_be_is_found(tmp_path: Path, first: str, then: str, rule: str) -> None:
    assert rules(tmp_path, first, then) == [rule]


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("Piet had a scar on his left cheek.", "Piet touched his right cheek."),
        ("Piet had a scar on his left cheek.", "Marta had a scar on her right cheek."),
        ("Piet had been a dentist once.", "Piet was a lawyer."),
        ("Piet wanted to be a dentist.", "Piet was a lawyer."),
        ("Piet had no sisters.", "“My brother is late,” said Piet."),
        ("Marta had no children.", "Piet's daughter was late."),
        ("If Marta had no sister, who wrote the letter?", "Marta wrote to her sister."),
        ("Marta's mother died in the night.", "“Pass me the bread,” said Marta."),
        ("Piet nearly died in the night.", "“Pass me the bread,” said Piet Janssen."),
        ("Everyone believed that Piet Janssen had died.", "“Pass me the bread,” said Piet Janssen."),
        ("Joost Brand died in the night.", "“Pass the bread,” Joost Brand had said, years ago, in this kitchen."),
        ("Piet Janssen died in the night.", "The ghost of Piet Janssen came in. “Pass me the bread,” said Piet Janssen."),
        ("It was Friday, the third of June.", "On Sunday, the fifth of June, the sun shone."),
        ("It was Friday, the third of June.", "The next year passed. On Sunday, the sixth of June, the sun shone."),
        ("It was Tuesday.", "The next morning, on Wednesday, Marta left."),
        ("Piet was born on the thirty-first of May.", "Marta laughed."),
    ],
)
def test_what_only_looks_like_a_contradiction_is_not(tmp_path: Path, first: str, then: str) -> None:
    assert rules(tmp_path, first, then) == []


def test_dialogue_without_a_tag_or_a_name_is_found_when_it_is_long(tmp_path: Path) -> None:
    turns = "\n\n".join(f"“{words}.”" for words in ("Sit down", "I will not", "You must", "Why", "It is late", "So it is") * 3)
    (found,) = [i for i in findings(tmp_path, f"{_MEAL}\n\n{turns}\n\n{_MEAL}") if i.rule == "untagged_dialogue"]
    assert "18 turns" in found.text
    short = "\n\n".join(turns.split("\n\n")[:8])
    assert "untagged_dialogue" not in [i.rule for i in findings(tmp_path, f"{_MEAL}\n\n{short}\n\n{_MEAL}")]


def test_one_sentence_in_another_mind_is_a_slip_of_the_point_of_view(tmp_path: Path) -> None:
    mind = "Marta wondered whether he knew. {} Marta thought that he did. Marta remembered the letter. Marta knew that he lied. "
    mind += "Marta felt that it was late."
    slip = f"{_MEAL} {mind.format('Piet wondered what she wanted.')} {_MEAL} Marta hoped that it would rain."
    assert [i.rule for i in findings(tmp_path, slip)] == ["point_of_view"]
    assert findings(tmp_path, f"{_MEAL} {mind.format('Piet looked at the rain.')} {_MEAL}") == []


def test_a_verb_that_leaves_the_tense_again_and_again_is_a_manner_of_telling(tmp_path: Path) -> None:
    told = "Marta cut the bread. She put the kettle on. {} He watched the rain. Marta poured the tea. They drank it. It was late."
    once = " ".join([told.format("Piet says nothing."), *[told.format("Piet said nothing.")] * 4])
    often = " ".join([told.format("Piet says nothing.")] * 5)
    assert [i.rule for i in findings(tmp_path, once)] == ["tense_slip"]
    assert findings(tmp_path, often) == []


def test_who_dies_in_the_first_book_does_not_speak_in_the_second(tmp_path: Path) -> None:
    worlds = []
    for name, text in (
        ("one.txt", f"{_MEAL}\n\nPiet Janssen died in the night."),
        ("two.txt", f"{_MEAL}\n\n“Pass me the bread,” said Piet Janssen."),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
        worlds.append(fabula.read(tmp_path / name, store=False))
    (found,) = check_series(worlds)
    assert (found.issue.rule, [i for i, _ in found.places]) == ("dead_speaks", [0, 1])
    assert check_series(worlds[::-1]) == ()


def test_what_the_user_says_is_meant_so_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "story.txt"
    path.write_text(f"{_MEAL}\n\nPiet was a dentist.\n\n{_MEAL}\n\nPiet was a lawyer.", encoding="utf-8")
    world = fabula.read(path)
    (found,) = [i for i in check(world) if i.confidence >= 0.5]
    assert [i for i in check(world.edit.intentional(found)) if i.confidence >= 0.5] == []
    assert [i.rule for i in check(fabula.World.open(path.with_suffix(".fabula"))) if i.confidence >= 0.5] == []


@pytest.mark.parametrize(
    ("first", "then", "rule"),
    [
        ("Piet had never learned to swim.", "Piet swam out to the boat and climbed in.", "ability"),
        ("Marta could not swim.", "Marta swam across the river.", "ability"),
        ("Piet never drank.", "Piet drank the wine that stood on the table.", "ability"),
        ("The red van stood in the yard.", "Piet drove off in the blue van.", "belongings"),
        ("Marta's white car stood in the yard.", "Piet took Marta's black car.", "belongings"),
        ("The licence must be handed in by Friday, said the clerk.", "On Saturday Piet handed in the licence.", "missed_deadline"),
        ("“The form has to be sent by the third of May,” said Marta.", "On the ninth of May Piet sent the form.", "missed_deadline"),
        ("Marta had three children.", "Marta was a mother of four, and it showed.", "kin"),
        ("Piet was two years older than Marta.", "Piet was three years younger than Marta.", "kin"),
        ("Joost Brand died in March.", "Marta had been alone since June, when Joost Brand died.", "vital_date"),
        ("Joost Brand was born in 1901.", "Joost Brand was born in 1910.", "vital_date"),
        ("On Monday Piet was in the library at nine o'clock.", "At nine o'clock Piet was in the harbour.", "two_places"),
        (
            "Piet carried the crates into the yard and stacked them.",
            "Piet had slept through it all, people said later; he had slept all day.",
            "two_places",
        ),
    ],
)
def test_what_a_day_a_thing_or_a_person_cannot_be_is_found(tmp_path: Path, first: str, then: str, rule: str) -> None:
    assert rules(tmp_path, first, f"{_MEAL}\n\n{then}") == [rule]


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("Piet could not swim.", "That summer Marta taught Piet to swim. Piet swam out to the boat."),
        ("Piet could not swim.", "Marta swam out to the boat."),
        ("Piet could not swim that day, for his arm hurt.", "Piet swam out to the boat."),
        ("The red van stood in the yard.", "Piet had painted it. He drove off in the blue van, the painted van."),
        ("Marta's white car stood in the yard.", "Piet took his own black car."),
        ("The licence must be handed in by Friday, said the clerk.", "On Thursday Piet handed in the licence."),
        ("The licence must be handed in by Friday, said the clerk.", "On Saturday Piet handed in the licence. It was a day late."),
        ("The licence must be handed in by Friday, said the clerk.", "On Saturday Piet mended the roof."),
        ("Marta had three children.", "Marta kissed her two sons."),
        ("Marta had three children.", "A baby was born in June. Marta was a mother of four."),
        ("Piet was two years older than Joost.", "Piet was three years younger than Marta."),
        ("Joost Brand was born in 1901.", "Joost Brand died in 1950."),
        ("Marta had no children.", "“Listen, my child,” said Marta, “and sit down.”"),
        ("On Monday Piet was in the library at nine o'clock.", "On Tuesday at nine o'clock Piet was in the harbour."),
        ("At nine o'clock Piet was in the old library.", "At nine o'clock Piet was in the library."),
    ],
)
def test_what_may_well_be_so_is_left_alone(tmp_path: Path, first: str, then: str) -> None:
    assert rules(tmp_path, first, f"{_MEAL}\n\n{then}") == []


def test_two_names_that_sound_alike_or_have_the_same_letters_are_one_misspelled(tmp_path: Path) -> None:
    cut = " ".join(["Kirsten Moor cut the bread. Kirsten poured the tea."] * 3)
    found = findings(tmp_path, f"{_MEAL}\n\n{cut}\n\n{_MEAL}\n\nKristen put the kettle on.\n\n{_MEAL}")
    assert [(i.rule, i.text.split()[0]) for i in found] == [("name_variant", "Kristen")]


def test_a_teller_who_goes_on_for_paragraphs_forgets_no_marks(tmp_path: Path) -> None:
    told = "“It was late,” said Piet.\n\n“I went out to the yard and saw a light.\n\n“I called, and nobody answered, so I came in.”"
    assert "unclosed_quote" not in [i.rule for i in findings(tmp_path, f"{_MEAL}\n\n{told}\n\n{_MEAL}")]
