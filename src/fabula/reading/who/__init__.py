"""Who is who and who speaks: names become characters, cues and turn-taking give speakers, pronouns follow both.

Rules only, in this order: names → people → mentions → cues → pronouns → conversations → pronouns again, now knowing who speaks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal
from typing import cast as typed

from fabula.encoder.reader import ModelMentions, WordLabels
from fabula.elements import Character, Narration, Quote
from fabula.layers import MentionMembers, Mentions, Quotations, Sentences, Tokens
from fabula.reading.steps import Step
from fabula.reading.who.characters import build_characters, build_mentions, build_quotes
from fabula.reading.who.deciding import decide
from fabula.reading.who.given import Member
from fabula.reading.who.narration import tense_of_narration
from fabula.reading.who.state import begin
from fabula.text.manuscript import Manuscript

ORIGIN = "who@1"


def read_who(
    manuscript: Manuscript,
    tokens: Tokens,
    sentences: Sentences,
    quotations: Quotations,
    words: WordLabels,
    spans: ModelMentions,
    cast: Sequence[Member] = (),
) -> tuple[tuple[Character, ...], Mentions, MentionMembers, tuple[Quote, ...], Narration]:
    """Characters, mentions with their members, quotations with speakers, and how the story is told.

    With a ``cast``, its members are the first characters, in its order, and no other names are looked for.
    """
    r = begin(manuscript, tokens, sentences, quotations, words, spans, cast)
    decide(r)
    characters, row_of = build_characters(r, ORIGIN, first=len(cast))
    mentions, members = build_mentions(r, row_of)
    quotes = build_quotes(quotations, r, characters, row_of, ORIGIN)
    narrator = characters[row_of[r.narrator]].id if r.narrator in row_of else None
    person = typed(Literal["first", "second", "third"], r.person)
    return characters, mentions, members, quotes, Narration(person, tense_of_narration(r.page), narrator)


def _run(
    manuscript: Manuscript, tokens: Tokens, sentences: Sentences, quotations: Quotations, words: WordLabels, spans: ModelMentions
) -> Mapping[str, Any]:
    characters, mentions, members, quotes, narration = read_who(manuscript, tokens, sentences, quotations, words, spans)
    return {"characters": characters, "mentions": mentions, "members": members, "quotes": quotes, "narration": narration}


STEP = Step(
    name="who",
    version="1",
    needs=("manuscript", "tokens", "sentences", "quotations", "words", "spans"),
    gives=("characters", "mentions", "members", "quotes", "narration"),
    run=_run,
)

__all__ = ["ORIGIN", "Member", "STEP", "read_who"]
