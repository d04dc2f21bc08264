"""What happens, for people: events as told and in story order, reasons, emotions by scene."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType

from fabula.elements import Event
from fabula.world.assemble import SHOWN
from fabula.world.pretty import DIM, heading, line, shown
from fabula.world.wording import clean, joined
from fabula.world.world import World

View = Iterator[RenderableType]
_KEPT = 0.45
"""Salience from which on an event is shown."""


def _names(world: World, ids: tuple[str, ...]) -> str:
    return joined((clean(world.name_of(i)) for i in ids), 4)


def _telling(world: World) -> list[Event]:
    return [e for e in world.events if e.confidence >= SHOWN and e.salience >= _KEPT and (e.who or e.whom) and e.realis != "general"]


def _event(world: World, e: Event, *, reveal: bool) -> RenderableType:
    whom = f" → {_names(world, e.whom)}" if e.whom else ""
    when = f" ({clean(e.when.text)})" if e.when is not None and (reveal or not e.noted) else ""
    realis = "" if e.realis == "actual" else f" [{e.realis}]"
    return line(
        (f"{_names(world, e.who) or '?'}{whom}", "bold"),
        f"{realis}{when}: ",
        shown(world, e.start, e.end, reveal=reveal),
        indent=4,
        first=2,
    )


def events(world: World, reveal: bool) -> View:
    for e in _telling(world):
        yield _event(world, e, reveal=reveal)


def timeline(world: World, reveal: bool) -> View:
    """What really happened, in story order."""
    for e in sorted((e for e in _telling(world) if e.realis == "actual"), key=lambda e: (e.story_order or 0.0, e.start)):
        yield _event(world, e, reveal=reveal)


def causes(world: World, reveal: bool) -> View:
    for c in world.causes:
        if c.confidence < SHOWN or len(c.evidence) < 2:
            continue
        yield line(shown(world, *c.evidence[0], reveal=reveal), indent=4, first=2)
        by = "" if c.by == "narration" else f" (says {clean(world.name_of(c.by))})"
        yield line(("← ", DIM), shown(world, *c.evidence[1], reveal=reveal), by, indent=6, first=4)


def emotions(world: World, reveal: bool) -> View:
    scene = None
    for e in world.emotions:
        if e.confidence < SHOWN:
            continue
        if e.scene != scene:
            scene = e.scene
            yield heading(f"scene {scene[1:]}")
        yield line((clean(world.name_of(e.character)), "bold"), f": {e.emotion}", indent=4, first=2)
        for span in e.evidence[:1]:
            yield line((shown(world, *span, reveal=reveal), DIM), indent=6)
