"""Mentions as they are found: names, nominals and pronouns, each with its grammatical part as far as its place tells it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache

from fabula.layers import MentionKind
from fabula.lexicons import words
from fabula.reading.who.names import NameUse, is_vocative
from fabula.reading.who.page import Page
from fabula.reading.who.people import Person


class Part(IntEnum):
    """Grammatical part of a mention in its clause."""

    OTHER = 0
    SUBJECT = 1
    OBJECT = 2
    POSSESSIVE = 3
    REFLEXIVE = 4


@dataclass(slots=True)
class Spot:
    """A mention being decided. ``who``: people it stands for (indexes), empty while open. ``gender``: he, she, they or unknown."""

    first: int
    last: int
    kind: MentionKind
    part: Part
    quote: int
    sentence: int
    gender: str = "unknown"
    head: str = ""
    grammatical_person: int = 3
    plural: bool = False
    definite: bool = False
    vocative: bool = False
    owner: int = -1  # row of the spot of a possessor inside it ("his sister")
    who: tuple[int, ...] = ()
    confidence: float = 0.0
    fixed: bool = False
    candidates: list[tuple[int, float]] = field(default_factory=list)


@cache
def _pronoun_table() -> dict[str, tuple[str, int, bool]]:
    """Pronoun → (gender, grammatical person, plural)."""
    out: dict[str, tuple[str, int, bool]] = {}
    for g in ("he", "she", "they"):
        for w in words("pronouns", g):
            out[w.replace("’", "'")] = (g, 3, False)
    for w in words("pronouns", "first"):
        out[w] = ("unknown", 1, False)
    for w in words("pronouns", "first_plural"):
        out[w] = ("unknown", 1, True)
    for w in words("pronouns", "second"):
        out[w] = ("unknown", 2, False)
    return out


@cache
def person_nouns() -> dict[str, str]:
    """Singular common noun for a person → he, she or unknown."""
    out = dict.fromkeys(words("persons", "role") | words("persons", "kin_either"), "unknown")
    for g in ("he", "she"):
        out.update(dict.fromkeys(words("persons", g) | words("persons", f"kin_{g}"), g))
    return {w: g for w, g in out.items() if " " not in w}


def is_kin(word: str) -> bool:
    return any(word in words("persons", s) for s in ("kin_he", "kin_she", "kin_either"))


def subject_like(page: Page, first: int, last: int) -> bool:
    """Whether a noun phrase stands where subjects stand: at a clause's start, not after a verb or preposition."""
    if last < len(page) and page.lower[last] in ("'s", "'"):
        return False
    before = page.lower[first - 1] if first else ""
    if (
        first == 0
        or page.sentence[first - 1] != page.sentence[first]
        or page.quote[first - 1] != page.quote[first]
        or not page.is_word[first - 1]
    ):
        after = page.lower[last] if last < len(page) else ""
        return before != "," or after in words("grammar", "finite") or after.endswith(("ed", "s")) or after == ","
    return before in words("grammar", "clause_opener")


def _pronoun_part(page: Page, i: int) -> Part:
    w = page.lower[i]
    if w in words("pronouns", "reflexive"):
        return Part.REFLEXIVE
    after = page.lower[i + 1] if i + 1 < len(page) and page.sentence[i + 1] == page.sentence[i] else ""
    if w == "her":
        noun_follows = (
            i + 1 < len(page)
            and page.is_word[i + 1]
            and after
            not in words("grammar", "not_adjective")
            | words("grammar", "preposition")
            | words("grammar", "clause_opener")
            | words("grammar", "adverb")
        )
        return Part.POSSESSIVE if noun_follows and not after.startswith("'") else Part.OBJECT
    if w in words("pronouns", "possessive"):
        return Part.POSSESSIVE
    if w == "you":
        return Part.SUBJECT if subject_like(page, i, i + 1) else Part.OBJECT
    return Part.SUBJECT if w in words("pronouns", "subject") else Part.OBJECT


def pronoun_spot(page: Page, i: int) -> Spot | None:
    """The pronoun at token ``i`` that may mean a person, ``it`` left out."""
    known = _pronoun_table().get(page.lower[i])
    if known is None or (page.lower[i] == "mine" and page.lower[i - 1] in words("grammar", "determiner")):  # "the mine"
        return None
    gender, person, plural = known
    return Spot(
        i,
        i + 1,
        MentionKind.PRONOUN,
        _pronoun_part(page, i),
        page.quote[i],
        page.sentence[i],
        gender,
        page.lower[i],
        person,
        plural,
        fixed=False,
    )


def _phrase_start(page: Page, head: int) -> tuple[int, str] | None:
    """Start of the noun phrase that ends with token ``head`` and its determiner (``'s`` for a possessor name)."""
    stop, determiners = words("grammar", "not_adjective"), words("grammar", "determiner")
    i = head - 1
    while i >= 0 and head - i <= 4 and page.sentence[i] == page.sentence[head] and page.quote[i] == page.quote[head]:
        w = page.lower[i]
        if w in determiners:
            return i, w
        if w == "'s":
            return i, w
        if (not page.is_word[i] and w != "-") or w in stop or (page.words[i][0].isupper() and not page.initial[i]):
            return None
        i -= 1
    return None


