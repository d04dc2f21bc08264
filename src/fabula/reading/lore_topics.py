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


_ASKED_WITHIN = 300  # code points before a procedure in which somebody asks for it by name
_NAMED_WITHIN = 1200
_VAGUE = frozenset(sections("lore")["no_procedure"][0].split("|"))  # officials, and words that are institutions only at times
_QUESTION = re.compile(r"[^.!?“”\"]*\?")


def topic_of_procedure(text: str, start: int, end: int) -> str | None:
    """What a counted procedure is for: what somebody asked for just before it, or the institution that the story names oftenest."""
    nouns = _Nouns(text)
    for m in reversed(list(_QUESTION.finditer(text, max(0, start - _ASKED_WITHIN), start))):
        asked = [p for n in _NOUN_PHRASE.finditer(m.group()) if (p := nouns.phrase(n.group(1), n.group(2) or ""))]
        if asked:
            return max(asked, key=len)
    low = text.lower()
    everywhere = Counter(_singular(m.group()) for m in cue("institution").finditer(low))
    for word in [w for w in everywhere if w.endswith("ed") and w[:-1] in everywhere]:
        everywhere[word[:-1]] += everywhere.pop(word)
    near = {_singular(m.group()) for m in cue("institution").finditer(low, max(0, start - _NAMED_WITHIN), end)}
    near = {w[:-1] if w.endswith("ed") and w[:-1] in everywhere else w for w in near} - _VAGUE
    return max(near, key=lambda w: (everywhere[w], w), default=None)
