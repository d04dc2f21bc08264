"""Frames in stories of several manners, and what only looks like one."""

from __future__ import annotations

from pathlib import Path

import pytest

from fabula.elements import Frame, Narration
from fabula.reading import frames
from fabula.reading.steps import Layers
from story_casting import read_layers

LIGHTHOUSE = """The boat did not come on Tuesday. Petra Voss cleaned the lamp and read her letter again.

My dear Petra,

The ferryman says that you have stopped sleeping. I am sending you wool, and two jars of the plums.

Your brother has sold the mill. He cried when he signed. I thought that you should hear it from me.

Your loving aunt,

Hedwig

P.S. The dog is well.

She put it under the clock. "Dear Hedwig, you have made it worse," she told the clock, and went up to wind it.

In the night she dreamed that the sea had come up the stairs. It stood in the doorway, polite as a guest, and asked whether it \
might sit down. It had her brother's coat on. She wanted to tell it no and could not find the word. Then she woke, and the lamp \
was out.
"""

SHIFT = """Jonah checked his phone in the lift.

[22:14] Priya: are you still on shift
[22:15] Jonah: until six
[22:15] Priya: mum fell. don't panic
[22:16] Jonah: WHAT

He ran. By the time he was outside, it was raining, and he had left his coat.

*Flashback*

They were nine and seven. Their mother stood on the high board with her arms out, and the whole pool was quiet. She jumped. She \
came up laughing with her cap gone.

*End of flashback*

The taxi smelled of oranges. *Please let her be swearing at somebody*, he thought. *Please*.
"""

DIARY = """THE KEEPER'S DIARY

4 March 1911

I have begun this diary because there is nobody to talk to. I saw two ships. My knee is bad.

6 March 1911

I saw no ships. I fell on the steps, and I lay there and laughed until the dog was frightened of me.
"""

GARDEN = """Tomas set the cup down. The garden was quite still, and Ilse would not look at him.

He had asked her once before. It had been the summer of the flood, and they had rowed out to the church together and tied up at \
the weathercock. She had been barefoot. He had told her everything, and she had listened with her chin on her knees, and then she \
had said that the water was going down.

It had gone down. By that August she had married a surveyor, and he had danced at the wedding and broken a rib.

"Well?" said Ilse now.

"I had only hoped you had changed your mind," he said.
"""

TALE = """"Once upon a time," said Gran, "there was a miller. He had three sons and no flour, because the river went away one \
night and took the wheel with it. \
The eldest walked up the river bed to find it. He met a heron, and the heron told him to go home, but he was proud and he went \
on, and they found his hat in the spring. \
The second took a boat. That was foolish, since there was no water, and he sat in it until he grew a beard and forgot his name. \
The youngest stayed where he was and dug."

Bo yawned. "I went to the shop, and I bought the bread, and it's on the table," he said.
"""

SONG = """Mab began to sing as she scrubbed.

*Oh the tide has no mother,*
*And the tide has no bed,*
*And it sleeps on the shoulder*
*Of the man that is dead.*

Nobody told her to stop.
"""


def _frames(layers: Layers) -> list[Frame]:
    return list(frames.STEP.run(**{n: layers[n] for n in frames.STEP.needs})["frames"])


def _of(found: list[Frame], kind: str) -> list[Frame]:
    return [f for f in found if f.kind == kind]


@pytest.fixture
def lighthouse(tmp_path: Path) -> list[Frame]:
    return _frames(read_layers(tmp_path, LIGHTHOUSE, cast={"Petra Voss": "Petra", "Hedwig": ""}, pronouns={"she": "petra", "her": "petra"}))


def test_a_letter_runs_from_its_salutation_to_its_postscript(lighthouse: list[Frame]) -> None:
    (letter,) = _of(lighthouse, "letter")
    said = LIGHTHOUSE[letter.start : letter.end]
    assert said.startswith("My dear Petra,") and said.endswith("The dog is well.")


def test_a_letter_is_by_whom_signs_and_to_whom_it_greets(lighthouse: list[Frame]) -> None:
    (letter,) = _of(lighthouse, "letter")
    assert (letter.by, letter.to) == ("hedwig", ("petra",))


def test_speech_that_opens_with_dear_is_no_letter(lighthouse: list[Frame]) -> None:
    spoken = LIGHTHOUSE.index("Dear Hedwig")
    assert not any(f.start <= spoken < f.end for f in lighthouse)


def test_a_dream_ends_where_the_dreamer_wakes(lighthouse: list[Frame]) -> None:
    (dream,) = _of(lighthouse, "dream")
    said = LIGHTHOUSE[dream.start : dream.end]
    assert said.startswith("In the night she dreamed") and said.endswith("could not find the word.")
    assert dream.by == "petra"


@pytest.fixture
def shift(tmp_path: Path) -> list[Frame]:
    return _frames(read_layers(tmp_path, SHIFT, cast={"Jonah": "", "Priya": ""}, pronouns={"he": "jonah"}))


