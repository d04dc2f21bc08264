"""One person under two names that no rule of names can join: ``Achterberg`` is called ``Sunny``, ``Toby`` is called ``Bee``.

Evidence is who answers to a name (the turns beside a quotation that addresses someone by it), where both names stand, whether one ever
speaks of the other, and whether they fit as given name and surname. What it weighs is learned (``training/who``); candidates are people
who are there where the name falls, and nobody.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import exp, log1p

import numpy as np

from fabula.layers import MentionKind
from fabula.lexicons import words
from fabula.reading.who.dialogue import Dialogue
from fabula.reading.who.first_names import is_given
from fabula.reading.who.links import log_share, meant_now
from fabula.reading.who.page import SHORT_STORY
from fabula.reading.who.people import Person
from fabula.reading.who.ranker import Rows
from fabula.reading.who.spots import Part, Spot
from fabula.reading.who.turns import Turn

ANSWERS = 0.65  # how often the one who is called speaks next rather than has just spoken
NEAR = 6  # sentences within which two names stand near each other
CANDIDATES = 7
TALKS = 12  # conversations looked at for one name
USES = 20  # of a name whose links are looked at
SURE = 0.55
OF_ALIAS = (
    "nobody", "votes", "votes_share", "most_votes", "votes_in_all", "votes_back", "votes_back_share", "same_gender", "gender_open",
    "other_gender", "given", "common_word", "titled", "one_word", "other_given", "other_one_word", "other_full", "complement",
    "same_letter", "same_start", "told", "other_told", "in_speech", "other_in_speech", "vocative", "vocative_share",
    "other_vocative_share", "acts", "other_acts", "tagged", "other_tagged", "same_sentence", "same_paragraph", "names_other",
    "calls_other", "named_by_other", "called_by_other", "same_speech", "near_share", "other_near_share", "narrator", "short_story",
    "later", "tags_in_one_talk", "other_surname_taken", "only_called", "other_only_called", "coherence", "coherence_share",
    "most_coherent", "against_itself", "link_alias",
)  # fmt: skip
_AT = {name: i for i, name in enumerate(OF_ALIAS)}

Choice = Callable[[int, Sequence[int], Rows], Sequence[float]]
"""From a person, the people who may be the same (-1: nobody) and their features to probabilities."""


@dataclass(slots=True)
class _Use:
    """How one person is named through the story."""

    told: int = 0
    in_speech: int = 0
    vocative: int = 0
    acts: int = 0
    tagged: int = 0
    first: int = 1 << 30
    sentences: list[int] = field(default_factory=list)
    talks: set[int] = field(default_factory=set)


class AliasFinder:
    """Looks for people who are one, in the state of a reading after its first round."""

    def __init__(self, dialogue: Dialogue, hearing: Dialogue, people: list[Person], narrator: int) -> None:
        """``dialogue`` is deaf to addresses by name, ``hearing`` is not."""
        self.dialogue, self.hearing, self.people, self.narrator = dialogue, hearing, people, narrator
        self.decisions = dialogue.decide()
        self.page, self.spots = dialogue.page, dialogue.spots
        self.use: dict[int, _Use] = defaultdict(_Use)
        self.sentence: Counter[tuple[int, int]] = Counter()
        self.paragraph: Counter[tuple[int, int]] = Counter()
        self.speech: Counter[tuple[int, int]] = Counter()
        self.names: dict[tuple[int, int], float] = defaultdict(float)
        self.calls: dict[tuple[int, int], float] = defaultdict(float)
        self._rows: dict[int, list[int]] = defaultdict(list)
        self._linked: dict[int, dict[int, float]] = {}
        self._read_names()
        self.votes = self._votes()

    def _read_names(self) -> None:
        spots = [s for s in self.spots if s.kind == MentionKind.NAME and len(s.who) == 1]
        tags = {d.tag for d in self.decisions if d.tag >= 0}
        rows = {id(s): k for k, s in enumerate(self.spots)}
        for s in spots:
            u = self.use[s.who[0]]
            self._rows[s.who[0]].append(rows[id(s)])
            u.told += s.quote < 0
            u.in_speech += s.quote >= 0
            u.vocative += s.vocative
            u.acts += s.quote < 0 and s.part in (Part.SUBJECT, Part.OBJECT, Part.POSSESSIVE)
            u.tagged += rows[id(s)] in tags
            u.first = min(u.first, s.first)
            u.sentences.append(s.sentence)
            if s.quote >= 0:
                self._said_by(s)
        self._pairs(spots)
        for chain_number, chain in enumerate(self.dialogue.finder.conversations()):
            for q in (q for turn in chain for q in turn.quotes):
                tag = self.decisions[q].tag
                if tag >= 0 and self.spots[tag].kind == MentionKind.NAME and len(self.spots[tag].who) == 1:
                    self.use[self.spots[tag].who[0]].talks.add(chain_number)

    def _said_by(self, s: Spot) -> None:
        d = self.decisions[s.quote]
        for p, share in ((d.speaker, d.confidence), *d.alternatives):
            if p >= 0:
                (self.calls if s.vocative else self.names)[p, s.who[0]] += share

    def _pairs(self, spots: list[Spot]) -> None:
        """How often two people are named in one sentence or paragraph of narration, or in one speech."""
        told, said = [s for s in spots if s.quote < 0], [s for s in spots if s.quote >= 0]
        _count_together(self.sentence, [(s.sentence, s.who[0]) for s in told])
        _count_together(self.paragraph, [(self.page.paragraph[s.first], s.who[0]) for s in told])
        _count_together(self.speech, [(s.quote, s.who[0]) for s in said])

    def _votes(self) -> dict[int, dict[int, float]]:
        """For each person addressed by name: who stands where the addressee of the quotation stands."""
        votes: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
        turns = self.dialogue.finder.turns()
        for t, turn in enumerate(turns):
            vocatives = [self.spots[k] for q in turn.quotes for k in self.dialogue.cues[q].vocatives]
            called = {p for s in vocatives for p in s.who if s.kind == MentionKind.NAME}
            if len(called) != 1:
                continue
            d = self.decisions[turn.quotes[0]]
            after = [(turns[t + 1].quotes[0], ANSWERS)] if t + 1 < len(turns) and turns[t + 1].gap == 0 else []
            before = [(turns[t - 1].quotes[0], 1 - ANSWERS if after else ANSWERS)] if t and turn.gap == 0 else []
            for q, share in (*after, *before):
                x = self.decisions[q]
                for p, sure in ((x.speaker, x.confidence), *x.alternatives):
                    if p >= 0 and p != d.speaker:
                        votes[next(iter(called))][p] += share * sure * d.confidence
        return votes

    # --- what if two were one
    def _talks_of(self, v: int) -> list[list[Turn]]:
        """The conversations in which somebody is called ``v``, some of them where there are many."""
        out = [
            chain
            for chain in self.hearing.finder.conversations()
            if any(v in self.spots[k].who for turn in chain for q in turn.quotes for k in self.hearing.cues[q].vocatives)
        ]
        return out[:: len(out) // TALKS + 1]

    def _coherence(self, v: int, candidates: Sequence[int]) -> tuple[dict[int, float], float]:
        """How much better the conversations that call ``v`` can be told if ``v`` is each candidate; and if ``v`` is somebody else."""
        talks = self._talks_of(v)
        if not talks:
            return {}, 0.0
        itself = sum(self.hearing.coherence(chain) for chain in talks)
        called = [s for s in self.spots if s.who == (v,)]
        out = {}
        for a in candidates:
            for s in called:
                s.who = (a,)
            out[a] = sum(self.hearing.coherence(chain) for chain in talks) - itself
            for s in called:
                s.who = (v,)
        return out, itself

    # --- candidates and their features
    def _near_share(self, v: int, a: int) -> float:
        """Share of the uses of one name with the other within a few sentences."""
        mine, theirs = self.use[v].sentences, self.use[a].sentences
        if not mine or not theirs:
            return 0.0
        near = 0
        for x in mine:
            i = bisect_left(theirs, x)
            near += any(abs(theirs[j] - x) <= NEAR for j in (i - 1, i) if 0 <= j < len(theirs))
        return near / len(mine)

    def _refers_to(self, v: int) -> dict[int, float]:
        """Whom the mentions mean that the uses of a name refer back to: the mean over some of them."""
        links = self.dialogue.evidence.links
        if v not in self._linked:
            mean: dict[int, float] = defaultdict(float)
            uses = self._rows.get(v, ()) if links is not None else ()
            some = uses[:: len(uses) // USES + 1]
            for k in some:
                assert links is not None
                for p, share in links.antecedent_people(k, lambda row: meant_now(self.spots[row])).people.items():
                    mean[p] += share / len(some)
            self._linked[v] = mean
        return self._linked[v]

    def candidates(self, v: int) -> list[int]:
        """People who may be ``v`` under another name: who answer to it, or stand where it stands."""
        strength: dict[int, float] = defaultdict(float)
        for a, n in self.votes.get(v, {}).items():
            strength[a] += 2 * n
        for a in self.use:
            strength[a] += self._near_share(v, a) if a != v else 0.0
        fits = [a for a in strength if a != v and strength[a] > 0 and self._may_be_one(v, a)]
        return sorted(fits, key=lambda a: (-strength[a], a))[:CANDIDATES]

    def _may_be_one(self, v: int, a: int) -> bool:
        """The other acts in the story and is told of more; two people with surnames that differ are two."""
        p, q = self.people[v], self.people[a]
        if q.merged_into >= 0 or (a != self.narrator and (not self.use[a].acts or self.use[a].told < self.use[v].told)):
            return False
        if p.surname and q.surname and not set(p.surname) & set(q.surname):
            return False
        return not (set(p.titles) & words("titles", "married") and set(q.titles) & words("titles", "unmarried"))

    def features(self, v: int, candidates: Sequence[int]) -> Rows:
        """Features of each candidate, and of nobody for -1."""
        rows = np.zeros((len(candidates), len(OF_ALIAS)), np.float32)
        p, u = self.people[v], self.use[v]
        votes = self.votes.get(v, {})
        in_all = sum(n for a, n in votes.items() if a != v)
        word = next(iter(p.forms))[1][-1] if p.forms else ""
        one_word = all(len(parts) == 1 for _, parts in p.forms)
        shared = {
            "votes_in_all": log1p(in_all),
            "given": float(is_given(word)),
            "common_word": float(word in words("common_words")),
            "titled": float(bool(p.titles)),
            "one_word": float(one_word),
            "told": log1p(u.told),
            "in_speech": log1p(u.in_speech),
            "vocative": log1p(u.vocative),
            "vocative_share": u.vocative / max(u.told + u.in_speech, 1),
            "acts": log1p(u.acts),
            "tagged": log1p(u.tagged),
            "short_story": float(len(self.page) < SHORT_STORY),
            "only_called": float(u.acts == 0 and u.vocative > 0),
        }
        coherence, _ = self._coherence(v, [a for a in candidates if a >= 0])
        best = max(coherence.values(), default=0.0)
        total = sum(exp(c - best) for c in coherence.values())
        for i, a in enumerate(candidates):
            for name, value in shared.items():
                rows[i, _AT[name]] = value
            if a < 0:
                rows[i, _AT["nobody"]] = 1
                continue
            for name, value in self._of_pair(v, a, votes, in_all, word, one_word).items():
                rows[i, _AT[name]] = value
            if a in coherence:
                rows[i, _AT["coherence"]] = max(coherence[a] - best, -8.0)
                rows[i, _AT["coherence_share"]] = exp(coherence[a] - best) / total
                rows[i, _AT["most_coherent"]] = coherence[a] == best
                rows[i, _AT["against_itself"]] = min(max(coherence[a], -8.0), 8.0)
        return rows

    def _of_pair(self, v: int, a: int, votes: dict[int, float], in_all: float, word: str, one_word: bool) -> dict[str, float]:
        p, q, u, w = self.people[v], self.people[a], self.use[v], self.use[a]
        back = self.votes.get(a, {})
        x, y = p.gender(), q.gender()
        other = next(iter(q.forms))[1][-1] if q.forms else ""
        other_one = bool(q.forms) and all(len(parts) == 1 for _, parts in q.forms)
        given, other_given = is_given(word), any(is_given(n) for n in q.given)
        return {
            "votes": log1p(votes.get(a, 0.0)),
            "votes_share": votes.get(a, 0.0) / in_all if in_all else 0.0,
            "most_votes": float(bool(votes) and votes.get(a, 0.0) == max(n for b, n in votes.items() if b != v or len(votes) == 1)),
            "votes_back": log1p(back.get(v, 0.0)),
            "votes_back_share": back.get(v, 0.0) / max(sum(n for b, n in back.items() if b != a), 1e-6) if back else 0.0,
            "same_gender": float(x == y != "unknown"),
            "gender_open": float("unknown" in (x, y)),
            "other_gender": float("unknown" not in (x, y) and x != y),
            "other_given": float(other_given),
            "other_one_word": float(other_one),
            "other_full": float(bool(q.given) and bool(q.surname)),
            "complement": float(one_word and other_one and given != other_given),
            "same_letter": float(word[:1] == other[:1]),
            "same_start": float(len(word) > 2 and word[:3] == other[:3]),
            "other_told": log1p(w.told),
            "other_in_speech": log1p(w.in_speech),
            "other_vocative_share": w.vocative / max(w.told + w.in_speech, 1),
            "other_acts": log1p(w.acts),
            "other_tagged": log1p(w.tagged),
            "same_sentence": log1p(self.sentence[v, a]),
            "same_paragraph": log1p(self.paragraph[v, a]),
            "names_other": log1p(self.names.get((v, a), 0.0)),
            "calls_other": log1p(self.calls.get((v, a), 0.0)),
            "named_by_other": log1p(self.names.get((a, v), 0.0)),
            "called_by_other": log1p(self.calls.get((a, v), 0.0)),
            "same_speech": log1p(self.speech[v, a]),
            "near_share": self._near_share(v, a),
            "other_near_share": self._near_share(a, v),
            "narrator": float(a == self.narrator),
            "later": float(u.first > w.first),
            "tags_in_one_talk": log1p(len(u.talks & w.talks)),
            "other_surname_taken": float(bool(q.surname)),
            "other_only_called": float(w.acts == 0 and w.vocative > 0),
            "link_alias": log_share(max(self._refers_to(v).get(a, 0.0), self._refers_to(a).get(v, 0.0))),
        }

    def find(self, choose: Choice) -> list[tuple[int, int]]:
        """(person, the person he or she also is), surest first."""
        found: list[tuple[float, int, int]] = []
        for v in sorted(self.use):
            if v < 0 or v == self.narrator or self.people[v].merged_into >= 0 or not self.people[v].forms or not self.use[v].in_speech:
                continue
            candidates = self.candidates(v)
            if not candidates:
                continue
            probability = choose(v, [*candidates, -1], self.features(v, [*candidates, -1]))
            best = int(np.argmax(probability))
            if best < len(candidates) and probability[best] > SURE:
                found.append((float(probability[best]), v, candidates[best]))
        return [(v, a) for _, v, a in sorted(found, reverse=True)]


def _count_together(count: Counter[tuple[int, int]], places: Sequence[tuple[int, int]]) -> None:
    """Add each pair of people who share a place, both ways; ``places``: (place, person)."""
    together: dict[int, set[int]] = defaultdict(set)
    for place, person in places:
        together[place].add(person)
    for group in together.values():
        count.update((a, b) for a in group for b in group if a != b)
