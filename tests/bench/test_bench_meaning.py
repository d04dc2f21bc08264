"""What the benchmark says of meaning, on invented texts in the layouts of the sources."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from small_model import meaning_heads, small_reader

from fabula.bench.answer_spans import NONE, best_span
from fabula.bench.meaning import asked, f1_by_label, measure_meaning, named_emotions, read_tale, token_f1
from fabula.bench.meaning_corpora import Comment, Question, Tale, read_comments, read_situations, read_tales, situation_names
from fabula.bench.plain_words import line_words, paragraph_words, words_of
from fabula.bench.retrieval import Bm25, bootstrap
from fabula.bench.tables import model_grid
from fabula.encoder.meaning_labels import EMOTIONS
from fabula.errors import InputError

STORY = "Mara closed the shop. She was tired.\n\nOtto waits there every evening. Why?"


@pytest.fixture
def comments(tmp_path: Path) -> Path:
    path = tmp_path / "GoEmotions" / "data" / "original" / "dev.tsv"
    path.parent.mkdir(parents=True)
    path.write_text('Thank you, [NAME]!\t15\ta\nI "like" it but I am scared\t14,18\tb\n', encoding="utf-8")
    return tmp_path / "GoEmotions"


@pytest.fixture
def situations(tmp_path: Path) -> Path:
    folder = tmp_path / "sitent" / "annotated_corpus"
    for name in ("raw_text", "annotations_xml"):
        (folder / name).mkdir(parents=True)
    rows = [f"blog_{k}.txt\tblog\t2\t{'test' if k == 9 else 'train'}" for k in range(6)]
    (folder / "train_test_split.csv").write_text("\n".join(["category_filename\tcategory\tsegments\tfold", *rows]) + "\n", encoding="utf-8")
    segment = (
        '<document><segment instanceid="x_1" begin="0" end="21"><mainVerb begin="5" end="11"/>'
        '<annotation annotator="gold" seType="EVENT" habituality="EPISODIC" mainReferentGenericity="NON-GENERIC"/></segment>'
        '<segment instanceid="x_2" begin="22" end="36"><annotation annotator="gold" seType="STATE" mainVerbAspectualClass="STATIVE" '
        'mainReferentGenericity="NON-GENERIC" habituality="STATIC"/></segment></document>'
    )
    for k in range(6):
        (folder / "raw_text" / f"blog_{k}.txt").write_text(STORY, encoding="utf-8")
        (folder / "annotations_xml" / f"blog_{k}.xml").write_text(segment, encoding="utf-8")
    return tmp_path / "sitent"


@pytest.fixture
def tales(tmp_path: Path) -> Path:
    folder = tmp_path / "tales" / "data-by-train-split"
    for name in ("section-stories", "questions"):
        (folder / name / "val").mkdir(parents=True)
    head = "cor_section,question,question_id,ex-or-im1,answer1,answer2,ex-or-im2,answer4\n"
    for name in ("otto", "mara"):
        (folder / "section-stories" / "val" / f"{name}-story.csv").write_text(
            'section,text\n1,"Mara closed the shop.\nShe was tired."\n2,"Otto waited there, said ""Mara"" and left."\n', encoding="utf-8"
        )
        (folder / "questions" / "val" / f"{name}-questions.csv").write_text(
            f"{head}1,What did Mara close?,1,explicit,A shop.,,explicit,the shop\n2,Who waited?,2,explicit,otto,,explicit,Otto\n"
            "2,Why?,3,implicit,love,,implicit,love\n",
            encoding="utf-8",
        )
    return tmp_path / "tales"


def test_comments_are_read_as_they_stand(comments: Path) -> None:
    found = read_comments(comments / "data" / "original" / "dev.tsv")
    assert found == [Comment("a", "Thank you, [NAME]!", (15,)), Comment("b", 'I "like" it but I am scared', (14, 18))]


def test_clauses_are_read_with_their_verbs(situations: Path) -> None:
    folder = situations / "annotated_corpus"
    assert situation_names(folder) == [f"blog_{k}" for k in range(6)]
    text = read_situations(folder, "blog_1")
    first, second = text.segments
    assert text.text[first.start : first.end] == "Mara closed the shop."
    assert text.text[slice(*first.verb)] == "closed"
    assert (first.situation, first.aspect, second.verb, second.aspect) == ("EVENT", "", (0, 0), "STATIVE")


def test_tales_are_read_by_the_names_of_columns(tales: Path) -> None:
    tale = read_tales(tales, "val")[1]
    assert tale.name == "otto"
    assert tale.questions[0] == Question("What did Mara close?", (0,), True, (("A shop.",), ("the shop",)))
    item = asked(tale.questions[1], read_tale(tale).sections[1:])
    assert (item.words, item.evidence, item.answers) == (["Who", "waited", "?"], 0, [["otto"], ["Otto"]])


@pytest.mark.parametrize("name", ["comments", "situations", "tales"])
def test_a_folder_is_measured_by_what_it_holds(name: str, request: pytest.FixtureRequest) -> None:
    folder: Path = request.getfixturevalue(name)
    figures = measure_meaning(small_reader(more=meaning_heads()), folder)
    assert figures is not None
    grid = model_grid(figures)
    assert len(grid.rows) >= 4
    assert measure_meaning(small_reader(more=meaning_heads()), folder.parent) is None
    with pytest.raises(InputError, match="has no head for this"):
        measure_meaning(small_reader(), folder)


def test_words_name_emotions() -> None:
    assert [EMOTIONS[k] for k in named_emotions("Thank you so much!")] == ["gratitude"]
    assert [EMOTIONS[k] for k in named_emotions("The shop closes at five.")] == ["neutral"]
    assert "fear" in [EMOTIONS[k] for k in named_emotions("I’m SCARED")]


def test_f1_of_labels_and_of_words() -> None:
    found, wanted = np.array([[1, 0], [1, 1]], bool), np.array([[1, 0], [0, 0]], bool)
    assert f1_by_label(found, wanted).round(1).tolist() == [66.7, 0.0]
    assert token_f1(["A", "shop", "."], ["the", "shop"]) == 1.0
    assert token_f1([], ["shop"]) == 0.0


def test_the_best_span_is_the_one_near_the_questions_words() -> None:
    passage = [*["the", "boat", "sank", "."], *["and"] * 40, *["the", "boat", "burned", "."]]
    assert best_span(passage, ["What", "sank", "?"], [["the", "boat"]]).first == 1
    assert best_span(passage, ["What", "burned", "?"], [["the", "boat"]]).first == 45
    assert best_span(passage, ["What", "sank", "?"], [["a", "house"]]) == NONE


def test_bm25_and_the_interval_of_a_gain() -> None:
    index = Bm25([s.split() for s in ("the shop closed", "Otto waits there", "the evening was cold")])
    assert index.scores(["When", "did", "the", "shop", "close", "?"]).argmax() == 0
    assert not Bm25([]).scores(["shop"]).size
    low, high = bootstrap([[1.0, 3.0], [2.0], [2.0, 2.0]])
    assert 1.9 < low <= 2.0 <= high < 2.1


def test_words_of_texts_lines_and_paragraphs() -> None:
    text = words_of(STORY)
    assert text.words[:5] == ["Mara", "closed", "the", "shop", "."]
    assert text.rows(5, 11) == (1, 2)
    assert text.rows(11, 12) == (0, 0)
    assert text.sentences[0] == (0, 5)
    assert paragraph_words("Otto waits\nMara goes").firsts == [0, 2]
    assert line_words("").words == []
    assert read_tale(Tale("a", ("Otto waits.",), ())).explicit == []
