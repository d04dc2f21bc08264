"""Whom a pronoun means: in narration, inside speech, in letters."""

from __future__ import annotations

from pathlib import Path

from who_reading import read


def test_a_pronoun_means_the_last_subject_of_its_gender() -> None:
    who = read("Clara opened the window. She leaned out. Hugo came up the path. He waved.\n")
    assert who.meant("She leaned", "She") == ["Clara"]
    assert who.meant("He waved", "He") == ["Hugo"]


def test_him_is_not_the_subject_of_its_clause() -> None:
    who = read("Hugo sat down. Emil came in. Emil hit him.\n")
    assert who.meant("Emil hit him", "him") == ["Hugo"]


def test_his_is_the_subject_of_its_clause() -> None:
    who = read("Hugo slept. Emil took off his coat.\n")
    assert who.meant("took off his coat", "his") == ["Emil"]


def test_i_in_speech_is_the_speaker_and_you_the_one_spoken_to() -> None:
    who = read('"I saw you," said Clara to Hugo.\n\n"You did not see me," said Hugo.\n')
    assert who.meant('"I saw you', "I") == ["Clara"]
    assert who.meant("I saw you", "you") == ["Hugo"]
    assert who.meant("You did not see me", "me") == ["Hugo"]
    assert who.meant("You did not", "You") == ["Clara"]


def test_he_in_speech_is_neither_of_those_who_speak() -> None:
    who = read('Hugo and Emil talked of Victor all night. "Is Victor well?" asked Hugo.\n\n"He is dying," said Emil.\n')
    assert who.meant("He is dying", "He") == ["Victor"]


def test_a_singular_they_is_learned_from_use() -> None:
    who = read(
        "Wick came in. They hung up their helmet. Wick sat down, and they took off their boots. Wick ate. They smiled at Moira. "
        "Wick laughed. They had been up since four.\n"
    )
    assert who.character("Wick").pronouns == "they"


def test_i_in_a_letter_is_its_writer_and_you_its_reader() -> None:
    who = read(
        "Paula waited a week. Jonas had gone to sea. Paula opened the letter.\n\n"
        "> Dear Paula,\n>\n> I am well. You must not wait for me.\n>\n> Jonas\n\nPaula put the letter down. She waited all the same.\n",
        format="md",
    )
    assert who.meant("I am well", "I") == ["Jonas"]
    assert who.meant("You must not wait", "You") == ["Paula"]


def test_mentions_never_claim_more_than_their_words() -> None:
    who = read("Clara saw the old doctor. The doctor saw her. Clara's brother Hugo laughed.\n")
    for m in who.cast.mentions:
        assert who.text[m.start : m.end].strip() == who.text[m.start : m.end] != ""


def test_whoever_goes_by_she_is_nobodys_father() -> None:
    who = read((Path(__file__).parents[2] / "examples" / "interrogation.txt").read_text(encoding="utf-8"))
    she = {c.id for c in who.characters if c.pronouns == "she"}
    fathers = [m for m in who.cast.mentions if who.text[m.start : m.end].lower() in ("her father", "your father", "my father", "your dad")]
    assert len(fathers) >= 4 and len(she) >= 2
    assert not [m for m in fathers if she & set(m.who)]
