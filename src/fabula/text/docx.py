"""Word documents: mammoth makes HTML of the styles, the HTML reader makes pieces of that."""

from __future__ import annotations

import io
import re
import zipfile
from xml.parsers.expat import ExpatError

import mammoth  # type: ignore[import-untyped]
from selectolax.lexbor import LexborHTMLParser

from fabula.errors import InputError
from fabula.text.blocks import Draft
from fabula.text.html import pieces_of
from fabula.text.pieces import draft_of_pieces
from fabula.text.zips import Archive

_STYLES = """
p[style-name='Title'] => h1.title:fresh
p[style-name='Subtitle'] => h2:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='Block Text'] => blockquote > p:fresh
r[style-name='Emphasis'] => em
r[style-name='Strong'] => strong
"""


def read_docx(data: bytes, name: str) -> Draft:
    """A draft of a Word document (.docx)."""
    archive = Archive(data, name)
    if "word/document.xml" not in archive:
        raise InputError(f"{name} is no Word document: it has no text part", hint="save it again as .docx")
    archive.check_all()
    try:
        result = mammoth.convert_to_html(
            io.BytesIO(data),
            style_map=_STYLES,
            ignore_empty_paragraphs=False,
            convert_image=mammoth.images.img_element(lambda _: {"src": ""}),
        )
    except (KeyError, ValueError, AttributeError, TypeError, IndexError, zipfile.BadZipFile, ExpatError, RecursionError) as error:
        # mammoth has no errors of its own: a damaged document fails in any of these ways (expat's error is none of the usual ones).
        raise InputError(
            f"{name} is damaged: its document cannot be read ({type(error).__name__})", hint="open it in a word processor and save it again"
        ) from error
    _, pieces = pieces_of(result.value, whole=True)
    title, author = _properties(archive)
    return draft_of_pieces(pieces, format="docx", encoding="utf-8", title=title, author=author)


def _properties(archive: Archive) -> tuple[str | None, str | None]:
    """Title and creator from the document's properties; word processors fill in their own guesses, which are left out."""
    if "docProps/core.xml" not in archive:
        return None, None
    tree = LexborHTMLParser(archive.read("docProps/core.xml").decode("utf-8", errors="replace"))
    found = {n.tag: re.sub(r"\s+", " ", n.text()).strip() for n in tree.css("*") if n.tag in ("dc:title", "dc:creator")}
    title, author = found.get("dc:title"), found.get("dc:creator")
    if author and author.lower() in ("user", "author", "python-docx", "microsoft office user", "admin", "owner", "unknown", "un-named"):
        author = None
    if title and title.lower() in ("word document", "untitled", "document", "microsoft word"):
        title = None
    return title or None, author or None
