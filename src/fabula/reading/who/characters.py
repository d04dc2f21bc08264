"""From people, spots and decisions to the elements of the World: characters, mentions, quotes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, cast

from fabula.elements import Alias, Character, Pronouns, Quote
from fabula.layers import MentionKind, MentionMembers, Mentions, QuotationKind, Quotations
from fabula.lexicons import words
from fabula.reading.who.dialogue import Decision
from fabula.reading.who.people import Person
from fabula.reading.who.spots import Part, Spot
from fabula.reading.who.state import Reading
from fabula.spans import Span

KNOWN = {"explicit": 0.0, "anaphoric": 0.2, "implicit": 0.3}  # confidence under which a speaker is not said
SEEN = 3  # mentions from which somebody without a name and without a word is of the story
MAJOR_SHARE = 0.2  # of the most mentioned character's mentions, or of the most talkative one's quotations
_KINDS = {QuotationKind.SPEECH: "speech", QuotationKind.THOUGHT: "thought", QuotationKind.WRITING: "writing"}


@dataclass(frozen=True, slots=True)
class _Tally:
    """Counts by person: mentions, quotations, words spoken, subjects in narration; names and ``the …`` as written; first mention."""

    mentions: Counter[int]
    quotes: Counter[int]
    said: Counter[int]
    acts: Counter[int]
    aliases: dict[int, Counter[str]]
    descriptions: dict[int, Counter[str]]
    first: dict[int, Spot]


def _tally(r: Reading) -> _Tally:
    said: Counter[int] = Counter()
    for d, (a, b) in zip(r.decisions, r.page.quotes, strict=True):
        said[d.speaker] += sum(r.page.is_word[a:b])
    aliases: dict[int, Counter[str]] = defaultdict(Counter)
    descriptions: dict[int, Counter[str]] = defaultdict(Counter)
    first: dict[int, Spot] = {}
    for s in r.spots:
        for p in s.who:
            first.setdefault(p, s)
        if s.kind == MentionKind.NOMINAL and len(s.who) == 1 and r.page.lower[s.first] == "the":
            descriptions[s.who[0]][" ".join(["the", *r.page.surface(s.first, s.last).split()[1:]])] += 1
        if s.kind == MentionKind.NAME and len(s.who) == 1:
            aliases[s.who[0]][" ".join(r.page.surface(s.first, s.last).split())] += 1
    return _Tally(
        mentions=Counter(p for s in r.spots for p in s.who),
        quotes=Counter(d.speaker for d in r.decisions if d.speaker >= 0),
        said=said,
        acts=Counter(s.who[0] for s in r.spots if s.quote < 0 and s.part == Part.SUBJECT and len(s.who) == 1),
        aliases=aliases,
        descriptions=descriptions,
        first=first,
    )


def _best_name(aliases: Counter[str]) -> str:
    """The fullest form without a title; capitals throughout only where there is nothing else."""
    aliases = Counter({a: n for a, n in aliases.items() if not (a.isupper() and len(a) > 4)}) or aliases
    plain = {a: n for a, n in aliases.items() if not _words(a) & words("titles", "adjectives")} or dict(aliases)
    untitled = {a: n for a, n in plain.items() if a.split()[0].lower().strip(".") not in words("titles", "titles") and len(a.split()) > 1}
    pool = untitled or plain
    return max(pool, key=lambda a: (len(a.split()) if a in untitled else 0, pool[a], a))


def _words(alias: str) -> set[str]:
    return set(alias.lower().replace(".", "").split())


def _description(i: int, r: Reading, t: _Tally, names: dict[int, str]) -> str:
    """The shortest description of someone without a name: ``the nurse``, ``Ann's mother``."""
    if i == r.narrator:
        return "the narrator"
    owner, term = next((key for key, p in r.kin.items() if p == i), (-1, ""))
    if owner in names or owner == r.narrator >= 0:
        return f"{names.get(owner, 'the narrator')}'s {term}"
    if t.descriptions[i]:
        return min(t.descriptions[i], key=lambda d: (len(d.split()), -t.descriptions[i][d], d))
    return f"the {r.people[i].nominal}" if r.people[i].nominal else "somebody"


def _usual_name(aliases: dict[int, Counter[str]], i: int) -> str:
    """What the story mostly calls somebody, unless it calls others so as well: then the best name."""
    usual = max(sorted(aliases[i]), key=lambda name: aliases[i][name])
    return usual if sum(usual in forms for forms in aliases.values()) == 1 else _best_name(aliases[i])


def _importance(i: int, t: _Tally, named: bool) -> Literal["major", "minor", "mentioned"]:
    top_mentions, top_quotes = max(t.mentions.values(), default=1), max(t.quotes.values(), default=1)
    there = bool(t.quotes[i] or (t.acts[i] and (named or t.mentions[i] >= SEEN)))
    if there and (t.mentions[i] >= MAJOR_SHARE * top_mentions or t.quotes[i] >= MAJOR_SHARE * max(top_quotes, 5)):
        return "major"
    return "minor" if there else "mentioned"


