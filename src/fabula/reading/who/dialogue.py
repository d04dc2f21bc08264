"""Who speaks: each conversation decided as a whole, from the evidence beside its quotations and the habit of taking turns.

A conditional random field of second order (Lafferty, McCallum and Pereira 2001): a learned network scores each candidate for each turn
from its evidence, and learned weights score two turns in a row, or with one between them, by the same person. The posterior of each
turn's speaker comes from the forward-backward algorithm over pairs of speakers, so every decision has a probability and its alternatives.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from fabula.layers import MentionKind
from fabula.reading.who.addressees import OF_ADDRESSEE, addressed
from fabula.reading.who.corrected_speakers import certainty, with_fixed
from fabula.reading.who.evidence import OF_SPEAKER, Amounts, Evidence
from fabula.reading.who.evidence import Matrix as Features
from fabula.reading.who.people import Person
from fabula.reading.who.ranker import Ranker, load_arrays, load_ranker, ranker_of
from fabula.reading.who.turns import Turn, TurnFinder

Matrix = NDArray[np.float64]
EXPECTED = 0.35  # probability from which someone described is taken to be the one whom the tag names
_CALLED = [OF_SPEAKER.index(n) for n in ("called_before", "called_two_before", "called_after", "someone_called_before", "vocative_self")]
_TOLD = [OF_SPEAKER.index(n) for n in ("link_told", "link_told_share", "link_named_told")]
_TAGS = [i for i, n in enumerate(OF_SPEAKER) if n.startswith("tag_")]
_NAMED = [OF_SPEAKER.index(n) for n in ("tag_is", "tag_narrator")]
NAMED = 8.0  # how much more than it has learned a name in the tag decides: readers take it at its word
_NO_TAG = OF_SPEAKER.index("no_tag")


@dataclass(frozen=True, slots=True)
class DialogueModel:
    """``unary`` scores candidates for a turn; ``pair`` and ``skip`` weigh the features of turns of the same speaker; ``told`` judges
    who is spoken to."""

    unary: Ranker
    pair: NDArray[np.float32]
    skip: NDArray[np.float32]
    told: Ranker

    def over_features(self) -> DialogueModel:
        """The same model for the features of this code, of which it looks at those that it was trained on."""
        return replace(self, unary=self.unary.over(OF_SPEAKER), told=self.told.over(OF_ADDRESSEE))


@cache
def load_dialogue_model(prefix: str = "") -> DialogueModel:
    """The shipped model; ``prefix``: of the names of its files."""
    arrays = load_arrays(f"{prefix}turns")
    return DialogueModel(ranker_of(arrays), arrays["pair"], arrays["skip"], load_ranker(f"{prefix}addressees")).over_features()


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
    """Decides the speakers of all outermost quotations of a page. ``deaf``: an address by name tells nothing about who answers."""

    def __init__(self, finder: TurnFinder, evidence: Evidence, model: DialogueModel, *, deaf: bool = False) -> None:
        self.finder, self.evidence, self.model, self.deaf = finder, evidence, model, deaf
        self.page, self.spots, self.cues = finder.page, finder.spots, finder.cues

    def decide(self) -> list[Decision]:
        """One decision per outermost quotation of the page."""
        out = [Decision() for _ in self.page.quotes]
        for chain in self.finder.conversations():
            self._decide_chain(chain, out)
        return out

    def _decide_chain(self, chain: list[Turn], out: list[Decision]) -> None:
        people, around = self.evidence.candidates(chain)
        people = with_fixed(people, chain, self.finder.said)
        if not people:
            return
        rows = self._features(chain, people, around)
        posterior = self._posterior(chain, people, rows)
        told = addressed(self.model.told, rows, posterior, self.evidence.of_turns(chain))
        best = [people[i] for i in posterior.argmax(axis=1).tolist()]
        for t, turn in enumerate(chain):
            order = np.argsort(-posterior[t], kind="stable").tolist()
            tag = next((k for q in turn.quotes if (k := self.cues[q].tag) >= 0), -1)
            for q in turn.quotes:
                out[q] = Decision(
                    speaker=best[t],
                    confidence=float(posterior[t, order[0]]),
                    alternatives=[(people[i], float(posterior[t, i])) for i in order[1:4] if posterior[t, i] > 0.02],
                    addressees=tuple(people[i] for i in told[t]),
                    cue=self._cue_kind(tag),
                    tag=tag,
                )

    def _cue_kind(self, tag: int) -> str:
        if tag < 0:
            return "implicit"
        return "explicit" if self.spots[tag].kind == MentionKind.NAME else "anaphoric"

    # --- decoding
    def _features(self, chain: list[Turn], people: list[int], around: Amounts) -> Features:
        rows = self.evidence.of_chain(chain, people, around)
        if self.deaf:
            rows[:, :, [*_CALLED, *_TOLD]] = 0
        return rows

    def _potentials(self, chain: list[Turn], people: list[int], rows: Features) -> tuple[Matrix, Matrix, Matrix]:
        turns, count, size = rows.shape
        scores = self.model.unary.scores(rows.reshape(-1, size)).reshape(turns, count).astype(np.float64)
        scores += NAMED * rows[:, :, _NAMED].max(2)
        pair, skip = self.evidence.of_pairs(chain, rows)
        scores = scores + certainty(chain, people, self.finder.said)
        return scores, (pair @ self.model.pair).astype(np.float64), (skip @ self.model.skip).astype(np.float64)

    def _posterior(self, chain: list[Turn], people: list[int], rows: Features) -> Matrix:
        """P(speaker) ``[turns, people]``."""
        return posterior(*self._potentials(chain, people, rows))

    def coherence(self, chain: list[Turn]) -> float:
        """How well a conversation can be told with its people as they are: the logarithm of its partition function."""
        people, around = self.evidence.candidates(chain)
        return log_partition(*self._potentials(chain, people, self._features(chain, people, around))) if people else 0.0

    # --- names that come late
    def newly_named(self) -> list[tuple[int, int]]:
        """(described, named): the conversation expects ``the caseworker`` to speak, and the tag or speech gives a name never heard before.

        Tested by leaving the name out: who would speak then? Only someone without a name may be meant.
        """
        return [pair for chain in self.finder.conversations() for pair in self._named_in(chain)]

    def _named_in(self, chain: list[Turn]) -> list[tuple[int, int]]:
        fresh = [(t, k) for t, turn in enumerate(chain) if (k := self._first_name(turn)) >= 0]
        people, around = self.evidence.candidates(chain) if fresh else ([], None)
        everyone = self.evidence.people
        if around is None or not any(_is_described(everyone[p]) for p in people):
            return []
        out = []
        for t, k in fresh:
            named = self.spots[k].who[0]
            beside = {p for u in (t - 1, t + 1) if 0 <= u < len(chain) for p in self._tagged(chain[u])}
            others = [p for p in people if p != named]
            rows = self._features(chain, others, around)
            rows[t, :, _TAGS], rows[t, :, _NO_TAG] = 0, 1
            expected = self._posterior(chain, others, rows)[t]
            best = int(expected.argmax())
            if others[best] in beside:
                continue  # whoever speaks right before or after is somebody else
            if expected[best] > EXPECTED and _is_described(everyone[others[best]]) and _one_gender(everyone[others[best]], everyone[named]):
                out.append((others[best], named))
        return out

    def _tagged(self, turn: Turn) -> set[int]:
        return {p for q in turn.quotes if (k := self.cues[q].tag) >= 0 for p in self.spots[k].who}

    def _first_name(self, turn: Turn) -> int:
        """Row of the name in the tag, or in a self-introduction, that is the story's first use of it; -1 when there is none."""
        presence = self.evidence.presence
        for q in turn.quotes:
            k = self.cues[q].tag
            if k >= 0 and self.spots[k].kind == MentionKind.NAME and presence.first_told.get(self.spots[k].who[0]) == k:
                return k
            for k in self.cues[q].names:
                if self.evidence.introduces(k) and presence.first_named.get(self.spots[k].who[0]) == k:
                    return k
        return -1


