"""What a benchmark found as tables for people: the same grid on a terminal and in docs/accuracy.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.table import Table

from fabula.bench.causes import CAUSES as STORY_CAUSES
from fabula.bench.checking import StoryCheck
from fabula.bench.figures import Figure, Found, Share
from fabula.bench.quotation_robustness import Score
from fabula.bench.quotes import CAUSES, CUES, NovelScore
from fabula.bench.reliability import EDGES, Reliability
from fabula.bench.speed import Speed
from fabula.bench.stories import StoryScore

LABELS = {
    "quotations": "quotations found",
    "speakers": "speakers",
    "addressees": "addressees",
    "cast": "major and minor characters found",
    "cast_precision": "characters shown who are in the story",
    "cast_once": "major characters found exactly once",
    "aliases": "names given to the right character",
    "mentions": "mentions with exactly the right people",
    "pronouns": "pronouns with exactly the right people",
    "relationships": "relationships",
    "scene_boundaries": "scene boundaries",
    "scene_cast": "people present in scenes",
    "scene_pov": "point of view of scenes",
    "story_order": "pairs of scenes in order of happening",
    "frames": "frames",
    "notes": "content notes",
    "notes_serious": "serious content notes found",
    "note_passages": "noted passages found",
    "facts": "facts found",
    "fact_values": "values of facts, where judged",
    "lore": "lore (characters of text)",
    "deadlines": "time limits of rules and steps found",
    "commitments": "commitments",
    "commitment_fates": "commitments found with their fate",
    "beliefs": "beliefs that are mistaken or open",
    "knowledge": "who knows of an event (balanced)",
    "events": "events found",
    "event_order": "pairs of events in order of happening",
    "event_order_turned": "pairs of events told the other way round",
    "causes": "reasons and motives",
    "emotions": "strongest emotions of scenes found",
    "answers": "questions answered rightly",
    "answer_evidence": "answers with the right evidence",
}
"""What the figures of a story are called, in the order in which they are shown."""
_SINGLE = ("spread", "entities_by_document", "events_by_document", "by_label")
_KINDS = {
    **{kind: kind for kind in (*CUES, "name", "nominal", "pronoun")},
    "first_second": "first and second person",
    "third": "third person",
    **{kind: kind for kind in ("span", "coref", "multi", "unanswerable")},
}
"""What the parts of figures are called, in the order in which they are shown."""
_CAUSES = {
    "not_found": "the quotation is not found",
    "no_speaker": "nobody is named",
    "split": "given to a second copy of the speaker",
    "not_in_cast": "the speaker is not in the cast",
    "no_counterpart": "given to somebody who is not in the story",
    "somebody_else": "given to another person",
}
_STORY_CAUSES = {
    "not_found": "nothing is found there",
    "nobody": "found, but given to nobody",
    "not_in_cast": "a right person is not in the cast",
    "no_counterpart": "given to a copy or to somebody not there",
    "members": "not all people, or too many",
    "somebody_else": "given to another person",
}


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of text; the first column names what the row is about, the others hold numbers. The last row may be a sum (``total``)."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: bool = False

    def to_rich(self) -> Table:
        table = Table(title=self.title, title_justify="left", box=None, padding=(0, 1, 0, 0), header_style="bold", title_style="bold")
        for i, column in enumerate(self.columns):
            widest = max((len(row[i]) for row in self.rows), default=0)
            table.add_column(column, justify="right" if i else "left", min_width=widest, overflow="fold")
        for i, row in enumerate(self.rows):
            table.add_row(*row, style="bold" if self.total and i == len(self.rows) - 1 else None)
        return table

    def to_markdown(self) -> str:
        """A table of GitHub's Markdown; the title is left to the page."""
        lines = [self.columns, tuple("---:" if i else "---" for i in range(len(self.columns))), *self.rows]
        return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"


def number(value: float) -> str:
    return f"{value:.3f}"


def values_of(figures: Mapping[str, Figure], *names: str) -> tuple[str, ...]:
    """The values of figures by name; a dash for what a story has not."""
    return tuple(number(figures[name].value) if name in figures else "–" for name in names)


