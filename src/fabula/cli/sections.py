"""The parts of a World that ``fabula show`` shows: for people, line by line, and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from fabula.cli import happenings
from fabula.elements import Claim, Quote
from fabula.errors import NotFoundInWorld
from fabula.layers import ParagraphKind
from fabula.spans import Span
from fabula.world.assemble import SHOWN
from fabula.world.characters import CharacterView
from fabula.world.plain import plain, plain_list
from fabula.world.pretty import DIM, character_line, character_sheet, folded, heading, line, scene_line, shown, ties_of, world_summary
from fabula.world.wording import believing, clean, clean_lines, count, joined, knowing, labels, tie, undertaking
from fabula.world.world import World

View = Iterator[RenderableType]


def _sure(items: Iterable[Any]) -> list[Any]:
    return [i for i in items if i.confidence >= SHOWN]


def _unsure(item: Claim) -> str:
    return " (unsure)" if item.confidence < SHOWN else ""


def _none(what: str) -> RenderableType:
    return Text(f"No {what} found.")


def _evidence(world: World, spans: Iterable[Span], *, reveal: bool) -> View:
    for span in list(spans)[:2]:
        yield line((shown(world, *span, reveal=reveal), DIM), indent=6)


def _cast(world: World, reveal: bool) -> View:
    for c in world.characters:
        yield character_line(c)
        aliases = [clean(a.text) for a in c.aliases if a.text != c.name]
        if aliases:
            yield line(("also called ", DIM), joined(aliases, 8), indent=6)
        if ties := ties_of(world, c):
            yield line("; ".join(ties[:8]), indent=6)


def _quotes(world: World, reveal: bool) -> View:
    for q in world.quotes:
        yield line((_speaker(world, q), "bold"), " ", shown(world, q.start, q.end, reveal=reveal, limit=400), indent=4, first=0)


def _speaker(world: World, quote: Quote) -> str:
    """Who says it to whom; a question mark where nobody knows."""
    name = "?" if quote.speaker is None else clean(world.name_of(quote.speaker)) + _unsure(quote)
    to = joined((clean(world.name_of(a)) for a in quote.addressees), 3) if quote.confidence >= SHOWN else ""
    kind = "" if quote.kind == "speech" else f" [{quote.kind}]"
    return f"{name}{f' → {to}' if to else ''}{kind}:"


def _scenes(world: World, reveal: bool) -> View:
    for i, scene in enumerate(world.scenes, 1):
        yield scene_line(world, i, scene, reveal=reveal)


def _relations(world: World, reveal: bool) -> View:
    for r in _sure(world.relationships):
        basis = "" if r.basis == "stated" else " (inferred)"
        yield line(f"{clean(world.name_of(r.a))} — {tie(r, r.a)} {clean(world.name_of(r.b))}{basis}")
        for state in r.course:
            at = next((n for n, s in enumerate(world.scenes, 1) if s.id == state.scene), None)
            yield line((f"{state.state.replace('_', ' ')}{f' (scene {at})' if at else ''}", DIM), indent=6)
        yield from _evidence(world, r.evidence, reveal=reveal)


def _name(world: World) -> Callable[[str], str]:
    return lambda id: clean(world.name_of(id))


def _commitments(world: World, reveal: bool) -> View:
    for c in _sure(world.commitments):
        yield line(undertaking(c, _name(world)), (f"  {c.fate}", DIM))
        yield from _evidence(world, c.evidence, reveal=reveal)
        if c.condition is not None and (reveal or not c.noted):
            yield line(("condition: ", DIM), clean(c.condition.of(world.text)), indent=6)


def _beliefs(world: World, reveal: bool) -> View:
    for b in _sure(world.beliefs):
        yield line(believing(b, _name(world)))
        yield from _evidence(world, b.evidence, reveal=reveal)
        if b.corrected_at is not None:
            yield line(("set right: ", DIM), shown(world, *b.corrected_at, reveal=reveal), indent=6)


def _knowledge(world: World, reveal: bool) -> View:
    events = {e.id: e for e in world.events}
    scene_of = {s.id: n for n, s in enumerate(world.scenes, 1)}
    known: dict[str, list[Any]] = {}
    for k in _sure(world.knowledge):
        known.setdefault(k.of, []).append(k)
    for event, knowers in known.items():
        of = events.get(event)
        yield line((shown(world, of.start, of.end, reveal=reveal) if of is not None else clean(event), DIM), indent=2)
        for k in knowers:
            since = f", since scene {scene_of[k.since_scene]}" if k.since_scene in scene_of else ""
            yield line(f"{knowing(k, _name(world))}{since}", indent=6)


def _facts(world: World, reveal: bool) -> View:
    by_character: dict[str, list[Any]] = {}
    for fact in _sure(world.facts):
        by_character.setdefault(fact.about, []).append(fact)
    for about, facts in by_character.items():
        yield heading(clean(world.name_of(about)))
        for fact in facts:
            value = folded(fact.noted) if fact.noted and not reveal else clean(fact.value)
            by = "" if fact.said_by == "narration" else f" (says {clean(world.name_of(fact.said_by))})"
            yield line(f"{clean(fact.attribute)}: {value}{by}")


def _lore(world: World, reveal: bool) -> View:
    topics: dict[str, list[Any]] = {}
    for item in _sure(world.lore):
        topics.setdefault(item.topic, []).append(item)
    for topic, items in topics.items():
        yield heading(clean(topic))
        for item in items:
            step = f"{item.order}. " if item.order is not None else "· "
            yield line((step, DIM), " ".join(shown(world, *s, reveal=reveal, limit=400) for s in item.evidence), indent=5, first=2)
            if item.deadline is not None and (reveal or not item.noted):
                yield line(("until: ", DIM), clean(item.deadline.of(world.text)), indent=5)
            if item.otherwise is not None and (reveal or not item.noted):
                yield line(("or else: ", DIM), clean(item.otherwise.of(world.text)), indent=5)


def _notes(world: World, reveal: bool) -> View:
    for note in world.notes:
        yield line((labels([note.label]), "bold"), f" {note.strength}, {count(len(note.spans), 'passage')}{_unsure(note)}")
        if reveal:
            for span in note.spans:
                yield line((f"{span[0]:>8}  ", DIM), shown(world, *span, reveal=True), indent=14, first=4)
    if world.notes and not reveal:
        yield Text("--reveal shows the passages.", style=DIM)


def fold_spans(world: World) -> list[tuple[int, int, tuple[str, ...]]]:
    """The passages to fold, joined where they overlap, each with the labels of its notes."""
    merged: list[list[Any]] = []
    spans = sorted((s[0], s[1], n.label) for n in _sure(world.notes) for s in n.spans)
    for start, end, label in spans:
        if merged and start < merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
            merged[-1][2].add(label)
        else:
            merged.append([start, end, {label}])
    return [(start, end, tuple(sorted(found))) for start, end, found in merged]


def folded_text(world: World) -> str:
    """The text with each noted passage replaced by its labels; all else exactly as it is."""
    parts, at = [], 0
    for start, end, noted in fold_spans(world):
        parts += [world.text[at:start], f"[{folded(noted)[1:-1]}]"]
        at = end
    return "".join([*parts, world.text[at:]])


def _text(world: World, reveal: bool) -> View:
    """The story, paragraph by paragraph, wrapped to the terminal."""
    folds = [] if reveal else fold_spans(world)
    rows = world.manuscript.paragraphs
    for start, end, kind in zip(rows.start.tolist(), rows.end.tolist(), rows.kind.tolist(), strict=True):
        text, at = Text(style=DIM if kind == ParagraphKind.PARATEXT else "bold" if kind == ParagraphKind.HEADING else ""), start
        for a, b, noted in folds:
            if a < end and start < b:
                text.append(clean_lines(world.text[at : max(at, a)])).append(f"[{folded(noted)[1:-1]}]", style="reverse")
                at = max(at, min(b, end))
        yield text.append(clean_lines(world.text[at:end]))
        yield Text()


_VIEWS: dict[str, tuple[Callable[[World, bool], View], str, str]] = {
    "cast": (_cast, "characters", "characters"),
    "quotes": (_quotes, "quotes", "quotations"),
    "scenes": (_scenes, "scenes", "scenes"),
    "relations": (_relations, "relationships", "relationships"),
    "events": (happenings.events, "events", "events"),
    "timeline": (happenings.timeline, "events", "events"),
    "causes": (happenings.causes, "causes", "causes"),
    "emotions": (happenings.emotions, "emotions", "emotions"),
    "facts": (_facts, "facts", "facts"),
    "commitments": (_commitments, "commitments", "commitments"),
    "beliefs": (_beliefs, "beliefs", "beliefs"),
    "knowledge": (_knowledge, "knowledge", "knowledge"),
    "lore": (_lore, "lore", "lore"),
    "notes": (_notes, "notes", "content notes"),
    "text": (_text, "text", "text"),
}
_SAME = {"ties": "relations", "relationships": "relations", "promises": "commitments"}
"""Other names of parts."""
PARTS = tuple(_VIEWS)


def part_view(world: World, part: str | None, *, reveal: bool) -> View:
    """A part, a character, or the summary, piece by piece. Raises NotFoundInWorld for a name that is neither."""
    name = None if part is None else _SAME.get(part.lower(), part.lower())
    if part is None or name is None:
        yield world_summary(world)
    elif name in _VIEWS:
        view, _, what = _VIEWS[name]
        empty = True
        for piece in view(world, reveal):
            empty = False
            yield piece
        if empty:
            yield _none(what)
    else:
        yield character_sheet(world, _character(world, part), reveal=reveal)


def _character(world: World, name: str) -> CharacterView:
    """The character of a name. Raises NotFoundInWorld, with the part that may have been meant."""
    try:
        return world.characters[name]
    except NotFoundInWorld as error:
        if "did you mean" not in error.hint and (meant := get_close_matches(name.lower(), PARTS, n=1)):
            raise NotFoundInWorld(error.message, hint=f"the part is called {meant[0]}") from error
        raise


def part_json(world: World, part: str | None) -> Any:
    """The same as plain values: the whole World, a list of its contract, the text, or one character with what belongs to them."""
    if part is None:
        return world.to_json()
    if part.lower() == "text":
        return {"text": world.text, "length": len(world.text)}
    if part.lower() == "cast":
        return plain_list(c.element for c in world.characters)
    name = _SAME.get(part.lower(), part.lower())
    if name in _VIEWS:
        return plain_list(getattr(world, _VIEWS[name][1]))
    c = _character(world, part)
    return {"character": plain(c.element), "relationships": plain_list(c.relationships), "facts": plain_list(c.facts),
            "scenes": [s.id for s in c.scenes], "quotes": plain_list(c.quotes),
            "commitments": plain_list(x for x in world.commitments if c.id in (x.by, *x.to)),
            "beliefs": plain_list(x for x in world.beliefs if x.who == c.id)}  # fmt: skip
