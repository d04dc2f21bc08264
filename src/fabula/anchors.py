"""Places of the text that are found again when the text has changed: a range is kept with its words and some of what stands around it.

The words are looked for as they are (white space may differ), then the place is chosen whose surroundings are most like those of old;
words that were changed themselves are found between what stood around them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from fabula.spans import Span

CONTEXT = 48  # code points kept on each side
LONGEST = 300  # code points of a range that are kept; the rest of a long speech is not needed to find it
LIKE = 0.6  # how much the surroundings (or changed words) must be like those of old, from 0 to 1
_FEWER = 24  # code points of surroundings that are looked for when the words themselves were changed
_TRIED = 200  # places of frequent words whose surroundings are compared, those nearest to the old place


@dataclass(frozen=True, slots=True)
class Anchor:
    """A range with its words and what stands before and after it. ``end - start`` may be more than the length of ``text``: see LONGEST."""

    start: int
    end: int
    text: str
    before: str
    after: str


def anchor_at(text: str, start: int, end: int) -> Anchor:
    """An anchor for ``[start, end)``.

    >>> anchor_at("Ann sat. She slept.", 9, 12)
    Anchor(start=9, end=12, text='She', before='Ann sat. ', after=' slept.')
    """
    kept = min(end, start + LONGEST)
    return Anchor(start, end, text[start:kept], text[max(start - CONTEXT, 0) : start], text[kept : kept + CONTEXT])


def find_anchors(text: str, anchors: Iterable[Anchor]) -> dict[Anchor, Span]:
    """Where the anchors stand in ``text`` now; those that are not found are left out.

    A place that stands out is found first; among places that look the same the one is taken that moved as its neighbours did.
    """
    found: dict[Anchor, Span] = {}
    open_: list[tuple[Anchor, list[int]]] = []
    for anchor in dict.fromkeys(anchors):
        start = anchor.start if _stands(text, anchor) else _moved(text, anchor)
        if start >= 0:
            found[anchor] = Span(start, start + anchor.end - anchor.start)
            continue
        places = _best_places(text, anchor)
        if len(places) == 1:
            found[anchor] = _range(text, anchor, places[0])
        elif places:
            open_.append((anchor, places))
        elif (changed := _between(text, anchor)) is not None:
            found[anchor] = changed
    moved = sorted((a.start, span.start - a.start) for a, span in found.items())
    for anchor, places in open_:
        expected = anchor.start + _shift(moved, anchor.start)
        found[anchor] = _range(text, anchor, min(places, key=lambda p: (abs(p - expected), p)))
    return found


def _stands(text: str, a: Anchor) -> bool:
    """Whether the anchor stands where it stood, with the same words around it."""
    kept = a.start + len(a.text)
    return (
        text.startswith(a.text, a.start)
        and text[max(a.start - CONTEXT, 0) : a.start] == a.before
        and text[kept : kept + CONTEXT] == a.after
        and a.end <= len(text)
    )


def _moved(text: str, a: Anchor) -> int:
    """Where the anchor stands now when the same words stand around it in just one place, else -1."""
    at = _only(text, a.before + a.text + a.after)
    return at + len(a.before) if at >= 0 and at + len(a.before) + a.end - a.start <= len(text) else -1


def _shift(moved: list[tuple[int, int]], at: int) -> int:
    """How far the found anchor nearest to ``at`` has moved."""
    if not moved:
        return 0
    i = bisect_left(moved, (at, 0))
    near = min((m for m in (*moved[max(i - 1, 0) : i], *moved[i : i + 1])), key=lambda m: abs(m[0] - at))
    return near[1]


def _pattern(a: Anchor) -> re.Pattern[str]:
    """The words of an anchor whatever white space stands between them; not inside longer words, unless they stood so."""
    inner = r"\s+".join(map(re.escape, a.text.split()))
    opens = r"(?<!\w)" if a.text[:1].isalnum() and not a.before[-1:].isalnum() else ""
    closes = r"(?!\w)" if a.text[-1:].isalnum() and not a.after[:1].isalnum() else ""
    return re.compile(opens + inner + closes)


def _best_places(text: str, a: Anchor) -> list[int]:
    """Starts of the places that have the words and surroundings most like those of old; several where they are equally like."""
    if not a.text.split():
        return []
    starts = sorted((m.start() for m in _pattern(a).finditer(text)), key=lambda s: abs(s - a.start))[:_TRIED]
    scored = [(_likeness(text, s, a), s) for s in starts]
    best = max((score for score, _ in scored), default=0.0)
    if best < LIKE:
        # long words that occur once need no surroundings
        return starts if len(starts) == 1 and len(a.text) >= _FEWER else []
    return [s for score, s in scored if score >= best - 0.02]


def _likeness(text: str, start: int, a: Anchor) -> float:
    """How much what stands around a place is like what stood around the anchor; the better side counts most."""
    end = _end(text, a, start)
    before = _alike(text[max(start - CONTEXT, 0) : start], a.before)
    after = _alike(text[end : end + CONTEXT], a.after)
    return 0.7 * max(before, after) + 0.3 * min(before, after)


def _alike(one: str, other: str) -> float:
    one, other = " ".join(one.split()), " ".join(other.split())
    return 1.0 if one == other else SequenceMatcher(None, one, other, autojunk=False).ratio()


def _end(text: str, a: Anchor, start: int) -> int:
    match = _pattern(a).match(text, start)
    return match.end() if match else start + len(a.text)


def _range(text: str, a: Anchor, start: int) -> Span:
    """The whole range of an anchor that starts at ``start``."""
    return Span(start, min(_end(text, a, start) + (a.end - a.start - len(a.text)), len(text)))


def _only(text: str, piece: str, start: int = 0) -> int:
    """Where a piece stands when it stands in just one place, else -1."""
    at = text.find(piece, start) if piece.strip() else -1
    return at if at >= 0 and text.find(piece, at + 1) < 0 else -1


def _between(text: str, a: Anchor) -> Span | None:
    """The range between what stood before and after, where it is much like the words of old."""
    before, after = a.before[-_FEWER:], a.after[:_FEWER]
    left, right = _only(text, before), _only(text, after)
    start = left + len(before) if left >= 0 else -1
    if start >= 0 and right < start:
        right = text.find(after, start, start + 2 * len(a.text) + CONTEXT) if after.strip() else -1
    if start < 0 <= right:
        start = max(right - len(a.text), 0)
    end = right if right > start >= 0 else start + len(a.text)
    if start < 0 or end > len(text) or end - start > 3 * len(a.text) + CONTEXT or _alike(text[start:end], a.text) < LIKE:
        return None
    return Span(start, end)
