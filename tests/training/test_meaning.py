"""Tasks that teach meaning: batches are what they should be, and a few steps on invented data make losses fall."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("tokenizers")
pytest.importorskip("safetensors")

SENTENCES = ["Mrs. Fenn lost her boat .", "Otto said gone !", "Her brother lost it .", "Do n't go , Otto ."]
WORDS = " ".join(SENTENCES).split()
FIRSTS = [0, 6, 10, 15]


def learn(task: Any, steps: int = 40, size: int = 4) -> tuple[float, float]:
    """The task's loss at the start and at the end of a short training."""
    from training.model.bert import load_pretrained
    from training.train import pretrained_folder

    torch.manual_seed(1)
    encoder = load_pretrained(pretrained_folder(), dropout=0.0)
    heads = torch.nn.ModuleDict(task.modules(encoder.size))
    adam = torch.optim.Adam([*encoder.parameters(), *heads.parameters()], lr=5e-3)
    losses = []
    for step in range(steps):
        batch = task.batch([k % len(task) for k in range(size)], Random(step)).to("cpu")
        assert batch.pieces > 0
        found = task.losses(encoder, heads, batch)
        assert set(found) == {task.name}
        adam.zero_grad()
        found[task.name].backward()
        adam.step()
        losses.append(found[task.name].item())
    return sum(losses[:5]) / 5, sum(losses[-5:]) / 5


@pytest.fixture
def pieces(small_data: Path) -> Any:
    from training.train import pretrained_folder, word_pieces

    return word_pieces(pretrained_folder())


def test_runs_of_words_become_one_window(pieces: Any) -> None:
    from training.meaning.cuts import compose, cut, segment_batch

    a, b = cut(WORDS[:6], [0], pieces), cut(WORDS[6:10], [0], pieces)
    window = compose([a, b], pieces.cls, pieces.sep)
    assert window.ids.tolist() == [pieces.cls, *a.ids, *b.ids, pieces.sep]
    assert window.words == [(0, 6), (6, 10)]
    assert compose([a, b], pieces.cls, pieces.sep, parted=True).ids.tolist() == [pieces.cls, *a.ids, pieces.sep, *b.ids, pieces.sep]
    batch = segment_batch([window, window], [window.words, [(2, 3)]], {})
    words = torch.arange(20.0)[:, None]
    assert batch.means(words)[:, 0].tolist() == [2.5, 7.5, 12.0]
    whole = cut(WORDS, FIRSTS, pieces)
    assert whole.words(6, 10).ids.tolist() == b.ids.tolist()


def test_emotions_are_learnt(pieces: Any) -> None:
    from training.meaning.emotions import EmotionsTask
    from training.meaning.prepared import LabelledComment

    comments = [LabelledComment(str(k), SENTENCES[k % 4].split(), [0], [k % 4]) for k in range(8)]
    first, last = learn(EmotionsTask(comments, pieces, {"held": 0.0, "window": 64, "lower": 0.0}))
    assert last < 0.7 * first


def test_situations_are_learnt_where_they_are_given(pieces: Any) -> None:
    from training.meaning.prepared import Clause, ClauseText
    from training.meaning.situations import SituationsTask

    clauses = [Clause(0, 6, 2, [1, 0, 0, 1]), Clause(6, 10, -1, [2, -1, -1, -1]), Clause(15, 20, 17, [6, -1, 0, 1])]
    task = SituationsTask([ClauseText("a", WORDS, FIRSTS, clauses)], pieces, {"window": 64, "lower": 0.0})
    assert len(task) == 1
    assert task.batch([0], Random(0)).targets["labels"].tolist() == [c.labels for c in clauses]
    first, last = learn(task)
    assert last < 0.7 * first


def test_vectors_come_near_those_of_the_original(pieces: Any) -> None:
    from training.meaning.vector import Original, VectorItem, VectorTask, cut
    from training.model.bert import load_pretrained
    from training.train import pretrained_folder

    run = cut(WORDS, FIRSTS, pieces)
    items = [VectorItem(run, ((0, 6), (6, 10), (10, 15), (15, 20))), VectorItem(run.words(6, 10), ((0, 4),))]
    original = Original(load_pretrained(pretrained_folder(), dropout=0.0))
    first, last = learn(VectorTask(items, pieces, original, {}), size=2)
    assert last < 0.7 * first


