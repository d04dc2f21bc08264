"""Everything that training needs in one folder, and models in small files."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("tokenizers")
pytest.importorskip("safetensors")

from small_training import ADAPT, CONFIG  # noqa: E402
from training_samples import CONLLU  # noqa: E402


@pytest.fixture
def opened(small_data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A pack of the small data, opened where nothing else is."""
    from training.data.packed import open_pack
    from training.pack import pack

    (small_data / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(small_data / "temporary"))
    pack(small_data / "pack", {"default": {}})
    for name in ("data", "pretrained"):
        shutil.move(small_data / name, small_data / f"former-{name}")
    for name in ("FABULA_DATA", "FABULA_PRETRAINED", "FABULA_TEXTS"):
        monkeypatch.setenv(name, "nowhere")
    open_pack(small_data / "pack")
    return small_data


def test_documents_in_a_pack_are_those_of_the_corpora(opened: Path) -> None:
    from training.data.sources import data_folder, run_documents

    for part in ("train", "dev", "test"):
        assert run_documents(data_folder(), "reader", part) == run_documents(opened / "former-data", "reader", part)


def test_training_and_adaptation_run_from_a_pack_alone(opened: Path) -> None:
    from training.adapt import adapt
    from training.loop import Limits
    from training.train import train

    for name in ("adapt", "train"):
        (opened / name).mkdir()
    adapt(ADAPT, opened / "adapt", limits=Limits(minutes=0.01))
    config = {**CONFIG, "encoder": str(opened / "adapt" / "encoder.pt"), "epochs": {"litbank": 1, "ewt": 1, "gum": 1}}
    assert train(config, opened / "train", limits=Limits(steps=10)) is not None


def test_packed_weights_are_nearly_those_they_were(opened: Path) -> None:
    from training.model.bert import load_pretrained

    packed, former = load_pretrained(opened / "pack" / "pretrained"), load_pretrained(opened / "former-pretrained")
    ids = torch.randint(1, 12, (3, 20))
    with torch.inference_mode():
        a, b = (m.eval()(ids, torch.zeros_like(ids)) for m in (packed, former))
    assert torch.nn.functional.cosine_similarity(a, b, dim=-1).min() > 0.999


def test_a_damaged_pack_is_refused(opened: Path) -> None:
    from training.data.packed import open_pack

    (opened / "pack" / "texts.xz").write_bytes(b"")
    with pytest.raises(SystemExit, match=r"texts\.xz is missing or damaged"):
        open_pack(opened / "pack")
    with pytest.raises(SystemExit, match="is no pack"):
        open_pack(opened)


def test_a_slim_treebank_says_the_same(tmp_path: Path) -> None:
    from training.pack import slim

    from fabula.bench.corpora import read_conllu

    extra = CONLLU.replace("1\tMrs.", "# text = Mrs. Fenn\n1\tMrs.")
    for name, text in (("whole", extra), ("slim", slim(extra))):
        (tmp_path / f"{name}.conllu").write_text(text, encoding="utf-8")
    whole, less = (read_conllu(tmp_path / f"{name}.conllu", source="x") for name in ("whole", "slim"))
    assert [d.name for d in less] == [d.name for d in whole]
    first, second = ([s for d in documents for s in d.sentences] for documents in (whole, less))
    assert [s.words for s in second] == [s.words for s in first]
    assert [s.syntax and (s.syntax.upos, s.syntax.heads, s.syntax.deprels) for s in second] == [
        s.syntax and (s.syntax.upos, s.syntax.heads, s.syntax.deprels) for s in first
    ]
    assert (tmp_path / "slim.conllu").stat().st_size < (tmp_path / "whole.conllu").stat().st_size


def test_a_model_goes_away_in_parts_and_comes_back(tmp_path: Path) -> None:
    from training.parts import join, split

    torch.save({"step": 3, "model": {"w": torch.randn(100, 100)}, "adam": {"big": torch.zeros(1000)}}, tmp_path / "model.pt")
    *parts, listed = split(tmp_path / "model.pt", tmp_path / "out", 9000)
    assert len(parts) == 3
    assert all(p.stat().st_size <= 9000 for p in parts)
    join(listed, tmp_path / "again.pt")
    again = torch.load(tmp_path / "again.pt", weights_only=True)
    assert set(again) == {"step", "model"}
    assert again["model"]["w"].dtype == torch.float16
    parts[1].write_bytes(b"")
    with pytest.raises(SystemExit, match="damaged"):
        join(listed, tmp_path / "again.pt")
