"""Making a World: the reading steps run one after the other, each kept under a key of what it rests on.

A key is made of the text, the options, the code, and the user's corrections where they matter, so that what is unchanged is not read
again and what a correction touches is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal

from fabula.corrections import Correction, active, decisive, digest
from fabula.reading.pipeline import STEPS
from fabula.reading.steps import Step, check_pipeline, passed, run_pipeline
from fabula.text.manuscript import Manuscript
from fabula.world.build import build_world
from fabula.world.draft import Draft, file_key
from fabula.world.store import SCHEMA_VERSION
from fabula.world.world import World

_READS = ("text", "lexicons", "encoder", "reading")
"""The rooms whose code decides what a reading finds."""
_SHARED = ("spans", "columns", "layers", "elements", "anchors", "corrections")


@dataclass(frozen=True, slots=True)
class Progress:
    """A stage of a reading. ``kept``: it was read before and is taken as it stands. ``of`` counts all stages, the text's own too."""

    stage: str
    position: int
    of: int
    state: Literal["started", "done", "kept"]


OnStage = Callable[[Progress], None]


def silent(progress: Progress) -> None:
    """For those who want to be told nothing."""


# --- keys: what a stage rests on
@cache
def code() -> str:
    """A digest of the code, lexicons and weights that decide what a reading finds, so that a mended Fabula does not show old findings."""
    digest = hashlib.sha256(str(SCHEMA_VERSION).encode())
    root = files("fabula")
    found = [root.joinpath(f"{name}.py") for name in _SHARED]
    queue: list[Traversable] = [root.joinpath(room) for room in _READS]
    while queue:
        folder = queue.pop()
        for item in sorted(folder.iterdir(), key=lambda t: t.name):
            if item.is_dir():
                queue.append(item)
            elif item.name.endswith((".py", ".txt", ".json", ".npz")):
                found.append(item)
    for item in found:
        digest.update(item.name.encode() + b"\0" + item.read_bytes())
    return digest.hexdigest()


def text_key(sha256: str, source: str, options: Mapping[str, Any] | None = None) -> str:
    """The key of the text stage: the bytes, the file's name (its suffix is its format), the options and the code."""
    return hashlib.sha256(json.dumps([sha256, source, dict(options or {}), code()], sort_keys=True).encode()).hexdigest()


def stage_keys(steps: Sequence[Step], text: str, corrections: Sequence[Correction] = ()) -> dict[str, str]:
    """The key of every step: its version and the keys of the steps that it needs, so that a new version renews what rests on it."""
    giver = {"manuscript": text, "corrections": digest(corrections), "corrected": str(bool(corrections))}
    keys: dict[str, str] = {}
    for step in steps:
        rests_on = sorted({giver[need] for need in step.needs})
        keys[step.name] = hashlib.sha256(json.dumps([step.origin, rests_on]).encode()).hexdigest()
        giver.update(dict.fromkeys(step.gives, keys[step.name]))
    return keys


# --- making
def make_in_memory(manuscript: Manuscript, steps: Sequence[Step], log: Sequence[Correction] = (), tell: OnStage = silent) -> World:
    """The World of a text under a log of corrections, kept nowhere."""
    layers = _given(manuscript, decisive(active(log)))
    origins: dict[str, str] = {}
    tell(Progress("text", 0, len(steps) + 1, "done"))
    for i, step in enumerate(steps, 1):
        layers.update(_run(step, layers, Progress(step.name, i, len(steps) + 1, "started"), tell))
        origins.update(dict.fromkeys(step.lasting, step.origin))
        _let_go(layers, steps[i:], passed(steps))
    return build_world(layers, origins=origins, log=log)


def make_in_draft(
    draft: Draft, manuscript: Manuscript, steps: Sequence[Step], *, text: str, force: bool = False, tell: OnStage = silent
) -> None:
    """Run the stages that the draft does not hold yet under its corrections, each kept as soon as it is done."""
    check_pipeline(steps)
    corrections = decisive(draft.corrections())
    keys = stage_keys(steps, text, corrections)
    draft.begin(manuscript, key=text, planned=tuple(keys), force=force)
    tell(Progress("text", 0, len(steps) + 1, "done"))
    kept, layers = draft.layers(), _given(manuscript, corrections)
    done = {s.name for s in steps if draft.holds(s.name, keys[s.name]) and all(name in kept for name in s.lasting)}
    for i, step in enumerate(steps, 1):
        if step.name in done:
            layers.update({name: kept[name] for name in step.lasting})
            layers.update(_once_more(step, layers, [s for s in steps[i:] if s.name not in done]))
            tell(Progress(step.name, i, len(steps) + 1, "kept"))
        else:
            given = _run(step, layers, Progress(step.name, i, len(steps) + 1, "started"), tell)
            lasting = {name: given[name] for name in step.lasting}
            draft.put(step.name, lasting, origin=step.origin, key=keys[step.name], position=i)
            layers.update(given)
        _let_go(layers, steps[i:], passed(steps))
    draft.mark_corrected(corrections)


def _once_more(step: Step, layers: Mapping[str, Any], ahead: Sequence[Step]) -> Mapping[str, Any]:
    """What a kept step does not keep, where a step ahead needs it."""
    if step.again is None or not {*step.passing} & {name for s in ahead for name in s.needs}:
        return {}
    return step.again(**{name: layers[name] for name in step.needs})


def _let_go(layers: dict[str, Any], ahead: Sequence[Step], passing: frozenset[str]) -> None:
    """Drop what is kept nowhere as soon as no step ahead needs it: it is large."""
    for name in passing & set(layers) - {need for s in ahead for need in s.needs}:
        del layers[name]


def _given(manuscript: Manuscript, corrections: Sequence[Correction]) -> dict[str, Any]:
    return {"manuscript": manuscript, "corrections": tuple(corrections), "corrected": bool(corrections)}


def _run(step: Step, layers: Mapping[str, Any], progress: Progress, tell: OnStage) -> Mapping[str, Any]:
    tell(progress)
    needs = {name: layers[name] for name in ("manuscript", *step.needs)}
    ((_, given),) = run_pipeline((step,), needs)
    tell(Progress(progress.stage, progress.position, progress.of, "done"))
    return given


# --- the user's corrections
def correct_file(path: Path, entries: Sequence[Correction], steps: Sequence[Step] = STEPS, tell: OnStage = silent) -> World:
    """Add corrections to the log of a World file, then decide its World anew by them.

    The log is committed first: if anything fails afterwards, the next edit or reading works them in.
    """
    with Draft(path) as draft:
        draft.correct(entries)
        manuscript = World.open(path).manuscript
        make_in_draft(draft, manuscript, steps, text=_kept_key(path, manuscript), tell=tell)
    return World.open(path)


def work_in(path: Path, tell: OnStage = silent) -> World:
    """Decide a World file anew by the corrections that its log holds, those too that come in meanwhile."""
    world = correct_file(path, (), tell=tell)
    while world.pending:
        world.detach()
        world = correct_file(path, (), tell=tell)
    return world


def _kept_key(path: Path, manuscript: Manuscript) -> str:
    """The key of the text that a file holds; where another Fabula wrote it, one that no story has, so that the story is read anew."""
    current = text_key(manuscript.sha256, manuscript.source)
    return current if file_key(path)[0] == current else hashlib.sha256(f"kept {current}".encode()).hexdigest()


def correct_in_memory(world: World, entries: Sequence[Correction], steps: Sequence[Step] = STEPS, tell: OnStage = silent) -> World:
    """The World of the same text under more corrections, kept nowhere."""
    return make_in_memory(world.manuscript, steps, (*world.log, *entries), tell)
