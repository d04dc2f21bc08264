"""A World with something of every kind in it, its file, and the comparison of two Worlds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from fabula import elements as e
from fabula.layers import Quotations
from fabula.spans import Span
from fabula.text.manuscript import Chapter, Manuscript, Paratext, TextWarning
from fabula.world.draft import Draft
from fabula.world.schema import COLUMN_LAYERS, ELEMENT_LAYERS
from fabula.world.world import World
from small_world import ORIGIN, small_world

SURE: dict[str, Any] = {"confidence": 0.87654, "origin": ORIGIN}
TEXT = (
    "THE FERRY\n\nA note before: nobody drowns.\n\n"
    "[c1>c2|“Will you cross tonight?”] asked Marta Voss. {She=c1} held the letter.\n\n"
    "[c2>c1|“Only if you pay,”] said Piet. He had grey eyes, was forty, and his brother had drowned.\n\n***\n\n"
    "BACK\n\n[c1>c2|“Then I will.”] Piet\u2019s dog Bruin growled at Marta."
)
CAST = {"c1": "Marta Voss/Marta", "c2": "Piet", "c3": "Bruin"}
_STATE = e.CourseState("s1", "close", (Span(60, 80),))
_WHEN = e.When("tonight", None)
ODD_NAMES = ("lone \ud800 surrogate", "nul \0 inside", "Zoë 'O\"Neil", "emoji 🜚", "\u202eright to left", "")


def whole_world() -> World:
    """Every layer has at least one item; optional fields are filled in one and left open in another."""
    world = small_world(TEXT, CAST, pronouns={"c1": "she"}, title="The Ferry", **_layers())
    text = world.text
    break_at = text.index("BACK")
    manuscript = replace(
        world.manuscript, author="N. N.", emphasis=(Span(4, 9),), paratext=(Paratext(11, 40, "author_note"),),
        breaks=(Span(text.index("***"), text.index("***") + 3),),
        chapters=(Chapter(0, break_at, "THE FERRY", "Part 1"), Chapter(break_at, len(text), "BACK")),
        warnings=(TextWarning("odd", "something odd", Span(1, 2)), TextWarning("odder", "nowhere")),
    )  # fmt: skip
    layers = {name: world.layer(name) for name in (*COLUMN_LAYERS, *ELEMENT_LAYERS, "narration")}
    return World({**layers, "manuscript": manuscript}, origins={"mentions": "who@9"})


def _layers() -> dict[str, Any]:
    at = (Span(60, 80),)
    return {
        "places": (e.Place(id="p1", name="the quay", aliases=("quay",), part_of=None, mentions=at, **SURE),),
        "things": (e.Thing(id="t1", name="the letter", owner="c1", mentions=at, **SURE),),
        "relationships": (
            e.Relationship(a="c2", b="c3", type="owner_pet", basis="stated", evidence=at, course=(_STATE,), **SURE),
        ),
        "scenes": (
            e.Scene(
                id="s1", start=0, end=100, chapter=1, place="p1", time_text="tonight", story_order=1, pov="c1",
                present=("c1", "c2"), gist=at, **SURE,
            ),
            e.Scene(id="s2", start=100, end=300, chapter=2, **SURE),
        ),
        "frames": (e.Frame(start=11, end=40, kind="author_note", by=None, to=("c2",), **SURE),),
        "events": (
            e.Event(id="e1", start=50, end=60, trigger=Span(52, 56), what="ask", who=("c1",), when=_WHEN, story_order=1.5, **SURE),
        ),
        "time": (e.TimeRelation(before="e1", after="e2", basis="inferred", evidence=at, **SURE),),
        "causes": (e.Cause(effect="e1", cause=None, what="because", by="narration", evidence=at, **SURE),),
        "commitments": (e.Commitment(by="c1", to=("c2",), kind="promise", condition=Span(1, 5), evidence=at, **SURE),),
        "beliefs": (e.Belief(who="c1", truth="false", corrected_at=None, told_by="c2", evidence=at, **SURE),),
        "knowledge": (e.Knowledge(character="c2", of="e1", since_scene="s1", how="told", evidence=at, **SURE),),
        "emotions": (e.Emotion(scene="s1", character="c1", emotion="grief", strength=0.33333, evidence=at, **SURE),),
        "facts": (
            e.Fact(about="c2", attribute="age", value="forty", evidence=(Span(150, 160),), **SURE),
            e.Fact(about="c2", attribute="job", value="ferryman", evidence=(Span(120, 130),), **SURE),
            *(e.Fact(about="c1", attribute="odd", value=name, **SURE) for name in ODD_NAMES),
        ),
        "lore": (e.Lore(id="l1", topic="fares", kind="rule", order=None, actor=Span(1, 2), next=("l2",), evidence=at, **SURE),),
        "notes": (e.Note(label="death", strength="mentioned", spans=(Span(170, 200),), **SURE),),
        "issues": (e.Issue(kind="contradiction", rule="age", text="two ages", evidence=at, **SURE),),
        "narration": e.Narration(person="third", tense="past", narrator=None),
        "quotation_warnings": (TextWarning("unclosed", "a quotation is not closed", Span(3, 4)),),
        "quotations": Quotations.from_rows([(42, 66, 2, 0, 0, False, True), (250, 263, 6, 0, 0, False, False)]),
    }  # fmt: skip


def keep(world: World, path: Path, *, key: str = "key") -> Path:
    """The World in a file, written in two stages."""
    names = [n for n in (*COLUMN_LAYERS, *ELEMENT_LAYERS, "narration") if world.has(n)]
    with Draft(path) as draft:
        draft.begin(world.manuscript, key=key, planned=("one", "two"))
        draft.put("one", {n: world.layer(n) for n in names[:6]}, origin="who@9", key="1", position=1)
        draft.put("two", {n: world.layer(n) for n in names[6:]}, origin="two@1", key="2", position=2)
    return path


def assert_same(one: World, other: World) -> None:
    """Every layer and the manuscript of both are equal, value by value."""
    assert _manuscript(one.manuscript) == _manuscript(other.manuscript)
    for name in (*ELEMENT_LAYERS, "narration"):
        assert one.layer(name) == other.layer(name), name
    for name in COLUMN_LAYERS:
        _assert_columns(one.layer(name), other.layer(name), name)
    _assert_columns(one.manuscript.paragraphs, other.manuscript.paragraphs, "paragraphs")


def _manuscript(m: Manuscript) -> list[Any]:
    return [getattr(m, name) for name in m.__dataclass_fields__ if name != "paragraphs"]


def _assert_columns(one: Any, other: Any, name: str) -> None:
    for column, array in one.arrays().items():
        np.testing.assert_array_equal(array, other.arrays()[column], err_msg=f"{name}.{column}", strict=True)
