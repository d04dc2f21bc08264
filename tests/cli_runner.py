"""Calling the program as a user does, in this process or in one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from fabula.cli import main

STORY = (
    "The Ferry\n\n“Will you cross tonight?” asked Marta Voss.\n\n“Only if you pay,” said Piet. He was a ferryman. "
    "His brother had been murdered.\n\n"
    "“Then I will,” said Marta. She gave Piet the money.\n\n“Sit down,” said Piet. “It is far.”\n\n“I know,” Marta said. Piet rowed.\n"
)


class Ran(NamedTuple):
    """What a call of the program came to."""

    status: int
    out: str
    err: str


class Program:
    """``fabula`` in this process; output is captured."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *args: str | Path) -> Ran:
        self._capsys.readouterr()
        status = main([str(a) for a in args])
        return Ran(status, *self._capsys.readouterr())


def start(*args: str | Path, **options: Any) -> subprocess.Popen[bytes]:
    """``fabula`` in a process of its own."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", **options.pop("env", {})}
    return subprocess.Popen(
        [sys.executable, "-c", "import sys; from fabula.cli import main; sys.exit(main())", *map(str, args)], env=environment, **options
    )
