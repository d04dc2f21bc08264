"""The reader's server: loopback only, one browser, everything that it answers asked for by its own pages.

Who may ask: the Host must be ours (no name that somebody points at 127.0.0.1), the browser must have the cookie that it got for the
secret in the address which ``fabula open`` printed, and whatever changes or computes something must come from our origin with the token of
the page (OWASP, Cross-Site Request Forgery Prevention). Worlds are touched by one thread alone, so that corrections follow one another.
"""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from hmac import compare_digest
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from itertools import chain, islice
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from fabula.errors import FabulaError
from fabula.export.html import Live, write_page
from fabula.web import actions
from fabula.web.comparing import MOST, render_comparison
from fabula.web.library import Library
from fabula.web.shelf import KEPT, Book, Changed, Shelf
from fabula.world.wording import correction_words
from fabula.world.world import World

T = TypeVar("T")
HOST = "127.0.0.1"
LONGEST_REQUEST = 64 * 1024
IDLE = 30
"""Seconds after which a silent connection is dropped."""
FIRST_SECTIONS, MORE_SECTIONS = 4, 24
"""Sections of the text in the first piece of a page and in each one after it."""
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store",
}  # fmt: skip
_ASSETS = {
    "page.css": ("fabula.export", "text/css"),
    "look.js": ("fabula.export", "text/javascript"),
    "text.js": ("fabula.export", "text/javascript"),
    "page.js": ("fabula.export", "text/javascript"),
    "beside.js": ("fabula.export", "text/javascript"),
    "pictures.js": ("fabula.export", "text/javascript"),
    "d3-force.js": ("fabula.export", "text/javascript"),
    "live.css": ("fabula.web", "text/css"),
    "live.js": ("fabula.web", "text/javascript"),
    "correct.js": ("fabula.web", "text/javascript"),
    "library.js": ("fabula.web", "text/javascript"),
}


