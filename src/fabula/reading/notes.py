"""Content notes by a lexicon of patterns, with negation, idiom, comparison and supposition seen to.

A note says that a thing is part of the story, so single weak words never make one: evidence is added up inside a window of the
text, and only what stands in the story itself is evidence. A warning in an author's note merely raises the confidence.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from fabula.elements import Character, Note, Quote, Scene
from fabula.layers import MentionMembers, Mentions, ParagraphKind, Sentences
from fabula.lexicons import sections, words
from fabula.reading.cast import Cast
from fabula.reading.notes_context import clause_around, weigh
from fabula.reading.notes_deaths import deaths_of_major_characters
from fabula.reading.notes_patterns import PhraseSet
from fabula.reading.steps import Step
from fabula.spans import Span
from fabula.text.manuscript import Manuscript

Strength = Literal["mentioned", "depicted", "central"]

_WEIGHTS = {"strong": 0.8, "medium": 0.45, "weak": 0.25}
_WINDOW = 1500  # code points within which weak evidence keeps company
_REPEATED = 0.3  # what the same words add when they come again in the window
_LONG_STORY = 15_000  # words, above which a single middling hit is likelier an accident than the story's matter
_MOST_SPANS = 12
_LEAST_CONFIDENCE = 0.3
_WARNED = 0.12
_WORDS_PER_PLACE = 20_000  # in a long story a label needs a place in so many words, or it may be an accident of phrase
_SPARSE, _SPARSE_BUT_SERIOUS = 0.58, 0.75
_CODE_POINTS_PER_WORD = 5.6
_LONGEST_SENTENCE = 1500


@dataclass(frozen=True, slots=True)
class _Group:
    """One section of the lexicon: what its patterns stand for."""

    label: str
    weight: str
    kind: str


@dataclass(slots=True)
class _Evidence:
    """One hit that counts. ``support`` is the confidence with its company."""

    span: tuple[int, int]
    at: int
    words: str
    weight: float
    shown: bool
    support: float = 0.0


@cache
def _lexicon() -> tuple[PhraseSet, tuple[_Group, ...], PhraseSet]:
    """The patterns, the groups that their tags index, and the idioms."""
    macros = {name: words("notes", name) for name in sections("notes") if name.isupper()}
    groups: list[_Group] = []
    patterns: list[tuple[str, int]] = []
    for name, lines in sections("notes").items():
        if not name or name.isupper():
            continue
        label, weight, kind = name.split()
        patterns += [(line, len(groups)) for line in lines]
        groups.append(_Group(label, weight, kind))
    return PhraseSet(patterns, macros), tuple(groups), PhraseSet([(line, 0) for line in sections("idioms")[""]], macros)


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence; one without end (a text with no punctuation) in pieces, so that time stays linear in its length."""
    while end - start > _LONGEST_SENTENCE:
        cut = text.rfind(" ", start + 1, start + _LONGEST_SENTENCE)
        cut = cut if cut > start else start + _LONGEST_SENTENCE
        yield start, cut
        start = cut
    yield start, end


def _split_by_kind(manuscript: Manuscript, sentences: Sentences) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Sentences of the story, and sentences of the paratext that may warn of something."""
    story: list[tuple[int, int]] = []
    beside: list[tuple[int, int]] = []
    kinds = manuscript.paragraphs.kind.tolist()
    for start, end, p in zip(sentences.start.tolist(), sentences.end.tolist(), sentences.paragraph.tolist(), strict=True):
        if kinds[p] in (ParagraphKind.BODY, ParagraphKind.SET_APART):
            story.extend(_pieces(manuscript.text, start, end))
        elif kinds[p] == ParagraphKind.PARATEXT:
            beside.extend(_pieces(manuscript.text, start, end))
    warning = [(t.start, t.end) for t in manuscript.paratext if t.kind in ("author_note", "front_matter")]
    return story, [s for s in beside if any(a <= s[0] < b for a, b in warning)]


def _hits(text: str, sentences: list[tuple[int, int]], names: frozenset[str]) -> Iterator[tuple[tuple[int, int], int, int, _Group]]:
    """(sentence, start, end, group) of every pattern found that no idiom covers."""
    patterns, groups, idioms = _lexicon()
    found = list(patterns.find(text, sentences))
    starts = [s for s, _ in sentences]
    touched = sorted({bisect_right(starts, h.start) - 1 for h in found})
    blocked = [(h.start, h.end) for h in idioms.find(text, [sentences[i] for i in touched])]
    block_starts = [b for b, _ in blocked]
    for h in found:
        i = bisect_right(block_starts, h.end)
        if not any(b < h.end and h.start < e for b, e in blocked[max(0, i - 6) : i]) and not _is_name(text, h.start, h.end, names):
            yield sentences[bisect_right(starts, h.start) - 1], h.start, h.end, groups[h.tag]


def _is_name(text: str, start: int, end: int, names: frozenset[str]) -> bool:
    """A single word with a capital inside a sentence is somebody's or something's name (Mr. Spear, Vega IV)."""
    word = text[start:end]
    if not (word[0].isupper() and word.isalpha()) or word.isupper():
        return False
    return word in names or text[max(0, start - 2) : start].rstrip("*_ ")[-1:].isalpha()


def _collect(text: str, sentences: list[tuple[int, int]], quotes: tuple[Quote, ...], names: frozenset[str]) -> dict[str, list[_Evidence]]:
    """Evidence by label, in order of position."""
    quote_starts = [q.start for q in quotes]
    out: dict[str, list[_Evidence]] = {}
    for sentence, start, end, group in _hits(text, sentences, names):
        q = bisect_right(quote_starts, start) - 1
        spoken = q >= 0 and quotes[q].end > start
        weight, shown = _WEIGHTS[group.weight], not spoken
        if group.kind != "word":
            context = weigh(text, sentence, (start, end), intent=group.kind == "intent")
            weight *= context.weight
            shown = shown and group.kind != "noun" and context.actual
        if weight > 0:
            span = clause_around(text, sentence, (start, end))
            if spoken:
                span = (max(span[0], quotes[q].start), min(span[1], quotes[q].end))
            out.setdefault(group.label, []).append(_Evidence(span, start, text[start:end].lower(), weight, shown))
    return out


def _one_per_place(evidence: list[_Evidence]) -> list[_Evidence]:
    """Of overlapping hits of one label the weightiest."""
    kept: list[_Evidence] = []
    for e in sorted(evidence, key=lambda e: e.at):
        last = kept[-1] if kept else None
        if last and e.at < last.at + len(last.words):
            if e.weight > last.weight:
                kept[-1] = e
        else:
            kept.append(e)
    return kept


def _support(evidence: list[_Evidence], *, long_story: bool) -> None:
    """Set each one's confidence from itself and its company within the window (noisy or)."""
    low = 0
    for i, e in enumerate(evidence):
        while evidence[low].at < e.at - _WINDOW:
            low += 1
        missing, seen = 1.0, set()
        for j in range(low, len(evidence)):
            other = evidence[j]
            if other.at > e.at + _WINDOW or j > i + 20:
                break
            weight = other.weight * (0.8 if long_story and other.weight < _WEIGHTS["strong"] else 1.0)
            missing *= 1.0 - weight * (_REPEATED if other.words in seen else 1.0)
            seen.add(other.words)
        e.support = 1.0 - missing


