"""Scene breaks, by ornament or by blank lines; and emphasis."""

# ruff: noqa: E501  (pages and stories as they come)

from __future__ import annotations

import pytest
from book_makers import body, told

from fabula.layers import ParagraphKind

BEFORE = [
    "The shop shut at six.",
    "Nobody came in after that but the wind.",
    "She counted the till twice and wrote the same sum down both times.",
]
AFTER = [
    "In the morning the lock was gone.",
    "So was the till.",
    "“Well,” she said to the policeman, “you may as well come in, since anyone can.”",
]


@pytest.mark.parametrize(
    "ornament",
    ["***", "* * *", "*", "#", "# # #", "~", "~~~", "~ ~ ~", "---", "- - -", "-----", "—", "oOo", "oOoOo", "xXx", "-x-", "X X X", "⁂", "❧", "~*~", "•", "§",
     "=====", "_____", "<><><>", "[scene break]", "--- LINE BREAK ---", ". . . . .", "+++", "~oOo~", "\\*\\*\\*", "◇◆◇", "※"],
)  # fmt: skip
def test_an_ornament_parts_scenes(ornament: str) -> None:
    manuscript = told("\n\n".join([*BEFORE, ornament, *AFTER]))
    assert [s.of(manuscript.text) for s in manuscript.breaks] == [ornament]
    assert int(manuscript.paragraphs.kind[3]) == ParagraphKind.BREAK
    assert body(manuscript) == BEFORE + AFTER


@pytest.mark.parametrize("line", ["...", "…", "?", "!", "“...”", "No", "O", "Oh!", "“—”", "1", "😀", "?!"])
def test_a_silence_or_a_cry_parts_nothing(line: str) -> None:
    manuscript = told("\n\n".join([*BEFORE, line, *AFTER]))
    assert manuscript.breaks == ()
    assert line in body(manuscript)


def test_more_blank_lines_than_usual_part_scenes() -> None:
    text = "\n\n".join(BEFORE) + "\n\n\n\n" + "\n\n".join(AFTER)
    manuscript = told(text)
    assert len(manuscript.breaks) == 1
    assert manuscript.breaks[0].end == text.index(AFTER[0])
    one_a_line = "\n".join(BEFORE) + "\n\n" + "\n".join(AFTER)
    assert [s.end for s in told(one_a_line).breaks] == [one_a_line.index(AFTER[0])]


def test_usual_blank_lines_part_nothing() -> None:
    assert told("\n\n\n".join(BEFORE + AFTER)).breaks == ()
    irregular = "".join(p + "\n" * (2 + n % 2) for n, p in enumerate((BEFORE + AFTER) * 3))
    assert told(irregular).breaks == ()


def test_an_ornament_under_a_title_parts_nothing() -> None:
    manuscript = told("The Till\n--------\n\n" + "\n\n".join(BEFORE + AFTER))
    assert manuscript.breaks == ()
    assert manuscript.title == "The Till"


def test_ornaments_before_and_after_the_story_part_nothing() -> None:
    assert told("***\n\n" + "\n\n".join(BEFORE + AFTER) + "\n\n***").breaks == ()


def test_emphasis_excludes_its_marks() -> None:
    text = "She *knew* it, _really_ knew it, **all of it**, 2 * 3 * 4, snake_case_word and <i>more</i>.\n\nAn *open mark\n\nends here* no."
    manuscript = told(text)
    assert [s.of(text) for s in manuscript.emphasis] == ["knew", "really", "all of it", "more"]


def test_emphasis_over_a_line_end() -> None:
    text = "He said that it was _over\nand done_ and so it was,\nas far as he could tell.\n\nThey went home by\nthe other road."
    assert [s.of(text) for s in told(text).emphasis] == ["over\nand done"]
