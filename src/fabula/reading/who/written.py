"""Letters and chats inside a story: who writes and who reads them, so that their I and you are theirs."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from fabula.layers import MentionKind
from fabula.reading.letter_lines import closing, salutation
from fabula.reading.who.page import Page
from fabula.reading.who.spots import Spot

_LONGEST_LABEL = 6  # words of a salutation or signature
_AFTER_SALUTATION = frozenset({",", ":", "!", "—", "–", "--", "-", ";"})
_AFTER_SIGNATURE = _AFTER_SALUTATION | {"."}
_POSTSCRIPT = frozenset({"ps", "p.s", "p.s.", "pps", "p.p.s", "p.p.s."})


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that nothing sets apart from the story: its paragraphs, both ends included, who signs it and whom it greets."""

    first: int
    last: int
    writer: tuple[int, ...]
    readers: tuple[int, ...]


def _blocks(page: Page, spots: list[Spot]) -> Iterator[dict[int, list[Spot]]]:
    """Runs of neighbouring set-apart paragraphs, from one salutation to the next: paragraph → its spots."""
    block: dict[int, list[Spot]] = {}
    apart = sorted({p for p, a in zip(page.paragraph, page.apart, strict=True) if a})
    inside: dict[int, list[Spot]] = {p: [] for p in apart}
    for s in spots:
        if page.paragraph[s.first] in inside:
            inside[page.paragraph[s.first]].append(s)
    greeting = {row for row, p in _paragraphs(page, spots, apart=True).items() if _greets(page, p)}
    for p in apart:
        if block and (p != max(block) + 1 or p in greeting):
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


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """``[first, last)``: its tokens; ``words``: how many of them are words; ``names``: of its spots."""

    first: int
    last: int
    words: int
    names: list[Spot]


def _paragraphs(page: Page, spots: list[Spot], *, apart: bool) -> dict[int, _Paragraph]:
    """The paragraphs of the story that are set apart, or those that nothing sets apart."""
    names: dict[int, list[Spot]] = {}
    for s in spots:
        if s.kind == MentionKind.NAME and s.who and s.quote < 0:
            names.setdefault(page.paragraph[s.first], []).append(s)
    out: dict[int, _Paragraph] = {}
    i = 0
    while i < len(page):
        end = bisect_right(page.paragraph, page.paragraph[i], i)
        if page.told[i] and page.apart[i] == apart:
            out[page.paragraph[i]] = _Paragraph(i, end, sum(page.is_word[i:end]), names.get(page.paragraph[i], []))
        i = end
    return out


def _greets(page: Page, p: _Paragraph) -> tuple[int, ...]:
    """Whom a paragraph greets that is a salutation and nothing else."""
    if not p.names or p.words > _LONGEST_LABEL or page.quote[p.first] >= 0 or page.words[p.last - 1] not in _AFTER_SALUTATION:
        return ()
    line = page.surface(p.first, p.last).lstrip("*_")
    greets = salutation().match(line)
    return _name_of(p.names, p.words) if greets and greets["whole"] else ()


def _closes(page: Page, p: _Paragraph) -> bool:
    return p.words <= _LONGEST_LABEL and closing().match(page.surface(p.first, p.last)) is not None


def _signs(page: Page, p: _Paragraph, *, closed: bool) -> tuple[int, ...]:
    """Who signs in a paragraph that is a signature, with or without a close, and nothing else; ``closed``: a close stands before it.
    A sentence that ends with a name (``I miss Ann.``) is none."""
    if not p.names or p.words > _LONGEST_LABEL or page.quote[p.first] >= 0:
        return ()
    name = p.names[-1]
    alone = sum(page.is_word[name.first : name.last]) == p.words
    rest = page.words[name.last : p.last]
    signed = (alone or closed or _closes(page, p)) and all(w in _AFTER_SIGNATURE or w in ("*", "_", "x", "xx", "xxx") for w in rest)
    return name.who if signed else ()


def running_letters(page: Page, spots: list[Spot], breaks: set[int]) -> list[Letter]:
    """Letters that stand among the paragraphs of the story, or are all of it: from a salutation to a signature, the next salutation, a
    break between scenes, or the end."""
    paragraphs = _paragraphs(page, spots, apart=False)
    rows = list(paragraphs)
    out: list[Letter] = []
    at = 0
    while at < len(rows):
        readers = _greets(page, paragraphs[rows[at]])
        if not readers:
            at += 1
            continue
        end, writer = _until_signed(page, paragraphs, rows, at, breaks)
        out.append(Letter(rows[at], rows[end], tuple(p for p in writer if p not in readers), readers))
        at = end + 1
    return out


def _until_signed(page: Page, paragraphs: dict[int, _Paragraph], rows: list[int], at: int, breaks: set[int]) -> tuple[int, tuple[int, ...]]:
    """Where the letter ends whose salutation is paragraph ``rows[at]``, and who signs it."""
    last, closed = at, False
    for i in range(at + 1, len(rows)):
        p = paragraphs[rows[i]]
        if _greets(page, p) or any(row in breaks for row in range(rows[i - 1] + 1, rows[i] + 1)):
            break
        if (closed or i - at > 1) and (writer := _signs(page, p, closed=closed)):
            return _with_postscript(page, paragraphs, rows, i), writer
        closed = _closes(page, p)
        last = i
    return last, ()


def _with_postscript(page: Page, paragraphs: dict[int, _Paragraph], rows: list[int], at: int) -> int:
    while at + 1 < len(rows) and page.lower[paragraphs[rows[at + 1]].first] in _POSTSCRIPT:
        at += 1
    return at


def resolve_running_letters(page: Page, spots: list[Spot], letters: list[Letter]) -> tuple[int, ...]:
    """Fill the you of letters that nothing sets apart, and their I where the story's I is not all one writer's, in place. Gives the writer
    of whom the whole story's I is, if there is just one."""
    told = [s for s in spots if s.kind == MentionKind.PRONOUN and s.quote < 0 and not page.apart[s.first]]
    firsts = [s for s in told if s.grammatical_person == 1]
    inside = {x: [s for s in told if x.first <= page.paragraph[s.first] <= x.last] for x in letters}
    written = sum(s.grammatical_person == 1 for found in inside.values() for s in found)
    writers = dict.fromkeys(x.writer[:1] for x in letters)
    one = len(writers) == 1 and 2 * written > len(firsts)
    for letter, found in inside.items():
        mine = [s for s in found if s.grammatical_person == 2 or not one]
        _fill(mine, letter.writer[:1], letter.readers)
    return next(iter(writers)) if one else ()
