"""Where the corpora lie, and their documents by part of the split."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from fabula.bench.corpora import GoldDocument, read_conllu, read_litbank

SPLITS = Path(__file__).resolve().parent.parent / "splits.json"


def data_folder() -> Path:
    """``FABULA_DATA``, or ``../shared/data`` beside the repository. The folder holds one folder per repository, under its own name."""
    named = os.environ.get("FABULA_DATA")
    return Path(named) if named else Path(__file__).resolve().parents[3] / "shared" / "data"


def load_splits() -> dict[str, Any]:
    splits: dict[str, Any] = json.loads(SPLITS.read_text(encoding="utf-8"))
    return splits


# several runs are made by one process: it reads each source once


@cache
def _treebank(files: tuple[Path, ...], source: str) -> tuple[GoldDocument, ...]:
    return tuple(document for path in files for document in read_conllu(path, source=source))


@cache
def _litbank(folder: Path) -> tuple[GoldDocument, ...]:
    return tuple(read_litbank(folder))


def ewt(data: Path, part: str) -> list[GoldDocument]:
    """``part`` is train or dev, as in the names of the source's files."""
    return list(_treebank((data / "UD_English-EWT" / f"en_ewt-ud-{part}.conllu",), "ewt"))


def gum_files(data: Path, part: str, splits: dict[str, Any]) -> list[Path]:
    return [path for name in splits["gum"][part] if (path := data / "gum" / "dep" / f"{name}.conllu").exists()]


def gum(data: Path, part: str, splits: dict[str, Any]) -> list[GoldDocument]:
    return list(_treebank(tuple(gum_files(data, part, splits)), "gum"))


def litbank(data: Path, names: list[str]) -> list[GoldDocument]:
    wanted = frozenset(names)
    return [d for d in _litbank(data / "litbank") if d.name in wanted]


def run_documents(data: Path, run: str, part: str, splits: dict[str, Any] | None = None) -> dict[str, list[GoldDocument]]:
    """Documents by source of one part (train, dev, test) of a run; the treebanks have only train and dev here."""
    splits = splits or load_splits()
    found = {"litbank": litbank(data, splits["runs"][run][part])}
    if part != "test":
        found |= {"ewt": ewt(data, part), "gum": gum(data, part, splits)}
    return found
