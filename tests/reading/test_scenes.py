"""Scenes in stories of several manners: where they begin, when, where, who is there, through whom, and in which order."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from fabula.elements import Narration, Scene
from fabula.reading import frames, places, scenes, syntax, trees
from fabula.reading.steps import Layers
from story_casting import read_layers

# Two men, both "he", third person limited, a jump in time without a break, a flashback between breaks.
KILN = """THE KILN

Aldo opened the kiln on Friday and knew at once that somebody had been there before him. The door was warm. He stood in the yard \
with his hand on the brick \
and wondered who else had a key. Rafe had given his back in April, in an envelope, without a note.

"You're in early," said Rafe from the gate.

"So are you," said Aldo. He saw that Rafe's sleeves were white to the elbow. He thought of his mother, who had never trusted a \
man with clean sleeves, and he \
did not say it.

"I fired the blue ones. I couldn't sleep."

"You don't work here."

"No," said Rafe. "I noticed that too."

Aldo felt his face grow hot. He lifted the first bowl out and turned it over, and it was better than anything he had made that \
year. He hated that. He set it \
down on the planks as gently as he could and looked for a crack, and there was none.

* * *

Six years earlier the two of them shared a room above a bicycle shop. Rafe slept by the window. Aldo slept by the stove, and \
every morning Rafe threw a boot at \
him. They had one wheel, and they drew straws for it.

"Long one," said Aldo.

"You always get the long one," said Rafe, and he threw the boot.

They were happy, although Aldo did not know it. He knew only that the rent was late.

* * *

"I want the wheel back," said Rafe.

Aldo went on stacking. The yard was full of steam. He decided to say nothing, and then he said it all the same.

"Take it, then. Take the wheel and the blue ones and the goddamn key."

Rafe laughed. He pulled up a crate and sat, and for a while he watched the steam go over the wall. He asked after Aldo's mother. \
Aldo told him that she was dead. \
He told him when, and of what, and Rafe took off his cap and held it on his knees and did not say that he was sorry, for which \
Aldo was grateful. They unloaded \
the rest of it together. It took an hour. Neither of them broke anything, and neither of them said a word about April.

The next morning Aldo walked to the station with the wheel in a pram. It was raining, and the pram had three tyres. Lucia met him \
on the platform. She had cut off \
her hair.

"Is that a baby?" asked Lucia.

"It's a wheel."

"Good," said Lucia. "I would have had questions."

Aldo wondered how much she had guessed. He bought two tickets and the tea that she liked, and they sat in the train with the pram \
between them and did not talk \
about Rafe. At every bridge she put out a hand and steadied the wheel. He noticed that, and he loved her for it, and he looked \
out at the rain.
"""

# First person, present tense; a call; nobody else in the room.
CALL = """I am in the bath when Dee rings. I put her on the edge of the tub, on speaker, between the soap and the candle.

“Are you alone?” asks Dee.

“I’m in the bath.”

“That isn’t an answer.”

I look at the candle. I think about Marcus, who is in Leeds, and who will be in Leeds until one of us says something. My \
grandmother is dead, and she is still the \
only person who could have told me what.

“I’m alone,” I say.

#

Marcus comes home on Thursday. He puts his bag down in the hall, and he doesn’t take off his coat.

“Dee rang me,” he says.

“She rings everybody,” I say, and I wish that I hadn’t.
"""

THEN_NOW = """Chapter One: Now

Vera counted the spoons. There were eleven, and she knew that there ought to be twelve. She said nothing to the girl.

Chapter Two: Then

The spoons came in a box with a silk lid. Vera was six. She thought that they were fish, and her father laughed until he had to \
sit down.

Chapter Three: Now

"I took it," said the girl. Vera looked at her for a long time and felt nothing at all, and then she felt glad.
"""


TWO_VOICES = """Mira's POV

I told Jory that the boat was sound. It was not, and I knew it, and I had known it since the winter, and I let him row it out anyway.

Jory's POV

I could see that she was lying. I rowed out anyway. I wanted to see how far she would let me go before she called me back to the shore.

Mira's POV

