"""Through whom scenes are seen, in stories of several manners. Who is who is given, so that only this is judged."""

from __future__ import annotations

from pathlib import Path

from fabula.elements import Narration
from fabula.reading import frames, places, scenes, syntax, trees
from story_casting import read_layers

ALTERNATING = """Petra hated the lift. It was slow and it hummed, and this morning Oskar was in it, holding a plant. Petra watched the
numbers. If she said nothing until the fourth floor, she thought, Oskar would get out and it would be over. Oskar got out.

* * *

Oskar ate his lunch on the fire stairs. The bread was dry. He could hear the printers through the wall. Petra sat down above him.
Petra unwrapped an egg and salted it. Petra looked at the wall, at her watch, at the wall again. Petra folded the paper in four.

It was not forgiveness. He was almost sure of that. He turned the crust over and over.
"""

OMNISCIENT = """The vicar counted heads and despaired. The widow, in the front row, felt her corset pinch and took it for a sign. Davy, at
the back, thought of nothing but Susan, and Susan knew it very well, and wished that he would think of it aloud.

* * *

What nobody in the hall knew was that the bell was sold already. The vicar hoped that the roof would fall in. The widow guessed at guilt.
Davy wanted to die. Susan remembered the cart.
"""

DISTANT = """A bus stopped outside. Rennick broke a roll and buttered both halves. Vera moved her glass an inch to the left. Rennick ate one
of the halves. Vera took the bones out and laid them along the rim of the plate. Rennick talked about a house.

* * *

Vera came out first. She walked to the corner and stopped. Rennick came out, put on his hat and crossed the street.
"""

FIRST = """I put the case down. I did not want to laugh, and I laughed. My shoulders ached. Marek had two coffees, and he gave me one.

* * *

Marek played the opening twice, stopped, swore, and played it a third time. Dora told him so. Marek lifted the violin. Dora counted.
"""


def _views(folder: Path, text: str, cast: str, pronouns: dict[str, str], narration: Narration | None = None) -> list[str | None]:
    layers = read_layers(folder, text, cast=dict.fromkeys(cast.split(), ""), pronouns=pronouns, narration=narration)
    for step in (syntax.STEP, trees.STEP, places.STEP, frames.STEP, scenes.STEP):
        layers.update(step.run(**{n: layers[n] for n in step.needs}))
    return [s.pov for s in layers["scenes"]]


def test_a_story_may_be_seen_through_two_in_turn_though_both_are_always_there(tmp_path: Path) -> None:
    assert _views(tmp_path, ALTERNATING, "Petra Oskar", {"she": "petra", "he": "oskar", "him": "oskar"}) == ["petra", "oskar"]


def test_who_is_most_told_of_is_not_who_sees(tmp_path: Path) -> None:
    assert ALTERNATING.count("Petra", ALTERNATING.index("* * *")) == 4
    assert _views(tmp_path, ALTERNATING, "Petra Oskar", {"he": "oskar", "him": "oskar"})[1] == "oskar"


def test_many_minds_side_by_side_are_seen_by_nobody_in_the_story(tmp_path: Path) -> None:
    found = _views(tmp_path, OMNISCIENT.replace("The vicar", "Lorne").replace("The widow", "Prouse"), "Lorne Prouse Davy Susan", {})
    assert found == ["omniscient", "omniscient"]


def test_a_story_that_tells_of_no_mind_and_follows_nobody_is_seen_by_nobody(tmp_path: Path) -> None:
    assert _views(tmp_path, DISTANT, "Rennick Vera", {"she": "vera"}) == ["omniscient", "omniscient"]


def test_an_i_tells_also_the_scene_in_which_it_does_not_speak_of_itself(tmp_path: Path) -> None:
    narration = Narration("first", "past", "lena")
    found = _views(tmp_path, FIRST, "Lena Marek Dora", {"i": "lena", "my": "lena", "me": "lena", "he": "marek"}, narration)
    assert found == ["lena", "lena"]
