"""The files of the reader model: a manifest with the sha256 of each, checked before anything is read from them.

A model folder holds ``manifest.json``, the encoder (ONNX), the tokenizer (JSON) and one ``.npz`` per head.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fabula.encoder.labels import DEPRELS, FEATURES, MENTION_CLASSES, UPOS
from fabula.encoder.windows import SHAPES, WINDOW
from fabula.errors import ModelError

FORMAT = 1
MANIFEST = "manifest.json"
SHIPPED = Path(__file__).resolve().parent / "model"
HEADS = ("tags", "events", "dependencies", "mentions")
OPTIONAL_HEADS = ("links", "emotions", "situations", "vector", "answers")
"""Heads that a model may lack: it is read without what they tell."""
_REINSTALL = "install Fabula again"


def inventories() -> dict[str, Any]:
    """The label inventories that weights must have been trained with."""
    return {
        "upos": list(UPOS),
        "features": {k: list(v) for k, v in FEATURES.items()},
        "deprels": list(DEPRELS),
        "mentions": list(MENTION_CLASSES),
    }


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """What a model folder holds, checked: bytes of the encoder and the tokenizer, arrays of the heads, the manifest itself."""

    manifest: Mapping[str, Any]
    encoder: bytes
    tokenizer: bytes
    heads: Mapping[str, Mapping[str, NDArray[np.float32]]]

    @property
    def version(self) -> str:
        return str(self.manifest["version"])

    @property
    def window(self) -> int:
        """Wordpieces of the windows that the model was trained on."""
        return int(self.manifest.get("window", WINDOW))


def read_model_files(folder: Path) -> ModelFiles:
    """Read and check a model folder; :class:`ModelError` names the file that is missing, damaged or too new."""
    manifest = _manifest(folder)
    heads = [*HEADS, *(name for name in OPTIONAL_HEADS if name in manifest["heads"])]
    return ModelFiles(
        manifest,
        _checked(folder, manifest["encoder"]),
        _checked(folder, manifest["tokenizer"]),
        {name: _arrays(manifest["heads"][name]["file"], _checked(folder, manifest["heads"][name])) for name in heads},
    )


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError(f"no reader model in {folder}", hint=f"{_REINSTALL}, or train one: see docs/model-card.md") from None
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read: {error}", hint=_REINSTALL) from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise ModelError(f"{path} is not of format {FORMAT}", hint="the model and the program are of different versions")
    missing = [k for k in ("version", "encoder", "tokenizer", "heads", "labels") if k not in manifest]
    missing += [h for h in HEADS if h not in manifest.get("heads", {})]
    if missing:
        raise ModelError(f"{path} lacks {', '.join(missing)}", hint=_REINSTALL)
    if manifest["labels"] != inventories():
        raise ModelError(f"{path} has other labels than this program", hint="the model and the program are of different versions")
    if manifest.get("window", WINDOW) not in SHAPES:
        raise ModelError(f"{path} has windows of {manifest['window']!r}", hint="the model and the program are of different versions")
    return manifest


def _checked(folder: Path, entry: Mapping[str, Any]) -> bytes:
    path = folder / str(entry["file"])
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}", hint=_REINSTALL) from None
    if hashlib.sha256(content).hexdigest() != entry["sha256"]:
        raise ModelError(f"{path} is damaged: its checksum is not that of the manifest", hint=_REINSTALL)
    return content


def _arrays(name: str, content: bytes) -> dict[str, NDArray[np.float32]]:
    try:
        with np.load(BytesIO(content), allow_pickle=False) as arrays:
            return {k: np.ascontiguousarray(arrays[k], dtype=np.float32) for k in arrays.files}
    except (OSError, ValueError) as error:
        raise ModelError(f"{name} cannot be read: {error}", hint=_REINSTALL) from None
