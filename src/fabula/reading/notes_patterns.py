"""Phrase patterns from a lexicon, matched by anchor words: linear in the text, whatever the size of the lexicon.

A pattern is a line of elements separated by blanks. ``word``, ``a|b`` (either), ``kill+`` (all forms of a regular verb), ``murder*``
(any ending), ``~3`` (up to three words between), ``word?`` (optional), ``NAME`` in capitals (a macro: a section of the lexicon, or
one of those built in below; it may be one of the alternatives). The element of the longest words that is neither optional nor a
gap and holds no macro is the anchor: a pattern is tried only in sentences in which its anchor occurs, and its other such elements too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

WORD = re.compile(r"[^\W\d_]+")
_SEP = r"[\s*_‐‑-]+"
_GAP_WORD = r"(?!not\b|never\b|no\b|nor\b|\w+n['’ʼ]t\b)[\w'’ʼ]+"
_APOSTROPHE = "['’ʼ]"
_HER = (
    r"her(?=[^\w\s]|\s*$|\s+(?:in|on|with|and|again|so|hard|across|to|from|over|until|till|when|as|because|for|before|after|but|while|that|if|at|by|like|"
    r"down|up|out|off|away|back|into|against|once|twice|or|then|the|a|without|around|about|though|where|who|there|here|too|first|alone|anyway|more|two|three|four|five|six|nine|ten)\b)"
)  # "her" as an object: what follows is no noun that it could possess
_POSS = rf"(?:his|her|my|your|their|our|its|whose|(?-i:[A-Z])[\w]+{_APOSTROPHE}s)"
_DOUBLING = re.compile(r"^(?:[^aeiou]*[aeiou][bdgmnprt]|.*(?:nap|trap|hip|mit))$")
_MACRO_NAME = re.compile(r"^[A-Z]{2,}$")
_SELF_JOINED = ("BE", "HAVE")  # macros that may lean on the word before: he's, they've


def inflect(verb: str) -> tuple[str, ...]:
    """The forms of a regular verb.

    >>> inflect("stab"), inflect("bully")
    (('stab', 'stabs', 'stabbed', 'stabbing'), ('bully', 'bullies', 'bullied', 'bullying'))
    """
    if verb.endswith("e"):
        return (verb, verb + "s", verb + "d", verb[:-1] + "ing")
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return (verb, verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing")
    stem = verb + verb[-1] if _DOUBLING.match(verb) else verb
    third = verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "z")) else "s")
    return (verb, third, stem + "ed", stem + "ing")


def _alternatives(element: str) -> list[tuple[str, bool]]:
    """(word, whether it is a prefix) of every alternative of an element."""
    out: list[tuple[str, bool]] = []
    for alt in element.split("|"):
        if _MACRO_NAME.match(alt):
            continue
        if alt.endswith("+"):
            out.extend((form, False) for form in inflect(alt[:-1]))
        elif alt.endswith("*"):
            out.append((alt[:-1], True))
        else:
            out.append((alt, False))
    return out


def _literal(word: str) -> str:
    return re.escape(word).replace("'", _APOSTROPHE)


@dataclass(frozen=True, slots=True)
class Hit:
    """A pattern found: its tag and its range."""

    start: int
    end: int
    tag: int


class PhraseSet:
    """Compiled patterns, each with a tag (an index of the caller's).

    >>> s = PhraseSet([("stab+ OBJ", 0), ("gun|guns", 1)], {"PERSON": ["man"]})
    >>> text = "The guns were silent. He stabbed the old man."
    >>> [(text[h.start : h.end], h.tag) for h in s.find(text, [(0, 21), (22, 45)])]
    [('guns', 1), ('stabbed the old man', 0)]
    """

    def __init__(self, patterns: Iterable[tuple[str, int]], macros: Mapping[str, Iterable[str]]) -> None:
        self._macros = self._built_in(macros)
        self._sources: list[tuple[str, int]] = []
        self._required: list[tuple[frozenset[str], ...]] = []
        self._compiled: dict[int, tuple[re.Pattern[str], int]] = {}
        self._exact: dict[str, list[int]] = {}
        self._prefix: dict[str, list[int]] = {}
        for line, tag in patterns:
            self._add(line, tag)

    @staticmethod
    def _built_in(macros: Mapping[str, Iterable[str]]) -> dict[str, str]:
        """Macro name to regular expression; ``BE`` and ``HAVE`` join themselves to the word before (``he's``)."""
        out = {k: "(?:" + "|".join(sorted(map(_literal, v), key=len, reverse=True)) + ")" for k, v in macros.items()}
        person = out.get("PERSON", r"(?!)")
        name = rf"(?!{out.get('NOTNAME', '(?!)')}\b)(?-i:[A-Z][a-z])[\w]+"
        out["POSS"] = _POSS
        out["REFL"] = "(?:him|her|my|your|them|our|one)sel(?:f|ves)"
        out["OBJ"] = (
            rf"(?:him|{_HER}|me|you|them|us|{name}|(?:the|a|an|this|that|another|{_POSS})(?:{_SEP}(?:old|young|other|little|big|poor|\w+ed))?{_SEP}{person})"
        )
        out["SUBJ"] = rf"(?:he|she|they|we|i|you|who|{name}|(?:the|a|an|this|that|another|{_POSS})(?:{_SEP}\w+)?{_SEP}{person})"
        out["BE"] = rf"(?:FIRST(?:is|was|were|are|am|be|been|being)|(?<=\w){_APOSTROPHE}(?:s|re|m))"
        out["HAVE"] = rf"(?:FIRST(?:has|have|had|having)|(?<=\w){_APOSTROPHE}(?:s|ve|d))"
        return out

    def _element(self, element: str, before: str) -> str:
        """The regular expression of an element, with what joins it to the word ``before``."""
        macros = [a for a in element.split("|") if _MACRO_NAME.match(a)]
        literals = [_literal(w) + (r"\w*" if prefix else "") for w, prefix in _alternatives(element)]
        joined = [self._macros[m].replace("FIRST", before) for m in macros if m in _SELF_JOINED]
        plain = literals + [self._macros[m] for m in macros if m not in _SELF_JOINED]
        return "(?:" + "|".join(joined + ([f"{before}(?:{'|'.join(plain)})"] if plain else [])) + ")"

    def _add(self, line: str, tag: int) -> None:
        parts: list[str] = []
        anchors: list[str] = []
        for element in line.split():
            if element[0] == "~":
                parts.append(rf"(?:,?{_SEP}{_GAP_WORD}){{0,{int(element[1:])}}}")
                continue
            optional = element.endswith("?")
            element = element.removesuffix("?")
            joined = self._element(element, _SEP if parts else r"(?<!\w)")
            parts.append(f"(?:{joined})?" if optional else joined)
            if not optional and self._is_anchor(element):
                anchors.append(element)
        if not anchors:
            raise ValueError(f"pattern without an anchor word: {line!r}")
        row = len(self._sources)
        self._required.append(tuple(frozenset(WORD.findall(w)[0] for w, _ in _alternatives(a)) for a in anchors if not self._has_prefix(a)))
        self._sources.append(("".join(parts) + r"(?!\w|[-‐‑]\w)", tag))
        for word, prefix in _alternatives(max(anchors, key=lambda a: min(len(w) for w, _ in _alternatives(a)))):
            first = WORD.match(word)
            assert first is not None, line
            whole = first.group() == word
            (self._prefix if prefix and whole else self._exact).setdefault(first.group(), []).append(row)

    @staticmethod
    def _is_anchor(element: str) -> bool:
        return not any(_MACRO_NAME.match(a) for a in element.split("|")) and all(w[0].isalpha() for w, _ in _alternatives(element))

    @staticmethod
    def _has_prefix(element: str) -> bool:
        return any(prefix for _, prefix in _alternatives(element))

    def _rows_of(self, word: str) -> tuple[int, ...]:
        rows = list(self._exact.get(word, ()))
        for k in range(2, len(word) + 1):
            rows += self._prefix.get(word[:k], ())
        return tuple(rows)

    def _pattern(self, row: int) -> tuple[re.Pattern[str], int]:
        """Compiled when first needed: a short story needs few of many, and compiling them all would take longer than reading it."""
        got = self._compiled.get(row)
        if got is None:
            source, tag = self._sources[row]
            got = self._compiled[row] = (re.compile(source, re.IGNORECASE), tag)
        return got

    def find(self, text: str, sentences: Iterable[tuple[int, int]]) -> Iterator[Hit]:
        """Hits in order of the sentences; within a sentence in order of start, each (range, tag) once."""
        known: dict[str, tuple[int, ...]] = {}
        for start, end in sentences:
            rows: set[int] = set()
            for raw in WORD.findall(text, start, end):
                got = known.get(raw)
                if got is None:
                    got = known[raw] = self._rows_of(raw.lower())
                if got:
                    rows.update(got)
            if rows:
                words = {w.lower() for w in WORD.findall(text, start, end)}
                likely = [r for r in rows if not any(words.isdisjoint(need) for need in self._required[r])]
                found = {(m.start(), m.end(), tag) for p, tag in map(self._pattern, likely) for m in p.finditer(text, start, end)}
                for s, e, tag in sorted(found):
                    yield Hit(s, e, tag)
