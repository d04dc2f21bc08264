"""A World and its characters as people see them: in a terminal (rich) and in a notebook (HTML, everything escaped).

Claims below ``SHOWN`` are left out or marked as unsure; passages that touch a content note are folded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from html import escape
from typing import TYPE_CHECKING

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.text import Text

from fabula.elements import Fact, Relationship, Scene
from fabula.world.assemble import SHOWN
from fabula.world.wording import about, clean, count, excerpt, joined, labels, narration_words, passage, tie, undertaking

if TYPE_CHECKING:
    from fabula.world.characters import CharacterView
    from fabula.world.world import World

_FIRST_SCENES = 5
_MAJOR = 8
_MOST_PROMISES = 6
HEADING = "bold"
DIM = "dim"


def heading(text: str) -> Text:
    return Text(text, style=HEADING)


class Hanging:
    """A paragraph wrapped under its own indent; unlike rich's Padding it leaves no blanks at the ends of lines."""

    def __init__(self, text: Text, indent: int, first: int | None = None) -> None:
        self.text, self.indent, self.first = text, indent, indent if first is None else first

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        indent = min(self.indent, max(0, options.max_width - 10))
        for i, row in enumerate(self.text.wrap(console, max(1, options.max_width - indent))):
            row.rstrip()
            yield Text(" " * (self.first if i == 0 else indent)) + row


def line(*parts: str | tuple[str, str], indent: int = 2, first: int | None = None) -> RenderableType:
    """One paragraph, wrapped under its own indent; ``first`` is the indent of its first line where that differs."""
    return Hanging(Text.assemble(*parts), indent, first)


def folded(noted: Iterable[str]) -> str:
    return f"(folded: {labels(noted)})"


def shown(world: World, start: int, end: int, *, reveal: bool = False, limit: int = 160) -> str:
    """The text of a range on one line, or the labels of the content notes it touches."""
    noted = () if reveal else world.noted(start, end)
    return folded(noted) if noted else excerpt(passage(world.text, start, end, world.manuscript.emphasis), limit)


# --- the story as a whole
def world_summary(world: World) -> Group:
    """Title, length, narration, the cast and its ties, the first scenes, content notes, and where the reading was unsure."""
    parts: list[RenderableType] = [*_title(world)]
    for block in (_cast(world), _scenes(world), _known(world), _notes(world), _unsure(world)):
        lines = list(block)
        if lines:
            parts += [Text(), *lines]
    return Group(*parts)


def _title(world: World) -> Iterator[RenderableType]:
    author = [(f"  by {clean(world.story.author)}", DIM)] if world.story.author else []
    yield line((clean(world.title), HEADING), *author, indent=0)
    facts = [count(world.story.words, "word")]
    if world.has("narration"):
        narrator = world.story.narration.narrator
        facts.append(narration_words(world.story.narration, clean(world.name_of(narrator)) if narrator else None))
    if world.story.language != "en":
        facts.append(f"language {clean(world.story.language)}")
    yield line(" · ".join(facts), indent=0)


def ties_of(world: World, character: CharacterView) -> list[str]:
    """What a character is to the others, surest first; unsure ties are left out."""
    ties = sorted((r for r in character.relationships if r.confidence >= SHOWN), key=lambda r: -r.confidence)
    named = [(tie(r, character.id), clean(world.name_of(_other(r, character.id)))) for r in ties]
    own = clean(character.name)  # "child of Noor's father" says nothing of Noor
    return list(dict.fromkeys(f"{what} {whom}" for what, whom in named if not whom.startswith((f"{own}'", f"{own}’"))))


def _other(relationship: Relationship, character: str) -> str:
    return relationship.b if relationship.a == character else relationship.a


def _cast(world: World) -> Iterator[RenderableType]:
    sure = [c for c in world.characters if c.confidence >= SHOWN]
    if not sure:
        return
    yield heading("Cast")
    major = [c for c in sure if c.importance == "major"] or sure[:3]
    for c in major[:_MAJOR]:
        yield character_line(c)
        if ties := ties_of(world, c):
            yield line("; ".join(ties[:5]), indent=6)
    rest = major[_MAJOR:] + [c for c in sure if c.importance == "minor" and c not in major]
    if rest:
        yield line(("also: ", DIM), joined((clean(c.name) for c in rest), 10))
    if mentioned := sum(c.importance == "mentioned" for c in sure if c not in major):
        yield line((f"{mentioned} more only mentioned", DIM))


