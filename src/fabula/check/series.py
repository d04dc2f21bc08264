"""Several stories as one series: the same people, matched by name, must have the same eyes, birthplace and life in all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from fabula.check.colours import clash
from fabula.check.contradictions import changed
from fabula.check.deaths import deaths, speech
from fabula.check.spelling import one_slip_apart
from fabula.check.statements import statements
from fabula.check.story import ORIGIN, Story, any_of
from fabula.elements import Fact, Issue
from fabula.spans import Span
from fabula.world.assemble import SHOWN
from fabula.world.namesakes import SAME_NAME, name_likeness, shown
from fabula.world.settled import SERIES
from fabula.world.world import World

_FULL = 0.9  # likeness of names from which on two are one person: full names, or the same single one
_KEPT = 0.9  # what is left of a confidence across stories
_DEAD = 0.7
_SPELLED = 0.7


@dataclass(frozen=True, slots=True)
class SeriesIssue:
    """A finding across stories: ``places`` are (number of the story, range), in the order of the evidence of ``issue``."""

    issue: Issue
    places: tuple[tuple[int, Span], ...]


def check_series(worlds: Sequence[World]) -> tuple[SeriesIssue, ...]:
    """What contradicts between stories, in order; each by itself is checked by ``check``. Left out is what both Worlds say is meant so."""
    stories = [Story(w) for w in worlds]
    found: list[SeriesIssue] = []
    for (i, one), (j, other) in combinations(enumerate(stories), 2):
        pairs = _same(one.world, other.world)
        issues = (*_facts(one, other, pairs), *_the_dead(one, other, pairs), *_spellings(one, other))
        found += [_across(i, j, issue) for issue in issues if not _meant(one.world, other.world, issue)]
    return tuple(sorted(found, key=lambda f: (f.places, f.issue.rule)))


def _same(one: World, other: World) -> dict[str, str]:
    """People of the same name; a single name is enough where it is the same in both."""
    pairs: dict[str, str] = {}
    for a in shown(one):
        twins = [b for b in shown(other) if name_likeness(a, b) >= _FULL]
        if len(twins) == 1 and (name_likeness(a, twins[0]) == SAME_NAME or " " in a.name):
            pairs[a.id] = twins[0].id
    return pairs


def _meant(one: World, other: World, issue: Issue) -> bool:
    """Whether the logs of both Worlds say that the finding is meant so (``world.edit.intentional_in_series``)."""
    places = zip((one, other), issue.evidence, strict=True)
    return all(not world.without_dismissed(SERIES, [replace(issue, evidence=(at,))]) for world, at in places)


def _across(i: int, j: int, issue: Issue) -> SeriesIssue:
    return SeriesIssue(issue, ((i, issue.evidence[0]), (j, issue.evidence[1])))


def _issue(rule: str, kind: str, text: str, one: Span, other: Span, sure: float) -> Issue:
    return Issue(kind=kind, rule=rule, text=text, evidence=(one, other), confidence=round(sure, 3), origin=ORIGIN)


# --- facts
def _said(story: Story) -> dict[tuple[str, str], list[Fact]]:
    """What the narration states of each, by person and attribute."""
    out: dict[tuple[str, str], list[Fact]] = {}
    for f in (*story.world.facts, *statements(story)):
        told = f.evidence and story.voice(f.evidence[0].start) == "narration" and not story.apart(f.evidence[0].start)
        if told and f.confidence >= SHOWN:
            sentence = story.sentence(f.evidence[0].start)
            if not any_of("doubt").search(story.text, sentence.start, f.evidence[0].start):
                out.setdefault((story.one(f.about), f.attribute), []).append(f)
    return out


def _facts(one: Story, other: Story, pairs: dict[str, str]) -> Iterator[Issue]:
    mine, theirs = _said(one), _said(other)
    for (who, attribute), facts in mine.items():
        twin = other.one(pairs[who]) if who in pairs else None
        against = [(a, b) for a in facts for b in theirs.get((twin or "", attribute), [])]
        judged = [(_differ(one, other, who, twin or "", a, b) * (a.confidence * b.confidence) ** 0.5, a, b) for a, b in against]
        sure, a, b = max(judged, key=lambda j: j[0], default=(0.0, None, None))
        if a is not None and b is not None and sure > 0:
            named = attribute.partition(":")
            text = f"{one.world.name_of(who)}: {named[2].strip() or named[0]} {a.value}, then {b.value} in another story"
            yield _issue(named[0].replace(" ", "_"), "contradiction", text, a.evidence[0], b.evidence[0], _KEPT * sure)


def _differ(one: Story, other: Story, who: str, twin: str, a: Fact, b: Fact) -> float:
    """How surely two statements cannot both be so."""
    attribute = a.attribute.partition(":")[0]
    if attribute in ("eye colour", "hair colour"):
        part = attribute.split()[0]
        known = changed(one, who, part) or changed(other, twin, part)
        return 0.0 if known else clash(f"{part} colours", a.value, b.value)
    if attribute == "birthplace":
        words = [set(f.value.split()) for f in (a, b)]
        return 1.0 if not words[0] & words[1] else 0.0
    return 1.0 if attribute == "side" and a.value != b.value else 0.0


# --- the dead, and names
def _the_dead(one: Story, other: Story, pairs: dict[str, str]) -> Iterator[Issue]:
    """Who dies in the earlier story and speaks in the later one; whoever looks back there is spared."""
    for who, death in deaths(one).items():
        twin = pairs.get(who)
        if twin is None:
            continue
        found = speech(other, twin, Span(0, 0))
        known = any(other.concerns(other.paragraph(m.start()), twin) for m in any_of("alive after all").finditer(other.text))
        if found is not None and not known:
            yield _issue(
                "dead_speaks", "contradiction", f"{one.world.name_of(who)} dies, and speaks in a later story", death, found[0], _DEAD
            )


def _spellings(one: Story, other: Story) -> Iterator[Issue]:
    """A full name that differs by a letter between the stories."""
    for a in shown(one.world):
        for b in shown(other.world):
            names = a.name.split(), b.name.split()
            if len(names[0]) < 2 or len(names[0]) != len(names[1]) or {a.pronouns, b.pronouns} == {"he", "she"}:
                continue
            differ = [(x.lower(), y.lower()) for x, y in zip(*names, strict=True) if x.lower() != y.lower()]
            if len(differ) == 1 and min(map(len, differ[0])) >= 4 and one_slip_apart(*differ[0]):
                spans = [c.mentions[0].span for c in (a, b)]
                yield _issue("name_variant", "name_variant", f"{a.name} is {b.name} in another story", spans[0], spans[1], _SPELLED)
