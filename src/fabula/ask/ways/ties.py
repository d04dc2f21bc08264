"""What characters are to each other: "who is Ann's sister?", "what is Tom to Ann?", "who is married to Ann?"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fabula.ask.answers import SILENT, Found
from fabula.ask.names import Names
from fabula.ask.question import Question
from fabula.elements import Relationship
from fabula.lexicons import table

if TYPE_CHECKING:
    from fabula.world.world import World

_TO_EACH_OTHER = re.compile(
    r"^(?:what|who) (?:is|are|was|were)\b.+\bto\b.+|\brelationship\b|\bto each other\b"
    r"|^how (?:is|are|was|were|does|do|did)\b.+\b(?:related|connected|know)\b",
    re.IGNORECASE,
)
_MARRIED = re.compile(r"^who(?:m)? (?:is|was|did|has)\b.+\b(?:married|marry|wed)\b|^who (?:is|was) (?:married|engaged) to\b", re.IGNORECASE)
_WITH = re.compile(r"^who(?:m)? (?:is|was)\b.+\b(?:dating|seeing|in love with)\b", re.IGNORECASE)
_OF_KIN = re.compile(r"['’]s?\s+(?:\w+\s+)?([\w\-]+)\W*")


def word_for(tie: Relationship, who: str, world: World) -> str:
    """What ``who`` is in a tie, as a word: "sister", "father", "caseworker"."""
    key = tie.type if any(r[0] == tie.type for r in table("questions", "tie_words")) else f"{tie.type}.{'a' if tie.a == who else 'b'}"
    row = next((r for r in table("questions", "tie_words") if r[0] == key), None)
    if row is None:
        return tie.type.replace("_", " ")
    character = world.characters[who]
    roles = {r.lower() for r in character.roles}
    if tie.type == "other_kin" and (kin := [r[0] for r in table("questions", "kin") if r[1] == "other_kin" and r[0] in roles]):
        return kin[0]
    return row[{"he": 1, "she": 2}.get(character.pronouns, 3)]


def _between(world: World, a: str, b: str) -> list[Relationship]:
    found = [r for r in world.relationships if {r.a, r.b} == {a, b} and r.confidence >= 0.5]
    return sorted(found, key=lambda r: -r.confidence)


def tie_between(world: World, question: Question, names: Names) -> Found | None:
    """What two named characters are to each other."""
    if not _TO_EACH_OTHER.search(question.text) or len(question.named) != 2:
        return None
    a, b = (n.ids[0] for n in question.named)
    ties = _between(world, a, b)
    if not ties:
        return None
    words = list(dict.fromkeys(word_for(r, a, world) for r in ties))
    return Found(
        f"{world.name_of(a)} is {world.name_of(b)}'s {' and '.join(words)}",
        tuple(s for r in ties for s in r.evidence[:2])[:4],
        ties[0].confidence,
    )


def related_one(world: World, question: Question, names: Names) -> Found | None:
    """The one in a tie with the named character: "who is Ann's sister?", "who is married to Ann?"."""
    low = question.text
    words: tuple[str, ...] = ()
    if _MARRIED.search(low):
        words = ("spouse",)
    elif _WITH.search(low):
        words = ("boyfriend",)
    elif question.wh == "who" and (m := re.match(r"(?i)^who (?:is|was|are|were) (?:the )?([\w\-]+) of\b", low)):
        words = (m.group(1),)
    if words and question.named:
        return _named(world, question.named[0].ids[:1], words[0], names)
    if re.fullmatch(r"(?i)who(?:'s|’s| is| was| are| were) .+['’]s? (?:\w+ )?[\w\-]+\??", low) and len(question.named) == 1:
        return _possessive(world, question, names)
    return None


def _possessive(world: World, question: Question, names: Names) -> Found | None:
    """The stretch "Ann's sister" was resolved by the names already; the owner is what its first name means. One that was not resolved asks
    for a tie that the World would know."""
    if (kin := _OF_KIN.fullmatch(question.text[question.named[0].end :])) and _is_kin(kin.group(1)):
        return SILENT
    stretch = question.text[question.named[0].start : question.named[0].end]
    m = re.fullmatch(r"(.+?)['’]s?\s+(?:\w+\s+)?([\w\-]+)", stretch)
    owner = names.find(m.group(1)) if m else ()
    return _named(world, owner[0].ids[:1], m.group(2), names) if m and owner else None


def _is_kin(word: str) -> bool:
    return word.lower() in {row[0] for row in table("questions", "kin")}


def _named(world: World, owner: tuple[str, ...], word: str, names: Names) -> Found | None:
    ids = names.related(owner, word)
    if not ids:
        return SILENT if owner and _is_kin(word) else None
    ties = [r for i in ids for r in _between(world, owner[0], i)]
    text = " and ".join(world.name_of(i) for i in (ids if word.endswith("s") or len(ids) <= 2 else ids[:1]))
    return Found(text, tuple(s for r in ties for s in r.evidence[:1])[:4], max(r.confidence for r in ties))
