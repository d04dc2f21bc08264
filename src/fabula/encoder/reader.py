"""The reader model: words in sentences in, labels of every head out. It knows no story."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fabula.columns import F32, I32, U8, Columns
from fabula.encoder import heads as h
from fabula.encoder import links, meaning
from fabula.encoder.clauses import clauses
from fabula.encoder.files import SHIPPED, read_model_files
from fabula.encoder.labels import MENTION_CLASSES, MENTION_KINDS, MENTION_TYPES
from fabula.encoder.pieces import Pieces, WordPieces
from fabula.encoder.session import OnnxSession, StateSource, one_blas_thread, word_pieces
from fabula.encoder.windows import FEW, WINDOW, Company, Window, inputs, pack, question_inputs
from fabula.layers import Sentences, Tokens

CHUNK = 12
"""Windows whose words pass the heads together."""


@dataclass(frozen=True, slots=True, eq=False)
class WordLabels(Columns):
    """One row per word: rows of the inventories in ``labels``; ``head`` is a row of this table, -1 for a root; ``event`` a probability."""

    dtypes = {  # noqa: RUF012
        "upos": np.uint8, "tense": np.uint8, "verb_form": np.uint8, "mood": np.uint8, "voice": np.uint8, "person": np.uint8,
        "number": np.uint8, "head": np.int32, "deprel": np.uint8, "event": np.float32,
    }  # fmt: skip
    upos: U8
    tense: U8
    verb_form: U8
    mood: U8
    voice: U8
    person: U8
    number: U8
    head: I32
    deprel: U8
    event: F32


@dataclass(frozen=True, slots=True, eq=False)
class ModelMentions(Columns):
    """Nested mentions of words ``[first, last)`` in order of start, longer ones first.

    ``start`` and ``end`` are code points of the canonical text where the words are its tokens, else the word rows themselves.
    ``kind`` and ``type`` are rows of ``MENTION_KINDS`` and ``MENTION_TYPES``; ``confidence`` is the model's probability.
    """

    dtypes = {  # noqa: RUF012
        "start": np.int32, "end": np.int32, "first": np.int32, "last": np.int32, "kind": np.uint8, "type": np.uint8,
        "confidence": np.float32,
    }  # fmt: skip
    start: I32
    end: I32
    first: I32
    last: I32
    kind: U8
    type: U8
    confidence: F32


@dataclass(frozen=True, slots=True)
class Reading:
    """``linking`` and ``meaning``: None where the model has no such heads."""

    words: WordLabels
    mentions: ModelMentions
    linking: links.Linking | None = None
    meaning: meaning.Meaning | None = None


def _class_columns() -> tuple[U8, U8]:
    pairs = [("", ""), *((c.split("_")[0], c.split("_")[1]) for c in MENTION_CLASSES[1:])]
    kinds = np.array([MENTION_KINDS.index(k) if k else 0 for k, _ in pairs], np.uint8)
    return kinds, np.array([MENTION_TYPES.index(t) if t else 0 for _, t in pairs], np.uint8)


_KIND_OF, _TYPE_OF = _class_columns()
_FEATURE_COLUMNS = {"Tense": "tense", "VerbForm": "verb_form", "Mood": "mood", "Voice": "voice", "Person": "person", "Number": "number"}


COMPANY = (
    "It had rained since the morning , and nobody was about .",
    "Then the bell rang , and the shop was shut for the day .",
)
"""Sentences of no consequence."""


class _Chunk(NamedTuple):
    """Labels of the words of some windows, their mentions, what links need of them ``[words, d]``, and what they mean."""

    labels: dict[str, NDArray[np.generic]]
    mentions: h.FoundMentions
    linked: NDArray[np.float16]
    meaning: meaning.MeaningPart


class ReaderModel:
    """One encoder and its heads. ``threads`` 0 means as many as the machine has; ``window``: wordpieces that it reads at once."""

    def __init__(
        self,
        states: StateSource,
        pieces: WordPieces,
        heads: Mapping[str, h.Weights],
        *,
        version: str = "",
        threads: int = 0,
        window: int = WINDOW,
    ) -> None:
        self._states, self._pieces, self._heads = states, pieces, heads
        self.version, self.window = version, window
        self.threads = threads or os.cpu_count() or 1

    @property
    def source(self) -> StateSource:
        """The encoder itself."""
        return self._states

    def windows(self, words: Sequence[str], sentences: Sequence[tuple[int, int]], *, context: bool = False) -> tuple[Pieces, list[Window]]:
        """The pieces of ``words`` and the windows that they are read in; ``context``: of :func:`pack`."""
        pieces = self._pieces.cut(words, [first for first, _ in sentences])
        return pieces, pack(pieces.counts, sentences, window=self.window, context=context)

    @cached_property
    def _company(self) -> Company:
        """What a text of a few sentences is read between."""
        before, after = (self._pieces.cut(words.split(), [0]) for words in COMPANY)
        return before, after

    def states(self, pieces: Pieces, windows: Sequence[Window], company: Company | None = None) -> h.Array:
        """States of the words of ``windows`` in order, each that of the word's first piece; read between ``company`` if there is any."""
        found = []
        for window in windows:
            arrays = inputs(pieces, window, cls=self._pieces.cls, sep=self._pieces.sep, pad=self._pieces.pad, company=company)
            found.append(self._states(arrays.ids[None], arrays.shapes[None])[0, arrays.firsts])
        return np.concatenate(found)

    @property
    def has_links(self) -> bool:
        """Whether the model tells links between mentions."""
        return "links" in self._heads

    def _linked(self, states: h.Array) -> NDArray[np.float16]:
        """What links need of the words; of a model that tells none, nothing ``[words, 0]``."""
        return links.project(self._heads["links"], states) if self.has_links else np.zeros((len(states), 0), np.float16)

    def _chunk(self, pieces: Pieces, windows: Sequence[Window]) -> _Chunk:
        alone = windows[0].last - windows[0].first == len(pieces.shapes) and len(pieces.ids) < FEW
        states = self.states(pieces, windows, self._company if alone else None)
        base = windows[0].first
        sentences = [(a - base, b - base) for w in windows for a, b in w.sentences]
        tags = h.tags(self._heads["tags"], states)
        columns: dict[str, NDArray[np.generic]] = {"upos": tags["upos"], **{c: tags[f] for f, c in _FEATURE_COLUMNS.items()}}
        heads, columns["deprel"] = h.dependencies(self._heads["dependencies"], states, sentences)
        columns["head"] = np.where(heads < 0, -1, heads + base).astype(np.int32)
        columns["event"] = h.events(self._heads["events"], states)
        found = h.mentions(self._heads["mentions"], states, sentences)
        found = found._replace(first=found.first + np.int32(base), last=found.last + np.int32(base))
        return _Chunk(columns, found, self._linked(states), self._meaning(states, sentences, columns, base))

    @property
    def has_meaning(self) -> bool:
        """Whether the model has heads for what sentences or clauses mean."""
        return any(name in self._heads for name in ("emotions", "situations", "vector"))

    def _meaning(
        self, states: h.Array, sentences: Sequence[tuple[int, int]], columns: Mapping[str, NDArray[Any]], base: int
    ) -> meaning.MeaningPart:
        """What words that begin at ``base`` of the text mean; of what the model has no head for, nothing ``[sentences, 0]``."""
        words = np.array([last - first for first, last in sentences], np.int64)
        nothing, means = np.zeros((len(sentences), 0), np.float32), np.zeros((0, 0), np.float32)
        if "emotions" in self._heads:
            means = meaning.sentence_means(states, sentences)
        emotions = meaning.emotions(self._heads["emotions"], means) if "emotions" in self._heads else nothing
        vectors = meaning.vectors(self._heads["vector"], states, sentences) if "vector" in self._heads else nothing
        if "situations" not in self._heads:
            return meaning.MeaningPart(words, emotions, vectors, meaning.ClauseLabels.from_rows(()), np.zeros(0, np.int64))
        head = np.where(columns["head"] < 0, -1, columns["head"] - base)
        found = clauses(head, columns["deprel"], columns["upos"], columns["verb_form"])
        labels = dict(meaning.clause_labels(self._heads["situations"], states, found).arrays())
        labels |= {k: (labels[k] + base).astype(np.int32) for k in ("head", "verb")}
        return meaning.MeaningPart(words, emotions, vectors, meaning.ClauseLabels(**labels), found.owner)

    def read_words(self, words: Sequence[str], sentences: Sequence[tuple[int, int]]) -> Reading:
        """Labels of ``words``; ``sentences`` are half-open ranges of them that leave no word out.

        A sentence of more than a window is read in parts, each with a root of its own.
        """
        if not _cover(sentences, len(words)):
            raise ValueError("sentences must follow each other and cover all words")
        if not words:
            nothing = meaning.NOTHING if self.has_meaning else None
            return Reading(WordLabels.from_rows(()), ModelMentions.from_rows(()), self._linking([]), nothing)
        pieces, windows = self.windows(words, sentences, context=True)
        chunks = [windows[i : i + CHUNK] for i in range(0, len(windows), CHUNK)]
        with one_blas_thread(), ThreadPoolExecutor(self.threads) as pool:
            parts = list(pool.map(partial(self._chunk, pieces), chunks))
        columns = {name: np.concatenate([p.labels[name] for p in parts]) for name in WordLabels.dtypes}
        first, last, label, confidence = (np.concatenate(c) for c in zip(*(p.mentions for p in parts), strict=True))
        return Reading(
            WordLabels(**columns),
            ModelMentions(
                start=first.copy(),
                end=last.copy(),
                first=first,
                last=last,
                kind=_KIND_OF[label],
                type=_TYPE_OF[label],
                confidence=confidence,
            ),
            self._linking([p.linked for p in parts]),
            meaning.put_together([p.meaning for p in parts], sentences, self.thresholds) if self.has_meaning else None,
        )

    def _linking(self, parts: Sequence[NDArray[np.float16]]) -> links.Linking | None:
        if not self.has_links:
            return None
        weights = self._heads["links"]
        return links.Linking(np.concatenate([np.zeros((0, len(weights["project.bias"])), np.float16), *parts]), weights)

    def read(self, text: str, tokens: Tokens, sentences: Sentences) -> Reading:
        """Labels of the tokens of a canonical text; mentions are given in its code points."""
        words = [text[a:b] for a, b in zip(tokens.start.tolist(), tokens.end.tolist(), strict=True)]
        reading = self.read_words(words, list(zip(sentences.first.tolist(), sentences.last.tolist(), strict=True)))
        columns = dict(reading.mentions.arrays())
        columns["start"] = tokens.start[columns["first"]]
        columns["end"] = tokens.end[columns["last"] - 1]
        return Reading(reading.words, ModelMentions(**columns), reading.linking, reading.meaning)

    @property
    def has_answers(self) -> bool:
        """Whether the model answers questions from a passage."""
        return "answers" in self._heads

    @property
    def thresholds(self) -> h.Array:
        """From which probability on a sentence has an emotion ``[28]``."""
        return meaning.thresholds(self._heads.get("emotions", {}))

    def word_states(self, words: Sequence[str], sentences: Sequence[tuple[int, int]]) -> h.Array:
        """The states of words ``[words, size]``, for heads that are asked apart from a reading."""
        pieces, windows = self.windows(words, sentences)
        return self.states(pieces, windows)

    def no_vector(self) -> NDArray[np.float16]:
        """The vector of a sentence without words."""
        return np.zeros(len(self._heads["vector"]["out.bias"]), np.float16)

    def sentence_vector(self, words: Sequence[str]) -> NDArray[np.float16]:
        """The vector ``[384]`` of one sentence, such as a question, read by itself."""
        whole = [(0, len(words))]
        return np.asarray(self.vectors(self.word_states(words, whole), whole)[0], np.float16)

    def text_emotions(self, words: Sequence[str], sentences: Sequence[tuple[int, int]]) -> h.Array:
        """Probabilities of emotions ``[28]`` of a short text as a whole."""
        mean = meaning.sentence_means(self.word_states(words, sentences), [(0, len(words))])
        found: h.Array = meaning.emotions(self._heads["emotions"], mean)[0]
        return found

    def vectors(self, states: h.Array, sentences: Sequence[tuple[int, int]]) -> h.Array:
        """Normalised vectors ``[sentences, size]`` of sentences that follow each other, from the states of their words."""
        return meaning.vectors(self._heads["vector"], states, sentences)

    def situations(self, means: h.Array, verbs: h.Array) -> dict[str, h.Array]:
        """Probabilities of what clauses are ``[clauses, values]``, from the means of their word states and the states of their verbs."""
        return meaning.situations(self._heads["situations"], means, verbs)

    def has(self, head: str) -> bool:
        """Whether the model has a head of this name."""
        return head in self._heads

    def answer(
        self, question: Sequence[str], passage: Sequence[str], sentences: Sequence[tuple[int, int]], *, most: int = 5
    ) -> meaning.Answering:
        """Where the words of ``passage`` answer ``question``. A passage that does not fit one window is read in several: an answer is as
        probable as in its own, and there is none if none of them has one. Raises KeyError where the model has no such head."""
        if not question or not passage:
            return meaning.Answering((), 1.0)
        asked = self._pieces.cut(question, [0])
        asked_window = pack(asked.counts, [(0, len(question))], window=meaning.QUESTION + 2)[0]
        pieces = self._pieces.cut(passage, [first for first, _ in sentences])
        room = meaning.WINDOW - int(asked.offsets[asked_window.last]) - 1
        found = [self._answer(asked, asked_window, pieces, w, most) for w in pack(pieces.counts, sentences, window=room)]
        answers = sorted((a for f in found for a in f.answers), key=lambda a: -a.probability)[:most]
        return meaning.Answering(tuple(answers), min((f.none for f in found), default=1.0))

    def _answer(self, asked: Pieces, question: Window, pieces: Pieces, window: Window, most: int) -> meaning.Answering:
        marks = {"cls": self._pieces.cls, "sep": self._pieces.sep, "pad": self._pieces.pad}
        arrays, first = question_inputs(asked, question, pieces, window, **marks)
        states = self._states(arrays.ids[None], arrays.shapes[None])[0]
        edges, none = meaning.answer_scores(self._heads["answers"], states[arrays.firsts[first:]], states[0])
        found = meaning.spans(edges, none, most=most)
        moved = (a._replace(first=a.first + window.first, last=a.last + window.first) for a in found.answers)
        return meaning.Answering(tuple(moved), found.none)


def _cover(sentences: Sequence[tuple[int, int]], count: int) -> bool:
    """Whether the sentences are no empty ranges that follow each other from 0 to ``count``."""
    at = 0
    for first, last in sentences:
        if first != at or last <= first:
            return False
        at = last
    return at == count


def load_reader(folder: Path | None = None, *, threads: int = 0) -> ReaderModel:
    """The reader model in ``folder``, or the one that is shipped; :class:`fabula.errors.ModelError` says what is wrong with it."""
    files = read_model_files(folder or SHIPPED)
    pieces = word_pieces(files.tokenizer)
    return ReaderModel(OnnxSession(files.encoder), pieces, files.heads, version=files.version, threads=threads, window=files.window)
