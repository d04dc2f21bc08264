"""Drafts to manuscripts: every block gets its role, from what is surest to what is least sure."""

from __future__ import annotations

import re

from fabula.layers import Paragraphs
from fabula.lexicons import words
from fabula.spans import Span
from fabula.text.apart import mark_set_apart
from fabula.text.blocks import Draft, Role
from fabula.text.chapters import chapters_of, mark_headings
from fabula.text.emphasis import emphasis_of
from fabula.text.front import mark_end, mark_epigraphs, mark_front
from fabula.text.gutenberg import mark_gutenberg
from fabula.text.language import language_of
from fabula.text.likeness import likeness_warnings
from fabula.text.manuscript import Manuscript, Paratext
from fabula.text.notes import inline_notes, mark_notes
from fabula.text.numbers import roman
from fabula.text.ornaments import breaks_of, mark_ornaments
from fabula.text.sheet import Sheet


def manuscript_of(draft: Draft, *, source: str, sha256: str) -> Manuscript:
    """Find the structure of a draft. Never fails: what cannot be told is body text."""
    sheet = Sheet(draft)
    book_title, book_author = mark_gutenberg(sheet)
    mark_ornaments(sheet)
    mark_end(sheet)
    mark_headings(sheet)
    names = mark_front(sheet)
    mark_notes(sheet)
    emphasis = _emphasis(draft)
    mark_set_apart(sheet, emphasis)
    mark_epigraphs(sheet)
    chapters, inside = chapters_of(sheet)
    rows = [(b.start, b.end, r.kind, c) for b, r, c in zip(sheet.blocks, sheet.roles, inside, strict=True)]
    language, doubts = language_of(sheet)
    title = draft.title or book_title or names.title
    return Manuscript(
        text=draft.text, source=source, sha256=sha256, format=draft.format, encoding=draft.encoding,
        paragraphs=Paragraphs.from_rows(rows), chapters=chapters,
        title=tidy_title(title) if title else None, author=draft.author or book_author or names.author,
        language=language, emphasis=emphasis, paratext=_paratext(sheet), breaks=breaks_of(sheet),
        warnings=(*draft.warnings, *doubts, *likeness_warnings(sheet)),
    )  # fmt: skip


def _emphasis(draft: Draft) -> tuple[Span, ...]:
    marked = emphasis_of(draft.text, ((b.start, b.end) for b in draft.blocks))
    if not draft.emphasis:
        return marked
    merged: list[Span] = []
    for span in sorted({*draft.emphasis, *marked}):
        if not merged or span.start >= merged[-1].end:
            merged.append(span)
    return tuple(merged)


def _paratext(sheet: Sheet) -> tuple[Paratext, ...]:
    """Neighbouring blocks of one kind as one stretch, and notes inside paragraphs."""
    out: list[Paratext] = []
    last = None
    for block, role in zip(sheet.blocks, sheet.roles, strict=True):
        if not role.is_paratext:
            last = None
            continue
        if role is last:
            out[-1] = Paratext(out[-1].start, block.end, role.value)
        else:
            out.append(Paratext(block.start, block.end, role.value))
        last = role
    out += [Paratext(s.start, s.end, Role.NOTE.value) for s in inline_notes(sheet)]
    return tuple(sorted(out, key=lambda p: (p.start, p.end)))


def tidy_title(title: str) -> str:
    """A title in capitals as a title is written elsewhere; any other is left alone.

    >>> tidy_title("THE SEA OF GLASS"), tidy_title("HENRY IV'S HAT"), tidy_title("eleven o'clock"), tidy_title("PART II: ANN")
    ('The Sea of Glass', "Henry IV's Hat", "eleven o'clock", 'Part II: Ann')
    """
    title = re.sub(r"\s+", " ", title).strip()
    if not title.isupper() or len(title) < 4:
        return title
    small = words("headings", "small")
    parts = title.split(" ")
    out = []
    for n, word in enumerate(parts):
        bare = re.sub(r"['’].*|\W", "", word)
        starts = n == 0 or parts[n - 1][-1:] in ":.!?—–"
        if len(bare) > 1 and roman(bare) and bare not in ("MIX", "MILL", "DI", "LI"):
            out.append(bare + word[len(bare) :].lower())
        elif bare.lower() in small and not starts:
            out.append(word.lower())
        else:
            out.append(re.sub(r"(?<![A-Za-zÀ-ɏ'’])[a-zà-ɏ]", lambda m: m.group().upper(), word.lower()))
    return " ".join(out)
