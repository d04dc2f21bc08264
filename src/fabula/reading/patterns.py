"""Sentences as patterns see them: mentions are typed slots of one character each, the rest is lower-case words.

There is no parser here, so a statement ("Tom was Ann's brother") is found by a regular expression over such a view. A slot is one
character of Unicode's private use area, so that a character class is "somebody" and a named group leads back to the mention.
Quotations and narration are separate units: whatever is said inside the marks is said by the speaker.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from fabula.elements import Quote
from fabula.layers import MentionKind, Sentences
from fabula.lexicons import words
from fabula.reading.cast import Cast, MentionView
from fabula.spans import Span

NAME, HE, HIM, HIS, ABSOLUTE, I, ME, MY, YOU, YOUR, QUOTED = (chr(0xE000 + i) for i in range(11))  # noqa: E741
SUBJECT = f"[{NAME}{HE}{I}{YOU}]"
SOMEBODY = f"[{NAME}{HE}{HIM}{I}{ME}{YOU}]"
POSSESSOR = f"(?:[{HIS}{MY}{YOUR}]|{NAME}(?:'s|'|(?<=s)'))"
_FLAT = str.maketrans(dict.fromkeys("’ʼ‘", "'") | dict.fromkeys("\n\r\t\xa0_*", " ") | dict.fromkeys("‐‑", "-"))
_SLOT_OF = (
    ("self", I),
    ("self object", ME),
    ("self possessive", MY),
    ("other", YOU),
    ("other possessive", YOUR),
    ("object", HIM),
    ("possessive", HIS),
    ("absolute", ABSOLUTE),
)
_SPOKEN = (I, ME, MY, YOU, YOUR)
# Mentions come with a calibrated confidence; on annotated scenes possessives and "you" are right more often than theirs says, and where
# another whom the pronoun could mean stands nearer they are right less often.
_PRONOUN_TRUST = 0.93
_NEAREST_TRUST = 1.05
_RIVAL_TRUST = 0.75
_REACH = 400  # characters
_SPOKEN_TRUST = 1.0
_ODD_TITLE = 0.3
_CAPITALS = re.compile(r"[\s,]+(?:[A-Z][\w.'’-]*\s*)+")
_SHORT = 120
_BOUNDARY = re.compile(r"[;:—–(),]|--")
_CLAUSE = re.compile(r"[;:—–(]|--|[,.!?] |\b(?:but|and then|because|although|though)\b")
_AFTER_IS = re.compile(
    rf"[{HIS}{MY}{YOUR}]|(?:an?|the|not|in|from|only|nearly|almost|just|already|\w+teen|\w+ty(?:-\w+)?|\d+"
    r"|five|six|seven|eight|nine|ten|eleven|twelve)\b"
)
_LETTER = re.compile(r"[^\W\d_]")
_PLURAL_TRUST = 0.5
_NEXT_WORD = re.compile(r"\s+([^\W\d_][\w'’]*)")


@dataclass(frozen=True, slots=True)
class Slot:
    """A mention in its place: its source range and the ids of everyone it stands for (filled from the quotation for a bare I or you)."""

    start: int
    end: int
    kind: MentionKind
    who: tuple[str, ...]
    confidence: float


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """A stretch of one sentence in one voice. ``text`` is for patterns; ``quote`` is the quotation it lies in, None in narration."""

    text: str
    start: int
    end: int
    quote: Quote | None
    slots: Mapping[int, Slot]
    marks: tuple[Sequence[int], Sequence[int]]

    def source(self, position: int) -> int:
        """The position in the canonical text that a position of ``text`` shows."""
        shown, at = self.marks
        i = bisect_right(shown, position) - 1
        return at[i] + position - shown[i]

    def span(self, start: int, end: int) -> Span:
        """The range of the canonical text that ``text[start:end]`` shows (a slot counts whole)."""
        last = self.slots.get(end - 1)
        return Span(self.source(start), last.end if last else self.source(end - 1) + 1)

    def slot(self, match: re.Match[str], group: str) -> Slot | None:
        """The slot that a named group matched; for a possessor such as ``Ann's`` the name before the clitic."""
        at = match.start(group)
        return self.slots.get(at) if at >= 0 else None

    @property
    def whole(self) -> Span:
        return Span(self.start, self.end)

    def clause(self, start: int, end: int) -> Span:
        """The clause around ``text[start:end]``, as a range of the canonical text; the whole unit where that is short."""
        if len(self.text) <= _SHORT:
            return self.whole
        left = max((m.end() for m in _BOUNDARY.finditer(self.text, 0, start)), default=0)
        right = _BOUNDARY.search(self.text, end)
        return self.span(left, right.start() + 1 if right else len(self.text))


