"""Scene breaks that are only white space."""

from __future__ import annotations

from fabula.reading.pipeline import STEPS
from fabula.reading.steps import run_pipeline
from fabula.text import read_bytes

PARAGRAPHS = [
    "Nell swept the yard and sang.",
    "Her brother mended the gate.",
    "The hens went in.",
    "“Supper,” said Nell.",
    "They ate in the kitchen, quietly.",
]
LATER = [
    "Snow lay on the road.",
    "Nell walked to the mill alone.",
    "The miller shook his head.",
    "“Not this year,” said the miller.",
    "She walked home again in the dark.",
]


def test_an_unusual_run_of_blank_lines_opens_a_scene() -> None:
    text = "\n\n".join(PARAGRAPHS * 2) + "\n\n\n\n" + "\n\n".join(LATER * 2)
    layers = {"manuscript": read_bytes(text.encode(), source="snow.txt")}
    for _, given in run_pipeline(STEPS, layers):
        layers.update(given)
    starts = [scene.start for scene in layers["scenes"]]
    assert text.index("Snow lay") in starts
