"""The model that is shipped, on short invented text. What it scores on annotated works stands in docs/model-card.md."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnxruntime")
pytest.importorskip("tokenizers")

from fabula.encoder.files import HEADS, OPTIONAL_HEADS, SHIPPED
from fabula.encoder.labels import DEPRELS, FEATURES, MENTION_KINDS, MENTION_TYPES, UPOS
from fabula.encoder.reader import ReaderModel, Reading, load_reader
from fabula.errors import ModelError
from fabula.layers import Tokens
from fabula.reading.tokens import tokenize
from fabula.text import read_manuscript

STORY = "Mrs. Fenn lost her brother’s boat. “It sank off Dover,” said Otto. He was looking for the captain when the police came.\n"
LIMIT = 30_000_000


@pytest.fixture(scope="module")
def model() -> ReaderModel:
    return load_reader(threads=2)


def read(model: ReaderModel, text: str, folder: Path) -> tuple[str, Tokens, Reading]:
    path = folder / "story.txt"
    path.write_text(text, encoding="utf-8")
    manuscript = read_manuscript(path)
    tokens, sentences = tokenize(manuscript)
    return manuscript.text, tokens, model.read(manuscript.text, tokens, sentences)


def test_mentions_are_ranges_of_the_text_with_type_and_kind(model: ReaderModel, tmp_path: Path) -> None:
    text, _, reading = read(model, STORY, tmp_path)
    m = reading.mentions
    found = {
        (text[a:b], MENTION_TYPES[t], MENTION_KINDS[k])
        for a, b, t, k in zip(m.start.tolist(), m.end.tolist(), m.type.tolist(), m.kind.tolist(), strict=True)
    }
    assert {("Mrs. Fenn", "PER", "PROP"), ("her", "PER", "PRON"), ("her brother", "PER", "NOM"), ("Otto", "PER", "PROP")} <= found
    assert {("Dover", "GPE", "PROP"), ("He", "PER", "PRON"), ("the captain", "PER", "NOM")} <= found


def test_words_have_their_part_of_speech_tense_and_head(model: ReaderModel, tmp_path: Path) -> None:
    text, tokens, reading = read(model, STORY, tmp_path)
    words = [text[a:b] for a, b in zip(tokens.start.tolist(), tokens.end.tolist(), strict=True)]
    w = reading.words
    lost, boat, otto, he, looking = (words.index(x) for x in ("lost", "boat", "Otto", "He", "looking"))
    assert [UPOS[w.upos[i]] for i in (lost, boat, otto, he, looking)] == ["VERB", "NOUN", "PROPN", "PRON", "VERB"]
    assert FEATURES["Tense"][w.tense[lost]] == "Past"
    assert (w.head[lost], w.head[boat], DEPRELS[w.deprel[boat]]) == (-1, lost, "obj")
    assert (w.head[he], DEPRELS[w.deprel[he]]) == (looking, "nsubj")


def test_what_happens_is_an_event(model: ReaderModel, tmp_path: Path) -> None:
    text, tokens, reading = read(model, STORY, tmp_path)
    events = {text[tokens.start[i] : tokens.end[i]] for i in np.flatnonzero(reading.words.event > 0.5)}
    assert {"lost", "said"} <= events
    assert not events & {"boat", "Otto", "captain", "."}


def test_the_same_text_reads_the_same_whatever_follows(model: ReaderModel, tmp_path: Path) -> None:
    paragraph = STORY * 40  # well over a window
    _, tokens, alone = read(model, paragraph, tmp_path)
    _, _, followed = read(model, paragraph + "\n\n" + "NOTHING here is like it: 4711!\n\n" * 300, tmp_path)
    settled = len(tokens) - 250
    for name, column in alone.words.arrays().items():
        same = followed.words.arrays()[name][:settled]
        # probabilities may differ in their last digits, since matrices of other heights are multiplied in other blocks
        assert np.allclose(column[:settled], same, rtol=0, atol=1e-5 if name == "event" else 0), name


def test_threads_do_not_change_the_labels(model: ReaderModel, tmp_path: Path) -> None:
    _, _, two = read(model, STORY * 60, tmp_path)
    _, _, one = read(load_reader(threads=1), STORY * 60, tmp_path)
    assert all(np.array_equal(a, b) for a, b in zip(two.words.arrays().values(), one.words.arrays().values(), strict=True))
    assert all(np.array_equal(a, b) for a, b in zip(two.mentions.arrays().values(), one.mentions.arrays().values(), strict=True))


def test_odd_text_is_read_without_losing_a_token(model: ReaderModel, tmp_path: Path) -> None:
    odd = "“…” ﷽ 𝕬𝖓𝖓 said:‘Naïve’ " + "x" * 5000 + " 日本語 e\u0301te\u0301 \u200b — ‽\n\n" + "no full stop " * 700
    _, tokens, reading = read(model, odd, tmp_path)
    assert len(reading.words) == len(tokens) > 700


def test_a_damaged_encoder_is_said_so(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "model")
    content = bytearray((tmp_path / "model" / "encoder.onnx").read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "model" / "encoder.onnx").write_bytes(content)
    with pytest.raises(ModelError, match=r"encoder\.onnx is damaged"):
        load_reader(tmp_path / "model")


def test_the_files_are_small_and_the_manifest_knows_what_was_trained_on() -> None:
    manifest = json.loads((SHIPPED / "manifest.json").read_text(encoding="utf-8"))
    assert sum(p.stat().st_size for p in SHIPPED.iterdir()) <= LIMIT
    assert set(HEADS) <= set(manifest["heads"]) <= {*HEADS, *OPTIONAL_HEADS}
    parts = manifest["documents"]["litbank"]
    assert not set(parts["train"]) & {*parts["dev"], *parts["test"]}
