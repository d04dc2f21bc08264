"""Two drafts of one story: what changed in its world, not in its words.

A difference counts where the words that it rests on changed. What was read otherwise in words that stand in both drafts is left out:
it says more of the reading than of the story.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from fabula.compare.alignment import Alignment, align, row_at
from fabula.compare.people import same_people
from fabula.elements import Commitment, Scene, Spans
from fabula.spans import Span
from fabula.world.assemble import SHOWN
from fabula.world.namesakes import shown
from fabula.world.wording import clean, excerpt, narration_words, tie, undertaking
from fabula.world.world import World

_KEPT = 0.25  # share of a scene's sentences that must be in the other draft for it to be the same scene
_PRESENT_MENTIONS = 2
PARTS = ("people", "facts", "ties", "scenes", "promises", "notes", "telling")
"""What is compared, in the order in which it is shown."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: ``kind`` is new, gone or changed; the ranges stand in the draft before and in that after."""

    part: str
    kind: str
    text: str
    before: Spans = ()
    after: Spans = ()


@dataclass(frozen=True, slots=True)
class DraftComparison:
    """What changed from one draft to the next, by part; ``unchanged``: the share of sentences that stand in both."""

    before: World
    after: World
    unchanged: float
    people: dict[str, str]
    changes: tuple[Change, ...] = field(default=())

    def of(self, part: str) -> tuple[Change, ...]:
        return tuple(c for c in self.changes if c.part == part)

    def to_json(self) -> dict[str, Any]:
        """Plain data for programs."""
        return {
            "drafts": True,
            "unchanged": round(self.unchanged, 3),
            "people": [[self.before.name_of(a), self.after.name_of(b)] for a, b in self.people.items()],
            "changes": [
                {
                    "part": c.part, "kind": c.kind, "text": c.text,
                    "before": [list(s) for s in c.before], "after": [list(s) for s in c.after],
                    "noted": sorted({*self.before.note_index.labels(c.before), *self.after.note_index.labels(c.after)}),
                }
                for c in self.changes
            ],
        }  # fmt: skip


class _Sides:
    """Look-ups from one draft to the other."""

    def __init__(self, alignment: Alignment) -> None:
        self.before, self.after = alignment.before, alignment.after
        self.people = same_people(alignment)
        self.back = {b: a for a, b in self.people.items()}
        self._old, self._new = frozenset(alignment.same), frozenset(alignment.same.values())
        self.rows = alignment.all

    def touched_before(self, spans: Iterable[tuple[int, int]]) -> bool:
        """Whether words changed or went on which something rests in the first draft."""
        return any(row_at(self.before, s[0]) not in self._old for s in spans)

    def touched_after(self, spans: Iterable[tuple[int, int]]) -> bool:
        return any(row_at(self.after, s[0]) not in self._new for s in spans)

    def in_old(self, who: str) -> str | None:
        """The id in the first draft of somebody in the second; what is no character stays as it is."""
        return self.back.get(who) if who in self.after.cast.characters else who


def compare_drafts(before: World, after: World) -> DraftComparison:
    """What is otherwise in the world of the second draft."""
    alignment = align(before, after)
    sides = _Sides(alignment)
    parts = (_people, _facts, _ties, _scenes, _promises, _notes, _telling)
    changes = tuple(c for part in parts for c in part(sides))
    return DraftComparison(before, after, alignment.share, sides.people, changes)


