"""Is a quotation speech, or a title, a word that is talked about, a scare quote? Decided by the evidence around it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fabula.layers import QuotationKind
from fabula.reading.quotations.cues import REFLEXIVE, kind_words, last_words, salutation, tag_after, tag_before, verb_of, writing_before
from fabula.reading.quotations.marks import FAMILIES

_END = frozenset(".,!?…—–-;:")
_MARKS = "".join(m for m in FAMILIES if len(m) == 1) + "*_"
_WORDS = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_QUOTED = re.compile(r"[\"“”«»‹›]|['‘’](?!\w)|(?<!\w)['‘]")  # the marks of quotations before
_BEFORE = 90
_AFTER = 70


@dataclass(frozen=True, slots=True)
class Setting:
    """A quotation (marks included) in its paragraph, ``[lo, hi)``."""

    text: str
    start: int
    end: int
    lo: int
    hi: int

    @property
    def before(self) -> str:
        return self.text[max(self.lo, self.start - _BEFORE) : self.start]

    @property
    def after(self) -> str:
        return self.text[self.end : min(self.hi, self.end + _AFTER)]

    @property
    def content(self) -> str:
        return self.text[self.start : self.end].strip(_MARKS + " \t\r\n")


def _tags(s: Setting) -> tuple[re.Match[str] | None, re.Match[str] | None]:
    """The tag before and the tag after."""
    b = tag_before().match(_QUOTED.split(s.before)[-1])
    # after a full stop inside the marks a new sentence begins: what it tells is an action, not a tag
    stopped = s.content.endswith(".") and not s.content.endswith("..") and s.after[:1] not in ",;"
    return b, None if stopped else tag_after().match(s.after)


def speech_score(s: Setting) -> float:
    """Above 0: speech. The weights are hand-set on what such quotations look like."""
    content = s.content
    if not content:
        return -9.0
    found = _WORDS.findall(content)
    score = 0.0
    ends = content[-1] in _END
    score += 2.0 if ends else -1.5
    first = content.lstrip("…—–-. ")[:1]
    score += 0.5 if first.isupper() or first.isdigit() else -1.5
    score += 1.0 if len(found) >= 6 else -1.0 if len(found) <= 2 else 0.0
    before, after = s.before.rstrip(_MARKS + " \t\r\n"), s.after.lstrip(_MARKS + " \t\r\n")
    if not s.before.strip() or not before:
        score += 2.0
        if not after:
            score += 2.0
    elif before[-1] in ",:":
        score += 2.0
    elif before[-1] in ".!?—–…-;":
        score += 1.0
    tag_b, tag_a = _tags(s)
    if tag_a and (ends or s.after[:1] in ",.") and not re.match(r"[.;:]", s.after):
        score += 3.0
    if tag_b and not (before and before[-1].isalnum() and not first.isupper()):
        score += 1.5
    if not ends and after[:1] and after[0] in ".!?" and before and before[-1].isalnum():
        score -= 0.5
    word = last_words().search(s.before)
    if word and (word[1].lower() in kind_words("mention") or word[1].lower() in kind_words("title")):
        score -= 2.0
    return score


def kind_of(s: Setting) -> QuotationKind:
    """SPEECH unless a cue of thought or writing stands beside it."""
    before, after = _tags(s)
    tag = after or before
    if tag:
        verb = verb_of(tag)
        if verb in kind_words("thought") or REFLEXIVE.search(tag.string[tag.start(tag.lastgroup or 0) :]):
            return QuotationKind.THOUGHT
        if verb in kind_words("writing"):
            return QuotationKind.WRITING
    if not after and writing_before().search(s.before):
        return QuotationKind.WRITING
    if not s.after.strip() and salutation().match(s.content):
        return QuotationKind.WRITING
    return QuotationKind.SPEECH
