"""``fabula ask``: a question to a World, or a conversation about it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
from rich.console import RenderableType

from fabula.ask import HELP, Answer, Asker, Conversation, QuestionError
from fabula.cli.files import open_world
from fabula.cli.output import answers, emit, remark
from fabula.cli.progress import reporting
from fabula.export.json import dumps
from fabula.world.places import place_of
from fabula.world.pretty import DIM, line, shown
from fabula.world.wording import clean, labels
from fabula.world.world import World

_NO_ANSWER = 5
_UNSURE = 0.6
_LONGEST = 400
_EXAMPLES = """\b
Example:
  fabula ask story.fabula "Who is Anne's father?"
  fabula ask story.fabula "When did they meet?" --json
  fabula ask story.fabula "Who is the lodger?" --until 3
  fabula ask story.fabula
"""


@click.command(
    "ask",
    short_help="Ask a World a question.",
    help=f"{_EXAMPLES}\nAsk the World of FILE (a World file or a story) a QUESTION in plain English. Prints a short answer and the "
    "words of the story it rests on. Exit status 5 says that the story does not tell. Without QUESTION it is a conversation: questions "
    'are read one a line, and "When?" or "Why him?" follow what was asked before.',
)
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("question", required=False)
@click.option("--until", type=click.IntRange(min=1), metavar="CHAPTER", help="Know nothing of what comes after this chapter.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON (in a conversation one a line).")
@click.option("--reveal", is_flag=True, help="Unfold what touches a content note.")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
def ask(file: Path, question: str | None, *, until: int | None, as_json: bool, reveal: bool, quiet: bool) -> None:
    if question is not None and not question.strip():
        raise click.UsageError(HELP)
    world = open_world(file, quiet=quiet)
    if until is not None:
        from fabula.world.making import silent  # all steps of reading: other questions need not wait for them
        from fabula.world.until import first_chapters

        with reporting(f"{file.name} until chapter {until}", quiet=quiet) as tell:
            world = first_chapters(world, until, tell or silent)
    if question is None:
        _converse(world, _lines(quiet=quiet), as_json=as_json, reveal=reveal)
        return
    found = Asker(world).answer(question)
    _print(world, found, as_json=as_json, reveal=reveal)
    if found.answer is None:
        sys.exit(_NO_ANSWER)


def _lines(*, quiet: bool) -> Iterator[str]:
    """The questions of a conversation; on a terminal there is a prompt for each."""
    stream = sys.stdin
    prompt = stream.isatty() and not quiet
    if prompt:
        remark("ask; an empty line ends the conversation")
    while True:
        if prompt:
            click.echo("? ", nl=False, err=True)
        given = stream.readline()
        if not given or (stream.isatty() and not given.strip()):
            return
        if given.strip():
            yield given


def _converse(world: World, questions: Iterable[str], *, as_json: bool, reveal: bool) -> None:
    conversation = Conversation(world)
    for text in questions:
        try:
            found = conversation.ask(text)
        except QuestionError as error:
            remark(str(error))
            continue
        if not as_json and _plain(found.question) != _plain(text):
            answers().print(line((clean(found.question), DIM), indent=0))
        _print(world, found, as_json=as_json, reveal=reveal)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" ?!.")


def _print(world: World, found: Answer, *, as_json: bool, reveal: bool) -> None:
    if as_json:
        emit(dumps(found.to_json()) + "\n")
        return
    console = answers()
    for part in _view(world, found, reveal=reveal):
        console.print(part)


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
            place = place_of(world, start)
            where = f"chapter {place.chapter}, paragraph {place.paragraph}: "
            yield line((where, DIM), shown(world, start, end, reveal=reveal, limit=_LONGEST))
