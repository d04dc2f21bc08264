"""``fabula find``: scenes by meaning and people by description, over one or many Worlds."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from rich.console import RenderableType

from fabula.cli.files import open_world, worlds_in
from fabula.cli.output import answers, emit
from fabula.export.json import dumps
from fabula.find import Filters, Find
from fabula.find import find as finds_of
from fabula.world.places import place_of
from fabula.world.pretty import DIM, line, shown
from fabula.world.wording import about, clean, joined
from fabula.world.world import World

_NOTHING = 5
_PEOPLE = 6
_EXAMPLES = """\b
Examples:
  fabula find story.fabula "two men argue on a train"
  fabula find stories/ "a letter arrives" --with Anne --without suicide
  fabula find story.fabula "an old sailor with one eye" --people
"""


@click.command(
    "find",
    short_help="Find scenes and people by description.",
    help=f"{_EXAMPLES}\nFind scenes in one or many FILEs (Worlds, stories, or folders of them) that fit a DESCRIPTION in plain words, "
    "best first. Without DESCRIPTION: all scenes that the filters keep. Exit status 5 says that nothing was found.",
)
@click.argument("given", type=str, nargs=-1, required=True, metavar="FILE... [DESCRIPTION]")
@click.option("--people", is_flag=True, help="Find people instead of scenes.")
@click.option("--with", "present", multiple=True, metavar="NAME", help="Only scenes with NAME in them (may be given several times).")
@click.option("--place", default="", help="Only scenes at a place whose name holds this.")
@click.option("--without", multiple=True, metavar="LABEL", help="No scene that touches this content note (may be given several times).")
@click.option("-n", "--limit", type=click.IntRange(min=1), default=10, show_default=True, help="How many to show.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.option("--reveal", is_flag=True, help="Unfold passages that touch a content note.")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
def find(
    given: tuple[str, ...], *, people: bool, present: tuple[str, ...], place: str, without: tuple[str, ...], limit: int, as_json: bool,
    reveal: bool, quiet: bool,
) -> None:  # fmt: skip
    files, text = _parted(given)
    filters = Filters(present, place, without)
    if not text.strip() and not filters:
        raise click.UsageError(
            'say what to find: a description, as in "two men argue on a train", or a filter (--with, --place, --without)'
        )
    named = [(path, open_world(path, quiet=quiet)) for file in files for path in worlds_in(file)]
    found = finds_of([world for _, world in named], text, filters=filters, people=people, limit=limit)
    paths = {id(world): path for path, world in named}
    if as_json:
        emit(dumps({"query": text, "finds": [_plain(f, paths[id(f.world)]) for f in found]}) + "\n")
    else:
        console = answers()
        for part in _view(found, paths, reveal=reveal, several=len(named) > 1):
            console.print(part)
    if not found:
        sys.exit(_NOTHING)


def _parted(given: tuple[str, ...]) -> tuple[list[Path], str]:
    """The files and the description: the last argument is one unless it is a file itself."""
    last = Path(given[-1])
    if len(given) == 1 or last.exists():
        return [Path(g) for g in given], ""
    return [Path(g) for g in given[:-1]], given[-1]


def _view(found: tuple[Find, ...], paths: dict[int, Path], *, reveal: bool, several: bool) -> Iterator[RenderableType]:
    if not found:
        yield line("Nothing found.", indent=0)
    for number, f in enumerate(found, 1):
        story = [(f"{clean(paths[id(f.world)].name)}  ", DIM)] if several else []
        yield line((f"{number:>2}  ", DIM), *story, *_head(f), indent=4, first=0)
        place = place_of(f.world, f.passage.start)
        where = (f"chapter {place.chapter}, paragraph {place.paragraph}: ", DIM)
        yield line(where, shown(f.world, *f.passage, reveal=reveal, limit=240), indent=6)


def _head(f: Find) -> list[str | tuple[str, str]]:
    if f.character is not None:
        known = about(f.character.element)
        return [(clean(f.character.name), "bold"), f" — {known}" if known else ""]
    scene = f.scene
    if scene is None:
        return [f.id]
    setting = ", ".join(clean(s) for s in (_place(f.world, scene.place, scene.place_text), scene.time_text) if s)
    people = joined((clean(f.world.name_of(c)) for c in scene.present), _PEOPLE)
    return [(f"scene {scene.id[1:]}", "bold"), *(f" — {part}" for part in (setting, people) if part)]


def _place(world: World, place: str | None, text: str | None) -> str | None:
    return next((p.name for p in world.places if p.id == place), None) or text


def _plain(f: Find, path: Path) -> dict[str, Any]:
    place = place_of(f.world, f.passage.start)
    plain: dict[str, Any] = {"file": str(path), "story": f.world.title, "kind": f.kind, "id": f.id, "score": f.score}
    if f.scene is not None:
        s = f.scene
        plain |= {
            "start": s.start, "end": s.end, "place": _place(f.world, s.place, s.place_text), "time": s.time_text,
            "present": [f.world.name_of(c) for c in s.present], "notes": list(f.world.noted(s.start, s.end)),
        }  # fmt: skip
    if f.character is not None:
        plain["name"] = f.character.name
    return plain | {"chapter": place.chapter, "paragraph": place.paragraph, "evidence": [list(f.passage)], "noted": list(f.noted)}
