"""What stands around a quotation and tells its speaker: tags (``said Ann``), beats (``Ann put down the cup.``), vocatives.

Cues follow the usual three kinds of quotation attribution (explicit, anaphoric, implicit; Elson and McKeown 2010, Muzny et al. 2017).
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field

from fabula.layers import MentionKind
from fabula.lexicons import words
from fabula.reading.who.page import Page
from fabula.reading.who.spots import Part, Spot
from fabula.reading.who.verbs import is_participle, verb_forms

_LONGEST_TAG = 14  # tokens between a quotation and the verb of its tag
_COMMA = frozenset({",", ":", "—", "--", "–", ";"})
_STOP = frozenset({".", "!", "?", "…", "..."})


@dataclass(slots=True)
class Cue:
    """Evidence beside one quotation; spots by row, -1 where there is none.

    ``colon``: the narration leads up to the quotation with a colon or comma, so its subject speaks. ``before``/``after``: rows of the
    subjects of the neighbouring sentences in the same paragraph.
    """

    tag: int = -1
    tag_before: bool = False
    to: list[int] = field(default_factory=list)
    before: int = -1
    after: int = -1
    colon: bool = False
    joined: bool = False
    names: list[int] = field(default_factory=list)
    vocatives: list[int] = field(default_factory=list)
    pronouns: list[int] = field(default_factory=list)


class CueFinder:
    """Finds the cues of all quotations of a page."""

    def __init__(self, page: Page, spots: list[Spot]) -> None:
        self.page, self.spots = page, spots
        self._firsts = [s.first for s in spots]
        self._starting: dict[int, int] = {}
        for k, s in enumerate(spots):
            self._starting.setdefault(s.first, k)
        self.core, self.weak = verb_forms("core"), verb_forms("weak")
        self.tell = verb_forms("tell")

    def spots_in(self, a: int, b: int) -> range:
        """Rows of spots that start in tokens ``[a, b)``."""
        return range(bisect_left(self._firsts, a), bisect_left(self._firsts, b))

    # --- stretches of narration
    def _gap_after(self, q: int) -> tuple[int, int]:
        """Narration tokens from the end of quotation ``q`` to the next quotation or the end of the paragraph."""
        page, b = self.page, self.page.quotes[q][1]
        stop = page.quotes[q + 1][0] if q + 1 < len(page.quotes) else len(page)
        e = b
        while e < stop and page.paragraph[e] == page.paragraph[b - 1]:
            e += 1
        return b, e

    def _gap_before(self, q: int) -> tuple[int, int]:
        page, a = self.page, self.page.quotes[q][0]
        stop = page.quotes[q - 1][1] if q else 0
        s = a
        while s > stop and page.paragraph[s - 1] == page.paragraph[a]:
            s -= 1
        return s, a

    def _first_sentence(self, a: int, b: int) -> int:
        """End of the first sentence of tokens ``[a, b)``."""
        e = a
        while e < b and self.page.words[e] not in _STOP:
            e += 1
        return min(e + 1, b)

    def _last_sentence(self, a: int, b: int) -> int:
        """Start of the last sentence of tokens ``[a, b)``."""
        s = b - 1
        while s > a and not (self.page.words[s - 1] in _STOP and self.page.words[s] not in _STOP):
            s -= 1
        return max(s, a)

    # --- tags
    def _subject_after_verb(self, v: int, stop: int) -> int:
        """``said Ann``, ``said the old man``, ``said quietly the man``."""
        for i in (v + 1, v + 2):
            if i >= stop:
                break
            k = self._starting.get(i, -1)
            if (
                k >= 0
                and self.spots[k].part not in (Part.REFLEXIVE,)
                and not (self.spots[k].kind == MentionKind.PRONOUN and self.page.lower[i] not in words("pronouns", "subject"))
            ):
                return (
                    k if i == v + 1 or self.page.lower[v + 1] in words("grammar", "adverb") or self.page.lower[v + 1].endswith("ly") else -1
                )
        return -1

    def _subject_before_verb(self, v: int, start: int) -> int:
        """``Ann said``, ``Ann quietly said``, ``Ann, turning round, said``, ``Ann turned round and said``."""
        best = -1
        for k in self.spots_in(start, v):
            s = self.spots[k]
            if s.last > v or s.part in (Part.REFLEXIVE, Part.POSSESSIVE) or s.quote >= 0:
                continue
            if s.kind == MentionKind.PRONOUN and self.page.lower[s.first] not in words("pronouns", "subject"):
                continue
            between = self.page.lower[s.last : v]
            if all(w in words("grammar", "adverb") | words("grammar", "auxiliary") or w.endswith("ly") or w == "," for w in between):
                return k
            if best < 0 and s.part == Part.SUBJECT:
                best = k
        return best

    def _verbs(self, a: int, b: int, known: dict[str, str] | object) -> list[int]:
        page = self.page
        forms = self.core if known is None else known
        return [i for i in range(a, min(b, a + _LONGEST_TAG)) if page.lower[i] in forms and not is_participle(page.lower[i])]  # type: ignore[operator]

    def _tag_after(self, q: int) -> tuple[int, int]:
        """(row of the subject, token of the verb) of the tag that follows quotation ``q``; (-1, -1) when there is none."""
        page = self.page
        a, end = self._gap_after(q)
        while a < end and (page.words[a] in _COMMA or (not page.is_word[a] and page.words[a] not in _STOP)):
            a += 1
        if a >= end:
            return -1, -1
        b = self._first_sentence(a, end)
        runs_on = page.words[a][0].islower() or self._ends_open(q)
        strong = runs_on or self._ends_lively(q)
        for i in self._verbs(a, b, self.core if strong else {}):
            k = self._subject_after_verb(i, b)
            direct = i == a or all(not page.is_word[j] for j in range(a, i))
            if k >= 0 and (direct or i - a <= 3) and not (page.lower[i] in self.tell and self._subject_before_verb(i, a) >= 0):
                return k, i
            k = self._subject_before_verb(i, a)
            if k >= 0 and (runs_on or self.spots[k].last == i or i - self.spots[k].last <= 2) and not self._denied(i, b):
                return k, i
        if runs_on:
            for i in self._verbs(a, min(b, a + 6), self.weak):
                k = self._subject_before_verb(i, a)
                if k >= 0 and i - self.spots[k].last <= 1:
                    return k, i
                k = self._subject_after_verb(i, b)
                if k >= 0 and i == a:
                    return k, i
        return -1, -1

    def _denied(self, v: int, stop: int) -> bool:
        """``Ann said nothing``: a beat, not a tag."""
        return v + 1 < stop and self.page.lower[v + 1] in words("grammar", "no_speech")

    def _ends_open(self, q: int) -> bool:
        """The quotation ends with a comma or dash, inside or right after its mark: the sentence runs on."""
        page, (a, b) = self.page, self.page.quotes[q]
        inner = next((page.words[i] for i in range(b - 1, a, -1) if page.words[i] not in "\"'”’»“‘"), "")
        return inner in _COMMA or (b < len(page) and page.words[b] == ",")

    def _ends_lively(self, q: int) -> bool:
        page, (a, b) = self.page, self.page.quotes[q]
        inner = next((page.words[i] for i in range(b - 1, a, -1) if page.words[i] not in "\"'”’»“‘"), "")
        return inner not in {"."} or not inner

    def _tag_before(self, q: int) -> tuple[int, int]:
        """The tag that leads up to quotation ``q`` (``Ann said, "…"``)."""
        page = self.page
        start, a = self._gap_before(q)
        if start >= a or page.words[a - 1] in _STOP:
            return -1, -1
        s = self._last_sentence(start, a)
        colon = page.words[a - 1] == ":"
        lead = page.words[a - 1] in _COMMA or page.is_word[a - 1]
        for i in range(a - 1, s - 1, -1):
            w = page.lower[i]
            if not page.is_word[i] or not (w in self.core or (w in self.weak and (colon or i >= a - 2))):
                continue
            k = self._subject_before_verb(i, s)
            if k < 0 and not is_participle(w):
                k = self._subject_after_verb(i, a)
            if k >= 0 and lead:
                return k, i
        return -1, -1

    def _addressees(self, v: int, subject: int, stop: int) -> list[int]:
        """``said Ann to Tom``, ``told Tom``, ``turned to Tom and said``."""
        page, out = self.page, []
        s = self.spots[subject]
        for k in self.spots_in(max(v - 8, 0), min(stop, v + 8)):
            o = self.spots[k]
            if k == subject or o.quote >= 0 or o.part == Part.REFLEXIVE or o.sentence != s.sentence:
                continue
            before = page.lower[o.first - 1] if o.first else ""
            object_of_tell = o.first == v + 1 and page.lower[v] in self.tell and s.last <= v
            if object_of_tell or (before in ("to", "at") and (o.first > v or page.lower[o.first - 2] in words("grammar", "turning"))):
                out.append(k)
        return out[:2]

    def _beat(self, a: int, b: int) -> int:
        """Row of the subject of the sentence in tokens ``[a, b)``: its first mention in subject place."""
        for k in self.spots_in(a, b):
            s = self.spots[k]
            if s.quote < 0 and s.part == Part.SUBJECT and not s.vocative:
                return k
            if s.quote < 0 and s.part == Part.POSSESSIVE and s.first == a:
                return k
        return -1

    def find(self, q: int) -> Cue:
        """All cues of the outermost quotation ``q``."""
        page = self.page
        cue = Cue()
        a, b = page.quotes[q]
        cue.names = [k for k in self.spots_in(a, b) if self.spots[k].kind == MentionKind.NAME and not self.spots[k].vocative]
        cue.pronouns = [
            k for k in self.spots_in(a, b) if self.spots[k].kind == MentionKind.PRONOUN and self.spots[k].grammatical_person == 3
        ]
        cue.vocatives = [k for k in self.spots_in(a, b) if self.spots[k].vocative]
        subject, verb = self._tag_after(q)
        if subject < 0:
            subject, verb = self._tag_before(q)
            cue.tag_before = subject >= 0
        if subject >= 0:
            cue.tag = subject
            stop = a if cue.tag_before else self._first_sentence(verb, self._gap_after(q)[1])
            cue.to = self._addressees(verb, subject, stop)
        self._add_beats(q, cue)
        return cue

    def _add_beats(self, q: int, cue: Cue) -> None:
        page = self.page
        start, a = self._gap_before(q)
        b, end = self._gap_after(q)
        if start < a:
            cue.colon = page.words[a - 1] in (":", ",")
            cue.before = self._beat(self._last_sentence(start, a), a)
            if cue.before < 0:
                cue.before = self._beat(start, a)
        if b < end:
            cue.after = self._beat(b, self._first_sentence(b, end))
            if cue.after < 0:
                cue.after = self._beat(b, end)