def test_a_head_of_an_older_checkpoint_stays_what_it_was() -> None:
    from training.meaning.heads import Vector

    old, new = Vector(6).eval(), Vector(6).eval()
    torch.nn.init.normal_(old.out.weight)
    new.load_state_dict({k: v for k, v in old.state_dict().items() if k.startswith("out.")})
    words, owners = torch.randn(5, 6), torch.tensor([0, 0, 1, 1, 1])
    means = torch.stack([words[:2].mean(0), words[2:].mean(0)])
    wanted = torch.nn.functional.normalize(old.out(means), dim=1)
    assert torch.allclose(new(words, owners, 2), wanted, atol=1e-6)


def test_contractions_are_cut_as_the_original_does(pieces: Any) -> None:
    from training.meaning.vector import Contractions

    names = [pieces.piece(i) for i in Contractions(pieces)(pieces.cut(["go", ",", "do", "n't", "go"], [0]).ids.tolist())]
    assert names == ["go", "[UNK]", "[UNK]", "'", "t", "go"]  # the small vocabulary has neither a comma nor "don"


def tale(name: str) -> Any:
    from training.meaning.prepared import Asked, AskedTale

    from fabula.bench.answer_spans import Span

    questions = [Asked(["Otto", "lost", "?"], 0, 10, True, Span(3, 5, 1.0)), Asked(["go", "?"], 10, 20, False, Span(10, 12, 0.6))]
    return AskedTale(name, WORDS, FIRSTS, [0, 10], questions)


def test_answers_are_where_the_words_of_the_passage_say(pieces: Any) -> None:
    from training.meaning.answers import AnswersTask

    task = AnswersTask([tale("a"), tale("b")], pieces, {"window": 64, "unanswerable": 0.0})
    assert len(task) == 4
    for seed in range(20):
        batch = task.batch([0, 1], Random(seed))
        for k, answer in enumerate((WORDS[3:5], WORDS[10:12])):
            rows = batch.windows.firsts[batch.places[k][batch.edges[k, 0] - 1 : batch.edges[k, 1]]]
            found = [int(batch.windows.ids.flatten()[r]) for r in rows]
            assert found == pieces.cut(answer, [0]).ids[pieces.cut(answer, [0]).offsets[:-1]].tolist()


def test_answers_are_learnt_and_that_there_is_none(pieces: Any) -> None:
    from training.meaning.answers import AnswersTask

    task = AnswersTask([tale("a"), tale("b")], pieces, {"window": 64, "unanswerable": 0.4})
    edges = torch.cat([task.batch([0, 1, 2, 3], Random(k)).edges for k in range(50)])
    assert 0.25 < float((edges[:, 0] == 0).float().mean()) < 0.5
    assert ((edges[:, 0] == 0) == (edges[:, 1] == 0)).all()
    first, last = learn(AnswersTask([tale("a")], pieces, {"window": 64, "unanswerable": 0.0}))
    assert last < 0.7 * first


