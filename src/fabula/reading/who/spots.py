"""Mentions as they are decided, each with its grammatical part as far as its place tells it; pronouns."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache

from fabula.layers import MentionKind
from fabula.lexicons import words
from fabula.reading.who.page import Page


class Part(IntEnum):
    """Grammatical part of a mention in its clause."""

    OTHER = 0
    SUBJECT = 1
    OBJECT = 2
    POSSESSIVE = 3
    REFLEXIVE = 4


@dataclass(slots=True)
class Spot:
    """A mention being decided. ``who``: people it stands for (indexes), empty while open. ``gender``: he, she, they or unknown."""

    first: int
    last: int
    kind: MentionKind
    part: Part
    quote: int
    sentence: int
    gender: str = "unknown"
    head: str = ""
    grammatical_person: int = 3
    plural: bool = False
    definite: bool = False
    vocative: bool = False
    owner: int = -1  # row of the spot of a possessor inside it ("his sister")
    who: tuple[int, ...] = ()
    confidence: float = 0.0
    fixed: bool = False
    candidates: list[tuple[int, float]] = field(default_factory=list)
    at: int = -1  # its head token
    number: int = 1  # people it counts ("the two of them"); 0: several
    stand_in: bool = False  # its noun is left out; where nobody is meant, it is no mention


@cache
def _pronoun_table() -> dict[str, tuple[str, int, bool]]:
    """Pronoun → (gender, grammatical person, plural)."""
    out: dict[str, tuple[str, int, bool]] = {}
    for g in ("he", "she", "they"):
        for w in words("pronouns", g):
            out[w.replace("’", "'")] = (g, 3, False)
    for w in words("pronouns", "first"):
        out[w] = ("unknown", 1, False)
    for w in words("pronouns", "first_plural"):
        out[w] = ("unknown", 1, True)
    for w in words("pronouns", "second"):
        out[w] = ("unknown", 2, False)
    return out


@cache
def person_nouns() -> dict[str, str]:
    """Singular common noun for a person → he, she or unknown."""
    out = dict.fromkeys(words("persons", "role") | words("persons", "kin_either"), "unknown")
    for g in ("he", "she"):
        out.update(dict.fromkeys(words("persons", g) | words("persons", f"kin_{g}"), g))
    return {w: g for w, g in out.items() if " " not in w}


def is_kin(word: str) -> bool:
    return any(word in words("persons", s) for s in ("kin_he", "kin_she", "kin_either"))


_PARTS = {
    "nsubj": Part.SUBJECT,
    "nsubj:pass": Part.SUBJECT,
    "nsubj:outer": Part.SUBJECT,
    "csubj": Part.SUBJECT,
    "obj": Part.OBJECT,
    "iobj": Part.OBJECT,
    "obl": Part.OBJECT,
    "obl:agent": Part.OBJECT,
    "nmod:poss": Part.POSSESSIVE,
}


def part_of(page: Page, at: int) -> Part:
    """The grammatical part of the mention whose head is token ``at``; what is coordinated has the part of what it is joined to."""
    for _ in range(4):
        if page.rel[at] not in ("conj", "appos", "flat") or page.head[at] < 0:
            break
        at = page.head[at]
    return _PARTS.get(page.rel[at], Part.OTHER)


def _pronoun_part(page: Page, i: int) -> Part:
    w = page.lower[i]
    if w in words("pronouns", "reflexive"):
        return Part.REFLEXIVE
    if w == "her":
        return Part.POSSESSIVE if page.rel[i] == "nmod:poss" else Part.OBJECT
    if w in words("pronouns", "possessive"):
        return Part.POSSESSIVE
    part = part_of(page, i)
    if w == "you":
        return part if part != Part.OTHER else Part.OBJECT
    if w in words("pronouns", "subject"):
        return Part.SUBJECT
    return Part.OBJECT


def pronoun_spot(page: Page, i: int) -> Spot | None:
    """The pronoun at token ``i`` that may mean a person, ``it`` left out."""
    known = _pronoun_table().get(page.lower[i])
    if known is None or (page.lower[i] == "mine" and page.lower[i - 1] in words("grammar", "determiner")):  # "the mine"
        return None
    gender, person, plural = known
    return Spot(
        i,
        i + 1,
        MentionKind.PRONOUN,
        _pronoun_part(page, i),
        page.quote[i],
        page.sentence[i],
        gender,
        page.lower[i],
        person,
        plural,
        at=i,
    )
