"""``fabula read``: stories to World files, and a summary of each."""

from __future__ import annotations

import shlex
import sys
import traceback
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import click
from rich.text import Text

from fabula import api
from fabula.cli import State
from fabula.cli.files import stories_in
from fabula.cli.output import answers, emit, remark
from fabula.cli.progress import reporting
from fabula.errors import FabulaError
from fabula.export.json import dumps, render_json
from fabula.world.log import backup_path
from fabula.world.pretty import world_summary
from fabula.world.store import SUFFIX
from fabula.world.wording import clean

_SOME_FAILED = 6
_EXAMPLES = """\b
Example:
  fabula read story.txt
  fabula read stories/ --quiet
  fabula read story.epub -o worlds/story.fabula
  cat story.txt | fabula read - --json > story.json
"""


@dataclass(frozen=True, slots=True)
class Options:
    """How each story of one call is read and shown."""

    force: bool
    quiet: bool
    as_json: bool
    several: bool


@click.command(
    "read",
    short_help="Read stories and keep their Worlds.",
    help=f"{_EXAMPLES}\nRead each STORY, keep its World beside it (story.fabula) and print a summary. "
    "STORY is a file (.txt, .md, .html, .epub, .docx), a folder of stories, or - for standard input.",
)
@click.argument("stories", metavar="STORY…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Where to keep the World: a file, or a folder for several.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole World as JSON instead of a summary.")
@click.option("--force", is_flag=True, help="Read again even where nothing has changed.")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
def read(stories: tuple[Path, ...], *, output: Path | None, as_json: bool, force: bool, quiet: bool) -> None:
    paths = [p for story in stories for p in (stories_in(story) if story.is_dir() else [story])]
    several = len(paths) > 1 or any(s.is_dir() for s in stories)
    targets = _targets(paths, output, several=several)
    options = Options(force=force, quiet=quiet, as_json=as_json, several=several)
    if not several:
        _one(paths[0], targets[0], options)
        return
    failed = sum(not _tried(path, target, options, first=i == 0) for i, (path, target) in enumerate(zip(paths, targets, strict=True)))
    if failed:
        remark(f"{failed} of {len(paths)} stories could not be read")
        sys.exit(_SOME_FAILED)


def _targets(paths: list[Path], output: Path | None, *, several: bool) -> list[Path | None]:
    """Where each World is kept: None is beside its story. Raises UsageError where two would share a file."""
    if output is None or not output.is_dir():
        if several and output is not None:
            raise click.UsageError("for several stories -o must be a folder that exists")
        return [output] * len(paths)
    stems = Counter(path.stem for path in paths)
    names = [path.name if stems[path.stem] > 1 else path.stem for path in paths]
    if len(set(names)) < len(names):
        raise click.UsageError("two of these stories have the same name; keep their Worlds in different folders")
    return [output / f"{'story' if name == '-' else name}{SUFFIX}" for name in names]


def _tried(path: Path, target: Path | None, options: Options, *, first: bool) -> bool:
    """Read one of several stories; what goes wrong is told, so that the others are read all the same."""
    try:
        _one(path, target, options, first=first)
    except BrokenPipeError:
        raise
    except FabulaError as error:
        remark(str(error))
        return False
    except Exception as error:
        if click.get_current_context().find_root().ensure_object(State).debug:
            traceback.print_exc()
        remark(f"{path}: unexpected error: {type(error).__name__}: {error} (run it again with --debug)")
        return False
    return True


def _one(path: Path, output: Path | None, options: Options, *, first: bool = True) -> None:
    name = "standard input" if str(path) == "-" else path.name
    with reporting(name, quiet=options.quiet) as tell:
        reading = api.read_story(path, output=output, force=options.force, on_stage=tell)
    if reading.unchanged and not options.quiet:
        remark(f"{name} is unchanged, so its World was not made again (--force does it all the same)")
    _tell_of_lost_corrections(reading)
    if options.as_json:
        emit(dumps(reading.world.to_json()) + "\n" if options.several else render_json(reading.world))
        return
    console = answers()
    if not first:
        console.print()
    console.print(world_summary(reading.world))
    console.print()
    for label, command in _next_steps(reading)[: 1 if options.several else None]:
        console.print(Text.assemble((f"{label:<11} ", "bold"), command), soft_wrap=True)


def _tell_of_lost_corrections(reading: api.Reading) -> None:
    """A World made anew may have lost corrections that the copy beside it still has."""
    if reading.file is None or reading.world.log:
        return
    backup = backup_path(reading.file)
    if backup.is_file():
        remark(f"{backup} holds corrections that this World lacks; bring them back with: fabula edit {reading.file} import {backup}")


def _next_steps(reading: api.Reading) -> list[tuple[str, str]]:
    """What to type next, with the names of this story."""
    if reading.file is None:
        return [("Not kept", "name a file to keep it: fabula read - -o story.fabula")]
    file = shlex.quote(clean(str(reading.file)))
    named = (clean(c.name) for c in reading.world.characters if c.importance == "major" and c.name[:1].isupper())
    who = next(named, None)
    question = shlex.quote(f"Who is {who}?") if who else '"Who …?"'
    return [
        ("Kept in", file),
        ("Next", f"fabula show {file} cast"),
        ("", f"fabula ask {file} {question}"),
        ("", f"fabula export {file} --to html -o {shlex.quote(clean(str(reading.file.with_suffix('.page.html'))))}"),
    ]
