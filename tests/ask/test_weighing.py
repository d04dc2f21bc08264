"""Possible answers: what rules find and what the reader model reads, together and weighed."""

from __future__ import annotations

from fabula.ask import Asker
from fabula.ask.question import parse
from fabula.ask.reading import Read
from fabula.ask.weighing import FEATURES, answer_text, features, possible, weighed
from fabula.spans import Span
from fabula.world.world import World
from small_world import small_world

TEXT = "Ann Lee hid the lamp under the stairs. {She=c1} gave Tom the key, and {he=c2} kept it in a tin box."
CAST = {"c1": "Ann Lee/Ann", "c2": "Tom"}


def world() -> World:
    return small_world(TEXT, CAST, pronouns={"c1": "she", "c2": "he"})


def read_at(w: World, words: str, *, probability: float = 0.8, fit: float = 1.0) -> Read:
    start = w.text.index(words)
    return Read(start, start + len(words), Asker(w).index.row_at(start), probability, 0.1, fit)


def test_a_person_who_answers_is_called_by_name() -> None:
    w = world()
    q = parse("Who kept the key in a tin box?", Asker(w).names)
    he = w.text.index("he kept")
    assert answer_text(w, q, Read(he, he + 2, 1, 0.8, 0.1, 1.0)) == "Tom"
    assert answer_text(w, parse("What did Tom keep?", Asker(w).names), read_at(w, "it in a tin box.")) == "it in a tin box"


def test_what_rules_and_the_model_both_find_is_one_answer() -> None:
    w = world()
    asker = Asker(w)
    q = parse("Where did Ann hide the lamp?", asker.names)
    found = possible(w, q, asker.index.passages(q), [read_at(w, "under the stairs")], [Span(0, 38)])
    both = [p for p in found if p.text == "under the stairs"]
    assert len(both) == 1
    assert both[0].read is not None
    assert both[0].rule > 0


def test_a_more_probable_reading_is_the_surer_answer() -> None:
    w = world()
    asker = Asker(w)
    q = parse("Where did Tom keep the key?", asker.names)
    reads = [read_at(w, "in a tin box", probability=0.9), read_at(w, "under the stairs", probability=0.1, fit=0.4)]
    ranked = weighed(q, possible(w, q, [], reads, [Span(40, 99), Span(0, 38)]))
    assert [p.text for _, p in ranked] == ["in a tin box", "under the stairs"]
    assert 0 < ranked[1][0] < ranked[0][0] < 1


def test_nothing_to_weigh_is_no_answer() -> None:
    w = world()
    q = parse("Where did Tom keep the key?", Asker(w).names)
    assert weighed(q, []) == []
    assert features(q, []).shape == (0, len(FEATURES))


def test_passages_are_read_where_the_question_is_about() -> None:
    asker = Asker(world())
    assert asker.reader is not None
    found = asker.reader.read(parse("Where did Ann hide the lamp?", asker.names))
    assert any("stairs" in asker.world.text[r.start : r.end] for r in found)
    assert all(0 <= r.probability <= 1 and 0 <= r.none <= 1 and r.fit > 0 for r in found)
