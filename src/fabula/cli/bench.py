"""``fabula bench``: how accurate and how fast a reading is, measured on stories whose reading is known."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click
from rich.console import RenderableType

from fabula.bench import model as reader_model
from fabula.bench import quotes as novels
from fabula.bench import stories as annotated
from fabula.bench import who as people
from fabula.bench.asking import measure_asking
from fabula.bench.checking import StoryCheck, bench_check
from fabula.bench.checking import pool as pool_checks
from fabula.bench.litbank import SPLITS
from fabula.bench.meaning import measure_meaning
from fabula.bench.pdnc import novel_folders
from fabula.bench.quotation_robustness import DAMAGE, MARKS, robustness
from fabula.bench.speed import Run, bench_speed
from fabula.bench.tables import (
    check_grids,
    detection_grid,
    error_grid,
    figures_grid,
    marks_grid,
    model_grid,
    reliability_grid,
    speaker_grid,
    speed_grid,
    story_error_grid,
    story_grid,
)
from fabula.bench.who_tables import who_grids
from fabula.cli.output import answers, emit, remark
from fabula.encoder.reader import load_reader
from fabula.export.json import dumps

_FOLDER = click.Path(path_type=Path)
_AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
_QUIET = click.option("--quiet", is_flag=True, help="No progress on standard error.")


def _show(parts: Iterable[RenderableType]) -> None:
    console = answers()
    for i, part in enumerate(parts):
        if i:
            console.print()
        console.print(part)


def _help(example: str, text: str) -> str:
    return f"\b\nExample:\n  {example}\n\n{text}"


@click.group(
    "bench",
    short_help="Measure accuracy and speed.",
    help=_help(
        "fabula bench quotes project-dialogism-novel-corpus/ --novel DaisyMiller",
        "Measure how accurate and how fast a reading is, on stories whose reading is known.",
    ),
)
def bench() -> None: ...


@bench.command(
    "quotes",
    short_help="Speakers and addressees of whole novels.",
    help=_help(
        "fabula bench quotes project-dialogism-novel-corpus/ --novel DaisyMiller",
        "Read the novels in DIR end to end from raw text and compare speakers, addressees and characters with their annotation. DIR is in "
        "the format of the Project Dialogism Novel Corpus: one novel's folder, a folder of them, or a clone of its repository.",
    ),
)
@click.argument("folder", metavar="DIR", type=_FOLDER)
@click.option("--novel", "names", metavar="NAME", multiple=True, help="Only this novel (its folder's name); may be given several times.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, help="How many novels to read at once. Default: 1.")
@_AS_JSON
@_QUIET
def quotes(folder: Path, *, names: tuple[str, ...], jobs: int, as_json: bool, quiet: bool) -> None:
    def tell(score: novels.NovelScore) -> None:
        remark(f"{score.name}: {score.figures['speakers'].value:.3f} of {score.quotations} quotations")

    scores = novels.bench_novels(novel_folders(folder, names=names), jobs=jobs, tell=None if quiet else tell)
    whole = novels.pool(scores)
    if as_json:
        emit(dumps({"novels": [s.to_json() for s in scores], "pooled": whole.to_json()}) + "\n")
        return
    rows = [*scores, whole] if len(scores) > 1 else scores
    grids = (speaker_grid(rows), detection_grid(rows), error_grid(whole), reliability_grid(whole.reliability))
    _show(grid.to_rich() for grid in grids)


@bench.command(
    "stories",
    short_help="Every layer of annotated stories.",
    help=_help(
        "fabula bench stories examples/",
        "Read the annotated stories in each DIR and compare every layer with their hand-made reading, pooled over all stories. A story is "
        "NAME.txt with NAME.json or NAME.expected.json beside it. With --json also the figures of each story.",
    ),
)
@click.argument("folders", metavar="DIR…", nargs=-1, required=True, type=_FOLDER)
@_AS_JSON
@_QUIET
def stories(folders: tuple[Path, ...], *, as_json: bool, quiet: bool) -> None:
    def tell(score: annotated.StoryScore) -> None:
        remark(f"{score.name}: speakers {score.figures['speakers'].value:.3f}")

    scores = annotated.bench_stories(annotated.annotated_stories(folders), tell=None if quiet else tell)
    whole = annotated.pool(scores)
    if as_json:
        emit(dumps({"stories": [s.to_json() for s in scores], "pooled": whole.to_json()}) + "\n")
        return
    shown = whole if len(scores) > 1 else scores[0]
    _show([story_grid(shown).to_rich(), story_error_grid(shown).to_rich()])


@bench.command(
    "world",
    short_help="Scenes, events, ties, promises and the rest of the world.",
    help=_help(
        "fabula bench world benchmarks/stories/open",
        "Read the annotated stories in each DIR and compare the layers of their world with the hand-made reading, each figure pooled over "
        "all stories with its count: scenes, frames, events and their order, reasons, relationships, commitments, beliefs, knowledge, "
        "facts, emotions, lore, content notes. With --json also the figures of each story.",
    ),
)
@click.argument("folders", metavar="DIR…", nargs=-1, required=True, type=_FOLDER)
@_AS_JSON
@_QUIET
def world(folders: tuple[Path, ...], *, as_json: bool, quiet: bool) -> None:
    def tell(score: annotated.StoryScore) -> None:
        remark(f"{score.name}: read")

    scores = annotated.bench_worlds(annotated.annotated_stories(folders), tell=None if quiet else tell)
    whole = annotated.pool(scores)
    if as_json:
        emit(dumps({"stories": [s.to_json() for s in scores], "pooled": whole.to_json()}) + "\n")
    else:
        _show([story_grid(whole if len(scores) > 1 else scores[0]).to_rich()])


@bench.command(
    "who",
    short_help="Who is who and who speaks, on every annotated text.",
    help=_help(
        "fabula bench who litbank/ project-dialogism-novel-corpus/ examples/",
        "Measure coreference, speakers and mentions end to end on what each DIR holds: LitBank (coreference), the Project Dialogism Novel "
        "Corpus (speakers, with the cast found and given, and mentions inside quotations), or annotated stories (mentions, characters, "
        "addressees); and how far confidences can be trusted.",
    ),
)
@click.argument("folders", metavar="DIR…", nargs=-1, required=True, type=_FOLDER)
@click.option("--split", type=click.Choice(SPLITS), default=SPLITS[0], show_default=True, help="Which part of LitBank.")
@click.option("--only", metavar="NAME", multiple=True, help="Only this document, novel or story; may be given several times.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, help="How many texts to read at once. Default: 1.")
@_AS_JSON
@_QUIET
def who(folders: tuple[Path, ...], *, split: str, only: tuple[str, ...], jobs: int, as_json: bool, quiet: bool) -> None:
    def tell(score: people.WhoScore) -> None:
        remark(f"{score.name}: {score.headline}")

    tasks = people.tasks_of(folders, split=split, only=only)
    scores = people.by_source(people.bench_who(tasks, jobs=jobs, tell=None if quiet else tell))
    if as_json:
        emit(dumps({source: [s.to_json() for s in here] for source, here in scores.items()}) + "\n")
    else:
        _show(grid.to_rich() for grid in who_grids(scores))


@bench.command(
    "speed",
    short_help="Seconds and memory of a reading.",
    help=_help(
        "fabula bench speed novel.txt",
        "Read FILE, then two and four copies of its text in one, each in a fresh process, and tell the seconds of every stage, words per "
        "second, peak memory, and whether time grows no faster than the text.",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@_AS_JSON
@_QUIET
def speed(file: Path, *, as_json: bool, quiet: bool) -> None:
    def tell(run: Run) -> None:
        remark(f"{file.name} {run.times}×: {run.words:,} words in {run.wall:.2f} s")

    found = bench_speed(file, tell=None if quiet else tell)
    if as_json:
        emit(dumps(found.to_json()) + "\n")
    else:
        _show([speed_grid(found).to_rich()])


@bench.command(
    "quotation-marks",
    short_help="Quotations in other marks, and damaged.",
    help=_help(
        "fabula bench quotation-marks examples/ --marks guillemets",
        "Set the annotated stories in each DIR in other quotation marks, take line breaks, marks and spaces away, and tell how many "
        "quotations are still found (F1).",
    ),
)
@click.argument("folders", metavar="DIR…", nargs=-1, required=True, type=_FOLDER)
@click.option("--marks", type=click.Choice(tuple(MARKS)), multiple=True, help="Only these marks; may be given several times.")
@_AS_JSON
def quotation_marks(folders: tuple[Path, ...], *, marks: tuple[str, ...], as_json: bool) -> None:
    paths = [story.reading for story in annotated.annotated_stories(folders)]
    scores = robustness(paths, marks=marks or tuple(MARKS))
    if as_json:
        table = {name: {damage: round(scores[name, damage].f1, 3) for damage in DAMAGE} for name in marks or MARKS}
        emit(dumps({"stories": len(paths), "f1": table}) + "\n")
    else:
        _show([marks_grid(scores).to_rich()])


@bench.command(
    "ask",
    short_help="Answers to questions.",
    help=_help(
        "fabula bench ask FairytaleQAData/",
        "Ask the questions that come with stories and tell how many answers are right, beside the best sentence by words alone. DIR is a "
        "clone of FairytaleQA, or a folder of annotated stories with questions.",
    ),
)
@click.argument("folders", metavar="DIR…", nargs=-1, required=True, type=_FOLDER)
@click.option("--part", type=click.Choice(("val", "train")), default="val", show_default=True, help="Which part of FairytaleQA.")
@_AS_JSON
@_QUIET
def ask(folders: tuple[Path, ...], *, part: str, as_json: bool, quiet: bool) -> None:
    found = [measure_asking(folder, part, tell=None if quiet else remark) for folder in folders]
    if as_json:
        emit(dumps({"folders": found}) + "\n")
    else:
        _show(figures_grid(f"Answers to questions in {figures['folder']}", figures).to_rich() for figures in found)


@bench.command(
    "check",
    short_help="Planted contradictions and traps.",
    help=_help(
        "fabula bench check benchmarks/contradictions/",
        "Check the stories in DIR, in which contradictions and traps were planted, and tell how many of them are found and how many false "
        "alarms there are. A story is NAME.txt with NAME.json beside it.",
    ),
)
@click.argument("folder", metavar="DIR", type=_FOLDER)
@_AS_JSON
@_QUIET
def check(folder: Path, *, as_json: bool, quiet: bool) -> None:
    def tell(found: StoryCheck) -> None:
        remark(f"{found.name}: {found.recall.right:.0f} of {found.recall.of:.0f}, {len(found.alarms)} false alarms")

    checks = bench_check(folder, tell=None if quiet else tell)
    whole = pool_checks(checks)
    if as_json:
        emit(dumps({"stories": [c.to_json() for c in checks], "pooled": whole.to_json()}) + "\n")
    else:
        _show(grid.to_rich() for grid in check_grids(whole))


@bench.command(
    "model",
    short_help="The reader model on annotated text.",
    help=_help(
        "fabula bench model litbank/ UD_English-EWT/",
        "Measure the reader model on text that it has never seen: entities, mentions and events where DIR is a clone of LitBank, parts "
        "of speech and trees where it holds a treebank in CoNLL-U; emotions, situations, or answers and vectors where it is a clone of "
        "GoEmotions, SitEnt or FairytaleQA, each beside a plain baseline.",
    ),
)
@click.argument("folders", metavar="DIR…", nargs=-1, required=True, type=_FOLDER)
@click.option("--part", default="dev", show_default=True, help="Which part of a treebank.")
@_AS_JSON
def model(folders: tuple[Path, ...], *, part: str, as_json: bool) -> None:
    reader = load_reader()
    unseen = reader_model.unseen_documents()
    measured = [
        measure_meaning(reader, folder)
        or reader_model.measure_folder(reader, folder, part=part, documents=unseen if (folder / "coref").is_dir() else None)
        for folder in folders
    ]
    if as_json:
        emit(dumps({"folders": measured}) + "\n")
    else:
        _show([model_grid(figures).to_rich() for figures in measured])
