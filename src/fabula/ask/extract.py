"""The shortest answering stretch of a passage, by the kind of the question. Each rule returns ranges with a strength (0 to 1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fabula.ask.language import in_class, stem, synonyms
from fabula.ask.phrases import Range, clause_around, is_break, noun_phrase, noun_phrases, places, quantities, reasons, times
from fabula.ask.question import Question
from fabula.ask.view import SentenceView, Word
from fabula.spans import Span

if TYPE_CHECKING:
    from fabula.world.world import World

_NEAR_ENOUGH = 7
_LONGEST_CLAUSE = 18


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible answer: its words, the sentence it stands in, and how well it answers the question."""

    text: str
    span: Span
    strength: float


def verb_of(question: Question) -> str | None:
    """The stem of the question's main verb: the first content word after the question's subject, or the last content word."""
    words = question.rest.split()
    outside = list(question.stems)
    if not outside:
        return None
    if question.kind == "who" and not _has_auxiliary(words):
        return outside[0]
    if question.named and _has_auxiliary(words):
        cut = question.named[0].end
        after = [s for s in question.stems if _position(question, s) >= cut]
        return after[0] if after else outside[0]
    return outside[0]


def _has_auxiliary(words: list[str]) -> bool:
    return bool(words) and in_class(words[0], "auxiliaries")


def _position(question: Question, wanted: str) -> int:
    at = 0
    for w in question.text.split():
        at = question.text.find(w, at)
        if stem(w.strip("?,.!\"'")) == wanted:
            return at
        at += len(w)
    return -1


def extract(world: World, question: Question, view: SentenceView) -> list[Candidate]:
    """Candidates of one sentence, in no order."""
    return [c for c in _RULES[question.kind](world, question, view) if c.text]


def matched(question: Question, view: SentenceView) -> list[int]:
    """Positions of the words that the question names."""
    wanted = {x for s in question.stems for x in (s, *synonyms().get(s, ()))}
    return view.where(frozenset(wanted))


def _anchor(question: Question, view: SentenceView) -> list[int]:
    verb = verb_of(question)
    at = view.where(frozenset({verb, *synonyms().get(verb, ())})) if verb else []
    return at or matched(question, view)


def _nearness(found: Range, anchors: list[int]) -> float:
    """1 beside an anchor, falling to 0.3 far from all of them."""
    if not anchors:
        return 0.3
    gap = min(min(abs(found[0] - a), abs(found[1] - 1 - a)) for a in anchors)
    return max(0.3, 1.0 - 0.07 * gap)


def _said(world: World, view: SentenceView, found: Range) -> Candidate:
    span = view.cut(*found)
    return Candidate(" ".join(span.of(world.text).split()), span, 0.0)


def _with(world: World, view: SentenceView, found: Range, strength: float) -> Candidate:
    c = _said(world, view, found)
    return Candidate(c.text, c.span, strength)


def _who(world: World, question: Question, view: SentenceView) -> Iterator[Candidate]:
    anchors = _anchor(question, view)
    verb = verb_of(question)
    verbs = view.where(frozenset({verb, *synonyms().get(verb, ())})) if verb else []
    asks_object = _has_auxiliary(question.rest.split()) and bool(question.named)
    seen: set[int] = set()
    for i, w in enumerate(view.words):
        m = w.mention
        if m is None or m.start in seen or len(m.who) != 1 or m.who[0] in question.ids:
            continue
        seen.add(m.start)
        strength = 0.75 * _nearness((i, i + 1), anchors)
        if (verbs and not asks_object and _subject_of(view, i, verbs)) or (verbs and asks_object and any(0 < i - v <= 3 for v in verbs)):
            strength = 1.0
        elif i > 0 and view.words[i - 1].isa("prepositions"):
            strength *= 0.7
        yield Candidate(world.characters[m.who[0]].name, view.span, strength * (0.6 + 0.4 * m.confidence))
    if not seen and verbs and not asks_object:
        for found in noun_phrases(view):
            if 0 < verbs[0] - found[1] + 1 <= 3 and not set(range(*found)) & set(matched(question, view)):
                yield _with(world, view, found, 0.6)


def _subject_of(view: SentenceView, i: int, verbs: list[int]) -> bool:
    """Whether word ``i`` stands in the subject slot of one of the verbs: before it with no clause mark or object between, or after "by"."""
    if i > 1 and view.words[i - 1].text.lower() == "by" and any(0 < i - v <= 4 for v in verbs):
        return True
    if i > 0 and view.words[i - 1].isa("prepositions"):
        return False
    for v in verbs:
        between = view.words[i + 1 : v]
        if (
            0 < v - i <= _NEAR_ENOUGH
            and not any(b.text in ";:." or b.text[0] in '"“”' for b in between)
            and not _other_person(between, view.words[i])
        ):
            return True
    return False


def _other_person(between: tuple[Word, ...], me: Word) -> bool:
    return any(b.mention is not None and b.mention is not me.mention for b in between)


