"""What stands beside quotation marks: tags of speech, thought and writing, words that only mention."""

from __future__ import annotations

import re
from functools import cache

from fabula.lexicons import words

_SUBJECT = (
    r"(?:I|you|he|she|they|we|it|one|someone|somebody|(?:the|my|his|her|our|their|your|a|an|another|this|that|both|one)"
    r"(?: [\w’'-]+){1,3}?|(?:(?:Mr|Mrs|Ms|Dr|St|Prof|Capt|Sgt|Lt|Rev)\.? )?[A-Z][\w’'-]*(?: [A-Z][\w’'-]*){0,2})"
)
_SELF = r"(?:my|your|him|her|it|them)self"
_ADVERB = r"(?:(?:had|has|have|was|were|is|are|did|would|could|only|just|then|also|finally|quietly|softly|slowly|at last|\w+ly),? ){0,2}"


def _verbs(*sections: str) -> str:
    every = sorted(set().union(*(words("quotation_cues", s) for s in sections)), key=lambda w: (-len(w), w))
    return "(?:" + "|".join(map(re.escape, every)) + ")"


@cache
def tag_after() -> re.Pattern[str]:
    """A tag right after a closing mark: ``said Ann``, ``the old man asked``, ``Ann wrote``."""
    said, thought = _verbs("speech", "writing"), _verbs("thought")
    # "thought about it" and "thought of her" tell what someone does, not what the quotation is
    verb = rf"(?:{said}|{thought}(?! (?:about|of|over|that|it|how|what|so|back)\b))"
    inverted = rf"(?P<inverted>{verb})\b(?! {_SELF})"
    return re.compile(rf"[\s,.;:—–*_-]*(?:and |but |then )?(?:{inverted}|{_SUBJECT},? {_ADVERB}(?P<plain>{verb})\b)")


@cache
def sure_tag() -> re.Pattern[str]:
    """A tag where no mark stands before it: a common verb of saying with its subject, and what may follow a tag."""
    verb = _verbs("tag")
    core = rf"(?P<inverted>{verb}) {_SUBJECT.replace('{1,3}?', '{1,3}')}|{_SUBJECT} {_ADVERB}(?P<plain>{verb})"
    follows = rf"(?=\s*$|[.,;:!?]|\s?[—–]|\s?--|\s+(?:\w+ly|{_verbs('after_tag')})\b)"
    return re.compile(rf"[\s—–-]*(?:{core}){follows}")


@cache
def tag_before() -> re.Pattern[str]:
    """A tag right before an opening mark, to be matched from the start of the text before it; the verb is the last."""
    return re.compile(rf"(?s:.*)\b(?P<verb>{_verbs('speech', 'thought', 'writing')})\b[^.!?\"“”«»]{{0,60}}?[,:—–-]?\s*[*_]?$")


def verb_of(tag: re.Match[str]) -> str:
    """The verb of a tag that one of these patterns found."""
    return (tag.group(tag.lastgroup) if tag.lastgroup else "").lower()


@cache
def writing_before() -> re.Pattern[str]:
    """``the note said``, ``a sign that read`` right before an opening mark."""
    return re.compile(rf"\b{_verbs('writing_noun')}\b[^.!?\"“”«»]{{0,40}}\b{_verbs('writing_says')}[,:—–-]?\s*[*_]?$")


@cache
def salutation() -> re.Pattern[str]:
    """The opening line of a letter, as the whole of a text or its first line."""
    return re.compile(rf"(?i:{_verbs('salutation')})\b[^.!?,\n]{{0,40}}[,:][—–-]*[\"”’»]?\s*(?:\n|$)")


@cache
def last_words() -> re.Pattern[str]:
    return re.compile(r"([\w’'-]+)[\s,:*_]*$")


@cache
def kind_words(section: str) -> frozenset[str]:
    return words("quotation_cues", section)


# from the verb of the tag on
REFLEXIVE = re.compile(rf"^[^.!?,;\"“”]{{0,30}}?\b(?:to|told|tells|tell|asked|asks|ask|reminded|reminds)\b {_SELF}\b")
_WORD = re.compile(r"[^\W_]+")


def is_spoken(sentence: str) -> bool:
    """Where no mark tells: does a sentence speak to somebody (I, you, is, a question, a cry)?"""
    if sentence.rstrip("\"'”’ ").endswith(("?", "!")):
        return True
    return not words("quotation_cues", "spoken").isdisjoint(w.lower() for w in _WORD.findall(sentence))


def is_narrated(sentence: str) -> bool:
    """Where no mark tells: is a sentence the narrator's (third person, past tense, no I or you)?"""
    found = [w.lower() for w in _WORD.findall(sentence)]
    if not found or is_spoken(sentence):
        return False
    subject = not words("quotation_cues", "narrated_subject").isdisjoint(found[:2]) or (sentence.lstrip()[:1].isupper() and len(found) > 1)
    return subject and any(w in words("quotation_cues", "narrated") or w.endswith("ed") for w in found[:5])