def _strength(evidence: list[_Evidence], length: int, scenes: tuple[Scene, ...]) -> Strength:
    firm = [e for e in evidence if e.support >= 0.5]
    if scenes and len(scenes) >= 3:
        ends = [s.end for s in scenes]
        touched = {bisect_right(ends, e.at) for e in firm}
        spread = len(touched) >= 3 and len(touched) >= 0.4 * len(scenes)
    else:
        spread = len({8 * e.at // max(1, length) for e in firm}) >= 4
    if spread and len(firm) >= 5:
        return "central"
    return "depicted" if any(e.shown and e.weight >= 0.5 for e in firm) else "mentioned"


def _spans(evidence: Iterable[_Evidence]) -> tuple[Span, ...]:
    """The best supported places, each once, in order of position."""
    best: dict[tuple[int, int], float] = {}
    for e in evidence:
        best[e.span] = max(best.get(e.span, 0.0), e.support + e.weight)
    chosen = sorted(best, key=lambda s: (-best[s], s))[:_MOST_SPANS]
    return tuple(Span(*s) for s in sorted(chosen))


def _density(label: str, evidence: list[_Evidence], story_words: float) -> float:
    """What a label's confidence is worth for its number of well supported places in a story of that length."""
    firm = {e.at // _WINDOW for e in evidence if e.support >= 0.5}
    if story_words < _LONG_STORY or len(firm) >= story_words / _WORDS_PER_PLACE:
        return 1.0
    return _SPARSE_BUT_SERIOUS if label in words("notes", "SERIOUS") else _SPARSE


def _note(
    label: str, evidence: list[_Evidence], length: int, scenes: tuple[Scene, ...], *, warned: bool, story_words: float
) -> Note | None:
    evidence = _one_per_place(evidence)
    _support(evidence, long_story=story_words > _LONG_STORY)
    top = max(e.support for e in evidence)
    confidence = min(0.97, top * _density(label, evidence, story_words) + (_WARNED if warned else 0.0))
    if confidence < _LEAST_CONFIDENCE:
        return None
    heaviest = max(e.weight for e in evidence)
    floor = min(0.3, heaviest)
    return Note(
        label=label,
        strength=_strength(evidence, length, scenes),
        spans=_spans(e for e in evidence if e.weight >= floor),
        confidence=round(confidence, 2),
        origin=STEP.origin,
    )


def _warned_labels(text: str, sentences: list[tuple[int, int]], names: frozenset[str]) -> frozenset[str]:
    return frozenset(
        group.label for sentence, start, end, group in _hits(text, sentences, names) if weigh(text, sentence, (start, end)).weight > 0
    )


def _run(
    manuscript: Manuscript,
    sentences: Sentences,
    characters: tuple[Character, ...],
    mentions: Mentions,
    members: MentionMembers,
    quotes: tuple[Quote, ...],
    scenes: tuple[Scene, ...],
) -> Mapping[str, Any]:
    text = manuscript.text
    story, beside = _split_by_kind(manuscript, sentences)
    names = frozenset(w for c in characters for a in c.aliases for w in a.text.split() if w[:1].isupper())
    warned = _warned_labels(text, beside, names)
    story_words = sum(e - s for s, e in story) / _CODE_POINTS_PER_WORD
    collected = _collect(text, story, quotes, names)
    notes = [
        note
        for label, evidence in collected.items()
        if (note := _note(label, evidence, len(text), scenes, warned=label in warned, story_words=story_words))
    ]
    if death := deaths_of_major_characters(text, story, Cast(characters, mentions, members, quotes), origin=STEP.origin):
        notes.append(death)
    return {"notes": tuple(sorted(notes, key=lambda n: (n.spans[0].start, n.label)))}


STEP = Step(
    name="notes",
    version="3",
    needs=("manuscript", "sentences", "characters", "mentions", "members", "quotes", "scenes"),
    gives=("notes",),
    run=_run,
)
