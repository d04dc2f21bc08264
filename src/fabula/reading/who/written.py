"""Letters and chats inside a story: who writes and who reads them, so that their I and you are theirs."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from fabula.layers import MentionKind
from fabula.reading.who.page import Page
from fabula.reading.who.spots import Spot

_LONGEST_LABEL = 6  # words of a salutation or signature


def _blocks(page: Page, spots: list[Spot]) -> Iterator[dict[int, list[Spot]]]:
    """Runs of neighbouring set-apart paragraphs: paragraph → its spots."""
    block: dict[int, list[Spot]] = {}
    apart = sorted({p for p, a in zip(page.paragraph, page.apart, strict=True) if a})
    inside: dict[int, list[Spot]] = {p: [] for p in apart}
    for s in spots:
        if page.paragraph[s.first] in inside:
            inside[page.paragraph[s.first]].append(s)
    for p in apart:
        if block and p != max(block) + 1:
            yield block
            block = {}
        block[p] = inside[p]
    if block:
        yield block


def _sizes(page: Page) -> dict[int, int]:
    out: dict[int, int] = {}
    for p, w, a in zip(page.paragraph, page.is_word, page.apart, strict=True):
        if a:
            out[p] = out.get(p, 0) + w
    return out


def _label(page: Page, spots: list[Spot]) -> int:
    """The person before the colon of a chat line, -1 when it is none."""
    for s in spots[:1]:
        after = "".join(page.words[s.last : s.last + 2])
        if s.kind == MentionKind.NAME and s.who and (after[:1] == ":" or after[:2] == "**"):
            return s.who[0]
    return -1


def _name_of(spots: list[Spot], words: int) -> tuple[int, ...]:
    if not 0 < words <= _LONGEST_LABEL:
        return ()
    return tuple(dict.fromkeys(p for s in spots if s.kind == MentionKind.NAME for p in s.who))


def _ends_of(page: Page, block: dict[int, list[Spot]], sizes: dict[int, int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """(writer, readers) by the last and the first line of a letter, be its lines paragraphs or not."""
    first, last = min(block), max(block)
    if last > first:
        return _name_of(block[last], sizes.get(last, 0)), _name_of(block[first], sizes.get(first, 0))
    lines = _lines(page, first)
    if len(lines) < 3:
        return (), ()
    top, bottom = (
        _name_of([s for s in block[first] if s.first in line], sum(page.is_word[i] for i in line)) for line in (lines[0], lines[-1])
    )
    return bottom, top


def _lines(page: Page, paragraph: int) -> list[list[int]]:
    """Tokens of the lines of a paragraph that hold words."""
    a, b = bisect_left(page.paragraph, paragraph), bisect_right(page.paragraph, paragraph)
    lines: list[list[int]] = [[]]
    for i in range(a, b):
        if i > a and "\n" in page.text[page.end[i - 1] : page.start[i]]:
            lines.append([])
        lines[-1].append(i)
    return [line for line in lines if any(page.is_word[i] for i in line)]


def _fill(spots: list[Spot], writer: tuple[int, ...], readers: tuple[int, ...]) -> None:
    for s in spots:
        if s.kind != MentionKind.PRONOUN or s.quote >= 0:
            continue
        who = {1: (*writer, *readers) if s.plural else writer, 2: readers}.get(s.grammatical_person, ())
        if who:
            s.who, s.confidence, s.fixed = tuple(who), 0.8, True


def resolve_written(page: Page, spots: list[Spot]) -> list[tuple[int, int]]:
    """Fill I and you of chat lines (from their labels) and of letters (from signature and salutation), in place.

    Gives the (writer, reader) of every letter that names both.
    """
    sizes = _sizes(page)
    letters: list[tuple[int, int]] = []
    for block in _blocks(page, spots):
        labels = {p: _label(page, inside) for p, inside in block.items()}
        chatters = [w for w in dict.fromkeys(labels.values()) if w >= 0]
        if chatters:
            for p, inside in block.items():
                if labels[p] >= 0:
                    others = tuple(w for w in chatters if w != labels[p])
                    _fill(inside, (labels[p],), others if len(chatters) == 2 else ())
            continue
        writer, readers = _ends_of(page, block, sizes)
        for inside in block.values():
            _fill(inside, writer[:1], readers)
        if writer and len(readers) == 1:
            letters.append((writer[0], readers[0]))
    return letters
