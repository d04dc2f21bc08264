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
    """Somebody without a name who is only "X's sister": ``owner`` is X, ``parent`` whether the unnamed one is the parent of X."""

    owner: str
    type: str
    pronoun: str
    parent: bool
    candidate: Candidate


def _unknowns(candidates: Mapping[Key, Candidate], characters: Mapping[str, Character], narrator: str | None) -> list[Unknown]:
    out = []
    for c in candidates.values():
        if c.key[0] not in ("spouse", "sibling", "parent_child") or c.confidence < 0.35:
            continue
        for unnamed, owner in (c.key[1:], c.key[:0:-1]):
            u, o = characters[unnamed], characters[owner]
            called = tuple(f"{flat(n)}'" for n in (o.name, *(a.text for a in o.aliases)))
            if not u.aliases and unnamed != narrator and (o.aliases or owner == narrator) and flat(u.name).startswith(called):
                out.append(Unknown(owner, c.key[0], u.pronouns, c.key[0] == "parent_child" and unnamed == c.key[1], c))
    return out


def reciprocal(
    candidates: dict[Key, Candidate], characters: tuple[Character, ...], narrator: str | None, together_in: Mapping[tuple[str, str], int]
) -> None:
    """Ann has a husband without a name, Cal a wife without one, both are often together, nobody else fits: they are each other's."""
    by_id = {c.id: c for c in characters}
    unknown = _unknowns(candidates, by_id, narrator)

    def fits(x: Unknown, y: Unknown) -> bool:
        pair = (min(x.owner, y.owner), max(x.owner, y.owner))
        return (
            x.owner != y.owner and x.type == y.type and (x.type != "parent_child" or x.parent != y.parent)
            and by_id[y.owner].pronouns == x.pronoun and by_id[x.owner].pronouns == y.pronoun and together_in.get(pair, 0) >= _OFTEN
        )  # fmt: skip

    known = {c.pair for c in candidates.values() if c.confidence >= 0.4}
    taken = {(c.key[0], person) for c in candidates.values() if c.key[0] == "spouse" and c.confidence >= 0.5 for person in c.key[1:]}
    taken -= {("spouse", u.owner) for u in unknown if u.type == "spouse"}
    matches = {id(x): [y for y in unknown if fits(x, y)] for x in unknown}
    for x in unknown:
        (y, *more) = matches[id(x)] or [x]
        if more or y is x or x.owner > y.owner or len(matches[id(y)]) != 1:
            continue
        a, b = (y.owner, x.owner) if x.parent else (x.owner, y.owner)
        if (min(a, b), max(a, b)) in known or ({("spouse", a), ("spouse", b)} & taken and x.type == "spouse"):
            continue
        key = (x.type, a, b) if x.type == "parent_child" else (x.type, min(a, b), max(a, b))
        evidence = tuple(sorted({*x.candidate.evidence[:1], *y.candidate.evidence[:1]}))
        candidates[key] = Candidate(key, [], _RECIPROCAL, True, evidence)
        for c in (x.candidate, y.candidate):
            c.confidence *= _SECOND  # very likely the same person under a description
