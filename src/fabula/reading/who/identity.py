"""Ids that stay: whoever persists under the user's corrections keeps the id that they had without any."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from fabula.elements import Character, Quote
from fabula.layers import MentionKind, MentionMembers, Mentions, Unaided

_WEIGHT = {MentionKind.NAME: 4, MentionKind.NOMINAL: 2, MentionKind.PRONOUN: 1}
"""How much a mention tells of who somebody is: names keep to their bearer, pronouns go to and fro."""


def unaided_of(characters: Sequence[Character], mentions: Mentions, members: MentionMembers, quotes: Sequence[Quote]) -> Unaided:
    """The mentions and quotations of each character by the number in its id."""
    numbers = [_number(c.id) for c in characters]
    rows: list[tuple[Any, ...]] = [
        (start, end, _WEIGHT[MentionKind(kind)], numbers[c]) for start, end, kind, c in _member_rows(mentions, members)
    ]
    rows += [(q.start, q.end, 0, _number(q.speaker)) for q in quotes if q.speaker is not None]
    return Unaided.from_rows(rows)


def identified(
    characters: Sequence[Character], mentions: Mentions, members: MentionMembers, unaided: Unaided, made: Mapping[int, int]
) -> tuple[Character, ...]:
    """The characters with the ids of those whom they continue.

    Each takes the id with which it shares most; whom a correction made (``made``: row → number of the correction) gets an id after all
    of those that stays with the correction, and whoever else is new one after that.
    """
    if not len(unaided):
        return tuple(characters)
    known = int(unaided.character.max())
    by_correction = {number: row for row, number in made.items()}
    ids = {row: known + number for number, row in by_correction.items()}
    taken: set[int] = set()
    for _, number, row in sorted(_shared(mentions, members, unaided), key=lambda x: (-x[0], x[1], x[2])):
        if row not in ids and number not in taken:
            ids[row] = number
            taken.add(number)
    free = known + max(made.values(), default=0)
    for row in range(len(characters)):
        if row not in ids:
            free += 1
            ids[row] = free
    return tuple(replace(c, id=f"c{ids[row]}") for row, c in enumerate(characters))


def _number(character: str) -> int:
    return int(character[1:])


def _member_rows(mentions: Mentions, members: MentionMembers) -> Iterator[tuple[int, int, int, int]]:
    """(start, end, kind, row of the character) of every member of every mention."""
    start, end, kind = mentions.start.tolist(), mentions.end.tolist(), mentions.kind.tolist()
    for m, c in zip(members.mention.tolist(), members.character.tolist(), strict=True):
        yield start[m], end[m], kind[m], c


def _shared(mentions: Mentions, members: MentionMembers, unaided: Unaided) -> list[tuple[int, int, int]]:
    """(how much, number, row): what characters now share with those of before."""
    before: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    columns = (unaided.start.tolist(), unaided.end.tolist(), unaided.weight.tolist(), unaided.character.tolist())
    for start, end, weight, number in zip(*columns, strict=True):
        before[start, end].append((number, weight))
    shared: Counter[tuple[int, int]] = Counter()
    for start, end, _, row in _member_rows(mentions, members):
        for number, weight in before.get((start, end), ()):
            shared[number, row] += weight
    return [(n, number, row) for (number, row), n in shared.items()]
