"""How this world works: "what are the rules of magic?", "what are the steps of fostering?", "what are the deadlines?"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from fabula.ask.answers import Found
from fabula.ask.language import content_stems, stem, synonyms, word_list
from fabula.ask.names import Names
from fabula.ask.question import Question
from fabula.ask.ways.steps import explanations, is_deadline, procedures, start_of
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


def _shown(world: World) -> list[Lore]:
    return [x for x in world.lore if x.confidence >= 0.5 and x.evidence]


def _topic(question: Question) -> set[str]:
    """Stems of what the question asks the rules of, with words that mean the same."""
    wanted = {s for s in question.stems if s not in _WORDS}
    return {x for s in wanted for x in (s, *synonyms().get(s, ()))}


def _rules_about(world: World, question: Question) -> list[Lore]:
    """The rules of the topic asked for, all of them where none is named; where no topic is like it, the explanations that speak of it."""
    shown, near = _shown(world), _topic(question)
    if not near:
        return shown
    if topics := [x for x in shown if near & set(content_stems(word_list(x.topic)))]:
        return topics
    return [x for block in explanations(shown) if any(_alike(near, _said(world, x)) for x in block) for x in block]


def _alike(wanted: set[str], said: Iterable[str]) -> bool:
    """Whether one of the words is asked for, or has the same beginning ("lifting", "a lifter")."""
    return any(a == b or (min(len(a), len(b)) >= _ROOT_LEAST and (a.startswith(b) or b.startswith(a))) for a in wanted for b in said)


def _said(world: World, item: Lore) -> set[str]:
    return set(content_stems(word_list(" ".join(Span(*s).of(world.text) for s in item.evidence))))


def _steps_about(world: World, question: Question) -> list[Lore]:
    """The steps of the procedure asked for.

    A procedure is asked for by the name of the whole ("the steps of adoption"), which its steps rarely say: a word that the story uses
    at all is then taken to mean the procedures that the story has.
    """
    shown, near = _shown(world), _topic(question)
    chains = procedures(shown)
    said = [c for c in chains if any(_alike(near, (*content_stems(word_list(x.topic)), *_said(world, x))) for x in c)]
    if said or _named_in(world, question):
        return [x for c in said or chains for x in c]
    return []


def _named_in(world: World, question: Question) -> bool:
    """Whether the story uses a word of the topic asked for in any form ("fostering": "a foster child")."""
    wanted = {s for s in question.stems if s not in _WORDS}
    return not wanted or any(s[:_ROOT] in world.text.casefold() for s in wanted)


_ROOT = 5
_ROOT_LEAST = 4  # letters of a word that another may begin with and still mean the same thing
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
    if question.has("deadline"):
        near = _rules_about(world, question) or (_shown(world) if _named_in(world, question) else [])
        items = sorted((x for x in near if is_deadline(world, x)), key=start_of)
    elif question.has("step", "procedure", "process"):
        items = _steps_about(world, question)
    else:
        items = sorted(_rules_about(world, question), key=start_of)
    if not items:
        return None
    lines = [" ".join(" ".join(Span(*s).of(world.text) for s in x.evidence[:1]).split()) for x in items]
    return Found(
        "\n".join(dict.fromkeys(lines)),
        tuple(Span(*s) for x in items for s in x.evidence[:1]),
        sum(x.confidence for x in items) / len(items),
    )
