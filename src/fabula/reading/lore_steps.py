"""Procedures that are told by counting: "One, you file. … Two, …", "First … Then … After that …": each count opens a step."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from fabula.lexicons import sections, table
from fabula.reading.lore_limits import expression, weighted
from fabula.reading.lore_scoring import normal
from fabula.reading.lore_units import Unit
from fabula.spans import Span

_OPENING = re.compile(r"[\s\"'“”‘’«»(\[—–…-]*")
_INNER = re.compile(r"[,;] (?=(?:and )?(?:then|next|after that|afterwards|finally|lastly) [\w'’]+ )")
_IF_QUESTION = re.compile(r"^(?:and |but |so )?(?:what )?if\b")
_HEADING = re.compile(r"^\W*\w+(?: \w+)? ?[,:.—–-]")  # "Two, fingerprints."
_ANSWER_WITHIN = 2  # units between "and if not?" and its answer
_OWN_RULE = 2.0  # points from which a sentence after "first" or "then" is a rule of its own
_GAP = 700  # code points from one counter to the next
_LONGEST_STEP = 340
_MOST_UNITS = 4
_ANNOUNCED_WITHIN = 350  # code points before the first counter in which somebody announces the count
_LEAST_STEP = 1.0  # points from which a counted item is one of a procedure by itself
_SURE_STEP = 2.0  # what the best step needs where nobody announces a count
_SURE_PAIR = 1.0  # what both steps need where there are only two
_FEWEST = 2
_LEAST_TAIL = 0.75  # what a sentence after the last counter needs to belong to its step


@dataclass(frozen=True, slots=True)
class Counted:
    """The units of one step and its number; ``start`` and ``end`` are those of the step in the text."""

    units: tuple[int, ...]
    start: int
    end: int
    order: int


@cache
def _counters() -> tuple[tuple[int, re.Pattern[str]], ...]:
    """(number, expression); 0 for words that lead on."""
    return tuple((0 if n == ">" else int(n), expression(source)) for n, source in table("lore", "counters"))


@cache
def _announcing() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{line})" for line in sections("lore")["announces_procedure"]))


def _clean(text: str, start: int, end: int) -> str:
    low = normal(text[start:end])
    return low[m.end() if (m := _OPENING.match(low)) else 0 :].rstrip('"”’» ')


def _count(text: str, start: int, end: int) -> tuple[int, str] | None:
    """The number that a unit opens with (0: it leads on) and what follows the counter."""
    low = _clean(text, start, min(end, start + 200))
    for number, pattern in _counters():
        if m := pattern.match(low):
            return number, _clean(text, start, end)[m.end() :].lstrip(" ,:.;—–-")
    return None


@dataclass(frozen=True, slots=True)
class _Opened:
    """A unit, or a part of one, that opens a step."""

    unit: int
    start: int
    end: int
    number: int
    rest: str
    heading: bool


def _openers(text: str, units: list[Unit]) -> Iterator[_Opened]:
    for i, u in enumerate(units):
        if (counted := _count(text, u.start, u.end)) is None or (counted[0] == 0 and question_answered(text, units, i)):
            continue
        cuts = [u.start, *(u.start + m.end() for m in _INNER.finditer(normal(text[u.start : u.end]))), u.end]
        for a, b in pairwise(cuts):
            number, rest = counted if a == u.start else (_count(text, a, b) or (0, ""))
            yield _Opened(i, a, b, number, rest, number > 0 and rest != "" and _HEADING.search(text[a:b]) is not None)


def question_answered(text: str, units: list[Unit], i: int) -> Span | None:
    """The "and if not?" that a unit answers, if it stands just before it: the unit tells a consequence then, whatever it opens with."""
    for u in reversed(units[max(0, i - _ANSWER_WITHIN) : i]):
        said = text[u.start : u.end].rstrip("\"”’'» ")
        if u.spoken and said.endswith("?") and _IF_QUESTION.match(_clean(text, u.start, u.end)):
            return Span(u.start + len(said) - len(said.lstrip(" \"“‘'«")), u.start + len(said))
    return None


def _chains(text: str, units: list[Unit]) -> Iterator[list[_Opened]]:
    """Runs of counters that follow each other: 1, 2, 3 …, or first, then, after that."""
    chain: list[_Opened] = []
    for opened in _openers(text, units):
        if opened.number != 1 and chain and _follows(units, chain, opened):
            if opened.number:  # what led on since the last number was within its step
                while not chain[-1].number:
                    chain.pop()
            chain.append(opened)
        elif opened.number:
            if len(chain) > 1:
                yield chain
            chain = [opened] if opened.number == 1 else []
    if len(chain) > 1:
        yield chain


def _follows(units: list[Unit], chain: list[_Opened], opened: _Opened) -> bool:
    last = chain[-1]
    near = units[opened.unit].spoken == units[last.unit].spoken and opened.start - last.end <= _GAP
    return near and opened.number in (0, max(o.number for o in chain) + 1)


def _points(rest: str) -> float:
    """How much what stands after a counter sounds like a step: above 0 if at all."""
    score = sum(p for p, pattern in weighted("step_for") if pattern.search(rest))
    return score - sum(p for p, pattern in weighted("step_against") if pattern.search(rest))


def _announced(text: str, start: int) -> bool:
    return _announcing().search(normal(text[max(0, start - _ANNOUNCED_WITHIN) : start])) is not None


def _step(text: str, units: list[Unit], opened: _Opened, following: _Opened | None, order: int) -> Counted:
    """The step that a counter opens: its own sentence and those up to the next counter, as far as they are said in the same breath."""
    own, end = [opened.unit], opened.end
    last = following.unit if following else len(units)
    whole = opened.end == units[opened.unit].end
    for j in range(opened.unit + 1, min(last, opened.unit + _MOST_UNITS) if whole else opened.unit):
        u, before = units[j], units[j - 1]
        same = u.spoken == before.spoken and u.paragraph == before.paragraph and u.end - opened.start <= _LONGEST_STEP
        if not same or not _belongs(text, u, opened, last=following is None):
            break
        own.append(j)
        end = u.end
    return Counted(tuple(own), opened.start, end, order)


def _belongs(text: str, unit: Unit, opened: _Opened, *, last: bool) -> bool:
    """Whether a sentence after a counter still tells of its step: after a number all do up to the next, but for the last step's.

    After "first" and "then", which open a sentence rather than a heading, a sentence that is a rule by itself stands by itself.
    """
    if not opened.heading and unit.weighed.score >= _OWN_RULE:
        return False
    return not last or max(unit.weighed.score, _points(_clean(text, unit.start, unit.end))) >= _LEAST_TAIL


def _all_numbered(chain: list[_Opened]) -> bool:
    return all(o.heading for o in chain)


def _step_points(text: str, units: list[Unit], opened: _Opened, step: Counted) -> float:
    """How much the best sentence of a step sounds like one."""
    more = [_points(_clean(text, units[j].start, units[j].end)) for j in step.units[1:]]
    whole = [units[j].weighed.score for j in step.units if step.start <= units[j].start and units[j].end <= step.end]
    return max(_points(opened.rest), *whole, *more) if whole or more else _points(opened.rest)


def counted_steps(text: str, units: list[Unit]) -> list[list[Counted]]:
    """The procedures that are counted out, each as its steps in order; counts of reasons and of what happened are left out."""
    out: list[list[Counted]] = []
    for chain in _chains(text, units):
        steps = [_step(text, units, opened, chain[k + 1] if k + 1 < len(chain) else None, k + 1) for k, opened in enumerate(chain)]
        points = [_step_points(text, units, o, s) for o, s in zip(chain, steps, strict=True)]
        good = sum(p >= _LEAST_STEP for p in points)
        sure = _announced(text, chain[0].start) or (min(points) > 0 and max(points) >= _SURE_STEP)
        sure = (
            sure
            or (len(chain) > _FEWEST and min(points) >= _SURE_PAIR)
            or (len(chain) > _FEWEST and _all_numbered(chain) and min(points) > 0)
        )
        if good >= _FEWEST and good * 2 > len(chain) and sure and (len(chain) > _FEWEST or min(points) >= _SURE_PAIR):
            out.append(steps)
    return out
