"""Where a passage answers: the words that come nearest to an answer which is often not verbatim."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

ARTICLES = frozenset({"a", "an", "the"})
NEAR = 15
"""Words before and after a span that are compared with the question where a tale has several spans as good."""


class Span(NamedTuple):
    """Words ``[first, last)`` and their F1 with the answer, by words without articles and punctuation."""

    first: int
    last: int
    f1: float


NONE = Span(-1, -1, 0.0)


def plain(words: Sequence[str]) -> list[str]:
    """Words in lower case; "" for articles and punctuation.

    >>> plain(["The", "Fox", "-", "trot", "!"])
    ['', 'fox', '', 'trot', '']
    """
    bare = ["".join(c for c in w.lower() if c.isalnum()) for w in words]
    return ["" if w in ARTICLES else w for w in bare]


def _from(passage: Sequence[str], start: int, answer: Counter[str], total: int, limit: int) -> Span:
    """The best span that begins at ``start``."""
    left, shared, length, best = Counter(answer), 0, 0, NONE
    for at in range(start, min(len(passage), start + limit)):
        word = passage[at]
        if not word:
            continue
        length += 1
        if left[word] > 0:
            left[word] -= 1
            shared += 1
            f1 = 2 * shared / (length + total)
            if f1 > best.f1:
                best = Span(start, at + 1, f1)
    return best


def _near(passage: Sequence[str], span: Span, question: frozenset[str]) -> int:
    return len(question & set(passage[max(0, span.first - NEAR) : span.last + NEAR]))


def best_span(passage: Sequence[str], question: Sequence[str], answers: Sequence[Sequence[str]]) -> Span:
    """The span with the highest F1 with one of ``answers``; of several, that with most words of the question about it.

    >>> best_span("she lost a red boat . he found a boat".split(), ["what"], [["the", "red", "boat"]])
    Span(first=3, last=5, f1=1.0)
    """
    text, asked = plain(passage), frozenset(w for w in plain(question) if w)
    best, rank = NONE, (0.0, 0)
    for answer in answers:
        words = Counter(w for w in plain(answer) if w)
        total = sum(words.values())
        for start in (i for i, w in enumerate(text) if w and w in words):
            span = _from(text, start, words, total, 3 * total + 6)
            if span.f1 >= rank[0] and (found := (span.f1, _near(text, span, asked))) > rank:
                best, rank = span, found
    return best
