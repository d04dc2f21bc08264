"""``fabula bench who``: each source on texts small enough to count by hand."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from small_litbank import BOOK, NAME, write_clone
from small_novel import QUOTATIONS, TEXT, add_mentions, at, write_corpus

from cli_runner import Program
from fabula.bench import litbank
from fabula.bench.comparison import Comparison
from fabula.bench.corpora import read_litbank_document
from fabula.bench.figures import Found, Share
from fabula.bench.given_cast import read_given
from fabula.bench.pdnc import kind_of_mention, read_novel
from fabula.bench.reliability import Claims, claims_by_kind
from fabula.bench.running import read_layers
from fabula.bench.who import SpokenMentions, by_source, score_who, source_of, story_claims, tasks_of
from fabula.elements import Alias, Character, Quote
from fabula.errors import InputError
from fabula.layers import MentionKind, MentionMembers, Mentions
from fabula.reading.steps import Layers
from fabula.spans import Span
from fabula.text import read_manuscript

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_clone(tmp_path)


@pytest.fixture
def novel(tmp_path: Path) -> Path:
    folder = write_corpus(tmp_path / "corpus") / "data" / "TheQuay"
    add_mentions(folder)
    return folder


# --- LitBank: the text
def shown(text: litbank.PlacedText) -> list[str]:
    return [s.of(text.text) for s in text.words]


def test_a_document_is_read_as_its_book_prints_it(corpus: Path) -> None:
    document = read_litbank_document(corpus, NAME)
    text = litbank.placed(document, BOOK)
    assert text.text == "Mrs. Fenn lost her\nbrother's boat.\n\n“Gone?” said Otto."
    assert shown(text) == [w for s in document.sentences for w in s.words]
    assert (text.found, text.printed) == (15, True)


def test_a_word_that_the_book_has_otherwise_is_skipped_on_both_sides(monkeypatch: pytest.MonkeyPatch, corpus: Path) -> None:
    monkeypatch.setattr(litbank, "ALIGNED", 0.9)
    text = litbank.placed(read_litbank_document(corpus, NAME), BOOK.replace("brother", "sister"))
    assert text.text == "Mrs. Fenn lost her\nsister's boat.\n\n“Gone?” said Otto."
    assert shown(text)[3:7] == ["her", "", "'s", "boat"]
    assert text.found == 14


@pytest.mark.parametrize("book", [None, "Quite another book."])
def test_a_document_without_its_book_is_set_by_rule(corpus: Path, book: str | None) -> None:
    document = read_litbank_document(corpus, NAME)
    text = litbank.placed(document, book)
    assert text.text == "Mrs. Fenn lost her brother's boat.\n\n“Gone?” said Otto."
    assert shown(text) == [w for s in document.sentences for w in s.words]
    assert not text.printed


def test_straight_marks_open_and_close_when_set_by_rule() -> None:
    text = litbank._set_by_rule([('"', "Do", "n't", "go", ",", '"', "she", "said", "."), ("He", "(", "Bo", ")", "went", "--", "far", ".")])
    assert text.text == '"Don\'t go," she said. He (Bo) went--far.'


# --- LitBank: the mentions
def test_an_attribute_is_an_entity_of_its_own_and_people_can_be_told_from_things(corpus: Path) -> None:
    document = read_litbank_document(corpus, NAME)
    everything, kinds = litbank.gold_entities(document)
    people, _ = litbank.gold_entities(document, types={"PER"})
    assert everything[(3, 7)] == ("alone", (3, 7))  # the boat has no COREF line in the sample
    assert set(everything) - set(people) == {(3, 7)}
    assert people[(0, 2)] == people[(3, 4)] and people[(3, 5)] == people[(13, 14)] == "Otto-2"
    assert (kinds[(0, 2)], kinds[(3, 4)], kinds[(3, 5)]) == ("name", "pronoun", "nominal")


MentionRow = tuple[int, int, Sequence[int]]
"""Range and rows of characters."""


def mention_table(*rows: MentionRow) -> tuple[Mentions, MentionMembers]:
    table = Mentions.from_rows([(s, e, MentionKind.NAME, -1, 0.9) for s, e, _ in rows])
    return table, MentionMembers.from_rows([(i, c) for i, (_, _, who) in enumerate(rows) for c in who])


def test_a_group_is_an_entity_nobody_known_is_one_alone_and_edges_are_words() -> None:
    words = [Span(0, 3), Span(4, 7), Span(7, 9), Span(10, 12)]
    rows = mention_table((0, 3, [0]), (4, 9, [1, 0]), (5, 6, []), (4, 7, [7]), (10, 12, [0, 1]), (20, 22, [0]))
    read = litbank.read_entities(*rows, words)
    assert read == {(0, 1): (0,), (1, 3): (0, 1), (1, 2): ("alone", 2), (3, 4): (0, 1)}


def test_every_setting_is_scored(corpus: Path) -> None:
    """Mrs. Fenn and her are one, and so are her brother and Otto; the boat is no person. Read: Mrs. Fenn with Otto, and a false mention."""
    document = read_litbank_document(corpus, NAME)
    figures = litbank.score_document(document, {(0, 2): "p", (13, 14): "p", (3, 4): "q", (8, 9): "p"})
    assert figures["people.mentions"] == Found(3, 4, 3, 4)
    assert figures["people_gold.mentions"] == Found(4, 4, 4, 4)
    assert figures["all.mentions"] == Found(3, 4, 3, 5)
    assert figures["people.muc"] == Found(0, 2, 0, 2)
    assert figures["people.b3"] == Found(pytest.approx(2 / 3 + 1), 4, 1.5, 4)
    assert figures["people.ceafe"] == Found(pytest.approx(2 / 3 + 0.4), 2, pytest.approx(2 / 3 + 0.4), 2)
    assert figures["people_gold.b3"] == Found(3, 4, 2, 4)
    assert figures["all_gold.ceafe"].right == pytest.approx(2 / 3 + 2 / 3 + 1)  # type: ignore[union-attr]
    assert [figures[f"found.{k}"] for k in ("name", "nominal", "pronoun")] == [Share(2, 2), Share(0, 1), Share(1, 1)]


def test_a_part_of_the_split_that_is_not_there_is_named(corpus: Path) -> None:
    assert litbank.documents_of(corpus, "dev") == [NAME]
    with pytest.raises(InputError, match="no train document"):
        litbank.documents_of(corpus, "train")
    shutil.rmtree(corpus.parent / "lrec2020-coref")
    with pytest.raises(InputError, match="no list of LitBank's dev documents"):
        litbank.documents_of(corpus, "dev")


# --- novels
def test_mentions_of_people_are_read_part_by_part(novel: Path) -> None:
    """The lists of one part do not go together, and a group is nobody in particular."""
    found = [(m.kind, m.span.of(TEXT), set(m.people)) for m in read_novel(novel).mentions]
    assert found == [
        ("first_second", "you", {"Bo"}),
        ("nominal", "The ferryman", {"The Ferryman"}),
        ("first_second", "we", {"Ann Lee", "Bo"}),
    ]


@pytest.mark.parametrize(
    ("words", "kind"),
    [("You", "first_second"), ("'s", "first_second"), ("them all", "third"), ("her", "third"), ("her Grace", "name"), ("sir", "nominal")],
)
def test_the_words_of_a_mention_tell_its_kind(words: str, kind: str) -> None:
    assert kind_of_mention(words) == kind


def person(id: str, name: str, times: int = 5) -> Character:
    return Character(id=id, name=name, aliases=(Alias(name, times),), confidence=1.0, origin="t@1")


def read_as(novel: Path, characters: Sequence[Character], speakers: Sequence[str], mentions: Sequence[MentionRow] = ()) -> Layers:
    """A reading of ``TheQuay``: its four parts of quotations with these speakers."""
    parts = [at(part) for *_, parts in QUOTATIONS for part in parts]
    quotes = tuple(
        Quote(start=s, end=e, speaker=who, confidence=c, origin="t@1")
        for (s, e), who, c in zip(parts, speakers, (0.9, 0.8, 0.8, 0.7), strict=True)
    )
    table, members = mention_table(*mentions)
    manuscript = read_manuscript(novel / "novel_text.txt")
    return {"manuscript": manuscript, "characters": tuple(characters), "quotes": quotes, "mentions": table, "members": members}


QUAY = [person("c1", "Ann"), person("c2", "Bo"), person("c3", "Ann Lee", 1)]


def test_the_ceiling_is_what_a_mapped_speaker_says(novel: Path) -> None:
    score = score_who(read_novel(novel), *[read_as(novel, QUAY[:1], ["c1"] * 4)] * 2)
    assert score.figures["speakers"] == score.figures["ceiling"] == Share(2, 3)
    assert score.figures["ceiling.explicit"] == Share(2, 3)


def test_with_many_to_one_a_split_character_costs_nothing(novel: Path) -> None:
    layers = read_as(novel, QUAY, ["c1", "c1", "c2", "c3"])
    score = score_who(read_novel(novel), layers, layers)
    assert (score.figures["speakers"], score.figures["speakers_many_to_one"]) == (Share(2, 3), Share(3, 3))


def test_a_reading_that_is_given_the_cast_is_judged_by_its_own_people(novel: Path) -> None:
    people = [person(f"m{i}", member.name) for i, member in enumerate(read_novel(novel).cast)]
    given = read_as(novel, [*people, person("m9", "the boatman")], ["m0", "m1", "m1", "m9"])
    score = score_who(read_novel(novel), read_as(novel, QUAY, ["c1", "c1", "c2", "c3"]), given)
    assert (score.figures["given_cast"], score.figures["given_cast_parts"]) == (Share(2, 3), Share(3, 4))
    assert score.figures["speakers"] == Share(2, 3)


def test_a_given_cast_comes_first_and_in_its_order(novel: Path) -> None:
    cast = read_novel(novel).cast
    read = read_given(novel / "novel_text.txt", cast)["characters"]
    assert [c.name.lower() for c in read[: len(cast)]] == [m.name.lower() for m in cast]


def test_a_mention_in_speech_is_right_with_exactly_its_people_and_found_with_half_of_its_range(novel: Path) -> None:
    you, we = at("you row")[0], at("we walk")[0]
    mentions = [(you, you + 3, [2]), (at("ferryman")[0], at("ferryman")[1], [0]), (we, we + 2, [0, 1])]
    layers = read_as(novel, [*QUAY[:2], person("c4", "Bo Peters")], ["c1", "c2", "c2", "c1"], mentions)
    score = score_who(read_novel(novel), layers, layers)
    assert score.figures["spoken"] == Share(1, 3)
    assert {kind: score.figures[f"spoken.{kind}"] for kind in ("first_second", "nominal")} == {
        "first_second": Share(1, 2),
        "nominal": Share(0, 1),
    }
    assert score.claims["mentions"] == Claims(((0.9, False), (0.9, False), (0.9, True)))
    found = SpokenMentions(layers)
    assert found.find(Span(at("The ferryman")[0], at("The ferryman")[1] + 1)) == 1
    assert found.find(Span(at("The ferryman")[0], at("The ferryman is ill")[1])) is None


def test_a_quotation_is_as_sure_as_the_part_that_gave_it_to_its_speaker(novel: Path) -> None:
    layers = read_as(novel, QUAY, ["c1", "c1", "c2", "c1"])
    score = score_who(read_novel(novel), layers, layers)
    assert score.claims["speakers"] == Claims(((0.9, True), (0.8, True), (0.7, True)))


# --- stories
def test_claims_of_a_story_leave_out_what_nothing_is_said_of() -> None:
    people = [{"id": "ann", "name": "Ann", "aliases": ["Ann"], "importance": "major"}]
    gold: dict[str, Any] = {
        "characters": people,
        "quotes": [{"start": 9 * i, "end": 9 * i + 8, "speaker": "ann", "cue": "implicit"} for i in range(3)],
        "pronouns": [{"start": 90, "end": 93, "text": "she", "who": ["ann"]}, {"start": 95, "end": 98, "text": "she", "who": ["ann"]}],
    }
    speakers = ["c1", None, "c2"]
    world = {
        "characters": [{"id": "c1", "name": "Ann", "aliases": []}],
        "quotes": [{"start": 9 * i, "end": 9 * i + 8, "speaker": s, "confidence": 0.6} for i, s in enumerate(speakers)],
        "mentions": [{"start": 90, "end": 93, "characters": ["c1"], "confidence": 0.7}],
    }
    claims = story_claims(Comparison(gold, world))
    assert claims["speakers"] == claims["speakers.implicit"] == Claims(((0.6, True), (0.6, False)), silent=1)
    assert claims["mentions.pronoun"] == Claims(((0.7, True),), silent=1)


# --- confidence
def test_accuracy_at_a_coverage_is_of_the_surest_of_all_items() -> None:
    claims = Claims(((0.9, True), (0.9, False), (0.8, True), (0.5, False)), silent=1)
    assert claims.accuracy(1.0) == pytest.approx(2 / 5)
    assert claims.accuracy(0.6) == pytest.approx(2 / 3)
    assert claims.accuracy(0.2) == pytest.approx(1 / 2)  # one of two alike: half of what is right of them
    assert Claims().accuracy(0.9) == 0
    assert Claims.joined([claims, Claims(silent=2)]).accuracy(1.0) == pytest.approx(2 / 7)
    assert claims.to_json()["accuracy_at_coverage"] == {"100": 0.4, "90": 0.444, "75": 0.533}
    assert claims.reliability.count == 4


def test_claims_are_kept_by_kind() -> None:
    claims = claims_by_kind("mentions", [("name", (0.9, True)), ("pronoun", None)])
    assert claims == {
        "mentions": Claims(((0.9, True),), silent=1),
        "mentions.name": Claims(((0.9, True),)),
        "mentions.pronoun": Claims(silent=1),
    }


# --- the command
@pytest.fixture
def fabula(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Program:
    monkeypatch.setenv("COLUMNS", "140")
    return Program(capsys)


@pytest.fixture
def stories(tmp_path: Path) -> Path:
    folder = tmp_path / "stories"
    folder.mkdir()
    for end in ("txt", "expected.json"):
        shutil.copy(EXAMPLES / f"letter.{end}", folder)
    return folder


def test_a_folder_is_told_by_its_layout(corpus: Path, novel: Path, stories: Path, tmp_path: Path) -> None:
    assert [source_of(f) for f in (corpus, novel, novel.parent, novel.parents[1], stories)] == ["litbank", *["novels"] * 3, "stories"]
    tasks = tasks_of([stories, corpus, novel])
    assert [(t.source, t.name) for t in tasks] == [("stories", "letter"), ("litbank", NAME), ("novels", "TheQuay")]
    assert [t.name for t in tasks_of([stories, corpus], only=["letter"])] == ["letter"]
    assert by_source([]) == {}


def test_every_source_has_its_tables(fabula: Program, corpus: Path, novel: Path, stories: Path) -> None:
    ran = fabula("bench", "who", corpus, novel, stories)
    assert ran.status == 0
    rows = r"people +\d", r"all types, on annotated mentions +\d", r"MUC +\d", r"1_the_boat +15 +1.000", r"TheQuay +3 +1.000 +1.000 +1.000"
    for row in rows:
        assert re.search(rf"^{row}", ran.out, re.M), row
    for words in ("Mentions inside quotations", "major characters found exactly once", "speakers, novels", "mentions, stories", "75 %"):
        assert words in ran.out
    assert "1_the_boat_brat: CoNLL F1 of people" in ran.err and "TheQuay: speakers 1.000" in ran.err


def test_several_are_read_at_once_and_pooled(fabula: Program, corpus: Path, novel: Path, stories: Path) -> None:
    shutil.copytree(novel, novel.with_name("Another"))
    found = json.loads(fabula("bench", "who", novel.parent, corpus, stories, "--jobs", "2", "--json", "--quiet").out)
    assert [n["name"] for n in found["novels"]] == ["Another", "TheQuay", "all"]
    assert found["novels"][-1]["speakers"] == {"share": 1.0, "n": 6}
    assert found["novels"][-1]["confidence"]["speakers"]["items"] == 6
    assert [d["name"] for d in found["litbank"]] == [NAME]
    assert {"people.conll", "people.muc", "all_gold.lea", "words_placed"} <= found["litbank"][0].keys()
    assert found["stories"][0]["cast_once"]["n"] > 0


def test_what_cannot_be_measured_is_one_line(fabula: Program, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for folder, words in ((tmp_path / "empty", "nothing annotated in"), (tmp_path / "missing", "is no folder")):
        ran = fabula("bench", "who", folder)
        assert (ran.status, ran.out) == (3, "")
        assert words in ran.err and str(folder) in ran.err and ran.err.count("\n") == 1
    ran = fabula("bench", "who", corpus, "--only", "Emma")
    assert ran.status == 3
    assert "nothing called Emma there" in ran.err and ran.err.count("\n") == 1
    (corpus / "coref" / "tsv" / "1_the_boat_brat.ann").write_text("MENTION\tT0\tx\n", encoding="utf-8")
    ran = fabula("bench", "who", corpus, "--quiet")
    assert ran.status == 3
    assert "1_the_boat_brat.ann, line 1" in ran.err and ran.err.count("\n") == 1


def test_a_text_is_read_like_a_file(tmp_path: Path) -> None:
    assert read_layers(TEXT, "tokens")["manuscript"].text == TEXT
