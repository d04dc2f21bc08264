"""GUM as annotated text: its treebank files hold text, paragraphs and entities. People and animals alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from training.who.gold import GoldText, Span

_TYPES = ("person", "animal")
_BRACKET = re.compile(r"\((?P<open>[^()]+)|(?P<close>[^()]+)\)|(?P<end>\))")


def read_gum(path: Path) -> GoldText:
    """One document. Singletons are annotated; what is no person is left out."""
    gold = GoldText(path.stem, "gum", "")
    parts: list[str] = []
    length = 0
    opened: list[tuple[str, str, int]] = []
    tags: list[tuple[int, str]] = []
    fresh = False
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# newpar") and not line.startswith("# newpar_block"):
            fresh = True
        if line.startswith("#") or not line.strip():
            continue
        number, form, _, upos, *_, misc = line.split("\t")
        if not number.isdigit():
            continue
        if fresh and parts:
            parts.append("\n\n")
            length += 2
        fresh = False
        begin, end = length, length + len(form)
        tags.append((begin, upos))
        parts.append(form)
        length = end
        fields = dict(f.split("=", 1) for f in misc.split("|") if "=" in f)
        for kind, group, start in _events(fields.get("Entity", ""), begin, opened):
            if kind in _TYPES:
                _add(gold, (start, end), f"{kind}-{group}", [t for at, t in tags if start <= at < end])
        if fields.get("SpaceAfter") != "No":
            parts.append(" ")
            length += 1
    gold.text = "".join(parts)
    return gold


def _events(entity: str, begin: int, opened: list[tuple[str, str, int]]) -> Iterator[tuple[str, str, int]]:
    """Mentions that end here: type, group and where they began."""
    for piece in re.findall(r"\([^()]+\)?|[^()]+\)", entity):
        body = piece.strip("()")
        group, _, rest = body.partition("-")
        if piece.startswith("("):
            opened.append((group, rest.split("-")[0], begin))
        if piece.endswith(")"):
            at = max((i for i, o in enumerate(opened) if o[0] == group), default=-1)
            if at >= 0:
                _, kind, start = opened.pop(at)
                yield kind, group, start


def _add(gold: GoldText, span: Span, who: str, tags: list[str]) -> None:
    gold.mentions[span] = frozenset({who})
    if "PROPN" in tags and "NOUN" not in tags:
        gold.names[span] = who
