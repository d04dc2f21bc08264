"""The progress of a reading on standard error: a bar on a terminal, plain lines otherwise, nothing when quiet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from fabula.cli.output import remark, remarks

if TYPE_CHECKING:
    from fabula import api

_SHARES = {"text": 6, "tokens": 6, "quotations": 2, "unaided": 1, "who": 38, "places": 2, "frames": 12, "scenes": 5,
           "relationships": 5, "facts": 8, "lore": 11, "notes": 11, "issues": 1}  # fmt: skip
"""How much of a reading each stage takes, in hundredths, as measured on novels; for the estimate of the time left."""
_USUAL = 5


@contextmanager
def reporting(name: str, *, quiet: bool) -> Iterator[api.OnStage | None]:
    """What ``on_stage`` should be while the story called ``name`` is read."""
    console = remarks()
    if quiet:
        yield None
    elif not console.is_terminal:
        yield _lines(name)
    else:
        yield from _bar(name, console)


def _lines(name: str) -> api.OnStage:
    def tell(progress: api.Progress) -> None:
        if progress.state != "started":
            kept = " (kept from before)" if progress.state == "kept" else ""
            remark(f"{name}: {progress.stage} {progress.position + 1}/{progress.of}{kept}")

    return tell


def _bar(name: str, console: Console) -> Iterator[api.OnStage]:
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=None), TaskProgressColumn(), TimeRemainingColumn(compact=True))
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(f"{name}: text", total=sum(_SHARES.values()))

        def tell(progress: api.Progress) -> None:
            if progress.state == "started":
                bar.update(task, description=f"{name}: {progress.stage}")
            else:
                bar.advance(task, _SHARES.get(progress.stage, _USUAL))

        yield tell
