"""The parts of a rule in its own words: who acts, under which condition, until when, and what happens otherwise."""

from __future__ import annotations

import re
from functools import cache

from fabula.lexicons import sections
from fabula.reading.lore_limits import expression
from fabula.reading.lore_scoring import cue, normal
from fabula.reading.lore_steps import Counted
from fabula.reading.lore_units import Unit
from fabula.spans import Span

_ACTOR = re.compile(
    r"(?:^|[,;:.] |that )(?:(?:and|but|so|then|first|next|finally|after that),? )*"
    r"(?P<a>you|they|we|she|he|somebody|someone|both of (?:you|them|us)|"
    r"(?:every|each|any|the|an?|your) (?!%UNIT%|time)[\w'’-]+(?: [\w'’-]+| (?:in|of|with) (?:the |an? )?[\w'’-]+)?)"
    r"(?:['’]ll|['’]ve|['’]d)? (?!and\b|or\b|of\b)".replace("%UNIT%", "(?:day|week|month|year|night|morning|evening|hour)")
    + r"(?:(?<=you )|(?<=they )|(?<=we )|(?<=she )|(?<=he )|(?<=them )|(?<=body )|(?<=one )"
    r"|(?:has|have|must|gets?|will|may|can|cannot|shall|needs?|is|are|never|always|(?!as\b|us\b|his\b|its\b)\w{2,}s)\b)"
)
_RELATIVE = re.compile(r"who|that|which|whose|what|whoever|whatever")
_MAIN_CLAUSE = re.compile(
    r" (?:(?:they|we|he|she|i|the whole|it all)(?=['’ ])|you (?=(?:make|start|lose|pay|can|may|must|have|get|go|are|need|will|file|wait"
    r"|shut|stop|give|drop|shake|do|don['’]t|apply|owe|forfeit|keep|never)\b))(?! (?:love|want|wanted|like|know|trust)\b)"
)
_OR = re.compile(r"(?:or else|otherwise|else|or|if not)\b,? ?", re.IGNORECASE)
_NEGATED = r"(?:n['’]t|not|no|nothing|nobody|never|miss|misses|fails?|late|lapses?|refuses?)\b"
_FAILING = re.compile(_NEGATED)
_FAILING_IF = re.compile(r"(?:and |but |so )?if [^,;.!?]*?" + _NEGATED + r"[^,;.!?]*, (?:then )?")
_LEAST_CONDITION = 3  # words before another subject can begin the main clause


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return Span(start + len(piece) - len(piece.lstrip(" ,;")), start + len(piece.rstrip(" ,;.\"”’'")))


def first_of(section: str, text: str, start: int, end: int) -> Span | None:
    """The first expression of a section of the lore lexicon within a rule."""
    found = cue(section).search(normal(text[start:end]))
    return _trimmed(text, start + found.start(), start + found.end()) if found else None


def otherwise_in(text: str, start: int, end: int) -> Span | None:
    """What happens if the rule is not kept, without the "or" that leads to it."""
    span = first_of("otherwise", text, start, end)
    lead = _OR.match(span.of(text)) if span else None
    return Span(span.start + lead.end(), span.end) if span and lead and lead.end() < span.length else span


def consequence_of(text: str, rule: Span, question: Span | None) -> Span | None:
    """What a sentence says will happen where the rule before it is not kept: the answer to "and if not?", or the clause after "if not,"."""
    if question is not None:
        return rule if _FAILING.search(normal(question.of(text))) else None
    low = normal(rule.of(text))
    condition = _FAILING_IF.match(low)
    return _trimmed(text, rule.start + condition.end(), rule.start + _clause_end(low, condition.end())) if condition else None


def _clause_end(low: str, start: int) -> int:
    end = re.compile(r"[,;.!?](?=\s|$)").search(low, start)
    return end.start() if end else len(low)


@cache
def _bounds(section: str) -> tuple[re.Pattern[str], ...]:
    return tuple(expression(line) for line in sections("lore")[section])


def _bound(section: str, text: str, start: int, end: int) -> Span | None:
    low = normal(text[start:end])
    for pattern in _bounds(section):
        if found := pattern.search(low):
            return _trimmed(text, start + found.start(), start + found.end())
    return None


def bound_in(text: str, start: int, end: int) -> Span | None:
    """The deadline, term or frequency that binds a rule: what bounds most surely, not what stands first."""
    surest = _bound("bounds", text, start, end) or first_of("deadline", text, start, end) or first_of("frequency", text, start, end)
    return surest or _bound("bounds_last", text, start, end)


def condition_in(text: str, start: int, end: int) -> Span | None:
    """The condition, up to the subject of the main clause where no comma parts them."""
    span = first_of("condition", text, start, end)
    if span is None:
        return None
    low = normal(span.of(text))
    words = [m.end() for m in re.finditer(r"\S+", low)]
    if len(words) <= _LEAST_CONDITION:
        return span
    main = _MAIN_CLAUSE.search(low, words[_LEAST_CONDITION - 1])
    return _trimmed(text, span.start, span.start + main.start()) if main else span


def actor_in(text: str, unit: Unit) -> Span | None:
    """The general subject of a unit without its verb."""
    subject = unit.weighed.subject
    return _without_verb(text, unit.start + subject[0], unit.start + subject[1]) if subject else _named_actor(text, unit.start, unit.end)


def _without_verb(text: str, start: int, end: int) -> Span | None:
    words = list(re.finditer(r"[\w'’-]+", normal(text[start:end])))
    verbs_left = 1 if any(_RELATIVE.fullmatch(m.group()) for m in words) else 0
    for i, m in enumerate(words):
        verb = cue("finite_sure").fullmatch(m.group()) or (i > 1 and cue("finite").fullmatch(m.group()))
        if i and verb:
            if not verbs_left:
                return _trimmed(text, start, start + words[i - 1].end())
            verbs_left -= 1
    return _trimmed(text, start, end)


def _named_actor(text: str, start: int, end: int) -> Span | None:
    found = _ACTOR.search(normal(text[start:end]))
    return Span(start + found.start("a"), start + found.end("a")) if found else None


def actor_of_step(text: str, units: list[Unit], step: Counted) -> Span | None:
    """Who acts in a step: the general subject of one of its sentences, or the first subject that a verb follows."""
    return _named_actor(text, step.start, step.end)
