"""Every limit on what is read, in one place. All are far above any novel and far below what would hurt a laptop."""

from __future__ import annotations

MAX_FILE_BYTES = 64 * 1024 * 1024
"""A story file; the longest published novels have about 20 MB of plain text."""

MAX_UNPACKED_BYTES = 256 * 1024 * 1024
"""All parts read from one zipped format (EPUB, DOCX) together."""

MAX_PART_BYTES = 64 * 1024 * 1024
"""One part of a zipped format."""

MAX_RATIO = 200
"""Unpacked to packed size of one part, looked at only above ``RATIO_FROM_BYTES``: small blank images go far beyond it honestly."""

RATIO_FROM_BYTES = 1024 * 1024

MAX_ZIP_ENTRIES = 20_000
