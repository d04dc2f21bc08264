"""The page of a comparison: what changed in the world of a story from one draft to the next, or how works differ in the same people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fabula.compare import PARTS, Change, DraftComparison, Person, Sheet, WorkComparison, compare
from fabula.elements import Spans
from fabula.export.html_parts import excerpt, folded
from fabula.export.html_text import plain
from fabula.web.library import page_head, page_tail
from fabula.web.shelf import Book
from fabula.world.wording import count, joined
from fabula.world.world import World

MOST = 6
"""Works that one page sets beside each other."""
_HEADINGS = {
    "people": "People", "facts": "Facts", "ties": "Ties", "scenes": "Scenes", "promises": "Promises and orders", "notes": "Content notes",
    "telling": "The telling",
}  # fmt: skip
_QUOTED = frozenset(("facts", "promises", "ties"))


def render_comparison(books: Sequence[Book]) -> str:
    """The page. Raises FabulaError where one of the Worlds cannot be opened."""
    worlds = [book.open() for book in books]
    found = compare(worlds)
    inner = _drafts(found, books) if isinstance(found, DraftComparison) else _works(found, books)
    title = " · ".join(dict.fromkeys(w.title for w in worlds))
    return f'{page_head(title, "compared")}<p class="sub"><a href="/">Library</a></p>{inner}{page_tail()}'


def _title(book: Book) -> str:
    return book.open().title


def _file(book: Book) -> str:
    """The name of its file: drafts share a title."""
    return f'<small class="sub"><bdi>{plain(book.path.name)}</bdi></small>'


def _place(book: Book, at: int, html: str) -> str:
    return f'<a class="ev" href="/w/{book.name}/#at-{at}">{html}</a>'


# --- drafts
def _drafts(found: DraftComparison, books: Sequence[Book]) -> str:
    names = " → ".join(f'<a href="/w/{b.name}/"><bdi>{plain(b.path.name)}</bdi></a>' for b in books)
    told = f'<p class="sub">{names}: {found.unchanged:.0%} of the sentences stand in both drafts.</p>'
    parts = "".join(_part(found, books, part) for part in PARTS if found.of(part))
    return told + (parts or "<p>Nothing changed in the world of the story.</p>")


def _part(found: DraftComparison, books: Sequence[Book], part: str) -> str:
    rows = "".join(_change(found, books, c) for c in found.of(part))
    return f'<h2>{_HEADINGS[part]} <small>{len(found.of(part))}</small></h2><ul class="changes">{rows}</ul>'


def _change(found: DraftComparison, books: Sequence[Book], change: Change) -> str:
    sides = ((found.before, books[0], "before", change.before), (found.after, books[1], "now", change.after))
    quoted = "".join(_quoted(world, book, word, spans) for world, book, word, spans in sides) if change.part in _QUOTED else ""
    noted = sorted({*found.before.note_index.labels(change.before), *found.after.note_index.labels(change.after)})
    inner = f"<p><bdi>{plain(change.text)}</bdi></p>{quoted}"
    told = folded(tuple(noted), inner) if change.part in _QUOTED else inner
    return f'<li class="{change.kind}"><span class="kind">{change.kind}</span><div>{told}</div></li>\n'


def _quoted(world: World, book: Book, word: str, spans: Spans) -> str:
    if not spans:
        return ""
    words = f"<bdi>{plain(excerpt(world, spans[:1]))}</bdi>"
    return f'<p class="quoted"><span class="sub">{word}</span> {_place(book, spans[0][0], words)}</p>'


# --- works
def _works(found: WorkComparison, books: Sequence[Book]) -> str:
    heads = "".join(f'<th scope="col"><a href="/w/{b.name}/"><bdi>{plain(_title(b))}</bdi></a><br>{_file(b)}</th>' for b in books)
    rows = "".join(_person(p, books, found.worlds) for p in found.people)
    shared = (
        '<div class="scroll" tabindex="0" role="region" aria-label="People of several works"><table class="works">'
        f"<thead><tr><td></td>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
        if rows
        else ""
    )
    title = count(len(found.people), "person", "people") if rows else "Nobody"
    return f"<h2>{title} in several of them</h2>{shared}{_alone(found.only, books)}"


def _person(person: Person, books: Sequence[Book], worlds: Sequence[World]) -> str:
    differs = f'<small class="sub">differ in {plain(", ".join(person.differs))}</small>' if person.differs else "<small>the same</small>"
    cells = "".join(f"<td>{_sheet(s, b, w)}</td>" for s, b, w in zip(person.sheets, books, worlds, strict=True))
    return f'<tr><th scope="row"><bdi>{plain(person.name)}</bdi><br>{differs}</th>{cells}</tr>\n'


def _sheet(sheet: Sheet | None, book: Book, world: World) -> str:
    if sheet is None:
        return '<span class="sub">not there</span>'
    who = ", ".join([*([sheet.pronouns] if sheet.pronouns != "unknown" else []), *sheet.roles])
    said = [who, *sheet.ties, *(f"{a} {v}" for a, v in sheet.facts)]
    lines = "".join(f"<li><bdi>{plain(x)}</bdi></li>" for x in said if x)
    end = _place(book, sheet.evidence[0][0], plain(sheet.end)) if sheet.evidence else plain(sheet.end)
    return f"<ul>{lines}</ul>{folded(tuple(sorted(world.note_index.labels(sheet.evidence))), f'<p>{end}</p>')}"


def _alone(only: Iterable[Sequence[str]], books: Sequence[Book]) -> str:
    rows = [
        f"<p><b>Only in <bdi>{plain(_title(b))}</bdi></b> {_file(b)}: <bdi>{plain(joined(names, 12))}</bdi></p>"
        for b, names in zip(books, only, strict=True)
        if names
    ]
    return "".join(rows)
