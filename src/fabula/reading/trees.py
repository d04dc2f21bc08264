"""Sentences as the reader model's trees, with people in their places: what the later steps ask of grammar.

One row per token. Whose head a mention has stands for that mention; a subject that a clause shares with the one it hangs on is found by
climbing. Nothing is decided here: who is meant was decided by who-is-who, what hangs on what by the reader model.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from fabula.elements import Character, Narration, Quote
from fabula.encoder.labels import DEPRELS, FEATURES, UPOS
from fabula.encoder.reader import WordLabels
from fabula.layers import MentionKind, MentionMembers, Mentions, ParagraphKind, Sentences, Tokens
from fabula.lexicons import words as lexicon
from fabula.reading.cast import Cast, MentionView
from fabula.reading.patterns import flat
from fabula.reading.steps import Step
from fabula.spans import Span
from fabula.text.manuscript import Manuscript

_UNTOLD = (ParagraphKind.HEADING, ParagraphKind.PARATEXT)
_DEEPEST = 12
_SHARES = ("conj", "xcomp")
_LONG = 160  # characters: a longer sentence is cut to a clause where it is evidence
_CUTS = frozenset(";:—–") | {"--"}
_I = frozenset(("i", "me", "my", "mine", "myself"))
_YOU = frozenset(("you", "your", "yours", "yourself"))
_HE, _SHE = frozenset(("he", "him", "his", "himself")), frozenset(("she", "her", "hers", "herself"))
_WHO = frozenset(("who", "that", "whom"))


@dataclass(frozen=True, slots=True)
class People:
    """Whom a token stands for: ids of all, and how sure that is. Empty where nobody knows."""

    who: tuple[str, ...]
    confidence: float
    kind: MentionKind = MentionKind.PRONOUN

    @property
    def one(self) -> str | None:
        return self.who[0] if len(self.who) == 1 else None


NOBODY = People((), 0.0)


class Trees:
    """Look-ups over one story; built once per step, reads only. Rows of tokens throughout."""

    def __init__(
        self, manuscript: Manuscript, tokens: Tokens, sentences: Sentences, words: WordLabels, cast: Cast, narration: Narration
    ) -> None:
        self.text, self.cast, self.narration = manuscript.text, cast, narration
        self.start, self.end = tokens.start.tolist(), tokens.end.tolist()
        low = flat(self.text)
        self.lower = [low[a:b] for a, b in zip(self.start, self.end, strict=True)]
        self.pos = [UPOS[k] for k in words.upos.tolist()]
        self.rel = [DEPRELS[k] for k in words.deprel.tolist()]
        self.head = words.head.tolist()
        self.imperative = (words.mood == FEATURES["Mood"].index("Imp")).tolist()
        self.tense = [FEATURES["Tense"][k] for k in words.tense.tolist()]
        self.form = [FEATURES["VerbForm"][k] for k in words.verb_form.tolist()]
        self.plural = (words.number == FEATURES["Number"].index("Plur")).tolist()
        self.sentence, self.paragraph = tokens.sentence.tolist(), tokens.paragraph.tolist()
        self.bounds = list(zip(sentences.first.tolist(), sentences.last.tolist(), strict=True))
        kinds = manuscript.paragraphs.kind[tokens.paragraph] if len(self.start) else tokens.paragraph
        self.told = [k not in _UNTOLD for k in kinds.tolist()]
        self.mention = self._mentions()

    @cached_property
    def children(self) -> list[list[int]]:
        out: list[list[int]] = [[] for _ in self.head]
        for i, h in enumerate(self.head):
            if h >= 0:
                out[h].append(i)
        return out

    def _mentions(self) -> dict[int, MentionView]:
        """Head token → the mention that it stands for: one with people in it before an open one, the longer of two."""
        out: dict[int, MentionView] = {}
        for m in self.cast.mentions:
            first, last = bisect_left(self.start, m.start), bisect_left(self.start, m.end)
            if first < last:
                # the dot of "Mr. Vane" may hang on the verb, so a mark is nobody's head
                outward = (i for i in range(first, last) if not first <= self.head[i] < last and self.pos[i] != "PUNCT")
                at = next(outward, last - 1)
                if at not in out or (m.who and not out[at].who):
                    out[at] = m
        return out

    # --- the tree
    def child(self, at: int, *rels: str) -> int:
        """The first dependent with one of these relations (subtypes count), -1 without any."""
        return next((c for c in self.children[at] if self.rel[c] in rels or self.rel[c].partition(":")[0] in rels), -1)

    def all(self, at: int, *rels: str) -> list[int]:
        return [c for c in self.children[at] if self.rel[c] in rels or self.rel[c].partition(":")[0] in rels]

    def has(self, at: int, rel: str, *words: str) -> bool:
        """Whether a dependent of this relation is one of the words."""
        return any(self.lower[c] in words for c in self.all(at, rel))

    def subject(self, at: int) -> int:
        """The subject of a clause, its own or the one it shares; -1 where there is none."""
        for _ in range(_DEEPEST):
            if (found := self.child(at, "nsubj")) >= 0:
                return found
            if self.rel[at] not in _SHARES or self.head[at] < 0:
                return -1
            at = self.head[at]
        return -1

    def subtree(self, at: int) -> tuple[int, int]:
        """Tokens ``[first, last)`` from the first to the last dependent."""
        low = high = at
        todo = [at]
        for _ in range(200):
            if not todo:
                break
            here = todo.pop()
            low, high = min(low, here), max(high, here)
            todo += self.children[here]
        return low, high + 1

    def above(self, at: int) -> Iterator[int]:
        """The token and those it hangs on, up to the root."""
        for _ in range(_DEEPEST):
            if at < 0:
                return
            yield at
            at = self.head[at]

    def negated(self, at: int) -> bool:
        """Whether the clause of a word is denied: by its own negation, or by "nobody" for subject."""
        no = lexicon("slots", "negation")
        for i in self.above(at):
            if any(
                self.lower[c] in no and self.rel[c].partition(":")[0] in ("advmod", "det", "cc", "nsubj", "aux") for c in self.children[i]
            ):
                return True
            if self.rel[i] != "xcomp":
                return False
        return False

    def unreal(self, at: int, *, allowed: str = "") -> bool:
        """Whether a clause stands under a condition, a wish, a comparison: something above it, or a mark of it, says so."""
        hypothetical = lexicon("slots", "hypothetical") - {allowed}
        for i in self.above(at):
            if self.has(i, "advmod", "rather") and self.has(i, "aux", "'d", "would"):
                return True
            for c in self.children[i]:
                marks = self.rel[c] in ("mark", "aux", "case", "advmod")
                if marks and self.lower[c] == "as" and any(self.lower[k] in ("if", "though") for k in (*self.children[c], c + 1)):
                    return True
                if marks and self.lower[c] in hypothetical and self.lower[c] not in ("will", "shall", "almost", "nearly"):
                    return True
            if i != at and self.lower[i] in hypothetical and self.pos[i] in ("VERB", "AUX"):
                return True
            if self.rel[i].endswith("relcl") and self._known(self.head[i]):
                return False
        return False

    def _known(self, at: int) -> bool:
        """Whether a noun is somebody in particular: what a relative clause tells of them is so, whatever the sentence supposes."""
        return self.pos[at] == "PROPN" or (
            self.pos[at] == "NOUN" and bool(self.people(at).who) and not self.has(at, "det", "a", "an", "any")
        )

    def doubted(self, at: int) -> bool:
        """Whether a clause is only thought or seems so."""
        doubt = lexicon("slots", "doubt")
        return any(self.lower[i] in doubt for i in self.above(at) if i != at and self.quote_row(i) == self.quote_row(at))

    def asked(self, at: int) -> bool:
        """Whether the sentence that a word stands in is a question, within its quotation."""
        last = self.bounds[self.sentence[at]][1]
        quote = self.quote_row(at)
        for i in range(at, last):
            if self.lower[i] == "?" or (self.quote_row(i) != quote and quote < 0):
                return self.lower[i] == "?"
            if self.lower[i] == "!" and i > at:
                return False
        return False

    def factor(self, at: int) -> float:
        """What is left of an assertion's confidence by how it is meant."""
        if self.negated(at) or self.unreal(at):
            return 0.0
        return (0.55 if self.doubted(at) else 1.0) * (0.4 if self.asked(at) else 1.0)

    # --- voices
    @cached_property
    def _quote_rows(self) -> list[int]:
        out = [-1] * len(self.start)
        for row, q in enumerate(self.cast.quotes):
            for i in range(bisect_left(self.start, q.start), bisect_left(self.start, q.end)):
                if out[i] < 0:
                    out[i] = row
        return out

    def quote_row(self, at: int) -> int:
        """Row of the outermost quotation a token lies in, -1 in narration."""
        return self._quote_rows[at]

    def quote(self, at: int) -> Quote | None:
        row = self.quote_row(at)
        return self.cast.quotes[row] if row >= 0 else None

    def voice(self, at: int) -> tuple[str | None, float]:
        """Who says a token (``narration``, an id, or None where nobody knows) and how sure that is."""
        quote = self.quote(at)
        if quote is None:
            return "narration", 1.0
        return quote.speaker, quote.confidence

    # --- people
    def people(self, at: int) -> People:
        """Whom a token stands for. An I or a you in speech is filled from the quotation where who-is-who left it open."""
        m = self.mention.get(at)
        if m is not None and m.who and not self._contradicted(at, m):
            return People(m.who, min(0.97, m.confidence * self._trust(at)), m.kind)
        quote, word = self.quote(at), self.lower[at]
        if word in _WHO and (noun := self._antecedent(at)) >= 0:
            return self.people(noun)
        if quote is not None and word in _I and quote.speaker:
            return People((quote.speaker,), quote.confidence)
        if quote is not None and word in _YOU and len(quote.addressees) == 1:
            return People(quote.addressees, 0.8 * quote.confidence)
        if quote is None and word in _I and self.narration.narrator and self.narration.person == "first":
            return People((self.narration.narrator,), 0.9)
        return NOBODY

    def _contradicted(self, at: int, m: MentionView) -> bool:
        """Whether a "she" was taken for somebody who is a he throughout: then it says nothing."""
        told = self.cast.characters[m.who[0]].pronouns if len(m.who) == 1 else "unknown"
        return (told == "he" and self.lower[at] in _SHE) or (told == "she" and self.lower[at] in _HE)

    def _antecedent(self, at: int) -> int:
        """What a "who" stands for: the noun whose relative clause it opens, -1 in a question."""
        clause = self.head[at]
        if clause >= 0 and self.rel[clause].endswith("relcl") and self.head[clause] < at:
            return int(self.head[clause])
        before = at - 2 if at > 1 and self.lower[at - 1] == "," else at - 1
        aside = self.lower[at] == "who" and before >= self.bounds[self.sentence[at]][0] and before in self.mention
        return before if aside else -1  # "Theo, who taught chemistry, …", whatever the clause hangs on

    def _trust(self, at: int) -> float:
        """Measured on annotated scenes: possessives and "you" are right more often than their confidence says."""
        if self.lower[at] in _YOU:
            return 1.25
        return 1.15 if self.rel[at] == "nmod:poss" and self.pos[at] == "PRON" else 1.0

    def all_people(self, at: int) -> People:
        """As ``people``, with those that are joined to it ("Ann and Tom")."""
        found = [self.people(i) for i in (at, *self.all(at, "conj"))]
        who = tuple(dict.fromkeys(w for p in found for w in p.who))
        return People(who, min(p.confidence for p in found), found[0].kind) if all(p.who for p in found) else NOBODY

    # --- evidence
    def span(self, first: int, last: int) -> Span:
        """The text of tokens ``[first, last)``."""
        return Span(self.start[first], self.end[last - 1])

    def clause(self, first: int, last: int) -> Span:
        """The sentence around tokens ``[first, last)`` within its voice, cut at semicolons and dashes where it is long."""
        low, high = self.bounds[self.sentence[first]]
        row = self.quote_row(first)
        while low < first and self.quote_row(low) != row:
            low += 1
        low = max(low, next((i + 1 for i in range(first - 1, low - 1, -1) if self.quote_row(i) != row), low))
        high = next((i for i in range(last, high) if self.quote_row(i) != row), high)
        if self.end[high - 1] - self.start[low] > _LONG:
            low = next((i + 1 for i in range(first - 1, low, -1) if self.lower[i] in _CUTS), low)
            high = next((i for i in range(last, high) if self.lower[i] in _CUTS), high)
        return self.span(low, max(high, last))

    def row_at(self, position: int) -> int:
        """The token that covers a position or follows it."""
        return min(bisect_right(self.end, position), len(self.end) - 1)


def _run(
    manuscript: Manuscript, tokens: Tokens, sentences: Sentences, words: WordLabels, characters: tuple[Character, ...], mentions: Mentions,
    members: MentionMembers, quotes: tuple[Quote, ...], narration: Narration,
) -> Mapping[str, Any]:  # fmt: skip
    return {"trees": Trees(manuscript, tokens, sentences, words, Cast(characters, mentions, members, quotes), narration)}


STEP = Step(
    name="trees", version="1", gives=("trees",), run=_run, passing=("trees",), again=_run,
    needs=("manuscript", "tokens", "sentences", "words", "characters", "mentions", "members", "quotes", "narration"),
)  # fmt: skip
