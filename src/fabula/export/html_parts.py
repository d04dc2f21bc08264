"""Small pieces of HTML that several panels share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fabula.elements import Spans
from fabula.export.html_text import SURE, plain
from fabula.world.wording import passage

if TYPE_CHECKING:
    from fabula.world.world import World

LONGEST = 220


def unsure(confidence: float) -> str:
    """The end of a class attribute that marks what is unsure."""
    return "" if confidence >= SURE else ' unsure" title="unsure'


def evidence_link(evidence: Spans, html: str) -> str:
    """A link to the place in the text that something rests on."""
    return f'<a class="ev" href="#text" data-at="{evidence[0][0]}">{html}</a>' if evidence else html


def folded(labels: tuple[str, ...], html: str) -> str:
    """What touches a content note stays folded until asked."""
    if not labels:
        return html
    told = plain(", ".join(x.replace("_", " ") for x in labels))
    return f'<details class="hidden-note"><summary>noted: {told}</summary>{html}</details>'


def excerpt(world: World, evidence: Spans) -> str:
    """The words of the first place, no longer than a few lines."""
    text = " ".join(passage(world.text, *evidence[0], world.manuscript.emphasis).split())
    return text if len(text) <= LONGEST else text[:LONGEST].rsplit(" ", 1)[0] + " …"
