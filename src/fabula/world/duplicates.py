"""Characters who may be one: names that fit, pronouns that do not clash, and nothing that shows them side by side."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING

from fabula.layers import MentionKind
from fabula.lexicons import table, words
from fabula.world.characters import CharacterView

if TYPE_CHECKING:
    from fabula.world.world import World

_LIKELY = {"kin": 0.7, "surname": 0.6, "spelling": 0.6, "nickname": 0.6, "part": 0.45, "clipped": 0.35}
_CLOSE = ("spouse", "sibling", "parent_child")
_SPELLING = 0.84
_SURE = 0.8  # of a speaker
_LEAST = 2  # mentions of the lesser one


def duplicates(world: World) -> Iterator[tuple[CharacterView, CharacterView, float]]:
    """Pairs who may be one, with how likely it is, the more mentioned first. At least one of them is major."""
    cast = [c for c in world.characters if c.element.mentions >= _LEAST and c.kind != "group"]
    apart = _seen_together(world) | _told_apart(world)
    for one, other in combinations(cast, 2):
        if "major" not in (one.importance, other.importance) or frozenset((one.id, other.id)) in apart or not _pronouns_fit(one, other):
            continue
        likely = _by_names(one, other) if one.aliases and other.aliases else _by_ties(world, one, other)
        if likely:
            yield one, other, likely


def _pronouns_fit(one: CharacterView, other: CharacterView) -> bool:
    return one.pronouns == other.pronouns or "unknown" in (one.pronouns, other.pronouns)


def _seen_together(world: World) -> set[frozenset[str]]:
    """Pairs named in one sentence, who talk to each other, or are something to each other."""
    out: set[frozenset[str]] = {frozenset((r.a, r.b)) for r in world.relationships}
    starts = world.sentences.start.tolist()
    named: dict[int, set[str]] = defaultdict(set)
    for m in world.cast.mentions:
        if m.kind == MentionKind.NAME and m.quotation < 0 and len(m.who) == 1:
            named[bisect_right(starts, m.start)].add(m.who[0])
    for together in named.values():
        out.update(frozenset(pair) for pair in combinations(sorted(together), 2))
    talk = Counter(frozenset((q.speaker, a)) for q in world.quotes if q.speaker and q.confidence >= _SURE for a in q.addressees)
    return out | {pair for pair, times in talk.items() if times > 1}


def _told_apart(world: World) -> set[frozenset[str]]:
    """Pairs of whom the user said that they are two."""
    out = set()
    for c in world.corrections:
        if c.kind == "split" and len(c.who) > 1:
            found = [world.characters.get(w.name) for w in c.who]
            out.add(frozenset(f.id for f in found if f is not None))
    return out


# --- names
def _name_words(c: CharacterView) -> set[frozenset[str]]:
    """The words of each form, titles left out."""
    titles = words("titles", "titles")
    forms = (frozenset(w for w in a.text.lower().replace(".", "").split() if w not in titles) for a in c.aliases)
    return {form for form in forms if form}


@cache
def _nicknames() -> frozenset[tuple[str, str]]:
    return frozenset((full, short.strip()) for full, shorts in table("hypocorisms", "full") for short in shorts.split(","))


def _by_names(one: CharacterView, other: CharacterView) -> float:
    """How likely the forms of both are one person's."""
    mine, theirs = _name_words(one), _name_words(other)
    if not mine or not theirs or not _whole_names_fit(mine, theirs):
        return 0.0
    if any(a < b or b < a for a in mine for b in theirs):
        return _LIKELY["part"]
    pairs = [(x, y) for a in mine for b in theirs if len(a) == 1 or len(b) == 1 for x in a for y in b]
    return max((_LIKELY[way] for x, y in pairs if (way := _alike(x, y))), default=0.0)


def _whole_names_fit(mine: set[frozenset[str]], theirs: set[frozenset[str]]) -> bool:
    """Two full names that share only a surname are two people's."""
    return not any(len(a) > 1 and len(b) > 1 and not (a <= b or b <= a) for a in mine for b in theirs)


def _alike(x: str, y: str) -> str:
    if (x, y) in _nicknames() or (y, x) in _nicknames():
        return "nickname"
    short, long = sorted((x, y), key=len)
    if len(short) >= 5 and SequenceMatcher(None, x, y).ratio() >= _SPELLING:
        return "spelling"
    return "clipped" if len(short) >= 3 and long.startswith(short) and short != long else ""


# --- descriptions
def _by_ties(world: World, one: CharacterView, other: CharacterView) -> float:
    """``Ann's husband`` may be Bob, who is married to Ann; ``Ann Bell's father`` may be Mr. Bell."""
    described, named = (one, other) if other.aliases else (other, one)
    owner_name, _, kin = described.name.replace("’", "'").rpartition("'s ")
    owner = world.characters.get(owner_name) if owner_name and named.aliases else None
    if owner is None or owner == named:
        return 0.0
    tie, end = _ties().get(kin, ("", ""))
    pair = {"head": (named.id, owner.id), "owner": (owner.id, named.id)}.get(end)
    ties = [(r.a, r.b) for r in world.relationships if r.type == tie and {r.a, r.b} == {owner.id, named.id}]
    if tie in _CLOSE and (pair in ties if pair else ties):
        return _LIKELY["kin"]
    elders = words("kin_names", "of_surname_he") | words("kin_names", "of_surname_she")
    return _LIKELY["surname"] if kin in elders and _surname(owner) in _titled(named) else 0.0


@cache
def _ties() -> dict[str, tuple[str, str]]:
    """Word for kin → type of tie, and which end of it the word names."""
    return {row[0]: (row[1], row[2]) for row in table("kin", "ties")}


def _surname(c: CharacterView) -> str:
    parts = c.name.lower().split()
    return parts[-1] if len(parts) > 1 else ""


def _titled(c: CharacterView) -> set[str]:
    """Surnames by which somebody is called with a title: Mr. Bell."""
    titles = words("titles", "titles") - words("titles", "unmarried")
    forms = (a.text.lower().replace(".", "").split() for a in c.aliases)
    return {form[1] for form in forms if len(form) == 2 and form[0] in titles}
