"""Short invented stories with the cast marked in them, so that a later step is tested on a known reading.

``{ann|Ann}`` is a mention of ``ann``, ``{ann+tom|they}`` of both, ``{tom|{ann|her} brother}`` one within another, and ``@ann/tom"…"`` a
quotation by ann to tom. A mention is a pronoun, a name (its last word has a capital) or a noun phrase.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from fabula.elements import Alias, Character, Narration, Quote, Scene
from fabula.layers import MentionKind, MentionMembers, Mentions, ParagraphKind, Paragraphs
from fabula.reading import trees
from fabula.reading.syntax import read_syntax
from fabula.reading.tokens import tokenize
from fabula.text.manuscript import Chapter, Manuscript

PRONOUNS = frozenset(
    ("i", "me", "my", "mine", "we", "us", "our", "you", "your", "he", "him", "his", "she", "her", "hers", "they", "them", "their")
)


def told(
    marked: str, *, pronouns: str = "", narrator: str | None = None, tense: Any = "past", animals: tuple[str, ...] = ()
) -> dict[str, Any]:
    """All layers that relationships and facts need. ``pronouns``: "ann she, tom he"."""
    text, mentions, quotes = _read(marked)
    rows = [(m.start(), m.end(), ParagraphKind.BODY, 0) for m in re.finditer(r"\S(?:.*?\S)?(?=\n\n|\s*\Z)", text, re.S)]
    paragraphs, chapters = Paragraphs.from_rows(rows), (Chapter(0, len(text)),)
    manuscript = Manuscript(
        text=text, source="story.txt", sha256="", format="txt", encoding="utf-8", paragraphs=paragraphs, chapters=chapters
    )  # fmt: skip
    tokens, sentences = tokenize(manuscript)
    ids = sorted({who for *_, people in mentions for who in people} | {q.speaker for q in quotes if q.speaker})
    gender = dict(p.split() for p in pronouns.split(",") if p.strip())
    names = {i: [text[s:e] for s, e, k, who in mentions if who == [i] and k == MentionKind.NAME] for i in ids}
    characters = tuple(
        Character(
            id=i, name=(names[i] or [i])[0], aliases=tuple(Alias(n, names[i].count(n)) for n in dict.fromkeys(names[i])),
            pronouns=gender.get(i, "unknown"), kind="animal" if i in animals else "person", confidence=1.0, origin="test@1",  # type: ignore[arg-type]
        )
        for i in ids
    )  # fmt: skip
    inside = [next((n for n, q in enumerate(quotes) if q.start <= s < q.end), -1) for s, *_ in mentions]
    layers: dict[str, Any] = {
        "frames": (),
        "words": read_syntax(manuscript, tokens, sentences).words,
        "manuscript": manuscript, "tokens": tokens, "sentences": sentences, "characters": characters, "quotes": tuple(quotes),
        "mentions": Mentions.from_rows([(s, e, k, q, np.float32(1)) for (s, e, k, _), q in zip(mentions, inside, strict=True)]),
        "members": MentionMembers.from_rows([(row, ids.index(w)) for row, m in enumerate(mentions) for w in m[3]]),
        "narration": Narration("first" if narrator else "third", tense, narrator),
        "scenes": (Scene(id="s1", start=0, end=len(text), chapter=1, confidence=1.0, origin="test@1"),),
    }  # fmt: skip
    return layers | trees.STEP.run(**{n: layers[n] for n in trees.STEP.needs})


def _read(marked: str) -> tuple[str, list[tuple[int, int, MentionKind, list[str]]], list[Quote]]:
    out: list[str] = []
    length, open_mentions = 0, []
    mentions: list[tuple[int, int, MentionKind, list[str]]] = []
    quotes: list[Quote] = []
    speaking: tuple[int, str, list[str]] | None = None
    for piece in re.findall(r"@\w*(?:/[\w+]*)?(?=\")|\{[\w+]+\||\}|\"|[^@{}\"]+|@", marked):
        if piece.startswith("@") and len(piece) > 1:
            speaker, _, hearers = piece[1:].partition("/")
            speaking = (length, speaker, [t for t in hearers.split("+") if t])
        elif piece.endswith("|"):
            open_mentions.append((length, piece[1:-1].split("+")))
        elif piece == "}":
            start, who = open_mentions.pop()
            shown = "".join(out)[start:]
            kind = (
                MentionKind.PRONOUN
                if shown.lower() in PRONOUNS
                else MentionKind.NAME
                if shown.split()[-1][0].isupper()
                else MentionKind.NOMINAL
            )
            mentions.append((start, length, kind, who))
        else:
            out.append(piece)
            length += len(piece)
            if piece == '"' and speaking and length - 1 > speaking[0]:
                by, to = speaking[1] or None, tuple(speaking[2])
                quotes.append(
                    Quote(start=speaking[0], end=length, speaker=by, addressees=to, cue="explicit", confidence=1.0, origin="test@1")
                )
                speaking = None
    return "".join(out), sorted(mentions, key=lambda m: (m[0], -m[1])), quotes
