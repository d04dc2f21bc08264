"""docs/accuracy.md: its tables are written by one command, its prose by hand."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from small_litbank import write_clone
from small_novel import write_corpus

ROOT = Path(__file__).parents[2]


@pytest.fixture
def update(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """``benchmarks/update.py``, writing to a copy of the page."""
    spec = importlib.util.spec_from_file_location("update", ROOT / "benchmarks" / "update.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    page = tmp_path / "accuracy.md"
    page.write_text((ROOT / "docs" / "accuracy.md").read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(module, "PAGE", page)
    return module


def outside_of(page: str, block: str) -> tuple[str, str]:
    before, _, rest = page.partition(f"<!-- begin {block} -->")
    return before, rest.partition(f"<!-- end {block} -->")[2]


def test_only_what_stands_between_its_marks_is_written(update: ModuleType) -> None:
    before = update.PAGE.read_text(encoding="utf-8")
    update.write(update.examples(1))
    after = update.PAGE.read_text(encoding="utf-8")
    assert outside_of(after, "examples") == outside_of(before, "examples")
    assert "| major characters found exactly once |" in after
    update.write({"examples": "| nothing |"})
    assert "<!-- begin examples -->\n\n| nothing |\n\n<!-- end examples -->" in update.PAGE.read_text(encoding="utf-8")


def test_every_table_of_who_is_who_is_written(update: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clone, novels = write_clone(tmp_path), write_corpus(tmp_path / "novels")
    monkeypatch.setattr(update, "WHO", (clone, clone.with_name("lrec2020-coref"), novels))
    update.write(update.who(1))
    page = update.PAGE.read_text(encoding="utf-8")
    assert "`fabula bench who litbank/ novels/`" in page
    for title in ("Coreference (F1)", "Quotations given to their speaker", "Share right of the surest items"):
        assert f"\n### {title}\n\n| " in page


def test_the_page_has_a_place_for_every_table_and_the_sections_written_by_hand(update: ModuleType) -> None:
    update.write(dict.fromkeys(("novels", "reliability", "errors", "who", "stories", "story errors", "examples", "marks", "speed"), "-"))
    with pytest.raises(ValueError, match="no block called weather"):
        update.write({"weather": "-"})
    page = update.PAGE.read_text(encoding="utf-8")
    assert "\n## What was tried and did not help\n" in page and "\n## Commonest errors\n" in page