def character_line(c: CharacterView) -> RenderableType:
    """Name, what is known in a few words, and counts."""
    element = c.element
    counts = f"{count(element.mentions, 'mention')}, {count(element.quotes, 'line')}"
    known = about(element)
    unsure = " (unsure)" if c.confidence < SHOWN else ""
    return line((clean(c.name), HEADING), unsure, f" — {known} " if known else " ", (f"({counts})", DIM))


def scene_line(world: World, number: int, scene: Scene, *, reveal: bool = False) -> RenderableType:
    """Where, when and who, then the sentence that tells the scene best."""
    place = next((p.name for p in world.places if p.id == scene.place), None) or scene.place_text
    setting = ", ".join(clean(s) for s in (place, scene.time_text) if s)
    people = joined((clean(world.name_of(c)) for c in scene.present), 4)
    head = " — ".join(part for part in (setting, people) if part)
    gist = shown(world, *scene.gist[0], reveal=reveal, limit=140) if scene.gist else ""
    unsure = " (unsure)" if scene.confidence < SHOWN else ""
    return line((f"{number:>3}  ", DIM), head + unsure, f"{': ' if head else ''}{gist}" if gist else "", indent=5, first=0)


def _scenes(world: World) -> Iterator[RenderableType]:
    if not world.scenes:
        return
    chapters = len({s.chapter for s in world.scenes})
    yield heading(count(len(world.scenes), "scene") + (f" in {count(chapters, 'chapter')}" if chapters > 1 else ""))
    for i, scene in enumerate(world.scenes[:_FIRST_SCENES], 1):
        yield scene_line(world, i, scene)
    if len(world.scenes) > _FIRST_SCENES:
        yield line(("…", DIM), indent=5)


def _known(world: World) -> Iterator[RenderableType]:
    """How much else there is to look at."""
    kinds = (
        ("fact", "", world.facts),
        ("promise or order", "promises and orders", world.commitments),
        ("mistaken belief", "", world.beliefs),
        ("rule or step of how things go", "rules and steps of how things go", world.lore),
    )
    found = [(sum(i.confidence >= SHOWN for i in items), one, many) for one, many, items in kinds]
    if any(number for number, _, _ in found):
        yield _labelled("Known", ", ".join(count(number, one, many) for number, one, many in found if number))


def _labelled(label: str, text: str) -> RenderableType:
    return line((f"{label}  ", HEADING), text, indent=4, first=0)


def _notes(world: World) -> Iterator[RenderableType]:
    sure = [n for n in world.notes if n.confidence >= SHOWN]
    if sure:
        yield _labelled("Content notes", ", ".join(f"{labels([n.label])} ({n.strength})" for n in sure))


def _unsure(world: World) -> Iterator[RenderableType]:
    speech = [q for q in world.quotes if q.kind == "speech"]
    unknown = sum(q.speaker is None for q in speech)
    unsure = sum(q.speaker is not None and q.confidence < SHOWN for q in speech)
    if unknown or unsure:
        found = [f"{n:,} {word}" for n, word in ((unknown, "without a speaker"), (unsure, "with an unsure one")) if n]
        yield _labelled("Uncertain", f"of {count(len(speech), 'line')} of speech {', '.join(found)}")
    for message, times in Counter(clean(w.message) for w in world.warnings).items():
        yield _labelled("Warning", message + (f" ({times} times)" if times > 1 else ""))
    if world.unfinished:
        yield _labelled("Unfinished", f"the reading was broken off before: {', '.join(world.unfinished)}")


# --- one character
def fact_line(fact: Fact) -> RenderableType:
    unsure = " (unsure)" if fact.confidence < SHOWN else ""
    return line(f"{clean(fact.attribute)}: ", folded(fact.noted) if fact.noted else clean(fact.value), unsure)


