"""A clone of LitBank with one document, the book that it begins, and the split beside it, written for the tests."""

from __future__ import annotations

from pathlib import Path

from training_samples import write_litbank

NAME = "1_the_boat_brat"
BOOK = "CHAPTER I\n\nMrs. Fenn lost her\nbrother's boat.\n\n“Gone?” said Otto. He laughed.\n"
"""The document begins after the heading."""


def write_clone(folder: Path) -> Path:
    """The clone is ``folder / "litbank"``; its dev part names a document more than there is, its train part none that is there."""
    clone = write_litbank(folder / "litbank", NAME)
    (clone / "original").mkdir()
    (clone / "original" / "1_the_boat.txt").write_text(BOOK, encoding="utf-8")
    lists = folder / "lrec2020-coref" / "data" / "litbank_tenfold_splits" / "0"
    lists.mkdir(parents=True)
    (lists / "dev.ids").write_text(f"{NAME}.tsv\n2_not_here_brat.tsv\n", encoding="utf-8")
    (lists / "train.ids").write_text("2_not_here_brat.tsv\n", encoding="utf-8")
    return clone
