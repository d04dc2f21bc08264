"""Input that is no story, or hardly one: a clear error that names the file and says what to do, or a warning and a manuscript."""

# ruff: noqa: E501  (pages and stories as they come)

from __future__ import annotations

import contextlib
import io
import os
import time
import zipfile
from pathlib import Path

import pytest

from fabula.errors import InputError
from fabula.text import Manuscript, read_bytes, read_manuscript
from fabula.text.limits import MAX_FILE_BYTES

STORY = "Ada put the lamp on the sill so that they would see it from the boat. “They won’t come,” said her brother. “Not tonight.”\n\n" * 3


def codes(manuscript: Manuscript) -> set[str]:
    return {w.code for w in manuscript.warnings}


def refused(data: bytes, name: str, *words: str) -> None:
    """Reading raises one error that names the file, holds the words, and says what to do."""
    with pytest.raises(InputError) as caught:
        read_bytes(data, source=name)
    error = caught.value
    assert name in error.message
    assert error.hint
    assert error.exit_status == 3
    assert "\n" not in str(error)
    for word in words:
        assert word in str(error)


@pytest.mark.parametrize("data", [b"", b"   \n\n\t ", b"\xef\xbb\xbf", "\u200b\n\u200b".encode(), b"\xff\xfe"])
def test_an_empty_file(data: bytes) -> None:
    with pytest.raises(InputError) as caught:
        read_bytes(data, source="nothing.txt")
    assert "nothing.txt" in caught.value.message and caught.value.hint


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"there is no file .*lost\.txt"):
        read_manuscript(tmp_path / "lost.txt")


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder"):
        read_manuscript(tmp_path)


def test_a_name_that_no_file_can_have() -> None:
    with pytest.raises(InputError):
        read_manuscript("story\x00.txt")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "secret.txt"
    path.write_text(STORY, encoding="utf-8")
    path.chmod(0)
    with pytest.raises(InputError, match="cannot be read"):
        read_manuscript(path)


