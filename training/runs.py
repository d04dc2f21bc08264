"""Many runs on one machine: adaptation, training and distillation for folds, published splits and seeds, each with its figures.

    python -m training.runs training/configs/folds.toml OUT [--pack FOLDER] [--stage adapt|train|distil …] [--minutes 9] [--workers N]

A small model does not fill a large GPU, so several processes share it; each keeps what it has read from one run to the next. ``--minutes``
ends the call: what is not finished by then leaves a checkpoint, and the same command goes on from there; what has its ``metrics.json`` is
left alone. ``OUT/summary.json`` has all figures so far.
"""

from __future__ import annotations

import json
import math
import os
import statistics
import time
import tomllib
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import torch

from training import options
from training.adapt import adapt
from training.data.sources import data_folder, run_documents
from training.distil import distil
from training.evaluate import load_torch, measure, reader_of, short
from training.loop import Limits
from training.train import train

STAGES = ("adapt", "train", "distil")
FIGURES = {"test litbank": ("entities", "mentions", "events"), "dev litbank": ("entities", "events"), "dev ewt": ("upos", "las")}
"""What the table shows of the figures."""


@dataclass(frozen=True)
class Job:
    """One training. By its ``share`` of the time it gets ``minutes`` (0: it takes what its steps take); distillation has ``teachers``."""

    stage: str
    group: str
    run: str
    seed: int
    config: dict[str, Any]
    out: Path
    encoder: Path | None = None
    teachers: tuple[Path, ...] = ()
    share: float = 1.0
    minutes: float = 0.0

    @property
    def label(self) -> str:
        return f"{self.stage} {self.group} {self.run} {self.seed}"

    @property
    def done(self) -> bool:
        return (self.out / "metrics.json").exists()

    @property
    def missing(self) -> list[Path]:
        return [p for p in (*((self.encoder,) if self.encoder else ()), *self.teachers) if not p.exists()]


# --- the plan


def adapt_jobs(plan: dict[str, Any], configs: Path, out: Path) -> list[Job]:
    config = options.read_config(configs / plan["adapt"]["config"]) | plan["adapt"].get("changes", {})
    return [
        Job("adapt", "adapt", run, config["seed"], config | {"run": run}, out / "adapt" / run, share=share)
        for run, share in plan["adapt"]["runs"].items()
    ]


def encoder_of(plan: dict[str, Any], run: str, out: Path) -> Path:
    """The adapted encoder for a run: its own, or one that was kept from all that the run is measured on."""
    return out / "adapt" / plan["adapt"].get("instead", {}).get(run, run) / "encoder.pt"


def train_jobs(plan: dict[str, Any], configs: Path, out: Path) -> list[Job]:
    """In the order of the groups, and in each seed by seed: what is first is what must not be missing."""
    found = []
    for group in plan.get("train", ()):
        for seed, run in ((int(seed), run) for seed, runs in group["seeds"].items() for run in runs):
            config, encoder = group_config(plan, group, configs, out, run)
            job_out = out / "train" / group["name"] / f"{run}-{seed}"
            found.append(Job("train", group["name"], run, seed, config | {"run": run, "seed": seed}, job_out, encoder))
    return found


def distil_jobs(plan: dict[str, Any], configs: Path, out: Path) -> list[Job]:
    found = []
    for group in plan.get("distil", ()):
        for run, seeds in group["teachers"].items():
            config, encoder = group_config(plan, group, configs, out, run)
            seed, share = config["seed"], group.get("shares", {}).get(run, 1.0)
            teachers = tuple(out / "train" / group["of"] / f"{run}-{k}" / "model.pt" for k in seeds)
            job_out = out / "distil" / group["name"] / f"{run}-{seed}"
            found.append(Job("distil", group["name"], run, seed, config | {"run": run}, job_out, encoder, teachers, share))
    return found


def group_config(plan: dict[str, Any], group: dict[str, Any], configs: Path, out: Path, run: str) -> tuple[dict[str, Any], Path | None]:
    """The configuration of a group of runs, and the adapted encoder for a run if the group starts from one."""
    config = options.read_config(configs / group["config"]) | group.get("changes", {})
    if not group["adapted"]:
        return config, None
    encoder = encoder_of(plan, run, out)
    return config | {"encoder": str(encoder)}, encoder


def queues(jobs: Sequence[Job], workers: int) -> list[list[Job]]:
    """What each of so many workers does when jobs are begun in order, as by their shares they end."""
    found: list[list[Job]] = [[] for _ in range(workers)]
    for job in jobs:
        min(found, key=lambda queue: sum(j.share for j in queue)).append(job)
    return found


def with_minutes(jobs: Sequence[Job], minutes: float, workers: int, overhead: float) -> list[Job]:
    """Divide the time among the jobs by their shares; each spends ``overhead`` before and after its steps. Long ones come first."""
    jobs = sorted(jobs, key=lambda j: -j.share)
    each = queues(jobs, workers)
    unit = max(0.01, min((minutes - overhead * len(queue)) / sum(j.share for j in queue) for queue in each if queue))
    return [replace(j, minutes=unit * j.share) for j in jobs]


# --- one job


def figures(model_path: Path, run: str, device: str) -> dict[str, Any]:
    """What the field publishes, by part and source: LitBank's test and development documents of the run, the treebanks' development."""
    reader = reader_of(load_torch(model_path).to(device))
    return {part: measure(reader, run_documents(data_folder(), run, part)) for part in ("test", "dev")}


