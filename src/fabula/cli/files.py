"""FILE on the command line: a World file, or the story itself (then its World beside it, read first where there is none)."""

from __future__ import annotations

from pathlib import Path

import click

from fabula.cli.output import remark
from fabula.cli.progress import reporting
from fabula.errors import InputError, WorldFileError
from fabula.world.store import SUFFIX, Kind, sniff
from fabula.world.world import World

STORY_SUFFIXES = (".txt", ".text", ".md", ".markdown", ".mkd", ".html", ".htm", ".xhtml", ".epub", ".docx")
_NO_STORIES = frozenset({"readme", "license", "licence", "changelog", "contributing", "copying", "notice", "requirements"})


def stories_in(folder: Path) -> list[Path]:
    """The stories of a folder (not of its subfolders), by name. Raises InputError when there is none."""
    try:
        found = sorted(p for p in folder.iterdir() if _is_story(p))
    except OSError as error:
        raise InputError(f"cannot look into {folder}: {error.strerror or error}", hint="check its permissions") from error
    if not found:
        raise InputError(f"no stories in {folder}", hint=f"a story is a file that ends in {', '.join(STORY_SUFFIXES)}")
    return found


def worlds_in(file: Path) -> list[Path]:
    """FILE itself, or of a folder its Worlds and those stories that have no World there. Raises InputError when there is none."""
    if not file.is_dir():
        return [file]
    worlds = sorted(p for p in file.iterdir() if p.suffix.lower() == SUFFIX and p.is_file())
    has = {p.stem for p in worlds}
    stories = [] if worlds and not any(_is_story(p) for p in file.iterdir()) else stories_in(file)
    return [*worlds, *(p for p in stories if p.stem not in has and p.name not in has)]


def _is_story(path: Path) -> bool:
    named = path.suffix.lower() in STORY_SUFFIXES and path.stem.lower() not in _NO_STORIES
    return named and not path.name.startswith(".") and path.is_file()


def open_world(file: Path, *, quiet: bool = False) -> World:
    """The World of FILE. A story without a World, or changed since, is read first; what cannot be kept beside it is read all the same."""
    if file.suffix.lower() == SUFFIX or sniff(file) in (Kind.OURS, Kind.OLDER, Kind.NEWER):
        world = World.open(file)
    else:
        world = _read(file, quiet=quiet)
    if world.pending:
        source = world.story.source
        remark(f"corrections of {source} are not worked in yet; fabula read {source} does it, and so does the next edit")
    if world.unfinished:
        remark(f"the reading of {world.story.source} was broken off; fabula read {world.story.source} goes on from there")
    return world


def spare_the_story(target: Path, file: Path, world: World) -> None:
    """Raise UsageError where writing to ``target`` would overwrite the story or a World."""
    stories = [file, *([world.file.parent / world.manuscript.source] if world.file else [])]
    is_story = any(s.exists() and target.exists() and s.samefile(target) for s in stories)
    if is_story or sniff(target) not in (Kind.NOTHING, Kind.FOREIGN):
        raise click.UsageError(f"{target} is the story or a World; give another file with -o")


def _read(file: Path, *, quiet: bool) -> World:
    from fabula import api  # all steps of reading: half a second that a World which is there need not wait for

    with reporting(file.name, quiet=quiet) as tell:
        try:
            return api.read(file, on_stage=tell)
        except WorldFileError as error:
            if str(file) == "-" or sniff(api.world_path(file)) is not Kind.NOTHING:
                raise
            remark(f"{error}; read without keeping it")
            return api.read(file, on_stage=tell, store=False)
