import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from small_model import random_heads

from fabula.encoder.files import FORMAT, HEADS, inventories, read_model_files
from fabula.errors import ModelError
from random_links import random_links


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


# --- heads that a model may lack
def add_links(folder: Path) -> None:
    np.savez(folder / "links.npz", **random_links(size=12))
    heads = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["heads"]
    digest = hashlib.sha256((folder / "links.npz").read_bytes()).hexdigest()
    change(folder, heads={**heads, "links": {"file": "links.npz", "sha256": digest}})


def test_a_model_without_links_is_whole(folder: Path) -> None:
    assert "links" not in read_model_files(folder).heads


def test_links_are_read_where_the_manifest_has_them(folder: Path) -> None:
    add_links(folder)
    assert np.array_equal(read_model_files(folder).heads["links"]["distance"], random_links(size=12)["distance"])


def test_damaged_links_are_no_missing_links(folder: Path) -> None:
    add_links(folder)
    (folder / "links.npz").write_bytes(b"nothing")
    with pytest.raises(ModelError, match=r"links\.npz is damaged"):
        read_model_files(folder)


def test_the_manifest_says_how_much_is_read_at_once(folder: Path) -> None:
    assert read_model_files(folder).window == 256
    change(folder, window=384)
    assert read_model_files(folder).window == 384


@pytest.mark.parametrize("window", [300, "384", None, [384]])
def test_windows_that_the_program_does_not_pad_to_are_refused(folder: Path, window: object) -> None:
    change(folder, window=window)
    with pytest.raises(ModelError, match="windows of"):
        read_model_files(folder)
