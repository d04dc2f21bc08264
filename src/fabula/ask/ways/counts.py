"""How many and how many times: a number that stands with the noun asked for, in a sentence that says the rest of the question."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from fabula.ask.answers import Found
from fabula.ask.language import content_stems, in_class, stem, synonyms, word_list
from fabula.ask.names import Names
from fabula.ask.question import Question
from fabula.spans import Span

if TYPE_CHECKING:
    from fabula.world.world import World

_TIMES = re.compile(r"\bhow (?:many times|often)\b", re.IGNORECASE)
_MANY = re.compile(r"\bhow many ([\w\-]+)(?: (?:of |more )?([\w\-]+))?", re.IGNORECASE)
_AGAINST = re.compile(r"\b(?:no|not|never|nobody|cannot)\b|n['’]t\b", re.IGNORECASE)
_ONCE = {"once": "once", "twice": "twice", "thrice": "three times"}
_NO_NUMBERS = frozenset(("no", "one", "half", "several", "few", "both"))
_REACH = 3  # words from a number to its noun: "thirty long hours"
_AROUND = 1
_LEAST = 0.5
_LEAST_TIMES = 0.4
_SURE = 0.75


def times(world: World, question: Question, names: Names) -> Found | None:
    """ "How many times is the rye turned?": "four times", "twice"."""
    if not _TIMES.search(question.text):
        return None
    return _best(world, question, {stem("times"), stem("many"), stem("often")}, _times_in, _LEAST_TIMES)


def many(world: World, question: Question, names: Names) -> Found | None:
    """ "How many hours must they take?": "thirty hours"."""
    m = _MANY.search(question.text)
    if m is None or _TIMES.search(question.text):
        return None
    noun = stem(m.group(1))
    return _best(world, question, {noun}, lambda said: _number_of(word_list(said), noun), _LEAST)


def _best(world: World, question: Question, beside: set[str], find: Callable[[str], str | None], least: float) -> Found | None:
    """What ``find`` sees in the sentence that holds most of the question besides its ``beside``; of equal ones the first."""
    wanted = [frozenset((s, *synonyms().get(s, ()))) for s in question.stems if s not in beside]
    best: tuple[float, str, Span] | None = None
    stems = _sentence_stems(world)
    for row in range(len(world.sentences)):
        span = Span(int(world.sentences.start[row]), int(world.sentences.end[row]))
        if (text := find(span.of(world.text))) is None:
            continue
        fit = _fit(world, question, wanted, stems, row, span)
        if fit >= least and (best is None or fit > best[0]):
            best = fit, text, span
    return Found(best[1], (best[2],), _SURE * best[0]) if best else None


def _fit(world: World, question: Question, wanted: list[frozenset[str]], stems: list[frozenset[str]], row: int, span: Span) -> float:
    """The share of the question's words and people in a sentence; those of its neighbours count half."""
    near = frozenset().union(*stems[max(0, row - _AROUND) : row + _AROUND + 1])
    people = set(world.cast.people_in(*span))
    got = sum(1.0 if w & stems[row] else 0.5 if w & near else 0.0 for w in wanted)
    got += sum(0.5 for n in question.named if people & set(n.ids[:1]))
    total = len(wanted) + 0.5 * len(question.named)
    return got / total if total else 0.0


def _sentence_stems(world: World) -> list[frozenset[str]]:
    spans = zip(world.sentences.start.tolist(), world.sentences.end.tolist(), strict=True)
    return [frozenset(content_stems(word_list(world.text[a:b]))) for a, b in spans]


def _times_in(sentence: str) -> str | None:
    """How many times a sentence says that something happens: "never twice" is once."""
    said, against = word_list(sentence), _AGAINST.search(sentence) is not None
    for i, word in enumerate(said):
        if word.lower() == "twice" and against:
            return "once"
        if word.lower() in _ONCE and (word.lower() != "once" or i + 1 == len(said) or i == 0):
            return _ONCE[word.lower()]
        if word.lower() == "times" and i and _is_number(said[i - 1]):
            return f"{said[i - 1]} times"
    return None


def _number_of(said: list[str], noun: str) -> str | None:
    """A number and the noun it counts."""
    for i, word in enumerate(said):
        if _is_number(word):
            for j in range(i + 1, min(i + 1 + _REACH, len(said))):
                if stem(said[j]) == noun:
                    return " ".join(said[i : j + 1])
    return None


def _is_number(word: str) -> bool:
    return word[0].isdigit() or (
        in_class(word.split("-")[0], "numbers") and word.lower() not in ("no", "one", "half", "several", "few", "both")
    )
