"""Possible answers to a question, found by rules and read by the model, and how probably each is right.

The weights are fitted by ``training.meaning.answer_confidence`` on questions about tales that the model has not learned from.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from fabula.ask.extract import extract
from fabula.ask.index import Passage
from fabula.ask.language import is_content, stem, word_list
from fabula.ask.reading import Read
from fabula.ask.view import view_of
from fabula.layers import MentionKind
from fabula.spans import Span

if TYPE_CHECKING:
    from fabula.ask.question import Question
    from fabula.world.world import World

_BASE, _OWN = 0.2, 0.5
KINDS = ("who", "what", "when", "where", "why", "how", "how_many", "yes_no")
FEATURES = (
    "rule", "ruled", "read", "surely read", "none", "fit", "is read", "both", "best read", "best rule", "margin", "length", "echo",
    *(f"read {k}" for k in KINDS), *(f"rule {k}" for k in KINDS),
)  # fmt: skip
_LONGEST = 12
_LONGEST_WHO = 8


@dataclass(slots=True)
class Possible:
    """A possible answer. ``rule``: how well rules find it to fit, 0 where they do not find it; ``read``: where the model reads it."""

    text: str
    evidence: Span
    rule: float = 0.0
    read: Read | None = None
    words: frozenset[str] = field(default_factory=frozenset)


def words_of(text: str) -> frozenset[str]:
    """The stems that an answer consists of; all its words where none is a content word."""
    every = [stem(w) for w in word_list(text)]
    return frozenset(s for s, w in zip(every, word_list(text), strict=True) if is_content(w)) or frozenset(every)


def answer_text(world: World, q: Question, read: Read) -> str:
    """The words of an answer; of a question for a person the name of whom they mean, or of whom too many words begin with."""
    if q.kind == "who" and q.wh != "whose":
        long = len(world.text[read.start : read.end].split()) > _LONGEST_WHO
        for m in world.cast.mentions_in(read.start, read.end):
            whole = m.start == read.start and (m.end == read.end or long)
            if whole and len(m.who) == 1 and m.kind != MentionKind.NAME and m.confidence >= 0.5:
                return str(world.characters[m.who[0]].name)
    return " ".join(world.text[read.start : read.end].split()).strip(" ,;:.!?\"“”‘’'—-")


def ruled(world: World, q: Question, passages: Sequence[Passage]) -> Iterator[Possible]:
    """What rules find in passages."""
    for p in passages:
        for c in extract(world, q, view_of(world, p.row)):
            fit = (p.coverage * (1 - _OWN) + p.own * _OWN) * (_BASE + (1 - _BASE) * c.strength)
            yield Possible(c.text, p.span, fit, words=words_of(c.text))


def _alike(a: Possible, b: Possible) -> bool:
    shared = len(a.words & b.words)
    return bool(shared) and 2 * shared / (len(a.words) + len(b.words)) > 0.6


def possible(world: World, q: Question, passages: Sequence[Passage], reads: Sequence[Read], spans: Sequence[Span]) -> list[Possible]:
    """All possible answers, those that are alike as one; ``spans``: of the sentences that ``reads`` begin in."""
    found: list[Possible] = []
    for read, span in zip(reads, spans, strict=True):
        text = answer_text(world, q, read)
        new = Possible(text, span, read=read, words=words_of(text))
        if text and not any(_alike(new, old) for old in found):
            found.append(new)
    for new in sorted(ruled(world, q, passages), key=lambda p: -p.rule):
        old = next((p for p in found if _alike(new, p)), None)
        if old is None:
            found.append(new)
        elif new.rule > old.rule:
            old.rule = new.rule
            if old.read is None or new.rule > old.read.probability:
                old.evidence = new.evidence  # the model may find the name in a sentence before the one that answers
    return found


def features(q: Question, candidates: Sequence[Possible]) -> np.ndarray:
    """``[candidates, FEATURES]``."""
    reads = [c.read.probability * c.read.fit if c.read else 0.0 for c in candidates]
    rules = [c.rule for c in candidates]
    asked = frozenset(stem(w) for w in q.words)
    rows = []
    for c, read, rule in zip(candidates, reads, rules, strict=True):
        r = c.read
        others = max((x for x in reads if x != read), default=0.0)
        row = [rule, float(rule > 0), read, math.sqrt(r.probability) if r else 0.0, r.none if r else 0.0, r.fit if r else 0.0]
        row += [float(x) for x in (r is not None, r is not None and rule > 0, r is not None and read == max(reads))]
        row += [float(rule > 0 and rule == max(rules)), read - others if r else 0.0]
        row += [min(len(c.text.split()), _LONGEST) / _LONGEST, len(c.words & asked) / max(1, len(c.words))]
        row += [float(r is not None and q.kind == k) for k in KINDS] + [float(r is None and q.kind == k) for k in KINDS]
        rows.append(row)
    return np.array(rows).reshape(len(candidates), len(FEATURES))


@cache
def _weights() -> tuple[np.ndarray, float]:
    found = json.loads(files("fabula.ask").joinpath("weighing.json").read_text(encoding="utf-8"))
    return np.array([found["weights"].get(name, 0.0) for name in FEATURES]), float(found["bias"])


def weighed(q: Question, candidates: Sequence[Possible]) -> list[tuple[float, Possible]]:
    """The candidates with how probably each is right, the best first."""
    if not candidates:
        return []
    weights, bias = _weights()
    right = 1 / (1 + np.exp(-(features(q, candidates) @ weights + bias)))
    return sorted(zip(right.tolist(), candidates, strict=True), key=lambda x: -x[0])
