"""Whether a major character dies: said of the character by name, or by pronoun where the narration speaks."""

from __future__ import annotations

import re
from functools import cache

from fabula.elements import Note
from fabula.layers import MentionKind
from fabula.lexicons import sections
from fabula.reading.cast import Cast
from fabula.reading.notes_context import clause_around, weigh
from fabula.spans import Span

_LATER_SPEECHES = 2  # who goes on talking afterwards was not dead, or it was told out of order: for the review list


@cache
def _pattern(section: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{line})" for line in sections("notes_context")[section]), re.IGNORECASE)


def deaths_of_major_characters(text: str, sentences: list[tuple[int, int]], cast: Cast, *, origin: str) -> Note | None:
    """One note with the places that say of a major character that they died or are dead; None where no place does."""
    major = {c.id for c in cast.characters.values() if c.importance == "major"}
    found: list[tuple[Span, str, bool]] = []
    for sentence in sentences:
        if _pattern("death_words").search(text, *sentence) is None:
            continue
        for m in cast.mentions_in(*sentence):
            quote = cast.quote_at(m.start)
            if len(m.who) != 1 or m.who[0] not in major or (quote and m.kind != MentionKind.NAME):
                continue
            hit = _pattern("dies_after").match(text, m.end, sentence[1])
            if hit and weigh(text, sentence, (hit.start(), hit.end())).weight == 1.0:
                found.append((Span(*clause_around(text, sentence, hit.span())), m.who[0], quote is None))
    if not found:
        return None
    last = {who: span.end for span, who, _ in found}
    silent = {who for who, end in last.items() if sum(q.speaker == who and q.start > end for q in cast.quotes) < _LATER_SPEECHES}
    sure = [f for f in found if f[1] in silent]
    spans = tuple(sorted({f[0] for f in sure or found}))[:12]
    shown = any(narrated for _, _, narrated in sure)
    confidence = 0.4 if not sure else 0.7 if shown else 0.55
    return Note(
        label="major_character_death", strength="depicted" if shown else "mentioned", spans=spans, confidence=confidence, origin=origin
    )
