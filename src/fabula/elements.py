"""The elements of a World: frozen plain data, named as in the World JSON contract (docs/world-json.md).

Every element carries ``confidence`` (0 to 1), ``origin`` (``step@version`` or ``user``) and ``noted``, the labels of the content
notes that its evidence touches. Spans are code points of the canonical text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fabula.spans import Span

Spans = tuple[Span, ...]
Pronouns = Literal["he", "she", "they", "it", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    confidence: float
    origin: str
    noted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alias:
    text: str
    count: int


@dataclass(frozen=True, slots=True)
class Age:
    text: str
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Character(Claim):
    """``first`` is the position of the first mention; counts are of mentions, quotations and words spoken."""

    id: str
    name: str
    aliases: tuple[Alias, ...] = ()
    pronouns: Pronouns = "unknown"
    kind: Literal["person", "animal", "being", "group"] = "person"
    members: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    age: Age | None = None
    importance: Literal["major", "minor", "mentioned"] = "minor"
    mentions: int = 0
    quotes: int = 0
    words_spoken: int = 0
    first: int = 0
    evidence: Spans = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place(Claim):
    id: str
    name: str
    aliases: tuple[str, ...] = ()
    part_of: str | None = None
    mentions: Spans = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing(Claim):
    id: str
    name: str
    owner: str | None = None
    mentions: Spans = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote(Claim):
    """A quotation with its speaker; ``alternatives`` are (character id, probability), best first."""

    start: int
    end: int
    speaker: str | None
    alternatives: tuple[tuple[str, float], ...] = ()
    addressees: tuple[str, ...] = ()
    cue: Literal["explicit", "anaphoric", "implicit"] = "implicit"
    kind: Literal["speech", "thought", "writing"] = "speech"


@dataclass(frozen=True, slots=True)
class CourseState:
    scene: str
    state: str
    evidence: Spans = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Relationship(Claim):
    a: str
    b: str
    type: str
    basis: Literal["stated", "inferred"]
    evidence: Spans = ()
    course: tuple[CourseState, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene(Claim):
    id: str
    start: int
    end: int
    chapter: int
    place: str | None = None
    place_text: str | None = None
    time_text: str | None = None
    story_order: int = 0
    pov: str | None = None
    present: tuple[str, ...] = ()
    gist: Spans = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame(Claim):
    start: int
    end: int
    kind: str
    by: str | None = None
    to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class When:
    text: str
    value: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Claim):
    id: str
    start: int
    end: int
    trigger: Span
    what: str
    who: tuple[str, ...] = ()
    whom: tuple[str, ...] = ()
    place: str | None = None
    scene: str | None = None
    when: When | None = None
    realis: Literal["actual", "planned", "hypothetical", "denied", "general"] = "actual"
    story_order: float | None = None
    salience: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeRelation(Claim):
    before: str
    after: str
    basis: Literal["stated", "inferred"]
    evidence: Spans = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause(Claim):
    effect: str | None
    cause: str | None
    what: str
    by: str
    evidence: Spans = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment(Claim):
    by: str | None
    to: tuple[str, ...]
    kind: Literal["promise", "vow", "agreement", "order", "threat", "offer"]
    condition: Span | None = None
    fate: Literal["kept", "broken", "open", "withdrawn"] = "open"
    evidence: Spans = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief(Claim):
    who: str
    truth: Literal["false", "disputed", "unknown"]
    corrected_at: Span | None = None
    told_by: str | None = None
    evidence: Spans = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge(Claim):
    character: str
    of: str
    since_scene: str
    how: Literal["present", "told", "read", "overheard", "inferred"]
    evidence: Spans = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Emotion(Claim):
    scene: str
    character: str
    emotion: str
    strength: float
    evidence: Spans = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact(Claim):
    about: str
    attribute: str
    value: str
    from_scene: str | None = None
    to_scene: str | None = None
    said_by: str = "narration"
    evidence: Spans = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lore(Claim):
    id: str
    topic: str
    kind: Literal["rule", "habit", "procedure_step"]
    order: int | None = None
    actor: Span | None = None
    condition: Span | None = None
    deadline: Span | None = None
    otherwise: Span | None = None
    next: tuple[str, ...] = ()
    evidence: Spans = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Claim):
    label: str
    strength: Literal["mentioned", "depicted", "central"]
    spans: Spans = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue(Claim):
    kind: str
    rule: str
    text: str
    evidence: Spans = ()


@dataclass(frozen=True, slots=True)
class Narration:
    person: Literal["first", "third", "second", "mixed"]
    tense: Literal["past", "present", "mixed"]
    narrator: str | None = None
