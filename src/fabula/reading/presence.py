"""Who is there: evidence by position, summed up over any stretch of the text.

Those count as present who speak or are spoken to, and of whom the narration tells something that happens now; not those only
talked about, remembered (pluperfect), wished for, or met in a letter, a flashback or a dream.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from fabula.elements import Frame
from fabula.lexicons import words
from fabula.reading.cast import Cast, MentionView
from fabula.spans import Span

_APOS = "'’"
_ELSEWHERE = frozenset({"message", "author_note", "epigraph", "front_matter", "back_matter", "lyrics"})
_AWAY = frozenset({"letter", "flashback", "dream", "told_story"})
_THRESHOLD = 1.5
"""Weight of signs from which someone is there; in a long scene a little more is asked for."""
_MOST = 0.6
"""Share of a scene that one flashback fills where the scene is that flashback."""
_POSSESSIVE = frozenset({"his", "her", "my", "their", "its", "our", "your"})


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign of a character at a position: how much it says for being there."""

    at: int
    who: str
    there: float
    frame: Span | None = None


@cache
def _object_verbs() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words('scenes', 'absent_verbs'))})\s\Z", re.I)


def _word_before(text: str, at: int) -> str:
    m = re.search(rf"([\w{_APOS}]+)[ \n]+\Z", text[max(0, at - 20) : at])
    return m[1].lower() if m else ""


def _verb_after(text: str, end: int) -> tuple[str, str]:
    """The first word after a mention that is no adverb, and the one after that."""
    after = re.findall(rf"[\w{_APOS}-]+|[^\w\s]", text[end : end + 60])
    while after and (after[0] in words("scenes", "adverb") or (after[0].endswith("ly") and len(after[0]) > 4)):
        after = after[1:]
    return (after[0] if after else ""), (after[1] if len(after) > 1 else "")


def _as_subject(verb: str, following: str) -> float:
    if verb in words("scenes", "past_perfect") or verb in words("scenes", "unreal"):
        return 0.1
    if verb in ("was", "is", "were", "are") and following in words("scenes", "states"):
        return 0.0
    return 1.0 if verb[:1].islower() and verb not in words("scenes", "no_verb") else 0.3


def _mention_sign(text: str, m: MentionView, who: str, frame: Span | None) -> Sign:
    share = 1.0 if len(m.who) == 1 else 0.5
    word = text[m.start : m.end].lower()
    if word in _POSSESSIVE or text[m.end : m.end + 2] in ("'s", "’s"):
        return Sign(m.start, who, 0.25 * share if word in _POSSESSIVE else 0.1, frame)
    before = _word_before(text, m.start)
    if before in words("scenes", "before_object") or word in words("scenes", "object_pronoun"):
        away = _object_verbs().search(text[max(0, m.start - 20) : m.start]) is not None
        close = before in words("scenes", "beside") or word in words("scenes", "object_pronoun")
        return Sign(m.start, who, 0.0 if away else (0.5 if close else 0.2) * share, frame)
    verb, following = _verb_after(text, m.end)
    return Sign(m.start, who, _as_subject(verb, following) * share, frame)


class Cover:
    """Which of some frames covers a position."""

    def __init__(self, frames: Iterable[Frame]) -> None:
        self._spans = sorted(Span(f.start, f.end) for f in frames)

    def at(self, position: int) -> Span | None:
        i = bisect_left(self._spans, Span(position + 1, 0))
        return next((s for s in self._spans[max(0, i - 2) : i] if s.start <= position < s.end), None)


class Presence:
    """Signs of everyone in order of position; sums over ranges are found by bisection."""

    def __init__(self, narration: str, cast: Cast, frames: Iterable[Frame]) -> None:
        frames = tuple(frames)
        nowhere = Cover(f for f in frames if f.kind in _ELSEWHERE)
        away = Cover(f for f in frames if f.kind == "letter" or (f.kind in _AWAY and f.by is None))
        signs: list[Sign] = []
        for m in cast.mentions:
            if m.quotation < 0 and m.who and nowhere.at(m.start) is None:
                signs += [_mention_sign(narration, m, who, away.at(m.start)) for who in m.who]
        for q in cast.quotes:
            if q.kind == "speech" and q.speaker and nowhere.at(q.start) is None:
                signs.append(Sign(q.start, q.speaker, 2.0, frame=away.at(q.start)))
                signs += [Sign(q.start, a, 1.0 if len(q.addressees) == 1 else 0.4, frame=away.at(q.start)) for a in q.addressees]
        for f in frames:
            if f.kind == "message":
                signs += [Sign(f.start, c, 2.0) for c in (*((f.by,) if f.by else ()), *f.to)]
            elif f.kind == "thought" and f.by:
                signs.append(Sign(f.start, f.by, 1.0))
        self.signs = sorted(signs, key=lambda s: (s.at, s.who))
        self._at = [s.at for s in self.signs]

    def signs_in(self, start: int, end: int) -> list[Sign]:
        """Signs in ``[start, end)``; those of a flashback, dream or letter only where it fills most of the range."""
        signs = self.signs[bisect_left(self._at, start) : bisect_left(self._at, end)]
        return [s for s in signs if s.frame is None or min(end, s.frame.end) - max(start, s.frame.start) > _MOST * (end - start)]

    def there(self, start: int, end: int) -> dict[str, float]:
        """How much says that each character is there in ``[start, end)``."""
        out: dict[str, float] = {}
        for s in self.signs_in(start, end):
            out[s.who] = out.get(s.who, 0.0) + s.there
        return out

    def present(self, start: int, end: int) -> tuple[str, ...]:
        """Ids of those who are there, most active first."""
        there = self.there(start, end)
        enough = _THRESHOLD + min(1.5, (end - start) / 10_000)
        return tuple(sorted((c for c, w in there.items() if w >= enough), key=lambda c: (-there[c], c)))
