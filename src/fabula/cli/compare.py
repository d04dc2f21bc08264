"""``fabula compare``: drafts of one story, or works with the same people, beside each other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import RenderableType

from fabula.cli.files import open_world
from fabula.cli.output import answers, emit
from fabula.compare import PARTS, Change, DraftComparison, Person, Sheet, WorkComparison
from fabula.compare import compare as comparison_of
from fabula.elements import Spans
from fabula.export.json import dumps
from fabula.world.places import place_of
from fabula.world.pretty import DIM, heading, line, shown
from fabula.world.wording import clean, count, joined
from fabula.world.world import World

_HEADINGS = {
    "people": "People", "facts": "Facts", "ties": "Ties", "scenes": "Scenes", "promises": "Promises and orders", "notes": "Content notes",
    "telling": "The telling",
}  # fmt: skip
_SIGNS = {"new": "+", "gone": "−", "changed": "~"}
_EXAMPLES = """\b
Examples:
  fabula compare draft-1.txt draft-2.txt
  fabula compare one.fabula two.fabula three.fabula
"""


@click.command(
    "compare",
    short_help="Compare drafts of a story, or works with the same cast.",
    help=f"{_EXAMPLES}\nCompare the Worlds of several FILEs (stories or Worlds). Two drafts of one story: what changed in the world, not "
    "in the words. Otherwise: the people that the works share, by name, and how their roles, ties, facts and ends differ.",
)
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True, metavar="FILE FILE...")
@click.option("--drafts/--works", "drafts", default=None, help="Take them for drafts of one story, or for different works.")
@click.option("--json", "as_json", is_flag=True, help="Print the differences as JSON.")
@click.option("--reveal", is_flag=True, help="Unfold what touches a content note.")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
def compare(files: tuple[Path, ...], *, drafts: bool | None, as_json: bool, reveal: bool, quiet: bool) -> None:
    if len(files) < 2:
        raise click.UsageError("give two files or more to compare")
    if drafts and len(files) > 2:
        raise click.UsageError("drafts are compared two by two; give two files")
    found = comparison_of([open_world(f, quiet=quiet) for f in files], drafts=drafts)
    if as_json:
        emit(dumps({"files": [str(f) for f in files], **found.to_json()}) + "\n")
        return
    console = answers()
    parts = _drafts(found, files, reveal=reveal) if isinstance(found, DraftComparison) else _works(found, files, reveal=reveal)
    for part in parts:
        console.print(part)


# --- drafts
def _drafts(found: DraftComparison, files: tuple[Path, ...], *, reveal: bool) -> Iterator[RenderableType]:
    names = f"{clean(files[0].name)} → {clean(files[1].name)}"
    yield line((names, "bold"), f": {found.unchanged:.0%} of the sentences stand in both drafts", indent=0)
    if not found.changes:
        yield line("Nothing changed in the world of the story.", indent=0)
    for part in PARTS:
        if changes := found.of(part):
            yield heading(_HEADINGS[part])
            for change in changes:
                yield from _change(found, change, reveal=reveal)


def _change(found: DraftComparison, change: Change, *, reveal: bool) -> Iterator[RenderableType]:
    noted = {*found.before.note_index.labels(change.before), *found.after.note_index.labels(change.after)}
    hidden = bool(noted) and not reveal and change.part in ("facts", "promises", "ties")
    said = "(touches a content note; add --reveal to read it)" if hidden else clean(change.text)
    yield line((f"{_SIGNS[change.kind]} ", "bold"), said, indent=4, first=2)
    if change.part in ("facts", "promises", "ties"):
        for sign, world, spans in (("before", found.before, change.before), ("now", found.after, change.after)):
            yield from _quoted(sign, world, spans[:1], reveal=reveal)


def _quoted(sign: str, world: World, spans: Spans, *, reveal: bool) -> Iterator[RenderableType]:
    for span in spans:
        place = place_of(world, span[0])
        yield line((f"{sign}, chapter {place.chapter}, paragraph {place.paragraph}: ", DIM), shown(world, *span, reveal=reveal), indent=6)


# --- works
def _works(found: WorkComparison, files: tuple[Path, ...], *, reveal: bool) -> Iterator[RenderableType]:
    letters = [chr(ord("A") + k) if k < 26 else str(k) for k in range(len(files))]
    for letter, file, world in zip(letters, files, found.worlds, strict=True):
        yield line((f"{letter}  ", "bold"), clean(file.name), (f"  {count(world.story.words, 'word')}", DIM), indent=3, first=0)
    yield heading("In several of them" if found.people else "Nobody is in several of them")
    for person in found.people:
        yield from _person(found, person, letters, reveal=reveal)
    for letter, only in zip(letters, found.only, strict=True):
        if only:
            yield line((f"Only in {letter}: ", "bold"), joined(map(clean, only), 12), indent=2, first=0)


def _person(found: WorkComparison, person: Person, letters: list[str], *, reveal: bool) -> Iterator[RenderableType]:
    differs = f" — differ in {', '.join(person.differs)}" if person.differs else " — the same in all"
    yield line((clean(person.name), "bold"), (differs, DIM), indent=2)
    for letter, world, sheet in zip(letters, found.worlds, person.sheets, strict=True):
        said = "not there" if sheet is None else _sheet(world, sheet, reveal=reveal)
        yield line((f"{letter}  ", DIM), said, indent=7, first=4)


def _sheet(world: World, sheet: Sheet, *, reveal: bool) -> str:
    who = [sheet.pronouns] if sheet.pronouns != "unknown" else []
    facts = [f"{a} {v}" for a, v in sheet.facts if a not in ("job", "role")]
    hidden = bool(world.note_index.labels(sheet.evidence)) and not reveal and sheet.end == "dies"
    end = "(its end touches a content note)" if hidden else sheet.end
    return clean("; ".join(part for part in (", ".join([*who, *sheet.roles]), "; ".join(sheet.ties), ", ".join(facts), end) if part))
