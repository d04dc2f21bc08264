"""Gold readings (the format of hand-annotated stories and scenes) as layers, so that a later step is measured on a perfect cast."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fabula.elements import Alias, Character, Quote
from fabula.errors import InputError
from fabula.layers import MentionKind, MentionMembers, Mentions, QuotationKind, Quotations
from fabula.reading.steps import Layers
from fabula.reading.tokens import tokenize
from fabula.text import read_manuscript

_ORIGIN = "gold@1"
_KINDS = {"name": MentionKind.NAME, "nominal": MentionKind.NOMINAL, "pronoun": MentionKind.PRONOUN}


def load_gold(path: Path) -> dict[str, Any]:
    """The gold JSON of one story. Raises InputError for a file that holds no JSON object."""
    try:
        gold = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read as JSON: {error}", hint="is it the reading of a story?") from error
    if not isinstance(gold, dict):
        raise InputError(f"{path} is no JSON object", hint="is it the reading of a story?")
    return gold


def text_beside(reading: Path) -> Path:
    """The story of a reading: ``NAME.txt`` beside ``NAME.json`` or ``NAME.expected.json``."""
    return reading.with_name(f"{reading.stem.removesuffix('.expected')}.txt")


def _mention_rows(gold: dict[str, Any], text: str) -> list[tuple[int, int, int, list[str]]]:
    """(start, end, kind, who) of every mention; in stories, which annotate pronouns only, names are found by their aliases."""
    if gold.get("mentions"):
        rows = [(m["start"], m["end"], _KINDS[m["kind"]], m["who"]) for m in gold["mentions"]]
    else:
        rows = [(m["start"], m["end"], MentionKind.PRONOUN, m["who"]) for m in gold.get("pronouns", ())]
        taken = [False] * len(text)
        aliases = sorted(((a, c["id"]) for c in gold["characters"] for a in c["aliases"]), key=lambda x: -len(x[0]))
        for alias, who in aliases:
            at = text.find(alias)
            while at >= 0:
                end = at + len(alias)
                edges = not (at and text[at - 1].isalnum()) and not (end < len(text) and text[end].isalnum())
                if edges and not any(taken[at:end]):
                    rows.append((at, end, MentionKind.NAME, [who]))
                    taken[at:end] = [True] * len(alias)
                at = text.find(alias, end)
    return sorted(rows, key=lambda r: (r[0], -r[1]))


def gold_layers(path: Path) -> Layers:
    """manuscript, tokens, sentences, quotations, characters, mentions, members and quotes as an annotator gave them."""
    gold = load_gold(path)
    manuscript = read_manuscript(text_beside(path))
    tokens, sentences = tokenize(manuscript)
    said = sorted(gold["quotes"], key=lambda q: q["start"])
    rows = _mention_rows(gold, manuscript.text)
    ids = [c["id"] for c in gold["characters"]]
    inside = [next((i for i, q in enumerate(said) if q["start"] <= s < q["end"]), -1) for s, *_ in rows]
    paragraphs = manuscript.paragraphs.start.searchsorted([q["start"] for q in said], side="right") - 1
    speech = [(q["start"], q["end"], int(p), QuotationKind.SPEECH, 0, False, True) for q, p in zip(said, paragraphs, strict=True)]
    return {
        "manuscript": manuscript,
        "tokens": tokens,
        "sentences": sentences,
        "quotations": Quotations.from_rows(speech),
        "characters": tuple(_character(c, gold, manuscript.text, [r[0] for r in rows if c["id"] in r[3]]) for c in gold["characters"]),
        "mentions": Mentions.from_rows([(s, e, k, q, 1.0) for (s, e, k, _), q in zip(rows, inside, strict=True)]),
        "members": MentionMembers.from_rows([(i, ids.index(w)) for i, r in enumerate(rows) for w in r[3] if w in ids]),
        "quotes": tuple(_quote(q) for q in said),
    }


def _character(character: dict[str, Any], gold: dict[str, Any], text: str, mentions: list[int]) -> Character:
    """``mentions``: where each mention of the character begins, in order."""
    pronouns = character["pronouns"]
    return Character(
        id=character["id"],
        name=character["name"],
        pronouns=pronouns if pronouns in ("he", "she", "they", "it") else "unknown",
        aliases=tuple(Alias(a, text.count(a)) for a in character["aliases"]),
        importance=character["importance"],
        mentions=len(mentions),
        quotes=sum(q["speaker"] == character["id"] for q in gold["quotes"]),
        first=min(mentions, default=0),
        confidence=1.0,
        origin=_ORIGIN,
    )


def _quote(quote: dict[str, Any]) -> Quote:
    return Quote(
        start=quote["start"],
        end=quote["end"],
        speaker=quote["speaker"],
        addressees=tuple(quote["addressees"]),
        cue=quote["cue"],
        confidence=1.0,
        origin=_ORIGIN,
    )
