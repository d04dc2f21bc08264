"""``fabula ask``: a question to a World."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from fabula.ask import Answer
from fabula.ask import answer as answer_question
from fabula.spans import Span
from fabula.world.world import World

_NO_ANSWER = 5
_LONGEST_SHOWN = 400


@click.command(
    "ask",
    epilog='\b\nExamples:\n  fabula ask story.fabula "Who is Ann\'s sister?"\n  fabula ask story.fabula "When did they meet?" --json',
)
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("question")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@click.option("--reveal", is_flag=True, help="Show evidence that touches a content note.")
def ask(file: Path, question: str, *, as_json: bool, reveal: bool) -> None:
    """Ask FILE a QUESTION in plain English.

    Prints a short answer and the words of the story it rests on. Exit status 5 says that the story does not tell.
    """
    world = World.open(file)
    found = answer_question(world, question)
    if as_json:
        click.echo(json.dumps(found.to_json(), ensure_ascii=False))
    else:
        _show(world, found, reveal=reveal)
    if found.answer is None:
        sys.exit(_NO_ANSWER)


def _show(world: World, found: Answer, *, reveal: bool) -> None:
    folded = bool(found.noted) and not reveal
    if found.answer is None:
        click.echo("The story does not say." + (" The nearest passages:" if found.evidence else ""))
    elif folded:
        click.echo(f"(folded: {', '.join(found.noted)}; add --reveal to read it)")
    else:
        click.secho(found.answer, bold=True)
        if found.confidence < 0.6:
            click.echo("(not sure)")
    if found.answer is None and folded:
        click.echo(f"  (folded: {', '.join(found.noted)}; add --reveal to read them)")
    for span in () if folded else found.evidence:
        click.echo(f"  {_line(world, span)}")


def _line(world: World, span: Span) -> str:
    text = " ".join(world.text[span[0] : span[1]].split())
    return f"{text[:_LONGEST_SHOWN].rstrip()} …" if len(text) > _LONGEST_SHOWN else text
