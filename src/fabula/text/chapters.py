"""Headings decided from the whole file: numbers that count on, lists of contents, subtitles, parts and chapters."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from statistics import median

from fabula.lexicons import words
from fabula.text.blocks import Role
from fabula.text.headings import Heading, is_point_of_view, is_title_like, keyed_heading, numbered_heading
from fabula.text.manuscript import Chapter
from fabula.text.sheet import Sheet, collapse, word_count

_NEAR = 160
"""Characters between entries of a list; chapters are further apart."""


def mark_headings(sheet: Sheet) -> None:
    """Chapter, part and section headings, their further lines, and lists of contents."""
    found = _candidates(sheet)
    _mark_contents(sheet, found)
    _mark_levels(sheet, found)
    _mark_keyed(sheet, found)
    _mark_numbered(sheet, found)
    _mark_set_titles(sheet)
    _mark_worded_breaks(sheet)
    _mark_names(sheet)
    _mark_subtitles(sheet)


def _candidates(sheet: Sheet) -> dict[int, Heading]:
    found = {}
    for i, block in enumerate(sheet.blocks):
        if not sheet.is_open(i) or block.end - block.start > 200 or block.lines > 3:
            continue
        bare = sheet.bare(i)
        if is_point_of_view(bare):
            sheet.roles[i] = Role.SECTION
        elif (heading := keyed_heading(bare) or numbered_heading(bare, loose=block.indent > 7 or block.gap > 2)) is not None:
            found[i] = heading
    return found


def _distance(sheet: Sheet, a: int, b: int) -> int:
    """Characters of running text between two blocks."""
    return sum(sheet.size(k) for k in range(a + 1, b)) if b - a < 40 else _NEAR * 10


def _runs(sheet: Sheet, rows: list[int]) -> list[list[int]]:
    """Rows in runs whose members stand close together."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and _distance(sheet, runs[-1][-1], row) < _NEAR and row - runs[-1][-1] < 4:
            runs[-1].append(row)
        else:
            runs.append([row])
    return runs


def _mark_contents(sheet: Sheet, found: dict[int, Heading]) -> None:
    """Lists of contents: a heading that says so and the short lines after it, or headings one upon the other."""
    for i in range(min(len(sheet), 200)):
        if sheet.is_open(i) and sheet.bare(i).lower().rstrip(".:") in words("headings", "contents"):
            last = _end_of_contents(sheet, i, found)
            if last > i:
                _drop(sheet, found, range(i, last + 1), Role.FRONT)
    for run in _runs(sheet, sorted(found)):
        if len(run) > 3 or (len(run) == 3 and _counts_on([found[i] for i in run])):
            # Part, chapter and subtitle may stand close together; three of one series do not.
            same = [i for i in run if found[i].series == found[run[-1]].series]
            if len(same) > 2:
                early = run[-1] < len(sheet) * 0.2 and _comes_again(sheet, run, found)
                keep_last = found[run[-1]].number == 1 and len(run) > 3
                _drop(sheet, found, range(run[0], run[-1] + (not keep_last)), Role.FRONT if early else None)


def _counts_on(headings: list[Heading]) -> bool:
    return all(a.number and b.number == a.number + 1 and a.series == b.series for a, b in pairwise(headings))


def _comes_again(sheet: Sheet, run: list[int], found: dict[int, Heading]) -> bool:
    first = found[run[0]]
    return any(i > run[-1] and h.series.split()[0] == first.series.split()[0] and h.number == first.number for i, h in found.items())


def _end_of_contents(sheet: Sheet, head: int, found: dict[int, Heading]) -> int:
    """The last block of the contents that ``head`` opens."""
    seen: set[str] = set()
    last = head
    for i in range(head + 1, min(len(sheet), head + 400)):
        key = sheet.bare(i).lower()
        block = sheet.blocks[i]
        prose = block.lines == 1 and sheet.size(i) > 160
        again = key in seen or (i in found and _repeats(found, head, i))
        if again or prose or (block.lines > 1 and not _is_list(sheet, i)):
            break
        if sheet.size(i) > 90 and sheet.line(i)[-1] in '.!?”"':
            break
        seen.add(key)
        last = i
    return last if last - head < 400 else head


