"""A reader on a free port, and requests to it as a browser would make them, or as an intruder would."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

from fabula import api
from fabula.web.server import HOST, ReaderServer
from fabula.web.shelf import Shelf

STORY = (
    "THE FERRY\n\nRuth sat down beside Paul. Ruth was tired. Paul looked at the fire.\n\n"
    '"Where were you?"\n\n"Out."\n\n"Out where?"\n\n"Just out."\n\n"All night?"\n\n"All night," said Paul.\n\n'
    "The fire had gone out. Ruth looked up. She was Paul's sister, and she had promised to wait for him.\n\n***\n\n"
    "In the morning Ruth went down to the harbour. Ida was there. Ida waved to her.\n\n"
    '"Will he come?" asked Ida.\n\n"He will," said Ruth.\n'
)


def read_to(folder: Path, name: str = "ferry", text: str = STORY) -> Path:
    """The World file of a story read in a folder."""
    story = folder / f"{name}.txt"
    story.write_text(text, encoding="utf-8")
    api.read(story)
    return api.world_path(story)


@contextmanager
def running(shelf: Shelf) -> Iterator[ReaderServer]:
    """A server in a thread of its own; ended in the end."""
    server = ReaderServer(shelf)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        for book in shelf.books.values():
            book.close()


class Browser:
    """Asks a server; ``headers`` of a call replace those of a good browser, None leaves one out."""

    def __init__(self, server: ReaderServer) -> None:
        self.server = server
        self.cookie = ""

    def _send(self, method: str, path: str, body: bytes | None, headers: dict[str, str | None]) -> tuple[HTTPResponse, bytes]:
        connection = HTTPConnection(HOST, self.server.port, timeout=60)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            every: dict[str, str | None] = {"Host": f"{HOST}:{self.server.port}", "Cookie": self.cookie or None, **headers}
            if body is not None and "Content-Length" not in every:
                every["Content-Length"] = str(len(body))
            for name, value in every.items():
                if value is not None:
                    connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            return answer, answer.read()
        finally:
            connection.close()

    def get(self, path: str, **headers: str | None) -> tuple[int, str]:
        answer, body = self._send("GET", path, None, headers)
        return answer.status, body.decode()

    def headers(self, path: str) -> dict[str, str]:
        return dict(self._send("GET", path, None, {})[0].getheaders())

    def enter(self) -> None:
        """Open the address that the program prints."""
        answer, _ = self._send("GET", self.server.address.split(str(self.server.port), 1)[1], None, {})
        assert answer.status == 303
        self.cookie = str(answer.getheader("Set-Cookie")).split(";")[0]

    def post(self, path: str, value: object, **headers: str | None) -> tuple[int, Any]:
        good: dict[str, str | None] = {
            "Content-Type": "application/json", "X-Fabula": self.server.csrf, "Origin": f"http://{HOST}:{self.server.port}",
        }  # fmt: skip
        answer, body = self._send("POST", path, json.dumps(value).encode(), {**good, **headers})
        return answer.status, json.loads(body) if answer.getheader("Content-Type", "").startswith("application/json") else body.decode()

    def settled(self, name: str = "ferry") -> dict[str, Any]:
        """The state of a book once its corrections are worked in."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            state: dict[str, Any] = json.loads(self.get(f"/w/{name}/state")[1])
            if state["working"] is None and not state["pending"]:
                return state
            time.sleep(0.05)
        raise AssertionError(f"still at work: {state}")

    def version(self, name: str = "ferry") -> str:
        found = re.search(r'"version":"([\w-]+)"', self.get(f"/w/{name}/")[1])
        assert found is not None
        return found.group(1)
