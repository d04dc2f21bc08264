"""Measure everything and write the tables of docs/accuracy.md: ``python benchmarks/update.py [--only SECTION …] [--jobs N]``.

Needs the data that docs/accuracy.md names (``FABULA_DATA``); a section whose data is not there is left as it stands, and that is said.
Only what stands between ``<!-- begin NAME -->`` and ``<!-- end NAME -->`` is written.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

from fabula.bench import quotes, stories
from fabula.bench import who as people
from fabula.bench.pdnc import novel_folders
from fabula.bench.quotation_robustness import robustness
from fabula.bench.speed import bench_speed
from fabula.bench.tables import (
    detection_grid,
    error_grid,
    marks_grid,
    reliability_grid,
    speaker_grid,
    speed_grid,
    story_error_grid,
    story_grid,
)
from fabula.bench.who_tables import who_grids

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "accuracy.md"
DATA = Path(os.environ.get("FABULA_DATA", ROOT.parent / "shared" / "data")).resolve()
CORPUS = "project-dialogism-novel-corpus"
SPLIT = "lrec2020-coref"
SPEED_NOVEL = "PrideAndPrejudice"
"""About 120,000 words."""
Blocks = dict[str, str]
"""What goes between the marks, by their name."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure everything and write the tables of docs/accuracy.md.")
    parser.add_argument("--only", action="append", choices=tuple(SECTIONS), help="only this section; may be given several times")
    parser.add_argument("--jobs", type=int, default=1, help="how many novels to read at once")
    options = parser.parse_args()
    for name in options.only or SECTIONS:
        needed = SECTIONS[name][0]
        if missing := [p for p in needed if not p.exists()]:
            print(f"{name}: left as it stands, for there is no {missing[0].name}", file=sys.stderr)
            continue
        print(f"{name} …", file=sys.stderr)
        write(SECTIONS[name][1](options.jobs))


def write(blocks: Blocks) -> None:
    """Replace what stands between the marks of each block. Raises ValueError where the page has no such marks."""
    page = PAGE.read_text(encoding="utf-8")
    for name, text in blocks.items():
        before, begin, rest = page.partition(f"<!-- begin {name} -->")
        _, end, after = rest.partition(f"<!-- end {name} -->")
        if not end:
            raise ValueError(f"{PAGE.name} has no block called {name}")
        page = f"{before}{begin}\n\n{text.strip()}\n\n{end}{after}"
    PAGE.write_text(page, encoding="utf-8")


def provenance(command: str) -> str:
    """The command, the day, the commit and the machine of a measurement."""
    return f"`{command}` · {date.today().isoformat()} · commit {commit()} · {machine()}\n\n"


