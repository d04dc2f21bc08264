"""The command line. Each command is a module of its own, loaded only when it is called; all of them are named here.

Exit status: 0 done, 1 unexpected, 2 wrong usage, 3 bad input, 4 World file unreadable or unwritable, 5 no answer or nothing found
(``check``: something found), 6 some of several stories failed, 130 interrupted.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import click

from fabula import __version__
from fabula.errors import FabulaError

COMMANDS = {
    "read": "Read stories and keep their Worlds.",
    "show": "Show a World: a summary, a part, or a character.",
    "open": "Read a story and its World in the browser, and correct them.",
    "ask": "Ask a World a question.",
    "find": "Find scenes and people by description.",
    "compare": "Compare drafts of a story, or works with the same cast.",
    "check": "Check a story for contradictions and slips.",
    "review": "Show what to correct first.",
    "edit": "Correct a World.",
    "export": "Write a World as JSON or as a page to read.",
    "bench": "Measure accuracy and speed.",
}
"""The commands in the order of the help, which is shown without loading them. Module ``fabula.cli.NAME`` holds the command ``NAME``."""

_INTERRUPTED = 130
_DEBUG_HELP = "Show the whole traceback of an error."
_EXAMPLE = """\b
Example:
  fabula read story.txt
  fabula show story.fabula cast
  fabula ask story.fabula "Who is Anne's father?"
"""


@dataclass
class State:
    """What holds for one call of the program."""

    debug: bool = False


class Commands(click.Group):
    """A group that imports a command when it is needed and gives every command ``--debug``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name in COMMANDS if find_spec(f"fabula.cli.{name}") is not None]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = getattr(import_module(f"fabula.cli.{cmd_name}"), cmd_name)
        return _with_debug(command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name]) for name in self.list_commands(ctx)])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        name = click.utils.make_str(args[0])
        if not name.startswith("-") and name not in self.list_commands(ctx) and ("." in name or "/" in name):
            ctx.fail(f"no command {name!r}; to read a story: fabula read {name}")
        return super().resolve_command(ctx, args)


def _with_debug(command: click.Command) -> click.Command:
    for inner in getattr(command, "commands", {}).values():
        _with_debug(inner)
    if not any(p.name == "debug" for p in command.params):
        option = click.Option(["--debug"], is_flag=True, expose_value=False, is_eager=True, callback=_set_debug, help=_DEBUG_HELP)
        command.params.append(option)
    return command


def _set_debug(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value:
        ctx.find_root().ensure_object(State).debug = True


@click.group("fabula", cls=Commands, epilog=_EXAMPLE, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", message="fabula %(version)s")
@click.option("--debug", is_flag=True, expose_value=False, is_eager=True, callback=_set_debug, help=_DEBUG_HELP)
def cli() -> None:
    """Read fiction and rebuild its world: who is who, who speaks, where, when, and how that world works.

    Runs on this computer alone; no story ever leaves it.
    """


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program and return its exit status. Errors are one line on standard error, with ``--debug`` a traceback too."""
    state = State()
    _prepare_streams()
    try:
        status = _run(list(sys.argv[1:] if argv is None else argv), state)
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        _silence_stdout()
        return 0
    except (KeyboardInterrupt, click.Abort):
        return _fail("interrupted (run it again: it goes on from there)", _INTERRUPTED, debug=False)
    except FabulaError as error:
        return _fail(str(error), error.exit_status, debug=state.debug)
    except click.ClickException as error:
        where = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "fabula"
        return _fail(f"{error.format_message()} (see {where} --help)", error.exit_code, debug=state.debug)
    except Exception as error:
        return _fail(f"unexpected error: {type(error).__name__}: {error} (run it again with --debug)", 1, debug=state.debug)


def _run(args: list[str], state: State) -> int:
    """As click's own ``main``, without its ways with errors."""
    try:
        with cli.make_context("fabula", args, obj=state) as ctx:
            cli.invoke(ctx)
    except click.exceptions.NoArgsIsHelpError as shown:
        click.echo(shown.format_message())
    except click.exceptions.Exit as wanted:
        return wanted.exit_code
    except SystemExit as wanted:
        return wanted.code if isinstance(wanted.code, int) else int(wanted.code is not None)
    return 0


def _fail(message: str, status: int, *, debug: bool) -> int:
    if debug:
        traceback.print_exc()
    print(f"fabula: {' '.join(message.split())}", file=sys.stderr)
    return status


def _prepare_streams() -> None:
    """Let no character of a story stop the output: UTF-8 where it is not a terminal, a mark for what cannot be shown."""
    for stream in (sys.stdout, sys.stderr):
        change: Any = getattr(stream, "reconfigure", None)
        if change is None:
            continue
        if os.name == "nt" and not stream.isatty():
            change(encoding="utf-8", errors="replace")
        else:
            change(errors="replace")


def _silence_stdout() -> None:
    """After a broken pipe: nothing more is written, not even by the interpreter at its end."""
    try:
        descriptor = sys.stdout.fileno()
    except (OSError, ValueError):
        return  # not a real stream, so there is nothing that could complain later
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)
