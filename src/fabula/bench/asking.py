"""How well questions are answered end to end, beside the best sentence by words alone (BM25).

- Tales (FairytaleQA, Xu et al., ACL 2022; validation part, explicit questions): each tale is read whole and asked as a reader would, who
  is not told the section. F1 of words with the nearer of the two annotators' first answers, 0 where nothing is answered; evidence:
  whether the sentence that comes nearest to an answer, in the sections asked about, is touched by what is shown.
- Annotated stories: right by ``fabula.bench.stories``; how many of the questions that the story does not answer are refused; and of what
  is answered with a confidence of 0.8 and more, the share that is right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from fabula.api import World
from fabula.ask import Answer, Asker
from fabula.bench.answer_spans import best_span
from fabula.bench.gold import load_gold
from fabula.bench.meaning import token_f1
from fabula.bench.meaning_corpora import Question, Tale, read_tales
from fabula.bench.plain_words import line_words
from fabula.bench.retrieval import Bm25, bootstrap
from fabula.bench.stories import Story, annotated_stories, answer_fits, shows
from fabula.reading.pipeline import STEPS
from fabula.spans import Span
from fabula.text import read_bytes, read_manuscript
from fabula.text.manuscript import Manuscript
from fabula.world.making import make_in_memory

_GOOD = 0.5
"""F1 from which on a stretch of a tale counts as the place of an answer."""
_SURE = 0.8


class Asked(NamedTuple):
    """One question answered. ``f1`` and ``met`` (evidence, None where the text has no place for the answer) with those of BM25."""

    f1: float
    met: bool | None
    plain_f1: float
    plain_met: bool | None
    answered: bool
    confidence: float
    right: bool = False
    answerable: bool = True


class Sentences:
    """The sentences of a World for the baseline."""

    def __init__(self, world: World) -> None:
        self.world = world
        starts, ends = world.tokens.start.tolist(), world.tokens.end.tolist()
        words = [world.text[a:b] for a, b in zip(starts, ends, strict=True)]
        rows = zip(world.sentences.first.tolist(), world.sentences.last.tolist(), strict=True)
        self.words = [words[a:b] for a, b in rows]
        self._index = Bm25(self.words)

    def best(self, question: Sequence[str]) -> tuple[Span, list[str]]:
        """The sentence that shares most with a question, and its words."""
        row = int(self._index.scores(question).argmax()) if self.words else -1
        if row < 0:
            return Span(0, 0), []
        return Span(int(self.world.sentences.start[row]), int(self.world.sentences.end[row])), self.words[row]


def world_of(manuscript: Manuscript) -> World:
    """A World that is kept nowhere."""
    return make_in_memory(manuscript, STEPS, tell=lambda progress: None)


# --- tales
def ask_tale(tale: Tale) -> list[Asked]:
    """Every explicit question of a tale."""
    text = "\n\n".join(s.replace("\n", "\n\n") for s in tale.sections)
    world = world_of(read_bytes(text.encode(), source=f"{tale.name}.txt"))
    asker, sentences = Asker(world), Sentences(world)
    at = [0]
    for section in tale.sections:
        at.append(at[-1] + len(section.replace("\n", "\n\n")) + 2)
    return [_asked(world, asker, sentences, q, Span(at[min(q.sections)], at[max(q.sections) + 1])) for q in tale.questions if q.explicit]


def _asked(world: World, asker: Asker, sentences: Sentences, question: Question, within: Span) -> Asked:
    found, asks = asker.answer(question.text), line_words(question.text).words
    answers = [line_words(a[0]).words for a in question.answers if a]
    place = _place(world, asks, answers, within)
    span, words = sentences.best(asks)
    told = line_words(found.answer).words if found.answer else []
    return Asked(
        max((token_f1(told, a) for a in answers), default=0.0),
        None if place is None else any(place.overlaps(e) for e in found.evidence),
        max((token_f1(words, a) for a in answers), default=0.0),
        None if place is None else place.overlaps(span),
        found.answer is not None,
        found.confidence,
    )


def _place(world: World, asks: list[str], answers: list[list[str]], within: Span) -> Span | None:
    """The sentence that an answer stands in, of those in the sections that are asked about."""
    starts, ends = world.tokens.start, world.tokens.end
    first, last = int(starts.searchsorted(within.start)), int(starts.searchsorted(within.end))
    passage = [world.text[a:b] for a, b in zip(starts[first:last].tolist(), ends[first:last].tolist(), strict=True)]
    span = best_span(passage, asks, answers)
    if span.f1 < _GOOD:
        return None
    row = int(world.tokens.sentence[first + span.first])
    return Span(int(world.sentences.start[row]), int(world.sentences.end[row]))


def tale_figures(tales: Sequence[Sequence[Asked]]) -> dict[str, Any]:
    """Means in per cent, and the interval of the gain over the baseline, drawn by tale."""
    flat = [a for tale in tales for a in tale]
    low, high = bootstrap([[100 * (a.f1 - a.plain_f1) for a in tale] for tale in tales if tale])
    placed = [a for a in flat if a.met is not None]
    return {
        "questions": len(flat),
        "f1": {"fabula": _mean(a.f1 for a in flat), "bm25": _mean(a.plain_f1 for a in flat), "gain": [round(low, 2), round(high, 2)]},
        "evidence": {"fabula": _mean(bool(a.met) for a in placed), "bm25": _mean(bool(a.plain_met) for a in placed), "of": len(placed)},
        "answered": _mean(a.answered for a in flat),
        "f1_of_answered": _mean(a.f1 for a in flat if a.answered),
    }  # fmt: skip


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return round(100 * sum(listed) / len(listed), 2) if listed else 0.0


# --- annotated stories
def ask_story(story: Story) -> list[Asked]:
    """Every question of an annotated story; those without an answer too."""
    world = world_of(read_manuscript(story.text))
    asker, sentences = Asker(world), Sentences(world)
    return [_asked_of_story(asker.answer(q["q"]), q, sentences) for q in load_gold(story.reading).get("questions", [])]


def _asked_of_story(found: Answer, q: dict[str, Any], sentences: Sentences) -> Asked:
    asks, accepted = line_words(q["q"]).words, q["answers"]
    span, words = sentences.best(asks)
    told = line_words(found.answer).words if found.answer else []
    wanted = [line_words(a).words for a in accepted]
    return Asked(
        max((token_f1(told, a) for a in wanted), default=0.0),
        shows(found.evidence, q["evidence"]) if accepted else None,
        max((token_f1(words, a) for a in wanted), default=0.0),
        shows([span], q["evidence"]) if accepted else None,
        found.answer is not None,
        found.confidence,
        answer_fits(found.answer, accepted),
        bool(accepted),
    )


def story_figures(asked: Sequence[Asked]) -> dict[str, Any]:
    """Shares in per cent."""
    answerable, others = [a for a in asked if a.answerable], [a for a in asked if not a.answerable]
    sure = [a for a in asked if a.answered and a.confidence >= _SURE]
    return {
        "questions": len(asked),
        "right": _mean(a.right for a in asked),
        "right_of_answerable": _mean(a.right for a in answerable),
        "unanswerable_refused": {"fabula": _mean(not a.answered for a in others), "of": len(others)},
        "sure_right": {"fabula": _mean(a.right for a in sure), "of": len(sure)},
        "f1": {"fabula": _mean(a.f1 for a in answerable), "bm25": _mean(a.plain_f1 for a in answerable)},
        "evidence": {"fabula": _mean(bool(a.met) for a in answerable), "bm25": _mean(bool(a.plain_met) for a in answerable)},
    }  # fmt: skip


def measure_asking(folder: Path, part: str = "val", *, tell: Callable[[str], None] | None = None) -> dict[str, Any]:
    """Figures of a clone of FairytaleQA or of a folder of annotated stories. Raises InputError for a folder that is neither."""
    say = tell or (lambda line: None)
    if (folder / "data-by-train-split").is_dir():
        tales = []
        for tale in read_tales(folder, part):
            tales.append(ask_tale(tale))
            say(f"{tale.name}: {_mean(a.f1 for a in tales[-1]):.1f} of {len(tales[-1])} questions")
        return {"folder": folder.name, **tale_figures(tales)}
    asked: list[Asked] = []
    for story in annotated_stories([folder]):
        here = ask_story(story)
        say(f"{story.name}: {sum(a.right for a in here)} of {len(here)} questions")
        asked += here
    return {"folder": folder.name, **story_figures(asked)}
