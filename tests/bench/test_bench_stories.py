"""A World against a hand-made reading: each measure on a case small enough to count by hand."""

from __future__ import annotations

from typing import Any

import pytest

from fabula.bench import measures
from fabula.bench.causes import CAUSES, causes
from fabula.bench.comparison import Comparison
from fabula.bench.figures import Figures, Found, Share, pooled
from fabula.bench.stories import answer_fits

LAYERS = ("characters", "quotes", "mentions", "relationships", "scenes", "frames", "notes", "facts", "lore")
GOLD_PEOPLE = [
    {"id": "ann", "name": "Ann Lee", "aliases": ["Ann", "Ann Lee"], "importance": "major"},
    {"id": "bo", "name": "Bo", "aliases": ["Bo"], "importance": "major"},
    {"id": "cy", "name": "Cy", "aliases": ["Cy"], "importance": "mentioned"},
]


def world_person(id: str, name: str, importance: str = "major") -> dict[str, Any]:
    return {"id": id, "name": name, "aliases": [{"text": name, "count": 1}], "importance": importance}


WORLD_PEOPLE = [world_person("c1", "Ann"), world_person("c2", "Bo")]


def compare(gold: dict[str, Any], world: dict[str, Any], text: str = "") -> Comparison:
    """Lists left out are empty; the people are Ann (c1) and Bo (c2)."""
    empty: dict[str, Any] = {layer: [] for layer in LAYERS}
    people = {"characters": GOLD_PEOPLE}, {"characters": WORLD_PEOPLE}
    return Comparison(empty | people[0] | gold, empty | people[1] | world, text=text)


def spoken(start: int, end: int, speaker: str | None, to: list[str], **more: Any) -> dict[str, Any]:
    return {"start": start, "end": end, "speaker": speaker, "addressees": to, "cue": "implicit", "kind": "speech"} | more


# --- quotations
def test_a_quotation_is_found_where_four_fifths_of_the_union_are_shared() -> None:
    gold = [spoken(0, 10, "ann", []), spoken(20, 30, "ann", [])]
    read = [spoken(0, 8, "c1", []), spoken(20, 27, "c1", [])]
    assert measures.quotations(compare({"quotes": gold}, {"quotes": read})) == {"quotations": Found.matched(1, given=2, wanted=2)}


def test_what_is_read_as_a_thought_is_no_false_speech() -> None:
    read = [spoken(0, 10, "c1", []), spoken(20, 30, "c1", [], kind="thought")]
    assert measures.quotations(compare({"quotes": [spoken(0, 10, "ann", [])]}, {"quotes": read}))["quotations"].value == 1.0


def test_a_quotation_that_is_missed_has_no_right_speaker() -> None:
    gold = [spoken(0, 10, "ann", ["bo"], cue="explicit"), spoken(20, 30, "bo", ["ann"]), spoken(40, 50, "ann", ["bo", "cy"])]
    read = [spoken(0, 10, "c1", ["c2"]), spoken(20, 30, "c1", ["c2"])]
    c = compare({"quotes": gold}, {"quotes": read})
    assert measures.speakers(c) == {"speakers": Share(1, 3), "speakers.explicit": Share(1, 1), "speakers.implicit": Share(0, 2)}
    assert measures.addressees(c) == {"addressees": Found.matched(1, given=2, wanted=4)}


# --- people
def test_people_without_a_shared_name_are_mapped_by_three_quotations() -> None:
    unnamed = {"id": "c3", "name": "the ferryman", "aliases": [], "importance": "minor"}
    gold = [spoken(10 * i, 10 * i + 9, "cy", []) for i in range(3)]
    read = [spoken(10 * i, 10 * i + 9, "c3", []) for i in range(3)]
    assert compare({"quotes": gold}, {"characters": [unnamed], "quotes": read}).people == {"c3": "cy"}
    assert compare({"quotes": gold[:2]}, {"characters": [unnamed], "quotes": read[:2]}).people == {}


def test_a_character_split_in_two_is_found_but_not_once() -> None:
    c = compare({}, {"characters": [*WORLD_PEOPLE, world_person("c3", "Ann Lee", "minor")]})
    assert measures.cast(c) == {
        "cast": Share(2, 2),
        "cast_precision": Share(2, 3),
        "cast_once": Share(1, 2),
        "aliases": Share(2, 3),
    }


