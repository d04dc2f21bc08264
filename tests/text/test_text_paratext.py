"""What stands beside a story: titles, header lines, notes, licences, epigraphs, ends."""

# ruff: noqa: E501  (pages and stories as they come)

from __future__ import annotations

import pytest
from book_makers import apart, body, headings, paratext, told

SCENE = [
    "Rui had been on the platform since the first train, and by the ninth he had stopped looking up.",
    "“You could sit down,” said the woman with the trolley.",
    "“I could,” he agreed, and did not. The board changed over with a noise like cards, and the tenth train was late as well, which at "
    "least was company.",
    "When it came in at last he saw the red coat before the doors had opened, and he found that he had forgotten every word of it.",
]
STORY = "\n\n".join(SCENE)


def test_the_title_line_and_the_author_under_it() -> None:
    manuscript = told(f"THE TENTH TRAIN\nby Ivy Sedge\n\n{STORY}")
    assert (manuscript.title, manuscript.author) == ("The Tenth Train", "Ivy Sedge")
    assert headings(manuscript) == ["THE TENTH TRAIN", "by Ivy Sedge"]
    assert body(manuscript) == SCENE


@pytest.mark.parametrize(
    ("head", "title", "author"),
    [
        ("The Tenth Train\n\n", "The Tenth Train", None),
        ("The Tenth Train\n\nby\n\nIvy Sedge\n\n\n", "The Tenth Train", "Ivy Sedge"),
        ("Title: The Tenth Train\nAuthor: Ivy Sedge\nRating: T\nWords: 900\n\n", "The Tenth Train", "Ivy Sedge"),
        ("**The Tenth Train**\n\n*by ivysedge*\n\n", "The Tenth Train", "ivysedge"),
        ("The Tenth Train, by Ivy Sedge\n\n", "The Tenth Train", "Ivy Sedge"),
        ("# The Tenth Train\n\n", "The Tenth Train", None),
        ("                 THE TENTH TRAIN\n\n               A story by Ivy Sedge\n\n\n", "The Tenth Train", "Ivy Sedge"),
        ("", None, None),
    ],
)
def test_manners_of_naming_a_story(head: str, title: str | None, author: str | None) -> None:
    manuscript = told(head + STORY)
    assert (manuscript.title, manuscript.author) == (title, author)
    assert body(manuscript) == SCENE


def test_a_first_sentence_is_no_title() -> None:
    for first in ("Nothing.", "“Wake up,” she said.", "It was late when", "He was gone", "Monday, then."):
        manuscript = told(first + "\n\n" + STORY)
        assert manuscript.title is None, first
        assert headings(manuscript) == []


@pytest.mark.parametrize(
    "note",
    [
        "A/N: This is my first story, be kind!",
        "AN: hey guys, sorry this took so long",
        "**Author's Note:** Written for the winter exchange.",
        "Author's note: thanks to my beta.",
        "Disclaimer: I own nothing but the trolley.",
        "(A/N: unbeta'd, all mistakes are mine)",
        "Summary: A man waits for a train.",
        "Notes: Thanks for all the comments on the last one.",
        "Warnings: trains, feelings.",
        "[AN: reviews make me write faster]",
    ],
)
def test_a_note_before_the_story_is_the_authors(note: str) -> None:
    manuscript = told(f"The Tenth Train\n\n{note}\n\n{STORY}")
    assert paratext(manuscript, "author_note") == [note]
    assert body(manuscript) == SCENE
    assert manuscript.title == "The Tenth Train"


def test_a_note_of_several_paragraphs_ends_at_the_ornament() -> None:
    note = "A/N: So this happened.\n\nI was on a train and nobody was waiting for me.\n\nAnyway, enjoy!"
    manuscript = told(f"{note}\n\n* * *\n\n{STORY}")
    assert paratext(manuscript, "author_note") == [" ".join(note.split())]
    assert body(manuscript) == SCENE


def test_a_note_without_an_ornament_ends_where_the_talk_ends() -> None:
    manuscript = told(f"A/N: So this happened.\n\nPlease review, it keeps me going!\n\n{STORY}")
    assert paratext(manuscript, "author_note") == ["A/N: So this happened. Please review, it keeps me going!"]
    assert body(manuscript) == SCENE


