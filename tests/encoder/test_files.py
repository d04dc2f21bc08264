import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from small_model import random_heads

from fabula.encoder.files import FORMAT, HEADS, inventories, read_model_files
from fabula.errors import ModelError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    def entry(name: str) -> dict[str, str]:
        return {"file": name, "sha256": hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()}

    (tmp_path / "encoder.onnx").write_bytes(b"not really a network")
    (tmp_path / "tokenizer.json").write_text("{}", encoding="utf-8")
    for name, arrays in random_heads().items():
        np.savez(tmp_path / f"{name}.npz", **arrays)
    manifest = {
        "format": FORMAT, "version": "7", "encoder": entry("encoder.onnx"), "tokenizer": entry("tokenizer.json"),
        "heads": {name: entry(f"{name}.npz") for name in HEADS}, "labels": inventories(),
    }  # fmt: skip
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return tmp_path


def change(folder: Path, **values: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **values}), encoding="utf-8")


def test_a_whole_folder_is_read(folder: Path) -> None:
    files = read_model_files(folder)
    assert files.version == "7"
    assert np.array_equal(files.heads["events"]["out.bias"], random_heads()["events"]["out.bias"])


def test_a_missing_model_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no reader model"):
        read_model_files(tmp_path)


@pytest.mark.parametrize("name", ["encoder.onnx", "tokenizer.json", "mentions.npz"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelError, match=name):
        read_model_files(folder)


@pytest.mark.parametrize("name", ["encoder.onnx", "tokenizer.json", "mentions.npz"])
def test_a_damaged_file_is_named(folder: Path, name: str) -> None:
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(ModelError, match=rf"{name} is damaged"):
        read_model_files(folder)


@pytest.mark.parametrize("content", ["", "[]", "{", '{"format": 99}'])
def test_a_damaged_or_newer_manifest_is_refused(folder: Path, content: str) -> None:
    (folder / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match=r"manifest\.json"):
        read_model_files(folder)


def test_a_manifest_that_lacks_a_head_is_refused(folder: Path) -> None:
    change(folder, heads={})
    with pytest.raises(ModelError, match="lacks tags, events"):
        read_model_files(folder)


def test_weights_of_other_labels_are_refused(folder: Path) -> None:
    change(folder, labels={**inventories(), "upos": ["NOUN"]})
    with pytest.raises(ModelError, match="other labels"):
        read_model_files(folder)
