"""However a file marks its paragraphs, the same story has the same paragraphs."""

# ruff: noqa: E501  (pages and stories as they come)

from __future__ import annotations

import textwrap

import pytest
from book_makers import apart, body, headings, told

STORY = [
    "The ferry was late, as it always was when the wind came round from the north, and Marta had finished both of the sandwiches that were "
    "meant for the crossing before she saw the light of it beyond the breakwater, low down and swinging like a lantern on a cart.",
    "“You’ll have been waiting,” said the boatman, who was not a man to ask a question when he could do without one.",
    "“Since four.” She gave him the bag and kept the box under her arm, where it had been since the station, and where it was going to stay "
    "until somebody on the other side had signed for it with his full name.",
    "He looked at the box. Then he looked at the sky over the harbour, which had gone the colour of slate, and he shook his head slowly as "
    "if the two of them had something to do with each other.",
    "“Get in, then,” he said at last, and held the boat against the steps with his foot while she climbed down into it.",
    "She sat where he pointed. The water came over the side once, twice, and after that she stopped counting and looked only at the light.",
    "Nobody spoke until the breakwater was behind them. Then he said, without turning his head, that his brother had carried a box like it.",
]
WRAPPED = [textwrap.fill(p, 70) for p in STORY]
INDENTED = [textwrap.fill(p, 70, initial_indent="    ") for p in STORY]


def flat(paragraphs: list[str]) -> list[str]:
    return [" ".join(p.split()) for p in paragraphs]


LAYOUTS = {
    "one paragraph a line": "\n".join(STORY),
    "one paragraph a line, blank lines between": "\n\n".join(STORY),
    "hard-wrapped, blank lines between": "\n\n".join(WRAPPED),
    "hard-wrapped, first lines indented": "\n".join(INDENTED),
    "hard-wrapped, indented and blank lines": "\n\n".join(INDENTED),
    "one paragraph a line, indented": "\n".join("    " + p for p in STORY),
    "tabs": "\n".join("\t" + p for p in STORY),
    "line ends of Windows": "\r\n\r\n".join(p.replace("\n", "\r\n") for p in WRAPPED),
    "line ends of the old Macintosh": "\r\r".join(p.replace("\n", "\r") for p in WRAPPED),
    "blank lines with blanks in them": "\n \t \n".join(WRAPPED),
    "every line double-spaced": "\n\n\n".join(p.replace("\n", "\n\n") for p in WRAPPED),
    "blanks before and after": "\n\n\n   " + "   \n\n   ".join(STORY) + "  \n\n\n",
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_paragraphs_of_a_story_are_the_same_in_every_layout(layout: str) -> None:
    manuscript = told(LAYOUTS[layout])
    assert flat(body(manuscript)) == flat(STORY)
    assert manuscript.text == LAYOUTS[layout]


def test_wrapped_lines_without_blank_lines_or_indents_part_at_the_short_lines() -> None:
    found = flat(body(told("\n".join(WRAPPED * 5))))
    starts = {p[:20] for p in STORY}
    assert all(p[:20] in starts for p in found), "no paragraph is cut in its middle"
    short_lines = [p for p in WRAPPED if len(p.splitlines()[-1]) < 60]
    assert len(found) >= 5 * len(short_lines)
    assert " ".join(found) == " ".join(flat(STORY * 5))


def test_a_story_without_a_line_break_is_one_paragraph() -> None:
    text = " ".join(STORY)
    assert body(told(text)) == [text]


def test_a_line_broken_by_accident_does_not_break_the_paragraph() -> None:
    broken = [*STORY[:3], STORY[3].replace("harbour, which", "harbour,\nwhich"), *STORY[4:]]
    assert flat(body(told("\n".join(broken)))) == flat(STORY)


def test_dialogue_stacked_without_blank_lines_is_one_paragraph_a_speech() -> None:
    talk = '"You came," she said.\n"I said I would."\n"You say a lot of things."\n\n'
    text = "\n\n".join(WRAPPED[:2]) + "\n\n" + talk + "\n\n".join(WRAPPED[2:])
    assert {'"You came," she said.', '"I said I would."', '"You say a lot of things."'} <= set(body(told(text)))


def test_every_message_of_a_chat_is_a_paragraph() -> None:
    chat = "Nell: are you up\nTheo 🌶️: define up\nTheo 🌶️: ok yes\n\nShe put the phone down on the table and looked\nat it: it was late."
    assert flat(body(told(chat))) == [*chat.split("\n")[:3], "She put the phone down on the table and looked at it: it was late."]


def test_verse_set_in_stays_together_and_apart() -> None:
    verse = "    The tide is out, the tide is in,\n    The box is made of tin, of tin."
    text = "\n\n".join([*WRAPPED[:4], verse, *WRAPPED[4:]])
    assert apart(told(text)) == [" ".join(verse.split())]


def test_a_chapter_line_inside_wrapped_text_is_a_heading() -> None:
    text = "CHAPTER 1\n" + WRAPPED[0] + "\n" + WRAPPED[1] + "\nCHAPTER 2\n" + "\n\n".join(WRAPPED[2:])
    manuscript = told(text)
    assert [c.title for c in manuscript.chapters] == ["CHAPTER 1", "CHAPTER 2"]
    assert headings(manuscript) == ["CHAPTER 1", "CHAPTER 2"]


def test_a_sentence_about_a_chapter_is_no_heading() -> None:
    text = "\n\n".join(
        [
            *WRAPPED[:2],
            "She had read as far as\nChapter 12, and she did not mean to go on with it. The book lay where\nit fell.",
            *WRAPPED[2:],
        ]
    )
    assert headings(told(text)) == []


def test_lost_line_breaks_leave_the_ornaments_to_part_by() -> None:
    text = "A/N: sorry for the wait, and please review! " + " ".join(STORY * 3) + " *** " + " ".join(STORY * 2)
    manuscript = told(text)
    assert len(manuscript.breaks) == 1
    assert manuscript.text[manuscript.breaks[0].start : manuscript.breaks[0].end] == "***"
    assert [p.kind for p in manuscript.paratext] == ["author_note"]
    assert body(manuscript)[0].startswith("The ferry was late")


def test_title_note_and_story_on_one_line() -> None:
    note = "Author's note: my phone ate the paragraphs, sorry! Nobody drowns. Be kind in the comments."
    story = " ".join(STORY * 3)
    manuscript = told(f"THE LATE FERRY {note} -- {story}")
    assert manuscript.title == "The Late Ferry"
    assert [p.kind for p in manuscript.paratext] == ["author_note"]
    assert manuscript.text[manuscript.paratext[0].start : manuscript.paratext[0].end] == note
    assert body(manuscript) == [story]


def test_a_story_that_opens_in_capitals_has_no_title_for_it() -> None:
    story = "THE FERRY WAS late, " + " ".join(STORY * 3)
    manuscript = told(story)
    assert manuscript.title is None
    assert body(manuscript) == [story]
