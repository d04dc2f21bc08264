"""Whom a pronoun means: a focus of attention that rises with each mention and sinks sentence by sentence.

Weights follow the salience tradition (Lappin and Leass 1994; centering, Grosz, Joshi and Weinstein 1995): subjects before objects,
near before far, and no pronoun that would bind to its own clause's subject.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from fabula.layers import MentionKind
from fabula.lexicons import words
from fabula.reading.who.page import Page
from fabula.reading.who.people import Person, fit_table
from fabula.reading.who.spots import Part, Spot

DECAY = 0.72  # per sentence
RAISE = {Part.SUBJECT: 1.0, Part.OBJECT: 0.55, Part.POSSESSIVE: 0.45, Part.OTHER: 0.35, Part.REFLEXIVE: 0.2}
IN_QUOTE = 0.3  # a mention inside speech counts that much for the narration
SPEAKER = 0.7
TALKED = 2.0  # inside speech, those who are talked about come before those who are there
SLOW_DECAY = 0.97
INNER = 1.0  # how much more somebody matters whose thoughts are told
LONG = 0.5  # weight of who matters in this part of the story, for when nobody nearer fits
FLOOR = 0.004
SPOUSE_FLOOR = 0.3  # attention below which nobody is near enough to be "his husband"


@dataclass(slots=True)
class Focus:
    """Salience by person, decayed lazily."""

    decay: float = DECAY
    level: dict[int, float] = field(default_factory=dict)
    at: int = 0

    def move_to(self, sentence: int) -> None:
        steps = sentence - self.at
        if steps <= 0:
            return
        f = self.decay ** min(steps, 60)
        self.level = {p: v * f for p, v in self.level.items() if v * f > FLOOR}
        self.at = sentence

    def fade(self, factor: float) -> None:
        self.level = {p: v * factor for p, v in self.level.items()}

    def raise_(self, person: int, amount: float) -> None:
        self.level[person] = self.level.get(person, 0.0) + amount


class PronounResolver:
    """Goes through the spots in order and gives every third-person pronoun its candidates and its best person."""

    def __init__(self, page: Page, spots: list[Spot], people: list[Person], breaks: set[int]) -> None:
        self.page, self.spots, self.breaks = page, spots, breaks
        self.fit = fit_table(people)
        self.inner = words("scenes", "inner") | words("scenes", "perceiving")
        self.spouses = words("kin_names", "spouse")

    def run(self, speakers: dict[int, tuple[int, ...]], addressees: dict[int, tuple[int, ...]], narrator: int = -1) -> None:
        """Resolve in place. ``speakers`` and ``addressees`` are known people by quotation."""
        told, talked, long = Focus(), Focus(), Focus(SLOW_DECAY)  # what is told, what people talk about, who matters in this part
        clause: dict[int, tuple[int, int]] = {}  # quotation or -1 → (sentence, person) of the last subject
        last_paragraph, last_quote = -1, -1
        for s in self.spots:
            paragraph = self.page.paragraph[s.first]
            if paragraph != last_paragraph:
                if any(b in self.breaks for b in range(last_paragraph + 1, paragraph + 1)):
                    told.fade(0.15)
                    talked.fade(0.05)
                last_paragraph = paragraph
            told.move_to(s.sentence)
            talked.move_to(s.sentence)
            long.move_to(s.sentence)
            for q in range(last_quote + 1, s.quote + 1):
                for p in speakers.get(q, ()):
                    told.raise_(p, SPEAKER)
                last_quote = q
            sentence, subject = clause.get(s.quote, (-1, -1))
            if sentence != s.sentence:
                subject = -1
            if self._is_open(s):
                here = self._conversation(s.quote, speakers, addressees)
                self._decide(s, told, talked if s.quote >= 0 else None, long, subject, here, narrator)
            elif s.kind == MentionKind.NOMINAL and s.head in self.spouses and s.quote < 0 and s.owner >= 0:
                self._propose(s, told)
            self._attend(s, told, talked)
            if len(s.who) == 1:
                long.raise_(s.who[0], self._weight_in_part(s))
            if s.part == Part.SUBJECT and (s.who or s.kind != MentionKind.PRONOUN):
                clause[s.quote] = s.sentence, s.who[0] if len(s.who) == 1 else -1

    def _weight_in_part(self, s: Spot) -> float:
        """How much a mention tells of who matters in this part: those whose thoughts are told matter most."""
        if s.quote >= 0:
            return 1.0 if s.kind != MentionKind.PRONOUN else 0.0
        inner = s.part == Part.SUBJECT and any(w in self.inner for w in self.page.lower[s.last : s.last + 2])
        if s.kind == MentionKind.PRONOUN:
            return INNER * s.confidence if inner else 0.0
        return 1.0 + (INNER if inner else 0.0)

    @staticmethod
    def _is_open(s: Spot) -> bool:
        if s.fixed:
            return False
        if s.kind == MentionKind.PRONOUN:
            return s.grammatical_person == 3
        return s.kind == MentionKind.NOMINAL and s.definite and s.gender in ("he", "she") and s.owner < 0 and not s.vocative

    @staticmethod
    def _conversation(q: int, speakers: dict[int, tuple[int, ...]], addressees: dict[int, tuple[int, ...]]) -> dict[int, float]:
        """People who take part in the talk around quotation ``q``, and how much less a third-person pronoun in it means them."""
        out: dict[int, float] = {}
        if q < 0:
            return out
        for d in (2, 1):
            for x in (q - d, q + d):
                out.update(dict.fromkeys(speakers.get(x, ()), 0.25))
        out.update(dict.fromkeys(addressees.get(q, ()), 0.08))
        out.update(dict.fromkeys(speakers.get(q, ()), 0.01))
        return out

    @staticmethod
    def _attend(s: Spot, told: Focus, talked: Focus) -> None:
        if len(s.who) != 1:
            return
        amount = RAISE[s.part] * (0.5 if s.vocative else 1.0)
        if s.quote < 0:
            told.raise_(s.who[0], amount)
        else:
            told.raise_(s.who[0], IN_QUOTE * amount)
            if not s.vocative and s.grammatical_person == 3:
                talked.raise_(s.who[0], amount)

    def _propose(self, s: Spot, told: Focus) -> None:
        """Candidates for ``his husband``: those in focus but the owner; decided over the whole story, see ``nominals.link_kin``."""
        owners = self.spots[s.owner].who
        scores = {p: v * (self.fit[p].get(s.gender, 1.0)) for p, v in told.level.items() if p not in owners}
        total = sum(scores.values())
        if total > SPOUSE_FLOOR:
            s.candidates = sorted(((p, v / total) for p, v in scores.items() if v > 0.0), key=lambda x: (-x[1], x[0]))[:4]

    def _decide(
        self, s: Spot, focus: Focus, talked: Focus | None, long: Focus, subject: int, here: dict[int, float], narrator: int
    ) -> None:
        scores: dict[int, float] = {}
        levels = dict(focus.level)
        for p, level in (talked.level if talked else {}).items():
            levels[p] = levels.get(p, 0.0) + TALKED * level
        for p, level in long.level.items():
            levels[p] = levels.get(p, 0.0) + LONG * level
        for p, level in levels.items():
            fit = self.fit[p][s.gender]
            if fit <= 0.0 or p == narrator:
                continue
            fit *= here.get(p, 1.0)
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