def _promises(world: World, c: CharacterView, *, reveal: bool) -> list[RenderableType]:
    """What a character undertook and what others undertook towards them, with the words that bind."""

    def name(id: str) -> str:
        return clean(world.name_of(id))

    sure = [x for x in world.commitments if x.confidence >= SHOWN and c.id in (x.by, *x.to)]
    lines = [
        line(f"{undertaking(x, name)}: ", (shown(world, *x.evidence[0], reveal=reveal, limit=100), DIM), f" — {x.fate}")
        for x in sure[:_MOST_PROMISES]
        if x.evidence
    ]
    return [*lines, line((f"and {len(sure) - _MOST_PROMISES} more", DIM))] if len(sure) > _MOST_PROMISES else lines


def _mistaken(world: World, c: CharacterView, *, reveal: bool) -> list[RenderableType]:
    """What a character believes that is not so, or open."""
    sure = [b for b in world.beliefs if b.confidence >= SHOWN and b.who == c.id and b.evidence]
    return [line((shown(world, *b.evidence[0], reveal=reveal, limit=100), DIM)) for b in sure[:_MOST_PROMISES]]


def character_sheet(world: World, c: CharacterView, *, reveal: bool = False) -> Group:
    """All that is known of one character: names, ties, facts, scenes, and what they say."""
    others = [f"{clean(a.text)} ({a.count})" for a in c.aliases if a.text != c.name]
    parts: list[RenderableType] = [character_line(c)]
    if others:
        parts.append(line(("also called ", DIM), joined(others, 12)))
    if members := [clean(world.name_of(m)) for m in c.members]:
        parts.append(line(("members ", DIM), joined(members, 12)))
    if ties := ties_of(world, c):
        parts += [Text(), heading("Ties"), *(line(t) for t in ties)]
    if facts := [f for f in c.facts if f.confidence >= SHOWN]:
        parts += [Text(), heading("Facts"), *(fact_line(f) for f in facts)]
    for title, found in (("Promises", _promises(world, c, reveal=reveal)), ("Mistaken about", _mistaken(world, c, reveal=reveal))):
        if found:
            parts += [Text(), heading(title), *found]
    scenes = [i for i, s in enumerate(world.scenes, 1) if c.id in s.present]
    if scenes:
        parts += [Text(), heading("Scenes"), line(joined(map(str, scenes), 40))]
    quotes = [q for q in c.quotes if q.confidence >= SHOWN]
    if quotes:
        parts += [Text(), heading(f"Says ({count(c.words_spoken, 'word')})" if c.words_spoken else "Says")]
        parts += [line(shown(world, q.start, q.end, reveal=reveal)) for q in quotes[:8]]
        if len(quotes) > 8:
            parts.append(line((f"and {count(len(quotes) - 8, 'line')} more", DIM)))
    return Group(*parts)


# --- notebooks
def world_html(world: World) -> str:
    """A short table of the story for a notebook."""
    rows = "".join(
        f"<tr><td>{escape(clean(c.name))}</td><td>{escape(about(c.element))}</td><td>{escape('; '.join(ties_of(world, c)[:3]))}</td>"
        f"<td>{c.element.mentions}</td><td>{c.element.quotes}</td></tr>"
        for c in world.characters
        if c.confidence >= SHOWN and c.importance != "mentioned"
    )
    notes = labels(n.label for n in world.notes if n.confidence >= SHOWN)
    counts = f"{count(world.story.words, 'word')}, {count(len(world.scenes), 'scene')}" + (f"; content notes: {notes}" if notes else "")
    head = "<tr><th>name</th><th></th><th>ties</th><th>mentions</th><th>lines</th></tr>"
    return f"<div><b>{escape(clean(world.title))}</b><br>{escape(counts)}<table>{head}{rows}</table></div>"


def character_html(c: CharacterView) -> str:
    """One character for a notebook."""
    names = ", ".join(a.text for a in c.aliases if a.text != c.name)
    facts = "".join(f"<li>{escape(clean(f'{f.attribute}: {f.value}'))}</li>" for f in c.facts if f.confidence >= SHOWN and not f.noted)
    called = f"<br>also called {escape(clean(names))}" if names else ""
    return f"<div><b>{escape(clean(c.name))}</b> {escape(about(c.element))}{called}<ul>{facts}</ul></div>"
