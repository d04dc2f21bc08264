"""Fit how probably a possible answer is right: a logistic regression on questions about tales that no head has learned from.

    python -m training.meaning.answer_confidence [--out src/fabula/ask/weighing.json]

Every tale that training keeps back (``answers.kept_for_confidence``) is read as any story is; its questions are asked of it, and of another
tale, which answers none of them. Ten minutes of two cores.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

import fabula
from fabula.ask import Asker
from fabula.ask.question import parse
from fabula.ask.weighing import FEATURES, features
from fabula.bench.meaning import plain_text, token_f1
from fabula.bench.meaning_corpora import Question, Tale, read_tales
from training.data.sources import data_folder
from training.meaning.answers import kept_for_confidence

OUT = Path(__file__).parents[2] / "src" / "fabula" / "ask" / "weighing.json"
ELSEWHERE = 0.3
"""What a question counts that is asked of another tale: stories are asked such questions less often."""


def decided(asker: Asker, question: Question, *, here: bool) -> tuple[np.ndarray, np.ndarray]:
    """Features of the possible answers, and whether each is right."""
    q = parse(question.text, asker.names)
    candidates = asker.possible(q)
    answers = [plain_text(a) for told in question.answers for a in told]
    right = [here and max((token_f1(plain_text(c.text), a) for a in answers), default=0.0) >= 0.5 for c in candidates]
    return features(q, candidates), np.array(right, float)


def examples(tales: list[Tale]) -> Iterator[tuple[np.ndarray, np.ndarray, float]]:
    with tempfile.TemporaryDirectory() as folder:
        for i, tale in enumerate(tales):
            path = Path(folder) / f"{i}.txt"
            path.write_text("\n\n".join(tale.sections), encoding="utf-8")
            asker = Asker(fabula.read(path, store=False))
            for question in tale.questions:
                yield *decided(asker, question, here=True), 1.0
            for question in tales[i - 1].questions[::2]:
                yield *decided(asker, question, here=False), ELSEWHERE


def fit(x: np.ndarray, y: np.ndarray, weight: np.ndarray, *, decay: float = 3.0, steps: int = 60) -> tuple[np.ndarray, float]:
    """Logistic regression by Newton's method, its weights but not its bias drawn to 0."""
    design = np.hstack([x, np.ones((len(x), 1))])
    penalty = np.full(design.shape[1], decay)
    penalty[-1] = 1e-6
    w = np.zeros(design.shape[1])
    for _ in range(steps):
        p = 1 / (1 + np.exp(-design @ w))
        gradient = design.T @ (weight * (p - y)) + penalty * w
        curvature = (design * (weight * p * (1 - p))[:, None]).T @ design + np.diag(penalty)
        step = np.linalg.solve(curvature, gradient)
        w -= step
        if np.abs(step).max() < 1e-6:
            break
    return w[:-1], float(w[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=OUT)
    args = parser.parse_args()
    tales = [t for t in read_tales(data_folder() / "FairytaleQAData", "train") if kept_for_confidence(t.name)]
    found = [e for e in examples(tales) if len(e[1])]
    x, y = np.concatenate([e[0] for e in found]), np.concatenate([e[1] for e in found])
    weights, bias = fit(x, y, np.concatenate([np.full(len(e[1]), e[2]) for e in found]))
    best = [(float(y[k]), s) for x, y, s in found for k in [int((x @ weights).argmax())]]
    kept = {"bias": round(bias, 4), "weights": {n: round(float(w), 4) for n, w in zip(FEATURES, weights, strict=True)}}
    args.out.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    answered = [r for r, s in best if s == 1.0]
    print(f"{len(tales)} tales, {len(answered)} questions, best answer right: {np.mean(answered):.3f}")


if __name__ == "__main__":
    main()
