"""Documents for links: items that ask and answer, and the file that holds many documents."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
COLUMNS = 9
"""Numbers that an item is kept as."""


@dataclass(frozen=True, slots=True)
class Item:
    """Words ``[first, last)``; ``who``: whom it means (of a quotation: who speaks), empty for nobody, None where that is not known.

    ``asks``: whether its antecedent is asked for; ``answers``: whether it can be one. ``told``: of a quotation, whom it addresses;
    ``tag``: the words of a tag beside it that can be hidden, empty where there is none.
    """

    first: int
    last: int
    kind: int
    who: frozenset[str] | None
    told: frozenset[str] = frozenset()
    asks: bool = False
    answers: bool = False
    tag: tuple[int, int] = (0, 0)


@dataclass(slots=True)
class LinkDocument:
    """``complete``: every mention of a person is an item, so one without an antecedent has none. ``gender``: pronouns of people."""

    name: str
    source: str
    ids: Ints
    offsets: Ints
    shapes: Ints
    sentences: list[tuple[int, int]]
    paragraph: Ints
    complete: bool
    items: list[Item] = field(default_factory=list)
    gender: dict[str, str] = field(default_factory=dict)


def _about(document: LinkDocument, part: int, sets: dict[frozenset[str], int]) -> dict[str, Any]:
    return {
        "name": document.name,
        "source": document.source,
        "part": part,
        "words": len(document.offsets) - 1,
        "sentences": len(document.sentences),
        "items": len(document.items),
        "complete": document.complete,
        "sets": [sorted(s) for s in sets],
        "gender": document.gender,
    }


def _rows(document: LinkDocument, sets: dict[frozenset[str], int]) -> list[tuple[int, ...]]:
    def number(who: frozenset[str] | None) -> int:
        return -1 if who is None else sets.setdefault(who, len(sets))

    return [(i.first, i.last, i.kind, number(i.who), number(i.told), i.asks, i.answers, *i.tag) for i in document.items]


def write(path: Path, found: Iterable[tuple[LinkDocument, int]]) -> dict[str, int]:
    """Words by source."""
    about, columns = [], {k: [] for k in ("ids", "counts", "shapes", "sentences", "paragraph", "items")}  # type: ignore[var-annotated]
    words: dict[str, int] = {}
    for d, part in found:
        sets: dict[frozenset[str], int] = {}
        columns["items"].append(np.array(_rows(d, sets), np.int32).reshape(-1, COLUMNS))
        about.append(_about(d, part, sets))
        columns["ids"].append(d.ids.astype(np.uint16))
        columns["counts"].append(np.diff(d.offsets).astype(np.uint8))
        columns["shapes"].append(d.shapes.astype(np.uint8))
        columns["sentences"].append(np.array([b - a for a, b in d.sentences], np.uint16))
        columns["paragraph"].append(np.diff(d.paragraph, prepend=0).astype(np.int16))
        words[d.source] = words.get(d.source, 0) + len(d.offsets) - 1
    np.savez_compressed(path, about=np.array(json.dumps(about)), **{k: np.concatenate(v) for k, v in columns.items() if v})
    return words


def read(path: Path) -> list[tuple[LinkDocument, int]]:
    """The documents with their parts."""
    with np.load(path, allow_pickle=False) as file:
        about = json.loads(str(file["about"]))
        columns = {k: file[k] for k in file.files if k != "about"}
    at = dict.fromkeys(columns, 0)

    def take(name: str, count: int) -> np.ndarray:
        found = columns[name][at[name] : at[name] + count]
        at[name] += count
        return found

    out = []
    for a in about:
        counts = take("counts", a["words"]).astype(np.int64)
        ends = np.cumsum(take("sentences", a["sentences"]).astype(np.int64))
        sets = [frozenset(s) for s in a["sets"]]
        out.append(
            (
                LinkDocument(
                    a["name"], a["source"], take("ids", int(counts.sum())).astype(np.int64),
                    np.concatenate([[0], np.cumsum(counts)]), take("shapes", a["words"]).astype(np.int64),
                    list(zip(np.concatenate([[0], ends[:-1]]).tolist(), ends.tolist(), strict=True)),
                    np.cumsum(take("paragraph", a["words"]).astype(np.int64)), a["complete"],
                    [_item(row, sets) for row in take("items", a["items"]).tolist()], a["gender"],
                ),
                a["part"],
            )
        )  # fmt: skip
    return out


def _item(row: list[int], sets: list[frozenset[str]]) -> Item:
    first, last, kind, who, told, asks, answers, *tag = row
    speaker, addressees = None if who < 0 else sets[who], frozenset() if told < 0 else sets[told]
    return Item(first, last, kind, speaker, addressees, bool(asks), bool(answers), (tag[0], tag[1]))


def without(found: Iterable[tuple[LinkDocument, int]], part: int | None) -> list[LinkDocument]:
    """The documents that a model is trained on which must not have seen those of ``part``."""
    return [d for d, p in found if part is None or p != part]
