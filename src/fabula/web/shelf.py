"""The Worlds that a reader has open, each read from its file when it is asked for and again when that file has changed."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from fabula.errors import FabulaError, WorldFileError
from fabula.web.working import Working
from fabula.world.draft import file_key
from fabula.world.store import SUFFIX, Kind, sniff
from fabula.world.world import World

KEPT = 3
"""Worlds kept open at once, so that a large folder costs little memory."""


class Changed(FabulaError):
    """What a page shows is not what its file holds any more. ``version`` is that of the file."""

    def __init__(self, version: str) -> None:
        super().__init__("the World has changed since this page was loaded", hint="load the page again; nothing of yours was lost")
        self.version = version


@dataclass(frozen=True, slots=True)
class Version:
    """The state of a World file: its text, what was read and decided, and the log of corrections. Pages carry it as text."""

    text: str
    state: str
    log: str

    def __str__(self) -> str:
        return f"{self.text}-{self.state}-{self.log}"

    @staticmethod
    def of(path: Path, world: World) -> Version:
        log = " ".join(c.uid for c in world.log)
        return Version(_digest(world.manuscript.sha256), _digest(repr(file_key(path))), _digest(log))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(slots=True)
class Book:
    """One World file."""

    name: str
    path: Path
    working: Working = field(init=False)
    _world: World | None = None
    _seen: tuple[int, int] = (0, 0)
    _version: Version | None = None

    def __post_init__(self) -> None:
        self.working = Working(self.path)

    def open(self) -> World:
        """The World as the file holds it now. Raises WorldFileError."""
        seen = self.stamp()
        if self._world is None or seen != self._seen:
            world = World.open(self.path)
            self._world, self._seen, self._version = world, seen, Version.of(self.path, world)
        return self._world

    def stamp(self) -> tuple[int, int]:
        """What changes whenever the file does. Raises WorldFileError where it is gone."""
        try:
            found = self.path.stat()
        except OSError as error:
            raise WorldFileError(f"{self.path.name} is gone", hint="read the story again, or start the reader anew") from error
        return found.st_mtime_ns, found.st_size

    @property
    def version(self) -> Version:
        self.open()
        assert self._version is not None
        return self._version

    def require(self, version: str, *, decided: bool = True) -> World:
        """The World if the page that asks shows its present state. Raises Changed.

        ``decided=False``: it need only be the same text under the same log; what was decided may have changed meanwhile.
        """
        now = self.version
        theirs = version.split("-")
        ours = str(now).split("-")
        if theirs != ours and (decided or [theirs[0], theirs[-1]] != [ours[0], ours[-1]]):
            raise Changed(str(now))
        return self.open()

    def close(self) -> None:
        if self._world is not None:
            self._world.detach()
            self._world = None


@dataclass(slots=True)
class Shelf:
    """The books of a reader by the names that stand in addresses. ``unread``: stories that have no World yet."""

    books: dict[str, Book]
    title: str = ""
    unread: tuple[str, ...] = ()
    _recent: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, files: Iterable[Path], title: str = "", unread: Iterable[str] = ()) -> Shelf:
        """A shelf of World files, in order of name."""
        count: Counter[str] = Counter()
        books = {}
        for path in sorted(files, key=lambda p: (p.name.casefold(), str(p))):
            base = re.sub(r"[^a-z0-9]+", "-", path.stem.casefold()).strip("-") or "story"
            count[base] += 1
            name = base if count[base] == 1 else f"{base}-{count[base]}"
            books[name] = Book(name, path)
        return cls(books, title, tuple(unread))

    def book(self, name: str) -> Book | None:
        """The book of that name."""
        return self.books.get(name)

    def take(self, book: Book, keep: int = KEPT) -> Book:
        """The book, to be opened now; those not taken lately are closed. For the thread that touches Worlds alone."""
        self._recent = [*(n for n in self._recent if n != book.name), book.name]
        for old in self._recent[:-keep]:
            self.books[old].close()
        self._recent = self._recent[-keep:]
        return book


def worlds_in(folder: Path) -> list[Path]:
    """The World files of a folder (not of its subfolders)."""
    return sorted(p for p in folder.iterdir() if p.suffix.lower() == SUFFIX and sniff(p) in (Kind.OURS, Kind.OLDER, Kind.NEWER))
