"""Which format a file has: by its content first, by its name where the content does not tell."""

from __future__ import annotations

import re
from pathlib import PurePath

from fabula.errors import InputError
from fabula.text.limits import MAX_FILE_BYTES

FORMATS = ("txt", "md", "html", "epub", "docx")
_BY_NAME = {
    ".txt": "txt", ".text": "txt", ".md": "md", ".markdown": "md", ".mkd": "md",
    ".html": "html", ".htm": "html", ".xhtml": "html", ".epub": "epub", ".docx": "docx",
}  # fmt: skip
_REFUSED = (
    (b"%PDF-", "a PDF", "convert it to .txt, .docx or .epub first, for example with a word processor or Calibre"),
    (b"{\\rtf", "a Rich Text file", "save it as .docx or .txt"),
    (b"\xd0\xcf\x11\xe0", "an old Word document (.doc)", "save it as .docx or .txt"),
    (b"\x1f\x8b", "a compressed file (gzip)", "unpack it first"),
    (b"7z\xbc\xaf", "a compressed file (7z)", "unpack it first"),
    (b"Rar!", "a compressed file (RAR)", "unpack it first"),
    (b"SQLite format 3\x00", "a database", "give the story itself; to look at a .fabula file use `fabula show`"),
    (b"\x89PNG", "a picture (PNG)", "give a text"),
    (b"\xff\xd8\xff", "a picture (JPEG)", "give a text"),
    (b"GIF8", "a picture (GIF)", "give a text"),
    (b"\x7fELF", "a program", "give a text"), (b"MZ\x90\x00", "a program", "give a text"), (b"ID3", "a sound file", "give a text"),
    (b"OggS", "a sound file", "give a text"), (b"ITOLITLS", "a Microsoft Reader book", "convert it to .epub, for example with Calibre"),
)  # fmt: skip
_HTML = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html[\s>]|head[\s>]|body[\s>])", re.I | re.S)
_CONTROL = bytes(range(0x01, 0x09)) + b"\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1b\x1c\x1d\x1e\x1f\x7f"
_SAMPLE = 1 << 16
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")


def format_of(data: bytes, name: str) -> tuple[str, bool]:
    """The format of ``data`` and whether the name told the same or left it open; raises InputError for what is no story."""
    if not data.strip():
        raise InputError(f"{name} is empty" if not data else f"{name} holds nothing but white space", hint="give a file with a story in it")
    if len(data) > MAX_FILE_BYTES:
        raise too_large(name, len(data))
    for magic, what, hint in _REFUSED:
        if data.startswith(magic):
            raise InputError(f"{name} is {what}, which Fabula does not read", hint=hint)
    if data[60:68] in (b"BOOKMOBI", b"TEXtREAd"):
        raise InputError(
            f"{name} is a Kindle or Palm book, which Fabula does not read", hint="convert it to .epub, for example with Calibre"
        )
    suffix = PurePath(name).suffix.lower()
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(data, name, suffix), True
    if suffix in (".epub", ".docx"):
        raise InputError(
            f"{name} is no {suffix[1:].upper()} file, though its name says so: it is not a zip archive", hint="download or export it again"
        )
    if _is_binary(data):
        raise InputError(f"{name} is a binary file, not a text", hint="give .txt, .md, .html, .epub or .docx")
    if _HTML.match(data.removeprefix(b"\xef\xbb\xbf")[:4096]):
        return "html", True
    known = _BY_NAME.get(suffix)
    return known or "txt", known is not None or suffix in ("", ".asc", ".log")


def too_large(name: str, size: int) -> InputError:
    limit = MAX_FILE_BYTES // (1024 * 1024)
    return InputError(f"{name} has {size / (1024 * 1024):.0f} MB; the limit is {limit} MB", hint="split it, one story or volume a file")


def _zipped(data: bytes, name: str, suffix: str) -> str:
    head = data[:_SAMPLE]
    if b"mimetypeapplication/epub+zip" in head or b"META-INF/container.xml" in data:
        return "epub"
    if b"word/document.xml" in data or (suffix == ".docx" and b"[Content_Types].xml" in data):
        return "docx"
    if b"application/vnd.oasis.opendocument.text" in head:
        raise InputError(f"{name} is an OpenDocument text, which Fabula does not read yet", hint="save it as .docx or .txt")
    if suffix in (".epub", ".docx"):
        return suffix[1:]
    raise InputError(f"{name} is a zip archive", hint="unpack it and give the stories, or their folder")


def _is_binary(data: bytes) -> bool:
    """Whether the content is no text in any encoding: too many control characters, or NULs that are not those of UTF-16."""
    if data.startswith(_WIDE_MARKS):
        return False
    sample = data[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROL))
    if controls > 0.05 * len(sample):
        return True
    nuls = sample.count(0)
    if nuls <= 0.01 * len(sample) + 2:
        return False
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    return not (min(even, odd) < 0.1 * max(even, odd) and max(even, odd) > 0.7 * len(sample) / 2)
