"""Contradictions: what one person can have only once, stated twice and otherwise.

Precision first. Nothing is made of what stands in letters, dreams and suppositions, of a colour that was changed (dyed hair), of years
that pass. What a character says may be a lie or an error and counts for less than the narration.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from fabula.check.ages import years
from fabula.check.colours import clash, colour_words
from fabula.check.statements import job_groups, statements
from fabula.check.story import ORIGIN, Story, any_of
from fabula.elements import Fact, Issue
from fabula.reading.patterns import flat
from fabula.spans import Span

_NAMESAKES = 0.5
_PERHAPS_ONE = 0.8  # of two with one mark, a story has one where only one of them has a name
_SPOKEN_AGE = 0.8
_OWN_TO_TELL = frozenset(("age", "birthplace"))  # people know how old they are and where they were born
_LARGE, _LESS = 12, 0.7  # years by which a slip of the pen is seldom wrong: rather a look back, or two people
_NOT_YET = re.compile(r"(?:\b(?:shall|will|would) be|['’]ll be|\bgoing to be|\bwill turn|\bnot yet)\s+(?:\w+\s+)?$", re.IGNORECASE)
_SPOKEN_ONCE, _SAME_SPEAKER, _SPOKEN_TWICE = 0.65, 0.75, 0.5
_PARTS = {
    "hair": re.compile(r"\b(?:hair|curls|locks|braids?|plaits?|ponytail|beard)\b", re.I),
    "eye": re.compile(r"\beyes?\b", re.I),
}
_TURNS_TO = 30  # characters from "had turned" to the colour
_ROUGH = 5  # years by which "about forty" may be wrong
_HEDGED = 30  # characters before a number in which a hedge makes it rough
_SAME_YEAR = 0.9
_ONE_STRETCH = 15_000  # characters within which only words that say so let years pass
_TWO_SIDES = 0.9  # a left and a right knee may both be bad
_TWO_JOBS = 0.8


@dataclass(frozen=True, slots=True)
class _Said:
    fact: Fact
    at: Span
    voice: str | None


def contradictions(story: Story) -> Iterator[Issue]:
    """The surest contradiction of each attribute of each character."""
    groups: dict[tuple[str, str], list[_Said]] = {}
    for fact in (*story.world.facts, *statements(story)):
        if _rule(fact.attribute):
            groups.setdefault((story.one(fact.about), fact.attribute), []).extend(_statements(story, fact))
    told: set[tuple[str, Span, Span]] = set()
    apart = [(about, attribute, said, 1.0) for (about, attribute), said in groups.items()]
    for about, attribute, said, sure in [*apart, *((*found, _PERHAPS_ONE) for found in _nameless(story, groups))]:
        pairs = combinations(sorted(said, key=lambda s: s.at), 2)
        found = [(sure * _confidence(story, about, attribute, a, b), a, b) for a, b in pairs]
        confidence, a, b = max(found, key=lambda f: f[0], default=(0.0, None, None))
        if a is not None and b is not None and confidence > 0 and (_named(attribute), a.at, b.at) not in told:
            told.add((_named(attribute), a.at, b.at))
            yield Issue(
                kind="contradiction", rule=_named(attribute), confidence=round(confidence, 3), origin=ORIGIN,
                text=f"{story.world.name_of(about)}: {attribute.removeprefix('side: ')} {a.fact.value}, then {b.fact.value}",
                evidence=(a.at, b.at),
            )  # fmt: skip


def _nameless(story: Story, groups: dict[tuple[str, str], list[_Said]]) -> Iterator[tuple[str, str, list[_Said]]]:
    """Marks of somebody whom the story only describes beside those of somebody who may be the same: "an old man with a hearing aid"."""
    marked = [(who, attribute) for who, attribute in groups if attribute.startswith("side")]
    for who, attribute in marked:
        if story.world.name_of(who)[:1].isupper():
            continue
        others = [other for other, same in marked if same == attribute and other != who and _may_be_one(story, who, other)]
        if len(others) == 1:
            yield others[0], attribute, [*groups[who, attribute], *groups[others[0], attribute]]


def _may_be_one(story: Story, who: str, other: str) -> bool:
    pronouns = {story.world.characters[c].pronouns for c in (who, other)}
    return len(pronouns - {"they", "unknown"}) < 2


def _rule(attribute: str) -> str:
    """The entry of ``_RULES`` that judges an attribute; "" for none."""
    kind = attribute.partition(":")[0]
    return kind if kind in _RULES else ""


def _named(attribute: str) -> str:
    """The name of the rule that an attribute belongs to."""
    return {"parent's job": "job"}.get(attribute, attribute.partition(":")[0].replace(" ", "_"))


def _statements(story: Story, fact: Fact) -> Iterator[_Said]:
    for span in fact.evidence:
        doubted = any_of("doubt").search(story.text, span.start, _value_at(story, fact, span) or span.end)
        if not story.apart(span.start) and not doubted:
            yield _Said(fact, span, story.voice(span.start))


def _value_at(story: Story, fact: Fact, span: Span) -> int:
    """Where a fact's value stands in its evidence; 0 where the evidence words it otherwise."""
    at = flat(story.text[span.start : span.end]).rfind(flat(fact.value))
    return span.start + at if at >= 0 else 0


