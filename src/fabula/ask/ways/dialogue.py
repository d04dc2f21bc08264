"""Questions that the story itself asks and answers, and who says what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fabula.ask.answers import Found
from fabula.ask.language import content_stems, in_class, is_content, word_list
from fabula.ask.names import Names
from fabula.ask.phrases import times
from fabula.ask.question import Question, kind_of
from fabula.elements import Quote
from fabula.layers import MentionKind
from fabula.lexicons import words as lexicon
from fabula.spans import Span

if TYPE_CHECKING:
    from fabula.world.world import World

_SENTENCE = re.compile(r"[^.!?…]+(?:[.!?…]+|$)")
_SAYS = re.compile(r"^who\b.*\b(?:say|says|said|asks|asked|speaks|spoke|shouts|shouted|whispers|whispered|writes|wrote)\b", re.IGNORECASE)
_EVASIVE = re.compile(r"\b(?:don['’]t|do not) know\b|\bno idea\b|\bdoesn['’]t matter\b|\bnot (?:now|here)\b", re.IGNORECASE)
_BARE = 2
_TURNS = 60
_PATIENCE = 0.985
_OWN_TURN = 0.8
_GOOD_ENOUGH = 0.4
_CONTEXT = 4
_ALIKE = 0.75
_AT_ONCE = 250


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question in dialogue, the sentence of a later turn that answers it, the answer in short, and ``fit`` (0 to 1)."""

    question: Span
    answer: Span
    text: str
    fit: float


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
    """The answer that the story gives to the same question asked in its dialogue, perhaps many turns later.

    A bare "When?" in the story also counts for a longer question when what was said just before names what the longer one asks about.
    """
    if question.quoted or question.kind in ("yes_no", "how_many"):
        return None
    bare = not question.stems and not question.named and len(question.words) <= _BARE
    if not bare and not question.stems:
        return None
    asked = [(i, span) for i, span in _questions(world) if _same(world, question, i, span, bare=bare)]
    found = [e for i, span in asked if (e := _answer_to(world, question, i, span))]
    if not found:
        return None
    best = sorted(found, key=lambda e: (-e.fit, e.answer.start - e.question.end))
    good = sorted((e for e in best if e.fit >= best[0].fit - 0.15), key=lambda e: e.question.start)[:3] if bare else best[:1]
    spans = tuple(dict.fromkeys(s for e in good for s in (e.question, e.answer)))
    return Found(" · ".join(dict.fromkeys(e.text for e in good)), spans, 0.45 + 0.4 * best[0].fit)


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


def _same(world: World, question: Question, row: int, span: Span, *, bare: bool) -> bool:
    """Whether a question in the story asks what the user asks."""
    words = word_list(span.of(world.text))
    is_bare = bool(words) and words[0].lower() == question.wh and not any(is_content(w) for w in words) and len(words) <= 3
    if bare:
        return is_bare
    wanted = set(question.stems)
    if is_bare:
        before = world.quotes[max(0, row - _CONTEXT) : row + 1]
        said = {x for q in before for x in content_stems(word_list(world.text[q.start : min(q.end, span.start)]))}
        return len(wanted & said) >= max(1, _ALIKE * len(wanted)) and len(max(wanted, key=len)) > 3
    kind, wh = kind_of(span.of(world.text))
    shared = wanted & set(content_stems(words))
    return kind == question.kind and wh == question.wh and len(shared) >= max(2, _ALIKE * len(wanted))


def _answer_to(world: World, question: Question, row: int, span: Span) -> Exchange | None:
    """The later turn that fits the kind of the question best; nearer ones and those of somebody else are preferred.

    The speaker weighs, but does not decide: who says what in a quick exchange is the least sure thing of a reading.
    """
    asker = world.quotes[row]
    best: Exchange | None = None
    for turn, q in enumerate(world.quotes[row + 1 : row + 1 + _TURNS]):
        for text, stretch, fit in _fits(world, question, q, asker):
            fit *= _PATIENCE**turn * (_OWN_TURN if q.speaker is not None and q.speaker == asker.speaker else 1.0)
            if best is None or fit > best.fit + 0.02:
                best = Exchange(span, stretch, text, fit)
    return best if best and best.fit >= _GOOD_ENOUGH else None


def _fits(world: World, question: Question, q: Quote, asker: Quote) -> Iterator[tuple[str, Span, float]]:
    """Sentences of a turn that answer a question of this kind, each as it is to be shown, with how well it does."""
    whole = _trim(world.text, Span(q.start, q.end))
    if _EVASIVE.search(whole.of(world.text)):
        return
    sentences = [_trim(world.text, Span(*m.span())) for m in _SENTENCE.finditer(world.text, *whole)]
    for n, s in enumerate(s for s in sentences if s.length):
        text = s.of(world.text)
        if text.rstrip().endswith("?"):
            continue
        place = 1.0 if n == 0 else 0.85
        at_once = n == 0 and q.start - asker.end < _AT_ONCE and q.speaker != asker.speaker and len(word_list(text)) > 1
        opens_right = (question.kind == "where" and in_class(text.split()[0], "place_prepositions")) or (
            question.kind == "why" and re.match(r"(?i)because\b", text) is not None
        )
        if question.kind == "when":
            yield from _when(world, s, place)
        elif question.kind == "who":
            yield from _who(world, s, {asker.speaker, *asker.addressees, q.speaker}, place)
        elif opens_right:
            yield _clean(text), s, place
        elif question.kind in ("what", "how", "why") and at_once:
            yield _clean(text), s, 0.6


def _when(world: World, s: Span, place: float) -> Iterator[tuple[str, Span, float]]:
    for t in times(world.text, s):
        whole = t.length >= 0.7 * s.length
        repeated = re.match(r"(?i)(?:every|each|on \w+days\b)", s.of(world.text))
        yield _clean(t.of(world.text)), s, place * (1.0 if whole else 0.7) * (0.8 if repeated else 1.0)


def _who(world: World, s: Span, talking: set[str | None], place: float) -> Iterator[tuple[str, Span, float]]:
    for m in world.cast.mentions_in(*s):
        if m.kind == MentionKind.PRONOUN or talking & set(m.who) or world.text[m.start : m.end].lower() in lexicon("persons", "indefinite"):
            continue
        whole = m.end - m.start >= 0.6 * s.length
        name = world.name_of(m.who[0]) if len(m.who) == 1 else _clean(world.text[m.start : m.end])
        yield name, s, place * (1.0 if whole else 0.6)


def _clean(text: str) -> str:
    return " ".join(text.split()).rstrip(",;—–-.")
