"""Decisions with their answers, gathered by running the reading itself over annotated texts: on mentions, and on conversations.

The reading decides in order and later decisions see earlier ones, so the examples are gathered while a policy decides: the answers
themselves with probability ``beta``, else the models of the round before (Ross, Gordon and Bagnell 2011, DAgger).
"""

from __future__ import annotations

import hashlib
import os
import pickle
import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache, cached_property
from pathlib import Path

import numpy as np

from fabula.encoder.files import MANIFEST, SHIPPED, read_model_files
from fabula.encoder.links import Linking
from fabula.encoder.reader import ReaderModel, load_reader
from fabula.encoder.reader import Reading as Labels
from fabula.layers import MentionKind, Sentences, Tokens
from fabula.reading.quotations import find_quotations
from fabula.reading.tokens import tokenize
from fabula.reading.who.candidates import NEW, NOBODY, Candidate
from fabula.reading.who.deciding import Models, decide
from fabula.reading.who.dialogue import Decision, Dialogue, DialogueModel
from fabula.reading.who.ranker import Ranker, Rows, shares
from fabula.reading.who.state import Reading, begin
from fabula.reading.who.turns import Turn
from fabula.text import read_bytes
from fabula.text.manuscript import Manuscript
from training.who.gold import GoldText, Span

TAG_VOTES = 3  # how much the speaker of a quotation that a name tags tells of whose the name is
CACHE = Path.home() / ".cache" / "fabula-training"


@cache
def _reader(folder: Path) -> ReaderModel:
    return load_reader(folder)


@cache
def _link_weights(folder: Path) -> Mapping[str, np.ndarray] | None:
    return read_model_files(folder).heads.get("links")


@cache
def _digest(folder: Path) -> str:
    """What tells one model from another: its manifest, which has the checksums of all its files."""
    return hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()


def labels_of(manuscript: Manuscript, tokens: Tokens, sentences: Sentences, model: Path | None = None) -> Labels:
    """What a model says of a text, its meaning left out; read once and kept in a cache. ``model``: the shipped one if None."""
    folder = (model or SHIPPED).resolve()
    CACHE.mkdir(parents=True, exist_ok=True)
    kept = CACHE / hashlib.sha256(f"{_digest(folder)} {len(tokens)} {manuscript.text}".encode()).hexdigest()
    if kept.exists():
        words, spans, linked = pickle.loads(kept.read_bytes())
    else:
        found = _reader(folder).read(manuscript.text, tokens, sentences)
        words, spans, linked = found.words, found.mentions, found.linking.words if found.linking else None
        partly = kept.with_suffix(f".{os.getpid()}")
        partly.write_bytes(pickle.dumps((words, spans, linked)))
        partly.replace(kept)
    weights = _link_weights(folder)
    return Labels(words, spans, None if linked is None or weights is None else Linking(linked, weights))


def reading_of(gold: GoldText, model: Path | None = None, *, links: bool = True) -> Reading:
    """The beginning of a reading of a text: names, people, mentions, cues. ``model``: of :func:`labels_of`; ``links``: whether any."""
    manuscript = read_bytes(gold.text.encode(), source=f"{gold.name}.txt")
    tokens, sentences = tokenize(manuscript)
    quotations, _ = find_quotations(manuscript)
    found = labels_of(manuscript, tokens, sentences, model)
    return begin(manuscript, tokens, sentences, quotations, found.words, found.mentions, found.linking if links else None)


@dataclass(slots=True)
class Example:
    """One decision: features ``[candidates, features]``, which candidates are right, of what kind of mention, and in which text."""

    features: Rows
    right: np.ndarray
    kind: str
    text: str
    chosen: int = -1


@dataclass(slots=True)
class Chain:
    """One conversation: features of speakers ``[turns, people, features]``, of pairs of turns, and who is right ``[turns, people]``.

    A turn whose speaker is not known, or not among the people, has no right one. ``told``: whom each turn addresses. ``cues``: of turns.
    """

    speaker: Rows
    pair: Rows
    skip: Rows
    right: np.ndarray
    told: np.ndarray
    known: list[bool]
    cues: list[str]
    text: str
    round: int
    size: list[int]
    turns: Rows
    chosen: list[int] = field(default_factory=list)
    confidence: list[float] = field(default_factory=list)
    read_cues: list[str] = field(default_factory=list)


