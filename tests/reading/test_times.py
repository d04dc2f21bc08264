"""Time phrases, tense on the surface, and the order of scenes in story time."""

from __future__ import annotations

import pytest

from fabula.reading.tense import past_forms, pluperfects, present_forms
from fabula.reading.timeline import SceneTime, story_order
from fabula.reading.times import TimePhrase, best_time, find_times
from fabula.spans import Span


def _only(text: str) -> TimePhrase:
    (phrase,) = find_times(text, 0, len(text))
    return phrase


@pytest.mark.parametrize(
    ("text", "said", "kind", "days"),
    [
        ("The next morning Ines slept.", "The next morning", "later", 1.0),
        ("Three weeks later the roof fell in.", "Three weeks later", "later", 21.0),
        ("About two hours later they ate.", "About two hours later", "later", 0.084),
        ("Six months earlier, nobody knew.", "Six months earlier", "earlier", -180.0),
        ("It was that night that he left.", "that night", "part", None),
        ("At half past nine the bell rang.", "At half past nine", "clock", None),
        ("When I was six, we kept hens.", "When I was six", "earlier", None),
    ],
)
def test_a_phrase_tells_when(text: str, said: str, kind: str, days: float | None) -> None:
    phrase = _only(text)
    assert (phrase.span.of(text), phrase.kind, phrase.days) == (said, kind, days)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("On the ninth of May 1921 it rained.", (1921, 5, 9)),
        ("March 3rd, 1893. Wind.", (1893, 3, 3)),
        ("By the middle of April they had stopped.", (None, 4, None)),
        ("In 1845 the mill burned.", (1845, None, None)),
    ],
)
def test_a_date_gives_year_month_and_day(text: str, date: tuple[int | None, int | None, int | None]) -> None:
    phrase = _only(text)
    assert (phrase.year, phrase.month, phrase.day) == date


@pytest.mark.parametrize("text", ["She may go.", "They march on.", "A second man came.", "Every Sundays' child.", "He was one of them."])
def test_words_that_only_look_like_times_are_none(text: str) -> None:
    assert [p for p in find_times(text, 0, len(text)) if p.kind != "date" or p.month] == []


def test_a_date_is_better_than_a_time_of_day() -> None:
    text = "At noon, long after it all began, on the first of June, he rang."
    best = best_time(find_times(text, 0, len(text)))
    assert best is not None and best.month == 6


def test_a_pluperfect_is_told_from_a_past_and_a_would() -> None:
    text = "She had never seen it. He'd gone. They had to go; he'd run if he could."
    assert len(pluperfects(text, 0, len(text))) == 2


def test_past_and_present_forms_are_counted() -> None:
    assert past_forms("He went and saw it and laughed.", 0, 31) == 3
    assert present_forms("She's late and he doesn't know.", 0, 31) == 2


def _time(chapter: int = 0, **values: object) -> SceneTime:
    return SceneTime(chapter, **values)  # type: ignore[arg-type]


def _offset(days: float) -> TimePhrase:
    return TimePhrase(Span(0, 0), "later" if days > 0 else "earlier", days)


def test_scenes_without_times_happen_as_they_are_told() -> None:
    assert story_order([_time(), _time(), _time()]) == (1, 2, 3)


def test_a_flashback_scene_comes_first_and_the_story_goes_on_after_it() -> None:
    assert story_order([_time(), _time(phrase=_offset(-1000), past=True), _time(), _time(phrase=_offset(7))]) == (2, 1, 3, 4)


def test_the_night_before_stands_between_what_came_earlier_and_now() -> None:
    week = _time(phrase=_offset(7))
    assert story_order([_time(), week, _time(words="The night before", past=True)]) == (1, 3, 2)


def test_two_flashbacks_are_ordered_by_how_far_they_go_back() -> None:
    assert story_order([_time(), _time(phrase=_offset(-10), past=True), _time(phrase=_offset(-400), past=True)]) == (3, 2, 1)


def test_a_flashback_chapter_lasts_until_the_next_chapter() -> None:
    then = _time(1, past=True, headed=True)
    assert story_order([_time(0), then, _time(1), _time(2)]) == (3, 1, 2, 4)


def test_years_in_headings_order_chapters() -> None:
    years = [TimePhrase(Span(0, 0), "date", year=y) for y in (1944, 1921, 1945)]
    assert story_order([_time(i, phrase=y, headed=True) for i, y in enumerate(years)]) == (2, 1, 3)


def test_a_date_without_a_year_is_the_next_such_day() -> None:
    december, january = (TimePhrase(Span(0, 0), "date", month=m, day=1) for m in (12, 1))
    assert story_order([_time(phrase=december), _time(phrase=january)]) == (1, 2)
