"""Scene breaks: lines of ornaments, and runs of blank lines where their number is unusual for the file."""

from __future__ import annotations

import re
from collections import Counter

from fabula.lexicons import words
from fabula.spans import Span
from fabula.text.blocks import Role
from fabula.text.sheet import Sheet

_MARKS = re.compile(
    r"[*•·⁂⁎⁑※~∼#=_+^§¤°¶†‡◊◆◇○●■□▪▫★☆✦✧✩✪✫✬✭✮✯✰❀❁❂❃❄❅❆❇❈❉❊❋❖❦❧♥♡♦♢♣♤♠❤☙☾☽☼♪♫⚜⸺⸻―–—\-.…,:;|/\\<>(){}\[\]xXoO0vVzZ&@%\s\u2600-\u27bf\U0001f300-\U0001faff\ufe0f\u200d]+"
)
_SOLID = re.compile(r"[*•·⁂⁎⁑※~∼#=_+^§¤°¶†‡◊◆◇○●■□▪▫★☆✦✧✩✪✫✬✭✮✯✰❀❁❂❃❄❅❆❇❈❉❊❋❖❦❧♥♡♦♢♣♤♠❤☙☾☽☼♪♫⚜⸺⸻―–—\-]")
_DASHES_OR_DOTS = re.compile(r"[\s.…]+|[\s]*[—–-][\s]*")
_LETTERS = re.compile(
    r"[\W_]*(?:[xX](?:[\W_]*[xX]){2,}|[oO0](?:[\W_]*[oO0]){2,}|(?:[xX][oO0]){2,}[xX]?|[xX]|[vV](?:[\W_]*[vV]){2,}|[zZ](?:[\W_]*[zZ]){2,})[\W_]*"
)
_EMOJI_ONLY = re.compile(r"[\s\u2600-\u27bf\U0001f300-\U0001faff\ufe0f\u200d]+")
_AROUND_WORDS = re.compile(r"[\W_]+|[\W_]+[xXoO]{1,3}[\W_]+")


def is_ornament(line: str) -> bool:
    """Whether a line (on one line, white space at its ends gone) is an ornament between scenes.

    >>> [is_ornament(s) for s in ("* * *", "~", "#", "oOo", "-x-X-x-", "⁂", "[scene break]", "-----")]
    [True, True, True, True, True, True, True, True]
    >>> [is_ornament(s) for s in ("...", "“—”", "?!", "I", "0", "ooh", "x", ":)", "<3", "100")]
    [False, False, False, False, False, False, False, False, False, False]
    """
    if not line or len(line) > 100:
        return False
    if not _MARKS.fullmatch(line):
        return not line[0].isalpha() and _AROUND_WORDS.sub(" ", line.lower()).strip() in words("headings", "break_words")
    if _EMOJI_ONLY.fullmatch(line) and not _SOLID.search(line):
        return False
    letters = [c for c in line if c.isalnum()]
    if letters:
        return _LETTERS.fullmatch(line) is not None and (len(letters) > 2 or (len(line) > 2 and not line[0].isalnum()))
    if _DASHES_OR_DOTS.fullmatch(line):
        return line.strip() in ("—", "–", "-") or line.count(".") > 4 or line == ". . ."
    if line in ("[...]", "[…]", "(...)", "<>"):
        return True
    return _SOLID.search(line) is not None or max(line.count("<") + line.count(">"), line.count("/"), line.count("%")) > 1


def mark_ornaments(sheet: Sheet) -> None:
    """Ornament lines become breaks; one that only underlines a heading is part of nothing."""
    for i, block in enumerate(sheet.blocks):
        if not sheet.is_open(i) or block.end - block.start > 100 or not is_ornament(sheet.line(i)):
            continue
        underlines = block.gap == 0 and i > 0 and len(set(sheet.line(i))) == 1 and sheet.line(i)[0] in "=-~" and sheet.size(i) > 3
        previous_is_short = i > 0 and sheet.size(i - 1) < 70 and sheet.blocks[i - 1].lines == 1
        sheet.roles[i] = Role.ASIDE if underlines and previous_is_short and sheet.gap_after(i) else Role.BREAK


def breaks_of(sheet: Sheet) -> tuple[Span, ...]:
    """Scene breaks in order: the range of the ornament, or of the white space where its blank lines are unusually many."""
    story = {Role.BODY, Role.APART}
    body = [i for i, role in enumerate(sheet.roles) if role in story]
    if not body:
        return ()
    out = [Span(b.start, b.end) for i, b in enumerate(sheet.blocks) if sheet.roles[i] is Role.BREAK and body[0] < i < body[-1]]
    wide = wide_gaps(sheet)
    pairs = (i for i in wide if sheet.roles[i] is Role.BODY and sheet.roles[i - 1] is Role.BODY)
    out += [
        Span(sheet.blocks[i - 1].end, sheet.blocks[i].start) for i in pairs if sheet.line(i - 1)[-1] != ":" and not _just_begun(sheet, i)
    ]
    return tuple(sorted(out))


def wide_gaps(sheet: Sheet) -> list[int]:
    """Blocks with more blank lines before them than is usual in the file, if such gaps are rare enough to mean something."""
    open_rows = (Role.BODY, Role.APART)
    pairs = [i for i in range(1, len(sheet)) if sheet.roles[i] in open_rows and sheet.roles[i - 1] in open_rows]
    if len(pairs) < 5:
        return []
    usual = Counter(sheet.blocks[i].gap for i in pairs).most_common(1)[0][0]
    wide = [i for i in pairs if sheet.blocks[i].gap > usual]
    return wide if len(wide) <= max(1, 0.15 * len(pairs)) else []


def _just_begun(sheet: Sheet, i: int) -> bool:
    """Whether only a line or two of the story stands between ``i`` and the heading or break before it."""
    size = 0
    for k in range(i - 1, max(-1, i - 4), -1):
        if sheet.roles[k] not in (Role.BODY, Role.APART):
            return True
        size += sheet.size(k)
        if size > 160:
            return False
    return i < 3


_INLINE = re.compile(r"(?<=\s)(?:\*\s?\*\s?\*(?:\s?\*)*|~{3,}|(?:~\s){2,}~|#{3,}|-{5,}|_{5,}|={3,}|⁂|[oO]0?[oO]{2,}|[xX]{3}|~\*~)(?=\s)")


def inline_ornaments(text: str, span: Span) -> list[Span]:
    """Ornaments inside a paragraph: where a text lost its line breaks, they are all that is left of its scene breaks."""
    return [Span(*m.span()) for m in _INLINE.finditer(text, span.start, span.end)]
