"""How the World is put into words."""

from __future__ import annotations

import pytest

from fabula.spans import Span
from fabula.world.wording import passage

TEXT = "It says *Haldane*, __twice__, and 2*3 is six."
EMPHASIS = (Span(9, 16), Span(21, 26))


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (0, len(TEXT), "It says Haldane, twice, and 2*3 is six."),
        (8, 17, "Haldane"),
        (9, 16, "Haldane"),
        (0, 12, "It says Hal"),
        (31, 34, TEXT[31:34]),
    ],
)
def test_a_passage_is_shown_without_its_marks_of_emphasis(start: int, end: int, words: str) -> None:
    assert passage(TEXT, start, end, EMPHASIS) == words


def test_emphasis_without_marks_takes_nothing_away() -> None:
    assert passage("so very kind", 0, 12, (Span(3, 7),)) == "so very kind"
