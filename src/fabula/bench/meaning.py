"""How well the reader model tells meaning: emotions, situations, answers and vectors, each beside a plain baseline.

- Emotions (GoEmotions, development part): macro F1 over the 28 labels, every comment by itself, as Demszky et al. (2020). Thresholds
  are the model's own, fitted on comments that were kept from its training. Beside it: words that name an emotion
  (``lexicons/emotions.txt``).
- Situations (SitEnt, the texts that are kept from training): macro F1 over the seven types on the annotated segments with a gold type, as
  Friedrich, Palmer and Pinkal (2016). Beside it: the most frequent type.
- Answers (FairytaleQA, validation part, explicit questions on their sections): F1 of words of the best answer with the nearer of the two
  annotators' first answers, and how often it lies in the sentence that comes nearest to an answer. Beside it: the best sentence by BM25.
- Vectors: how often the sentence that comes nearest to the answer is among the first that a question's vector finds in the whole tale.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from fabula.bench.answer_spans import best_span, plain
from fabula.bench.meaning_corpora import (
    Comment,
    Question,
    SituationText,
    Tale,
    read_comments,
    read_situations,
    read_tales,
    situation_names,
    situation_parts,
    with_names,
)
from fabula.bench.plain_words import Words, line_words, paragraph_words, words_of
from fabula.bench.retrieval import Bm25, bootstrap
from fabula.encoder.heads import Array
from fabula.encoder.meaning_labels import EMOTIONS, SITUATIONS
from fabula.encoder.reader import ReaderModel
from fabula.encoder.session import one_blas_thread
from fabula.errors import InputError
from fabula.lexicons import table, words

T = TypeVar("T")
R = TypeVar("R")
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


def needs(reader: ReaderModel, head: str) -> None:
    if not reader.has(head):
        raise InputError(f"the reader model has no head for this: {head}", hint="it was trained without")


def parallel(reader: ReaderModel, work: Callable[[T], R], items: Iterable[T]) -> list[R]:
    """``work`` on every item, on as many threads as the reader uses."""
    with one_blas_thread(), ThreadPoolExecutor(reader.threads) as pool:
        return list(pool.map(work, items))


def f1_by_label(found: Bools, wanted: Bools) -> NDArray[np.float64]:
    """F1 of each column in per cent; 0 where nothing is right."""
    right = (found & wanted).sum(0)
    return np.asarray(200 * right / np.maximum(found.sum(0) + wanted.sum(0), 1), np.float64)


# --- emotions


def _names() -> list[str]:
    return sorted(w.title() for section in ("he", "she") for w in words("given_names", section))


def comment_words(comment: Comment) -> Words:
    return line_words(with_names(comment.text, comment.name, _names()))


def emotion_grid(comments: Sequence[Comment]) -> Bools:
    grid = np.zeros((len(comments), len(EMOTIONS)), np.bool_)
    for row, comment in zip(grid, comments, strict=True):
        row[list(comment.labels)] = True
    return grid


def named_emotions(text: str) -> list[int]:
    """The labels that words of a text name, neutral where there are none."""
    lower = f" {' '.join(w for w in plain_text(text))} "
    listed = ((EMOTIONS.index(label), names.split(",")) for label, names in table("emotions", "words"))
    found = [label for label, names in listed if any(f" {name.strip()} " in lower for name in names)]
    return found or [EMOTIONS.index("neutral")]


def plain_text(text: str) -> list[str]:
    return "".join(c if c.isalnum() or c == "'" else " " for c in text.lower().replace("’", "'")).split()


def emotion_probabilities(reader: ReaderModel, comments: Sequence[Comment]) -> Array:
    """``[comments, 28]``, each read by itself."""

    def one(comment: Comment) -> Array:
        found = comment_words(comment)
        return reader.text_emotions(found.words, found.sentences) if found.words else np.zeros(len(EMOTIONS), np.float32)

    return np.stack(parallel(reader, one, comments))


def measure_emotions(reader: ReaderModel, comments: Sequence[Comment]) -> dict[str, Any]:
    needs(reader, "emotions")
    wanted, told = emotion_grid(comments), emotion_probabilities(reader, comments)
    found = told >= reader.thresholds
    named = np.zeros_like(wanted)
    for row, comment in zip(named, comments, strict=True):
        row[named_emotions(comment.text)] = True
    by_label = f1_by_label(found, wanted)
    return {
        "comments": len(comments),
        "macro_f1": round(float(by_label.mean()), 2),
        "macro_f1_at_one_half": round(float(f1_by_label(told >= 0.5, wanted).mean()), 2),
        "micro_f1": round(float(f1_by_label(found.reshape(-1, 1), wanted.reshape(-1, 1))[0]), 2),
        "macro_f1_of_words": round(float(f1_by_label(named, wanted).mean()), 2),
        "by_label": {label: round(float(v), 2) for label, v in zip(EMOTIONS, by_label, strict=True)},
    }


# --- situations


class ReadClauses(NamedTuple):
    """``told``: probabilities by feature, ``gold``: rows of labels ``[clauses, features]``, -1 where there is none."""

    told: dict[str, Array]
    gold: Ints


def read_clauses(reader: ReaderModel, text: SituationText) -> ReadClauses:
    """The annotated segments of a text, with the verbs that the source names (the mean of the words where it names none)."""
    found = words_of(text.text)
    states = reader.word_states(found.words, found.sentences)
    spans = [(found.rows(s.start, s.end), found.rows(*s.verb), s) for s in text.segments]
    kept = [(a, b, verb, s) for (a, b), verb, s in spans if a < b]
    means = np.stack([states[a:b].mean(0) for a, b, _, _ in kept])
    verbs = np.stack([states[v[1] - 1] if a <= v[0] < v[1] <= b else mean for (a, b, v, _), mean in zip(kept, means, strict=True)])
    gold = [[_row(name, getattr(s, name)) for name in SITUATIONS] for *_, s in kept]
    return ReadClauses(reader.situations(means, verbs), np.array(gold))


def _row(name: str, value: str) -> int:
    return SITUATIONS[name].index(value) if value in SITUATIONS[name] else -1


def _classes(found: Ints, gold: Ints, count: int) -> dict[str, Any]:
    hot = np.eye(count, dtype=np.bool_)
    by_label = f1_by_label(hot[found], hot[gold])
    return {"macro_f1": round(float(by_label.mean()), 2), "right": round(100 * float((found == gold).mean()), 2), "by_label": by_label}


def measure_situations(reader: ReaderModel, texts: Sequence[SituationText]) -> dict[str, Any]:
    needs(reader, "situations")
    read = parallel(reader, lambda text: read_clauses(reader, text), texts)
    figures: dict[str, Any] = {"texts": len(texts)}
    for k, (name, values) in enumerate(SITUATIONS.items()):
        told, gold = np.concatenate([r.told[name] for r in read]), np.concatenate([r.gold[:, k] for r in read])
        kept = gold >= 0
        here = _classes(told[kept].argmax(1), gold[kept], len(values))
        most = Counter(gold[kept].tolist()).most_common(1)[0][0]
        plainly = _classes(np.full(int(kept.sum()), most), gold[kept], len(values))
        by_label = {v: round(float(f), 2) for v, f in zip(values, here["by_label"], strict=True)}
        figures[name] = {"clauses": int(kept.sum()), "macro_f1": here["macro_f1"], "right": here["right"], "by_label": by_label}
        figures[name] |= {"macro_f1_of_most_frequent": plainly["macro_f1"], "right_of_most_frequent": plainly["right"]}
    return figures


# --- answers


def token_f1(found: Sequence[str], wanted: Sequence[str]) -> float:
    """F1 of two runs of words, without articles and punctuation.

    >>> token_f1(["the", "red", "fox"], ["a", "fox", "."])
    0.6666666666666666
    """
    a, b = (Counter(w for w in plain(x) if w) for x in (found, wanted))
    shared = sum((a & b).values())
    return 2 * shared / (a.total() + b.total()) if shared else 0.0


class Asked(NamedTuple):
    """A question with its passage; ``evidence``: the sentence of the passage that comes nearest to an answer (-1: none does)."""

    words: list[str]
    passage: list[str]
    sentences: list[tuple[int, int]]
    answers: list[list[str]]
    evidence: int


def sentence_at(sentences: Sequence[tuple[int, int]], word: int) -> int:
    return int(np.searchsorted([first for first, _ in sentences], word, side="right")) - 1


def joined(parts: Iterable[Words]) -> tuple[list[str], list[tuple[int, int]]]:
    """Several texts as one run of words with its sentences."""
    found, sentences = list[str](), list[tuple[int, int]]()
    for part in parts:
        sentences += [(len(found) + a, len(found) + b) for a, b in part.sentences]
        found += part.words
    return found, sentences


def asked(question: Question, sections: Sequence[Words]) -> Asked:
    """``sections``: those that the question is about. The answers are the first of each annotator, as the source's benchmark has it."""
    passage, sentences = joined(sections)
    asks, answers = line_words(question.text).words, [line_words(a[0]).words for a in question.answers if a]
    span = best_span(passage, asks, answers)
    return Asked(asks, passage, sentences, answers, sentence_at(sentences, span.first) if span.f1 >= 0.5 else -1)


