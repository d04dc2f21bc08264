"""What has been said of each person so far: where and how they were last mentioned, how much attention they have, what they were called.

Attention rises with each mention and sinks sentence by sentence (Lappin and Leass 1994; centering, Grosz, Joshi and Weinstein 1995), at
three speeds: this moment, this page, this part of the story.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fabula.layers import MentionKind
from fabula.reading.who.spots import Part, Spot

DECAYS = (0.6, 0.88, 0.98)
"""Of attention, per sentence."""
RAISE = {Part.SUBJECT: 1.0, Part.OBJECT: 0.6, Part.POSSESSIVE: 0.5, Part.OTHER: 0.4, Part.REFLEXIVE: 0.2}
IN_SPEECH = 0.35
"""How much a mention inside speech counts for the attention of the whole, against one in narration."""


@dataclass(slots=True)
class Record:
    """One person's history. Rows are of spots; -1 where there is none yet."""

    last: int = -1
    last_told: int = -1
    last_talked: int = -1
    mentions: int = 0
    told: int = 0
    subjects: int = 0
    inner: int = 0
    named: int = 0
    heads: set[str] = field(default_factory=set)
    level: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    at: int = 0
    talked: float = 0.0
    talked_at: int = 0

    def fade_to(self, sentence: int) -> None:
        """Let attention sink to what it is at ``sentence``."""
        steps = sentence - self.at
        if steps > 0:
            n = min(steps, 400)
            self.level = [v * d**n for v, d in zip(self.level, DECAYS, strict=True)]
            self.at = sentence

    def talk_level(self, sentence: int) -> float:
        """Attention as somebody talked about, rather than told of."""
        return self.talked * DECAYS[1] ** min(max(sentence - self.talked_at, 0), 400)


@dataclass(slots=True)
class History:
    """The records of all people met so far.

    ``active``: those who are not forgotten yet, so that a long story's crowd costs nothing.
    """

    of: dict[int, Record] = field(default_factory=dict)
    active: dict[int, None] = field(default_factory=dict)

    def record(self, person: int) -> Record:
        found = self.of.get(person)
        if found is None:
            found = self.of[person] = Record()
        self.active[person] = None
        return found

    def attend(self, k: int, s: Spot, shares: Mapping[int, float], *, inner: bool) -> None:
        """Spot ``k`` mentions ``s.who``; ``shares``: how likely it is each of those who may be meant. Doubt is shared among them, so that
        one wrong decision does not draw the next after it."""
        alone = len(s.who) == 1
        for p, share in shares.items():
            r = self.record(p)
            r.fade_to(s.sentence)
            amount = RAISE[s.part] * share * (1.0 if s.quote < 0 else IN_SPEECH)
            r.level = [v + amount for v in r.level]
        for p in s.who:
            r = self.record(p)
            r.last = k
            r.mentions += 1
            if s.kind == MentionKind.NAME:
                r.named += 1
            elif s.kind == MentionKind.NOMINAL and alone:
                r.heads.add(s.head)
            if s.quote < 0:
                r.last_told = k
                r.told += 1
                r.subjects += s.part == Part.SUBJECT
                r.inner += inner
            else:
                r.last_talked = k
                if not s.vocative and s.grammatical_person == 3:
                    r.talked = r.talk_level(s.sentence) + RAISE[s.part]
                    r.talked_at = s.sentence

    def speaks(self, person: int, sentence: int) -> None:
        """A quotation of this person begins."""
        r = self.record(person)
        r.fade_to(sentence)
        r.level = [v + 0.7 for v in r.level]
