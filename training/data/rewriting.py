"""Registers made by rule: how the same words look where they are typed, scanned or printed otherwise. Each rule takes a passage and a
``Random``; the passage keeps its paragraphs."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

Rule = Callable[[str, Random], str]

_MODERN = {
    r"to-(day|morrow|night)": r"\1", r"connexion": "connection", r"shew(n|ed|s|ing)?": r"show\1", r"(any|every|some) one": r"\1one",
    r"do not": "don’t", r"did not": "didn’t", r"does not": "doesn’t", r"is not": "isn’t", r"was not": "wasn’t", r"could not": "couldn’t",
    r"would not": "wouldn’t", r"should not": "shouldn’t", r"have not": "haven’t", r"had not": "hadn’t", r"cannot": "can’t",
    r"will not": "won’t", r"shall not": "won’t", r"I am": "I’m", r"I have": "I’ve", r"I will": "I’ll", r"I shall": "I’ll", r"it is": "it’s",
    r"that is": "that’s", r"you are": "you’re", r"they are": "they’re", r"we are": "we’re", r"whilst": "while",
}  # fmt: skip
_TO = {"day": "today", "morrow": "tomorrow", "night": "tonight"}
_MODERN_RE = re.compile(r"\b(?:" + "|".join(f"(?:{k})" for k in _MODERN) + r")\b", re.I)
_CHAT = {
    "you": "u", "are": "r", "because": "bc", "though": "tho", "and": "&", "really": "rly", "please": "pls", "people": "ppl",
    "with": "w/", "okay": "ok", "going to": "gonna", "want to": "wanna", "have to": "gotta", "very": "sooo", "before": "b4",
}  # fmt: skip
_CHAT_RE = re.compile(r"\b(?:" + "|".join(sorted(_CHAT, key=len, reverse=True)) + r")\b")
_ENDINGS = ("", "", "...", " :)", " lol", "!!", " xD", " ;)", "..", " <3")
_QUOTED = re.compile(r"“([^“”]*)”")


def _paragraphs(text: str) -> list[str]:
    return re.split(r"\n\s*\n", text)


def _modernised(match: re.Match[str]) -> str:
    said = match.group()
    for pattern, new in _MODERN.items():
        if found := re.fullmatch(pattern, said, re.I):
            new = _TO.get(found.expand(new).lower(), found.expand(new)) if "\\1" in new else new
            return new[:1].upper() + new[1:] if said[0].isupper() else new
    return said


def modern(text: str, random: Random) -> str:
    """Contractions and spellings of today.

    >>> modern("She did not come to-day.", Random(0))
    'She didn’t come today.'
    """
    return _MODERN_RE.sub(_modernised, text)


def curly(text: str, random: Random) -> str:
    """Curly marks; straight double ones are taken to open and close in turn, paragraph by paragraph.

    >>> curly('"Go," he said, "it\\'s late."', Random(0))
    '“Go,” he said, “it’s late.”'
    """
    found = []
    for paragraph in _paragraphs(text):
        parts = paragraph.replace("''", '"').split('"')
        found.append("".join(part + ("”" if i % 2 else "“") for i, part in enumerate(parts[:-1])) + parts[-1])
    return re.sub(r"(?<=\w)'", "’", "\n\n".join(found))


def straight(text: str, random: Random) -> str:
    return text.translate(str.maketrans("“”‘’", "\"\"''"))


def single(text: str, random: Random) -> str:
    """British dialogue: single marks outside, double ones inside."""
    return curly(text, random).translate(str.maketrans("“”‘", "‘’“"))


def guillemets(text: str, random: Random) -> str:
    return curly(text, random).translate(str.maketrans("“”", "«»"))


def dashes(text: str, random: Random) -> str:
    """Dialogue set off by a dash at the beginning of its paragraph.

    >>> dashes("“Go,” he said, “now.”", Random(0))
    '—Go, he said, now.'
    """
    paragraphs = _paragraphs(curly(text, random))
    return "\n\n".join(re.sub("[“”]", "", re.sub(r"^\s*“", "—", p)) if p.lstrip().startswith("“") else p for p in paragraphs)


def no_marks(text: str, random: Random) -> str:
    """Dialogue without any marks, as some print it."""
    return _QUOTED.sub(r"\1", curly(text, random))


def italics(text: str, random: Random) -> str:
    return re.sub(r"_([^_]+)_", r"*\1*", text)


def lower(text: str, random: Random) -> str:
    return text.lower()


def shouting(text: str, random: Random) -> str:
    """One sentence in ten in capitals."""
    return "".join(s.upper() if random.random() < 0.1 else s for s in re.split(r"(?<=[.!?])(?=\s)", text))


def lost_apostrophes(text: str, random: Random) -> str:
    """Apostrophes inside words are gone, or blanks stand for them: ``dont``, ``don t``."""
    return re.sub(r"(?<=\w)['’](?=\w)", random.choice(("", " ")), text)


def lost_spaces(text: str, random: Random) -> str:
    """Blanks are gone here and there, after a mark more often."""
    marked = re.sub(r"(?<=[.,;!?])[ ](?=\w)", lambda m: "" if random.random() < 0.2 else m.group(), text)
    return re.sub(r"(?<=\w)[ ](?=\w)", lambda m: "" if random.random() < 0.02 else m.group(), marked)


def web(text: str, random: Random) -> str:
    """How people type: short forms, marks over and over, no full stop at the end."""
    text = _CHAT_RE.sub(lambda m: _CHAT[m.group()] if random.random() < 0.3 else m.group(), straight(text, random))
    text = re.sub(r"[!?]", lambda m: m.group() * random.choice((1, 1, 2, 3)), text).replace("—", random.choice((" - ", "--", "...")))
    return "\n\n".join(re.sub(r"\.\s*$", random.choice(_ENDINGS), p) for p in _paragraphs(text))


RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        modern, curly, straight, single, guillemets, dashes, no_marks, italics, lower, shouting, lost_apostrophes, lost_spaces, web,
    )
}  # fmt: skip


def passages(text: str, length: int) -> list[str]:
    """The text in passages of whole paragraphs, each of at least ``length`` characters but the last."""
    found: list[str] = []
    current: list[str] = []
    size = 0
    for paragraph in _paragraphs(text):
        current.append(paragraph)
        size += len(paragraph)
        if size >= length:
            found.append("\n\n".join(current))
            current, size = [], 0
    return [*found, "\n\n".join(current)] if current else found


def rewrite(text: str, shares: dict[str, float], seed: str, *, length: int = 3000) -> str:
    """The text with every passage in a register of its own; ``shares`` says how many in which, the others stay as they are.

    A register may be several rules joined by ``+``.
    """
    random = Random(seed)
    names = [*shares, ""]
    weights = [*shares.values(), max(0.0, 1 - sum(shares.values()))]
    found = []
    for passage in passages(text, length):
        for name in filter(None, random.choices(names, weights)[0].split("+")):
            passage = RULES[name](passage, random)
        found.append(passage)
    return "\n\n".join(found)
