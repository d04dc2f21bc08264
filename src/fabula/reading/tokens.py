"""Tokens and sentences by rule: positions only, the text stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from fabula.layers import ParagraphKind, Sentences, TokenKind, Tokens
from fabula.lexicons import words
from fabula.reading.steps import Step
from fabula.text.manuscript import Manuscript

_APOSTROPHE = "'’ʼ"
_WORD = rf"(?:[^\W\d_]\.){{2,}}|[^\W\d_]+(?:[{_APOSTROPHE}\-‐‑][^\W\d_]+)*"
_TOKEN = re.compile(rf"(?P<word>{_WORD})|(?P<number>\d+(?:[.,:]\d+)*(?:st|nd|rd|th|s)?)|(?P<punct>\.{{2,}}|…|-{{2,}}|[—–]+|[^\w\s]|_+)")
_CLITIC = re.compile(rf"(?i)(?:n[{_APOSTROPHE}]t|[{_APOSTROPHE}](?:s|d|m|ll|ve|re|em))$")
_KINDS = {"word": TokenKind.WORD, "number": TokenKind.NUMBER, "punct": TokenKind.PUNCTUATION}
_END = frozenset(".!?…") | {"...", "....", "?!", "!?"}
_CLOSERS = frozenset("\"'”’»)]*_")
_OPENERS = frozenset("\"'“‘«„([*_—–")
_TOKENLESS = (ParagraphKind.BREAK,)


def _spans(text: str, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    for m in _TOKEN.finditer(text, start, end):
        kind = _KINDS[m.lastgroup or "punct"]
        a, b = m.span()
        if kind == TokenKind.WORD and (c := _CLITIC.search(m.group())) and c.start() > 0:
            yield a, a + c.start(), kind
            yield a + c.start(), b, kind
        else:
            yield a, b, kind


def _ends_sentence(text: str, toks: list[tuple[int, int, int]], i: int) -> bool:
    """Whether the sentence may end with token ``i``, an end mark."""
    mark = text[toks[i][0] : toks[i][1]]
    j = i + 1
    while j < len(toks) and text[toks[j][0]] in _CLOSERS and (toks[j][0] == toks[j - 1][1]):
        j += 1
    k = j
    while k < len(toks) and text[toks[k][0]] in _OPENERS:
        k += 1
    if k >= len(toks):
        return True
    nxt = text[toks[k][0]]
    if mark == "." and i > 0 and toks[i - 1][1] == toks[i][0]:
        before = text[toks[i - 1][0] : toks[i - 1][1]].lower().strip(".")
        if before in words("abbreviations", "title") or (len(before) == 1 and before.isalpha() and before != "i" and nxt.isupper()):
            return False
        if before in words("abbreviations", "other"):
            return nxt.isupper() and k > j
        if before in words("abbreviations", "before_number") and nxt.isdigit():
            return False
    if nxt.islower():
        return False
    return mark in _END and (toks[j][0] > toks[j - 1][1] or k > j or nxt.isupper())


def _sentence_ends(text: str, toks: list[tuple[int, int, int]]) -> Iterator[int]:
    """Token indexes, exclusive, at which sentences of one paragraph end."""
    i = 0
    while i < len(toks):
        if text[toks[i][0] : toks[i][1]] in _END and _ends_sentence(text, toks, i):
            j = i + 1
            while j < len(toks) and (text[toks[j][0] : toks[j][1]] in _END or (text[toks[j][0]] in _CLOSERS and toks[j][0] == toks[j - 1][1])):
                j += 1
            if j < len(toks):
                yield j
            i = j
        else:
            i += 1
    yield len(toks)


def tokenize(manuscript: Manuscript) -> tuple[Tokens, Sentences]:
    """Tokens and sentences of every paragraph but ornament lines. No sentence crosses a paragraph."""
    text, paragraphs = manuscript.text, manuscript.paragraphs
    tokens: list[tuple[int, int, int, int, int]] = []
    sentences: list[tuple[int, int, int, int, int]] = []
    for p, (start, end, kind) in enumerate(zip(paragraphs.start.tolist(), paragraphs.end.tolist(), paragraphs.kind.tolist(), strict=True)):
        if kind in _TOKENLESS:
            continue
        toks = list(_spans(text, start, end))
        if not toks:
            continue
        first = 0
        for last in _sentence_ends(text, toks):
            row, base = len(sentences), len(tokens)
            sentences.append((toks[first][0], toks[last - 1][1], p, base, base + last - first))
            tokens.extend((a, b, k, row, p) for a, b, k in toks[first:last])
            first = last
    return Tokens.from_rows(tokens), Sentences.from_rows(sentences)


def _run(manuscript: Manuscript) -> Mapping[str, Any]:
    tokens, sentences = tokenize(manuscript)
    return {"tokens": tokens, "sentences": sentences}


STEP = Step(name="tokens", version="1", needs=("manuscript",), gives=("tokens", "sentences"), run=_run)
