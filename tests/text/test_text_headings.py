"""Chapters, parts and sections: found where they are, and not where a sentence only looks like one."""

from __future__ import annotations

import pytest
from book_makers import body, headings, paratext, told

from fabula.layers import ParagraphKind

SCENE = (
    "The kettle had been on the ring for an hour before Joss noticed that there was no water in it.\n\n"
    "“You could have said,” he told the cat.\n\n"
    "The cat had nothing to add. Outside, the bins were going over one after another in the wind, and somewhere up the road a "
    "car alarm had started and would not be talked out of it.\n\n"
    "He put the kettle under the tap and stood there with his hand on the cold of it, thinking about Thursday and everything that he "
    "had promised to have done by then.\n\n"
)


def book(*heads: str) -> str:
    return "".join(f"{head}\n\n{SCENE}" for head in heads)


@pytest.mark.parametrize(
    "heads",
    [
        ("CHAPTER I.", "CHAPTER II.", "CHAPTER III."),
        ("Chapter 1", "Chapter 2", "Chapter 3"),
        ("Chapter One: The Kettle", "Chapter Two: The Cat", "Chapter Three: Thursday"),
        ("chapter one", "chapter two", "chapter three"),
        ("I", "II", "III"),
        ("I.", "II.", "III."),
        ("1", "2", "3"),
        ("1. The Kettle", "2. The Cat", "3. Thursday"),
        ("I. THE KETTLE", "II. THE CAT", "III. THURSDAY"),
        ("One", "Two", "Three"),
        ("THE FIRST CHAPTER", "THE SECOND CHAPTER", "THE LAST CHAPTER"),
        ("~ Chapter 1 ~", "~ Chapter 2 ~", "~ Chapter 3 ~"),
        ("**Chapter 1**", "**Chapter 2**", "**Chapter 3**"),
        ("[ 1 ]", "[ 2 ]", "[ 3 ]"),
        ("- 1 -", "- 2 -", "- 3 -"),
        ("Prologue", "Chapter 1", "Epilogue"),
        ("PART ONE", "PART TWO", "PART THREE"),
        ("Day One", "Day Two", "Day Three"),
        ("Ch. 1 - Kettles", "Ch. 2 - Cats", "Ch. 3 - Thursdays"),
        ("CHAPTER XXI", "CHAPTER XXII", "CHAPTER XXIII"),
    ],
)
def test_every_manner_of_heading_makes_a_chapter(heads: tuple[str, ...]) -> None:
    manuscript = told(book(*heads))
    assert len(manuscript.chapters) == 3
    assert headings(manuscript) == list(heads)
    assert [manuscript.text[c.start : c.start + len(h)] for c, h in zip(manuscript.chapters, heads, strict=True)] == list(heads)


@pytest.mark.parametrize(
    "line",
    [
        "“Chapter two,” she read aloud.",
        "Part of him wanted to go.",
        "I was late.",
        "I. Am. Done.",
        "One day, perhaps.",
        "No.",
        "Three!",
        "“One.”",
        "Book in hand, he left.",
        "1984 was the year it closed.",
        "Act natural.",
        "STOP!",
        "Chapter 12, page 4, the third line from the top.",
        "Night fell.",
        "Letter in hand, she went up.",
    ],
)
def test_a_short_sentence_is_no_heading(line: str) -> None:
    manuscript = told(SCENE + line + "\n\n" + SCENE + line + "\n\n" + SCENE)
    assert headings(manuscript) == []
    assert len(manuscript.chapters) == 1
    assert manuscript.chapters[0].title is None
    assert body(manuscript).count(line) == 2


def test_a_list_with_numbers_is_no_row_of_chapters() -> None:
    manuscript = told(SCENE + "1. Milk\n\n2. Cat food\n\n3. A new kettle\n\n4. Courage\n\n" + SCENE)
    assert headings(manuscript) == []


def test_page_numbers_inside_a_sentence_are_no_chapters() -> None:
    pages = "".join(f"{SCENE}He was halfway across the\n\n{n}\n\nroad when he heard it.\n\n" for n in range(1, 5))
    assert len(told(pages).chapters) == 1


def test_the_second_line_of_a_heading_belongs_to_the_title() -> None:
    manuscript = told(book("CHAPTER I.\nDown at the Quay", "CHAPTER II.\nUp on the Hill"))
    assert [c.title for c in manuscript.chapters] == ["CHAPTER I. Down at the Quay", "CHAPTER II. Up on the Hill"]
    below = told(book("CHAPTER I\n\nDOWN AT THE QUAY", "CHAPTER II\n\nUP ON THE HILL"))
    assert [c.title for c in below.chapters] == ["CHAPTER I: DOWN AT THE QUAY", "CHAPTER II: UP ON THE HILL"]


