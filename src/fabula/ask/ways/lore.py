"""How this world works: "what are the rules of magic?", "what are the steps of fostering?", "what are the deadlines?"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fabula.ask.answers import Found
from fabula.ask.language import content_stems, stem, synonyms, word_list
from fabula.ask.names import Names
from fabula.ask.question import Question
from fabula.ask.ways.steps import counted_steps, stated_deadlines
from fabula.elements import Lore
from fabula.spans import Span

if TYPE_CHECKING:
    from fabula.world.world import World

_ASKS = re.compile(
    r"\b(?:rules?|laws?|steps?|procedures?|process|deadlines?|customs?)\b.*|^how (?:does|do) (?:the )?[\w\s]+ works?\b", re.IGNORECASE
)
_WORDS = frozenset(
    map(stem, ("rule", "law", "step", "procedure", "process", "deadline", "custom", "work", "magic", "system", "world", "exception"))
)


def _mine(world: World, question: Question) -> list[Lore]:
    """The lore the question asks for: of its topic; where no topic is like it, that whose words are; all of it where it names none.

    A procedure is asked for by the name of the whole ("the steps of adoption"), which its steps rarely say: a word that the story
    uses at all is then taken to mean the procedure that the story has.
    """
    shown = [x for x in world.lore if x.confidence >= 0.5]
    wanted = {s for s in question.stems if s not in _WORDS}
    if not wanted:
        return shown
    near = {x for s in wanted for x in (s, *synonyms().get(s, ()))}
    topics = [x for x in shown if near & set(content_stems(word_list(x.topic)))]
    if topics:
        return topics
    if said := [x for x in shown if near & set(content_stems(word_list(" ".join(Span(*s).of(world.text) for s in x.evidence))))]:
        return said
    steps = [x for x in shown if x.kind == "procedure_step" or x.deadline]
    return steps if _named_in(world, question) else []


def _named_in(world: World, question: Question) -> bool:
    """Whether the story uses a word of the topic asked for in any form ("fostering": "a foster child")."""
    wanted = {s for s in question.stems if s not in _WORDS}
    return not wanted or any(s[:_ROOT] in world.text.casefold() for s in wanted)


_ROOT = 5
_OUTCOME = re.compile(r"^what (?:happens|happened|will happen|would happen) (?:if|when|after|unless)\b", re.IGNORECASE)


def outcome(world: World, question: Question, names: Names) -> Found | None:
    """ "What happens if they are late?": what a rule says happens otherwise."""
    if not _OUTCOME.match(question.text) or not question.stems:
        return None
    best: tuple[float, Lore] | None = None
    for x in world.lore:
        if x.otherwise and x.evidence and x.confidence >= 0.5:
            said = set(content_stems(word_list(" ".join(Span(*s).of(world.text) for s in (*x.evidence, x.otherwise)))))
            fit = len(said & set(question.stems)) / len(question.stems)
            if fit >= 0.5 and (best is None or fit > best[0]):
                best = fit, x
    if best is None or best[1].otherwise is None:
        return None
    return Found(
        " ".join(Span(*best[1].otherwise).of(world.text).split()),
        (Span(*best[1].evidence[0]), Span(*best[1].otherwise)),
        best[1].confidence,
    )


def rules(world: World, question: Question, names: Names) -> Found | None:
    """The rules, steps or deadlines of a topic, one per line in the order of the procedure, then of the text."""
    if (question.kind not in ("what", "how", "which") and question.wh != "which") or not _ASKS.search(question.text):
        return None
    items = _mine(world, question)
    read = None
    if question.has("deadline"):
        items = [x for x in items if x.deadline]
        read = stated_deadlines(world)
    elif question.has("step", "procedure", "process"):
        items = [x for x in items if x.kind == "procedure_step"]
        read = counted_steps(world)
    if read and len(read.evidence) > len(items) and _named_in(world, question):
        return read
    if not items:
        return None
    items = sorted(items, key=lambda x: (x.order is None, x.order or 0, x.evidence[0].start if x.evidence else 0))
    lines = [" ".join(" ".join(Span(*s).of(world.text) for s in x.evidence[:1]).split()) for x in items]
    return Found(
        "\n".join(dict.fromkeys(lines)),
        tuple(Span(*s) for x in items for s in x.evidence[:1]),
        sum(x.confidence for x in items) / len(items),
    )
