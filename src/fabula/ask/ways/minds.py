"""What somebody knows, promised, owes: out of the World's knowledge, beliefs and commitments."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from fabula.ask.answers import SILENT, Found
from fabula.ask.language import content_stems, synonyms, word_list
from fabula.ask.names import Names
from fabula.ask.question import Question
from fabula.elements import Commitment, Event
from fabula.spans import Span
from fabula.world.wording import knowing

if TYPE_CHECKING:
    from fabula.world.world import World

_KNOWS = re.compile(r"^(?:does|do|did) .+? know\b|^is .+? aware\b", re.IGNORECASE)
_LEARNS = re.compile(r"^how (?:does|do|did) .+? (?:know|learn|find out|hear)\b", re.IGNORECASE)
_PROMISED = re.compile(
    r"^what (?:does|did|has|had|do) .+? (promise|swear|vow|agree|order|threaten|offer|undertake)\w*\b|^what (?:was|is) .+? promise\b",
    re.IGNORECASE,
)
_KEPT = re.compile(
    r"\b(?:keep|kept|break|broke|broken)\b.*\b(?:promise|word|vow|oath)\b|\b(?:promise|vow|oath)\b.*\b(?:kept|broken)\b", re.IGNORECASE
)
_OPEN = re.compile(
    r"^what (?:is|are|was|remains?) (?:still )?(?:left )?(?:to be done|to do|open|unfinished)\b"
    r"|\b(?:promises|orders)\b.*\b(?:open|not kept|unkept)\b",
    re.IGNORECASE,
)
_BROKEN = re.compile(r"\b(?:break|broke|broken)\b", re.IGNORECASE)
_KINDS = {
    "promise": ("promise", "vow", "agreement"), "swear": ("vow", "promise"), "vow": ("vow", "promise"), "agree": ("agreement", "promise"),
    "order": ("order",), "threaten": ("threat",), "offer": ("offer",), "undertake": ("promise", "vow", "agreement"),
}  # fmt: skip
_PROMISES = ("promise", "vow", "agreement")
_BINDING = frozenset(content_stems(("promise", "swear", "vow", "agree", "word", "yes", "said", "ok", "okay", "right", "sure")))
_NOT_SAID = frozenset(content_stems(("know", "aware", "learn", "find", "hear")))
_COVERED = 0.6
_SHOWN = 0.45
_NOT_KNOWN = 0.5


def knows(world: World, question: Question, names: Names) -> Found | None:
    """ "Does Tom know that Ann left?": yes where the World says how; no where others know of it and it never says that he does."""
    if not (_KNOWS.match(question.text) or _LEARNS.match(question.text)) or not question.named:
        return None
    who = question.named[0].ids[0]
    events = {e.id: e for e in _events(world, question)}
    known = [k for k in world.knowledge if k.of in events and k.character == who and k.confidence >= _SHOWN]
    if _LEARNS.match(question.text):
        best = max((k for k in known if k.how != "present"), key=lambda k: k.confidence, default=None)
        return Found(knowing(best, world.name_of), best.evidence or _at(events[best.of]), best.confidence) if best else None
    if known:
        best = max(known, key=lambda k: k.confidence)
        return Found("yes", (*best.evidence, *_at(events[best.of])), best.confidence)
    others = [k for k in world.knowledge if k.of in events and k.confidence >= _SHOWN]
    return Found("no", _at(events[others[0].of]), _NOT_KNOWN) if others else None


def _at(e: Event) -> tuple[Span, ...]:
    return (Span(e.start, e.end),)


def _events(world: World, question: Question) -> Iterable[Event]:
    """The events that a question speaks of: most of its other words and people stand in their sentence."""
    wanted = [frozenset((s, *synonyms().get(s, ()))) for s in question.stems if s not in _NOT_SAID]
    people = {i for n in question.named[1:] for i in n.ids[:1]}
    if not wanted and not people:
        return
    for e in world.events:
        said = frozenset(content_stems(word_list(world.text[e.start : e.end]))) | {e.what}
        there = {*e.who, *e.whom}
        got = sum(bool(w & said) for w in wanted) + len(people & there)
        if got >= _COVERED * (len(wanted) + len(people)):
            yield e


def promised(world: World, question: Question, names: Names) -> Found | None:
    """ "What did Tom promise Ann?": the words that bind."""
    m = _PROMISED.match(question.text)
    if m is None or not question.named:
        return None
    kinds = _KINDS[m.group(1).lower()] if m.group(1) else _PROMISES
    found = _commitments(world, question, kinds)
    if not found:
        return None
    telling = [c for c in found if _tells(Span(*c.evidence[0]).of(world.text))]
    if not telling:
        return None  # "I promise," he said: what, stands elsewhere
    texts = dict.fromkeys(" ".join(Span(*c.evidence[0]).of(world.text).split()) for c in telling[:3])
    return Found(" · ".join(texts), tuple(Span(*c.evidence[0]) for c in telling[:3]), telling[0].confidence)


def _tells(words_that_bind: str) -> bool:
    """Whether words say what is undertaken, and not only that something is."""
    return bool(set(content_stems(word_list(words_that_bind))) - _BINDING)


def _commitments(world: World, question: Question, kinds: tuple[str, ...]) -> list[Commitment]:
    """The commitments of the first one named, to the second where there is one, surest first."""
    by, to = question.named[0].ids[0], {i for n in question.named[1:] for i in n.ids[:1]}
    mine = [c for c in world.commitments if c.by == by and c.kind in kinds and c.evidence and c.confidence >= _SHOWN]
    meant = [c for c in mine if to <= set(c.to)]
    return sorted(meant or [c for c in mine if not c.to], key=lambda c: -c.confidence)


def kept(world: World, question: Question, names: Names) -> Found | None:
    """ "Did Tom keep his promise to Ann?": by the fate of the commitment; silence where it stays open."""
    if question.kind != "yes_no" or not _KEPT.search(question.text) or not question.named:
        return None
    found = _commitments(world, question, _PROMISES)
    decided = [c for c in found if c.fate in ("kept", "broken")]
    if not decided:
        return SILENT if found else None
    best = decided[0]
    as_asked = (best.fate == "kept") != (_BROKEN.search(question.text) is not None)
    return Found("yes" if as_asked else "no", tuple(Span(*s) for s in best.evidence[:3]), best.confidence)


def still_open(world: World, question: Question, names: Names) -> Found | None:
    """ "What is still to be done?": promises and orders that the story leaves open."""
    if not _OPEN.search(question.text):
        return None
    mine = [c for c in world.commitments if c.fate == "open" and c.evidence and c.confidence >= 0.5]
    named = {i for n in question.named for i in n.ids[:1]}
    mine = [c for c in mine if not named or c.by in named or named & set(c.to)]
    if not mine:
        return None
    texts = dict.fromkeys(" ".join(Span(*c.evidence[0]).of(world.text).split()) for c in mine)
    return Found("\n".join(texts), tuple(Span(*c.evidence[0]) for c in mine), min(c.confidence for c in mine))
