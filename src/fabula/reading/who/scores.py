"""How well each candidate fits a turn: tags, beats, names in the speech, and who is there. Log-linear scores, one weight a cue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fabula.layers import MentionKind
from fabula.lexicons import table
from fabula.reading.who.page import Page
from fabula.reading.who.people import Person, fit_table
from fabula.reading.who.spots import Part, Spot
from fabula.reading.who.tags import Cue
from fabula.reading.who.turns import Turn

Vector = NDArray[np.float64]
Amounts = defaultdict[int, float]

_BEFORE, _AFTER = 6, 2  # paragraphs around a turn whose narration tells who is there
_LOOK_BACK = 8  # paragraphs before a conversation in which its people may have been named


@dataclass(frozen=True, slots=True)
class Weights:
    """Scores in log space, set by coordinate search on development texts (what they have seen: docs/accuracy.md)."""

    tag: float = 14.0
    tag_wrong_gender: float = -9.0
    tag_unknown_gender: float = -0.8
    tag_focus: float = 2.2
    beat: float = 3.4
    beat_colon: float = 6.0
    beat_pronoun: float = 0.72
    beat_possessive: float = 2.0
    beat_open: float = 0.35  # share of a beat's strength when its subject is a pronoun
    beat_second: float = 0.6  # share of the beat after the speech when one stands before it
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


@dataclass(slots=True)
class Presence:
    """Who is named where: look-ups over the mentions of a page. What is written (letters, chats) makes nobody present.

    ``seen``: people named or described in the narration; ``first_named``, ``first_told``: row of a person's first name, anywhere and
    in narration.
    """

    by_paragraph: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    narrated: dict[int, Amounts] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    first_named: dict[int, int] = field(default_factory=dict)
    first_told: dict[int, int] = field(default_factory=dict)


def presence_of(page: Page, spots: list[Spot]) -> Presence:
    """Look-ups for all spots of a page."""
    out = Presence()
    for k, s in enumerate(spots):
        if s.kind == MentionKind.NAME and s.who:
            out.first_named.setdefault(s.who[0], k)
            if s.quote < 0:
                out.first_told.setdefault(s.who[0], k)
        if s.quote < 0 and s.kind != MentionKind.PRONOUN:
            out.seen.update(s.who)
        if page.apart[s.first]:
            continue
        out.by_paragraph[page.paragraph[s.first]].append(k)
        if s.quote < 0:
            amounts = out.narrated.setdefault(page.paragraph[s.first], defaultdict(float))
            for p in s.who:
                amounts[p] += 1.0 if s.kind == MentionKind.NAME else 0.7 * s.confidence
    return out


class Scores:
    """Scores of candidates for turns of one page."""

    def __init__(
        self, page: Page, spots: list[Spot], people: list[Person], cues: Sequence[Cue], narrator: int = -1, weights: Weights | None = None
    ) -> None:
        self.page, self.spots, self.people, self.cues, self.narrator = page, spots, people, cues, narrator
        self.w = weights or Weights()
        self.fit = fit_table(people)
        self.presence = presence_of(page, spots)
        self._says_who = [tuple(row[0].split()) for row in table("grammar", "self_introduction")]

    # --- candidates
    def candidates(self, chain: list[Turn]) -> tuple[list[int], Amounts]:
        """People who may speak in a conversation, most likely first, and how present each is around it."""
        weight = self._around(chain)
        tagged: Amounts = defaultdict(float)
        for cue in (self.cues[q] for turn in chain for q in turn.quotes):
            if cue.tag >= 0:
                s = self.spots[cue.tag]
                for p in s.who if s.kind == MentionKind.NAME else ():
                    tagged[p] += 1
                for p, share in s.candidates[:3]:
                    weight[p] += share
            for k in cue.names:
                if self.introduces(k):
                    tagged[self.spots[k].who[0]] += 1
        if self.narrator >= 0:
            weight[self.narrator] += 3
        heard = [p for p in weight if p not in self.presence.seen and p != self.narrator and p not in tagged]
        if len(weight) - len(heard) >= 2:  # those who are only talked about are left out where others are there
            for p in heard:
                del weight[p]
        strength = {p: weight.get(p, 0.0) + 6 * tagged.get(p, 0.0) for p in (*weight, *tagged)}
        return sorted(strength, key=lambda p: (-strength[p], p))[: self.w.candidates], weight

    def _around(self, chain: list[Turn]) -> Amounts:
        """Mentions in the narration of a conversation and before it, and names called in it."""
        out: Amounts = defaultdict(float)
        first = self.first_paragraph(chain[0])
        for paragraph in range(first - _LOOK_BACK, chain[-1].paragraph + 2):
            near = 1.0 if paragraph >= first - 1 else 0.5 ** ((first - paragraph) / 3)
            for s in (self.spots[k] for k in self.presence.by_paragraph.get(paragraph, ())):
                if s.quote >= 0 and not s.vocative:
                    continue
                amount = near * (1.0 if s.kind == MentionKind.NAME else max(s.confidence, 0.2) * 0.8)
                for p in s.who:
                    out[p] += amount * (1.5 if s.part == Part.SUBJECT else 1.0)
        return out

    def first_paragraph(self, turn: Turn) -> int:
        return self.page.paragraph[self.page.quotes[turn.quotes[0]][0]]

    # --- one turn
    def of_turn(self, turn: Turn, people: list[int], around: Amounts) -> Vector:
        """Scores of ``people`` for one turn, from everything but its neighbours."""
        out = self._there(turn, people, around)
        tags = [self.spots[k] for q in turn.quotes if (k := self.cues[q].tag) >= 0]
        for s in tags:
            out += self.of_tag(s, people)
        for q in turn.quotes:
            out += self._of_speech(self.cues[q], people)
            if not tags:
                out += self._of_beats(self.cues[q], people, opening=q == turn.quotes[0])
        return out if tags else out + self._actor_before(turn, people)

    def of_tag(self, s: Spot, people: list[int]) -> Vector:
        """A name in the tag decides; a pronoun or description leaves those it fits, by how much they are in focus."""
        w = self.w
        if s.grammatical_person == 1 and not s.plural:
            return np.array([w.tag if p == self.narrator else 0.0 for p in people])
        if s.kind == MentionKind.NAME or (s.fixed and s.who):
            return _where(people, set(s.who), w.tag)
        share = dict(s.candidates)
        out = np.zeros(len(people))
        for i, p in enumerate(people):
            fit = self.fit[p].get(s.gender, 1.0)
            out[i] = w.tag_wrong_gender if fit == 0.0 else (w.tag_unknown_gender if fit < 1.0 else 0.0) + w.tag_focus * share.get(p, 0.0)
            out[i] += w.narrator_third if p == self.narrator else 0.0
        return out

    def _of_beats(self, cue: Cue, people: list[int], *, opening: bool) -> Vector:
        out = np.zeros(len(people))
        before = opening and cue.before >= 0
        if before:
            out += self._of_beat(self.spots[cue.before], people, self.w.beat_colon if cue.colon else self.w.beat)
        if cue.after >= 0 and cue.after != cue.before:
            out += self._of_beat(self.spots[cue.after], people, self.w.beat) * (self.w.beat_second if before else 1.0)
        return out

    def _of_beat(self, s: Spot, people: list[int], strength: float) -> Vector:
        w = self.w
        if s.part == Part.POSSESSIVE:
            strength = w.beat_possessive
        if s.grammatical_person == 1:
            return np.array([strength if p == self.narrator and not s.plural else 0.0 for p in people])
        if s.kind == MentionKind.NAME or s.fixed:
            return _where(people, set(s.who), strength)
        share, out = dict(s.candidates), np.full(len(people), -w.beat_open * strength)
        for i, p in enumerate(people):
            if p != self.narrator and self.fit[p].get(s.gender, 1.0) > 0.0:
                out[i] = w.beat_open * strength + w.beat_pronoun * share.get(p, 0.0)
        return out

    def _of_speech(self, cue: Cue, people: list[int]) -> Vector:
        """What the speech says of its speaker: nobody calls or names themselves, except to say who they are."""
        w, out = self.w, np.zeros(len(people))
        for k in cue.to:
            out += _where(people, set(self.spots[k].who), -w.tag / 2)
        for k in cue.vocatives:
            out += _where(people, set(self.spots[k].who), w.vocative_self)
        out += _where(people, self._people_at(cue.names), w.own_name)
        return out + _where(people, self._people_at([k for k in (*cue.names, *cue.vocatives) if self.introduces(k)]), w.introduced)

    def _people_at(self, rows: list[int]) -> set[int]:
        return {p for k in rows for p in self.spots[k].who}

    def introduces(self, k: int) -> bool:
        """``I'm Grace``, ``this is Grace``, ``Grace here``, or a full name alone in its sentence that nobody has used before."""
        page, s = self.page, self.spots[k]
        after = page.lower[s.last] if s.last < len(page) else "."
        alone = not page.is_word[s.first - 1] and page.words[s.first - 1] != ","
        if alone and after == "." and s.last - s.first > 1 and self.presence.first_named.get(s.who[0] if s.who else -1) == k:
            return True
        if any(tuple(page.lower[s.first - len(says) : s.first]) == says for says in self._says_who):
            return True
        return after == "here" and not page.is_word[s.first - 1]

    def _there(self, turn: Turn, people: list[int], around: Amounts) -> Vector:
        """How present people are in the conversation and right here; near counts more, what comes after counts less."""
        w, near = self.w, np.zeros(len(people))
        first = self.first_paragraph(turn)
        for paragraph in range(first - _BEFORE, turn.paragraph + _AFTER + 1):
            distance = first - paragraph if paragraph <= first else max(0, paragraph - turn.paragraph)
            amount = w.here_decay**distance * (w.here_after if paragraph > turn.paragraph else 1.0)
            if narrated := self.presence.narrated.get(paragraph):
                near += np.array([amount * narrated.get(p, 0.0) for p in people])
        wide = np.array([around.get(p, 0.0) for p in people])
        there: Vector = w.present * np.log1p(wide) + w.here * np.log1p(3 * near)
        return there + _where(people, {self.narrator}, w.narrator)

    def _actor_before(self, turn: Turn, people: list[int]) -> Vector:
        """The subject of the narration paragraph right before the turn, and those it speaks of."""
        actor, near = -1, set[int]()
        for s in (self.spots[k] for k in self.presence.by_paragraph.get(self.first_paragraph(turn) - 1, ())):
            if s.quote < 0:
                near.update(s.who)
                if s.part == Part.SUBJECT and len(s.who) == 1:
                    actor = s.who[0]
        return _where(people, near, self.w.near) + _where(people, {actor}, self.w.last_actor)

    def called(self, turn: Turn) -> list[int]:
        """Who is addressed by name, in the tag or in the speech."""
        return [p for q in turn.quotes for k in (*self.cues[q].to, *self.cues[q].vocatives) for p in self.spots[k].who]


def _where(people: list[int], chosen: set[int], score: float) -> Vector:
    return np.array([score if p in chosen else 0.0 for p in people])
