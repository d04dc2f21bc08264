import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # the package ``training`` is not installed


@pytest.fixture
def small_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of corpora, splits and a pretrained encoder, all invented; the texts of it lie in ``texts.xz``."""
    pytest.importorskip("safetensors")
    pytest.importorskip("torch").set_num_threads(1)
    from small_training import SPLITS, write_data, write_pretrained
    from training.data.texts import all_texts, encode, write_texts
    from training.train import word_pieces

    write_data(tmp_path / "data")
    write_pretrained(tmp_path / "pretrained")
    (tmp_path / "splits.json").write_text(json.dumps(SPLITS), encoding="utf-8")
    monkeypatch.setenv("FABULA_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("FABULA_PRETRAINED", str(tmp_path / "pretrained"))
    monkeypatch.setenv("FABULA_TEXTS", str(tmp_path / "texts.xz"))
    monkeypatch.setattr("training.data.sources.SPLITS", tmp_path / "splits.json")
    write_texts(encode(all_texts({"default": {}}), word_pieces(tmp_path / "pretrained")), tmp_path / "texts.xz")
    return tmp_path
