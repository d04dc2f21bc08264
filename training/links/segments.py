"""Stretches of documents as arrays: windows for the encoder, items that ask and answer in them, and which answers are right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.typing import NDArray

from fabula.encoder import links
from fabula.encoder.links import ADDRESSEE, ANTECEDENT, QUESTIONS, SPEAKER
from fabula.encoder.pieces import Pieces, WordPieces
from fabula.encoder.shapes import LOWER
from fabula.encoder.windows import Window, inputs, pack
from training.links.items import COLUMNS, LinkDocument

Ints = NDArray[np.int64]
WINDOWS = 4
"""Windows of a stretch. The first gives context alone, unless it opens the document."""


@dataclass(frozen=True, slots=True)
class Markers:
    """Rows of the table of wordpieces: markers, the mask, and pronouns that stand for a hidden name."""

    cls: int
    sep: int
    pad: int
    mask: int
    pronouns: dict[str, tuple[int, ...]]


def markers(words: WordPieces, mask: int) -> Markers:
    one = {w: int(words.cut([w], [0]).ids[0]) for w in ("he", "him", "she", "her", "they", "them")}
    pronouns = {"he": (one["he"], one["him"]), "she": (one["she"], one["her"]), "they": (one["they"], one["them"])}
    return Markers(words.cls, words.sep, words.pad, mask, pronouns)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document cut into windows, with its items as columns. ``same[a, b]``: whether a mention of the people ``b`` answers one that asks
    for ``a`` (the same, or some of them)."""

    document: LinkDocument
    pieces: Pieces
    windows: list[Window]
    columns: Ints
    same: NDArray[np.bool_]
    sets: list[frozenset[str]]


FIRST, LAST, KIND, WHO, TOLD, ASKS, ANSWERS, TAG_FIRST, TAG_LAST = range(COLUMNS)


def prepare(document: LinkDocument, length: int) -> Prepared:
    """Items in order of their first word; people that are not known are -1, nobody is the empty set."""
    sets: dict[frozenset[str], int] = {frozenset(): 0}

    def number(who: frozenset[str] | None) -> int:
        return -1 if who is None else sets.setdefault(who, len(sets))

    items = sorted(document.items, key=lambda i: (i.first, -i.last))
    rows = [(i.first, i.last, i.kind, number(i.who), number(i.told), int(i.asks), int(i.answers), *i.tag) for i in items]
    columns = np.array(rows, np.int64).reshape(-1, COLUMNS)
    pieces = Pieces(document.ids.astype(np.int32), document.offsets.astype(np.int32), document.shapes.astype(np.uint8))
    found = list(sets)
    same = np.array([[bool(b) and b <= a for b in found] for a in found], bool).reshape(len(found), len(found))
    return Prepared(document, pieces, pack(pieces.counts, document.sentences, window=length), columns, same, found)


def starts(prepared: Prepared) -> list[int]:
    """The first windows of the stretches in which every window but the context asks once."""
    count = len(prepared.windows)
    return [0, *range(WINDOWS, count, WINDOWS - 1)]


@dataclass(slots=True)
class Block:
    """What asks one question in a stretch: ``[queries]`` and ``[queries, keys]``; ``right``: the answers, none last."""

    first: Ints
    last: Ints
    kind: Ints
    distance: Ints
    paragraph: Ints
    allowed: NDArray[np.bool_]
    right: NDArray[np.bool_]
    rows: Ints
    at: Ints


@dataclass(slots=True)
class Segment:
    """``ids`` and ``shapes`` ``[windows, length]``; ``places``: of each word, its first piece in them; keys as in ``Block``.

    ``items``: ``first``, ``last`` (inclusive), ``kind``, ``paragraph`` and ``form`` of everything that is an item there; ``key_at`` and
    ``Block.at`` are rows of it, ``key_rows`` and ``Block.rows`` are those in ``Prepared.columns``."""

    ids: Ints
    shapes: Ints
    places: Ints
    key_first: Ints
    key_last: Ints
    key_kind: Ints
    key_rows: Ints
    key_at: Ints
    items: dict[str, Ints]
    blocks: list[Block]


