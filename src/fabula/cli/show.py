"""``fabula show``: what a World holds, part by part."""

from __future__ import annotations

from pathlib import Path

import click

from fabula.cli.files import open_world
from fabula.cli.output import answers, emit
from fabula.cli.sections import PARTS, folded_text, part_json, part_view
from fabula.export.json import dumps

_EXAMPLES = """\b
Example:
  fabula show story.fabula
  fabula show story.fabula scenes
  fabula show story.fabula Anne --json
"""


@click.command(
    "show",
    short_help="Show a World: a summary, a part, or a character.",
    help=f"{_EXAMPLES}\nShow the World of FILE (a World file or a story): a summary, one PART of it, or one character by NAME. "
    f"PART is one of {', '.join(PARTS)}. What is unsure says so; passages that touch a content note are folded.",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("part", metavar="[PART|NAME]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the part as JSON, unsure items and all.")
@click.option("--reveal", is_flag=True, help="Unfold passages that touch a content note.")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
def show(file: Path, part: str | None, *, as_json: bool, reveal: bool, quiet: bool) -> None:
    world = open_world(file, quiet=quiet)
    if as_json:
        emit(dumps(part_json(world, part)) + "\n")
        return
    console = answers()
    if part == "text" and not console.is_terminal:
        emit(world.text if reveal else folded_text(world))
        return
    for view in part_view(world, part, reveal=reveal):
        console.print(view)