NEAR = 800  # characters


def together(statements: Iterable[tuple[float, int]], ceiling: float = 0.97) -> float:
    """How sure several statements (confidence, position) make: the best counts whole, the others half, and of those that stand
    close together only the best, for a mistake about who is meant is made for a whole passage.

    >>> together([(0.5, 0), (0.5, 10)]), together([(0.5, 0), (0.5, 5000)])
    (0.5, 0.625)
    """
    left, counted = 1.0, list[int]()
    for confidence, at in sorted(statements, key=lambda s: (-s[0], s[1])):
        if all(abs(at - other) > NEAR for other in counted):
            left *= 1 - (confidence / 2 if counted else confidence)
            counted.append(at)
        if len(counted) == 12:
            break
    return min(ceiling, 1 - left)


class Stance(NamedTuple):
    """How a statement is meant: ``denied``, ``unreal`` (a condition, a wish, a comparison), ``doubted`` (thought, seeming), ``asked``."""

    denied: bool
    unreal: bool
    doubted: bool
    asked: bool

    @property
    def factor(self) -> float:
        """What is left of the confidence of an assertion."""
        if self.denied or self.unreal:
            return 0.0
        return (0.55 if self.doubted else 1.0) * (0.55 if self.asked else 1.0)


def stance(unit: Unit, start: int, end: int) -> Stance:
    """How the assertion ``text[start:end]`` is meant, judged by the words of its own clause that stand before its end."""
    left = max((m.end() for m in _CLAUSE.finditer(unit.text, 0, start)), default=0)
    before = unit.text[left:end]
    return Stance(
        denied=bool(_guard("negation").search(before)),
        unreal=bool(_guard("hypothetical").search(unit.text, left, start)),
        doubted=bool(_guard("doubt").search(unit.text, 0, start) or _guard("taken back").search(unit.text, end)),
        asked=unit.text.rstrip(" \"'”’").endswith("?"),
    )


def is_subject(unit: Unit, at: int) -> bool:
    """Whether what follows the slot at ``at`` can be said of it: not after a preposition or a relative's verb, not a mere possessor.

    "The bull who killed Vale was old" says nothing of Vale, "Vale's sober step" does not call Vale sober.
    """
    if _governed().search(unit.text, 0, at):
        return False
    return unit.text[at] != NAME or not unit.text.startswith("'s ", at + 1) or bool(_AFTER_IS.match(unit.text, at + 4))


@cache
def _governed() -> re.Pattern[str]:
    prepositions = "|".join(sorted(map(re.escape, words("slots", "governing")), key=len, reverse=True))
    return re.compile(rf"\b(?:{prepositions}|(?:who|that|which) \w+) $")


@cache
def _guard(section: str) -> re.Pattern[str]:
    entries = "|".join(sorted(map(re.escape, words("slots", section)), key=len, reverse=True))
    would = rf"|(?<={SUBJECT})(?:'d|'ll)(?= (?!been|had|\w+ed))" if section == "hypothetical" else ""
    return re.compile(rf"(?:(?<![\w'])|(?=n't))(?:{entries})(?!\w){would}")


@cache
def any_of(*entries: str) -> str:
    """A regular expression for any of the entries as whole words, longest first."""
    return r"(?<![\w-])(?:" + "|".join(sorted(map(re.escape, entries), key=len, reverse=True)) + r")(?![\w])"


