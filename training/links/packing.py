"""Make the file of link documents: what a machine without Fabula's reading libraries needs to train on them.

python -m training.links.packing OUT.npz             # all sources that may be trained on; reads FABULA_DATA
python -m training.links.packing OUT.npz --few       # what training.links.alone reads: one variant of each scene, no unannotated novels
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from training.data.sources import data_folder, load_splits
from training.links.documents import document_of, pdnc_gender
from training.links.gum import read_gum
from training.links.items import LinkDocument, write
from training.links.novels import marked
from training.parts_of_texts import part_of
from training.scenes.variants import surnames_of, variants
from training.train import pretrained_folder, word_pieces
from training.who.gold import litbank, pdnc, scenes

ROOT = Path(__file__).parents[2]
PIECES = 4
"""Of every novel without annotation."""
OF_SCENES, OF_DOCUMENTS = 8, 2
"""Variants of each scene, and of each LitBank document."""
GUM_PART = -1
"""The part of texts that every model may be trained on."""


def documents(*, few: bool = False) -> Iterator[LinkDocument]:
    """Scenes and LitBank (the documents that the run ``reader`` trains on) with variants, GUM's training part, PDNC, pieces of novels.

    ``few``: one variant of each scene, and no pieces of novels."""
    data, splits, words = data_folder(), load_splits(), word_pieces(pretrained_folder())
    marked_scenes = list(scenes(ROOT / "training" / "scenes"))
    surnames = surnames_of(marked_scenes)
    for gold in marked_scenes:
        yield from (document_of(g, words) for g in (gold, *variants(gold, surnames, 1 if few else OF_SCENES)))
    for gold in litbank(data / "litbank", splits["runs"]["reader"]["train"]):
        yield from (document_of(g, words) for g in (gold, *variants(gold, surnames, OF_DOCUMENTS, modes={"kept": 1.0})))
    for name in splits["gum"]["train"]:
        if (path := data / "gum" / "dep" / f"{name}.conllu").exists():
            yield document_of(read_gum(path), words)
    folder = data / "project-dialogism-novel-corpus"
    for gold in pdnc(folder, [n for f in splits["folds"] for n in f["pdnc"]]):
        yield document_of(gold, words, gender=pdnc_gender(folder / "data" / gold.name))
    for gold, gender in () if few else marked(data, PIECES):
        yield document_of(gold, words, gender=gender)


def parts(*, few: bool = False) -> Iterator[tuple[LinkDocument, int]]:
    """Every document with its part."""
    for document in documents(few=few):
        yield document, GUM_PART if document.source == "gum" else part_of(document.name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--few", action="store_true")
    args = parser.parse_args()
    print(write(args.out, parts(few=args.few)), f"{args.out.stat().st_size / 2**20:.2f} MiB")


if __name__ == "__main__":
    main()
