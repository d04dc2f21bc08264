"""Possible answers to a question, found by rules and read by the model, and how probably each is right.

The possible answers and there being none compete: each has a weight, and its probability is its share of all of them. The weights are
fitted by ``training.meaning.answer_confidence`` on questions about tales that the model has not learned from and about annotated stories.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fabula.ask.extract import extract
from fabula.ask.index import Passage, SentenceIndex
from fabula.ask.language import in_class, is_content, stem, word_list
from fabula.ask.phrases import times
from fabula.ask.reading import Read, Reads
from fabula.ask.signs import Grammar, of_its_kind
from fabula.ask.view import view_of
from fabula.layers import MentionKind
from fabula.spans import Span

if TYPE_CHECKING:
    from fabula.ask.question import Question
    from fabula.world.world import World

_BASE, _OWN = 0.2, 0.5
_ALIKE = 0.6
_LEAST_READ = 0.01  # less than that is not read at all
_TIME_SHARE = 0.6  # of a stretch that a time phrase is at least, where all of the stretch tells the time
KINDS = ("who", "what", "when", "where", "why", "how", "how_many", "yes_no")
FEATURES = (
    "rule", "ruled", "surely ruled", "best rule", "is read", "far", "close", "both", "surest", "fitting", "best read", "often", "fit",
    "far none", "close none", "close fit", "close sure", "own", "near", "meaning", "meaning near", "hangs", "in its place", "of its kind",
    "of others", "of the asked", "said", "length", "one word", "long", "long thing", "short reason", "echo", "only echo", "asked himself",
    "cut", "marks", *(f"read {k}" for k in KINDS), *(f"rule {k}" for k in KINDS),
)  # fmt: skip
_OTHERS, _NAMED_OTHERS = 0.3, 0.15
"""What is left of an answer's probability where its sentence tells of others alone, and where it names them: too few texts teach how little
such a one is worth."""
NONE_FEATURES = ("none", *(f"none {k}" for k in KINDS))
_LONGEST, _LONG, _LONG_THING, _SHORT_REASON = 12, 8, 6, 3
_LONGEST_WHO = 8
_OFTEN = 4
_EDGES = " ,;:.!?\"“”‘’'—–-*_«»"
_MARKS = frozenset('“”"«»;')


@dataclass(slots=True)
class Possible:
    """A possible answer.

    ``rule``: how well rules find it to fit, 0 where they do not find it. ``far`` and ``close``: where the model reads it, the surest of
    each. ``at``: where it stands, None where only its sentence ``row`` is known. ``times``: how often it was read.
    """

    text: str
    row: int
    at: Span | None = None
    rule: float = 0.0
    far: Read | None = None
    close: Read | None = None
    times: int = 0
    cut: bool = False
    words: frozenset[str] = field(default_factory=frozenset)

    @property
    def reads(self) -> list[Read]:
        return [r for r in (self.far, self.close) if r is not None]

    @property
    def surest(self) -> float:
        return max((r.probability for r in self.reads), default=0.0)

    @property
    def fitting(self) -> float:
        """How probable the best reading is, by how well its passage fits."""
        return max((r.probability * r.fit for r in self.reads), default=0.0)


def words_of(text: str) -> frozenset[str]:
    """The stems that an answer consists of; all its words where none is a content word."""
    every = [stem(w) for w in word_list(text)]
    return frozenset(s for s, w in zip(every, word_list(text), strict=True) if is_content(w)) or frozenset(every)


def answer_text(world: World, q: Question, at: Span) -> str:
    """The words of an answer. A pronoun is told by the name of whom it means, and is no answer where nobody knows; of a question for a
    person so is a description, and whoever too many words begin with."""
    long = len(at.of(world.text).split()) > _LONGEST_WHO
    by_name = q.kind == "who" and q.wh != "whose"
    for m in world.cast.mentions_in(*at):
        whole = m.start == at.start and (m.end == at.end or (long and by_name))
        pronoun = m.kind == MentionKind.PRONOUN and q.wh != "whose"
        if whole and len(m.who) == 1 and m.kind != MentionKind.NAME and m.confidence >= 0.5 and (by_name or pronoun):
            return str(world.characters[m.who[0]].name)
    text = " ".join(at.of(world.text).split()).strip(_EDGES)
    return text if _tells(world, text) else ""


def _tells(world: World, text: str) -> bool:
    """Whether words tell anything: some of them carry meaning, or count, or they are a name ("Will")."""
    words = word_list(text)
    return any(is_content(w) or w[0].isdigit() or in_class(w, "numbers") for w in words) or any(
        text in (c.name, *(a.text for a in c.aliases)) for c in world.characters
    )


def stretch_of(world: World, q: Question, at: Span) -> Span:
    """The stretch of what was read that answers: of many words about a time, the phrase that tells the time."""
    if q.kind != "when":
        return at
    longest = max(times(world.text, at), key=lambda s: s.length, default=at)
    return longest if longest.length < _TIME_SHARE * at.length else at


def _alike(a: frozenset[str], b: frozenset[str]) -> bool:
    shared = len(a & b)
    return bool(shared) and 2 * shared / (len(a) + len(b)) > _ALIKE


def possible(world: World, q: Question, index: SentenceIndex, passages: Sequence[Passage], reads: Iterable[Read]) -> list[Possible]:
    """All possible answers, those that are alike as one; ``reads`` the surest first."""
    found: list[Possible] = []
    for read in (r for r in reads if r.probability >= _LEAST_READ):
        # an answer does not run over into the next sentence, though its edges were read apart
        at = stretch_of(world, q, Span(read.start, min(read.end, index.span(read.row).end)))
        text = answer_text(world, q, at)
        words = words_of(text)
        if not words:
            continue
        old = next((p for p in found if _alike(p.words, words)), None)
        if old is None:
            old = Possible(text, read.row, at, cut=index.span(read.row).end < read.end, words=words)
            found.append(old)
        old.times += 1
        if read.close:
            old.close = _surer(old.close, read)
        else:
            old.far = _surer(old.far, read)
    for text, row, rule in sorted(_ruled(world, q, passages), key=lambda x: -x[2]):
        words = words_of(text)
        old = next((p for p in found if _alike(p.words, words)), None)
        if old is None:
            found.append(Possible(text, row, rule=rule, words=words))
        elif rule > old.rule:
            old.rule = rule
            if rule > old.surest:
                old.row = row  # the model may find the name in a sentence before the one that answers
    return found


def _surer(a: Read | None, b: Read) -> Read:
    return b if a is None or b.probability > a.probability else a


def _ruled(world: World, q: Question, passages: Sequence[Passage]) -> Iterator[tuple[str, int, float]]:
    """What rules find in passages: the words, their sentence, how well they fit."""
    for p in passages:
        for c in extract(world, q, view_of(world, p.row)):
            fit = (p.coverage * (1 - _OWN) + p.own * _OWN) * (_BASE + (1 - _BASE) * c.strength)
            if words_of(c.text):
                yield c.text, p.row, fit


def features(world: World, q: Question, candidates: Sequence[Possible], reads: Reads) -> NDArray[np.float64]:
    """``[candidates, FEATURES]``."""
    rows = [_signs(world, q, c, reads) for c in candidates]
    best_read = max((c.fitting for c in candidates), default=0.0)
    best_rule = max((c.rule for c in candidates), default=0.0)
    grammar = Grammar(world, q)
    for c, row in zip(candidates, rows, strict=True):
        row["best read"] = float(c.fitting > 0 and c.fitting == best_read)
        row["best rule"] = float(c.rule > 0 and c.rule == best_rule)
        row["hangs"], row["in its place"] = grammar.hangs(c.at) if c.at is not None else (0.0, 0.0)
    return np.array([[float(row.get(name, 0.0)) for name in FEATURES] for row in rows]).reshape(len(rows), len(FEATURES))


def _signs(world: World, q: Question, c: Possible, reads: Reads) -> dict[str, float]:
    """The features of a possible answer by itself."""
    return {**_reading_signs(c, reads), **_word_signs(world, q, c), **_people_signs(world, q, c)}


def _reading_signs(c: Possible, reads: Reads) -> dict[str, float]:
    fits, row = reads.fits, c.row
    far, close = (r.probability if r else 0.0 for r in (c.far, c.close))
    none = reads.unanswered.get(row, 1.0)
    around = fits.meaning[max(0, row - 1) : row + 2]
    return {
        "rule": c.rule, "ruled": float(c.rule > 0), "surely ruled": c.rule**3, "is read": float(c.times > 0), "far": math.sqrt(far),
        "close": math.sqrt(close),
        "both": math.sqrt(min(far, close)), "surest": math.sqrt(c.surest), "fitting": c.fitting, "often": min(c.times, _OFTEN) / _OFTEN,
        "fit": max((r.fit for r in c.reads), default=0.0), "far none": c.far.none if c.far else 1.0, "close none": none,
        "close fit": float(fits.whole[row]) * (1 - none), "close sure": math.sqrt(close) * (1 - none), "own": float(fits.own[row]),
        "near": float(fits.words[row]), "meaning": float(fits.meaning[row]), "meaning near": float(around.max(initial=0.0)),
    }  # fmt: skip


def _word_signs(world: World, q: Question, c: Possible) -> dict[str, float]:
    length, asked = len(c.text.split()), frozenset(stem(w) for w in q.words)
    kind = f"read {q.kind}" if c.times else f"rule {q.kind}"
    return {
        "of its kind": of_its_kind(world, q, c.text, c.at), "length": min(length, _LONGEST) / _LONGEST, "one word": float(length == 1),
        "long": float(length > _LONG), "long thing": float(q.kind == "what" and length > _LONG_THING),
        "short reason": float(q.kind in ("why", "how") and length < _SHORT_REASON), "echo": len(c.words & asked) / max(1, len(c.words)),
        "only echo": float(c.words <= asked), "cut": float(c.cut), "marks": float(bool(_MARKS & set(c.text))), kind: 1.0,
    }  # fmt: skip


def _people_signs(world: World, q: Question, c: Possible) -> dict[str, float]:
    """Whether the sentence of an answer is about whom the question names; one of the narration about others alone hardly answers."""
    span = _sentence(world, c.row)
    about = set(world.cast.people_in(*span))
    quote = world.cast.quote_at(c.at.start if c.at else span.start)
    if quote is not None:
        about |= {x for x in (quote.speaker, *quote.addressees) if x is not None}
    asked = set(q.ids)
    return {
        "of others": float(_tells_of_others(world, q, span)),
        "of the asked": float(bool(asked & about)) if asked else 0.5,
        "said": float(quote is not None),
        "asked himself": float(any(world.name_of(i) == c.text for i in q.ids)),
    }  # fmt: skip


def none_features(q: Question) -> NDArray[np.float64]:
    """``[NONE_FEATURES]``: what speaks for there being no answer among the possible ones."""
    return np.array([1.0, *(float(q.kind == k) for k in KINDS)])


@cache
def _weights() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    found = json.loads(files("fabula.ask").joinpath("weighing.json").read_text(encoding="utf-8"))["weights"]
    return np.array([found.get(n, 0.0) for n in FEATURES]), np.array([found.get(n, 0.0) for n in NONE_FEATURES])


def shares(scores: NDArray[np.float64], none: float) -> NDArray[np.float64]:
    """The probability of each of those that compete with one another and with there being none."""
    highest = max(float(scores.max(initial=none)), none)
    powers = np.exp(scores - highest)
    found: NDArray[np.float64] = powers / (powers.sum() + math.exp(none - highest))
    return found


def weighed(world: World, q: Question, candidates: Sequence[Possible], reads: Reads) -> list[tuple[float, Possible]]:
    """The candidates with how probably each is right, the best first."""
    if not candidates:
        return []
    weights, none = _weights()
    right = shares(features(world, q, candidates, reads) @ weights, float(none_features(q) @ none))
    kept = [sure * _left(world, q, c) for sure, c in zip(right.tolist(), candidates, strict=True)]
    return sorted(zip(kept, candidates, strict=True), key=lambda x: -x[0])


def _left(world: World, q: Question, c: Possible) -> float:
    """What is left of a probability by whom the sentence of the answer tells of."""
    span = _sentence(world, c.row)
    if not _tells_of_others(world, q, span):
        return 1.0
    named = any(m.kind == MentionKind.NAME and m.who for m in world.cast.mentions_in(*span))
    return _NAMED_OTHERS if named else _OTHERS


def _sentence(world: World, row: int) -> Span:
    return Span(int(world.sentences.start[row]), int(world.sentences.end[row]))


def _tells_of_others(world: World, q: Question, sentence: Span) -> bool:
    """Whether a sentence of the narration tells of people, but not of whom the question names."""
    mentions = list(world.cast.mentions_in(*sentence))
    about = {who for m in mentions for who in m.who}
    return bool(q.ids and about) and not about & set(q.ids) and all(m.quotation < 0 for m in mentions)