def test_lines_with_names_are_a_chat_between_those_named(shift: list[Frame]) -> None:
    (chat,) = _of(shift, "message")
    assert SHIFT[chat.start : chat.end].count("\n") == 3
    assert {chat.by, *chat.to} == {"jonah", "priya"}


def test_a_line_by_a_stranger_does_not_break_a_chat(tmp_path: Path) -> None:
    chat = "Priya: who is this\nUnknown: you know who\nPriya: no\nJonah: me neither"
    text = f"Jonah looked at the cracked screen for a while before he put it down.\n\n{chat}\n\nHe slept.\n"
    (found,) = _of(_frames(read_layers(tmp_path, text, cast={"Jonah": "", "Priya": ""})), "message")
    assert text[found.start : found.end] == chat


def test_a_flashback_between_marks_is_taken_as_marked(shift: list[Frame]) -> None:
    (back,) = _of(shift, "flashback")
    said = SHIFT[back.start : back.end]
    assert said.startswith("They were nine") and said.endswith("cap gone.")


def test_a_sentence_in_italics_with_a_tag_of_thought_is_a_thought(shift: list[Frame]) -> None:
    thoughts = _of(shift, "thought")
    assert [(SHIFT[f.start : f.end], f.by) for f in thoughts] == [("Please let her be swearing at somebody", "jonah")]


def test_entries_under_dates_in_a_diary_are_written_by_its_narrator(tmp_path: Path) -> None:
    narration = Narration("first", "past", "keeper")
    found = _of(_frames(read_layers(tmp_path, DIARY, cast={"Keeper": ""}, pronouns={"i": "keeper"}, narration=narration)), "letter")
    assert ["I have begun" in DIARY[f.start : f.end] for f in found] == [True, False]
    assert ["I saw no ships" in DIARY[f.start : f.end] for f in found] == [False, True]
    assert {f.by for f in found} == {"keeper"}


def test_paragraphs_in_the_pluperfect_about_a_past_time_are_a_flashback(tmp_path: Path) -> None:
    layers = read_layers(tmp_path, GARDEN, cast={"Tomas": "", "Ilse": ""}, pronouns={"he": "tomas", "she": "ilse"})
    (back,) = _of(_frames(layers), "flashback")
    said = GARDEN[back.start : back.end]
    assert said.startswith("He had asked her once before.") and said.endswith("broken a rib.")


def test_one_pluperfect_in_speech_is_no_flashback(tmp_path: Path) -> None:
    found = _frames(read_layers(tmp_path, GARDEN[GARDEN.index('"Well?"') :], cast={"Tomas": "", "Ilse": ""}))
    assert _of(found, "flashback") == []


def test_a_tale_in_dialogue_is_told_by_its_speaker_and_a_report_of_the_day_is_none(tmp_path: Path) -> None:
    found = _frames(read_layers(tmp_path, TALE, cast={"Gran": "", "Bo": ""}, speakers=["gran", "gran", "bo", "bo"]))
    (tale,) = _of(found, "told_story")
    assert tale.by == "gran"
    assert _of(found, "flashback") == []


def test_short_lines_set_apart_beside_singing_are_lyrics(tmp_path: Path) -> None:
    found = _frames(read_layers(tmp_path, SONG, cast={"Mab": ""}))
    (song,) = _of(found, "lyrics")
    assert SONG[song.start : song.end].startswith("*Oh the tide") and SONG[song.start : song.end].endswith("dead.*")


def test_every_frame_lies_in_the_text_and_they_come_in_order(shift: list[Frame], lighthouse: list[Frame]) -> None:
    for text, found in ((SHIFT, shift), (LIGHTHOUSE, lighthouse)):
        assert all(0 <= f.start < f.end <= len(text) for f in found)
        assert [f.start for f in found] == sorted(f.start for f in found)


ORCHARD = """Ida put the ladder against the pear tree. "You said you'd wait," she told him, and she went up without looking round.

* * *

There had been two orchards, that summer. There was the one that they worked in, and there was the one behind the wall, where the
schoolmaster kept a goat and a telescope. He let them look at the moon. He asked them what they saw.

* * *

Aron had not slept. He held the foot of the ladder with both hands and watched the leaves come down, one at a time, on the grass.

That had been in the hut, with the rain coming in, when neither of them had anything to say. She was peeling an apple. She gave him
the whole of it, and the knife, and told him to write.

She came down that same afternoon with a full basket and her apron torn, and nothing had been said at all.
"""


def test_a_stretch_that_opens_at_a_time_of_its_own_looks_back_and_one_that_only_rests_on_what_was_does_not(tmp_path: Path) -> None:
    found = _of(_frames(read_layers(tmp_path, ORCHARD, cast={"Ida": "Ida", "Aron": "Aron"})), "flashback")
    told = [ORCHARD[f.start : f.end] for f in found]
    assert [t.split(",")[0] for t in told] == ["There had been two orchards", "That had been in the hut"]
    assert told[0].endswith("what they saw.") and told[1].endswith("told him to write.")
