"""``fabula export``: a World in other formats."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click

from fabula.cli.files import open_world, spare_the_story
from fabula.cli.output import emit, remark
from fabula.world.world import World
from fabula.world.writing import write_file


def _json(world: World) -> str:
    from fabula.export.json import render_json

    return render_json(world)


def _html(world: World) -> str:
    from fabula.export.html import render_html

    return render_html(world)


_FORMATS: dict[str, Callable[[World], str]] = {"json": _json, "html": _html}
_EXAMPLES = """\b
Example:
  fabula export story.fabula --to html -o story.html
  fabula export story.fabula --to json | jq .characters
"""


@click.command(
    "export",
    short_help="Write a World as JSON or as a page to read.",
    help=f"{_EXAMPLES}\nWrite the World of FILE (a World file or a story) in another format: "
    "json, the whole World for programs; html, one page to read the story with its cast beside it.",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--to", "format", type=click.Choice(tuple(_FORMATS)), required=True, help="The format.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file to write. Standard output if left out, or -.")
@click.option("--quiet", is_flag=True, help="Say nothing on standard error.")
def export(file: Path, *, format: str, output: Path | None, quiet: bool) -> None:
    to_stdout = output is None or str(output) == "-"
    if to_stdout and format == "html" and sys.stdout.isatty():
        raise click.UsageError("a page is nothing for a terminal; give a file with -o page.html")
    world = open_world(file, quiet=quiet)
    text = _FORMATS[format](world)
    if output is None or to_stdout:
        emit(text)
        return
    target = output / f"{file.stem}.{format}" if output.is_dir() else output
    spare_the_story(target, file, world)
    write_file(target, text)
    if not quiet:
        remark(f"wrote {target}")
