"""One self-contained page: the text with its speakers marked, cast and scenes beside it, noted passages folded.

The page asks for nothing from outside: its content security policy allows one style sheet and one script, both by their hash.
Everything that comes from the story is escaped; see ``html_text`` for how positions stay true in the page.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Any

from fabula.export.html_data import chapters_of, page_data
from fabula.export.html_panels import live_panels, panels
from fabula.export.html_text import SHOWN, Speakers, TextWriter, plain, speakers_of
from fabula.export.html_tools import tools

if TYPE_CHECKING:
    from fabula.world.world import World

_LEGEND = (
    "Every quotation is underlined in its speaker’s colour and style and carries the speaker’s name. "
    "Choose a character to see where they are."
)
_EARLY = "look.js"
_SCRIPTS = ("text.js", "page.js", "beside.js", "d3-force.js", "pictures.js")


@dataclass(frozen=True, slots=True)
class Live:
    """The page in a running reader (``fabula open``): its address part, the state that it shows, and the token of its requests."""

    name: str
    version: str
    token: str
    library: bool = False
    pending: bool = False
    """Whether corrections are still being worked in."""
    last: str | None = None
    """The correction that an undo takes back, in words."""


def _asset(name: str) -> str:
    return files("fabula.export").joinpath("assets", name).read_text(encoding="utf-8")


def _hash(code: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()


def render_html(world: World, live: Live | None = None) -> str:
    """The whole page. Same World, same bytes. It holds no lone surrogates, so it encodes as UTF-8.

    Without ``live`` it is one file that asks for nothing from outside; with it, its styles and scripts come from the reader's server.
    """
    return "".join(write_page(world, live))


def write_page(world: World, live: Live | None = None) -> Iterator[str]:
    """The page piece by piece: its head, the text section by section, what stands beside it. A browser shows each as soon as it has it."""
    speakers = speakers_of(world)
    before, after = _asset("page.html").split("$text", 1)
    loaded = _inlined() if live is None else _served()
    author = world.story.author
    yield Template(before).substitute(
        language=plain(world.story.language or "en"),
        title=plain(world.title),
        early=loaded["early"],
        author=f'<p class="by">by <bdi>{plain(author)}</bdi></p>' if author else "",
        chips="".join(f"<li>{c}</li>" for c in _chips(world)),
        legend=_LEGEND if world.quotes else "",
        tools=tools(title=world.title, chapters=chapters_of(world), live=live is not None, library=live is not None and live.library),
        policy=loaded["policy"],
        styles=loaded["styles"],
    )
    yield from TextWriter(world, speakers).chunks()
    yield Template(after).substitute(
        source=plain(world.story.source),
        panels=panels(world, speakers) + (live_panels() if live else ""),
        data=_data(world, speakers, live),
        scripts=loaded["scripts"],
    )


def _inlined() -> dict[str, str]:
    """Styles and scripts in the page, allowed by their hashes alone."""
    style, early, scripts = _asset("page.css"), _asset(_EARLY), [_asset(name) for name in _SCRIPTS]
    allowed = " ".join(f"'{_hash(code)}'" for code in (early, *scripts))
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src {allowed}; img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    return {
        "policy": f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        "styles": f"<style>{style}</style>",
        "early": f"<script>{early}</script>",
        "scripts": "\n".join(f"<script>{code}</script>" for code in scripts),
    }


def _served() -> dict[str, str]:
    """Styles and scripts from the reader's server, which sends the policy itself."""
    styles = "".join(f'<link rel="stylesheet" href="/assets/{name}">' for name in ("page.css", "live.css"))
    scripts = "\n".join(f'<script src="/assets/{name}"></script>' for name in (*_SCRIPTS, "live.js", "correct.js"))
    return {"policy": "", "styles": styles, "early": f'<script src="/assets/{_EARLY}"></script>', "scripts": scripts}


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


def _data(world: World, speakers: Speakers, live: Live | None) -> str:
    """What the scripts need; see ``html_data``."""
    found: dict[str, Any] = page_data(world, speakers)
    if live is not None:
        found["live"] = asdict(live)
    return json.dumps(found, separators=(",", ":")).replace("<", "\\u003c")
