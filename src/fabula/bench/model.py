"""How well the reader model labels annotated text: each figure with the metric its field publishes, on words and sentences as annotated.

Entities and mentions: a prediction counts if its first and last word and its type are right; nested ones count like others; F1 over all
mentions of all documents (as Bamman et al. 2019). Events: F1 over words (Sims et al. 2019). Trees: as the CoNLL 2018 shared task on gold
words, punctuation included, labels without subtypes.
"""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any, Protocol

from fabula.bench.corpora import GoldDocument, GoldSentence, read_conllu, read_litbank
from fabula.encoder.files import SHIPPED, read_model_files
from fabula.encoder.labels import DEPRELS, FEATURES, MENTION_KINDS, MENTION_TYPES, UPOS
from fabula.encoder.reader import Reading
from fabula.errors import InputError

Span = tuple[int, int, str, str]
"""First word, word after the last, type, kind."""
_COLUMNS = {"Tense": "tense", "VerbForm": "verb_form", "Mood": "mood", "Voice": "voice", "Person": "person", "Number": "number"}
_NAMES = {"PROP": "names", "NOM": "nominals", "PRON": "pronouns"}


class WordReader(Protocol):
    """What is measured: a :class:`fabula.encoder.reader.ReaderModel` or one in training."""

    def read_words(self, words: Sequence[str], sentences: Sequence[tuple[int, int]]) -> Reading: ...


def read_document(model: WordReader, document: GoldDocument) -> tuple[Reading, list[tuple[int, int]]]:
    """The model's labels of the words as annotated, and the ranges of the sentences."""
    ends = list(accumulate(len(s.words) for s in document.sentences))
    bounds = list(zip([0, *ends[:-1]], ends, strict=True))
    return model.read_words([w for s in document.sentences for w in s.words], bounds), bounds


class Counts:
    """Right, found and wanted, summed over documents."""

    def __init__(self) -> None:
        self.right = self.found = self.wanted = 0

    def add(self, found: set[Any], wanted: set[Any]) -> None:
        self.right += len(found & wanted)
        self.found += len(found)
        self.wanted += len(wanted)

    def f1(self) -> float:
        return 100 * 2 * self.right / (self.found + self.wanted) if self.found + self.wanted else 0.0

    def figures(self) -> dict[str, float | int]:
        return {
            "precision": round(100 * self.right / self.found, 2) if self.found else 0.0,
            "recall": round(100 * self.right / self.wanted, 2) if self.wanted else 0.0,
            "f1": round(self.f1(), 2),
            "gold": self.wanted,
        }


# --- LitBank


def _gold_spans(sentences: Iterable[GoldSentence]) -> tuple[set[Span], set[Span], set[int]]:
    """Entities (names and nominals), pronouns, and event words of a document."""
    entities, pronouns, events, at = set(), set(), set(), 0
    for s in sentences:
        entities |= {(at + m.start, at + m.end, m.type, m.kind) for m in s.entities or ()}
        pronouns |= {(at + m.start, at + m.end, m.type, m.kind) for m in s.mentions or () if m.kind == "PRON"}
        events |= {at + i for i in s.events or ()}
        at += len(s.words)
    return entities, pronouns, events


def found_spans(reading: Reading) -> set[Span]:
    m = reading.mentions
    columns = zip(m.first.tolist(), m.last.tolist(), m.type.tolist(), m.kind.tolist(), strict=True)
    return {(a, b, MENTION_TYPES[t], MENTION_KINDS[k]) for a, b, t, k in columns}


def _untyped(spans: Iterable[Span], kinds: Iterable[str]) -> set[tuple[int, int, str]]:
    """Spans of the given kinds, without their kind: the entity layer does not annotate it."""
    wanted = frozenset(kinds)
    return {s[:3] for s in spans if s[3] in wanted}


