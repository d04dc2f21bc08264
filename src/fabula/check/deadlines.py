"""Missed deadlines: what must be done by Friday is done on Saturday, and nobody says that it is late."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from fabula.check.dates import DAYS, MONTHS, NUMBER, number_of
from fabula.check.story import ORIGIN, Story, any_of
from fabula.elements import Issue
from fabula.lexicons import words
from fabula.reading.events.lemmas import lemma
from fabula.reading.trees import Trees
from fabula.spans import Span

_DAY, _MONTH = "|".join(DAYS), "|".join(MONTHS)


def _dated(before: str) -> re.Pattern[str]:
    """A weekday, a date, or both, after a preposition: "by Friday", "before the third of May", "on Monday, the ninth of June"."""
    months = rf"(?P<day>{NUMBER}) (?:of )?(?P<month>{_MONTH})\b|(?P<month2>{_MONTH}) (?P<day2>{NUMBER})\b"
    return re.compile(rf"\b(?:{before}) (?:the )?(?:(?P<weekday>{_DAY})\b)?(?:,? ?(?:the )?(?:{months}))?", re.IGNORECASE)


_AT = r"(?: (?:noon|midday|midnight|five|six|nine|ten|the end of|\w+ o['’]clock)(?: on| of)?)?"
_DUE = _dated(rf"(?:by|before|no later than|not later than|until){_AT}")
_DONE = _dated(r"on(?: the morning of| the evening of)?")
_SHARED = 2  # content words that a deadline and what is done share, a rare one among them
_RARE = 6
_WEEK = 20_000  # code points within which a weekday is taken to be of the same week
_SURE, _BY_WEEKDAY = 0.65, 0.55


@dataclass(frozen=True, slots=True)
class _Date:
    weekday: int | None
    month: int | None
    day: int | None


def deadlines(story: Story) -> Iterator[Issue]:
    """Every deadline that is met too late, with the first sentence that shows it."""
    trees = story.trees
    if trees is None:
        return
    often = Counter(lemma(w) for w in trees.lower)
    done = [(m, story.sentence(m.start())) for m in _DONE.finditer(story.text) if _names_a_day(m)]
    for m in filter(_names_a_day, _DUE.finditer(story.text)):
        sentence = story.sentence(m.start())
        if not any_of("duty").search(story.text, sentence.start, sentence.end) or any_of("doubt").search(
            story.text, sentence.start, m.start()
        ):
            continue
        due, asked = _date(m), _stems(story, trees, sentence)
        for k, later in done:
            if later.start <= sentence.end or story.quotation(k.start()) >= 0 or story.apart(k.start()):
                continue
            late = _late(due, _date(k), later.start - sentence.end)
            if late and _same(often, asked, _stems(story, trees, later)) and not _known(story, later):
                sure = _SURE if due.day is not None else _BY_WEEKDAY
                yield Issue(
                    kind="timeline", rule="missed_deadline", text=f"due {_words(m)}, done {_words(k)}", evidence=(sentence, later),
                    confidence=sure, origin=ORIGIN,
                )  # fmt: skip
                break


def _names_a_day(m: re.Match[str]) -> bool:
    return bool(m["weekday"] or m["month"] or m["month2"])


def _words(m: re.Match[str]) -> str:
    return " ".join(m.group().split())


def _date(m: re.Match[str]) -> _Date:
    month, day = m["month"] or m["month2"], m["day"] or m["day2"]
    weekday = DAYS.index(m["weekday"].lower()) if m["weekday"] else None
    return _Date(weekday, MONTHS.index(month.lower()) if month else None, number_of(day) if day else None)


def _late(due: _Date, done: _Date, apart: int) -> bool:
    """Whether the second date is after the first: by the calendar, or by the days of one week."""
    if due.day is not None and done.day is not None and due.month is not None and done.month is not None:
        return (done.month, done.day) > (due.month, due.day)
    if due.weekday is None or done.weekday is None or due.day is not None or done.day is not None:
        return False
    return done.weekday > due.weekday and apart < _WEEK


def _stems(story: Story, trees: Trees, sentence: Span) -> frozenset[str]:
    """The words of a sentence that say what it is about: its nouns and verbs."""
    first, last = trees.row_at(sentence.start), trees.row_at(max(sentence.start, sentence.end - 1)) + 1
    rows = (i for i in range(first, last) if trees.pos[i] in ("NOUN", "VERB", "PROPN") and trees.lower[i] not in (*DAYS, *MONTHS))
    return frozenset(lemma(trees.lower[i]) for i in rows if not trees.people(i).who) - words("check", "of no matter")


def _same(often: Counter[str], one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two sentences are of one matter: they share words, one of them used in few places of the story."""
    shared = one & other
    return len(shared) >= _SHARED or any(often[s] <= _RARE for s in shared)


def _known(story: Story, later: Span) -> bool:
    """Whether the story says that it is late, or that time was given."""
    paragraph = story.paragraph(later.start)
    after = story.paragraph(min(paragraph.end + 2, len(story.text) - 1))
    return any_of("lateness").search(story.text, paragraph.start, after.end) is not None
