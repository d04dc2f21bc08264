"""What holds for every input whatever."""

# ruff: noqa: E501  (pages and stories as they come)

from __future__ import annotations

from book_makers import told
from hypothesis import given, settings
from hypothesis import strategies as st

from fabula.errors import InputError
from fabula.text import Manuscript, read_bytes
from fabula.text.blocks import BLANK

WORDS = st.sampled_from(
    ["Ann", "said", "the", "sea", "\n", "\n\n", "\n\n\n\n", " ", "  ", "\t", "\r\n", "Chapter 2", "CHAPTER III.", "I", "IV.", "***", "* * *", "---", "“No,”",
     '"', "'", "_so_", "*", "_", "**x**", "A/N:", "Title: X", "by Ivy", "THE END", "Dear Tom,", "Ann: hi", "> quoted", "# Head", "<i>", "</i>", "\u200b",
     "\xa0", "\ufeff", "\x00", "\u202e", "😀", "é", "…", "—", "1", "2.", "[1]", "Contents", "~", "oOo", "\x0c", "\x85", "\u2028", "yours,", "\x1c", "    "]
)  # fmt: skip
TEXTS = st.lists(WORDS, max_size=60).map("".join) | st.text(max_size=200)


def check(manuscript: Manuscript) -> None:
    """Every promise that a manuscript makes of its ranges."""
    text, p = manuscript.text, manuscript.paragraphs
    at = 0
    for start, end in zip(p.start.tolist(), p.end.tolist(), strict=True):
        assert at <= start < end <= len(text)
        assert not text[at:start].strip(BLANK)
        assert not text[start].isspace() and not text[end - 1].isspace()
        at = end
    assert not text[at:].strip(BLANK)
    last = 0
    for chapter in manuscript.chapters:
        assert last <= chapter.start < chapter.end <= len(text)
        last = chapter.end
    assert manuscript.chapters and manuscript.chapters[-1].end == len(text)
    assert set(p.chapter.tolist()) <= set(range(-1, len(manuscript.chapters)))
    for spans in (manuscript.emphasis, manuscript.breaks):
        assert list(spans) == sorted(spans)
        assert all(0 <= s.start < s.end <= len(text) for s in spans)
    assert all(0 <= q.start < q.end <= len(text) for q in manuscript.paratext)
    assert [q.start for q in manuscript.paratext] == sorted(q.start for q in manuscript.paratext)
    assert all(w.code and w.message and "\n" not in w.message for w in manuscript.warnings)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_the_canonical_text_of_plain_text_is_the_decoded_file(text: str) -> None:
    data = text.encode("utf-8", errors="surrogatepass")
    try:
        manuscript = read_bytes(data, source="story.txt", format="txt")
    except InputError as error:
        assert "story.txt" in error.message and error.hint
        return
    if max(text) < "\ud800" or min(text) > "\udfff" or not any("\ud800" <= c <= "\udfff" for c in text):
        assert manuscript.text == text.removeprefix("\ufeff")
    check(manuscript)


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.sampled_from(["md", "html"]))
def test_ranges_hold_in_other_formats_too(text: str, format: str) -> None:
    try:
        check(read_bytes(text.encode("utf-8", errors="replace"), source="story", format=format))
    except InputError as error:
        assert error.hint


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_a_manuscript_or_one_clear_error(data: bytes) -> None:
    try:
        check(read_bytes(data, source="story.bin"))
    except InputError as error:
        assert "story.bin" in error.message and "\n" not in str(error) and error.hint


@settings(max_examples=50, deadline=None)
@given(TEXTS)
def test_reading_twice_gives_the_same(text: str) -> None:
    try:
        first, second = told(text), told(text)
    except (InputError, UnicodeEncodeError):
        return
    assert first.text == second.text and first.chapters == second.chapters and first.paratext == second.paratext
    assert first.paragraphs.kind.tolist() == second.paragraphs.kind.tolist()
