"""The page of a folder: every World in it, to be sorted and filtered by who is in it, what is noted, how long it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from fabula.errors import FabulaError
from fabula.export.html_text import SHOWN, plain
from fabula.web.shelf import Book, Shelf
from fabula.world.characters import CharacterView
from fabula.world.wording import count
from fabula.world.world import World

_MOST_NAMES = 6
_WORDS_A_MINUTE = 240
_HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>{title}</title>
<link rel="stylesheet" href="/assets/page.css"><link rel="stylesheet" href="/assets/live.css">
<script src="/assets/look.js"></script>
</head>
<body class="nojs {kind}">
<label class="look">Colours <select id="theme"><option value="auto">as the system</option><option value="light">light</option>
<option value="sepia">sepia</option><option value="dark">dark</option></select></label>
<main>
<h1><bdi>{title}</bdi></h1>
"""
_TAIL = '</main>\n<script src="/assets/library.js"></script>\n</body>\n</html>\n'
_FILTERS = """<form class="filters" role="search" aria-label="Stories">
<label>With <input type="search" id="with" placeholder="a name, a title, an author" autocomplete="off"></label>
<label>Noted <select id="noted"><option value="">anything</option>{labels}</select></label>
<label>Without <select id="without"><option value="">–</option>{labels}</select></label>
<label>Length <select id="long"><option value="">any</option><option value="0-7500">to 7,500 words</option>
<option value="7500-40000">to 40,000</option><option value="40000-">longer</option></select></label>
<label>Sort by <select id="sort"><option value="title">title</option><option value="author">author</option>
<option value="-words">longest first</option><option value="words">shortest first</option>
<option value="-people">most people</option></select></label>
</form>
<p id="shown" role="status"></p>
"""
_COMPARE = '<p id="compare" hidden><a class="button" href="/compare">Compare</a> <span class="sub"></span></p>\n'


def page_head(title: str, kind: str) -> str:
    """The beginning of a page beside the books."""
    return _HEAD.format(title=plain(title), kind=f"library {kind}".strip())


def page_tail() -> str:
    """Its end."""
    return _TAIL


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
    problem: str = ""


@dataclass(slots=True)
class Library:
    """The page of a shelf. What a World says of itself is asked for again only when its file has changed."""

    shelf: Shelf
    _known: dict[str, tuple[tuple[int, int], _Entry]] = field(default_factory=dict)

    def render(self) -> str:
        """The page. A World that cannot be opened is listed with what is wrong."""
        entries = [self._entry(book) for book in self.shelf.books.values()]
        labels = sorted({label for e in entries for label in e.labels})
        options = "".join(f'<option value="{plain(x)}">{plain(_spoken(x))}</option>' for x in labels)
        rows = "".join(_row(e) for e in sorted(entries, key=lambda e: (e.title.casefold(), e.book.name)))
        head = page_head(self.shelf.title or "Library", "")
        total = f"{count(len(entries), 'story', 'stories')}, {sum(e.words for e in entries):,} words"
        shelf = f'{_FILTERS.format(labels=options)}{_COMPARE}<ul class="shelf">{rows}</ul>'
        return f'{head}<p class="sub">{total}</p>{shelf}{self._unread()}{_TAIL}'

    def _unread(self) -> str:
        names = ", ".join(f"<bdi>{plain(name)}</bdi>" for name in self.shelf.unread)
        return f'<p class="sub">Not read yet: {names}. <code>fabula read</code> reads them.</p>' if names else ""

    def _entry(self, book: Book) -> _Entry:
        try:
            stamp = book.stamp()
            if (known := self._known.get(book.name)) is None or known[0] != stamp:
                known = self._known[book.name] = stamp, _look_into(book)
        except FabulaError as error:
            return _Entry(book, book.path.stem, problem=str(error))
        return known[1]


def _look_into(book: Book) -> _Entry:
    """What a World says of itself; its file is left alone again, and a World that is open already is left so."""
    world = World.open(book.path)
    try:
        return _Entry(
            book, world.title, world.story.author or "", world.story.words, *_names(world.characters),
            tuple(dict.fromkeys(n.label for n in world.notes if n.confidence >= SHOWN)),
        )  # fmt: skip
    finally:
        world.close()


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
        f'data-people="{len(e.every_name)}" data-found="{plain(found)}" data-labels="{plain(" ".join(e.labels))}"'
    )
    if e.problem:
        return f'<li class="book" {attributes}><h2><bdi>{plain(e.title)}</bdi></h2><p class="problem">{plain(e.problem)}</p></li>\n'
    by = f' <span class="by">by <bdi>{plain(e.author)}</bdi></span>' if e.author else ""
    cast = f'<p class="cast"><bdi>{plain(", ".join(e.names))}</bdi></p>' if e.names else ""
    notes = f'<p class="noted">noted: {plain(", ".join(map(_spoken, e.labels)))}</p>' if e.labels else ""
    return (
        f'<li class="book" {attributes}><div><h2><a href="/w/{e.book.name}/"><bdi>{plain(e.title)}</bdi></a></h2>{by}</div>'
        f'<span class="num">{e.words:,} words · {_time(e.words)}</span>{cast}{notes}'
        f'<label class="pick-book"><input type="checkbox" value="{e.book.name}"> compare</label></li>\n'
    )


def _time(words: int) -> str:
    """About how long it takes to read."""
    minutes = max(1, round(words / _WORDS_A_MINUTE))
    return count(minutes, "minute") if minutes < 90 else count(round(minutes / 60), "hour")
