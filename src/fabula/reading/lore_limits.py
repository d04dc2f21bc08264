"""Rules as people explain them: obligations with a limit, terms that last, consequences, and what somebody reports to be the rule."""

from __future__ import annotations

import re
from functools import cache

from fabula.lexicons import sections, table
from fabula.reading.lore_scoring import Setting, Weighed, cue, normal, weigh_unit

_MORE = 0.5  # what every further sign of a rule adds
_MOST_MORE = 1.5
_INSTITUTION = 0.75
_OPINION = 1.5
_PAST = 2.0
_PERSONAL_PAST = re.compile(r"^(?:i|he|she|we|they|it|you|there) (?:was|were|had|did|said|went|came|got|saw|knew|took|told|\w{2,}ed)\b")
_REPORTED = 1.5  # a clause that is told as a rule needs less of the language of rules itself
_LEADING = re.compile(r"[\s\"'“‘«(\[—–…-]*(?:(?:(?:and|but|so|or)\b,?|(?:well|now|also|still|yes|no|okay|look|right),) )*")
_BOUNDARY = re.compile(r"[,;:] (?:but|and) ")
_PRONOUN = re.compile(r"(?:they|we|he|she|it|i)\b")
_CLAUSES = re.compile(r",? (?:and |but )?that (?=[\w'’]+ )")
_WORTH = re.compile(
    r"\b(?:if|when|whenever|once|unless|until|within|before|by|every|each|any|no|not|\w+n['’]t|cannot|never|allowed|must|may|might|could|ha[sd]"
    r"|have|['’]ve|gets?|got|lasts?|takes?|runs?|fee|fine|then|decides|is|are|needs?|requires?|who|that|to|can|would|makes|does|stays?|remains?|counts?|costs?|only|miss|break|lose|fail|skip|due|went|\w+ing)\b|['’]d\b"
)


@cache
def _macros() -> dict[str, str]:
    out: dict[str, str] = {}
    for name, expression in table("lore", "macros"):
        out[f"%{name}%"] = _expanded(expression, out)
    return out


def _expanded(expression: str, macros: dict[str, str]) -> str:
    return re.sub(r"%[A-Z]+%", lambda m: macros[m.group()], expression)


@cache
def weighted(section: str) -> tuple[tuple[float, re.Pattern[str]], ...]:
    """The expressions of a section of the lore lexicon with their points, macros put in."""
    return tuple((float(points), re.compile(_expanded(expression, _macros()))) for points, expression in table("lore", section))


@cache
def expression(source: str) -> re.Pattern[str]:
    """An expression with the lexicon's macros, such as ``%AMOUNT%``."""
    return re.compile(_expanded(source, _macros()))


@cache
def _either(section: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{_expanded(line, _macros())})" for line in sections("lore")[section]))


def limits(text: str, setting: Setting) -> float:
    """How much a unit binds people in general, or somebody before an institution; nothing (0) without such words, less than 0 never."""
    low = normal(text)
    if text.rstrip("\"”’'» ").endswith("?") or not _WORTH.search(low):
        return 0.0
    rest = low[m.end() if (m := _LEADING.match(low)) else 0 :]
    found = [(points, m.start()) for points, pattern in weighted("limits") if (m := pattern.search(rest))]
    past = [(p, 0) for p, pattern in weighted("limits_past") if not setting.spoken and setting.past_narration and pattern.search(rest)]
    reported = _reported(text, low, setting)
    if not found and not past:
        return reported
    best, at = max(found + past)
    more = _MORE * (len(found) + len(past) - 1 + sum(cue(section).search(rest) is not None for section in ("otherwise", "condition")))
    score = best + min(_MOST_MORE, more) - (0.0 if past else _against(rest[_clause_start(rest, at) :]))
    return max(0.0, reported, score + (_INSTITUTION if cue("institution").search(rest) else 0.0))


def _clause_start(rest: str, at: int) -> int:
    """Where the clause begins that holds a position: what is said before a "but" does not weaken it."""
    starts = [m.end() for m in _BOUNDARY.finditer(rest, 0, at + 8) if m.end() <= at + 8]
    return starts[-1] if starts else 0


def _against(rest: str) -> float:
    points = sum(points for points, pattern in weighted("limits_against") if pattern.search(rest))
    if cue("opinion").search(rest):
        points += _OPINION
    if _PERSONAL_PAST.match(rest):
        points += _PAST
    return points


def _reported(text: str, low: str, setting: Setting) -> float:
    """The best score of the clauses that the narrator says somebody was told or learned as a rule."""
    if setting.spoken or (report := _either("reports").search(low)) is None:
        return 0.0
    best = 0.0
    for start, end in _clauses(low, report.end()):
        weighed: Weighed = weigh_unit(text[start:end], setting)
        if _either("reported_rule").match(low[start:end]):
            best = max(best, 3.0)
        if weighed.subject is not None and not _PRONOUN.match(low[start:end]):
            best = max(best, weighed.score + _REPORTED)
    return best


def _clauses(low: str, start: int) -> list[tuple[int, int]]:
    """What is reported: "that …, that …, and that …"."""
    cuts = [start, *(c for m in _CLAUSES.finditer(low, start) for c in (m.start(), m.end())), len(low)]
    return [(a + len(low[a:b]) - len(low[a:b].lstrip()), b) for a, b in zip(cuts[::2], cuts[1::2], strict=True) if b > a]
