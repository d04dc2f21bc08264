"""Who speaks: each conversation decided as a whole, from the cues beside its quotations and the habit of taking turns.

A conversation is a chain of turns. Each turn gives every candidate a score (tags, beats, vocatives, presence); neighbouring turns
score each other (speakers alternate). The posterior of each turn's speaker comes from the forward-backward algorithm over pairs of
speakers, so every decision has a probability and its alternatives. The scores are log-linear (cf. He, Barbosa and Kondrak 2013).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fabula.layers import MentionKind
from fabula.reading.who.page import Page
from fabula.reading.who.people import Person, fit_table
from fabula.reading.who.spots import Part, Spot
from fabula.reading.who.tags import Cue

Matrix = NDArray[np.float64]
EXPECTED = 0.35  # probability from which somebody undescribed by name is taken to be the one named


@dataclass(frozen=True, slots=True)
class Weights:
    """Scores in log space; fitted by hand on development stories."""

    tag: float = 14.0
    tag_wrong_gender: float = -9.0
    tag_unknown_gender: float = -0.8
    tag_focus: float = 2.2
    beat: float = 3.4
    beat_colon: float = 6.0
    beat_pronoun: float = 0.72
    beat_possessive: float = 2.0
    vocative_self: float = -4.2
    vocative_next: float = 3.3
    vocative_before: float = 1.8
    own_name: float = -3.75
    introduced: float = 5.4
    present: float = 0.45
    here: float = 0.9
    here_decay: float = 0.64
    here_after: float = 0.3
    near: float = 0.48
    last_actor: float = 0.9
    narrator: float = 0.9
    narrator_third: float = -12.0
    same_adjacent: float = -7.2
    same_gap: float = -1.0
    back_and_forth: float = 1.6
    back_and_forth_gap: float = 0.7
    candidates: int = 8
    gap_paragraphs: int = 3


@dataclass(slots=True)
class Turn:
    """Quotations of one speaker in a row. ``gap``: paragraphs of narration since the turn before, -1 at a conversation's start;
    ``inside``: the turn follows in the same paragraph."""

    quotes: list[int]
    paragraph: int
    gap: int = 0
    inside: bool = False


@dataclass(slots=True)
class Decision:
    """Speaker of one quotation with probability; alternatives best first; addressees."""

    speaker: int = -1
    confidence: float = 0.0
    alternatives: list[tuple[int, float]] = field(default_factory=list)
    addressees: tuple[int, ...] = ()
    cue: str = "implicit"
    tag: int = -1


class Dialogue:
    """Decides the speakers of all outermost quotations of a page."""

    def __init__(
        self,
        page: Page,
        spots: list[Spot],
        people: list[Person],
        cues: Sequence[Cue],
        continues: Sequence[bool],
        breaks: set[int],
        weights: Weights | None = None,
    ) -> None:
        self.page, self.spots, self.people, self.cues, self.continues, self.breaks = page, spots, people, cues, continues, breaks
        self.w = weights or Weights()
        self.fit = fit_table(people)
        self.by_paragraph: dict[int, list[int]] = {}
        for k, s in enumerate(spots):
            if not page.apart[s.first]:  # those who write or are written of are not there
                self.by_paragraph.setdefault(page.paragraph[s.first], []).append(k)
        self.narrator = -1
        self.first_named: dict[int, int] = {}
        self.first_told: dict[int, int] = {}
        for k, s in enumerate(spots):
            if s.kind == MentionKind.NAME and s.who:
                self.first_named.setdefault(s.who[0], k)
                if s.quote < 0:
                    self.first_told.setdefault(s.who[0], k)
        self.narrated: dict[int, Counter[int]] = {}
        for s in spots:
            if s.quote < 0 and not page.apart[s.first]:
                for p in s.who:
                    weight = 1.0 if s.kind == MentionKind.NAME else 0.7 * s.confidence
                    self.narrated.setdefault(page.paragraph[s.first], Counter())[p] += weight  # type: ignore[assignment]
        self.seen = {p for s in spots if s.quote < 0 and s.kind != MentionKind.PRONOUN for p in s.who}

    # --- turns and conversations
    def turns(self) -> list[Turn]:
        """Quotations grouped into turns, in order."""
        page, out = self.page, list[Turn]()
        crowded = Counter(page.paragraph[a] for a, b in page.quotes if b > a)
        for q, (a, b) in enumerate(page.quotes):
            if a >= b:
                continue
            paragraph = page.paragraph[a]
            if out and self.continues[q]:
                out[-1].quotes.append(q)
                out[-1].paragraph = paragraph
                continue
            same = bool(out) and out[-1].paragraph == paragraph
            if same and self._joins(out[-1].quotes[-1], q, crowded[paragraph]):
                out[-1].quotes.append(q)
                continue
            out.append(Turn([q], paragraph, self._gap(out[-1], paragraph) if out else -1, same))
        return out

    def _gap(self, before: Turn, paragraph: int) -> int:
        """Paragraphs of narration between two turns; -1 when a break or too much narration parts them."""
        between = range(before.paragraph + 1, paragraph + 1)
        if any(p in self.breaks for p in between) or len(between) - 1 > self.w.gap_paragraphs:
            return -1
        return max(len(between) - 1, 0)

    def _joins(self, p: int, q: int, quotes_here: int) -> bool:
        """Whether quotation ``q`` is of the same turn as ``p`` before it in the same paragraph."""
        a, b = self.cues[p], self.cues[q]
        tags = self.spots[a.tag].first if a.tag >= 0 else -1, self.spots[b.tag].first if b.tag >= 0 else -1
        if a.tag >= 0 and b.tag >= 0 and a.tag == b.tag:
            return True
        start, end = self.page.quotes[p][1], self.page.quotes[q][0]
        if start == end:
            return False
        runs_on = (self.page.words[end - 1] in (",", "—", "--", "–", ";") and not b.tag_before) or (
            self.page.words[end - 1] == "," and a.tag < 0
        )
        if a.tag >= 0 and b.tag >= 0 and tags[0] != tags[1]:
            who = self.spots[a.tag].who, self.spots[b.tag].who
            return who[0] == who[1] != () or (
                quotes_here <= 3
                and self.spots[b.tag].kind == MentionKind.PRONOUN
                and self.spots[a.tag].gender in ("unknown", self.spots[b.tag].gender)
            )
        return runs_on or quotes_here <= 6

    def decide(self) -> list[Decision]:
        """One decision per outermost quotation of the page."""
        out = [Decision() for _ in self.page.quotes]
        chain: list[Turn] = []
        for turn in self.turns():
            if chain and turn.gap < 0:
                self._decide_chain(chain, out)
                chain = []
            chain.append(turn)
        if chain:
            self._decide_chain(chain, out)
        return out

    # --- candidates
    def _candidates(self, chain: list[Turn]) -> tuple[list[int], Counter[int]]:
        """People who may speak in this conversation, most likely first, and how present each is."""
        weight: Counter[int] = Counter()
        tagged: Counter[int] = Counter()
        first, last = self.page.paragraph[self.page.quotes[chain[0].quotes[0]][0]], chain[-1].paragraph
        for paragraph in range(first - 8, last + 2):
            near = 1.0 if paragraph >= first - 1 else 0.5 ** ((first - paragraph) / 3)
            for k in self.by_paragraph.get(paragraph, ()):
                s = self.spots[k]
                if s.quote >= 0 and not s.vocative:
                    continue
                amount = near * (1.0 if s.kind == MentionKind.NAME else max(s.confidence, 0.2) * 0.8)
                for p in s.who:
                    weight[p] += amount * (1.5 if s.part == Part.SUBJECT else 1.0)  # type: ignore[assignment]
        for turn in chain:
            for q in turn.quotes:
                k = self.cues[q].tag
                if k >= 0:
                    for p in self.spots[k].who:
                        tagged[p] += 1 if self.spots[k].kind == MentionKind.NAME else 0
                    for p, share in self.spots[k].candidates[:3]:
                        weight[p] += share  # type: ignore[assignment]
                for k in self.cues[q].names:
                    if self._introduces(k):
                        tagged.update(self.spots[k].who)
        if self.narrator >= 0:
            weight[self.narrator] += 3
        heard = [p for p in weight if p not in self.seen and p != self.narrator and not tagged[p]]
        if len(weight) - len(heard) >= 2:
            for p in heard:
                del weight[p]
        strength = Counter({p: v + 6 * tagged[p] for p, v in weight.items()})
        for p, n in tagged.items():
            strength[p] = max(strength[p], 6 * n)  # type: ignore[assignment]
        ranked = sorted(strength, key=lambda p: (-strength[p], p))[: self.w.candidates]
        return ranked, weight

    # --- scores of one turn
    def _tag_scores(self, s: Spot, people: list[int]) -> NDArray[np.float64]:
        w, out = self.w, np.zeros(len(people))
        if s.grammatical_person == 1 and not s.plural:
            return np.array([w.tag if p == self.narrator else 0.0 for p in people])
        if s.kind == MentionKind.NAME or (s.fixed and s.who):
            return np.array([w.tag if p in s.who else 0.0 for p in people])
        share = dict(s.candidates)
        for i, p in enumerate(people):
            fit = self.fit[p][s.gender] if s.gender != "unknown" else 1.0
            out[i] = w.tag_wrong_gender if fit == 0.0 else (w.tag_unknown_gender if fit < 1.0 else 0.0) + w.tag_focus * share.get(p, 0.0)
            if p == self.narrator:
                out[i] += w.narrator_third
        return out

    def _beat_scores(self, k: int, people: list[int], colon: bool) -> NDArray[np.float64]:
        w, s = self.w, self.spots[k]
        strength = w.beat_colon if colon else w.beat
        if s.part == Part.POSSESSIVE:
            strength = w.beat_possessive
        if s.grammatical_person == 1:
            return np.array([strength if p == self.narrator and not s.plural else 0.0 for p in people])
        if s.kind == MentionKind.NAME or s.fixed:
            return np.array([strength if p in s.who else 0.0 for p in people])
        share = dict(s.candidates)
        out = np.zeros(len(people))
        for i, p in enumerate(people):
            fits = s.gender == "unknown" or self.fit[p][s.gender] > 0.0
            out[i] = (0.35 * strength + w.beat_pronoun * share.get(p, 0.0)) if fits and p != self.narrator else -0.35 * strength
        return out

    def _turn_scores(self, turn: Turn, people: list[int], presence: Counter[int]) -> NDArray[np.float64]:
        w = self.w
        here = self._here(turn)
        out = np.array(
            [
                w.present * np.log1p(presence[p]) + w.here * np.log1p(3 * here[p]) + (w.narrator if p == self.narrator else 0.0)
                for p in people
            ]
        )
        tag_seen = False
        for q in turn.quotes:
            cue = self.cues[q]
            if cue.tag >= 0:
                out += self._tag_scores(self.spots[cue.tag], people)
                tag_seen = True
            for k in cue.to:
                out += np.array([-w.tag / 2 if p in self.spots[k].who else 0.0 for p in people])
        for q in turn.quotes:
            cue = self.cues[q]
            if not tag_seen:
                if cue.before >= 0 and q == turn.quotes[0]:
                    out += self._beat_scores(cue.before, people, cue.colon)
                if cue.after >= 0 and (cue.before < 0 or cue.after != cue.before):
                    out += self._beat_scores(cue.after, people, False) * (0.6 if cue.before >= 0 and q == turn.quotes[0] else 1.0)
            for k in cue.vocatives:
                out += np.array([w.vocative_self if p in self.spots[k].who else 0.0 for p in people])
            named = {p for k in cue.names for p in self.spots[k].who}
            out += np.array([w.own_name if p in named else 0.0 for p in people])
            introduced = {p for k in (*cue.names, *cue.vocatives) if self._introduces(k) for p in self.spots[k].who}
            out += np.array([w.introduced if p in introduced else 0.0 for p in people])
        if not tag_seen:
            out += self._actor_before(turn, people)
        return out

    def _introduces(self, k: int) -> bool:
        """``I'm Grace``, ``my name is Grace``, ``this is Grace``, ``Grace here``, or a full name alone in its sentence that nobody has used before."""
        low, s = self.page.lower, self.spots[k]
        alone = not self.page.is_word[s.first - 1] and self.page.words[min(s.last, len(low) - 1)] == "." and self.page.words[s.first - 1] != ","
        if alone and s.last - s.first > 1 and self.first_named.get(s.who[0] if s.who else -1) == k:
            return True
        before = low[max(s.first - 3, 0) : s.first]
        if before[-2:] in (["i", "'m"], ["i", "am"], ["name", "'s"], ["this", "is"]) or before == ["my", "name", "is"]:
            return True
        return s.last < len(low) and low[s.last] == "here" and s.first - 1 >= 0 and not self.page.is_word[s.first - 1]

    def _here(self, turn: Turn) -> Counter[int]:
        """How present people are right here: narration around the turn, near counts more, what comes after counts less."""
        out: Counter[int] = Counter()
        first = self.page.paragraph[self.page.quotes[turn.quotes[0]][0]]
        for paragraph in range(first - 6, turn.paragraph + 3):
            d = first - paragraph if paragraph <= first else max(0, paragraph - turn.paragraph)
            amount = self.w.here_decay**d * (self.w.here_after if paragraph > turn.paragraph else 1.0)
            for p, n in self.narrated.get(paragraph, {}).items():
                out[p] += amount * n  # type: ignore[assignment]
        return out

    def _actor_before(self, turn: Turn, people: list[int]) -> NDArray[np.float64]:
        """The subject of the narration paragraph right before the turn, and those it speaks of."""
        first = self.page.paragraph[self.page.quotes[turn.quotes[0]][0]]
        last_subject, near = -1, set[int]()
        for k in self.by_paragraph.get(first - 1, ()):
            s = self.spots[k]
            if s.quote < 0:
                near.update(s.who)
                if s.part == Part.SUBJECT and len(s.who) == 1:
                    last_subject = s.who[0]
        return np.array([(self.w.near if p in near else 0.0) + (self.w.last_actor if p == last_subject else 0.0) for p in people])

    def _vocative_scores(self, chain: list[Turn], scores: Matrix, people: list[int]) -> None:
        """Who is addressed by name speaks next, or has just spoken."""
        for t, turn in enumerate(chain):
            called = {p for q in turn.quotes for k in (*self.cues[q].vocatives, *self.cues[q].to) for p in self.spots[k].who}
            for i, p in enumerate(people):
                if p in called:
                    if t + 1 < len(chain) and chain[t + 1].gap <= 1:
                        scores[t + 1, i] += self.w.vocative_next
                    if t and turn.gap <= 1:
                        scores[t - 1, i] += self.w.vocative_before

    # --- decoding
    def _pair_scores(self, before: Turn, turn: Turn, n: int) -> Matrix:
        same = self.w.same_adjacent if turn.gap == 0 else self.w.same_gap
        if turn.inside:
            touching = self.page.quotes[before.quotes[-1]][1] == self.page.quotes[turn.quotes[0]][0]
            same = self.w.same_adjacent if touching else self.w.same_gap
        return np.eye(n) * same

    def _posterior(self, chain: list[Turn], scores: Matrix) -> Matrix:
        """P(speaker) by turn, from forward-backward over (speaker before, speaker) pairs."""
        t_max, n = scores.shape
        if t_max == 1:
            return _softmax(scores)
        pair = [self._pair_scores(chain[t - 1], chain[t], n) for t in range(1, t_max)]
        alpha = [scores[0][:, None] + scores[1][None, :] + pair[0]]
        skip = [np.zeros((n, n))]
        for t in range(2, t_max):
            w = self.w.back_and_forth if chain[t].gap == 0 and chain[t - 1].gap == 0 else self.w.back_and_forth_gap
            skip.append(np.eye(n) * w)
            step = _logsum(alpha[-1][:, :, None] + skip[-1][:, None, :], axis=0)
            alpha.append(step + pair[t - 1] + scores[t][None, :])
        beta: list[Matrix] = [np.zeros((n, n))]
        for t in range(t_max - 1, 1, -1):
            inner = beta[0][None, :, :] + pair[t - 1][None, :, :] + scores[t][None, None, :] + skip[t - 1][:, None, :]
            beta.insert(0, _logsum(inner, axis=2))
        joint = [_softmax((a + b).reshape(1, -1)).reshape(n, n) for a, b in zip(alpha, beta, strict=True)]
        return np.vstack([joint[0].sum(axis=1), *(j.sum(axis=0) for j in joint)])

    def _decide_chain(self, chain: list[Turn], out: list[Decision]) -> None:
        people, presence = self._candidates(chain)
        if not people:
            return
        scores = np.vstack([self._turn_scores(t, people, presence) for t in chain])
        self._vocative_scores(chain, scores, people)
        posterior = self._posterior(chain, scores)
        best = posterior.argmax(axis=1).tolist()
        for t, turn in enumerate(chain):
            order = np.argsort(-posterior[t], kind="stable").tolist()
            alternatives = [(people[i], float(posterior[t, i])) for i in order[1:4] if posterior[t, i] > 0.02]
            for q in turn.quotes:
                d = out[q]
                d.speaker, d.confidence, d.alternatives = people[best[t]], float(posterior[t, best[t]]), alternatives
                d.addressees = self._addressees(chain, t, q, people, best)
                d.tag = next((self.cues[x].tag for x in turn.quotes if self.cues[x].tag >= 0), -1)
                d.cue = self._cue_kind(turn)

    def newly_named(self) -> list[tuple[int, int]]:
        """(described, named): the conversation expects ``the caseworker`` to speak, and the tag or speech gives a name never heard before.

        Tested by leaving the name out: who would speak then? Only someone without a name, more likely than not, may be meant.
        """
        out: list[tuple[int, int]] = []
        chain: list[Turn] = []
        for turn in [*self.turns(), None]:
            if turn is None or (chain and turn.gap < 0):
                out.extend(self._named_in(chain))
                chain = []
            if turn is not None:
                chain.append(turn)
        return out

    def _named_in(self, chain: list[Turn]) -> list[tuple[int, int]]:
        fresh = [(t, k) for t, turn in enumerate(chain) if (k := self._first_name(turn)) >= 0]
        if not fresh:
            return []
        people, presence = self._candidates(chain)
        if not any(self.people[p].nominal and not self.people[p].forms for p in people):
            return []
        out = []
        for t, k in fresh:
            named = self.spots[k].who[0]
            others = [p for p in people if p != named]
            scores = np.vstack([self._turn_scores(x, others, presence) for x in chain])
            scores[t] -= np.array([self._name_score(chain[t], p) for p in others])
            self._vocative_scores(chain, scores, others)
            posterior = self._posterior(chain, scores)[t]
            best = int(posterior.argmax())
            described = self.people[others[best]]
            if posterior[best] > EXPECTED and described.nominal and not described.forms and self._one_gender(described, self.people[named]):
                out.append((others[best], named))
        return out

    def _name_score(self, turn: Turn, person: int) -> float:
        """What the tags of a turn give to a person who is not named in them."""
        return sum(float(self._tag_scores(self.spots[k], [person])[0]) for q in turn.quotes if (k := self.cues[q].tag) >= 0)

    def _first_name(self, turn: Turn) -> int:
        """Row of the name in the tag, or in a self-introduction, that is the story's first use of it outside speech; -1 when there is none."""
        for q in turn.quotes:
            k = self.cues[q].tag
            if k >= 0 and self.spots[k].kind == MentionKind.NAME and self.first_told.get(self.spots[k].who[0]) == k:
                return k
            for k in self.cues[q].names:
                if self._introduces(k) and self.first_named.get(self.spots[k].who[0]) == k:
                    return k
        return -1

    @staticmethod
    def _one_gender(a: Person, b: Person) -> bool:
        x, y = a.gender(), b.gender()
        return x == y or "unknown" in (x, y)

    def _cue_kind(self, turn: Turn) -> str:
        for q in turn.quotes:
            if (k := self.cues[q].tag) >= 0:
                return "explicit" if self.spots[k].kind == MentionKind.NAME else "anaphoric"
        return "implicit"

    def _addressees(self, chain: list[Turn], t: int, q: int, people: list[int], best: list[int]) -> tuple[int, ...]:
        """Who is told: named in address or tag; else who spoke before, else who speaks next."""
        speaker = people[best[t]]
        called = [
            p for x in chain[t].quotes for k in (*self.cues[x].to, *self.cues[x].vocatives) for p in self.spots[k].who if p != speaker
        ]
        called = [p for p in called if p in self.seen or p in people]
        if called:
            return tuple(dict.fromkeys(called))[:2]
        for d in (1, 2, 3):
            for u in (t - d, t + d):
                if 0 <= u < len(chain) and people[best[u]] != speaker:
                    return (people[best[u]],)
        others = [p for p in people if p != speaker]
        return (others[0],) if others else ()


def _logsum(x: Matrix, axis: int) -> Matrix:
    top = x.max(axis=axis, keepdims=True)
    out: Matrix = np.log(np.exp(x - top).sum(axis=axis)) + top.squeeze(axis)
    return out


def _softmax(x: Matrix) -> Matrix:
    e = np.exp(x - x.max(axis=1, keepdims=True))
    out: Matrix = e / e.sum(axis=1, keepdims=True)
    return out