class Answers:
    """Who the people of a reading are in the annotation."""

    def __init__(self, gold: GoldText, r: Reading) -> None:
        self.gold, self.r = gold, r
        self.born: dict[int, str] = {}

    def span(self, k: int) -> tuple[int, int]:
        s, page = self.r.spots[k], self.r.page
        return page.start[s.first], page.end[s.last - 1]

    def meant(self, k: int) -> frozenset[str] | None:
        """Whom the annotation says that spot ``k`` means; None where it has no such mention.

        The annotation may take more or fewer words for a mention (``the man with the hat``): a mention is the same if it begins or ends
        where the spot does, has the spot's head in it, and is no other spot.
        """
        return self._meant.get(k)

    @cached_property
    def _meant(self) -> dict[int, frozenset[str]]:
        gold = self.gold.mentions
        spans = {self.span(k): k for k in range(len(self.r.spots))}
        found = {k: gold[span] for span, k in spans.items() if span in gold}
        free = [span for span in gold if span not in spans]
        edges: dict[tuple[int, int], list[Span]] = defaultdict(list)
        for span in free:
            edges[0, span[0]].append(span)
            edges[1, span[1]].append(span)
        for (start, end), k in spans.items():
            head = self.r.page.start[self.r.spots[k].at]
            near = [x for x in (*edges.get((0, start), ()), *edges.get((1, end), ())) if x[0] <= head < x[1]]
            if k not in found and near:
                found[k] = gold[min(near, key=lambda x: x[1] - x[0])]
        return found

    def people(self) -> dict[int, str]:
        """Person → gold name: by names first, then by the annotated mentions and tags of those who have none."""
        r, gold = self.r, self.gold
        votes: dict[int, Counter[str]] = defaultdict(Counter)
        for k, s in enumerate(r.spots):
            if s.kind == MentionKind.NAME and len(s.who) == 1:
                surface = " ".join(r.page.surface(s.first, s.last).lower().split())
                named = gold.names.get(self.span(k)) or gold.forms.get(surface) or gold.forms.get(surface.removeprefix("the "))
                votes[s.who[0]][named or ""] += 1
        tags = {c.tag: q for q, c in enumerate(r.cues) if c.tag >= 0}
        for k, q in tags.items():
            if r.spots[k].kind == MentionKind.NAME and len(r.spots[k].who) == 1 and (speaker := self.speaker(q)):
                votes[r.spots[k].who[0]][speaker] += TAG_VOTES
        for k, s in enumerate(r.spots):
            if len(s.who) == 1 and not r.people[s.who[0]].forms and s.kind == MentionKind.NOMINAL:
                known = self.meant(k)
                if known is not None and len(known) == 1:
                    votes[s.who[0]][next(iter(known))] += 1
                elif k in tags and (speaker := self.speaker(tags[k])):
                    votes[s.who[0]][speaker] += 1
        out = {p: count.most_common(1)[0][0] for p, count in votes.items()}
        if r.narrator >= 0 and not r.people[r.narrator].forms:
            told = Counter(
                next(iter(w)) for k, s in enumerate(r.spots) if r.narrator in s.who and s.quote < 0 and len(w := self.meant(k) or ()) == 1
            ) + Counter(
                sp for q, c in enumerate(r.cues) if c.tag >= 0 and r.spots[c.tag].grammatical_person == 1 and (sp := self.speaker(q))
            )
            if told:
                out[r.narrator] = told.most_common(1)[0][0]
        return {**{r.born[k]: who for k, who in self.born.items() if k in r.born}, **{p: w for p, w in out.items() if w}}

    def mains(self, gold_of: Mapping[int, str]) -> dict[int, str]:
        """Of the people who are one in the annotation the one that has most names and mentions: whoever says another splits somebody."""
        uses = Counter(p for s in self.r.spots if len(s.who) == 1 for p in s.who)
        best: dict[str, int] = {}
        for p, who in gold_of.items():
            if who not in best or self._weight(p, uses) > self._weight(best[who], uses):
                best[who] = p
        return {p: who for who, p in best.items()}

    def _weight(self, p: int, uses: Counter[int]) -> tuple[bool, int, int]:
        return bool(self.r.people[p].forms) or p == self.r.narrator, uses[p], -p

    def quote(self, q: int) -> tuple[str, frozenset[str], str] | None:
        """Speaker, addressees and cue of the annotated quotation that outermost quotation ``q`` overlaps most."""
        a, b = self.r.page.quotes[q]
        start, end = self.r.page.start[a], self.r.page.end[b - 1]
        best, most = None, 0
        for (x, y), (speaker, told) in self._near(start, end):
            common = min(end, y) - max(start, x)
            if common > most:
                best, most = (speaker, told, self.gold.cues.get((x, y), "")), common
        return best if most > 0.5 * (end - start - 2) else None

    def _near(self, start: int, end: int) -> list[tuple[tuple[int, int], tuple[str, frozenset[str]]]]:
        if not hasattr(self, "_quotes"):
            self._quotes = sorted(self.gold.quotes.items())
            self._starts = [x[0][0] for x in self._quotes]
        i = int(np.searchsorted(self._starts, end))
        return self._quotes[max(0, i - 40) : i]

    def speaker(self, q: int) -> str:
        found = self.quote(q) if self.r.page.quotes[q][1] > self.r.page.quotes[q][0] else None
        return found[0] if found else ""