def _repeats(found: dict[int, Heading], head: int, i: int) -> bool:
    new = found[i]
    return any(head < k < i and h.series.split()[0] == new.series.split()[0] and h.number == new.number and h.number is not None
               and h.role is not Role.SECTION and (new.number == 1 and h.role is new.role) for k, h in found.items())  # fmt: skip


def _is_list(sheet: Sheet, i: int) -> bool:
    block = sheet.blocks[i]
    lines = [collapse(x) for x in sheet.text[block.start : block.end].splitlines()]
    entries = sum(
        1 for x in lines if keyed_heading(x) or numbered_heading(x) or re.search(r"(?:\.\s?){3,}|\s\d{1,3}$", x) or is_title_like(x)
    )
    return entries > 0.6 * len(lines)


def _drop(sheet: Sheet, found: dict[int, Heading], rows: range, role: Role | None) -> None:
    for i in rows:
        found.pop(i, None)
        if role is not None and sheet.is_open(i):
            sheet.roles[i] = role


def _mark_levels(sheet: Sheet, found: dict[int, Heading]) -> None:
    """Headings by their tags: the level of the chapters is that of the headings with "Chapter", else the first that occurs twice."""
    tagged = [i for i, b in enumerate(sheet.blocks) if b.level and sheet.is_open(i) and b.end - b.start < 300]
    if not tagged:
        return
    levels = Counter(sheet.blocks[i].level for i in tagged)
    keyed = Counter(sheet.blocks[i].level for i in tagged if i in found and found[i].role is Role.CHAPTER)
    common = min((n for n, count in levels.items() if count > 1), default=None)
    chapter = keyed.most_common(1)[0][0] if keyed else common
    for i in tagged:
        level = sheet.blocks[i].level
        first = i == tagged[0] and i not in found and (levels[level] == 1 or chapter is None or i + 1 in tagged) and _is_at_top(sheet, i)
        if first and not (chapter == level and _is_body(sheet, i + 1)):
            sheet.roles[i] = Role.TITLE
        elif i in found and found[i].keyed:
            continue
        elif chapter is None:
            sheet.roles[i] = Role.CHAPTER if i in found else Role.SECTION
        elif i - 1 in tagged and _is_head(sheet, i - 1, found) and level > sheet.blocks[i - 1].level:
            sheet.roles[i] = Role.SUBTITLE
        else:
            sheet.roles[i] = Role.CHAPTER if level == chapter else Role.SECTION if level > chapter else Role.PART
        found.pop(i, None)


def _is_head(sheet: Sheet, i: int, found: dict[int, Heading]) -> bool:
    return sheet.roles[i] in (Role.CHAPTER, Role.SUBTITLE) or (i in found and found[i].role is Role.CHAPTER)


def _is_at_top(sheet: Sheet, i: int) -> bool:
    return sum(sheet.size(k) for k in range(i) if sheet.roles[k] is Role.BODY) < 400


def _is_body(sheet: Sheet, i: int) -> bool:
    return i < len(sheet) and sheet.is_open(i) and not sheet.blocks[i].level and sheet.size(i) > 200


def _mark_keyed(sheet: Sheet, found: dict[int, Heading]) -> None:
    keyed = {i: h for i, h in found.items() if h.keyed}
    for i in [i for i in keyed if i - 1 in keyed and keyed[i].number is None and keyed[i - 1].number and not keyed[i - 1].title]:
        keyed.pop(i)  # "Conclusion" as the title of the last chapter
    ranks = {h.role for h in keyed.values()}
    for i, heading in keyed.items():
        role = heading.role
        if (
            role is Role.SECTION
            and Role.CHAPTER not in ranks
            and Role.PART not in ranks
            and sum(h.role is role for h in keyed.values()) > 1
        ):
            role = Role.CHAPTER
        if role is Role.BACK and (after := _short_stretch(sheet, i, found)):
            sheet.set((k for k in after if sheet.is_open(k)), Role.BACK)
            continue
        sheet.roles[i] = Role.CHAPTER if role in (Role.FRONT, Role.BACK) else role


