"""What surrounds a grave word and takes it back or weakens it: negation, comparison, supposition, the remote past."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from fabula.lexicons import sections

_BREAK = re.compile(r"[.;:!?—–“”\"«»()…]|--|\bbut\b|\band then\b")
_COMMA = re.compile(r",|\b(?:and|or|so|while)\b")
_CLOSES_COMPARISON = re.compile(r",|\b(?:and|until|when|while|because)\b")
_WORDS_BETWEEN = 6


@cache
def _cue(section: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{line})" for line in sections("notes_context")[section]), re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Context:
    """How real a hit is: ``weight`` (0 to 1; 0 drops it) and ``actual``, whether the text says that it happens, here and now."""

    weight: float
    actual: bool


def _last(pattern: re.Pattern[str], text: str, start: int, end: int) -> re.Match[str] | None:
    last = None
    for last in pattern.finditer(text, start, end):  # noqa: B007 (the last match is what is wanted)
        pass
    return last


def _negated(text: str, start: int, at: int) -> bool:
    """A negation governs what stands at ``at``: near before it, in the same clause, with no verb of knowing between them."""
    comma = _last(_COMMA, text, start, at)
    start = comma.end() if comma and _cue("negation").search(text, comma.end(), at) is None else start
    negation = _last(_cue("negation"), text, start, at)
    if negation is None or (comma and comma.start() >= negation.end() and text[comma.start()] == ","):
        return False
    between = text[negation.end() : at]
    return len(between.split()) <= _WORDS_BETWEEN and _cue("factive").search(between) is None


def _compared(text: str, start: int, at: int) -> bool:
    comparison = _last(_cue("comparison"), text, start, at)
    if comparison is None:
        return False
    if comparison.group().lower().startswith("like") and re.search(
        r"(?:\b(?:i|you|we|they|would|to|not|really|don['’]t|didn['’]t)|['’]d)\s+$",
        text[max(start, comparison.start() - 12) : comparison.start()],
        re.IGNORECASE,
    ):
        return False
    return _CLOSES_COMPARISON.search(text, comparison.end(), at) is None


def weigh(text: str, sentence: tuple[int, int], hit: tuple[int, int], *, intent: bool = False) -> Context:
    """The context of a hit in its sentence. ``intent``: a thing of which the wish or the attempt weighs as much as the deed."""
    at, end = hit
    clause = _last(_BREAK, text, sentence[0], at)
    start = clause.end() if clause else sentence[0]
    if _negated(text, start, at) or _compared(text, start, at):
        return Context(0.0, False)
    before = text[start:at]
    if (
        _cue("supposition").search(before)
        or _cue("would").search(text, start, end)
        or text[end : sentence[1]].rstrip("\"”’'» ").endswith("?")
    ):
        return Context(1.0 if intent and _cue("intent").search(before) else 0.6, False)
    past = _cue("past").search(before) or _cue("past_window").search(text, sentence[0], sentence[1])
    return Context(1.0, past is None)


def clause_around(text: str, sentence: tuple[int, int], hit: tuple[int, int], *, longest: int = 240) -> tuple[int, int]:
    """The sentence, or where it is long the clauses around the hit, within ``longest`` code points where commas allow."""
    start, end = sentence
    if end - start <= longest:
        return start, end
    breaks = [start] + [m.end() for m in re.finditer(r"[,;:.!?—–]+[\"”’']?\s+|[—–]", text[start:end])]
    cuts = [start] + [start + b for b in breaks[1:]] + [end]
    left = max(c for c in cuts if c <= hit[0])
    right = min(c for c in cuts if c >= hit[1])
    while True:
        wider_left = max((c for c in cuts if c < left), default=left)
        wider_right = min((c for c in cuts if c > right), default=right)
        if wider_left < left and right - wider_left <= longest:
            left = wider_left
        elif wider_right > right and wider_right - left <= longest:
            right = wider_right
        else:
            return left, left + len(text[left:right].rstrip())
