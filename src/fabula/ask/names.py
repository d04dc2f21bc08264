"""Whom the words of a question name: by name, by role, as the narrator, or through a tie ("Ann's sister")."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fabula.ask.language import in_class
from fabula.layers import MentionKind
from fabula.lexicons import table

if TYPE_CHECKING:
    from fabula.world.world import World

_DETERMINER = re.compile(r"^(?:the|a|an|my|your|his|her|their|our)\s+", re.IGNORECASE)
_TIE = re.compile(r"['’]s?\s+(?:\w+\s+)?([\w\-]+)")


@dataclass(frozen=True, slots=True)
class Named:
    """A stretch of the question and the characters it may mean, likeliest first."""

    start: int
    end: int
    ids: tuple[str, ...]


class Names:
    """The names of one story, for looking up characters in questions."""

    def __init__(self, world: World) -> None:
        self._world = world
        counts: dict[str, Counter[str]] = {}
        for c in world.characters:
            for text, n in [(c.name, c.element.mentions + 1), *((a.text, a.count) for a in c.aliases)]:
                counts.setdefault(text.lower(), Counter())[c.id] += max(1, n)
            for role in c.roles:
                counts.setdefault(_DETERMINER.sub("", role.lower()), Counter())[c.id] += 1
        for surface, who in self._nominals().items():
            best, n = who.most_common(1)[0]
            if n >= 0.7 * who.total() and surface not in counts:
                counts[surface] = Counter({best: n})
        if world.story.narration.narrator:
            counts["the narrator"] = counts["narrator"] = Counter({world.story.narration.narrator: 1})
        self._ids = {k: tuple(i for i, _ in v.most_common()) for k, v in counts.items() if len(k) > 1}
        longest = sorted(self._ids, key=len, reverse=True)
        self._pattern = re.compile(r"(?<![\w])(?:" + "|".join(map(re.escape, longest)) + r")(?![\w])", re.IGNORECASE) if longest else None

    def _nominals(self) -> dict[str, Counter[str]]:
        """Descriptions ("lawyer", "old captain") and how often each means whom."""
        out: dict[str, Counter[str]] = {}
        for m in self._world.cast.mentions:
            if m.kind == MentionKind.NOMINAL and len(m.who) == 1:
                surface = _DETERMINER.sub("", self._world.text[m.start : m.end].lower())
                if 3 <= len(surface) <= 30 and "\n" not in surface:
                    out.setdefault(surface, Counter())[m.who[0]] += 1
        return out

    def find(self, text: str) -> tuple[Named, ...]:
        """The characters that a question names, in order; "Ann's sister" is one stretch where the story knows the sister."""
        out: list[Named] = []
        at = 0
        while self._pattern and (m := self._pattern.search(text, at)):
            at = m.end()
            if in_class(m.group(), "stop") and not (m.group()[0].isupper() and m.start() > 0) and m.group().lower() != "narrator":
                continue
            ids = self._ids[m.group().lower()]
            end = m.end()
            while (tie := _TIE.match(text, end)) and (related := self.related(ids, tie.group(1))):
                ids, end = related, tie.end()
            at = max(at, end)
            out.append(Named(m.start(), end, ids))
        return tuple(out)

    def related(self, ids: tuple[str, ...], word: str) -> tuple[str, ...]:
        """Ids of those who are, say, the "sister" of any of ``ids``, surest first; empty where the story does not tell."""
        rows = [r for r in table("questions", "kin") if r[0] == word.lower()]
        if not rows:
            return ()
        _, types, side, pronoun = rows[0]
        found: list[tuple[float, str]] = []
        for r in self._world.relationships:
            if r.confidence < 0.5 or r.type not in types.split(","):
                continue
            for me, other, other_side in ((r.a, r.b, "b"), (r.b, r.a, "a")):
                if me in ids[:1] and side in ("either", other_side) and self._fits(other, pronoun, r.type, word):
                    found.append((r.confidence, other))
        told = [(c, i) for c, i in found if not self._world.name_of(i).lower().endswith(("'s " + word.lower(), "’s " + word.lower()))]
        return tuple(dict.fromkeys(i for _, i in sorted(told, key=lambda x: -x[0])))

    def _fits(self, who: str, pronoun: str, kind: str, word: str) -> bool:
        character = self._world.characters[who]
        if kind == "other_kin" and character.roles:
            return word.lower() in {r.lower() for r in character.roles} or not any(r.lower() in _kin_words() for r in character.roles)
        return pronoun == "any" or character.pronouns in (pronoun, "they", "unknown")


def _kin_words() -> frozenset[str]:
    return frozenset(r[0] for r in table("questions", "kin"))
