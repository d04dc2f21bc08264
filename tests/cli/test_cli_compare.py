"""``fabula compare``: what it prints of drafts and of works."""

from __future__ import annotations

import json
from pathlib import Path

from cli_runner import STORY, Program


def _other(story: Path, text: str) -> Path:
    path = story.with_name("later.txt")
    path.write_text(text, encoding="utf-8")
    return path


def test_drafts_are_told_by_what_changed_in_the_story(story: Path, fabula: Program) -> None:
    later = _other(story, STORY.replace("Piet", "Joost"))
    ran = fabula("compare", story, later, "--quiet")
    assert ran.status == 0
    assert "Piet is now called Joost" in ran.out
    found = json.loads(fabula("compare", story, later, "--json", "--quiet").out)
    assert (found["drafts"], ["Piet", "Joost"] in found["people"]) == (True, True)
    assert any(c["text"] == "Piet is now called Joost" for c in found["changes"])


def test_a_story_beside_itself_has_not_changed(story: Path, fabula: Program) -> None:
    assert "Nothing changed" in fabula("compare", story, _other(story, STORY), "--quiet").out


def test_works_are_told_by_their_people(story: Path, fabula: Program) -> None:
    other = _other(story, "“Who is there?” asked Marta Voss. Marta was a doctor. She opened the door.\n\n“It is I,” said Hendrik.\n")
    ran = fabula("compare", story, other, "--quiet")
    assert ran.status == 0
    assert "Marta Voss — differ in" in ran.out
    assert "Only in A: Piet" in ran.out
    (marta,) = json.loads(fabula("compare", story, other, "--json", "--quiet").out)["people"]
    assert [w["name"] for w in marta["works"]] == ["Marta Voss", "Marta Voss"]


def test_one_file_cannot_be_compared_nor_three_drafts(story: Path, fabula: Program) -> None:
    assert fabula("compare", story).status == 2
    assert fabula("compare", story, story, story, "--drafts").status == 2