# --- novels
def speaker_grid(scores: Iterable[NovelScore]) -> Grid:
    names = ("speakers", *(f"speakers.{cue}" for cue in CUES), "speaker_parts", "speakers_many_to_one")
    rows = tuple((s.name, str(s.quotations), *values_of(s.figures, *names)) for s in scores)
    return Grid("Quotations given to their speaker", ("novel", "quotes", "all", *CUES, "parts", "many:1"), rows, total=len(rows) > 1)


def detection_grid(scores: Iterable[NovelScore]) -> Grid:
    rows = tuple((s.name, *values_of(s.figures, "detected"), str(s.false_quotes), *_addressees(s), _characters(s)) for s in scores)
    columns = ("novel", "detected", "false", "addr. P", "R", "F1", "characters")
    return Grid("Quotations found, addressees, major and intermediate characters", columns, rows, total=len(rows) > 1)


def _addressees(score: NovelScore) -> tuple[str, str, str]:
    figure = score.figures["addressees"]
    assert isinstance(figure, Found)
    return number(figure.precision), number(figure.recall), number(figure.value)


def _characters(score: NovelScore) -> str:
    figure = score.figures["characters"]
    assert isinstance(figure, Share)
    return f"{figure.right:g}/{figure.of:g}"


def error_grid(score: NovelScore) -> Grid:
    """Why quotations are not given to their speaker: the share of all, and of each cue, that a cause spoils."""
    cues = [cue for cue in CUES if f"speakers.{cue}" in score.figures]
    rows = tuple((_CAUSES[cause], *values_of(score.errors, cause, *(f"{cause}.{cue}" for cue in cues))) for cause in CAUSES)
    total = tuple(number(1 - score.figures[name].value) for name in ("speakers", *(f"speakers.{cue}" for cue in cues)))
    return Grid("Quotations not given to their speaker, and why", ("cause", "all", *cues), (*rows, ("all causes", *total)), total=True)


def reliability_grid(
    reliability: Mapping[str, Reliability], title: str = "Confidence of speakers and the share that is right, by cue as read"
) -> Grid:
    """Per bin of confidences and kind of claim (by default cues as read): how many claims, and the share that is right."""
    ends = [f"{e:.1f}" for e in EDGES[1:]] + ["1.0"]
    rows = [
        (f"{edge:.1f} to {end}", *(cell for r in reliability.values() for cell in _bin(r, i)))
        for i, (edge, end) in enumerate(zip(EDGES, ends, strict=True))
    ]
    rows.append(("error", *(cell for r in reliability.values() for cell in (str(r.count), number(r.error)))))
    columns = ("said with", *(head for cue in reliability for head in (cue, "right")))
    return Grid(title, columns, tuple(rows), total=True)


def _bin(reliability: Reliability, i: int) -> tuple[str, str]:
    here = reliability.bins[i]
    return str(here.count), number(here.right / here.count) if here.count else "–"


# --- stories
def story_grid(score: StoryScore) -> Grid:
    """Every figure of a story, or of several pooled: precision, recall and F1, or a share; and of how many items."""
    order = {name: i for i, name in enumerate((*LABELS, *_KINDS))}
    names = sorted(score.figures, key=lambda name: [order.get(part, len(order)) for part in name.split(".")])
    title = f"{score.name}: {score.stories} {'story' if score.stories == 1 else 'stories'}"
    rows = tuple((_label(name), *_ratios(score.figures[name])) for name in names)
    return Grid(title, ("figure", "precision", "recall", "F1 or share", "of"), rows)


def _label(name: str) -> str:
    layer, _, kind = name.partition(".")
    return f"· {_KINDS.get(kind, kind)}" if kind else LABELS.get(layer, layer)


def _ratios(figure: Figure) -> tuple[str, str, str, str]:
    if isinstance(figure, Found):
        return number(figure.precision), number(figure.recall), number(figure.value), f"{figure.wanted:.0f}"
    return "", "", number(figure.value), f"{figure.of:.0f}"


def story_error_grid(score: StoryScore) -> Grid:
    """Why speakers and mentions are wrong: the share of all that a cause spoils."""
    kinds = [kind for kind in ("speakers", "name", "nominal", "pronoun") if f"{kind}.{STORY_CAUSES[0]}" in score.errors]
    rows = [(_STORY_CAUSES[cause], *values_of(score.errors, *(f"{kind}.{cause}" for kind in kinds))) for cause in STORY_CAUSES]
    total = [sum(score.errors[f"{kind}.{cause}"].value for cause in STORY_CAUSES) for kind in kinds]
    columns = ("cause", *(kind if kind == "speakers" else f"{kind}s" for kind in kinds))
    return Grid("Speakers and mentions that are wrong, and why", columns, (*rows, ("all causes", *map(number, total))), total=True)


