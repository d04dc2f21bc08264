"""Measures trained models of who-is-who on works that they were not trained on, with the measures of ``fabula bench``.

    python -m training.who.evaluate OUT --fold K        # the novels and marked scenes of part K (training/parts_of_texts.py)
    python -m training.who.evaluate OUT STORIES…        # folders of annotated stories
    python -m training.who.evaluate OUT --fold K --models FOLDER    # read by FOLDER/K, which has not seen part K

OUT is what ``training.who.train`` wrote. Stories are read by the shipped reader model, or by ``--model``. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from fabula.bench import stories, who
from fabula.bench.pdnc import novel_folders
from fabula.reading import syntax
from fabula.reading.who import deciding
from fabula.reading.who.aliases import OF_ALIAS
from fabula.reading.who.dialogue import DialogueModel
from fabula.reading.who.ranker import ranker_of, shares
from fabula.reading.who.resolver import by_ranker
from training.parts_of_texts import model_of, part_of
from training.scenes.markup import read_scene
from training.who.collect import labels_of
from training.who.train import DATA, ROOT

_FIGURES = ("speakers", "speakers_explicit", "speakers_anaphoric", "speakers_implicit", "addressees")


def models(folder: Path) -> deciding.Models:
    """The models in a folder, as the reading takes them; until names are joined, those that ask no links if the folder has them."""
    found = _models(folder, "")
    if not (folder / "first_turns.npz").exists():
        return found
    return replace(found, first=_models(folder, "first_"))


def _models(folder: Path, prefix: str) -> deciding.Models:

    def arrays(name: str) -> dict[str, Any]:
        with np.load(folder / f"{prefix}{name}.npz") as found:
            return {key: found[key] for key in found.files}

    told, alias = ranker_of(arrays("addressees")), ranker_of(arrays("aliases"))
    turns = arrays("turns")
    dialogue = DialogueModel(ranker_of(turns), turns["pair"], turns["skip"], told).over_features()
    alias = alias.over(OF_ALIAS)
    return deciding.Models(by_ranker(ranker_of(arrays("mentions"))), dialogue, lambda person, candidates, rows: shares(alias.scores(rows)))


def install(folder: Path) -> None:
    """Let the reading decide by the models in a folder."""
    found = models(folder)
    deciding.shipped = lambda: found


def read_by(model: Path | None) -> None:
    """Let stories be read by a reader model, the shipped one if None, its labels taken from the cache."""
    syntax.read_syntax = partial(labels_of, model=model)


def scenes_of(fold: int, out: Path) -> Path:
    """The marked scenes of a part as text and reading."""
    for path in sorted((ROOT / "training" / "scenes").glob("*.scene")):
        if part_of(path.stem) == fold:
            scene = read_scene(path)
            (out / f"{scene.name}.txt").write_text(scene.text, encoding="utf-8")
            (out / f"{scene.name}.json").write_text(json.dumps(scene.to_json()), encoding="utf-8")
    return out


def story_figures(folders: list[Path]) -> dict[str, Any]:
    """Pooled figures of annotated stories."""
    return stories.pool(stories.bench_stories(stories.annotated_stories(folders))).to_json()


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("networks", type=Path, metavar="OUT")
    parser.add_argument("stories", type=Path, nargs="*")
    parser.add_argument("--fold", type=int)
    parser.add_argument("--models", type=Path)
    parser.add_argument("--model", type=Path)
    a = parser.parse_args()
    install(a.networks)
    out: dict[str, Any] = {}
    if a.stories:
        read_by(a.model)
        out["stories"] = story_figures(a.stories)
    if a.fold is not None:
        read_by(model_of(a.fold, a.models))
        folds = json.loads((ROOT / "training" / "splits.json").read_text())["folds"]
        names = [name for fold in folds for name in fold["pdnc"] if part_of(name) == a.fold]
        folders = novel_folders(DATA / "project-dialogism-novel-corpus", names=names)
        out["novels"] = {p.name: who.measure_novel(p).to_json() for p in folders}
        with tempfile.TemporaryDirectory() as folder:
            out["scenes"] = story_figures([scenes_of(a.fold, Path(folder))])
    print(json.dumps(out, indent=1))


if __name__ == "__main__":
    main()
