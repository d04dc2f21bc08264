"""EPUB 2 and 3: the spine in order, each part through the HTML reader; front and back matter by what the book says of its parts."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser, LexborNode

from fabula.errors import InputError
from fabula.text.blocks import Draft, Role
from fabula.text.decoding import decode
from fabula.text.html import pieces_of
from fabula.text.pieces import Piece, draft_of_pieces
from fabula.text.zips import Archive

_FONT_ALGORITHMS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_FRONT = re.compile(
    r"\b(?:cover|title-?page|half-?title|copyright(?:-page)?|imprint|toc|contents|nav|dedication|frontmatter|front-?matter|colophon|titlepage|loi|insert|other-?credits)\b",
    re.I,
)
_BACK = re.compile(
    r"\b(?:backmatter|back-?matter|acknowledge?ments?|about-?the-?author|abouttheauthor|also-?by|index|bibliography|footnotes|endnotes|rearnotes|glossary|newsletter|ads?|praise)\b",
    re.I,
)
_EMPTY_TAG = re.compile(r"<(?!(?:br|hr|img|input|link|meta|area|base|col|embed|source|track|wbr)\b)([\w:-]+)([^<>]*?)/>", re.I)


@dataclass(frozen=True, slots=True)
class _Part:
    path: str
    zone: Role | None
    label: str | None


def read_epub(data: bytes, name: str) -> Draft:
    """A draft of a book. Raises InputError for a damaged or encrypted one."""
    archive = Archive(data, name)
    _refuse_encrypted(archive)
    package_path = _package_path(archive)
    package = _xml(archive, package_path)
    pieces = [p for part in _spine(archive, package, package_path) for p in _pieces(archive, part)]
    if not pieces:
        raise InputError(f"{name} holds no text", hint="it may be a book of pictures; Fabula reads text only")
    title, author = _text_of(package, "dc:title"), _text_of(package, "dc:creator")
    return draft_of_pieces(pieces, format="epub", encoding="utf-8", title=title, author=author)


def _refuse_encrypted(archive: Archive) -> None:
    if "META-INF/encryption.xml" not in archive and "META-INF/rights.xml" not in archive:
        return
    algorithms: list[str] = []
    if "META-INF/encryption.xml" in archive:
        tree = _xml(archive, "META-INF/encryption.xml")
        algorithms = [n.attributes.get("algorithm") or "" for n in tree.css("*") if (n.tag or "").split(":")[-1] == "encryptionmethod"]
    if "META-INF/rights.xml" in archive or any(a not in _FONT_ALGORITHMS for a in algorithms):
        raise InputError(f"{archive.name} is encrypted (DRM)", hint="give a copy without copy protection")


def _xml(archive: Archive, part: str) -> LexborHTMLParser:
    # The HTML parser takes every XML that books contain, well-formed or not; only self-closing elements must be spelled out for it.
    text = decode(archive.read(part), declared=None).text
    return LexborHTMLParser(_EMPTY_TAG.sub(r"<\1\2></\1>", re.sub(r"<\?xml[^>]*\?>", "", text)))


def _package_path(archive: Archive) -> str:
    if "META-INF/container.xml" in archive:
        for node in _named(_xml(archive, "META-INF/container.xml"), "rootfile"):
            path = unquote(node.attributes.get("full-path") or "")
            if path in archive:
                return path
    found = next((n for n in archive.names if n.lower().endswith(".opf")), None)
    if found is None:
        raise InputError(f"{archive.name} is no EPUB: it has no list of its parts", hint="download or export it again")
    return found


def _named(tree: LexborHTMLParser, tag: str) -> Iterator[LexborNode]:
    """Elements by local name, whatever their prefix."""
    return (n for n in tree.css("*") if (n.tag or "").split(":")[-1] == tag)


def _text_of(tree: LexborHTMLParser, tag: str) -> str | None:
    for node in tree.css("*"):
        if node.tag == tag:
            text = re.sub(r"\s+", " ", node.text()).strip()
            if text and text.lower() not in ("unknown", "untitled"):
                return text
    return None


def _spine(archive: Archive, package: LexborHTMLParser, package_path: str) -> Iterator[_Part]:
    folder = posixpath.dirname(package_path)
    items = {n.attributes.get("id"): n for n in _named(package, "item")}
    labels, toc_parts = _labels(archive, items.values(), folder)
    guide = {_resolve(folder, n.attributes.get("href")): n.attributes.get("type") or "" for n in _named(package, "reference")}
    spine = [items[ref] for n in _named(package, "itemref") if (ref := n.attributes.get("idref")) in items]
    seen: set[str] = set()
    for item in spine:
        path = _resolve(folder, item.attributes.get("href"))
        kind = item.attributes.get("media-type") or ""
        if path in seen or path not in archive or not ("html" in kind or path.lower().endswith((".html", ".xhtml", ".htm"))):
            continue
        seen.add(path)
        properties = item.attributes.get("properties") or ""
        about = " ".join((posixpath.basename(path).rsplit(".", 1)[0], guide.get(path, ""), properties)).replace("_", " ")
        if path in toc_parts or "nav" in properties.split():
            yield _Part(path, Role.FRONT, None)
            continue
        zone = Role.FRONT if _FRONT.search(about) else Role.BACK if _BACK.search(about) else None
        yield _Part(path, zone, labels.get(path))


def _resolve(folder: str, href: str | None) -> str:
    return posixpath.normpath(posixpath.join(folder, unquote((href or "").split("#")[0])))


def _labels(archive: Archive, items: object, folder: str) -> tuple[dict[str, str], set[str]]:
    """What the book's own table of contents calls each part, and which parts are that table."""
    labels: dict[str, str] = {}
    tables: set[str] = set()
    for item in items:  # type: ignore[attr-defined]
        path = _resolve(folder, item.attributes.get("href"))
        kind, properties = item.attributes.get("media-type") or "", item.attributes.get("properties") or ""
        if path not in archive:
            continue
        if "nav" in properties.split():
            tables.add(path)
            for link in _xml(archive, path).css("nav a"):
                target = _resolve(posixpath.dirname(path), link.attributes.get("href"))
                labels.setdefault(target, re.sub(r"\s+", " ", link.text()).strip())
        elif kind == "application/x-dtbncx+xml":
            for point in _named(_xml(archive, path), "navpoint"):
                label = next((re.sub(r"\s+", " ", n.text()).strip() for n in point.css("*") if n.tag == "text" or n.tag == "navlabel"), "")
                source = next((n.attributes.get("src") for n in point.css("*") if n.tag == "content"), None)
                labels.setdefault(_resolve(posixpath.dirname(path), source), label)
    return {k: v for k, v in labels.items() if v}, tables


