"""Who says what to whom: tags, beats, turns, vocatives, odd punctuation."""

from __future__ import annotations

import pytest

from who_reading import read


@pytest.mark.parametrize(
    "line",
    [
        '"It is late," said Ruth.',
        '"It is late," Ruth said.',
        '"It is late!" cried Ruth, and shut the book.',
        '"It is late," Ruth, who had been listening, said quietly.',
        'Ruth looked up and said, "It is late."',
        'Ruth said: "It is late."',
        '"It is late" said Ruth.',
        '"It is late", said Ruth.',
        'Ruth shut the book. "It is late."',
        '"It is late." Ruth shut the book.',
    ],
)
def test_a_tag_or_a_beat_names_the_speaker(line: str) -> None:
    who = read(f"Paul sat by the fire with Ruth. Paul yawned.\n\n{line}\n\nPaul said nothing.\n")
    assert who.speaker("It is late") == "Ruth"


def test_an_interrupted_speech_has_one_speaker() -> None:
    who = read('Ruth sat down. "I never," said Ruth, "asked for a goat."\n\nPaul laughed.\n')
    assert who.speaker("I never") == who.speaker("asked for a goat") == "Ruth"


def test_untagged_lines_alternate() -> None:
    who = read(
        'Ruth sat down beside Paul.\n\n"Where were you?" asked Ruth.\n\n"Out," said Paul.\n\n"Out where?"\n\n'
        '"Just out."\n\n"All night?"\n\n"All night."\n'
    )
    assert [who.speaker(x) for x in ("Out where", "Just out", "All night?", "All night.")] == ["Ruth", "Paul", "Ruth", "Paul"]


def test_the_one_who_is_called_answers() -> None:
    who = read(
        'Ann, Cora and Dee were in the kitchen. Ann stirred.\n\n"Dee, is it salt or sugar?" asked Ann.\n\n"Salt."\n\n'
        "Cora looked out of the window.\n"
    )
    assert who.speaker('"Salt."') == "Dee"
    assert who.told("Dee, is it salt") == ["Dee"]


def test_nobody_calls_themselves() -> None:
    who = read('Ann and Dee were in the kitchen.\n\n"You forgot the salt, Ann."\n\n"I did not."\n')
    assert who.speaker("You forgot") == "Dee"


def test_whoever_says_i_am_grace_is_grace() -> None:
    who = read('Pilar and Grace waited in the corridor. The doors opened.\n\n"Which of you is the wife?"\n\n"Me. I\'m Grace."\n')
    assert who.speaker("Me. I'm Grace") == "Grace"


def test_told_and_said_to_name_the_addressee() -> None:
    who = read('Ann, Bea and Cora were there. "Go home," Ann told Cora.\n\n"Stay," said Bea to Ann.\n')
    assert who.told("Go home") == ["Cora"]
    assert who.told("Stay") == ["Ann"]


def test_a_speech_of_several_paragraphs_has_one_speaker() -> None:
    who = read(
        'Ruth stood up. Paul listened.\n\n"I will tell you once," said Ruth. "There was a well.\n\n'
        '"There was no water in the well."\n\n"And?" said Paul.\n'
    )
    assert who.speaker("There was no water") == "Ruth"


def test_he_said_between_two_men_follows_the_turns() -> None:
    who = read(
        'Tom poured the wine. Karl watched him.\n\n"You are shaking," said Karl.\n\n"I am cold," he said.\n\n"In June?" asked Karl.\n'
    )
    assert who.speaker("I am cold") == "Tom"


def test_the_narrator_speaks_as_i() -> None:
    who = read('I met Dora at noon. "You came," I said.\n\n"Of course," said Dora.\n\nI was glad. I took my hat.\n')
    assert who.speaker("You came") == who.name(who.narration.narrator)


def test_a_story_without_line_breaks_is_read_by_its_tags() -> None:
    who = read(
        'Noor ran faster. "When?" she asked, and Tamsin looked away. "When what?", said Tamsin. "You know." "I do not," said Tamsin and '
        'stopped to tie her lace. "Fine" said Noor. She waited for Tamsin.'
    )
    assert who.speaker("When what") == "Tamsin"
    assert who.speaker("I do not") == "Tamsin"
    assert who.speaker("Fine") == "Noor"


def test_confidence_is_less_without_a_tag() -> None:
    who = read('Ann and Dee sat down.\n\n"Tea?" said Ann.\n\n"No."\n\n"Then what?"\n')
    assert who.quote("Tea?").confidence > who.quote("Then what?").confidence


def test_every_quotation_has_its_kind_of_cue() -> None:
    who = read('Ann sat down. "Tea?" said Ann.\n\n"Please," said the old man.\n\n"Sugar?" she asked.\n\n"No."\n')
    assert [who.quote(x).cue for x in ("Tea?", "Please", "Sugar?", "No.")] == ["explicit", "anaphoric", "anaphoric", "implicit"]


def test_a_speaker_that_nothing_tells_is_not_said() -> None:
    crowd = ["Ann", "Bea", "Cora", "Dee", "Eve", "Fay", "Gwen", "Hope"]
    who = read(" ".join(f"{n} waited." for n in crowd) + '\n\nThe rain fell on the roof.\n\n"Who has the key?"\n')
    quote = who.quote("Who has the key?")
    assert quote.speaker is None
    assert len(quote.alternatives) > 1 and quote.confidence < 0.3