def test_what_is_packed_for_meaning_is_what_the_sources_say(small_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from training.meaning import prepared

    made = prepared.comments(), prepared.clause_texts(), prepared.tales()
    for name, content in prepared.files(small_data / "data"):
        (small_data / "packed" / name).parent.mkdir(parents=True, exist_ok=True)
        (small_data / "packed" / name).write_bytes(content)
    monkeypatch.setenv("FABULA_DATA", str(small_data / "packed"))
    assert (prepared.comments(), prepared.clause_texts(), prepared.tales()) == made


def test_sources_are_read_as_words(small_data: Path) -> None:
    from training.meaning import prepared

    comment, text, tale = prepared.comments()[0], prepared.clause_texts()[0], prepared.tales()[0]
    assert (comment.words, comment.labels) == (["her", "boat", "is", "GONE"], [27])
    clause = text.clauses[0]
    assert text.words[clause.first : clause.last] == ['"', "Gone", ",", '"', "said", "Otto", "."]
    assert (text.words[clause.verb], clause.labels) == ("said", [1, 0, 0, -1])
    lost, go = tale.questions
    assert tale.words[lost.span.first : lost.span.last] == ["a", "boat"]
    assert tale.words[lost.first : lost.last][-5:] == ["Gone", ",", '"', "said", "Otto", "."][-5:]
    assert tale.words[go.span.first : go.span.last] == ["Mrs", ".", "Fenn"]
    assert (go.first, go.last) == (0, len(tale.words))


def test_hidden_names_become_names() -> None:
    from fabula.bench.meaning_corpora import with_names

    text = with_names("[NAME] met [NAME] [NAME].", "abc", ["Ann", "Otto"])
    assert "[NAME]" not in text and text == with_names("[NAME] met [NAME] [NAME].", "abc", ["Ann", "Otto"])


def test_rare_labels_keep_to_the_common_threshold() -> None:
    import numpy as np
    from training.meaning.thresholds import fit

    rng = np.random.default_rng(1)
    wanted = np.stack([rng.random(2000) < 0.3, rng.random(2000) < 0.3, rng.random(2000) < 0.001], 1)
    odds = np.where(wanted, 1.0, -1.0) + rng.normal(size=wanted.shape) * 0.3 + np.array([0.0, -2.0, 0.0])
    found = fit((1 / (1 + np.exp(-odds))).astype(np.float32), wanted)
    assert found.shape == (3,)
    assert found[1] < found[0]  # the second is never sure of itself
    assert abs(found[2] - 0.5) < 0.45


def test_thresholds_go_into_the_exported_head(small_data: Path) -> None:
    import json

    import numpy as np
    from training.export import entry
    from training.meaning.thresholds import write

    np.savez(small_data / "emotions.npz", **{"out.bias": np.zeros(3, np.float16)})
    manifest = {"heads": {"emotions": {**entry(small_data / "emotions.npz"), "version": "1"}}}
    (small_data / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    write(small_data, np.full(28, 0.25, np.float32))
    about = json.loads((small_data / "manifest.json").read_text(encoding="utf-8"))["heads"]["emotions"]
    assert about == {**entry(small_data / "emotions.npz"), "version": "1"}
    with np.load(small_data / "emotions.npz") as arrays:
        assert sorted(arrays.files) == ["out.bias", "thresholds"]


def test_like_vectors_correlate_wholly_and_unlike_ones_do_not() -> None:
    import numpy as np
    from training.meaning.similarity import correlation

    rng = np.random.default_rng(1)
    one, other = rng.normal(size=(2, 60, 8)).astype(np.float32)
    assert correlation(one, one) == pytest.approx(1.0)
    assert abs(correlation(one, other)) < 0.2


def test_vectors_are_compared_with_the_originals(small_data: Path) -> None:
    from training.evaluate import reader_of
    from training.meaning.similarity import measure_similarity
    from training.model.bert import load_pretrained
    from training.tasks import more_head
    from training.train import Model, pretrained_folder

    model = Model(load_pretrained(pretrained_folder(), dropout=0.0))
    model.heads["vector"] = more_head("vector", model.encoder.size)
    found = measure_similarity(reader_of(model.eval()), ["Otto lost her boat. Mrs. Fenn said no. Do go! Gone?"], most=4)
    assert found["sentences"] == 4
    assert -1 <= found["rank_correlation"] <= 1


def test_the_head_for_vectors_learns_alone(pieces: Any) -> None:
    import numpy as np
    from training.meaning.heads import Vector
    from training.meaning.vector import Original, VectorItem, VectorTask, cut
    from training.meaning.vector_head import cosine, learnt, train
    from training.model.bert import load_pretrained
    from training.train import pretrained_folder

    from fabula.encoder.reader import ReaderModel

    def states(ids: Any, shapes: Any) -> Any:
        return (np.eye(24)[ids % 24] + shapes[:, :, None] / 8).astype(np.float32)

    run = cut(WORDS, FIRSTS, pieces)
    items = [VectorItem(run, ((0, 6), (6, 10), (10, 15), (15, 20)))] * 13
    made = VectorTask(items, pieces, Original(load_pretrained(pretrained_folder(), dropout=0.0)), {})
    data = learnt(ReaderModel(states, pieces, {}, threads=1), made)
    assert data.wanted.shape == (52, 24)
    head = Vector(24).eval()
    before = cosine(head, data)
    train(head, data, 30, batch=12)
    assert cosine(head, data) > before + 0.1