def test_a_mention_is_right_only_with_exactly_its_people() -> None:
    gold = [
        {"start": 0, "end": 2, "text": "We", "kind": "pronoun", "who": ["ann", "bo"]},
        {"start": 5, "end": 8, "text": "she", "kind": "pronoun", "who": ["ann"]},
        {"start": 9, "end": 12, "text": "Cys", "kind": "name", "who": ["cy"]},
    ]
    read = [{"start": 0, "end": 2, "characters": ["c1"]}, {"start": 5, "end": 8, "characters": ["c1"]}]
    c = compare({"mentions": gold, "pronouns": gold[:2]}, {"mentions": read})
    assert measures.mentions(c) == {"mentions": Share(1, 3), "mentions.pronoun": Share(1, 2), "mentions.name": Share(0, 1)}
    assert measures.pronouns(c) == {"pronouns": Share(1, 2), "pronouns.first_second": Share(0, 1), "pronouns.third": Share(1, 1)}


def test_every_wrong_speaker_and_mention_has_one_cause() -> None:
    gold = [spoken(10 * i, 10 * i + 9, who, []) for i, who in enumerate(("ann", "ann", "cy", "bo", "bo"))]
    read = [spoken(10 * i, 10 * i + 9, who, []) for i, who in enumerate(("c1", None, "c1", "c1", "c9"))]
    names = [{"start": i, "end": i + 1, "text": "x", "kind": "name", "who": who} for i, who in enumerate((["ann"], ["ann", "bo"], ["bo"]))]
    found = [{"start": i, "end": i + 1, "characters": who} for i, who in enumerate((["c1"], ["c1"]))]
    figures = causes(compare({"quotes": gold, "mentions": names}, {"quotes": read, "mentions": found}))
    speakers = {cause: figures[f"speakers.{cause}"] for cause in CAUSES}
    assert speakers == dict.fromkeys(CAUSES, Share(1, 5)) | {"not_found": Share(0, 5), "members": Share(0, 5)}
    assert (figures["name.members"], figures["name.not_found"], figures["name.nobody"]) == (Share(1, 3), Share(1, 3), Share(0, 3))
    assert not any(name.startswith("pronoun") for name in figures)


# --- the world
@pytest.mark.parametrize(
    ("type", "a", "b", "confidence", "figure"),
    [
        ("sibling", "c2", "c1", 0.9, Found.matched(1, given=1, wanted=2)),
        ("parent_child", "c1", "c2", 0.9, Found.matched(1, given=1, wanted=2)),
        ("parent_child", "c2", "c1", 0.9, Found.matched(0, given=1, wanted=2)),
        ("sibling", "c1", "c2", 0.4, Found.matched(0, given=0, wanted=2)),
    ],
)
def test_a_relationship_has_its_direction_if_its_type_has(type: str, a: str, b: str, confidence: float, figure: Found) -> None:
    gold = [{"a": "ann", "b": "bo", "type": t} for t in ("sibling", "parent_child")]
    c = compare({"relationships": gold}, {"relationships": [{"a": a, "b": b, "type": type, "confidence": confidence}]})
    assert measures.relationships(c) == {"relationships": figure}


def scene(start: int, end: int, present: list[str], pov: str | None, order: int) -> dict[str, Any]:
    return {"start": start, "end": end, "present": present, "pov": pov, "story_order": order}


def test_scenes_are_judged_by_boundaries_people_and_view_weighted_by_length() -> None:
    gold = [scene(0, 1000, ["ann", "bo"], "ann", 2), scene(1000, 3000, ["bo"], "omniscient", 1)]
    read = [scene(0, 1250, ["c1"], "c1", 1), scene(1250, 3000, ["c2"], "c2", 2)]
    figures = measures.scenes(compare({"scenes": gold}, {"scenes": read}))
    assert figures["scene_boundaries"] == Found.matched(1, given=1, wanted=1)
    assert figures["scene_cast"] == Share(0.5 * 1000 + 2000, 3000)
    assert figures["scene_pov"] == Share(1000, 3000)
    assert figures["story_order"] == Share(0, 1)


def test_a_boundary_further_off_is_missed_and_false() -> None:
    gold, read = (
        [scene(0, 1000, [], None, 1), scene(1000, 3000, [], None, 2)],
        [scene(0, 1251, [], None, 1), scene(1251, 3000, [], None, 2)],
    )
    assert measures.scenes(compare({"scenes": gold}, {"scenes": read}))["scene_boundaries"] == Found.matched(0, given=1, wanted=1)


