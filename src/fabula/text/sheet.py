"""The working table of the structure step: blocks with the role each has so far."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from fabula.text.blocks import BLANK, Block, Draft, Role

_SPACES = re.compile(r"[\s\u200b\u2060\ufeff\u00ad]+")
_PAIRED = dict(zip("*_~#=-–—•·.|[{<+^:", "*_~#=-–—•·.|]}>+^:", strict=True))
_HASHES = re.compile(r"#{1,6}\s+")
_TAGS = re.compile(r"</?(?:b|i|em|strong|u|center|p|h[1-6]|div|span|br)(?:\s[^<>]*)?/?>", re.I)
_WORD = re.compile(r"\w+(?:['’]\w+)?")


def collapse(text: str) -> str:
    """The text on one line."""
    return _SPACES.sub(" ", text).strip(BLANK)


def undecorated(line: str) -> str:
    """A line without the ornaments on both its sides and the hashes of Markdown.

    >>> undecorated("~*~ Chapter 2 ~*~"), undecorated("[ 1 ]"), undecorated("## Two"), undecorated("— I —"), undecorated("— I go.")
    ('Chapter 2', '1', 'Two', 'I', '— I go.')
    """
    line = _TAGS.sub("", _HASHES.sub("", line)).strip(BLANK) or line
    while len(line) > 2 and line[0] in _PAIRED:
        last = line[-1]
        if last != _PAIRED[line[0]] and not (last in "*_~-=•·#" and line[0] in "*_~-=•·#"):
            break
        line = line[1:-1].strip(BLANK) or line[1]
    return line


class Sheet:
    """Blocks and their roles; every pass of the structure step reads it and fills in what it knows."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.text = draft.text
        self.blocks: Sequence[Block] = draft.blocks
        self.roles: list[Role] = [b.role or Role.BODY for b in draft.blocks]
        self.fixed = [b.role is not None for b in draft.blocks]
        self._lines: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self.blocks)

    def line(self, i: int) -> str:
        """Block ``i`` on one line."""
        if i not in self._lines:
            block = self.blocks[i]
            self._lines[i] = collapse(self.text[block.start : block.end])
        return self._lines[i]

    def bare(self, i: int) -> str:
        """Block ``i`` on one line, ornaments at its sides taken off."""
        return undecorated(self.line(i))

    def size(self, i: int) -> int:
        return self.blocks[i].end - self.blocks[i].start

    def is_open(self, i: int) -> bool:
        """Whether nothing is known of block ``i`` yet."""
        return self.roles[i] is Role.BODY and not self.fixed[i]

    def set(self, rows: Iterable[int], role: Role) -> None:
        for i in rows:
            self.roles[i] = role

    def gap_after(self, i: int) -> int:
        return self.blocks[i + 1].gap if i + 1 < len(self.blocks) else 9


def word_count(line: str) -> int:
    return len(_WORD.findall(line))
