"""Several models into one, with invented text. Seconds on a CPU."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("tokenizers")
pytest.importorskip("safetensors")

from small_training import CONFIG, DISTIL  # noqa: E402


def taught(folder: Path, seeds: tuple[int, ...]) -> list[Path]:
    from training.train import train

    paths = []
    for seed in seeds:
        out = folder / f"seed-{seed}"
        out.mkdir()
        train({**CONFIG, "seed": seed, "epochs": {"litbank": 6, "ewt": 3, "gum": 3}}, out)
        paths.append(out / "model.pt")
    return paths


def batch() -> Any:
    from training.adapt import run_texts
    from training.data.sources import data_folder, run_documents
    from training.model.batches import collate
    from training.train import windows_by_source

    windows = windows_by_source(run_documents(data_folder(), "reader", "train"), 64) | run_texts("reader", 64)[0]
    return collate([w for source in ("litbank", "ewt", "novels", "clauses") for w in windows[source][:2]])


def losses(model: Any, teachers: list[Any], b: Any) -> dict[str, float]:
    from training.model.soft import soft_losses, soften

    with torch.no_grad():
        return {k: v.item() for k, v in soft_losses(model, model.words(b), b, soften(teachers, b, bf16=False)).items()}


def test_nobody_is_nearer_to_a_model_than_itself(small_data: Path) -> None:
    from training.evaluate import load_torch

    first, second = (load_torch(p) for p in taught(small_data, (1, 2)))
    b = batch()
    itself, other, both = losses(first, [first], b), losses(second, [first], b), losses(first, [first, second], b)
    assert set(itself) == {"soft_tags", "soft_events", "soft_dependencies", "soft_mentions"}
    assert all(itself[k] < other[k] for k in itself)
    assert all(both[k] > 0 for k in both)


def test_what_teachers_think_is_probabilities_for_every_word(small_data: Path) -> None:
    from training.evaluate import load_torch
    from training.model.soft import soften

    b = batch()
    soft = soften([load_torch(p) for p in taught(small_data, (1, 2))], b, bf16=False)
    count = len(b.firsts)
    assert [len(x) for x in soft.tags] == [count] * 7
    assert (len(soft.events), len(soft.edges), sum(len(x) for x in soft.arcs)) == (count, count, count)
    for rows in (*soft.tags, *soft.arcs, *soft.spans, soft.labels):
        assert torch.allclose(rows.sum(1), torch.ones(len(rows)), atol=1e-4)
    assert len(soft.labels) == int((soft.heads != torch.arange(count)).sum())


def test_ten_steps_bring_a_model_nearer_to_its_teachers(small_data: Path) -> None:
    from training.distil import distil
    from training.evaluate import load_torch
    from training.loop import Limits

    paths = taught(small_data, (1, 2))
    config = {**DISTIL, "epochs": {**DISTIL["epochs"], "novels": 4, "clauses": 2}}
    (small_data / "out").mkdir()
    assert distil(config, small_data / "out", paths, limits=Limits(steps=4)) is None
    student = distil(config, small_data / "out", paths)
    (small_data / "none").mkdir()
    untaught = distil({**config, "encoder_lr": 0.0, "head_lr": 0.0}, small_data / "none", paths)
    assert student is not None and untaught is not None
    teachers, b = [load_torch(p) for p in paths], batch()
    after, before = losses(student.eval(), teachers, b), losses(untaught.eval(), teachers, b)
    assert all(after[k] < before[k] for k in after)
    assert load_torch(small_data / "out" / "model.pt")
