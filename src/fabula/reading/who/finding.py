"""Finds the mentions of a story: names, noun phrases for people, pronouns, addresses."""

from __future__ import annotations

from fabula.layers import MentionKind
from fabula.lexicons import words
from fabula.reading.who.names import NameUse, is_vocative
from fabula.reading.who.page import Found, Page
from fabula.reading.who.spots import Part, Spot, is_kin, part_of, person_nouns, pronoun_spot
from fabula.reading.who.stand_ins import as_stand_in, stand_in


def nominal_spot(page: Page, f: Found) -> Spot | None:
    """The noun phrase for people that the reader model finds, None where it runs over the edge of a quotation."""
    if page.quote[f.first] != page.quote[f.last - 1] or not page.told[f.first]:
        return None
    at = page.head_of(f.first, f.last)
    first = page.lower[f.first]
    owned = page.rel[f.first] == "nmod:poss" or "'s" in page.lower[f.first : at]
    plural = page.plural[at] and page.pos[at] != "PRON"
    return Spot(
        f.first,
        f.last,
        MentionKind.NOMINAL,
        part_of(page, at),
        page.quote[f.first],
        page.sentence[f.first],
        "they" if plural else person_nouns().get(page.lower[at], "unknown"),
        page.lower[at],
        plural=plural,
        definite=owned or first in words("grammar", "definite") | words("grammar", "possessive"),
        vocative=page.rel[at] == "vocative" and is_vocative(page, f.first, f.last),
        confidence=f.confidence,
        at=at,
    )


def address_spot(page: Page, i: int) -> Spot | None:
    """A vocative that is no name (``sweetheart``, ``my dear``, ``sir``) inside a quotation."""
    several = page.lower[i] in words("persons", "group") | words("stand_ins", "together")
    if page.quote[i] < 0 or not (several or page.lower[i] in words("persons", "endearment") or is_kin(page.lower[i])):
        return None
    first = i - 1 if i and page.lower[i - 1] == "my" and page.quote[i - 1] == page.quote[i] else i
    if not is_vocative(page, first, i + 1):
        return None
    return Spot(
        first, i + 1, MentionKind.NOMINAL, Part.OTHER, page.quote[i], page.sentence[i], head=page.lower[i], plural=several, vocative=True,
        at=i,
    )  # fmt: skip


def _addressed(page: Page, i: int) -> Spot | None:
    """A common noun that the trees take for an address (``Come here, you old fool``, ``little one``)."""
    if page.quote[i] < 0 or page.rel[i] != "vocative" or page.pos[i] not in ("NOUN", "ADJ"):
        return None
    first = i
    while first > 0 and page.head[first - 1] == i and page.quote[first - 1] == page.quote[i] and page.is_word[first - 1]:
        first -= 1
    if not is_vocative(page, first, i + 1):
        return None
    return Spot(
        first, i + 1, MentionKind.NOMINAL, Part.OTHER, page.quote[i], page.sentence[i], head=page.lower[i], plural=page.plural[i],
        vocative=True, at=i,
    )  # fmt: skip


def _name_spot(page: Page, u: NameUse) -> Spot:
    at = page.head_of(u.first, u.last)
    possessive = u.last < len(page) and page.lower[u.last] in ("'s", "'") and page.rel[at] == "nmod:poss"
    part = Part.POSSESSIVE if possessive else part_of(page, at)
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
        at=at,
    )


OWNED = 0.6  # how sure a relative with an owner is whom the reader model did not mark
_OWNER_REACH = 4  # tokens between an owner and a relative, at most


def _owned_kin(page: Page, i: int) -> Spot | None:
    """A relative with an owner ("Ann's brother", "his mother") whom the reader model did not mark."""
    if page.pos[i] != "NOUN" or not is_kin(page.lower[i]):
        return None
    owner = next((j for j in range(max(0, i - _OWNER_REACH), i) if page.head[j] == i and page.rel[j] == "nmod:poss"), -1)
    if owner < 0:
        return None
    first = owner
    while first > 0 and page.head[first - 1] == owner and page.is_word[first - 1]:
        first -= 1
    return nominal_spot(page, Found(first, i + 1, "NOM", "PER", OWNED))


UNMARKED = 0.5  # how sure a noun for people is whom the reader model did not mark


def _noun_for_people(page: Page, i: int) -> Spot | None:
    """A noun for one person with its article (``a woman``, ``the ferryman``) whom the reader model did not mark."""
    if page.pos[i] != "NOUN" or page.rel[i] in ("compound", "nmod:poss") or page.lower[i] not in person_nouns():
        return None
    if page.lower[i] in words("persons", "also_adjective") or page.plural[i]:
        return None
    first = i
    while first > 0 and page.head[first - 1] == i and page.is_word[first - 1] and page.rel[first - 1] in ("det", "amod", "compound"):
        first -= 1
    article = page.lower[first] in words("grammar", "definite") | words("grammar", "indefinite")
    return nominal_spot(page, Found(first, i + 1, "NOM", "PER", UNMARKED)) if article and first < i else None


def find_spots(page: Page, uses: list[NameUse]) -> list[Spot]:
    """All mentions of the told story in order of start, longer first; possessors stand inside their nominals."""
    spots = [_name_spot(page, u) for u in uses if u.person >= 0]
    in_name = {i for u in uses for i in range(u.first, u.last)}
    for f in page.found:
        if f.kind == "NOM" and f.type == "PER" and not in_name >= set(range(f.first, f.last)) and (spot := nominal_spot(page, f)):
            spots.append(as_stand_in(page, spot))
    taken, heads = {(s.first, s.last) for s in spots}, {s.at for s in spots}
    for i in range(len(page)):
        if not page.is_word[i] or not page.told[i] or i in in_name:
            continue
        found = pronoun_spot(page, i) or address_spot(page, i) or _addressed(page, i)
        if found is None and i not in heads:
            found = _owned_kin(page, i) or _noun_for_people(page, i)
        spots += [s for s in (found, stand_in(page, i) if i not in heads else None) if s is not None and (s.first, s.last) not in taken]
    spots.sort(key=lambda s: (s.first, -s.last))
    at = {s.first: k for k, s in enumerate(spots) if s.kind != MentionKind.NOMINAL}
    for k, s in enumerate(spots):
        if s.kind == MentionKind.NOMINAL and (o := at.get(s.first)) is not None and o != k:
            s.owner = o
    return spots
