"""What scenes must be besides fitting a description: who is there, where they happen, which content notes they must not touch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from fabula.elements import Scene
from fabula.errors import InputError, NotFoundInWorld
from fabula.lexicons import sections, words
from fabula.world.world import World


@dataclass(frozen=True, slots=True)
class Filters:
    """``people``: names, all of whom are present; ``place``: words of the place; ``without``: labels of content notes.

    Raises InputError for a label that there is none of.
    """

    people: tuple[str, ...] = ()
    place: str = ""
    without: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "without", tuple(label_named(label) for label in self.without))

    def __bool__(self) -> bool:
        return bool(self.people or self.place or self.without)

    def ids(self, world: World) -> tuple[str, ...] | None:
        """Ids of the people in one World, None where it lacks one of them."""
        found = [world.characters.get(name) for name in self.people]
        return None if None in found else tuple(c.id for c in found if c is not None)

    def keeps(self, world: World, scene: Scene, ids: Sequence[str]) -> bool:
        return (
            set(ids) <= set(scene.present)
            and (not self.place or _is_at(world, scene, self.place))
            and not set(self.without) & set(world.noted(scene.start, scene.end))
        )


@cache
def note_labels() -> frozenset[str]:
    """Every label of content notes that a story can have."""
    return frozenset(name.split()[0] for name in sections("notes") if name and not name.isupper()) | words("notes", "SERIOUS")


def label_named(label: str) -> str:
    """The label of content notes that the user means, with spaces, hyphens or underscores. Raises InputError."""
    named = "_".join(label.lower().replace("-", " ").split())
    if named not in note_labels():
        near = get_close_matches(named, note_labels(), n=3)
        raise InputError(
            f"{label!r} is no content note", hint=f"did you mean {' or '.join(near)}?" if near else "docs/world-json.md lists them"
        )
    return named


def check_people(worlds: Iterable[World], filters: Filters) -> None:
    """Raise NotFoundInWorld for a name that none of the Worlds knows."""
    worlds = list(worlds)
    for name in filters.people:
        if all(name not in world.characters for world in worlds):
            near = list(dict.fromkeys(n for world in worlds for n in world.characters.nearest(name)))
            hint = f"did you mean {' or '.join(near[:3])}?" if near else "fabula show FILE cast lists them all"
            raise NotFoundInWorld(f"no character {name!r}", hint=hint)


def place_words(world: World, scene: Scene) -> str:
    """The names of a scene's place, of what it is part of, and the words that the scene has for it."""
    places = {p.id: p for p in world.places}
    names, at = [scene.place_text or ""], scene.place
    seen: set[str] = set()
    while at is not None and at in places and at not in seen:
        seen.add(at)
        names += [places[at].name, *places[at].aliases]
        at = places[at].part_of
    return " · ".join(n for n in names if n)


def _is_at(world: World, scene: Scene, place: str) -> bool:
    return " ".join(place.casefold().split()) in place_words(world, scene).casefold()