# --- people
def _people(sides: _Sides) -> Iterator[Change]:
    for c in shown(sides.before):
        twin = sides.after.characters.get(sides.people[c.id]) if c.id in sides.people else None
        spans = tuple(m.span for m in c.mentions)
        if twin is None:
            if c.importance != "mentioned" and sides.touched_before(spans):
                yield Change("people", "gone", c.name, before=spans[:1])
            continue
        later = tuple(m.span for m in twin.mentions)
        renamed = c.name.casefold() != twin.name.casefold() and not _is_form(twin.name, c) and not _is_form(c.name, twin)
        if renamed and sides.touched_after(later) and sides.touched_before(spans):
            yield Change("people", "changed", f"{c.name} is now called {twin.name}", spans[:1], later[:1])
        if {c.pronouns, twin.pronouns} == {"he", "she"}:
            yield Change("people", "changed", f"{twin.name} is now “{twin.pronouns}”, was “{c.pronouns}”", spans[:1], later[:1])
        if c.importance != twin.importance and "major" in (c.importance, twin.importance) and abs(len(spans) - len(later)) > len(spans) / 3:
            yield Change("people", "changed", f"{twin.name} is {twin.importance}, was {c.importance}", spans[:1], later[:1])
    for d in shown(sides.after):
        spans = tuple(m.span for m in d.mentions)
        if d.id not in sides.back and d.importance != "mentioned" and sides.touched_after(spans):
            yield Change("people", "new", d.name, after=spans[:1])


def _is_form(name: str, c: Any) -> bool:
    """Whether a name is a form of a character's ("Anne" of "Anne Elliot"): then nobody was renamed, only another form is the longest."""
    return name.casefold() in {a.text.casefold() for a in c.aliases}


# --- facts and ties
def _facts(sides: _Sides) -> Iterator[Change]:
    """Facts that are stated no more, newly, or otherwise."""
    old = [f for f in sides.before.facts if f.confidence >= SHOWN]
    new = [f for f in sides.after.facts if f.confidence >= SHOWN]
    said_before = {(f.about, f.attribute, f.value.casefold()) for f in old}
    said_after = {(sides.in_old(f.about), f.attribute, f.value.casefold()) for f in new}
    gone = [f for f in old if (f.about, f.attribute, f.value.casefold()) not in said_after and sides.touched_before(f.evidence)]
    come = [
        f for f in new if (sides.in_old(f.about), f.attribute, f.value.casefold()) not in said_before and sides.touched_after(f.evidence)
    ]
    for f in gone:
        now = next((g for g in come if sides.in_old(g.about) == f.about and g.attribute == f.attribute), None)
        name = sides.before.name_of(f.about)
        if now is not None:
            come.remove(now)
            text = f"{sides.after.name_of(now.about)}: {f.attribute} is now {now.value}, was {f.value}"
            yield Change("facts", "changed", text, f.evidence[:1], now.evidence[:1])
        else:
            yield Change("facts", "gone", f"{name}: {f.attribute} {f.value}", before=f.evidence[:1])
    for f in come:
        yield Change("facts", "new", f"{sides.after.name_of(f.about)}: {f.attribute} {f.value}", after=f.evidence[:1])


def _ties(sides: _Sides) -> Iterator[Change]:
    old = [r for r in sides.before.relationships if r.confidence >= SHOWN]
    new = [r for r in sides.after.relationships if r.confidence >= SHOWN]
    had = {(frozenset((r.a, r.b)), r.type) for r in old}
    has = {(frozenset((sides.in_old(r.a), sides.in_old(r.b))), r.type) for r in new}
    for r in old:
        known = r.a in sides.people and r.b in sides.people
        if known and (frozenset((r.a, r.b)), r.type) not in has and sides.touched_before(r.evidence):
            text = f"{sides.before.name_of(r.a)} {tie(r, r.a)} {sides.before.name_of(r.b)}"
            yield Change("ties", "gone", text, before=r.evidence[:1])
    for r in new:
        if (frozenset((sides.in_old(r.a), sides.in_old(r.b))), r.type) not in had and sides.touched_after(r.evidence):
            text = f"{sides.after.name_of(r.a)} {tie(r, r.a)} {sides.after.name_of(r.b)}"
            yield Change("ties", "new", text, after=r.evidence[:1])


# --- scenes
def _rows(world: World, scene: Scene) -> range:
    starts = world.sentences.start
    return range(int(starts.searchsorted(scene.start)), int(starts.searchsorted(scene.end)))