class Teacher:
    """Knows whom each mention means and answers, or lets the ranker answer, while it writes the decision down."""

    def __init__(self, answers: Answers, ranker: Ranker | None, beta: float, seed: int) -> None:
        self.answers, self.r, self.gold = answers, answers.r, answers.gold
        self.ranker, self.beta = ranker, beta
        self.random = random.Random(seed)
        self.examples: list[Example] = []
        self.gold_of: dict[int, str] = {}
        self.mains: dict[int, str] = {}
        self.last = 1 << 30
        self.tags: dict[int, int] = {}
        self.pending: set[int] = set()
        self.met: set[str] = set()
        self.order: list[int] = []

    def _refresh(self, k: int) -> None:
        """People change between passes, and somebody born since the last decision has got a number."""
        first = self.r.spots[k].first
        if first < self.last:
            self.gold_of = self.answers.people()
            self.mains = self.answers.mains(self.gold_of)
            self.tags = {c.tag: q for q, c in enumerate(self.r.cues) if c.tag >= 0}
            self.met = set()
            self.order = sorted(range(len(self.r.spots)), key=lambda j: -self.r.spots[j].first)
        self.last = first
        for born in [b for b in self.pending if b in self.r.born]:
            self.gold_of.setdefault(self.r.born[born], self.answers.born[born])
            if self.answers.born[born] not in self.mains.values():
                self.mains[self.r.born[born]] = self.answers.born[born]
            self.pending.discard(born)
        while self.order and self.r.spots[self.order[-1]].first < first:
            self.met.update(self.gold_of[p] for p in self.r.spots[self.order.pop()].who if p in self.gold_of)

    def answer(self, k: int) -> frozenset[str] | None:
        """Whom mention ``k`` means; empty for nobody in particular, None where that is not known."""
        known = self.answers.meant(k)
        s = self.r.spots[k]
        if known is None and s.stand_in:  # marked by some annotators alone: "both of them" are whom "them" means
            inner = next((j for j, x in enumerate(self.r.spots) if s.plural and (x.first, x.last) == (s.last - 1, s.last)), -1)
            known = self.answers.meant(inner) if inner >= 0 else None
            if known is None and self.gold.source != "scenes":
                return None
        if known is None and self.gold.all_mentions:
            return frozenset()
        if known is None and k in self.tags and (speaker := self.answers.speaker(self.tags[k])):
            return frozenset({speaker})
        return known

    def __call__(self, k: int, candidates: Sequence[Candidate], features: Rows) -> list[float]:
        self._refresh(k)
        answer = self.answer(k)
        right = self._right(candidates, answer)
        if right is not None:
            s = self.r.spots[k]
            third = "they" if s.gender == "they" else "he/she"
            kind = "nominal" if s.kind == MentionKind.NOMINAL else "we" if s.grammatical_person == 1 else third
            self.examples.append(Example(features, right, kind, self.gold.name))
        chosen = shares(self.ranker.scores(features)) if self.ranker else [1.0 / len(candidates)] * len(candidates)
        if right is not None and (self.ranker is None or self.random.random() < self.beta):
            chosen = [0.0] * len(candidates)
            chosen[int(right.argmax())] = 1.0
        if right is not None:
            self.examples[-1].chosen = int(np.argmax(chosen)) if self.ranker else -1
        if candidates[int(np.argmax(chosen))] == (NEW,) and answer and len(answer) == 1:
            self.answers.born.setdefault(k, next(iter(answer)))
            self.pending.add(k)
        return chosen

    def _right(self, candidates: Sequence[Candidate], answer: frozenset[str] | None) -> np.ndarray | None:
        """Which candidates are right; None where the answer is not known, or not among them."""
        if answer is None:
            return None
        if not answer:
            right = [c == (NOBODY,) for c in candidates]
        else:
            right = [c[0] >= 0 and {self.mains.get(p, f"?{p}") for p in c} == answer for c in candidates]
            if not any(right):
                right = [c[0] >= 0 and {self.gold_of.get(p, f"?{p}") for p in c} == answer for c in candidates]
            if not any(right) and len(answer) == 1 and not answer & self.met:  # though a name may tell later who it is
                right = [c == (NEW,) for c in candidates]
        return np.array(right) if any(right) else None


