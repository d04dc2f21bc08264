"""Tense slips: a sentence or a few told in the other tense, amid a telling that keeps to one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from fabula.check.story import ORIGIN, Story, any_of
from fabula.elements import Issue
from fabula.layers import MentionKind
from fabula.lexicons import words
from fabula.reading.trees import Trees
from fabula.spans import Span

_BESIDE, _NEAR = 2, 6  # told sentences before and behind: all of the first, most of the second must keep the tense
_MOST = 0.85
_LONGEST = 3  # sentences: a longer stretch in the other tense is meant
_IN_PAST, _IN_PRESENT = 0.6, 0.5  # in the present, the past of a sentence may be a look back that no word marks
_BY_I = 0.6  # the more so where somebody tells of themselves
_TWICE = 1.2
_HABIT = 4  # a verb that leaves the tense so often is a manner of telling ("says I")
_I = frozenset(("i", "we"))


@dataclass(frozen=True, slots=True)
class _Told:
    """A sentence of the narration: its range, the tense of its main verb, whether it can be a slip at all."""

    span: Span
    tense: str
    clear: bool
    verb: Span
    by_teller: bool


def tense_slips(story: Story) -> Iterator[Issue]:
    """Short stretches whose every main verb leaves the tense that all sentences around them keep."""
    trees, main = story.trees, {"past": "Past", "present": "Pres"}.get(story.world.story.narration.tense)
    if trees is None or main is None:
        return
    slips = list(_slips(story, list(_told(story, trees, main)), main))
    often = Counter(verb for stretch, _ in slips for verb in {_word(story, t) for t in stretch})
    for stretch, beside in slips:
        if any(often[_word(story, t)] < _HABIT for t in stretch):
            yield _slip(story, stretch, beside, main)


def _word(story: Story, told: _Told) -> str:
    return story.text[told.verb.start : told.verb.end].lower()


def _slips(story: Story, told: list[_Told], main: str) -> Iterator[tuple[list[_Told], _Told]]:
    """Each stretch with a sentence beside it."""
    at = 0
    for same, run in groupby(told, key=lambda t: t.tense == main):
        stretch = list(run)
        first, at = at, at + len(stretch)
        around = [*told[max(0, first - _NEAR) : first], *told[at : at + _NEAR]]
        beside = [*told[max(0, first - _BESIDE) : first], *told[at : at + _BESIDE]]
        if same or len(stretch) > _LONGEST or not all(t.clear for t in stretch):
            continue
        kept = sum(t.tense == main for t in around)
        if len(around) >= _NEAR and kept >= _MOST * len(around) and all(t.tense == main for t in beside):
            yield stretch, told[first - 1] if first else told[at]


def _slip(story: Story, stretch: list[_Told], beside: _Told, main: str) -> Issue:
    verbs = ", ".join(f"“{story.text[t.verb.start : t.verb.end]}”" for t in stretch)
    sure = (_IN_PAST if main == "Past" else _IN_PRESENT) * (_TWICE if len(stretch) > 1 else 1.0)
    sure *= _BY_I if any(t.by_teller for t in stretch) else 1.0
    named = {"Past": "past", "Pres": "present"}
    return Issue(
        kind="tense", rule="tense_slip", confidence=round(min(sure, 0.9), 3), origin=ORIGIN,
        text=f"{verbs}: {named['Pres' if main == 'Past' else 'Past']} tense amid a telling in the {named[main]} tense",
        evidence=(Span(stretch[0].span.start, stretch[-1].span.end), beside.span),
    )  # fmt: skip


def _told(story: Story, trees: Trees, main: str) -> Iterator[_Told]:
    """The sentences of the narration with a finite main verb outside quotations and frames, in order."""
    for first, last in trees.bounds:
        if first >= last or not trees.told[first] or story.apart(trees.start[first]) or story.looks_back(trees.start[first]):
            continue
        root = next((i for i in range(first, last) if trees.rel[i] == "root" and trees.quote_row(i) < 0), -1)
        finite = _finite(trees, root) if root >= 0 else -1
        if finite >= 0 and (tense := _tense(trees, finite)):
            span = Span(trees.start[first], trees.end[last - 1])
            verb, subject = Span(trees.start[finite], trees.end[finite]), trees.subject(root)
            clear = _clear(story, trees, root, finite, span, main)
            yield _Told(span, tense, clear, verb, subject >= 0 and trees.lower[subject] in _I)


def _finite(trees: Trees, root: int) -> int:
    """The word that bears the tense of a clause: its first auxiliary, its copula, the verb itself; -1 where none is finite."""
    helpers = sorted(trees.all(root, "aux", "cop"))
    for at in (*helpers, root):
        if trees.form[at] == "Fin":
            return at
    return -1


def _tense(trees: Trees, finite: int) -> str:
    """The tense of a finite verb; its form overrules the model where it can be nothing else ("wipes", "wiped")."""
    verb = trees.lower[finite]
    if verb.endswith("s") and verb not in words("frames", "past"):
        return "Pres"
    return "Past" if verb.endswith("ed") and trees.tense[finite] else trees.tense[finite]


def _clear(story: Story, trees: Trees, root: int, finite: int, span: Span, main: str) -> bool:
    """Whether a sentence in the other tense cannot be a comment, a general truth or a look back: somebody of the story does something."""
    if trees.pos[root] != "VERB" or finite != root or not story.body(span.start):
        return False
    subject = trees.child(root, "nsubj")
    if subject < 0 or trees.plural[subject] or not _person(trees, subject):
        return False
    verb = trees.lower[root]
    if main == "Past":
        form = verb.endswith("s") and trees.lower[subject] not in _I
        told_now = verb in words("check", "told now") and (verb != "says" or trees.pos[root + 1] == "PUNCT")
        return form and not told_now and not any(_of_clause(trees, i, root) for i in _general(story, trees, span))
    form = verb.endswith("ed") or verb in words("frames", "past")
    unclear = (
        verb in words("frames", "ambiguous_participle")
        or verb in words("check", "comments")
        or any_of("past cues").search(story.text, span.start, span.end)
    )
    return form and not unclear


def _general(story: Story, trees: Trees, span: Span) -> Iterator[int]:
    return (trees.row_at(m.start()) for m in any_of("general").finditer(story.text, span.start, span.end))


def _of_clause(trees: Trees, at: int, root: int) -> bool:
    """Whether a word belongs to the main clause: "she |never| sleeps", not "she thinks that it will |never| do"."""
    clauses = (i for i in trees.above(at) if trees.pos[i] in ("VERB", "AUX") or trees.head[i] < 0)
    return next(clauses, root) == root


def _person(trees: Trees, subject: int) -> bool:
    people = trees.people(subject)
    return people.one is not None and (people.kind in (MentionKind.NAME, MentionKind.PRONOUN) or trees.has(subject, "det", "the"))
