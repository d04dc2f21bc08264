"""Statements of what two people are to each other, one by one, as the text makes them; relationships.py weighs them against each other.

Three ways of saying it are read: a relative phrase ("his sister", "the brother of Ann") joined to the person it stands for, a sentence
that states the tie ("they were married"), and how people call each other ("Mum,").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations

from fabula.elements import Character
from fabula.layers import MentionKind
from fabula.lexicons import table, words
from fabula.reading.patterns import (
    ABSOLUTE,
    HIM,
    HIS,
    ME,
    MY,
    NAME,
    POSSESSOR,
    SOMEBODY,
    SUBJECT,
    YOUR,
    Sentenced,
    Slot,
    Unit,
    is_subject,
    stance,
)
from fabula.spans import Span

MOST_OF_A_GROUP = 6  # larger plural mentions are crowds: a tie of everyone with everyone says nothing
_OF_YOU = 0.7  # "your mother", said to two
_MY_SON = 0.5  # "Well, Josy, my son," says a priest, an uncle, a stranger
IN_SPEECH = 0.95  # people lie, joke and tease; the narration seldom does


_WAS = re.compile(r" (?:was|were) $")  # "he was my husband", said now
_UNFINISHED = re.compile(r" (?:be|being)(?: \w+)? $|(?:would|could|might|should|must|may|will|shall|'ll) (?:\w+ )?(?:be|have been)")


@dataclass(frozen=True, slots=True)
class Kin:
    """A word for a relative: ``end`` is ``head`` where the one so called is the first end of the tie, ``owner`` where its relative is."""

    word: str
    type: str
    end: str
    pronoun: str
    weight: float


@dataclass(frozen=True, slots=True)
class Tie:
    """One statement: ``a`` and ``b`` in the direction of the type, how sure, the words, the state it tells, and
    how it was found."""

    a: str
    b: str
    type: str
    confidence: float
    span: Span
    word: str = ""
    state: str | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Relative:
    """A relative phrase at ``text[start:end]`` of a unit: a relative, by ``kin``, of ``owners``."""

    start: int
    end: int
    owners: tuple[str, ...]
    owner_confidence: float
    kin: Kin
    modifiers: frozenset[str]
    plural: bool
    owner_char: str


@cache
def kin_words() -> dict[str, Kin]:
    """Every word for a relative, plural forms included (those with the ``Kin`` of the singular)."""
    out = {row[0]: Kin(row[0], row[1], row[2], row[3], float(row[4])) for row in table("kin", "ties")}
    return out | {plural: out[one] for plural, one in table("kin", "plurals") if one in out}


@cache
def plain_kin() -> Mapping[str, str]:
    """Every kin word that is another way to say one -> that one ("mum" -> "mother")."""
    return {w.strip(): row[0] for row in table("kin_names", "same") for w in (row[0], *row[1].split(","))}


@cache
def kin_names() -> Mapping[str, Kin]:
    """What relatives are called by as if by name: "Mum", "Yiayia", "Father"."""
    own = {w: kin_words()[w] for w in words("kin", "address") | words("kin", "ritual")}
    return {w.strip(): kin_words()[row[0]] for row in table("kin", "calls") for w in row[1].split(",")} | own


def _alternation(entries: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, entries), key=len, reverse=True))


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    kin, adjectives = _alternation(kin_words()), _alternation(words("kin", "adjectives"))
    head = rf"(?P<adj>(?:(?:{adjectives}),? ){{0,3}})(?P<kin>{kin})(?P<s>s?)(?![\w-])"
    name, owner = rf"(?P<t>{NAME})", f"[{NAME}{HIM}{HIS}{ABSOLUTE}{ME}{MY}]"
    closed = rf"(?:(?<![{HIS}{MY}])|(?= ?(?:[,.;:!?)…—–\"”]|--|$)))"  # "a friend of his", but not "the brother of his friend"
    close = r"(?=[,.;:!?)…—–\"”]|--|$)"
    be = r"(?:'s|'m|'re|'d been| (?:is|was|are|were|am|be|been|being|had been|has been|have been|became|becomes|remained|remains))"
    adverbs = _alternation(words("relations", "adverbs"))
    return {
        "quick": re.compile(rf"(?<![\w-])(?:{kin})s?(?![\w-])"),
        "of owner": re.compile(rf"(?P<p>{POSSESSOR}) {head}"),
        "owner after": re.compile(rf"(?<![\w'])(?:the |an? |one |)(?P<all>{head} (?:of|to)) (?P<p>{owner})(?!'s){closed}"),
        "chain": re.compile(rf"'s? {head}"),
        "had": re.compile(rf"(?P<p>{SUBJECT})(?: (?:have|has|had|had got)|'ve got|'s got|'d) (?P<a>an?|one|two|three|only one) {head}"),
        "name next": re.compile(rf" {name}(?!'s (?:own|turn))"),
        "names next": re.compile(rf",? (?P<all>{NAME}(?:, {NAME})*,? and {NAME})"),
        "name in commas": re.compile(rf"(?:,|--|—| —| –|:) {name}{close}"),
        "called": re.compile(rf",? (?:(?:was |is |had been |who was |who is )?(?:called|named)|whose name (?:was|is)) {name}"),
        "presented": re.compile(r"\b(?:this|that|here|it)(?:'s| is) $|\bmeet $"),
        "listed": re.compile(rf",? (?:and|or)\b|, (?:{NAME}|[{HIS}{MY}{YOUR}]|an?|the) ?"),
        "is name": re.compile(rf" (?:is|was) {name}{close}"),
        "name before": re.compile(rf"{name}(?:,|--|—| —| –) ?$"),
        "is": re.compile(rf"(?P<t>{SUBJECT})(?:, who)?{be}(?: (?:{adverbs})){{0,2}}(?P<not> not| no longer| never|n't)? $"),
        "closed": re.compile(r" ?(?:[,.;:!?)…—–\"”]|--|$)"),
        "open end": re.compile(rf" ?(?:[,.;:!?)…—–\"”]|--|$)| (?:{_alternation(words('relations', 'after a tie'))})\b"),
    }


def relatives(view: Sentenced, unit: Unit) -> Iterator[Relative]:
    """All relative phrases of a unit whose owner is known."""
    text, patterns = unit.text, _patterns()
    if not patterns["quick"].search(text):
        return
    for m in patterns["of owner"].finditer(text):
        first = _relative(unit, m, m.start("p"), m.start("p"))
        if first:
            yield first
            yield from _chained(view, unit, first)
    for m in patterns["owner after"].finditer(text):
        kin = kin_words()[m["kin"]]
        indefinite = text[m.start() : m.start("all")].strip() in ("a", "an", "")
        to = text[m.end("all") - 2 : m.end("all")] == "to"
        if to and (indefinite or kin.type not in ("sibling", "parent_child", "spouse", "other_kin")):
            continue  # "a father to him" is a manner of speaking
        if (found := _relative(unit, m, m.start(), m.start("p"))) is not None:
            yield replace(found, end=m.end())
    for m in patterns["had"].finditer(text):
        if (found := _relative(unit, m, m.start("a"), m.start("p"))) is not None:
            yield found


def _relative(unit: Unit, m: re.Match[str], start: int, owner: int) -> Relative | None:
    slot = unit.slots.get(owner)
    if slot is None or not slot.who or len(slot.who) > MOST_OF_A_GROUP:
        return None
    return Relative(
        start, m.end("s"), slot.who, slot.confidence, kin_words()[m["kin"]], frozenset(m["adj"].replace(",", "").split()),
        bool(m["s"]) or any(m["kin"] == plural for plural, _ in table("kin", "plurals")), unit.text[owner],
    )  # fmt: skip


def _chained(view: Sentenced, unit: Unit, first: Relative) -> Iterator[Relative]:
    """ "his sister's husband": the owner is whoever "his sister" stands for; where that is open nothing is said."""
    m = _patterns()["chain"].match(unit.text, first.end)
    if m is None:
        return
    owner = view.head(unit.source(first.start), unit.source(first.end - 1) + 1)
    if owner is not None and len(owner.who) == 1:
        second = Relative(
            first.start, m.end("s"), owner.who, owner.confidence, kin_words()[m["kin"]], frozenset(m["adj"].split()), bool(m["s"]), NAME
        )  # fmt: skip
        yield second


class TieFinder:
    """Finds the statements of ties in the units of a story."""

    def __init__(self, view: Sentenced, characters: tuple[Character, ...]) -> None:
        self.view = view
        self.pronouns = {c.id: c.pronouns for c in characters}
        self.animals = {c.id for c in characters if c.kind == "animal"}

    def in_unit(self, unit: Unit) -> Iterator[Tie]:
        for relative in relatives(self.view, unit):
            yield from self._of_relative(unit, relative)
        yield from self._mutual(unit)

    # --- relative phrases

    def _of_relative(self, unit: Unit, r: Relative) -> Iterator[Tie]:
        if r.modifiers & words("kin", "unreal"):
            return
        seen: set[str] = set()
        chained = unit.text.startswith("'s", r.end) or (r.plural and unit.text.startswith("'", r.end))
        for who, confidence, start, end in self._targets(unit, r, chained):
            for target in who:
                if target not in seen:
                    seen.add(target)
                    yield from self._ties(unit, r, target, confidence, start, end)

    def _targets(self, unit: Unit, r: Relative, chained: bool) -> Iterator[tuple[tuple[str, ...], float, int, int]]:
        """Whom a relative phrase stands for: (ids, confidence, start, end of the words that say so), best first."""
        text, patterns = unit.text, _patterns()
        if not chained:
            yield from self._beside(unit, r)
            before = patterns["is"].search(text, max(0, r.start - 60), r.start)
            if (
                before
                and is_subject(unit, before.start("t"))
                and patterns["open end"].match(text, r.end)
                and (slot := unit.slot(before, "t"))
                and slot.who
            ):
                denied = before["not"] is not None or text[before.start() :].startswith((" be ", " been ", " being "))
                held = 0.0 if denied else stance(unit, before.start(), r.end).factor
                plural_fits = r.plural or len(slot.who) == 1
                if held and plural_fits and self._finite(text, before):
                    yield slot.who, 0.85 * held * slot.confidence, before.start(), r.end
                return
        if self._vocative(unit, r):
            quote = unit.quote
            if quote and len(quote.addressees) == 1 and r.owner_char == MY and r.kin.type in ("parent_child", "sibling"):
                yield quote.addressees, 0.45 * quote.confidence, r.start, r.end
            return
        if re.search(r"(?<![\w])(?:like|as|than|any|no|be|become|becoming|becomes)(?: an?| if)? $", text[: r.start]):
            return
        head = self.view.head(unit.source(r.start), unit.source(r.end - 1) + 1)
        if head is None or (len(head.who) == 1) == r.plural or len(head.who) > MOST_OF_A_GROUP:
            return
        # "my uncle Philips" says who he is; whom a bare "my uncle" means is elected of all such phrases (tie_election.py)
        if head.kind == MentionKind.NAME and head.end > unit.source(r.end - 1) + 1:
            yield head.who, 0.78 * head.confidence, r.start, r.end

    @staticmethod
    def _finite(text: str, before: re.Match[str]) -> bool:
        """Whether the verb between subject and phrase asserts ("was", "has been"), so not "to be", "might have been"."""
        return not _UNFINISHED.search(before.group())

    def _beside(self, unit: Unit, r: Relative) -> Iterator[tuple[tuple[str, ...], float, int, int]]:
        """Names in apposition: "his sister Mary", "his sister, Mary,", "Mary, his sister,", "a sister called Mary"."""
        text, patterns = unit.text, _patterns()
        if r.plural:
            if m := patterns["names next"].match(text, r.end):
                slots = [unit.slots[i] for i in range(m.start("all"), m.end()) if i in unit.slots]
                yield tuple(w for s in slots for w in s.who), 0.8, r.start, m.end()
            return
        for key, confidence in (("name next", 0.88), ("called", 0.9), ("is name", 0.82), ("name in commas", 0.75)):
            m = patterns[key].match(text, r.end)
            slot = unit.slot(m, "t") if m else None
            listed = m is not None and patterns["listed"].match(text, m.end())
            set_off = key == "name in commas" and not patterns["presented"].search(text, 0, r.start)
            if m and slot and self._may_stand_for(unit, slot, set_off) and not listed:
                yield slot.who, confidence * slot.confidence, r.start, m.end()
                return
        m = patterns["name before"].search(text, 0, r.start)
        slot = unit.slot(m, "t") if m else None
        listed = m is not None and re.search(rf"(?:{NAME}|and|or|with|both),? $", text[: m.start()])
        if m and slot and patterns["closed"].match(text, r.end) and not listed and self._may_stand_for(unit, slot, True):
            tail = text[r.end : r.end + 6]
            if not tail.startswith((" and", ", and", " or", ", or")):
                address = _MY_SON if unit.quote is not None and r.owner_char == MY and re.match(r"[,!.?]", tail) else 1.0
                yield slot.who, 0.78 * address * slot.confidence, m.start(), r.end

    @staticmethod
    def _may_stand_for(unit: Unit, slot: Slot, set_off: bool) -> bool:
        """A single name; not one that is spoken to ("my sister, Tom, is ill")."""
        if slot.kind != MentionKind.NAME or len(slot.who) != 1:
            return False
        return not (set_off and unit.quote and slot.who[0] in unit.quote.addressees)

    @staticmethod
    def _vocative(unit: Unit, r: Relative) -> bool:
        """ "Come in, my child." """
        before, after = unit.text[: r.start].rstrip(" "), unit.text[r.end :]
        return (
            unit.quote is not None and r.owner_char == MY and not r.plural
            and (not before.strip("\"'“‘ ") or before.endswith((",", "!", "?", "—", ".")))
            and bool(re.match(r"[,.!?…;—\"”'’]|$", after)) and not re.match(r", (?:who|he|she|is|was)\b", after)
        )  # fmt: skip

    def _ties(self, unit: Unit, r: Relative, target: str, confidence: float, start: int, end: int) -> Iterator[Tie]:
        kin = r.kin
        if not self._fits(kin, target):
            return
        kind, state = kin.type, None
        if (r.modifiers & words("kin", "former") and kind in ("spouse", "romantic_partner")) or (
            unit.quote is not None and kind in ("spouse", "romantic_partner") and _WAS.search(unit.text[start : r.start])
        ):
            kind, state = "ex_partner", "separated"
        elif r.modifiers & words("kin", "dead") and kind == "spouse":
            state = "widowed"
        elif "estranged" in r.modifiers:
            state = "estranged"
        if self._elsewhere(unit, r):
            return
        if r.owner_char == YOUR and len(r.owners) > 1:
            confidence *= _OF_YOU
        confidence *= kin.weight * r.owner_confidence * (IN_SPEECH if unit.quote else 1.0) * (0.8 if len(r.owners) > 2 else 1.0)
        for owner in r.owners:
            if owner != target:
                a, b = (target, owner) if kin.end != "owner" else (owner, target)
                yield Tie(a, b, kind, confidence, unit.clause(start, end), kin.word, state)

    @staticmethod
    def _elsewhere(unit: Unit, r: Relative) -> bool:
        """ "The farmer and his wife": she is the farmer's, whoever that is; the trees read it (tie_trees.py)."""
        return unit.text[r.start] == HIS and unit.text[: r.start].endswith(" and ") and not unit.text[: r.start].endswith(f"{NAME} and ")

    def _fits(self, kin: Kin, target: str) -> bool:
        """Whether the word can mean that character, by pronoun and kind."""
        if kin.type == "owner_pet":
            return target in self.animals or self.pronouns.get(target) in ("it", "unknown")
        told = self.pronouns.get(target, "unknown")
        return kin.pronoun == "-" or (told in (kin.pronoun, "unknown", "they") and target not in self.animals)

    # --- what the members of a group are to each other

    def _mutual(self, unit: Unit) -> Iterator[Tie]:
        for m in _mutual_pattern().finditer(unit.text):
            slots = [unit.slots[i] for i in range(m.start("who"), m.end("who")) if i in unit.slots]
            members = tuple(dict.fromkeys(w for s in slots for w in s.who))
            held = stance(unit, m.start(), m.end()).factor * min((s.confidence for s in slots), default=0.0)
            yield from self._pairs(unit, m, members, 0.8 * held)
        for pattern in _named_group_patterns():
            for m in pattern.finditer(unit.text):
                slots = [unit.slots[i] for i in range(m.start("who"), m.end("who")) if i in unit.slots]
                held = stance(unit, m.start(), m.end()).factor * min((s.confidence for s in slots), default=0.0)
                yield from self._pairs(unit, m, tuple(dict.fromkeys(w for s in slots for w in s.who)), 0.8 * held)
        for m in _group_pattern().finditer(unit.text):
            head = self.view.head(unit.source(m.start()), unit.source(m.end() - 1) + 1)
            if head is not None and head.kind == MentionKind.NOMINAL and not unit.text[: m.start()].endswith("like "):
                yield from self._pairs(unit, m, head.who, 0.7 * head.confidence)

    def _pairs(self, unit: Unit, m: re.Match[str], members: tuple[str, ...], confidence: float) -> Iterator[Tie]:
        if not 2 <= len(members) <= MOST_OF_A_GROUP:
            return
        word = m["mutual"]
        kind = {row[0]: row[1] for row in table("kin", "mutual")}[word]
        needed = {"brothers": "he", "sisters": "she", "husbands": "he", "wives": "she"}.get(word.rsplit(" ", 1)[-1])
        if needed and any(self.pronouns.get(c, "unknown") not in (needed, "unknown", "they") for c in members):
            return
        if kind in ("spouse", "romantic_partner", "ex_partner") and len(members) != 2:
            return
        for a, b in combinations(members, 2):
            yield Tie(a, b, kind, confidence * (IN_SPEECH if unit.quote else 1.0), unit.clause(m.start(), m.end()), word)


