"""Write ``training/splits.json``: one split for every source, grouped by work.

    python -m training.make_splits

What holds for every run: official development and test documents of a source are never trained on in a run that is measured on them; a
work that stands in two sources (LitBank samples, PDNC novels, LitBank's whole books) is on one side of every fold. The five folds are those
published for PDNC (leave-x-out); LitBank documents of the same works go with them, all others are dealt out by the hash of their names.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from pathlib import Path
from typing import Any

from training.data.sources import SPLITS, data_folder

FOLDS = 5

SAME_WORK = {
    "11_alices_adventures_in_wonderland": "AlicesAdventuresInWonderland",
    "45_anne_of_green_gables": "AnneOfGreenGables",
    "2641_a_room_with_a_view": "ARoomWithAView",
    "208_daisy_miller_a_study": "DaisyMiller",
    "158_emma": "Emma",
    "2891_howards_end": "HowardsEnd",
    "1245_night_and_day": "NightAndDay",
    "105_persuasion": "Persuasion",
    "1342_pride_and_prejudice": "PrideAndPrejudice",
    "541_the_age_of_innocence": "TheAgeOfInnocence",
    "160_the_awakening_and_selected_short_stories": "TheAwakening",
    "5230_the_invisible_man_a_grotesque_romance": "TheInvisibleMan",
    "1695_the_man_who_was_thursday_a_nightmare": "TheManWhoWasThursday",
    "174_the_picture_of_dorian_gray": "ThePictureOfDorianGray",
}
"""LitBank documents (without ``_brat``) and the folder of the whole novel in PDNC."""

OTHER_RELEASE = {
    "AgeOfInnocence": "TheAgeOfInnocence",
    "AliceInWonderland": "AlicesAdventuresInWonderland",
    "HandfulOfDust": "AHandfulOfDust",
    "SignOfFour": "TheSignOfTheFour",
}
"""The published PDNC splits name some folders as an earlier release did."""


def ids(path: Path) -> list[str]:
    return sorted(line.strip().removesuffix(".tsv") for line in path.read_text(encoding="utf-8").split())


def gum_parts(text: str) -> dict[str, list[str]]:
    """``splits.md`` of GUM: a heading per part, a list item per document."""
    parts: dict[str, list[str]] = {}
    current = ""
    for line in text.splitlines():
        if heading := re.match(r"##+\s*(\w+)", line):
            current = heading.group(1)
        elif (item := re.match(r"\s*\*\s*(GUM_\w+|GENTLE_\w+)", line)) and current:
            parts.setdefault(current, []).append(item.group(1))
    return {k: sorted(v) for k, v in parts.items()}


def pdnc_folds(folder: Path) -> list[list[str]]:
    """The novels of the published five folds, under the folder names of the present release."""
    folds = []
    for k in range(FOLDS):
        with (folder / f"split_{k}" / "test.csv").open(encoding="utf-8", newline="") as rows:
            folds.append(sorted({OTHER_RELEASE.get(row[0], row[0]) for row in csv.reader(rows) if row}))
    return folds


def litbank_folds(documents: list[str], novels: list[list[str]]) -> list[list[str]]:
    """Five groups of LitBank documents of nearly equal size."""
    of_novel = {novel: k for k, fold in enumerate(novels) for novel in fold}
    folds: list[list[str]] = [[] for _ in range(FOLDS)]
    free = []
    for name in documents:
        novel = SAME_WORK.get(name.removesuffix("_brat"))
        if novel is None:
            free.append(name)
        else:
            folds[of_novel[novel]].append(name)
    for name in sorted(free, key=lambda n: hashlib.sha256(n.encode()).hexdigest()):
        min(folds, key=len).append(name)
    return [sorted(fold) for fold in folds]


def run(documents: list[str], dev: list[str], test: list[str]) -> dict[str, list[str]]:
    """A run trains on every document that it does not hold out; a document in both dev and test counts as test."""
    held = {*dev, *test}
    return {
        "train": [d for d in documents if d not in held],
        "dev": [d for d in documents if d in dev and d not in test],
        "test": [d for d in documents if d in test],
    }


def make_splits(data: Path) -> dict[str, Any]:
    documents = sorted(p.stem for p in (data / "litbank" / "coref" / "tsv").glob("*.txt"))
    official = ids(data / "lrec2020-coref/data/litbank_tenfold_splits/0/dev.ids")
    entity = {part: ids(data / "NAACL2019-literary-entities/data/litbank" / f"{part}.ids") for part in ("dev", "test")}
    event = {part: ids(data / "ACL2019-literary-events/data" / f"{part}.ids") for part in ("dev", "test")}
    novels = pdnc_folds(data / "speaker-attribution-acl2023/data/train_splits/leave-x-out")
    folds = litbank_folds(documents, novels)
    runs = {
        "reader": run(documents, [*official, *entity["dev"]], entity["test"]),
        "entity-paper": run(documents, entity["dev"], entity["test"]),
        "event-paper": run(documents, event["dev"], event["test"]),
    }
    for k, fold in enumerate(folds):
        runs[f"fold-{k}"] = run(documents, [], fold)
    return {
        "about": "Made by training/make_splits.py; see there. Held-back documents (fold 0 test and others) are in no list.",
        "folds": [{"litbank": fold, "pdnc": novels[k]} for k, fold in enumerate(folds)],
        "same_work": {f"{k}_brat": v for k, v in SAME_WORK.items()},
        "development": official,
        "development_only": ["FantasyCoref"],
        "gum": {
            part: names
            for part, names in gum_parts((data / "gum/splits.md").read_text(encoding="utf-8")).items()
            if part in ("train", "dev")
        },
        "runs": runs,
    }


def main() -> None:
    splits = make_splits(data_folder())
    SPLITS.write_text(json.dumps(splits, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for name, parts in splits["runs"].items():
        print(name, {part: len(names) for part, names in parts.items()})


if __name__ == "__main__":
    main()
