"""Marked scenes: what is marked becomes mentions and quotations, what is forgotten is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from training.scenes.markup import main, read_scene

HEAD = """# manner: comedy, third person past
@ una | Una Brook | she | major | Una; Una Brook
@ pim | Pim | he | major | Pim
@ cook | the cook | she | minor |
---
"""
BODY = """{una>pim:e|“Give [it|/pronoun] to [[my|una] cook|cook],”} said [Una|una]. [They|una+pim] laughed. {pim>una:i|“[You|] never know.”}
"""


@pytest.fixture
def scene(tmp_path: Path) -> Path:
    path = tmp_path / "s01.scene"
    path.write_text(HEAD + BODY, encoding="utf-8")
    return path


def test_the_text_is_what_is_left_without_marks(scene: Path) -> None:
    found = read_scene(scene)
    assert found.text == "“Give it to my cook,” said Una. They laughed. “You never know.”\n"
    assert found.problems == ["alias 'Una Brook' of una never occurs", "alias 'Pim' of pim never occurs"]


def test_mentions_nest_and_know_their_people_and_kind(scene: Path) -> None:
    found = read_scene(scene)
    marked = [(found.text[m.start : m.end], m.who, m.kind) for m in sorted(found.mentions, key=lambda m: (m.start, -m.end))]
    assert marked == [
        ("it", (), "pronoun"),
        ("my cook", ("cook",), "nominal"),
        ("my", ("una",), "pronoun"),
        ("Una", ("una",), "name"),
        ("They", ("una", "pim"), "pronoun"),
        ("You", (), "pronoun"),
    ]


def test_quotations_know_speaker_addressees_and_cue(scene: Path) -> None:
    assert [(q.speaker, q.addressees, q.cue) for q in read_scene(scene).quotes] == [
        ("una", ("pim",), "explicit"),
        ("pim", ("una",), "implicit"),
    ]


def test_the_reading_leaves_out_what_means_nobody(scene: Path) -> None:
    reading = read_scene(scene).to_json()
    assert [m["text"] for m in reading["mentions"]] == ["my cook", "my", "Una", "They"]
    assert [m["text"] for m in reading["pronouns"]] == ["my", "They"]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("He left. {una>pim:e|“[I|una] saw,”} said [Una|una], [Pim|pim], [the cook|cook], [Una Brook|una].", "unmarked pronoun 'He'"),
        ("[Una|uma] left.", "unknown id uma"),
        ("[Una|una left.", "never closed"),
        ("“No,” said [Una|una].", "quotation mark outside a quotation"),
        ("{una|“No,”} said [Una|una].", "a quotation begins"),
        ("Una left.", "unmarked name 'Una'"),
    ],
)
def test_what_is_wrong_or_forgotten_is_named(tmp_path: Path, body: str, problem: str) -> None:
    path = tmp_path / "s02.scene"
    path.write_text(HEAD + body, encoding="utf-8")
    assert any(p.startswith(problem) for p in read_scene(path).problems)


def test_the_scenes_of_this_repository_are_without_problems(capsys: pytest.CaptureFixture[str]) -> None:
    scenes = sorted((Path(__file__).parents[2] / "training" / "scenes").glob("*.scene"))
    assert len(scenes) > 100
    assert main(["check", *map(str, scenes)]) == 0, capsys.readouterr().out
