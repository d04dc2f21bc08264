"""Pages, books and documents: the story is taken out, what surrounds it is paratext."""

# ruff: noqa: E501  (pages and stories as they come)

from __future__ import annotations

import pytest
from book_makers import PROSE, apart, body, docx, epub, headings, paratext, told

from fabula.layers import ParagraphKind
from fabula.text import read_bytes

ARCHIVE_DOWNLOAD = """<!DOCTYPE html><html><head><title>The Long Way - inkwell - Some Fandom</title><style>p{}</style></head>
<body><div id="preface"><p class="message"><b>The Long Way</b><br/>Posted originally on the <a href="x">Archive</a>.</p>
<div class="meta"><dl class="tags"><dt>Rating:</dt><dd>Teen</dd><dt>Fandom:</dt><dd>Some</dd></dl>
<h1>The Long Way</h1><div class="byline">by <a rel="author" href="y">inkwell</a></div></div>
<p>Summary</p><blockquote class="userstuff"><p>Two men, one boat.</p></blockquote>
<p>Notes</p><blockquote class="userstuff"><p>Thanks to my sister.</p></blockquote></div>
<div id="chapters" class="userstuff">
<div class="meta group"><h2 class="heading">Chapter 1: Out</h2><p>Chapter Notes</p><blockquote class="userstuff"><p>Short one.</p></blockquote></div>
<div class="userstuff"><p>The boat left at <em>six</em>. “You’re late,” said Tom.</p><p>“I know.”</p><hr/><p>By noon they had seen nobody.</p>
<blockquote><p>Come home.</p></blockquote></div>
<div id="endnotes1"><div class="userstuff"><p>More soon.</p></div></div>
<div class="meta group"><h2 class="heading">Chapter 2: Back</h2></div><div class="userstuff"><p>They came back.</p></div></div>
<div id="afterword"><p>End Notes</p><blockquote class="userstuff"><p>Done.</p></blockquote><p class="message">Please drop by.</p></div></body></html>"""

ARCHIVE_PAGE = """<html><head><title>The Long Way - Chapter 1</title></head><body><div id="header"><ul class="navigation"><li>Log In</li></ul></div>
<div id="main"><ul class="work navigation actions"><li>Next Chapter</li></ul><div class="wrapper"><dl class="work meta group"><dt>Rating:</dt><dd>Teen</dd></dl></div>
<div id="workskin"><div class="preface group"><h2 class="title heading">The Long Way</h2><h3 class="byline heading"><a rel="author">inkwell</a></h3>
<div class="summary module"><h3 class="heading">Summary:</h3><blockquote class="userstuff"><p>Two men, one boat.</p></blockquote></div></div>
<div id="chapters"><div class="chapter"><div class="chapter preface group"><h3 class="title"><a>Chapter 1</a>: Out</h3></div>
<div class="userstuff module" role="article"><h3 class="landmark heading">Chapter Text</h3><p>The boat left at six.</p><p>“I know.”</p></div>
<div class="end notes module"><h3 class="heading">Notes:</h3><blockquote class="userstuff"><p>More soon.</p></blockquote></div></div></div></div>
<div id="feedback"><h3>Comments</h3><p>great!!</p></div></div><div id="footer"><p>About the Archive</p></div></body></html>"""

STORY_SITE = """<html><head><title>The Lamp Chapter 2: Oil, a misc fanfic | Site</title></head><body><div id="top">menu login</div><div id=content_wrapper_inner>
<div id=profile_top><b class='xcontrast_txt'>The Lamp</b> By: <a class='xcontrast_txt' href='/u/12/oilcan'>oilcan</a><div>A lamp goes out.</div>
<span class='xgray xcontrast_txt'>Rated: Fiction T - English - Words: 2,000</span></div>
<SELECT id=chap_select><option value=1>1. Wick<option value=2 selected>2. Oil</select>
<div role='main' class='storytextp' id='storytextp'><div class='storytext' id='storytext'><p><strong>A/N: Thanks for the reviews!</strong></p>
<hr size=1 noshade><p>She lit the lamp. It went out.</p><p>"Again," he said.</p><p>oOoOo</p><p>It was morning when he woke.</p>
<p>A/N: please review!</p></div></div></div><div id=review>Guest: nice</div></body></html>"""