def _is_described(p: Person) -> bool:
    return bool(p.nominal) and not p.forms


def _one_gender(a: Person, b: Person) -> bool:
    x, y = a.gender(), b.gender()
    return x == y or "unknown" in (x, y)


def log_partition(scores: Matrix, same: Matrix, back: Matrix) -> float:
    """Logarithm of the sum over all ways to give a conversation's turns to its people; arguments as of :func:`posterior`."""
    turns, n = scores.shape
    if turns == 1:
        return float(_logsum(scores[0], axis=0))
    eye = np.eye(n)
    alpha = scores[0][:, None] + scores[1][None, :] + eye * same[1]
    for t in range(2, turns):
        alpha = _logsum(alpha[:, :, None] + (eye * back[t])[:, None, :], axis=0) + eye * same[t] + scores[t][None, :]
    return float(_logsum(alpha.ravel(), axis=0))


def posterior(scores: Matrix, same: Matrix, back: Matrix) -> Matrix:
    """P(speaker) by turn, from forward-backward over (speaker before, speaker) pairs.

    ``scores`` ``[turns, people]``; ``same`` and ``back`` ``[turns]``: what one person scores who speaks this turn and the one before, or
    this turn and the last but one.
    """
    turns, n = scores.shape
    if turns == 1:
        return _softmax(scores)
    eye = np.eye(n)
    alpha = [scores[0][:, None] + scores[1][None, :] + eye * same[1]]
    for t in range(2, turns):
        step = _logsum(alpha[-1][:, :, None] + (eye * back[t])[:, None, :], axis=0)
        alpha.append(step + eye * same[t] + scores[t][None, :])
    beta: list[Matrix] = [np.zeros((n, n))]
    for t in range(turns - 1, 1, -1):
        inner = beta[-1][None, :, :] + (eye * same[t])[None, :, :] + scores[t][None, None, :] + (eye * back[t])[:, None, :]
        beta.append(_logsum(inner, axis=2))
    joint = [_softmax((a + b).reshape(1, -1)).reshape(n, n) for a, b in zip(alpha, reversed(beta), strict=True)]
    return np.vstack([joint[0].sum(axis=1), *(j.sum(axis=0) for j in joint)])


def _logsum(x: Matrix, axis: int) -> Matrix:
    top = x.max(axis=axis, keepdims=True)
    return np.asarray(np.log(np.exp(x - top).sum(axis=axis)) + top.squeeze(axis))


def _softmax(x: Matrix) -> Matrix:
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return np.asarray(e / e.sum(axis=1, keepdims=True))