def test_the_first_sentence_of_a_chapter_is_not_its_title() -> None:
    manuscript = told("Chapter 1\n\nIt rained.\n\n" + SCENE + "Chapter 2\n\n“Well?”\n\n" + SCENE)
    assert [c.title for c in manuscript.chapters] == ["Chapter 1", "Chapter 2"]
    assert "It rained." in body(manuscript) and "“Well?”" in body(manuscript)


def test_parts_hold_chapters() -> None:
    text = "PART ONE\n\n" + book("Chapter 1", "Chapter 2") + "PART TWO\n\n" + book("Chapter 1", "Chapter 2")
    manuscript = told(text)
    assert [(c.part, c.title) for c in manuscript.chapters] == [
        ("PART ONE", "Chapter 1"), ("PART ONE", "Chapter 2"), ("PART TWO", "Chapter 1"), ("PART TWO", "Chapter 2"),
    ]  # fmt: skip
    assert manuscript.chapters[2].start == text.index("PART TWO")


def test_sections_inside_chapters_are_headings_but_no_chapters() -> None:
    manuscript = told("CHAPTER 1\n\n" + book("I", "II", "III") + "CHAPTER 2\n\n" + book("I", "II", "III"))
    assert [c.title for c in manuscript.chapters] == ["CHAPTER 1", "CHAPTER 2"]
    assert headings(manuscript).count("II") == 2


def test_a_table_of_contents_is_front_matter() -> None:
    contents = "CONTENTS\n\nChapter 1. The Kettle\nChapter 2. The Cat\nChapter 3. Thursday\n\n\n"
    manuscript = told("THE KETTLE\n\n\n" + contents + book("Chapter 1. The Kettle", "Chapter 2. The Cat", "Chapter 3. Thursday"))
    assert [c.title for c in manuscript.chapters] == ["Chapter 1. The Kettle", "Chapter 2. The Cat", "Chapter 3. Thursday"]
    assert manuscript.chapters[0].start > manuscript.text.index("3. Thursday")
    assert any(p.startswith("CONTENTS") for p in paratext(manuscript, "front_matter"))


def test_a_list_of_chapters_without_a_word_over_it_is_contents_too() -> None:
    heads = ("Chapter 1", "Chapter 2", "Chapter 3", "Chapter 4")
    manuscript = told("\n\n".join(heads) + "\n\n\n" + book(*heads))
    assert len(manuscript.chapters) == 4


def test_titles_in_capitals_between_wide_gaps_part_the_stories_of_a_collection() -> None:
    text = "".join(f"\n\n\n{head}\n\n\n{SCENE * 4}" for head in ("THE KETTLE", "THE CAT", "A CAR ALARM", "THURSDAY"))
    assert [c.title for c in told(text).chapters] == ["THE KETTLE", "THE CAT", "A CAR ALARM", "THURSDAY"]


def test_a_sign_in_capitals_is_no_chapter() -> None:
    manuscript = told(SCENE + "NO ENTRY\n\n" + SCENE + "DANGER: DEEP WATER\n\n" + SCENE)
    assert len(manuscript.chapters) == 1


def test_whose_point_of_view_follows_is_a_heading_within_the_chapter() -> None:
    manuscript = told("Joss's POV\n\n" + SCENE + "Mina's POV\n\n" + SCENE)
    assert headings(manuscript) == ["Joss's POV", "Mina's POV"]
    assert len(manuscript.chapters) == 1


def test_markdown_headings_rank_by_their_hashes() -> None:
    text = "# The Kettle\n\n" + book("## Water", "## Wind")
    manuscript = told(text, name="story.md")
    assert manuscript.title == "The Kettle"
    assert [c.title for c in manuscript.chapters] == ["Water", "Wind"]
    assert manuscript.text == text


def test_every_paragraph_knows_its_chapter() -> None:
    manuscript = told("THE KETTLE\n\nby Ivy Sedge\n\n" + book("Chapter 1", "Chapter 2"))
    p = manuscript.paragraphs
    assert p.chapter[0] == -1
    assert set(p.chapter[p.kind == ParagraphKind.BODY].tolist()) == {0, 1}
    for start, chapter in zip(p.start.tolist(), p.chapter.tolist(), strict=True):
        if chapter >= 0:
            assert manuscript.chapters[chapter].start <= start < manuscript.chapters[chapter].end


def test_the_chapters_of_a_hidden_number_style_follow_the_count() -> None:
    """A single stray numeral is no chapter where nothing counts on from it."""
    manuscript = told(SCENE + "VII\n\n" + SCENE)
    assert headings(manuscript) == []
