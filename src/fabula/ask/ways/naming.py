"""What somebody or something is, is called, or is named: statements of identity found through coreference."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fabula.ask.answers import SILENT, Found
from fabula.ask.language import in_class, stem, word_list
from fabula.ask.names import Names
from fabula.ask.phrases import noun_phrase
from fabula.ask.question import Question
from fabula.ask.view import SentenceView, view_of
from fabula.lexicons import words
from fabula.spans import Span

if TYPE_CHECKING:
    from fabula.world.world import World

_NAME_OF = re.compile(
    r"^(?:by|under) what name\b|^what(?:'s|’s| is| was| were| are)\b.*\b(?:name|surname|names)\b|^what (?:is|was) .+ (?:called|named)\??$",
    re.IGNORECASE,
)
_PART = re.compile(r"\b(first|given|last|family|full|real|maiden|middle)\s+names?\b|\b(surname)\b", re.IGNORECASE)
_CALLED = re.compile(r"^who (?:is|was|does|did|do)\b.*\b(?:call(?:ed|s)?|nickname[ds]?|known as|named?)\b", re.IGNORECASE)
_WHAT_IS = re.compile(
    r"^(?:who or )?what (?:exactly )?(?:is|was|are|were) (?:an? |the )?([\w'’\- ]+?)\??$"
    r"|^what (?:kind|sort|type|breed|species) of [\w ]+ (?:is|was|are|were) (?:the )?([\w'’\- ]+?)\??$",
    re.IGNORECASE,
)
_BE = frozenset(("is", "was", "'s", "’s", "are", "were", "'m", "’m", "am"))
_NAME_STEMS = frozenset(
    map(stem, ("name", "named", "surname", "call", "full", "real", "given", "family", "middle", "maiden", "christen", "know", "go"))
)
_LONGEST_REACH = 3


def called(world: World, question: Question, names: Names) -> Found | None:
    """ "Who does Tom call Birdie?": whom the last name in the question means, where it means somebody else than the rest."""
    if not _CALLED.search(question.text) or not question.named:
        return None
    last = question.named[-1]
    if any(n.ids[:1] == last.ids[:1] for n in question.named[:-1]) or not question.text[last.start].isupper():
        return None
    name = world.name_of(last.ids[0])
    alias = question.text[last.start : last.end]
    at = world.text.find(alias)
    return Found(name, (_sentence(world, at),) if at >= 0 else (), 0.75) if name.casefold() != alias.casefold() else None


def asks_name(question: Question) -> bool:
    """Whether only a name answers a question."""
    return _NAME_OF.search(question.text) is not None


def name_of(world: World, question: Question, names: Names) -> Found | None:
    """ "What is the name of …?", "what is Tom's surname?": a name that the story gives, or silence; nothing else can answer it."""
    if not asks_name(question):
        return None
    if question.asks_of() is None or [s for s in question.stems if s not in _NAME_STEMS]:
        return SILENT
    who = world.characters[question.named[-1].ids[0]]
    kept = [w for w in who.name.split() if w.strip(".").casefold() not in words("titles", "titles")]
    part = m.group(1) or m.group(2) if (m := _PART.search(question.text)) else ""
    asked = question.text[question.named[-1].start : question.named[-1].end]
    proper = bool(kept) and all(w[0].isupper() for w in kept) and "'" not in who.name and "’" not in who.name
    if not proper or (part and len(kept) < 2) or (not part and who.name.casefold() in asked.casefold()):
        return SILENT
    text = {"last": kept[-1], "family": kept[-1], "surname": kept[-1], "first": kept[0], "given": kept[0]}.get(part.lower(), who.name)
    return Found(text, (_sentence(world, max(0, world.text.find(text))),), min(0.85, who.confidence))


def definition(world: World, question: Question, names: Names) -> Found | None:
    """ "What is Gerald?", "what kind of animal is Pip?": a sentence that says "Gerald is a …", of the name or of a pronoun for it."""
    m = _WHAT_IS.match(question.text)
    if not m:
        return None
    asked = m.group(1) or m.group(2)
    if len(asked.split()) > 3 or " of " in asked:
        return None
    about = question.ids[0] if question.ids else None
    return next(statements(world, about, asked), None) or next(_appositions(world, asked), None)


def statements(world: World, about: str | None, asked: str) -> Iterator[Found]:
    """Sentences of the narration that say what the character ``about``, or the thing of the name ``asked``, is: "she was a …"."""
    for row in range(len(world.sentences)):
        start, end = int(world.sentences.start[row]), int(world.sentences.end[row])
        if (about is None or about not in world.cast.people_in(start, end)) and asked.casefold() not in world.text[start:end].casefold():
            continue
        view = view_of(world, row)
        for i, w in enumerate(view.words):
            told = w.text.lower() in _BE and i > 0 and world.cast.quote_at(w.start) is None
            if told and _is_subject(view, i, about, asked) and (found := _complement(world, view, i)):
                yield found


def _is_subject(view: SentenceView, i: int, about: str | None, asked: str) -> bool:
    """Whether the thing asked about stands right before the verb at ``i``."""
    mention = view.words[i - 1].mention
    if mention is not None and about is not None:
        return mention.who == (about,)
    said = [w.text.casefold() for w in view.words[max(0, i - len(asked.split())) : i]]
    return said == asked.casefold().split()


def _complement(world: World, view: SentenceView, i: int) -> Found | None:
    """The noun phrase after the verb, where it has an article and says more than a bare pronoun."""
    j = i + 1
    while j < len(view.words) and j - i < _LONGEST_REACH and in_class(view.words[j].text, "fillers"):
        j += 1
    if j >= len(view.words) or view.words[j].text.lower() not in ("a", "an", "the") or not (found := noun_phrase(view, j)):
        return None
    return Found(view.cut(*found).of(world.text), (view.span,), 0.75)


def _appositions(world: World, asked: str) -> Iterator[Found]:
    """ "Pip, a jackdaw, …"."""
    pattern = re.compile(
        rf"\b{re.escape(asked)}, ((?:an?|the|my|his|her|their|our) [\w\- ]{{2,40}}?)(?=[,.;]|$| who | that )", re.IGNORECASE
    )
    if (m := pattern.search(world.text)) and not any(stem(w) == stem(asked) for w in word_list(m.group(1))):
        yield Found(m.group(1), (_sentence(world, m.start()),), 0.65)


def _sentence(world: World, at: int) -> Span:
    row = max(0, int(world.sentences.start.searchsorted(at, side="right")) - 1)
    return Span(int(world.sentences.start[row]), int(world.sentences.end[row])) if len(world.sentences) else Span(0, 0)
