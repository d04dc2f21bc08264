"""Emotions that the text names, by scene and by who feels them: predicates ("she was afraid") and nouns ("his anger")."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from fabula.elements import Character, Emotion, Quote, Scene, Spans
from fabula.encoder.reader import WordLabels
from fabula.layers import MentionMembers, Mentions, Tokens
from fabula.lexicons import table
from fabula.reading.cast import Cast, MentionView
from fabula.reading.events.participants import Participants
from fabula.reading.events.realis import realis
from fabula.reading.events.trees import Tree, make_tree
from fabula.reading.steps import Step
from fabula.spans import Span
from fabula.text.manuscript import Manuscript

_ORIGIN = "emotions@1"
_MOST_EVIDENCE = 3
_FEELING = frozenset({"feel", "felt", "feels", "feeling"})


class _Sign(NamedTuple):
    who: str
    emotion: str
    span: Span
    confidence: float


@cache
def _words(section: str) -> dict[str, str]:
    rows = (row for row in table("emotions", section) if len(row) == 2 and not row[0].startswith("#"))
    return {w.strip(): emotion for emotion, listed in rows for w in listed.split(",")}


def _signs(tree: Tree, people: Participants) -> Iterator[_Sign]:
    felt, nouns = _words("felt"), _words("felt nouns")
    for i, word in enumerate(tree.lower):
        if word in felt and tree.pos[i] in ("ADJ", "VERB") and tree.rel[i] not in ("amod", "compound"):
            found, sure, emotion = people.subjects(i), 0.8, felt[word]
        elif word in nouns and tree.pos[i] == "NOUN":
            found, sure, emotion = _feelers(tree, people, i), 0.65, nouns[word]
        else:
            continue
        spoken = people.cast.quote_at(tree.start[i]) is not None
        if len(found) != 1 or len(found[0].who) != 1 or _unreal(tree, i):
            continue
        clause = tree.clause(i)
        yield _Sign(found[0].who[0], emotion, clause, sure * (0.7 + 0.3 * found[0].confidence) * (0.85 if spoken else 1.0))


def _feelers(tree: Tree, people: Participants, i: int) -> list[MentionView]:
    owners = [m for k in tree.children(i, "nmod:poss") for m in people.people(k)]
    if owners:
        return owners
    up = tree.head[i]
    return people.subjects(up) if up >= 0 and tree.rel[i] == "obj" and tree.lower[up] in _FEELING else []


def _unreal(tree: Tree, i: int) -> bool:
    """Whether the clause denies or supposes it; the present tense says that it is felt now."""
    here = i if tree.pos[i] != "NOUN" or tree.head[i] < 0 else tree.head[i]
    return any(realis(tree, k, present=True, spoken=False) in ("denied", "hypothetical", "planned") for k in {i, here})


def find_emotions(tree: Tree, cast: Cast, scenes: Sequence[Scene]) -> tuple[Emotion, ...]:
    """One item for each emotion of a character in a scene, with up to three places that tell it."""
    starts = [s.start for s in scenes]
    groups: dict[tuple[str, str, str], list[_Sign]] = {}
    for sign in _signs(tree, Participants(tree, cast)):
        row = bisect_right(starts, sign.span.start) - 1
        if row >= 0:
            groups.setdefault((scenes[row].id, sign.who, sign.emotion), []).append(sign)
    out = [_emotion(*key, signs) for key, signs in groups.items()]
    return tuple(sorted(out, key=lambda e: (e.evidence[0], e.character, e.emotion)))


def _emotion(scene: str, who: str, emotion: str, signs: Sequence[_Sign]) -> Emotion:
    best = sorted(signs, key=lambda s: (-s.confidence, s.span))[:_MOST_EVIDENCE]
    evidence: Spans = tuple(sorted({s.span for s in best}))
    return Emotion(
        scene=scene, character=who, emotion=emotion, strength=round(min(1.0, 0.4 + 0.2 * len(signs)), 2), evidence=evidence,
        confidence=round(best[0].confidence, 3), origin=_ORIGIN,
    )  # fmt: skip


def _run(
    manuscript: Manuscript, tokens: Tokens, words: WordLabels, characters: tuple[Character, ...], mentions: Mentions,
    members: MentionMembers, quotes: tuple[Quote, ...], scenes: tuple[Scene, ...],
) -> Mapping[str, Any]:  # fmt: skip
    tree = make_tree(manuscript.text, tokens, words)
    cast = Cast(characters, mentions, members, quotes)
    return {"emotions": find_emotions(tree, cast, scenes)}


STEP = Step(
    name="emotions", version="1", gives=("emotions",), run=_run,
    needs=("manuscript", "tokens", "words", "characters", "mentions", "members", "quotes", "scenes"),
)  # fmt: skip
