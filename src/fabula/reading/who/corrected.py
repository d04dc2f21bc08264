"""What the user corrected, as inputs to the decisions of who-is-who: people that are one, people that are not, fixed speakers and mentions.

Corrections are taken in the order of the log, first on names (before people are used for anything), then on everybody else (roles, kin,
the narrator), so that all that is decided afterwards knows them. What they fix is held against every later decision.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace

from fabula.anchors import Anchor, find_anchors
from fabula.corrections import NOBODY, USER, Applied, Correction, Whom, decisive
from fabula.elements import Character, Quote
from fabula.layers import MentionKind
from fabula.reading.who.dialogue import Decision
from fabula.reading.who.page import Page
from fabula.reading.who.people import Person
from fabula.reading.who.spots import Spot
from fabula.spans import Span


class Known(Person):
    """A person whose pronouns the user has said."""

    __slots__ = ("said",)

    def __init__(self, said: str, other: Person) -> None:
        super().__init__(**{f.name: getattr(other, f.name) for f in fields(Person)})
        self.said = said

    def gender(self) -> str:
        return self.said

    def fits(self, pronoun: str) -> float:
        return 1.0 if pronoun == self.said else 0.0


@dataclass(slots=True)
class Corrections:
    """The corrections of one reading and what they come to. People, quotations and mentions are rows, as in the reading.

    ``said``: speaker by quotation, -1 for nobody knows; ``fixed``: people by mention; ``apart``: pairs who are never one; ``names``,
    ``kinds``: by person; ``theirs``: people whom the user set; ``made``: person → number of the correction that made them;
    ``settled``: uids of corrections that need nothing more; ``nowhere``: tokens whose names are nobody's.
    """

    page: Page
    log: Sequence[Correction] = ()
    places: dict[Anchor, Span] = field(default_factory=dict)
    said: dict[int, int] = field(default_factory=dict)
    fixed: dict[int, tuple[int, ...]] = field(default_factory=dict)
    apart: list[tuple[int, int]] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    kinds: dict[int, str] = field(default_factory=dict)
    theirs: set[int] = field(default_factory=set)
    made: dict[int, int] = field(default_factory=dict)
    invented: dict[str, int] = field(default_factory=dict)
    settled: set[str] = field(default_factory=set)
    nowhere: set[int] = field(default_factory=set)
    applied: dict[str, Applied] = field(default_factory=dict)

    @classmethod
    def of(cls, page: Page, log: Iterable[Correction]) -> Corrections:
        """The corrections that concern who is who, their places found in the text as it is now."""
        mine = decisive(log)
        anchors = (a for c in mine for a in (*c.at, *(a for w in c.who for a in w.anchors)))
        return cls(page, mine, find_anchors(page.text, anchors))

    # --- places
    def tokens_at(self, anchor: Anchor) -> tuple[int, int] | None:
        """Tokens ``[first, last)`` that the anchor covers now."""
        span = self.places.get(anchor)
        if span is None:
            return None
        first, last = bisect_left(self.page.end, span.start + 1), bisect_left(self.page.start, span.end)
        return (first, last) if first < last else None

    def quote_at(self, anchor: Anchor) -> int:
        """The outermost quotation that the anchor covers or lies in, -1 where there is none."""
        found = self.tokens_at(anchor)
        inside = Counter(q for q in self.page.quote[slice(*found)] if q >= 0) if found else Counter[int]()
        return inside.most_common(1)[0][0] if inside else -1

    def surface(self, first: int, last: int) -> str:
        return " ".join(self.page.surface(first, last).split()).casefold()

    # --- what became of them
    def done(self, c: Correction) -> None:
        """The correction is worked in."""
        self.settled.add(c.uid)
        self.applied[c.uid] = Applied(c.uid, "applied", spans=tuple(self.places[a] for a in c.at if a in self.places))

    def orphan(self, c: Correction, message: str) -> None:
        """The correction finds no place in this text."""
        self.settled.add(c.uid)
        self.applied[c.uid] = Applied(c.uid, "orphan", message)

    def open(self) -> list[Correction]:
        """The corrections that are not worked in yet, in order."""
        return [c for c in self.log if c.uid not in self.settled]

    # --- people
    def invent(self, whom: Whom, people: list[Person], number: int) -> int:
        """Someone whom the story never names: the user gave the name."""
        key = whom.name.casefold()
        if key not in self.invented:
            people.append(Person())
            self.invented[key] = len(people) - 1
            self.make(len(people) - 1, number, whom.name)
        return self.invented[key]

    def make(self, person: int, number: int, name: str = "") -> None:
        """``person`` is there because the user said so."""
        self.made[person] = number
        self.theirs.add(person)
        if name:
            self.names[person] = name

    def are_apart(self, people: list[Person], i: int, j: int) -> bool:
        """Whether the user said that the two are not one."""
        pair = {root(people, i), root(people, j)}
        return len(pair) == 2 and any({root(people, x), root(people, y)} == pair for x, y in self.apart)

    def unite(self, people: list[Person], i: int, j: int) -> None:
        """The user says now that the two are one, whatever was said before."""
        self.apart = [(x, y) for x, y in self.apart if {root(people, x), root(people, y)} != {i, j}]

    def carry(self, people: list[Person], i: int, j: int) -> None:
        """What holds for ``i`` holds for ``j``, whom it turns out to be."""
        mine, theirs = people[i], people[j]
        if isinstance(mine, Known) and not isinstance(theirs, Known):
            people[j] = Known(mine.said, theirs)
        for table in (self.names, self.kinds):
            if i in table:
                table.setdefault(j, table[i])
        if i in self.theirs:
            self.theirs.add(j)

    # --- held against later decisions
    def hold(self, spots: list[Spot], decisions: list[Decision], people: list[Person]) -> None:
        """Put what the user fixed back in its place, certain."""
        for q, person in self.said.items():
            speaker = root(people, person)
            others = tuple(p for p in decisions[q].addressees if p != speaker)
            d = decisions[q]
            d.speaker, d.confidence, d.alternatives, d.addressees = speaker, 1.0, [], others if speaker >= 0 else ()
        for row, who in self.fixed.items():
            spots[row].who = tuple(dict.fromkeys(root(people, p) for p in who))
            spots[row].confidence, spots[row].fixed = 1.0, True

    def speakers(self, people: list[Person]) -> dict[int, int]:
        """The speakers that the user fixed, by quotation."""
        return {q: root(people, p) for q, p in self.said.items() if p >= 0}

    # --- elements
    def named(self, people: list[Person]) -> dict[int, str]:
        return {root(people, i): name for i, name in self.names.items()}

    def dress(self, characters: Sequence[Character], row_of: dict[int, int], people: list[Person]) -> tuple[Character, ...]:
        """Characters with what the user set: their kind, and that they are the user's."""
        out = list(characters)
        kinds = {root(people, i): kind for i, kind in self.kinds.items()}
        for i in {root(people, p) for p in self.theirs} & set(row_of):
            c = out[row_of[i]]
            out[row_of[i]] = replace(c, kind=kinds.get(i, c.kind), confidence=1.0, origin=USER)  # type: ignore[arg-type]
        return tuple(out)

    def sign(self, quotes: Sequence[Quote]) -> tuple[Quote, ...]:
        """Quotes with the user as the origin of the speakers that the user set."""
        return tuple(replace(q, origin=USER) if row in self.said else q for row, q in enumerate(quotes))

    def fresh_numbers(self, people: list[Person], row_of: dict[int, int]) -> dict[int, int]:
        """Row of the characters whom corrections made → number of the correction."""
        return {row_of[i]: n for p, n in self.made.items() if (i := root(people, p)) in row_of and i == p}

    def outcome(self) -> tuple[Applied, ...]:
        """What became of each correction, in the order of the log."""
        return tuple(self.applied[c.uid] for c in self.log if c.uid in self.applied)


def root(people: list[Person], i: int) -> int:
    """The person that ``i`` turned out to be."""
    while i >= 0 and people[i].merged_into >= 0:
        i = people[i].merged_into
    return i


def is_nobody(c: Correction) -> bool:
    return c.kind == "retype" and c.value == NOBODY


def spot_at(spots: list[Spot], tokens: tuple[int, int]) -> int:
    """Row of the mention at tokens ``[first, last)``: the same range, else one with the same head; -1 where there is none."""
    first, last = tokens
    low = bisect_left(spots, first - 4, key=lambda s: s.first)
    near = [k for k in range(low, bisect_left(spots, last, key=lambda s: s.first)) if spots[k].last > first]
    exact = next((k for k in near if (spots[k].first, spots[k].last) == tokens), -1)
    same_head = [k for k in near if spots[k].last == last and (spots[k].kind != MentionKind.PRONOUN or last - first == 1)]
    return exact if exact >= 0 or not same_head else same_head[0]