@cache
def _pronoun_slot(text: str) -> str | None:
    for section, slot in _SLOT_OF:
        if text in words("slots", section):
            return slot
    return None


def flat(text: str) -> str:
    """Lower-case text of the same length with plain apostrophes and blanks."""
    low = text.lower()
    return (low if len(low) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)).translate(_FLAT)


class Sentenced:
    """A story cut into units. ``opaque`` tells which nominal mentions are shown as a slot (the others stay words)."""

    def __init__(self, text: str, sentences: Sentences, cast: Cast, keep: frozenset[str] = frozenset()) -> None:
        self.text, self.cast, self._keep = text, cast, keep
        self._flat = flat(text)
        self._sentences = list(zip(sentences.start.tolist(), sentences.end.tolist(), strict=True))
        self.by_end: dict[int, list[MentionView]] = {}
        self.by_start: dict[int, list[MentionView]] = {}
        for m in cast.mentions:
            if m.who and m.kind != MentionKind.PRONOUN:
                self.by_end.setdefault(m.end, []).append(m)
                self.by_start.setdefault(m.start, []).append(m)
        self._slots = list(self._shown())
        self._slot_starts = [s.start for s, _ in self._slots]

    def _shown(self) -> Iterator[tuple[Slot, str]]:
        """Mentions that become slots, without overlap: pronouns, names, and resolved nominals that hold no other mention."""
        mentions, end = self.cast.mentions, -1
        for i, m in enumerate(mentions):
            if m.start < end:
                continue
            nested = i + 1 < len(mentions) and mentions[i + 1].start < m.end and mentions[i + 1].start >= m.start
            char = self._slot_of(m, nested)
            if char is None:
                continue
            yield Slot(m.start, m.end, m.kind, m.who or self._voice(m, char), min(0.97, m.confidence * self._trust(i, m, char))), char
            end = m.end

    def _trust(self, i: int, m: MentionView, char: str) -> float:
        """How far a mention's own confidence holds for it: less for pronouns, for speech without a named speaker, for odd titles."""
        if char in _SPOKEN:
            quote = self.cast.quote_at(m.start)
            return 1.0 if quote is None or (quote.cue == "explicit" and char in (I, ME, MY)) else _SPOKEN_TRUST
        if char == NAME:
            return _ODD_TITLE if len(m.who) == 1 and self._oddly_titled(m) else 1.0
        plural = self._flat[m.start : m.end] in words("slots", "plural")
        singular_they = len(m.who) == 1 and self.cast.characters[m.who[0]].pronouns == "they"
        if plural and not singular_they:
            return _PLURAL_TRUST
        nearest = self._nearest(i, m)
        if nearest is None:
            return _PRONOUN_TRUST if m.quotation < 0 else _RIVAL_TRUST
        return _NEAREST_TRUST if nearest.who == m.who else _RIVAL_TRUST

    def _nearest(self, i: int, m: MentionView) -> MentionView | None:
        """The last name or noun phrase before a pronoun, in the same voice, that the pronoun could mean."""
        wanted = self.cast.characters[m.who[0]].pronouns if m.who else "unknown"
        for other in self.cast.mentions[i - 1 : max(0, i - 15) : -1]:
            if m.start - other.start > _REACH:
                break
            same_voice = other.quotation == m.quotation and other.kind != MentionKind.PRONOUN and other.end <= m.start
            if same_voice and self._may_be(other, wanted):
                return other
        return None

    def _may_be(self, m: MentionView, wanted: str) -> bool:
        if m.who:
            return len(m.who) == 1 and self.cast.characters[m.who[0]].pronouns in (wanted, "unknown")
        noun = self._flat[m.start : m.end].rsplit(" ", 1)[-1]
        return noun not in words("slots", {"he": "she nouns", "she": "he nouns"}.get(wanted, "governing"))

    def _oddly_titled(self, m: MentionView) -> bool:
        """A "Mrs. Vale" that is said to be a man is somebody else of that name."""
        title = self._flat[m.start : m.end].partition(" ")[0].rstrip(".")
        told = self.cast.characters[m.who[0]].pronouns
        return (told == "he" and title in words("titles", "she")) or (told == "she" and title in words("titles", "he"))

    def _slot_of(self, m: MentionView, nested: bool) -> str | None:
        shown = self._flat[m.start : m.end].strip()
        if m.kind == MentionKind.PRONOUN:
            if shown == "her":
                word = _NEXT_WORD.match(self._flat, m.end)
                return HIS if word and word.group(1) not in words("slots", "not possessed") else HIM
            return _pronoun_slot(shown) or HE
        if shown in self._keep:
            return None
        if m.kind == MentionKind.NAME:
            return None if nested and shown.startswith(("my ", "his ", "her ", "your ", "our ", "their ")) else NAME
        definite = shown.startswith(("the ", "this ", "that ")) and shown.rsplit(" ", 1)[-1] not in self._keep
        return NAME if definite and m.who and not nested else None

    def _voice(self, m: MentionView, char: str) -> tuple[str, ...]:
        """Who a bare I or you in a quotation is when the mention itself was left open."""
        quote = self.cast.quote_at(m.start) if char in (I, ME, MY, YOU, YOUR) else None
        if quote is None or self._flat[m.start : m.end] in ("we", "us", "our", "ourselves"):
            return ()
        if char in (I, ME, MY):
            return (quote.speaker,) if quote.speaker else ()
        return quote.addressees if len(quote.addressees) == 1 else ()

    def units(self) -> Iterator[Unit]:
        """All units in order of the text: each quotation's part of a sentence, and what is left of it with ``QUOTED`` in its place."""
        quotes = self._outermost()
        q = 0
        for start, end in self._sentences:
            while q < len(quotes) and quotes[q].end <= start:
                q += 1
            pieces: list[tuple[int, int, bool]] = []
            at, k = start, q
            while k < len(quotes) and quotes[k].start < end:
                a, b = max(start, quotes[k].start), min(end, quotes[k].end)
                pieces += [(at, a, False), (a, b, True)]
                if _LETTER.search(self.text, a, b):
                    yield self._unit([(a, b, False)], quotes[k])
                at, k = b, k + 1
            pieces.append((at, end, False))
            if any(not quoted and _LETTER.search(self.text, a, b) for a, b, quoted in pieces):
                yield self._unit([p for p in pieces if p[0] < p[1]], None)

    def _outermost(self) -> list[Quote]:
        out: list[Quote] = []
        for quote in self.cast.quotes:
            if not out or quote.start >= out[-1].end:
                out.append(quote)
        return out

    def _unit(self, pieces: list[tuple[int, int, bool]], quote: Quote | None) -> Unit:
        parts: list[str] = []
        slots: dict[int, Slot] = {}
        shown: list[int] = []
        at: list[int] = []
        length = 0

        def add(part: str, source: int) -> None:
            nonlocal length
            shown.append(length)
            at.append(source)
            parts.append(part)
            length += len(part)

        for start, end, quoted in pieces:
            if quoted:
                add(QUOTED, start)
                continue
            i, position = bisect_right(self._slot_starts, start - 1), start
            while i < len(self._slots) and self._slots[i][0].end <= end:
                slot, char = self._slots[i]
                if slot.start > position:
                    add(self._flat[position : slot.start], position)
                slots[length] = slot
                add(char, slot.start)
                position, i = slot.end, i + 1
            if position < end:
                add(self._flat[position:end], position)
        return Unit("".join(parts), pieces[0][0], pieces[-1][1], quote, slots, (shown, at))

    def head(self, start: int, head_end: int) -> MentionView | None:
        """The resolved nominal or name that starts at ``start`` or within it and whose head word ends at ``head_end``."""
        ending = [m for m in self.by_end.get(head_end, ()) if m.start >= start]
        if ending:
            return min(ending, key=lambda m: m.start)
        longer = [m for m in self.by_start.get(start, ()) if m.end > head_end and _CAPITALS.fullmatch(self.text, head_end, m.end)]
        return min(longer, key=lambda m: m.end) if longer else None
