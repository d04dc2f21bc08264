"""Lore by rules: sentences that say how this world works in general, with who acts, when, until when and what happens otherwise.

A sentence is weighed by the language of rules in it (see lore_scoring). Rules come in company: where the text announces rules, or
between two of them, less is asked of a sentence than where it stands alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from fabula.elements import Lore
from fabula.layers import Quotations, Sentences
from fabula.reading.lore_parts import actor_in, actor_of_step, bound_in, condition_in, consequence_of, otherwise_in
from fabula.reading.lore_scoring import FRAME_THRESHOLD, THRESHOLD, cue, normal
from fabula.reading.lore_steps import counted_steps, question_answered
from fabula.reading.lore_topics import topic_of_procedure, topics_of
from fabula.reading.lore_units import Unit, units_of
from fabula.reading.steps import Step
from fabula.spans import Span
from fabula.text.manuscript import Manuscript

_FRAME_UNITS = 7  # how many sentences after an announcement of rules are read as rules more readily
_FRAME_GAP = 500  # code points after which the announcement is forgotten
_NEAR, _NEAR_SPOKEN = 250, 400  # code points between a rule and a neighbour that it helps; speech is broken by narration
_NEXT = 250  # code points to a sentence that tells what happens otherwise
_LOOK = 5  # units on either side that may be company
_ROUNDS = 3  # how often rules that were found help their neighbours
_FIRST_COMPANY, _MORE_COMPANY, _MOST_COMPANY = 1.25, 0.75, 2.5  # points for the first rule near by, for each more, and in all
_LIKELY = 1.75  # points from which a unit is half a neighbour, though not known to be a rule
_HALF = 0.5
_LONGEST = 420
_LEAST_SCORE = 0.5  # what a unit needs of its own, whatever stands around it
_LEAST_ANNOUNCING = 2.0  # and what it needs when it rather announces rules
_COUNTED = 4.5  # the score of a counted step
_FILING = re.compile(r"\b(?:file|apply|submit|sign|send|visit|pay|renew|fill|register|attend|appeal|enrol|report)\w*\b")
_CHAIN_GAP = 600
_LEAST_STEPS = 3  # fewer are rules with an order in them, no procedure


def _framed(units: list[Unit]) -> list[bool]:
    """Which units follow close on an announcement of rules."""
    left, since = 0, 0
    out = [False] * len(units)
    for i, u in enumerate(units):
        out[i] = left > 0 and u.start - since <= _FRAME_GAP
        if u.weighed.announces:
            left, since = _FRAME_UNITS, u.end
        elif out[i]:
            left -= 1
            if u.weighed.score >= FRAME_THRESHOLD:
                since = u.end
    return out


def _company(i: int, units: list[Unit], sure: list[bool]) -> float:
    """What the rules around a unit add to it; those that only sound like rules count as half."""
    near = 0.0
    for j in range(max(0, i - _LOOK), min(len(units), i + _LOOK + 1)):
        gap = max(units[j].start - units[i].end, units[i].start - units[j].end)
        if j != i and gap <= (_NEAR_SPOKEN if units[i].spoken else _NEAR) and units[j].spoken == units[i].spoken:
            near += 1.0 if sure[j] else _HALF if _likely(units[j]) else 0.0
    return min(_MOST_COMPANY, _FIRST_COMPANY * min(near, 1.0) + _MORE_COMPANY * max(0.0, near - 1.0))


def _likely(unit: Unit) -> bool:
    """Whether a unit sounds like a rule: a narrator's general remarks do not, unless they bind somebody."""
    return unit.weighed.score >= _LIKELY and (unit.spoken or unit.weighed.binding)


def _chosen(units: list[Unit], counted: frozenset[int]) -> list[tuple[int, float]]:
    """The units that are rules, with their final scores: those that stand alone, then those that stand in their company."""
    framed = _framed(units)
    scores = [u.weighed.score + (THRESHOLD - FRAME_THRESHOLD if f else 0.0) for u, f in zip(units, framed, strict=True)]
    fits = [u.end - u.start <= _LONGEST and u.weighed.score >= (_LEAST_ANNOUNCING if u.weighed.announces else _LEAST_SCORE) for u in units]
    sure = [i in counted or (s >= THRESHOLD and f) for i, (s, f) in enumerate(zip(scores, fits, strict=True))]
    for _ in range(_ROUNDS):
        total = [s + _company(i, units, sure) if f else s for i, (s, f) in enumerate(zip(scores, fits, strict=True))]
        sure = [was or (t >= THRESHOLD and f) for was, t, f in zip(sure, total, fits, strict=True)]
    return [(i, total[i]) for i, yes in enumerate(sure) if yes and i not in counted]


@dataclass(frozen=True, slots=True)
class _Found:
    """A rule, or a step of the procedure ``chain`` with its place in it."""

    start: int
    end: int
    score: float
    subject: Span | None
    order: int | None = None
    chain: int | None = None
    answers: Span | None = None  # the "and if not?" that it answers


