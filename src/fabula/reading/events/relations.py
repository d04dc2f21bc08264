"""Which of two events came first, where the text says so: "after", "before", "until", "then", "a week later", the pluperfect.

The links are those of TimeML (Pustejovsky et al., 2003) between events told next to each other, as far as a word or a tense shows them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple

from fabula.lexicons import table, words
from fabula.reading.events.order import Tier
from fabula.reading.events.trees import Tree
from fabula.spans import Span

_NEAR = 3
"""Sentences between an event that looks back, or one that a word puts later, and the one it is told beside."""
_SALIENT = 0.35


@dataclass(frozen=True, slots=True)
class Moment:
    """An event as its place in time shows: its trigger, clause and scene, how it looks back, and whether it is a time phrase's."""

    at: int
    clause: Span
    scene: int
    tier: Tier
    salience: float
    spoken: bool
    actual: bool
    moved: Literal["", "later", "earlier"]


class Pair(NamedTuple):
    """Rows of two events, the earlier first."""

    before: int
    after: int
    basis: Literal["stated", "inferred"]
    confidence: float
    evidence: tuple[Span, ...]


@cache
def _marks() -> Mapping[str, tuple[bool, float]]:
    """Conjunction → whether the clause it opens came first, and how sure that is."""
    return {word: (first == "own", float(sure)) for word, first, sure in table("events", "time marks")}


def time_pairs(tree: Tree, moments: Sequence[Moment]) -> list[Pair]:
    """All pairs, in order of the later told; each two events once, and the surest of them."""
    rows = {m.at: n for n, m in enumerate(moments) if m.actual}
    out: dict[tuple[int, int], Pair] = {}
    for pair in (*_by_conjunction(tree, moments, rows), *_by_then(tree, moments, rows), *_by_tense(tree, moments)):
        key = (min(pair.before, pair.after), max(pair.before, pair.after))
        if key[0] != key[1] and (key not in out or out[key].confidence < pair.confidence):
            out[key] = pair
    return [out[key] for key in sorted(out, key=lambda k: (k[1], k[0]))]


def _by_conjunction(tree: Tree, moments: Sequence[Moment], rows: Mapping[int, int]) -> Iterator[Pair]:
    """ "He left after she had come", "she wept until he came"."""
    for i, row in rows.items():
        main = rows.get(tree.head[i])
        if main is None or tree.rel[i] != "advcl":
            continue
        mark = next((m for m in tree.markers(i) if m in _marks()), None)
        if mark is None or (mark == "when" and not _both_at_once(tree, i, tree.head[i])):
            continue
        first, sure = _marks()[mark]
        pair = (row, main) if first else (main, row)
        yield Pair(*pair, "stated" if sure >= 0.7 else "inferred", sure, _evidence(moments, *pair))


def _both_at_once(tree: Tree, i: int, main: int) -> bool:
    """Whether two past events meet at a "when": neither goes on nor lies further back, so the clause's came first."""
    return all(tree.tense[k] == "Past" and tree.form[k] == "Fin" and not tree.auxiliaries(k) for k in (i, main))


def _by_then(tree: Tree, moments: Sequence[Moment], rows: Mapping[int, int]) -> Iterator[Pair]:
    """ "He locked the door and then went up": from the verb it is joined to, or the event told just before in narration."""
    for i, row in rows.items():
        if not any(tree.rel[k] == "advmod" and k < i and _leads_on(tree, k) for k in tree.kids[i]):
            continue
        joined = rows.get(tree.head[i]) if tree.rel[i] == "conj" else None
        before = joined if joined is not None else _told_before(tree, moments, row, 1, 0.0)
        if before is not None and moments[before].tier == moments[row].tier == "present":
            yield Pair(before, row, "stated", 0.8 if joined is not None else 0.65, _evidence(moments, before, row))


def _leads_on(tree: Tree, k: int) -> bool:
    """Whether a word says what comes next; the one in "now and then" and "then too" does not."""
    again = tree.lower[max(0, k - 2) : k] == ["now", "and"] or tree.lower[k + 1 : k + 2] == ["too"]
    return tree.lower[k] in words("events", "then") and not again


def _by_tense(tree: Tree, moments: Sequence[Moment]) -> Iterator[Pair]:
    """What the narration looks back at, or puts later, beside the salient event that it told last."""
    for row, m in enumerate(moments):
        if m.spoken or not m.actual or m.salience < _SALIENT or m.tier == "ahead":
            continue
        if any(mark in _marks() for mark in tree.markers(m.at)):
            continue  # "after she had left, he wrote" leads on from what was told before
        back = m.tier != "present"
        shown = m.moved == "earlier" or _is_perfect(tree, m.at) if back else m.moved == "later"
        if not shown:
            continue
        other = _told_before(tree, moments, row, _NEAR, _SALIENT)
        if other is not None:
            pair = (row, other) if back else (other, row)
            stated = m.moved != ""
            yield Pair(*pair, "stated" if stated else "inferred", 0.75 if stated else 0.6, _evidence(moments, *pair))


def _is_perfect(tree: Tree, i: int) -> bool:
    """Whether a verb is in a perfect that looks back; that of "in a moment he had gripped it" does not."""
    if any(tree.rel[k] in ("obl", "advmod", "obl:unmarked") and tree.lower[k] in words("events", "onward") for k in tree.kids[i]):
        return False
    return tree.pos[i] == "VERB" and any(a in ("had", "'d", "have", "has", "'ve") for a in tree.auxiliaries(i))


def _told_before(tree: Tree, moments: Sequence[Moment], row: int, near: int, salience: float) -> int | None:
    """The last event that the narration told as present before this one, in the same scene; None where none is near."""
    here = moments[row]
    for k in range(row - 1, -1, -1):
        m = moments[k]
        if tree.sentence[here.at] - tree.sentence[m.at] > near or m.scene != here.scene:
            return None
        if m.actual and not m.spoken and m.tier == "present" and m.salience >= salience:
            return k
    return None


def _evidence(moments: Sequence[Moment], *rows: int) -> tuple[Span, ...]:
    return tuple(sorted({moments[n].clause for n in rows}))
