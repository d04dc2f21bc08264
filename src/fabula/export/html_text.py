"""The text of a story as HTML: every paragraph keeps its code points exactly, so positions of the World hold in the page.

A paragraph is cut where a layer starts or ends (noted passage, quotation, emphasis); the pieces are nested in that order.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

from fabula.elements import Frame, Quote, Scene
from fabula.layers import ParagraphKind
from fabula.lexicons import words
from fabula.spans import Span
from fabula.world.wording import emphasis_marks

if TYPE_CHECKING:
    from fabula.world.world import World

SHOWN = 0.5
SURE = 0.7
COLOURS, STYLES = 10, 5
_PARAGRAPHS_A_CHUNK = 24
_OPENING = 2000
_SHOWN_FRAMES = frozenset(("letter", "message", "flashback", "dream", "told_story", "lyrics"))
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def safe(text: str) -> str:
    """Text for an element's content: escaped, of the same length in code points when parsed (browsers change CR and NUL)."""
    return escape(_UNPRINTABLE.sub("\ufffd", text), quote=False).replace("\r", "&#13;")


def plain(text: str) -> str:
    """Text for a label or an attribute: one line, escaped, without controls that turn the direction of what follows."""
    return escape(" ".join(_BIDI.sub("", _UNPRINTABLE.sub("\ufffd", text)).split()))


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _is_name(text: str) -> bool:
    """Whether an alias can stand alone as a name: capitalised, and no bare title."""
    return text[:1].isupper() and text.strip(".").casefold() not in words("abbreviations", "title")


@dataclass(frozen=True, slots=True)
class Speakers:
    """Colour and underline style of each character, by how much they speak; ``row`` is the position in the cast."""

    row: dict[str, int]
    rank: dict[str, int]
    names: dict[str, str]
    short: dict[str, str]

    def classes(self, who: str) -> str:
        """Class names of colour and style; together they tell fifty speakers apart, the five loudest by either alone."""
        n = self.rank.get(who, 0)
        return f"c{n % COLOURS} t{(n + n // COLOURS) % STYLES}"


def speakers_of(world: World) -> Speakers:
    """Who gets which colour."""
    rank = sorted(world.characters, key=lambda c: (-c.element.quotes, -c.element.mentions, c.id))
    return Speakers(
        {c.id: i for i, c in enumerate(world.characters)},
        {c.id: i for i, c in enumerate(rank)},
        {c.id: c.name for c in world.characters},
        _short_names(world),
    )


def _short_names(world: World) -> dict[str, str]:
    """What to call each character in a label: the alias used most, unless another character answers to it too."""
    owners = Counter(a.casefold() for c in world.characters for a in {c.name, *(x.text for x in c.aliases)})
    out = {}
    for c in world.characters:
        full = max((a.count for a in c.aliases if a.text == c.name), default=0)
        own = [a for a in c.aliases if a.count > full and len(a.text) < len(c.name) and owners[a.text.casefold()] == 1 and _is_name(a.text)]
        out[c.id] = max(own, key=lambda a: a.count).text if own else c.name
    return out


def merged_notes(world: World) -> list[tuple[int, int, tuple[str, ...]]]:
    """Noted ranges that do not overlap, each with the labels of all notes it belongs to."""
    rows = sorted((s[0], s[1], n.label) for n in world.notes if n.confidence >= SHOWN for s in n.spans if s[1] > s[0])
    out: list[tuple[int, int, set[str]]] = []
    for start, end, label in rows:
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]), out[-1][2] | {label})
        else:
            out.append((start, end, {label}))
    return [(a, b, tuple(sorted(labels))) for a, b, labels in out]


