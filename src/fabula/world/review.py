"""What to look at first: the least certain decisions of a reading, those first that most else hangs on, each with what settles it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fabula.elements import Quote
from fabula.errors import NotFoundInWorld
from fabula.spans import Span
from fabula.world.assemble import SHOWN, count_words_of
from fabula.world.characters import CharacterView
from fabula.world.duplicates import duplicates
from fabula.world.edit import item_words
from fabula.world.naming import character_of

if TYPE_CHECKING:
    from fabula.world.world import World

SURE = 0.8  # from here on a speaker is taken for settled
_GAP = 4  # paragraphs between two lines of one conversation
_REACH = 0.7  # how much of what a line decides is felt one line further
_NAME_WORDS = 4  # words that hang on a mention of one who may be another
_ITEM_WORDS = 6  # words that an unsure tie or an issue is worth


@dataclass(frozen=True, slots=True)
class Doubt:
    """An uncertain decision. ``value``: about how many words change if it is wrong; ``commands``: arguments of ``fabula edit FILE``."""

    kind: str
    text: str
    confidence: float
    value: float
    span: Span | None
    commands: tuple[tuple[str, ...], ...]
    candidates: tuple[tuple[str, float], ...] = ()
    lines: int = 0


def doubts(world: World) -> tuple[Doubt, ...]:
    """Everything that is uncertain, most valuable first."""
    found = [*_speakers(world), *_duplicates(world), *_ties(world), *_issues(world)]
    return tuple(sorted(found, key=lambda d: (-d.value, d.span or Span(0, 0), d.text)))


def called(world: World, c: CharacterView) -> str:
    """The name by which a command finds the character; the id where several share it."""
    try:
        return c.name if character_of(world, c.name) == c else c.id
    except NotFoundInWorld:
        return c.id


# --- speakers
def _speakers(world: World) -> Iterator[Doubt]:
    """One line of each run of uncertain lines: the one that settles most of them."""
    for run in _runs(world):
        words = [count_words_of(world.text, q.start, q.end) for q in run]
        value, i = max((_decides(run, words, i), -i) for i in range(len(run)))
        quote = run[-i]
        yield Doubt(
            "speaker",
            world.text[quote.start : quote.end],
            quote.confidence,
            value,
            Span(quote.start, quote.end),
            tuple(("speaker", str(quote.start), called(world, world.characters[c])) for c, _ in _candidates(quote)[:3]),
            _candidates(quote),
            len(run),
        )


def _candidates(quote: Quote) -> tuple[tuple[str, float], ...]:
    first = ((quote.speaker, quote.confidence),) if quote.speaker else ()
    return (*first, *((c, p) for c, p in quote.alternatives if c != quote.speaker))


def _runs(world: World) -> Iterator[list[Quote]]:
    """Neighbouring uncertain lines of one conversation."""
    starts = world.manuscript.paragraphs.start.tolist()
    run: list[Quote] = []
    for quote in world.quotes:
        near = bool(run) and bisect_right(starts, quote.start) - bisect_right(starts, run[-1].end - 1) <= _GAP
        if run and (quote.confidence >= SURE or not near):
            yield run
            run = []
        if quote.confidence < SURE:
            run.append(quote)
    if run:
        yield run


def _decides(run: Sequence[Quote], words: Sequence[int], i: int) -> float:
    """Words that change, as far as one can expect, when line ``i`` is settled."""
    felt = (_REACH ** abs(i - j) * (1 - q.confidence) * words[j] for j, q in enumerate(run))
    return (1 - run[i].confidence) * sum(felt)


# --- characters
def _duplicates(world: World) -> Iterator[Doubt]:
    for one, other, likely in duplicates(world):
        less = min(one.element.mentions, other.element.mentions) * _NAME_WORDS + min(one.words_spoken, other.words_spoken)
        names = called(world, one), called(world, other)
        text = f"{one.name} and {other.name} may be one"
        yield Doubt("duplicate", text, likely, likely * less, None, (("merge", *names), ("split", *names)))


# --- items
def _ties(world: World) -> Iterator[Doubt]:
    """Unsure ties between two of the major characters."""
    major = {c.id for c in world.characters if c.importance == "major"}
    for i, r in enumerate(world.relationships, 1):
        if r.confidence < SHOWN and {r.a, r.b} <= major:
            item = f"relationships:{i}"
            text = item_words(world, "relationships", r)
            yield _item(text, r, r.evidence[0] if r.evidence else None, (("dismiss", item, "--keep"), ("dismiss", item)))


def _issues(world: World) -> Iterator[Doubt]:
    for i, issue in enumerate(world.issues, 1):
        if issue.origin != "user":
            yield _item(issue.text, issue, issue.evidence[0] if issue.evidence else None, (("dismiss", f"issues:{i}"),))


def _item(text: str, item: Any, span: Span | None, commands: tuple[tuple[str, ...], ...]) -> Doubt:
    return Doubt("item", text, item.confidence, _ITEM_WORDS * item.confidence, span, commands)


def to_json(doubt: Doubt) -> dict[str, Any]:
    """The doubt as plain values."""
    return {
        "kind": doubt.kind, "text": doubt.text, "confidence": round(doubt.confidence, 3), "value": round(doubt.value, 2),
        "start": doubt.span.start if doubt.span else None, "end": doubt.span.end if doubt.span else None, "lines": doubt.lines,
        "candidates": [[c, round(p, 3)] for c, p in doubt.candidates], "commands": [list(c) for c in doubt.commands],
    }  # fmt: skip
