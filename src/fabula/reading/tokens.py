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
_NUMBER = r"\d+(?:[.,:]\d+)*(?:st|nd|rd|th|s)?"
_PUNCT = r"\.{2,}|\.(?:[ \u00a0]\.)+|…|-{2,}|[—–]+|[^\w\s]|_+"


def _pattern(letter: str) -> re.Pattern[str]:
    word = rf"(?:[^\W\d_]\.){{2,}}|{letter}+(?:[{_APOSTROPHE}\-‐‑]{letter}+)*"
    return re.compile(rf"(?P<word>{word})|(?P<number>{_NUMBER})|(?P<punct>{_PUNCT})")


_TOKEN = _pattern(r"[^\W\d_]")
# combining accents and soft hyphens are no letters to Python; texts that have them take the slower pattern
_INNER = re.compile("[\u0300-\u036f\u00ad]")
_TOKEN_INNER = _pattern(rf"(?:[^\W\d_]{_INNER.pattern}*)")
_CLITIC = re.compile(rf"(?i)(?:n[{_APOSTROPHE}]t|[{_APOSTROPHE}](?:s|d|m|ll|ve|re|em))$")
_KINDS = {"word": TokenKind.WORD, "number": TokenKind.NUMBER, "punct": TokenKind.PUNCTUATION}
_END = frozenset(".!?…")  # first characters of end marks
_ELLIPSES = frozenset({"…", "..", "...", ". . ."})  # four dots are an ellipsis and a full stop
_CLOSERS = frozenset("\"'”’»)]*_")
_OPENERS = frozenset("\"'“‘«„([*_—–")
_TOKENLESS = (ParagraphKind.BREAK,)


def _spans(text: str, start: int, end: int, pattern: re.Pattern[str]) -> Iterator[tuple[int, int, int]]:
    for m in pattern.finditer(text, start, end):
        kind = _KINDS[m.lastgroup or "punct"]
        a, b = m.span()
        if kind == TokenKind.WORD and (c := _CLITIC.search(m.group())) and c.start() > 0:
            yield a, a + c.start(), kind
            yield a + c.start(), b, kind
        else:
            yield a, b, kind


def _word(text: str, token: tuple[int, int, int]) -> str:
    return text[token[0] : token[1]].lower()


def _after_abbreviation(text: str, toks: list[tuple[int, int, int]], i: int, k: int) -> bool | None:
    """Whether a sentence ends with the full stop ``i`` of an abbreviation, an initial or a number; None if it is none of them."""
    before = _word(text, toks[i - 1]).strip(".")
    following = text[toks[k][0]]
    starts = following.isupper() and _word(text, toks[k]) in words("abbreviations", "starters")
    if before in words("abbreviations", "title"):
        return starts
    if len(before) == 1 and before.isalpha() and before != "i" and following.isupper():
        return starts
    if before in words("abbreviations", "other"):
        return starts or (following.isupper() and k > i + 1)
    if before in words("abbreviations", "before_number") and following.isdigit():
        return False
    if i == 1 and before.isdigit():
        return False  # the number of a list or a chapter
    return None


def _is_tag(text: str, toks: list[tuple[int, int, int]], k: int) -> bool:
    """Whether a tag with a capital letter begins at token ``k``: ``"Who?" Ann Lee asked.``, ``"Who?" I asked.``"""
    first = text[toks[k][0] : toks[k][1]]
    if not first[0].isupper() or (first != "I" and first.lower() in words("abbreviations", "starters")):
        return False
    for token in toks[k + 1 : k + 4]:
        word = text[token[0] : token[1]]
        if word in words("quotation_cues", "tag"):
            return True
        if not (word[0].isupper() or word == "." or word.endswith("ly")):
            return False
    return False


def _goes_on(text: str, toks: list[tuple[int, int, int]], i: int, j: int, k: int) -> bool:
    """Whether a sentence goes on after mark ``i`` and its closers (up to ``j``), though a capital letter follows at ``k``."""
    mark = text[toks[i][0] : toks[i][1]]
    if k > j or mark == ".":
        return False
    if j == i + 1:
        return mark in _ELLIPSES and _word(text, toks[k]) == "i"
    return _is_tag(text, toks, k)


def _ends_sentence(text: str, toks: list[tuple[int, int, int]], i: int) -> bool:
    """Whether the sentence may end with token ``i``, an end mark or an abbreviation of several letters."""
    first = text[toks[i][0]]
    j = _past_closers(text, toks, i + 1)
    k = j
    while k < len(toks) and text[toks[k][0]] in _OPENERS:
        k += 1
    if k >= len(toks):
        return first in _END
    following = text[toks[k][0]]
    if first not in _END:  # a.m., U.S.
        return following.isupper() and (k > j or _word(text, toks[k]) in words("abbreviations", "starters"))
    if first == "." and i > 0 and toks[i - 1][1] == toks[i][0] and (ends := _after_abbreviation(text, toks, i, k)) is not None:
        return ends
    if following.islower() or _goes_on(text, toks, i, j, k):
        return False
    return toks[j][0] > toks[j - 1][1] or k > j or following.isupper()


def _past_closers(text: str, toks: list[tuple[int, int, int]], j: int) -> int:
    """The first token from ``j`` on that is no closing mark set tight against the one before."""
    while j < len(toks) and text[toks[j][0]] in _CLOSERS and toks[j][0] == toks[j - 1][1]:
        j += 1
    return j


def _sentence_ends(text: str, toks: list[tuple[int, int, int]]) -> Iterator[int]:
    """Token indexes, exclusive, at which sentences of one paragraph end."""
    i = 0
    while i < len(toks):
        if text[toks[i][1] - 1] in _END and _ends_sentence(text, toks, i):
            j = i + 1
            while j < len(toks) and (past := max(_past_closers(text, toks, j), j + (text[toks[j][0]] in _END))) > j:
                j = past
            if j < len(toks):
                yield j
            i = j
        else:
            i += 1
    yield len(toks)


def tokenize(manuscript: Manuscript) -> tuple[Tokens, Sentences]:
    """Tokens and sentences of every paragraph but ornament lines. No sentence crosses a paragraph."""
    text, paragraphs = manuscript.text, manuscript.paragraphs
    pattern = _TOKEN_INNER if _INNER.search(text) else _TOKEN
    tokens: list[tuple[int, int, int, int, int]] = []
    sentences: list[tuple[int, int, int, int, int]] = []
    for p, (start, end, kind) in enumerate(zip(paragraphs.start.tolist(), paragraphs.end.tolist(), paragraphs.kind.tolist(), strict=True)):
        if kind in _TOKENLESS:
            continue
        toks = list(_spans(text, start, end, pattern))
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
