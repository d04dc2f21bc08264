"""Characters from names: which uses of names are one person.

Full names first; then single names, titles with surnames, hypocorisms and short forms join the one full name that they fit.
A form that fits two people stays with neither by force: it goes to the one who carries it most, or stays a person of its own.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from math import exp, log, log1p

from fabula.lexicons import words
from fabula.reading.who.first_names import ending_share, given_gender, given_names, is_given, kin_gender, known_gender, nicknames
from fabula.reading.who.names import NameUse

Key = tuple[tuple[str, ...], tuple[str, ...]]


@cache
def _short_forms_of(full: str) -> frozenset[str]:
    return frozenset(short for short, names in nicknames().items() if full in names)


def title_gender(title: str) -> str | None:
    return next((g for g in ("he", "she") if title in words("titles", g)), None)


LIKELY = 0.7
"""Probability of a pronoun from which somebody is said to go by it."""
SURE = 0.75
"""Probability of a pronoun from which the other one is out of the question."""
SELDOM = 0.15
"""How well a pronoun fits that somebody seldom goes by."""
_THEY_LEAST, _THEY_RATIO, _LINKED_THEY = 1.6, 0.8, 0.25
_ENDING_MOST = 3.0
_FEW = 0.5


@cache
def _weights() -> Mapping[str, float]:
    """Log odds of *she* against *he* by kind of evidence (training/who/pronouns.py)."""
    text = files("fabula.reading.who").joinpath("weights", "pronouns.json").read_text(encoding="utf-8")
    return {kind: float(weight) for kind, weight in json.loads(text).items()}


def _lean(genders: Iterable[str | None]) -> float:
    """1 for *she* and -1 for *he*, none where they cancel out or nothing tells."""
    found = list(genders)
    return float(max(-1, min(1, found.count("she") - found.count("he"))))


def _balance(votes: Mapping[str, float]) -> float:
    return log1p(votes.get("she", 0.0)) - log1p(votes.get("he", 0.0))


def _surplus(votes: Mapping[str, float]) -> float:
    """From -1 (all *he*) to 1 (all *she*), near 0 where there are few: in a long story a little of every pronoun leads to everybody."""
    she, he = votes.get("she", 0.0), votes.get("he", 0.0)
    return (she - he) / (she + he + _FEW)


@dataclass(slots=True)
class Person:
    """A character being built: its forms with their uses, and evidence for its pronouns.

    ``pronouns``: those that follow the name and belong to it, weighed; ``linked``: those that the reader model links to it, by probability.
    """

    forms: Counter[Key] = field(default_factory=Counter)
    given: Counter[str] = field(default_factory=Counter)
    surname: Counter[str] = field(default_factory=Counter)
    titles: Counter[str] = field(default_factory=Counter)
    pronouns: Counter[str] = field(default_factory=Counter)
    linked: Counter[str] = field(default_factory=Counter)
    nominal: str = ""  # head noun of a character known by description only
    merged_into: int = -1

    def take(self, other: Person) -> None:
        """Take over the forms and the evidence of somebody who turns out to be this person."""
        for name in ("forms", "given", "surname", "titles", "pronouns", "linked"):
            getattr(self, name).update(getattr(other, name))

    def forget_pronouns(self) -> None:
        """What followed the name of whoever tells the story was of others: narrators say *I* of themselves."""
        self.pronouns.clear()
        self.linked.clear()

    @property
    def uses(self) -> int:
        return sum(self.forms.values())

    def evidence(self) -> dict[str, float]:
        """What speaks for *she* (above 0) and for *he* (below), by kind: titles and descriptions, given names, pronouns."""
        own = {w: g for w in self.given if (g := known_gender(w)) is not None}
        kin = {w: g for w in self.given if w not in own and (g := kin_gender(w)) is not None}
        wide = {w: given_gender(w) for w in self.given if w not in own and w not in kin}
        unlisted = [w for w, g in wide.items() if g is None and not is_given(w) and w not in words("common_words")]
        shares = [ending_share(w) for w in unlisted] if not self.titles and not self.nominal else []
        ending = sum(log(share / (1.0 - share)) for share in shares)
        described = [g for g in ("he", "she") if self.nominal in words("persons", g) | words("persons", f"kin_{g}")]
        return {
            "title": _lean([*map(title_gender, self.titles), *(described if self.nominal else ())]),
            "own": _lean(own.values()),
            "kin": _lean(kin.values()),
            "wide": _lean(wide.values()),
            "ending": max(-_ENDING_MOST, min(_ENDING_MOST, ending)),
            "votes": _balance(self.pronouns),
            "linked": _surplus(self.linked),
        }

    def hers(self) -> float:
        """How likely somebody who does not go by *they* goes by *she*."""
        weights = _weights()
        return 1.0 / (1.0 + exp(-sum(weights[kind] * value for kind, value in self.evidence().items())))

    def fits(self, pronoun: str) -> float:
        """How well the evidence speaks for a pronoun: 1 where it is sure, 0 where another is, else its probability."""
        if self.is_they():
            return 1.0 if pronoun == "they" else 0.0
        hers = self.hers()
        if pronoun == "they":
            return SELDOM if 1.0 - SURE < hers < SURE else 0.0
        share = hers if pronoun == "she" else 1.0 - hers
        return 1.0 if share >= SURE else 0.0 if share <= 1.0 - SURE else share

    def is_they(self) -> bool:
        """Whether somebody goes by *they*: what refers to one person is clearly that more often."""
        if any(title_gender(t) for t in self.titles):
            return False
        they = self.pronouns["they"] + _LINKED_THEY * self.linked["they"]
        else_ = sum(self.pronouns[g] + _LINKED_THEY * self.linked[g] for g in ("he", "she"))
        return they >= _THEY_LEAST and they > _THEY_RATIO * else_

    def gender_by_use(self) -> str:
        """As ``gender``, but by titles and pronouns alone, whatever the name suggests."""
        unnamed = Person(titles=self.titles, pronouns=self.pronouns, linked=self.linked)
        return unnamed.gender()

    def gender(self) -> str:
        """``he``, ``she``, ``they`` or ``unknown`` by titles, given names and the pronouns used near the name."""
        if self.is_they():
            return "they"
        hers = self.hers()
        return "she" if hers >= LIKELY else "he" if hers <= 1.0 - LIKELY else "unknown"


def fit_table(people: list[Person]) -> list[dict[str, float]]:
    """How well each person fits each third-person pronoun."""
    return [{g: p.fits(g) for g in ("he", "she", "they")} for p in people]


def split_name(key: Key) -> tuple[str, str]:
    """(given, surname) as far as one form tells; either may be empty."""
    titles, parts = key
    if len(parts) >= 2:
        return parts[0] if len(parts[0]) > 1 else "", parts[-1]
    word = parts[0]
    formal = [t for t in titles if t not in words("titles", "adjectives")]
    if not formal:
        return word, ""
    familiar = formal[-1] in words("persons", "kin_he") | words("persons", "kin_she") | words("titles", "with_given")
    if familiar and is_given(word):
        return word, ""
    return "", word


def _casual(short: str, full: str) -> bool:
    """What friends make of a name: ``Oons``/``Oona``, ``Cass``/``Caspian``, ``Kez``/``Kerensa``, ``Laz``/``Laszlo``, ``Quino``/``Joaquin``.

    >>> _casual("oons", "oona"), _casual("kez", "kerensa"), _casual("ann", "bob"), _casual("jones", "john")
    (True, True, False, False)
    """
    if len(short) >= 3 and short[-1] == "z" and any(full.startswith(short[:-1] + c) for c in ("r", "s")):
        return True
    stems = [short[: -len(end)] for end in words("hypocorisms", "casual_endings") if short.endswith(end)]
    return any(len(stem) >= 3 and stem != full and (full.startswith(stem) or full.endswith(stem)) for stem in stems)


class Clusters:
    """Joins forms of names into people."""

    def __init__(
        self, uses: list[NameUse], co_occurring: dict[frozenset[str], int], pronouns: dict[Key, Counter[str]], *, short_story: bool = False
    ) -> None:
        """``short_story``: few people, so that a name that opens another is short for it, whatever names there are elsewhere."""
        self.people: list[Person] = []
        self.of_form: dict[Key, int] = {}
        self.counts = Counter(u.key for u in uses)
        self.vocative = Counter(u.key for u in uses if u.vocative)
        self.together = co_occurring
        self.pronouns, self.short_story = pronouns, short_story

    @classmethod
    def of_one(cls, uses: list[NameUse], pronouns: Mapping[Key, Counter[str]]) -> Person:
        """The person to whom all of the uses belong."""
        clusters = cls(uses, {}, dict(pronouns))
        clusters.people.append(Person())
        for key in sorted(clusters.counts):
            clusters._add(0, key)
        return clusters.people[0]

    def _new(self, key: Key) -> int:
        self.people.append(Person())
        self._add(len(self.people) - 1, key)
        return len(self.people) - 1

    def _add(self, i: int, key: Key) -> None:
        n, p = self.counts[key], self.people[i]
        given, surname = split_name(key)
        p.forms[key] += n
        p.pronouns += self.pronouns.get(key, Counter())
        if given:
            p.given[given] += n
        if surname:
            p.surname[surname] += n
        for t in key[0]:
            if t not in words("titles", "adjectives"):
                p.titles[t] += n
        self.of_form[key] = i

    def _compatible(self, i: int, key: Key) -> bool:
        p = self.people[i]
        mine, theirs = {title_gender(t) for t in key[0]} - {None}, {title_gender(t) for t in p.titles} - {None}
        if mine and theirs and not mine & theirs:
            return False
        if mine and p.gender() not in (*mine, "unknown"):
            return False
        if mine and not theirs:
            known = {given_gender(g) for g in p.given} - {None}
            if known and not known & mine:
                return False
            if len(key[1]) > 1 and set(key[0]) & words("titles", "married") and "she" not in known:
                return False  # "Mrs. Newland Archer" is Newland Archer's wife
        if self._goes_by_husband(p) and not set(key[0]) & words("titles", "married"):
            return False
        return not self._ranks_clash(set(key[0]), p)

    @staticmethod
    def _goes_by_husband(p: Person) -> bool:
        """``Mrs. John Dashwood`` is known by her husband's given name."""
        return bool(set(p.titles) & words("titles", "married")) and bool(p.given) and all(given_gender(g) == "he" for g in p.given)

    @staticmethod
    def _ranks_clash(mine: set[str], p: Person) -> bool:
        """``Mrs`` and ``Miss`` of one surname are two women, and the ``Colonel`` is not his wife."""
        theirs = set(p.titles)
        unmarried, married = words("titles", "unmarried"), words("titles", "married")
        if (mine & married and theirs & unmarried) or (mine & unmarried and theirs & married):
            return True
        women = unmarried | married
        ranked = theirs - women - words("persons", "kin_she")
        return bool(mine & women and ranked and not theirs & women and not p.given)

    def _married_name_fits(self, i: int, key: Key) -> bool:
        """``Mrs Bennet`` is ``Jane Bennet`` only where the full name is used often enough beside it."""
        if not set(key[0]) & words("titles", "married"):
            return True
        full = sum(n for k, n in self.people[i].forms.items() if len(k[1]) > 1)
        often = full >= 0.15 * self.counts[key]
        return not often if self._goes_by_husband(self.people[i]) else often

    def _full_names(self) -> None:
        keys = sorted((k for k in self.counts if len(k[1]) >= 2), key=lambda k: (-self.counts[k], k))
        for key in keys:
            given, surname = split_name(key)
            hit = [
                i for i, p in enumerate(self.people)
                if surname in p.surname and (not given or not p.given or self._same_given(given, p)) and self._compatible(i, key)
            ]  # fmt: skip
            if len(hit) == 1 and (given or self.counts[key] < 3):
                self._add(hit[0], key)
            else:
                self._new(key)

    @staticmethod
    def _same_given(given: str, p: Person) -> bool:
        for g in p.given:
            if given == g or g in nicknames().get(given, ()) or given in nicknames().get(g, ()):
                return True
            if (len(given) == 1 and g.startswith(given)) or (len(g) == 1 and given.startswith(g)):
                return True
        return False

    def _best(self, hits: list[int]) -> int | None:
        """The only candidate, or the one used at least twice as often as the next."""
        hits = sorted(set(hits), key=lambda i: -self.people[i].uses)
        if not hits:
            return None
        if len(hits) == 1 or self.people[hits[0]].uses >= 2 * self.people[hits[1]].uses:
            return hits[0]
        return None

    def _titled(self) -> None:
        for key in sorted((k for k in self.counts if len(k[1]) == 1 and k[0]), key=lambda k: (-self.counts[k], k)):
            given, surname = split_name(key)
            if given:
                hits = [i for i, p in enumerate(self.people) if given in p.given and self._compatible(i, key)]
                hits = [i for i in hits if set(key[0]) & set(self.people[i].titles)] or hits  # "Sir John" is Sir John Middleton
            else:
                hits = [
                    i
                    for i, p in enumerate(self.people)
                    if surname in p.surname and self._compatible(i, key) and self._married_name_fits(i, key)
                ]
            found = hits[0] if len(hits) == 1 else (self._best(hits) if given else self._best_titled(hits, key))
            if found is None:
                self._new(key)
            else:
                self._add(found, key)

    def _best_titled(self, hits: list[int], key: Key) -> int | None:
        """Of several of one surname: the eldest daughter is ``Miss Surname``, her sisters are ``Miss Given``."""
        if set(key[0]) & words("titles", "unmarried"):
            hits = [i for i in hits if not any(set(k[0]) & set(key[0]) and split_name(k)[0] for k in self.people[i].forms)]
        return self._best(hits)

    def _bare(self) -> None:
        keys = sorted((k for k in self.counts if len(k[1]) == 1 and not k[0]), key=lambda k: (-self.counts[k], k))
        for key in keys:
            word = key[1][0]
            by_given = [i for i, p in enumerate(self.people) if word in p.given and not self._goes_by_husband(p)]
            by_surname = [i for i, p in enumerate(self.people) if word in p.surname]
            found = self._best_surname(by_surname) if not by_given else self._best_of_both(by_given, by_surname)
            if found is None and not by_given and not by_surname:
                found = self._best([i for i, p in enumerate(self.people) if word in p.titles])  # "Coach" is Coach Dubrowski
            if found is None:
                self._new(key)
            else:
                self._add(found, key)

    def _best_of_both(self, by_given: list[int], by_surname: list[int]) -> int | None:
        """A word that is one person's given name and another's surname: whoever carries it clearly more."""
        bearer = self._best_surname(by_surname)
        return self._best([*by_given, bearer] if bearer is not None else by_given)

    def _best_surname(self, hits: list[int]) -> int | None:
        """A bare surname: the only carrier, else the man, or the untitled one, who carries it most."""
        if len(hits) <= 1:
            return hits[0] if hits else None
        men = [i for i in hits if self.people[i].gender() != "she"]
        return max(men or hits, key=lambda i: (self.people[i].uses, -i))

    def _short_forms(self) -> None:
        """Hypocorisms (``Lizzy``), clipped forms used in address (``Gid``) and diminutives join the one name they fit."""
        by_word, alike = self._index()
        for i, p in enumerate(self.people):
            if p.merged_into >= 0 or p.surname or len(p.given) != 1:
                continue
            word = next(iter(p.given))
            others = sorted({j for full in nicknames().get(word, frozenset()) | _short_forms_of(word) for j in by_word[full]})
            hits = [j for j in others if j != i and self.people[j].merged_into < 0]
            if not hits and (self.short_story or word not in given_names() or word in nicknames()):
                others = sorted(alike[word[:2]] | alike[word[-3:]])
                hits = [j for j in others if j != i and self.people[j].merged_into < 0 and self._clipped_from(word, j)]
            hits = [j for j in hits if self._may_be_short(i, j) and not self._often_together(i, j) and self._on_first_names(j)]
            target = hits[0] if len(hits) == 1 else self._best(hits)
            if target is not None:
                self._merge(i, target)

    def _index(self) -> tuple[dict[str, set[int]], dict[str, set[int]]]:
        """People by given name, and by the two letters that open or the three that close one of their names."""
        by_word: dict[str, set[int]] = defaultdict(set)
        alike: dict[str, set[int]] = defaultdict(set)
        for j, q in enumerate(self.people):
            for word in q.given:
                by_word[word].add(j)
            for word in (*q.given, *q.surname):
                alike[word[:2]].add(j)
                alike[word[-3:]].add(j)
        return by_word, alike

    def _clipped_from(self, short: str, j: int) -> bool:
        names = (*self.people[j].given, *self.people[j].surname)
        return any(self._clipped(short, word) or (self.short_story and _casual(short, word)) for word in names)

    def _on_first_names(self, i: int) -> bool:
        """Whether the story calls this person by the bare given or full name often enough for a short form to be used."""
        p = self.people[i]
        bare = sum(n for (titles, parts), n in p.forms.items() if not titles and parts[0] in p.given)
        return bare >= 0.25 * p.uses

    @staticmethod
    def _clipped(short: str, full: str) -> bool:
        """``Gid``/``Gideon``, ``Dris``/``Idris``, ``Gracie``/``Grace``, ``Wicket``/``Wick``.

        >>> [Clusters._clipped(a, b) for a, b in (("gid", "gideon"), ("gracie", "grace"), ("ann", "bob"))]
        [True, True, False]
        """
        if short == full or min(len(short), len(full)) < 2:
            return False
        stem = short
        for ending in sorted(words("hypocorisms", "endings")):
            if short.endswith(ending) and len(short) - len(ending) >= 2:
                stem = short[: -len(ending)]
                if full == stem or full == stem + "e" or (len(stem) >= 3 and full.startswith(stem)):
                    return True
                if len(stem) >= 3 and stem[-1] == stem[-2] and full.startswith(stem[:-1]):
                    return True
        return full.startswith(short) or (len(short) >= 3 and full.endswith(short))

    def _misspellings(self) -> None:
        """A form used once or twice that is one letter away from a frequent name of five letters or more."""
        frequent = [j for j, q in enumerate(self.people) if q.merged_into < 0 and q.uses >= 8]
        for i, p in enumerate(self.people):
            if p.merged_into >= 0 or p.uses > 2 or len(p.forms) != 1 or p.titles:
                continue
            word = next(iter(p.forms))[1][-1]
            if len(word) < 5 or is_given(word):
                continue
            hits = [j for j in frequent if any(_one_letter_apart(word, w) for w in (*self.people[j].given, *self.people[j].surname))]
            if len(hits) == 1:
                self._merge(i, hits[0])

    def _may_be_short(self, i: int, j: int) -> bool:
        """Whether ``i`` may be called short for ``j`` by their pronouns. What a short form suggests by itself counts for nothing: *Sol* is
        Solomon, Soledad or Solveig."""
        return self.people[i].gender_by_use() in ("unknown", self.people[j].gender()) or self._genders_agree(i, j)

    def _genders_agree(self, i: int, j: int) -> bool:
        a, b = self.people[i].gender(), self.people[j].gender()
        return "unknown" in (a, b) or a == b

    def _often_together(self, i: int, j: int) -> bool:
        names = [{k[1][-1] for k in self.people[x].forms} | {k[1][0] for k in self.people[x].forms} for x in (i, j)]
        n = sum(self.together.get(frozenset((a, b)), 0) for a in names[0] for b in names[1])
        return n >= 3 and n > 0.1 * min(self.people[i].uses, self.people[j].uses)

    def _merge(self, i: int, j: int) -> None:
        self.people[j].take(self.people[i])
        self.people[i].merged_into = j
        for key, owner in self.of_form.items():
            if owner == i:
                self.of_form[key] = j

    def build(self) -> None:
        self._full_names()
        self._titled()
        self._bare()

    def join_short_forms(self) -> None:
        """After the pronouns of each person are counted."""
        self._short_forms()
        self._misspellings()

    def resolve(self, i: int) -> int:
        while self.people[i].merged_into >= 0:
            i = self.people[i].merged_into
        return i


def _one_letter_apart(a: str, b: str) -> bool:
    """Whether two words differ by one letter put in, left out, changed, or two swapped; same first letter.

    >>> _one_letter_apart("elizbeth", "elizabeth"), _one_letter_apart("jonh", "john"), _one_letter_apart("mary", "marx")
    (True, True, True)
    """
    if a == b or a[:1] != b[:1] or abs(len(a) - len(b)) > 1:
        return False
    if len(a) == len(b):
        diff = [k for k in range(len(a)) if a[k] != b[k]]
        return len(diff) == 1 or (len(diff) == 2 and diff[1] == diff[0] + 1 and a[diff[0]] == b[diff[1]] and a[diff[1]] == b[diff[0]])
    short, long = sorted((a, b), key=len)
    return any(long[:k] + long[k + 1 :] == short for k in range(len(long)))
