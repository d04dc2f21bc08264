"""What the README shows is what Fabula prints.

It was made on a processor without VNNI instructions; on one with them single mentions differ (``floors``), so counts are compared on the
first kind alone.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SHOWN = [
    (command, output)
    for block in re.findall(r"```\n(\$ fabula .*?)```", README, re.S)
    for command, output in re.findall(r"\$ (fabula [^\n]*)\n(.*?)(?=\n\$ |\Z)", block, re.S)
]


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("readme")
    shutil.copytree(ROOT / "examples", folder / "examples")
    return folder


@pytest.mark.parametrize(("command", "shown"), SHOWN, ids=[c for c, _ in SHOWN])
def test_the_readme_shows_the_real_output(command: str, shown: str, stories: Path) -> None:
    program = [sys.executable, "-m", "fabula", *shlex.split(command)[1:]]
    env = {**os.environ, "COLUMNS": "80", "PYTHONUTF8": "1", "NO_COLOR": "1"}
    run = subprocess.run(program, cwd=stories, capture_output=True, encoding="utf-8", check=True, env=env)
    printed = [comparable(line) for line in run.stdout.splitlines()]
    for line in (comparable(line) for line in shown.splitlines() if line.strip() and line.strip() != "…"):
        assert line in printed


def comparable(line: str) -> str:
    return re.sub(r"\b\d+ (mentions|lines?)\b", r"# \1", line.rstrip())


def test_the_readme_has_exactly_two_commands_to_begin_with() -> None:
    between = README.split("<!-- commands -->")[1].split("<!-- end commands -->")[0]
    assert len([line for line in between.splitlines() if line.startswith(("pip ", "python "))]) == 2
