"""Corrections at work: one process decides a book's World anew, and the pages are told how far it is and what it changed."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Json = dict[str, Any]
_MOST_CHANGES = 200


@dataclass(slots=True)
class Working:
    """The process of one book, if there is one now. All of it may be asked from any thread."""

    path: Path
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _process: subprocess.Popen[str] | None = None
    _again: bool = False
    _stage: Json | None = None
    _outcome: Json | None = None
    _ended: bool = False

    def start(self) -> None:
        """Decide anew; where that is being done already, once more after it if it is needed then."""
        with self._lock:
            if self._ended:
                return
            if self._process is not None:
                self._again = True
                return
            self._outcome = None
            self._begin()

    def _begin(self) -> None:
        command = [sys.executable, "-P", "-m", "fabula.web.deciding", str(self.path)]
        self._again, self._stage = False, {}
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8")
        threading.Thread(target=self._follow, args=(self._process,), name="corrections", daemon=True).start()

    def _follow(self, process: subprocess.Popen[str]) -> None:
        """Take down what the process says until it ends."""
        assert process.stdout is not None
        outcome: Json = {"error": "the corrections are kept but could not be worked in; fabula read works them in"}
        with process.stdout as lines:
            for said in map(_said, lines):
                if "stage" in said:
                    with self._lock:
                        self._stage = said
                elif said:
                    outcome = said
        process.wait()
        with self._lock:
            self._process = self._stage = None
            self._outcome = _joined(self._outcome, outcome)
            if self._again and not self._ended:
                self._begin()

    @property
    def state(self) -> Json:
        """``working``: the stage that runs, or None; ``outcome``: what came of the last time, or None."""
        with self._lock:
            return {"working": self._stage, "outcome": None if self._process is not None else self._outcome}

    def end(self) -> None:
        """Break off: whole stages are kept, and whoever reads or corrects the story next goes on from there."""
        with self._lock:
            self._ended = True
            process = self._process
        if process is not None:
            process.terminate()
            process.wait()


def _said(line: str) -> Json:
    """A line of the process; nothing where its end cut it off."""
    try:
        said = json.loads(line)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _joined(before: Json | None, after: Json) -> Json:
    """What two runs in a row changed: the later one has the last word on every place."""
    if "changed" not in after:
        return after
    old = (before or {}).get("changed", {})
    changed = dict(after["changed"])
    for kind in ("quotes", "mentions"):
        rows = {(c["start"], c["end"]): c for c in old.get(kind, ())}
        for c in changed[kind]:
            first = rows.get((c["start"], c["end"]), c)
            rows[c["start"], c["end"]] = {**c, "before": first["before"]}
        found = sorted((c for c in rows.values() if c["before"] != c["after"]), key=lambda c: c["start"])
        changed[kind], changed[f"{kind}_count"] = found[:_MOST_CHANGES], len(found)
    return {**after, "changed": changed, "names": {**(before or {}).get("names", {}), **after["names"]}}