def do(job: Job, device: str, threads: int, deadline: float) -> str:
    """What became of a job; its figures are in its folder."""
    if time.time() > deadline:
        return "not begun"
    if job.missing:
        return f"waits for {', '.join(map(str, job.missing))}"
    torch.set_num_threads(threads)
    job.out.mkdir(parents=True, exist_ok=True)
    limits = Limits(minutes=job.minutes, deadline=deadline)
    if job.stage == "adapt":
        return "done" if adapt(job.config, job.out, device=device, limits=limits) else "stopped"
    path = job.out / "model.pt"
    if not path.exists():
        if job.stage == "train":
            train(job.config, job.out, device=device, limits=limits)
        else:
            distil(job.config, job.out, job.teachers, device=device, limits=limits)
    if not path.exists():
        return "stopped"
    cost = {k: torch.load(path, weights_only=True, map_location="cpu")[k] for k in ("step", "pieces", "seconds")}
    found = {"group": job.group, "run": job.run, "seed": job.seed, "config": job.config, **cost, **figures(path, job.run, device)}
    (job.out / "metrics.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return "done"


def do_all(jobs: list[Job], workers: int, device: str, threads: int, deadline: float) -> dict[str, str]:
    """``workers`` 0: one after the other in this process."""
    if not workers:
        return {job.label: do(job, device, threads, deadline) for job in jobs}
    with ProcessPoolExecutor(min(workers, len(jobs)), mp_context=get_context("spawn")) as pool:
        futures = {job.label: pool.submit(do, job, device, threads, deadline) for job in jobs}
        return {label: _outcome(future) for label, future in futures.items()}


def _outcome(future: Future[str]) -> str:
    try:
        return future.result()
    except Exception as error:  # one job that fails must not cost the others their time
        return f"failed: {type(error).__name__}: {error}"


# --- the summary


def summary(out: Path) -> dict[str, Any]:
    """Figures by group, run and seed, and over the folds their mean and standard deviation (of folds, seeds averaged)."""
    groups: dict[str, Any] = {}
    for path in sorted(out.glob("*/*/*/metrics.json")):
        found = json.loads(path.read_text(encoding="utf-8"))
        row = {f"{part} {source}": short(f) for part in ("test", "dev") for source, f in found[part].items()}
        row["cost"] = {k: found[k] for k in ("step", "pieces", "seconds")}
        groups.setdefault(f"{path.parents[2].name} {found['group']}", {}).setdefault(found["run"], {})[str(found["seed"])] = row
    for runs in groups.values():
        if folds := {run: seeds for run, seeds in runs.items() if run.startswith("fold-")}:
            runs["folds"] = over_folds(folds)
    adapted = {p.parent.name: json.loads(p.read_text(encoding="utf-8")) for p in sorted(out.glob("adapt/*/metrics.json"))}
    return {"adapt": adapted, **groups}


def over_folds(folds: dict[str, dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {"count": len(folds)}
    for source, names in FIGURES.items():
        for name in names:
            means = [
                statistics.mean(values)
                for seeds in folds.values()
                if (values := [row[source][name] for row in seeds.values() if name in row.get(source, {})])
            ]
            if means:
                spread = statistics.stdev(means) if len(means) > 1 else 0.0
                found[f"{source} {name}"] = [round(statistics.mean(means), 2), round(spread, 2)]
    return found


def table(found: dict[str, Any]) -> str:
    lines = []
    for group, runs in found.items():
        if group == "adapt":
            lines += [f"{group} {run}: {about}" for run, about in runs.items()]
            continue
        for run, seeds in runs.items():
            if run == "folds":
                lines.append(f"{group} folds: {seeds}")
                continue
            for seed, row in seeds.items():
                shown = [f"{s} {n} {row[s][n]}" for s, names in FIGURES.items() for n in names if n in row.get(s, {})]
                cost = row["cost"]
                lines.append(f"{group} {run} {seed}: {', '.join(shown)} ({cost['step']} steps in {cost['seconds']:.0f} s)")
    return "\n".join(lines)


# --- the command


def run_plan(
    plan: dict[str, Any], configs: Path, out: Path, *, stages: Sequence[str], workers: int, device: str, threads: int, minutes: float
) -> dict[str, str]:
    """What became of every job of the stages; ``workers`` -1: as many as the plan says."""
    end = time.time() + 60 * minutes
    outcome: dict[str, str] = {}
    make = {"adapt": adapt_jobs, "train": train_jobs, "distil": distil_jobs}
    for stage in stages:
        jobs = [j for j in make[stage](plan, configs, out) if not j.done]
        count = workers if workers >= 0 else int(plan["workers"][stage])
        if jobs and stage != "train" and math.isfinite(minutes):
            jobs = with_minutes(jobs, (end - time.time()) / 60, max(1, count), plan["overhead_minutes"])
        if jobs:
            outcome |= do_all(jobs, count, device, threads, end)
        (out / "summary.json").write_text(json.dumps(summary(out), indent=1) + "\n", encoding="utf-8")
    return outcome


def main() -> None:
    parser = options.parser(__doc__)
    parser.add_argument("plan", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--stage", nargs="+", choices=STAGES, default=STAGES)
    parser.add_argument("--minutes", type=float, default=math.inf)
    parser.add_argument("--workers", type=int, default=-1, help="processes; 0: this one alone")
    args = parser.parse_args()
    options.begin(args)
    os.environ["OMP_NUM_THREADS"] = str(args.threads)
    args.out.mkdir(parents=True, exist_ok=True)
    plan = tomllib.loads(args.plan.read_text(encoding="utf-8"))
    outcome = run_plan(
        plan, args.plan.parent, args.out, stages=args.stage, workers=args.workers, device=args.device, threads=args.threads,
        minutes=args.minutes,
    )  # fmt: skip
    print(table(summary(args.out)))
    for label, what in outcome.items():
        print(f"{label}: {what}")


if __name__ == "__main__":
    main()
