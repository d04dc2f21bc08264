"""Ties that nobody states: what follows from stated ones, and who "her sister" must be where only one person fits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from fabula.elements import Character, Spans
from fabula.reading.patterns import flat
from fabula.reading.ties import Tie, plain_kin

_OFTEN = 3  # units in which two people stand together, without which they are not taken for each other's relatives
_RECIPROCAL = 0.6
_SECOND = 0.75
_TIED = 0.4
_TOGETHER = 0.75  # two ties are not wrong apart from each other: a mistake about who is who spoils both
_LEAST_INFERRED = 0.3
_SHARED, _KIN, _OF_A_COUPLE, _IN_LAW, _TWO_PARENTS = 0.95, 0.95, 0.85, 0.8, 0.7
_SHARED_KIN = frozenset(("grandfather", "grandmother", "grandparent", "aunt", "uncle", "cousin", "great-aunt", "great-uncle"))

Key = tuple[str, str, str]  # type, a, b


@dataclass(slots=True)
class Candidate:
    """All that speaks for one tie."""

    key: Key
    ties: list[Tie] = field(default_factory=list)
    confidence: float = 0.0
    inferred: bool = False
    evidence: Spans = ()

    @property
    def pair(self) -> tuple[str, str]:
        return min(self.key[1:]), max(self.key[1:])


def by_pair(candidates: Mapping[Key, Candidate]) -> dict[tuple[str, str], list[Candidate]]:
    """Candidates by their unordered pair."""
    out: dict[tuple[str, str], list[Candidate]] = {}
    for c in candidates.values():
        out.setdefault(c.pair, []).append(c)
    return out


def close(candidates: dict[Key, Candidate], named: frozenset[str], *, least: float = 0.5) -> None:
    """What follows: siblings share parents and kin, a parent's husband is a parent, a parent's brother an uncle. Twice, for chains.

    ``least``: how sure the ties must be that found another; in a novel, where much is wrong somewhere, more than in a story.
    """
    for _ in range(2):
        _close_once(candidates, _family(candidates, named, least))


@dataclass(frozen=True, slots=True)
class Family:
    """The surer close ties, ready for looking up what follows from two of them."""

    parents: tuple[Candidate, ...]
    siblings: tuple[Candidate, ...]
    spouses: tuple[Candidate, ...]
    kin: tuple[Candidate, ...]
    children: Mapping[str, tuple[Candidate, ...]]


def _family(candidates: Mapping[Key, Candidate], named: frozenset[str], least: float) -> Family:
    sure = [c for c in candidates.values() if c.confidence >= least and set(c.key[1:]) <= named]
    of = {t: tuple(c for c in sure if c.key[0] == t) for t in ("parent_child", "sibling", "spouse", "other_kin")}
    whole = tuple(c for c in of["sibling"] if not any(t.word.startswith(("half", "step", "foster")) for t in c.ties))
    children: dict[str, tuple[Candidate, ...]] = {}
    for p in of["parent_child"]:
        children[p.key[1]] = (*children.get(p.key[1], ()), p)
    return Family(of["parent_child"], whole, of["spouse"], of["other_kin"], children)


def _other(c: Candidate, one: str) -> str:
    return c.key[2] if c.key[1] == one else c.key[1]


def _undirected(type: str, one: str, two: str) -> Key:
    return (type, one, two) if one < two else (type, two, one)


def _following(f: Family) -> Iterator[tuple[Key, Candidate, Candidate, float]]:
    """(tie, the two it follows from, how far it does)."""
    for s in f.siblings:
        for p in f.parents:
            if p.key[2] in s.key[1:]:
                yield ("parent_child", p.key[1], _other(s, p.key[2])), p, s, _SHARED
            if p.key[1] in s.key[1:]:
                yield _undirected("other_kin", _other(s, p.key[1]), p.key[2]), p, s, _KIN
        for k in f.kin:
            for one in set(k.key[1:]) & set(s.key[1:]):
                if _other(k, one) != _other(s, one) and any(plain_kin().get(t.word, t.word) in _SHARED_KIN for t in k.ties):
                    yield _undirected("other_kin", _other(k, one), _other(s, one)), k, s, _SHARED
        for m in f.spouses:
            for one in set(m.key[1:]) & set(s.key[1:]):
                yield _undirected("other_kin", _other(m, one), _other(s, one)), m, s, _IN_LAW
    for s, r in combinations(f.siblings, 2):
        for one in set(s.key[1:]) & set(r.key[1:]):
            yield _undirected("sibling", _other(s, one), _other(r, one)), s, r, _SHARED
    for of_one in f.children.values():
        for p, q in combinations(of_one, 2):
            yield _undirected("sibling", p.key[2], q.key[2]), p, q, _SHARED
    for p in f.parents:
        for q in f.children.get(p.key[2], ()):
            yield _undirected("other_kin", p.key[1], q.key[2]), p, q, _KIN
        for m in f.spouses:
            if p.key[1] in m.key[1:]:
                yield ("parent_child", _other(m, p.key[1]), p.key[2]), m, p, _OF_A_COUPLE
    for p, q in combinations(f.parents, 2):
        if p.key[2] == q.key[2] and p.key[1] != q.key[1]:
            yield _undirected("spouse", p.key[1], q.key[1]), p, q, _TWO_PARENTS


def _close_once(candidates: dict[Key, Candidate], family: Family) -> None:
    tied = {c.pair for c in candidates.values() if c.confidence >= _TIED}
    for key, x, y, rule in sorted(_following(family), key=lambda f: (f[0], -f[1].confidence * f[2].confidence)):
        one, two = min(key[1:]), max(key[1:])
        if one == two:
            continue
        sure = rule * (x.confidence * y.confidence) ** _TOGETHER
        known = candidates.get(key)
        if known is not None and not known.inferred:
            known.confidence = min(0.97, 1 - (1 - known.confidence) * (1 - sure / 2))
        elif known is None and (one, two) not in tied and sure >= _LEAST_INFERRED:
            spans = tuple(sorted({x.evidence[0], y.evidence[0]}))
            candidates[key] = Candidate(key, [], sure, True, spans)
            tied.add((one, two))


@dataclass(frozen=True, slots=True)
class Unknown:
    """Somebody without a name who is only "X's sister": ``owner`` is X; a parent counts from the child's side."""

    owner: str
    type: str
    pronoun: str
    candidate: Candidate


