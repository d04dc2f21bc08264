"""Descriptions of people: whom ``the doctor``, ``my sister`` or ``the older man`` stands for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from fabula.layers import MentionKind
from fabula.lexicons import table, words
from fabula.reading.who.page import Page
from fabula.reading.who.people import Person
from fabula.reading.who.spots import Spot, is_kin

DESCRIBED = 5  # how much "his sister" beside a name tells of its pronoun, in pronouns


@cache
def _same_kin() -> dict[str, str]:
    """Kin term → its plain form (``mum`` → ``mother``)."""
    return {short.strip(): row[0] for row in table("kin_names", "same") for short in (row[0], *row[1].split(","))}


def plain_kin(word: str) -> str:
    """``mother`` for ``mum``; the word itself where it has no plainer form.

    >>> plain_kin("mum"), plain_kin("uncle")
    ('mother', 'uncle')
    """
    return _same_kin().get(word, word)


@cache
def _several_kin() -> dict[str, frozenset[str]]:
    """What several relatives are called → plain terms of each (``parents`` → ``mother``, ``father`` …)."""
    return {row[0]: frozenset(w.strip() for w in row[1].split(",")) for row in table("kin_names", "several")}


def kin_together(owner: int, head: str, kin: Mapping[tuple[int, str], int]) -> tuple[int, ...]:
    """All whom ``her brothers`` or ``his parents`` may mean, of the relatives that are known."""
    terms = _several_kin().get(head, frozenset())
    return tuple(sorted({p for (o, term), p in kin.items() if o == owner and term in terms}))


@cache
def _title_of_role() -> dict[str, frozenset[str]]:
    """Role noun → titles that say the same (``doctor`` → ``dr``, ``doctor``)."""
    return {row[0]: frozenset((row[0], *(w.strip() for w in row[1].split(",")))) for row in table("kin_names", "titles")}


def _closes(page: Page, i: int) -> bool:
    return i >= len(page) or (not page.is_word[i] and page.lower[i] != "'s")


def _name_beside(page: Page, s: Spot, starting: dict[int, Spot], ending: dict[int, Spot]) -> tuple[Spot, float] | None:
    """The name in apposition to a nominal, or joined to it by ``is``, with how sure that makes it."""
    i = s.last

    def same(t: int) -> bool:
        return 0 <= t < len(page) and page.sentence[t] == s.sentence and page.quote[t] == s.quote

    if i in starting and same(i):
        return starting[i], 0.9
    if same(i) and page.words[i] == "," and (name := starting.get(i + 1)) and _closes(page, name.last) and not name.vocative:
        return name, 0.75
    if (
        same(s.first - 1)
        and page.words[s.first - 1] == ","
        and (name := ending.get(s.first - 1))
        and _closes(page, s.last)
        and not name.vocative
    ):
        return name, 0.7
    if (
        same(s.first - 1)
        and page.lower[s.first - 1] in words("grammar", "being")
        and (name := ending.get(s.first - 1))
        and _closes(page, s.last)
    ):
        return name, 0.8
    return None


def link_appositions(page: Page, spots: list[Spot], people: list[Person], kin: dict[tuple[int, str], int]) -> None:
    """``my sister Abi``, ``Mary, his wife,``, ``Ann is the doctor.``: the nominal is the name's person.

    Kin terms are remembered with their owner; a role is the same person wherever it stands alone with ``the``.
    """
    names = [s for s in spots if s.kind == MentionKind.NAME and s.who]
    starting, ending = {s.first: s for s in names}, {s.last: s for s in names}
    roles: dict[str, int] = {}
    for s in spots:
        if s.kind != MentionKind.NOMINAL or s.vocative or not (s.definite or s.owner >= 0):
            continue
        found = _name_beside(page, s, starting, ending) if not s.fixed else None
        if found and not set(found[0].who) & set(spots[s.owner].who if s.owner >= 0 else ()):
            s.who, s.fixed, s.confidence = found[0].who, True, found[1]
            if s.gender in ("he", "she"):
                people[s.who[0]].pronouns[s.gender] += DESCRIBED
            if s.owner < 0 and not is_kin(s.head) and s.head not in words("grammar", "general_person"):
                roles.setdefault(s.head, s.who[0])
        if s.fixed and is_kin(s.head) and s.owner >= 0 and len(s.who) == 1 == len(spots[s.owner].who):
            kin.setdefault((spots[s.owner].who[0], plain_kin(s.head)), s.who[0])
    for s in spots:
        if (
            s.kind == MentionKind.NOMINAL
            and not s.fixed
            and s.definite
            and s.owner < 0
            and s.head in roles
            and page.lower[s.first] == "the"
        ):
            s.who, s.fixed, s.confidence = (roles[s.head],), True, 0.7


def link_titles(spots: list[Spot], people: list[Person], live: list[int]) -> None:
    """``the doctor`` is the one character with the title ``Dr``; ``the captain`` the one called ``Captain``."""
    by_title: dict[str, set[int]] = defaultdict(set)
    for i in live:
        for t in people[i].titles:
            by_title[t].add(i)
        for titles, parts in people[i].forms:
            if not titles and len(parts) == 1:
                by_title[parts[0]].add(i)
    met: set[int] = set()
    for s in spots:
        met.update(s.who if s.kind == MentionKind.NAME else ())
        if s.kind != MentionKind.NOMINAL or s.fixed or s.owner >= 0 or not s.definite:
            continue
        hits = met & set().union(*(by_title.get(t, set()) for t in _title_of_role().get(s.head, {s.head})))
        if len(hits) == 1 and s.head in words("persons", "role") | words("persons", "he") | words("persons", "she"):
            s.who, s.fixed, s.confidence = (next(iter(hits)),), True, 0.75


def kin_by_name(people: list[Person], kin: dict[tuple[int, str], int], narrator: int) -> None:
    """``Mum`` as a name is the narrator's ``my mother``."""
    for i, p in enumerate(people):
        for titles, parts in p.forms if p.merged_into < 0 else ():
            if not titles and len(parts) == 1 and is_kin(parts[0]):
                kin.setdefault((narrator, plain_kin(parts[0])), i)