def _what(world: World, question: Question, view: SentenceView) -> Iterator[Candidate]:
    anchors = matched(question, view)
    taken = set(anchors)
    verb = verb_of(question)
    verbs = view.where(frozenset({verb, *synonyms().get(verb, ())})) if verb else []
    last = question.words[-1].lower() if question.words else ""
    stranded = last if in_class(last, "prepositions") else None
    for found in noun_phrases(view):
        inside = set(range(*found))
        if inside & taken or any(_is_named(view.words[k], question) for k in inside) or _is_bare(view, found):
            continue
        strength = 0.6 * _nearness(found, anchors)
        before = view.words[found[0] - 1].text.lower() if found[0] else ""
        if stranded and before == stranded:
            strength = 1.0 if anchors and found[0] - 1 > min(anchors) else 0.8
        elif verbs and any(v < found[0] and not any(is_break(view, k) for k in range(v, found[0])) and found[0] - v <= 3 for v in verbs):
            strength = 0.95
        yield _with(world, view, found, strength)


def _is_named(word: Word, question: Question) -> bool:
    return word.mention is not None and bool(set(word.mention.who) & set(question.ids)) and word.mention.end - word.mention.start < 25


def _is_bare(view: SentenceView, found: Range) -> bool:
    """A single word with neither article nor capital is as likely a verb or an adjective as a noun."""
    return all(view.words[k].isa("stop") or view.words[k].isa("determiners") for k in range(*found))


def _when(world: World, question: Question, view: SentenceView) -> Iterator[Candidate]:
    anchors = _anchor(question, view)
    for span in times(world.text, view.span):
        first = next((i for i, w in enumerate(view.words) if w.end > span.start), 0)
        yield Candidate(span.of(world.text), span, 0.9 * _nearness((first, first + 1), anchors) + 0.1)


def _where(world: World, question: Question, view: SentenceView) -> Iterator[Candidate]:
    anchors, taken = _anchor(question, view), set(matched(question, view))
    for found in places(view):
        if not set(range(found[0] + 1, found[1])) <= taken and not all(
            _is_named(view.words[k], question) for k in range(found[0] + 1, found[1])
        ):
            after = anchors and found[0] > min(anchors)
            weak = 0.6 if view.words[found[0]].text.lower() in ("of", "by", "against") else 1.0
            yield _with(world, view, found, weak * (0.95 if after else 0.8) * _nearness(found, anchors))


def _how_many(world: World, question: Question, view: SentenceView) -> Iterator[Candidate]:
    anchors = matched(question, view)
    counted = _counted(question)
    for found in quantities(view):
        strength = 0.7 * _nearness(found, anchors)
        stems = {view.words[k].stem for k in range(found[0], min(len(view.words), found[1] + 2))}
        if counted and counted & stems:
            strength = 1.0
        elif counted == _DURATION:
            strength *= 0.4
        yield _with(world, view, found, strength)


_DURATION = frozenset({"day", "hour", "minut", "week", "month", "year", "night", "second"})


def _counted(question: Question) -> frozenset[str]:
    """The stems of what a "how many" question counts."""
    words = [w.lower() for w in question.words]
    if len(words) < 3 or words[1] == "much":
        return frozenset()
    if words[1] in ("long", "old"):
        return _DURATION
    return frozenset({stem(words[2])}) if words[1] == "many" else frozenset()


def _why(world: World, question: Question, view: SentenceView) -> Iterator[Candidate]:
    for found in reasons(view):
        yield _with(world, view, found, 0.9)
    anchors = _anchor(question, view)
    for i, w in enumerate(view.words):
        if (
            w.text.lower() == "to"
            and anchors
            and 0 < i - min(anchors) <= 10
            and i + 1 < len(view.words)
            and not view.words[i + 1].isa("determiners")
        ):
            yield _with(world, view, (i, clause_around(view, i)[1]), 0.5)


def _how(world: World, question: Question, view: SentenceView) -> Iterator[Candidate]:
    anchors = _anchor(question, view)
    for a in anchors[:1]:
        found = clause_around(view, a)
        if found[1] - found[0] <= _LONGEST_CLAUSE:
            yield _with(world, view, found, 0.7)
    for i, w in enumerate(view.words):
        if w.text.lower() in ("by", "with") and anchors and i + 1 < len(view.words) and (found2 := noun_phrase(view, i + 1)):
            yield _with(world, view, (i, found2[1]), 0.8 * _nearness((i, found2[1]), anchors))


def _nothing(world: World, question: Question, view: SentenceView) -> Iterator[Candidate]:
    return iter(())


_RULES: dict[str, Callable[[World, Question, SentenceView], Iterator[Candidate]]] = {
    "who": _who, "what": _what, "when": _when, "where": _where, "how_many": _how_many, "why": _why, "how": _how, "yes_no": _nothing,
}  # fmt: skip
