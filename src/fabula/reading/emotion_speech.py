"""Emotions that speech and touch betray by their form: an apology, an echo of what was just heard, a reproach, a hand on a shoulder.

They are weak signs: they show an emotion only together with others, and else stand in the review list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from fabula.elements import Frame, Quote
from fabula.lexicons import table, words
from fabula.reading.emotion_signs import Sign
from fabula.reading.events.participants import Participants
from fabula.reading.events.realis import realis
from fabula.reading.events.trees import Tree
from fabula.spans import Span

_LONGEST = 160  # code points of a clause as evidence
_TOUCH = 0.35
_SENTENCE = re.compile(r"[^.!?…]+[.!?…]*")


@cache
def _forms() -> tuple[tuple[str, float, re.Pattern[str]], ...]:
    rows = table("emotions", "spoken")
    return tuple((emotion, float(points), re.compile(form)) for emotion, points, form in rows)


def _voices(quotes: Iterable[Quote], frames: Iterable[Frame]) -> Iterator[tuple[str, float, int, int]]:
    """(who, how sure that is, where) of what people say and write."""
    for q in quotes:
        if q.speaker is not None and q.kind == "speech":
            yield q.speaker, q.confidence, q.start, q.end
    for f in frames:
        if f.by is not None and f.kind in ("letter", "message"):
            yield f.by, f.confidence, f.start, f.end


def spoken_signs(quotes: Iterable[Quote], frames: Iterable[Frame], text: str) -> Iterator[Sign]:
    """What the forms of sentences in speeches and letters betray of whoever says or writes them, each emotion once in each."""
    for who, sure, first, last in _voices(quotes, frames):
        said = text[first:last]
        seen: set[str] = set()
        for piece in _SENTENCE.finditer(said):
            sentence = piece.group().strip(" \n\"“”'‘’«»—–-")
            plain = sentence.replace("*", "").replace("_", "").replace("’", "'")
            for emotion, points, form in _forms():
                if emotion not in seen and form.search(plain):
                    seen.add(emotion)
                    start = first + piece.start() + piece.group().find(sentence[:1])
                    span = Span(start, min(start + _LONGEST, first + piece.end()))
                    yield Sign(who, emotion, span, points * sure, "heard")


def touching_signs(tree: Tree, people: Participants) -> Iterator[Sign]:
    """ "She put her hand on his hair", "he took her by the sleeve": a touch is tender where nothing says that it hurts."""
    for i, pos in enumerate(tree.pos):
        if pos != "VERB" or tree.lemma(i) not in words("emotions", "touching verbs"):
            continue
        own = people.subjects(i)
        if len(own) != 1 or len(own[0].who) != 1 or people.cast.quote_at(tree.start[i]) is not None:
            continue
        if _touches_another(tree, people, i, own[0].who[0]) and realis(tree, i, present=True, spoken=False) == "actual":
            yield Sign(own[0].who[0], "tenderness", tree.clause(i), _TOUCH * (0.4 + 0.6 * own[0].confidence), "bodily")


def _touches_another(tree: Tree, people: Participants, i: int, who: str) -> bool:
    """Whether a part of another's body, or another by a part, is what the verb reaches."""
    parts = words("emotions", "touched parts")
    for k in tree.kids[i]:
        if tree.lower[k] not in parts or tree.rel[k] not in ("obl", "obj", "nmod"):
            continue
        owners = [m for p in tree.children(k, "nmod:poss") for m in people.people(p)]
        if any(m.who != (who,) for m in owners):
            return True
        by = any(tree.lower[c] in ("by", "on", "in") for c in tree.children(k, "case"))
        if by and not owners and any(m.who != (who,) for o in tree.children(i, "obj") for m in people.people(o)):
            return True
    return False
