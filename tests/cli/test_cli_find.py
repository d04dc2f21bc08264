"""``fabula find``: what it prints, its exit status, and what it says of wrong input."""

from __future__ import annotations

import json
from pathlib import Path

from cli_runner import Program


def test_the_scene_is_shown_with_its_place_and_folded_where_it_touches_a_note(story: Path, fabula: Program) -> None:
    ran = fabula("find", story, "somebody gives money to a ferryman", "--quiet")
    assert ran.status == 0
    assert " 1  scene 1" in ran.out
    assert "paragraph" in ran.out
    folded = fabula("find", story, "his brother had been murdered", "--quiet").out
    assert "murdered" not in folded
    assert "(folded: " in folded
    assert "murdered" in fabula("find", story, "his brother had been murdered", "--quiet", "--reveal").out


def test_json_holds_positions_scores_and_who_is_there(story: Path, fabula: Program) -> None:
    (found,) = json.loads(fabula("find", story, "Piet rowed", "--with", "Marta", "--json", "--quiet").out)["finds"]
    assert (found["kind"], found["id"], sorted(found["present"])) == ("scene", "s1", ["Marta Voss", "Piet"])
    text = story.read_text(encoding="utf-8")
    assert text[slice(*found["evidence"][0])].startswith("Piet rowed")


def test_a_folder_is_searched_as_many_stories(story: Path, fabula: Program) -> None:
    (story.parent / "other.txt").write_text("Ann baked bread in the mill. Ann sang.\n", encoding="utf-8")
    ran = fabula("find", story.parent, "baking bread", "--json", "--quiet", "-n", "1")
    assert [Path(f["file"]).name for f in json.loads(ran.out)["finds"]] == ["other.txt"]
    again = fabula("find", story.parent, "baking bread", "--json", "--quiet", "-n", "1")
    assert [Path(f["file"]).name for f in json.loads(again.out)["finds"]] == ["other.fabula"]


def test_nothing_found_is_said_and_told_by_the_exit_status(story: Path, fabula: Program) -> None:
    ran = fabula("find", story, "--place", "Atlantis", "--quiet")
    assert (ran.status, ran.out.strip()) == (5, "Nothing found.")


def test_neither_a_description_nor_a_filter_is_wrong_usage_and_a_wrong_name_says_what_is_near(story: Path, fabula: Program) -> None:
    nothing = fabula("find", story)
    assert (nothing.status, "what to find" in nothing.err) == (2, True)
    wrong = fabula("find", story, "a ferry", "--with", "Martha", "--quiet")
    assert (wrong.status, "Marta" in wrong.err) == (5, True)
