"""Words that stand for people whose noun is left out: ``the two of them``, ``you two``, ``the other``, ``the tall one``, ``somebody``.

Whom they mean, if anybody, is decided like that of any other description.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from fabula.layers import MentionKind
from fabula.lexicons import table, words
from fabula.reading.who.page import Page
from fabula.reading.who.spots import Part, Spot, part_of

CONFIDENCE = 0.5
_LONGEST = 6  # tokens of "one with the red hair"


@cache
def _counts() -> dict[str, int]:
    """Word → how many people it counts."""
    return {row[0]: int(row[1]) for row in table("stand_ins", "counts")}


@cache
def _shares() -> dict[str, int]:
    """Word before ``of them`` → how many people it counts; 0: more than one, however many."""
    return _counts() | {row[0]: int(row[1]) for row in table("stand_ins", "of_all")}


def as_stand_in(page: Page, found: Spot) -> Spot:
    """A mention that was found otherwise, with what it is as a stand-in if it is one."""
    known = stand_in(page, found.at)
    if known is None or not found.first <= known.at < found.last:
        return found
    return replace(known, first=min(known.first, found.first), last=max(known.last, found.last), confidence=found.confidence)


def stand_in(page: Page, i: int) -> Spot | None:
    """The mention that token ``i`` is the head of, None where it stands for nobody by its form."""
    return _part_of_them(page, i) or _counted(page, i) or _others(page, i) or _distinguished(page, i) or _somebody(page, i)


def _together(page: Page, first: int, last: int) -> bool:
    """Whether all tokens are words of one sentence, inside one quotation or none."""
    if first < 0 or last > len(page):
        return False
    same = all(page.sentence[i] == page.sentence[first] and page.quote[i] == page.quote[first] for i in range(first, last))
    return same and all(page.is_word[first:last])


def _spot(page: Page, first: int, last: int, at: int, *, head: str, person: int = 3, number: int = 1, definite: bool = True) -> Spot:
    many = number != 1
    return Spot(
        first, last, MentionKind.NOMINAL, part_of(page, at), page.quote[first], page.sentence[first], "they" if many else "unknown", head,
        person, many, definite, confidence=CONFIDENCE, at=at, number=number, stand_in=True,
    )  # fmt: skip


def _grammatical_person(word: str) -> int:
    return 1 if word in words("pronouns", "first_plural") else 2 if word in words("pronouns", "second") else 3


def _part_of_them(page: Page, i: int) -> Spot | None:
    """``The two of them``, ``both of us``, ``neither of you``, ``one of them``."""
    word, last = page.lower[i], i + 3
    single = word in words("stand_ins", "one_of_them")
    if word not in _shares() and not single:
        return None
    if not _together(page, i, last) or page.lower[i + 1] != "of" or page.lower[i + 2] not in words("stand_ins", "of_whom"):
        return None
    first = i - 1 if _together(page, i - 1, i) and page.lower[i - 1] in words("stand_ins", "before_count") else i
    person = 3 if single else _grammatical_person(page.lower[i + 2])
    return _spot(page, first, last, i, head=word, person=person, number=1 if single else _shares()[word], definite=not single)


def _counted(page: Page, i: int) -> Spot | None:
    """``You two``, ``we three``, ``you guys``."""
    word = page.lower[i]
    number = _counts().get(word, 0) if word not in words("stand_ins", "together") else 0
    if number < 2 and word not in words("stand_ins", "together"):
        return None
    if not _together(page, i - 1, i + 1) or page.lower[i - 1] not in words("stand_ins", "counted"):
        return None
    if _together(page, i, i + 2) and page.head[i] == i + 1:  # "you two idiots", "gave us two days"
        return None
    if number and page.rel[i] == "nummod" and page.head[i] > i:
        return None
    return _spot(page, i - 1, i + 1, i, head=word, person=_grammatical_person(page.lower[i - 1]), number=number)


def _others(page: Page, i: int) -> Spot | None:
    """``The others``, ``the other two``."""
    if page.lower[i] == "others" and _together(page, i - 1, i + 1) and page.lower[i - 1] in words("grammar", "definite"):
        return _spot(page, i - 1, i + 1, i, head="others", number=0)
    number = _counts().get(page.lower[i], 0)
    if number < 2 or not _together(page, i - 2, i + 1) or page.lower[i - 2 : i] != ["the", "other"] or page.rel[i] == "nummod":
        return None
    following = _together(page, i, i + 2) and page.pos[i + 1] in ("NOUN", "ADJ", "PROPN", "NUM")
    return None if following else _spot(page, i - 2, i + 1, i, head="others", number=number)


def _acts(page: Page, i: int) -> bool:
    """Whether a word is the subject of a clause, or owns something: what people are oftener than things."""
    return page.rel[i] in ("nsubj", "nsubj:pass", "nmod:poss")


def _marked_by(page: Page, i: int) -> int:
    """The end of what tells one of several apart after the word: ``the one with the hair``."""
    if not _together(page, i, i + 3) or page.lower[i + 1] not in words("stand_ins", "marked_by"):
        return i + 1
    last = next((j + 1 for j in range(i + 2, min(i + _LONGEST, len(page))) if page.head[j] == i), i + 1)
    return last if _together(page, i, last) else i + 1


def _distinguished(page: Page, i: int) -> Spot | None:
    """``The other``, ``the tall one``, ``this one``, ``the younger``: one of several, by what tells them apart."""
    word = page.lower[i]
    if _together(page, i, i + 2) and page.pos[i + 1] in ("NOUN", "PROPN", "ADJ", "NUM"):
        return None
    first = i
    while _together(page, first - 1, i + 1) and page.head[first - 1] == i and page.rel[first - 1] in ("det", "amod", "nummod"):
        first -= 1
    of_people = word == "one" and page.lower[i - 1] in words("stand_ins", "of_people")
    if first == i or page.lower[first] not in words("grammar", "definite") or not (of_people or _acts(page, i)):
        return None
    if word == "one":
        told = page.lower[i - 1]
        last = _marked_by(page, i)
        return None if told in words("stand_ins", "of_things") else _spot(page, first, last, i, head=told if i - first > 1 else word)
    if i - first == 1 and page.lower[first] == "the" and word in words("stand_ins", "distinguishing"):
        return _spot(page, first, i + 1, i, head=word)
    return None


def _somebody(page: Page, i: int) -> Spot | None:
    """``Somebody laughed``: told of, and only where somebody does something."""
    if page.lower[i] not in words("stand_ins", "somebody") or page.quote[i] >= 0 or part_of(page, i) != Part.SUBJECT:
        return None
    return _spot(page, i, i + 1, i, head=page.lower[i], definite=False)
