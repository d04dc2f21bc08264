"""Finding scenes and people: by what sentences mean (vectors of the reader model), by their words, and by who is there.

The parts are weighed by hand: on a scene of a short story a vector alone finds what is meant in other words, words alone what is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from fabula.ask.index import SentenceIndex
from fabula.ask.language import content_stems, stem, word_list
from fabula.ask.names import Names
from fabula.elements import Scene
from fabula.encoder.reader import ReaderModel, load_reader
from fabula.find.filters import Filters, check_people, place_words
from fabula.find.wanted import Wanted, alike, fits, wanted
from fabula.layers import MentionKind
from fabula.reading.meaning import question_vector
from fabula.spans import Span
from fabula.world.assemble import SHOWN
from fabula.world.characters import CharacterView
from fabula.world.world import World

_LEAST = 0.2
"""Score from which on something is shown."""
_FAR, _NEAR = 0.15, 0.5
"""Scalar products of vectors between which nearness grows from 0 to 1: those of unrelated and of closely related sentences."""
_BEST = 3  # sentences of a scene whose nearness counts
_MEANING, _WORDS = 0.7, 0.75  # either alone can find a scene; together they are surer
_AROUND = 2  # sentences on each side in which words of a description count as told together
_TOGETHER = 0.8
_OTHER_PEOPLE = 0.4  # what is left of a scene without any of the people that are described
_PEOPLE_WORDS, _PEOPLE_MEANING = 0.75, 0.25
_BESIDE = 0.4  # what a word is worth that only stands in a sentence about somebody
_SURFACES = 3  # mentions of a description from which on it belongs to somebody, of one who has many


@dataclass(frozen=True, slots=True)
class Find:
    """A scene or a character that fits. ``passage``: the sentence that fits best; ``noted``: content notes that the passage touches."""

    world: World
    kind: str
    id: str
    score: float
    passage: Span
    noted: tuple[str, ...]

    @property
    def scene(self) -> Scene | None:
        return next((s for s in self.world.scenes if s.id == self.id), None) if self.kind == "scene" else None

    @property
    def character(self) -> CharacterView | None:
        return self.world.characters.get(self.id) if self.kind == "character" else None


@cache
def _shipped() -> ReaderModel:
    return load_reader()


class Finder:
    """Finds in one World; what searches share (names, words by sentence, vectors) is made once."""

    def __init__(self, world: World) -> None:
        self.world = world

    @cached_property
    def names(self) -> Names:
        return Names(self.world)

    @cached_property
    def index(self) -> SentenceIndex:
        return SentenceIndex(self.world)

    @cached_property
    def _vectors(self) -> NDArray[np.float32] | None:
        if not self.world.has("meaning"):
            return None
        vectors: NDArray[np.float32] = self.world.layer("meaning").vectors()
        return vectors if len(vectors) == len(self.index) else None

    def _nearness(self, text: str) -> NDArray[np.float32]:
        """How near each sentence comes to the meaning of a text, 0 to 1."""
        if self._vectors is None or not _shipped().has("vector"):
            return np.zeros(len(self.index), np.float32)
        near = self._vectors @ question_vector(_shipped(), text).astype(np.float32)
        found: NDArray[np.float32] = np.clip((near - _FAR) / (_NEAR - _FAR), 0, 1)
        return found

    def _words(self, stems: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Which sentence has which of the stems ``[stems, sentences]``, and what each stem weighs (they sum to 1)."""
        there = np.zeros((len(stems), len(self.index)), np.float32)
        for row, s in enumerate(stems):
            for other in alike(s):
                for at, strength in self.index.rows_of(other).items():
                    there[row, at] = max(there[row, at], strength if other == s else 0.7 * strength)
        weights = np.array([self.index.rarity(s) for s in stems], np.float32)
        return there, weights / max(float(weights.sum()), 1e-6)

    # --- scenes
    def scenes(self, text: str, filters: Filters | None = None) -> list[Find]:
        """The scenes that fit a description, best first; without one, all that the filters keep, in order of the text."""
        filters = filters or Filters()
        ids = filters.ids(self.world)
        if ids is None:
            return []
        kept = [s for s in self.world.scenes if filters.keeps(self.world, s, ids)]
        if not text.strip():
            return [self._found(s, 1.0, (s.gist[0].start if s.gist else s.start)) for s in kept]
        asked, near = wanted(text, self.names), self._nearness(text)
        there, weights = self._words(asked.stems)
        found = [self._weigh(scene, asked, near, there, weights) for scene in kept]
        return sorted((f for f in found if f.score >= _LEAST), key=lambda f: (-f.score, f.passage))

    def _weigh(
        self, scene: Scene, asked: Wanted, near: NDArray[np.float32], there: NDArray[np.float32], weights: NDArray[np.float32]
    ) -> Find:
        rows = slice(self.index.row_at(scene.start), self.index.row_at(max(scene.start, scene.end - 1)) + 1)
        here, told = near[rows], there[:, rows]
        meaning = float(np.sort(here)[-_BEST:].mean()) if here.size else 0.0
        place = set(content_stems(word_list(place_words(self.world, scene))))
        stands = np.array([bool(alike(s) & place) for s in asked.stems], np.float32)
        if told.size and asked.stems:
            window = np.stack([np.roll(told, k, axis=1) for k in range(-_AROUND, _AROUND + 1)]).max(0)
            whole = float(weights @ np.maximum(told.max(1), stands))
            close = float((weights @ np.maximum(window, stands[:, None])).max())
            score = 1 - (1 - _MEANING * meaning) * (1 - _WORDS * ((1 - _TOGETHER) * whole + _TOGETHER * close))
            best = int((here + weights @ told).argmax())
        else:
            score, best = meaning if asked.stems or not (asked.named or asked.kinds) else 1.0, int(here.argmax()) if here.size else 0
        score *= _OTHER_PEOPLE + (1 - _OTHER_PEOPLE) * self._people(scene, asked)
        return self._found(scene, score, self.index.span(rows.start + best).start if here.size else scene.start)

    def _people(self, scene: Scene, asked: Wanted) -> float:
        """How far the people of a scene can be those of a description."""
        there = frozenset(scene.present)
        parts = [1.0 if there & set(n.ids) else 0.0 for n in asked.named]
        if asked.kinds:
            people = [self.world.characters[c] for c in scene.present if c in self.world.characters]
            ties = frozenset(r.type for r in self.world.relationships if r.confidence >= SHOWN and {r.a, r.b} <= there)
            parts.append(fits(asked.kinds, [p.pronouns for p in people], ties))
        return sum(parts) / len(parts) if parts else 1.0

    def _found(self, scene: Scene, score: float, at: int) -> Find:
        span = self.index.span(self.index.row_at(max(at, scene.start))) if len(self.index) else Span(scene.start, scene.end)
        return Find(self.world, "scene", scene.id, round(score, 3), span, self.world.noted(*span))

    # --- people
    def people(self, text: str, filters: Filters | None = None) -> list[Find]:
        """The characters that fit a description ("the red-haired girl who works in a bakery"), best first.

        Of ``filters`` those hold that ask for scenes: whoever is in one of them is looked at.
        """
        kept = self._in_kept_scenes(filters) if filters else None
        asked, near = wanted(text, self.names), self._nearness(text)
        named = frozenset(i for n in asked.named for i in n.ids)
        found = [self._character(c, asked, near, named) for c in self.world.characters if kept is None or c.id in kept]
        return sorted((f for f in found if f is not None and f.score >= _LEAST), key=lambda f: -f.score)

    def _in_kept_scenes(self, filters: Filters) -> frozenset[str]:
        ids = filters.ids(self.world)
        if ids is None:
            return frozenset()
        return frozenset(c for s in self.world.scenes if filters.keeps(self.world, s, ids) for c in s.present)

    def _character(self, c: CharacterView, asked: Wanted, near: NDArray[np.float32], named: frozenset[str]) -> Find | None:
        if c.confidence < SHOWN or (asked.pronoun in ("he", "she") and c.pronouns not in (asked.pronoun, "unknown", "they")):
            return None
        told = self._told.get(c.id, {})
        weights = {s: self.index.rarity(s) for s in asked.stems}
        total = sum(weights.values()) or 1.0
        at = {s: told[other] for s in asked.stems for other in alike(s) if other in told}
        beside = {s: found for s in asked.stems if s not in at and (found := self._alone_with(c.id, s)) is not None}
        said = sum(weights[s] for s in at) + _BESIDE * sum(weights[s] * share for s, (_, share) in beside.items())
        words = said / total if asked.stems else float(c.id in named)
        at |= {s: self.index.span(row).start for s, (row, _) in beside.items()}
        rows = sorted({self.index.row_at(p) for p in (*told.values(), *at.values())})
        meaning = float(near[rows].max()) if rows else 0.0
        if not words:
            return None
        score = (_PEOPLE_WORDS * words + _PEOPLE_MEANING * meaning) * (1.0 if not named or self._tied(c, named) else _OTHER_PEOPLE)
        first = at[max(at, key=lambda s: weights[s])] if at else c.first
        span = self.index.span(self.index.row_at(first))
        return Find(self.world, "character", c.id, round(score, 3), span, self.world.noted(*span))

    def _alone_with(self, who: str, word: str) -> tuple[int, float] | None:
        """The first sentence that has a word and speaks of nobody but ``who``, and which share such sentences are of all with the word."""
        rows = {row for other in alike(word) for row in self.index.rows_of(other)}
        mine = [row for row in rows if self._people_of.get(row) == {who}]
        return (min(mine), len(mine) / len(rows)) if mine else None

    @cached_property
    def _people_of(self) -> dict[int, set[str]]:
        """Who is mentioned in each sentence."""
        found: dict[int, set[str]] = {}
        for m in self.world.cast.mentions:
            found.setdefault(self.index.row_at(m.start), set()).update(m.who)
        return found

    def _tied(self, c: CharacterView, named: frozenset[str]) -> bool:
        """Whether a character is one of those named, or has to do with one."""
        return c.id in named or any({r.a, r.b} & named for r in c.relationships if r.confidence >= SHOWN)

    @cached_property
    def _told(self) -> dict[str, dict[str, int]]:
        """What is said of each character, as stems with the place where it is said first: facts, roles, ties, names, descriptions."""
        told: dict[str, dict[str, int]] = {c.id: {} for c in self.world.characters}
        for f in self.world.facts:
            if f.confidence >= SHOWN and f.about in told and f.evidence:
                self._add(told[f.about], f"{f.value} {f.attribute}", f.evidence[0].start)
        for c in self.world.characters:
            self._add(told[c.id], " ".join((c.name, *c.roles, *(a.text for a in c.aliases))), c.first)
            if c.age:
                self._add(told[c.id], c.age.text, c.first)
        often: dict[tuple[str, str], list[int]] = {}
        for m in self.world.cast.mentions:
            if m.kind == MentionKind.NOMINAL and len(m.who) == 1:
                often.setdefault((m.who[0], self.world.text[m.start : m.end].casefold()), []).append(m.start)
        for (who, surface), at in often.items():
            if who in told and (len(at) >= _SURFACES or self.world.characters[who].element.mentions < 10 * _SURFACES):
                self._add(told[who], surface, at[0])
        return told

    def _add(self, told: dict[str, int], text: str, at: int) -> None:
        for s in content_stems(word_list(text)):
            told.setdefault(s, at)
        for part in text.replace("-", " ").split():
            told.setdefault(stem(part), at)


def find(
    worlds: Iterable[World], text: str = "", *, filters: Filters | None = None, people: bool = False, limit: int | None = 10
) -> tuple[Find, ...]:
    """Scenes (with ``people``: characters) of one or many Worlds that fit a description in plain words, best first.

    Without a description the scenes that ``filters`` keep, in order. Raises NotFoundInWorld for a name that no World knows.
    """
    worlds, filters = list(worlds), filters or Filters()
    check_people(worlds, filters)
    finders = [Finder(world) for world in worlds]
    found = [f for finder in finders for f in (finder.people(text, filters) if people else finder.scenes(text, filters))]
    ranked = sorted(found, key=lambda f: -f.score) if text.strip() else found
    return tuple(ranked[:limit])
