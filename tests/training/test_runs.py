"""The plan of all runs, and a small plan carried out."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("tokenizers")
pytest.importorskip("safetensors")

from small_training import ADAPT, CONFIG, DISTIL  # noqa: E402
from training.data.sources import load_splits  # noqa: E402

from training import runs  # noqa: E402

CONFIGS = Path(runs.__file__).parent / "configs"
PLAN: dict[str, Any] = {
    "overhead_minutes": 0.0,
    "workers": {"adapt": 0, "train": 0, "distil": 0},
    "adapt": {"config": "adapt.toml", "runs": {"reader": 2}, "instead": {"fold-0": "reader"}},
    "train": [
        {"name": "adapted", "config": "first.toml", "adapted": True, "seeds": {"1": ["reader", "fold-0"], "2": ["reader"]}},
        {"name": "plain", "config": "first.toml", "adapted": False, "changes": {"shapes": False}, "seeds": {"1": ["fold-0", "fold-1"]}},
    ],
    "distil": [{"name": "distilled", "config": "distil.toml", "adapted": True, "of": "adapted", "teachers": {"reader": [1, 2]}}],
}


def toml(values: dict[str, Any]) -> str:
    """Enough of TOML for a configuration."""
    lines = [f"{k} = {json.dumps(v)}" for k, v in values.items() if not isinstance(v, dict)]
    tables = [f"[{k}]\n{toml(v)}" for k, v in values.items() if isinstance(v, dict)]
    return "\n".join([*lines, *tables])


@pytest.fixture
def configs(small_data: Path) -> Path:
    folder = small_data / "configs"
    folder.mkdir()
    first = {**CONFIG, "epochs": {"litbank": 1, "ewt": 1, "gum": 1}}
    for name, config in (("adapt", ADAPT), ("first", first), ("distil", DISTIL)):
        (folder / f"{name}.toml").write_text(toml(config), encoding="utf-8")
    return folder


def run_plan(configs: Path, minutes: float = 5.0, stages: tuple[str, ...] = runs.STAGES) -> dict[str, str]:
    out = configs.parent / "runs"
    out.mkdir(exist_ok=True)
    return runs.run_plan(PLAN, configs, out, stages=stages, workers=-1, device="cpu", threads=1, minutes=minutes)


def test_a_plan_is_carried_out_once(configs: Path) -> None:
    # adaptation and distillation end with their steps: of so little text there are few
    outcome = run_plan(configs)
    assert len(outcome) == 7
    assert set(outcome.values()) == {"done"}
    found = json.loads((configs.parent / "runs" / "summary.json").read_text(encoding="utf-8"))
    assert set(found) == {"adapt", "train adapted", "train plain", "distil distilled"}
    assert set(found["train adapted"]["reader"]) == {"1", "2"}
    assert set(found["train adapted"]["reader"]["1"]) == {"test litbank", "dev litbank", "dev ewt", "dev gum", "cost"}
    assert found["train plain"]["folds"]["count"] == 2
    assert "train plain fold-1 1: test litbank entities" in runs.table(found)
    assert run_plan(configs) == {}


def test_what_time_did_not_allow_is_said_and_made_up_for(configs: Path) -> None:
    assert set(run_plan(configs, minutes=0.0).values()) <= {"not begun"}
    waiting = run_plan(configs, stages=("distil",))
    assert all(what.startswith("waits for") for what in waiting.values())
    assert set(run_plan(configs).values()) == {"done"}


def test_a_job_that_fails_costs_the_others_nothing() -> None:
    from concurrent.futures import Future

    failed: Future[str] = Future()
    failed.set_exception(ValueError("no"))
    assert runs._outcome(failed) == "failed: ValueError: no"


def test_the_time_is_divided_by_shares() -> None:
    jobs = [runs.Job("adapt", "adapt", f"fold-{k}", 1, {}, Path(str(k)), share=share) for k, share in enumerate((1, 1, 3, 1))]
    found = runs.with_minutes(jobs, 10.0, 2, 0.5)
    assert [(j.run, round(j.minutes, 2)) for j in found] == [("fold-2", 8.5), ("fold-0", 2.83), ("fold-1", 2.83), ("fold-3", 2.83)]


def test_the_plan_of_all_runs_measures_on_nothing_that_was_read() -> None:
    plan = tomllib.loads((CONFIGS / "folds.toml").read_text(encoding="utf-8"))
    splits, out = load_splits()["runs"], Path("out")
    jobs = [*runs.train_jobs(plan, CONFIGS, out), *runs.distil_jobs(plan, CONFIGS, out)]
    assert len({j.label for j in jobs}) == len(jobs) == 46
    adapted = {j.out / "encoder.pt": j.run for j in runs.adapt_jobs(plan, CONFIGS, out)}
    made = {j.out / "model.pt" for j in jobs if j.stage == "train"}
    for job in jobs:
        held = {*splits[job.run]["dev"], *splits[job.run]["test"]}
        assert job.encoder is None or not held & set(splits[adapted[job.encoder]]["train"])
        assert made.issuperset(job.teachers)
        assert job.stage == "train" or len(job.teachers) > 2
