"""The layers of a marked scene with its cast as it is marked, for steps that rest on who is who."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, cast

import numpy as np

from fabula.elements import Alias, Character, Narration, Pronouns, Quote
from fabula.layers import MentionKind, MentionMembers, Mentions
from fabula.reading import trees
from fabula.reading.syntax import read_syntax
from fabula.reading.tokens import tokenize
from fabula.text import read_manuscript
from training.scenes.markup import Scene, read_scene

_ORIGIN = "marked@1"
_KINDS = {"name": MentionKind.NAME, "nominal": MentionKind.NOMINAL, "pronoun": MentionKind.PRONOUN}
_NARRATES = 3  # times that somebody says "I" outside of speech
_SURE = 0.97


def layers_of(path: Path) -> dict[str, Any]:
    """The scene in a file up to its trees; no frames."""
    scene = read_scene(path)
    with TemporaryDirectory() as folder:
        story = Path(folder) / f"{scene.name}.txt"
        story.write_text(scene.text, encoding="utf-8")
        manuscript = read_manuscript(story)
    tokens, sentences = tokenize(manuscript)
    ids = [c["id"] for c in scene.characters]
    quotes = tuple(
        Quote(
            start=q.start, end=q.end, speaker=q.speaker or None, addressees=q.addressees,
            cue=cast(Literal["explicit", "anaphoric", "implicit"], q.cue), confidence=_SURE, origin=_ORIGIN,
        )
        for q in scene.quotes
    )  # fmt: skip
    mentions = sorted((m for m in scene.mentions if m.who), key=lambda m: (m.start, -m.end))
    layers: dict[str, Any] = {
        "manuscript": manuscript, "tokens": tokens, "sentences": sentences, "words": read_syntax(manuscript, tokens, sentences).words,
        "characters": tuple(map(_character, scene.characters)), "quotes": quotes, "narration": _narration(scene), "frames": (),
        "mentions": Mentions.from_rows([(m.start, m.end, _KINDS[m.kind], _inside(scene, m.start), np.float32(1)) for m in mentions]),
        "members": MentionMembers.from_rows([(row, ids.index(w)) for row, m in enumerate(mentions) for w in m.who]),
    }  # fmt: skip
    return {**layers, **trees.STEP.run(**{n: layers[n] for n in trees.STEP.needs})}


def _character(marked: dict[str, Any]) -> Character:
    pronouns = marked["pronouns"] if marked["pronouns"] in ("he", "she", "they", "it") else "unknown"
    return Character(
        id=marked["id"], name=marked["name"], aliases=tuple(Alias(a, 1) for a in marked["aliases"]), pronouns=cast(Pronouns, pronouns),
        importance=marked["importance"], confidence=1.0, origin=_ORIGIN,
    )  # fmt: skip


def _inside(scene: Scene, position: int) -> int:
    return next((row for row, q in enumerate(scene.quotes) if q.start <= position < q.end), -1)


def _narration(scene: Scene) -> Narration:
    """Whoever says "I" outside of speech tells the scene."""
    spoken = (m.who[0] for m in scene.mentions if scene.text[m.start : m.end] == "I" and len(m.who) == 1 and _inside(scene, m.start) < 0)
    told = Counter(spoken).most_common(1)
    narrator = told[0][0] if told and told[0][1] >= _NARRATES else None
    return Narration("first" if narrator else "third", "past", narrator)
