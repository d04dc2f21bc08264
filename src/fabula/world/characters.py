"""The cast of a World as people use it: look-up by id, name or alias, and each character with all that is known of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal, overload

from fabula.elements import Age, Alias, Character, Fact, Pronouns, Quote, Relationship, Scene, Spans
from fabula.errors import NotFoundInWorld
from fabula.reading.cast import MentionView

if TYPE_CHECKING:
    from rich.console import RenderableType

    from fabula.world.world import World


class CharacterView:
    """One character. The plain element is ``element``; ``quotes``, ``mentions``, … are the things themselves, not their counts."""

    __slots__ = ("_world", "element")

    def __init__(self, element: Character, world: World) -> None:
        self.element = element
        self._world = world

    @property
    def id(self) -> str:
        return self.element.id

    @property
    def name(self) -> str:
        return self.element.name

    @property
    def aliases(self) -> tuple[Alias, ...]:
        return self.element.aliases

    @property
    def pronouns(self) -> Pronouns:
        return self.element.pronouns

    @property
    def kind(self) -> Literal["person", "animal", "being", "group"]:
        return self.element.kind

    @property
    def members(self) -> tuple[str, ...]:
        return self.element.members

    @property
    def roles(self) -> tuple[str, ...]:
        return self.element.roles

    @property
    def age(self) -> Age | None:
        return self.element.age

    @property
    def importance(self) -> Literal["major", "minor", "mentioned"]:
        return self.element.importance

    @property
    def words_spoken(self) -> int:
        return self.element.words_spoken

    @property
    def first(self) -> int:
        return self.element.first

    @property
    def evidence(self) -> Spans:
        return self.element.evidence

    @property
    def confidence(self) -> float:
        return self.element.confidence

    @property
    def origin(self) -> str:
        return self.element.origin

    @property
    def noted(self) -> tuple[str, ...]:
        return self.element.noted

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """What the character says, thinks or writes, in order."""
        return tuple(q for q in self._world.quotes if q.speaker == self.id)

    @property
    def mentions(self) -> tuple[MentionView, ...]:
        """Every mention that stands for the character, alone or among others, in order."""
        return tuple(m for m in self._world.cast.mentions if self.id in m.who)

    @property
    def relationships(self) -> tuple[Relationship, ...]:
        return tuple(r for r in self._world.relationships if self.id in (r.a, r.b))

    @property
    def facts(self) -> tuple[Fact, ...]:
        return tuple(f for f in self._world.facts if f.about == self.id)

    @property
    def scenes(self) -> tuple[Scene, ...]:
        """The scenes in which the character is present."""
        return tuple(s for s in self._world.scenes if self.id in s.present)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CharacterView) and self.element == other.element

    def __hash__(self) -> int:
        return hash(self.element)

    def __repr__(self) -> str:
        c = self.element
        return f"<Character {c.id} {c.name!r}: {c.importance}, {c.pronouns}, {c.mentions} mentions, {c.quotes} quotes>"

    def __rich__(self) -> RenderableType:
        from fabula.world.pretty import character_sheet

        return character_sheet(self._world, self)

    def _repr_html_(self) -> str:
        from fabula.world.pretty import character_html

        return character_html(self)


class Characters(Sequence[CharacterView]):
    """The cast, most mentioned first. ``characters[0]``, ``characters["c1"]``, ``characters["Anne"]`` (case does not matter)."""

    def __init__(self, elements: tuple[Character, ...], world: World) -> None:
        self._views = tuple(CharacterView(c, world) for c in elements)
        self._by_id = {v.id: v for v in self._views}

    def get(self, name: str) -> CharacterView | None:
        """The character of that id, name or alias, or None. An alias of several goes to whom it names most often."""
        if name in self._by_id:
            return self._by_id[name]
        wanted = " ".join(name.casefold().split())
        best: tuple[int, CharacterView] | None = None
        for view in self._views:
            if view.name.casefold() == wanted:
                return view
            count = max((a.count for a in view.aliases if a.text.casefold() == wanted), default=0)
            if count and (best is None or count > best[0]):
                best = (count, view)
        return best[1] if best else None

    def nearest(self, name: str, limit: int = 3) -> list[str]:
        """Names and aliases spelled most like ``name``, as the story spells them."""
        names = {n.casefold(): n for v in reversed(self._views) for n in (*(a.text for a in v.aliases), v.name)}
        return [names[n] for n in get_close_matches(name.casefold(), names, n=limit, cutoff=0.6)]

    @overload
    def __getitem__(self, key: int | str) -> CharacterView: ...
    @overload
    def __getitem__(self, key: slice) -> Sequence[CharacterView]: ...
    def __getitem__(self, key: int | str | slice) -> CharacterView | Sequence[CharacterView]:
        if not isinstance(key, str):
            return self._views[key]
        if (found := self.get(key)) is not None:
            return found
        near = self.nearest(key)
        hint = f"did you mean {' or '.join(near)}?" if near else "fabula show FILE cast lists them all"
        raise NotFoundInWorld(f"no character {key!r} in this story", hint=hint)

    def __contains__(self, item: object) -> bool:
        return self.get(item) is not None if isinstance(item, str) else item in self._views

    def __len__(self) -> int:
        return len(self._views)

    def __iter__(self) -> Iterator[CharacterView]:
        return iter(self._views)

    def __repr__(self) -> str:
        return f"<Characters: {', '.join(v.name for v in self._views[:8])}{', …' if len(self._views) > 8 else ''}>"
