"""Annotated texts as items that ask and answer: every mention of a person and every quotation, by the words that the encoder reads."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fabula.bench.pdnc import read_novel
from fabula.encoder import links
from fabula.encoder.pieces import WordPieces
from fabula.layers import Tokens
from fabula.lexicons import sections
from fabula.lexicons import words as lexicon
from fabula.reading.quotations import find_quotations
from fabula.reading.tokens import tokenize
from fabula.reading.who.spots import _pronoun_table, person_nouns
from fabula.text import read_bytes
from training.links.items import Ints, Item, LinkDocument
from training.links.novels import SOURCE as NOVELS
from training.links.tags import Range, Tag, TagFinder
from training.who.gold import GoldText, Span

_NARRATOR = "_narr"


def _token_span(starts: Ints, ends: Ints, span: Span) -> tuple[int, int] | None:
    """The tokens that a range of characters covers, None where it covers none."""
    first = int(np.searchsorted(ends, span[0], side="right"))
    last = int(np.searchsorted(starts, span[1], side="left"))
    return (first, last) if first < last else None


def _kind(surface: list[str], named: bool, in_speech: bool) -> int | None:
    """The kind of a mention; None for one that neither asks nor answers: first and second persons in speech, second in narration."""
    known = _pronoun_table().get(surface[0].lower().replace("’", "'")) if len(surface) == 1 else None
    speech = links.IN_SPEECH if in_speech else 0
    if known is not None and known[1] == 3:
        return links.PRONOUN + speech
    if known is not None:
        return links.FIRST if known[1] == 1 and not in_speech else None
    return (links.NAME if named else links.NOMINAL) + speech


def _in_speech(count: int, quotes: Iterable[tuple[int, int]]) -> NDArray[np.bool_]:
    found = np.zeros(count, bool)
    for a, b in quotes:
        found[a:b] = True
    return found


def document_of(gold: GoldText, words: WordPieces, *, gender: Mapping[str, str] | None = None) -> LinkDocument:
    """The items of an annotated text. Whether a mention stands in speech is told by Fabula's own quotations, as it is when reading."""
    manuscript = read_bytes(gold.text.encode(), source=f"{gold.name}.txt")
    tokens, sentences = tokenize(manuscript)
    quotations, _ = find_quotations(manuscript)
    starts, ends = tokens.start.astype(np.int64), tokens.end.astype(np.int64)
    text = manuscript.text
    surface = [text[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]
    bounds = list(zip(sentences.first.tolist(), sentences.last.tolist(), strict=True))
    pieces = words.cut(surface, [a for a, _ in bounds])
    quoted = [
        found
        for a, b, depth in zip(quotations.start.tolist(), quotations.end.tolist(), quotations.depth.tolist(), strict=True)
        if not depth and (found := _token_span(starts, ends, (a, b)))
    ]
    out = LinkDocument(
        gold.name, gold.source, pieces.ids.astype(np.int64), pieces.offsets.astype(np.int64), pieces.shapes.astype(np.int64), bounds,
        tokens.paragraph.astype(np.int64), gold.all_mentions,
    )  # fmt: skip
    speech = _in_speech(len(surface), quoted)
    spans = _spans(gold, tokens, surface)
    for (first, last), (who, named) in sorted(spans.items(), key=lambda x: (x[0][0], -x[0][1])):
        kind = _kind(surface[first:last], named, bool(speech[first]))
        if kind is not None:
            third = kind != links.FIRST
            out.items.append(Item(first, last, kind, who, asks=third, answers=who is None or bool(who)))
    if narrator := gold.forms.get(_NARRATOR):
        places = {(i.first, i.last) for i in out.items}
        out.items += [i for i in _narrator(surface, speech, frozenset({narrator})) if (i.first, i.last) not in places]
    tags = TagFinder(surface, out.paragraph.tolist(), [span for span, (who, named) in spans.items() if named and len(who or ()) == 1])
    told = {quote: tag for quote in quoted if (tag := tags.find(quote))}
    out.items += _by_tags(told, spans) if gold.source == NOVELS else _quotes(gold, quoted, starts, ends, told)
    out.gender = dict(gender) if gender is not None else _genders(out, surface)
    return out


def _spans(gold: GoldText, tokens: Tokens, surface: list[str]) -> dict[tuple[int, int], tuple[frozenset[str], bool]]:
    """Token range of every mention with whom it means and whether it is a name; names known by form are found all over the text."""
    starts, ends = tokens.start.astype(np.int64), tokens.end.astype(np.int64)
    found: dict[tuple[int, int], tuple[frozenset[str], bool]] = {}
    if gold.forms:
        found |= {span: (frozenset({who}), True) for span, who in named_by_form(surface, forms_of(gold))}
    for span, who in gold.mentions.items():
        if place := _token_span(starts, ends, span):
            named = span in gold.names if gold.all_mentions else place in found or surface[place[0]][:1].isupper()
            found[place] = (who, named)
    return found


def _narrator(surface: list[str], speech: NDArray[np.bool_], who: frozenset[str]) -> Iterator[Item]:
    """``I`` in narration, where the narrator is one of the people of the annotation."""
    for at, word in enumerate(surface):
        known = _pronoun_table().get(word.lower())
        if known is not None and known[1:] == (1, False) and not speech[at]:
            yield Item(at, at + 1, links.FIRST, who, answers=True)


OFTEN, ALONE = 0.85, 2


def forms_of(gold: GoldText) -> dict[str, str]:
    """Names with the one person they mean in a novel: as listed, as used in its annotated speech, and given names and surnames of one
    person alone, or of one who speaks nearly always when one of that name speaks."""
    found = {form: who for form, who in gold.forms.items() if not form.startswith("_") and not who.startswith("_")}
    used: dict[str, Counter[str]] = defaultdict(Counter)
    for (a, b), who in gold.mentions.items():
        form = " ".join(gold.text[a:b].split())
        if len(who) == 1 and form[:1].isupper():
            used[form.lower()].update(who)
    said = Counter(speaker for speaker, _ in gold.quotes.values())
    parts: dict[str, Counter[str]] = defaultdict(Counter)
    for form, who in found.items():
        for part in form.split() if " " in form else ():
            if part.isalpha() and part not in _no_names() and len(part) > 2:
                parts[part][who] = 1 + said[who]
    for table, least in ((parts, 1), (used, ALONE)):
        for form, count in table.items():
            who, most = count.most_common(1)[0]
            if most >= max(least, OFTEN * count.total()) and form not in gold.forms and form not in _pronoun_table():
                found[form] = who
    return found


@cache
def _no_names() -> frozenset[str]:
    """Parts of names that are nobody's alone: titles, and nouns for people."""
    lists = (lexicon("titles", name) for name in sections("titles") if name)
    return frozenset(w.rstrip(".") for part in lists for w in part) | frozenset(person_nouns())


def named_by_form(surface: list[str], forms: Mapping[str, str]) -> Iterator[tuple[tuple[int, int], str]]:
    """Where a text uses the names of its people, longest first: capitalised, as annotated."""
    table = {tuple(re.findall(r"\w+|[^\w\s]", form.lower())): who for form, who in forms.items()}
    longest = max((len(k) for k in table), default=0)
    lower = [w.lower() for w in surface]
    at = 0
    while at < len(surface):
        for size in range(min(longest, len(surface) - at), 0, -1):
            key = tuple(piece for w in lower[at : at + size] for piece in re.findall(r"\w+|[^\w\s]", w))
            if key in table and any(w[:1].isupper() for w in surface[at : at + size]) and not _common(lower[at : at + size]):
                yield (at, at + size), table[key]
                at += size
                break
        else:
            at += 1


def _common(lower: list[str]) -> bool:
    """A pronoun or a noun for people that the annotation lists among the names."""
    return all(w in _pronoun_table() or w in lexicon("grammar", "definite") | lexicon("grammar", "possessive") for w in lower)


def _by_tags(told: Mapping[Range, Tag], spans: Mapping[Range, tuple[frozenset[str], bool]]) -> Iterator[Item]:
    """Quotations whose tag has a name, which is who speaks."""
    for quote, tag in told.items():
        if tag.subject is not None:
            yield Item(*quote, links.QUOTE, spans[tag.subject][0], tag=(tag.first, tag.last))


def _quotes(gold: GoldText, quoted: list[Range], starts: Ints, ends: Ints, told: Mapping[Range, Tag]) -> Iterator[Item]:
    """Fabula's outermost quotations with the speaker and addressees of the annotated quotation that they overlap most."""
    spans = sorted(gold.quotes)
    firsts = np.array([a for a, _ in spans], np.int64)
    for a, b in quoted:
        start, end = int(starts[a]), int(ends[b - 1])
        near = spans[max(0, int(np.searchsorted(firsts, end)) - 40) : int(np.searchsorted(firsts, end))]
        best = max(near, key=lambda s: min(end, s[1]) - max(start, s[0]), default=None)
        if best is None or min(end, best[1]) - max(start, best[0]) <= 0.5 * (end - start - 2):
            continue
        speaker, addressees = gold.quotes[best]
        who = frozenset({speaker}) if speaker and not speaker.startswith("_") else None
        tag = told.get((a, b))
        yield Item(a, b, links.QUOTE, who, addressees, tag=(tag.first, tag.last) if tag else (0, 0))


def _genders(document: LinkDocument, surface: list[str]) -> dict[str, str]:
    """The pronoun most used for each person of a completely annotated text."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for item in document.items:
        if item.kind % links.IN_SPEECH == links.PRONOUN and item.kind < links.QUOTE and item.who and len(item.who) == 1:
            votes[next(iter(item.who))][_pronoun_table()[surface[item.first].lower().replace("’", "'")][0]] += 1
    return {who: count.most_common(1)[0][0] for who, count in votes.items()}


def pdnc_gender(folder: Path) -> dict[str, str]:
    """Main names of a novel of PDNC with the pronoun of their gender."""
    return {c.name: {"M": "he", "F": "she"}.get(c.gender, "unknown") for c in read_novel(folder).cast}
