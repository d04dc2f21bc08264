"""Procedures that a story counts out ("One, you file. … Two, …") and the deadlines it names: found in the text where the lore has none."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from fabula.ask.answers import Found
from fabula.lexicons import table, words
from fabula.spans import Span

if TYPE_CHECKING:
    from fabula.world.world import World

_LONGEST_GAP = 1500
_LONGEST_STEP = 320
_FEWEST = 3
_CONFIDENCE = 0.65
_OPENING = re.compile(r"[\"“‘'«(]?\s*([A-Za-z]+)[,:.]\s")


@cache
def _numbers() -> dict[str, int]:
    return {word: int(n) for word, n in table("questions", "step_numbers")}


@cache
def _deadline() -> re.Pattern[str]:
    numbers = "|".join(sorted(words("questions", "numbers") - {"no", "both"}, key=len, reverse=True))
    units = "|".join(sorted(words("questions", "time_nouns"), key=len, reverse=True))
    amount = rf"(?:the )?(?:\d+|(?:{numbers})(?:-\w+)?|an?)"
    day = r"day \w+(?:-\w+)?|the \w+(?:-\w+)?(?= of|[.,;?!])|the (?:last|end|first) \w+"
    owned = "has|have|had|’ve got|'ve got|lasts?|takes?"
    return re.compile(
        rf"\b(?:within {amount} (?:{units})|(?:before|by|until) (?:{day})|(?:{owned}) {amount} (?:{units})|no later than)\b", re.IGNORECASE
    )


def counted_steps(world: World) -> Found | None:
    """The longest chain of sentences that count one, two, three …; each step runs to the next, or as far as a sentence fits."""
    best: list[tuple[int, int]] = []
    chain: list[tuple[int, int]] = []
    for row, start in enumerate(world.sentences.start.tolist()):
        m = _OPENING.match(world.text, start)
        n = _numbers().get(m.group(1).lower()) if m else None
        if n is None:
            continue
        near = bool(chain) and start - int(world.sentences.start[chain[-1][1]]) < _LONGEST_GAP
        chain = [*chain, (n, row)] if near and n == chain[-1][0] + 1 else [(n, row)] if n == 1 else chain
        best = max(best, chain, key=len)
    if len(best) < _FEWEST:
        return None
    rows = [row for _, row in best]
    spans = tuple(_step(world, row, rows[i + 1] if i + 1 < len(rows) else row + _FEWEST) for i, row in enumerate(rows))
    return Found("\n".join(" ".join(s.of(world.text).split()).strip("“”\"'") for s in spans), spans, _CONFIDENCE)


def _step(world: World, row: int, following: int) -> Span:
    """The sentences of a step: within its paragraph and its quotation, before the next step, and not too long."""
    last = row
    quote = world.cast.quote_at(int(world.sentences.start[row]) + 1)
    for k in range(row + 1, min(following, len(world.sentences))):
        same = int(world.sentences.paragraph[k]) == int(world.sentences.paragraph[row])
        same = same and (quote is None or int(world.sentences.start[k]) < quote.end)
        if not same or int(world.sentences.end[k]) - int(world.sentences.start[row]) > _LONGEST_STEP:
            break
        last = k
    return Span(int(world.sentences.start[row]), int(world.sentences.end[last]))


def stated_deadlines(world: World) -> Found | None:
    """Sentences that bind to a time: "within five days of filing", "before day ninety", "she has sixty days"; in present or modal mood."""
    spans = []
    for start, end in zip(world.sentences.start.tolist(), world.sentences.end.tolist(), strict=True):
        text = world.text[start:end]
        if _deadline().search(text) and any(re.search(rf"(?i)\b{re.escape(w)}\b", text) for w in words("questions", "binding")):
            spans.append(Span(start, end))
    if not spans:
        return None
    return Found("\n".join(" ".join(s.of(world.text).split()).strip("“”\"'") for s in spans), tuple(spans), _CONFIDENCE)
