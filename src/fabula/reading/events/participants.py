"""Who does what to whom: agents, patients and recipients of a predicate, through the dependencies and the mentions of people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from fabula.lexicons import words
from fabula.reading.cast import MentionView
from fabula.reading.events.trees import Tree
from fabula.reading.trees import Trees

_DEEPEST = 6
_SHARES = ("conj", "xcomp", "advcl", "ccomp", "parataxis")
_TOWARDS = frozenset(
    {
        *("to", "for", "at", "with", "from", "on", "upon", "against", "by", "of", "after", "about", "toward", "towards", "into"),
        *("behind", "beside", "before", "near", "past", "over", "around", "round", "between", "without", "off", "onto", "under"),
    }
)


class Roles(NamedTuple):
    """Character ids of agents and of those it is done to or for, and the least sure mention's confidence."""

    who: tuple[str, ...]
    whom: tuple[str, ...]
    confidence: float


class Participants:
    """Roles of the predicates of one story."""

    def __init__(self, tree: Tree, trees: Trees) -> None:
        """``tree``: the columns of ``trees``."""
        self.tree, self.cast = tree, trees.cast
        self._at = trees.mention

    def people(self, token: int | None) -> list[MentionView]:
        """The mentions that a noun and the nouns joined to it head."""
        if token is None:
            return []
        joined = [token, *self.tree.children(token, "conj")]
        return [self._at[k] for k in joined if k in self._at and self._at[k].who]

    def __contains__(self, token: int) -> bool:
        """Whether a token heads a mention of somebody."""
        return token in self._at and bool(self._at[token].who)

    def _own_subject(self, i: int) -> int | None:
        """The subject in the clause itself; of several that the parser gives it the nearest that is somebody."""
        found = [k for k in self.tree.kids[i] if self.tree.rel[k] in ("nsubj", "nsubj:pass", "nsubj:outer")]
        return next((k for k in reversed(found) if k in self and k < i), found[0] if found else None)

    def subjects(self, i: int, depth: int = 0) -> list[MentionView]:
        """Who does, or is, what predicate ``i`` says; through shared, controlled and relative subjects."""
        tree = self.tree
        own = self._own_subject(i)
        if own is not None:
            if tree.rel[i] == "acl:relcl" and tree.lower[own] in ("who", "that", "which", "whom"):
                return self.people(tree.head[i])
            return self.people(own)
        if depth > _DEEPEST or tree.head[i] < 0:
            return []
        up, rel = tree.head[i], tree.rel[i]
        if rel in ("acl", "acl:relcl"):
            return self.people(up)
        if rel == "xcomp" and tree.lemma(up) in words("events", "objects"):
            objects = [m for k in tree.children(up, "obj", "iobj") for m in self.people(k)]
            if objects:
                return objects
            if any(True for _ in tree.children(up, "obj", "iobj")):
                return []
        if rel == "conj" and tree.imperative[i] and tree.subject(up) is None:
            return []
        if rel in _SHARES and tree.is_predicate(up) and not (rel in ("ccomp", "parataxis") and tree.form[i] == "Fin"):
            if tree.is_passive(up) and not tree.is_passive(i) and rel == "conj" and tree.subject(up) is None:
                return []
            return self.subjects(up, depth + 1)
        return []

    def addressees(self, i: int) -> tuple[str, ...]:
        """Who is told to do what an imperative in a speech says."""
        if not self.tree.imperative[i]:
            return ()
        quote = self.cast.quote_at(self.tree.start[i])
        return quote.addressees if quote is not None and len(quote.addressees) == 1 else ()

    def roles(self, i: int) -> Roles:
        """Who takes part in what predicate ``i`` says, and how; a noun's possessors and its "of" and "by" phrases too."""
        tree = self.tree
        if tree.pos[i] in ("NOUN", "PROPN") and not any(tree.rel[k] in ("nsubj", "cop") for k in tree.kids[i]):
            return self._of_noun(i)
        subjects = self.subjects(i)
        if tree.is_passive(i) or self._passive_participle(i):
            done_to = subjects
            doers = [m for k in tree.kids[i] if tree.rel[k] in ("obl:agent", "obl") and self._case(k) == "by" for m in self.people(k)]
        else:
            doers, done_to = subjects, []
        if not subjects and (own := tree.subject(i)) is not None:
            done_to = [m for p in tree.children(own, "nmod:poss") for m in self.people(p)]  # "her heart stopped", "his letter came"
        done_to = [*done_to, *self._objects(i)]
        who = _ids(doers) or (self.addressees(i) if not subjects else ())
        whom = tuple(c for c in _ids(done_to) if c not in who)
        sure = min((m.confidence for m in (*doers, *done_to)), default=0.5)
        return Roles(who, whom, sure)

    def _passive_participle(self, i: int) -> bool:
        """ "a man called Tom", "found beaten": a past participle that modifies what suffers it."""
        tree = self.tree
        return tree.rel[i] in ("acl", "xcomp") and tree.form[i] == "Part" and tree.tense[i] == "Past"

    def _objects(self, i: int) -> list[MentionView]:
        tree, out = self.tree, []
        for k in tree.kids[i]:
            if tree.rel[k] in ("obj", "iobj"):
                found = self.people(k)
                out += found or [m for p in tree.children(k, "nmod:poss") for m in self.people(p)]
            elif tree.rel[k] == "obl" and self._case(k) in _TOWARDS and not (tree.is_passive(i) and self._case(k) == "by"):
                out += self.people(k)
        if tree.rel[i] == "acl:relcl" and not any(tree.rel[k] == "obj" for k in tree.kids[i]):
            own = tree.subject(i)
            if own is not None and tree.lower[own] not in ("who", "that", "which"):
                out += self.people(tree.head[i])  # "the man she married"
        return out

    def _of_noun(self, i: int) -> Roles:
        tree = self.tree
        owners = [m for k in tree.children(i, "nmod:poss") for m in self.people(k)]
        others = [m for k in tree.children(i, "nmod") if self._case(k) in _TOWARDS for m in self.people(k)]
        if not owners and not others and tree.head[i] >= 0 and tree.rel[i] in ("obj", "obl", "xcomp"):
            owners = self.subjects(tree.head[i])  # "she had a fit", "he gave a shout"
        who = _ids(owners)
        sure = min((m.confidence for m in (*owners, *others)), default=0.5)
        return Roles(who, tuple(c for c in _ids(others) if c not in who), sure)

    def _case(self, k: int) -> str:
        return next((self.tree.lower[c] for c in self.tree.children(k, "case")), "")


def _ids(mentions: Iterable[MentionView]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(c for m in mentions for c in m.who))
