"""Words for asking: stems, stop words and word classes, all from the lexicon ``questions``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from fabula.lexicons import table, words

_WORD = re.compile(r"[^\W_]+(?:[’'\-][^\W_]+)*")
_CLITIC = re.compile(r"(?:['’](?:s|d|m|ll|ve|re|em)|n['’]t)$")
_VOWEL = re.compile(r"[aeiouy]")
_SUFFIXES = {
    "ies": "y", "ied": "y", "ing": "", "edly": "", "ed": "", "xes": "x", "ches": "ch", "shes": "sh", "sses": "ss", "oes": "o", "ly": "",
    "s": "",
}  # fmt: skip
_SILENT_E = re.compile(r"[^aeiou][aeiouy][^aeiouwxy]")  # "bak(ing)" lost an e, "wait(ed)" and "hop(p)ed" did not


def in_class(word: str, name: str) -> bool:
    """Whether a word belongs to a word class (a section of the lexicon), case ignored."""
    return word.lower().replace("’", "'") in words("questions", name) or word.lower() in words("questions", name)


@cache
def _irregular() -> dict[str, str]:
    return {row[0]: row[1] for row in table("questions", "irregular")}


@cache
def stem(word: str) -> str:
    """A crude common form of a word's inflections; equal stems mean "perhaps the same word".

    >>> stem("reading") == stem("reads"), stem("driven") == stem("drove"), stem("baking") == stem("bake"), stem("pane") == stem("pan")
    (True, True, True, False)
    """
    w = _CLITIC.sub("", word.lower())
    w = _irregular().get(w, w)
    for suffix, new in _SUFFIXES.items():
        root = w[: -len(suffix)] + new
        if w.endswith(suffix) and len(root) >= 3 and _VOWEL.search(root) and not w.endswith("ss"):
            w = root + "e" if suffix in ("ing", "ed") and _SILENT_E.fullmatch(root) else root
            break
    w = w.removesuffix("e") if len(w) > 4 else w
    return w[:-1] if len(w) > 3 and w[-1] == w[-2] and w[-1] not in "aeiouls" else w


@cache
def synonyms() -> dict[str, frozenset[str]]:
    """Stem → the stems that may stand for it (itself excluded)."""
    out: dict[str, set[str]] = {}
    for (line,) in table("questions", "synonyms"):
        stems = {stem(w.strip()) for w in line.split(",")}
        for s in stems:
            out.setdefault(s, set()).update(stems - {s})
    return {k: frozenset(v) for k, v in out.items()}


def word_list(text: str) -> list[str]:
    """The words of a text, clitics cut off; none of what is a clitic and nothing else ("n't")."""
    return [w for m in _WORD.finditer(text) if (w := _CLITIC.sub("", m.group()))]


def is_content(word: str) -> bool:
    """Whether a word carries meaning of its own: no stop word, no bare clitic."""
    w = word.lower()
    return w[0].isalnum() and not in_class(w, "stop")


def content_stems(text_words: Iterable[str]) -> list[str]:
    """Stems of the words that carry meaning, in order, each once."""
    return list(dict.fromkeys(stem(w) for w in text_words if is_content(w)))
