"""People of different Worlds who bear one name: the same full name, a form of it, or a pet form."""

from __future__ import annotations

from functools import cache

from fabula.lexicons import table, words
from fabula.world.assemble import SHOWN
from fabula.world.characters import CharacterView
from fabula.world.world import World

_MOST_NAMES = 3  # names that a full name's given names and surnames can be compared by
SAME_NAME = 1.0
"""The likeness of two names that are the same but for titles."""
_GIVEN, _SURNAME = 0.7, 0.4


def same_names(one: World, other: World) -> dict[str, str]:
    """Ids of one World with those of another whose name is the same, a form of it, or a pet form; pronouns must not disagree."""
    pairs = {(a.id, b.id): likeness for a in shown(one) for b in shown(other) if (likeness := name_likeness(a, b)) > 0}
    found: dict[str, str] = {}
    for (a, b), likeness in sorted(pairs.items(), key=lambda p: (-p[1], p[0])):
        if a in found or b in found.values():
            continue
        rivals = [x for x, v in pairs.items() if (x[0] == a) != (x[1] == b) and v >= likeness and x[0] not in found]
        if not rivals or likeness == SAME_NAME:
            found[a] = b
    return found


def shown(world: World) -> list[CharacterView]:
    """The characters that are sure enough to be compared."""
    return [c for c in world.characters if c.confidence >= SHOWN]


def name_likeness(one: CharacterView, other: CharacterView) -> float:
    """1 for the same full name, less for a shared given name, least for a surname alone; 0 where it must be somebody else."""
    if {one.pronouns, other.pronouns} == {"he", "she"}:
        return 0.0
    mine, theirs = _parts(one.name), _parts(other.name)
    if not mine or not theirs:
        return 0.0
    if mine == theirs:
        return SAME_NAME
    if mine[-1] == theirs[-1] and len(mine) > 1 and len(theirs) > 1:
        return SAME_NAME - 0.1 if _one_given(mine[0], theirs[0]) else 0.0
    if len(mine) > 1 and len(theirs) > 1:
        return 0.0
    if _one_given(mine[0], theirs[0]):
        return _GIVEN
    return _SURNAME if mine[-1] == theirs[-1] else 0.0


def _parts(name: str) -> tuple[str, ...]:
    """The words of a name without titles; nothing where it is a description ("the ferryman", "Ann's sister")."""
    bare = [w.strip(".,").casefold() for w in name.split()]
    named = all(w[:1].isupper() for w in name.split()) and "'s" not in name and "’s" not in name
    return tuple(w for w in bare if w not in words("titles", "titles"))[:_MOST_NAMES] if named else ()


@cache
def _pet_forms() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for full, shorts in table("hypocorisms", "full"):
        for short in (full, *(s.strip() for s in shorts.split(","))):
            found.setdefault(short, set()).add(full)
    return {k: frozenset(v) for k, v in found.items()}


def _one_given(one: str, other: str) -> bool:
    return one == other or bool(_pet_forms().get(one, frozenset()) & _pet_forms().get(other, frozenset()))
