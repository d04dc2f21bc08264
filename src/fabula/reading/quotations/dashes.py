"""Dialogue set with dashes: a dash opens the speech of a paragraph, tags stand in it without any mark.

``—Yes, said Ann, I know. She sat down.`` holds two pieces of speech; ``— Yes — dijo Ana — . Ya voy.`` is read alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from fabula.lexicons import words
from fabula.reading.quotations.cues import is_narrated, is_spoken, sure_tag

_OPENING = re.compile(r"(?:[—–―]|--+|- )[ \t\u00a0]*(?=[^\W_]|[¡¿…\"'“‘*_.])")
_WITHIN = re.compile(r"(?<=[.!?…:,][ \n])(?:[—–―]|--+)(?=[A-Z¡¿…])")  # speech that opens within a paragraph
_SENTENCE = re.compile(r"[.!?…—–]+(?=\s|$)")
_LEAST = 3  # paragraphs that open with a dash before the story is taken to use them for speech
_SHARE = 0.04
_BREAK = re.compile(r"[,.!?…:;]+(?=\s)|\s?[—–―]|\s?--+")
_STOP = re.compile(r"[.!?…]+(?=\s|$)|,(?=\s)|\s?[—–―]|\s?--+")
_WORD = re.compile(r"[^\W_]+")


def uses_dashes(text: str, paragraphs: Sequence[tuple[int, int, int]], quoted: frozenset[int]) -> bool:
    """Whether a story sets speech with dashes; ``quoted``: rows of the paragraphs in which quotation marks were found to hold speech."""
    opened = [row for row, start, end in paragraphs if _OPENING.match(text, start, end)]
    bare = sum(row not in quoted for row in opened)
    return bare >= _LEAST and bare >= _SHARE * len(paragraphs) and bare > len(quoted) / 4


def _tag_end(text: str, at: int, end: int) -> tuple[int, bool]:
    """(end of the tag that starts at ``at``, whether the sentence goes on with speech after it)."""
    for m in _STOP.finditer(text, at, end):
        if m.group() == ",":
            # "said Ann, I know" goes on with speech; "said Ann, looking up" with the tag
            word = _WORD.search(text, m.end(), end)
            more = _SENTENCE.search(text, m.end(), end)
            spoken = is_spoken(text[m.end() : more.end() if more else end])
            if word and (word.group().endswith("ing") or (word.group() in words("quotation_cues", "tag_goes_on") and not spoken)):
                continue
            return m.end(), True
        return m.end(), m.group().strip()[:1] in "—–―-"
    return end, False


def speech_in(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The pieces of speech of one paragraph; a dash that opens one belongs to it."""
    starts = [m for m in (_OPENING.match(text, start, end), *_WITHIN.finditer(text, start, end)) if m]
    starts = [m for i, m in enumerate(starts) if i == 0 or not sure_tag().match(text, m.end(), end)]
    for i, m in enumerate(starts):
        last = i + 1 == len(starts)
        stop = end if last else starts[i + 1].start()
        pieces = list(_pieces(text, m.start(), m.end(), stop))
        if not last and pieces and pieces[-1][1] == _trim(text, m.start(), stop):
            # the narrator must have spoken before a second dash
            a, b = pieces.pop()
            cut = _before_narrator(text, a, b)
            if cut > a:
                pieces.append((a, cut))
        yield from pieces


def _pieces(text: str, begin: int, at: int, end: int) -> Iterator[tuple[int, int]]:
    """The speech in ``[begin, end)`` without its tags; ``at`` is past the dash."""
    while at < end:
        found = next(((m, tag) for m in _BREAK.finditer(text, at, end) if (tag := sure_tag().match(text, m.end(), end))), None)
        if found is None:
            break
        mark, tag = found
        yield begin, mark.start() if mark.group().strip()[:1] in "—–―-" else mark.end()
        stop, resumes = _tag_end(text, tag.end(), end)
        begin = at = _next_word(text, stop, end)
        if not resumes:
            begin = at = _resume(text, at, end)
    if at < end and (stop := _trim(text, begin, end)) > begin:
        yield begin, stop


def _before_narrator(text: str, start: int, end: int) -> int:
    """Where the speech of ``[start, end)`` ends, whose last sentence at least is the narrator's."""
    ends = [m.end() for m in _SENTENCE.finditer(text, start, end)][:-1]
    if not ends:
        return end
    while len(ends) > 1 and is_narrated(text[ends[-2] : ends[-1]]):
        ends.pop()
    return ends[-1]


def _resume(text: str, at: int, end: int) -> int:
    """Where speech goes on after a tag that ended its sentence: past the narrator's sentences."""
    while at < end:
        if _OPENING.match(text, at, end):
            return at
        found = _SENTENCE.search(text, at, end)
        stop = found.end() if found else end
        if not is_narrated(text[at:stop]):
            return at
        at = _next_word(text, stop, end)
    return end


def _next_word(text: str, at: int, end: int) -> int:
    while at < end and (text[at].isspace() or text[at] in ".,"):
        at += 1
    return at


def _trim(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1].isspace():
        end -= 1
    return end
