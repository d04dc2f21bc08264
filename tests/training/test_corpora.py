from pathlib import Path

import pytest
from training.data.sources import data_folder
from training_samples import CONLLU, GUM_COREF, WORDS, write_litbank

from fabula.bench.corpora import GoldMention, read_conllu, read_gum_coref, read_litbank
from fabula.errors import InputError


def test_words_and_sentences_are_those_of_the_source(tmp_path: Path) -> None:
    (document,) = read_litbank(write_litbank(tmp_path))
    assert [list(s.words) for s in document.sentences] == WORDS
    assert document.name == "1_the_boat_brat"
    assert document.words == 15


def test_mentions_know_their_entity_and_may_lie_within_each_other(tmp_path: Path) -> None:
    (document,) = read_litbank(write_litbank(tmp_path))
    assert document.sentences[0].mentions == (
        GoldMention(0, 2, "PER", "PROP", "Mrs._Fenn-1"),
        GoldMention(3, 4, "PER", "PRON", "Mrs._Fenn-1"),
        GoldMention(3, 5, "PER", "NOM", "Otto-2"),
        GoldMention(3, 7, "VEH", "NOM", ""),
    )


def test_entities_are_nested_and_take_their_kind_from_the_mentions(tmp_path: Path) -> None:
    (document,) = read_litbank(write_litbank(tmp_path))
    assert [m[:4] for m in document.sentences[0].entities or ()] == [(0, 2, "PER", "PROP"), (3, 5, "PER", "NOM"), (3, 7, "VEH", "NOM")]


def test_events_are_single_words(tmp_path: Path) -> None:
    (document,) = read_litbank(write_litbank(tmp_path))
    assert [s.events for s in document.sentences] == [{2}, {4}]


def test_a_layer_that_is_not_there_is_none(tmp_path: Path) -> None:
    folder = write_litbank(tmp_path)
    (folder / "events" / "tsv" / "1_the_boat_brat.tsv").unlink()
    (document,) = read_litbank(folder)
    assert document.sentences[0].events is None
    assert document.sentences[0].syntax is None


def test_layers_of_other_words_are_refused(tmp_path: Path) -> None:
    folder = write_litbank(tmp_path)
    path = folder / "events" / "tsv" / "1_the_boat_brat.tsv"
    path.write_text(path.read_text(encoding="utf-8").replace("Otto", "Emil"), encoding="utf-8")
    with pytest.raises(InputError, match="words differ"):
        read_litbank(folder)


def test_trees_leave_out_contractions_and_words_of_the_enhanced_graph(tmp_path: Path) -> None:
    (tmp_path / "x.conllu").write_text(CONLLU, encoding="utf-8")
    first, second = read_conllu(tmp_path / "x.conllu", source="x")
    assert first.sentences[0].words == ("Mrs.", "Fenn", "lost", "do", "n't")
    syntax = first.sentences[0].syntax
    assert syntax is not None
    assert syntax.heads == (2, 0, -1, 2, 2)
    assert syntax.feats[2]["Tense"] == "Past"
    assert (second.name, second.words) == ("b", 2)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [("\t_\t_\n", "\n", "8 columns"), ("\t3\tnsubj", "\tx\tnsubj", "not a number"), ("\t3\tnsubj", "\t9\tnsubj", "outside")],
)
def test_a_broken_tree_names_file_and_line(tmp_path: Path, old: str, new: str, what: str) -> None:
    (tmp_path / "x.conllu").write_text(CONLLU.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=rf"x\.conllu, line \d+: .*{what}"):
        read_conllu(tmp_path / "x.conllu", source="x")


def test_gum_mentions_nest_and_carry_links(tmp_path: Path) -> None:
    (tmp_path / "b.conll").write_text(GUM_COREF, encoding="utf-8")
    assert read_gum_coref(tmp_path / "b.conll") == [(0, 3, "person", "1"), (2, 3, "place", "2"), (4, 5, "object", "3")]


def test_a_gum_mention_that_never_began_is_refused(tmp_path: Path) -> None:
    (tmp_path / "b.conll").write_text(GUM_COREF.replace("(object-3)", "object-3)"), encoding="utf-8")
    with pytest.raises(InputError, match="never began"):
        read_gum_coref(tmp_path / "b.conll")


needs_data = pytest.mark.skipif(not data_folder().is_dir(), reason="FABULA_DATA names no folder of corpora")


@needs_data
def test_the_real_corpora_have_the_counts_of_their_description() -> None:
    data = data_folder()
    litbank = read_litbank(data / "litbank")
    sentences = [s for d in litbank for s in d.sentences]
    assert (len(litbank), sum(d.words for d in litbank), len(sentences)) == (90, 189_894, 7_682)
    assert (sum(len(s.mentions or ()) for s in sentences), sum(len(s.events or ()) for s in sentences)) == (26_271, 7_096)
    assert sum(len(s.entities or ()) for s in sentences) == 12_649
    ewt = [d for p in ("train", "dev") for d in read_conllu(data / "UD_English-EWT" / f"en_ewt-ud-{p}.conllu", source="ewt")]
    assert (len(ewt), sum(d.words for d in ewt), sum(len(d.sentences) for d in ewt)) == (858, 229_724, 14_545)


@needs_data
def test_the_real_gum_has_the_counts_of_its_description() -> None:
    mentions = [(p.stem, m) for p in (data_folder() / "gum" / "coref" / "gum" / "conll").glob("*.conll") for m in read_gum_coref(p)]
    assert len(mentions) == 57_546
    assert len({(name, *m[2:]) for name, m in mentions}) == 29_697
