"""Full-text search over paragraphs (SQLite FTS5). The index holds no text of its own: hits are positions in the manuscript."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass

from fabula.layers import ParagraphKind
from fabula.spans import Span
from fabula.text.manuscript import Manuscript

CREATE = "CREATE VIRTUAL TABLE paragraph_index USING fts5(text, content='', tokenize='porter unicode61 remove_diacritics 2')"
_TERM = re.compile(r'"([^"]+)"|(\w+)')
_SURROGATE = re.compile("[\ud800-\udfff\0]")


@dataclass(frozen=True, slots=True)
class Hit:
    """A paragraph found: its row, its range, and a score (higher is better; comparable within one search only)."""

    paragraph: int
    start: int
    end: int
    score: float

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


def fill(connection: sqlite3.Connection, manuscript: Manuscript) -> None:
    """Index every paragraph but ornaments under its row number."""
    rows = manuscript.paragraphs
    spans = zip(rows.start.tolist(), rows.end.tolist(), rows.kind.tolist(), strict=True)
    connection.executemany(
        "INSERT INTO paragraph_index(rowid, text) VALUES (?, ?)",
        ((i, _SURROGATE.sub("\ufffd", manuscript.text[s:e])) for i, (s, e, kind) in enumerate(spans) if kind != ParagraphKind.BREAK),
    )


def expression(text: str) -> str:
    """What the user typed as a safe FTS5 expression: any of the words, phrases in double quotes kept together.

    >>> expression('the "old house" AND a-b')
    '"the" OR "old house" OR "AND" OR "a" OR "b"'
    """
    terms = (_SURROGATE.sub(" ", phrase or word).strip() for phrase, word in _TERM.findall(text))
    return " OR ".join(f'"{term}"' for term in terms if re.search(r"\w", term))


def query(connection: sqlite3.Connection, manuscript: Manuscript, text: str, limit: int) -> tuple[Hit, ...]:
    """The best paragraphs for the words of ``text``, best first; none where it holds no word."""
    match = expression(text)
    if not match:
        return ()
    found = connection.execute(
        "SELECT rowid, bm25(paragraph_index) FROM paragraph_index WHERE paragraph_index MATCH ? ORDER BY 2, 1 LIMIT ?", (match, limit)
    )
    starts, ends = manuscript.paragraphs.start, manuscript.paragraphs.end
    return tuple(Hit(row, int(starts[row]), int(ends[row]), -score) for row, score in found)


def memory_index(manuscript: Manuscript) -> sqlite3.Connection:
    """An index in memory, for a World that has no file."""
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    connection.execute(CREATE)
    fill(connection, manuscript)
    return connection