class _Layer:
    """Ranges that do not overlap, looked up by place."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self.spans: list[tuple[int, int]] = []
        self.rows: list[int] = []
        for row, (start, end) in sorted(enumerate(spans), key=lambda x: (x[1][0], -x[1][1])):
            if end > start and (not self.spans or start >= self.spans[-1][1]):
                self.spans.append((start, end))
                self.rows.append(row)
        self._starts = [s for s, _ in self.spans]

    def at(self, position: int) -> int:
        """The row of the range that covers a position, or -1."""
        i = bisect_right(self._starts, position) - 1
        return self.rows[i] if i >= 0 and self.spans[i][1] > position else -1

    def edges(self, start: int, end: int) -> Iterator[int]:
        """Starts and ends inside ``[start, end)``."""
        for a, b in self.spans[max(0, bisect_left(self._starts, start) - 1) : bisect_left(self._starts, end)]:
            yield from (x for x in (a, b) if start < x < end)


class TextWriter:
    """Writes the paragraphs of one World."""

    def __init__(self, world: World, speakers: Speakers) -> None:
        self._world, self._text, self._speakers = world, world.text, speakers
        self._quotes = [q for q in world.quotes if q.end > q.start]
        self._notes = merged_notes(world)
        emphasis = [Span(*s) for s in world.manuscript.emphasis]
        self._quote_layer = _Layer((q.start, q.end) for q in self._quotes)
        self._note_layer = _Layer((a, b) for a, b, _ in self._notes)
        self._emphasis_layer = _Layer(emphasis)
        self._mark_layer = _Layer(m for s in emphasis for m in emphasis_marks(self._text, s))
        self._scenes = sorted(world.scenes, key=lambda s: s.start)
        self._frames = [f for f in world.frames if f.kind in _SHOWN_FRAMES and f.confidence >= SHOWN]
        self._told: set[int] = set()

    def chunks(self) -> Iterator[str]:
        """The text in sections of some paragraphs each, which a browser lays out only when they come near the window."""
        rows = self._world.manuscript.paragraphs
        columns = zip(rows.start.tolist(), rows.end.tolist(), rows.kind.tolist(), strict=True)
        out: list[str] = []
        waiting = self._marked_scenes()
        for n, (start, end, kind) in enumerate(columns):
            if kind in (ParagraphKind.BODY, ParagraphKind.SET_APART):
                while waiting and waiting[-1][0] < end:
                    at, i = waiting.pop()
                    out += [self._scene_mark(i)] if at <= start else []
            out.append(self._paragraph(start, end, ParagraphKind(kind)))
            if n % _PARAGRAPHS_A_CHUNK == _PARAGRAPHS_A_CHUNK - 1:
                yield f'<section class="chunk">{"".join(out)}</section>\n'
                out = []
        if out:
            yield f'<section class="chunk">{"".join(out)}</section>\n'

    # --- scenes and frames
    def _marked_scenes(self) -> list[tuple[int, int]]:
        """Start and number of each scene, last first; a story of one scene needs no marks.

        A mark stands before the first paragraph of the story proper at or after the start (so after a chapter's heading); a scene that
        starts inside a paragraph is marked there.
        """
        return [(s.start, i) for i, s in enumerate(self._scenes)][::-1] if len(self._scenes) > 1 else []

    def _scene_mark(self, i: int) -> str:
        scene = self._scenes[i]
        told = " · ".join(x for x in (scene_place(self._world, scene), scene.time_text) if x)
        return f'<div class="scene-mark" id="scene-{i + 1}"><b>Scene {i + 1}</b> <bdi>{plain(told)}</bdi></div>'

    def _frame(self, start: int, end: int) -> tuple[str, str]:
        """Class and attribute of a paragraph inside a letter, a flashback, a dream; the first one is labelled."""
        for k, f in enumerate(self._frames):
            if f.start < end and start < f.end and min(end, f.end) - max(start, f.start) > (end - start) / 2:
                label = "" if k in self._told else f' data-f="{plain(frame_label(f, self._speakers))}"'
                self._told.add(k)
                return "fr", label
        return "", ""

    # --- paragraphs
    def _paragraph(self, start: int, end: int, kind: ParagraphKind) -> str:
        if kind == ParagraphKind.BREAK:
            return f'<p class="br" data-o="{start}">{safe(self._text[start:end])}</p>\n'
        tag = {ParagraphKind.HEADING: "h2", ParagraphKind.SET_APART: "blockquote"}.get(kind, "p")
        name, label = ("para", "") if kind == ParagraphKind.PARATEXT else self._frame(start, end)
        if kind == ParagraphKind.HEADING and start < _OPENING and self._repeats(start, end):
            name = "again"
        attributes = (f' class="{name}"' if name else "") + label
        return f'<{tag} dir="auto" data-o="{start}"{attributes}>{self._inline(start, end)}</{tag}>\n'

    def _repeats(self, start: int, end: int) -> bool:
        """Whether a heading only says again what stands at the top of the page."""
        said = _bare(self._text[start:end]).removeprefix("by ")
        return said in (_bare(self._world.title), _bare(self._world.story.author or ""))

    def _inline(self, start: int, end: int) -> str:
        layers = (self._note_layer, self._quote_layer, self._emphasis_layer, self._mark_layer)
        scenes = [(s.start, i) for i, s in enumerate(self._scenes) if start < s.start < end] if len(self._scenes) > 1 else []
        cuts = sorted({start, end, *(x for layer in layers for x in layer.edges(start, end)), *(at for at, _ in scenes)})
        marks = dict(scenes)
        out: list[str] = []
        open_rows: tuple[int, ...] = (-1, -1, -1, -1)
        labels = _Labels(self, alone=len({self._quotes[row].speaker for row in self._quote_rows(start, end)}) == 1)
        for a, b in pairwise(cuts):
            rows = tuple(layer.at(a) for layer in layers)
            keep = next((k for k in range(4) if rows[k] != open_rows[k]), 4)
            out += [_CLOSE[k] for k in range(3, keep - 1, -1) if open_rows[k] >= 0]
            if a in marks:
                out.append(f'<span class="scene-in" id="scene-{marks[a] + 1}" data-n="Scene {marks[a] + 1}"></span>')
            out += [labels.open(k, rows[k]) for k in range(keep, 4) if rows[k] >= 0]
            out.append(safe(self._text[a:b]))
            open_rows = rows
        out += [_CLOSE[k] for k in range(3, -1, -1) if open_rows[k] >= 0]
        return "".join(out)

    def _quote_rows(self, start: int, end: int) -> set[int]:
        edges = (start, *self._quote_layer.edges(start, end))
        return {row for at in edges if (row := self._quote_layer.at(at)) >= 0}

    def note_open(self, row: int) -> str:
        """The check box that unfolds a noted passage, and the passage's opening tag."""
        label = plain(", ".join(x.replace("_", " ") for x in self._notes[row][2]))
        box = f'<input type="checkbox" aria-label="show a passage noted: {label}">'
        return f'<label class="fold" data-l="{label}">{box}</label><span class="nt">'

    def quote_open(self, row: int, before: str | None, alone: bool) -> tuple[str, str | None]:
        """The opening tag of a quotation and the label it shows; no label where the speaker is the one labelled just before."""
        quote = self._quotes[row]
        who = quote.speaker
        if who is None or who not in self._speakers.row:
            return '<span class="q u" title="speaker not known">', None
        name = self._speakers.names[who]
        sure = quote.confidence >= SHOWN
        shown = self._speakers.short[who] if quote.confidence >= SURE else f"{self._speakers.short[who]} ?"
        title = f"{name}{_to(quote, self._speakers)}{'' if quote.confidence >= SURE else ' (unsure)'}"
        label = "" if shown == before else f' data-n="{plain(shown)}"'
        place = (" m" if alone else " i") if label else ""
        data = f' data-s="{self._speakers.row[who]}"' if sure else ""
        look = self._speakers.classes(who) if sure else ""
        unsure = "" if quote.confidence >= SURE else " u"
        return f'<span class="q {look}{place}{unsure}"{data}{label} title="{plain(title)}">', shown


_CLOSE = ("</span>", "</span>", "</em>", "</span>")


class _Labels:
    """Opening tags within one paragraph; remembers which speaker was labelled last.

    The label of a paragraph's only speaker (``alone``) stands in the margin, those of several stand in the line.
    """

    def __init__(self, writer: TextWriter, *, alone: bool) -> None:
        self._writer, self._alone = writer, alone
        self._before: str | None = None

    def open(self, layer: int, row: int) -> str:
        if layer == 0:
            return self._writer.note_open(row)
        if layer == 2:
            return "<em>"
        if layer == 3:
            return '<span class="mk">'
        tag, shown = self._writer.quote_open(row, self._before, self._alone)
        self._before = shown or self._before
        return tag


def _to(quote: Quote, speakers: Speakers) -> str:
    names = [speakers.names[a] for a in quote.addressees if a in speakers.names]
    return f" to {', '.join(names)}" if names else ""


def frame_label(frame: Frame, speakers: Speakers) -> str:
    """ "letter by Ann to Tom", with what is known of it."""
    by = f" by {speakers.names[frame.by]}" if frame.by in speakers.names else ""
    to = [speakers.names[x] for x in frame.to if x in speakers.names]
    return frame.kind.replace("_", " ") + by + (f" to {', '.join(to)}" if to else "")


def scene_place(world: World, scene: Scene) -> str | None:
    """The place of a scene in the story's words, or by the name of the place."""
    return scene.place_text or next((p.name for p in world.places if p.id == scene.place), None)
