"""What holds for all code: examples in docstrings run, rooms import one way, nothing heavy is imported at run time."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import fabula

ROOT = Path(__file__).parent.parent
MODULES = sorted(m.name for m in pkgutil.walk_packages(fabula.__path__, "fabula.") if not m.name.endswith("__main__"))


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_run(name: str) -> None:
    failed, _ = doctest.testmod(importlib.import_module(name))
    assert failed == 0


def test_a_room_imports_only_from_the_rooms_before_it() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


def test_reading_needs_neither_torch_nor_the_network() -> None:
    script = """
import sys, socket
def refuse(*args): raise AssertionError("the network was asked for")
socket.socket.connect = refuse
import fabula
world = fabula.read(sys.argv[1], store=False)
print(len(world.quotes) > 10, "torch" in sys.modules)
"""
    run = subprocess.run([sys.executable, "-c", script, str(ROOT / "examples/letter.txt")], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["True", "False"]


def test_every_lexicon_says_where_it_comes_from() -> None:
    folder = Path(fabula.__file__).parent / "lexicons"
    for path in sorted(folder.glob("*.txt")):
        head = [line for line in path.read_text(encoding="utf-8").splitlines()[:8] if line.startswith("#")]
        assert any("icence" in line for line in head), f"{path.name} has no licence in its header"
