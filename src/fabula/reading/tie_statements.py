"""Ties that need no relative phrase: whole sentences ("they were married"), names of address ("Mum,"), titles ("Mr. and Mrs. Vale")."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from fabula.elements import Character, Narration, Quote, Scene, Spans
from fabula.layers import MentionKind
from fabula.lexicons import table, words
from fabula.reading.cast import Cast, MentionView
from fabula.reading.patterns import HIS, MY, NAME, POSSESSOR, SOMEBODY, SUBJECT, YOUR, Unit, any_of, flat, is_subject, stance
from fabula.reading.tie_address import Address
from fabula.reading.ties import IN_SPEECH, Kin, Tie, kin_names
from fabula.spans import Span

_BE = r"(?:'s|'m|'re| is| was| are| were| am)"
_HAVE = r"(?: had| has| have|'d|'ve|'s)"
_END = r"(?=[,.;:!?)…—–\"”]|--|$| (?:and|but|or|who|for|in|now|when|since|after|before|because|at|on|last|by|until|till)\b)"


@dataclass(frozen=True, slots=True)
class State:
    """A change in the course of two people's tie."""

    pair: tuple[str, str]
    state: str
    span: Span


@dataclass(frozen=True, slots=True)
class Template:
    pattern: re.Pattern[str]
    type: str
    first: str  # the group that is the first end of the tie, "-" where it is undirected
    confidence: float
    state: str | None


def _compile(template: str) -> re.Pattern[str]:
    adverbs = "|".join(sorted(map(re.escape, words("relations", "adverbs")), key=len, reverse=True))
    slots = {
        "{A}": f"(?P<a>{SUBJECT})", "{B}": f"(?P<b>{SOMEBODY})(?!'s)", "{AB}": f"(?P<ab>{SUBJECT})",
        "{B2}": SOMEBODY, "{S}": SOMEBODY, "{P}": POSSESSOR,
        "{be}": _BE, "{have}": _HAVE, "{adv2}": rf"(?:(?:{adverbs}) ){{0,2}}", "{adv}": rf"(?:(?:{adverbs}) )?", "{end}": _END,
        "{HIS}": HIS, "{MY}": MY, "{YOUR}": YOUR, "{NAME}": NAME, "{art}": "(?:a|an|the)",
    }  # fmt: skip
    for name, pattern in slots.items():
        template = template.replace(name, pattern)
    return re.compile(template)


@cache
def _templates() -> tuple[Template, ...]:
    return tuple(
        Template(_compile(pattern), kind, first.lower(), float(confidence), None if state == "-" else state)
        for pattern, kind, first, confidence, state in table("relations", "statements")
    )


@cache
def _states() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((_compile(pattern), state) for pattern, state in table("relations", "states"))


@cache
def _romance() -> tuple[tuple[re.Pattern[str], float], ...]:
    return tuple((_compile(pattern), float(weight)) for pattern, weight in table("relations", "romance"))


@cache
def _triggered() -> re.Pattern[str]:
    return re.compile(any_of(*words("relations", "triggers")))


def stated(unit: Unit) -> Iterator[Tie]:
    """Ties that whole sentences state."""
    if not _triggered().search(unit.text):
        return
    for t in _templates():
        for m in t.pattern.finditer(unit.text):
            held = t.confidence * stance(unit, m.start(), m.end()).factor * (IN_SPEECH if unit.quote else 1.0)
            for a, b, sure in _pairs(unit, m):
                if held * sure > 0:
                    first, second = (b, a) if t.first == "b" else (a, b)
                    yield Tie(first, second, t.type, held * sure, unit.clause(m.start(), m.end()), "", t.state)


def states(unit: Unit) -> Iterator[State]:
    """Changes between two people, tied or not."""
    if _triggered().search(unit.text):
        for pattern, state in _states():
            for m in pattern.finditer(unit.text):
                for a, b, _ in _pairs(unit, m):
                    if state == "estranged" or not stance(unit, m.start(), m.end()).factor < 1:
                        yield State((min(a, b), max(a, b)), state, unit.clause(m.start(), m.end()))