def _confidence(story: Story, about: str, attribute: str, a: _Said, b: _Said) -> float:
    if a.fact is b.fact or a.at.overlaps(b.at):
        return 0.0
    differ = _RULES[_rule(attribute)](story, about, a, b)
    if not differ:
        return 0.0
    both: float = (a.fact.confidence * b.fact.confidence) ** 0.5
    return both * differ * _trust(a.voice, b.voice, attribute) * (_NAMESAKES if _two_of_one_name(story, about) else 1.0)


def _trust(one: str | None, other: str | None, attribute: str) -> float:
    spoken = [v for v in (one, other) if v != "narration"]
    if not spoken:
        return 1.0
    if len(spoken) == 1:
        return _SPOKEN_AGE if attribute in _OWN_TO_TELL else _SPOKEN_ONCE
    return _SAME_SPEAKER if one is not None and one == other else _SPOKEN_TWICE


def _two_of_one_name(story: Story, about: str) -> bool:
    """Whether the story tells several of the same name apart: "the other Tom", "old Tom" and "young Tom"."""
    character = story.world.characters.get(about)
    names = {w for alias in character.aliases for w in re.findall(r"[A-Z][\w-]+", alias.text)} if character else set()
    if not names:
        return False
    marks = any_of("namesakes").pattern
    called = re.finditer(rf"({marks})\s+(?:{'|'.join(map(re.escape, sorted(names)))})\b", story.text, re.I)
    found = {m.group(1).lower() for m in called}
    return len(found) > 1 or bool(found & {"other", "another", "elder", "younger", "namesake", "second"})


# --- what contradicts what: 1 for certain, 0 for not at all
def changed(story: Story, about: str, part: str) -> bool:
    """Whether a sentence near the character says that the colour was changed: "dyed", or "her hair had turned white"."""
    for m in any_of(f"{part} changes").finditer(story.text):
        if story.concerns(story.paragraph(m.start()), about):
            return True
    for m in any_of("turning").finditer(story.text):
        sentence = story.sentence(m.start())
        to = colour_words(f"{part} colours").search(story.text, m.end(), min(m.end() + _TURNS_TO, sentence.end))
        if to and _PARTS[part].search(story.text, sentence.start, sentence.end) and story.concerns(story.paragraph(m.start()), about):
            return True
    return False


def _eyes(story: Story, about: str, a: _Said, b: _Said) -> float:
    differ = clash("eye colours", a.fact.value, b.fact.value)
    return differ if differ and not changed(story, about, "eye") else 0.0


def _hair(story: Story, about: str, a: _Said, b: _Said) -> float:
    differ = clash("hair colours", a.fact.value, b.fact.value)
    return differ if differ and not changed(story, about, "hair") else 0.0


def _birthplace(story: Story, about: str, a: _Said, b: _Said) -> float:
    """Two places with a name each, none of which is named beside the other (a town and its county)."""
    places = [set(re.findall(r"[A-Z][\w'-]+", s.fact.value)) for s in (a, b)]
    if not all(places) or places[0] & places[1]:
        return 0.0
    one, other = (next(iter(sorted(p))) for p in places)
    together = re.search(rf"\b(?:{one},? (?:in )?{other}|{other},? (?:in )?{one})\b", story.text)
    part_of = {p.name: p.part_of for p in story.world.places}
    nested = part_of.get(one) or part_of.get(other)
    return 0.0 if together or nested else 1.0


def _age(story: Story, about: str, a: _Said, b: _Said) -> float:
    """Somebody grows younger, or years older where no word says that years pass."""
    if story.looks_back(a.at.start) or story.looks_back(b.at.start):
        return 0.0
    earlier, later = _range(story, a), _range(story, b)
    if earlier is None or later is None:
        return 0.0
    if later[1] < earlier[0]:
        return 1.0 if earlier[0] - later[1] <= _LARGE else _LESS
    gap = later[0] - earlier[1]
    near = b.at.start - a.at.end < _ONE_STRETCH
    passing = any_of("time jumps" if near else "years passing").search(story.text, a.at.end, b.at.start)
    same_scene = story.scene(a.at.start) == story.scene(b.at.start) and story.scene(a.at.start) >= 0
    large = _LESS if gap > _LARGE else 1.0
    return _SAME_YEAR * large if not passing and (gap > 1 or (gap == 1 and same_scene)) else 0.0


def _range(story: Story, said: _Said) -> tuple[int, int] | None:
    found = years(said.fact.value)
    if found is None:
        return None
    at = _value_at(story, said.fact, said.at) or said.at.start
    near = max(said.at.start, at - _HEDGED)
    if _NOT_YET.search(story.text[near:at]):
        return None
    begin = near + max(story.text[near:at].rfind(mark) for mark in ",;:") + 1
    rough = _ROUGH if any_of("hedges").search(story.text, begin, at) else 0
    return found[0] - rough, found[1] + rough


def _side(story: Story, about: str, a: _Said, b: _Said) -> float:
    """Left and right; of a wound, which heals, within one stretch of the telling."""
    healed = a.fact.attribute.startswith("side: hurt") and b.at.start - a.at.end > _ONE_STRETCH
    return _TWO_SIDES if a.fact.value != b.fact.value and not healed else 0.0


def _job(story: Story, about: str, a: _Said, b: _Said) -> float:
    """Two professions of which nobody has both at a time."""
    groups = job_groups()
    one, other = groups.get(a.fact.value.lower()), groups.get(b.fact.value.lower())
    return _TWO_JOBS if one is not None and other is not None and one != other else 0.0


_RULES = {
    "side": _side,
    "job": _job,
    "parent's job": _job,
    "eye colour": _eyes,
    "hair colour": _hair,
    "birthplace": _birthplace,
    "age": _age,
}
