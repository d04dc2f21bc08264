"""Whom a pronoun means: a focus of attention that rises with each mention and sinks sentence by sentence.

Weights follow the salience tradition (Lappin and Leass 1994; centering, Grosz, Joshi and Weinstein 1995): subjects before objects,
near before far, and no pronoun that would bind to its own clause's subject.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from fabula.layers import MentionKind
from fabula.reading.who.page import Page
from fabula.reading.who.people import Person
from fabula.reading.who.spots import Part, Spot

DECAY = 0.72  # per sentence
RAISE = {Part.SUBJECT: 1.0, Part.OBJECT: 0.55, Part.POSSESSIVE: 0.45, Part.OTHER: 0.35, Part.REFLEXIVE: 0.2}
IN_QUOTE = 0.3  # a mention inside speech counts that much for the narration
SPEAKER = 0.7
FLOOR = 0.004


@dataclass(slots=True)
class Focus:
    """Salience by person, decayed lazily."""

    level: dict[int, float] = field(default_factory=dict)
    at: int = 0

    def move_to(self, sentence: int) -> None:
        steps = sentence - self.at
        if steps <= 0:
            return
        f = DECAY ** min(steps, 40)
        self.level = {p: v * f for p, v in self.level.items() if v * f > FLOOR}
        self.at = sentence

    def fade(self, factor: float) -> None:
        self.level = {p: v * factor for p, v in self.level.items()}

    def raise_(self, person: int, amount: float) -> None:
        self.level[person] = self.level.get(person, 0.0) + amount


class PronounResolver:
    """Goes through the spots in order and gives every third-person pronoun its candidates and its best person."""

    def __init__(self, page: Page, spots: list[Spot], people: list[Person], breaks: set[int]) -> None:
        self.page, self.spots, self.people, self.breaks = page, spots, people, breaks

    def run(self, speakers: dict[int, tuple[int, ...]], addressees: dict[int, tuple[int, ...]], narrator: int = -1) -> None:
        """Resolve in place. ``speakers`` and ``addressees`` are known people by quotation."""
        focus = Focus()
        clause: dict[int, int] = {}  # quotation or -1 → person of the last subject
        clause_sentence: dict[int, int] = {}
        last_paragraph, last_quote = -1, -1
        for s in self.spots:
            paragraph = self.page.paragraph[s.first]
            if paragraph != last_paragraph:
                if any(b in self.breaks for b in range(last_paragraph + 1, paragraph + 1)):
                    focus.fade(0.15)
                last_paragraph = paragraph
            focus.move_to(s.sentence)
            if s.quote >= 0 and s.quote != last_quote:
                for p in speakers.get(s.quote, ()):
                    focus.raise_(p, SPEAKER)
            last_quote = s.quote
            if clause_sentence.get(s.quote) != s.sentence:
                clause.pop(s.quote, None)
            if s.kind == MentionKind.PRONOUN and s.grammatical_person == 3 and not s.fixed:
                absent = {*speakers.get(s.quote, ()), *addressees.get(s.quote, ())} if s.quote >= 0 else set()
                self._decide(s, focus, clause.get(s.quote, -1), absent, narrator)
            elif s.kind == MentionKind.NOMINAL and s.definite and not s.fixed and s.candidates == [] and s.gender in ("he", "she"):
                self._decide(s, focus, clause.get(s.quote, -1), set(speakers.get(s.quote, ())), narrator)
            for p in s.who if len(s.who) == 1 else ():
                focus.raise_(p, RAISE[s.part] * (IN_QUOTE if s.quote >= 0 else 1.0) * (0.5 if s.vocative else 1.0))
                if s.part == Part.SUBJECT:
                    clause[s.quote], clause_sentence[s.quote] = p, s.sentence

    def _decide(self, s: Spot, focus: Focus, subject: int, absent: set[int], narrator: int) -> None:
        scores: dict[int, float] = {}
        for p, level in focus.level.items():
            fit = self.people[p].fits(s.gender)
            if fit <= 0.0 or p == narrator:
                continue
            if p in absent:
                fit *= 0.02
            if p == subject:
                if s.part in (Part.OBJECT,) or s.kind == MentionKind.NOMINAL:
                    fit *= 0.08
                elif s.part in (Part.POSSESSIVE, Part.REFLEXIVE):
                    fit *= 2.5 if s.part == Part.POSSESSIVE else 20.0
            scores[p] = level * fit
        if not scores:
            s.who, s.confidence, s.candidates = (), 0.0, []
            return
        total = sum(scores.values())
        ranked = sorted(((p, v / total) for p, v in scores.items()), key=lambda x: (-x[1], x[0]))
        s.candidates = ranked[:6]
        if s.kind == MentionKind.PRONOUN or ranked[0][1] > 0.5:
            s.who, s.confidence = (ranked[0][0],), ranked[0][1]