def _unknowns(candidates: Mapping[Key, Candidate], characters: Mapping[str, Character], narrator: str | None) -> list[Unknown]:
    out = []
    for c in candidates.values():
        if c.key[0] not in ("spouse", "sibling", "parent_child") or c.confidence < 0.35:
            continue
        for unnamed, owner in (c.key[1:],) if c.key[0] == "parent_child" else (c.key[1:], c.key[:0:-1]):
            u, o = characters[unnamed], characters[owner]
            called = tuple(f"{flat(n)}'" for n in (o.name, *(a.text for a in o.aliases)))
            if not u.aliases and unnamed != narrator and (o.aliases or owner == narrator) and flat(u.name).startswith(called):
                out.append(Unknown(owner, c.key[0], u.pronouns, c))
    return out


def doubt_duplicates(candidates: Mapping[Key, Candidate], characters: tuple[Character, ...], narrator: str | None) -> None:
    """ "Ann's sister" is most likely the sister that is named elsewhere."""
    by_id = {c.id: c for c in characters}
    unknown = _unknowns(candidates, by_id, narrator)
    mine = {id(u.candidate) for u in unknown}
    named = {
        (c.key[0], owner, by_id[other].pronouns)
        for c in candidates.values()
        if c.confidence >= 0.45 and id(c) not in mine
        for other, owner in ((c.key[1:],) if c.key[0] == "parent_child" else (c.key[1:], c.key[:0:-1]))
    }
    for u in unknown:
        if (u.type, u.owner, u.pronoun) in named:
            u.candidate.confidence *= _SECOND


def _companions(together_in: Mapping[tuple[str, str], int]) -> dict[str, str]:
    """Whom each character most often stands with in one sentence, where that is often enough."""
    best: dict[str, tuple[int, str]] = {}
    for (a, b), n in sorted(together_in.items()):
        for x, y in ((a, b), (b, a)):
            if n >= _OFTEN and n > best.get(x, (0, ""))[0]:
                best[x] = (n, y)
    return {x: y for x, (_, y) in best.items()}


def reciprocal(
    candidates: dict[Key, Candidate], characters: tuple[Character, ...], narrator: str | None, together_in: Mapping[tuple[str, str], int]
) -> None:
    """Ann has a husband without a name, Cal a wife without one, and each is the other's closest companion: they are each other's.

    Without the last condition three in four such pairs were wrong on novels.
    """
    by_id = {c.id: c for c in characters}
    closest = _companions(together_in)
    unknown = {(u.type, u.owner, u.pronoun): u for u in _unknowns(candidates, by_id, narrator)}
    known = {c.pair for c in candidates.values() if c.confidence >= 0.4}
    for (kind, owner, pronoun), x in unknown.items():
        other = closest.get(owner, "")
        y = unknown.get((kind, other, by_id[owner].pronouns))
        if y is None or owner > other or closest.get(other) != owner or by_id[other].pronouns != pronoun or (owner, other) in known:
            continue
        evidence = tuple(sorted({*x.candidate.evidence[:1], *y.candidate.evidence[:1]}))
        candidates[kind, owner, other] = Candidate((kind, owner, other), [], _RECIPROCAL, True, evidence)
        for c in (x.candidate, y.candidate):
            c.confidence *= _SECOND  # very likely the same person under a description
