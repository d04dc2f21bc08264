"""The bar above the text: layers, looks, what to open. Nothing in it works without the script, so it is hidden until that runs."""

from __future__ import annotations

from collections.abc import Sequence

from fabula.export.html_text import plain

LAYERS = (
    ("speakers", "who speaks", True),
    ("meant", "who is meant", False),
    ("places", "places", False),
    ("times", "times", False),
    ("emotions", "emotions", False),
    ("notes", "fold noted passages", True),
    ("doubts", "uncertain decisions", False),
)
"""Name, what it is called, whether it is on at first."""
_THEMES = (("auto", "as the system"), ("light", "light"), ("sepia", "sepia"), ("dark", "dark"))
_FACES = (("serif", "with serifs"), ("sans", "without"))


def tools(*, title: str, chapters: Sequence[tuple[int, str]], live: bool, library: bool) -> str:
    """The bar. ``live``: with what only a running reader can do; ``library``: with the way back to it."""
    layers = "".join(
        f'<label><input type="checkbox" data-layer="{name}"{" checked" if on else ""}> {words}</label>' for name, words, on in LAYERS
    )
    parts = [
        '<a class="home" href="/">Library</a>' if library else "",
        f'<a class="top" href="#text"><bdi>{plain(title)}</bdi></a>',
        _contents(chapters) if len(chapters) > 1 else "",
        _LIVE if live else "",
        '<button type="button" id="open-pictures">Pictures</button>',
        _menu("Layers", f"<fieldset><legend>Show in the text</legend>{layers}</fieldset>"),
        _menu("Look", _radios("theme", "Colours", _THEMES) + _radios("face", "Letters", _FACES) + _SIZE + _keys(live=live)),
        '<label class="guard"><input type="checkbox" id="guard"> No spoilers</label>',
        '<button type="button" id="drawer" aria-expanded="false" aria-controls="world">Beside the text</button>',
    ]
    return f'<div class="tools" role="group" aria-label="Reading">{"".join(parts)}<div id="progress"></div></div>'


_SIZE = (
    '<fieldset><legend>Size</legend><button type="button" data-size="-1" aria-label="smaller">A−</button> '
    '<button type="button" data-size="1" aria-label="larger">A+</button></fieldset>'
)
_KEYS = (
    '<fieldset><legend>Keys</legend><label><input type="checkbox" id="keys"> single keys</label>'
    "<dl><dt>n, p</dt><dd>next, previous scene</dd><dt>w</dt><dd>who is meant in this paragraph</dd><dt>g</dt><dd>no spoilers</dd>"
    "<dt>l</dt><dd>layers</dd><dt>i</dt><dd>pictures</dd>$more</dl></fieldset>"
)
_LIVE_KEYS = (
    "<dt>/</dt><dd>search</dd><dt>e</dt><dd>correct something in this paragraph</dd><dt>1–4</dt><dd>answer the first doubt</dd>"
    "<dt>0</dt><dd>leave it for later</dd><dt>u</dt><dd>undo</dd>"
)
_LIVE = (
    '<button type="button" data-panel="ask">Ask</button><button type="button" data-panel="search">Search</button>'
    '<button type="button" data-panel="check">Check</button><button type="button" data-panel="review">Review</button>'
)


def _contents(chapters: Sequence[tuple[int, str]]) -> str:
    rows = "".join(f'<li><a href="#text" data-at="{at}"><bdi>{plain(title)}</bdi></a></li>' for at, title in chapters)
    return _menu("Contents", f'<ol class="contents">{rows}</ol>')


def _menu(title: str, inner: str) -> str:
    return f'<details class="menu"><summary>{title}</summary><div>{inner}</div></details>'


def _keys(*, live: bool) -> str:
    return _KEYS.replace("$more", _LIVE_KEYS if live else "")


def _radios(name: str, title: str, values: tuple[tuple[str, str], ...]) -> str:
    inner = "".join(f'<label><input type="radio" name="{name}" value="{value}"> {words}</label>' for value, words in values)
    return f"<fieldset><legend>{title}</legend>{inner}</fieldset>"
