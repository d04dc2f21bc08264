"""The whole way, with an encoder of random weights and two invented sentences: training, going on, export, reading. Seconds on a CPU."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_training import CONFIG, SIZE, write_pretrained
from training_samples import CONLLU, write_litbank

torch = pytest.importorskip("torch")
pytest.importorskip("tokenizers")
pytest.importorskip("safetensors")

from fabula.bench.corpora import read_conllu, read_litbank  # noqa: E402
from fabula.bench.model import measure_literary, measure_syntax  # noqa: E402

torch.set_num_threads(1)  # of so small a model, threads only wait for each other


@pytest.fixture
def documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Any]]:
    pretrained = tmp_path / "pretrained"
    write_pretrained(pretrained)
    (tmp_path / "x.conllu").write_text(CONLLU * 12, encoding="utf-8")
    found = {
        "litbank": read_litbank(write_litbank(tmp_path / "litbank", repeat=24)),
        "ewt": read_conllu(tmp_path / "x.conllu", source="ewt"),
    }
    monkeypatch.setenv("FABULA_PRETRAINED", str(pretrained))
    monkeypatch.setattr("training.train.run_documents", lambda *_: found)
    return found


def run(out: Path, config: dict[str, Any], **options: Any) -> Any:
    from training.loop import Limits
    from training.train import train

    out.mkdir(exist_ok=True)
    return train(config, out, limits=Limits(**options))


def test_ten_steps_lower_every_loss(documents: dict[str, list[Any]], tmp_path: Path) -> None:
    from training.model.batches import collate, windows_of
    from training.train import word_pieces

    config = {**CONFIG, "epochs": {"litbank": 4, "ewt": 5}}
    trained = run(tmp_path / "out", config).eval()
    fresh = run(tmp_path / "fresh", {**config, "encoder_lr": 0.0, "head_lr": 0.0}).eval()
    words = word_pieces(tmp_path / "pretrained")
    batch = collate([w for docs in documents.values() for w in windows_of(docs[0], words, 64)])
    before, after = (m.losses(batch, bf16=False) for m in (fresh, trained))
    assert set(before) == {"tags", "dependencies", "mentions", "events"}
    assert all(after[name] < before[name] for name in before)
    assert (tmp_path / "out" / "model.pt").exists()


def test_a_run_that_was_stopped_goes_on_as_if_it_had_not_been(documents: dict[str, list[Any]], tmp_path: Path) -> None:
    # dropout in the heads draws from the global generator, which a resumed run seeds anew: compared without it
    import torch.nn.functional as F

    original = F.dropout
    F.dropout = lambda x, *_, **__: x
    try:
        whole = run(tmp_path / "whole", CONFIG).state_dict()
        assert run(tmp_path / "parts", CONFIG, steps=3) is None
        parts = run(tmp_path / "parts", CONFIG).state_dict()
    finally:
        F.dropout = original
    assert all(torch.allclose(whole[k], parts[k], atol=1e-6) for k in whole)


def test_what_is_exported_reads_as_what_was_trained(documents: dict[str, list[Any]], tmp_path: Path) -> None:
    pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    from training.evaluate import torch_reader
    from training.export import export

    from fabula.encoder.reader import load_reader

    run(tmp_path / "out", {**CONFIG, "epochs": {"litbank": 40, "ewt": 30}})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's own
        export(tmp_path / "out" / "model.pt", CONFIG, tmp_path / "exported", "9")
    shipped, trained = load_reader(tmp_path / "exported", threads=2), torch_reader(tmp_path / "out" / "model.pt")
    assert shipped.version == "9"
    first, second = (measure_literary(m, documents["litbank"]) for m in (trained, shipped))
    assert first["mentions"]["f1"] > 80
    assert abs(first["mentions"]["f1"] - second["mentions"]["f1"]) < 8  # a model of seconds: int8 costs it more than one that was trained
    assert abs(first["events"]["f1"] - second["events"]["f1"]) < 5
    trees = [measure_syntax(m, documents["ewt"]) for m in (trained, shipped)]
    assert trees[0]["upos"] > 90
    assert abs(trees[0]["las"] - trees[1]["las"]) < 10


def test_heads_in_numpy_score_as_those_in_torch() -> None:
    from training.model.heads import Dependencies, Mentions

    from fabula.encoder import heads as h

    torch.manual_seed(0)
    states = torch.randn(7, SIZE)
    dependencies, mentions = Dependencies(SIZE).eval(), Mentions(SIZE).eval()
    torch.nn.init.normal_(mentions.span_start)
    weights = {k: v.detach().numpy() for k, v in dependencies.state_dict().items()}
    with torch.inference_mode():
        dep, head, label_dep, label_head, root = dependencies(states)
        arcs = dependencies.scores(dep[None], head[None], root[None])
        labels = dependencies.labels(label_dep, label_head)
    assert np.allclose(h.arc_scores(weights, dep[None].numpy(), head[None].numpy(), root[None].numpy()), arcs.numpy(), atol=1e-5)
    mine = h.label_scores(weights, label_dep.numpy(), label_head.numpy())
    assert np.allclose(mine[:, :40], labels.numpy()[:, :40], atol=1e-4)
    spans = {k: v.detach().numpy() for k, v in mentions.state_dict().items()}
    start, end = np.split(h.relu(h.linear(spans, "project", states.numpy())), 2, axis=1)
    scores = h.span_scores(spans, start, end, np.array([1]), np.array([4]))[0]
    gold = torch.tensor([[1, 4, 3]])
    by_hand = np.einsum("d,cde,e->c", start[1], spans["span"], end[4]) + start[1] @ spans["span_start"] + spans["span_bias"]
    assert np.allclose(scores, by_hand, atol=1e-4)
    loss = mentions.loss(states, [torch.arange(7)[None]], gold, torch.zeros(7, 2))
    assert torch.isfinite(loss)
