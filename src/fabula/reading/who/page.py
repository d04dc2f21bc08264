"""The page as plain lists, for the rules of who-is-who: one row per token, and where narration and quotations stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import compress

from fabula.encoder.labels import DEPRELS, FEATURES, MENTION_KINDS, MENTION_TYPES, UPOS
from fabula.encoder.reader import ModelMentions, WordLabels
from fabula.layers import ParagraphKind, Quotations, Sentences, TokenKind, Tokens
from fabula.reading.letter_lines import closing
from fabula.text.manuscript import Manuscript

_CHAT_LINES = 4  # labelled paragraphs that make a chat
_SIGNATURE = 3  # words
_ALL = 0.9  # share of a story that is all set apart
SHORT_STORY = 12_000
"""Tokens; a longer story has people whose names are alike."""
READ = frozenset({int(ParagraphKind.BODY), int(ParagraphKind.SET_APART)})


@dataclass(frozen=True, slots=True)
class Found:
    """A mention as the reader model finds it: tokens ``[first, last)``; ``kind`` PROP, NOM or PRON; ``type`` one of LitBank's six."""

    first: int
    last: int
    kind: str
    type: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Page:
    """Token columns as lists. ``quote``: row of the outermost quotation a token lies in, -1 in narration.

    ``initial``: the token is the first word of a sentence, of a quotation, or follows a colon or dash that opens one; its capital
    letter says nothing. ``pos``, ``rel``, ``head``: part of speech, dependency and its head (a token, -1 for a root) by the reader model.
    ``told``: the token belongs to the story (not to a heading or to paratext);
    ``apart``: to a letter, a message or verse set apart in it.
    """

    text: str
    words: list[str]
    lower: list[str]
    start: list[int]
    end: list[int]
    is_word: list[bool]
    sentence: list[int]
    paragraph: list[int]
    quote: list[int]
    initial: list[bool]
    told: list[bool]
    apart: list[bool]
    quotes: list[tuple[int, int]]  # token ranges of the outermost quotations, half-open
    quote_rows: list[int]  # their rows in Quotations
    sentences: list[tuple[int, int]]  # token ranges
    pos: list[str]
    rel: list[str]
    head: list[int]
    plural: list[bool]  # a noun or pronoun in the plural
    labels: set[int]  # tokens that name the writer of a line of chat
    found: list[Found]

    def __len__(self) -> int:
        return len(self.words)

    def head_of(self, first: int, last: int) -> int:
        """The token of ``[first, last)`` that the others hang on."""
        return next((i for i in range(first, last) if not first <= self.head[i] < last), last - 1)

    def surface(self, first: int, last: int) -> str:
        """The text of tokens ``[first, last)``."""
        return self.text[self.start[first] : self.end[last - 1]]


def _quote_of_tokens(start: list[int], quotations: Quotations) -> tuple[list[int], list[tuple[int, int]], list[int]]:
    quote = [-1] * len(start)
    ranges: list[tuple[int, int]] = []
    rows: list[int] = []
    i = 0
    for row, (a, b, depth) in enumerate(zip(quotations.start.tolist(), quotations.end.tolist(), quotations.depth.tolist(), strict=True)):
        if depth:
            continue
        while i < len(start) and start[i] < a:
            i += 1
        first = i
        while i < len(start) and start[i] < b:
            quote[i] = len(ranges)
            i += 1
        ranges.append((first, i))
        rows.append(row)
    return quote, ranges, rows


def _initials(words: list[str], is_word: list[bool], sentence: list[int], quote: list[int]) -> list[bool]:
    out = [False] * len(words)
    fresh, last = True, ""
    for i in range(len(words)):
        if i == 0 or sentence[i] != sentence[i - 1] or words[i - 1] in (":", "…", "...", "....", ".", "!", "?", "—", "--"):
            fresh = True
        elif quote[i] != quote[i - 1]:
            fresh = quote[i] >= 0 or last != ","  # after a speech that ends with a comma the sentence runs on
        if is_word[i]:
            out[i] = fresh
            fresh = False
        if words[i] not in "\"'”’»“‘":
            last = words[i]
    return out