def _short_stretch(sheet: Sheet, i: int, found: dict[int, Heading]) -> range | None:
    """The blocks from heading ``i`` up to the next, if they are too few for a chapter and no chapter follows."""
    end = next((k for k in range(i + 1, len(sheet)) if k in found and found[k].role is Role.BACK), len(sheet))
    if any(k in found for k in range(i + 1, end)) or sum(sheet.size(k) for k in range(i, min(end, i + 200))) > 4000:
        return None
    return range(i, end)


def _mark_numbered(sheet: Sheet, found: dict[int, Heading]) -> None:
    """Bare numbers are headings where they count on from one, far enough apart."""
    has_chapters = any(h.keyed and h.number is not None and sheet.roles[i] is Role.CHAPTER for i, h in found.items())
    series = {h.series.removesuffix(" title") for h in found.values() if not h.keyed}
    for name in series:
        rows = [i for i in sorted(found) if not found[i].keyed and found[i].series.removesuffix(" title") == name]
        for run in _count_ups(sheet, rows, found):
            if _is_chapter_run(sheet, run):
                heads_only = len(run) > 1 and all(i + 1 in found and found[i + 1].series != found[i].series for i in run)
                sheet.set(run, Role.PART if heads_only else Role.SECTION if has_chapters else Role.CHAPTER)


def _count_ups(sheet: Sheet, rows: list[int], found: dict[int, Heading]) -> list[list[int]]:
    """Rows in runs that count on. Several may be open at a time: sections start anew in each chapter, a stray "I." ends nothing."""
    runs: list[list[int]] = []
    for i in rows:
        value = found[i].number or 0
        if _breaks_a_sentence(sheet, i):
            continue
        run = next(
            (r for r in reversed(runs[-4:]) if (found[r[-1]].number or 0) < value <= (found[r[-1]].number or 0) + 1 + (len(r) > 2)), None
        )
        if value == 1 or (value == 2 and run is None and _in_new_chapter(sheet, i, rows)):
            runs.append([i])
        elif run is not None:
            run.append(i)
            runs = [r for r in runs if r is not run] + [run]
        elif not runs and value <= 60 and i < 6:
            runs.append([i])  # an excerpt that starts at a later chapter
    return runs


def _in_new_chapter(sheet: Sheet, i: int, rows: list[int]) -> bool:
    """Whether no number stands between ``i`` and the chapter heading before it: the chapter's own heading stands for its first section."""
    before = max((r for r in rows if r < i), default=-1)
    return any(sheet.roles[k] is Role.CHAPTER for k in range(before + 1, i))


def _breaks_a_sentence(sheet: Sheet, i: int) -> bool:
    """Whether a number stands inside a sentence, as a page number does."""
    if not 0 < i < len(sheet) - 1 or sheet.roles[i - 1] is not Role.BODY:
        return False
    return sheet.line(i - 1)[-1:].isalpha() and sheet.line(i + 1)[:1].islower()


def _is_chapter_run(sheet: Sheet, run: list[int]) -> bool:
    if len(run) == 1:
        return _opens_story(sheet, run[0]) and sheet.gap_after(run[0]) > 0
    gaps = [sum(sheet.size(k) for k in range(a + 1, min(b, a + 60))) for a, b in pairwise(run)]
    whole = len(sheet.text) or 1
    local = sheet.blocks[run[-1]].end - sheet.blocks[run[0]].start < 0.15 * whole and whole > 20_000  # stanzas of a poem, points of a list
    bare = not any(c.isalpha() and c.islower() for i in run for c in sheet.bare(i))
    return median(gaps) > (900 if local else 120 if bare else 250)