def test_a_pipe_is_read_no_further_than_the_limit() -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            assert 0 < size <= MAX_FILE_BYTES + 1
            self.given += size
            return b"a " * (size // 2 + 1)

    with pytest.raises(InputError, match="limit"):
        read_manuscript(Endless())  # type: ignore[arg-type]


def test_standard_input_is_read_like_a_file() -> None:
    manuscript = read_manuscript(io.BytesIO(STORY.encode()))
    assert manuscript.text == STORY
    assert manuscript.source == "standard input"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("picture.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20),
        ("photo.jpg", b"\xff\xd8\xff\xe0" + bytes(range(256)) * 20),
        ("tool", b"\x7fELF\x02\x01\x01" + bytes(500)),
        ("noise.txt", bytes((n * 97 + n // 7) % 256 for n in range(5000))),
        ("zeros.txt", bytes(5000)),
        ("book.pdf", b"%PDF-1.7\n" + STORY.encode()),
        ("book.rtf", b"{\\rtf1\\ansi " + STORY.encode() + b"}"),
        ("book.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)),
        ("book.mobi", b"The Lamp".ljust(60, b"\x00") + b"BOOKMOBI" + bytes(500)),
        ("world.fabula", b"SQLite format 3\x00" + bytes(500)),
        ("story.txt.gz", b"\x1f\x8b\x08" + bytes(100)),
        ("book.epub", STORY.encode()),
        ("book.docx", STORY.encode()),
        ("book.epub", b"PK\x03\x04" + bytes(200)),
    ],
)
def test_what_is_no_text_is_refused_by_its_content(name: str, data: bytes) -> None:
    refused(data, name)


def test_text_with_an_unknown_ending_is_read_with_a_warning() -> None:
    manuscript = read_bytes(STORY.encode(), source="story.xyz")
    assert manuscript.text == STORY
    assert "unknown_format" in codes(manuscript)
    assert codes(read_bytes(STORY.encode(), source="story")) == set()


def test_a_file_over_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "vast.txt"
    with path.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    with pytest.raises(InputError, match="the limit is"):
        read_manuscript(path)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "utf-32"],
)  # fmt: skip
def test_the_usual_encodings_give_the_same_text(encoding: str) -> None:
    manuscript = read_bytes(STORY.encode(encoding), source="story.txt")
    assert manuscript.text == STORY
    assert codes(manuscript) == set()


def test_western_accents_are_not_taken_for_central_european_ones() -> None:
    text = "“Naïve,” said Zoë, and the façade of the café went dark. His résumé lay on the table—unread.\n" * 4
    manuscript = read_bytes(text.encode("cp1252"), source="story.txt")
    assert manuscript.text == text
    assert manuscript.encoding == "cp1252"


def test_two_encodings_in_one_file() -> None:
    lines = ["“Here,” said Zoë.\n\n", "“Where?” asked Noël.\n\n", "She pointed at the café.\n\n"]
    data = lines[0].encode("utf-8") + lines[1].encode("cp1252") + lines[2].encode("utf-8")
    manuscript = read_bytes(data, source="story.txt")
    assert manuscript.text == "".join(lines)
    assert "mixed_encoding" in codes(manuscript)


def test_two_encodings_in_one_line() -> None:
    data = STORY.encode() + "Zoë ".encode() + b"said \x93no\x94 to No\xebl."
    assert read_bytes(data, source="story.txt").text.endswith("Zoë said “no” to Noël.")


def test_nul_characters_are_kept_and_told_of() -> None:
    manuscript = read_bytes((STORY + "\x00 and \x00 on.").encode(), source="story.txt")
    assert manuscript.text == STORY + "\x00 and \x00 on."
    assert "nul" in codes(manuscript)


def test_lone_surrogates_become_the_replacement_character() -> None:
    data = STORY.encode() + b"\xed\xa0\x80 and \xed\xb2\x80."
    manuscript = read_bytes(data, source="story.txt")
    assert manuscript.text.endswith("\ufffd and \ufffd.")
    assert "lone_surrogate" in codes(manuscript)
    assert manuscript.text.encode("utf-8")


def test_pairs_of_encoded_surrogates_are_one_character() -> None:
    manuscript = read_bytes(STORY.encode() + b"\xed\xa0\xbd\xed\xb8\x80", source="story.txt")
    assert manuscript.text.endswith("😀")


def test_marks_that_turn_the_writing_are_told_of() -> None:
    text = STORY + "She typed \u202etxt.exe\u202c and sent it. 😀👩‍👩‍👧 עברית"
    manuscript = read_bytes(text.encode(), source="story.txt")
    assert manuscript.text == text
    assert "direction_override" in codes(manuscript)


def test_a_line_of_ten_megabytes() -> None:
    text = ("Ada said, “No, *never*,” and went on. (A/N: sorry!) " * 200_000)[: 10 * 1024 * 1024].rstrip()
    start = time.process_time()
    manuscript = read_bytes(text.encode(), source="story.txt")
    assert time.process_time() - start < 20
    assert manuscript.text == text
    assert len(manuscript.paragraphs) == 1


@pytest.mark.parametrize(
    "unit",
    [
        "*",
        "_",
        "(",
        "“",
        "<i>",
        "a ",
        "A/N: ",
        "*a ",
        "(A/N: ",
        ". ",
        "- ",
        "~ ",
        "\n",
        " \n",
        "I.\n\n",
        "I.\n\nx\n\n",
        "Chapter 1\n\n",
        "Chapter 1\n\nSo it went, and so.\n\n",
        "PART I\n\nI\n\n",
        "1. a\n\n",
        "*a*\n\n",
        "Dear Ann,\n\n",
        "Ann: a\n",
        "<div>",
        "&",
        "<!--",
    ],
)
def test_monotony_costs_no_more_than_its_length(unit: str) -> None:
    for name in ("story.txt", "story.md", "story.html"):
        start = time.process_time()
        with contextlib.suppress(InputError):
            read_bytes((STORY + unit * (60_000 // len(unit))).encode(), source=name)
        assert time.process_time() - start < 6, name


def test_twice_the_text_takes_about_twice_the_time() -> None:
    scene = "CHAPTER {}\n\n" + STORY * 40

    def seconds(chapters: int) -> float:
        data = "\n\n".join(scene.format(n) for n in range(1, chapters + 1)).encode()
        best = 9.0
        for _ in range(3):
            start = time.process_time()
            read_bytes(data, source="story.txt")
            best = min(best, time.process_time() - start)
        return best

    seconds(2)
    assert seconds(40) < 8 * seconds(10) + 0.05


def test_html_three_hundred_deep_loses_nothing() -> None:
    page = "<html><body>" + "<div>" * 300 + "<p>Ada waited.</p>" + "</div>" * 300 + "<p>Nobody came.</p></body></html>"
    assert read_bytes(page.encode(), source="page.html").text == "Ada waited.\n\nNobody came."
    deep = "<b>" * 20_000 + "Ada waited."
    assert read_bytes(f"<html><body>{deep}".encode(), source="page.html").text == "Ada waited."


def test_broken_html_is_read_as_browsers_read_it() -> None:
    page = "<html><p>“Caf&eacute;?” said <i>Ada<p>“No.”</b></div><p>&lt;never&gt; &amp;c &#8212; &bogus;<br>x"
    manuscript = read_bytes(page.encode(), source="page.html")
    assert manuscript.text == "“Café?” said Ada\n\n“No.”\n\n<never> &c — &bogus;\nx"


def test_scripts_and_hidden_parts_of_a_page_are_no_story() -> None:
    page = f"<html><head><title>Lamp</title></head><body><script>alert('x')</script><style>p{{}}</style><p>{STORY}</p><div hidden>boo</div></body></html>"
    text = read_bytes(page.encode(), source="page.html").text
    assert "alert" not in text and "boo" not in text and "p{" not in text


def zipped(parts: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


OPF = (
    b'<package><metadata/><manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest>'
    b'<spine><itemref idref="a"/></spine></package>'
)
CONTAINER = b'<container><rootfiles><rootfile full-path="c.opf"/></rootfiles></container>'


def book(page: bytes, **extra: bytes) -> dict[str, bytes]:
    return {"mimetype": b"application/epub+zip", "META-INF/container.xml": CONTAINER, "c.opf": OPF, "a.xhtml": page} | {
        k.replace("__", "/"): v for k, v in extra.items()
    }


def test_a_zip_bomb_is_not_unpacked() -> None:
    start = time.process_time()
    refused(zipped(book(b"<p>" + b"a" * 40_000_000)), "bomb.epub", "unpacks to far more")
    refused(zipped({"[Content_Types].xml": b"", "word/document.xml": b"<a>" * 15_000_000}), "bomb.docx", "unpacks to far more")
    assert time.process_time() - start < 10


def test_small_parts_may_be_packed_as_tightly_as_they_like() -> None:
    page = f"<html><body><p>{STORY}</p></body></html>".encode()
    data = zipped(book(page, blank=b"\x00" * 900_000))
    assert STORY.strip()[:40] in read_bytes(data, source="book.epub").text


def test_an_encrypted_book() -> None:
    locked = b'<encryption><EncryptedData><EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/></EncryptedData></encryption>'
    refused(zipped(book(b"\x00\x01", **{"META-INF__encryption.xml": locked})), "locked.epub", "DRM")


def test_a_book_with_garbled_fonts_is_not_encrypted() -> None:
    fonts = b'<encryption><EncryptedData><EncryptionMethod Algorithm="http://www.idpf.org/2008/embedding"/></EncryptedData></encryption>'
    page = f"<html><body><p>{STORY}</p></body></html>".encode()
    assert read_bytes(zipped(book(page, **{"META-INF__encryption.xml": fonts})), source="book.epub").text


def test_a_zip_with_a_password() -> None:
    data = bytearray(zipped(book(b"<p>x</p>")))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(signature, at + 4)
    refused(bytes(data), "locked.epub", "password")


def test_two_parts_of_one_name() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in book(b"<p>one</p>").items():
            archive.writestr(name, content)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.xhtml", b"<p>two</p>")
    refused(out.getvalue(), "twice.epub", "two parts of one name")


def test_a_damaged_book() -> None:
    data = zipped(book(f"<p>{STORY * 50}</p>".encode()))
    refused(data[: len(data) // 2], "half.epub", "damaged")
    middle = data.index(b"a.xhtml") + 40
    refused(data[:middle] + b"\xff" * 20 + data[middle + 20 :], "bent.epub", "damaged")


def test_a_book_without_its_parts() -> None:
    refused(zipped({"mimetype": b"application/epub+zip"}), "bare.epub")
    refused(zipped(book(b"")), "blank.epub", "no text")
    refused(zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<not xml"}), "bent.docx", "damaged")
    refused(zipped({"[Content_Types].xml": b"<Types/>"}), "bare.docx")
    refused(zipped({"story.txt": STORY.encode()}), "stories.zip", "zip archive")


def test_a_book_that_points_outside_itself_reads_nothing_there() -> None:
    opf = OPF.replace(b"a.xhtml", b"../../../../etc/passwd")
    refused(zipped(book(b"<p>x</p>") | {"c.opf": opf}), "sly.epub")


def test_a_story_that_is_not_english_is_read_with_a_warning() -> None:
    german = "Als er am Morgen aus dem Haus ging, war die Straße noch nass, und niemand war da, der ihm hätte sagen können, wohin er gehen sollte.\n\n"
    manuscript = read_bytes((german * 5).encode(), source="story.txt")
    assert manuscript.language == "de"
    assert "not_english" in codes(manuscript)
    russian = "Он вышел из дома рано утром, и никто не сказал ему ни слова.\n\n" * 5
    assert read_bytes(russian.encode(), source="story.txt").language == "ru"
    assert read_bytes(russian.encode("koi8-r"), source="story.txt").language in ("ru", "und")


def test_a_story_with_foreign_words_is_english() -> None:
    text = STORY + "“Ich weiß nicht, was soll es bedeuten,” he sang, and then, because she asked him to, he sang it again.\n\n"
    manuscript = read_bytes(text.encode(), source="story.txt")
    assert manuscript.language == "en" and codes(manuscript) == set()


@pytest.mark.parametrize(
    "text",
    [
        "import os\n\ndef main():\n    for x in range(3):\n        print(x)\n\nif __name__ == '__main__':\n    main()\n",
        "#include <stdio.h>\nint main(void) {\n  printf(\"hi\");\n  return 0;\n}\n",
        "name,age,town\nAda,31,Lyme\nTom,28,Bath\nZoe,44,Hull\nJo,19,Bude\nAl,50,Rhyl\n",
        '{"name": "Ada",\n "age": 31,\n "town": "Lyme",\n "cats": 2,\n "dogs": 0}\n',
        "- milk\n- bread\n- lamp oil\n- string\n- a stamp\n- matches\n",
    ],
)  # fmt: skip
def test_what_is_no_fiction_is_read_with_a_warning(text: str) -> None:
    assert "not_fiction" in codes(read_bytes(text.encode(), source="thing.txt"))


def test_stories_are_taken_for_fiction() -> None:
    chat = "“Yes, no, maybe,” she said, “or never.”\n\n“So, then, what, now?”\n\n“Nothing, no one, nowhere.”\n\n" * 4
    for story in (STORY, chat, "I ran; he ran; we all ran.\n" * 8):
        assert "not_fiction" not in codes(read_bytes(story.encode(), source="story.txt"))


def test_a_wrong_format_by_name() -> None:
    with pytest.raises(InputError, match="no format that Fabula reads"):
        read_bytes(STORY.encode(), source="story.txt", format="pages")


def test_a_page_under_the_name_of_a_text_is_read_as_a_page() -> None:
    page = f"<!DOCTYPE html><html><body><p>{STORY.strip()}</p></body></html>"
    manuscript = read_bytes(page.encode(), source="story.txt")
    assert manuscript.format == "html"
    assert "<p>" not in manuscript.text
