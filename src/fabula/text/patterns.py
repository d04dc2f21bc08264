"""Regular expressions built once from the lexicons of paratext."""

from __future__ import annotations

import re
from functools import cache

from fabula.lexicons import sections, table, words


def _choice(entries: frozenset[str]) -> str:
    return "|".join(sorted((re.escape(e).replace("'", "['’]") for e in entries), key=len, reverse=True))


@cache
def note_opener(*, edge: bool) -> re.Pattern[str]:
    """An author's note opening: "A/N:", "Author's note -", "(AN: …". ``edge``: also words that are notes only at a story's edge.

    >>> [bool(note_opener(edge=False).match(s)) for s in ("A/N 2: done", "**Author's Note:** hi", "Notes: none", "An: apple", "An old man")]
    [True, True, False, False, False]
    """
    anywhere = words("paratext", "note_anywhere")
    plain = _choice(anywhere - {"an"})
    more = "|" + _choice(words("paratext", "note_edge")) if edge else ""
    head = rf"[^\w\"“”'‘’«»—–]*_*(?:(?i:{plain}{more})(?:\s?#?\d{{1,3}})?|AN)[*_\]]*"
    return re.compile(head + r"\s*(?:[:;)]|[-–—]+\s|$)")


@cache
def inline_note() -> re.Pattern[str]:
    """A note in brackets or after the end of a sentence, inside a paragraph."""
    plain = _choice(words("paratext", "note_anywhere") - {"an", "ooc"})
    return re.compile(
        rf"(?P<bracket>[(\[])\s*(?:(?i:{plain})|AN)\s*[:;-][^()\[\]]*[)\]]|(?<=[.!?…\"”*~\s])(?<!\w)(?:(?i:{plain})|AN)(?:\s?\d)?\s?:"
    )


@cache
def talk() -> re.Pattern[str]:
    """Words of an author to the readers."""
    return re.compile(rf"(?<!\w)(?:{_choice(words('paratext', 'note_talk'))})(?!\w)", re.I)


@cache
def meta_keys() -> dict[str, str]:
    """Keys of header lines, each with what Fabula takes from it (title, author, language, or nothing)."""
    return {row[0]: row[1] if len(row) > 1 else "" for row in table("paratext", "meta")}


META_LINE = re.compile(r"[*_~\-\s]*(?P<key>[A-Za-z][A-Za-z'’ ]{0,30}?)[*_]*\s?:[*_]*\s*(?P<value>\S.*)?$")


@cache
def any_of(section: str) -> re.Pattern[str]:
    """A section of regular expressions as one."""
    return re.compile("|".join(sections("paratext")[section]), re.I)
