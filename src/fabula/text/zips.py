"""Zipped formats, opened with care: names, sizes and ratios are checked, and what is read is counted while it streams."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections import Counter

from fabula.errors import InputError
from fabula.text.limits import MAX_PART_BYTES, MAX_RATIO, MAX_UNPACKED_BYTES, MAX_ZIP_ENTRIES, RATIO_FROM_BYTES

_CHUNK = 1 << 16


class Archive:
    """A zip archive in memory. Raises InputError for what is damaged, encrypted, or unpacks beyond the limits."""

    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError) as error:
            raise InputError(f"{name} is damaged: {error}", hint="download or export it again") from error
        self._infos = {i.filename: i for i in self._zip.infolist()}
        self._left = MAX_UNPACKED_BYTES
        self._check()

    def _check(self) -> None:
        infos = self._zip.infolist()
        if len(infos) > MAX_ZIP_ENTRIES:
            raise InputError(
                f"{self.name} holds {len(infos)} parts; the limit is {MAX_ZIP_ENTRIES}",
                hint="this is no ordinary book; open it elsewhere first",
            )
        twice = [n for n, k in Counter(i.filename for i in infos).items() if k > 1]
        if twice:
            raise InputError(
                f"{self.name} holds two parts of one name ({twice[0]})", hint="export the book again; readers disagree on which part counts"
            )
        if any(i.flag_bits & 1 for i in infos):
            raise InputError(f"{self.name} is locked with a password", hint="give an unlocked copy")

    def __contains__(self, part: str) -> bool:
        return part in self._infos

    @property
    def names(self) -> list[str]:
        return list(self._infos)

    @property
    def claimed_size(self) -> int:
        return sum(i.file_size for i in self._infos.values())

    def read(self, part: str) -> bytes:
        """The bytes of one part; KeyError if there is none of the name."""
        info = self._infos[part]
        out = bytearray()
        try:
            with self._zip.open(info) as stream:
                while chunk := stream.read(_CHUNK):
                    out += chunk
                    self._left -= len(chunk)
                    self._check_growth(len(out), info.compress_size, part)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
            raise InputError(f"{self.name} is damaged: its part {part} cannot be unpacked", hint="download or export it again") from error
        return bytes(out)

    def check_all(self) -> None:
        """Unpack every part once, so that a library that reads the archive itself cannot meet more than the limits allow."""
        for part in self._infos:
            self.read(part)

    def _check_growth(self, size: int, packed: int, part: str) -> None:
        ratio = size > RATIO_FROM_BYTES and size > MAX_RATIO * max(packed, 1)
        if ratio or size > MAX_PART_BYTES or self._left < 0:
            raise InputError(
                f"{self.name} unpacks to far more than a book holds (part {part})",
                hint="this looks like a zip bomb; do not open it, or split the book",
            )
