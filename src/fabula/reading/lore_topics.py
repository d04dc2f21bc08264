"""What a rule is about: the noun phrase that it shares with its neighbours, or its own first one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

from fabula.lexicons import sections

_AFTER_DETERMINER = re.compile(
    r"\b(?:an?|the|every|each|any|no|all|whose|our|your|their|another|one|two|three|only)\s+((?:[^\W\d_][\w'’-]*\s+)?[^\W\d_][\w'’-]*)", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_][\w'’-]+")
_NEAR = 1200
_FEW = 2


@cache
def _stop() -> frozenset[str]:
    return frozenset(sections("lore")["stop"][0].split("|"))


def _singular(word: str) -> str:
    word = re.sub(r"['’]s$", "", word)
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _candidates(text: str) -> list[str]:
    """Heads of noun phrases, and their two-word forms, in order."""
    out: list[str] = []
    for m in _AFTER_DETERMINER.finditer(text):
        got = [w.lower() for w in m.group(1).split()]
        while got and got[-1] in _stop():
            got.pop()
        if got and got[0] not in _stop():
            out.append(_singular(got[0]))
            if len(got) == _FEW:
                out.append(f"{got[0]} {_singular(got[1])}")
    return out or [_singular(w.lower()) for w in _WORD.findall(text) if w.lower() not in _stop() and len(w) > 3]


def topics_of(text: str, rules: Iterable[tuple[int, int]]) -> list[str]:
    """One topic for each rule: neighbours that share a noun phrase share the topic."""
    places = list(rules)
    low = text.lower()
    phrases = [_candidates(text[s:e]) for s, e in places]
    out: list[str] = []
    for i, (start, _) in enumerate(places):
        near = Counter(p for j in range(max(0, i - 8), min(len(places), i + 9)) if abs(places[j][0] - start) <= _NEAR for p in set(phrases[j]))
        shown = [p for p in phrases[i] if " " not in p or low.count(p) >= _FEW]
        out.append(max(shown, key=lambda p: (near[p] + 0.5 * (" " in p), -shown.index(p)), default="rules"))
    return out
