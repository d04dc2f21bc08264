"""``fabula check``: what an editor would ask about a story, or about several that are one series."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import RenderableType

from fabula.check import RULES, check_series
from fabula.check import check as findings_of
from fabula.cli.files import open_world
from fabula.cli.output import answers, emit, remark
from fabula.elements import Issue
from fabula.errors import NotFoundInWorld
from fabula.export.json import dumps
from fabula.spans import Span
from fabula.world.assemble import SHOWN
from fabula.world.places import Place, place_of
from fabula.world.pretty import DIM, line, shown
from fabula.world.wording import clean, count
from fabula.world.world import World

_FOUND = 5
_EXAMPLES = """\b
Examples:
  fabula check story.txt
  fabula check story.fabula --ignore name-variant --all
  fabula check book-one.txt book-two.txt --json
  fabula check story.fabula --intentional 3
"""


@dataclass(frozen=True, slots=True)
class _Checked:
    """A story with its World and findings."""

    file: Path
    world: World
    issues: list[Issue]


@dataclass(frozen=True, slots=True)
class _Finding:
    """One finding with its places, each in its story; ``number`` is how it is called in the list."""

    number: int
    issue: Issue
    places: tuple[tuple[_Checked, Span], ...]

    @property
    def noted(self) -> tuple[str, ...]:
        return tuple(sorted({label for story, span in self.places for label in story.world.noted(*span)}))


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
    help=f"{_EXAMPLES}\nCheck each FILE (a story or its World) against itself, and several as one series against each other: facts that "
    "contradict each other, the dead who speak, days that do not fit, names in two spellings, slips of tense and of the point of view, "
    "quotation marks that are not closed. Each finding has its rule, the places in question and a confidence. "
    f"Exit status 5 says that something was found.\n\nRules: {', '.join(RULES)}.",
)
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True, metavar="FILE...")
@click.option("--ignore", multiple=True, callback=_rules, metavar="RULE", help="Leave out a rule (may be given several times).")
@click.option("--intentional", multiple=True, type=click.IntRange(min=1), metavar="NUMBER",
              help="The finding of this number is meant so: never report it again (may be given several times).")  # fmt: skip
@click.option("--all", "unsure", is_flag=True, help="Show unsure findings too (confidence under 0.5).")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.option("--reveal", is_flag=True, help="Unfold what touches a content note.")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
def check(
    files: tuple[Path, ...], *, ignore: frozenset[str], intentional: tuple[int, ...], unsure: bool, as_json: bool, reveal: bool, quiet: bool
) -> None:
    stories, between = _checked(files, ignore, unsure=unsure, quiet=quiet)
    findings = _numbered(stories, between)
    if intentional:
        _keep(findings, frozenset(intentional))
        return
    if as_json:
        emit(dumps({"findings": [_plain(f) for f in findings]}) + "\n")
    else:
        console = answers()
        for part in _view(stories, findings, reveal=reveal):
            console.print(part)
    if findings:
        sys.exit(_FOUND)


def _checked(
    files: Sequence[Path], ignore: frozenset[str], *, unsure: bool, quiet: bool
) -> tuple[list[_Checked], list[tuple[Issue, tuple[tuple[_Checked, Span], ...]]]]:
    """Each story with its findings, and the findings between stories."""
    stories = []
    for file in files:
        world = open_world(file, quiet=quiet)
        stories.append(_Checked(file, world, [i for i in findings_of(world, ignore=ignore) if unsure or i.confidence >= SHOWN]))
    series = check_series([s.world for s in stories]) if len(stories) > 1 else ()
    kept = [f for f in series if f.issue.rule not in ignore and (unsure or f.issue.confidence >= SHOWN)]
    return stories, [(f.issue, tuple((stories[i], span) for i, span in f.places)) for f in kept]


def _numbered(stories: Sequence[_Checked], between: Sequence[tuple[Issue, tuple[tuple[_Checked, Span], ...]]]) -> list[_Finding]:
    """All findings in the order in which they are shown."""
    each = [(issue, tuple((s, Span(*e)) for e in issue.evidence)) for s in stories for issue in s.issues]
    return [_Finding(number, issue, places) for number, (issue, places) in enumerate([*each, *between], 1)]


def _keep(findings: Sequence[_Finding], numbers: frozenset[int]) -> None:
    """Write into the logs of the Worlds that findings are meant so. Raises NotFoundInWorld for a number that there is none of."""
    by_number = {f.number: f for f in findings}
    if missing := sorted(numbers - by_number.keys()):
        raise NotFoundInWorld(f"no finding {missing[0]}", hint=f"there are {len(findings)}; the numbers stand before the findings")
    worlds: dict[Path, World] = {}
    for number in sorted(numbers):
        found = by_number[number]
        between = len({id(s) for s, _ in found.places}) > 1
        for story, span in found.places if between else found.places[:1]:
            world = worlds.get(story.file, story.world)
            if world.file is None:
                raise click.UsageError(f"the World of {story.file} is not kept, so nothing can be marked in it")
            worlds[story.file] = world.edit.intentional_in_series(found.issue, span) if between else world.edit.intentional(found.issue)
        rule, there = clean(found.issue.rule), "between these stories" if between else "there"
        remark(f"finding {number} is meant so: {rule} is not reported {there} again (fabula edit FILE undo takes it back)")


def _view(stories: Sequence[_Checked], findings: Sequence[_Finding], *, reveal: bool) -> Iterator[RenderableType]:
    """The findings of each story, then those between them, each with its places."""
    for story in stories:
        mine = [f for f in findings if all(s is story for s, _ in f.places)]
        yield line((clean(story.file.name), "bold"), f": {count(len(mine), 'finding') if mine else 'nothing found'}", indent=0)
        for finding in mine:
            yield from _finding(finding, reveal=reveal, several=False)
    between = [f for f in findings if len({id(s) for s, _ in f.places}) > 1]
    if len(stories) > 1:
        yield line(("between the stories", "bold"), f": {count(len(between), 'finding') if between else 'nothing found'}", indent=0)
    for finding in between:
        yield from _finding(finding, reveal=reveal, several=True)


def _finding(finding: _Finding, *, reveal: bool, several: bool) -> Iterator[RenderableType]:
    issue = finding.issue
    hidden = bool(finding.noted) and not reveal
    said = "touches a content note; add --reveal to read it" if hidden else clean(issue.text)
    yield line((f"{finding.number:>3}  ", DIM), (issue.rule, "bold"), f" {issue.confidence:.2f}  {said}", indent=5, first=0)
    for story, span in finding.places:
        place = place_of(story.world, span.start)
        where = f"{clean(story.file.name)}, {_words(place)}" if several else _words(place)
        yield line((f"{where}: ", DIM), shown(story.world, span.start, span.end, reveal=reveal), indent=6)


def _words(place: Place) -> str:
    return f"chapter {place.chapter}, paragraph {place.paragraph}"


def _plain(finding: _Finding) -> dict[str, Any]:
    issue, story = finding.issue, finding.places[0][0]
    places = [(s, span, place_of(s.world, span.start)) for s, span in finding.places]
    return {
        "number": finding.number, "file": str(story.file), "kind": issue.kind, "rule": issue.rule, "text": issue.text,
        "confidence": issue.confidence, "evidence": [[s.start, s.end] for _, s in finding.places],
        "places": [
            {"file": str(s.file), "chapter": p.chapter, "paragraph": p.paragraph, "quote": s.world.text[span.start : span.end]}
            for s, span, p in places
        ],
        "origin": issue.origin, "noted": list(finding.noted),
    }  # fmt: skip
