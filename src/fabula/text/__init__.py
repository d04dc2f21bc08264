"""Bytes to manuscripts: formats, decoding, structure, paratext, and every limit on input."""

from __future__ import annotations

import hashlib
import stat
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from fabula.errors import InputError
from fabula.text.blocks import Draft
from fabula.text.limits import MAX_FILE_BYTES
from fabula.text.manuscript import Chapter, Manuscript, Paratext, TextWarning
from fabula.text.plain import read_plain
from fabula.text.sniffing import FORMATS, format_of, too_large
from fabula.text.structure import manuscript_of

__all__ = ["FORMATS", "Chapter", "Manuscript", "Paratext", "TextWarning", "read_bytes", "read_manuscript"]


def read_manuscript(story: Path | str | BinaryIO, *, format: str | None = None) -> Manuscript:
    """Read a story from a file, or from an open binary stream such as ``sys.stdin.buffer``.

    ``format`` (one of ``FORMATS``) overrules what content and name tell. Raises InputError for what cannot be read: a missing or
    empty file, a folder, a binary, an encrypted book, a file over a limit.
    """
    if not isinstance(story, (str, Path)):
        return read_bytes(story.read(MAX_FILE_BYTES + 1), source="standard input", format=format)
    path = Path(story)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise InputError(f"{path} is a folder, not a story", hint="name a file in it")
        if status.st_size > MAX_FILE_BYTES:
            raise too_large(path.name, status.st_size)
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        raise InputError(f"there is no file {path}", hint="check the name and the folder") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{path} cannot be read: {reason}", hint="check its name and permissions") from error
    return read_bytes(data, source=path.name, format=format)


def read_bytes(data: bytes, *, source: str, format: str | None = None) -> Manuscript:
    """Read a story from its bytes. ``source`` is the name used in messages and stored in the manuscript."""
    found, certain = format_of(data, source)
    if format is not None:
        if format not in FORMATS:
            raise InputError(f"{format} is no format that Fabula reads", hint="one of " + ", ".join(FORMATS))
        if found not in ("epub", "docx") and format not in ("epub", "docx"):
            found, certain = format, True
    draft = _draft(data, source, found)
    if not draft.blocks:
        raise InputError(f"{source} has no text to read", hint="give a file with a story in it")
    manuscript = manuscript_of(draft, source=source, sha256=hashlib.sha256(data).hexdigest())
    return manuscript if certain else _with_warning(manuscript, source)


def _draft(data: bytes, source: str, format: str) -> Draft:
    # what reads books and documents is loaded where one is read: a question to a story that was read long ago needs none of it
    match format:
        case "html":
            from fabula.text.html import read_html

            return read_html(data)
        case "epub":
            from fabula.text.epub import read_epub

            return read_epub(data, source)
        case "docx":
            from fabula.text.docx import read_docx

            return read_docx(data, source)
        case _:
            return read_plain(data, format=format)


def _with_warning(manuscript: Manuscript, source: str) -> Manuscript:
    warning = TextWarning("unknown_format", f"{source} has an unknown ending; its content is text, so it was read as plain text")
    return replace(manuscript, warnings=(warning, *manuscript.warnings))
