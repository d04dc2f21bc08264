"""Base forms of verbs: irregular ones from lexicons/verbs.txt, the others by the spelling rules of English."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from fabula.lexicons import table, words
from fabula.reading.who.verbs import verb_forms

_VOWELS = frozenset("aeiou")
_KEEP_DOUBLE = ("ss", "ll", "zz", "ff")


@cache
def _known() -> Mapping[str, str]:
    """Form → base of irregular verbs and of regular ones that end in -e."""
    out = {row[i]: row[0] for row in table("verbs", "irregular") for i in range(len(row))}
    for base in words("verbs", "final e"):
        stem = base[:-1]
        for form in (base, base + "s", base + "d", stem + "ing" if not base.endswith(("ee", "ye", "oe")) else base + "ing"):
            out.setdefault(form, base)
    return dict(verb_forms("core")) | out


def _bare(stem: str) -> str:
    """The base of a stem from which -ed or -ing was taken."""
    if len(stem) > 3 and stem[-1] == stem[-2] and not stem.endswith(_KEEP_DOUBLE):
        return stem[:-1]
    if stem.endswith(("v", "u", "c", "dg", "rg", "ls", "ns", "bl", "pl", "dl", "gl", "tl", "kl", "fl")):
        return stem + "e"
    vowels = sum(c in _VOWELS for c in stem)
    if vowels == 1 and len(stem) >= 3 and stem[-1] not in _VOWELS | set("wxy") and stem[-2] in _VOWELS and stem[-3:-2] not in _VOWELS:
        return stem + "e"  # a single consonant after a short vowel would have been doubled
    return stem


@cache
def lemma(form: str) -> str:
    """The base of a verb form in lower case.

    >>> [lemma(w) for w in ("left", "hopped", "hoping", "carried", "reached", "gives", "tries", "married", "watches")]
    ['leave', 'hop', 'hope', 'carry', 'reach', 'give', 'try', 'marry', 'watch']
    """
    known = _known().get(form)
    if known is not None:
        return known
    if form.endswith(("ies", "ied")) and len(form) > 4:
        return form[:-3] + "y"
    if form.endswith("ing") and len(form) > 5:
        return _bare(form[:-3])
    if form.endswith("ed") and len(form) > 4:
        return _bare(form[:-2])
    if form.endswith(("ches", "shes", "sses", "xes", "zes", "oes")):
        return form[:-2]
    if form.endswith("s") and not form.endswith("ss") and len(form) > 3:
        return form[:-1]
    return form