@dataclass(frozen=True, slots=True)
class Hiding:
    """The share of names that have an antecedent, and of tags, that are hidden from the encoder."""

    names: float = 0.0
    tags: float = 0.0


def segment(
    prepared: Prepared, start: int, length: int, marks: Markers, *, hiding: Hiding = Hiding(), random: Random | None = None
) -> Segment:
    """The stretch from window ``start`` on."""
    windows = prepared.windows[max(0, start - 1) : start + WINDOWS - 1] if start else prepared.windows[:WINDOWS]
    arrays = [inputs(prepared.pieces, w, cls=marks.cls, sep=marks.sep, pad=marks.pad, length=length) for w in windows]
    ids, shapes = np.stack([a.ids for a in arrays]), np.stack([a.shapes for a in arrays])
    places = np.concatenate([a.firsts + i * length for i, a in enumerate(arrays)])
    begin, end = windows[0].first, windows[-1].last
    asking = windows[1].first if start and len(windows) > 1 else begin
    whole = end == len(prepared.document.paragraph)
    columns = prepared.columns
    inside = np.flatnonzero((columns[:, FIRST] >= begin) & (columns[:, LAST] <= end))
    here = columns[inside].copy()
    if hiding.tags and random is not None:
        here, inside = _hide_tags(here, inside, prepared, ids, places, (begin, end), hiding.tags, marks, random)
    if hiding.names and random is not None:
        here = _hide(here, prepared, ids, shapes, places, begin, asking, hiding.names, marks, random)
    keys = np.flatnonzero(here[:, ANSWERS] > 0)
    blocks = [_block(q, here, inside, keys, prepared, asking, end if not whole else end + links.AHEAD) for q in range(QUESTIONS)]
    return Segment(
        ids, shapes, places, here[keys, FIRST] - begin, here[keys, LAST] - 1 - begin, here[keys, KIND], inside[keys], keys,
        _columns(here, prepared, begin), [_from(b, begin) for b in blocks],
    )  # fmt: skip


def _columns(here: Ints, prepared: Prepared, begin: int) -> dict[str, Ints]:
    """The items of a stretch as the mixer sees them."""
    names = (here[:, KIND] % links.IN_SPEECH == links.NAME) & (here[:, KIND] < links.QUOTE)
    return {
        "first": here[:, FIRST] - begin,
        "last": here[:, LAST] - 1 - begin,
        "kind": here[:, KIND],
        "paragraph": prepared.document.paragraph[here[:, FIRST]],
        "form": np.where(names, _forms(prepared.pieces, here), -1),
    }


def _forms(pieces: Pieces, rows: Ints) -> Ints:
    """A number for the words of each item, equal for equal words."""
    known: dict[tuple[int, ...], int] = {}
    spans = ((pieces.offsets[a], pieces.offsets[b]) for a, b in rows[:, [FIRST, LAST]].tolist())
    return np.array([known.setdefault(tuple(pieces.ids[a:b].tolist()), len(known)) for a, b in spans], np.int64)


def _from(block: Block, begin: int) -> Block:
    block.first, block.last = block.first - begin, block.last - 1 - begin
    return block


def _hide_tags(
    here: Ints, inside: Ints, prepared: Prepared, ids: Ints, places: Ints, bounds: tuple[int, int], share: float, marks: Markers,
    random: Random,
) -> tuple[Ints, Ints]:  # fmt: skip
    """Take away tags beside quotations, words and mentions: who speaks has to be told by what is around."""
    flat, counts, (begin, end) = ids.reshape(-1), prepared.pieces.counts, bounds
    gone = np.zeros(end - begin, bool)
    for first, last in here[:, [TAG_FIRST, TAG_LAST]].tolist():
        if begin <= first < last <= end and random.random() < share:
            gone[first - begin : last - begin] = True
            for word in range(first, last):
                at = int(places[word - begin])
                flat[at : at + int(counts[word])] = marks.pad
    kept = ~gone[here[:, FIRST] - begin]
    return here[kept], inside[kept]