def _pieces(archive: Archive, part: _Part) -> Iterator[Piece]:
    markup = decode(archive.read(part.path), declared=None).text
    markup = _EMPTY_TAG.sub(r"<\1\2></\1>", re.sub(r"^\s*<\?xml[^>]*\?>", "", markup))
    zone = part.zone or _zone_of(markup)
    _, pieces = pieces_of(markup, whole=True)
    if zone is not None and sum(len(p.text) for p in pieces) < 20_000:
        yield from (replace(p, role=zone, level=0) for p in pieces)
        return
    if part.label and pieces and not any(p.level for p in pieces[:4]) and sum(len(p.text) for p in pieces) > 500:
        first = pieces[0]
        if first.text.strip().lower() == part.label.lower():
            pieces[0] = replace(first, level=2)
        elif len(first.text) > len(part.label) + 40 or not first.text.lower().startswith(part.label.lower()):
            yield Piece(part.label, None, 2)
    yield from pieces


_TYPE = re.compile(r"epub:type=[\"']([^\"']*)[\"']", re.I)


def _zone_of(markup: str) -> Role | None:
    """Front or back matter by the semantics that EPUB 3 parts declare of themselves."""
    match = _TYPE.search(markup)
    if match is None:
        return None
    if re.search(r"bodymatter|chapter|prologue|epilogue|\bpart\b", markup[:4000] if "bodymatter" in markup[:4000] else match[1]):
        return None
    return Role.FRONT if _FRONT.search(match[1]) else Role.BACK if _BACK.search(match[1]) else None
