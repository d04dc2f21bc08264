"""Emotions by scene and by who feels them: those that words name, and those that stand out of what the reader model hears."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from math import prod
from typing import Any

from fabula.elements import Emotion, Frame, Scene, Spans
from fabula.encoder.reader import WordLabels
from fabula.layers import SentenceMeaning, Sentences
from fabula.reading.emotion_signs import Listener, Sign, heard_signs, worded_signs
from fabula.reading.emotion_speech import spoken_signs, touching_signs
from fabula.reading.events.finding import BESIDE
from fabula.reading.events.participants import Participants
from fabula.reading.events.trees import make_tree
from fabula.reading.steps import Step
from fabula.reading.trees import Trees
from fabula.spans import Span

_ORIGIN = "emotions@3"
_MOST_EVIDENCE = 3
_MOST_EACH = 4
"""Emotions of one character in one scene that no word names."""
_MOST_UNNAMED = 10
"""Emotions of one scene that no word names."""
_UNNAMED = 0.1
"""Confidence under which an emotion that no word names is left out."""
_DOUBT = 0.7
"""What is left of the joined probabilities of signs that do not name the emotion: they share mistakes."""
_UNCLEAR = 0.45
"""Confidence that signs of one kind only do not exceed, if none names the emotion."""
_CLEAR = 0.55
"""Confidence that signs of several kinds do not exceed, if none names the emotion."""


def _confidence(signs: Sequence[Sign]) -> float:
    named = max((s.confidence for s in signs if s.kind == "named"), default=0.0)
    joined = _DOUBT * (1 - prod(1 - s.confidence for s in signs))
    return max(named, min(joined, _CLEAR if len({s.kind for s in signs}) > 1 else _UNCLEAR))


def _best(signs: Sequence[Sign]) -> Spans:
    """The places that show it best, none of which overlaps a better one, in order."""
    out: list[Span] = []
    for sign in sorted(signs, key=lambda s: (s.kind != "named", -s.confidence, s.span)):
        if len(out) < _MOST_EVIDENCE and not any(sign.span.overlaps(span) for span in out):
            out.append(sign.span)
    return tuple(sorted(out))


def _emotion(scene: str, who: str, emotion: str, signs: Sequence[Sign]) -> Emotion:
    evidence = _best(signs)
    strength = min(1.0, 0.2 + sum(0.2 if s.kind == "named" else 0.5 * s.confidence for s in signs))
    return Emotion(
        scene=scene, character=who, emotion=emotion, strength=round(strength, 2), evidence=evidence,
        confidence=round(_confidence(signs), 3), origin=_ORIGIN,
    )  # fmt: skip


def _strongest(found: Sequence[tuple[Emotion, bool]]) -> Iterator[Emotion]:
    """Of the emotions of one scene, those that words name and the surest of the others, a few for each character."""
    yield from (e for e, named in found if named)
    each: dict[str, int] = {}
    for e in sorted((e for e, named in found if not named), key=lambda e: (-e.confidence, e.evidence)):
        each[e.character] = each.get(e.character, 0) + 1
        if each[e.character] <= _MOST_EACH and sum(each.values()) <= _MOST_UNNAMED and e.confidence >= _UNNAMED:
            yield e


def gather(signs: Iterable[Sign], scenes: Sequence[Scene]) -> tuple[Emotion, ...]:
    """One item for each emotion of a character in a scene, with up to three places that tell it."""
    starts = [s.start for s in scenes]
    groups: dict[tuple[int, str, str], list[Sign]] = {}
    for sign in signs:
        row = bisect_right(starts, sign.span.start) - 1
        if row >= 0:
            groups.setdefault((row, sign.who, sign.emotion), []).append(sign)
    out: list[Emotion] = []
    for row, keys in groupby(sorted(groups), key=lambda key: key[0]):
        found = [(_emotion(scenes[row].id, k[1], k[2], groups[k]), any(s.kind == "named" for s in groups[k])) for k in keys]
        out += _strongest(found)
    return tuple(sorted(out, key=lambda e: (e.evidence[0], e.character, e.emotion)))


def _run(
    trees: Trees, sentences: Sentences, words: WordLabels, meaning: SentenceMeaning, scenes: tuple[Scene, ...], frames: tuple[Frame, ...]
) -> Mapping[str, Any]:
    tree = make_tree(trees, words)
    people = Participants(tree, trees)
    beside = [Span(f.start, f.end) for f in frames if f.kind in BESIDE]
    heard = heard_signs(meaning, Listener(tree, people, sentences, beside), scenes)
    betrayed = [*spoken_signs(trees.cast.quotes, frames, trees.text), *touching_signs(tree, people)]
    return {"emotions": gather([*worded_signs(tree, people), *heard, *betrayed], scenes)}


STEP = Step(
    name="emotions", version="3", gives=("emotions",), run=_run, needs=("trees", "sentences", "words", "meaning", "scenes", "frames")
)
