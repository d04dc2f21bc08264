"""Whom and what a user means: a character by name, alias or id, a quotation or a mention by position or by words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from fabula.anchors import anchor_at
from fabula.corrections import Whom
from fabula.elements import Quote
from fabula.errors import NotFoundInWorld
from fabula.layers import MentionKind
from fabula.reading.cast import MentionView
from fabula.spans import Span
from fabula.world.characters import CharacterView
from fabula.world.wording import clean, excerpt

if TYPE_CHECKING:
    from fabula.world.world import World

At = int | str | tuple[int, int] | Quote | MentionView
"""A place: a position, a range, words of the story, or the quotation or mention itself."""
_ANCHORS, _DESCRIBED, _FORMS, _SHOWN = 3, 40, 12, 4
_STRAIGHT = str.maketrans("‘’‚‛“”„‟«»", '\'\'\'\'""""""')


# --- characters
def character_of(world: World, name: str | CharacterView) -> CharacterView:
    """The one character of a name, alias or id. Raises NotFoundInWorld: unknown, with the nearest names; of several, with their ids."""
    if isinstance(name, CharacterView):
        return world.characters[name.id]
    wanted = " ".join(name.casefold().split())
    found = [c for c in world.characters if name == c.id or wanted in {" ".join(n.casefold().split()) for n in names_of(c)}]
    by_name = [c for c in found if c.name.casefold() == wanted]
    if len(by_name) == 1 and not any(a.count > 1 for c in found if c not in by_name for a in c.aliases if a.text.casefold() == wanted):
        return by_name[0]  # an alias used once by somebody else is no reason to ask
    if len(found) > 1:
        several = ", ".join(f"{clean(c.name)} ({c.id})" for c in found[:_SHOWN])
        raise NotFoundInWorld(f"{clean(name)!r} is the name of several characters: {several}", hint="say which by its id")
    return found[0] if found else world.characters[name]


def names_of(c: CharacterView) -> list[str]:
    return [c.name, *(a.text for a in c.aliases)]


def whom(world: World, c: CharacterView, without: Iterable[str] = ()) -> Whom:
    """A character as a correction names it: by its forms (not those in ``without``), and some of the places that tell who it is."""
    left_out = {form.casefold() for form in without}
    forms = tuple(a.text for a in c.aliases if a.text.casefold() not in left_out)[:_FORMS]
    kin, owner = ("", ()) if forms else _kin_of(world, c)
    return Whom(c.name, forms, tuple(anchor_at(world.text, *m.span) for m in _telling(world, c, forms)), kin, owner)


def _kin_of(world: World, c: CharacterView) -> tuple[str, tuple[str, ...]]:
    """The word for kin and the forms of the owner of somebody who goes by them: ``Ann's brother``."""
    owner_name, _, kin = c.name.replace("’", "'").rpartition("'s ")
    owner = world.characters.get(owner_name) if owner_name else None
    if owner is None or not (owner.aliases or owner.id == world.story.narration.narrator):
        return "", ()
    return kin, tuple(a.text for a in owner.aliases)[:_FORMS]


