"""Who says what in whole novels, end to end from raw text, against the annotation of the Project Dialogism Novel Corpus.

People of a reading and of the annotation are mapped one to one, by names first, by quotations in common where names leave it open; a
quotation not found, a speaker not given, or one without a counterpart counts as wrong. Figures, each a sum over quotations:

``speakers``, ``speakers.CUE``: quotations given to their speaker. ``speaker_parts``: the same counted by parts of interrupted quotations,
as the published figures on this corpus count. ``speakers_many_to_one``: every person read may stand for the annotated one he fits best, so
that splitting one person in two costs nothing. ``detected``: quotations found at all. ``addressees``: of quotations that have any.
``characters``: major and intermediate ones that have a counterpart.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from fabula.bench.figures import Figures, Found, Share, by_kind, pooled
from fabula.bench.pdnc import GoldQuotation, Novel, read_novel
from fabula.bench.reliability import Claim, Claims, Reliability, claims_by_kind
from fabula.bench.running import measure_each, read_layers
from fabula.elements import Character, Quote
from fabula.spans import Span

CUES = ("explicit", "anaphoric", "implicit")
CAUSES = ("not_found", "no_speaker", "split", "not_in_cast", "no_counterpart", "somebody_else")
"""Why a quotation is not given to its speaker: it was not found; nobody was named; the speaker was split and this is a part of him that
does not stand for him; the speaker has no counterpart at all; whom it was given to has none; it was given to another person."""
_NAME, _MOST = 3, 10
"""A shared name counts this much, and one more for each time it occurs, up to so many."""
_QUOTATION = 0.2
_ENOUGH = 1.0
"""Two people with less in common are not mapped."""


@dataclass(frozen=True, slots=True)
class NovelScore:
    """Of one novel or of several pooled. ``errors``: the share of quotations that each of ``CAUSES`` spoils, in all and by
    annotated cue. ``false_quotes``: speech read where no person's is annotated. ``reliability``: by cue as read."""

    name: str
    quotations: int
    left_out: int
    figures: Figures
    errors: Figures
    false_quotes: int
    reliability: dict[str, Reliability]

    def to_json(self) -> dict[str, object]:
        return {
            "novel": self.name,
            "quotations": self.quotations,
            "left_out_no_person": self.left_out,
            "false_quotes": self.false_quotes,
            **{name: figure.to_json() for name, figure in self.figures.items()},
            "errors": {name: figure.to_json() for name, figure in self.errors.items()},
            "reliability": {cue: r.to_json() for cue, r in self.reliability.items()},
        }


class _Overlaps:
    """Which quotations of a reading lie where."""

    def __init__(self, quotes: Iterable[Quote]) -> None:
        self.quotes = sorted(quotes, key=lambda q: q.start)
        self._starts = [q.start for q in self.quotes]
        self._reach = list(accumulate((q.end for q in self.quotes), max))

    def over(self, span: Span) -> Iterator[tuple[int, Quote]]:
        """(code points in common, quotation) in order of the text."""
        first = last = bisect_left(self._starts, span.end)
        while first and self._reach[first - 1] > span.start:
            first -= 1
        for q in self.quotes[first:last]:
            if q.end > span.start:
                yield min(q.end, span.end) - max(q.start, span.start), q


@dataclass(frozen=True, slots=True)
class _Heard:
    """What a reading has where a quotation, or a part of one, is annotated: speakers by code points, addressees."""

    speakers: Counter[str | None]
    addressees: frozenset[str]

    @property
    def speaker(self) -> str | None:
        return max(self.speakers, key=self.speakers.__getitem__, default=None)

    def __add__(self, other: _Heard) -> _Heard:
        return _Heard(self.speakers + other.speakers, self.addressees | other.addressees)


def _hear(overlaps: _Overlaps, span: Span) -> _Heard:
    speakers: Counter[str | None] = Counter()
    addressees: set[str] = set()
    for points, quote in overlaps.over(span):
        speakers[quote.speaker] += points
        addressees.update(quote.addressees)
    return _Heard(speakers, frozenset(addressees))