@cache
def _mutual_pattern() -> re.Pattern[str]:
    """ "Ann and Tom were (old) friends", "they're brothers"."""
    mutual, adjectives = _alternation(row[0] for row in table("kin", "mutual")), _alternation(words("kin", "adjectives"))
    adverbs = _alternation(words("relations", "adverbs"))
    return re.compile(
        rf"(?P<who>{NAME}(?:, {NAME})* and {SOMEBODY}|{SUBJECT})(?:'re| are| were|'d been| had been| have been| became)"
        rf"(?: (?:{adverbs}|not)){{0,2}} (?:(?:{adjectives}|close|lifelong|childhood|firm|fast) )?(?P<mutual>{mutual})"
        rf"(?=[,.;:!?…—–\"”]|--|$| (?:and|but|from|since|for|in|at|now|again|once|who|because|,))"
    )


@cache
def _group_pattern() -> re.Pattern[str]:
    """ "the two sisters", "both brothers"."""
    mutual = _alternation(row[0] for row in table("kin", "mutual"))
    return re.compile(
        rf"(?<![\w])(?:the|both|these|those)(?: (?:two|three|four|young|old|elder|little|other))* (?P<mutual>{mutual})(?![\w'])"
    )


@cache
def _named_group_patterns() -> tuple[re.Pattern[str], ...]:
    """ "The brothers Ann and Tom", "Ann and Tom, who were twins,"."""
    mutual = _alternation(row[0] for row in table("kin", "mutual"))
    several = f"{NAME}(?:, {NAME})*,? and {NAME}"
    before = rf"(?<![\w])(?:the|two|both|her|his|their) (?:\w+ )?(?P<mutual>{mutual}),? (?P<who>{several})"
    after = rf"(?P<who>{several}),? (?:who (?:are|were|had been)|both|two|old|lifelong) (?:\w+ )?(?P<mutual>{mutual})(?=[,.;:!?…—–]|--|$)"
    return re.compile(before), re.compile(after)
