"""Reading a story from Python: ``fabula.read("story.txt")``."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path

from fabula.corrections import decisive
from fabula.errors import FabulaError, InputError
from fabula.reading.pipeline import STEPS
from fabula.text import read_manuscript
from fabula.text.manuscript import Manuscript
from fabula.world.draft import Draft, file_key
from fabula.world.making import OnStage, Progress, make_in_draft, make_in_memory, stage_keys, text_key
from fabula.world.store import SUFFIX, Kind, sniff
from fabula.world.world import World


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
        return Reading(make_in_memory(_manuscript(path), STEPS, tell=tell), None, False)
    target = world_path(path) if output is None else Path(output)
    if not force and not standard_input and (world := _unchanged(path, target)) is not None:
        return Reading(world, target, True)
    return Reading(_read_into(target, _manuscript(path), force, tell), target, False)


def _read_into(target: Path, manuscript: Manuscript, force: bool, tell: OnStage) -> World:
    """Run the stages that the file does not hold yet, each kept as soon as it is done."""
    with Draft(target) as draft:
        make_in_draft(draft, manuscript, STEPS, text=text_key(manuscript.sha256, manuscript.source), force=force, tell=tell)
    return World.open(target)


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


def _unchanged(path: Path, target: Path) -> World | None:
    """The World in ``target`` when it is whole and was read from just this story by just this code."""
    if sniff(target) is not Kind.OURS or not path.is_file():
        return None
    with path.open("rb") as f:
        text = text_key(hashlib.file_digest(f, "sha256").hexdigest(), path.name)
    world = World.open(target)
    key, stages, _ = file_key(target)
    if key != text or {s.name: s.key for s in stages} != stage_keys(STEPS, text, decisive(world.corrections)):
        return None
    return world


__all__ = ["FabulaError", "OnStage", "Progress", "Reading", "World", "read", "read_story", "stage_keys", "text_key", "world_path"]
