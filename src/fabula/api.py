"""Reading a story from Python: ``fabula.read("story.txt")``."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal

from fabula.errors import FabulaError, InputError
from fabula.reading.pipeline import STEPS
from fabula.reading.steps import Step, check_pipeline, run_pipeline
from fabula.text import read_manuscript
from fabula.text.manuscript import Manuscript
from fabula.world.build import build_world
from fabula.world.draft import Draft, file_key
from fabula.world.store import SCHEMA_VERSION, SUFFIX, Kind, sniff
from fabula.world.world import World

_READS = ("text", "lexicons", "encoder", "reading")
"""The rooms whose code decides what a reading finds."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A stage of a reading. ``kept``: it was read before and is taken as it stands. ``of`` counts all stages, the text's own too."""

    stage: str
    position: int
    of: int
    state: Literal["started", "done", "kept"]


OnStage = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of a reading: the World, its file (None where none was kept), and whether all of it was there already."""

    world: World
    file: Path | None
    unchanged: bool


def read(
    path: str | Path, *, output: str | Path | None = None, force: bool = False, on_stage: OnStage | None = None, store: bool = True
) -> World:
    """Read a story and return its World.

    The World is kept in ``output``, by default beside the story with the suffix ``.fabula``, and an unchanged story is not read
    twice (``force`` does). ``store=False`` keeps nothing. ``on_stage`` is told of every stage. A path of ``-`` is standard input,
    kept only where ``output`` says. Raises InputError for what cannot be read as a story, WorldFileError where the file cannot be kept.
    """
    return read_story(path, output=output, force=force, on_stage=on_stage, store=store).world


def read_story(
    path: str | Path, *, output: str | Path | None = None, force: bool = False, on_stage: OnStage | None = None, store: bool = True
) -> Reading:
    """As ``read``, and says where the World is kept and whether it was there already."""
    path = Path(path)
    tell = on_stage or (lambda progress: None)
    standard_input = str(path) == "-"
    if path.is_dir() and not standard_input:
        raise InputError(f"{path} is a folder, not a story", hint="name a story in it, or read them all with: fabula read FOLDER")
    if not standard_input and sniff_story(path):
        raise InputError(f"{path} is a World file, not a story", hint=f"look at it with: fabula show {path}")
    if not store or (standard_input and output is None):
        return Reading(_read_in_memory(_manuscript(path), tell), None, False)
    target = world_path(path) if output is None else Path(output)
    if not force and not standard_input and (world := _unchanged(path, target)) is not None:
        return Reading(world, target, True)
    return Reading(_read_into(target, _manuscript(path), force, tell), target, False)


def _manuscript(path: Path) -> Manuscript:
    return read_manuscript(sys.stdin.buffer if str(path) == "-" else path)


def sniff_story(path: Path) -> bool:
    """Whether the path is a World file rather than a story."""
    return path.is_file() and sniff(path) in (Kind.OURS, Kind.OLDER, Kind.NEWER)


def world_path(story: Path) -> Path:
    """Where a story's World is kept: beside it, ``story.fabula``; ``story.md.fabula`` where the first is the World of another file."""
    plain = story.with_suffix(SUFFIX)
    if sniff(plain) is Kind.OURS:
        world = World.open(plain)
        source = world.manuscript.source
        if source != story.name and (story.parent / source).is_file():
            return story.with_name(story.name + SUFFIX)
    return plain


# --- keys: what a stage rests on
@cache
def _code() -> str:
    """A digest of the code and the lexicons that decide what a reading finds, so that a mended Fabula does not show old findings."""
    digest = hashlib.sha256(str(SCHEMA_VERSION).encode())
    root = files("fabula")
    found = [root.joinpath(f"{name}.py") for name in ("spans", "columns", "layers", "elements")]
    queue: list[Traversable] = [root.joinpath(room) for room in _READS]
    while queue:
        folder = queue.pop()
        for item in sorted(folder.iterdir(), key=lambda t: t.name):
            if item.is_dir():
                queue.append(item)
            elif item.name.endswith((".py", ".txt")) or item.name == "manifest.json":
                found.append(item)
    for item in found:
        digest.update(item.name.encode() + b"\0" + item.read_bytes())
    return digest.hexdigest()


def text_key(sha256: str, source: str, options: Mapping[str, Any] | None = None) -> str:
    """The key of the text stage: the bytes, the file's name (its suffix is its format), the options and the code."""
    return hashlib.sha256(json.dumps([sha256, source, dict(options or {}), _code()], sort_keys=True).encode()).hexdigest()


def stage_keys(steps: tuple[Step, ...], text: str) -> dict[str, str]:
    """The key of every step: its version and the keys of the steps that it needs, so that a new version renews what rests on it."""
    giver = {"manuscript": text}
    keys: dict[str, str] = {}
    for step in steps:
        rests_on = sorted({giver[need] for need in step.needs})
        keys[step.name] = hashlib.sha256(json.dumps([step.origin, rests_on]).encode()).hexdigest()
        giver.update(dict.fromkeys(step.gives, keys[step.name]))
    return keys


def _unchanged(path: Path, target: Path) -> World | None:
    """The World in ``target`` when it is whole and was read from just this story by just this code."""
    if sniff(target) is not Kind.OURS or not path.is_file():
        return None
    with path.open("rb") as f:
        text = text_key(hashlib.file_digest(f, "sha256").hexdigest(), path.name)
    key, stages, _ = file_key(target)
    if key != text or {s.name: s.key for s in stages} != stage_keys(STEPS, text):
        return None
    return World.open(target)


# --- reading
def _read_in_memory(manuscript: Manuscript, tell: OnStage) -> World:
    layers: dict[str, Any] = {"manuscript": manuscript}
    origins: dict[str, str] = {}
    tell(Progress("text", 0, len(STEPS) + 1, "done"))
    for i, step in enumerate(STEPS, 1):
        given = _run(step, layers, i, tell)
        layers.update(given)
        origins.update(dict.fromkeys(given, step.origin))
    return build_world(layers, origins=origins)


def _read_into(target: Path, manuscript: Manuscript, force: bool, tell: OnStage) -> World:
    """Run the stages that the file does not hold yet, each kept as soon as it is done."""
    check_pipeline(STEPS)
    text = text_key(manuscript.sha256, manuscript.source)
    keys = stage_keys(STEPS, text)
    with Draft(target) as draft:
        draft.begin(manuscript, key=text, planned=tuple(keys), force=force)
        tell(Progress("text", 0, len(STEPS) + 1, "done"))
        kept = draft.layers()
        layers: dict[str, Any] = {"manuscript": manuscript}
        for i, step in enumerate(STEPS, 1):
            if draft.holds(step.name, keys[step.name]):
                layers.update({name: kept[name] for name in step.gives})
                tell(Progress(step.name, i, len(STEPS) + 1, "kept"))
                continue
            given = _run(step, layers, i, tell)
            draft.put(step.name, given, origin=step.origin, key=keys[step.name], position=i)
            layers.update(given)
    return World.open(target)


def _run(step: Step, layers: Mapping[str, Any], position: int, tell: OnStage) -> Mapping[str, Any]:
    tell(Progress(step.name, position, len(STEPS) + 1, "started"))
    needs = {name: layers[name] for name in ("manuscript", *step.needs)}
    ((_, given),) = run_pipeline((step,), needs)
    tell(Progress(step.name, position, len(STEPS) + 1, "done"))
    return given


__all__ = ["FabulaError", "Progress", "Reading", "World", "read", "read_story", "stage_keys", "text_key", "world_path"]