@dataclass(slots=True)
class RecordingReading(Reading):
    """A reading whose conversations are written down as they are decided."""

    answers: Answers | None = None
    chains: list[Chain] = field(default_factory=list)
    round: int = 0

    def dialogue(self, model: DialogueModel, *, deaf: bool = False) -> Dialogue:
        plain = Reading.dialogue(self, model, deaf=deaf)
        return plain if deaf else _Recording(plain, self)


class _Recording(Dialogue):
    def __init__(self, plain: Dialogue, r: RecordingReading) -> None:
        super().__init__(plain.finder, plain.evidence, plain.model)
        self.r = r

    def decide(self) -> list[Decision]:
        self.r.round += 1
        assert self.r.answers is not None
        self.gold_of = self.r.answers.people()
        self.mains = self.r.answers.mains(self.gold_of)
        return super().decide()

    def _decide_chain(self, chain: list[Turn], out: list[Decision]) -> None:
        people, around = self.evidence.candidates(chain)
        if people:
            rows = self._features(chain, people, around)
            self._write(chain, people, rows)
            found, kept = self._posterior(chain, people, rows), self.r.chains[-1]
            kept.chosen, kept.confidence = found.argmax(axis=1).tolist(), found.max(axis=1).tolist()
            tags = [next((k for q in turn.quotes if (k := self.cues[q].tag) >= 0), -1) for turn in chain]
            kept.read_cues = [self._cue_kind(tag) for tag in tags]
        super()._decide_chain(chain, out)

    def _write(self, chain: list[Turn], people: list[int], rows: Rows) -> None:
        answers = self.r.answers
        assert answers is not None
        right, told = np.zeros(rows.shape[:2], bool), np.zeros(rows.shape[:2], bool)
        here = {self.gold_of[p] for p in people if p in self.gold_of}
        mains = {self.mains[p] for p in people if p in self.mains}
        # a person of whom only a second name is in the conversation is right by that
        gold_of = {p: w for p, w in self.gold_of.items() if p in self.mains or w in here - mains}
        known, cues = [], []
        for t, turn in enumerate(chain):
            found = next((f for q in turn.quotes if (f := answers.quote(q))), None)
            known.append(found is not None)
            cues.append(found[2] if found else "")
            for i, p in enumerate(people):
                if found and p in gold_of:
                    right[t, i], told[t, i] = gold_of[p] == found[0], gold_of[p] in found[1]
        pair, skip = self.evidence.of_pairs(chain, rows)
        self.r.chains.append(
            Chain(
                rows,
                pair,
                skip,
                right,
                told,
                known,
                cues,
                answers.gold.name,
                self.r.round,
                [len(turn.quotes) for turn in chain],
                self.evidence.of_turns(chain),
            )
        )


class AliasTeacher:
    """Knows which people are one, and says so, while it writes the decisions down."""

    def __init__(self, answers: Answers, ranker: Ranker | None) -> None:
        self.answers, self.ranker = answers, ranker
        self.examples: list[Example] = []

    def __call__(self, person: int, candidates: Sequence[int], features: Rows) -> list[float]:
        gold_of = self.answers.people()
        who = gold_of.get(person)
        right = np.array([who is not None and a >= 0 and gold_of.get(a) == who for a in candidates])
        if not right.any():
            right[-1] = True
        self.examples.append(Example(features, right, "alias" if not right[-1] else "no alias", self.answers.gold.name))
        if self.ranker is not None:
            chosen = shares(self.ranker.scores(features))
            self.examples[-1].chosen = int(np.argmax(chosen))
            return chosen
        return (right / right.sum()).tolist()


@dataclass(slots=True)
class Collected:
    mentions: list[Example]
    chains: list[Chain]
    aliases: list[Example]


def collect(
    gold: GoldText,
    ranker: Ranker | None,
    dialogue: DialogueModel,
    alias: Ranker | None,
    beta: float,
    seed: int,
    model: Path | None = None,
    *,
    links: bool = True,
) -> Collected:
    """The decisions of one text: on mentions, on conversations, on names. ``model``: of :func:`labels_of`; ``links``: whether any."""
    plain = reading_of(gold, model, links=links)
    r = RecordingReading(**{f.name: getattr(plain, f.name) for f in fields(Reading)})
    r.answers = Answers(gold, r)
    teacher = Teacher(r.answers, ranker, beta, seed)
    namer = AliasTeacher(r.answers, alias)
    decide(r, Models(teacher, dialogue, namer))
    return Collected(teacher.examples, r.chains, namer.examples)