def _opens_story(sheet: Sheet, i: int) -> bool:
    """Whether a single number stands before all of the story, or is the first section of a chapter."""
    if sheet.blocks[i].gap > 1 and _in_new_chapter(sheet, i, []):
        return True
    return i < 8 and all(sheet.roles[k] is not Role.BODY or (sheet.size(k) < 80 and sheet.line(k)[-1].isalnum()) for k in range(i))


def _mark_set_titles(sheet: Sheet) -> None:
    """Titles without number or keyword: capitals or title case between more blank lines than the file usually has."""
    rows = [i for i in range(len(sheet)) if sheet.is_open(i) and _is_set_title(sheet, i)]
    found = set(rows)
    rows = [i for i in rows if i - 1 not in found]
    if Role.CHAPTER in sheet.roles or Role.PART in sheet.roles:
        first = next(i for i, r in enumerate(sheet.roles) if r in (Role.CHAPTER, Role.PART))
        sheet.set((i for i in rows if i > first and sheet.line(i).isupper()), Role.SECTION)
        return
    far = [i for i, j in pairwise([*rows, len(sheet)]) if _distance(sheet, i, j) > 1200 or j - i > 12]
    if len(far) > 2:
        sheet.set(far, Role.CHAPTER)


_WORDED = re.compile(
    r"(?:[*~=#_+xXoO-]{2,}\s+|[*~=#+-]{3,}|(?:[*~=#+-]\s){2,})(?P<words>[^\W_].{0,60}?[\w.!?…)])(?:\s+[*~=#_+xXoO-]{2,}|[*~=#+-]{3,}|(?:\s[*~=#+-]){2,})"
)


def _mark_worded_breaks(sheet: Sheet) -> None:
    """ "*** Three weeks later ***": a heading inside the chapter."""
    for i, block in enumerate(sheet.blocks):
        if sheet.is_open(i) and block.lines == 1 and block.end - block.start < 90:
            match = _WORDED.fullmatch(sheet.line(i))
            if match and word_count(match["words"]) < 9:
                sheet.roles[i] = Role.SECTION


def _mark_names(sheet: Sheet) -> None:
    """Names alone on a line, in capitals or bold, that say whose part follows: at least two, and names the story uses."""
    found = []
    for i, block in enumerate(sheet.blocks):
        if not sheet.is_open(i) or block.lines > 1 or block.end - block.start > 30 or not 0 < i < len(sheet) - 1 or not block.gap:
            continue
        line, bare = sheet.line(i), sheet.bare(i)
        marked = bare.isupper() or line.startswith(("**", "__"))
        if marked and len(bare) > 2 and word_count(bare) < 3 and all(w.isalpha() for w in bare.split()) and sheet.gap_after(i):
            found.append((i, bare.title()))
    if len(found) < 2:
        return
    used = Counter(re.findall(r"\b[A-Z][a-z]+\b", sheet.text))
    rows = [i for i, name in found if all(used[w] > 2 for w in name.split())]
    if len(rows) > 1 and all(j - i > 2 for i, j in pairwise(rows)):
        sheet.set(rows, Role.SECTION)


def _is_set_title(sheet: Sheet, i: int) -> bool:
    block, line = sheet.blocks[i], sheet.line(i)
    gap = block.gap if i else 9
    if block.lines > 2 or len(line) > 70 or gap < 2 or sheet.gap_after(i) < 1 or line[0] in "\"“‘'«—–-([":
        return False
    letters = sum(c.isalpha() for c in line)
    if letters < 3 or (i and sheet.line(i - 1)[-1:] == ":"):
        return False
    return line.isupper() if gap == 2 or i == 0 else is_title_like(line) and line[-1] not in "!?.:"