def _found(text: str, units: list[Unit]) -> list[_Found]:
    """All rules and counted steps in order of the text."""
    chains = counted_steps(text, units)
    steps = [(k, s) for k, chain in enumerate(chains) for s in chain]
    counted = frozenset(i for _, s in steps for i in s.units)
    out = [_Found(s.start, s.end, _COUNTED, actor_of_step(text, units, s), s.order, k) for k, s in steps]
    for i, score in _chosen(units, counted):
        u = units[i]
        out.append(_Found(u.start, u.end, score, actor_in(text, u), answers=question_answered(text, units, i)))
    return sorted(out, key=lambda f: f.start)


def _kind(text: str, unit: _Found, deadline: Span | None) -> Literal["rule", "habit", "procedure_step"]:
    low = normal(text[unit.start : unit.end]).lstrip(" \"'“‘«")
    term = deadline is not None and cue("frequency").fullmatch(normal(deadline.of(text))) is None
    if (cue("order").search(low) and not unit.answers) or (term and _FILING.search(low)):
        return "procedure_step"
    if cue("strong_deontic").search(low) is None and cue("deontic").search(low) is None and cue("frequency").search(low):
        return "habit"
    return "rule"


def _evidence(text: str, unit: _Found) -> Span:
    """The unit without the quotation marks and blanks around it."""
    piece = text[unit.start : unit.end]
    left = unit.start + len(piece) - len(piece.lstrip(" \n\r\t\"“”'‘«»—–-"))
    return Span(left, unit.start + len(piece.rstrip(' \n\r\t"“”«»,—–')))


def _lore(text: str, found: _Found, topic: str) -> Lore:
    deadline = bound_in(text, found.start, found.end)
    condition = condition_in(text, found.start, found.end)
    return Lore(
        id="",
        topic=topic,
        kind="procedure_step" if found.order else _kind(text, found, deadline),
        order=found.order,
        actor=found.subject,
        condition=(condition if condition and not (deadline and deadline.contains(condition)) else None) or found.answers,
        deadline=deadline,
        otherwise=otherwise_in(text, found.start, found.end),
        evidence=(_evidence(text, found),),
        confidence=round(min(0.9, 0.35 + 0.08 * found.score), 2),
        origin=STEP.origin,
    )


def _runs(items: list[Lore], found: list[_Found]) -> Iterator[list[int]]:
    """The procedures: runs of steps that follow each other closely, what is counted and what is told among and after it."""
    run: list[int] = []
    for i, (x, f) in enumerate(zip(items, found, strict=True)):
        if x.kind != "procedure_step":
            continue
        other = run and f.order == 1 and f.chain is not None
        if run and (other or x.evidence[0].start - items[run[-1]].evidence[0].end > _CHAIN_GAP):
            yield run
            run = []
        run.append(i)
    yield run


def _numbered(items: list[Lore], found: list[_Found]) -> list[Lore]:
    """Ids in order of the text; the steps of a procedure, counted or told closely after each other, are chained."""
    items = [replace(x, id=f"l{i}") for i, x in enumerate(items, start=1)]
    for steps in list(_runs(items, found)):
        if len(steps) < _LEAST_STEPS and all(found[j].chain is None for j in steps):
            continue
        for place, j in enumerate(steps, start=1):
            follower = (items[steps[place]].id,) if place < len(steps) else ()
            items[j] = replace(items[j], order=place, next=follower, topic=_topic_of(steps, items, found))
    return items


def _topic_of(run: list[int], items: list[Lore], found: list[_Found]) -> str:
    """The topic of a procedure: that of its counted steps, or of its first."""
    return next((items[j].topic for j in run if found[j].chain is not None), items[run[0]].topic)


def _with_consequences(text: str, items: list[Lore], found: list[_Found]) -> list[Lore]:
    """What happens otherwise may be told after the rule: "And if the judge doesn't?" and its answer, "If nothing has come by then, …"."""
    out = list(items)
    for i, (x, f) in enumerate(zip(items[1:], found[1:], strict=True), start=1):
        before = items[i - 1]
        near = x.evidence[0].start - before.evidence[0].end <= _NEXT and before.deadline is not None and before.otherwise is None
        if near and (told := consequence_of(text, x.evidence[0], f.answers)):
            out[i - 1] = replace(out[i - 1], otherwise=told)
    return out


def _topics(text: str, found: list[_Found]) -> list[str]:
    """One topic for each item; the steps of a counted procedure have one in common."""
    topics = topics_of(text, [(f.start, f.end) for f in found])
    for chain in {f.chain for f in found if f.chain is not None}:
        steps = [i for i, f in enumerate(found) if f.chain == chain]
        common = topic_of_procedure(text, found[steps[0]].start, found[steps[-1]].end) or topics[steps[0]]
        for i in steps:
            topics[i] = common
    for i, f in enumerate(found):
        if f.answers and i:
            topics[i] = topics[i - 1]
    return topics


def _run(manuscript: Manuscript, sentences: Sentences, quotations: Quotations) -> Mapping[str, Any]:
    text = manuscript.text
    found = _found(text, units_of(manuscript, sentences, quotations))
    topics = _topics(text, found)
    items = [_lore(text, f, topic) for f, topic in zip(found, topics, strict=True)]
    return {"lore": tuple(_numbered(_with_consequences(text, items, found), found))}


STEP = Step(name="lore", version="3", needs=("manuscript", "sentences", "quotations"), gives=("lore",), run=_run)
