"""Worlds made by hand for tests: a text with marks for who is who, so that a later room is tested without the reading before it.

``{She=c1}`` is a mention of c1; ``[c1>c2|“Hello.”]`` a quotation by c1 to c2; names of the cast are found by themselves.
"""

from __future__ import annotations

import re
from typing import Any

from fabula.elements import Alias, Character, Quote
from fabula.layers import MentionKind, MentionMembers, Mentions, ParagraphKind, Paragraphs
from fabula.reading.tokens import tokenize
from fabula.spans import Span
from fabula.text.manuscript import Chapter, Manuscript
from fabula.world.build import build_world
from fabula.world.world import World

ORIGIN = "test@1"
_MARK = re.compile(r"\{([^=}]+)=(\w+)\}|\[(\w*)(?:>(\w+))?\|([^\]]*)\]")


def manuscript_of(text: str, *, title: str | None = None, source: str = "story.txt", emphasis: tuple[Span, ...] = ()) -> Manuscript:
    """A manuscript of paragraphs parted by blank lines; a line of ornaments is a break, a line in capitals a heading."""
    rows = []
    for m in re.finditer(r"\S(?:.*?\S)?(?=\s*\n\s*\n|\s*\Z)", text, re.S):
        letters = re.sub(r"\W", "", m.group())
        heading = letters.isupper() and len(letters) > 3
        kind = ParagraphKind.BREAK if not letters else ParagraphKind.HEADING if heading else ParagraphKind.BODY
        rows.append((m.start(), m.end(), kind, 0))
    return Manuscript(
        text=text, source=source, sha256="0" * 64, format="txt", encoding="utf-8", paragraphs=Paragraphs.from_rows(rows),
        chapters=(Chapter(0, len(text)),), title=title, emphasis=emphasis,
    )  # fmt: skip


def small_world(
    marked: str, cast: dict[str, str], *, pronouns: dict[str, Any] | None = None, title: str | None = None, **layers: Any
) -> World:
    """A World over ``marked``; ``cast`` maps ids to names (aliases after a slash: "Ann Lee/Ann")."""
    text, mentions, quotes = "", [], []
    at = 0
    for m in _MARK.finditer(marked):
        text += marked[at : m.start()]
        at = m.end()
        if m.group(1):
            mentions.append((len(text), len(text) + len(m.group(1)), MentionKind.PRONOUN, m.group(2)))
            text += m.group(1)
        else:
            to = (m.group(4),) if m.group(4) else ()
            end = len(text) + len(m.group(5))
            quotes.append(Quote(start=len(text), end=end, speaker=m.group(3) or None, addressees=to, confidence=0.9, origin=ORIGIN))
            text += m.group(5)
    text += marked[at:]
    names = {i: n.split("/") for i, n in cast.items()}
    for i, aliases in names.items():
        for m in re.finditer(rf"\b(?:{'|'.join(map(re.escape, sorted(aliases, key=len, reverse=True)))})\b", text):
            mentions.append((m.start(), m.end(), MentionKind.NAME, i))
    mentions.sort()
    characters = tuple(_character(i, aliases, text, mentions, quotes, pronouns or {}) for i, aliases in names.items())
    manuscript = manuscript_of(text, title=title)
    tokens, sentences = tokenize(manuscript)
    inside = [next((k for k, q in enumerate(quotes) if q.start <= s < q.end), -1) for s, *_ in mentions]
    ids = list(names)
    return build_world(
        {
            "manuscript": manuscript, "tokens": tokens, "sentences": sentences, "characters": characters, "quotes": tuple(quotes),
            "mentions": Mentions.from_rows([(s, e, k, q, 0.9) for (s, e, k, _), q in zip(mentions, inside, strict=True)]),
            "members": MentionMembers.from_rows([(row, ids.index(who)) for row, (*_, who) in enumerate(mentions)]),
        }
        | layers
    )  # fmt: skip


def _character(who: str, aliases: list[str], text: str, mentions: list[Any], quotes: list[Quote], pronouns: dict[str, Any]) -> Character:
    return Character(
        id=who, name=aliases[0], aliases=tuple(Alias(a, len(re.findall(rf"\b{re.escape(a)}\b", text))) for a in aliases),
        pronouns=pronouns.get(who, "unknown"), mentions=sum(m[3] == who for m in mentions), quotes=sum(q.speaker == who for q in quotes),
        importance="major", confidence=0.9, origin=ORIGIN,
    )  # fmt: skip
