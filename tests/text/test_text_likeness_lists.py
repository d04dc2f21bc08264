"""A list without marks is no story."""

from __future__ import annotations

from fabula.text import read_bytes


def test_a_shopping_list_is_read_with_a_warning() -> None:
    manuscript = read_bytes(b"milk\neggs\nbrown bread\nbutter\nold cheese\napples\n", source="list.txt")
    assert "not_fiction" in {w.code for w in manuscript.warnings}


def test_short_lines_of_talk_are_no_list() -> None:
    manuscript = read_bytes(b'"Where?"\n\n"Out."\n\n"Out where?"\n\n"Just out."\n\nShe sighed.\n', source="talk.txt")
    assert "not_fiction" not in {w.code for w in manuscript.warnings}