I called him back when the water was at his knees. I never told him why I had waited, and I have never found out why he went.
"""


def _scenes(layers: Layers) -> tuple[Scene, ...]:
    for step in (syntax.STEP, trees.STEP, places.STEP, frames.STEP, scenes.STEP):
        layers.update(step.run(**{n: layers[n] for n in step.needs}))
    found: tuple[Scene, ...] = layers["scenes"]
    return found


@pytest.fixture
def kiln(tmp_path: Path) -> tuple[Scene, ...]:
    speakers = ["rafe", "aldo", "rafe", "aldo", "rafe", "rafe", "aldo", "rafe", "rafe", "aldo", "lucia", "aldo", "lucia", "lucia"]
    cast = {"Aldo": "", "Rafe": "", "Lucia": ""}
    return _scenes(read_layers(tmp_path, KILN, cast=cast, pronouns={"he": "aldo", "she": "lucia"}, speakers=speakers))


@pytest.fixture
def call(tmp_path: Path) -> tuple[Scene, ...]:
    narration = Narration("first", "present", "nell")
    cast = {"Nell": "", "Dee": "", "Marcus": "", "Grandmother": "grandmother"}
    speakers = ["dee", "nell", "dee", "nell", "marcus", "nell"]
    return _scenes(read_layers(tmp_path, CALL, cast=cast, pronouns={"i": "nell", "he": "marcus"}, speakers=speakers, narration=narration))


def test_scenes_tile_the_text(kiln: tuple[Scene, ...], call: tuple[Scene, ...]) -> None:
    for text, found in ((KILN, kiln), (CALL, call)):
        assert found[0].start == 0 and found[-1].end == len(text)
        assert all(a.end == b.start for a, b in pairwise(found))


def test_a_scene_begins_after_a_break_and_at_the_next_morning(kiln: tuple[Scene, ...]) -> None:
    openings = [KILN[s.start : s.start + 16] for s in kiln]
    assert openings == ["THE KILN\n\nAldo o", "Six years earlie", '"I want the whee', "The next morning"]


def test_time_and_place_are_the_words_of_the_text(kiln: tuple[Scene, ...]) -> None:
    assert [s.time_text for s in kiln] == ["on Friday", "Six years earlier", None, "The next morning"]
    assert kiln[0].place_text == "the yard"
    assert kiln[3].place_text == "the station"


def test_those_who_act_or_speak_are_there_and_those_remembered_are_not(kiln: tuple[Scene, ...]) -> None:
    assert [set(s.present) for s in kiln] == [{"aldo", "rafe"}, {"aldo", "rafe"}, {"aldo", "rafe"}, {"aldo", "lucia"}]


def test_we_see_through_the_one_whose_thoughts_are_told(kiln: tuple[Scene, ...]) -> None:
    assert {s.pov for s in kiln} == {"aldo"}


def test_what_happened_six_years_earlier_comes_first_in_story_order(kiln: tuple[Scene, ...]) -> None:
    assert [s.story_order for s in kiln] == [2, 1, 3, 4]


def test_the_gist_is_one_or_two_whole_sentences_of_the_scene(kiln: tuple[Scene, ...]) -> None:
    for scene in kiln:
        assert 1 <= len(scene.gist) <= 2
        assert all(scene.start <= g.start < g.end <= scene.end for g in scene.gist)
        assert all(KILN[g.end - 1] in '.!?"' for g in scene.gist)


def test_a_telephone_call_counts_as_presence_and_the_dead_and_absent_do_not(call: tuple[Scene, ...]) -> None:
    assert [set(s.present) for s in call] == [{"nell", "dee"}, {"nell", "marcus"}]


def test_the_narrator_is_the_point_of_view_in_the_first_person(call: tuple[Scene, ...]) -> None:
    assert {s.pov for s in call} == {"nell"}


def test_a_chapter_headed_then_happens_before_the_chapters_headed_now(tmp_path: Path) -> None:
    found = _scenes(read_layers(tmp_path, THEN_NOW, cast={"Vera": ""}, pronouns={"she": "vera"}, speakers=[None]))
    assert [s.story_order for s in found] == [2, 1, 3]


def test_a_heading_that_says_whose_view_it_is_decides(tmp_path: Path) -> None:
    text = TWO_VOICES
    narration = Narration("first", "past", "mira")
    found = _scenes(read_layers(tmp_path, text, cast={"Mira": "", "Jory": ""}, pronouns={"i": "mira"}, narration=narration))
    assert [s.pov for s in found] == ["mira", "jory", "mira"]


def test_a_story_without_any_break_is_one_scene(tmp_path: Path) -> None:
    found = _scenes(read_layers(tmp_path, "Ann sat down. She was tired.\n", cast={"Ann": ""}, pronouns={"she": "ann"}))
    assert [(s.start, s.end) for s in found] == [(0, 29)]


def test_a_story_that_lost_its_paragraphs_is_cut_where_the_time_jumps(tmp_path: Path) -> None:
    first, _, last = KILN.split("* * *")
    lump = " ".join((first + last).split())
    lump += " He slept." * 120
    assert len(lump) > 3000
    found = _scenes(read_layers(tmp_path, lump, cast={"Aldo": "", "Rafe": "", "Lucia": ""}, pronouns={"he": "aldo", "she": "lucia"}))
    assert "The next morning" in {lump[s.start : s.start + 16] for s in found}


GATE = """Bruno shut the gate and came up the path with the bucket, and he set it on the step, and he knocked on the glass, and he
seemed tired. Hanna was so angry that her ears hurt. Bruno took his hat off. Bruno put it on again.

Bruno said that the pump was dry. It struck Hanna that nobody had asked about the pump. Bruno coughed. Bruno looked at the bucket.
"""


def test_we_see_through_whoever_feels_and_is_struck_not_through_the_one_who_seems_tired(tmp_path: Path) -> None:
    found = _scenes(read_layers(tmp_path, GATE, cast={"Hanna": "", "Bruno": ""}, pronouns={"he": "bruno", "her": "hanna"}))
    assert {s.pov for s in found} == {"hanna"}
    assert all("hanna" in s.present for s in found)