def _noun_follows(page: Page, i: int) -> bool:
    """Whether the word after token ``i`` may be the noun that it describes (``the general opinion``)."""
    if i + 1 >= len(page) or not page.is_word[i + 1] or page.sentence[i + 1] != page.sentence[i] or page.lower[i + 1].startswith("'"):
        return False
    after = page.lower[i + 1]
    sections = ("finite", "preposition", "clause_opener", "auxiliary", "adverb")
    return not after.endswith(("ed", "ly")) and not any(after in words("grammar", s) for s in sections)


def nominal_spot(page: Page, head: int, name_ending_at: dict[int, int]) -> Spot | None:
    """The noun phrase for a person whose head is token ``head``. ``name_ending_at``: token after a name → its first token."""
    gender = person_nouns().get(page.lower[head])
    if gender is None or not page.told[head]:
        return None
    after = page.lower[head + 1] if head + 1 < len(page) else ""
    if after in person_nouns() and page.sentence[head + 1] == page.sentence[head]:
        return None
    if page.lower[head] in words("persons", "also_adjective") and _noun_follows(page, head):
        return None
    found = _phrase_start(page, head)
    if found is None:
        return None
    first, det = found
    if det == "'s":
        if first not in name_ending_at:
            return None
        first = name_ending_at[first]
    elif first > 0 and page.lower[first - 1] in ("like", "as") and det in ("a", "an"):
        return None
    part = Part.SUBJECT if subject_like(page, first, head + 1) else Part.POSSESSIVE if after == "'s" else Part.OBJECT
    definite = det not in words("grammar", "indefinite") | {"no", "every", "each", "any"}
    return Spot(
        first, head + 1, MentionKind.NOMINAL, part, page.quote[head], page.sentence[head], gender, page.lower[head], definite=definite
    )


def address_spot(page: Page, i: int) -> Spot | None:
    """A vocative that is no name (``sweetheart``, ``my dear``, ``sir``) inside a quotation."""
    if page.quote[i] < 0 or (page.lower[i] not in words("persons", "endearment") and not is_kin(page.lower[i])):
        return None
    first = i - 1 if i and page.lower[i - 1] == "my" and page.quote[i - 1] == page.quote[i] else i
    if not is_vocative(page, first, i + 1):
        return None
    return Spot(first, i + 1, MentionKind.NOMINAL, Part.OTHER, page.quote[i], page.sentence[i], head=page.lower[i], vocative=True)


def _name_spot(page: Page, u: NameUse) -> Spot:
    part = Part.SUBJECT if subject_like(page, u.first, u.last) else Part.OBJECT
    if u.last < len(page) and page.lower[u.last] in ("'s", "'"):
        part = Part.POSSESSIVE
    return Spot(
        first=u.first,
        last=u.last,
        kind=MentionKind.NAME,
        part=Part.OTHER if u.vocative else part,
        quote=page.quote[u.first],
        sentence=page.sentence[u.first],
        head=u.parts[-1],
        vocative=u.vocative,
        who=(u.person,) if u.person >= 0 else (),
        confidence=0.9,
        fixed=u.person >= 0,
    )


def find_spots(page: Page, uses: list[NameUse]) -> list[Spot]:
    """All mentions of the told story in order of start, longer first; possessors stand inside their nominals."""
    spots = [_name_spot(page, u) for u in uses if u.person >= 0]
    in_name = {i for u in uses for i in range(u.first, u.last)}
    ending = {u.last: u.first for u in uses if u.person >= 0}
    for i in range(len(page)):
        if not page.is_word[i] or not page.told[i] or i in in_name:
            continue
        spot = pronoun_spot(page, i) or nominal_spot(page, i, ending) or address_spot(page, i)
        if spot is not None:
            spots.append(spot)
    spots.sort(key=lambda s: (s.first, -s.last))
    at = {s.first: k for k, s in enumerate(spots) if s.kind != MentionKind.NOMINAL}
    for k, s in enumerate(spots):
        if s.kind == MentionKind.NOMINAL and (o := at.get(s.first)) is not None and o != k:
            s.owner = o
    return spots


def count_pronouns(page: Page, spots: list[Spot], people: list[Person]) -> None:
    """Pronoun evidence: the third-person pronoun after a name that alone stands in its stretch of narration or speech."""
    by_stretch: dict[int, list[Spot]] = defaultdict(list)
    for s in spots:
        by_stretch[s.quote].append(s)
    for quote, stretch in by_stretch.items():
        lone, at = -1, -9
        for s in stretch:
            near = page.paragraph[s.first] - at <= (2 if quote < 0 else 0)
            if s.kind == MentionKind.NAME and s.who and not s.vocative and page.words[min(s.last, len(page) - 1)] not in (":", "**"):
                alone = s.part == Part.SUBJECT or not near or lone in (-1, s.who[0])
                lone, at = (s.who[0] if alone else -1), page.paragraph[s.first]
            elif s.kind == MentionKind.NOMINAL and s.gender in ("he", "she"):
                lone = -1
            elif s.kind == MentionKind.PRONOUN and s.grammatical_person == 3 and lone >= 0 and near:
                weight = (0.5 if s.gender == "they" else 1.0) * (1.0 if page.paragraph[s.first] == at else 0.6)
                people[lone].pronouns[s.gender] += weight  # type: ignore[assignment]
                if s.gender != "they":
                    lone = -1
