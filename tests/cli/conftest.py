"""A story to read, and the program to read it with."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli_runner import STORY, Program


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.txt"
    path.write_text(STORY, encoding="utf-8")
    return path


@pytest.fixture
def fabula(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Program:
    monkeypatch.setenv("COLUMNS", "80")
    return Program(capsys)
