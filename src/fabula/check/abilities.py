"""What somebody can never do and does all the same: who cannot swim swims, who never touches meat eats it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from fabula.check.story import ORIGIN, Story, any_of
from fabula.elements import Issue
from fabula.lexicons import words
from fabula.reading.events.lemmas import lemma
from fabula.reading.trees import Trees
from fabula.spans import Span

_CAN = frozenset(("can", "could", "cannot"))
_SURE, _SPOKEN = 0.65, 0.75
_NEAR = 400  # code points: what is done right there is told together with it


@dataclass(frozen=True, slots=True)
class _Unable:
    who: str
    verb: str
    said: str
    span: Span
    spoken: bool


@cache
def _lasting() -> frozenset[str]:
    return frozenset(lemma(w) for w in words("check", "lasting abilities"))


def abilities(story: Story) -> Iterator[Issue]:
    """The first deed of each kind after (or before) it is said that somebody cannot do it."""
    trees = story.trees
    if trees is None:
        return
    told: set[tuple[str, str]] = set()
    deeds = list(_deeds(story, trees))
    for unable in _unable(story, trees):
        key = (unable.who, unable.verb)
        done = next((span for who, verb, span in deeds if (who, verb) == key and _apart(span, unable.span)), None)
        if done is None or key in told or _learns(story, unable, done):
            continue
        told.add(key)
        yield Issue(
            kind="contradiction", rule="ability", text=f"{story.world.name_of(unable.who)} {unable.said}, and does it all the same",
            evidence=(unable.span, done), confidence=round(_SURE * (_SPOKEN if unable.spoken else 1.0), 3), origin=ORIGIN,
        )  # fmt: skip


def _apart(one: Span, other: Span) -> bool:
    return other.start > one.end + _NEAR or one.start > other.end + _NEAR


def _learns(story: Story, unable: _Unable, done: Span) -> bool:
    """Whether a paragraph about the one, from the first place to the last, says that they learned it, tried, pretended."""
    first, last = sorted((unable.span, done))
    said = any_of("learning").finditer(story.text, first.start, last.end)
    elsewhere = (m.start() for m in said if not unable.span.start <= m.start() < unable.span.end)  # "had never learned to swim"
    return any(story.concerns(story.paragraph(at), unable.who) for at in elsewhere)


def _unable(story: Story, trees: Trees) -> Iterator[_Unable]:
    yield from _cannot(story)
    yield from _abstains(story, trees)


def _cannot(story: Story) -> Iterator[_Unable]:
    """ "She could not swim", "he had never learned to read or write": what the World knows of it, where nothing limits it."""
    for fact in story.world.facts:
        said = [lemma(w) for w in fact.value.lower().split() if w not in words("check", "beside a verb")]
        if fact.attribute == "inability" and fact.evidence and all(verb in _lasting() for verb in said):
            at = fact.evidence[0]
            for verb in said:
                yield _Unable(fact.about, verb, f"cannot {verb}", at, story.quotation(at.start) >= 0)


def _abstains(story: Story, trees: Trees) -> Iterator[_Unable]:
    """ "I never drink"."""
    for i, low in enumerate(trees.lower):
        habit = trees.pos[i] == "VERB" and lemma(low) in _lasting() and trees.has(i, "advmod", "never") and not trees.all(i, "aux")
        if not habit or not trees.told[i] or trees.asked(i) or trees.unreal(i) or _limited(trees, i):
            continue
        subject = trees.subject(i)
        who = trees.people(subject).one if subject >= 0 else None
        if who is not None and not story.apart(trees.start[i]):
            yield _Unable(who, lemma(low), f"never {low}", trees.clause(i, i + 1), trees.quote_row(i) >= 0)


def _limited(trees: Trees, i: int) -> bool:
    """Whether only this time, or only this thing, is meant: "he never drank the tea", "she never drove back"."""
    obj = trees.child(i, "obj", "ccomp", "xcomp", "obl", "advcl")
    particular = obj >= 0 and not (trees.rel[obj] == "obj" and not trees.all(obj, "det", "nmod") and trees.pos[obj] == "NOUN")
    beside = {"never"} | words("check", "beside a denial")
    return particular or any(trees.lower[c] not in beside for c in trees.all(i, "advmod", "compound"))


def _deeds(story: Story, trees: Trees) -> Iterator[tuple[str, str, Span]]:
    """What somebody of the story does in the narration, of the kind that some people cannot."""
    for e in story.world.events:
        verb = lemma(story.text[e.trigger[0] : e.trigger[1]])
        if verb not in _lasting() or e.realis != "actual" or not e.who or story.quotation(e.trigger[0]) >= 0:
            continue
        at = trees.row_at(e.trigger[0])
        if trees.pos[at] == "VERB" and not trees.negated(at) and not trees.unreal(at) and not trees.has(at, "aux", *_CAN):
            subject = trees.subject(at)
            if subject >= 0 and (who := trees.people(subject).one) is not None:
                yield who, verb, story.sentence(e.trigger[0])
