"""From people, spots and decisions to the elements of the World: characters, mentions, quotes."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Literal

from fabula.elements import Alias, Character, Quote
from fabula.layers import MentionKind, MentionMembers, Mentions, QuotationKind, Quotations
from fabula.lexicons import words
from fabula.reading.who.dialogue import Decision
from fabula.reading.who.page import Page
from fabula.reading.who.people import Person
from fabula.reading.who.spots import Part, Spot
from fabula.reading.who.tags import Cue
from fabula.spans import Span

MAJOR_SHARE = 0.2  # of the most mentioned character's mentions, or of the most talkative one's quotations


def _surfaces(page: Page, spots: list[Spot]) -> dict[int, Counter[str]]:
    """How each person is written as a name."""
    out: dict[int, Counter[str]] = defaultdict(Counter)
    for s in spots:
        if s.kind == MentionKind.NAME and len(s.who) == 1:
            out[s.who[0]][" ".join(page.surface(s.first, s.last).split())] += 1
    return out


def _best_name(aliases: Counter[str]) -> str:
    """The fullest form: most words without title first, but a form used once never outdoes one used often by title alone."""
    aliases = Counter({a: n for a, n in aliases.items() if not (a.isupper() and len(a) > 4)}) or aliases
    plain = {a: n for a, n in aliases.items() if not set(a.lower().replace(".", "").split()) & words("titles", "adjectives")} or dict(
        aliases
    )
    untitled = {a: n for a, n in plain.items() if a.split()[0].lower().strip(".") not in words("titles", "titles") and len(a.split()) > 1}
    pool = untitled or plain
    return max(pool, key=lambda a: (len(a.split()) if a in untitled else 0, pool[a], a))


def _description(i: int, people: list[Person], kin: dict[tuple[int, str], int], names: dict[int, str], narrator: int) -> str:
    """The shortest description of someone without a name: ``the nurse``, ``Ann's mother``."""
    owner = next((o for (o, _), p in kin.items() if p == i), -1)
    if owner == narrator >= 0 and owner not in names:
        return f"the narrator's {people[i].nominal}"
    return f"{names[owner]}'s {people[i].nominal}" if owner in names else f"the {people[i].nominal}"


def _importance(i: int, n: Counter[int], q: Counter[int], acts: Counter[int]) -> Literal["major", "minor", "mentioned"]:
    top_n, top_q = max(n.values(), default=1), max(q.values(), default=1)
    if n[i] >= MAJOR_SHARE * top_n or q[i] >= MAJOR_SHARE * max(top_q, 5):
        return "major" if q[i] or acts[i] else "mentioned"
    return "minor" if q[i] or acts[i] >= 1 else "mentioned"


def _kind(person: Person) -> Literal["person", "animal", "being", "group"]:
    return "animal" if person.nominal in words("persons", "animal") else "person"


def build_characters(
    page: Page,
    spots: list[Spot],
    people: list[Person],
    decisions: list[Decision],
    narrator: int,
    kin: dict[tuple[int, str], int],
    origin: str,
) -> tuple[tuple[Character, ...], dict[int, int]]:
    """Characters by number of mentions, and the row of each person among them."""
    aliases = _surfaces(page, spots)
    n = Counter(p for s in spots for p in s.who)
    q = Counter(d.speaker for d in decisions if d.speaker >= 0)
    said: Counter[int] = Counter()
    for d, (a, b) in zip(decisions, page.quotes, strict=True):
        if d.speaker >= 0:
            said[d.speaker] += sum(page.is_word[a:b])
    acts = Counter(s.who[0] for s in spots if s.quote < 0 and s.part == Part.SUBJECT and len(s.who) == 1)
    first: dict[int, Spot] = {}
    for s in spots:
        for p in s.who:
            first.setdefault(p, s)
    live = [i for i, p in enumerate(people) if p.merged_into < 0 and (n[i] or q[i])]
    live.sort(key=lambda i: (-n[i], first[i].first if i in first else 0))
    names = {i: _best_name(aliases[i]) for i in live if aliases[i]}
    out, row_of = [], {}
    for row, i in enumerate(live):
        name = names.get(i) or ("the narrator" if i == narrator else _description(i, people, kin, names, narrator))
        gender = people[i].gender()
        at = first.get(i)
        out.append(
            Character(
                id=f"c{row + 1}", name=name, aliases=tuple(Alias(a, k) for a, k in sorted(aliases[i].items(), key=lambda x: (-x[1], x[0]))),
                pronouns=gender if gender in ("he", "she", "they") else "unknown", kind=_kind(people[i]), importance=_importance(i, n, q, acts),  # type: ignore[arg-type]
                mentions=n[i], quotes=q[i], words_spoken=said[i], first=page.start[at.first] if at else 0,
                evidence=(Span(page.start[at.first], page.end[at.last - 1]),) if at else (), confidence=_trust(people[i], n[i], q[i]), origin=origin,
            )
        )  # fmt: skip
        row_of[i] = row
    return tuple(out), row_of


def _trust(p: Person, mentions: int, quotes: int) -> float:
    """More uses and a name make a character surer; a description used once is for the review list."""
    base = 0.55 if p.forms else 0.35
    return round(min(0.97, base + 0.04 * min(mentions, 8) + 0.03 * min(quotes, 4)), 3)


def build_mentions(page: Page, spots: list[Spot], row_of: dict[int, int]) -> tuple[Mentions, MentionMembers]:
    """Column tables of all mentions; unresolved ones have no member."""
    rows, members = [], []
    for s in spots:
        who = [row_of[p] for p in s.who if p in row_of]
        if not who and s.kind != MentionKind.NAME and not (s.kind == MentionKind.NOMINAL or s.grammatical_person == 3):
            continue
        members.extend((len(rows), c) for c in who)
        rows.append(
            (
                page.start[s.first],
                page.end[s.last - 1],
                s.kind,
                page.quote_rows[s.quote] if s.quote >= 0 else -1,
                s.confidence if who else 0.0,
            )
        )
    return Mentions.from_rows(rows), MentionMembers.from_rows(members)


def build_quotes(
    quotations: Quotations, page: Page, decisions: list[Decision], cues: list[Cue], spots: list[Spot], characters: tuple[Character, ...], row_of: dict[int, int],
    origin: str,
) -> tuple[Quote, ...]:  # fmt: skip
    """Quotes of the outermost quotations in order of position."""
    start, end, kind = quotations.start.tolist(), quotations.end.tolist(), quotations.kind.tolist()
    names = {QuotationKind.SPEECH: "speech", QuotationKind.THOUGHT: "thought", QuotationKind.WRITING: "writing"}
    out = []
    for d, row in zip(decisions, page.quote_rows, strict=True):
        ids = lambda people: tuple(characters[row_of[p]].id for p in people if p in row_of)  # noqa: E731
        speaker = ids((d.speaker,))
        out.append(
            Quote(
                start=start[row], end=end[row], speaker=speaker[0] if speaker else None,
                alternatives=tuple((characters[row_of[p]].id, round(c, 3)) for p, c in d.alternatives if p in row_of), addressees=ids(d.addressees), cue=d.cue,  # type: ignore[arg-type]
                kind=names[QuotationKind(kind[row])], confidence=round(d.confidence, 3), origin=origin,  # type: ignore[arg-type]
            )
        )  # fmt: skip
    return tuple(out)
