"""Beliefs that nobody names as such: what is said and denied at once ("He can't read it." — "He did read it."), what is written and later
taken back ("The father is dead." … "The father is not dead"), what a speaker concludes ("So you've dug it."), what must be.

Whether these are mistaken stands open unless the text denies them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from fabula.elements import Quote
from fabula.lexicons import words
from fabula.reading.inflection import base
from fabula.reading.trees import Trees
from fabula.spans import Span

_NEAR = 350  # characters between what is said and the answer
_MAIN = ("root", "ccomp", "conj", "parataxis")
_THINGS = frozenset(("it", "that", "this", "there"))
_MODALS = ("would", "could", "might", "should", "'d", "may")
_WH = ("wh", "ho")
_MAY_TURN = frozenset(base(w) for w in ("have", "be", "do", "go", "come", "get", "take", "make", "want", "say", "ask", "hear", "look"))


@dataclass(frozen=True, slots=True)
class Claimed:
    """What ``who`` takes to be so, by the token of its clause; ``denied``: where the text says otherwise."""

    who: str
    clause: int
    form: str
    sure: float
    span: Span
    denied: Span | None = None


class Claims:
    """Finds them in the speech and the letters of a story."""

    def __init__(self, trees: Trees) -> None:
        self.trees = trees

    def all(self) -> Iterator[Claimed]:
        yield from self._denied_at_once()
        yield from self._taken_back()
        yield from self._concluded()

    # --- "He can't read it." — "He did read it."
    def _denied_at_once(self) -> Iterator[Claimed]:
        t = self.trees
        spoken = [(row, q) for row, q in enumerate(t.cast.quotes) if q.kind == "speech" and q.speaker is not None]
        for (row, said), (next_row, answer) in pairwise(spoken):
            if said.speaker == answer.speaker or answer.start - said.end > _NEAR:
                continue
            claim = self._last_claim(said, row)
            denial = self._denial(claim, answer, next_row) if claim >= 0 else -1
            if denial >= 0 and said.speaker is not None:
                yield Claimed(said.speaker, claim, "denied", said.confidence, t.clause(claim, claim + 1), t.clause(denial, denial + 1))

    def _last_claim(self, said: Quote, row: int) -> int:
        """The last main clause of a speech, where it claims something; -1 where it asks, orders or tells of the speaker's will."""
        t = self.trees
        inside = range(t.row_at(said.start + 1), t.row_at(said.end))
        last = next((i for i in reversed(inside) if t.quote_row(i) == row and t.rel[i] in _MAIN and self._is_clause(i)), -1)
        if last < 0 or t.asked(last) or t.imperative[last] or t.unreal(last) or (s := t.subject(last)) < 0 or t.lower[s] in ("i", "we"):
            return -1
        return last

    def _denial(self, claim: int, answer: Quote, row: int) -> int:
        """The clause at the head of an answer that says the opposite of a claim, -1 without one."""
        t = self.trees
        inside = [i for i in range(t.row_at(answer.start + 1), t.row_at(answer.end)) if t.quote_row(i) == row]
        for i in inside:
            if t.sentence[i] > t.sentence[inside[0]] + 1:
                break
            bare = t.pos[i] == "AUX" and t.rel[i] in _MAIN
            opposite = not t.asked(i) and not t.unreal(i) and t.negated(i) != t.negated(claim)
            same = bare or (self._is_clause(i) and base(t.lower[i]) == base(t.lower[claim]))
            if opposite and same and self._same_subject(claim, i):
                return i
        return -1

    def _is_clause(self, at: int) -> bool:
        t = self.trees
        return t.pos[at] == "VERB" or t.child(at, "cop") >= 0

    def _same_subject(self, one: int, other: int) -> bool:
        t = self.trees
        a, b = t.subject(one), t.subject(other)
        if a < 0 or b < 0:
            return False
        people = set(t.people(a).who)
        return people == set(t.people(b).who) if people else t.lower[a] == t.lower[b] and t.lower[a] in _THINGS

    # --- "The father is dead." … "The father is not dead"
    def _taken_back(self) -> Iterator[Claimed]:
        """Claims in speech and letters whose opposite is said elsewhere, of states that do not turn and of what somebody never did."""
        t = self.trees
        said: dict[tuple[str, tuple[str, ...]], list[int]] = {}
        for at in range(len(t.pos)):
            if t.told[at] and self._lasting(at) and (s := t.subject(at)) >= 0 and (who := t.people(s).who):
                said.setdefault((base(t.lower[at]), tuple(sorted(who))), []).append(at)
        for places in said.values():
            for at in places:
                by = self._by(at)
                later = next((i for i in places if i > at and t.negated(i) != t.negated(at) and t.sentence[i] > t.sentence[at]), -1)
                if by is not None and later >= 0:
                    yield Claimed(by[0], at, "taken back", by[1], t.clause(at, at + 1), t.clause(later, later + 1))

    def _lasting(self, at: int) -> bool:
        """Whether a clause says what hardly turns: a state that lasts, or with stress what somebody did or never did."""
        t = self.trees
        if t.pos[at] == "VERB":
            stressed = any(t.lower[c] in ("did", "never") for c in t.children[at]) and base(t.lower[at]) not in _MAY_TURN
        else:
            stressed = t.lower[at] in words("beliefs", "lasting") and t.pos[at] in ("ADJ", "NOUN") and t.child(at, "cop") >= 0
        if not stressed or t.has(at, "aux", *_MODALS, "will", "'ll", "can", "must"):
            return False
        return not (t.asked(at) or t.unreal(at) or t.doubted(at))

    def _by(self, at: int) -> tuple[str, float] | None:
        """Who claims it: the speaker, or an I who writes."""
        t = self.trees
        quote = t.quote(at)
        if quote is not None:
            return (quote.speaker, quote.confidence) if quote.speaker is not None and quote.kind != "thought" else None
        first, last = t.bounds[t.sentence[at]]
        own = next((t.people(i) for i in range(first, last) if t.lower[i] == "i"), None)
        return (own.one, own.confidence) if own is not None and own.one is not None else None

    # --- "So you've dug it.", "he must know"
    def _concluded(self) -> Iterator[Claimed]:
        t = self.trees
        for at, rel in enumerate(t.rel):
            if rel not in _MAIN or (quote := t.quote(at)) is None or quote.speaker is None or t.imperative[at] or not self._is_clause(at):
                continue
            subject = t.child(at, "nsubj")
            if subject < 0 or t.lower[subject] in ("i", "we") or not t.people(subject).who:
                continue
            form = "so" if self._opens_with_so(at) else "must" if self._must(at, subject) else "mind" if self._minds(at, subject) else ""
            if form:
                yield Claimed(quote.speaker, at, form, quote.confidence, t.clause(at, at + 1))

    def _opens_with_so(self, at: int) -> bool:
        """ "So you've dug it", "So she wouldn't think that?"; not "so he took the other one", which tells on."""
        t = self.trees
        row = t.quote_row(at)
        own = [i for i in range(*t.bounds[t.sentence[at]]) if t.quote_row(i) == row and t.pos[i] != "PUNCT"]
        if not own or t.lower[own[0]] != "so" or t.rel[at] == "conj" or len(own) < 2 or t.pos[own[1]] in ("VERB", "AUX", "ADV", "ADJ"):
            return False
        guess = t.lower[own[1]] == "you" and t.all(at, "aux") and not t.has(at, "aux", "will", "'ll", "can", "do")
        return t.asked(at) or bool(guess)

    def _must(self, at: int, subject: int) -> bool:
        t = self.trees
        if not t.has(at, "aux", "must") or t.lower[subject] == "you" or t.asked(at):
            return False
        return t.child(at, "cop") >= 0 or t.has(at, "aux", "have", "be") or t.lower[at] in ("know", "think", "believe", "love", "hate")

    def _minds(self, at: int, subject: int) -> bool:
        """ "She thinks he grows leeks", "he doesn't even know your name": what a speaker takes to be in somebody else's mind."""
        t = self.trees
        if (
            t.asked(at)
            or t.unreal(at)
            or t.lower[subject] == "you"
            or t.tense[at] == "Past"
            or t.has(at, "aux", "did", *_MODALS, "will", "'ll")
        ):
            return False
        thinks = t.lower[at] in words("beliefs", "minding") and t.child(at, "ccomp") >= 0 and not t.negated(at)
        clause = t.child(at, "ccomp")
        unaware = (
            t.lower[at] == "know"
            and clause >= 0
            and not any(t.pos[i] in ("PRON", "ADV") and t.lower[i][:2] in _WH for i in range(at, clause))
        )
        not_so = t.lower[at] in words("beliefs", "not minding") and t.negated(at) and t.child(at, "ccomp", "obj", "xcomp", "advcl") >= 0
        return thinks or (not_so and not unaware)  # "he doesn't know it is over" tells of his own mistake