def romance(unit: Unit) -> Iterator[Tie]:
    """Signs of love, each weak alone: ``confidence`` is the weight of the sign."""
    if _triggered().search(unit.text):
        for pattern, weight in _romance():
            for m in pattern.finditer(unit.text):
                if stance(unit, m.start(), m.end()).factor == 1:
                    for a, b, sure in _pairs(unit, m):
                        yield Tie(min(a, b), max(a, b), "romantic_partner", weight * sure, unit.clause(m.start(), m.end()), "sign")


def _pairs(unit: Unit, m: re.Match[str]) -> Iterator[tuple[str, str, float]]:
    groups = m.groupdict()
    if not is_subject(unit, m.start("ab" if groups.get("ab") else "a")):
        return
    if groups.get("ab"):
        slot = unit.slot(m, "ab")
        if slot and len(slot.who) == 2:
            yield slot.who[0], slot.who[1], slot.confidence
        return
    a, b = (unit.slot(m, g) if groups.get(g) else None for g in "ab")
    if a and b and len(a.who) == 1 == len(b.who) and a.who != b.who:
        yield a.who[0], b.who[0], min(a.confidence, b.confidence)


class Calls:
    """What people call each other and the titles they carry."""

    def __init__(
        self, text: str, cast: Cast, characters: tuple[Character, ...], narration: Narration, scenes: tuple[Scene, ...] = ()
    ) -> None:
        self.text, self.cast, self.narration, self.scenes = text, cast, narration, scenes
        self._scene_starts = [s.start for s in scenes]
        self.characters = {c.id: c for c in characters}
        self.names = {c.id: {c.name.lower()} | {a.text.lower() for a in c.aliases} for c in characters}

    def ties(self) -> Iterator[Tie]:
        for m in self.cast.mentions:
            if m.kind == MentionKind.PRONOUN or m.end - m.start > 40:
                continue
            shown = self.text[m.start : m.end].lower().replace("’", "'")
            if shown.split(" ", 1)[0] in words("kin", "title") and " " in shown:
                yield from self._by_kin_title(m, kin_names()[shown.split(" ", 1)[0]])
        yield from self.couples()

    def _by_kin_title(self, m: MentionView, kin: Kin) -> Iterator[Tie]:
        """ "Aunt Peg": everyone may call her so; whoever speaks to her like this mostly is her kin."""
        quote = self.cast.quote_at(m.start)
        if quote and quote.speaker and len(m.who) == 1 and m.who[0] != quote.speaker and self._spoken_to(m) and not self._possessed(m):
            yield from self._tie(
                m.who[0],
                quote.speaker,
                kin,
                _TO_THE_FACE * _heard(quote) * m.confidence,
                Span(m.start, m.end),
            )
        elif quote is None and self.narration.person == "first" and self.narration.narrator and len(m.who) == 1:
            yield from self._tie(m.who[0], self.narration.narrator, kin, 0.55 * m.confidence, Span(m.start, m.end))

    def _tie(self, relative: str, speaker: str, kin: Kin, confidence: float, span: Span) -> Iterator[Tie]:
        told = self.characters[relative].pronouns
        if relative != speaker and (kin.pronoun == "-" or told in (kin.pronoun, "unknown")):
            yield Tie(relative, speaker, kin.type, confidence, span, kin.word)

    def _possessed(self, m: MentionView) -> bool:
        before = self.text[max(0, m.start - 12) : m.start].lower()
        return bool(re.search(r"(?:\b(?:my|your|his|her|their|our|the|a|an|that|this)|['’]s|s['’])\s+(?:\w+\s+)?$", before))

    def _spoken_to(self, m: MentionView) -> bool:
        before, after = self.text[max(0, m.start - 2) : m.start], self.text[m.end : m.end + 2]
        return bool(re.search(r"(?:[,.!?—–-]\s*|[\"“'‘])$|^$", before)) and bool(re.match(r"\s?[,.!?…;—–\"”'’-](?!s\b)", after))

    def couples(self) -> Iterator[Tie]:
        """ "Mr. and Mrs. Vale" stand for two characters, or name two."""
        by_name: dict[str, set[str]] = {}
        for c in self.characters.values():
            total = sum(a.count for a in c.aliases)
            for alias in c.aliases:
                if alias.count >= _SHARE_OF_COUPLE * total:
                    by_name.setdefault(re.sub(r"\W+", " ", alias.text.lower()).strip(), set()).add(c.id)
        for m in _COUPLE.finditer(self.text):
            pair = [by_name.get(f"{title} {m['name'].lower()}", set()) for title in ("mr", "mrs")]
            if all(len(p) == 1 for p in pair) and (two := sorted({next(iter(p)) for p in pair})) and len(two) == 2:
                yield Tie(two[0], two[1], "spouse", 0.85, Span(*m.span()), "couple")


