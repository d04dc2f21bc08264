"""fabula show and fabula export: what a World holds, for people and for programs."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from cli_runner import STORY, Program
from fabula.cli.sections import PARTS, folded_text, part_view
from fabula.elements import Note
from fabula.errors import WorldFileError
from fabula.spans import Span
from fabula.world import World, build_world
from small_world import small_world
from whole_world import SURE, keep, whole_world


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return keep(whole_world(), tmp_path / "ferry.fabula")


@pytest.mark.parametrize("part", PARTS)
def test_every_part_is_shown_for_people_and_for_programs(fabula: Program, kept: Path, part: str) -> None:
    ran = fabula("show", kept, part)
    assert (ran.status, ran.err) == (0, "") and ran.out.strip()
    assert json.loads(fabula("show", kept, part, "--json").out)


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("cast", ["Marta Voss", "she", "owner of Bruin", "also called Marta"]),
        ("quotes", ["Marta Voss → Piet: “Will you cross tonight?”"]),
        ("scenes", ["the quay, tonight — Marta Voss, Piet"]),
        ("relations", ["Piet — owner of Bruin"]),
        ("ties", ["Piet — owner of Bruin", "close (scene 1)"]),
        ("facts", ["Piet", "job: ferryman", "age: forty"]),
        ("commitments", ["Marta Voss promises Piet", "open", "condition:"]),
        ("beliefs", ["Marta Voss believes (told by Piet; false)"]),
        ("knowledge", ["Piet knows (was told), since scene 1"]),
        ("lore", ["fares"]),
        ("notes", ["death mentioned, 1 passage"]),
        ("piet", ["Piet — ferryman, age forty", "owner of Bruin", "“Only if you pay,”", "Marta Voss promises Piet"]),
    ],
)
def test_a_part_shows_what_the_world_holds(fabula: Program, kept: Path, part: str, words: list[str]) -> None:
    out = fabula("show", kept, part).out
    assert [w for w in words if w not in out] == []


def test_a_part_that_is_empty_says_so(fabula: Program, tmp_path: Path) -> None:
    empty = keep(build_world({"manuscript": whole_world().manuscript}), tmp_path / "empty.fabula")
    assert fabula("show", empty, "relations").out == "No relationships found.\n"
    assert fabula("show", empty, "relations", "--json").out == "[]\n"


def test_json_of_a_character_is_the_element_with_all_that_belongs_to_it(fabula: Program, kept: Path) -> None:
    sheet = json.loads(fabula("show", kept, "MARTA", "--json").out)
    assert sheet["character"]["id"] == "c1" and sheet["scenes"] == ["s1"]
    assert len(sheet["quotes"]) == 2
    assert {f["about"] for f in sheet["facts"]} == {"c1"}


def test_a_wrong_name_gets_the_nearest(fabula: Program, kept: Path) -> None:
    ran = fabula("show", kept, "Martha")
    assert (ran.status, ran.out) == (5, "") and "did you mean Marta" in ran.err


def test_a_part_spelt_wrongly_is_named(fabula: Program, kept: Path) -> None:
    for options in ([], ["--json"]):
        ran = fabula("show", str(kept), "sences", *options)
        assert ran.status == 5
        assert "scenes" in ran.err


def test_noted_passages_are_folded_until_revealed(fabula: Program, kept: Path) -> None:
    secret = whole_world().text[170:200].strip("\n *")
    folded, open_ = fabula("show", kept, "text").out, fabula("show", kept, "text", "--reveal").out
    assert secret in open_ and secret not in folded and "[folded: death]" in folded
    assert open_ == whole_world().text
    assert folded == folded_text(whole_world())
    assert secret not in fabula("show", kept, "notes").out
    assert secret in " ".join(fabula("show", kept, "notes", "--reveal").out.split())


def test_passages_that_overlap_are_folded_once_and_for_all_their_labels() -> None:
    notes = tuple(
        Note(label=n, strength="depicted", spans=(Span(*s),), **SURE) for n, s in (("war", (4, 9)), ("death", (7, 12)), ("gore", (20, 22)))
    )
    world = small_world("0123456789abcdefghijklmnop", {}, notes=notes)
    assert folded_text(world) == "0123[folded: death, war]cdefghij[folded: gore]mnop"


def test_the_story_on_a_terminal_has_all_its_words_but_the_folded(kept: Path) -> None:
    world = World.open(kept)
    lines = [str(view) for view in part_view(world, "text", reveal=True)]
    assert " ".join(" ".join(lines).split()) == " ".join(world.text.split())
    assert "[folded: death]" in " ".join(str(v) for v in part_view(world, "text", reveal=False))


def test_a_quotation_of_an_unsure_speaker_says_so(fabula: Program, tmp_path: Path) -> None:
    from dataclasses import replace

    world = whole_world()
    one, two, three = world.layer("quotes")
    layers = {n: world.layer(n) for n in ("manuscript", "characters", "mentions", "members")}
    quotes = (replace(one, confidence=0.4), replace(two, speaker=None), three)
    path = keep(build_world({**layers, "quotes": quotes}), tmp_path / "q.fabula")
    shown = fabula("show", path, "quotes").out.splitlines()
    assert shown == [
        "Marta Voss (unsure): “Will you cross tonight?”",
        "? → Marta Voss: “Only if you pay,”",
        "Marta Voss → Piet: “Then I will.”",
    ]


def test_a_story_is_read_first_and_its_world_kept(fabula: Program, story: Path) -> None:
    assert "Marta Voss" in fabula("show", story, "cast").out
    assert story.with_suffix(".fabula").is_file()
    assert fabula("show", story, "cast").err == ""


def test_a_story_that_has_changed_is_read_again(fabula: Program, story: Path) -> None:
    fabula("show", story, "cast")
    story.write_text(STORY.replace("Piet", "Joris"), encoding="utf-8")
    assert "Joris" in fabula("show", story, "cast").out


def test_where_nothing_can_be_kept_the_story_is_read_all_the_same(fabula: Program, story: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fabula import api

    def refuse(*_: object) -> None:
        raise WorldFileError("cannot write story.fabula")

    monkeypatch.setattr(api, "Draft", refuse)
    ran = fabula("show", story, "cast")
    assert ran.status == 0 and "Marta Voss" in ran.out and "read without keeping it" in ran.err


def test_a_broken_reading_says_so_and_shows_what_there_is(fabula: Program, tmp_path: Path) -> None:
    from fabula.world.draft import Draft

    path = tmp_path / "half.fabula"
    with Draft(path) as draft:
        draft.begin(whole_world().manuscript, key="k", planned=("one", "two"))
    ran = fabula("show", path)
    assert ran.status == 0 and "broken off" in ran.err and "one, two" in ran.out and "third person" not in ran.out


# --- export
def test_json_goes_to_standard_output_or_to_a_file(fabula: Program, kept: Path, tmp_path: Path) -> None:
    out = fabula("export", kept, "--to", "json").out
    assert json.loads(out)["story"]["title"] == "The Ferry"
    assert fabula("export", kept, "--to", "json", "-o", "-").out == out
    ran = fabula("export", kept, "--to", "json", "-o", tmp_path / "ferry.json")
    assert (ran.out, ran.err) == ("", f"fabula: wrote {tmp_path / 'ferry.json'}\n")
    assert (tmp_path / "ferry.json").read_text(encoding="utf-8") == out
    assert {p.name for p in tmp_path.iterdir()} == {"ferry.fabula", "ferry.json"}


def test_a_page_is_written(fabula: Program, kept: Path, tmp_path: Path) -> None:
    assert fabula("export", kept, "--to", "html", "-o", tmp_path, "--quiet").status == 0
    assert (tmp_path / "ferry.html").read_text(encoding="utf-8").startswith("<!")


def test_a_page_is_nothing_for_a_terminal(fabula: Program, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    ran = fabula("export", kept, "--to", "html")
    assert ran.status == 2 and "-o" in ran.err


def test_neither_story_nor_world_is_overwritten(fabula: Program, story: Path) -> None:
    fabula("read", story)
    world = story.with_suffix(".fabula")
    before = world.read_bytes()
    for target in (story, world):
        assert fabula("export", story, "--to", "json", "-o", target).status == 2
        assert fabula("export", world, "--to", "json", "-o", target).status == 2
    assert story.read_text(encoding="utf-8") == STORY and world.read_bytes() == before


def test_a_place_that_cannot_be_written_is_named(fabula: Program, kept: Path, tmp_path: Path) -> None:
    ran = fabula("export", kept, "--to", "json", "-o", tmp_path / "none" / "x.json")
    assert ran.status == 4 and "cannot write" in ran.err and ran.err.count("\n") == 1