def same_scenes(sides: _Sides) -> dict[int, int]:
    """Scenes of the first draft with those of the second that hold most of their sentences."""
    ends = [s.end for s in sides.after.scenes]
    starts = sides.after.sentences.start
    pairs: list[tuple[int, int, int]] = []
    for i, scene in enumerate(sides.before.scenes):
        shared: dict[int, int] = {}
        rows = _rows(sides.before, scene)
        for row in rows:
            if row in sides.rows:
                j = bisect_left(ends, int(starts[sides.rows[row]]) + 1)
                shared[j] = shared.get(j, 0) + 1
        for j, n in shared.items():
            if j < len(ends) and n >= _KEPT * min(len(rows), len(_rows(sides.after, sides.after.scenes[j]))):
                pairs.append((n, i, j))
    found: dict[int, int] = {}
    for _, i, j in sorted(pairs, key=lambda p: (-p[0], p[1], p[2])):
        if i not in found and j not in found.values():
            found[i] = j
    return found


def in_order(numbers: Sequence[int]) -> set[int]:
    """The longest rising run of numbers, as positions: what keeps its order.

    >>> sorted(in_order([0, 3, 1, 2]))
    [0, 2, 3]
    """
    tails: list[int] = []
    ends: list[int] = []
    back: list[int] = []
    for i, n in enumerate(numbers):
        k = bisect_left(tails, n)
        back.append(ends[k - 1] if k else -1)
        tails[k : k + 1] = [n]
        ends[k : k + 1] = [i]
    found, at = set[int](), ends[-1] if ends else -1
    while at >= 0:
        found.add(at)
        at = back[at]
    return found


def scene_words(world: World, number: int) -> str:
    """A scene in one line: its number, place, and the sentence that tells it best."""
    scene = world.scenes[number]
    where = _place(world, scene)
    gist = excerpt(Span(*scene.gist[0]).of(world.text), 90) if scene.gist and not world.note_index.labels(scene.gist[:1]) else ""
    return f"scene {number + 1}" + (f", {clean(where)}" if where else "") + (f": {gist}" if gist else "")


def _place(world: World, scene: Scene) -> str | None:
    return next((p.name for p in world.places if p.id == scene.place), None) or scene.place_text


def _scenes(sides: _Sides) -> Iterator[Change]:
    same = same_scenes(sides)
    back, keep = frozenset(sides.rows.values()), in_order([same[i] for i in sorted(same)])
    for i, scene in enumerate(sides.before.scenes):
        if i not in same and not _rests(sides, scene):
            yield Change("scenes", "gone", scene_words(sides.before, i), before=(Span(scene.start, scene.end),))
    for position, i in enumerate(sorted(same)):
        j = same[i]
        spans = (Span(sides.before.scenes[i].start, sides.before.scenes[i].end),), (Span(*_range(sides.after.scenes[j])),)
        if position not in keep:
            yield Change("scenes", "changed", f"{scene_words(sides.after, j)} (moved: was scene {i + 1})", *spans)
        if differ := list(_scene_changes(sides, i, j)):
            yield Change("scenes", "changed", f"{scene_words(sides.after, j)} ({'; '.join(differ)})", *spans)
    for j, scene in enumerate(sides.after.scenes):
        if j not in same.values() and 2 * sum(r in back for r in _rows(sides.after, scene)) <= len(_rows(sides.after, scene)):
            yield Change("scenes", "new", scene_words(sides.after, j), after=(Span(*_range(scene)),))


def _rests(sides: _Sides, scene: Scene) -> bool:
    """Whether most sentences of a scene stand in the other draft: then it was only joined to another scene."""
    rows = _rows(sides.before, scene)
    return 2 * sum(r in sides.rows for r in rows) > len(rows)


def _range(scene: Scene) -> tuple[int, int]:
    return scene.start, scene.end


