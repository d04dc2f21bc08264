"""What the finders of ties share: who somebody is by name, whose relative a noun is, who is spoken to."""

from __future__ import annotations

import re
from collections.abc import Iterable

from fabula.elements import Character
from fabula.layers import MentionKind
from fabula.reading.trees import NOBODY, People, Trees

_FRAGMENT_REACH = 8  # tokens between a word for a relative and the name that follows as a sentence
_HAVE = frozenset(("have", "has", "had", "having", "'ve", "'d", "got", "keep", "keeps", "kept", "own", "owns", "owned", "raised"))
_LIVE = frozenset(("live", "lives", "lived", "living"))
_HIS = frozenset(("his", "her"))
_NAMED = frozenset(("called", "named"))


class TieGrammar:
    """Look-ups over the trees of a story."""

    def __init__(self, trees: Trees, characters: Iterable[Character]) -> None:
        self.trees = trees
        self.animals = {c.id for c in characters if c.kind == "animal"}

    def _owners(self, at: int) -> People:
        """Whose relative it is: "Ann's", "her", "of Ann", the subject of "had a brother"."""
        t = self.trees
        if (owner := t.child(at, "nmod:poss")) >= 0:
            bound = t.rel[at] == "conj" and t.pos[owner] == "PRON" and t.quote_row(owner) == t.quote_row(t.head[at])
            if bound and t.lower[owner] in _HIS and t.pos[t.head[at]] in ("NOUN", "PROPN"):
                return t.people(t.head[at])  # "the farmer and his wife": whose wife is plain
            return t.all_people(owner)
        for c in t.all(at, "nmod"):
            if t.has(c, "case", "of", "to"):
                return t.all_people(c)
        head = t.head[at]
        if t.rel[at] == "obj" and head >= 0 and t.lower[head] in _HAVE and t.factor(head) and (subject := t.subject(head)) >= 0:
            return t.all_people(subject)
        if t.has(at, "case", "with"):
            verb = next((i for i in t.above(head) if t.lower[i] in _LIVE), -1) if head >= 0 else -1
            if verb >= 0 and t.factor(verb) and (subject := t.subject(verb)) >= 0:
                return t.all_people(subject)
        return NOBODY

    def _named(self, noun: int) -> int:
        """The name in "a man named Colin", -1 without one."""
        t = self.trees
        for c in t.all(noun, "acl"):
            if t.lower[c] in _NAMED:
                nearest = (t.child(c, "xcomp", "obj", "obl"), *range(c + 1, min(c + 4, len(t.lower))))
                return next((i for i in nearest if i >= 0 and self._name(i)), -1)
        return -1

    def _fragment(self, at: int) -> int:
        """ "His girlfriend. Tamsin.": a bare name as the next sentence of the same voice, -1 without one."""
        t = self.trees
        row = t.sentence[at] + 1
        if row >= len(t.bounds) or t.bounds[row][0] >= len(t.lower):
            return -1
        first, last = t.bounds[row]
        bare = [i for i in range(first, last) if t.lower[i][0].isalnum()]
        closes = all(not t.lower[i][0].isalnum() for i in range(at + 1, first)) or t.child(at, "nmod:poss") >= 0
        near = closes and first - at <= _FRAGMENT_REACH and 1 <= len(bare) <= 3 and t.quote_row(first) == t.quote_row(at)
        name = next((i for i in bare if self._name(i)), -1) if near else -1
        m = t.mention.get(name)
        return name if m is not None and m.start == t.start[bare[0]] and m.end == t.end[bare[-1]] else -1

    def _name(self, at: int) -> bool:
        m = self.trees.mention.get(at)
        return m is not None and m.kind == MentionKind.NAME and len(m.who) == 1

    def _beside(self, at: int) -> int:
        """A name right after the word in the same place of the sentence ("his sister Ann"), -1 without one."""
        t = self.trees
        after = at + 1
        same = after < len(t.head) and t.head[after] == t.head[at] and t.rel[after] == t.rel[at] and t.sentence[after] == t.sentence[at]
        return after if same and t.rel[at] != "conj" and self._name(after) else -1


def vocative(t: Trees, at: int) -> bool:
    """Whether a single word is set off as the one spoken to."""
    before, after = t.lower[at - 1] if at else "", t.lower[at + 1] if at + 1 < len(t.lower) else ""
    opens = before in (",", ".", "!", "?", "—", "--", "…") or t.quote_row(at - 1) != t.quote_row(at) or not re.match(r"\w", before)
    return opens and after in (",", ".", "!", "?", "—", "--", "…") and t.rel[at] not in ("nsubj", "obj", "conj", "appos")