def test_messages_are_letters_and_frames_of_kinds_not_annotated_count_neither_way() -> None:
    gold = [{"start": 0, "end": 10, "kind": "message"}, {"start": 50, "end": 60, "kind": "dream"}]
    read = [
        {"start": 0, "end": 5, "kind": "letter"},
        {"start": 50, "end": 54, "kind": "dream"},
        {"start": 80, "end": 90, "kind": "flashback"},
    ]
    assert measures.frames(compare({"frames": gold}, {"frames": read})) == {"frames": Found.matched(1, given=2, wanted=2)}


def note(label: str, *spans: tuple[int, int], confidence: float = 0.9) -> dict[str, Any]:
    return {"label": label, "spans": list(spans), "confidence": confidence}


def test_a_note_over_a_whole_page_finds_its_label_but_no_passage() -> None:
    gold = [note("death", (100, 150), (900, 950)), note("alcohol", (200, 210))]
    read = [note("death", (0, 700), (940, 960)), note("war", (5, 9)), note("alcohol", (200, 210), confidence=0.3)]
    figures = measures.notes(compare({"notes": gold}, {"notes": read}))
    assert figures["notes"] == Found.matched(1, given=2, wanted=2)
    assert figures["notes_serious"] == Share(1, 1)
    assert figures["note_passages"] == Share(1, 3)


def test_a_fact_needs_its_person_its_evidence_and_a_word_of_its_value() -> None:
    gold = [
        {"about": "ann", "value": "a grey beard", "evidence": [[0, 20]]},
        {"about": "bo", "value": "ferryman", "evidence": [[30, 50]]},
        {"about": "bo", "value": "seven", "evidence": [[60, 70]]},
    ]
    read = [
        {"about": "c1", "value": "grey", "evidence": [[5, 9]]},
        {"about": "c2", "value": "a baker", "evidence": [[30, 35]]},
        {"about": "c1", "value": "seven", "evidence": [[60, 70]]},
    ]
    assert measures.facts(compare({"facts": gold}, {"facts": read})) == {"facts": Share(1, 3), "fact_values": Share(1, 2)}


def test_lore_is_counted_in_code_points_and_borderline_sentences_neither_way() -> None:
    gold = [{"start": 0, "end": 10, "deadline": "before dark"}, {"start": 20, "end": 30, "borderline": True}]
    read = [{"evidence": [[5, 15], [20, 30]], "deadline": [5, 9], "confidence": 0.9}]
    figures = measures.lore(compare({"lore": gold}, {"lore": read}, text="Go on dark nights to the ferry"))
    assert figures == {"lore": Found.matched(5, given=10, wanted=10), "deadlines": Share(0, 1)}
    read[0]["deadline"] = [6, 10]
    assert measures.lore(compare({"lore": gold}, {"lore": read}, text="Go on dark nights to the ferry"))["deadlines"] == Share(1, 1)


def test_a_layer_that_is_not_annotated_is_not_judged_an_empty_one_is() -> None:
    read = {"notes": [note("war", (0, 5))]}
    c = compare({}, read)
    del c.gold["notes"], c.gold["facts"]
    assert not {"notes", "facts"} & set(measures.measured(c))
    assert measures.measured(compare({}, read))["notes"] == Found.matched(0, given=1, wanted=0)


def test_pooling_counts_items_not_stories() -> None:
    a: Figures = {"speakers": Share(1, 1), "lore": Found.matched(1, given=1, wanted=1)}
    b: Figures = {"speakers": Share(0, 3)}
    assert pooled([a, b]) == {"speakers": Share(1, 4), "lore": Found.matched(1, given=1, wanted=1)}


@pytest.mark.parametrize(
    ("answer", "accepted", "right"),
    [
        ("the ferryman", ["ferryman"], True),
        ("Bo Lee", ["Bo", "the ferryman"], True),
        ("Piet", ["ferryman"], False),
        ("it was Bo who came over the water in his own boat last night", ["Bo"], False),
        ("she rowed the blue boat", ["rowed a boat across"], True),
        (None, [], True),
        ("Bo", [], False),
        (None, ["Bo"], False),
    ],
)
def test_an_answer_is_right_when_it_says_an_accepted_form_without_much_else(answer: str | None, accepted: list[str], right: bool) -> None:
    assert answer_fits(answer, accepted) is right