def _hide(
    here: Ints, prepared: Prepared, ids: Ints, shapes: Ints, places: Ints, begin: int, asking: int, share: float, marks: Markers,
    random: Random,
) -> Ints:  # fmt: skip
    """Replace names by a pronoun or a mask: whom it means has to be told by what is around (Kocijan et al. 2019)."""
    flat, shape = ids.reshape(-1), shapes.reshape(-1)
    counts = prepared.pieces.counts
    before: set[int] = set()
    last = -1
    for row in here:
        first, stop, kind, who = (int(x) for x in row[:4])
        named = kind % links.IN_SPEECH == links.NAME and kind < links.QUOTE
        if named and first >= max(asking, last) and who in before and random.random() < share:
            gender = prepared.document.gender.get(next(iter(prepared.sets[who])), "") if len(prepared.sets[who]) == 1 else ""
            forms = marks.pronouns.get(gender, ())
            stands = random.choice(forms) if forms and random.random() < 0.6 else marks.mask
            for word in range(first, stop):
                at = int(places[word - begin])
                flat[at : at + int(counts[word])] = marks.pad
            flat[places[first - begin]] = stands
            shape[places[first - begin]] = LOWER
            row[LAST], row[KIND], row[ASKS] = first + 1, kind - links.NAME + links.PRONOUN, 2
            last = stop
        before.add(who)
    return here


def _block(question: int, here: Ints, inside: Ints, keys: Ints, prepared: Prepared, asking: int, end: int) -> Block:
    ahead = question != ANTECEDENT
    if question == ANTECEDENT:
        wanted = (here[:, ASKS] > 0) & (here[:, WHO] >= 0)
    elif question == SPEAKER:
        wanted = (here[:, KIND] == links.QUOTE) & (here[:, WHO] > 0) & (here[:, LAST] + links.AHEAD <= end)
    else:
        wanted = (here[:, KIND] == links.QUOTE) & (here[:, TOLD] > 0) & (here[:, LAST] + links.AHEAD <= end)
    queries = np.flatnonzero(wanted & (here[:, FIRST] >= asking))
    first, last = here[queries, FIRST][:, None], here[queries, LAST][:, None]
    key_first = here[keys, FIRST][None, :]
    begins = np.searchsorted(here[keys, FIRST], here[queries, FIRST])[:, None]
    order = np.arange(len(keys))[None, :]
    allowed = (order >= begins - links.MOST) & (key_first >= first - links.REACH)
    allowed &= (key_first < last + links.AHEAD) if ahead else (order < begins)
    asked_for = here[queries, TOLD if question == ADDRESSEE else WHO]
    meant = here[keys, WHO]
    right = prepared.same[asked_for][:, np.maximum(meant, 0)] & (meant >= 0)[None, :] & allowed
    none = ~right.any(1)
    # else a mention of narration may be what is meant, and is not known
    decided = np.ones(len(queries), bool) if prepared.document.complete and question != ADDRESSEE else ~none
    right = np.concatenate([right, none[:, None]], 1)
    paragraph = prepared.document.paragraph
    return Block(
        here[queries, FIRST][decided], here[queries, LAST][decided], here[queries, KIND][decided],
        links.distance_bucket(first, last, key_first)[decided],
        links.paragraph_bucket(paragraph[first], paragraph[key_first])[decided],
        allowed[decided], right[decided], inside[queries][decided], queries[decided],
    )  # fmt: skip


def new_forms(s: Segment) -> NDArray[np.bool_]:
    """Which of those that ask for their antecedent are names of words that no name before them in the stretch has ``[queries]``."""
    forms, at = s.items["form"], s.blocks[ANTECEDENT].at
    fresh = np.zeros(len(forms), bool)
    fresh[np.unique(forms, return_index=True)[1]] = True
    return fresh[at] & (forms[at] >= 0)


def all_segments(found: Sequence[LinkDocument], length: int) -> tuple[list[Prepared], list[tuple[int, int]]]:
    """Documents cut into windows, and every stretch of them: (document, first window that asks)."""
    prepared = [prepare(d, length) for d in found]
    return prepared, [(i, s) for i, p in enumerate(prepared) for s in starts(p)]