def measure_literary(model: WordReader, documents: Sequence[GoldDocument], *, event_threshold: float = 0.5) -> dict[str, Any]:
    """Entities (without pronouns), mentions (with them), each kind and type, and events of LitBank documents.

    ``spread`` is the standard deviation of the documents' F1; ``*_by_document`` gives each.
    """
    counts: dict[str, Counts] = {}
    by_document: dict[str, dict[str, float]] = {"entities": {}, "events": {}}

    def add(name: str, found: set[Any], wanted: set[Any]) -> None:
        counts.setdefault(name, Counts()).add(found, wanted)
        if name in by_document:
            one = Counts()
            one.add(found, wanted)
            by_document[name][document.name] = round(one.f1(), 2)

    for document in documents:
        reading, _ = read_document(model, document)
        entities, pronouns, events = _gold_spans(document.sentences)
        found = found_spans(reading)
        add("entities", _untyped(found, ("PROP", "NOM")), _untyped(entities, ("PROP", "NOM")))
        add("mentions", _untyped(found, MENTION_KINDS), _untyped(entities | pronouns, MENTION_KINDS))
        for kind in MENTION_KINDS:
            add(_NAMES[kind], _untyped(found, (kind,)), _untyped(entities | pronouns, (kind,)))
        for type_ in MENTION_TYPES:
            add(f"entities {type_}", {s[:2] for s in found if s[2] == type_ and s[3] != "PRON"}, {s[:2] for s in entities if s[2] == type_})
        if all(s.events is not None for s in document.sentences):
            words = {i for i, p in enumerate(reading.words.event.tolist()) if p > event_threshold}
            add("events", words, events)
    return {
        "documents": len(documents),
        "words": sum(d.words for d in documents),
        **{name: c.figures() for name, c in counts.items()},
        "spread": {name: round(statistics.stdev(f.values()), 2) for name, f in by_document.items() if len(f) > 1},
        "entities_by_document": by_document["entities"],
        "events_by_document": by_document["events"],
    }


# --- Universal Dependencies


def _agreement(model: WordReader, document: GoldDocument) -> Counter[str]:
    reading, bounds = read_document(model, document)
    w, agreed = reading.words, Counter[str]()
    for (first, last), sentence in zip(bounds, document.sentences, strict=True):
        gold = sentence.syntax
        if gold is None:
            continue
        agreed["words"] += last - first
        for i in range(first, last):
            k = i - first
            agreed["upos"] += UPOS[w.upos[i]] == gold.upos[k]
            for name, column in _COLUMNS.items():
                wanted = gold.feats[k].get(name, "")
                agreed[name] += FEATURES[name][getattr(w, column)[i]] == (wanted if wanted in FEATURES[name] else "")
            head = first + gold.heads[k] if gold.heads[k] >= 0 else -1
            label = DEPRELS[w.deprel[i]]
            agreed["uas"] += int(w.head[i]) == head
            agreed["las"] += int(w.head[i]) == head and label.partition(":")[0] == gold.deprels[k].partition(":")[0]
            agreed["las_with_subtypes"] += int(w.head[i]) == head and label == gold.deprels[k]
    return agreed


def measure_syntax(model: WordReader, documents: Sequence[GoldDocument]) -> dict[str, Any]:
    """Parts of speech, features (accuracy over all words, "none" being a value), UAS and LAS on gold words, in per cent."""
    agreed = sum((_agreement(model, d) for d in documents), Counter[str]())
    words = agreed.pop("words", 0)
    if not words:
        raise InputError("no word with a dependency to measure on", hint="expected CoNLL-U with heads")
    names = ("upos", *_COLUMNS, "uas", "las", "las_with_subtypes")
    return {"documents": len(documents), "words": words, **{name: round(100 * agreed[name] / words, 2) for name in names}}


# --- folders


def _conllu_files(folder: Path, part: str) -> list[Path]:
    """CoNLL-U files of one part: by file name (``*-dev.conllu``), else by a list in ``splits.md``, else all there are."""
    files = sorted([*folder.glob("*.conllu"), *folder.glob("dep/*.conllu")])
    named = [p for p in files if f"-{part}." in p.name]
    splits = folder / "splits.md"
    if named or not splits.exists():
        return named or files
    sections = splits.read_text(encoding="utf-8").split("\n## ")
    wanted = {line.strip(" *") for s in sections if s.split("\n")[0].strip() == part for line in s.split("\n")[1:]}
    return [p for p in files if p.stem in wanted]


def unseen_documents() -> frozenset[str]:
    """LitBank documents that the shipped model was never trained on, by its manifest."""
    listed = read_model_files(SHIPPED).manifest["documents"]["litbank"]
    return frozenset((*listed["dev"], *listed["test"]))


def measure_folder(model: WordReader, folder: Path, *, part: str = "dev", documents: frozenset[str] | None = None) -> dict[str, Any]:
    """Measure on a clone of LitBank (``documents``, or all) or on a treebank (``part`` of it); seconds and words per second are added.

    Which LitBank documents a model has never seen stands in its manifest under ``documents``. Raises :class:`fabula.errors.InputError`
    where the folder holds neither format.
    """
    started = time.perf_counter()
    if (folder / "coref" / "tsv").is_dir():
        figures = measure_literary(model, read_litbank(folder, names=documents))
    elif files := _conllu_files(folder, part):
        gold = [d for p in files for d in read_conllu(p, source=folder.name)]
        figures = measure_syntax(model, [d for d in gold if documents is None or d.name in documents])
    else:
        raise InputError(f"nothing to measure on in {folder}", hint="expected LitBank's coref/tsv/*.txt or *.conllu")
    seconds = time.perf_counter() - started
    return {"folder": folder.name, **figures, "seconds": round(seconds, 1)}
