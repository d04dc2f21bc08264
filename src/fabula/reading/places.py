"""Places: names that stand where places stand, and the settings that scenes use; part of one another where the text says so.

A name is a place when prepositions of place stand before it often enough ("in Bath"), when it ends in a noun of place
("Mill Lane"), or when it is widely known as one; never when who-is-who took it for a person. A setting is a definite noun
("the kitchen") that the narration uses with a preposition of place.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from typing import Any

from fabula.elements import Character, Place
from fabula.layers import MentionKind, MentionMembers, Mentions, Quotations
from fabula.lexicons import table, words
from fabula.reading.steps import Step
from fabula.reading.textview import blank, narration_of
from fabula.spans import Span
from fabula.text.manuscript import Manuscript

_ORIGIN = "places@1"
_APOS = "'’"
_CAP = rf"[A-ZÀ-ÖØ-Þ][\w{_APOS}]*(?:-[A-Za-z][\w{_APOS}]*)*"
_NAME = re.compile(rf"\b{_CAP}(?:(?: of the| of| upon| on| le| la| de|(?<=St)\.)? {_CAP}){{0,4}}")
_POSSESSIVE = re.compile(rf"[{_APOS}](?:s|m|d|re|ve|ll)?$")
_JOINT = re.compile(r",? (?:of|in|at|on) (?:the |a |an )?|, ")
_AFTER_NAME = re.compile(r"\w, \Z")
_LINKS = frozenset({"of", "the", "on", "upon", "de", "la", "le"})
_ACCEPT = 0.9
"""Summed weight of the prepositions before a name from which it is a place."""
_SHARE = 0.15
"""A place's name stands after a preposition of place at least this often; a person's seldom does."""


@dataclass(slots=True)
class _Candidate:
    """A place in the making: what speaks for it, where it stands, under which forms."""

    weight: float = 0.0
    spans: list[Span] = field(default_factory=list)
    forms: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class _People:
    """Words that people's names are made of, and the positions at which a mention by name starts."""

    parts: frozenset[str]
    at: frozenset[int]


@cache
def _weights() -> Mapping[str, float]:
    return {w: float(v) for w, v in table("places", "locative")}


@cache
def _before_name() -> re.Pattern[str]:
    """A preposition of place at the very end of a stretch of text, with the word before it and the article after it."""
    choice = "|".join(sorted(_weights(), key=len, reverse=True))
    adjective = r"(?:(?:old|new|little|great|downtown|central|north|south|east|west)\s+)?"
    return re.compile(rf"(?:(?P<before>[\w{_APOS}]+),?\s+)?\b(?P<prep>{choice})\s+(?P<the>the\s+)?{adjective}\Z", re.I)


@cache
def _setting() -> re.Pattern[str]:
    """A definite noun of a setting; ``prep`` only where a preposition of place stands before it."""
    nouns = "|".join(re.escape(w).replace(r"\ ", r"\s") for w in sorted(words("places", "settings"), key=len, reverse=True))
    preposition = r"in|into|inside|at|on|onto|to|from|outside|across|through|behind|around|down|up|along|near|reached|entered|left|crossed"
    preposition += r"|(?:middle|corner|end|edge|side|back|front|top|bottom|foot|heart|centre|center|length) of"
    owner = rf"[Tt]he|[Tt]hat|[Tt]his|[Hh]is|[Hh]er|[Tt]heir|[Mm]y|[Oo]ur|(?P<named>{_CAP})[{_APOS}]s"
    part = "|".join(words("places", "parts_of_settings"))
    modifier = r"(?:(?!and\b|of\b|in\b|to\b|for\b|from\b|that\b|was\b|had\b|is\b)[a-z]+(?:-[a-z]+)*\s){0,2}?"
    whole = rf"(?P<whole>(?:{owner})\s(?P<form>{modifier}(?P<noun>{nouns})))"
    return re.compile(rf"\b(?:(?P<prep>(?i:{preposition}))\s)?{whole}(?![\w-])(?!\s(?:{part})\b)")


def _people(characters: tuple[Character, ...], mentions: Mentions, members: MentionMembers) -> _People:
    resolved = set(members.mention.tolist())
    rows = zip(mentions.start.tolist(), mentions.kind.tolist(), strict=True)
    at = frozenset(s for i, (s, kind) in enumerate(rows) if kind == MentionKind.NAME and i in resolved)
    forms = {a.text for c in characters for a in c.aliases} | {c.name for c in characters}
    parts = {w for form in forms for w in re.findall(r"\w+", form) if w[:1].isupper()}
    return _People(frozenset(parts | {w + "s" for w in parts}), at)


