"""Answers from a passage: FairytaleQA, a question and whole sentences of the tale in one window; some that the passage does not answer.

A question without an answer is made of one that has one: with sentences of another tale, with others of the same tale, or without the
sentence that answers it.
"""

from __future__ import annotations

import zlib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from fabula.encoder.pieces import WordPieces
from training.meaning import prepared
from training.meaning.cuts import Composed, Cut, Windows, compose, cut, stack
from training.meaning.heads import Answers
from training.meaning.prepared import AskedTale
from training.model.heads import take
from training.tasks import States
from training.train import pretrained_folder, word_pieces

LONGEST_QUESTION = 48
"""Pieces."""


def kept_for_confidence(tale: str) -> bool:
    """Whether a tale, by a hash of its name, is kept from training (one in twelve): how sure answers are is fitted on its questions."""
    return zlib.crc32(tale.encode()) % 12 == 0


class CutTale(NamedTuple):
    """``bounds``: word rows at which sentences begin, and the end; ``sums``: pieces before each of those."""

    run: Cut
    bounds: list[int]
    sums: list[int]

    def sentences(self, first: int, last: int) -> tuple[int, int]:
        """The sentences that words ``[first, last)`` lie in."""
        return bisect_right(self.bounds, first) - 1, bisect_right(self.bounds, last - 1)

    def pieces(self, low: int, high: int) -> int:
        return self.sums[high] - self.sums[low]

    @property
    def count(self) -> int:
        return len(self.bounds) - 1


class Item(NamedTuple):
    """``answer``: words of the tale; ``needed``: the sentences they lie in; ``section``: the sentences that the question is about."""

    tale: int
    question: Cut
    answer: tuple[int, int]
    needed: tuple[int, int]
    section: tuple[int, int]


class Example(NamedTuple):
    """Runs of words of a passage; ``answer``: its first and last word counted from the passage's start, or None."""

    runs: list[Cut]
    answer: tuple[int, int] | None


def cut_tale(tale: AskedTale, pieces: WordPieces) -> CutTale:
    run = cut(tale.words, tale.firsts, pieces)
    bounds = [*tale.firsts, len(tale.words)]
    return CutTale(run, bounds, [int(run.firsts[b]) if b < len(run.firsts) else len(run.ids) for b in bounds])


def grow(tale: CutTale, sentences: tuple[int, int], limits: tuple[int, int], room: int, random: Random) -> tuple[int, int]:
    """Sentences about the given ones, within ``limits``, as many as ``room`` pieces hold."""
    low, high = sentences
    while True:
        ways = [(low - 1, high)] * (low > limits[0]) + [(low, high + 1)] * (high < limits[1])
        ways = [w for w in ways if tale.pieces(*w) <= room]
        if not ways:
            return low, high
        low, high = random.choice(ways)


def contains(ids: np.ndarray[Any, Any], part: np.ndarray[Any, Any]) -> bool:
    return f" {' '.join(map(str, part.tolist()))} " in f" {' '.join(map(str, ids.tolist()))} "


@dataclass
class AnswerBatch:
    """``places``: word rows of the passage of each window (-1 is padding); ``edges`` ``[windows, 2]``: where the answer begins and ends
    among them, counted from 1, or 0 where there is none."""

    windows: Windows
    places: Tensor
    edges: Tensor
    pieces: int

    def to(self, device: str) -> AnswerBatch:
        return AnswerBatch(self.windows.to(device), self.places.to(device), self.edges.to(device), self.pieces)


