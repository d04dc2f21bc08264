"""Headings: what a line says of itself. Whether a bare number is a chapter is decided from the whole file, in ``chapters``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from fabula.lexicons import table, words
from fabula.text.blocks import Role
from fabula.text.numbers import number
from fabula.text.sheet import undecorated, word_count

MAX_HEADING = 120
_NUMBER = r"(?:\d{1,4}|[ivxlcIVXLC]{1,8}|[A-Za-z]+(?:[ -](?:and[ -])?[A-Za-z]+){0,3}?)"
_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-Þ0-9]")
_LETTER = re.compile(r"[^\W\d_]")
_QUOTES = '"“”«»„'


@dataclass(frozen=True, slots=True)
class Heading:
    """A line read as a heading. ``series`` names the way it is numbered; ``keyed``: it has a word such as "Chapter"."""

    role: Role
    series: str
    number: int | None = None
    title: str = ""
    keyed: bool = True


@cache
def _keyed() -> tuple[re.Pattern[str], re.Pattern[str], dict[str, Role]]:
    roles = {
        w: role
        for name, role in (("part", Role.PART), ("chapter", Role.CHAPTER), ("section", Role.SECTION))
        for w in words("headings", name)
    }
    keys = "|".join(sorted(map(re.escape, roles), key=len, reverse=True))
    before = re.compile(
        rf"(?P<the>the )?(?P<key>{keys})\b\.?\s*(?:no\.?|number|the|#)?\s*(?P<number>{_NUMBER})(?:\s*(?:of|/)\s*{_NUMBER})?"
        rf"(?:$|(?P<sep>\s*[.:;,)\]—–]+\s*|\s+-+\s*|\s*--+\s*|\s+)(?P<title>.*)$)",
        re.I,
    )
    after = re.compile(rf"(?:the )?(?P<number>[A-Za-z]+(?:-[A-Za-z]+)?) (?P<key>{keys})(?:$|(?P<sep>\s*[.:—–-]+\s*)(?P<title>.*)$)", re.I)
    return before, after, roles


_NUMBERED = re.compile(rf"\(?(?P<number>{_NUMBER})(?:$|(?P<sep>\s*[.:)\]—–]+|\s+-+|\s*--+)(?:$|\s*(?P<title>\S.*)$))")
_LOOSE = re.compile(r"(?P<number>\d{1,3}|[IVXLC]+)\s+(?P<title>\S.*)$")


def is_title_like(line: str) -> bool:
    """Whether a short line is set as a title: capitals, or every word of weight with one, and no sentence's end.

    >>> is_title_like("The Boy Who Lived"), is_title_like("DOWN THE RABBIT-HOLE."), is_title_like("He went home."), is_title_like("No")
    (True, True, False, True)
    """
    if not line or len(line) > MAX_HEADING or line[-1] in ",;" or word_count(line) > 14:
        return False
    if line.isupper():
        return True
    if line[-1] in ".…" and not line.endswith("etc."):
        return False
    small = words("headings", "small")
    heavy = [w for w in re.split(r"[\s—–]+|--+", re.sub(r"[^\w\s'’—–-]", "", line)) if w and w.lower() not in small]
    return (
        bool(heavy)
        and _CAPITAL.match(line.lstrip("\"“‘'*_([¿¡")) is not None
        and sum(bool(_CAPITAL.match(w)) for w in heavy) >= 0.8 * len(heavy)
    )


def _title_ok(title: str, separator: str) -> bool:
    title = title.strip()
    if not title:
        return True
    if len(title) > MAX_HEADING or word_count(title) > 16 or not _LETTER.search(title):
        return False
    if separator.strip() == ",":
        return is_title_like(title) and word_count(title) > 1
    if separator.strip():
        return _CAPITAL.match(title.lstrip("\"“‘'*_([.…")) is not None and title[-1] not in ",;"
    return is_title_like(title) or title[0] in "\"“‘'([*_"


def keyed_heading(line: str) -> Heading | None:
    """``line`` as a heading with a word and a number, or with a word that is a heading by itself.

    >>> keyed_heading("CHAPTER XII. The Sea").number, keyed_heading("Part of me wanted to go"), keyed_heading("Epilogue").role
    (12, None, <Role.CHAPTER: 'chapter'>)
    """
    if len(line) > MAX_HEADING or not line:
        return None
    before, after, roles = _keyed()
    for pattern in (before, after):
        if (match := pattern.match(line)) and (value := number(match["number"])) is not None:
            title, separator = match["title"] or "", match["sep"] or ""
            small = line[0].islower() and bool(title)
            if small or not _title_ok(title, separator):
                continue
            key = match["key"].lower()
            return Heading(roles[key], key, value, title.strip())
    return _unnumbered(line)


@cache
def _names() -> dict[str, Role]:
    to_role = {"chapter": Role.CHAPTER, "front": Role.FRONT, "back": Role.BACK}
    return {name: to_role[rank] for name, rank in table("headings", "unnumbered")}


def _unnumbered(line: str) -> Heading | None:
    head, separator, title = (*re.split(r"(\s*[:.—–-]\s*)", line, maxsplit=1), "", "")[:3]
    role = _names().get(head.lower().replace("’", "'"))
    if role is None or not line[0].isupper():
        return None
    if separator.strip() in (":", "—", "–", "-") and title and role is not Role.CHAPTER:
        return None
    return Heading(role, head.lower(), None, title.strip()) if _title_ok(title, separator) else None


def numbered_heading(line: str, *, loose: bool = False) -> Heading | None:
    """``line`` as a bare number or a number and a title: "IV", "12.", "Three", "II. The Sea"; if ``loose`` also "II The Sea".

    >>> numbered_heading("IV").number, numbered_heading("2. The Sea").title, numbered_heading("I went home."), numbered_heading("One day")
    (4, 'The Sea', None, None)
    """
    if not line or len(line) > MAX_HEADING or line[0] in _QUOTES:
        return None
    match = _NUMBERED.match(line)
    if (
        loose
        and (match is None or number(match["number"]) is None)
        and (found := _LOOSE.match(line))
        and (value := number(found["number"]))
        and is_title_like(found["title"])
    ):
        return Heading(Role.CHAPTER, "arabic title" if found["number"].isdigit() else "roman title", value, found["title"], keyed=False)
    if match is None or (value := number(match["number"])) is None:
        return None
    word, title = match["number"], (match["title"] or "").strip()
    if title and (not is_title_like(title) or len(title) < 3 or not (match["sep"] or "").strip() or title[0].islower()):
        return None
    if word.isdigit():
        series = "arabic"
    elif set(word.lower()) <= set("ivxlc"):
        if not (word.isupper() or word.islower()) or (word.islower() and title):
            return None
        series = "roman" if word.isupper() else "small roman"
    else:
        if not word[0].isupper():
            return None
        series = "word"
    return Heading(Role.CHAPTER, series + (" title" if title else ""), value, title, keyed=False)


@cache
def _point_of_view() -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, words("headings", "point_of_view")), key=len, reverse=True))
    return re.compile(rf"(?:(?P<who>[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){{0,2}}) ?(?i:{names})|(?i:{names})\s*[:-]\s*\S.{{0,30}})\W*$")


def is_point_of_view(line: str) -> bool:
    """Whether a line only says whose point of view follows.

    >>> is_point_of_view("Ann's POV"), is_point_of_view("POV: Tom"), is_point_of_view("She saw his point of view.")
    (True, True, False)
    """
    if len(line) > 50 or (match := _point_of_view().match(line)) is None or word_count(line) > 6:
        return False
    return match["who"] is None or match["who"].split()[0].lower() not in ("his", "her", "their", "my", "your", "the", "she", "he")


def stands_alone(line: str, *, after_blank: bool) -> bool:
    """Whether a line is a block of its own even without blank lines around it."""
    if len(line) > 90:
        return False
    bare = undecorated(line)
    found = keyed_heading(bare)
    if found is None:
        return False
    return after_blank or not found.title or bare.isupper()
