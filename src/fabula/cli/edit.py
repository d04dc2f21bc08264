"""``fabula edit``: the user's corrections, and what each of them changes."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
from rich.console import RenderableType

from fabula.cli.files import open_world, spare_the_story
from fabula.cli.output import answers, emit, remark, remarks
from fabula.cli.progress import reporting
from fabula.corrections import PRONOUNS, TYPES
from fabula.errors import InputError, WorldFileError
from fabula.export.json import dumps
from fabula.world.difference import Change, Difference, difference, to_json
from fabula.world.edit import Edit
from fabula.world.log_view import log_rows
from fabula.world.making import silent
from fabula.world.pretty import DIM, line, shown
from fabula.world.wording import clean, correction_words, count, joined
from fabula.world.world import World
from fabula.world.writing import write_file

_NO_PLACE = 5
_FIRST = 5
_AT = "a position, a range START:END, or words of the story"
_Command = Callable[..., Any]


def _help(example: str, text: str) -> str:
    return f"\b\nExample:\n  fabula edit {example}\n\n{text}"


@click.group(
    "edit",
    short_help="Correct a World.",
    help="\b\nExample:\n"
    '  fabula edit story.fabula merge "Lizzy" "Elizabeth"\n'
    '  fabula edit story.fabula speaker "Out where?" Ruth\n'
    "  fabula edit story.fabula undo\n\n"
    "Correct the World of FILE (a World file or a story). What rests on a correction is decided anew, so that one mends its neighbours, "
    "and it holds when the story is read again or changed. fabula review FILE shows where to begin.",
)
@click.argument("file", type=click.Path(path_type=Path))
def edit(file: Path) -> None: ...


def _shared(command: _Command) -> _Command:
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print what changed as JSON."),
        click.option("--quiet", is_flag=True, help="No progress on standard error."),
    ):
        command = option(command)
    return click.pass_context(command)


@edit.command(
    "merge",
    short_help="Several characters are one.",
    help=_help('story.fabula merge "Lizzy" "Elizabeth"', "The characters named are one."),
)
@click.argument("names", metavar="NAME NAME…", nargs=-1, required=True)
@_shared
def merge(ctx: click.Context, *, names: tuple[str, ...], as_json: bool, quiet: bool) -> None:
    if len(names) < 2:
        raise click.UsageError("two names are needed", ctx)
    _correct(ctx, lambda e: e.merge(*names), as_json=as_json, quiet=quiet)


@edit.command(
    "split",
    short_help="A form of a name, or some mentions, are somebody else's.",
    help=_help(
        'story.fabula split "Elizabeth" "Miss Bennet"',
        "FORM, a form of the name NAME or another character, is somebody else; so are the mentions at --at.",
    ),
)
@click.argument("name")
@click.argument("form", required=False)
@click.option("--at", "places", metavar="AT", multiple=True, help=f"A mention that is somebody else's: {_AT}. May be given several times.")
@click.option("--as", "new_name", metavar="NAME", default="", help="What the other one is called.")
@_shared
def split(ctx: click.Context, *, name: str, form: str | None, places: tuple[str, ...], new_name: str, as_json: bool, quiet: bool) -> None:
    at = [_place(p) for p in places]
    _correct(ctx, lambda e: e.split(name, form, at=at, name=new_name), as_json=as_json, quiet=quiet)


@edit.command(
    "rename",
    short_help="A character has another name.",
    help=_help('story.fabula rename "the nurse" "Ida"', "NAME is called NEW."),
)
@click.argument("name")
@click.argument("new")
@_shared
def rename(ctx: click.Context, *, name: str, new: str, as_json: bool, quiet: bool) -> None:
    _correct(ctx, lambda e: e.rename(name, new), as_json=as_json, quiet=quiet)


@edit.command(
    "retype",
    short_help="A character is an animal, a group, nobody …",
    help=_help("story.fabula retype Rex animal", f"NAME is of TYPE: {', '.join(TYPES)} (no character at all)."),
)
@click.argument("name")
@click.argument("type", metavar="TYPE", type=click.Choice(TYPES))
@_shared
def retype(ctx: click.Context, *, name: str, type: str, as_json: bool, quiet: bool) -> None:
    _correct(ctx, lambda e: e.retype(name, type), as_json=as_json, quiet=quiet)


@edit.command(
    "pronouns",
    short_help="A character goes by other pronouns.",
    help=_help("story.fabula pronouns Sam they", f"NAME goes by PRONOUN: {', '.join(PRONOUNS)}."),
)
@click.argument("name")
@click.argument("pronoun", metavar="PRONOUN", type=click.Choice(PRONOUNS))
@_shared
def pronouns(ctx: click.Context, *, name: str, pronoun: str, as_json: bool, quiet: bool) -> None:
    _correct(ctx, lambda e: e.pronouns(name, pronoun), as_json=as_json, quiet=quiet)


@edit.command(
    "speaker",
    short_help="A quotation is said by somebody.",
    help=_help('story.fabula speaker "Out where?" Ruth', f"The quotation AT ({_AT}) is said by NAME; without NAME, nobody knows by whom."),
)
@click.argument("at")
@click.argument("name", required=False)
@click.option("--new", is_flag=True, help="NAME is somebody whom the story never names.")
@_shared
def speaker(ctx: click.Context, *, at: str, name: str | None, new: bool, as_json: bool, quiet: bool) -> None:
    _correct(ctx, lambda e: e.speaker(_place(at), name, new=new), as_json=as_json, quiet=quiet)


@edit.command(
    "mention",
    short_help="A name, description or pronoun means somebody.",
    help=_help(
        'story.fabula mention "and put on [his] hat" Paul',
        f"The mention AT ({_AT}, the mention in [brackets]) means NAME; of several, all of them.",
    ),
)
@click.argument("at")
@click.argument("names", metavar="NAME…", nargs=-1, required=True)
@click.option("--new", is_flag=True, help="NAME is somebody whom the story never names.")
@_shared
def mention(ctx: click.Context, *, at: str, names: tuple[str, ...], new: bool, as_json: bool, quiet: bool) -> None:
    _correct(ctx, lambda e: e.mention(_place(at), *names, new=new), as_json=as_json, quiet=quiet)


@edit.command(
    "dismiss",
    short_help="A fact, a tie, an issue … is wrong.",
    help=_help(
        "story.fabula dismiss facts:3",
        "ITEM is wrong and no longer shown, or with --keep it is right as it is. ITEM is a list and the number in it (facts:3, as "
        "fabula show FILE facts --json counts) or words that the item holds (facts:hazel).",
    ),
)
@click.argument("item")
@click.option("--keep", is_flag=True, help="The item is right as it is.")
@_shared
def dismiss(ctx: click.Context, *, item: str, keep: bool, as_json: bool, quiet: bool) -> None:
    _correct(ctx, lambda e: e.keep(item) if keep else e.dismiss(item), as_json=as_json, quiet=quiet)


@edit.command(
    "undo",
    short_help="Take a correction back.",
    help=_help("story.fabula undo 3", "Correction NUMBER of the log, or the last one, holds no longer. To undo an undoing brings it back."),
)
@click.argument("number", type=click.IntRange(min=1), required=False)
@_shared
def undo(ctx: click.Context, *, number: int | None, as_json: bool, quiet: bool) -> None:
    _correct(ctx, lambda e: e.undo(number), as_json=as_json, quiet=quiet)


@edit.command("log", short_help="List all corrections.", help=_help("story.fabula log", "List all corrections with their numbers."))
@_shared
def log(ctx: click.Context, *, as_json: bool, quiet: bool) -> None:
    rows = log_rows(_world(ctx, quiet=quiet))
    if as_json:
        emit(dumps([row.to_json() for row in rows]) + "\n")
        return
    console = answers()
    for row in rows:
        state = f" ({row.state}{f': {clean(row.why)}' if row.why else ''})" if row.state != "holds" else ""
        console.print(line((f"{row.number:>4}  {row.made[:16].replace('T', ' ')}  ", DIM), row.words, (state, DIM), indent=24, first=0))
    if not rows:
        console.print("No corrections.")


@edit.command(
    "export",
    short_help="Write the corrections to a file.",
    help=_help("story.fabula export -o corrections.jsonl", "Write the log, one correction a line."),
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file to write. Standard output if left out.")
@_shared
def export(ctx: click.Context, *, output: Path | None, as_json: bool, quiet: bool) -> None:
    world = _world(ctx, quiet=quiet)
    if output is None or str(output) == "-":
        emit(world.edit.export())
        return
    spare_the_story(output, world.file or output, world)
    write_file(output, world.edit.export())
    if not quiet:
        remark(f"wrote {output}")


@edit.command(
    "import",
    short_help="Add corrections from a file.",
    help=_help("story.fabula import corrections.jsonl", "Add the corrections in SOURCE, an export (- is standard input), that FILE lacks."),
)
@click.argument("source", type=click.Path(path_type=Path))
@_shared
def import_(ctx: click.Context, *, source: Path, as_json: bool, quiet: bool) -> None:
    try:
        text = sys.stdin.read() if str(source) == "-" else source.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {source}: {error}") from error
    _correct(ctx, lambda e: e.take(text, str(source)), as_json=as_json, quiet=quiet)


# --- what they share
def _world(ctx: click.Context, *, quiet: bool) -> World:
    assert ctx.parent is not None
    return open_world(ctx.parent.params["file"], quiet=quiet)


def _place(text: str) -> int | str | tuple[int, int]:
    """A position, a range, or words."""
    found = re.fullmatch(r"(\d+)(?::(\d+))?", text.strip())
    if found is None:
        return text
    return int(found.group(1)) if found.group(2) is None else (int(found.group(1)), int(found.group(2)))


def _correct(ctx: click.Context, change: Callable[[Edit], World], *, as_json: bool, quiet: bool) -> None:
    """Make a correction and show what it changed."""
    before = _world(ctx, quiet=quiet)
    if before.file is None:
        raise WorldFileError(f"the World of {before.story.source} is not kept", hint="keep it with: fabula read STORY -o FILE")
    with reporting(before.story.source, quiet=quiet or not remarks().is_terminal) as tell:
        after = change(Edit(before, tell or silent))
    added = after.log[len(before.log) :]
    found = difference(before, after)
    if as_json:
        rows = {row.number: row.to_json() for row in log_rows(after)}
        emit(dumps({"corrections": [rows[c.number] for c in added], "changed": to_json(found)}) + "\n")
    else:
        console = answers()
        for row in log_rows(after)[len(before.log) :]:
            console.print(line((f"{row.number}  ", DIM), row.words, indent=3, first=0))
        for part in _effect(before, after, found):
            console.print(part)
    _tell_orphans(ctx, after, {c.uid for c in added})


def _effect(before: World, after: World, found: Difference) -> Iterator[RenderableType]:
    """How much changed, and the first few of it."""
    counts = [(len(found.quotes), "quotation"), (len(found.mentions), "mention")]
    changed = [count(n, what) for n, what in counts if n]
    if found.items:
        changed.append(f"{count(abs(found.items), 'other item')} {'fewer' if found.items < 0 else 'more'}")
    yield line(f"Changed: {', '.join(changed) or 'nothing else'}", indent=0)
    for _, old, new in found.renamed:
        yield line(f"{clean(old)} → {clean(new)}")
    for title, world, ids in (("new", after, found.come), ("gone", before, found.gone)):
        if ids:
            yield line((f"{title}  ", DIM), joined(clean(world.name_of(i)) for i in ids))
    for changes in (found.quotes, found.mentions):
        for change in changes[:_FIRST]:
            yield _changed(before, after, change)
        if len(changes) > _FIRST:
            yield line(("…", DIM), indent=9)


def _changed(before: World, after: World, change: Change) -> RenderableType:
    old, new = (joined(clean(w.name_of(i)) for i in ids) or "?" for w, ids in ((before, change.before), (after, change.after)))
    return line((f"{change.span.start:>7}  ", DIM), shown(after, *change.span, limit=60), f"  {old} → {new}", indent=9, first=0)


def _tell_orphans(ctx: click.Context, world: World, added: set[str]) -> None:
    """A correction that finds no place right away is worth an exit status."""
    orphans = [(c, why) for c, why in world.orphans if c.uid in added]
    for c, why in orphans:
        file = shlex.quote(str(world.file))
        remark(f"{correction_words(c)}: {why} (take it back with: fabula edit {file} undo {c.number})")
    if orphans:
        ctx.exit(_NO_PLACE)
