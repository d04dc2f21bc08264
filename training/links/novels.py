"""Links that no annotation is needed for, from novels: whom names mean, and who speaks where a name stands in the tag.

Names of one person are found by the reading itself (they are much surer than pronouns), and a tag with a name tells its speaker. When
trained on, names are hidden behind pronouns or a mask and tags are hidden altogether (after Kocijan et al., 2019: *WikiCREM*), so that
what is left has to tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from fabula.layers import MentionKind
from training.data.rewriting import RULES, passages
from training.data.sources import load_splits
from training.data.texts import novels
from training.who.collect import reading_of
from training.who.gold import GoldText

LENGTH = 34_000
"""Characters of a piece of a novel, which has one register."""
REGISTERS = {
    "": 0.4, "modern": 0.2, "straight": 0.08, "modern+straight": 0.16, "modern+curly": 0.08, "single": 0.04, "lost_apostrophes": 0.04,
}  # fmt: skip
SOURCE = "novels"


def pieces(data: Path, splits: dict[str, Any], each: int, seed: int = 1) -> Iterator[GoldText]:
    """``each`` pieces, evenly spread and each in a register, of every novel that the run ``reader`` trains on and that is not in PDNC."""
    allowed = set(splits["runs"]["reader"]["train"])
    for text in novels(data, splits):
        if text.name not in allowed:
            continue
        random = Random(f"{seed} {text.name}")
        found = passages(text.text, LENGTH)[1:-1]
        step = max(1.0, len(found) / each)
        for i in range(min(each, len(found))):
            piece = found[int(i * step)]
            for rule in filter(None, random.choices(list(REGISTERS), list(REGISTERS.values()))[0].split("+")):
                piece = RULES[rule](piece, random)
            yield GoldText(f"{text.name} {i}", SOURCE, piece, all_mentions=False)


def named(gold: GoldText) -> dict[str, str]:
    """Adds the names that the reading finds to ``gold``; the pronouns of their people."""
    r = reading_of(gold, links=False)
    for s in r.spots:
        if s.kind == MentionKind.NAME and len(s.who) == 1:
            gold.mentions[r.page.start[s.first], r.page.end[s.last - 1]] = frozenset({str(s.who[0])})
    return {str(i): p.gender() for i, p in enumerate(r.people)}


def marked(data: Path, each: int) -> Iterator[tuple[GoldText, dict[str, str]]]:
    """Pieces of novels with their names, and the pronouns of their people."""
    for gold in pieces(data, load_splits(), each):
        gender = named(gold)
        if len(gold.mentions) >= 20:
            yield gold, gender
