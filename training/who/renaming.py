"""Texts in which people are called otherwise than they are told of: supervision for names of one person that costs nothing.

Modern fiction tells of *Mercer* and lets everybody call him *Sunny*. Annotated texts have few such people, but whoever has one name in
narration and in speech can be given another in speech; that the two are one is known.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from fabula.lexicons import words
from fabula.reading.who.first_names import given_gender, is_given, kin_gender
from training.who.gold import GoldText, Span

SHARES = (0.3, 1.0)
"""Of the people who can be called otherwise, of some texts and of others."""
SURNAME = 0.6
"""How often somebody told of by a given name is called by a surname rather than by another given name."""
TOLD = 2
"""So often must somebody be named in the narration."""


@cache
def surnames() -> tuple[str, ...]:
    """Surnames to choose from."""
    lines = (Path(__file__).parent / "surnames.txt").read_text(encoding="utf-8").splitlines()
    return tuple(name for line in lines if not line.startswith("#") for name in line.split())


def renamed(gold: GoldText, random: Random) -> GoldText | None:
    """The text with some of its people called by new names in speech; None where there is nobody to rename."""
    speech = _ranges(gold)
    said: dict[str, list[Span]] = defaultdict(list)
    for span, who in _named(gold).items():
        if _within(speech, span):
            said[who].append(span)
    taken = {w.lower() for w in gold.text.split()}
    swaps: dict[Span, str] = {}
    forms: dict[str, str] = {}
    share = random.choice(SHARES)
    for who in sorted(said):
        spans = said[who]
        name = Counter(gold.text[a:b] for a, b in spans).most_common(1)[0][0]
        if not name.isalpha() or kin_gender(name.lower()) or _told(gold, name, speech) < TOLD or random.random() > share:
            continue
        new = _new_name(name, random, taken)
        taken.add(new.lower())
        swaps |= {(a, b): new for a, b in spans if gold.text[a:b] == name}
        forms[new.lower()] = who
    return _swapped(gold, swaps, forms) if swaps else None


def _ranges(gold: GoldText) -> list[Span]:
    return sorted(gold.quotes)


def _within(ranges: list[Span], span: Span) -> bool:
    i = bisect_right(ranges, (span[0], 1 << 60)) - 1
    return i >= 0 and ranges[i][0] <= span[0] and span[1] <= ranges[i][1]


def _named(gold: GoldText) -> dict[Span, str]:
    """Name mentions with their people; in novels of PDNC, where names are told by their form, those annotated inside quotations."""
    if gold.names:
        return gold.names
    found = {}
    for (a, b), who in gold.mentions.items():
        if len(who) == 1 and gold.forms.get(gold.text[a:b].lower()) in who:
            found[a, b] = next(iter(who))
    return found


def _told(gold: GoldText, name: str, speech: list[Span]) -> int:
    """How often a name stands in the narration."""
    count, at = 0, gold.text.find(name)
    while at >= 0:
        count += not _within(speech, (at, at + len(name)))
        at = gold.text.find(name, at + 1)
    return count


def _new_name(name: str, random: Random, taken: set[str]) -> str:
    """A surname or another given name of the same pronoun that the text does not have."""
    gender = given_gender(name.lower())
    given = sorted(words("given_names", gender) if gender else words("given_names", "he") | words("given_names", "she"))
    surname = is_given(name.lower()) and random.random() < SURNAME
    while True:
        new = random.choice(surnames()) if surname else random.choice(given).title()
        if new.lower() not in taken:
            return new


def _swapped(gold: GoldText, swaps: dict[Span, str], forms: dict[str, str]) -> GoldText:
    """The text with words exchanged, and the annotation where it stands then."""
    pieces, edges, shifts, at, shift = [], [0], [0], 0, 0
    for (a, b), new in sorted(swaps.items()):
        pieces += [gold.text[at:a], new]
        at, shift = b, shift + len(new) - (b - a)
        edges.append(b)
        shifts.append(shift)
    text = "".join([*pieces, gold.text[at:]])

    def place(x: int) -> int:
        return x + shifts[bisect_right(edges, x) - 1]

    def moved(found: dict[Span, Any]) -> dict[Span, Any]:
        return {(place(a), place(b)): v for (a, b), v in found.items()}

    return replace(
        gold, name=gold.name, text=text, mentions=moved(gold.mentions), names=moved(gold.names), quotes=moved(gold.quotes),
        cues=moved(gold.cues), forms={**gold.forms, **forms},
    )  # fmt: skip
