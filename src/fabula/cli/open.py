"""``fabula open``: the local reader in the browser."""

from __future__ import annotations

import signal
import webbrowser
from pathlib import Path

import click

from fabula.cli.files import open_world, stories_in
from fabula.cli.output import emit, remark
from fabula.errors import FabulaError, InputError, WorldFileError
from fabula.web.server import HOST, ReaderServer
from fabula.web.shelf import Shelf, worlds_in

_EXAMPLES = """\b
Examples:
  fabula open story.txt
  fabula open stories/ --port 8321
"""


@click.command(
    "open",
    short_help="Read a story and its World in the browser, and correct them.",
    help=f"{_EXAMPLES}\nOpen FILE (a story or its World), or all Worlds of FOLDER, in a reader on this machine: the text with its layers, "
    "cast, scenes, pictures, questions, comparisons, and corrections that are kept as fabula edit keeps them. "
    f"It answers to {HOST} alone, to the browser that opens the address printed here. Ctrl-C ends it.",
)
@click.argument("path", type=click.Path(path_type=Path), metavar="FILE|FOLDER")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The port to listen on. Default: any that is free.")
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
def open(path: Path, *, port: int, no_browser: bool, quiet: bool) -> None:
    shelf = _shelf(path, quiet=quiet)
    try:
        server = ReaderServer(shelf, port)
    except OSError as error:
        raise InputError(
            f"cannot listen on port {port}: {error.strerror or error}", hint="leave --port out to take any that is free"
        ) from error
    emit(server.address + "\n")
    if not quiet:
        remark("the reader is running; Ctrl-C ends it")
    if not no_browser and not webbrowser.open(server.address):
        remark("no browser found; open the address above in one")
    signal.signal(signal.SIGTERM, _end)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()


def _end(*_: object) -> None:
    """To be told to end is as Ctrl-C: what is being worked in is broken off in order."""
    raise KeyboardInterrupt


def _shelf(path: Path, *, quiet: bool) -> Shelf:
    """What is to be read: one World, or those of a folder."""
    if not path.is_dir():
        world = open_world(path, quiet=quiet)
        if world.file is None:
            raise WorldFileError(f"the World of {world.story.source} is not kept", hint="keep it with: fabula read STORY -o FILE")
        return Shelf.of([world.file])
    if not worlds_in(path):
        raise InputError(f"no Worlds in {path}", hint=f"read its stories with: fabula read {path}")
    return Shelf.of_folder(path, lambda: _unread(path, worlds_in(path)))


def _unread(folder: Path, worlds: list[Path]) -> list[str]:
    """Stories beside which no World lies."""
    try:
        stories = stories_in(folder)
    except FabulaError:  # a folder of Worlds alone
        return []
    return [s.name for s in stories if s.stem not in {w.stem for w in worlds}]