class Judged(NamedTuple):
    """F1 and whether the evidence is met, of the model and of the best sentence by BM25; how sure the model is that there is no answer."""

    f1: float
    met: float
    plain_f1: float
    plain_met: float
    none: float


def judge(reader: ReaderModel, item: Asked) -> Judged:
    told = reader.answer(item.words, item.passage, item.sentences, most=1)
    ranked = Bm25([item.passage[a:b] for a, b in item.sentences]).scores(item.words)
    first, last = item.sentences[int(ranked.argmax())]
    best = told.answers[0] if told.answers else None
    found = item.passage[best.first : best.last] if best else []
    return Judged(
        max((token_f1(found, a) for a in item.answers), default=0.0),
        float(best is not None and sentence_at(item.sentences, best.first) == item.evidence),
        max((token_f1(item.passage[first:last], a) for a in item.answers), default=0.0),
        float(int(ranked.argmax()) == item.evidence),
        told.none,
    )


class ReadTale(NamedTuple):
    sections: list[Words]
    explicit: list[tuple[Question, Asked]]


def read_tale(tale: Tale) -> ReadTale:
    sections = [paragraph_words(s) for s in tale.sections]
    explicit = [q for q in tale.questions if q.explicit]
    return ReadTale(sections, [(q, asked(q, sections[min(q.sections) : max(q.sections) + 1])) for q in explicit])