def _names(text: str) -> Iterator[tuple[str, Span]]:
    """Capitalised names with their spans, without possessive endings and without words that only open a sentence."""
    no_place, nouns = words("places", "not_places"), words("places", "settings") | words("places", "place_nouns")
    for m in _NAME.finditer(text):
        name, start = m.group(), m.start()
        while " " in name:
            head, rest = name.split(" ", 1)
            if not (_POSSESSIVE.sub("", head) in no_place or head.lower() in _weights() or head in _LINKS):
                break
            name, start = rest, start + len(head) + 1
        name = _POSSESSIVE.sub("", name)
        known = name.rpartition(" ")[2] in no_place or name.lower() in nouns or name.lower() in _weights()
        if len(name) > 1 and name[0].isupper() and not known:
            yield name, Span(start, start + len(name))


def _has_place_noun(name: str) -> bool:
    parts = name.replace("-", " ").split(" ")
    return len(parts) > 1 and (parts[-1].lower() in words("places", "place_nouns") or parts[0].lower() in words("places", "place_first"))


def _evidence(text: str, name: str, span: Span) -> float:
    """How much one occurrence speaks for a place: its preposition, a verb of going before it, a noun of place at its end."""
    weight = 1.0 if _has_place_noun(name) else 0.0
    m = _before_name().search(text, max(0, span.start - 40), span.start)
    if m is None:
        return weight + (0.7 if name in words("places", "known") and _AFTER_NAME.search(text, max(0, span.start - 3), span.start) else 0.0)
    prep, before = m["prep"].lower(), (m["before"] or "").lower()
    told = 0.7 if prep in ("to", "from", "for") and before in words("places", "going") else _weights()[prep]
    possessive = text[span.end : span.end + 1] in _APOS and text[span.end + 1 : span.end + 2] == "s"
    return weight + told * (0.3 if (m["the"] and weight == 0) or possessive else 1.0)


def _capitalised(text: str, people: _People) -> dict[str, _Candidate]:
    """Every name that is nobody's, by name, with what speaks for its being a place's."""
    calendar = words("time", "months") | words("time", "weekdays") | words("time", "feasts")
    found: dict[str, _Candidate] = defaultdict(_Candidate)
    for name, span in _names(text):
        personal = span.start in people.at or all(w in people.parts for w in re.findall(r"\w+", name))
        if name in calendar or (personal and not _has_place_noun(name)):
            continue
        candidate = found[name]
        candidate.spans.append(span)
        if not (name.isupper() and len(name) > 3):  # shouted headings and signs say nothing of what a name is
            candidate.weight += _evidence(text, name, span) + (0.3 if name in words("places", "known") else 0.0)
    return found


def _is_place(candidate: _Candidate) -> bool:
    return candidate.weight >= max(_ACCEPT, _SHARE * len(candidate.spans))


def _settings(text: str, narration: str) -> dict[str, _Candidate]:
    """Definite nouns of settings by key (the noun, with the owner where the text names one); the weight counts uses as a place."""
    found: dict[str, _Candidate] = defaultdict(_Candidate)
    for m in _setting().finditer(text):
        noun = " ".join(m["noun"].split())
        key = f"{m['named']}'s {noun}" if m["named"] else noun
        candidate = found[key]
        candidate.spans.append(Span(*m.span("whole")))
        candidate.forms[" ".join(m["form"].split())] += 1
        candidate.weight += m["prep"] is not None and narration[m.start() : m.end()] == m.group()
    return found


def _setting_name(key: str, candidate: _Candidate) -> str:
    """ "the salt shed" where most uses say so, else the bare noun."""
    form, count = candidate.forms.most_common(1)[0]
    if "'s " in key:
        return key
    return f"the {form if 2 * count > len(candidate.spans) and count > 1 else key}"


def _same(name: str) -> str:
    """What spellings of one name share: "Dove-Dale", "DOVE DALE"."""
    return name.replace("-", " ").casefold()


def _spellings_joined(names: dict[str, _Candidate]) -> dict[str, _Candidate]:
    """Candidates that are spelt alike as one, under the most common spelling."""
    groups: dict[str, list[str]] = defaultdict(list)
    for name in names:
        groups[_same(name)].append(name)
    out: dict[str, _Candidate] = {}
    for group in groups.values():
        best = max(group, key=lambda n: (len(names[n].spans), n))
        spans = sorted(s for n in group for s in names[n].spans)
        out[best] = _Candidate(sum(names[n].weight for n in group), spans, Counter({n: len(names[n].spans) for n in group}))
    return out


