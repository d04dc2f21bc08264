"""Where things happen and who is there, out of the scenes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fabula.ask.answers import Found
from fabula.ask.names import Names
from fabula.ask.question import Question
from fabula.elements import Scene
from fabula.spans import Span

if TYPE_CHECKING:
    from fabula.world.world import World

_SCENE = re.compile(r"\b(?:scene\s+(\d+)|(first|second|third|fourth|fifth|last|final)\s+scene)\b", re.IGNORECASE)
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
_WHEREABOUTS = re.compile(r"^where (?:is|are|was|were) (?:\S+ ){0,3}\S+\??$", re.IGNORECASE)


_WROTE = re.compile(r"^who (?:wrote|writes|sent|sends|signed)\b.*\b(letter|note|message|diary|email|e-mail|text)s?\b", re.IGNORECASE)


def author(world: World, question: Question, names: Names) -> Found | None:
    """ "Who wrote the letter?": whom the story's letters are by; those the question names are whom they are to."""
    if not _WROTE.search(question.text):
        return None
    letters = [f for f in world.frames if f.kind in ("letter", "message") and f.by and f.by not in question.ids and f.confidence >= 0.5]
    letters = [f for f in letters if set(f.to) & set(question.ids)] or letters
    if not letters:
        return None
    people = list(dict.fromkeys(world.name_of(f.by or "") for f in letters))
    spans = tuple(Span(f.start, min(f.end, f.start + 200)) for f in letters[:2])
    return Found(" and ".join(people[:3]), spans, letters[0].confidence)


def _scene(world: World, question: Question) -> Scene | None:
    m = _SCENE.search(question.text)
    if not m or not world.scenes:
        return None
    n = int(m.group(1)) if m.group(1) else _ORDINALS.get(m.group(2).lower(), len(world.scenes))
    return world.scenes[n - 1] if 1 <= n <= len(world.scenes) else None


def _place_name(world: World, scene: Scene) -> str | None:
    if scene.place_text:
        return scene.place_text
    return next((p.name for p in world.places if p.id == scene.place), None)


def _evidence(world: World, scene: Scene, words: str | None) -> tuple[Span, ...]:
    at = world.text.find(words, scene.start, scene.end) if words else -1
    if words and at >= 0:
        return (Span(at, at + len(words)),)
    return scene.gist[:1] or (Span(scene.start, min(scene.end, scene.start + 200)),)


def place_of_scene(world: World, question: Question, names: Names) -> Found | None:
    """ "Where does scene 2 happen?"; when asked "when", its time."""
    scene = _scene(world, question)
    if scene is None or question.kind not in ("where", "when"):
        return None
    words = _place_name(world, scene) if question.kind == "where" else scene.time_text
    return Found(words, _evidence(world, scene, words), scene.confidence) if words else None


def present_in_scene(world: World, question: Question, names: Names) -> Found | None:
    """ "Who is in scene 2?"."""
    scene = _scene(world, question)
    if scene is None or question.kind != "who" or not scene.present:
        return None
    return Found(", ".join(world.name_of(c) for c in scene.present), _evidence(world, scene, None), scene.confidence)


def whereabouts(world: World, question: Question, names: Names) -> Found | None:
    """ "Where is Ann?": the places of the scenes she is in, the last one first; only where nothing more is asked."""
    if question.kind != "where" or not _WHEREABOUTS.match(question.text) or len(question.named) != 1 or question.stems:
        return None
    scenes = [s for s in world.scenes if question.ids[0] in s.present and _place_name(world, s)]
    if not scenes:
        return None
    last = max(scenes, key=lambda s: s.start)
    name = _place_name(world, last)
    return Found(name or "", _evidence(world, last, name), min(0.7, last.confidence))