def _labelled(words: list[str], paragraph: list[int]) -> set[int]:
    """Paragraphs that open with a label and a colon (``Dex: who took it``), where the story has a chat's worth of them."""
    labels: dict[int, str] = {}
    for i in range(len(words) - 1):
        opens = i == 0 or paragraph[i - 1] != paragraph[i]
        if opens and words[i + 1] == ":" and paragraph[i + 1] == paragraph[i] and words[i][0].isalpha():
            labels[paragraph[i]] = words[i]
    often = {w for w, n in Counter(labels.values()).items() if n >= 2}
    lines = {p for p, w in labels.items() if w in often}
    return lines if len(often) >= 2 and len(lines) >= _CHAT_LINES else set()


def _signatures(words: list[str], is_word: list[bool], paragraph: list[int]) -> Iterator[int]:
    """The words of paragraphs that hold a name at most and follow the close of a letter (``Your loving | Win``): their capitals tell."""
    rows: dict[int, list[int]] = {}
    for i in compress(range(len(words)), is_word):
        rows.setdefault(paragraph[i], []).append(i)
    for p, own in rows.items():
        close = rows.get(p - 1, ())
        named = len(own) <= _SIGNATURE and all(words[i][0].isupper() for i in own)
        if named and 0 < len(close) <= 2 * _SIGNATURE and closing().match(" ".join(words[i] for i in close)):
            yield from own


def _apart(told: list[bool], apart: list[bool]) -> list[bool]:
    """What is set apart from the story; nothing where that is all of it: a story in letters is told in them."""
    inside = sum(compress(apart, told))
    return [False] * len(apart) if inside > _ALL * sum(told) else apart


def _found(spans: ModelMentions) -> list[Found]:
    columns = (spans.first, spans.last, spans.kind, spans.type, spans.confidence)
    rows = zip(*(c.tolist() for c in columns), strict=True)
    return [Found(first, last, MENTION_KINDS[kind], MENTION_TYPES[type_], confidence) for first, last, kind, type_, confidence in rows]


def make_page(
    manuscript: Manuscript, tokens: Tokens, sentences: Sentences, quotations: Quotations, labels: WordLabels, spans: ModelMentions
) -> Page:
    """Lists for the tokens of the manuscript; built once."""
    text = manuscript.text
    start, end = tokens.start.tolist(), tokens.end.tolist()
    words = [text[a:b] for a, b in zip(start, end, strict=True)]
    chat = _labelled(words, tokens.paragraph.tolist())
    is_word = (tokens.kind == TokenKind.WORD).tolist()
    firsts = {p: i for i, p in reversed(list(enumerate(tokens.paragraph.tolist())))}
    quote, ranges, rows = _quote_of_tokens(start, quotations)
    sentence, paragraph = tokens.sentence.tolist(), tokens.paragraph.tolist()
    kinds = manuscript.paragraphs.kind.tolist()
    initial = _initials(words, is_word, sentence, quote)
    for i in _signatures(words, is_word, paragraph):
        initial[i] = False
    told = [kinds[p] in READ for p in paragraph]
    apart = _apart(told, [kinds[p] == ParagraphKind.SET_APART for p in paragraph])
    return Page(
        text=text,
        words=words,
        lower=[w.lower().replace("’", "'") for w in words],
        start=start,
        end=end,
        is_word=is_word,
        sentence=sentence,
        paragraph=paragraph,
        quote=quote,
        initial=initial,
        told=told,
        apart=[a or p in chat for a, p in zip(apart, paragraph, strict=True)],
        quotes=ranges,
        quote_rows=rows,
        sentences=list(zip(sentences.first.tolist(), sentences.last.tolist(), strict=True)),
        pos=[UPOS[i] for i in labels.upos.tolist()],
        rel=[DEPRELS[i] for i in labels.deprel.tolist()],
        head=labels.head.tolist(),
        plural=(labels.number == FEATURES["Number"].index("Plur")).tolist(),
        labels={firsts[p] for p in chat},
        found=_found(spans),
    )
