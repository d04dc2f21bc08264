"""Who is who and who speaks, on everything annotated for it: coreference in LitBank, speakers and mentions in the novels of the Project
Dialogism Novel Corpus, mentions, characters and addressees in annotated stories.

Every source is read end to end from raw text. A folder is recognised by its layout. Figures of novels, each a sum over its items: those
of ``fabula.bench.quotes``; ``given_cast`` and ``given_cast_parts``, quotations and parts given to their speaker when the cast is given;
``ceiling``, quotations whose speaker has a counterpart at all; ``spoken``, mentions inside quotations with exactly the right people,
and ``spoken_many_to_one``, where a split character costs nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from fabula.bench import litbank
from fabula.bench.comparison import Comparison, Json, likeness, span
from fabula.bench.coreference import conll
from fabula.bench.figures import DIGITS, Figures, by_kind, pooled
from fabula.bench.given_cast import read_given
from fabula.bench.gold import load_gold
from fabula.bench.measures import measured
from fabula.bench.pdnc import Novel, SpokenMention, is_corpus, novel_folders, read_novel
from fabula.bench.quotes import NovelComparison, score_comparison
from fabula.bench.reliability import Claim, Claims, claims_by_kind
from fabula.bench.running import measure_each, read_layers
from fabula.bench.stories import Story, annotated_stories, has_stories
from fabula.errors import InputError
from fabula.reading.steps import Layers
from fabula.spans import Span
from fabula.world.build import build_world

Source = Literal["litbank", "novels", "stories"]
SOURCES: tuple[Source, ...] = ("litbank", "novels", "stories")
SAME_MENTION = 0.5
"""How much of the union of two ranges they must share to be one mention inside a quotation: the corpus draws the edges of names and noun
phrases now closer, now wider (*Mary's*, *poor Richard*)."""
_WHO = ("characters", "mentions", "members", "quotes")
_STORY_LISTS = ("quotes", "characters", "mentions", "pronouns")


@dataclass(frozen=True, slots=True)
class WhoScore:
    """Of one document, novel or story, or of ``items`` of them pooled. ``claims``: of speakers and mentions, by kind."""

    source: Source
    name: str
    items: int
    figures: Figures
    claims: Mapping[str, Claims]

    @property
    def conll(self) -> dict[str, float]:
        """The mean of MUC, B³ and CEAFφ4 in each setting of LitBank."""
        return {s: conll(self.figures, f"{s}.") for s in litbank.SETTINGS if f"{s}.muc" in self.figures}

    @property
    def headline(self) -> str:
        """The one figure to watch."""
        if self.source == "litbank":
            return f"CoNLL F1 of people {self.conll['people']:.3f}"
        return f"speakers {self.figures['speakers'].value:.3f}"

    def to_json(self) -> dict[str, object]:
        out: dict[str, object] = {"name": self.name, "items": self.items}
        out |= {f"{setting}.conll": round(mean, DIGITS) for setting, mean in self.conll.items()}
        out |= {name: figure.to_json() for name, figure in self.figures.items()}
        return out | {"confidence": {name: claims.to_json() for name, claims in self.claims.items()}}


# --- what there is to measure
@dataclass(frozen=True, slots=True)
class Task:
    """A document, novel or story, and what measures it."""

    source: Source
    name: str
    measure: Callable[[], WhoScore]


def source_of(folder: Path) -> Source:
    """What a folder holds, by its layout. Raises InputError where it is nothing known."""
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder", hint="give a clone of LitBank, a folder of PDNC, or a folder of annotated stories")
    known: dict[Source, Callable[[Path], bool]] = {"litbank": litbank.is_litbank, "novels": is_corpus, "stories": has_stories}
    for source, holds in known.items():
        if holds(folder):
            return source
    hint = "expected LitBank's coref/tsv, novels with quotation_info.csv, or NAME.txt with NAME.json or NAME.expected.json beside it"
    raise InputError(f"nothing annotated in {folder}", hint=hint)


def tasks_of(folders: Iterable[Path], *, split: str = "dev", only: Collection[str] = ()) -> list[Task]:
    """Everything annotated in these folders, of LitBank one part of the split; of it what is named in ``only``, if anything is.

    Raises InputError for a folder that holds nothing known, and for a name that none of them has.
    """
    found = [task for folder in folders for task in _TASKS[source_of(folder)](folder, split)]
    present = {task.name for task in found}
    if missing := [name for name in only if name not in present]:
        raise InputError(f"nothing called {missing[0]} there", hint=f"there are {', '.join(sorted(present))}")
    return [task for task in found if not only or task.name in only]


def _documents(folder: Path, split: str) -> list[Task]:
    return [Task("litbank", name, partial(measure_document, folder, name)) for name in litbank.documents_of(folder, split)]


def _novels(folder: Path, split: str) -> list[Task]:
    return [Task("novels", path.resolve().name, partial(measure_novel, path)) for path in novel_folders(folder)]


def _stories(folder: Path, split: str) -> list[Task]:
    return [Task("stories", story.name, partial(measure_story, story)) for story in annotated_stories([folder])]


_TASKS: dict[Source, Callable[[Path, str], list[Task]]] = {"litbank": _documents, "novels": _novels, "stories": _stories}


def bench_who(tasks: Sequence[Task], *, jobs: int = 1, tell: Callable[[WhoScore], None] | None = None) -> list[WhoScore]:
    """The score of every task in their order, ``jobs`` at a time; ``tell`` hears of each as soon as it is done."""
    return measure_each(_measure, tasks, jobs=jobs, tell=tell)


def _measure(task: Task) -> WhoScore:
    return task.measure()


def by_source(scores: Sequence[WhoScore]) -> dict[Source, list[WhoScore]]:
    """The scores of each source that has any, with all of them as one at the end where there are several."""
    out: dict[Source, list[WhoScore]] = {}
    for source in SOURCES:
        if here := [s for s in scores if s.source == source]:
            out[source] = [*here, pool(here)] if len(here) > 1 else here
    return out


def pool(scores: Sequence[WhoScore]) -> WhoScore:
    """Several scores of one source as one: every item counts the same."""
    claims: dict[str, list[Claims]] = {}
    for score in scores:
        for name, here in score.claims.items():
            claims.setdefault(name, []).append(here)
    summed = {name: Claims.joined(here) for name, here in claims.items()}
    return WhoScore(scores[0].source, "all", sum(s.items for s in scores), pooled(s.figures for s in scores), summed)


# --- LitBank
def measure_document(folder: Path, name: str) -> WhoScore:
    return WhoScore("litbank", name, 1, litbank.measure_document(folder, name), {})


# --- novels
def measure_novel(folder: Path) -> WhoScore:
    """Read one novel end to end, and once more with its cast given."""
    novel = read_novel(folder)
    layers = read_layers(novel.text, *_WHO)
    return score_who(novel, layers, read_given(novel.text, novel.cast, layers))


def score_who(novel: Novel, layers: Layers, given: Layers) -> WhoScore:
    """The layers of a novel read end to end, and those of it read with its cast, against its annotation."""
    found = NovelComparison(novel, layers["characters"], layers["quotes"])
    attributed = NovelComparison(novel, given["characters"], given["quotes"])
    people = {character.id: member.name for character, member in zip(given["characters"], novel.cast, strict=False)}
    mentions = SpokenMentions(layers)
    claims = [(m, mentions.claim(m, found.people)) for m in novel.mentions]
    mapped = set(found.people.values())
    figures: Figures = {
        **score_comparison(found).figures,
        **attributed.speakers("given_cast", people),
        **attributed.speaker_parts("given_cast_parts", people),
        **found.speakers("speakers_many_to_one", found.best),
        **by_kind("ceiling", ((q.cue, q.speaker in mapped) for q in novel.quotations)),
        **by_kind("spoken", ((m.kind, claim is not None and claim[1]) for m, claim in claims)),
        **by_kind("spoken_many_to_one", ((m.kind, mentions.is_right(m, found.best)) for m in novel.mentions)),
    }
    spoken = claims_by_kind("mentions", ((m.kind, claim) for m, claim in claims))
    return WhoScore("novels", novel.name, 1, figures, found.claims() | spoken)


class SpokenMentions:
    """The mentions of a reading, to be found where one is annotated inside a quotation."""

    def __init__(self, layers: Layers) -> None:
        self._text: str = layers["manuscript"].text
        self._confidence = layers["mentions"].confidence.tolist()
        places = zip(layers["mentions"].start.tolist(), layers["mentions"].end.tolist(), range(len(self._confidence)), strict=True)
        self._places: list[tuple[int, int, int]] = sorted(places)
        self._longest = max((end - start for start, end, _ in self._places), default=0)
        self._whom: dict[int, set[str]] = {}
        for row, character in zip(layers["members"].mention.tolist(), layers["members"].character.tolist(), strict=True):
            self._whom.setdefault(row, set()).add(layers["characters"][character].id)

    def find(self, at: Span) -> int | None:
        """The row of the mention that is most like this range, blanks at its edges left out."""
        text = at.of(self._text)
        start, end = at.start + len(text) - len(text.lstrip()), at.end - len(text) + len(text.rstrip())
        first, last = (bisect_left(self._places, (point, -1, -1)) for point in (start - self._longest, end))
        near = [(likeness((a, b), (start, end)), row) for a, b, row in self._places[first:last]]
        best, row = max(near, default=(0.0, -1))
        return row if best >= SAME_MENTION else None

    def whom(self, row: int, people: Mapping[str, str]) -> frozenset[str]:
        """The people of the annotation whom a mention stands for; whoever is none of them stays himself, so that he counts as wrong."""
        return frozenset(people.get(i, f"?{i}") for i in self._whom.get(row, ()))

    def claim(self, gold: SpokenMention, people: Mapping[str, str]) -> Claim | None:
        """How surely a mention is given to somebody, and whether to exactly the right people; None where it is given to nobody."""
        row = self.find(gold.span)
        if row is None or row not in self._whom:
            return None
        return round(self._confidence[row], DIGITS), self.whom(row, people) == gold.people

    def is_right(self, gold: SpokenMention, people: Mapping[str, str]) -> bool:
        claim = self.claim(gold, people)
        return claim is not None and claim[1]


# --- stories
def measure_story(story: Story) -> WhoScore:
    """Read one story as far as its people and compare them."""
    world = build_world(read_layers(story.text, *_WHO))
    gold = load_gold(story.reading)
    lists = {name: gold[name] for name in _STORY_LISTS if name in gold}
    c = Comparison(lists, world.to_json(), text=world.text)
    return WhoScore("stories", story.name, 1, measured(c), story_claims(c))


def story_claims(c: Comparison) -> dict[str, Claims]:
    """How surely each quotation and each mention is given to somebody, and whether rightly."""

    def speaker(i: int) -> Claim | None:
        read = c.quote_of.get(i)
        right = read is not None and c.people.get(read["speaker"]) == c.gold["quotes"][i]["speaker"]
        return (read["confidence"], right) if read is not None and read["speaker"] is not None else None

    def mention(gold: Json) -> Claim | None:
        read = c.mention_at.get(span(gold))
        return (read["confidence"], c.whom(gold) == set(gold["who"])) if read is not None and read["characters"] else None

    claims = claims_by_kind("speakers", ((g["cue"], speaker(i)) for i, g in enumerate(c.gold["quotes"])))
    return claims | claims_by_kind("mentions", ((g["kind"], mention(g)) for g in c.gold_mentions))
