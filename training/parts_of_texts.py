"""In which part every annotated text stands: what cross-fitting holds out, and what ``--fold K`` measures.

One partition serves everything that is learned of who-is-who, the links of the reader model as well as the small networks that are fed
with them: a model of part K has seen no text of part K, and neither has anything that is trained on what it says of them. Parts 0 to 2 are
folds 0 to 2 of ``splits.json``, part 3 is the rest of the folds, so one work is in one part whatever source it stands in. Texts that are
held out for good (official development and test documents of LitBank) are in no part.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from fabula.bench.corpora import InputError
from fabula.encoder.files import MANIFEST
from training.data.sources import load_splits

PARTS = 4
_FOLDS = 5
_SCENE = re.compile(r"[a-z](\d\d)$")


@cache
def _parts() -> dict[str, int]:
    """Names of LitBank documents and PDNC novels → part."""
    splits = load_splits()
    held = {*splits["development"]}
    return {
        name: min(fold, PARTS - 1)
        for fold, found in enumerate(splits["folds"])
        for source in ("litbank", "pdnc")
        for name in found[source]
        if name not in held
    }


def part_of(text_name: str) -> int:
    """The part of a LitBank document, a PDNC novel or a marked scene, by the name that ``training.who.gold`` gives it; its variants and
    pieces (``a01 3``) stand where it does.

    :class:`InputError` for a text that is in no part: it is held out for good, or no text that is known here.

    >>> part_of("158_emma_brat"), part_of("Emma"), part_of("a01"), part_of("a10")  # doctest: +SKIP
    (0, 0, 0, 3)
    """
    text_name = text_name.split(" ")[0]
    if scene := _SCENE.match(text_name):
        return min((int(scene[1]) - 1) % _FOLDS, PARTS - 1)
    if text_name not in _parts():
        raise InputError(f"{text_name} is in no part", hint="it is held out, or not in training/splits.json")
    return _parts()[text_name]


def model_of(part: int | None, models: Path | None) -> Path | None:
    """The folder of the reader model that has not seen the texts of a part, ``models``/PART; None for the shipped one if there is none."""
    folder = models / str(part) if models is not None and part is not None else None
    return folder if folder is not None and (folder / MANIFEST).exists() else None