class AnswersTask:
    name = "answers"

    def __init__(self, tales: Sequence[AskedTale], pieces: WordPieces, config: dict[str, Any]) -> None:
        self.pieces, self.length = pieces, config.get("window", 384)
        self.unanswerable, self.wider = config.get("unanswerable", 0.3), config.get("wider", 0.5)
        self.tales = [cut_tale(t, pieces) for t in tales]
        found = (self._item(k, tale, q, config.get("least_f1", 0.5)) for k, tale in enumerate(tales) for q in tale.questions)
        self.items = [item for item in found if item is not None]

    def _item(self, number: int, tale: AskedTale, asked: prepared.Asked, least: float) -> Item | None:
        if asked.span.f1 < least:
            return None
        question = cut(asked.words, [0], self.pieces)
        question = question.words(0, int(np.searchsorted(question.firsts, LONGEST_QUESTION)))
        here, (first, last, _) = self.tales[number], asked.span
        item = Item(number, question, (first, last), here.sentences(first, last), here.sentences(asked.first, asked.last))
        return item if here.pieces(*item.needed) <= self._room(item) else None

    def _room(self, item: Item) -> int:
        """Pieces that a passage may have beside the question and three markers."""
        return self.length - 3 - len(item.question.ids)

    def __len__(self) -> int:
        return len(self.items)

    def modules(self, size: int) -> dict[str, nn.Module]:
        return {"answers": Answers(size)}

    # --- passages

    def _passage(self, item: Item, random: Random) -> tuple[int, int]:
        """Sentences with the answer: the section, or more than that, or as much of it as there is room for."""
        tale, room = self.tales[item.tale], self._room(item)
        if tale.pieces(*item.section) > room:
            return grow(tale, item.needed, item.section, room, random)
        if random.random() >= self.wider:
            return item.section
        room = random.randint(tale.pieces(*item.section), room)
        return grow(tale, item.section, (0, tale.count), room, random)

    def _run(self, tale: CutTale, sentences: tuple[int, int]) -> Cut:
        return tale.run.words(tale.bounds[sentences[0]], tale.bounds[sentences[1]])

    def _with_answer(self, item: Item, random: Random) -> Example:
        tale, sentences = self.tales[item.tale], self._passage(item, random)
        base = tale.bounds[sentences[0]]
        return Example([self._run(tale, sentences)], (item.answer[0] - base, item.answer[1] - 1 - base))

    def _elsewhere(self, item: Item, number: int, random: Random) -> Example | None:
        """Sentences of a tale, of the question's own only those outside its section."""
        tale, room = self.tales[number], self._room(item)
        parts = [(0, tale.count)] if number != item.tale else [(0, item.section[0]), (item.section[1], tale.count)]
        parts = [p for p in parts if p[1] - p[0] >= 3]
        if not parts:
            return None
        limits = random.choice(parts)
        at = random.randrange(*limits)
        if tale.pieces(at, at + 1) > room:
            return None
        return Example([self._run(tale, grow(tale, (at, at + 1), limits, random.randint(room // 3, room), random))], None)

    def _removed(self, item: Item, random: Random) -> Example | None:
        """The passage without the sentences that answer, unless what is left has the same words again."""
        tale, (low, high) = self.tales[item.tale], self._passage(item, random)
        first, last = item.needed
        runs = [self._run(tale, s) for s in ((low, first), (last, high)) if s[0] < s[1]]
        answer = tale.run.words(*item.answer).ids
        if not runs or any(contains(run.ids, answer) for run in runs):
            return None
        return Example(runs, None)

    def example(self, item: Item, random: Random) -> Example:
        if random.random() >= self.unanswerable:
            return self._with_answer(item, random)
        way = random.randrange(3)
        found = self._removed(item, random) if way == 0 else self._elsewhere(item, item.tale, random) if way == 1 else None
        others = [k for k in range(len(self.tales)) if k != item.tale]
        for _ in range(4):
            if found is None and others:
                found = self._elsewhere(item, random.choice(others), random)
        return found or self._with_answer(item, random)

    # --- batches

    def batch(self, items: Sequence[int], random: Random) -> AnswerBatch:
        chosen = [self.items[i] for i in items]
        examples = [self.example(item, random) for item in chosen]
        windows = [question_window(item.question, e.runs, self.pieces) for item, e in zip(chosen, examples, strict=True)]
        stacked, longest = stack(windows), max(len(w.firsts) for w in windows)
        places = np.full((len(windows), longest), -1, np.int64)
        for row, start, w in zip(places, stacked.starts, windows, strict=True):
            first, last = w.words[0][1], len(w.firsts)
            row[: last - first] = start + np.arange(first, last)
        edges = torch.tensor([(0, 0) if e.answer is None else (1 + e.answer[0], 1 + e.answer[1]) for e in examples])
        return AnswerBatch(stacked, torch.from_numpy(places), edges, sum(len(w.ids) for w in windows))

    def losses(self, encoder: States, heads: nn.ModuleDict, batch: AnswerBatch) -> dict[str, Tensor]:
        scores = edge_scores(encoder, heads, batch)
        both = F.cross_entropy(scores[:, :, 0], batch.edges[:, 0]) + F.cross_entropy(scores[:, :, 1], batch.edges[:, 1])
        return {"answers": both / 2}


def question_window(question: Cut, runs: Sequence[Cut], pieces: WordPieces) -> Composed:
    """``[CLS] question [SEP] passage [SEP]``."""
    passage = compose(runs, pieces.cls, pieces.sep)
    joined = Cut(passage.ids[1:-1], passage.shapes[1:-1], passage.firsts - 1)
    return compose([question, joined], pieces.cls, pieces.sep, parted=True)


def edge_scores(encoder: States, heads: nn.ModuleDict, batch: AnswerBatch) -> Tensor:
    """``[windows, 1 + words, 2]``: no answer, then that each word of the passage begins or ends one."""
    states = encoder(batch.windows.ids, batch.windows.shapes)
    words, none = heads["answers"](take(states.flatten(0, 1), batch.windows.firsts), states[:, 0])
    placed = take(words, batch.places.clamp(min=0)).masked_fill(batch.places[:, :, None] < 0, -1e4)
    return torch.cat([none[:, None], placed], 1)


def task(config: dict[str, Any], run: str) -> AnswersTask:
    return AnswersTask([t for t in prepared.tales() if not kept_for_confidence(t.name)], word_pieces(pretrained_folder()), config)
