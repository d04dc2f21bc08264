"""A cast that is given instead of found: whose names are looked for in the text as they are listed, longest first.

For measuring what comes after the cast, and for stories whose cast is known (a series, a play).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from fabula.lexicons import words
from fabula.reading.who.names import NameUse, mark_vocatives
from fabula.reading.who.page import Page
from fabula.reading.who.people import Person, split_name
from fabula.reading.who.spots import person_nouns

_PIECE = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the cast, with every form of the name."""

    name: str
    aliases: tuple[str, ...]


def _forms(cast: Sequence[Member]) -> dict[str, list[tuple[tuple[str, ...], int]]]:
    """First word → (words, person) of every form with a capital, longest first; a form of several people is the first one's.

    A given name or surname that only one of them has stands for them even where it is not listed alone.
    """
    known: dict[tuple[str, ...], int] = {}
    for i, member in enumerate(cast):
        for form in (member.name, *member.aliases):
            pieces = tuple(p.lower() for p in _PIECE.findall(form) if p not in "_")
            if pieces and any(c.isupper() for c in form):
                known.setdefault(pieces, i)
    for part, owners in _parts(cast).items():
        if len(owners) == 1:
            known.setdefault((part,), next(iter(owners)))
    out: dict[str, list[tuple[tuple[str, ...], int]]] = {}
    for pieces, i in sorted(known.items(), key=lambda x: -len(x[0])):
        out.setdefault(pieces[0], []).append((pieces, i))
    return out


def _parts(cast: Sequence[Member]) -> dict[str, set[int]]:
    """Given names and surnames in names of several words → whose they are."""
    no_names = words("titles", "titles") | words("titles", "adjectives") | person_nouns().keys()
    out: dict[str, set[int]] = defaultdict(set)
    for i, member in enumerate(cast):
        for form in (member.name, *member.aliases):
            pieces = [p for p in _PIECE.findall(form) if p[0].isupper() and len(p) > 2]
            if len(pieces) > 1 and not any(w[0].islower() for w in form.split()):
                for piece in (pieces[0], pieces[-1]):
                    if piece.lower() not in no_names:
                        out[piece.lower()].add(i)
    return out


def given_people(page: Page, cast: Sequence[Member]) -> tuple[list[Person], list[NameUse]]:
    """One person per member of the cast, in its order, and the uses of their names."""
    forms, titles = _forms(cast), words("titles", "titles")
    people = [Person() for _ in cast]
    uses: list[NameUse] = []
    i = 0
    while i < len(page):
        hit = next((f for f in forms.get(page.lower[i], ()) if page.told[i] and _stands_at(page, i, f[0])), None)
        if hit is None:
            i += 1
            continue
        pieces, person = hit
        plain = tuple(p for p in pieces if p[0].isalnum())
        lead = sum(1 for p in plain[:-1] if p in titles or p == "the")
        uses.append(NameUse(i, i + len(pieces), tuple(p for p in plain[:lead] if p != "the"), plain[lead:], person=person))
        i += len(pieces)
    mark_vocatives(page, uses)
    for u in uses:
        _add(people[u.person], u)
    return people, uses


def _stands_at(page: Page, i: int, pieces: tuple[str, ...]) -> bool:
    """Whether the words of a name stand at token ``i``, at least one of them with a capital letter."""
    if i + len(pieces) > len(page) or tuple(page.lower[i : i + len(pieces)]) != pieces:
        return False
    return any(w[0].isupper() for w in page.words[i : i + len(pieces)]) and page.quote[i] == page.quote[i + len(pieces) - 1]


def _add(person: Person, u: NameUse) -> None:
    given, surname = split_name(u.key)
    person.forms[u.key] += 1
    person.given.update(Counter([given] if given else []))
    person.surname.update(Counter([surname] if surname else []))
    person.titles.update(Counter(t for t in u.titles if t not in words("titles", "adjectives")))
