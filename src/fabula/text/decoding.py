"""Bytes to text: byte order mark, strict UTF-8, declared charset, Windows-1252 line by line, guessing last.

A guesser alone takes Western English for Central European and makes garbage of files with two encodings; so it is asked only when
too much of a file lies outside ASCII for Windows-1252 to be plausible.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

from fabula.spans import Span
from fabula.text.manuscript import TextWarning

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SURROGATES = re.compile("[\ud800-\udfff]")
_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")
_ENCODED_SURROGATE = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
_HIGH_SHARE_OF_ANOTHER_SCRIPT = 0.25


@dataclass(frozen=True, slots=True)
class Decoded:
    text: str
    encoding: str
    warnings: tuple[TextWarning, ...] = ()


def decode(data: bytes, *, declared: str | None = None) -> Decoded:
    """The text of ``data`` without its byte order mark; line ends are left as they are. Never raises.

    >>> decode(b"caf\\xe9, said Ann").text
    'café, said Ann'
    """
    found = _by_mark(data) or _utf16_without_mark(data) or _utf8(data) or _declared(data, declared) or _western(data)
    return Decoded(found.text, found.encoding, found.warnings + _oddities(found.text))


def _by_mark(data: bytes) -> Decoded | None:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _lenient(data[len(mark) :], encoding) if encoding != "utf-8" else _utf8(data[3:]) or _western(data[3:])
    return None


def _lenient(data: bytes, encoding: str) -> Decoded:
    text = data.decode(encoding, errors="replace")
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        return Decoded(text, encoding, (TextWarning("undecodable", f"some bytes are no {encoding} ({error.reason}); shown as \ufffd"),))
    return Decoded(text, encoding)


def _utf8(data: bytes) -> Decoded | None:
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    if not _ENCODED_SURROGATE.search(data):
        return None
    try:
        halves = data.decode("utf-8", errors="surrogatepass")
    except UnicodeDecodeError:
        return None
    # Pairs of encoded surrogates are one character each (a common slip of old databases); single ones are nothing.
    text = halves.encode("utf-16-le", errors="surrogatepass").decode("utf-16-le", errors="replace")
    return Decoded(
        text, "utf-8", (TextWarning("lone_surrogate", "the file has surrogate code points, which are no characters; read as \ufffd"),)
    )


def _utf16_without_mark(data: bytes) -> Decoded | None:
    sample = data[:4096]
    if sample.count(0) < 12 or len(data) % 2:
        return None
    even, odd = sample[0::2].count(0) / (len(sample) / 2), sample[1::2].count(0) / (len(sample) / 2)
    if odd > 0.7 and even < 0.1:
        return _lenient(data, "utf-16-le")
    if even > 0.7 and odd < 0.1:
        return _lenient(data, "utf-16-be")
    return None


def _declared(data: bytes, declared: str | None) -> Decoded | None:
    if not declared:
        return None
    try:
        name = codecs.lookup(declared).name
    except LookupError:
        return None
    # Pages that say Latin-1 are written in Windows-1252: the WHATWG encoding standard reads them so.
    name = "cp1252" if name in ("iso8859-1", "ascii") else name
    try:
        return Decoded(data.decode(name), name)
    except (UnicodeDecodeError, LookupError):
        return None


def _western(data: bytes) -> Decoded:
    letters = len(re.sub(rb"[\s\x00-\x40]+", b"", data[: 1 << 18])) or 1
    high = len(re.findall(rb"[\x80-\xff]", data[: 1 << 18]))
    if high / letters > _HIGH_SHARE_OF_ANOTHER_SCRIPT:
        guess = from_bytes(data[: 1 << 18]).best()
        if guess is not None:
            text = data.decode(guess.encoding, errors="replace")
            return Decoded(text, guess.encoding, (TextWarning("guessed_encoding", f"the encoding was guessed as {guess.encoding}"),))
    return _line_by_line(data)


def _line_by_line(data: bytes) -> Decoded:
    parts: list[str] = []
    western = unicode_lines = 0
    at = 0
    first: Span | None = None
    for line in data.splitlines(keepends=True):
        try:
            text = line.decode("utf-8")
            unicode_lines += not line.isascii()
        except UnicodeDecodeError:
            text, mixed = _western_line(line)
            western, unicode_lines = western + 1, unicode_lines + mixed
            first = first or Span(at, at + len(text.rstrip()))
        parts.append(text)
        at += len(text)
    whole = "".join(parts)
    if not unicode_lines:
        return Decoded(whole, "cp1252", _undefined(whole))
    message = f"the file mixes encodings: {western} lines are Windows-1252, the others UTF-8"
    return Decoded(whole, "utf-8+cp1252", (TextWarning("mixed_encoding", message, first), *_undefined(whole)))


_SEQUENCE = re.compile(rb"[\xc3-\xf4][\x80-\xbf]+|[\xc2][\xa0-\xbf]")


def _western_line(line: bytes) -> tuple[str, bool]:
    """A line that is no UTF-8, and whether parts of it are: those keep their reading."""
    out: list[str] = []
    mixed = False
    at = 0
    for match in _SEQUENCE.finditer(line):
        try:
            good = match.group().decode("utf-8")
        except UnicodeDecodeError:
            continue
        mixed = True
        out += (line[at : match.start()].decode("cp1252", errors="replace"), good)
        at = match.end()
    out.append(line[at:].decode("cp1252", errors="replace"))
    return "".join(out), mixed


def _undefined(text: str) -> tuple[TextWarning, ...]:
    if "\ufffd" not in text:
        return ()
    at, count = text.index("\ufffd"), text.count("\ufffd")
    return (TextWarning("undecodable", f"{count} bytes stand for no character; shown as \ufffd", Span(at, at + 1)),)


def _oddities(text: str) -> tuple[TextWarning, ...]:
    """Warnings about characters that are kept but may surprise."""
    out = []
    if "\x00" in text:
        at, count = text.index("\x00"), text.count("\x00")
        out.append(TextWarning("nul", f"the text has {count} NUL characters; they are kept and read as nothing", Span(at, at + 1)))
    if match := _OVERRIDES.search(text):
        message = "the text has marks that turn the direction of writing; what you see may not be in the order in which it is read"
        out.append(TextWarning("direction_override", message, Span(*match.span())))
    if match := _SURROGATES.search(text):
        out.append(TextWarning("lone_surrogate", "the text has surrogate code points, which are no characters", Span(*match.span())))
    return tuple(out)
