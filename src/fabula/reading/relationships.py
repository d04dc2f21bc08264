"""Relationships: the statements of ties weighed against each other, merged, closed and set in their course."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import Any

from fabula.elements import Character, CourseState, Narration, Quote, Relationship, Scene
from fabula.layers import MentionMembers, Mentions, Sentences
from fabula.reading.cast import Cast
from fabula.reading.patterns import NEAR, Sentenced, flat
from fabula.reading.steps import Step
from fabula.reading.tie_address import Addresses, is_ghost
from fabula.reading.tie_election import Election
from fabula.reading.tie_inference import Candidate, Key, by_pair, close, doubt_duplicates, reciprocal
from fabula.reading.tie_phrases import Phrases
from fabula.reading.tie_ranks import Ranks, beside
from fabula.reading.tie_slots import Slots
from fabula.reading.tie_statements import Calls, State, formulas, offices, romance, spans_of, stated, states
from fabula.reading.tie_trees import TreeTies
from fabula.reading.ties import Tie, TieFinder, kin_words
from fabula.reading.trees import Trees
from fabula.text.manuscript import Manuscript

DIRECTED = frozenset(
    {
        "parent_child", "superior_subordinate", "doctor_patient", "caseworker_client", "lawyer_client", "teacher_student", "owner_pet",
        "rescuer_rescued",
    }
)  # fmt: skip
_BLOOD = ("parent_child", "sibling", "other_kin")
_LOVE = ("spouse", "romantic_partner", "ex_partner", "affair")
_LOSER = 0.4  # what is left of a tie that a better attested one excludes
_LEAST = 0.2  # below this not even the review list wants it
_SHOWN = 0.5
_NEARLY, _DEFINED, _DEFINED_ONCE, _OFTEN = 0.35, 0.6, 0.45, 3  # somebody known only as somebody's kin, by the number of mentions
_RIVAL = 0.65
_FOUNDS_IN_NOVELS, _ONCE_IN_NOVELS, _UNSURE = 0.78, 0.67, 0.45
_NEAR_BY, _APART, _COUNTED, _SUREST = 0.35, 0.5, 12, 0.97
_ORIGIN = "relationships@3"


def _key(tie: Tie) -> Key:
    a, b = (tie.a, tie.b) if tie.type in DIRECTED else sorted((tie.a, tie.b))
    return tie.type, a, b


def gather(ties: Iterable[Tie]) -> dict[Key, Candidate]:
    out: dict[Key, Candidate] = {}
    for tie in ties:
        out.setdefault(_key(tie), Candidate(_key(tie))).ties.append(tie)
    for c in out.values():
        c.confidence, c.evidence = agreeing(c.ties), spans_of(c.ties)
    return out


def agreeing(ties: Iterable[Tie]) -> float:
    """How sure several statements make: the best counts whole, others half, those near one that counted a third; what was found in one way
    in one place counts once, for a mistake about who is meant is made for a whole passage."""
    left, counted = 1.0, list[Tie]()
    for tie in sorted(ties, key=lambda t: (-t.confidence, t.span)):
        near = [c for c in counted if abs(c.span.start - tie.span.start) <= NEAR]
        if any(c.span.overlaps(tie.span) or c.by == tie.by == "elected" for c in near):
            continue
        left *= 1 - tie.confidence * (1.0 if not counted else _NEAR_BY if near else _APART)
        counted.append(tie)
        if len(counted) == _COUNTED:
            break
    return min(_SUREST, 1 - left)


def settle(candidates: Mapping[Key, Candidate]) -> None:
    """Lower what a better attested tie of the same two people excludes."""
    for of_pair in by_pair(candidates).values():
        ranked = sorted(of_pair, key=lambda c: -c.confidence)
        blood = [c for c in ranked if c.key[0] in _BLOOD]
        love = [c for c in ranked if c.key[0] in _LOVE]
        _keep_first(blood)
        _keep_first(love)
        close = [c for c in ranked if c.key[0] in ("parent_child", "sibling", "spouse", "romantic_partner", "ex_partner", "affair")]
        if close and len({c.key[0] in _LOVE for c in close}) == 2:  # cousins marry, siblings do not
            for c in close:
                if (c.key[0] in _LOVE) != (close[0].key[0] in _LOVE):
                    c.confidence *= _LOSER
        if {"superior_subordinate", "colleague"} <= {c.key[0] for c in ranked}:
            _keep_first([c for c in ranked if c.key[0] in ("superior_subordinate", "colleague")])
        if ranked and ranked[0].key[0] in (*_BLOOD, *_LOVE):
            for c in ranked:
                if c.key[0] in ("friend", "acquaintance", "colleague", "enemy") and len(c.ties) < 3:
                    c.confidence *= 0.7
        _one_way(ranked)


def _keep_first(ranked: list[Candidate]) -> None:
    if len(ranked) > 1 and ranked[0].confidence - ranked[1].confidence < 0.1 and ranked[0].key[0] in _BLOOD:
        ranked[0].confidence = min(ranked[0].confidence, 0.55)
    for c in ranked[1:]:
        c.confidence *= _LOSER


def _one_way(ranked: list[Candidate]) -> None:
    """A directed tie holds in one direction only."""
    for x, y in combinations(ranked, 2):
        if x.key[0] == y.key[0] and x.key[1:] == y.key[:0:-1]:
            y.confidence *= _LOSER


def limit(candidates: Mapping[Key, Candidate], pronouns: Mapping[str, str]) -> None:
    """One spouse at a time, one father and one mother: the less attested give way."""
    spouses: dict[str, list[Candidate]] = {}
    parents: dict[tuple[str, str], list[Candidate]] = {}
    for c in candidates.values():
        if c.key[0] == "spouse":
            for person in c.key[1:]:
                spouses.setdefault(person, []).append(c)
        elif c.key[0] == "parent_child" and not any(t.word.startswith(("step", "foster", "adoptive")) for t in c.ties):
            parents.setdefault((c.key[2], pronouns.get(c.key[1], "unknown")), []).append(c)
    for rivals in (*spouses.values(), *parents.values()):
        ranked = sorted(rivals, key=lambda c: -c.confidence)
        room = 2 if ranked[0].key[0] == "parent_child" and pronouns.get(ranked[0].key[1]) not in ("he", "she") else 1
        for c in ranked[room:]:
            widowed = any(t.state == "widowed" for t in (*c.ties, *ranked[0].ties))
            if not (widowed and len(c.ties) > 1):
                c.confidence *= 0.5


def one_family(candidates: Mapping[Key, Candidate]) -> None:
    """An aunt is seldom the aunt of two who are no kin: of two owners of one aunt the less attested gives way."""
    families: dict[tuple[str, str], list[Candidate]] = {}
    kin = {c.pair for c in candidates.values() if c.confidence >= _SHOWN and c.key[0] in _BLOOD}
    for c in candidates.values():
        for word in {t.word for t in c.ties} if c.key[0] == "other_kin" else ():
            for person in c.key[1:]:
                families.setdefault((person, word), []).append(c)
    for (person, _), rivals in families.items():
        first, *others = sorted(rivals, key=lambda c: (-c.confidence, c.key))
        (owner,) = set(first.key[1:]) - {person}
        for c in others:
            (other,) = set(c.key[1:]) - {person}
            if (min(owner, other), max(owner, other)) not in kin:
                c.confidence *= _RIVAL


def doubt_unnamed(candidates: Mapping[Key, Candidate], characters: tuple[Character, ...], narrator: str | None) -> None:
    """ "The father" and "Ann's cousin" are often more than one person: such a one is trusted only as what its own name says."""
    names = {c.id: c.name for c in characters}
    unnamed = {c.id for c in characters if not c.aliases and c.id != narrator}
    called = {c.id: [f"{flat(n)}'" for n in (c.name, *(a.text for a in c.aliases))] for c in characters}
    for c in candidates.values():
        open_ends = unnamed & set(c.key[1:])
        owners = tuple(name for x in c.key[1:] if x not in open_ends for name in called[x])
        if open_ends and not any(flat(names[x]).startswith(owners) for x in open_ends):
            c.confidence *= 0.7 if len(open_ends) == 1 else 0.55


def by_definition(candidates: Mapping[Key, Candidate], characters: tuple[Character, ...]) -> None:
    """Whoever is only called "Ann's father" is her father; one who is hardly spoken of may be somebody who is named elsewhere."""
    by_id = {c.id: c for c in characters}
    for c in candidates.values():
        for person, owner in (c.key[1:], c.key[:0:-1]):
            p, o = by_id[person], by_id[owner]
            called = tuple(f"{flat(n)}'" for n in (o.name, *(a.text for a in o.aliases)))
            if not p.aliases and o.aliases and flat(p.name).startswith(called) and c.confidence >= _NEARLY:
                often = p.mentions >= _OFTEN
                c.confidence = max(c.confidence, _DEFINED) if often else _DEFINED_ONCE


def doubt_once(candidates: Mapping[Key, Candidate]) -> None:
    """In a novel hundreds of phrases name relatives, and some are given to the wrong person: what one place alone tells waits for review
    unless it is sure. (Of those in *Pride and Prejudice* half were wrong.)"""
    for c in candidates.values():
        if len(c.evidence) == 1 and _SHOWN <= c.confidence < _ONCE_IN_NOVELS:
            c.confidence = _UNSURE


def add_love(candidates: dict[Key, Candidate], signs: Mapping[Key, Candidate]) -> None:
    """Several signs of love between two who are no close kin make a couple, shown with some reserve."""
    tied = {c.pair for c in candidates.values() if c.confidence >= 0.4 and c.key[0] in ("parent_child", "sibling", *_LOVE)}
    for key, c in signs.items():
        if c.pair not in tied:
            c.confidence, c.inferred = min(c.confidence, 0.7), True
            candidates[key] = c


def course_of(candidate: Candidate, changes: Iterable[State], scenes: tuple[Scene, ...]) -> tuple[CourseState, ...]:
    """The states that the text tells of two people, in order of the text, each once in a row."""
    told = [(t.span, t.state) for t in candidate.ties if t.state] + [(s.span, s.state) for s in changes if s.pair == candidate.pair]
    starts = [s.start for s in scenes]
    out: list[CourseState] = []
    for span, state in sorted(told, key=lambda x: x[0]):
        i = bisect_right(starts, span.start) - 1
        if i >= 0 and state and (not out or out[-1].state != state):
            out.append(CourseState(scenes[i].id, state, (span,)))
    return tuple(out)


def _elements(candidates: Mapping[Key, Candidate], changes: list[State], scenes: tuple[Scene, ...]) -> Iterator[Relationship]:
    for c in candidates.values():
        if c.confidence >= _LEAST and c.evidence:
            kind, a, b = c.key
            yield Relationship(
                a=a, b=b, type=kind, basis="inferred" if c.inferred else "stated", evidence=c.evidence, confidence=round(c.confidence, 3),
                course=course_of(c, changes, scenes), origin=_ORIGIN,
            )  # fmt: skip


def relate(
    text: str, sentences: Sentences, characters: tuple[Character, ...], cast: Cast, scenes: tuple[Scene, ...], narration: Narration,
    trees: Trees,
) -> tuple[Relationship, ...]:  # fmt: skip
    """All relationships that the story states or plainly implies, in order of their first evidence."""
    view = Sentenced(text, sentences, cast, frozenset(kin_words()))
    pronouns = {c.id: c.pronouns for c in characters}
    finder = TieFinder(view, characters)
    ties: list[Tie] = []
    signs: list[Tie] = []
    changes: list[State] = []
    together_in: Counter[tuple[str, str]] = Counter()
    for unit in view.units():
        if unit.slots:
            together_in.update(combinations(sorted({s.who[0] for s in unit.slots.values() if len(s.who) == 1}), 2))
            ties += finder.in_unit(unit)
            ties += stated(unit)
            signs += romance(unit)
            changes += states(unit)
    ties += Calls(text, cast, characters, narration, scenes).ties()
    by_tree = TreeTies(trees, characters)
    ties += by_tree.ties()
    signs += by_tree.signs()
    phrases = Phrases(trees, characters, scenes)
    addresses = Addresses(trees, characters, frozenset(c.id for c in characters if is_ghost(c)))
    slots = Slots(phrases.all(), characters, addresses, cast, narration.narrator)
    for (slot, target), sure in by_tree.stated.items():
        slots.state(slot, target, sure)
    ties += slots.by_name()
    said = tuple(formulas(text, cast.quotes))
    ties += [t for t in said if t.word != "sign"]
    signs += [t for t in said if t.word == "sign"]
    ties += offices(addresses.all)
    slots.claim(ties)
    election = Election(slots)
    ties += election.elected()
    ties += Ranks(characters, addresses, cast, text).ties()
    people = {c.id for c in characters if c.kind != "group"}
    candidates = gather(t for t in ties if t.a in people and t.b in people and t.a != t.b)
    settle(candidates)
    one_family(candidates)
    doubt_unnamed(candidates, characters, narration.narrator)
    by_definition(candidates, characters)
    limit(candidates, pronouns)
    for tie in beside({c.key[1:]: c.confidence for c in candidates.values() if c.key[0] == "superior_subordinate"}, addresses):
        if tie.span.length and _key(tie) not in candidates:
            candidates[_key(tie)] = Candidate(_key(tie), [tie], tie.confidence, True, (tie.span,))
    doubt_duplicates(candidates, characters, narration.narrator)
    reciprocal(candidates, characters, narration.narrator, together_in)
    add_love(candidates, gather(t for t in signs if t.a in people and t.b in people))
    named = frozenset(c.id for c in characters if c.aliases or c.id == narration.narrator)
    close(candidates, named, least=_FOUNDS_IN_NOVELS if election.many else _SHOWN)
    if election.many:
        doubt_once(candidates)
    found = sorted(_elements(candidates, changes, scenes), key=lambda r: (r.evidence[0], r.a, r.b, r.type))
    return tuple(found)


def _run(
    manuscript: Manuscript, sentences: Sentences, characters: tuple[Character, ...], mentions: Mentions, members: MentionMembers,
    quotes: tuple[Quote, ...], scenes: tuple[Scene, ...], narration: Narration, trees: Trees,
) -> Mapping[str, Any]:  # fmt: skip
    cast = Cast(characters, mentions, members, quotes)
    return {"relationships": relate(manuscript.text, sentences, characters, cast, scenes, narration, trees)}


STEP = Step(
    name="relationships", version="3", gives=("relationships",), run=_run,
    needs=("manuscript", "sentences", "characters", "mentions", "members", "quotes", "scenes", "narration", "trees"),
)  # fmt: skip