def couples(people: list[Person], kin: dict[tuple[int, str], int]) -> list[tuple[int, int, int, str]]:
    """(described, first, second, term): ``Theo's husband`` is described, and so is Marcus's; then he is Marcus, whose husband is Theo.

    ``kin`` in the order in which it was learned.
    """
    owners: dict[tuple[int, str], list[int]] = defaultdict(list)
    for (owner, term), p in kin.items():
        if term in words("kin_names", "spouse") and not people[p].forms:
            owners[p, term].append(owner)
    return [
        (p, pair[0], pair[1], term)
        for (p, term), pair in owners.items()
        if len(pair) == 2 and all(people[o].forms for o in pair) and _genders_meet(people[p], people[pair[1]])
    ]


_SOON = 3  # sentences after a relative is first spoken of in which the name of the same surname comes


def named_at_once(spots: list[Spot], people: list[Person], kin: dict[tuple[int, str], int]) -> list[tuple[int, int]]:
    """(described, named): ``Theo's sister drove up. Judith Brandt did wills``, where Theo is a Brandt: the next of his surname to be named
    is she, if the story has not named her before."""
    first: dict[int, int] = {}
    for s in spots:
        for p in s.who:
            first.setdefault(p, s.sentence)
    out = []
    for (owner, _), p in kin.items():
        if people[p].forms or people[p].merged_into >= 0 or not people[owner].surname or p not in first:
            continue
        soon = [
            q
            for q, at in first.items()
            if q != owner and 0 <= at - first[p] <= _SOON and people[q].given and set(people[q].surname) & set(people[owner].surname)
        ]
        if len(soon) == 1 and _genders_meet(people[p], people[soon[0]]):
            out.append((p, soon[0]))
    return out


def _genders_meet(a: Person, b: Person) -> bool:
    x, y = a.gender(), b.gender()
    return "unknown" in (x, y) or x == y


def of_one_surname(key: tuple[int, str], people: list[Person]) -> int:
    """``Elizabeth Bennet``'s father is ``Mr. Bennet``, where the story has just one; -1 otherwise."""
    owner, term = people[key[0]], key[1]
    if term not in words("kin_names", "of_surname_he") | words("kin_names", "of_surname_she"):
        return -1
    wanted = "he" if term in words("kin_names", "of_surname_he") else "she"
    single = words("titles", "unmarried")
    formal = [i for i, p in enumerate(people) if p.merged_into < 0 and p.titles and not p.given and not set(p.titles) & single]
    hits = [i for i in formal if i != key[0] and set(people[i].surname) & set(owner.surname) and people[i].gender() == wanted]
    return hits[0] if len(hits) == 1 else -1