def _short_forms(text: str, names: dict[str, _Candidate], settings: dict[str, _Candidate]) -> dict[str, tuple[str, str]]:
    """Short form → (the name that it stands for, how it is written), where only one name can be meant.

    "the Halfpenny" and "the bakery" stand for the Halfpenny Bakery; "Netherfield House" and "Netherfield" are one place.
    """
    meant: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name, c in names.items():
        head, _, noun = name.rpartition(" ")
        if not head or not _is_place(c):
            continue
        noun = noun.lower()
        if head in names and (noun in words("places", "estate") or not _is_place(names[head])):
            article = sum(text[max(0, s.start - 4) : s.start].lower() == "the " for s in names[head].spans)
            meant[head].append((name, f"the {head}" if 2 * article > len(names[head].spans) else head))
        if noun in settings and noun in words("places", "one_of_a_kind") and 5 * len(c.spans) >= len(settings[noun].spans):
            meant[noun].append((name, f"the {noun}"))
    return {form: found[0] for form, found in meant.items() if len(found) == 1}


def _merged(text: str, names: dict[str, _Candidate], settings: dict[str, _Candidate]) -> list[Place]:
    """Places with their aliases; of a full and a short name the more common one is the name."""
    names = _spellings_joined(names)
    short = _short_forms(text, names, settings)
    out: list[Place] = []
    for name, c in names.items():
        if not _is_place(c) or name in short:
            continue
        spans, forms = list(c.spans), Counter(c.forms)
        for form, (whole, written) in short.items():
            if whole == name:
                other = names.get(form) or settings[form]
                spans += other.spans
                forms[written] = len(other.spans)
        proper = [f for f in forms if not f.startswith("the ")]
        chosen = max(proper, key=lambda f: (forms[f], len(f)))
        confidence = 0.9 if name in words("places", "known") else round(min(0.9, 0.5 + 0.1 * c.weight), 2)
        aliases = tuple(sorted(f for f in forms if f != chosen))
        out.append(Place(id=name, name=chosen, aliases=aliases, mentions=tuple(sorted(spans)), confidence=confidence, origin=_ORIGIN))
    for key, c in settings.items():
        if key not in short and c.weight >= 1:
            confidence = round(min(0.75, 0.45 + 0.1 * c.weight), 2)
            out.append(Place(id=key, name=_setting_name(key, c), mentions=tuple(c.spans), confidence=confidence, origin=_ORIGIN))
    return out


def _with_wholes(text: str, places: list[Place]) -> list[Place]:
    """``part_of`` filled where one place's mention runs into another's: "the attic of the inn at Lyme", "Bangor, Maine"."""
    mentions = sorted((span, p.id) for p in places for span in p.mentions)
    named = {p.id: not p.name.startswith("the ") for p in places}
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for (a, part), (b, whole) in pairwise(mentions):
        between = text[a.end : b.start]
        start = b.start + 4 if text[b.start : b.start + 4].lower() == "the " else b.start
        between = between if start == b.start else between + "the "
        comma_only = between == ", "
        if part == whole or (named[part] and not named[whole]):
            continue  # "Skerrow on the morning boat": a town is no part of an unnamed place
        if _JOINT.fullmatch(between) and (not comma_only or text[b.start : b.end] in words("places", "known")):
            votes[part][whole] += 1
    chosen = {part: c.most_common(1)[0][0] for part, c in votes.items()}
    return [replace(p, part_of=chosen.get(p.id) if chosen.get(chosen.get(p.id, "")) != p.id else None) for p in places]


def find_places(
    manuscript: Manuscript, quotations: Quotations, characters: tuple[Character, ...], mentions: Mentions, members: MentionMembers
) -> tuple[Place, ...]:
    """Places in order of their first mention, with ids ``p1``, ``p2`` …"""
    text = blank(manuscript.text, [(p.start, p.end) for p in sorted(manuscript.paratext, key=lambda p: p.start)])
    names = _capitalised(text, _people(characters, mentions, members))
    settings = _settings(text, narration_of(manuscript, quotations))
    places = sorted(_merged(text, names, settings), key=lambda p: (p.mentions[0], p.name))
    places = _with_wholes(text, places)
    ids = {p.id: f"p{i}" for i, p in enumerate(places, 1)}
    return tuple(replace(p, id=ids[p.id], part_of=ids.get(p.part_of or "")) for p in places)


def _run(
    manuscript: Manuscript, quotations: Quotations, characters: tuple[Character, ...], mentions: Mentions, members: MentionMembers
) -> Mapping[str, Any]:
    return {"places": find_places(manuscript, quotations, characters, mentions, members)}


STEP = Step(
    name="places",
    version="1",
    needs=("manuscript", "quotations", "characters", "mentions", "members"),
    gives=("places",),
    run=_run,
)
