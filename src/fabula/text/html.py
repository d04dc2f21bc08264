"""HTML to pieces: saved pages of fiction archives, chapters of an EPUB, pages of any other kind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from fabula.spans import Span
from fabula.text.archives import DROP, Page, look_at
from fabula.text.blocks import BLANK, Draft, Role
from fabula.text.decoding import decode
from fabula.text.pieces import Piece, draft_of_pieces
from fabula.text.plain import plain_blocks
from fabula.text.sheet import collapse

_BLOCK_TAGS = frozenset(
    """
    address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer form h1 h2 h3 h4
    h5 h6 header hgroup hr html legend li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul
    """.split()  # noqa: SIM905
)
_EMPHASIS_TAGS = frozenset(("i", "em", "b", "strong"))
_EMPHASIS_STYLE = re.compile(r"font-style:\s*(?:italic|oblique)|font-weight:\s*(?:bold|[6-9]00)", re.I)
_DROPPED_TAGS = frozenset(
    """
    script style noscript nav button select option textarea input iframe svg math template head object audio video canvas map rp rt
    """.split()  # noqa: SIM905
)
_HEADINGS = {f"h{n}": n for n in range(1, 7)}
_DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_LINE_OF_PROSE = 90
_RULE = "* * *"


def read_html(data: bytes) -> Draft:
    """A draft of a page: its story, with what surrounds it as paratext."""
    match = _DECLARED.search(data[:2048])
    decoded = decode(data, declared=match[1].decode("ascii") if match else None)
    page, pieces = pieces_of(decoded.text)
    return draft_of_pieces(
        pieces, format="html", encoding=decoded.encoding, title=page.title, author=page.author, warnings=decoded.warnings
    )


def pieces_of(markup: str, *, whole: bool = False) -> tuple[Page, list[Piece]]:
    """The paragraphs of a page. ``whole``: the page is all story (a part of a book), so nothing is taken for surroundings."""
    # A NUL ends the parser's text silently; the standard reads it as the replacement character.
    tree = LexborHTMLParser(markup.replace("\x00", "\ufffd"))
    page = Page() if whole else look_at(tree)
    root = tree.body or tree.root
    return page, list(_Walker(page).walk(root)) if root is not None else []


@dataclass(slots=True)
class _Context:
    """What holds inside an element."""

    role: Role | None = None
    level: int = 0
    pre: bool = False


class _Walker:
    """Walks the tree without recursion (pages nest hundreds deep) and gathers paragraphs."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.buffer: list[str] = []
        self.length = 0
        self.last = ""
        self.emphasis: list[tuple[int, int]] = []
        self.open_emphasis: list[int] = []
        self.gap = 1
        self.passed_story = False

    def walk(self, root: LexborNode) -> Iterator[Piece]:
        stack: list[tuple[LexborNode | None, LexborNode | None, _Context]] = [(root, None, _Context())]
        while stack:
            node, closing, context = stack.pop()
            if closing is not None:
                yield from self._leave(closing, context)
                continue
            if node is None:
                continue
            if node.next is not None and node is not root and node.mem_id != root.mem_id:
                stack.append((node.next, None, context))
            tag = node.tag or ""
            if tag == "-text":
                self._text(node.text_content or "", context)
            elif tag[:1] != "-" and tag not in _DROPPED_TAGS and self.page.zones.get(node.mem_id) is not DROP:
                yield from self._enter(node, tag, context, stack)

    def _enter(
        self, node: LexborNode, tag: str, context: _Context, stack: list[tuple[LexborNode | None, LexborNode | None, _Context]]
    ) -> Iterator[Piece]:
        if tag == "br":
            self._append("\n")
            return
        inner = context
        if tag in _BLOCK_TAGS:
            yield from self._flush(context)
            inner = self._context_in(node, tag, context)
            if tag == "hr":
                if inner.role is None:
                    yield Piece(_RULE, Role.BREAK)
                return
        elif self._is_emphasis(node, tag):
            self.open_emphasis.append(self.length)
        stack.append((None, node, inner))
        if node.child is not None:
            stack.append((node.child, None, inner))

    def _leave(self, node: LexborNode, context: _Context) -> Iterator[Piece]:
        tag = node.tag or ""
        if tag in _BLOCK_TAGS:
            blank = not "".join(self.buffer).strip(BLANK)
            if tag == "p" and blank and node.child is not None and not _has_block(node):
                self.gap += 1
            yield from self._flush(context)
            if self.page.story is not None and node.mem_id == self.page.story:
                self.passed_story = True
        elif self._is_emphasis(node, tag) and self.open_emphasis:
            start = self.open_emphasis.pop()
            if not self.open_emphasis and self.length > start:
                self.emphasis.append((start, self.length))

    @staticmethod
    def _is_emphasis(node: LexborNode, tag: str) -> bool:
        return tag in _EMPHASIS_TAGS or (tag == "span" and bool(_EMPHASIS_STYLE.search(node.attributes.get("style") or "")))

    def _context_in(self, node: LexborNode, tag: str, outer: _Context) -> _Context:
        role, level = outer.role, outer.level
        zone = self.page.zones.get(node.mem_id)
        if isinstance(zone, Role):
            role = None if zone is Role.BODY else zone
        elif self.page.story is not None and node.mem_id == self.page.story:
            role = None
        elif tag == "body" and self.page.story is not None:
            role = Role.FRONT
        elif tag == "blockquote" and role is None:
            role = Role.APART
        elif tag == "footer" and role is None:
            role = Role.BACK
        elif tag in ("aside", "figure", "figcaption") and role is None:
            role = Role.ASIDE
        if role is Role.FRONT and self.passed_story:
            role = Role.BACK
        return _Context(role, _HEADINGS.get(tag, level), outer.pre or tag == "pre")

    def _text(self, text: str, context: _Context) -> None:
        if context.pre:
            self._append(text)
            return
        text = _SPACE.sub(" ", text)
        if self.last in ("", "\n", " ") and text[:1] == " ":
            text = text[1:]
        self._append(text)

    def _append(self, text: str) -> None:
        if text:
            self.buffer.append(text)
            self.length += len(text)
            self.last = text[-1]

    def _flush(self, context: _Context) -> Iterator[Piece]:
        text = "".join(self.buffer)
        marks = [*self.emphasis, *((s, self.length) for s in self.open_emphasis[:1] if self.length > s)]
        self.buffer.clear()
        self.emphasis.clear()
        self.length, self.last = 0, ""
        self.open_emphasis = [0 for _ in self.open_emphasis]
        if text.strip(BLANK):
            cuts = _plain_cuts(text) if context.pre else _cuts(text)
            for n, (start, end, gap) in enumerate(cuts):
                said = collapse(text[start:end]) if context.pre else text[start:end]
                inside = () if context.pre else _clip(marks, start, end)
                yield Piece(said, context.role, context.level, max(gap, self.gap) if n == 0 else gap, inside)
            self.gap = 1


