"""Links of a story: to whom each mention may refer back, and who may speak or be spoken to in each quotation, mention by mention.

What the reader model scores (:mod:`fabula.encoder.links`) are pairs of places in the text; decisions are about people. So each decision
asks for the mentions with their probabilities and adds them up by the people that they are taken to mean at that time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import log

import numpy as np
from numpy.typing import NDArray

from fabula.encoder import links as head
from fabula.encoder.links import ADDRESSEE, ANTECEDENT, SPEAKER, Items, Linking
from fabula.encoder.mixing import SIZE, mixed, mixes
from fabula.layers import MentionKind
from fabula.reading.who.page import Page
from fabula.reading.who.spots import Spot

F32 = NDArray[np.float32]
Ints = NDArray[np.int64]
PAIRS = 1 << 15
"""Pairs of an item and a mention that are scored together."""
FAINT = 0.004
"""Probability below which a mention is not looked at when people are summed up."""
DOUBT = 0.1
"""Probability from which somebody who may be meant counts as a meaning of a mention."""
_LEAST = 1e-3
_NOBODY: Mapping[int, float] = {}


def log_share(probability: float) -> float:
    """A probability on a scale from 0 to 1 that tells small ones apart.

    >>> [round(log_share(p), 2) for p in (0.0, 0.01, 0.1, 1.0)]
    [0.0, 0.35, 0.67, 1.0]
    """
    return log(probability / _LEAST + 1.0) / -log(_LEAST)


def meant_by(s: Spot, *, decided: bool) -> Mapping[int, float]:
    """How likely each person is meant: what is certain counts full, a decision by its probabilities."""
    if not s.who:
        return _NOBODY
    if not decided or len(s.who) > 1:
        return dict.fromkeys(s.who, 1.0 if len(s.who) == 1 else 0.6)
    return {s.who[0]: s.confidence} | {p: share for p, share in s.candidates if share > DOUBT}


def meant_now(s: Spot) -> Mapping[int, float]:
    """Whom one mention is taken to mean by now, if it means one person: names and what is settled for certain."""
    return meant_by(s, decided=not s.fixed and s.kind != MentionKind.NAME) if len(s.who) == 1 else _NOBODY


@dataclass(frozen=True, slots=True)
class Answers:
    """What may answer one item: rows of spots with their probabilities, and that of none; together they make 1."""

    rows: Ints
    probabilities: F32
    none: float


@dataclass(frozen=True, slots=True)
class Spread:
    """Probabilities by person, and by group for mentions of just these people together. ``best``: the greatest by person, or that of none;
    ``unassigned``: of mentions that mean nobody known, or several people."""

    people: Mapping[int, float] = field(default_factory=dict)
    groups: Mapping[tuple[int, ...], float] = field(default_factory=dict)
    none: float = 0.0
    best: float = 0.0
    unassigned: float = 0.0


@dataclass(frozen=True, slots=True)
class Alone:
    """Whom links alone make of a mention, by person: along all mentions back to names (``walked``), and of its antecedents that are names,
    as shares (``named``); and the greatest of each."""

    walked: Mapping[int, float] = field(default_factory=dict)
    named: Mapping[int, float] = field(default_factory=dict)
    most_walked: float = 0.0
    most_named: float = 0.0


@dataclass(frozen=True, slots=True)
class _Table:
    """Answers of all items in a row: item ``i`` has rows ``offsets[i]`` to ``offsets[i + 1]``."""

    offsets: list[int]
    rows: Ints
    probabilities: F32
    none: list[float]
    likely: list[list[tuple[int, float]]]

    def of(self, i: int) -> Answers:
        part = slice(self.offsets[i], self.offsets[i + 1])
        return Answers(self.rows[part], self.probabilities[part], self.none[i])


class Links:
    """The links of one reading. Everything is scored at once, when it is first asked for.

    ``words``: what the reader model tells of each token of the page.
    """

    def __init__(self, page: Page, spots: Sequence[Spot], linking: Linking) -> None:
        if len(linking.words) != len(page):
            raise ValueError("links must be of the same words as the page")
        self._page, self._spots, self._linking = page, spots, linking
        kinds = [self._kind(s) for s in spots]
        order = sorted((k for k, kind in enumerate(kinds) if kind >= 0), key=lambda k: (spots[k].first, -spots[k].last))
        self._rows = np.array(order, np.int64)
        self._mentions, self._quotes = self._all_items(
            [(spots[k].first, spots[k].last, kinds[k]) for k in order], [(a, b, head.QUOTE) for a, b in page.quotes if b > a]
        )
        self._asker = {k: i for i, k in enumerate(k for k in order if kinds[k] != head.FIRST)}
        self._quote = {q: i for i, q in enumerate(q for q, (a, b) in enumerate(page.quotes) if b > a)}

    # --- questions
    def asks(self, k: int) -> bool:
        """Whether spot ``k`` has antecedents: a name, a description or a third person."""
        return k in self._asker

    def antecedent(self, k: int) -> Answers:
        """The mentions before spot ``k`` that it may refer back to."""
        return self._antecedents.of(self._asker[k])

    def speaker(self, q: int) -> Answers:
        """The mentions before, in and after outermost quotation ``q`` of those who may speak it."""
        return self._speakers.of(self._quote[q])

    def addressee(self, q: int) -> Answers:
        """The mentions before, in and after outermost quotation ``q`` of those whom it may address."""
        return self._addressees.of(self._quote[q])

    def antecedent_people(self, k: int, meant: Callable[[int], Mapping[int, float]]) -> Spread:
        """Whom spot ``k`` may mean; ``meant``: from the row of a spot to the people that it may mean itself."""
        table, i = self._antecedents, self._asker[k]
        return by_person(self._spots, table.likely[i], table.none[i], meant)

    def followed(self, k: int) -> float:
        """How many mentions refer back to spot ``k`` itself, as a sum of probabilities: whoever is spoken of again is somebody."""
        return self._followed.get(k, 0.0)

    def likely_speakers(self, q: int) -> Sequence[tuple[int, float]]:
        """The mentions that are not all too unlikely to speak quotation ``q``: rows of spots with their probabilities."""
        return self._speakers.likely[self._quote[q]]

    def likely_addressees(self, q: int) -> Sequence[tuple[int, float]]:
        """As :meth:`likely_speakers`, of those whom quotation ``q`` may address."""
        return self._addressees.likely[self._quote[q]]

    def alone(self, certain: Callable[[int], Mapping[int, float]], born: Mapping[int, int]) -> dict[int, Alone]:
        """Whom each mention that asks means if links alone decide, whatever has been decided else: rows of spots -> people.

        Names and the narrator's I mean whom they mean (``certain``); a mention means whom its antecedents mean, each by its probability;
        a description without one means whoever is first met by it (``born``: row of a spot -> person).
        """
        walked: dict[int, Mapping[int, float]] = {}
        found: dict[int, Alone] = {}
        for k in self._rows.tolist():
            known = certain(k)
            if k in self._asker and not known:
                first = born.get(k, -1) if self._spots[k].kind == MentionKind.NOMINAL else -1
                found[k] = self._alone(self._asker[k], walked, certain, first)
                walked[k] = found[k].walked
            else:
                walked[k] = known
        return found

    def _alone(self, i: int, walked: Mapping[int, Mapping[int, float]], certain: Callable[[int], Mapping[int, float]], born: int) -> Alone:
        people: dict[int, float] = {}
        named: dict[int, float] = {}
        for row, share in self._antecedents.likely[i]:
            for p, sure in walked.get(row, _NOBODY).items():
                people[p] = people.get(p, 0.0) + share * sure
            for p, sure in certain(row).items():
                named[p] = named.get(p, 0.0) + share * sure
        if born >= 0:
            people[born] = people.get(born, 0.0) + self._antecedents.none[i]
        people = {p: x for p, x in people.items() if x > FAINT}
        total = sum(named.values())
        named = {p: x / total for p, x in named.items()} if total > FAINT else {}
        return Alone(people, named, max(people.values(), default=0.0), max(named.values(), default=0.0))

    # --- items
    @staticmethod
    def _kind(s: Spot) -> int:
        """The kind of a mention, -1 for one that neither asks nor answers: I and you in speech, you in narration."""
        speech = head.IN_SPEECH if s.quote >= 0 else 0
        if s.kind != MentionKind.PRONOUN:
            return (head.NAME if s.kind == MentionKind.NAME else head.NOMINAL) + speech
        if s.grammatical_person == 3:
            return head.PRONOUN + speech
        return head.FIRST if s.grammatical_person == 1 and not speech else -1

    def _all_items(self, mentions: Sequence[tuple[int, int, int]], quotes: Sequence[tuple[int, int, int]]) -> tuple[Items, Items]:
        """Mentions and quotations as items, each knowing what they are in the light of all."""
        first, last, kind = np.array([*mentions, *quotes], np.int64).reshape(-1, 3).T
        paragraph = np.array(self._page.paragraph, np.int64)[first]
        order = np.lexsort((-last, first))
        items = Items(first, last, kind, paragraph, np.zeros((len(first), 0), np.float32))
        if mixes(self._linking.weights):
            ordered = items.at(order)
            told = np.empty((len(first), SIZE), np.float32)
            told[order] = mixed(self._linking.weights, self._linking.words, ordered, self._forms(ordered))
            items = items._replace(mixed=told)
        return items.at(slice(0, len(mentions))), items.at(slice(len(mentions), None))

    def _forms(self, items: Items) -> Ints:
        """A number for the words of each name, -1 for what is none."""
        known: dict[tuple[str, ...], int] = {}
        names = (items.kind % head.IN_SPEECH == head.NAME) & (items.kind < head.QUOTE)
        return np.array(
            [
                known.setdefault(tuple(self._page.lower[a:b]), len(known)) if named else -1
                for a, b, named in zip(items.first.tolist(), items.last.tolist(), names.tolist(), strict=True)
            ],
            np.int64,
        )

    # --- tables
    @cached_property
    def _keys(self) -> head.Keys:
        return head.answers(self._linking.weights, self._linking.words, self._mentions)

    @cached_property
    def _antecedents(self) -> _Table:
        return self._table(ANTECEDENT, self._mentions.at(self._mentions.kind != head.FIRST))

    @cached_property
    def _followed(self) -> Mapping[int, float]:
        found: dict[int, float] = {}
        for likely in self._antecedents.likely:
            for row, share in likely:
                found[row] = found.get(row, 0.0) + share
        return found

    @cached_property
    def _speakers(self) -> _Table:
        return self._table(SPEAKER, self._quotes)

    @cached_property
    def _addressees(self) -> _Table:
        return self._table(ADDRESSEE, self._quotes)

    def _table(self, question: int, items: Items) -> _Table:
        """All answers to one question; items of like many answers are scored together."""
        low, high = head.ranges(self._mentions, items, ahead=question != ANTECEDENT)
        parts: list[tuple[Ints, Ints, F32]] = []
        none = np.zeros(len(items.first), np.float32)
        order, at = np.argsort(low - high, kind="stable"), 0
        while at < len(order):
            block = order[at : at + max(1, PAIRS // max(1, int(high[order[at]] - low[order[at]])))]
            probability, there, rows = self._block(question, items.at(block), low[block], high[block])
            none[block] = probability[:, -1]
            parts.append((np.repeat(block, there.sum(1)), rows[there], probability[:, :-1][there]))
            at += len(block)
        return self._joined(parts, none)

    def _block(self, question: int, items: Items, low: Ints, high: Ints) -> tuple[F32, NDArray[np.bool_], Ints]:
        """Probabilities ``[items, n + 1]``, that of none last; which of the ``n`` are answers at all; rows of mentions ``[items, n]``."""
        w = self._linking.weights
        asked = head.ask(w, question, self._linking.words, items)
        rows = low[:, None] + np.arange(int((high - low).max(initial=0)))
        there = rows < high[:, None]
        rows = np.where(there, rows, 0)
        if not rows.size:
            return np.ones((len(low), 1), np.float32), there, rows
        found = head.grid_scores(w, question, items, asked, self._mentions, self._keys, rows)
        scores = np.hstack([np.where(there, found, np.float32(-np.inf)), asked.none[:, None]])
        e = np.exp(scores - scores.max(1, keepdims=True))
        return (e / e.sum(1, keepdims=True)).astype(np.float32), there, rows

    def _joined(self, parts: Sequence[tuple[Ints, Ints, F32]], none: F32) -> _Table:
        """One table from the answers of all blocks: item, row of the mention, probability."""
        empty = (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float32))
        item, row, probability = (np.concatenate(column) for column in zip(empty, *parts, strict=True))
        order = np.argsort(item, kind="stable")
        item, rows, probability = item[order], self._rows[row[order]], probability[order]
        likely: list[list[tuple[int, float]]] = [[] for _ in none]
        strong = probability >= FAINT
        for i, k, share in zip(item[strong].tolist(), rows[strong].tolist(), probability[strong].tolist(), strict=True):
            likely[i].append((k, share))
        offsets = np.searchsorted(item, np.arange(len(none) + 1)).tolist()
        return _Table(offsets, rows, probability, none.tolist(), likely)


def by_person(
    spots: Sequence[Spot], answers: Sequence[tuple[int, float]], none: float, meant: Callable[[int], Mapping[int, float]]
) -> Spread:
    """The probabilities of mentions (rows of spots) summed up by the people that each may mean."""
    people: dict[int, float] = {}
    groups: dict[tuple[int, ...], float] = {}
    for k, share in answers:
        who = spots[k].who
        if len(who) > 1:
            group = tuple(sorted(who))
            groups[group] = groups.get(group, 0.0) + share
            continue
        for p, sure in meant(k).items():
            people[p] = people.get(p, 0.0) + share * sure
    return Spread(people, groups, none, max((none, *people.values())), max(0.0, 1.0 - none - sum(people.values())))


def links_of(page: Page, spots: Sequence[Spot], linking: Linking | None) -> Links | None:
    """The links of a reading; None where the reader model tells none."""
    return None if linking is None else Links(page, spots, linking)
