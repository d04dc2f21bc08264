"""Fit how probably a possible answer is right: all possible answers to a question, and there being none, compete for it.

    python -m training.meaning.answer_confidence [--out src/fabula/ask/weighing.json]

Two kinds of texts teach it. Of the tales that the training of heads keeps back (``answers.kept_for_confidence``) every third question is
asked, and some of another tale, which answers none of them. And every question of annotated stories whose errors may be read
(``shared/stories`` beside the data, ``benchmarks/stories/open``): so the figures of those stories are figures of what was learned from, and
the command prints beside them what weights reach that were fitted without the story. Fifteen minutes of one core.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

import fabula
from fabula.ask import Asker
from fabula.ask.question import parse
from fabula.ask.weighing import FEATURES, NONE_FEATURES, features, none_features, shares
from fabula.bench.gold import load_gold
from fabula.bench.meaning import plain_text, token_f1
from fabula.bench.meaning_corpora import Tale, read_tales
from fabula.bench.stories import annotated_stories, answer_fits, has_stories
from training.data.sources import data_folder
from training.meaning.answers import kept_for_confidence

ROOT = Path(__file__).parents[2]
OUT = ROOT / "src" / "fabula" / "ask" / "weighing.json"
OF_TALES, ELSEWHERE = 0.6, 0.3
"""What a question about a tale counts beside one about a story, and one that is asked of another tale."""
EVERY, EVERY_ELSEWHERE = 3, 12
DECAY = 3.0
STEPS, RATE = 400, 0.05

Floats = NDArray[np.float64]


class Asked(NamedTuple):
    """One question: features of its possible answers ``[answers, FEATURES]``, which of them are right, features of there being none."""

    story: str
    answers: Floats
    right: NDArray[np.bool_]
    none: Floats
    weight: float


def asked(asker: Asker, text: str, fits: Any, story: str, weight: float) -> Asked:
    """``fits`` says of the words of an answer whether they are right."""
    q = parse(text, asker.names)
    reads = asker.read(q)
    candidates = asker.possible(q, reads)
    right = np.array([bool(fits(c.text)) for c in candidates], bool)
    return Asked(story, features(asker.world, q, candidates, reads), right, none_features(q), weight)


def of_tales(tales: Sequence[Tale]) -> Iterator[Asked]:
    with tempfile.TemporaryDirectory() as folder:
        for i, tale in enumerate(tales):
            path = Path(folder) / f"{i}.txt"
            path.write_text("\n\n".join(tale.sections), encoding="utf-8")
            asker = Asker(fabula.read(path, store=False))
            for question in tale.questions[::EVERY]:
                told = [plain_text(a) for answers in question.answers for a in answers]
                yield asked(asker, question.text, lambda t, told=told: _alike(t, told), tale.name, OF_TALES)
            for question in tales[i - 1].questions[1::EVERY_ELSEWHERE]:
                yield asked(asker, question.text, lambda t: False, tale.name, ELSEWHERE)


def _alike(text: str, told: Sequence[str]) -> bool:
    return max((token_f1(plain_text(text), a) for a in told), default=0.0) >= 0.5


def of_stories(folders: Sequence[Path]) -> Iterator[Asked]:
    for story in annotated_stories([f for f in folders if has_stories(f)]):
        asker = Asker(fabula.read(story.text, store=False))
        for question in load_gold(story.reading).get("questions", []):
            accepted = question["answers"]
            yield asked(asker, question["q"], lambda t, accepted=accepted: answer_fits(t, accepted), story.name, 1.0)


def fit(questions: Sequence[Asked]) -> tuple[Floats, Floats]:
    """The weights of answers and of none under which the right ones get the largest share, drawn to 0 (but for the first of none)."""
    kept = [q for q in questions if len(q.answers)]
    answers, none = np.concatenate([q.answers for q in kept]), np.stack([q.none for q in kept])
    row = np.repeat(np.arange(len(kept)), [len(q.answers) for q in kept])
    right = np.concatenate([q.right for q in kept]).astype(float)
    counts, weight = np.bincount(row, right, minlength=len(kept)), np.array([q.weight for q in kept])
    w = np.zeros(answers.shape[1] + none.shape[1])
    penalty = np.full(len(w), DECAY)
    penalty[answers.shape[1]] = 0.0
    mean, square = np.zeros_like(w), np.zeros_like(w)
    for step in range(1, STEPS + 1):
        scores, nothing = answers @ w[: answers.shape[1]], none @ w[answers.shape[1] :]
        highest = nothing.copy()
        np.maximum.at(highest, row, scores)
        powers, empty = np.exp(scores - highest[row]), np.exp(nothing - highest)
        total = np.bincount(row, powers, minlength=len(kept)) + empty
        of_right = np.bincount(row, powers * right, minlength=len(kept))
        wanted = np.where(counts[row] > 0, powers * right / np.maximum(of_right[row], 1e-300), 0.0)
        toward = (powers / total[row] - wanted) * weight[row]
        toward_none = (empty / total - (counts == 0)) * weight
        gradient = np.concatenate([toward @ answers, toward_none @ none]) + penalty * w
        mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient**2
        w -= RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return w[: answers.shape[1]], w[answers.shape[1] :]


def best(q: Asked, weights: tuple[Floats, Floats]) -> tuple[float, bool]:
    """How sure the best answer is, and whether it is right."""
    if not len(q.answers):
        return 0.0, False
    found = shares(q.answers @ weights[0], float(q.none @ weights[1]))
    return float(found.max()), bool(q.right[found.argmax()])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=OUT)
    args = parser.parse_args()
    tales = [t for t in read_tales(data_folder() / "FairytaleQAData", "train") if kept_for_confidence(t.name)]
    of_all = list(of_tales(tales))
    stories = list(of_stories([data_folder().parent / "stories", ROOT / "benchmarks" / "stories" / "open"]))
    weights = fit(of_all + stories)
    kept = dict(zip((*FEATURES, *NONE_FEATURES), (round(float(w), 4) for w in np.concatenate(weights)), strict=True))
    args.out.write_text(json.dumps({"weights": kept}, indent=1) + "\n", encoding="utf-8")
    print(f"{len(of_all)} questions of tales, {len(stories)} of stories, best answer right: {_right(stories, weights)}")
    apart = sum(_right_apart(of_all + stories, s) for s in sorted({q.story for q in stories}))
    print(f"by weights fitted without the story: {apart}")


def _right_apart(questions: Sequence[Asked], story: str) -> int:
    weights = fit([q for q in questions if q.story != story])
    return _right([q for q in questions if q.story == story], weights)


def _right(questions: Sequence[Asked], weights: tuple[Floats, Floats]) -> int:
    return sum(best(q, weights)[1] for q in questions)


if __name__ == "__main__":
    main()
