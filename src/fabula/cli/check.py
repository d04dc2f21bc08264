"""``fabula check``: what an editor would ask about a story."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from rich.console import RenderableType

from fabula.check import RULES
from fabula.check import check as findings_of
from fabula.check.places import Place, place_of
from fabula.cli.files import open_world
from fabula.cli.output import answers, emit
from fabula.elements import Issue
from fabula.export.json import dumps
from fabula.world.assemble import SHOWN
from fabula.world.pretty import DIM, line, shown
from fabula.world.wording import clean, count
from fabula.world.world import World

_FOUND = 5
_EXAMPLES = """\b
Examples:
  fabula check story.txt
  fabula check story.fabula --ignore name-variant --all
  fabula check one.txt two.txt --json
"""


def _rules(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> frozenset[str]:
    """Names of rules, with hyphens or underscores. Raises BadParameter for one that does not exist."""
    named = [rule.replace("-", "_").lower() for rule in given]
    for rule in named:
        if rule not in RULES:
            raise click.BadParameter(f"no rule {rule!r}; the rules are {', '.join(RULES)}")
    return frozenset(named)


@click.command(
    "check",
    short_help="Check a story for contradictions and slips.",
    help=f"{_EXAMPLES}\nCheck each FILE (a story or its World) against itself: facts that contradict each other, names in two spellings, "
    "slips of tense, quotation marks that are not closed. Each finding has its rule, the places in question and a confidence. "
    f"Exit status 5 says that something was found.\n\nRules: {', '.join(RULES)}.",
)
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True, metavar="FILE...")
@click.option("--ignore", multiple=True, callback=_rules, metavar="RULE", help="Leave out a rule (may be given several times).")
@click.option("--all", "unsure", is_flag=True, help="Show unsure findings too (confidence under 0.5).")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.option("--reveal", is_flag=True, help="Unfold what touches a content note.")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
def check(files: tuple[Path, ...], *, ignore: frozenset[str], unsure: bool, as_json: bool, reveal: bool, quiet: bool) -> None:
    found: list[tuple[Path, World, list[Issue]]] = []
    for file in files:
        world = open_world(file, quiet=quiet)
        found.append((file, world, [i for i in findings_of(world, ignore=ignore) if unsure or i.confidence >= SHOWN]))
    if as_json:
        emit(dumps({"findings": [_plain(file, world, issue) for file, world, issues in found for issue in issues]}) + "\n")
    else:
        console = answers()
        for file, world, issues in found:
            for part in _view(file, world, issues, reveal=reveal):
                console.print(part)
    if any(issues for _, _, issues in found):
        sys.exit(_FOUND)


def _view(file: Path, world: World, issues: list[Issue], *, reveal: bool) -> Iterator[RenderableType]:
    """The findings of one story, each with its places."""
    yield line((clean(file.name), "bold"), f": {count(len(issues), 'finding') if issues else 'nothing found'}", indent=0)
    for issue in issues:
        hidden = bool(issue.noted) and not reveal
        said = "touches a content note; add --reveal to read it" if hidden else clean(issue.text)
        yield line((issue.rule, "bold"), f" {issue.confidence:.2f}  {said}", indent=2)
        for span in issue.evidence:
            place = place_of(world, span.start)
            yield line((f"{_words(place)}: ", DIM), shown(world, span.start, span.end, reveal=reveal), indent=6)


def _words(place: Place) -> str:
    return f"chapter {place.chapter}, paragraph {place.paragraph}"


def _plain(file: Path, world: World, issue: Issue) -> dict[str, Any]:
    places = [(span, place_of(world, span.start)) for span in issue.evidence]
    return {
        "file": str(file), "kind": issue.kind, "rule": issue.rule, "text": issue.text, "confidence": issue.confidence,
        "evidence": [[s.start, s.end] for s in issue.evidence],
        "places": [{"chapter": p.chapter, "paragraph": p.paragraph, "quote": world.text[s.start : s.end]} for s, p in places],
        "origin": issue.origin, "noted": list(issue.noted),
    }  # fmt: skip
