"""Reasons that are stated: "because", "so that", "which is why", "on account of", "out of spite", and answers to questions that ask why."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

from fabula.elements import Cause, Event
from fabula.encoder.reader import WordLabels
from fabula.layers import Sentences
from fabula.lexicons import words
from fabula.reading.cast import Cast
from fabula.reading.events.salience import kind_weight
from fabula.reading.events.trees import Tree, make_tree
from fabula.reading.steps import Step
from fabula.reading.trees import Trees
from fabula.spans import Span

_ORIGIN = "causes@2"
_LONGEST = 300  # code points of one side of a reason
_FAR = ("far", "long")  # "so far", "so long": no degrees
_NEXT = 3  # code points between two sentences of one paragraph
_ASKED = re.compile(r"\b(?:why|how come|what for)\b(?!\s+(?:not|don['’]t (?:you|we))\b)[^?.!]*\?", re.I)


class _Reason(NamedTuple):
    effect: Span
    cause: Span
    confidence: float


def _choice(section: str) -> str:
    return "|".join(
        re.escape(w).replace("'", "['’]").replace(r"\ ", r"\s+") for w in sorted(words("causes", section), key=len, reverse=True)
    )


@cache
def _phrases() -> dict[str, re.Pattern[str]]:
    return {
        "because": re.compile(rf"(?<![\w'’])(?:{_choice('because')})(?!\w|\s+of\b)", re.I),
        "purpose": re.compile(rf"\b(?:{_choice('purpose')})\b", re.I),
        "on account": re.compile(rf"\b(?:{_choice('on account')})\b", re.I),
        "motives": re.compile(rf"\bout\s+of\s+(?:(?:sheer|pure|mere|simple|his|her|their|my)\s+)?(?:{_choice('motives')})\b", re.I),
        "so": re.compile(rf"(?<![\w'’])(?:{_choice('so')})\b", re.I),
    }


class CauseFinder:
    """Finds the stated reasons of one story."""

    def __init__(self, tree: Tree, sentences: Sentences, cast: Cast) -> None:
        self.tree, self.cast = tree, cast
        self.spans = list(zip(sentences.start.tolist(), sentences.end.tolist(), strict=True))
        self.starts = [s for s, _ in self.spans]

    def reasons(self) -> Iterator[_Reason]:
        text = self.tree.text
        for kind, pattern in _phrases().items():
            for m in pattern.finditer(text):
                found = self._because(m.start()) if kind == "because" else self._beside(m, kind)
                if found is not None:
                    yield found
        yield from self._answers()
        yield from self._by_trees()
        yield from self._consequences()

    def _by_trees(self) -> Iterator[_Reason]:
        """ "He was on the phone, so I did it", and for review "he went home to sleep"."""
        tree = self.tree
        for i, word in enumerate(tree.lower):
            verb = tree.head[i]
            if word not in ("so", "to") or verb <= i or tree.pos[verb] not in ("VERB", "AUX") or tree.head[verb] < 0:
                continue
            if word == "to" and tree.rel[i] == "mark" and tree.rel[verb] == "advcl" and kind_weight(tree.lemma(tree.head[verb])) >= 0.25:
                moves = tree.lemma(tree.head[verb]) in words("causes", "moving")
                found = self._made(tree.clause(tree.head[verb]), Span(tree.start[i], tree.whole(verb).end), 0.52 if moves else 0.45)
            elif (
                word == "so"
                and tree.start[i] >= 2
                and tree.text[tree.start[i] - 2 : tree.start[i]] == ", "
                and tree.subject(verb) is not None
            ):
                found = self._so(i, verb)
            else:
                continue
            if found is not None and not found.effect.overlaps(found.cause):
                yield found

    def _consequences(self) -> Iterator[_Reason]:
        """ "So angry that her teeth hurt"; "So I went home.", "and so I went home" after what made one go; "since it rained, …"."""
        tree = self.tree
        for i, word in enumerate(tree.lower):
            found = None
            if (
                word == "so"
                and tree.head[i] > i
                and tree.rel[i] == "advmod"
                and tree.pos[tree.head[i]] in ("ADJ", "ADV")
                and tree.lower[i + 1] not in _FAR
            ):
                found = self._so_much_that(i, tree.head[i])
            if word == "so" and found is None:
                found = self._and_so(i) if i and tree.lower[i - 1] == "and" else self._so_next(i)
            if word == "since" and tree.rel[i] == "mark" and tree.head[i] > i:
                found = self._since(i, tree.head[i])
            if found is not None and not found.effect.overlaps(found.cause):
                yield found

    def _so_much_that(self, i: int, degree: int) -> _Reason | None:
        tree = self.tree
        under = [*tree.kids[degree], *(tree.kids[tree.head[degree]] if tree.head[degree] >= 0 else ())]
        clause = next((k for k in under if k > degree and tree.rel[k] in ("ccomp", "advcl") and "that" in tree.markers(k)), -1)
        if clause < 0:
            return None
        effect = tree.whole(clause)
        here = self._sentence(tree.start[i])
        if here is None or effect.start <= tree.end[degree]:
            return None
        return self._made(effect, self._clause_before(Span(here[1].start, tree.end[degree])), 0.65)

    def _and_so(self, i: int) -> _Reason | None:
        here = self._sentence(self.tree.start[i])
        verb = self.tree.head[i]
        if here is None or verb <= i or self.tree.pos[verb] not in ("VERB", "AUX"):
            return None
        before = Span(here[1].start, self._trim(here[1].start, self.tree.start[i - 1]))
        after = Span(self.tree.start[i], self._clause_end(self.tree.end[verb], here[1].end))
        return self._made(after, self._clause_before(before), 0.55) if before.length > 12 else None

    def _so_next(self, i: int) -> _Reason | None:
        """A sentence that begins with "so" and tells on, after one by the same voice."""
        tree = self.tree
        here = self._sentence(tree.start[i])
        if here is None or here[0] == 0 or i + 2 >= len(tree) or tree.lower[i + 1] in words("causes", "no consequence"):
            return None
        row, sentence = here
        opens = not any(c.isalnum() for c in tree.text[sentence.start : tree.start[i]])
        before = Span(*self.spans[row - 1])
        quote = self.cast.quote_at(tree.start[i])
        same_voice = quote == self.cast.quote_at(before.start) == self.cast.quote_at(before.end - 2)
        tells = tree.pos[i + 1] not in ("VERB", "AUX", "PUNCT") and "?" not in tree.text[sentence.start : sentence.end]
        if not opens or not same_voice or not tells or sentence.start - before.end > _NEXT:
            return None
        return self._made(Span(tree.start[i], self._clause_end(tree.end[i], sentence.end)), before, 0.55)

    def _since(self, i: int, verb: int) -> _Reason | None:
        """ "Since" that gives a reason: it follows a comma, or opens its sentence, and no time stands in its clause."""
        tree = self.tree
        timed = (
            any(tree.lower[k] in ("have", "has", "'ve") for k in tree.children(tree.head[verb], "aux")) if tree.head[verb] >= 0 else True
        )
        before = tree.text[max(0, tree.start[i] - 2) : tree.start[i]]
        if timed or tree.head[verb] < 0 or not (before.startswith(",") or before[-1:] not in " "):
            return None
        return self._made(tree.clause(tree.head[verb]), self._cut(Span(tree.start[i], tree.whole(verb).end)), 0.6)

    def _so(self, i: int, verb: int) -> _Reason | None:
        """Of "..., so he went": what goes before is the cause; of "..., so he could rest" it is the effect."""
        here = self._sentence(self.tree.start[i])
        if here is None or self.tree.lower[i + 1] in ("that", "much", "many", "far", "long"):
            return None
        before = self._clause_before(Span(here[1].start, self._trim(here[1].start, self.tree.start[i])))
        after = Span(self.tree.start[i], max(self.tree.clause(verb).end, self.tree.end[verb]))
        aim = any(a in ("could", "can", "would", "might") for a in self.tree.auxiliaries(verb))
        return self._made(before, after, 0.6) if aim else self._made(after, before, 0.6)

    def _sentence(self, at: int) -> tuple[int, Span] | None:
        row = bisect_right(self.starts, at) - 1
        if row < 0 or self.spans[row][1] <= at:
            return None
        return row, Span(*self.spans[row])

    def _because(self, at: int) -> _Reason | None:
        """The clause that "because" opens and the clause that it hangs on, by the tree; by the sentence where the tree has none."""
        tree = self.tree
        here = self._sentence(at)
        i = bisect_left(tree.start, at)
        if here is None or i >= len(tree):
            return None
        row, sentence = here
        verb = tree.head[i] if tree.rel[i] in ("mark", "case", "advmod", "fixed") else -1
        if verb >= 0 and tree.rel[verb] == "advcl" and tree.head[verb] >= 0:
            cause = tree.whole(verb)
            effect = tree.clause(tree.head[verb])
            cause = Span(at, max(cause.end, at + 1))
            if sentence.start <= effect.start < at:
                return self._made(Span(effect.start, self._trim(effect.start, at)), self._cut(cause), 0.8)
            if not effect.overlaps(cause) and sentence.contains(effect):
                return self._made(effect, self._cut(cause), 0.75)
        before = Span(sentence.start, self._trim(sentence.start, at))
        if before.length > 8:
            return self._made(self._clause_before(before), Span(at, sentence.end), 0.65)
        comma = self.tree.text.find(",", at, sentence.end)
        if comma > at:
            return self._made(Span(comma + 2, sentence.end), Span(at, comma), 0.5)
        if row > 0 and at - self.spans[row - 1][1] < 60:
            return self._made(Span(*self.spans[row - 1]), Span(at, sentence.end), 0.55)
        return None

    def _beside(self, m: re.Match[str], kind: str) -> _Reason | None:
        """The words before a phrase and those after it, in its sentence; of "that's why" the sentence before."""
        here = self._sentence(m.start())
        if here is None:
            return None
        row, sentence = here
        before, after = (
            Span(sentence.start, self._trim(sentence.start, m.start())),
            Span(m.start(), self._clause_end(m.end(), sentence.end)),
        )
        if kind == "so":
            cause = self._clause_before(before) if before.length > 12 else Span(*self.spans[row - 1]) if row else None
            return None if cause is None or after.start - cause.end > 60 else self._made(after, cause, 0.7)
        if before.length > 8:
            return self._made(self._clause_before(before), after, 0.65)
        return None

    def _answers(self) -> Iterator[_Reason]:
        """A question that asks why in one speech, and the beginning of the next speech, by whoever was asked."""
        quotes = [q for q in self.cast.quotes if q.kind == "speech"]
        for asked, answer in pairwise(quotes):
            if answer.start - asked.end > 160 or answer.speaker == asked.speaker or answer.speaker is None:
                continue
            m = next((m for m in _ASKED.finditer(self.tree.text, asked.start, asked.end) if asked.end - m.end() <= 3), None)
            if m is None:
                continue
            first = self._sentence(answer.start + 1)
            end = min(answer.end, first[1].end if first else answer.end)
            if not self.tree.text[answer.start : end].rstrip("\"”’'").endswith("?") and end - answer.start > 12:
                yield _Reason(Span(*m.span()), Span(answer.start, end), 0.5)

    # --- ranges
    def _trim(self, start: int, end: int) -> int:
        while end > start and self.tree.text[end - 1] in " \n\t,;:—–-":
            end -= 1
        return end

    def _clause_before(self, before: Span) -> Span:
        """The last clause of what stands before: from the last semicolon, or the comma and conjunction, that leaves enough."""
        cut = max(self.tree.text.rfind(mark, before.start, before.end - 8) for mark in (";", ": ", ", and ", ", but ", "—"))
        start = cut + 1 if cut > before.start else before.start
        while start < before.end and not self.tree.text[start].isalnum():
            start += 1
        return Span(start, before.end)

    def _clause_end(self, at: int, end: int) -> int:
        cut = min((k for mark in (";", "—") if (k := self.tree.text.find(mark, at + 10, end)) >= 0), default=end)
        return self._trim(at, cut)

    def _cut(self, span: Span) -> Span:
        return Span(span.start, min(span.end, span.start + _LONGEST))

    def _made(self, effect: Span, cause: Span, confidence: float) -> _Reason | None:
        if min(effect.length, cause.length) < 4 or max(effect.length, cause.length) > _LONGEST:
            return None
        return _Reason(effect, cause, confidence)


def _event_in(span: Span, events: Sequence[Event], at: Sequence[int]) -> str | None:
    """The most salient event whose trigger stands in a range."""
    inside = events[bisect_left(at, span.start) : bisect_left(at, span.end)]
    return max(inside, key=lambda e: e.salience).id if inside else None


def find_causes(tree: Tree, sentences: Sentences, cast: Cast, events: Sequence[Event]) -> tuple[Cause, ...]:
    """The reasons that the text states, in order; each pair of ranges once."""
    at = [e.trigger.start for e in events]
    out: list[Cause] = []
    taken: set[int] = set()
    for r in sorted(CauseFinder(tree, sentences, cast).reasons(), key=lambda r: (r.cause.start, -r.confidence)):
        if r.cause.start in taken:
            continue
        taken.add(r.cause.start)
        quote = cast.quote_at(r.cause.start)
        out.append(
            Cause(
                effect=_event_in(r.effect, events, at),
                cause=_event_in(r.cause, events, at),
                what=" ".join(r.cause.of(tree.text).split()),
                by=(quote.speaker or "narration") if quote is not None else "narration",
                evidence=(r.effect, r.cause),
                confidence=r.confidence,
                origin=_ORIGIN,
            )
        )
    return tuple(out)


def _run(trees: Trees, sentences: Sentences, words: WordLabels, events: tuple[Event, ...]) -> Mapping[str, Any]:
    return {"causes": find_causes(make_tree(trees, words), sentences, trees.cast, events)}


STEP = Step(name="causes", version="2", gives=("causes",), run=_run, needs=("trees", "sentences", "words", "events"))
