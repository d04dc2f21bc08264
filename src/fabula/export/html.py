"""One self-contained page: the text with its speakers marked, cast and scenes beside it, noted passages folded.

The page asks for nothing from outside: its content security policy allows one style sheet and one script, both by their hash.
Everything that comes from the story is escaped; see ``html_text`` for how positions stay true in the page.
"""

from __future__ import annotations

import base64
import hashlib
import json
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from fabula.export.html_panels import panels
from fabula.export.html_text import SHOWN, Speakers, TextWriter, plain, speakers_of

if TYPE_CHECKING:
    from fabula.world.world import World

_LEGEND = (
    "Every quotation is underlined in its speaker’s colour and style and carries the speaker’s name. "
    "Choose a character to see where they are."
)


def _asset(name: str) -> str:
    return files("fabula.export").joinpath("assets", name).read_text(encoding="utf-8")


def _hash(code: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()


def render_html(world: World) -> str:
    """The whole page. Same World, same bytes. It holds no lone surrogates, so it encodes as UTF-8."""
    style, script = _asset("page.css"), _asset("page.js")
    speakers = speakers_of(world)
    author = world.story.author
    return Template(_asset("page.html")).substitute(
        language=plain(world.story.language or "en"),
        title=plain(world.title),
        author=f'<p class="by">by <bdi>{plain(author)}</bdi></p>' if author else "",
        chips="".join(f"<li>{c}</li>" for c in _chips(world)),
        legend=_LEGEND if world.quotes else "",
        text="".join(TextWriter(world, speakers).chunks()),
        source=plain(world.story.source),
        panels=panels(world, speakers),
        data=_data(world, speakers),
        style=style,
        style_hash=_hash(style),
        script=script,
        script_hash=_hash(script),
    )


def _chips(world: World) -> list[str]:
    narration = world.story.narration
    told = f"{narration.person} person, {narration.tense}" if narration.person != "mixed" else f"mixed person, {narration.tense}"
    narrator = f"told by <bdi>{plain(world.name_of(narration.narrator))}</bdi>" if narration.narrator else ""
    shown = sum(c.importance != "mentioned" and c.confidence >= SHOWN for c in world.characters)
    cast = f'<a href="#world">{_count(shown, "character")}</a>' if shown else ""
    counts = [f"{world.story.words:,} words", told, narrator, cast, _count(len(world.scenes), "scene")]
    return [c for c in counts if c]


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}{'' if n == 1 else 's'}" if n else ""


def _data(world: World, speakers: Speakers) -> str:
    """Mentions of each character for highlighting: pairs of (gap since the last start, length), in code points."""
    flat: list[list[int]] = [[] for _ in speakers.row]
    last = [0] * len(flat)
    for m in world.cast.mentions:
        for row in (speakers.row[w] for w in m.who if w in speakers.row):
            flat[row] += (m.start - last[row], m.end - m.start)
            last[row] = m.start
    ids = sorted(speakers.row, key=lambda c: speakers.row[c])
    return json.dumps({"ids": ids, "mentions": flat}, separators=(",", ":")).replace("<", "\\u003c")
