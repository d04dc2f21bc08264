"""Who is who and who speaks: names become characters, cues and turn-taking give speakers, pronouns follow both.

In this order: names → people → mentions → cues → whom mentions mean → conversations → mentions again, now knowing who speaks. What the
evidence weighs is learned (weights/, training/who). The user's corrections are inputs to all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal
from typing import cast as typed

from fabula.corrections import Correction
from fabula.elements import Character, Narration, Quote
from fabula.encoder.links import Linking
from fabula.encoder.reader import ModelMentions, WordLabels
from fabula.layers import MentionMembers, Mentions, Quotations, Sentences, Tokens, Unaided
from fabula.reading.steps import Step
from fabula.reading.who.characters import build_characters, build_mentions, build_quotes
from fabula.reading.who.deciding import decide
from fabula.reading.who.given import Member
from fabula.reading.who.identity import identified, unaided_of
from fabula.reading.who.narration import tense_of_narration
from fabula.reading.who.state import Reading, begin
from fabula.text.manuscript import Manuscript

ORIGIN = "who@3"
Who = tuple[tuple[Character, ...], Mentions, MentionMembers, tuple[Quote, ...], Narration]
_NEEDS = ("manuscript", "tokens", "sentences", "quotations", "words", "spans", "linking")
_NOTHING = Unaided.from_rows(())


def read_who(
    manuscript: Manuscript,
    tokens: Tokens,
    sentences: Sentences,
    quotations: Quotations,
    words: WordLabels,
    spans: ModelMentions,
    linking: Linking | None = None,
    cast: Sequence[Member] = (),
) -> Who:
    """Characters, mentions with their members, quotations with speakers, and how the story is told.

    With a ``cast``, its members are the first characters, in its order, and no other names are looked for.
    """
    r = begin(manuscript, tokens, sentences, quotations, words, spans, linking, cast)
    decide(r)
    return _elements(r, quotations, _NOTHING, first=len(cast))


def _elements(r: Reading, quotations: Quotations, unaided: Unaided, *, first: int = 0) -> Who:
    characters, row_of = build_characters(r, ORIGIN, first=first)
    mentions, members = build_mentions(r, row_of)
    characters = identified(characters, mentions, members, unaided, r.corrections.fresh_numbers(r.people, row_of))
    quotes = build_quotes(quotations, r, characters, row_of, ORIGIN)
    narrator = characters[row_of[r.narrator]].id if r.narrator in row_of else None
    person = typed(Literal["first", "second", "third"], r.person)
    return characters, mentions, members, quotes, Narration(person, tense_of_narration(r.page), narrator)


def _run(corrections: tuple[Correction, ...], unaided: Unaided, **layers: Any) -> Mapping[str, Any]:
    """As ``read_who`` under the user's corrections; ``unaided`` is what is read without them, for the ids."""
    r = begin(**layers, log=corrections)
    decide(r)
    r.corrections.hold(r.spots, r.decisions, r.people)
    who = _elements(r, layers["quotations"], unaided)
    return dict(zip(STEP.gives, (*who, r.corrections.outcome()), strict=True))


def _run_unaided(corrected: bool, **layers: Any) -> Mapping[str, Any]:
    if not corrected:
        return {"unaided": _NOTHING}
    characters, mentions, members, quotes, _ = read_who(**layers)
    return {"unaided": unaided_of(characters, mentions, members, quotes)}


UNAIDED = Step(name="unaided", version="3", needs=(*_NEEDS, "corrected"), gives=("unaided",), run=_run_unaided)
STEP = Step(
    name="who",
    version="3",
    needs=(*_NEEDS, "corrections", "unaided"),
    gives=("characters", "mentions", "members", "quotes", "narration", "applied"),
    run=_run,
)

__all__ = ["ORIGIN", "STEP", "UNAIDED", "Member", "read_who"]
