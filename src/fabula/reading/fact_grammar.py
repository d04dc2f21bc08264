"""What the finders of facts share: of whom a word is said, how far its clause asserts, and its words as a value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from fabula.layers import MentionKind
from fabula.lexicons import table, words
from fabula.reading.fact_statements import IN_SPEECH, Statement
from fabula.reading.trees import NOBODY, People, Trees

_LONGEST = 12  # words of a value
_LONGEST_NOUN = 8
_PRONOUN_TRUST = 0.88
_FRAGMENT = 6  # tokens, marks included
_CUTS = frozenset(",;:—–.!?") | {"--", "…", "..."}
_PRENOMINAL = ("nmod:desc", "det", "amod", "compound", "nummod", "nmod:poss", "case", "advmod", "flat")
_GROW = frozenset(("grown", "grew", "become", "became", "turned", "went", "gone", "remained"))
_TRAILING = frozenset(("then", "now", "already", "still", "so", "as", "some"))  # at its end they are no part of a value
_BREAKS = ("acl", "advcl", "conj", "appos", "parataxis", "nsubj")


@cache
def facts(section: str) -> frozenset[str]:
    """A section of the lexicon of facts."""
    return words("facts", section)


@cache
def last_words(lexicon: str, section: str) -> frozenset[str]:
    """The last word of every entry; of the table of kin, of those for people."""
    entries = (
        words(lexicon, section)
        if (lexicon, section) != ("kin", "ties")
        else {row[0] for row in table(lexicon, section) if row[1] != "owner_pet"}
    )
    return frozenset(w.rsplit(" ", 1)[-1] for w in entries)


class FactGrammar:
    """Look-ups over the trees of a story. ``own`` are the ids that a fact can be of."""

    def __init__(self, trees: Trees, own: frozenset[str]) -> None:
        self.trees, self.own = trees, own
        self.present = trees.narration.tense == "present"

    def _say(
        self, about: People, attribute: str, value: str, at: int, factor: float, *, lasting: bool = True, to: int = -1
    ) -> Iterator[Statement]:  # fmt: skip
        t = self.trees
        said_by, heard = t.voice(at)
        if about.one in self.own and about.one is not None and said_by is not None and factor > 0 and value:
            factor *= _PRONOUN_TRUST if about.kind == MentionKind.PRONOUN and about.one != said_by else 1.0
            sure = factor * about.confidence * (IN_SPEECH * min(1.0, 0.5 + heard) if said_by != "narration" else 1.0)
            yield Statement(about.one, attribute, value, said_by, sure, t.clause(min(at, to if to >= 0 else at), max(at, to) + 1), lasting)

    def _asserted(self, clause: int) -> float:
        """How far the clause of a word asserts: not asked, denied, wished or only possible."""
        t = self.trees
        if (
            t.has(clause, "aux", "can", "would", "could", "might", "should", "must", "may", "will", "'ll", "'d")
            and t.form[clause] != "Part"
        ):
            return 0.0
        return t.factor(clause)

    def _phrases_of(self, at: int, *prepositions: str) -> list[int]:
        """Nouns that hang on a word by one of these prepositions, whatever the parser calls the relation."""
        t = self.trees
        return [c for c in t.all(at, "obl", "nmod", "obj", "advmod", "xcomp") if t.has(c, "case", *prepositions)]

    def _text(self, first: int, last: int, longest: int = _LONGEST, *, cuts: bool = True) -> str:
        """Tokens as a value on one line, cut at ``longest`` words and (``cuts``) at the first comma, semicolon, dash."""
        t = self.trees
        end = min(last, first + longest)
        cut = (
            next((i for i in range(first + 1, end) if t.lower[i] in _CUTS and t.lower[i - 1] not in words("titles", "titles")), end)
            if cuts
            else end
        )
        row = t.quote_row(first)
        cut = next((i for i in range(first, cut) if t.quote_row(i) != row), cut)
        while cut > first + 1 and (t.pos[cut - 1] in ("CCONJ", "DET") or t.lower[cut - 1] in _TRAILING):
            cut -= 2 if t.pos[cut - 1] == "DET" and t.pos[cut - 2] == "ADP" and cut > first + 2 else 1
        return re.sub(r"\s+", " ", t.text[t.start[first] : t.end[cut - 1]]).strip(' ,.;:-–—*_"”“’') if cut > first else ""

    def _phrase(self, at: int, longest: int = _LONGEST_NOUN) -> str:
        """A noun with what stands around it, without its article, its possessor and its relative clause."""
        t = self.trees
        first, last = t.subtree(at)
        first = max([first, *(t.subtree(c)[1] for c in t.children[at] if c < at and t.rel[c] not in _PRENOMINAL)])
        first = next((i for i in range(first, at) if t.pos[i] not in ("DET", "PRON", "ADP", "PUNCT", "CCONJ", "ADV", "PART", "AUX")), at)
        ends = [t.subtree(c)[0] for c in t.children[at] if c > at and t.rel[c].partition(":")[0] in _BREAKS]
        return self._text(first, max(at + 1, min([last, *ends])), longest)

    def _predicate(self, at: int) -> tuple[People, float, int]:
        """Of whom a word is said: the subject of its copula, the name it stands beside; how that is meant; where the other stands."""
        t = self.trees
        if (subject := t.child(at, "nsubj")) >= 0 and t.child(at, "cop") >= 0:
            return t.people(subject), self._asserted(at), subject
        head = t.head[at]
        if t.rel[at] == "conj" and head >= 0 and t.child(head, "cop") >= 0 and (own := t.child(at, "nsubj")) >= 0:
            return t.people(own), self._asserted(head), own
        if t.rel[at] == "conj" and head >= 0 and t.child(head, "cop") >= 0 and (subject := t.child(head, "nsubj")) >= 0:
            return t.people(subject), self._asserted(head), subject
        if t.rel[at] == "xcomp" and head >= 0 and t.lower[head] in _GROW and (subject := t.subject(head)) >= 0:
            return t.people(subject), self._asserted(head), subject
        if t.rel[at] == "appos" and head >= 0 and t.people(head).who and head < at:
            named = t.people(head).kind == MentionKind.NAME
            return t.people(head), 0.9 if named else 0.7, head
        if t.pos[at] == "NOUN" and t.rel[at] in ("parataxis", "appos", "dislocated") and head >= 0 and t.lower[at] in facts("people"):
            subject = t.subject(head)  # "He has his back to me: a tall man with black hair"
            if subject >= 0 and t.has(at, "det", "a", "an"):
                return t.people(subject), 0.65 * t.factor(head), subject
        return self._fragment(at)

    def _fragment(self, at: int) -> tuple[People, float, int]:
        """ "Mr. Vale gave me the key. The lawyer.": a bare noun after a sentence of the same voice is said of its subject."""
        t = self.trees
        row = t.sentence[at]
        first, last = t.bounds[row]
        bare = t.rel[at] == "root" and last - first <= _FRAGMENT and not any(t.pos[i] in ("VERB", "AUX") for i in range(first, last))
        if not bare or row == 0 or t.all(at, "nsubj", "nmod:poss") or not t.has(at, "det", "the", "a", "an"):
            return NOBODY, 0.0, -1
        before = next((i for i in range(*t.bounds[row - 1]) if t.rel[i] == "root"), -1)
        subject = t.subject(before) if before >= 0 and t.quote_row(before) == t.quote_row(at) else -1
        named = subject >= 0 and t.people(subject).kind == MentionKind.NAME
        return (t.people(subject), 0.7, subject) if named else (NOBODY, 0.0, -1)
