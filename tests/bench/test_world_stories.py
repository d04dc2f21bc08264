"""The project's own annotated stories (benchmarks/stories): their hand-made readings are sound. Nothing is read by Fabula here."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from fabula.bench.comparison import Json, shared, span
from fabula.bench.measures import WORLD_LISTS
from sound_readings import KINDS, people_named, ranges

STORIES = Path(__file__).parents[2] / "benchmarks" / "stories"
READINGS = sorted(STORIES.glob("*/*.json"))
FATES, TRUTHS = {"kept", "broken", "open", "withdrawn"}, {"false", "disputed", "unknown"}


@pytest.fixture(params=READINGS, ids=lambda path: path.stem)
def reading(request: pytest.FixtureRequest) -> Json:
    found: Json = json.loads(request.param.read_text(encoding="utf-8"))
    return found | {"text": request.param.with_suffix(".txt").read_text(encoding="utf-8")}


def test_half_of_the_stories_are_sealed() -> None:
    opened, sealed = (sum(path.parent.name == part for path in READINGS) for part in ("open", "sealed"))
    assert opened == sealed >= 4


def test_a_story_has_every_list_of_the_world_and_is_of_the_promised_length(reading: Json) -> None:
    assert reading.keys() >= WORLD_LISTS
    assert all(reading[name] for name in WORLD_LISTS)
    assert 1000 <= len(reading["text"].split()) <= 4000


def test_every_range_lies_in_the_story_and_starts_and_ends_on_ink(reading: Json) -> None:
    text = reading["text"]
    found = list(ranges({k: v for k, v in reading.items() if k not in ("scenes", "passages")}))
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert not any(text[start].isspace() or text[end - 1].isspace() for start, end in found)


def test_words_given_with_a_range_are_the_words_that_stand_there(reading: Json) -> None:
    text = reading["text"]
    assert all(text[q["start"] : q["end"]].startswith(q["head"]) for q in reading["quotes"])
    assert all(text[slice(*span(p))] == p["text"] for p in reading["pronouns"])


def test_quotations_stand_in_order_and_apart(reading: Json) -> None:
    assert all(a["end"] <= b["start"] for a, b in pairwise(reading["quotes"]))


def test_every_person_named_is_a_character_and_every_alias_occurs(reading: Json) -> None:
    assert set(people_named(reading)) <= {c["id"] for c in reading["characters"]}
    assert all(alias in reading["text"] for c in reading["characters"] for alias in c["aliases"])


def test_scenes_tile_the_story(reading: Json) -> None:
    scenes = reading["scenes"]
    assert (scenes[0]["start"], scenes[-1]["end"]) == (0, len(reading["text"]))
    assert all(a["end"] == b["start"] for a, b in pairwise(scenes))


def test_what_refers_to_an_event_a_step_or_a_scene_refers_to_one_that_is_there(reading: Json) -> None:
    assert {k["event"] for k in reading["knowledge"]} <= {e["id"] for e in reading["events"]}
    assert {step for rule in reading["lore"] for step in rule["next"]} <= {rule["id"] for rule in reading["lore"]}
    scenes = [span(s) for s in reading["scenes"]]
    assert all(shared(at, scenes[e["scene"]]) for e in reading["emotions"] for at in e["evidence"])


def test_kinds_fates_and_truths_are_known_ones(reading: Json) -> None:
    assert {f["kind"] for f in reading["frames"]} <= KINDS | {"diary"}
    assert {c["fate"] for c in reading["commitments"]} <= FATES
    assert {b["truth"] for b in reading["beliefs"]} <= TRUTHS


def test_terms_of_rules_are_words_of_the_story(reading: Json) -> None:
    terms = [rule[term] for rule in reading["lore"] for term in ("actor", "condition", "deadline", "otherwise")]
    assert all(term is None or term in reading["text"] for term in terms)


def test_questions_are_many_and_one_in_ten_has_no_answer(reading: Json) -> None:
    questions = reading["questions"]
    assert len(questions) >= 25
    assert sum(not q["answers"] for q in questions) * 10 >= len(questions)
    assert all(bool(q["evidence"]) == bool(q["answers"]) for q in questions)


def test_a_contradiction_has_two_places(reading: Json) -> None:
    assert all(len(x["evidence"]) >= 2 for x in reading["contradictions"])