class ReaderServer(ThreadingHTTPServer):
    """Serves one shelf. ``address`` is what to open in the browser first."""

    daemon_threads = True
    allow_reuse_address = False

    def __init__(self, shelf: Shelf, port: int = 0) -> None:
        self.shelf, self.library = shelf, Library(shelf)
        self.secret, self.cookie, self.csrf = (secrets.token_urlsafe(24) for _ in range(3))
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="worlds")
        self._pages: dict[tuple[str, str], bytes] = {}
        super().__init__((HOST, port), _Handler)  # last: where the port is taken it closes the server at once

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}/?key={self.secret}"

    @property
    def cookie_name(self) -> str:
        """Cookies of one host are shared by its ports."""
        return f"fabula_{self.port}"

    def with_worlds(self, work: Callable[[], T]) -> T:
        """Do something with Worlds, after whatever was asked for before."""
        return self._worker.submit(work).result()

    def pieces(self, book: Book) -> Iterator[bytes]:
        """The page of a book, piece by piece, kept until its World changes. Raises WorldFileError before the first piece.

        Other work with Worlds may come between two pieces, so that a long book keeps nobody waiting.
        """
        version, world = self.with_worlds(lambda: (str(self.shelf.take(book).version), book.open()))
        key = (book.name, version)
        if key not in self._pages:
            self.with_worlds(actions.forget)
            live = Live(book.name, version, self.csrf, len(self.shelf.books) > 1, world.pending, _last(world))
            writer = write_page(world, live)
            found: list[bytes] = []
            while piece := self.with_worlds(lambda: "".join(islice(writer, FIRST_SECTIONS if not found else MORE_SECTIONS))):
                found.append(piece.encode("utf-8", "replace"))
                yield found[-1]
            self.with_worlds(lambda: self._keep(key, b"".join(found)))
        else:
            yield self._pages[key]

    def _keep(self, key: tuple[str, str], page: bytes) -> None:
        while len(self._pages) >= KEPT:
            del self._pages[next(iter(self._pages))]
        self._pages[key] = page

    def state_of(self, book: Book) -> dict[str, Any]:
        """What a page asks now and then: is what it shows still so, and how far are the corrections?"""
        version, pending = self.with_worlds(lambda: (str(book.version), book.open().pending))
        return {"version": version, "pending": pending, **book.working.state}

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away in the middle is no error worth a traceback."""
        error = sys.exc_info()[1]
        if not isinstance(error, (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)

    def server_close(self) -> None:
        super().server_close()
        for book in self.shelf.books.values():
            book.working.end()
        self._worker.shutdown(wait=True)


def _last(world: World) -> str | None:
    return correction_words(world.corrections[-1]) if world.corrections else None


class _Handler(BaseHTTPRequestHandler):
    server: ReaderServer
    protocol_version = "HTTP/1.1"
    server_version = "fabula"
    sys_version = ""
    timeout = IDLE

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the terminal is the user's."""

    # --- who asks
    def _is_ours(self) -> bool:
        return self.headers.get("Host", "") in {f"{name}:{self.server.port}" for name in (HOST, "localhost")}

    def _is_known(self) -> bool:
        try:
            found = SimpleCookie(self.headers.get("Cookie", "")).get(self.server.cookie_name)
        except CookieError:
            return False
        return found is not None and compare_digest(found.value.encode(), self.server.cookie.encode())

    def _is_our_page(self) -> bool:
        origin = self.headers.get("Origin", "")
        token = self.headers.get("X-Fabula", "")
        plain_json = self.headers.get("Content-Type", "").split(";")[0].strip() == "application/json"
        ours = origin in {f"http://{name}:{self.server.port}" for name in (HOST, "localhost")}
        return ours and plain_json and compare_digest(token.encode("utf-8", "replace"), self.server.csrf.encode())

    # --- answers
    def _head(self, status: HTTPStatus, kind: str, more: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {**_HEADERS, "Content-Type": f"{kind}; charset=utf-8", **more}.items():
            self.send_header(name, value)
        self.end_headers()

    def _send(self, status: HTTPStatus, body: bytes, kind: str, more: Mapping[str, str] | None = None) -> None:
        self._head(status, kind, {"Content-Length": str(len(body)), **(more or {})})
        if self.command != "HEAD":
            self.wfile.write(body)

    def _say(self, status: HTTPStatus, text: str) -> None:
        self._send(status, f"{text}\n".encode("utf-8", "replace"), "text/plain")

    def _json(self, status: HTTPStatus, value: object) -> None:
        self._send(status, json.dumps(value).encode(), "application/json")

    def _fail(self, status: HTTPStatus, error: FabulaError, **more: object) -> None:
        self._json(status, {"error": str(error), **more})

    # --- requests
    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if not self._is_ours():
            return self._say(HTTPStatus.FORBIDDEN, "This reader answers to 127.0.0.1 alone.")
        key = parse_qs(parts.query).get("key", [""])[0]
        if key:
            return self._admit(key)
        if not self._is_known():
            return self._say(HTTPStatus.FORBIDDEN, "Open the address that fabula open printed: it holds the key to this reader.")
        return self._page([p for p in parts.path.split("/") if p])

    do_HEAD = do_GET

    def _admit(self, key: str) -> None:
        """The browser of whoever has the secret gets the cookie, and an address without it."""
        if not compare_digest(key.encode("utf-8", "replace"), self.server.secret.encode()):
            return self._say(HTTPStatus.FORBIDDEN, "This key is of another run; open the address that fabula open printed.")
        cookie = f"{self.server.cookie_name}={self.server.cookie}; HttpOnly; SameSite=Strict; Path=/"
        return self._send(HTTPStatus.SEE_OTHER, b"", "text/plain", {"Location": "/", "Set-Cookie": cookie})

    def _page(self, path: list[str]) -> None:
        shelf = self.server.shelf
        match path:
            case [] if len(shelf.books) == 1:
                self._send(HTTPStatus.SEE_OTHER, b"", "text/plain", {"Location": f"/w/{next(iter(shelf.books))}/"})
            case []:
                listed = self.server.with_worlds(self.server.library.render)
                self._send(HTTPStatus.OK, listed.encode("utf-8", "replace"), "text/html")
            case ["compare"]:
                self._comparison(parse_qs(urlsplit(self.path).query).get("w", []))
            case ["assets", name] if name in _ASSETS:
                room, kind = _ASSETS[name]
                self._send(HTTPStatus.OK, files(room).joinpath("assets", name).read_bytes(), kind)
            case ["w", name] if (book := shelf.book(name)) is not None:
                self._book(book)
            case ["w", name, "state"] if (book := shelf.book(name)) is not None:
                self._state(book)
            case _:
                self._say(HTTPStatus.NOT_FOUND, "No such page.")

    def _comparison(self, names: list[str]) -> None:
        shelf = self.server.shelf
        books = [book for name in dict.fromkeys(names) if (book := shelf.book(name)) is not None]
        if not 2 <= len(books) <= MOST or len(books) != len(names):
            return self._say(HTTPStatus.NOT_FOUND, f"Two to {MOST} stories of the library can be compared.")
        try:
            page = self.server.with_worlds(lambda: render_comparison([shelf.take(b, keep=MOST) for b in books]))
        except FabulaError as error:
            return self._say(HTTPStatus.CONFLICT, str(error))
        return self._send(HTTPStatus.OK, page.encode("utf-8", "replace"), "text/html")

    def _book(self, book: Book) -> None:
        pieces = self.server.pieces(book)
        try:
            first = next(pieces)
            if self.server.state_of(book)["pending"]:
                book.working.start()
        except FabulaError as error:
            return self._say(HTTPStatus.CONFLICT, str(error))
        return self._stream(chain([first], pieces))

    def _stream(self, pieces: Iterator[bytes]) -> None:
        """A page in pieces, so that its first ones are read while the others are made."""
        self._head(HTTPStatus.OK, "text/html", {"Transfer-Encoding": "chunked"})
        if self.command == "HEAD":
            return
        try:
            for piece in pieces:
                self.wfile.write(b"%X\r\n%s\r\n" % (len(piece), piece))
            self.wfile.write(b"0\r\n\r\n")
        except FabulaError:  # too late for words: the browser sees that the page breaks off
            self.close_connection = True

    def _state(self, book: Book) -> None:
        try:
            self._json(HTTPStatus.OK, self.server.state_of(book))
        except FabulaError as error:
            self._fail(HTTPStatus.CONFLICT, error)

    def do_POST(self) -> None:
        path = [p for p in urlsplit(self.path).path.split("/") if p]
        if not (self._is_ours() and self._is_known() and self._is_our_page()):
            self.close_connection = True
            return self._say(HTTPStatus.FORBIDDEN, "Only this reader's own pages may ask for that.")
        asked = self._body()
        if asked is None:
            self.close_connection = True
            return self._say(HTTPStatus.BAD_REQUEST, "Not a request of ours.")
        match path:
            case ["w", name, action] if (book := self.server.shelf.book(name)) is not None and action in (*actions.ACTIONS, "edit"):
                return self._act(book, action, asked)
        return self._say(HTTPStatus.NOT_FOUND, "No such page.")

    def _body(self) -> dict[str, Any] | None:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > LONGEST_REQUEST:
            return None
        try:
            value = json.loads(self.rfile.read(int(length)))
        except ValueError:
            return None
        return value if isinstance(value, dict) else None

    def _act(self, book: Book, action: str, asked: dict[str, Any]) -> None:
        """Do what a page asks; what the user did wrong is told in words, a page that is out of date learns so."""

        def work() -> dict[str, Any]:
            version = str(asked.get("version", ""))
            if action != "edit":
                return actions.ACTIONS[action](self.server.shelf.take(book).require(version), asked)
            done = actions.correct(book.require(version, decided=asked.get("op") in actions.BY_NUMBER), asked)
            world = book.open()
            if world.pending:
                book.working.start()
            return done | {"version": str(book.version), "pending": world.pending, "last": _last(world)}

        try:
            self._json(HTTPStatus.OK, self.server.with_worlds(work))
        except Changed as error:
            self._fail(HTTPStatus.CONFLICT, error, version=error.version)
        except FabulaError as error:
            self._fail(HTTPStatus.UNPROCESSABLE_ENTITY, error)
