"""Corrections on everybody else, once roles, kin and the narrator are people too: joins, names, types, speakers, mentions."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from fabula.corrections import IDENTITY, Correction, Whom
from fabula.layers import MentionKind
from fabula.reading.who.corrected import Known, is_nobody, root, spot_at
from fabula.reading.who.nominals import plain_kin
from fabula.reading.who.people import Person
from fabula.reading.who.spots import Spot, is_kin

if TYPE_CHECKING:
    from fabula.reading.who.state import Reading


def correct_people(r: Reading) -> None:
    """Take the corrections that are still open, in place; those that find nobody are orphans."""
    for c in r.corrections.open():
        PeopleCorrector(r, c).run()


class PeopleCorrector:
    """Takes one correction."""

    def __init__(self, r: Reading, c: Correction) -> None:
        self.r, self.c, self.all = r, c, r.corrections

    def run(self) -> None:
        people = [self._person(w) for w in self.c.who]
        if self.c.kind == "split":
            self._split(people)
        elif -1 in people:
            self.all.orphan(self.c, f"{self.c.who[people.index(-1)].name} is not in the story any more")
        elif self.c.kind in IDENTITY:
            self._set(people)
        else:
            self._fix(people)

    # --- who is meant
    def _spots_at(self, whom: Whom) -> list[int]:
        found = [t for a in whom.anchors if (t := self.all.tokens_at(a))]
        return [k for t in found if (k := spot_at(self.r.spots, t)) >= 0]

    def _person(self, whom: Whom) -> int:
        """The person at the places, else by the forms, else someone new who is described there; -1 where there is nobody."""
        spots, people = self.r.spots, self.r.people
        rows = self._spots_at(whom)
        if whom.kin and (owner := self._owner(whom)) >= 0:
            named = [k for k in rows if spots[k].owner >= 0 and owner in spots[spots[k].owner].who]
            return self._describe(named or rows[:1], self._kin(owner, whom.kin))
        votes = Counter(root(people, spots[k].who[0]) for k in rows if len(spots[k].who) == 1 and spots[k].fixed)
        votes = votes or self._named(whom.forms)
        if votes:
            return votes.most_common(1)[0][0]
        described = [k for k in rows if spots[k].kind == MentionKind.NOMINAL]
        if described:
            return self._describe(described)
        return self.all.invent(whom, people, self.c.number) if not whom.forms and not whom.anchors else -1

    def _named(self, forms: tuple[str, ...]) -> Counter[int]:
        """How often each person goes by the forms."""
        wanted = {" ".join(form.split()).casefold() for form in forms}
        names = (s for s in self.r.spots if wanted and s.kind == MentionKind.NAME and len(s.who) == 1)
        return Counter(root(self.r.people, s.who[0]) for s in names if self.all.surface(s.first, s.last) in wanted)

    def _owner(self, whom: Whom) -> int:
        """Whose kin is meant: by name, or the narrator's."""
        votes = self._named(whom.owner)
        return votes.most_common(1)[0][0] if votes else self.r.narrator if not whom.owner else -1

    def _kin(self, owner: int, word: str) -> int:
        """The kin of somebody, who is a person from here on."""
        key = owner, plain_kin(word)
        if key not in self.r.kin:
            self.r.people.append(Person(nominal=word))
            self.r.kin[key] = len(self.r.people) - 1
        return root(self.r.people, self.r.kin[key])

    def _describe(self, rows: list[int], person: int = -1, *, tells_kin: bool = False) -> int:
        """The descriptions at ``rows`` are one person's, a new one's if need be.

        ``tells_kin``: whose kin it is may be learned from them, though it takes a pronoun to tell.
        """
        if person < 0:
            head = next((self.r.spots[k].head for k in rows if self.r.spots[k].kind == MentionKind.NOMINAL), "")
            self.r.people.append(Person(nominal=head))
            person = len(self.r.people) - 1
        for k in rows:
            s = self.r.spots[k]
            s.who, s.fixed, s.confidence = (person,), True, 1.0
            owner = self.r.spots[s.owner].who if s.owner >= 0 else ()
            if is_kin(s.head) and len(owner) == 1 and owner[0] != person:
                self.r.kin[owner[0], plain_kin(s.head)] = person
            elif not owner and not tells_kin:
                s.owner = -1
        return person

    # --- what holds
    def _set(self, found: list[int]) -> None:
        person = found[0]
        if self.c.kind == "merge":
            for other in found[1:]:
                person = self._join(person, other)
            for whom in self.c.who:
                rows = [k for k in self._spots_at(whom) if self.r.spots[k].kind == MentionKind.NOMINAL]
                if rows and not whom.kin:
                    self._describe(rows, person)
        elif self.c.kind == "rename":
            self.all.names[person] = self.c.value
        elif is_nobody(self.c):
            self.all.orphan(self.c, f"{self.c.who[0].name} is not in the story any more")
            return
        elif self.c.kind == "retype":
            self.all.kinds[person] = self.c.value
        else:
            self.r.people[person] = Known(self.c.value, self.r.people[person])
        self.all.theirs.add(person)
        self.all.done(self.c)

    def _join(self, i: int, j: int) -> int:
        """Make one of two; the one who stays is named, and not the narrator."""
        people = self.r.people
        i, j = root(people, i), root(people, j)
        if i == j:
            return i
        i, j = sorted((i, j), key=lambda p: (p != self.r.narrator, people[p].uses))
        self.all.unite(people, i, j)
        self.r.join(i, j)
        if self.r.narrator == i:
            self.r.narrator = j
        return j

    def _split(self, found: list[int]) -> None:
        """The descriptions at the places are somebody else; or two who are two stay so."""
        here = [t for a in self.c.at if (t := self.all.tokens_at(a))]
        rows = [k for t in here if (k := spot_at(self.r.spots, t)) >= 0]
        taken_out = next((p for p, number in self.all.made.items() if number == self.c.number), -1)  # by names
        if rows and found[0] >= 0:
            other = self._describe(rows, taken_out)
            self.all.make(other, self.c.number, self.c.value)
        elif len(found) > 1:
            other = found[1]
        else:
            other = -1
        if -1 in (found[0], other) or root(self.r.people, found[0]) == root(self.r.people, other):
            self.all.orphan(self.c, f"{self.c.who[-1].name} cannot be told apart in this text")
            return
        self.all.apart.append((found[0], other))
        self.all.theirs.update((found[0], other))
        self.all.done(self.c)

    def _fix(self, found: list[int]) -> None:
        """A speaker or a mention."""
        anchor = self.c.at[0]
        if self.c.kind == "speaker":
            q = self.all.quote_at(anchor)
            if q < 0:
                self.all.orphan(self.c, f"no quotation “{_head(anchor.text)}” in the story any more")
                return
            self.all.said[q] = found[0] if found else -1
        else:
            tokens = self.all.tokens_at(anchor)
            row = spot_at(self.r.spots, tokens) if tokens else -1
            if row < 0:
                self.all.orphan(self.c, f"no mention “{_head(anchor.text)}” in the story any more")
                return
            self._fix_mention(row, found)
        self.all.done(self.c)

    def _fix_mention(self, row: int, who: list[int]) -> None:
        s = self.r.spots[row]
        s.who, s.fixed, s.confidence = tuple(dict.fromkeys(who)), True, 1.0
        self.all.fixed[row] = s.who
        if s.quote >= 0 and _is_i(s) and len(who) == 1:
            self.all.said.setdefault(s.quote, who[0])  # whoever says I speaks
        elif s.kind == MentionKind.NOMINAL and len(who) == 1:
            self._describe([row], who[0], tells_kin=True)


def _is_i(s: Spot) -> bool:
    return s.kind == MentionKind.PRONOUN and s.grammatical_person == 1 and not s.plural


def _head(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 40 else line[:40].rstrip() + " …"
