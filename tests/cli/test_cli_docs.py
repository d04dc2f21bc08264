"""docs/cli.md and the help name every command and every option, and no others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from fabula.cli import COMMANDS, cli
from fabula.cli.sections import PARTS

DOCS = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
EVERYWHERE = {"--debug", "--help", "-h"}


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command with its full name, those inside groups too (with the arguments that the group takes: ``fabula edit FILE merge``)."""
    ctx = click.Context(cli, info_name="fabula", **cli.context_settings)
    for name in cli.list_commands(ctx):
        command = cli.get_command(ctx, name)
        assert command is not None
        yield f"fabula {name}", command
        given = "".join(f" {p.human_readable_name}" for p in command.params if isinstance(p, click.Argument))
        for inner, nested in getattr(command, "commands", {}).items():
            yield f"fabula {name}{given} {inner}", nested


NAMED = dict(commands())


def section(name: str) -> str:
    found = re.search(rf"^##+ {re.escape(name)}$(.*?)(?=^##+ fabula|\Z)", DOCS, re.M | re.S)
    return found.group(1) if found else ""


def options(command: click.Command) -> set[str]:
    return {o for p in command.params if isinstance(p, click.Option) for o in p.opts} - EVERYWHERE


@pytest.mark.parametrize("name", NAMED)
def test_every_command_is_documented_with_every_option(name: str) -> None:
    assert section(name), f"docs/cli.md has no section on {name}"
    assert {o for o in options(NAMED[name]) if f"`{o}`" not in section(name)} == set()


@pytest.mark.parametrize("name", NAMED)
def test_no_option_is_documented_that_is_not_there(name: str) -> None:
    named = set(re.findall(r"^\| `(--?[\w-]+)`(?:, `(--?[\w-]+)`)?", section(name), re.M))
    assert {o for pair in named for o in pair if o} <= options(NAMED[name])


def test_no_command_is_documented_that_is_not_there() -> None:
    assert set(re.findall(r"^##+ (fabula .*)$", DOCS, re.M)) <= set(NAMED)


@pytest.mark.parametrize("name", NAMED)
def test_the_help_of_every_command_opens_with_an_example(name: str) -> None:
    command = NAMED[name]
    if isinstance(command, click.Group):
        return
    text = command.get_help(click.Context(command, info_name=name, **cli.context_settings))
    example = name.replace(" FILE ", r" \S+ ")
    assert re.match(rf"Usage: {name}.*?\n\s*\n\s+Examples?:\n\s+\S*.*{example}", text, re.S), text
    assert command.short_help or command.help


@pytest.mark.parametrize("part", PARTS)
def test_every_part_is_documented(part: str) -> None:
    assert f"| `{part}` |" in section("fabula show")


def test_the_help_of_the_program_is_short_and_names_every_command() -> None:
    text = cli.get_help(click.Context(cli, info_name="fabula", **cli.context_settings))
    assert len(text.splitlines()) <= 30
    assert all(re.search(rf"^  {name.split()[1]}  +\S", text, re.M) for name in NAMED if name.count(" ") == 1)
    assert {name: NAMED[f"fabula {name}"].short_help for name in COMMANDS} == COMMANDS