def _trust(p: Person, mentions: int, quotes: int) -> float:
    """More uses and a name make a character surer; a description used once is for the review list."""
    base = 0.55 if p.forms else 0.35
    return round(min(0.97, base + 0.04 * min(mentions, 8) + 0.03 * min(quotes, 4)), 3)


def build_characters(r: Reading, origin: str, *, first: int = 0) -> tuple[tuple[Character, ...], dict[int, int]]:
    """Characters by number of mentions, and the row of each person among them; the ``first`` people come first, in their order."""
    t = _tally(r)
    live = [i for i, p in enumerate(r.people) if i < first or (p.merged_into < 0 and (t.mentions[i] or t.quotes[i]))]
    live.sort(key=lambda i: (i >= first, i if i < first else 0, -t.mentions[i], t.first[i].first if i in t.first else 0))
    named = r.corrections.named(r.people)
    names = {i: _best_name(t.aliases[i]) for i in live if t.aliases[i]} | named
    owners = {i: _usual_name(t.aliases, i) for i in live if t.aliases[i]} | named
    characters = tuple(_character(i, row, r, t, names.get(i) or _description(i, r, t, owners), origin) for row, i in enumerate(live))
    row_of = {i: row for row, i in enumerate(live)}
    return r.corrections.dress(characters, row_of, r.people), row_of


def _character(i: int, row: int, r: Reading, t: _Tally, name: str, origin: str) -> Character:
    person, at = r.people[i], t.first.get(i)
    place = (Span(r.page.start[at.first], r.page.end[at.last - 1]),) if at else ()
    return Character(
        id=f"c{row + 1}",
        name=name,
        aliases=tuple(Alias(a, k) for a, k in sorted(t.aliases[i].items(), key=lambda x: (-x[1], x[0]))),
        pronouns=cast(Pronouns, person.gender()),
        kind="animal" if person.nominal in words("persons", "animal") else "person",
        importance=_importance(i, t, bool(person.forms) or i == r.narrator),
        mentions=t.mentions[i],
        quotes=t.quotes[i],
        words_spoken=t.said[i],
        first=place[0].start if place else 0,
        evidence=place,
        confidence=_trust(person, t.mentions[i], t.quotes[i]),
        origin=origin,
    )


def build_mentions(r: Reading, row_of: dict[int, int]) -> tuple[Mentions, MentionMembers]:
    """Column tables of all mentions; unresolved ones have no member."""
    page = r.page
    rows: list[tuple[Any, ...]] = []
    members: list[tuple[int, int]] = []
    for s in r.spots:
        who = [row_of[p] for p in s.who if p in row_of]
        if not who and (s.stand_in or (s.kind == MentionKind.PRONOUN and s.grammatical_person != 3)):
            continue
        members.extend((len(rows), c) for c in who)
        quotation = page.quote_rows[s.quote] if s.quote >= 0 else -1
        rows.append((page.start[s.first], page.end[s.last - 1], s.kind, quotation, s.confidence if who else 0.0))
    return Mentions.from_rows(rows), MentionMembers.from_rows(members)


def _is_known(d: Decision) -> bool:
    return d.confidence >= KNOWN[d.cue]


def build_quotes(
    quotations: Quotations, r: Reading, characters: tuple[Character, ...], row_of: dict[int, int], origin: str
) -> tuple[Quote, ...]:
    """Quotes of the outermost quotations in order of position."""
    start, end, kind = quotations.start.tolist(), quotations.end.tolist(), quotations.kind.tolist()

    def ids(people: Iterable[int]) -> tuple[str, ...]:
        return tuple(characters[row_of[p]].id for p in people if p in row_of)

    def guesses(d: Decision) -> tuple[tuple[str, float], ...]:
        """Who else it may be; first of all the best guess where it is too poor to be said."""
        best = [] if _is_known(d) else [(d.speaker, d.confidence)]
        return tuple((characters[row_of[p]].id, round(c, 3)) for p, c in (*best, *d.alternatives) if p in row_of)

    quotes = tuple(
        Quote(
            start=start[row],
            end=end[row],
            speaker=next(iter(ids((d.speaker,))), None) if _is_known(d) else None,
            alternatives=guesses(d),
            addressees=ids(d.addressees),
            cue=cast(Literal["explicit", "anaphoric", "implicit"], d.cue),
            kind=cast(Literal["speech", "thought", "writing"], _KINDS[QuotationKind(kind[row])]),
            confidence=round(d.confidence, 3),
            origin=origin,
        )
        for d, row in zip(r.decisions, r.page.quote_rows, strict=True)
    )
    return r.corrections.sign(quotes)