def _mark_subtitles(sheet: Sheet) -> None:
    heads = [i for i, r in enumerate(sheet.roles) if r in (Role.CHAPTER, Role.PART) and not sheet.fixed[i]]
    with_title = [i for i in heads if _could_be_subtitle(sheet, i + 1, strict=True)]
    usual = len(with_title) > 0.5 * len(heads) and len(heads) > 2
    for i in heads:
        if _could_be_subtitle(sheet, i + 1, strict=not usual):
            sheet.roles[i + 1] = Role.SUBTITLE


def _could_be_subtitle(sheet: Sheet, i: int, *, strict: bool) -> bool:
    """Whether block ``i``, just after a heading, is its second line. ``strict``: it must be set as a title."""
    if i + 1 >= len(sheet) or not sheet.is_open(i) or (not sheet.is_open(i + 1) and sheet.roles[i + 1] is not Role.CHAPTER):
        return False
    block, line = sheet.blocks[i], sheet.line(i)
    head = sheet.bare(i - 1)
    before = keyed_heading(head) or numbered_heading(head)
    if before is not None and before.title and block.gap:
        return False
    if block.lines > 3 or len(line) > MAX_SUBTITLE or (sheet.gap_after(i) < 1 and block.gap):
        return False
    wide = sheet.gap_after(i) > max(1, block.gap)
    if line[0] in '"“«—–' and not (wide and line[-1] in '"”»' and is_title_like(line.strip('"“”«»'))):
        return False
    plain = line.rstrip(".") if block.gap == 0 or wide else line
    if is_title_like(plain) and (plain[-1] not in "!?" or not strict or wide or line.isupper()):
        return block.gap < 4
    return not strict and block.gap < 3 and line[-1] not in ",;:!?…" and word_count(line) < 14 and (line[-1] != "." or block.gap == 0)


MAX_SUBTITLE = 110


def chapters_of(sheet: Sheet) -> tuple[tuple[Chapter, ...], list[int]]:
    """The chapters, and for each block the chapter it lies in (-1 before the first). Parts alone are chapters."""
    roles = sheet.roles
    rank = Role.CHAPTER if Role.CHAPTER in roles else Role.PART
    starts = [i for i, r in enumerate(roles) if r is rank]
    if not starts:
        return (Chapter(0, len(sheet.text)),), [0] * len(sheet)
    firsts = [_with_part(sheet, i) for i in starts]
    parts = _parts(sheet)
    out = []
    for k, (first, head) in enumerate(zip(firsts, starts, strict=True)):
        end = sheet.blocks[firsts[k + 1]].start if k + 1 < len(firsts) else len(sheet.text)
        out.append(Chapter(sheet.blocks[first].start, end, _title(sheet, head), parts[head] if rank is Role.CHAPTER else None))
    inside = []
    k = -1
    for i in range(len(sheet)):
        while k + 1 < len(firsts) and i >= firsts[k + 1]:
            k += 1
        inside.append(k)
    return tuple(out), inside


def _with_part(sheet: Sheet, i: int) -> int:
    """The first block of the heading whose number stands in block ``i``: a part's heading just before belongs to it."""
    while i > 0 and sheet.roles[i] is Role.CHAPTER and sheet.roles[i - 1] in (Role.PART, Role.SUBTITLE):
        back = i - 1
        while back > 0 and sheet.roles[back] is Role.SUBTITLE:
            back -= 1
        if sheet.roles[back] is not Role.PART:
            break
        i = back
    return i


def _title(sheet: Sheet, i: int) -> str:
    lines = [sheet.bare(i)]
    while i + 1 < len(sheet) and sheet.roles[i + 1] is Role.SUBTITLE:
        i += 1
        lines.append(sheet.bare(i))
    out = lines[0]
    for line in lines[1:]:
        out += (" " if out[-1] in ".:;—–-!?" else ": ") + line
    return out


def _parts(sheet: Sheet) -> list[str | None]:
    """For each block the title of the part it lies in."""
    out: list[str | None] = []
    part = None
    for i, role in enumerate(sheet.roles):
        if role is Role.PART:
            part = _title(sheet, i)
        out.append(part)
    return out
