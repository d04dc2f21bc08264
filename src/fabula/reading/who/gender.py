"""Which pronoun somebody goes by, from the pronouns that follow and belong to the name."""

from __future__ import annotations

from collections import defaultdict

from fabula.layers import MentionKind
from fabula.reading.who.clauses import Clauses
from fabula.reading.who.links import Links
from fabula.reading.who.page import Page
from fabula.reading.who.people import Person
from fabula.reading.who.spots import Part, Spot

BOUND, LONE = 2.0, 1.0
"""How much a pronoun tells that is bound to a name by its clause, or only follows it."""


def count_pronouns(page: Page, spots: list[Spot], people: list[Person]) -> None:
    """Pronoun evidence: the pronoun bound to a name by its clause (``Arno wiped his neck``), and the third-person pronoun after a name
    that alone stands in its stretch of narration or speech."""
    clauses = Clauses(page, spots)
    by_stretch: dict[int, list[Spot]] = defaultdict(list)
    for s in spots:
        by_stretch[s.quote].append(s)
        if s.kind == MentionKind.PRONOUN and s.gender in ("he", "she") and s.part in (Part.POSSESSIVE, Part.REFLEXIVE):
            row = clauses.subject_of(clauses.clause(s.at))
            subject = spots[row] if row >= 0 else s
            if subject.kind == MentionKind.NAME and subject.who and subject.first < s.first and subject.sentence == s.sentence:
                people[subject.who[0]].pronouns[s.gender] += BOUND  # type: ignore[assignment]
    for quote, stretch in by_stretch.items():
        _count_after_lone_names(page, quote, stretch, people)


def _count_after_lone_names(page: Page, quote: int, stretch: list[Spot], people: list[Person]) -> None:
    lone, at = -1, -9
    for s in stretch:
        near = page.paragraph[s.first] - at <= (2 if quote < 0 else 0)
        if s.kind == MentionKind.NAME and s.who and not s.vocative and page.words[min(s.last, len(page) - 1)] not in (":", "**"):
            alone = s.part == Part.SUBJECT or not near or lone in (-1, s.who[0])
            lone, at = (s.who[0] if alone else -1), page.paragraph[s.first]
        elif s.kind == MentionKind.NOMINAL and s.gender in ("he", "she"):
            lone = -1
        elif s.kind == MentionKind.PRONOUN and s.grammatical_person == 3 and lone >= 0 and near:
            weight = (0.5 if s.gender == "they" else LONE) * (1.0 if page.paragraph[s.first] == at else 0.6)
            people[lone].pronouns[s.gender] += weight  # type: ignore[assignment]
            if s.gender != "they":
                lone = -1


def count_linked(spots: list[Spot], people: list[Person], links: Links) -> None:
    """Pronoun evidence from the reader model: the third-person pronouns that lead back to a name, each by its probability."""

    def named(row: int) -> dict[int, float]:
        s = spots[row]
        return {s.who[0]: 1.0} if s.kind == MentionKind.NAME and len(s.who) == 1 else {}

    for row, alone in links.alone(named, {}).items():
        s = spots[row]
        if s.kind == MentionKind.PRONOUN and s.grammatical_person == 3 and s.gender in ("he", "she", "they"):
            for person, share in alone.walked.items():
                people[person].linked[s.gender] += share  # type: ignore[assignment]
