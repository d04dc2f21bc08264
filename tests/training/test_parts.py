"""Models in small files: nearly the same weights come back."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")


def test_a_slim_model_and_a_difference_from_it_are_nearly_the_models_they_were(tmp_path: Path) -> None:
    from training.parts import delta, slim, widen

    generator = torch.Generator().manual_seed(1)
    shapes = {"encoder.words.weight": (40, 8), "encoder.layers.0.up.weight": (16, 8), "encoder.norm.bias": (8,), "heads.a.weight": (5, 8)}
    one = {name: torch.randn(*shape, generator=generator) for name, shape in shapes.items()}
    other = {k: v if "words" in k else v + 0.1 * torch.randn(v.shape, generator=generator) for k, v in one.items()}
    for name, state in (("one", one), ("other", other)):
        torch.save({"model": state}, tmp_path / f"{name}.pt")
    slim(tmp_path / "one.pt", tmp_path / "one.slim")
    delta(tmp_path / "other.pt", tmp_path / "other.delta", tmp_path / "one.slim")
    widen(tmp_path / "one.slim", tmp_path / "one again.pt", None)
    widen(tmp_path / "other.delta", tmp_path / "other again.pt", tmp_path / "one.slim")
    for name, state, near in (("one", one, 0.02), ("other", other, 0.05)):
        again = torch.load(tmp_path / f"{name} again.pt", weights_only=True)["model"]
        assert set(again) == set(state)
        assert all((again[k] - v).abs().max() < near for k, v in state.items())
