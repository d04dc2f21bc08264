"""``fabula review``: the least certain decisions, and the commands that settle them."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import RenderableType
from rich.text import Text

from fabula.cli.files import open_world
from fabula.cli.output import answers, emit
from fabula.export.json import dumps
from fabula.world.pretty import DIM, line, shown
from fabula.world.review import Doubt, doubts, to_json
from fabula.world.wording import clean, count
from fabula.world.world import World

_EXAMPLES = """\b
Example:
  fabula review story.fabula
  fabula review story.fabula --limit 3 --json
"""


@click.command(
    "review",
    short_help="Show what to correct first.",
    help=f"{_EXAMPLES}\nShow the least certain decisions in the World of FILE (a World file or a story), those first that most else "
    "hangs on, each with the commands that settle it.",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--limit", type=click.IntRange(min=1), default=10, help="How many to show. Default: 10.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.option("--reveal", is_flag=True, help="Unfold passages that touch a content note.")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
def review(file: Path, *, limit: int, as_json: bool, reveal: bool, quiet: bool) -> None:
    world = open_world(file, quiet=quiet)
    found = doubts(world)
    if as_json:
        emit(dumps([to_json(d) for d in found[:limit]]) + "\n")
        return
    console = answers()
    target = clean(str(world.file or file))
    for i, doubt in enumerate(found[:limit], 1):
        for part in _view(world, i, doubt, target, reveal=reveal):
            console.print(part, soft_wrap=isinstance(part, Text))
    if not found:
        console.print("Nothing to review.")
    elif len(found) > limit:
        console.print(line((f"and {len(found) - limit:,} more", DIM), indent=4))


def _view(world: World, number: int, doubt: Doubt, file: str, *, reveal: bool) -> Iterator[RenderableType]:
    """What is uncertain, who else it may be, and what to type."""
    if doubt.kind == "speaker" and doubt.span is not None:
        who = " · ".join(f"{clean(world.name_of(c))} {p:.0%}" for c, p in doubt.candidates[:3]) or "nobody known"
        others = f"; {count(doubt.lines - 1, 'line')} beside it" if doubt.lines > 1 else ""
        yield line((f"{number:>2}  ", DIM), shown(world, *doubt.span, reveal=reveal), f"  {who}{others}", indent=4, first=0)
    else:
        yield line((f"{number:>2}  ", DIM), clean(doubt.text), f" ({doubt.confidence:.0%})", indent=4, first=0)
        if doubt.span is not None:
            yield line((shown(world, *doubt.span, reveal=reveal), DIM), indent=4)
    for command in doubt.commands:
        yield Text(f"    fabula edit {shlex.join([file, *map(clean, command)])}", style=DIM)
