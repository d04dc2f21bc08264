"""The World over its layers: what several steps found is joined, and nothing is claimed that no step found."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from fabula.elements import Fact, Note, Quote, Relationship, Scene
from fabula.errors import NotFoundInWorld
from fabula.layers import MentionMembers
from fabula.spans import Span
from fabula.text.manuscript import TextWarning
from fabula.world import World, build_world
from small_world import ORIGIN, manuscript_of, small_world
from whole_world import SURE, whole_world

STORY = "[c1>c2|“Come in.”] said Ann Lee. Tom came in. {He=c2} was cold.\n\nAnn shut the door. [c2>c1|“Thank you.”]"
CAST = {"c1": "Ann Lee/Ann", "c2": "Tom"}


def rendered(view: object, width: int = 80) -> str:
    console = Console(file=StringIO(), width=width, highlight=False, markup=False)
    console.print(view)
    out: str = console.file.getvalue()  # type: ignore[attr-defined]
    return out


def test_a_world_of_the_text_alone_is_empty_and_says_so() -> None:
    world = build_world({"manuscript": manuscript_of("Rain fell all day.")})
    assert (len(world.characters), world.quotes, world.scenes, len(world.tokens)) == (0, (), (), 0)
    assert world.to_json()["story"]["narration"] is None
    assert world.search("rain")[0].span == (0, 18)


def test_a_world_needs_a_text() -> None:
    with pytest.raises(KeyError, match="manuscript"):
        build_world({})


def test_a_character_is_found_by_id_name_and_alias_whatever_the_case() -> None:
    world = small_world(STORY, CAST)
    assert world.characters["c1"] is world.characters["ann lee"] is world.characters["ANN"] is world.characters[0]
    assert "Tom" in world.characters and "Bob" not in world.characters
    assert world.characters.get("Bob") is None


def test_an_alias_of_two_goes_to_whom_it_names_most() -> None:
    world = small_world("Ann Lee met Lee. Lee laughed. Lee left.", {"c1": "Ann Lee/Lee", "c2": "Bo Lee/Lee"})
    counts = {c.id: max(a.count for a in c.aliases if a.text == "Lee") for c in world.characters}
    assert world.characters["lee"].id == max(counts, key=lambda i: counts[i])


def test_a_wrong_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(NotFoundInWorld, match="Ann Lee") as caught:
        small_world(STORY, CAST).characters["Anne Leigh"]
    assert caught.value.exit_status == 5


def test_a_character_gives_what_belongs_to_it() -> None:
    tie = Relationship(a="c1", b="c2", type="friend", basis="stated", **SURE)
    scene = Scene(id="s1", start=0, end=20, chapter=1, present=("c2",), **SURE)
    world = small_world(STORY, CAST, relationships=(tie,), scenes=(scene,))
    tom = world.characters["Tom"]
    assert [q.start for q in tom.quotes] == [world.text.index("“Thank")]
    assert [world.text[m.start : m.end] for m in tom.mentions] == ["Tom", "He"]
    assert tom.relationships == (tie,) and tom.scenes == (scene,) and world.characters["Ann"].scenes == ()


def test_what_touches_a_content_note_carries_its_label() -> None:
    text = STORY
    inside, outside = Fact(about="c1", attribute="a", value="x", evidence=(Span(5, 9),), **SURE), Fact(
        about="c1", attribute="b", value="y", evidence=(Span(30, 40),), **SURE
    )  # fmt: skip
    notes = (
        Note(label="death", strength="depicted", spans=(Span(0, 12),), **SURE),
        Note(label="war", strength="mentioned", spans=(Span(8, 10),), **SURE),
    )
    world = small_world(text, CAST, facts=(inside, outside), notes=notes)
    assert [f.noted for f in world.facts] == [("death", "war"), ()]
    assert world.quotes[0].noted == ("death", "war")
    assert world.quotes[1].noted == ()
    assert world.noted(11, 30) == ("death",)
    assert world.noted(12, 30) == ()


def test_a_note_that_is_unsure_folds_nothing() -> None:
    note = Note(label="death", strength="depicted", spans=(Span(0, 12),), confidence=0.4, origin=ORIGIN)
    assert small_world(STORY, CAST, notes=(note,)).quotes[0].noted == ()


def test_age_and_roles_come_from_facts_that_are_sure() -> None:
    sure = [Fact(about="c1", attribute=a, value=v, **SURE) for a, v in (("age", "nineteen"), ("job", "nurse"), ("role", "Nurse"))]
    unsure = Fact(about="c1", attribute="job", value="queen", confidence=0.3, origin=ORIGIN)
    ann = small_world(STORY, CAST, facts=(*sure, unsure)).characters["Ann"]
    assert ann.age is not None and (ann.age.text, ann.age.open) == ("nineteen", False)
    assert ann.roles == ("nurse",)
    other = Fact(about="c1", attribute="age", value="twenty", confidence=0.6, origin=ORIGIN)
    ann = small_world(STORY, CAST, facts=(*sure, other)).characters["Ann"]
    assert ann.age is not None and (ann.age.text, ann.age.open) == ("nineteen", True)


def test_characters_stand_by_mentions_and_their_mentions_follow_them() -> None:
    world = small_world(STORY, CAST)
    few, many = replace(world.layer("characters")[0], mentions=1), replace(world.layer("characters")[1], mentions=9)
    mixed = build_world(
        {**{n: world.layer(n) for n in ("manuscript", "tokens", "mentions", "members", "quotes")}, "characters": (few, many)}
    )
    assert [c.id for c in mixed.characters] == ["c2", "c1"]
    assert isinstance(mixed.members, MentionMembers)
    for character in mixed.characters:
        assert [m.span for m in character.mentions] == [m.span for m in world.characters[character.id].mentions]


def test_lists_stand_in_the_order_of_the_text() -> None:
    facts = tuple(Fact(about="c1", attribute="a", value=str(i), evidence=(Span(i, i + 1),), **SURE) for i in (30, 5, 12))
    quotes = tuple(Quote(start=s, end=s + 2, speaker=None, **SURE) for s in (20, 3))
    world = build_world({"manuscript": manuscript_of(STORY), "facts": facts, "quotes": quotes})
    assert [f.value for f in world.facts] == ["5", "12", "30"]
    assert [q.start for q in world.quotes] == [3, 20]


def test_words_beside_the_story_are_not_counted() -> None:
    assert build_world({"manuscript": manuscript_of("One two, three-four.\n\n***\n\nIt’s five.")}).story.words == 5


@pytest.mark.parametrize("typed", ['"', "AND", "a-b", "NEAR(", "*", "ann*", 'say "come in', "\0", "\ud800", "", "()"])
def test_search_takes_whatever_is_typed(typed: str) -> None:
    assert isinstance(small_world(STORY, CAST).search(typed), tuple)


def test_search_keeps_a_phrase_together_and_finds_other_forms_of_a_word() -> None:
    world = small_world("The old house stood.\n\nAn old dog in a house.\n\nShe was walking.", {"c1": "Nobody"})
    assert [h.paragraph for h in world.search('"old house"')] == [0]
    assert [h.paragraph for h in world.search("walked")] == [2]


def test_the_summary_names_cast_and_notes_and_fits_the_width() -> None:
    out = rendered(whole_world(), width=40)
    assert "The Ferry" in out and "Marta Voss" in out and "owner of Bruin" in out and "death (mentioned)" in out
    assert "Known  8 facts, 1 promise or order," in out
    assert max(map(len, out.splitlines())) <= 40
    assert all(line == line.rstrip() for line in out.splitlines())


def test_a_tie_that_a_name_already_tells_is_left_out_and_warnings_of_one_kind_are_counted() -> None:
    ties = tuple(Relationship(a=a, b="c1", type="parent_child", basis="stated", **SURE) for a in ("c2", "c3"))
    twice = (TextWarning("unclosed", "left open", Span(0, 1)), TextWarning("unclosed", "left open", Span(3, 4)))
    cast = {"c1": "Ann", "c2": "Ann’s mother", "c3": "Olive"}
    out = rendered(small_world("Ann and Ann’s mother and Olive.", cast, relationships=ties, quotation_warnings=twice))
    assert "child of Olive" in out and "child of Ann" not in out
    assert "Warning  left open (2 times)" in out


def test_escape_sequences_of_a_story_never_reach_the_terminal() -> None:
    world = small_world("[c1|“Ha\x1b[31m!”] said A\x1b[2Jnn.", {"c1": "A\x1b[2Jnn"}, title="T\x1b]0;x\x07")
    assert "\x1b" not in rendered(world) + rendered(world.characters[0])


def test_a_notebook_shows_a_world_with_everything_escaped() -> None:
    world = small_world("[c1|“Hi.”] said <b>Ann.", {"c1": "<b>Ann"}, title="<script>")
    for html in (world._repr_html_(), world.characters[0]._repr_html_()):
        assert "&lt;b&gt;Ann" in html and "<script>" not in html and "<b>Ann" not in html


def test_a_world_says_what_it_is() -> None:
    world = small_world(STORY, CAST, title="Cold")
    assert repr(world) == "<World of 'Cold': 17 words, 2 characters, 2 quotes, 0 scenes>"
    assert repr(world.characters["Tom"]).startswith("<Character c2 'Tom'")
    assert isinstance(world, World)