def _scene_changes(sides: _Sides, i: int, j: int) -> Iterator[str]:
    """What is otherwise in a scene whose words changed: place, time, who is there."""
    old, new = sides.before.scenes[i], sides.after.scenes[j]
    was, now = _place(sides.before, old), _place(sides.after, new)
    changed = [r for r in _rows(sides.after, new) if r not in sides._new]
    if not changed:
        return
    said = " ".join(sides.after.text[int(sides.after.sentences.start[r]) : int(sides.after.sentences.end[r])] for r in changed).casefold()
    if was and now and was.casefold() != now.casefold() and now.casefold().removeprefix("the ") in said:
        yield f"now at {clean(now)}, was at {clean(was)}"
    if new.time_text and old.time_text and new.time_text != old.time_text and new.time_text.casefold() in said:
        yield f"now {clean(new.time_text)}, was {clean(old.time_text)}"
    came = [c for c in new.present if sides.back.get(c) not in old.present and _mentioned(sides, new, c) >= _PRESENT_MENTIONS]
    left = [c for c in old.present if c in sides.people and not _is_named(sides.after, new, sides.people[c])]
    if came:
        yield f"now with {', '.join(clean(sides.after.name_of(c)) for c in came)}"
    if left:
        yield f"now without {', '.join(clean(sides.before.name_of(c)) for c in left)}"


def _mentioned(sides: _Sides, scene: Scene, who: str) -> int:
    """Mentions of somebody in those sentences of a scene that changed."""
    spans = [m.span for m in sides.after.cast.mentions_in(scene.start, scene.end) if who in m.who]
    return sum(sides.touched_after([s]) for s in spans)


def _is_named(world: World, scene: Scene, who: str) -> bool:
    return any(who in m.who for m in world.cast.mentions_in(scene.start, scene.end)) or who in scene.present


# --- promises, notes, the telling
def _promises(sides: _Sides) -> Iterator[Change]:
    old = [c for c in sides.before.commitments if c.confidence >= SHOWN and c.evidence]
    new = [c for c in sides.after.commitments if c.confidence >= SHOWN and c.evidence]
    at: dict[int, Commitment] = {row_at(sides.after, c.evidence[0][0]): c for c in new}
    met: set[int] = set()
    for c in old:
        row = sides.rows.get(row_at(sides.before, c.evidence[0][0]), -1)
        twin = at.get(row)
        if twin is None:
            if sides.touched_before(c.evidence[:1]):
                yield Change("promises", "gone", _promise(sides.before, c), before=c.evidence[:1])
            continue
        met.add(row)
        moved = sides.touched_after(twin.evidence[1:]) or sides.touched_before(c.evidence[1:])
        if twin.fate != c.fate and moved:
            yield Change("promises", "changed", f"{_promise(sides.after, twin)}: now {twin.fate}, was {c.fate}", c.evidence, twin.evidence)
    for row, c in at.items():
        if row not in met and sides.touched_after(c.evidence[:1]):
            yield Change("promises", "new", f"{_promise(sides.after, c)} ({c.fate})", after=c.evidence[:1])


def _promise(world: World, c: Commitment) -> str:
    return undertaking(c, world.name_of)


def _notes(sides: _Sides) -> Iterator[Change]:
    old, new = ({n.label: n for n in w.notes if n.confidence >= SHOWN} for w in (sides.before, sides.after))
    for label in sorted(old.keys() | new.keys()):
        was, now = old.get(label), new.get(label)
        named = label.replace("_", " ")
        if was is None and now is not None:
            yield Change("notes", "new", f"{named} ({now.strength})", after=now.spans[:1])
        elif now is None and was is not None:
            yield Change("notes", "gone", f"{named} ({was.strength})", before=was.spans[:1])
        elif was is not None and now is not None and was.strength != now.strength:
            yield Change("notes", "changed", f"{named}: now {now.strength}, was {was.strength}", was.spans[:1], now.spans[:1])


def _telling(sides: _Sides) -> Iterator[Change]:
    """How long it is and how it is told."""
    old, new = (narration_words(w.story.narration, _narrator(w)) for w in (sides.before, sides.after))
    was, now = sides.before.story.narration, sides.after.story.narration
    if (was.person, was.tense) != (now.person, now.tense):
        yield Change("telling", "changed", f"now {new}, was {old}")
    if sides.before.story.words != sides.after.story.words:
        more = sides.after.story.words - sides.before.story.words
        yield Change("telling", "changed", f"{sides.after.story.words:,} words, {'+' if more > 0 else '−'}{abs(more):,}")


def _narrator(world: World) -> str | None:
    narrator = world.story.narration.narrator
    return world.name_of(narrator) if narrator else None
