"""The tables of ``fabula bench who``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from fabula.bench.coreference import METRICS
from fabula.bench.figures import Figure, Found
from fabula.bench.litbank import SETTINGS
from fabula.bench.quotes import CUES
from fabula.bench.reliability import COVERAGES, Claims
from fabula.bench.stories import StoryScore
from fabula.bench.tables import Grid, number, reliability_grid, story_grid, values_of
from fabula.bench.who import Source, WhoScore

_SETTINGS = {
    "people": "people",
    "people_gold": "people, on annotated mentions",
    "all": "all types",
    "all_gold": "all types, on annotated mentions",
}
_METRICS = {"mentions": "mentions", "muc": "MUC", "b3": "B³", "ceafe": "CEAFφ4", "lea": "LEA"}
_SPOKEN = {
    "": "all",
    ".name": "· names",
    ".nominal": "· nominals",
    ".first_second": "· pronouns, first and second person",
    ".third": "· pronouns, third person",
}
_SOURCES: dict[Source, str] = {"litbank": "LitBank", "novels": "novels", "stories": "stories"}


def who_grids(scores: Mapping[Source, Sequence[WhoScore]]) -> list[Grid]:
    """Every table that there are figures for; of each source its scores, with the sum at the end if there are several."""
    grids: list[Grid] = []
    if documents := scores.get("litbank"):
        grids += [coreference_grid(documents[-1]), people_grid(documents[-1]), document_grid(documents)]
    if novels := scores.get("novels"):
        grids += [attribution_grid(novels), spoken_grid(novels[-1])]
    if stories := scores.get("stories"):
        grids.append(story_grid(StoryScore("People", stories[-1].items, stories[-1].figures, {})))
    if claims := _claims(scores):
        grids += [confidence_grid(claims), coverage_grid(claims)]
    return grids


# --- LitBank
def coreference_grid(score: WhoScore) -> Grid:
    """F1 of every metric in every setting."""
    rows = tuple(
        (label, *values_of(score.figures, *(f"{setting}.{m}" for m in METRICS[:3])), number(score.conll[setting]), *_lea(score, setting))
        for setting, label in _SETTINGS.items()
    )
    return Grid("Coreference (F1)", ("entities", "MUC", "B³", "CEAFφ4", "CoNLL", "LEA"), rows)


def _lea(score: WhoScore, setting: str) -> tuple[str, ...]:
    return values_of(score.figures, f"{setting}.lea")


def people_grid(score: WhoScore) -> Grid:
    """Precision and recall of people's mentions and clusters, and the mentions found by kind."""
    rows = [(label, *_ratios(score.figures[f"people.{metric}"])) for metric, label in _METRICS.items()]
    kinds = [(f"· {k}s", "", *values_of(score.figures, f"found.{k}"), "", _items(score.figures, f"found.{k}")) for k in _kinds(score)]
    return Grid("People and their mentions", ("figure", "precision", "recall", "F1", "of"), (rows[0], *kinds, *rows[1:]))


def _kinds(score: WhoScore) -> list[str]:
    return [kind for kind in ("name", "nominal", "pronoun") if f"found.{kind}" in score.figures]


def _ratios(figure: Figure) -> tuple[str, str, str, str]:
    assert isinstance(figure, Found)
    return number(figure.precision), number(figure.recall), number(figure.value), f"{figure.wanted:.0f}"


def _items(figures: Mapping[str, Figure], name: str) -> str:
    figure = figures.get(name)
    return "–" if figure is None or isinstance(figure, Found) else f"{figure.of:.0f}"


def document_grid(scores: Sequence[WhoScore]) -> Grid:
    """The mean of MUC, B³ and CEAFφ4 of each document."""
    rows = tuple(
        (s.name.removesuffix("_brat"), *_words(s), *values_of(s.figures, "people.mentions"), *(number(s.conll[x]) for x in SETTINGS))
        for s in scores
    )
    columns = ("document", "words", "printed", "mentions", *("people", "· on annotated", "all types", "· on annotated"))
    return Grid("Documents (CoNLL F1; mentions of people, F1)", columns, rows, total=len(rows) > 1)


def _words(score: WhoScore) -> tuple[str, str]:
    """Words, and the share of them that stands in the book."""
    return _items(score.figures, "words_placed"), *values_of(score.figures, "words_placed")  # type: ignore[return-value]


# --- novels
def attribution_grid(scores: Sequence[WhoScore]) -> Grid:
    """Quotations given to their speaker end to end, at best, many to one, and with the cast given."""
    names = ("speakers", "ceiling", "speakers_many_to_one", "given_cast", "given_cast_parts", *(f"given_cast_parts.{cue}" for cue in CUES))
    rows = tuple((s.name, _items(s.figures, "speakers"), *values_of(s.figures, *names)) for s in scores)
    columns = ("novel", "quotes", "end to end", "ceiling", "many:1", "cast given", "by parts", *CUES)
    return Grid("Quotations given to their speaker", columns, rows, total=len(rows) > 1)


def spoken_grid(score: WhoScore) -> Grid:
    """Mentions inside quotations with exactly the right people."""
    rows = tuple(
        (label, _items(score.figures, f"spoken{kind}"), *values_of(score.figures, f"spoken{kind}", f"spoken_many_to_one{kind}"))
        for kind, label in _SPOKEN.items()
        if f"spoken{kind}" in score.figures
    )
    return Grid("Mentions inside quotations with exactly the right people", ("mentions", "of", "right", "many:1"), rows)


# --- confidence
def _claims(scores: Mapping[Source, Sequence[WhoScore]]) -> dict[str, Claims]:
    """The claims of each source as one, by what they are called in a table."""
    return {
        f"{name}, {_SOURCES[source]}": here[-1].claims[name]
        for name in ("speakers", "mentions")
        for source, here in scores.items()
        if name in here[-1].claims
    }


def confidence_grid(claims: Mapping[str, Claims]) -> Grid:
    title = "Confidence of speakers and mentions, and the share that is right"
    return reliability_grid({name: c.reliability for name, c in claims.items()}, title)


def coverage_grid(claims: Mapping[str, Claims]) -> Grid:
    """The share that is right of the surest part of all items."""
    rows = tuple((name, str(c.items), *(number(c.accuracy(share)) for share in COVERAGES)) for name, c in claims.items())
    columns = ("items", "of", *_percent(COVERAGES))
    return Grid("Share right of the surest items", columns, rows)


def _percent(shares: Iterable[float]) -> tuple[str, ...]:
    return tuple(f"{100 * s:g} %" for s in shares)
