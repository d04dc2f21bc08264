"""What a rule is about: the noun phrase that it shares with its neighbours, or its own first one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

from fabula.lexicons import sections
from fabula.reading.lore_scoring import cue

_NOUN_PHRASE = re.compile(
    r"\b(?:an?|the|every|each|any|no|all|whose|our|your|their|another|one|two|three|four|only|medical|own)\s+([^\W\d_][\w'’-]*)(?:\s+([^\W\d_][\w'’-]*))?",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_][\w'’-]+")
_NEAR = 700
_LOOK = 8
_KNOWN = 1.0  # what a word of institutions and powers counts more than another


@cache
def _stop() -> frozenset[str]:
    return frozenset(sections("lore")["stop"][0].split("|"))


def _singular(word: str) -> str:
    word = re.sub(r"['’]s$", "", word)
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


class _Nouns:
    """What may be the head of a noun phrase: a word that stands right after a determiner with no word to modify."""

    def __init__(self, text: str) -> None:
        self.heads = Counter[str]()
        for m in _NOUN_PHRASE.finditer(text):
            first, second = m.group(1).lower(), (m.group(2) or "").lower()
            if not second or second in _stop():
                self.heads[_singular(first)] += 1

    def phrase(self, first: str, second: str) -> str | None:
        """The noun phrase that two words after a determiner make, if any."""
        first, second = first.lower(), second.lower()
        if first in _stop():
            return None
        if not second or second in _stop() or second.endswith("ed"):
            return _singular(first)
        if second.endswith("s") and not self.heads[_singular(second)]:
            return _singular(first)  # a verb, as far as one can see
        return f"{first} {_singular(second)}" if self.heads[_singular(second)] or not self.heads[first] else _singular(first)


def _candidates(text: str, nouns: _Nouns) -> list[str]:
    """Noun phrases of a rule in order, its words of institutions and powers, and failing these its longer words."""
    found = [p for m in _NOUN_PHRASE.finditer(text) if (p := nouns.phrase(m.group(1), m.group(2) or ""))]
    known = [_singular(m.group()) for section in ("institution", "powers") for m in cue(section).finditer(text.lower())]
    return found + known or [_singular(w.lower()) for w in _WORD.findall(text) if w.lower() not in _stop() and len(w) > 3]


def topics_of(text: str, rules: Iterable[tuple[int, int]]) -> list[str]:
    """One topic for each rule: neighbours that share a noun phrase share the topic."""
    places = list(rules)
    nouns = _Nouns(text) if places else None
    phrases = [_candidates(text[s:e], nouns) for s, e in places] if nouns else []
    out: list[str] = []
    for i, (start, end) in enumerate(places):
        near = Counter[str]()
        for j in range(max(0, i - _LOOK), min(len(places), i + _LOOK + 1)):
            if abs(places[j][0] - start) <= _NEAR:
                near.update({w for p in phrases[j] for w in (p, p.split()[-1])})
        known = {_singular(m.group()) for section in ("institution", "powers") for m in cue(section).finditer(text[start:end].lower())}
        out.append(max(phrases[i], key=lambda p: near[p] + near[p.split()[-1]] + _KNOWN * (p.split()[-1] in known), default="rules"))
    return out
