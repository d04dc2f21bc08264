"""Whom pronouns and descriptions mean: one pass over the story in order, each mention ranked against the people met so far.

Names are known before; I, you and we inside quotations follow their speakers and addressees. What is left (he, she, they, ``the older
man``, ``her sister``) is decided here by a learned ranker over each candidate's whole history, with ``somebody new`` and ``nobody`` among
the candidates, and groups for plurals.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations
from math import log1p
from typing import NamedTuple, Protocol

import numpy as np

from fabula.layers import MentionKind
from fabula.lexicons import words
from fabula.reading.who.candidates import FEATURES, NEW, NOBODY, OF_MENTION, Candidate, Describer, Linked, Talk
from fabula.reading.who.links import DOUBT, Alone, Links, Spread, meant_by
from fabula.reading.who.nominals import kin_together, of_one_surname, plain_kin
from fabula.reading.who.page import Page
from fabula.reading.who.people import Person
from fabula.reading.who.ranker import Ranker, Rows, shares
from fabula.reading.who.spots import Part, Spot, is_kin

CANDIDATES = 9
"""People that a mention is ranked against, by attention."""
NEAR = 0.02
"""Attention below which somebody is forgotten until mentioned again."""
AHEAD = 6
"""Sentences in which a name may follow the pronoun that stands for it."""
GROUPS = 3
TRIPLED, FOURED = 4, 5
"""People, the most attended to and those mentioned last, of whom any three, and any four, may be meant together."""
LARGEST = 8
TALKED = 6
"""Quotations before a mention whose speakers may be meant together."""
PAIRED = 4
"""People, the most attended to and those mentioned last, of whom any two may be meant together."""
KIN_KNOWN = 0.6
"""Probability from which somebody met before is taken to be a relative whom nobody has spoken of yet; else it is somebody new."""
LINKED = 2.0
"""Attention that a certain link is worth when candidates are chosen."""
_NOTHING: Mapping[int, float] = {}
_ALONE = Alone()
_RIVALS, _NOBODY_NEAR, _KNOWN, _FOLLOWED = (OF_MENTION.index(n) for n in ("rivals", "nobody_near", "link_known", "link_followed"))


class Crowd(NamedTuple):
    """Who is there where a group is meant, and how much attention everybody has who is not forgotten."""

    present: frozenset[int]
    attention: Mapping[int, float]


_NO_CROWD = Crowd(frozenset(), {})


class Choice(Protocol):
    """Decides a mention from its candidates; training puts its own in the place of the ranker."""

    def __call__(self, k: int, candidates: Sequence[Candidate], features: Rows) -> list[float]: ...


def by_ranker(ranker: Ranker) -> Choice:
    """The probabilities that the learned ranker gives."""
    over = ranker.over(FEATURES)
    return lambda k, candidates, features: shares(over.scores(features))


def _of_number(s: Spot, candidates: list[Candidate]) -> list[Candidate]:
    """The candidates of as many people as a mention counts, if there are any: ``the three of them`` are not two."""
    fits = [c for c in candidates if len(c) == s.number] if s.number > 1 else [c for c in candidates if len(c) > 1]
    return fits if fits and s.stand_in and s.plural else candidates


def _few_of(first: list[int], number: int) -> list[Candidate]:
    """Any two of the first people, any three, any four; ``number``: how many are meant, if more than one."""
    sizes = {2: PAIRED, 3: TRIPLED, 4: FOURED} if number <= 1 else {number: max(PAIRED + 1, number + 2)}
    return [g for n, of in sizes.items() for g in combinations(first[:of], n)]


class Resolver:
    """Resolves the open mentions of one page in place."""

    def __init__(
        self,
        page: Page,
        spots: list[Spot],
        people: list[Person],
        breaks: set[int],
        kin: dict[tuple[int, str], int],
        born: dict[int, int],
        talk: Talk,
        choose: Choice,
        narrator: int = -1,
        links: Links | None = None,
    ) -> None:
        self.page, self.spots, self.people, self.breaks, self.kin, self.narrator = page, spots, people, breaks, kin, narrator
        self.describer = Describer(page, spots, people, talk, narrator)
        self.talk, self.choose, self.born, self.links = talk, choose, born, links
        self.meant: dict[int, Mapping[int, float]] = {}
        self.alone = links.alone(self._certain, born) if links is not None else {}
        self.history = self.describer.history
        self.groups: list[Candidate] = []
        self.coordinated: list[Candidate] = []
        self._conjuncts: dict[int, Candidate] = {}
        self._quote = -1
        self.heads: dict[str, list[int]] = {}
        self.said_we: dict[int, Candidate] = {}
        self._names = [(s.sentence, s.who[0]) for s in spots if s.kind == MentionKind.NAME and len(s.who) == 1]

    def run(self) -> None:
        """Go through all mentions once, possessors before what they possess."""
        order = sorted(range(len(self.spots)), key=lambda k: (self.spots[k].first, self.spots[k].last))
        for k in order:
            s = self.spots[k]
            for q in range(self._quote + 1, s.quote + 1):
                for p in self.talk.speakers.get(q, ()):
                    self.history.speaks(p, s.sentence)
                self._quote = q
            decided = self.is_open(s)
            if decided:
                self._decide(k, s)
            self._remember(k, s, decided)

    def is_open(self, s: Spot) -> bool:
        """Whether a mention is decided here: third persons, descriptions, and we of a known speaker, that nothing has fixed."""
        if s.fixed or s.vocative or s.kind == MentionKind.NAME:
            return False
        if s.grammatical_person == 1 and s.plural:
            return self._speaker(s) >= 0
        return s.grammatical_person == 3

    def _speaker(self, s: Spot) -> int:
        """Who says a mention: the narrator outside quotations."""
        return next(iter(self.talk.speakers.get(s.quote, ())), -1) if s.quote >= 0 else self.narrator

    # --- candidates
    def _candidates(self, k: int, s: Spot, spread: Spread | None) -> list[Candidate]:
        if s.grammatical_person == 1:
            return self._companies(s)
        people = self._people(s, spread)
        out: list[Candidate] = [(p,) for p in people]
        if s.plural or s.gender == "they":
            groups = dict.fromkeys((*self._linked_groups(s, spread), *self._groups(s, self._people(s, spread, together=True))))
            out += [g for g in groups if g not in out]
            out = _of_number(s, out)
        if k not in self.talk.tags:  # who speaks is somebody
            out.append((NOBODY,))
        if (s.kind == MentionKind.NOMINAL and not (s.stand_in and s.plural)) or not people:
            out.append((NEW,))
        return out

    def _people(self, s: Spot, spread: Spread | None, *, together: bool = False) -> list[int]:
        """People met before who may be meant (``together``: with others, so whatever pronoun each goes by), most attended to and likeliest
        by links first; those whose name follows at once where nobody else is there."""
        strength: dict[int, float] = {}
        history = self.history
        owner = self._owner(s)
        forgotten = []
        for p in history.active:
            r = history.of[p]
            r.fade_to(s.sentence)
            value = r.level[0] + r.level[1] + 0.3 * r.level[2] + r.talk_level(s.sentence)
            if value <= NEAR:
                forgotten.append(p)
                continue
            if self._may_be(s, p, owner, together=together):
                strength[p] = value
        for p in forgotten:
            del history.active[p]
        if s.kind == MentionKind.NOMINAL:
            for p in self.heads.get(s.head, ())[-2:]:
                if p not in owner and self.people[p].merged_into < 0:
                    strength[p] = strength.get(p, 0.0) + 1.0
        for p, share in spread.people.items() if spread is not None else ():
            if share > DOUBT and self._may_be(s, p, owner, together=together):
                strength[p] = strength.get(p, 0.0) + LINKED * share
        ranked = sorted(strength, key=lambda p: (-strength[p], p))[:CANDIDATES]
        return ranked or self._named_soon(s)

    def _owner(self, s: Spot) -> Candidate:
        """Who is not meant by a mention because they stand in it, or do what is done to it."""
        return self.spots[s.owner].who if s.owner >= 0 else self._bound(s)

    def _may_be(self, s: Spot, p: int, owner: Candidate, *, together: bool = False) -> bool:
        """Whether somebody may be meant, alone or together with others, by where the mention stands and by its pronoun or noun: ``her
        father`` is no woman."""
        gendered = s.gender if s.kind == MentionKind.PRONOUN or s.gender in ("he", "she") else "unknown"
        if p in owner or self.people[p].merged_into >= 0:
            return False
        if not together and gendered != "unknown" and self.describer.fit[p][gendered] <= 0.0:
            return False
        return p != self.narrator or s.kind != MentionKind.PRONOUN

    def _bound(self, s: Spot) -> Candidate:
        """Whom a pronoun cannot mean: the subject of the verb whose object it is (``Emil hit him``)."""
        verb = self.page.head[s.at] if s.at >= 0 else -1
        row = self.describer.clauses.subject.get(verb, -1)
        return self.spots[row].who if row >= 0 and s.part == Part.OBJECT and self.page.rel[s.at] in ("obj", "iobj") else ()

    def _named_soon(self, s: Spot) -> list[int]:
        if s.kind != MentionKind.PRONOUN or s.gender == "they":
            return []
        near = self._names[bisect_left(self._names, (s.sentence, -1)) : bisect_left(self._names, (s.sentence + AHEAD + 1, -1))]
        return list(dict.fromkeys(p for _, p in near if self.describer.fit[p][s.gender] > 0.0))[:2]

    def _groups(self, s: Spot, people: list[int]) -> list[Candidate]:
        """Groups that a plural may mean: the last ones, those named together, any few or all who are attended to, the speaker's company."""
        out = [tuple(g) for g in (*self.groups[-GROUPS:][::-1], *self.coordinated[-GROUPS:][::-1], self._talkers(s))]
        if s.kind == MentionKind.NOMINAL and s.owner >= 0 and len(self.spots[s.owner].who) == 1:
            out.append(kin_together(self.spots[s.owner].who[0], s.head, self.kin))
        records = [(p, self.history.of[p]) for p in people if p in self.history.of]
        told = [p for p, r in sorted(records, key=lambda x: -x[1].last) if self.people[p].forms or r.mentions > 1]
        if len(told) >= 2:
            strongest = sorted(told, key=lambda p: -self.history.of[p].level[1])
            here = [p for p in strongest if self.history.of[p].level[1] > 0.5]
            out += [tuple(sorted(g)) for first in (told, strongest) for g in _few_of(first, s.number)]
            out += [tuple(sorted(g)) for g in (strongest[:3], here, *(here[:n] for n in range(FOURED, len(here))))]
            if s.quote >= 0:
                away = {*self.talk.speakers.get(s.quote, ()), *self.talk.addressees.get(s.quote, ())}
                out.append(tuple(sorted(p for p in here if p not in away)))
                out.append(tuple(sorted([p for p in strongest if p not in away][:2])))
            if self.narrator >= 0 and s.quote < 0:
                out.append(tuple(sorted(p for p in here if p != self.narrator)))
            if self.groups and self.describer.told_subject[-1] >= 0:  # of a group that has just been spoken of, all but who acts
                subject = self.spots[self.describer.told_subject[-1]].who
                out.append(tuple(sorted(p for p in self.groups[-1] if p not in subject)))
        return list(dict.fromkeys(g for g in out if 2 <= len(g) <= LARGEST))

    def _talkers(self, s: Spot) -> Candidate:
        """Who has said the last quotations before a mention, inside its scene or not."""
        last = s.quote if s.quote >= 0 else self._quote
        found = {p for q in range(max(0, last - TALKED + 1), last + 1) for p in self.talk.speakers.get(q, ())}
        return tuple(sorted(found))

    def _linked_groups(self, s: Spot, spread: Spread | None) -> list[Candidate]:
        """Groups that the mentions before stand for, and those whom they mean one by one: the likeliest two, three, and all."""
        if spread is None:
            return []
        owner = self._owner(s)
        likely = sorted((p for p, share in spread.people.items() if share > DOUBT / 2), key=lambda p: (-spread.people[p], p))
        each = [p for p in likely if p not in owner and self.people[p].merged_into < 0]
        out = sorted((g for g, share in spread.groups.items() if share > DOUBT / 2), key=lambda g: (-spread.groups[g], g))[:GROUPS]
        out += [tuple(sorted(each[:n])) for n in (2, 3, max(s.number, 2), len(each))]
        return [g for g in dict.fromkeys(out) if 2 <= len(g) <= LARGEST]

    def _companies(self, s: Spot) -> list[Candidate]:
        """Groups with the speaker in them that ``we`` may mean: with whoever is spoken to, with one other, with all who are there."""
        speaker, told = self._speaker(s), self.talk.addressees.get(s.quote, ())
        others = sorted((p for p in self.history.active if p != speaker), key=lambda p: (-self.history.of[p].level[1], p))
        here = [p for p in others if self.history.of[p].level[1] > 0.5]
        out = [(*told,), *((p,) for p in (*told, *others)[:CANDIDATES]), (*here,)]
        out += [tuple(p for p in g if p != speaker) for g in (*self.groups[-GROUPS:][::-1], *self.coordinated[-1:], self._talkers(s))]
        near = list(dict.fromkeys((*told, *others)))[:TRIPLED]
        out += [g for n in (2, 3) for g in combinations(near, n)]
        out += [tuple(near[: s.number - 1])] if s.number > FOURED else []
        if speaker in self.said_we:
            out.insert(0, tuple(p for p in self.said_we[speaker] if p != speaker))
        groups = dict.fromkeys(tuple(sorted({speaker, *g})) for g in out if g)
        return [*_of_number(s, [g for g in groups if 2 <= len(g) <= LARGEST]), (NOBODY,)]

    # --- deciding
    def _refers_to(self, k: int) -> Linked | None:
        """Whom the mentions that this one may refer back to mean; None without links."""
        if self.links is None or not self.links.asks(k):
            return None
        return self.links.antecedent_people(k, lambda row: self.meant.get(row, _NOTHING)), self.alone.get(k, _ALONE)

    def _certain(self, row: int) -> Mapping[int, float]:
        """Whom a name means, and the narrator's I."""
        s = self.spots[row]
        named = s.kind == MentionKind.NAME or (s.grammatical_person == 1 and s.quote < 0)
        return {s.who[0]: 1.0} if named and len(s.who) == 1 else _NOTHING

    def _features(self, k: int, s: Spot, candidates: list[Candidate], linked: Linked | None) -> Rows:
        d = self.describer
        mention, around = d.mention(k), d.around(k)
        people = [c[0] for c in candidates if len(c) == 1 and c[0] >= 0]
        level = d.levels(s, people)
        mention[_RIVALS] = min(len(people), 6) / 3
        mention[_NOBODY_NEAR] = float(not people)
        mention[_KNOWN] = 1.0 - linked[0].unassigned if linked is not None else 0.0
        mention[_FOLLOWED] = min(self.links.followed(k), 3.0) if self.links is not None else 0.0
        of: dict[int, list[float]] = {}
        crowd = self._crowd(s) if any(len(c) > 1 for c in candidates) else _NO_CROWD
        rows = np.zeros((len(candidates), len(FEATURES)), np.float32)
        rows[:, : len(mention)] = mention
        for i, who in enumerate(candidates):
            if who[0] < 0:
                row = d.dummy(who[0], linked)
            else:
                for p in who:
                    if p not in of:
                        of[p] = d.candidate(s, p, around, level, linked)
                row = of[who[0]] if len(who) == 1 else d.group([of[p] for p in who], who, s, self._marks(s, who, linked, crowd))
            rows[i, len(mention) :] = row
        return rows

    def _marks(self, s: Spot, who: Candidate, linked: Linked | None, crowd: Crowd) -> dict[str, float]:
        """What marks a group as such: who else is there, who speaks, and how much attention its members and the others have."""
        last = self.groups[-1] if self.groups else ()
        speakers, told = self.talk.speakers.get(s.quote, ()), self.talk.addressees.get(s.quote, ())
        attention = crowd.attention
        return {
            "last_group": float(set(who) == set(last)),
            "present_all": float(crowd.present <= set(who)),
            "has_speaker": float(bool(set(who) & set(speakers))),
            "company": float(bool(told) and set(who) == {*speakers, *told}),
            "same_we": float(self.said_we.get(self._speaker(s)) == who),
            "link_group": linked[0].groups.get(tuple(sorted(who)), 0.0) if linked is not None else 0.0,
            "least_attended": log1p(2 * min(attention.get(p, 0.0) for p in who)),
            "coordinated": float(bool(self.coordinated) and set(self.coordinated[-1]) == set(who)),
            "talkers": float(set(self._talkers(s)) == set(who)),
            "left_out": log1p(2 * max((x for p, x in attention.items() if p not in who), default=0.0)),
        }

    def _crowd(self, s: Spot) -> Crowd:
        records = {p: self.history.of[p] for p in self.history.active}
        present = frozenset(p for p, r in records.items() if r.level[1] > 0.5 and s.sentence - r.at < 20)
        for r in records.values():
            r.fade_to(s.sentence)
        return Crowd(present, {p: r.level[1] for p, r in records.items()})

    def _decide(self, k: int, s: Spot) -> None:
        if self._known_kin(s):
            return
        linked = self._refers_to(k)
        candidates = self._candidates(k, s, linked[0] if linked is not None else None)
        probability = self.choose(k, candidates, self._features(k, s, candidates, linked))
        ranked = sorted(zip(candidates, probability, strict=True), key=lambda x: -x[1])
        s.candidates = [(c[0], share) for c, share in ranked if len(c) == 1 and c[0] >= 0][:6]
        who, s.confidence = self._first_kin(s, ranked) or ranked[0]
        if who == (NEW,):
            who = (self._somebody_new(k, s),)
        s.who = who if who[0] >= 0 else ()
        if len(s.who) == 1 and s.kind == MentionKind.NOMINAL:
            if s.head not in self.heads or s.who[0] not in self.heads[s.head]:
                self.heads.setdefault(s.head, []).append(s.who[0])
            self._learn_kin(s)

    def _kin_key(self, s: Spot) -> tuple[int, str] | None:
        if s.kind != MentionKind.NOMINAL or s.owner < 0 or s.plural or not is_kin(s.head):
            return None
        owner = self.spots[s.owner].who
        plain = s.last - s.first <= 3 + (self.spots[s.owner].last - self.spots[s.owner].first - 1)
        return (owner[0], plain_kin(s.head)) if len(owner) == 1 and plain else None

    def _known_kin(self, s: Spot) -> bool:
        """``her sister`` is whoever was said to be her sister before."""
        key = self._kin_key(s)
        if key is None:
            return False
        if key not in self.kin and (namesake := of_one_surname(key, self.people)) >= 0:
            self.kin[key] = namesake
        if self.kin.get(key) not in self.history.of:
            return False
        s.who, s.confidence = (self.kin[key],), 0.8
        return True

    def _first_kin(self, s: Spot, ranked: Sequence[tuple[Candidate, float]]) -> tuple[Candidate, float] | None:
        """Somebody new, for a relative whom nobody known is likely enough to be: whoever is wrongly taken for one draws all that is said
        of both. Not a husband or wife, who is often somebody that the story is about, nor whoever has no name yet either."""
        key, best = self._kin_key(s), next((p for (p, *_), _ in ranked if p >= 0), -1)
        if key is None or key[1] in words("kin_names", "spouse") or (best >= 0 and not self.people[best].forms):
            return None
        if any(share >= KIN_KNOWN for who, share in ranked if who[0] >= 0):
            return None
        return next(((who, share) for who, share in ranked if who == (NEW,)), None)

    def _learn_kin(self, s: Spot) -> None:
        key = self._kin_key(s)
        if key is not None:
            self.kin.setdefault(key, s.who[0])

    def _somebody_new(self, k: int, s: Spot) -> int:
        """Whoever mention ``k`` introduces: the same person in every pass."""
        if k not in self.born:
            self.people.append(Person(nominal=s.head if s.kind == MentionKind.NOMINAL else "", pronouns=Counter({s.gender: 1})))
            self.describer.add(self.people[-1])
            self.born[k] = len(self.people) - 1
        p = self.born[k]
        while self.people[p].merged_into >= 0:
            p = self.people[p].merged_into
        return p

    def _remember(self, k: int, s: Spot, decided: bool) -> None:
        if not s.who:
            return
        self.meant[k] = meant_by(s, decided=decided)
        self.history.attend(k, s, self.meant[k], inner=self.describer.is_inner(s))
        self._coordinate(s)
        if len(s.who) > 1:
            group = tuple(sorted(s.who))
            if s.grammatical_person == 1:
                self.said_we[self._speaker(s)] = group
            self.groups = [*[g for g in self.groups if g != group][-5:], group]
        if s.quote < 0 and s.part == Part.SUBJECT:
            self.describer.told_subject = [self.describer.told_subject[-1], k]
            if self.describer.paragraph_subject[0] != self.page.paragraph[s.first]:
                self.describer.paragraph_subject = (self.page.paragraph[s.first], k)

    def _coordinate(self, s: Spot) -> None:
        """``Ann, Bea and their cousin`` are a group from now on."""
        first = self.page.head[s.at] if s.at >= 0 and self.page.rel[s.at] == "conj" else s.at
        group = tuple(sorted({*self._conjuncts.get(first, ()), *s.who}))
        self._conjuncts[first] = group
        if first != s.at and len(group) > 1:
            self.coordinated = [*[g for g in self.coordinated if not set(g) <= set(group)][-5:], group]