def test_talk_after_the_story_is_a_note() -> None:
    manuscript = told(f"{STORY}\n\nTHE END\n\nA/N: Thanks for reading!\n\nNo, I do not know where the trolley came from.")
    assert paratext(manuscript, "back_matter") == ["THE END"]
    assert len(paratext(manuscript, "author_note")) == 1
    assert body(manuscript) == SCENE


def test_notes_between_chapters() -> None:
    manuscript = told(
        f"Chapter 1\n\nA/N: here we go\n\n{STORY}\n\nA/N: please review!\n\nChapter 2\n\nAuthor's Note: thank you for the reviews.\n\n{STORY}"
    )
    assert len(paratext(manuscript, "author_note")) == 3
    assert len(manuscript.chapters) == 2
    assert body(manuscript) == SCENE * 2


def test_a_note_in_brackets_inside_a_paragraph() -> None:
    told_twice = SCENE[3].replace("opened,", "opened (A/N: yes, THAT coat),")
    manuscript = told("\n\n".join([*SCENE[:3], told_twice]))
    assert paratext(manuscript, "author_note") == ["(A/N: yes, THAT coat)"]
    assert told_twice in body(manuscript)


@pytest.mark.parametrize(
    "line", ["An hour passed.", "Note to self: never again.", "“Warning: wet floor,” he read.", "Summary justice was all he got."]
)
def test_a_sentence_of_the_story_is_no_note(line: str) -> None:
    manuscript = told("\n\n".join([*SCENE[:2], line, *SCENE[2:]]))
    assert paratext(manuscript, "author_note") == []
    assert line in body(manuscript)


def test_header_lines_of_an_archive_are_front_matter() -> None:
    header = "Title: The Tenth Train\nFandom: Original Work\nPairing: Rui/Ana\nRating: G\nWord Count: 1,200"
    manuscript = told(f"{header}\n\n{STORY}")
    assert paratext(manuscript, "front_matter") == [" ".join(header.split())]
    assert body(manuscript) == SCENE


def test_the_licence_of_a_free_library_is_no_story() -> None:
    front = (
        "The Project Gutenberg eBook of The Tenth Train, by Ivy Sedge\n\nThis eBook is for the use of anyone anywhere.\n\n"
        "*** START OF THE PROJECT GUTENBERG EBOOK THE TENTH TRAIN ***\n\nProduced by Nobody at all\n\n\n\n"
    )
    back = "\n\n*** END OF THE PROJECT GUTENBERG EBOOK THE TENTH TRAIN ***\n\nUpdated editions will replace the previous one.\n"
    text = f"{front}THE TENTH TRAIN\n\nby Ivy Sedge\n\n\nCHAPTER I\n\n{STORY}{back}"
    manuscript = told(text)
    assert (manuscript.title, manuscript.author) == ("The Tenth Train", "Ivy Sedge")
    assert body(manuscript) == SCENE
    assert [c.title for c in manuscript.chapters] == ["CHAPTER I"]
    assert manuscript.text == text
    assert paratext(manuscript, "back_matter")[0].startswith("*** END OF")


def test_an_epigraph_is_not_the_story() -> None:
    epigraph = "All trains are late to him who waits.\n--Old saying of the Southern Line"
    manuscript = told(f"CHAPTER I\n\n{epigraph}\n\n{STORY}\n\nCHAPTER II\n\n{STORY}")
    assert paratext(manuscript, "epigraph") == [" ".join(epigraph.split())]
    assert body(manuscript) == SCENE * 2


def test_dash_dialogue_after_a_heading_is_no_epigraph() -> None:
    manuscript = told(f"CHAPTER I\n\n— You came, she said.\n\n— I said I would.\n\n{STORY}")
    assert paratext(manuscript, "epigraph") == []
    assert "— You came, she said." in body(manuscript)


def test_a_letter_is_set_apart() -> None:
    letter = ["Dear Ana,", "I was at the station and so was everyone else. I will try again on Friday.", "Yours, Rui"]
    manuscript = told("\n\n".join([*SCENE, *letter, *SCENE]))
    assert apart(manuscript) == letter


