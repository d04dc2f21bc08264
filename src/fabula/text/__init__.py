"""Bytes to manuscripts: formats, decoding, structure, paratext, and every limit on input."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from fabula.layers import ParagraphKind, Paragraphs
from fabula.text.manuscript import Chapter, Manuscript, Paratext, TextWarning

__all__ = ["Chapter", "Manuscript", "Paratext", "TextWarning", "read_manuscript"]


def read_manuscript(path: Path) -> Manuscript:
    data = path.read_bytes()
    text = data.decode("utf-8-sig")
    rows = []
    for m in re.finditer(r"\S(?:.*?\S)?(?=[ \t]*\r?\n[ \t]*\r?\n|\s*\Z)", text, re.S):
        kind = ParagraphKind.BODY if re.search(r"\w", m.group()) else ParagraphKind.BREAK
        rows.append((m.start(), m.end(), kind, 0))
    return Manuscript(
        text=text, source=path.name, sha256=hashlib.sha256(data).hexdigest(), format="txt", encoding="utf-8",
        paragraphs=Paragraphs.from_rows(rows), chapters=(Chapter(0, len(text)),),
    )  # fmt: skip
