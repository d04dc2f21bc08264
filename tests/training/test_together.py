"""Labels and links learned at once, on invented texts with an encoder of random weights. Seconds on a CPU."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("tokenizers")
pytest.importorskip("safetensors")

from small_training import CONFIG  # noqa: E402
from test_links import gold  # noqa: E402

LINKS = {
    "module": "training.links.task", "mixer": True, "epochs": 6, "hiding": {"default": 0.5}, "hidden_names": 0.5,
    "hidden_tags": 0.5, "names": 0.5, "repeat": {"scenes": 4}, "weights": {},
}  # fmt: skip
TOGETHER: dict[str, Any] = {
    **CONFIG, "steps": 12, "epochs": 2, "repeat": {"litbank": 1, "ewt": 1, "gum": 1}, "fixed_table": True, "tasks": {"links": LINKS},
    "weights": {**CONFIG["weights"], "antecedent": 1.0, "speaker": 1.0, "addressee": 1.0},
}  # fmt: skip


@pytest.fixture
def data(small_data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    from training.links.documents import document_of
    from training.links.items import write
    from training.train import pretrained_folder, word_pieces

    write(small_data / "links.npz", [(document_of(gold(), word_pieces(pretrained_folder())), 0)])  # type: ignore[arg-type]
    monkeypatch.setenv("FABULA_LINKS", str(small_data / "links.npz"))
    return small_data


def test_every_task_is_spread_over_all_steps() -> None:
    from training.together import plan_of

    plan = plan_of({"few": [1, 2], "many": list(range(10))}, {"few": 1.5, "many": 2.0}, 5, seed=1)
    assert [len(step["many"]) for step in plan] == [4] * 5
    assert sorted(i for step in plan for i in step["many"]) == sorted([*range(10)] * 2)
    assert sum(len(step.get("few", ())) for step in plan) == 3


def test_stopping_and_going_on_reads_what_one_run_reads(data: Path) -> None:
    from training.evaluate import load_torch
    from training.loop import Limits
    from training.together import Together

    def read(name: str, *parts: int) -> tuple[int, int]:
        out = data / name
        out.mkdir()
        done = [Together(TOGETHER, None, "cpu").train(out, Limits(steps=steps), 0) for steps in parts]
        assert done == [*[False] * (len(parts) - 1), True]
        assert "links" in load_torch(out / "model.pt").heads
        last = json.loads((out / "log.jsonl").read_text(encoding="utf-8").splitlines()[-1])
        assert {"antecedent", "speaker", "addressee", "mentions", "dependencies"} <= set(last)
        return last["step"], last["pieces"]

    assert read("whole", 0) == read("halves", 5, 0) == (12, 1516)


def test_what_is_fixed_does_not_change(data: Path) -> None:
    from training.loop import Limits
    from training.together import Together

    made = Together({**TOGETHER, "fixed_layers": 1}, None, "cpu")
    before = {k: v.clone() for k, v in made.model.encoder.state_dict().items()}
    (data / "out").mkdir()
    assert made.train(data / "out", Limits(), 0)
    changed = {k for k, v in made.model.encoder.state_dict().items() if not torch.equal(v, before[k])}
    assert changed and all(name.startswith("layers.1.") for name in changed)


def test_a_text_of_the_part_that_is_left_out_is_not_learned_from(data: Path) -> None:
    from training.links.task import task

    assert len(task({**LINKS, "window": 64, "part": 1}, "reader")) == 4
    assert len(task({**LINKS, "window": 64, "part": 0}, "reader")) == 0


def test_reading_all_windows_of_a_step_at_once_changes_no_loss(data: Path) -> None:
    from training.together import LABELS, StepBatches, Together

    training = Together(TOGETHER, None, "cpu")
    training.model.eval()
    batches = StepBatches(training.plan, training.windows, training.tasks, training.config).batches(0)
    with torch.no_grad():
        together = training.losses(batches)
        apart = training.model.losses(batches[LABELS], bf16=False)
        apart |= training.tasks["links"].losses(training.model.encoder, training.model.heads, batches["links"])
    assert set(together) == set(apart)
    assert all(torch.allclose(together[name], apart[name], atol=1e-4) for name in apart)


def test_a_model_from_before_the_mixer_is_gone_on_from_and_another_model_is_not(data: Path) -> None:
    from training.together import Together, load_older

    model = Together(TOGETHER, None, "cpu").model
    state = {k: torch.full_like(v, 0.5) if v.is_floating_point() else v for k, v in model.state_dict().items()}
    load_older(model, {k: v for k, v in state.items() if "mix" not in k})
    assert float(model.heads["links"].project.weight.detach().mean()) == 0.5
    assert float(model.heads["links"].key_mixed.weight.detach().abs().max()) == 0.0, "at first as without a mixer"
    with pytest.raises(SystemExit, match="not the weights"):
        load_older(model, {k: v for k, v in state.items() if "links" not in k})
