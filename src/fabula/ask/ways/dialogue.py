"""Questions that the story itself asks and answers, and who says what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fabula.ask.answers import Found
from fabula.ask.language import content_stems, in_class, is_content, word_list
from fabula.ask.names import Names
from fabula.ask.phrases import times
from fabula.ask.question import Question, kind_of
from fabula.elements import Quote
from fabula.spans import Span

if TYPE_CHECKING:
    from fabula.world.world import World

_SENTENCE = re.compile(r"[^.!?…]+(?:[.!?…]+|$)")
_SAYS = re.compile(r"^who\b.*\b(?:say|says|said|asks|asked|speaks|spoke|shouts|shouted|whispers|whispered|writes|wrote)\b", re.IGNORECASE)
_TURNS = 14
_SHORT = 2
_EVASIVE = re.compile(r"\b(?:don['’]t|do not) know\b|\bno idea\b|\bdoesn['’]t matter\b|\bnot (?:now|here)\b|\bwhat\b\W*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question in dialogue and the stretch of a later turn that answers it; ``fit`` (0 to 1)."""

    question: Span
    answer: Span
    fit: float
    distance: int


def spoken_by(world: World, question: Question, names: Names) -> Found | None:
    """ "Who says '…'?": the speaker of the quotation that holds the words."""
    if not question.quoted or question.kind != "who" or not _SAYS.search(question.text):
        return None
    wanted = _plain(question.quoted)
    for q in world.quotes:
        if wanted and wanted in _plain(world.text[q.start : q.end]) and q.speaker and q.confidence >= 0.5:
            return Found(world.name_of(q.speaker), (Span(q.start, q.end),), q.confidence)
    return None


def _plain(text: str) -> str:
    return " ".join(w.lower().replace("’", "'") for w in word_list(text))


def asked_and_answered(world: World, question: Question, names: Names) -> Found | None:
    """The answer that the story gives to the same question asked in its dialogue, perhaps some turns later."""
    if question.quoted or question.kind == "yes_no":
        return None
    content = set(question.stems)
    short = len(content) == 0 and not question.named and len(question.words) <= _SHORT
    if not short and len(content) < _SHORT:
        return None
    asked = [(i, span) for i, span in _questions(world) if (_short_match if short else _long_match)(world, question, span)]
    found = [e for i, span in asked if (e := _answer_to(world, question, i, span))]
    if not found:
        return None
    best = sorted(found, key=lambda e: (-e.fit, e.distance))
    good = sorted((e for e in best if e.fit >= best[0].fit - 0.15), key=lambda e: e.question.start)[:3] if short else best[:1]
    text = " · ".join(dict.fromkeys(_clean(e.answer.of(world.text)) for e in good))
    return Found(text, tuple(dict.fromkeys(s for e in good for s in (e.question, e.answer))), 0.5 + 0.35 * best[0].fit)


def _questions(world: World) -> list[tuple[int, Span]]:
    """Every question sentence in the dialogue, with the row of its quotation."""
    out = []
    for i, q in enumerate(world.quotes):
        for m in _SENTENCE.finditer(world.text, q.start, q.end):
            if m.group().rstrip("\"'”’»“ ").endswith(("?", "?!")):
                out.append((i, _trim(world.text, Span(*m.span()))))
    return out


def _trim(text: str, span: Span) -> Span:
    start, end = span
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and text[end - 1] in "\"'”’»«“ \n\r\t*_—–-":
        end -= 1
    return Span(start, end)


def _short_match(world: World, question: Question, span: Span) -> bool:
    """A bare "When?" in the story; or a question that opens with it and says little more."""
    words = word_list(span.of(world.text))
    return bool(words) and words[0].lower() == question.wh and len([w for w in words if is_content(w)]) <= 1 and len(words) <= 6


def _long_match(world: World, question: Question, span: Span) -> bool:
    text = span.of(world.text)
    kind, _ = kind_of(text)
    stems = set(content_stems(word_list(text)))
    return kind == question.kind and bool(stems) and len(stems & set(question.stems)) >= max(2, 0.75 * len(question.stems))


def _answer_to(world: World, question: Question, row: int, span: Span) -> Exchange | None:
    """The first later turn of somebody else that fits the kind of the question best."""
    asker = world.quotes[row]
    best: Exchange | None = None
    turn = 0
    for q in world.quotes[row + 1 : row + 1 + _TURNS]:
        if q.start - span.end > 6000:
            break
        turn += q.speaker != asker.speaker
        if q.speaker is not None and q.speaker == asker.speaker:
            continue
        stretch, fit = _fit(world, question, q, asker)
        if stretch is not None and turn >= 1:
            fit *= max(0.4, 1.0 - 0.05 * (turn - 1))
            if best is None or fit > best.fit + 0.05:
                best = Exchange(span, stretch, fit, q.start - span.end)
    return best if best and best.fit >= 0.4 else None


def _fit(world: World, question: Question, q: Quote, asker: Quote) -> tuple[Span | None, float]:
    """The stretch of a turn that answers a question of this kind, and how well."""
    whole = _trim(world.text, Span(q.start, q.end))
    text = whole.of(world.text)
    if text.rstrip().endswith("?") or _EVASIVE.search(text) or not word_list(text):
        return None, 0.0
    sentences = [_trim(world.text, Span(*m.span())) for m in _SENTENCE.finditer(world.text, whole.start, whole.end)]
    sentences = [s for s in sentences if s.length and not s.of(world.text).rstrip().endswith("?")]
    for s in sentences:
        if question.kind == "when" and (found := times(world.text, s)):
            return (s if len(s.of(world.text).split()) <= 14 else found[0]), 1.0
        if question.kind == "who" and _names_somebody(world, s, asker, q):
            return s, 1.0 if len(s.of(world.text).split()) <= 8 else 0.7
        if question.kind == "where" and any(in_class(w, "place_prepositions") for w in s.of(world.text).split()[:4]):
            return s, 0.9
        if question.kind == "how_many" and any(in_class(w, "numbers") or w.isdigit() for w in word_list(s.of(world.text))):
            return s, 0.9
        if question.kind == "why" and re.match(r"(?i)(?:because|so|to|for)\b", s.of(world.text)):
            return s, 1.0
    if question.kind in ("why", "what", "how") and sentences:
        return sentences[0], 0.6
    return None, 0.0


def _names_somebody(world: World, span: Span, asker: Quote, q: Quote) -> bool:
    known = {asker.speaker, q.speaker}
    return any(m.kind <= 1 and not known & set(m.who) for m in world.cast.mentions_in(*span))


def _clean(text: str) -> str:
    return " ".join(text.split()).rstrip(",;—–-")
