"""Corrections on names, before people are used for anything else: which uses of names are one person, two people, or nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from fabula.corrections import Correction, Whom
from fabula.layers import MentionKind
from fabula.lexicons import words
from fabula.reading.who.corrected import Corrections, is_nobody, root, spot_at
from fabula.reading.who.names import NameUse
from fabula.reading.who.page import Page
from fabula.reading.who.people import Clusters, Key, Person
from fabula.reading.who.spots import Part, Spot, pronoun_spot

Pronouns = Mapping[Key, Counter[str]]


class NameCorrector:
    """Takes corrections on the uses of names; ``uses`` and ``people`` change as it goes on."""

    def __init__(self, corrections: Corrections, uses: list[NameUse], people: list[Person], pronouns: Pronouns) -> None:
        self.c, self.page, self.uses, self.people, self.pronouns = corrections, corrections.page, uses, people, pronouns
        self._at = {t: u for u in uses for t in range(u.first, u.last)}

    def run(self) -> list[NameUse]:
        """The uses as the user wants them. What concerns people without names is left open."""
        ways: dict[str, Callable[[Correction], bool]] = {"merge": self._merge, "split": self._split, "mention": self._mention}
        for c in self.c.log:
            way = self._drop if is_nobody(c) else ways.get(c.kind)
            if way is not None and way(c):
                self.c.done(c)
        return self.uses

    # --- who is meant
    def _forms(self, whom: Whom) -> set[str]:
        return {" ".join(form.split()).casefold() for form in whom.forms}

    def _person(self, whom: Whom) -> int:
        """The person whom the places say, else whom the forms say most often; -1 where no name does."""
        found = [t for a in whom.anchors if (t := self.c.tokens_at(a))]
        votes = Counter(u.person for _, last in found if (u := self._at.get(last - 1)) and u.last == last)
        if not votes:
            forms = self._forms(whom)
            votes = Counter(u.person for u in self.uses if self.c.surface(u.first, u.last) in forms)
        return votes.most_common(1)[0][0] if votes else -1

    # --- the corrections
    def _merge(self, c: Correction) -> bool:
        people = [self._person(w) for w in c.who]
        if -1 in people:
            return False
        for other in people[1:]:
            self._join(root(self.people, people[0]), root(self.people, other))
        self.c.theirs.add(root(self.people, people[0]))
        return True

    def _uses_of(self, person: int) -> list[NameUse]:
        return [u for u in self.uses if u.person == person]

    def _join(self, i: int, j: int) -> None:
        """The less named of two becomes the other."""
        if i == j:
            return
        i, j = sorted((i, j), key=lambda p: self.people[p].uses)
        self.c.unite(self.people, i, j)
        self.c.carry(self.people, i, j)
        self.people[j].take(self.people[i])
        self.people[i].merged_into = j
        for u in self.uses:
            u.person = j if u.person == i else u.person

    def _split(self, c: Correction) -> bool:
        """Forms or single uses of one person become another; two who are two already stay so."""
        one = self._person(c.who[0])
        if one < 0:
            return False
        places = {t[1] - 1 for a in c.at if (t := self.c.tokens_at(a))}
        forms = self._forms(c.who[1]) if len(c.who) > 1 else set()
        mine = self._uses_of(one)
        taken = [u for u in mine if self.c.surface(u.first, u.last) in forms or u.last - 1 in places]
        other = self._person(c.who[1]) if len(c.who) > 1 and not taken else -1
        if taken and len(taken) < len(mine):
            other = self._take_out(one, taken)
            self.c.make(other, c.number, c.value)
        if other < 0 or other == one:
            return False
        self.c.apart.append((one, other))
        self.c.theirs.update((one, other))
        return places <= {u.last - 1 for u in taken}

    def _take_out(self, person: int, taken: list[NameUse]) -> int:
        """A new person of the uses ``taken``; the evidence of both is counted anew."""
        self.people.append(Clusters.of_one(taken, self.pronouns))
        for u in taken:
            u.person = len(self.people) - 1
        self._count_anew(person)
        return len(self.people) - 1

    def _count_anew(self, person: int) -> None:
        self.people[person] = Clusters.of_one(self._uses_of(person), self.pronouns)

    def _drop(self, c: Correction) -> bool:
        """The name is nobody's."""
        person = self._person(c.who[0])
        if person < 0:
            return False
        self.c.nowhere.update(t for u in self._uses_of(person) for t in range(u.first, u.last))
        self.uses = [u for u in self.uses if u.person != person]
        self._at = {t: u for u in self.uses for t in range(u.first, u.last)}
        return True

    def _mention(self, c: Correction) -> bool:
        """A use of a name is that of another, or was not seen. Whether it can be worked in is decided later; here only names move."""
        tokens = self.c.tokens_at(c.at[0]) if c.at else None
        if tokens is None or len(c.who) != 1:
            return False
        unknown = not c.who[0].forms and not c.who[0].anchors
        person = self.c.invent(c.who[0], self.people, c.number) if unknown else self._person(c.who[0])
        use = self._at.get(tokens[1] - 1)
        if person >= 0 and use is not None and use.person != person:
            before, use.person = use.person, person
            self._count_anew(before)
            self._count_anew(person)
        elif person >= 0 and use is None and is_name(self.page, *tokens):
            self._see(tokens, person)
            self._count_anew(person)
        return False

    def _see(self, tokens: tuple[int, int], person: int) -> None:
        """A name that was taken for none: wherever it stands in the story it is this person's."""
        name, first = self.page.words[slice(*tokens)], tokens[0]
        n = len(name)
        for t in range(len(self.page) - n + 1):
            same = self.page.words[t] == name[0] and self.page.words[t : t + n] == name and self.page.told[t]
            if (same and not any(x in self._at for x in range(t, t + n))) or t == first:
                self.c.nowhere.difference_update(range(t, t + n))
                use = NameUse(t, t + n, (), tuple(self.page.lower[t : t + n]), person=person)
                self.uses.append(use)
                self._at.update(dict.fromkeys(range(t, t + n), use))
        self.uses.sort(key=lambda u: u.first)


