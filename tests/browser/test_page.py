"""The page in a real browser: its script runs under its own policy, and nothing of the story does."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from fabula.export.html import render_html
from small_world import small_world

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--dump-dom", "--virtual-time-budget=3000",
)  # fmt: skip


def _dom(html: str, folder: Path, fragment: str = "") -> str:
    """The document after its scripts ran. Skips where there is no browser."""
    browser = next((found for name in _BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        pytest.skip("no Chromium on this machine")
    page = folder / "page.html"
    page.write_text(html, encoding="utf-8")
    command = [browser, *_FLAGS, f"--user-data-dir={folder / 'profile'}", page.as_uri() + fragment]
    done = subprocess.run(command, capture_output=True, timeout=120, check=True)
    return done.stdout.decode("utf-8")


def test_an_address_that_names_a_character_opens_their_card_and_marks_their_mentions(tmp_path: Path) -> None:
    world = small_world("😀 Ann came. {She=c1} sat.\n\n[c1>c2|“Tom!”] said Ann.\n\n[c2|“Ann.”]", {"c1": "Ann", "c2": "Tom"})
    dom = _dom(render_html(world), tmp_path, "#who-c1")
    assert "4 mentions of Ann marked in the text" in dom
    assert re.search(r"<details[^>]*id=\"who-c1\"[^>]*open", dom)
    assert not re.search(r"<details[^>]*id=\"who-c2\"[^>]*open", dom)
    lit = re.findall(r'<span class="q [^"]*\bon\b[^"]*"[^>]*title="([^"]*)"', dom)
    assert lit == ["Ann to Tom"]


def test_scripts_in_a_story_do_not_run(tmp_path: Path) -> None:
    evil = "<script>document.title='taken'</script> <img src=x onerror=\"document.title='taken'\">"
    world = small_world(evil, {"c1": "<script>document.title='taken'</script>"}, title="Safe")
    assert "<title>Safe</title>" in _dom(render_html(world), tmp_path)
