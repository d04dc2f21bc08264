"""Who speaks: each conversation decided as a whole, from the cues beside its quotations and the habit of taking turns.

Each turn gives every candidate a score (``scores``); neighbouring turns score each other (speakers alternate; who is called answers). The
posterior of each turn's speaker comes from the forward-backward algorithm over pairs of speakers, so every decision has a probability
and its alternatives. The scores are log-linear (cf. He, Barbosa and Kondrak 2013).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fabula.layers import MentionKind
from fabula.reading.who.corrected_speakers import certainty, with_fixed
from fabula.reading.who.people import Person
from fabula.reading.who.scores import Amounts, Scores
from fabula.reading.who.turns import Turn, TurnFinder

Matrix = NDArray[np.float64]
EXPECTED = 0.35  # probability from which someone described is taken to be the one whom the tag names


@dataclass(slots=True)
class Decision:
    """Speaker of one quotation with probability; alternatives best first; addressees; row of the tag's subject or -1."""

    speaker: int = -1
    confidence: float = 0.0
    alternatives: list[tuple[int, float]] = field(default_factory=list)
    addressees: tuple[int, ...] = ()
    cue: str = "implicit"
    tag: int = -1


class Dialogue:
    """Decides the speakers of all outermost quotations of a page."""

    def __init__(self, finder: TurnFinder, scores: Scores) -> None:
        self.finder, self.scores = finder, scores
        self.page, self.spots, self.cues, self.w = finder.page, finder.spots, finder.cues, scores.w

    def decide(self) -> list[Decision]:
        """One decision per outermost quotation of the page."""
        out = [Decision() for _ in self.page.quotes]
        for chain in self.finder.conversations():
            self._decide_chain(chain, out)
        return out

    def _decide_chain(self, chain: list[Turn], out: list[Decision]) -> None:
        people, around = self.scores.candidates(chain)
        people = with_fixed(people, chain, self.finder.said)
        if not people:
            return
        posterior = self._posterior(chain, self._chain_scores(chain, people, around))
        best = [people[i] for i in posterior.argmax(axis=1).tolist()]
        for t, turn in enumerate(chain):
            order = np.argsort(-posterior[t], kind="stable").tolist()
            tag = next((k for q in turn.quotes if (k := self.cues[q].tag) >= 0), -1)
            addressees = self._addressees(chain, t, people, best)
            for q in turn.quotes:
                out[q] = Decision(
                    speaker=best[t],
                    confidence=float(posterior[t, order[0]]),
                    alternatives=[(people[i], float(posterior[t, i])) for i in order[1:4] if posterior[t, i] > 0.02],
                    addressees=addressees,
                    cue=self._cue_kind(tag),
                    tag=tag,
                )

    def _cue_kind(self, tag: int) -> str:
        if tag < 0:
            return "implicit"
        return "explicit" if self.spots[tag].kind == MentionKind.NAME else "anaphoric"

    def _addressees(self, chain: list[Turn], t: int, people: list[int], best: list[int]) -> tuple[int, ...]:
        """Who is told: called by name; else who spoke before, else who speaks next."""
        called = [p for p in self.scores.called(chain[t]) if p != best[t] and (p in self.scores.presence.seen or p in people)]
        if called:
            return tuple(dict.fromkeys(called))[:2]
        for d in (1, 2, 3):
            for u in (t - d, t + d):
                if 0 <= u < len(chain) and best[u] != best[t]:
                    return (best[u],)
        return tuple(p for p in people if p != best[t])[:1]

    # --- decoding
    def _chain_scores(self, chain: list[Turn], people: list[int], around: Amounts) -> Matrix:
        """(turns, people): scores of each turn, with what its neighbours call its speaker."""
        scores = np.vstack([self.scores.of_turn(t, people, around) for t in chain])
        for t, turn in enumerate(chain):
            called = set(self.scores.called(turn))
            hit = np.array([p in called for p in people])
            if t + 1 < len(chain) and chain[t + 1].gap <= 1:
                scores[t + 1, hit] += self.w.vocative_next
            if t and turn.gap <= 1:
                scores[t - 1, hit] += self.w.vocative_before
        return scores + certainty(chain, people, self.finder.said)

    def _same_speaker(self, before: Turn, turn: Turn) -> float:
        """Score for one person speaking two turns in a row."""
        if turn.inside:
            touching = self.page.quotes[before.quotes[-1]][1] == self.page.quotes[turn.quotes[0]][0]
            return self.w.same_adjacent if touching else self.w.same_gap
        return self.w.same_adjacent if turn.gap == 0 else self.w.same_gap

    def _posterior(self, chain: list[Turn], scores: Matrix) -> Matrix:
        """P(speaker) by turn, from forward-backward over (speaker before, speaker) pairs."""
        t_max, n = scores.shape
        if t_max == 1:
            return _softmax(scores)
        pair = [np.eye(n) * self._same_speaker(chain[t - 1], chain[t]) for t in range(1, t_max)]
        alpha = [scores[0][:, None] + scores[1][None, :] + pair[0]]
        skip = [np.zeros((n, n))]
        for t in range(2, t_max):
            together = chain[t].gap == 0 and chain[t - 1].gap == 0
            skip.append(np.eye(n) * (self.w.back_and_forth if together else self.w.back_and_forth_gap))
            step = _logsum(alpha[-1][:, :, None] + skip[-1][:, None, :], axis=0)
            alpha.append(step + pair[t - 1] + scores[t][None, :])
        beta: list[Matrix] = [np.zeros((n, n))]
        for t in range(t_max - 1, 1, -1):
            inner = beta[0][None, :, :] + pair[t - 1][None, :, :] + scores[t][None, None, :] + skip[t - 1][:, None, :]
            beta.insert(0, _logsum(inner, axis=2))
        joint = [_softmax((a + b).reshape(1, -1)).reshape(n, n) for a, b in zip(alpha, beta, strict=True)]
        return np.vstack([joint[0].sum(axis=1), *(j.sum(axis=0) for j in joint)])

    # --- names that come late
    def newly_named(self) -> list[tuple[int, int]]:
        """(described, named): the conversation expects ``the caseworker`` to speak, and the tag or speech gives a name never heard before.

        Tested by leaving the name out: who would speak then? Only someone without a name may be meant.
        """
        return [pair for chain in self.finder.conversations() for pair in self._named_in(chain)]

    def _named_in(self, chain: list[Turn]) -> list[tuple[int, int]]:
        fresh = [(t, k) for t, turn in enumerate(chain) if (k := self._first_name(turn)) >= 0]
        people, around = self.scores.candidates(chain) if fresh else ([], None)
        everyone = self.scores.people
        if around is None or not any(_is_described(everyone[p]) for p in people):
            return []
        out = []
        for t, k in fresh:
            named = self.spots[k].who[0]
            beside = {p for u in (t - 1, t + 1) if 0 <= u < len(chain) for p in self._tagged(chain[u])}
            others = [p for p in people if p != named]
            scores = self._chain_scores(chain, others, around)
            scores[t] -= sum(self.scores.of_tag(self.spots[x], others) for q in chain[t].quotes if (x := self.cues[q].tag) >= 0)
            posterior = self._posterior(chain, scores)[t]
            best = int(posterior.argmax())
            if others[best] in beside:
                continue  # whoever speaks right before or after is somebody else
            if (
                posterior[best] > EXPECTED
                and _is_described(everyone[others[best]])
                and _one_gender(everyone[others[best]], everyone[named])
            ):
                out.append((others[best], named))
        return out

    def _tagged(self, turn: Turn) -> set[int]:
        return {p for q in turn.quotes if (k := self.cues[q].tag) >= 0 for p in self.spots[k].who}

    def _first_name(self, turn: Turn) -> int:
        """Row of the name in the tag, or in a self-introduction, that is the story's first use of it; -1 when there is none."""
        presence = self.scores.presence
        for q in turn.quotes:
            k = self.cues[q].tag
            if k >= 0 and self.spots[k].kind == MentionKind.NAME and presence.first_told.get(self.spots[k].who[0]) == k:
                return k
            for k in self.cues[q].names:
                if self.scores.introduces(k) and presence.first_named.get(self.spots[k].who[0]) == k:
                    return k
        return -1


def _is_described(p: Person) -> bool:
    return bool(p.nominal) and not p.forms


def _one_gender(a: Person, b: Person) -> bool:
    x, y = a.gender(), b.gender()
    return x == y or "unknown" in (x, y)


def _logsum(x: Matrix, axis: int) -> Matrix:
    top = x.max(axis=axis, keepdims=True)
    return np.asarray(np.log(np.exp(x - top).sum(axis=axis)) + top.squeeze(axis))


def _softmax(x: Matrix) -> Matrix:
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return np.asarray(e / e.sum(axis=1, keepdims=True))