def is_name(page: Page, first: int, last: int) -> bool:
    """Whether tokens ``[first, last)`` may be a name: capitals, no pronoun, and no article that only opens a sentence."""
    opens = page.initial[first] and page.lower[first] in words("grammar", "determiner")
    return page.words[first][0].isupper() and not opens and all(page.is_word[first:last]) and pronoun_spot(page, first) is None


def correct_names(c: Corrections, uses: list[NameUse], people: list[Person], pronouns: Pronouns) -> list[NameUse]:
    """The uses of names as the user wants them."""
    return NameCorrector(c, uses, people, pronouns).run() if c.log else uses


# --- mentions
def correct_spots(c: Corrections, spots: list[Spot]) -> list[Spot]:
    """Mentions without those of nobody, and with those that the user found."""
    if not c.log:
        return spots
    gone = {k for x in c.open() if is_nobody(x) for k in _described(c, spots, x)}
    gone |= {k for k, s in enumerate(spots) if s.kind == MentionKind.NOMINAL and s.last - 1 in c.nowhere}
    new = [t for x in c.open() if x.kind == "mention" and (t := c.tokens_at(x.at[0])) and spot_at(spots, t) < 0]
    if not gone and not new:
        return spots
    kept = [s for k, s in enumerate(spots) if k not in gone] + [_spot(c.page, *t) for t in dict.fromkeys(new)]
    owners = {id(s): spots[s.owner] for s in spots if s.owner >= 0 and s.owner not in gone}
    kept.sort(key=lambda s: (s.first, -s.last))
    row = {id(s): k for k, s in enumerate(kept)}
    for s in kept:
        s.owner = row[id(owners[id(s)])] if id(s) in owners else -1
    return kept


def _described(c: Corrections, spots: list[Spot], x: Correction) -> list[int]:
    """Rows of the mentions of somebody who is none: those at the anchors, and those of the same words that nobody owns."""
    found = [t for a in x.who[0].anchors if (t := c.tokens_at(a))]
    rows = [k for t in found if (k := spot_at(spots, t)) >= 0 and spots[k].kind == MentionKind.NOMINAL]
    forms = {c.surface(spots[k].first, spots[k].last) for k in rows if spots[k].owner < 0}
    free = (k for k, s in enumerate(spots) if s.kind == MentionKind.NOMINAL and s.owner < 0) if forms else ()
    same = [k for k in free if c.surface(spots[k].first, spots[k].last) in forms]
    if rows:
        c.done(x)
    return sorted({*rows, *same})


def _spot(page: Page, first: int, last: int) -> Spot:
    """A mention that only the user saw."""
    kind = MentionKind.NAME if is_name(page, first, last) else MentionKind.NOMINAL
    head = page.lower[last - 1]
    return Spot(first, last, kind, Part.OTHER, page.quote[first], page.sentence[first], head=head, definite=True, at=last - 1)
