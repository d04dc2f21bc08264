"""Adaptation by hidden words, with an encoder of random weights and invented text. Seconds on a CPU."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("tokenizers")
pytest.importorskip("safetensors")

from small_training import ADAPT, CONFIG  # noqa: E402


def adapt(out: Path, config: dict[str, Any], **options: Any) -> Any:
    from training.adapt import adapt
    from training.loop import Limits

    out.mkdir(exist_ok=True)
    return adapt(config, out, limits=Limits(**options))


def test_whole_words_are_hidden_and_nothing_else() -> None:
    from training.model.masked import mask

    ids = torch.arange(100, 110)[None].repeat(200, 1)
    places = torch.tensor([0, 1, 1, 2, 3, 3, 3, 4, 0, 0])[None].repeat(200, 1)
    changed, hidden = mask(ids, places, 0.5, 7, 50, torch.Generator().manual_seed(1))
    assert not hidden[:, [0, 8, 9]].any()
    assert torch.equal(hidden[:, 1], hidden[:, 2]) and torch.equal(hidden[:, 4], hidden[:, 6])
    assert torch.equal(changed[~hidden], ids[~hidden])
    assert 0.4 < hidden[:, 1:8].float().mean() < 0.6
    kinds = [(changed[hidden] == 7).float().mean(), (changed[hidden] == ids[hidden]).float().mean()]
    assert 0.7 < kinds[0] < 0.9 and 0.05 < kinds[1] < 0.15


def test_ten_steps_make_better_guesses(small_data: Path) -> None:
    figures = adapt(small_data / "out", ADAPT)
    untaught = adapt(small_data / "none", {**ADAPT, "encoder_lr": 0.0, "head_lr": 0.0})
    assert figures["steps"] >= 10
    assert figures["works"] == 1
    assert figures["unread novels"]["loss"] < untaught["unread novels"]["loss"]
    assert json.loads((small_data / "out" / "metrics.json").read_text())["pieces"] == figures["pieces"] > 0


def test_an_adaptation_that_was_stopped_goes_on_as_if_it_had_not_been(small_data: Path) -> None:
    whole = adapt(small_data / "whole", ADAPT)
    assert adapt(small_data / "parts", ADAPT, steps=4) is None
    parts = adapt(small_data / "parts", ADAPT)
    assert (parts["steps"], parts["pieces"]) == (whole["steps"], whole["pieces"])
    assert parts["unread novels"] == whole["unread novels"]


def test_minutes_end_it_whole(small_data: Path) -> None:
    figures = adapt(small_data / "out", {**ADAPT, "epochs": {**ADAPT["epochs"], "novels": 400}}, minutes=0.005)
    assert 0 < figures["steps"] < figures["of"]
    assert (small_data / "out" / "encoder.pt").exists()


def test_a_deadline_leaves_a_checkpoint(small_data: Path) -> None:
    assert adapt(small_data / "out", ADAPT, deadline=0.0) is None
    assert (small_data / "out" / "checkpoint.pt").exists()
    assert not (small_data / "out" / "encoder.pt").exists()


def test_training_starts_from_an_adapted_encoder(small_data: Path) -> None:
    from training.train import start_encoder

    adapt(small_data / "out", ADAPT)
    plain, adapted = (start_encoder(CONFIG | more) for more in ({}, {"encoder": str(small_data / "out" / "encoder.pt")}))
    assert not torch.equal(plain.words.weight, adapted.words.weight)
    assert adapted.words.weight.dtype == torch.float32


def test_an_encoder_that_has_read_what_a_run_is_measured_on_is_refused(small_data: Path) -> None:
    from training.train import start_encoder

    adapt(small_data / "out", ADAPT)
    with pytest.raises(SystemExit, match="1_the_boat_brat"):
        start_encoder({**CONFIG, "run": "fold-1", "encoder": str(small_data / "out" / "encoder.pt")})


def test_without_shapes_capitals_change_nothing(small_data: Path) -> None:
    from training.train import train

    (small_data / "out").mkdir()
    model = train({**CONFIG, "shapes": False, "epochs": {"litbank": 1, "ewt": 1, "gum": 1}}, small_data / "out")
    assert model is not None
    assert not model.encoder.shapes.weight.any()
