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
_STOP = re.compile(r"[.!?]+(?=\s|$)")
_SENTENCE_ENDS = ".!?…:"
_NOTHING = -9.0
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
        return _NOTHING
    before, after = s.before.rstrip(_MARKS + " \t\r\n"), s.after.lstrip(_MARKS + " \t\r\n")
    stop = _stop_outside(before, s.after)
    after = after[stop:].lstrip()
    # a dash or a bracket outside breaks speech off; so does a blank inside, where a dash was lost
    ends = stop > 0 or content[-1] in _END or after[:1] in tuple("—–-(") or s.text[s.end - 2].isspace()
    first = content.lstrip("…—–-. ")[:1]
    tag_b, tag_a = _tags(s)
    place = _place_score(before, after)
    # careless writers leave out the comma before a tag: then the place must speak for speech
    tagged_after = tag_a and (ends or s.after[:1] == "," or place) and s.after[:1] not in tuple(".;:")
    return (
        (2.0 if ends else -1.5)
        + (0.5 if first.isupper() or first.isdigit() else -1.5)
        + _length_score(content)
        + place
        + (3.0 if tagged_after else 0.0)
        + (1.5 if tag_b and not (before[-1:].isalnum() and not first.isupper()) else 0.0)
        - (2.5 if before[-1:].isalnum() and not tag_b and not tag_a and content[-1] not in "?!" else 0.0)
        - (2.0 if _is_mentioned(s) else 0.0)
    )


def _stop_outside(before: str, after: str) -> int:
    """How long the mark is that ends a whole sentence of speech but stands outside its marks: ``"Nothing".``"""
    mark = _STOP.match(after) if not before or before[-1] in _SENTENCE_ENDS else None
    return len(mark[0]) if mark else 0


def _length_score(content: str) -> float:
    count = len(_WORDS.findall(content))
    return 1.0 if count >= 6 else -1.0 if count <= 2 else 0.0


def _place_score(before: str, after: str) -> float:
    """What the text around says, marks and blanks stripped: speech stands alone, after a comma or colon, or after a sentence."""
    if not before:
        return 2.0 if after else 5.0
    if before[-1] in ",:" and not after:
        return 4.0
    return 2.0 if before[-1] in ",:" else 1.0 if before[-1] in ".!?—–…-;" else 0.0


def _is_mentioned(s: Setting) -> bool:
    """Whether a word before says that the marks hold a word or a title."""
    word = last_words().search(s.before)
    return word is not None and word[1].lower() in kind_words("mention") | kind_words("title")


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
