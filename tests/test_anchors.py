"""Places of a text are found again in a changed text, by their words and what stands around them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabula.anchors import anchor_at, find_anchors

TEXT = (
    "Ann sat down. She slept. Bea came in and looked about her. She laughed and went away to the river.\n\n"
    "“Yes,” he said.\n\nNobody answered.\n\n“Yes,” he said.\n\nThe lamp went out, and so did the second one.\n"
)


def found(text: str, words: str, now: str, *, nth: int = 0) -> str | None:
    """What stands at the place of the ``nth`` use of ``words`` in ``now``, with a little of what follows."""
    at = -1
    for _ in range(nth + 1):
        at = text.index(words, at + 1)
    anchor = anchor_at(text, at, at + len(words))
    span = find_anchors(now, [anchor]).get(anchor)
    return None if span is None else now[span.start : span.end + 12]


def test_what_has_not_moved_is_where_it_was() -> None:
    assert found(TEXT, "She", TEXT, nth=1) == "She laughed and"


def test_a_paragraph_before_moves_everything() -> None:
    assert found(TEXT, "She", "It rained. She hated rain.\n\n" + TEXT, nth=1) == "She laughed and"


def test_of_two_places_that_look_the_same_the_one_that_moved_with_its_neighbours_is_meant() -> None:
    now = "A new beginning, rather a long one, it must be said.\n\n" * 3 + TEXT
    first, second = (TEXT.index("“Yes,”"), TEXT.rindex("“Yes,”"))
    anchors = [anchor_at(TEXT, at, at + 6) for at in (first, second)]
    places = find_anchors(now, [*anchors, anchor_at(TEXT, 0, 3)])
    assert [places[a].start for a in anchors] == [now.index("“Yes,”"), now.rindex("“Yes,”")]


def test_changed_surroundings_are_compared() -> None:
    assert found(TEXT, "She", TEXT.replace("went away to the river", "walked off to the river"), nth=1) == "She laughed and"


def test_words_that_were_changed_are_found_between_what_stood_around_them() -> None:
    now = TEXT.replace("The lamp went out, and so did the second one.", "The lamps went out, and so did the third one.")
    assert found(TEXT, "The lamp went out, and so did the second one.", now) == "The lamps went out, and so did the third one.\n"


def test_lines_that_were_wrapped_anew_are_the_same_words() -> None:
    assert found(TEXT, "went away to the river", TEXT.replace("away to", "away\nto")) == "went away\nto the river.\n\n“Yes,” he"


@pytest.mark.parametrize("now", ["", "Another story. She is not in it, but for this.", TEXT[:60]])
def test_what_is_gone_is_not_found(now: str) -> None:
    assert found(TEXT, "She", now, nth=1) is None


def test_a_word_inside_a_longer_one_is_no_place() -> None:
    assert found("Then I saw he sat down.", "he", "Then I saw the others sit down, then the rest.", nth=1) is None


def test_a_long_speech_is_found_whole() -> None:
    speech = "“" + "I will say it again. " * 40 + "”"
    text = f"Ann rose. {speech} Then she sat."
    anchor = anchor_at(text, 10, 10 + len(speech))
    assert len(anchor.text) == 300
    now = "Well. " + text
    assert find_anchors(now, [anchor])[anchor] == (16, 16 + len(speech))


@given(before=st.text(max_size=300), after=st.text(max_size=300), at=st.integers(0, len(TEXT) - 20))
def test_whatever_is_added_around_a_text_its_places_are_found(before: str, after: str, at: int) -> None:
    words = TEXT[at : at + 20]
    anchor = anchor_at(TEXT, at, at + 20)
    span = find_anchors(before + TEXT + after, [anchor]).get(anchor)
    assert span is not None and " ".join((before + TEXT + after)[span.start : span.end].split()) == " ".join(words.split())
