"""Questions to small Worlds: what is known is answered shortly, what is not said is not answered."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fabula.ask import Asker, QuestionError, answer
from fabula.ask.language import word_list
from fabula.ask.question import parse
from fabula.ask.ways.deeds import doer
from fabula.ask.ways.facts import age, job, plain_facts
from fabula.elements import Fact, Frame, Lore, Note, Relationship, Scene
from fabula.reading.lore import STEP as LORE
from fabula.reading.quotations import STEP as QUOTATIONS
from fabula.reading.tokens import tokenize
from fabula.spans import Span
from fabula.text.manuscript import Paratext
from fabula.world.build import build_world
from fabula.world.schema import COLUMN_LAYERS, ELEMENT_LAYERS
from fabula.world.world import World
from small_world import ORIGIN, manuscript_of, small_world

_LAYERS = (*COLUMN_LAYERS, *ELEMENT_LAYERS, "narration")
_SURE: dict[str, Any] = {"confidence": 0.9, "origin": ORIGIN}
_CAST = {"c1": "Ann Lee/Ann", "c2": "Tom", "c3": "Mrs. Pike"}
_MILL = (
    "Ann Lee came to the mill on the ninth of May. Tom had hidden the lamp under the stairs because {he=c2} feared the dark. "
    "[c1>c2|“Who lit it?”] asked Ann. [c2>c1|“Mrs. Pike did.”]\n\n"
    "Mrs. Pike sold {them=c1} four candles. {She=c3} had given Tom the key. {He=c2} kept the ledger in a tin box. "
    "If a miller lies about the weight, the wheel stops. There was a ring at the bottom of the flour bin."
)


def _mill(**layers: Any) -> World:
    return small_world(_MILL, _CAST, pronouns={"c1": "she", "c2": "he", "c3": "she"}, **layers)


def _evidence(world: World, question: str) -> str:
    return " ".join(world.text[a:b] for a, b in answer(world, question).evidence)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When did Ann come to the mill?", "on the ninth of May"),
        ("Where did Tom hide the lamp?", "under the stairs"),
        ("Why did Tom hide the lamp under the stairs?", "because he feared the dark"),
        ("How many candles did Mrs. Pike sell?", "four candles"),
        ("Who gave Tom the key?", "Mrs. Pike"),
        ("What was at the bottom of the flour bin?", "a ring"),
        ("What happens if a miller lies about the weight?", "the wheel stops"),
        ("Who says “Mrs. Pike did”?", "Tom"),
    ],
)
def test_a_question_that_a_sentence_answers_gets_the_shortest_answering_words(question: str, expected: str) -> None:
    found = answer(_mill(), question)
    assert found.answer in (expected, expected.removeprefix("on "), expected.removesuffix(" candles"))
    assert found.confidence >= 0.25
    assert found.evidence


def test_a_year_is_not_what_was_taken() -> None:
    world = small_world(
        "Tom looked up. There was the lamp, stolen in 1974 by Ann Lee and sold again.", _CAST, pronouns={"c1": "she", "c2": "he"}
    )
    assert answer(world, "What did Ann Lee steal?").answer != "1974"


def test_a_question_about_a_name_finds_sentences_where_a_pronoun_stands_for_it() -> None:
    world = _mill()
    assert answer(world, "Where did Tom keep the ledger?").answer == "in a tin box"
    assert _evidence(world, "Where did Tom keep the ledger?").startswith("He kept")


@pytest.mark.parametrize(
    "question",
    [
        "What is the name of Tom's horse?",
        "How old is Tom?",
        "What does Mrs. Pike do for a living?",
        "What colour are Ann's eyes?",
        "Who is Bartleby?",
        "How much did Ann pay for the carriage in London?",
        "What is Tom's surname?",
    ],
)
def test_what_the_story_does_not_say_is_not_answered(question: str) -> None:
    assert answer(_mill(), question).answer is None


def test_the_nearest_passages_stand_where_there_is_no_answer() -> None:
    found = answer(_mill(), "Why did Mrs. Pike hate candles in winter?")
    assert found.answer is None
    assert 1 <= len(found.evidence) <= 3


def test_what_stands_in_the_story_is_nearer_than_what_stands_beside_it() -> None:
    text = "A note: the ferryman is rude about goats.\n\nThe day was long. The ferryman was rude to everybody.\n\nTom slept.\n"
    world = small_world(text, _CAST)
    beside = replace(world.manuscript, paratext=(Paratext(0, text.index("\n"), "author_note"),))
    found = answer(World({**{n: world.layer(n) for n in _LAYERS}, "manuscript": beside}), "Why is the ferryman rude?")
    assert found.answer is None
    assert found.evidence[0][0] > text.index("\n")


def test_a_question_asked_in_the_story_is_answered_with_the_answer_it_gets_there() -> None:
    text = (
        "[c1>c2|“You are leaving.”] [c2>c1|“Yes.”] [c1>c2|“When?”] [c2>c1|“Mind the step.”] They walked on. "
        "[c2>c1|“Look, a heron.”] [c1>c2|“You owe me one.”] [c2>c1|“On the third of June.”]"
    )
    world = small_world(text, _CAST)
    found = answer(world, "When?")
    assert found.answer == "On the third of June"
    assert [world.text[a:b] for a, b in found.evidence] == ["When?", "On the third of June."]
    assert answer(world, "When is Tom leaving?").answer == "On the third of June"


def test_a_bare_question_that_nobody_asks_has_no_answer() -> None:
    assert answer(_mill(), "Why?").answer is None


def test_a_question_without_words_says_how_to_ask() -> None:
    with pytest.raises(QuestionError, match="ask in a sentence"):
        answer(_mill(), " ?! ")


# --- what the World knows
def _tie(a: str, b: str, kind: str) -> Relationship:
    return Relationship(a=a, b=b, type=kind, basis="stated", evidence=(Span(0, 8),), **_SURE)


def test_ties_answer_who_somebody_is_to_somebody() -> None:
    world = _mill(relationships=(_tie("c3", "c1", "parent_child"), _tie("c1", "c2", "spouse")))
    asker = Asker(world)
    assert asker.answer("Who is Ann's mother?").answer == "Mrs. Pike"
    assert asker.answer("Who is married to Tom?").answer == "Ann Lee"
    assert asker.answer("What is Mrs. Pike to Ann?").answer == "Mrs. Pike is Ann Lee's mother"
    assert asker.answer("Who is Tom's wife's mother?").answer == "Mrs. Pike"
    assert asker.answer("Who is Ann's daughter?").answer is None
    assert "husband of Ann Lee" in (asker.answer("Who is Tom?").answer or "")


def test_an_unsure_tie_answers_nothing() -> None:
    unsure = Relationship(a="c3", b="c1", type="parent_child", basis="inferred", confidence=0.4, origin=ORIGIN)
    assert answer(_mill(relationships=(unsure,)), "Who is Ann's mother?").answer is None


def _fact(about: str, attribute: str, value: str) -> Fact:
    return Fact(about=about, attribute=attribute, value=value, evidence=(Span(0, 8),), **_SURE)


def test_facts_answer_looks_age_and_work() -> None:
    facts = (
        _fact("c1", "eye colour", "green"),
        _fact("c1", "hair colour", "black"),
        _fact("c2", "age", "nine"),
        _fact("c3", "job", "chandler"),
    )
    asker = Asker(_mill(facts=facts))
    assert asker.answer("What colour are Ann's eyes?").answer == "green"
    assert asker.answer("What color is Ann's hair?").answer == "black"
    assert asker.answer("How old is Tom?").answer == "nine"
    assert asker.answer("What does Mrs. Pike do for a living?").answer == "chandler"
    assert asker.answer("How old is Ann's horse?").answer is None


def test_scenes_answer_where_when_and_who_was_there() -> None:
    half = _MILL.index("Mrs. Pike sold") - 40
    scenes = (
        Scene(id="s1", start=0, end=half, chapter=1, place_text="the mill", time_text="the ninth of May", present=("c1", "c2"), **_SURE),
        Scene(id="s2", start=half, end=len(_MILL), chapter=1, place_text="the shop", present=("c3",), **_SURE),
    )
    asker = Asker(_mill(scenes=scenes))
    assert asker.answer("Where does the first scene happen?").answer == "the mill"
    assert asker.answer("When does scene 1 happen?").answer == "the ninth of May"
    assert asker.answer("Who is in scene 2?").answer == "Mrs. Pike"
    assert asker.answer("Where is Ann?").answer == "the mill"
    assert asker.answer("How many scenes are there?").answer == "2"


def test_lore_answers_rules_steps_and_deadlines_in_their_order() -> None:
    text = "Second, you pay the clerk within two days. First, you file the paper. A river keeps what it is given."
    paper, river = text.index("First"), text.index("A river")
    lore = (
        Lore(id="l2", topic="licence", kind="procedure_step", order=2, deadline=Span(26, 41), evidence=(Span(0, 42),), **_SURE),
        Lore(id="l1", topic="licence", kind="procedure_step", order=1, evidence=(Span(paper, river - 1),), **_SURE),
        Lore(id="l3", topic="river", kind="rule", evidence=(Span(river, len(text)),), **_SURE),
    )
    asker = Asker(small_world(text, {"c1": "Ann"}, lore=lore))
    assert asker.answer("What are the steps for the licence?").answer == text[paper : river - 1] + "\n" + text[:42]
    assert asker.answer("What are the deadlines?").answer == text[:42]
    assert asker.answer("What are the rules of the river?").answer == text[river:]


def test_a_letter_answers_who_wrote_it() -> None:
    letter = Frame(start=0, end=20, kind="letter", by="c3", to=("c1",), **_SURE)
    assert answer(_mill(frames=(letter,)), "Who wrote the letter?").answer == "Mrs. Pike"


def test_a_definition_is_found_through_a_pronoun() -> None:
    world = small_world("Pip hopped down. {He=c1} was a jackdaw, and a rude one.", {"c1": "Pip"})
    assert answer(world, "What kind of animal is Pip?").answer == "a jackdaw"


def test_an_answer_names_the_content_notes_that_its_evidence_touches() -> None:
    text = "Ann drowned on the ninth of May. The mill stood still that summer, and nobody came to have it mended."
    note = Note(label="death", strength="depicted", spans=(Span(0, 32),), **_SURE)
    found = answer(small_world(text, {"c1": "Ann"}, notes=(note,)), "When did Ann drown?")
    assert found.answer in ("on the ninth of May", "the ninth of May")
    assert found.noted == ("death",)


def test_an_answer_as_json_has_the_keys_of_the_contract() -> None:
    plain = answer(_mill(), "When did Ann come to the mill?").to_json()
    assert list(plain) == ["question", "answer", "evidence", "confidence", "kind", "noted"]
    assert plain["kind"] == "when"
    assert all(len(pair) == 2 and isinstance(pair[0], int) for pair in plain["evidence"])


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who came?", "who"), ("Whose coat is it?", "who"), ("What is it?", "what"), ("What time was it?", "when"), ("Where?", "where"),
        ("Why not?", "why"), ("How come he left?", "why"), ("How did he leave?", "how"), ("How long did it take?", "how_many"),
        ("Did Ann leave?", "yes_no"), ("In which town does Ann live?", "where"), ("Tell me who left", "who"),
    ],
)  # fmt: skip
def test_the_kind_of_a_question_is_told_from_its_words(question: str, kind: str) -> None:
    assert answer(_mill(), question).kind == kind


def test_the_colour_of_a_thing_is_a_colour_or_nothing() -> None:
    world = small_world("Ann painted the door. The door was dark green. Ann left the shutters.", {"c1": "Ann"})
    assert answer(world, "What colour was the door?").answer == "dark green"
    assert answer(world, "What colour were the shutters?").answer is None


def test_who_somebody_is_does_not_say_again_what_was_asked() -> None:
    world = small_world(
        "Tom waved to {Ann's brother=c2}. {He=c2} left.", {"c1": "Ann", "c2": "Ann's brother"}, relationships=(_tie("c1", "c2", "sibling"),)
    )
    assert answer(world, "Who is Ann's brother?").answer is None


def test_what_somebody_else_does_is_no_answer() -> None:
    world = small_world("Tom lived in Leeds. Ann saw Tom on Sunday.", {"c1": "Ann", "c2": "Tom"})
    assert answer(world, "Where did Tom live?").answer in ("in Leeds", "Leeds")
    assert answer(world, "Where did Ann live?").answer is None


_PERMIT = (
    "They wanted a permit to keep bees. [c1>c2|“One, you draw a map. Two, the neighbours. They have ten days to object. "
    "Three, you pay the clerk, and you must pay before the last day of May.”] Tom sighed. He had slept for nine days."
)


def _with_its_lore(marked: str) -> World:
    """A small world with the lore that is read from its text."""
    manuscript = small_world(marked, _CAST).manuscript
    _, sentences = tokenize(manuscript)
    quotations = QUOTATIONS.run(manuscript=manuscript)["quotations"]
    lore = LORE.run(manuscript=manuscript, sentences=sentences, quotations=quotations)["lore"]
    return small_world(marked, _CAST, lore=lore)


def test_steps_that_the_story_counts_out_are_the_procedure() -> None:
    found = answer(_with_its_lore(_PERMIT), "What are the steps for the permit?")
    assert (found.answer or "").splitlines() == [
        "One, you draw a map.",
        "Two, the neighbours. They have ten days to object.",
        "Three, you pay the clerk, and you must pay before the last day of May.",
    ]


def test_deadlines_are_those_of_the_rules_that_bind_to_a_time() -> None:
    found = answer(_with_its_lore(_PERMIT), "What are the deadlines?")
    assert (found.answer or "").splitlines() == [
        "Two, the neighbours. They have ten days to object.",
        "Three, you pay the clerk, and you must pay before the last day of May.",
    ]


def test_steps_of_something_the_story_never_names_are_not_told() -> None:
    assert answer(small_world(_PERMIT, _CAST), "What are the steps of divorce?").answer is None


@pytest.mark.parametrize(
    "question",
    ["When (did [Ann* come?", "Who is \ud800?", "\u202eWho\x00 is Ann", "¿Quién?", "x" + '"' * 900, "what if " * 120, "Who is Ann" * 99],
)
def test_an_odd_question_still_points_into_the_text(question: str) -> None:
    world = _mill()
    found = answer(world, question)
    assert all(0 <= start < end <= len(world.text) for start, end in found.evidence)
    assert found.answer is None or found.evidence


def test_a_question_of_endless_length_is_refused() -> None:
    with pytest.raises(QuestionError, match="too long"):
        answer(_mill(), "what " * 20_000)


def test_a_story_in_which_nothing_was_found_answers_nothing() -> None:
    assert answer(build_world({"manuscript": manuscript_of("It rained.")}), "Who is Ann?").answer is None


def test_whom_something_is_done_with_is_not_who_does_it() -> None:
    who = doer(_mill(), parse("To whom had Mrs. Pike given the key?", Asker(_mill()).names), Asker(_mill()).names)
    assert who is None


def test_when_a_job_was_lost_is_no_question_for_the_job() -> None:
    names = Asker(_mill()).names
    assert job(_mill(), parse("When did Tom lose his job?", names), names) is None
    assert job(_mill(), parse("What does Tom do for a living?", names), names) is not None


def test_how_old_somebody_was_at_another_time_is_not_their_age() -> None:
    age_now = Fact(about="c2", attribute="age", value="forty", evidence=(Span(0, 40),), **_SURE)
    world = _mill(facts=(age_now,))
    names = Asker(world).names
    assert age(world, parse("How old was Tom when he first came?", names), names) is None
    assert answer(world, "How old is Tom?").answer == "forty"


def test_a_fact_answers_only_a_question_that_asks_for_nothing_else() -> None:
    age_now = Fact(about="c2", attribute="age", value="forty", evidence=(Span(0, 40),), **_SURE)
    world = _mill(facts=(age_now,))
    names = Asker(world).names
    assert plain_facts(world, parse("At what age was Tom adopted?", names), names) is None
    assert parse("At what age was Tom adopted?", names).kind == "how_many"


def test_the_colour_of_what_somebody_has_is_told_beside_it() -> None:
    world = small_world("Ann put on the yellow cap. Tom wore grey.", _CAST, pronouns={"c1": "she", "c2": "he"})
    assert answer(world, "What colour was Ann's cap?").answer == "yellow"


def test_nothing_but_a_clitic_is_no_word() -> None:
    assert word_list("n't she? ann's") == ["she", "ann"]


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What was at the bottom of the flour bin?", False),
        ("Where did Tom hide the lamp?", True),
        ("Who says “Mrs. Pike did”?", True),
        ("What colour are Ann's eyes?", False),
    ],
)
def test_until_a_place_nothing_is_told_of_what_stands_after_it(question: str, told: bool) -> None:
    world = _mill()
    here = world.text.index("Mrs. Pike sold")
    found = Asker(world).answer(question, until=here)
    assert (found.answer is not None) == told
    assert all(e.end <= here for e in found.evidence)
    assert Asker(world).answer(question).answer is not None or question.startswith("What colour")
