"""The whole reading of annotated stories, layer by layer, and the answers to their questions.

A story is ``NAME.txt`` with its hand-made reading ``NAME.json`` or ``NAME.expected.json`` beside it (the format of docs/examples.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fabula.api import read
from fabula.ask import Asker
from fabula.bench.causes import causes
from fabula.bench.comparison import LONGEST_EVIDENCE, Comparison, Json, length, touch
from fabula.bench.figures import Figures, Share, by_kind, pooled
from fabula.bench.gold import load_gold
from fabula.bench.measures import WORLD_LISTS, measured, words
from fabula.errors import InputError
from fabula.world.world import World

_MORE_WORDS = 6
"""So many words may an answer have beyond an accepted one that it contains."""
_ALIKE = 0.5
"""An answer with this F1 of words is right too."""


@dataclass(frozen=True, slots=True)
class Story:
    name: str
    text: Path
    reading: Path


@dataclass(frozen=True, slots=True)
class StoryScore:
    """Of one story, or of ``stories`` of them pooled. ``errors``: what each cause spoils (fabula.bench.causes)."""

    name: str
    stories: int
    figures: Figures
    errors: Figures

    def to_json(self) -> dict[str, object]:
        figures, errors = ({name: figure.to_json() for name, figure in f.items()} for f in (self.figures, self.errors))
        return {"story": self.name, "stories": self.stories, **figures, "errors": errors}


def annotated_stories(folders: Iterable[Path]) -> list[Story]:
    """The stories with a hand-made reading in these folders, by name. Raises InputError for a folder that holds none."""
    out = []
    for folder in folders:
        if not folder.is_dir():
            raise InputError(f"{folder} is no folder", hint="give a folder of annotated stories")
        found = _stories_in(folder)
        if not found:
            raise InputError(f"no annotated stories in {folder}", hint="a story is NAME.txt with NAME.json or NAME.expected.json beside it")
        out += found
    return out


def has_stories(folder: Path) -> bool:
    """Whether there is a story with a hand-made reading in a folder."""
    return bool(_stories_in(folder))


def _stories_in(folder: Path) -> list[Story]:
    pairs = ((text, _reading_of(text)) for text in sorted(folder.glob("*.txt")))
    return [Story(text.stem, text, reading) for text, reading in pairs if reading is not None]


def _reading_of(text: Path) -> Path | None:
    """The hand-made reading beside a story; a World exported there is none."""
    for path in (text.with_suffix(".expected.json"), text.with_suffix(".json")):
        if path.is_file():
            reading = load_gold(path)
            if {"quotes", "characters"} <= reading.keys() and "fabula" not in reading:
                return path
    return None


def score_world(world: World, gold: Json) -> Figures:
    """Every figure of a World against the hand-made reading of its story."""
    figures = measured(Comparison(gold, world.to_json(), text=world.text))
    return figures | answers(world, gold["questions"]) if gold.get("questions") else figures


def bench_stories(stories: Sequence[Story], *, tell: Callable[[StoryScore], None] | None = None) -> list[StoryScore]:
    """Read every story from its file, nothing kept, and compare it; ``tell`` hears of each."""
    scores = []
    for story in stories:
        world, gold = read(story.text, store=False), load_gold(story.reading)
        scores.append(StoryScore(story.name, 1, score_world(world, gold), causes(Comparison(gold, world.to_json()))))
        if tell:
            tell(scores[-1])
    return scores


def bench_worlds(stories: Sequence[Story], *, tell: Callable[[StoryScore], None] | None = None) -> list[StoryScore]:
    """The layers of the world alone, of every story read from its file: no figures of the page, no answers, no causes of errors."""
    scores = []
    for story in stories:
        world, gold = read(story.text, store=False), load_gold(story.reading)
        figures = measured(Comparison(gold, world.to_json(), text=world.text), WORLD_LISTS)
        scores.append(StoryScore(story.name, 1, figures, {}))
        if tell:
            tell(scores[-1])
    return scores


def pool(scores: Sequence[StoryScore]) -> StoryScore:
    """All stories as one: every item counts the same."""
    return StoryScore("all", len(scores), pooled(s.figures for s in scores), pooled(s.errors for s in scores))


# --- answers
def answers(world: World, questions: Sequence[Json]) -> Figures:
    """Questions answered rightly, by how hard they are, those without an answer included; and answers with the right evidence."""
    asker = Asker(world)
    given = [(q, asker.answer(q["q"])) for q in questions]
    marks = [(q.get("hardness", "span") if q["answers"] else "unanswerable", answer_fits(a.answer, q["answers"])) for q, a in given]
    shown = [shows(a.evidence, q["evidence"]) for q, a in given if q["answers"]]
    return {**by_kind("answers", marks), "answer_evidence": Share(sum(shown), len(shown))}


def shows(evidence: Sequence[Sequence[int]], wanted: Sequence[Sequence[int]]) -> bool:
    """Whether the evidence of an answer touches what was wanted, and is no page."""
    short = [e for e in evidence if length(e) <= LONGEST_EVIDENCE]
    return sum(map(length, short)) <= 2 * LONGEST_EVIDENCE and touch(short, wanted)


def answer_fits(answer: str | None, accepted: Sequence[str]) -> bool:
    """Whether an answer says one of the accepted forms without much else; none is right where none is accepted.

    >>> answer_fits("the old ferryman", ["ferryman"]), answer_fits(None, []), answer_fits("Piet", [])
    (True, True, False)
    """
    if not answer or not accepted:
        return answer is None and not accepted
    return any(_says(words(answer), words(form)) for form in accepted)


def _says(got: list[str], want: list[str]) -> bool:
    if not want:
        return False
    common = sum((Counter(got) & Counter(want)).values())
    contained = set(want) <= set(got) and len(got) <= len(want) + _MORE_WORDS
    return contained or 2 * common / (len(got) + len(want)) >= _ALIKE
