"""First and second person: I is the speaker and you the addressee inside quotations; outside, I is the narrator."""

from __future__ import annotations

from fabula.layers import MentionKind
from fabula.reading.who.dialogue import Decision
from fabula.reading.who.spots import Spot


def _someone(person: int) -> tuple[int, ...]:
    return (person,) if person >= 0 else ()


def resolve_first_and_second(spots: list[Spot], decisions: list[Decision], narrator: int, second_person: bool = False) -> None:
    """Fill ``who`` of first and second person pronouns (also ``you two``) and of vocatives that name nobody, in place."""
    for s in spots:
        told_by_pronoun = s.kind != MentionKind.NAME and s.grammatical_person in (1, 2)
        if s.quote < 0:
            if s.fixed:
                continue
            if told_by_pronoun and s.grammatical_person == 1 and not s.plural and narrator >= 0:
                s.who, s.confidence = (narrator,), 0.97
            elif told_by_pronoun and s.grammatical_person == 2 and second_person and narrator >= 0:
                s.who, s.confidence = (narrator,), 0.8
            continue
        if not decisions:
            continue
        d = decisions[s.quote]
        if s.vocative and s.kind == MentionKind.NOMINAL:
            s.who, s.confidence = d.addressees if s.plural else d.addressees[:1], 0.6 * d.confidence
        elif told_by_pronoun and s.grammatical_person == 1:
            s.who, s.confidence = ((), 0.0) if s.plural else (_someone(d.speaker), d.confidence * 0.98)
        elif told_by_pronoun:
            s.who, s.confidence = d.addressees if len(d.addressees) > 1 or not s.stand_in else (), 0.8 * d.confidence
