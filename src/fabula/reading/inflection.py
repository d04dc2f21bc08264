"""A crude base form of English verbs, to tell whether two forms are of one verb."""

from __future__ import annotations

import re
from functools import cache

from fabula.lexicons import table

_VOWEL = re.compile(r"[aeiouy]")
_NO_DOUBLE = frozenset("lsz")


@cache
def _irregular() -> dict[str, str]:
    return {row[0]: row[1] for row in table("questions", "irregular")}


@cache
def base(form: str) -> str:
    """Equal for the forms of one verb; not always a word.

    >>> [base(w) for w in ("brought", "brings", "bringing")], base("ordered") == base("orders"), base("stopped") == base("stop")
    (['bring', 'bring', 'bring'], True, True)
    """
    if form in _irregular():
        return _final(_irregular()[form])
    for suffix, new in (("ies", "y"), ("ied", "y"), ("ing", ""), ("ed", ""), ("es", "e"), ("s", "")):
        root = form[: -len(suffix)] + new
        if form.endswith(suffix) and len(root) >= 2 and _VOWEL.search(root) and not form.endswith("ss"):
            return _final(root)
    return _final(form)


def _final(root: str) -> str:
    """Without a silent e and without the doubled consonant before an ending, so that both spellings meet."""
    root = root[:-1] if len(root) > 2 and root.endswith("e") else root
    doubled = len(root) > 3 and root[-1] == root[-2] and root[-1] not in "aeiou" and root[-1] not in _NO_DOUBLE
    return root[:-1] if doubled else root
