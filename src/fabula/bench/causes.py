"""Why speakers and mentions of a story are wrong: each item that is not right counts under one cause, the first that holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from fabula.bench.comparison import Comparison, Json
from fabula.bench.figures import Figures, by_kind

CAUSES = ("not_found", "nobody", "not_in_cast", "no_counterpart", "members", "somebody_else")
"""Nothing was found there; nobody is named; a right person has no counterpart in the World; one who was named has none in the story; of
several people some are right; it is given to others altogether."""


def causes(c: Comparison) -> Figures:
    """The share of quotations (``speakers``) and of mentions by kind that each cause spoils: ``speakers.nobody``, ``name.not_found`` …"""
    given = [c.quote_of.get(i) for i in range(len(c.gold["quotes"]))]
    out: Figures = _shares("speakers", (_speaker(c, g, p) for g, p in zip(c.gold["quotes"], given, strict=True)))
    for kind in ("name", "nominal", "pronoun"):
        out |= _shares(kind, (_wrong(c, set(g["who"]), c.whom(g)) for g in c.gold_mentions if g["kind"] == kind))
    return out


def _shares(name: str, found: Iterable[str | None]) -> Figures:
    """One figure for each cause; none where there is no item."""
    marks = list(found)
    return {f"{name}.{cause}": by_kind("all", ((cause, m == cause) for m in marks))["all"] for cause in CAUSES} if marks else {}


def _speaker(c: Comparison, gold: Json, read: Json | None) -> str | None:
    whom = None if read is None else c.golden([read["speaker"]] if read["speaker"] else [])
    return _wrong(c, {gold["speaker"]} - {None}, whom)


def _wrong(c: Comparison, wanted: Collection[str], given: set[str] | None) -> str | None:
    """The cause for which a mention of ``wanted`` is not right; None where it is."""
    if given is None:
        return "not_found"
    if given == wanted:
        return None
    if not given:
        return "nobody"
    if not set(wanted) <= set(c.people.values()):
        return "not_in_cast"
    if given & set(wanted):
        return "members"
    return "no_counterpart" if any(who.startswith("?") for who in given) else "somebody_else"