def _heard(quote: Quote) -> float:
    """How sure the speaker is."""
    return quote.confidence * (1.0 if quote.cue == "explicit" else 0.8)


_TO_THE_FACE = 0.72  # "Aunt Peg", to her face: neighbours' children say so too
_SHARE_OF_COUPLE = 0.2  # of all her names: a Diana who is "Mrs. Vale" once was taken for her mother
_COUPLE = re.compile(r"\bMr\.?\s+(?:and|&)\s+Mrs\.?\s+(?P<name>[A-Z][\w'’-]+)")


def by_pair(ties: Iterator[Tie]) -> Mapping[tuple[str, str], list[Tie]]:
    """Ties grouped by their unordered pair."""
    out: dict[tuple[str, str], list[Tie]] = {}
    for tie in ties:
        out.setdefault((min(tie.a, tie.b), max(tie.a, tie.b)), []).append(tie)
    return out


def spans_of(ties: list[Tie], most: int = 3) -> Spans:
    """The best few different pieces of evidence, in order of the text."""
    best: list[Span] = []
    for tie in sorted(ties, key=lambda t: (-t.confidence, t.span)):
        if not any(tie.span.overlaps(s) for s in best):
            best.append(tie.span)
        if len(best) == most:
            break
    return tuple(sorted(best))


@cache
def _formulas() -> tuple[tuple[re.Pattern[str], str, str, float], ...]:
    return tuple((re.compile(pattern), kind, first, float(sure)) for pattern, kind, first, sure in table("relations", "formulas"))


def formulas(text: str, quotes: tuple[Quote, ...]) -> Iterator[Tie]:
    """What people say to each other that tells what they are: "You're fired", "as your doctor"; "Marry me" is a sign of love."""
    for q in quotes:
        if q.speaker is None or len(q.addressees) != 1 or q.addressees[0] == q.speaker:
            continue
        said = flat(text[q.start : q.end])
        for pattern, kind, first, sure in _formulas():
            if (m := pattern.search(said)) is not None and not said[m.end() :].lstrip(" ").startswith("?" if kind != "love" else "\0"):
                a, b = (q.addressees[0], q.speaker) if first == "hearer" else (q.speaker, q.addressees[0])
                if first == "-":
                    a, b = min(a, b), max(a, b)
                type = "romantic_partner" if kind == "love" else kind
                word = "sign" if kind == "love" else "formula"
                yield Tie(a, b, type, sure * q.confidence, Span(q.start + m.start(), q.start + m.end()), word)


def offices(addresses: Iterable[Address]) -> Iterator[Tie]:
    """ "Am I dying, Doctor?": what somebody is called for what they do for the caller."""
    calls = {row[0]: (row[1], float(row[2])) for row in table("relations", "calls of office")}
    for a in addresses:
        if a.form == "formal" and a.word in calls:
            kind, sure = calls[a.word]
            yield Tie(a.to, a.speaker, kind, sure * a.sure, a.span, a.word, None, "call")