# --- quotation marks
def marks_grid(scores: Mapping[tuple[str, str], Score]) -> Grid:
    """F1 of quotations by how they are set (rows) and what has been damaged (columns)."""
    damages = tuple(dict.fromkeys(damage for _, damage in scores))
    marks = dict.fromkeys(name for name, _ in scores)
    rows = tuple((name, *(number(scores[name, damage].f1) for damage in damages)) for name in marks)
    return Grid("Quotations found (F1), by marks and damage", ("marks", *damages), rows)


# --- speed
def speed_grid(speed: Speed) -> Grid:
    """CPU seconds by stage, one column per length of text."""
    stages = dict.fromkeys(stage for run in speed.runs for stage in run.stages)
    rows: list[tuple[str, ...]] = [("words", *(f"{run.words:,}" for run in speed.runs))]
    rows += [(stage, *(f"{run.stages[stage].cpu:.2f}" if stage in run.stages else "–" for run in speed.runs)) for stage in stages]
    rows += [
        ("all stages, CPU s", *(f"{run.cpu:.2f}" for run in speed.runs)),
        ("all stages, wall s", *(f"{run.wall:.2f}" for run in speed.runs)),
        ("words per second (wall)", *(f"{run.words_per_second:,.0f}" for run in speed.runs)),
        ("start of the program, CPU s", *(f"{run.startup:.2f}" for run in speed.runs)),
        ("peak memory, MB", *(f"{run.peak_mb:,.0f}" if run.peak_mb is not None else "–" for run in speed.runs)),
        _linearity(speed),
    ]
    return Grid(f"Reading {speed.story}: CPU seconds by stage", ("", *(f"{run.times}×" for run in speed.runs)), tuple(rows))


def model_grid(figures: Mapping[str, Any]) -> Grid:
    """Figures of the reader model on one folder: F1 or share of words, in percent."""
    return figures_grid(f"The reader model on {figures['folder']}", figures)


def check_grids(whole: StoryCheck) -> Iterator[Grid]:
    """What was planted and found by rule, then what it cost in false alarms and traps."""
    rules = [(rule.replace("_", " "), str(whole.found[rule]), str(n)) for rule, n in sorted(whole.planted.items())]
    rules.append(("all", f"{whole.recall.right:.0f}", f"{whole.recall.of:.0f}"))
    yield Grid("Planted contradictions", ("rule", "found", "planted"), tuple(rules))
    cost = (
        ("false alarms", str(len(whole.alarms)), f"{whole.alarms_per_5000:.2f} per 5,000 words"),
        ("traps fallen for", f"{whole.traps.right:.0f}", f"of {whole.traps.of:.0f}"),
    )
    yield Grid("What is not planted", ("figure", "", ""), cost)


def figures_grid(title: str, figures: Mapping[str, Any]) -> Grid:
    """Nested figures in percent, a row each."""
    return Grid(title, ("figure", "", "of"), tuple(_model_rows(figures)))


def _model_rows(figures: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str, str]]:
    """Single numbers, F1 with what it is of, intervals, and what nested figures hold; not the figures of single documents and labels."""
    for name, value in figures.items():
        shown = f"{before}{name}".replace("_", " ")
        if isinstance(value, Mapping) and "f1" in value and "gold" in value:
            yield shown, f"{value['f1']:.1f}", f"{value['gold']}"
        elif isinstance(value, Mapping) and name not in _SINGLE:
            yield from _model_rows(value, f"{shown}, ")
        elif isinstance(value, list):
            yield shown, " to ".join(f"{v:+.1f}" for v in value), ""
        elif isinstance(value, (int, float)) and name != "seconds":
            yield shown, f"{value:,.1f}" if isinstance(value, float) else f"{value:,}", ""


def _linearity(speed: Speed) -> tuple[str, ...]:
    per_word: Sequence[float] = [run.cpu / run.words if run.words else 0.0 for run in speed.runs]
    return ("CPU per word, against 1×", *(f"{x / per_word[0]:.2f}" if per_word[0] else "–" for x in per_word))