BLOG = f"""<html><head><title>The Kettle | My Blog</title><meta name="author" content="Ivy Sedge"></head><body>
<nav><a>Home</a></nav><header><p>Welcome to my blog about kettles.</p></header>
<article><h1>The Kettle</h1>{PROSE}</article><aside><p>Follow me elsewhere.</p></aside><footer><p>All rights reserved.</p></footer></body></html>"""


def test_a_download_of_an_archive() -> None:
    manuscript = told(ARCHIVE_DOWNLOAD, name="work.html")
    assert (manuscript.title, manuscript.author) == ("The Long Way", "inkwell")
    assert body(manuscript) == [
        "The boat left at six. “You’re late,” said Tom.",
        "“I know.”",
        "By noon they had seen nobody.",
        "They came back.",
    ]
    assert apart(manuscript) == ["Come home."]
    assert [c.title for c in manuscript.chapters] == ["Chapter 1: Out", "Chapter 2: Back"]
    assert headings(manuscript) == ["The Long Way", "by inkwell", "Chapter 1: Out", "Chapter 2: Back"]
    assert len(manuscript.breaks) == 1
    notes = " ".join(paratext(manuscript, "author_note"))
    for said in ("Two men, one boat.", "Thanks to my sister.", "Short one.", "More soon.", "Done."):
        assert said in notes
    assert "Teen" in " ".join(paratext(manuscript, "front_matter"))
    assert "six" in [s.of(manuscript.text) for s in manuscript.emphasis]


def test_a_saved_page_of_an_archive() -> None:
    manuscript = told(ARCHIVE_PAGE, name="work.html")
    assert (manuscript.title, manuscript.author) == ("The Long Way", "inkwell")
    assert body(manuscript) == ["The boat left at six.", "“I know.”"]
    assert [c.title for c in manuscript.chapters] == ["Chapter 1: Out"]
    for gone in ("Log In", "Next Chapter", "Chapter Text", "great!!", "About the Archive"):
        assert gone not in manuscript.text
    assert "More soon." in " ".join(paratext(manuscript, "author_note"))


def test_a_page_of_a_story_site() -> None:
    manuscript = told(STORY_SITE, name="story.htm")
    assert (manuscript.title, manuscript.author) == ("The Lamp", "oilcan")
    assert body(manuscript) == ["She lit the lamp. It went out.", '"Again," he said.', "It was morning when he woke."]
    assert len(paratext(manuscript, "author_note")) == 2
    for gone in ("menu login", "1. Wick", "Guest: nice"):
        assert gone not in manuscript.text


def test_a_page_of_a_blog() -> None:
    manuscript = told(BLOG, name="kettle.html")
    assert (manuscript.title, manuscript.author) == ("The Kettle", "Ivy Sedge")
    assert len(body(manuscript)) == 12
    assert "Home" not in manuscript.text
    assert "Welcome to my blog about kettles." in paratext(manuscript, "front_matter")
    assert "All rights reserved." in " ".join(paratext(manuscript, "back_matter"))


def test_paragraphs_made_by_line_breaks() -> None:
    two = told("<html><body>The lamp went out.<br><br>Ann sat in the dark.<br/><br/><i>No</i>, she said.</body></html>", name="a.html")
    assert body(two) == ["The lamp went out.", "Ann sat in the dark.", "No, she said."]
    assert [s.of(two.text) for s in two.emphasis] == ["No"]
    line = "The lamp went out for the third time that night, and Ann sat on the stairs in the dark with her shoes in her hand."
    one = told(f"<html><body><div>{'<br>'.join([line] * 5)}</div></body></html>", name="a.html")
    assert body(one) == [line] * 5
    verse = told("<html><body><p>The lamp is out,<br>the oil is low.</p><p>So she said.</p></body></html>", name="a.html")
    assert verse.text == "The lamp is out,\nthe oil is low.\n\nSo she said."


