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
    return any(story.concerns(story.paragraph(m.start()), unable.who) for m in said)


def _unable(story: Story, trees: Trees) -> Iterator[_Unable]:
    """ "She could not swim", "he had never learned to read", "I never drink"."""
    for i, low in enumerate(trees.lower):
        if trees.pos[i] != "VERB" or lemma(low) not in _lasting() or not trees.told[i] or trees.asked(i):
            continue
        above = trees.head[i] if trees.rel[i] in ("xcomp", "ccomp", "advcl") else -1
        learnt = above >= 0 and trees.lower[above] in words("check", "having learned")
        at = above if learnt else i
        denied = [c for c in trees.children[at] if trees.lower[c] in words("check", "flat denial")]
        can = any(trees.lower[c] in _CAN for c in trees.all(at, "aux"))
        habit = any(trees.lower[c] == "never" for c in denied) and not trees.all(at, "aux")
        if not denied or not (learnt or can or habit) or trees.unreal(at) or _limited(trees, i):
            continue
        subject = trees.subject(at)
        who = trees.people(subject).one if subject >= 0 else None
        if who is not None and not story.apart(trees.start[i]):
            spoken = trees.quote_row(i) >= 0
            said = " ".join(story.text[trees.start[min(denied[0], at)] : trees.end[i]].split())
            yield _Unable(who, lemma(low), said.replace("n't ", "not ").replace("n’t ", "not "), trees.clause(i, i + 1), spoken)


def _limited(trees: Trees, i: int) -> bool:
    """Whether only this time, or only this thing, is meant: "she could not read the letter", "he could not swim any further"."""
    obj = trees.child(i, "obj", "ccomp", "xcomp", "obl", "advcl")
    particular = obj >= 0 and not (trees.rel[obj] == "obj" and not trees.all(obj, "det", "nmod") and trees.pos[obj] == "NOUN")
    return particular or any(
        trees.lower[c] not in words("check", "flat denial") | words("check", "beside a denial") for c in trees.all(i, "advmod", "compound")
    )


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
