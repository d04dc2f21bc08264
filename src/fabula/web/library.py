"""The page of a folder: every World in it, to be sorted and filtered by who is in it, what is noted, how long it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fabula.errors import FabulaError
from fabula.export.html_text import SHOWN, plain
from fabula.web.shelf import Book, Shelf
from fabula.world.characters import CharacterView
from fabula.world.wording import count

_MOST_NAMES = 6
_HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>{title}</title>
<link rel="stylesheet" href="/assets/page.css"><link rel="stylesheet" href="/assets/live.css">
</head>
<body class="nojs library">
<main>
<h1><bdi>{title}</bdi></h1>
"""
_TAIL = '</main>\n<script src="/assets/library.js"></script>\n</body>\n</html>\n'
_FILTERS = """<form class="filters" role="search">
<label>With <input type="search" id="with" placeholder="a name, a title, an author" autocomplete="off"></label>
<label>Without <select id="without"><option value="">–</option>{labels}</select></label>
<label>Sort by <select id="sort"><option value="title">title</option><option value="author">author</option>
<option value="-words">longest first</option><option value="words">shortest first</option></select></label>
</form>
<p id="shown" role="status"></p>
"""


@dataclass(frozen=True, slots=True)
class _Entry:
    """One World as the library shows it; ``problem`` where it cannot be opened."""

    book: Book
    title: str
    author: str = ""
    words: int = 0
    names: tuple[str, ...] = ()
    every_name: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    doubts: int = 0
    problem: str = ""


def render_library(shelf: Shelf) -> str:
    """The page. A World that cannot be opened is listed with what is wrong."""
    entries = [_entry(book) for book in shelf.books.values()]
    labels = sorted({label for e in entries for label in e.labels})
    options = "".join(f'<option value="{plain(x)}">{plain(_spoken(x))}</option>' for x in labels)
    rows = "".join(_row(e) for e in sorted(entries, key=lambda e: (e.title.casefold(), e.book.name)))
    unread = (
        f'<p class="sub">Not read yet: {", ".join(f"<bdi>{plain(name)}</bdi>" for name in shelf.unread)}. '
        "<code>fabula read</code> reads them.</p>"
        if shelf.unread
        else ""
    )
    head = _HEAD.format(title=plain(shelf.title or "Library"))
    return f'{head}<p class="sub">{count(len(entries), "story", "stories")}</p>{_FILTERS.format(labels=options)}<ul class="shelf">{rows}</ul>{unread}{_TAIL}'


def _entry(book: Book) -> _Entry:
    try:
        world = book.open()
        found = _Entry(
            book, world.title, world.story.author or "", world.story.words, *_names(world.characters),
            tuple(dict.fromkeys(n.label for n in world.notes if n.confidence >= SHOWN)),
        )  # fmt: skip
    except FabulaError as error:
        found = _Entry(book, book.path.stem, problem=str(error))
    book.close()
    return found


def _names(characters: Iterable[CharacterView]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who is told of first, and everybody."""
    sure = [c for c in characters if c.confidence >= SHOWN]
    first = tuple(c.name for c in sure if c.importance != "mentioned")
    return first[:_MOST_NAMES], tuple(c.name for c in sure)


def _spoken(label: str) -> str:
    return label.replace("_", " ")


def _row(e: _Entry) -> str:
    found = " ".join((e.title, e.author, *e.every_name)).casefold()
    attributes = (
        f'data-title="{plain(e.title.casefold())}" data-author="{plain(e.author.casefold())}" data-words="{e.words}" '
        f'data-found="{plain(found)}" data-labels="{plain(" ".join(e.labels))}"'
    )
    if e.problem:
        return f'<li class="book" {attributes}><b><bdi>{plain(e.title)}</bdi></b><p class="problem">{plain(e.problem)}</p></li>\n'
    by = f'<span class="by">by <bdi>{plain(e.author)}</bdi></span>' if e.author else ""
    cast = f'<p class="sub"><bdi>{plain(", ".join(e.names))}</bdi></p>' if e.names else ""
    notes = f'<p class="noted">{plain(", ".join(map(_spoken, e.labels)))}</p>' if e.labels else ""
    return (
        f'<li class="book" {attributes}><a href="/w/{e.book.name}/"><bdi>{plain(e.title)}</bdi></a> {by}'
        f'<span class="num">{e.words:,} words</span>{cast}{notes}</li>\n'
    )
