"""What happens, beside the text: events in telling and in story order, what people undertake, believe, know and feel."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from fabula.elements import Belief, Cause, Commitment, Emotion, Event, Knowledge, Spans
from fabula.export.html_parts import Items, evidence_link, excerpt, folded, headline, item_names, row, unsure
from fabula.export.html_text import SHOWN, Speakers, plain
from fabula.spans import Span

if TYPE_CHECKING:
    from fabula.world.world import World

_TELLING = 0.45
_MOST = 300
_SPEAKING = 4
"""Words from which an event can be understood alone."""


def happenings_panel(world: World, speakers: Speakers) -> str:
    """Events that a summary would keep, scene by scene, with their stated reasons."""
    events = telling_events(world)[:_MOST]
    if not events:
        return ""
    causes: dict[str, list[Cause]] = defaultdict(list)
    for c in world.causes:
        if c.confidence >= SHOWN and c.effect:
            causes[c.effect].append(c)
    number = {s.id: i for i, s in enumerate(world.scenes)}
    cards = "".join(
        _scene_of_events(world, number.get(scene or "", -1), list(inside), causes)
        for scene, inside in groupby(events, key=lambda e: e.scene)
    )
    return f"<h2>What happens <small>{len(events)} events</small></h2>{cards}"


def telling_events(world: World) -> list[Event]:
    """What happens and tells the story, in words that say something by themselves."""
    found = (e for e in world.events if e.salience >= _TELLING and e.confidence >= SHOWN and e.realis == "actual")
    return sorted((e for e in found if len(world.text[e.start : e.end].split()) >= _SPEAKING), key=lambda e: e.start)


def _scene_of_events(world: World, number: int, events: Sequence[Event], causes: dict[str, list[Cause]]) -> str:
    rows = "".join(_event(world, e, causes.get(e.id, ())) for e in events)
    told = plain(headline(world, world.scenes[number])) if number >= 0 else "between scenes"
    title = f'<span class="no">{number + 1 if number >= 0 else ""}</span> <bdi>{told}</bdi>'
    return (
        f'<details class="card"><summary><span class="name">{title}</span><span class="num">{len(events)}</span></summary>'
        f'<div class="body"><ul>{rows}</ul></div></details>\n'
    )


def _event(world: World, e: Event, causes: Iterable[Cause]) -> str:
    when = f' <span class="when">{plain(e.when.text)}</span>' if e.when else ""
    why = "".join(f'<span class="why">because: <bdi>{plain(excerpt(world, c.evidence))}</bdi></span>' for c in causes if c.evidence)
    inner = evidence_link((Span(e.start, e.end),), f"<bdi>{plain(excerpt(world, (Span(e.start, e.end),)))}</bdi>") + when + why
    return f'<li class="row"><span class="v{unsure(e.confidence)}">{folded(e.noted, inner)}</span></li>'


def undertakings_panel(world: World, speakers: Speakers) -> str:
    """Promises, vows, orders, threats, offers: by whom, to whom, and what became of them."""
    found = [c for c in world.commitments if c.confidence >= SHOWN and c.evidence]
    items = item_names(world)
    rows = "".join(_row(world, _who_to(world, c), c.evidence, c.fate, c, items) for c in found)
    return f"<h2>Promised, ordered, threatened <small>{len(found)}</small></h2><ul>{rows}</ul>" if found else ""


def _who_to(world: World, c: Commitment) -> str:
    by = world.name_of(c.by) if c.by else "somebody"
    return f"{c.kind} by {by}" + (f" to {', '.join(world.name_of(x) for x in c.to)}" if c.to else "")


def beliefs_panel(world: World, speakers: Speakers) -> str:
    """What somebody wrongly believes, or what is open between them; and who knows of what, since when."""
    found = [b for b in world.beliefs if b.confidence >= SHOWN and b.evidence]
    items, truth = item_names(world), {"false": "wrong", "disputed": "disputed"}
    rows = "".join(_row(world, _believer(world, b), b.evidence, truth.get(b.truth, "open"), b, items) for b in found)
    beliefs = f"<h2>Believed, not known <small>{len(found)}</small></h2><ul>{rows}</ul>" if found else ""
    return beliefs + _knowledge(world)


def _believer(world: World, b: Belief) -> str:
    told = f", told by {world.name_of(b.told_by)}" if b.told_by else ""
    return f"{world.name_of(b.who)}{told}"


def _knowledge(world: World) -> str:
    """How people come to know of what happened without them."""
    events = {e.id: e for e in world.events}
    found = [k for k in world.knowledge if k.how != "present" and k.confidence >= SHOWN and k.evidence and k.of in events][:_MOST]
    rows = "".join(_known(world, k, events[k.of]) for k in found)
    return f"<h2>Learned afterwards <small>{len(found)}</small></h2><ul>{rows}</ul>" if found else ""


def _known(world: World, k: Knowledge, of: Event) -> str:
    """Who, how, of what; where they learn of it in other words, those."""
    event = Span(of.start, of.end)
    apart = not any(a < event.end and event.start < b for a, b in k.evidence)
    words = f"{k.how}: {excerpt(world, (event,))}" if apart and not of.noted else k.how
    return _row(world, world.name_of(k.character), k.evidence, words, k)


def emotions_panel(world: World, speakers: Speakers) -> str:
    """What each of them feels, in the order of the text."""
    found = sorted((x for x in world.emotions if x.confidence >= SHOWN and x.evidence), key=lambda x: x.evidence[0][0])
    by_person: dict[str, list[Emotion]] = defaultdict(list)
    for x in found:
        by_person[x.character].append(x)
    cards = "".join(_feelings(world, who, items) for who, items in sorted(by_person.items(), key=lambda kv: -len(kv[1])))
    return f"<h2>What they feel <small>{len(found)}</small></h2>{cards}" if found else ""


def _feelings(world: World, who: str, items: Sequence[Emotion]) -> str:
    rows = "".join(_row(world, x.emotion, x.evidence, "", x) for x in items)
    return (
        f'<details class="card"><summary><span class="name"><bdi>{plain(world.name_of(who))}</bdi></span>'
        f'<span class="num">{len(items)}</span></summary><div class="body"><ul>{rows}</ul></div></details>\n'
    )


def _row(world: World, key: str, evidence: Spans, state: str, claim: Any, items: Items = MappingProxyType({})) -> str:
    """What is claimed in small letters, above the words that it rests on."""
    told = f' <span class="state">{plain(state)}</span>' if state else ""
    words = f'<span class="v{unsure(claim.confidence)}">{evidence_link(evidence, f"<bdi>{plain(excerpt(world, evidence))}</bdi>")}</span>'
    return row(items, claim, f'<span class="k"><bdi>{plain(key)}</bdi>{told}</span>{folded(claim.noted, words)}', "row told")