def _gain(judged: Sequence[Sequence[Judged]], model: str, baseline: str) -> dict[str, Any]:
    """A figure of the model and of the baseline in per cent, and the interval of their difference over tales."""
    pairs = [[(getattr(j, model), getattr(j, baseline)) for j in tale] for tale in judged if tale]
    flat = [p for tale in pairs for p in tale]
    low, high = bootstrap([[100 * (a - b) for a, b in tale] for tale in pairs])
    model_mean, plain_mean = (100 * sum(p[k] for p in flat) / len(flat) for k in (0, 1))
    return {"model": round(model_mean, 2), "bm25": round(plain_mean, 2), "gain": [round(low, 2), round(high, 2)], "of": len(flat)}


def unanswered(reader: ReaderModel, tales: Sequence[ReadTale]) -> list[float]:
    """How sure the model is that there is no answer, of every fifth question on the first sections of the next tale."""

    def one(pair: tuple[Asked, ReadTale]) -> float:
        passage, sentences = joined(pair[1].sections[:2])
        return reader.answer(pair[0].words, passage, sentences, most=1).none

    pairs = [(a, tales[(k + 1) % len(tales)]) for k, tale in enumerate(tales) for _, a in tale.explicit[::5]]
    return parallel(reader, one, pairs)


def measure_answers(reader: ReaderModel, tales: Sequence[ReadTale]) -> dict[str, Any]:
    needs(reader, "answers")
    judged = [parallel(reader, lambda item: judge(reader, item[1]), tale.explicit) for tale in tales]
    evident = [[j for j, (_, a) in zip(js, tale.explicit, strict=True) if a.evidence >= 0] for js, tale in zip(judged, tales, strict=True)]
    elsewhere = unanswered(reader, tales)
    told = [j.none < 0.5 for tale in judged for j in tale]
    return {
        "questions": len(told),
        "f1": _gain(judged, "f1", "plain_f1"),
        "evidence": _gain(evident, "met", "plain_met"),
        "answered": round(100 * sum(told) / len(told), 2),
        "answered_from_another_tale": round(100 * sum(n < 0.5 for n in elsewhere) / max(1, len(elsewhere)), 2),
    }


# --- vectors


def _ranks(reader: ReaderModel, tale: ReadTale) -> list[tuple[int, int]]:
    """The place of the evidence among all sentences of the tale, by vector and by BM25, for every explicit question that has evidence."""
    words_, sentences = joined(tale.sections)
    vectors = reader.vectors(reader.word_states(words_, sentences), sentences)
    index = Bm25([words_[a:b] for a, b in sentences])
    starts = np.cumsum([0, *(len(s.firsts) for s in tale.sections)])
    found = []
    for question, item in tale.explicit:
        if item.evidence >= 0:
            row = int(starts[min(question.sections)]) + item.evidence
            near, by_words = vectors @ reader.sentence_vector(item.words).astype(np.float32), index.scores(item.words)
            found.append((int((near > near[row]).sum()), int((by_words > by_words[row]).sum())))
    return found


def measure_vectors(reader: ReaderModel, tales: Sequence[ReadTale]) -> dict[str, Any]:
    needs(reader, "vector")
    ranks = [r for found in parallel(reader, lambda tale: _ranks(reader, tale), tales) for r in found]
    shares = {k: [round(100 * sum(r[way] < k for r in ranks) / max(1, len(ranks)), 2) for way in (0, 1)] for k in (1, 5, 10)}
    return {"questions": len(ranks), **{f"evidence_in_{k}": {"model": a, "bm25": b} for k, (a, b) in shares.items()}}


# --- folders


def measure_meaning(reader: ReaderModel, folder: Path) -> dict[str, Any] | None:
    """Figures of what ``folder`` holds: a clone of GoEmotions, SitEnt or FairytaleQA; None if it is none of them."""
    if (folder / "data" / "original" / "dev.tsv").exists():
        return {"folder": folder.name, "emotions": measure_emotions(reader, read_comments(folder / "data" / "original" / "dev.tsv"))}
    if (annotated := folder / "annotated_corpus").is_dir():
        names = situation_parts(situation_names(annotated))["dev"]
        return {"folder": folder.name, "situations": measure_situations(reader, [read_situations(annotated, n) for n in names])}
    if (folder / "data-by-train-split").is_dir():
        tales = [read_tale(t) for t in read_tales(folder, "val")]
        return {"folder": folder.name, "answers": measure_answers(reader, tales), "vectors": measure_vectors(reader, tales)}
    return None