def _likeness(novel: Novel, characters: Sequence[Character], heard: Sequence[_Heard]) -> list[tuple[str, str]]:
    """(main name, id) of all pairs with enough in common, the likest first."""
    score: Counter[tuple[str, str]] = Counter()
    for c in characters:
        names = Counter({c.name.lower(): 1})
        for alias in c.aliases:
            names[alias.text.lower()] += alias.count
        for name, count in names.items():
            owners = novel.owners.get(name, ())
            for owner in owners:
                score[owner, c.id] += (_NAME + min(count, _MOST)) / len(owners)  # type: ignore[assignment]
    for gold, here in zip(novel.quotations, heard, strict=True):
        if here.speaker:
            score[gold.speaker, here.speaker] += _QUOTATION  # type: ignore[assignment]
    return [pair for pair, points in score.most_common() if points >= _ENOUGH]


def _one_to_one(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Id -> main name, each of either only once."""
    out: dict[str, str] = {}
    taken: set[str] = set()
    for main_name, character in pairs:
        if character not in out and main_name not in taken:
            out[character] = main_name
            taken.add(main_name)
    return out


class NovelComparison:
    """A novel as read beside its annotation. ``heard``: what lies where each quotation is annotated, ``parts``: where each of its parts is.
    ``people``: id of a character -> main name, one to one; ``best``: of every character that he has anything in common with, the likest."""

    def __init__(self, novel: Novel, characters: Sequence[Character], quotes: Sequence[Quote]) -> None:
        self.novel = novel
        self.overlaps = _Overlaps(quotes)
        self.parts = [[_hear(self.overlaps, span) for span in gold.parts] for gold in novel.quotations]
        self.heard = [sum(p, _Heard(Counter(), frozenset())) for p in self.parts]
        pairs = _likeness(novel, characters, self.heard)
        self.people = _one_to_one(pairs)
        self.best = {character: main_name for main_name, character in reversed(pairs)}

    def speakers(self, name: str, people: Mapping[str, str]) -> Figures:
        """Quotations given to their speaker, by cue, where ``people`` says who of the annotation each character is."""
        golds = zip(self.novel.quotations, self.heard, strict=True)
        return {**by_kind(name, ((g.cue, people.get(h.speaker or "") == g.speaker) for g, h in golds))}

    def speaker_parts(self, name: str, people: Mapping[str, str]) -> Figures:
        """The same counted by parts of interrupted quotations."""
        golds = zip(self.novel.quotations, self.parts, strict=True)
        return {**by_kind(name, ((g.cue, people.get(p.speaker or "") == g.speaker) for g, ps in golds for p in ps))}

    def claim(self, gold: GoldQuotation, heard: _Heard) -> Claim | None:
        """How surely a quotation was given to its speaker, and whether rightly; None where it was given to nobody."""
        if heard.speaker is None:
            return None
        quotes = [(points, q) for span in gold.parts for points, q in self.overlaps.over(span) if q.speaker == heard.speaker]
        confidence = max(quotes, key=lambda here: here[0])[1].confidence
        return confidence, self.people.get(heard.speaker) == gold.speaker

    def claims(self) -> dict[str, Claims]:
        golds = zip(self.novel.quotations, self.heard, strict=True)
        return claims_by_kind("speakers", ((g.cue, self.claim(g, h)) for g, h in golds))


def score_novel(novel: Novel, characters: Sequence[Character], quotes: Sequence[Quote]) -> NovelScore:
    """How near the people and quotations read from a novel come to its annotation."""
    return score_comparison(NovelComparison(novel, characters, quotes))


def score_comparison(c: NovelComparison) -> NovelScore:
    novel, people, overlaps = c.novel, c.people, c.overlaps
    golds = list(zip(novel.quotations, c.heard, strict=True))
    figures: Figures = {
        **c.speakers("speakers", people),
        **c.speaker_parts("speaker_parts", people),
        **c.speakers("speakers_many_to_one", c.best),
        **by_kind("detected", ((g.cue, bool(h.speakers)) for g, h in golds)),
        "addressees": sum((_addressed(g, h, people) for g, h in golds), Found(0, 0, 0, 0)),
        "characters": Share(len(set(people.values()) & set(novel.important)), len(novel.important)),
    }
    found = _annotated_as(novel, overlaps)
    false = sum(q.kind == "speech" and i not in found for i, q in enumerate(overlaps.quotes))
    reliability = _reliability(found, overlaps.quotes, people)
    errors = _errors([(g, _cause(g, h, people, c.best)) for g, h in golds])
    return NovelScore(novel.name, len(novel.quotations), novel.left_out, figures, errors, false, reliability)


def _cause(gold: GoldQuotation, heard: _Heard, people: dict[str, str], best: dict[str, str]) -> str | None:
    """Why a quotation is wrong (one of ``CAUSES``, the first that holds); None where it is right."""
    speaker = heard.speaker
    if not heard.speakers:
        return "not_found"
    if speaker is None:
        return "no_speaker"
    if people.get(speaker) == gold.speaker:
        return None
    if best.get(speaker) == gold.speaker:
        return "split"
    if gold.speaker not in people.values():
        return "not_in_cast"
    return "somebody_else" if speaker in people else "no_counterpart"


def _errors(causes: Sequence[tuple[GoldQuotation, str | None]]) -> Figures:
    out: Figures = {}
    for cause in CAUSES:
        out |= by_kind(cause, ((gold.cue, here == cause) for gold, here in causes))
    return out


def _addressed(gold: GoldQuotation, heard: _Heard, people: dict[str, str]) -> Found:
    if not gold.addressees:
        return Found(0, 0, 0, 0)
    return Found.of_sets({people.get(a, f"?{a}") for a in heard.addressees}, set(gold.addressees))


def _annotated_as(novel: Novel, overlaps: _Overlaps) -> dict[int, GoldQuotation]:
    """For each quotation read that lies over an annotated one, by its number: the one it shares most with."""
    number = {id(q): i for i, q in enumerate(overlaps.quotes)}
    best: dict[int, tuple[int, GoldQuotation]] = {}
    for gold in novel.quotations:
        for span in gold.parts:
            for points, quote in overlaps.over(span):
                i = number[id(quote)]
                if i not in best or points > best[i][0]:
                    best[i] = points, gold
    return {i: gold for i, (_, gold) in best.items()}


def _reliability(found: dict[int, GoldQuotation], quotes: Sequence[Quote], people: dict[str, str]) -> dict[str, Reliability]:
    """Of the quotations that have a speaker and lie over an annotated one, by the cue that was read: a confidence is given to that cue."""
    claims: dict[str, list[tuple[float, bool]]] = {cue: [] for cue in ("all", *CUES)}
    for i, gold in found.items():
        quote = quotes[i]
        if quote.speaker is not None:
            claim = quote.confidence, people.get(quote.speaker) == gold.speaker
            claims["all"].append(claim)
            claims[quote.cue].append(claim)
    return {cue: Reliability.of(c) for cue, c in claims.items()}


def pool(scores: Sequence[NovelScore]) -> NovelScore:
    """All novels as one: every quotation counts the same."""
    empty = Reliability()
    return NovelScore(
        name="all",
        quotations=sum(s.quotations for s in scores),
        left_out=sum(s.left_out for s in scores),
        figures=pooled(s.figures for s in scores),
        errors=pooled(s.errors for s in scores),
        false_quotes=sum(s.false_quotes for s in scores),
        reliability={cue: sum((s.reliability[cue] for s in scores), empty) for cue in ("all", *CUES)},
    )


# --- reading
def bench_novel(folder: Path) -> NovelScore:
    """Read one novel from its text and compare it with its annotation."""
    novel = read_novel(folder)
    layers = read_layers(novel.text, "characters", "quotes")
    return score_novel(novel, layers["characters"], layers["quotes"])


def bench_novels(folders: Sequence[Path], *, jobs: int = 1, tell: Callable[[NovelScore], None] | None = None) -> list[NovelScore]:
    """Every novel in its order, ``jobs`` at a time; ``tell`` hears of each as soon as it is done."""
    return measure_each(bench_novel, folders, jobs=jobs, tell=tell)