def _has_block(node: LexborNode) -> bool:
    child = node.child
    while child is not None:
        if child.tag in _BLOCK_TAGS or child.tag == "img":
            return True
        child = child.next
    return False


def _clip(marks: list[tuple[int, int]], start: int, end: int) -> tuple[Span, ...]:
    return tuple(Span(max(a, start) - start, min(b, end) - start) for a, b in marks if max(a, start) < min(b, end))


def _cuts(text: str) -> list[tuple[int, int, int]]:
    """Paragraphs within one element: at empty lines, or at every line break where the lines are prose."""
    lines = []
    at = 0
    for raw in text.split("\n"):
        body = raw.strip(BLANK)
        start = at + raw.index(body) if body else at
        lines.append((start, start + len(body)))
        at += len(raw) + 1
    full = [b - a for a, b in lines if b > a]
    has_empty = any(a == b for a, b in lines[1:-1])
    every = len(full) > 3 and not has_empty and sum(full) / len(full) > _LINE_OF_PROSE
    out: list[tuple[int, int, int]] = []
    gap = 1
    joined = False
    for a, b in lines:
        if a == b:
            gap += joined is False
            joined = False
            continue
        if joined and not every:
            out[-1] = (out[-1][0], b, out[-1][2])
        else:
            out.append((a, b, gap if out else 1))
        joined, gap = True, 1
    return out


def _plain_cuts(text: str) -> list[tuple[int, int, int]]:
    return [(b.start, b.end, max(b.gap, 1)) for b in plain_blocks(text)]
