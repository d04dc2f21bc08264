"""``fabula ask``: a question to a World."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import RenderableType

from fabula.ask import HELP, Answer, Asker
from fabula.cli.files import open_world
from fabula.cli.output import answers, emit
from fabula.export.json import dumps
from fabula.world.pretty import line, shown
from fabula.world.wording import clean, labels
from fabula.world.world import World

_NO_ANSWER = 5
_UNSURE = 0.6
_LONGEST = 400
_EXAMPLES = """\b
Example:
  fabula ask story.fabula "Who is Anne's father?"
  fabula ask story.fabula "What are the rules of magic?"
  fabula ask story.fabula "When did they meet?" --json
"""


@click.command(
    "ask",
    short_help="Ask a World a question.",
    help=f"{_EXAMPLES}\nAsk the World of FILE (a World file or a story) a QUESTION in plain English. Prints a short answer and the "
    "words of the story it rests on. Exit status 5 says that the story does not tell.",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("question", required=False, default="")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@click.option("--reveal", is_flag=True, help="Unfold what touches a content note.")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
def ask(file: Path, question: str, *, as_json: bool, reveal: bool, quiet: bool) -> None:
    if not question.strip():
        raise click.UsageError(HELP)
    world = open_world(file, quiet=quiet)
    found = Asker(world).answer(question)
    if as_json:
        emit(dumps(found.to_json()) + "\n")
    else:
        console = answers()
        for part in _view(world, found, reveal=reveal):
            console.print(part)
    if found.answer is None:
        sys.exit(_NO_ANSWER)


def _view(world: World, found: Answer, *, reveal: bool) -> Iterator[RenderableType]:
    """The answer and its evidence, one per line; what touches a content note only on demand."""
    folded = bool(found.noted) and not reveal
    if found.answer is None:
        yield line("The story does not say." + (" The nearest passages:" if found.evidence else ""), indent=0)
    elif folded:
        yield line(f"The answer touches a content note ({labels(found.noted)}); add --reveal to read it.", indent=0)
    else:
        unsure = " (unsure)" if found.confidence < _UNSURE else ""
        for text in found.answer.splitlines():
            yield line((clean(text), "bold"), unsure, indent=0)
    said = {clean(text) for text in (found.answer or "").splitlines()}
    for start, end in found.evidence:
        if clean(world.text[start:end]) not in said:
            yield line(shown(world, start, end, reveal=reveal, limit=_LONGEST))