def test_text_set_with_its_own_line_ends() -> None:
    page = "<html><body><pre>The lamp went out, and nobody at all\nhad thought of oil.\n\n“Well,” said Ann.\n</pre></body></html>"
    assert body(told(page, name="a.html")) == ["The lamp went out, and nobody at all had thought of oil.", "“Well,” said Ann."]


def test_a_declared_charset_is_believed_where_it_fits() -> None:
    page = "<html><head><meta charset='windows-1250'></head><body><p>“Dvořák,” said Ann, “is late.”</p></body></html>"
    manuscript = read_bytes(page.encode("cp1250"), source="a.html")
    assert manuscript.text == "“Dvořák,” said Ann, “is late.”"


def test_a_book_in_its_order_with_its_parts() -> None:
    data = epub(
        [("cover.xhtml", "<img src='x.png'/>"), ("titlepage.xhtml", "<h1>The Lamp Room</h1><p>Ivy Sedge</p>"),
         ("c1.xhtml", f"<h2>Chapter One</h2><h3>Oil</h3>{PROSE}"), ("c2.xhtml", f"<h2>Chapter Two</h2>{PROSE}"),
         ("acknowledgements.xhtml", "<h2>Acknowledgements</h2><p>My thanks.</p>")]
    )  # fmt: skip
    manuscript = read_bytes(data, source="lamp.epub")
    assert (manuscript.title, manuscript.author, manuscript.format) == ("The Lamp Room", "Ivy Sedge", "epub")
    assert [c.title for c in manuscript.chapters] == ["Chapter One: Oil", "Chapter Two"]
    assert len(body(manuscript)) == 24
    assert "My thanks." in " ".join(paratext(manuscript, "back_matter"))
    assert "\n\n" in manuscript.text and "<" not in manuscript.text


def test_chapters_that_only_the_contents_of_a_book_name() -> None:
    data = epub([("a.xhtml", PROSE), ("b.xhtml", PROSE)], labels={"a.xhtml": "The Lamp", "b.xhtml": "The Oil"})
    assert [c.title for c in read_bytes(data, source="lamp.epub").chapters] == ["The Lamp", "The Oil"]


def test_self_closing_elements_of_a_book_close_nothing_else() -> None:
    data = epub([("a.xhtml", f"<h2 id='x'>One<a id='y'/></h2><p>Before<span/> after.</p><script src='z'/>{PROSE}")])
    assert body(read_bytes(data, source="lamp.epub"))[0] == "Before after."


def test_a_word_document() -> None:
    data = docx(
        [
            ("Heading1", "Chapter 1"),
            "The boat left at /six/.",
            "“Late,” said Tom.",
            "# # #",
            "They came back.",
            ("Heading1", "Chapter 2"),
            "The end of it.",
        ]
    )
    manuscript = read_bytes(data, source="boats.docx")
    assert (manuscript.title, manuscript.author, manuscript.format) == ("Two Boats", "Ivy Sedge", "docx")
    assert [c.title for c in manuscript.chapters] == ["Chapter 1", "Chapter 2"]
    assert body(manuscript) == ["The boat left at six.", "“Late,” said Tom.", "They came back.", "The end of it."]
    assert [s.of(manuscript.text) for s in manuscript.emphasis] == ["six"]
    assert ParagraphKind.BREAK in manuscript.paragraphs.kind.tolist()


@pytest.mark.parametrize("name", ["story.txt", "story.md"])
def test_plain_text_keeps_every_character(name: str) -> None:
    text = "\ufeff  One.\r\n\r\nTwo\x0c—*three*.\u00a0 \n\n"
    assert told(text, name=name).text == text.removeprefix("\ufeff")
