"""What a description asks for: words, people by name, and people by number and kind ("two men", "three sisters")."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from fabula.ask.language import content_stems, stem, synonyms, word_list
from fabula.ask.names import Named, Names
from fabula.lexicons import table

_REACH = 2  # words between a number and its noun: "two young men"


@dataclass(frozen=True, slots=True)
class Kind:
    """So many people of a pronoun ("any": of whichever); ``ties``: the types of a tie that joins two of them."""

    count: int
    pronoun: str
    ties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """``stems`` are the words to look for, without the names and the nouns that only count people."""

    text: str
    stems: tuple[str, ...]
    named: tuple[Named, ...]
    kinds: tuple[Kind, ...]

    @property
    def pronoun(self) -> str:
        """The pronoun of the one who is described first; "any" where no noun tells it."""
        return next((k.pronoun for k in self.kinds), "any")


@cache
def _pronouns() -> dict[str, str]:
    return {stem(noun): pronoun for noun, pronoun in table("find", "people")}


@cache
def _counts() -> dict[str, int]:
    return {word: int(number) for word, number in table("find", "counts")}


@cache
def _paired() -> dict[str, tuple[str, ...]]:
    return {word: tuple(types.split(",")) for word, types in table("find", "paired")}


@cache
def alike(word: str) -> frozenset[str]:
    """The stems that may stand for a stem where scenes are looked for, itself among them."""
    lines = ({stem(w.strip()) for w in row[0].split(",")} for row in table("find", "synonyms"))
    return frozenset({word, *synonyms().get(word, ())}.union(*(line for line in lines if word in line)))


def _pronoun_of_kin(word: str) -> str:
    """The pronoun of a word such as "sisters"."""
    return next((row[3] for row in table("questions", "kin") if row[0] in (word, stem(word))), "any")


def wanted(text: str, names: Names) -> Wanted:
    """Take a description apart against the names of one story."""
    text = " ".join(text.split())
    named = tuple(n for n in names.find(text) if stem(text[n.start : n.end]) not in _pronouns())
    outside = "".join(c for i, c in enumerate(text) if not any(n.start <= i < n.end for n in named))
    words = word_list(outside)
    stems = [s for s in content_stems(words) if s not in _pronouns() and s not in _counts()]
    return Wanted(text, tuple(stems), named, tuple(_kinds([w.lower() for w in words])))


def _kinds(words: list[str]) -> Iterable[Kind]:
    for i, word in enumerate(words):
        noun, ties = stem(word), _paired().get(word, ())
        if noun not in _pronouns() and not ties:
            continue
        before = words[max(0, i - _REACH - 1) : i]
        number = next((_counts()[w] for w in reversed(before) if w in _counts()), 0)
        plural = bool(ties) or (noun != word and not re.fullmatch(r".*(?:'s|’s)", word))
        pronoun = _pronouns().get(noun) or _pronoun_of_kin(word)
        yield Kind(max(number, 2 if plural else 1), pronoun, ties)


def fits(kinds: Iterable[Kind], pronouns: Iterable[str], ties: frozenset[str]) -> float:
    """The share of ``kinds`` that people of these pronouns, with these types of ties among them, can be (1 where nothing is asked)."""
    there, asked = Counter(pronouns), list(kinds)
    if not asked:
        return 1.0
    return sum(_fit(k, there, ties) for k in asked) / len(asked)


def _fit(kind: Kind, there: Counter[str], ties: frozenset[str]) -> float:
    able = there.total() if kind.pronoun == "any" else there[kind.pronoun] + there["unknown"] * 0.5 + there["they"] * 0.5
    enough = min(1.0, able / kind.count)
    return enough if not kind.ties or set(kind.ties) & ties else 0.5 * enough