def commit() -> str:
    def git(*args: str) -> str:
        return subprocess.run(["git", "-C", str(ROOT), *args], capture_output=True, text=True, check=True).stdout.strip()

    try:
        return git("rev-parse", "--short", "HEAD") + (" with changes" if git("status", "--porcelain", "--", "src") else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def machine() -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{processor()}, {cores} cores, {platform.system()}, Python {platform.python_version()}"


def processor() -> str:
    info = Path("/proc/cpuinfo")
    found = re.search(r"^model name\s*:\s*(.+)$", info.read_text(encoding="utf-8"), re.M) if info.is_file() else None
    return found.group(1).strip() if found else platform.processor() or platform.machine()


# --- sections
def novels(jobs: int) -> Blocks:
    scores = quotes.bench_novels(novel_folders(DATA / CORPUS), jobs=jobs, tell=lambda s: print(f"  {s.name}", file=sys.stderr))
    whole = quotes.pool(scores)
    rows = [*scores, whole]
    told = provenance(f"fabula bench quotes {CORPUS}/")
    tables = f"{speaker_grid(rows).to_markdown()}\n{detection_grid(rows).to_markdown()}"
    reliability, errors = reliability_grid(whole.reliability), error_grid(whole)
    return {"novels": told + tables, "reliability": reliability.to_markdown(), "errors": errors.to_markdown()}


def annotated(jobs: int) -> Blocks:
    groups = {name: stories.bench_stories(stories.annotated_stories([DATA.parent / name])) for name in ("stories", "scenes")}
    parts = [provenance("fabula bench stories stories/ scenes/")]
    pooled = {"All": [s for scores in groups.values() for s in scores]} | {name.capitalize(): scores for name, scores in groups.items()}
    for name, scores in pooled.items():
        parts.append(f"### {name} ({len(scores)})\n\n{story_grid(stories.pool(scores)).to_markdown()}\n")
    errors = story_error_grid(stories.pool(pooled["All"]))
    return {"stories": "".join(parts), "story errors": errors.to_markdown()}


def ruler(jobs: int) -> Blocks:
    parts = [provenance("fabula bench stories benchmarks/scenes/open; the same for benchmarks/scenes/sealed")]
    for name in ("open", "sealed"):
        scores = stories.bench_stories(stories.annotated_stories([ROOT / "benchmarks" / "scenes" / name]))
        parts.append(f"### {name.capitalize()} ({len(scores)})\n\n{story_grid(stories.pool(scores)).to_markdown()}\n")
    return {"ruler": "".join(parts)}


def worlds(jobs: int) -> Blocks:
    parts = [provenance("fabula bench stories benchmarks/stories/open; the same for benchmarks/stories/sealed")]
    for name in ("open", "sealed"):
        scores = stories.bench_stories(stories.annotated_stories([ROOT / "benchmarks" / "stories" / name]))
        parts.append(f"### {name.capitalize()} ({len(scores)})\n\n{story_grid(stories.pool(scores)).to_markdown()}\n")
    return {"worlds": "".join(parts)}


def examples(jobs: int) -> Blocks:
    scores = stories.bench_stories(stories.annotated_stories([ROOT / "examples"]))
    return {"examples": provenance("fabula bench stories examples/") + story_grid(stories.pool(scores)).to_markdown()}


def who(jobs: int) -> Blocks:
    folders = [p for p in WHO if p.name != SPLIT]
    tasks = people.tasks_of(folders)
    scores = people.bench_who(tasks, jobs=jobs, tell=lambda s: print(f"  {s.name}", file=sys.stderr))
    tables = (f"### {grid.title}\n\n{grid.to_markdown()}\n" for grid in who_grids(people.by_source(scores)))
    return {"who": provenance(f"fabula bench who {' '.join(f'{p.name}/' for p in folders)}") + "".join(tables)}


def marks(jobs: int) -> Blocks:
    found = stories.annotated_stories([DATA.parent / "stories", DATA.parent / "scenes"])
    grid = marks_grid(robustness([story.reading for story in found]))
    return {"marks": provenance("fabula bench quotation-marks stories/ scenes/") + grid.to_markdown()}


def speed(jobs: int) -> Blocks:
    grid = speed_grid(bench_speed(DATA / CORPUS / "data" / SPEED_NOVEL / "novel_text.txt"))
    return {"speed": provenance(f"fabula bench speed {SPEED_NOVEL}/novel_text.txt") + grid.to_markdown()}


WHO = (DATA / "litbank", DATA / SPLIT, DATA / CORPUS, DATA.parent / "stories", DATA.parent / "scenes")
SECTIONS: dict[str, tuple[tuple[Path, ...], Callable[[int], Blocks]]] = {
    "novels": ((DATA / CORPUS,), novels),
    "who": (WHO, who),
    "stories": ((DATA.parent / "stories", DATA.parent / "scenes"), annotated),
    "ruler": ((ROOT / "benchmarks" / "scenes",), ruler),
    "worlds": ((ROOT / "benchmarks" / "stories",), worlds),
    "examples": ((ROOT / "examples",), examples),
    "marks": ((DATA.parent / "stories", DATA.parent / "scenes"), marks),
    "speed": ((DATA / CORPUS,), speed),
}
"""Each with what it needs."""

if __name__ == "__main__":
    main()
