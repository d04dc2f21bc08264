"""Possible answers: what rules find and what the reader model reads, together and weighed."""

from __future__ import annotations

import numpy as np

from fabula.ask import Asker
from fabula.ask.named import Naming
from fabula.ask.question import parse
from fabula.ask.reading import Fits, Read, Reads
from fabula.ask.signs import Grammar, of_its_kind
from fabula.ask.weighing import FEATURES, answer_text, features, possible, shares, stretch_of, weighed
from fabula.spans import Span
from fabula.world.world import World
from small_world import small_world

TEXT = "Ann Lee hid the lamp under the stairs. {She=c1} gave Tom the key, and {he=c2} kept it in a tin box. It lay there until May."
CAST = {"c1": "Ann Lee/Ann", "c2": "Tom"}


def world() -> World:
    return small_world(TEXT, CAST, pronouns={"c1": "she", "c2": "he"})


def read_at(w: World, words: str, *, probability: float = 0.8, fit: float = 1.0, close: bool = False) -> Read:
    start = w.text.index(words)
    return Read(start, start + len(words), Asker(w).index.row_at(start), probability, 0.1, fit, close)


def span_of(w: World, words: str) -> Span:
    return Span(w.text.index(words), w.text.index(words) + len(words))


def reads(asker: Asker, question: str, *found: Read) -> Reads:
    """What would be read, had the model read just this."""
    words, own = asker.index.fits(parse(question, asker.names))
    return Reads(Fits(words, own, np.zeros_like(words)), found, {r.row: r.none for r in found if r.close})


def test_a_person_who_answers_is_called_by_name() -> None:
    w = world()
    q = parse("Who kept the key in a tin box?", Asker(w).names)
    he = w.text.index("he kept")
    assert answer_text(w, q, Span(he, he + 2)) == "Tom"
    assert answer_text(w, parse("What did Tom keep?", Asker(w).names), span_of(w, "it in a tin box.")) == "it in a tin box"


def test_a_pronoun_for_nobody_known_is_no_answer() -> None:
    w = world()
    q = parse("What did Tom keep in a tin box?", Asker(w).names)
    it = w.text.index("it in a tin")
    assert answer_text(w, q, Span(it, it + 2)) == ""


def test_of_many_words_about_a_time_the_time_answers() -> None:
    w = world()
    q = parse("When did the key lie in the box?", Asker(w).names)
    assert stretch_of(w, q, span_of(w, "It lay there until May")).of(w.text) in ("until May", "May")
    assert stretch_of(w, parse("Where did the key lie?", Asker(w).names), span_of(w, "It lay there")).of(w.text) == "It lay there"


def test_what_rules_and_the_model_both_find_is_one_answer() -> None:
    w = world()
    asker = Asker(w)
    q = parse("Where did Ann hide the lamp?", asker.names)
    found = possible(w, q, asker.index, asker.index.passages(q), [read_at(w, "under the stairs")])
    both = [p for p in found if p.text == "under the stairs"]
    assert len(both) == 1
    assert both[0].far is not None
    assert both[0].rule > 0


def test_what_is_read_from_afar_and_close_is_one_answer() -> None:
    w = world()
    asker = Asker(w)
    q = parse("Where did Tom keep the key?", asker.names)
    found = possible(w, q, asker.index, [], [read_at(w, "in a tin box"), read_at(w, "a tin box", probability=0.6, close=True)])
    assert [(p.text, p.times, p.surest) for p in found] == [("in a tin box", 2, 0.8)]


def test_an_answer_ends_with_its_sentence() -> None:
    w = world()
    asker = Asker(w)
    q = parse("Where did Tom keep the key?", asker.names)
    (found,) = possible(w, q, asker.index, [], [read_at(w, "in a tin box. It lay there")])
    assert found.text == "in a tin box"
    assert found.cut


def test_a_more_probable_reading_is_the_surer_answer() -> None:
    w = world()
    asker = Asker(w)
    text = "Where did Tom keep the key?"
    q = parse(text, asker.names)
    told = reads(asker, text, read_at(w, "in a tin box", probability=0.9), read_at(w, "under the stairs", probability=0.1, fit=0.4))
    ranked = weighed(w, q, possible(w, q, asker.index, [], told.found), told)
    assert [p.text for _, p in ranked] == ["in a tin box", "under the stairs"]
    assert 0 < ranked[1][0] < ranked[0][0] < 1


def test_answers_and_there_being_none_share_one_probability() -> None:
    found = shares(np.array([1.0, 0.0, -2.0]), 0.5)
    assert found[0] > found[1] > found[2] > 0
    assert found.sum() < 1
    assert shares(np.array([1.0]), 30.0)[0] < 1e-6


def test_nothing_to_weigh_is_no_answer() -> None:
    w = world()
    asker = Asker(w)
    text = "Where did Tom keep the key?"
    q = parse(text, asker.names)
    assert weighed(w, q, [], reads(asker, text)) == []
    assert features(w, q, [], reads(asker, text)).shape == (0, len(FEATURES))


def test_words_are_of_the_kind_that_is_asked_for() -> None:
    w = world()
    names = Asker(w).names
    assert of_its_kind(w, parse("Who hid the lamp?", names), "Ann Lee", None) == 1
    assert of_its_kind(w, parse("Who hid the lamp?", names), "the lamp", span_of(w, "the lamp")) == 0
    assert of_its_kind(w, parse("Where is the lamp?", names), "the stairs", span_of(w, "the stairs")) == 1
    assert of_its_kind(w, parse("How many keys are there?", names), "two keys", None) == 1
    assert of_its_kind(w, parse("Why did Ann hide it?", names), "a tin box", None) == 0


def test_without_trees_nothing_hangs_on_anything() -> None:
    w = world()
    assert Grammar(w, parse("Where did Ann hide the lamp?", Asker(w).names)).hangs(span_of(w, "under the stairs")) == (0.0, False)


def test_close_to_the_text_pronouns_are_read_as_the_names_of_the_question() -> None:
    w = world()
    asker = Asker(w)
    passage = Naming(w, parse("Where did Ann keep the key that Tom had?", asker.names)).passage(range(1, 2))
    assert " ".join(passage.words).startswith("Ann gave Tom the key , and Tom kept it")
    assert passage.sentences == ((0, len(passage.words)),)
    assert [w.text[int(w.tokens.start[r]) :][:2] for r in passage.rows[:2]] == ["Sh", "ga"]


def test_passages_are_read_where_the_question_is_about() -> None:
    asker = Asker(world())
    assert asker.reader is not None
    told = asker.reader.read(parse("Where did Ann hide the lamp?", asker.names))
    assert any("stairs" in asker.world.text[r.start : r.end] for r in told.found if not r.close)
    assert any("stairs" in asker.world.text[r.start : r.end] for r in told.found if r.close)
    assert all(0 <= r.probability <= 1 and 0 <= r.none <= 1 and r.fit > 0 for r in told.found)
    assert all(0 <= none <= 1 for none in told.unanswered.values())
