"""The lines by which one knows a letter: its salutation and its close."""

from __future__ import annotations

import re
from functools import cache

from fabula.lexicons import words


@cache
def salutation() -> re.Pattern[str]:
    """A salutation at the start of a paragraph; ``whole`` where it stands alone on its line, ``inline`` where the letter goes on."""

    def choice(section: str) -> str:
        return "|".join(re.escape(w) for w in sorted(words("frames", section), key=len, reverse=True))

    name = r"(?:[\w.'’&-]+ ?){1,5}?"
    spoken = rf"(?:{choice('informal_greeting')}) (?P<n2>{name})"
    whole = rf"(?:(?i:{choice('greeting')}) (?P<n1>{name})|{spoken}|(?i:{choice('formal_greeting')}))[,:!.;—–-]*"
    inline = rf"(?:(?:{choice('greeting')}) (?P<n3>[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){{0,3}}))[,:!—–-]+"
    return re.compile(rf"(?:(?P<whole>{whole})[*_]*[ \t]*(?:\r?\n|\Z)|(?P<inline>{inline})\s)")


@cache
def closing() -> re.Pattern[str]:
    """How the close of a letter begins (``Yours``, ``With love``)."""
    choice = "|".join(re.escape(w) for w in sorted(words("frames", "closing"), key=len, reverse=True))
    return re.compile(rf"(?:{choice})\b", re.I)
