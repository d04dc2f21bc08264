"""Forms of the verbs that introduce speech, thought and writing; made by rule from the lexicon."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from fabula.lexicons import table, words

_VOWELS = frozenset("aeiou")


def _doubles(base: str) -> bool:
    """Whether a one-syllable base doubles its last letter (``nod`` → ``nodded``)."""
    return (
        len(base) >= 3
        and base[-1] not in _VOWELS | set("wxy")
        and base[-2] in _VOWELS
        and base[-3] not in _VOWELS
        and sum(c in _VOWELS for c in base) == 1
    )


def forms(base: str) -> Iterator[str]:
    """The base, third person, past and present participle of a regular verb.

    >>> sorted(forms("nod")), sorted(forms("cry"))[:2]
    (['nod', 'nodded', 'nodding', 'nods'], ['cried', 'cries'])
    """
    yield base
    if base.endswith("y") and base[-2] not in _VOWELS:
        yield from (base[:-1] + "ies", base[:-1] + "ied", base + "ing")
        return
    yield base + ("es" if base.endswith(("s", "sh", "ch", "x", "z", "o")) else "s")
    if base.endswith("e"):
        yield from (base + "d", base[:-1] + "ing")
    else:
        stem = base + base[-1] if _doubles(base) else base
        yield from (stem + "ed", stem + "ing")


@cache
def _irregular() -> Mapping[str, str]:
    return {row[0]: row[1] for row in table("speech_verbs", "irregular")}


@cache
def verb_forms(section: str) -> Mapping[str, str]:
    """Form → base for one section of the speech verbs, two-word verbs left out."""
    out: dict[str, str] = {}
    for base in words("speech_verbs", section):
        if " " in base:
            continue
        past = _irregular().get(base)
        for form in forms(base):
            if past is None or not form.endswith("ed"):
                out[form] = base
        if past is not None:
            out[past] = base
    return out


def is_participle(form: str) -> bool:
    return form.endswith("ing") and form not in {"sing", "bring", "ring"}