def test_a_letter_in_italics_is_set_apart() -> None:
    letter = ["*Ana,*", "*I was at the station and so was everyone else.*", "*R.*"]
    manuscript = told("\n\n".join([*SCENE, *letter, *SCENE]))
    assert apart(manuscript) == letter


def test_an_italic_thought_is_not_set_apart() -> None:
    thought = "*She is not coming,* he thought. *She was never coming.*"
    manuscript = told("\n\n".join([*SCENE, thought, "*Enough.*", *SCENE]))
    assert apart(manuscript) == []


def test_messages_are_set_apart() -> None:
    chat = ["Ana: where are you", "Rui: platform four", "Ana: there is no platform four"]
    manuscript = told("\n\n".join([*SCENE, "\n".join(chat), *SCENE]))
    assert apart(manuscript) == chat


def test_a_sentence_with_a_colon_is_no_message() -> None:
    lines = ["One thing was certain: it would rain.", "He said: it always rains."]
    manuscript = told("\n\n".join([*SCENE, *lines, *SCENE]))
    assert apart(manuscript) == []


def test_quoted_blocks_of_markdown_are_set_apart() -> None:
    manuscript = told(f"{STORY}\n\n> To whom it may concern:\n> the tenth train is withdrawn.\n\n{STORY}", name="story.md")
    assert apart(manuscript) == ["> To whom it may concern: > the tenth train is withdrawn."]


def test_talk_at_the_end_of_a_chapter_needs_no_opener() -> None:
    talk = "Ok that is it for chapter one! Let me know what you think in the comments!"
    manuscript = told(f"Chapter 1\n\n{STORY}\n\n{talk}\n\nChapter 2\n\n{STORY}")
    assert paratext(manuscript, "author_note") == [talk]
    assert body(manuscript) == SCENE * 2


def test_a_warning_at_the_head_of_a_chapter_ends_with_its_line() -> None:
    manuscript = told(f"Chapter 1\n\n{STORY}\n\nChapter 2\n\n**Warning: language**\n\n{STORY}")
    assert paratext(manuscript, "author_note") == ["**Warning: language**"]
    assert body(manuscript) == SCENE * 2


def test_words_between_ornaments_are_a_heading_inside_the_story() -> None:
    manuscript = told(f"{STORY}\n\n*** Three weeks later ***\n\n{STORY}")
    assert headings(manuscript) == ["*** Three weeks later ***"]
    assert len(manuscript.chapters) == 1
    bold = told(f"{STORY}\n\n**I am not sorry.**\n\n{STORY}")
    assert headings(bold) == []


def test_names_alone_on_a_line_say_whose_part_follows() -> None:
    more = "Rui and Ana walked. Ana talked, and Rui let Ana talk, since Rui had nothing to say to Ana that would keep."
    manuscript = told(f"RUI\n\n{STORY}\n\nANA\n\n{more}\n\n{STORY}\n\nRUI\n\n{more}\n\n{STORY}")
    assert headings(manuscript)[-2:] == ["ANA", "RUI"]


def test_a_letter_that_ends_with_a_name_alone() -> None:
    letter = ["Dear Ana,", "I was at the station and so was everyone else.", "Rui"]
    manuscript = told("\n\n".join([*SCENE, *letter, *SCENE]))
    assert apart(manuscript) == letter


def test_a_mail_is_set_apart() -> None:
    mail = ["From: rui@line.example", "To: ana@line.example", "Subject: platform four", "There is no platform four."]
    manuscript = told("\n\n".join([*SCENE, *mail, *SCENE]))
    assert apart(manuscript) == mail


def test_a_dear_in_speech_or_thought_opens_no_letter() -> None:
    manuscript = told("\n\n".join([*SCENE, "Dear God, he thought.", "“Dear Ana, sit down,” she said.", *SCENE, "Rui", *SCENE]))
    assert apart(manuscript) == []


def test_a_title_in_tags_is_a_title() -> None:
    manuscript = told(f"<b>The Tenth Train</b>\n\n{STORY}")
    assert manuscript.title == "The Tenth Train"