def _telling(world: World, c: CharacterView, forms: tuple[str, ...]) -> list[MentionView]:
    """Mentions that tell who somebody is: first, middle and last name; else descriptions; else pronouns that are sure to mean them."""
    alone = [m for m in c.mentions if len(m.who) == 1]
    names = [m for m in alone if m.kind == MentionKind.NAME and (not c.aliases or surface(world, m) in forms)]
    if names:
        return list(dict.fromkeys(names[i * (len(names) - 1) // (_ANCHORS - 1)] for i in range(_ANCHORS)))
    if described := [m for m in alone if m.kind == MentionKind.NOMINAL]:
        return described[:_DESCRIBED]
    told = [m for m in alone if m.quotation < 0 and c.id == world.story.narration.narrator]
    return told[:1] or [m for m in alone if m.span in set(world.fixed_mentions)][:_ANCHORS]


def surface(world: World, m: MentionView) -> str:
    return " ".join(world.text[m.start : m.end].split())


# --- places
def quotation_at(world: World, at: At) -> Quote:
    """The quotation at a position, or the one that holds the words. Raises NotFoundInWorld."""
    if isinstance(at, Quote):
        return at
    if isinstance(at, str):
        spans = _places(world.text, at)
        found = list(dict.fromkeys(q for s in spans for q in world.quotes if q.start <= s.start < q.end))
        if len(found) > 1:
            several = ", ".join(f"{q.start} ({excerpt(world.text[q.start : q.end], 30)})" for q in found[:_SHOWN])
            raise NotFoundInWorld(f"several quotations hold {clean(at)!r}: {several}", hint="say which by its position")
        if not found:
            raise NotFoundInWorld(f"no quotation holds {clean(at)!r}", hint="fabula show FILE quotes lists them all")
        return found[0]
    start = _span_of(at).start
    quote = next((q for q in world.quotes if q.start <= start < q.end), None)
    if quote is None:
        near = min(world.quotes, key=lambda q: abs(q.start - start), default=None)
        hint = f"the nearest begins at {near.start}" if near else "this story has none"
        raise NotFoundInWorld(f"no quotation at {start}", hint=hint)
    return quote


def mention_at(world: World, at: At) -> Span:
    """The mention at a position, range or words (``he put [his] hat on``). A range where none was found is a new one."""
    if isinstance(at, str):
        return _mention_in(world, at)
    span = _span_of(at)
    if span.length != 1:
        if not 0 <= span.start < span.end <= len(world.text):
            raise NotFoundInWorld(f"no text at {span.start}:{span.end}", hint=f"the story has {len(world.text)} characters")
        return span
    found = min((m for m in world.cast.mentions if m.start <= span.start < m.end), key=lambda m: m.end - m.start, default=None)
    if found is None:
        raise NotFoundInWorld(f"no mention at {span.start}", hint="give its whole range as START:END to make one")
    return found.span


def _span_of(at: int | tuple[int, int] | Quote | MentionView) -> Span:
    match at:
        case int():
            return Span(at, at + 1)
        case Quote() | MentionView():
            return Span(at.start, at.end)
    return Span(*at)


def _mention_in(world: World, words: str) -> Span:
    marked = re.search(r"\[([^\[\]]+)\]", words)
    plain = words.replace("[", "").replace("]", "") if marked else words
    places = _places(world.text, plain)
    if len(places) != 1:
        many = f"stands {len(places)} times in the story" if places else "does not stand in the story"
        raise NotFoundInWorld(f"{clean(plain)!r} {many}", hint="give more of the sentence, the mention in [brackets], or its position")
    if marked:
        before = words[: marked.start()]
        (inner,) = _places(world.text, marked.group(1), places[0], after=before)
        return inner
    inside = [m for m in world.cast.mentions_in(*places[0]) if m.end <= places[0].end]
    whole = [m for m in inside if m.span == places[0]]
    if len(whole or inside) != 1:
        raise NotFoundInWorld(f"{clean(plain)!r} has {len(inside)} mentions", hint="put the one you mean in [brackets]")
    return (whole or inside)[0].span


def _places(text: str, words: str, within: Span | None = None, after: str = "") -> list[Span]:
    """Where words stand, whatever their case, white space and form of quotation marks; ``after``: words that come before them."""
    text, words, after = (s.translate(_STRAIGHT) for s in (text, words, after))
    pattern = r"\s+".join(map(re.escape, words.split()))
    opened = r"\s+".join(map(re.escape, after.split()))
    gap = r"\s*" if opened else ""
    edge = r"(?<!\w)" if words.strip()[:1].isalnum() else ""
    found = re.compile(f"{opened}{gap}{edge}({pattern})", re.IGNORECASE)
    start, end = within or (0, len(text))
    return [Span(*m.span(1)) for m in found.finditer(text, start, end)] if pattern else []
