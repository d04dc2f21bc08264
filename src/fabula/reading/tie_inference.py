"""Ties that nobody states: what follows from stated ones, and who "her sister" must be where only one person fits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations

from fabula.elements import Character, Spans
from fabula.reading.patterns import flat
from fabula.reading.ties import Tie

_OFTEN = 3  # units in which two people stand together, without which they are not taken for each other's relatives
_RECIPROCAL = 0.6
_SECOND = 0.75

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


def close(candidates: dict[Key, Candidate], named: frozenset[str]) -> None:
    """What follows: siblings share their parents, children of one parent are siblings, a parent's parent is kin."""
    sure = [c for c in candidates.values() if c.confidence >= 0.75 and set(c.key[1:]) <= named]
    parents = [c for c in sure if c.key[0] == "parent_child"]
    siblings = [c for c in sure if c.key[0] == "sibling" and not any(t.word.startswith(("half", "step", "foster")) for t in c.ties)]
    known = set(by_pair(candidates))
    children: dict[str, list[Candidate]] = {}
    for p in parents:
        children.setdefault(p.key[1], []).append(p)
    found: list[tuple[Key, Candidate, Candidate]] = []
    for s in siblings:
        for p in parents:
            if p.key[2] in s.key[1:]:
                other = s.key[1] if p.key[2] == s.key[2] else s.key[2]
                found.append((("parent_child", p.key[1], other), p, s))
    for p, q in (pq for of_one in children.values() for pq in combinations(of_one, 2)):
        found.append((("sibling", *sorted((p.key[2], q.key[2]))), p, q))  # type: ignore[arg-type]
    found += [(("other_kin", *sorted((p.key[1], q.key[2]))), p, q) for p in parents for q in children.get(p.key[2], ())]  # type: ignore[misc]
    for key, x, y in found:
        if key[1] != key[2] and (min(key[1:]), max(key[1:])) not in known:
            known.add((min(key[1:]), max(key[1:])))
            spans = tuple(sorted({x.evidence[0], y.evidence[0]}))
            candidates[key] = Candidate(key, [], min(x.confidence, y.confidence) * 0.75, True, spans)


@dataclass(frozen=True, slots=True)
class Unknown:
    """Somebody without a name who is only "X's sister": ``owner`` is X."""

    owner: str
    type: str
    pronoun: str
    candidate: Candidate


def _unknowns(candidates: Mapping[Key, Candidate], characters: Mapping[str, Character], narrator: str | None) -> list[Unknown]:
    out = []
    for c in candidates.values():
        if c.key[0] not in ("spouse", "sibling") or c.confidence < 0.35:
            continue
        for unnamed, owner in (c.key[1:], c.key[:0:-1]):
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
        if c.confidence >= 0.6 and id(c) not in mine
        for owner, other in (c.key[1:], c.key[:0:-1])
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
