"""Names that differ by a letter: variants and likely misspellings of a name that the story writes otherwise elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from fabula.check.story import ORIGIN, Story
from fabula.elements import Issue
from fabula.layers import MentionKind
from fabula.lexicons import words
from fabula.spans import Span

_WORD = re.compile(r"[^\W\d_][\w'’-]*[^\W_]")
_POSSESSIVE = re.compile(r"['’]s?$")
_SHORTEST, _SHORTEST_ALIKE = 5, 4  # letters: shorter names differ by one letter too easily
_RARE, _OFTEN, _TIMES = 3, 4, 6
_SPELLED_OTHERWISE = 2  # letters by which two spellings of one sound may differ
_LONG, _LONG_OFTEN, _LONG_TIMES = 6, 2, 3  # letters, occurrences: of a longer name fewer are enough
_ONE_PERSON, _ALIKE, _OTHER, _TWO_NAMES = 0.75, 0.63, 0.5, 0.3
_FAR_RARER, _SURER = 25, 0.15  # times more frequent: then a slip, hardly a person
_NOBODY = 0.7
_IN_SPEECH = 0.8  # a name mocked or mispronounced


@dataclass(slots=True)
class _Name:
    """A word of names, its places as (range, ids of those it stands for), the words that it stood behind and before."""

    word: str
    places: list[tuple[Span, tuple[str, ...]]] = field(default_factory=list)
    titles: set[str] = field(default_factory=set)
    behind: set[str] = field(default_factory=set)
    before: set[str] = field(default_factory=set)

    @property
    def bearers(self) -> frozenset[str]:
        return frozenset(c for _, who in self.places for c in who)


def name_variants(story: Story) -> Iterator[Issue]:
    """Pairs of a rare name and a frequent one that is nearly the same, unless the story itself tells the two apart."""
    names = _names(story)
    for rare in names:
        if len(rare.places) > _RARE:
            continue
        found = [(_confidence(story, rare, n), n) for n in names if _so_much_rarer(rare, n)]
        confidence, name = max(found, key=lambda f: f[0], default=(0.0, None))
        if name is not None and confidence > 0:
            at = rare.places[0][0]
            near = min(name.places, key=lambda p: (abs(p[0].start - at.start), p[0]))[0]
            yield Issue(
                kind="name_variant", rule="name_variant", confidence=round(confidence, 3), origin=ORIGIN, evidence=(at, near),
                text=f"{rare.word} ({_times(rare)}) is elsewhere spelled {name.word} ({_times(name)})",
            )  # fmt: skip


def _so_much_rarer(rare: _Name, name: _Name) -> bool:
    """Whether a name is rare beside another; of names that stand alike ("Tomas Brand", "Tomas Brandt"), and of two that sound alike or have
    the same letters, the later one is the rare one."""
    many = len(name.places)
    later = name.places[0] < rare.places[0] and many >= len(rare.places)
    one, other = rare.word.lower(), name.word.lower()
    alike = sound(one) == sound(other)
    if later and (rare.behind & name.behind or (alike and _stand_alike(rare, name))):
        return True
    if later and _same_letters(one, other) and many > len(rare.places):
        return True
    if len(rare.word) >= _LONG:
        same = rare.bearers and rare.bearers <= name.bearers
        return many >= max(_LONG_OFTEN if same else _LONG_TIMES, _LONG_TIMES * len(rare.places))
    return many >= max(_OFTEN, _TIMES * len(rare.places))


def _stand_alike(one: _Name, other: _Name) -> bool:
    """Whether two names stand before the same surname or behind the same title."""
    return bool(one.before & other.before or one.titles & other.titles)


def _same_letters(one: str, other: str) -> bool:
    """Whether two longer names consist of the same letters: "Kirsten", "Kristen"."""
    return len(one) >= _LONG and one != other and sorted(one) == sorted(other)


def _times(name: _Name) -> str:
    return "once" if len(name.places) == 1 else f"{len(name.places)} times"


def _names(story: Story) -> list[_Name]:
    found: dict[str, _Name] = {}
    for m in story.cast.mentions:
        if m.kind != MentionKind.NAME or story.apart(m.start) or story.beside(m.start):
            continue
        last, title = None, ""
        for w in _WORD.finditer(story.text, m.start, m.end):
            word = _POSSESSIVE.sub("", w.group())
            if word[:1].isupper() and not word.isupper() and not _title(word):
                name = found.setdefault(word, _Name(word))
                name.places.append((Span(w.start(), w.start() + len(word)), m.who))
                name.titles |= {title} - {""}
                if last is not None:
                    last.before.add(word)
                    name.behind.add(last.word)
                last = name
            elif _title(word):
                title = word.lower()
    return list(found.values())


def _title(word: str) -> bool:
    return word.lower() in words("titles", "titles")


def _ordinary(name: _Name) -> bool:
    """Whether what is taken for a name is a common word, and never stood behind a given name or a title."""
    return name.word.lower() in words("common_words") and not name.behind and not name.titles


def _confidence(story: Story, rare: _Name, name: _Name) -> float:
    one, other = rare.word.lower(), name.word.lower()
    alike = sound(one) == sound(other)
    if one == other:
        return 0.0
    if (
        _ordinary(rare)
        or _ordinary(name)
        or min(len(one), len(other)) < (_SHORTEST_ALIKE if alike else _SHORTEST)
        or not (alike or one[0] == other[0])
    ):
        return 0.0
    long = min(len(one), len(other)) >= _SHORTEST
    near = one_slip_apart(one, other) or (alike and long and _edits(one, other) <= _SPELLED_OTHERWISE)
    if not near or _forms_of_one(one, other) or _told_apart(story, rare, name):
        return 0.0
    two_given = _given(one) and _given(other) and not _same_letters(one, other)
    if (
        (rare.bearers and rare.bearers <= name.bearers)
        or rare.behind & name.behind
        or (rare.before & name.before and (alike or not two_given))
        or (alike and rare.titles & name.titles)
    ):
        sure = _ONE_PERSON
    elif (alike and (not two_given or min(len(one), len(other)) >= _LONG)) or _same_letters(one, other):
        sure = _ALIKE
    else:
        sure = _TWO_NAMES if two_given else _OTHER
    if len(name.places) >= _FAR_RARER * len(rare.places):
        sure += _SURER
    if len(rare.places) > 1 and not rare.bearers:
        sure *= _NOBODY  # a street, a drink
    return sure * (_IN_SPEECH if all(story.cast.quote_at(at.start) for at, _ in rare.places) else 1.0)


def _forms_of_one(one: str, other: str) -> bool:
    """A plural ("the Bennets"), a pet form ("Annie"), a pair of a man's and a woman's name ("Mario", "Maria")."""
    short, long = sorted((one, other), key=len)
    if long.startswith(short) and (long[len(short) :] == "s" or long[len(short) :] in words("hypocorisms", "endings")):
        return True
    return len(one) == len(other) and one[:-1] == other[:-1] and {one[-1], other[-1]} <= set("aeoiysn")


@cache
def _all_given() -> frozenset[str]:
    return words("given_names", "he") | words("given_names", "she") | words("given_names", "either")


def _given(name: str) -> bool:
    return name in _all_given()


def _told_apart(story: Story, rare: _Name, name: _Name) -> bool:
    """Whether the two are different people for the story: by pronoun, side by side in a paragraph, in a talk with each other."""
    mine, theirs = rare.bearers - name.bearers, name.bearers - rare.bearers
    known = {c: story.cast.characters[c].pronouns for c in mine | theirs}
    genders = [{known[c] for c in side if known[c] in ("he", "she")} for side in (mine, theirs)]
    if mine and all(len(g) == 1 for g in genders) and genders[0] != genders[1]:
        return True
    beside = {story.paragraph(at.start) for at, _ in name.places}
    if any(story.paragraph(at.start) in beside for at, _ in rare.places):
        return True
    return any(
        (q.speaker in mine and theirs & set(q.addressees)) or (q.speaker in theirs and mine & set(q.addressees)) for q in story.world.quotes
    )


def one_slip_apart(one: str, other: str) -> bool:
    """Whether two words differ by one letter added, left out, changed, or by two letters swapped (Damerau 1964).

    >>> one_slip_apart("jonathan", "jonathon"), one_slip_apart("brian", "brain"), one_slip_apart("anna", "anna")
    (True, True, False)
    """
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, others = one[at:], other[at:]
    swapped = rest[:2] == others[:2][::-1] and rest[2:] == others[2:]
    return rest[1:] == others[1:] or rest[1:] == others or rest == others[1:] or swapped


def _edits(one: str, other: str) -> int:
    """How many letters must be added, left out or changed to make one word of another (Levenshtein 1966)."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, row = row, [i]
        for j, b in enumerate(other, 1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (a != b)))
    return row[-1]


_SPELLINGS = (("ph", "f"), ("ck", "k"), ("ch", "k"), ("c", "k"), ("z", "s"), ("h", ""), ("w", "v"))


@cache
def sound(word: str) -> str:
    """A rough key of how a name sounds: consonants by sound, vowels all alike and none at the end of a longer one, nothing doubled.

    >>> sound("catherine") == sound("katherine"), sound("philip") == sound("phillip"), sound("martin") == sound("marvin")
    (True, True, False)
    """
    for spelling, as_ in _SPELLINGS:
        word = word.replace(spelling, as_)
    key = re.sub(r"(.)\1+", r"\1", re.sub("[aeiouy]+", "a", word))
    return key.removesuffix("a") if len(word) >= _SHORTEST else key
