"""A pack: everything that training needs in one folder that is small enough to be carried to another machine. ``training.pack`` makes it.

It holds ``corpora.tar.xz`` (the annotated documents in the formats of their sources), ``pretrained/`` (the encoder, its table of
wordpieces in int8 with a scale per row, all else in fp16), ``texts.xz`` (text to read without labels), ``links.npz`` (who is who) and
``manifest.json`` (sha256).
"""

from __future__ import annotations

import hashlib
import json
import os
import tarfile
import tempfile
from pathlib import Path
from typing import Any

CORPORA, PRETRAINED, TEXTS, LINKS, MANIFEST = "corpora.tar.xz", "pretrained", "texts.xz", "links.npz", "manifest.json"


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def checked(pack: Path) -> dict[str, Any]:
    """The manifest; SystemExit names the file that is missing or damaged."""
    path = pack / MANIFEST
    if not path.exists():
        raise SystemExit(f"{pack} is no pack: it has no {MANIFEST} (python -m training.pack makes one)")
    manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    for name, entry in manifest["files"].items():
        if not (pack / name).exists() or sha256(pack / name) != entry["sha256"]:
            raise SystemExit(f"{pack / name} is missing or damaged: make the pack again")
    return manifest


def _moved(new: Path, place: Path) -> None:
    """Move a folder into place, unless another process has just put the same there."""
    try:
        new.rename(place)
    except OSError:
        if not place.exists():
            raise


def open_pack(pack: Path) -> None:
    """Let ``FABULA_DATA``, ``FABULA_PRETRAINED``, ``FABULA_TEXTS`` and ``FABULA_LINKS`` name what is in the pack, for this process and
    its children."""
    digest = checked(pack)["files"][CORPORA]["sha256"]
    data = Path(tempfile.gettempdir()) / f"fabula-corpora-{digest[:16]}"
    if not data.exists():
        with tempfile.TemporaryDirectory(dir=data.parent) as new, tarfile.open(pack / CORPORA) as tar:
            tar.extractall(new, filter="data")
            _moved(Path(new) / "corpora", data)
    os.environ["FABULA_DATA"] = str(data)
    os.environ["FABULA_PRETRAINED"] = str((pack / PRETRAINED).resolve())
    os.environ["FABULA_TEXTS"] = str((pack / TEXTS).resolve())
    os.environ["FABULA_LINKS"] = str((pack / LINKS).resolve())
