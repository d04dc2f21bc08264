"""Facts of characters: looks, age, work, counts; and who somebody is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from fabula.ask.answers import SILENT, Found
from fabula.ask.language import content_stems, in_class, stem, word_list
from fabula.ask.names import Names
from fabula.ask.question import Question
from fabula.ask.ways.naming import statements
from fabula.ask.ways.ties import word_for
from fabula.elements import Fact, Relationship
from fabula.lexicons import table, words
from fabula.spans import Span

if TYPE_CHECKING:
    from fabula.world.characters import CharacterView
    from fabula.world.world import World

_COLOUR = re.compile(r"\b(?:what|which)\b.*\bcolou?r\b", re.IGNORECASE)
_PARTS = frozenset(("eye", "eyes", "hair", "skin", "coat", "fur", "beard", "feathers"))
_AGE = re.compile(r"^how old\b|^what (?:is|was)\b.*\bage\b", re.IGNORECASE)
_WHEN = re.compile(r"\b(?:when|before|after|the first time)\b", re.IGNORECASE)
"""Words with which the age at another time is asked for than that of the story: "how old was Ann when she left?"."""
_JOB = re.compile(r"^what (?:does|do|did)\b.+\bdo(?: for (?:a living|work))?\??$|\b(?:job|occupation|profession)\b.*\??$", re.IGNORECASE)
_IDENTITY = re.compile(r"^who(?:'s|’s| is| was| are)\b (?:the )?[^,]+$|^who or what (?:is|was)\b", re.IGNORECASE)
_AGED = re.compile(
    r"(?:['’]?s|['’]m| is| was| am|,) (?:only |just |barely |now |already )?(\d{1,3}|[a-z]+(?:-[a-z]+)?)"
    r"(?= years old| now\b| then\b| and\b| when\b|[.,;!?])"
)
_COUNT = re.compile(r"^how many (characters|people|persons|scenes|chapters|words|quotations|quotes|lines)\b", re.IGNORECASE)
_FULL_NAME = re.compile(r"\b(?:full|whole|real) name\b", re.IGNORECASE)


def _facts(world: World, ids: tuple[str, ...], *attributes: str) -> list[Fact]:
    """The shown facts about any of ``ids`` whose attribute shares a word with one of ``attributes``, surest first."""
    stems = {stem(a) for a in attributes}
    mine = [f for f in world.facts if f.about in ids and f.confidence >= 0.5 and stems & {stem(w) for w in word_list(f.attribute)}]
    return sorted(mine, key=lambda f: (f.attribute not in attributes, f.said_by != "narration", -f.confidence))


def _found(fact: Fact) -> Found:
    return Found(fact.value, tuple(Span(*s) for s in fact.evidence[:2]), fact.confidence)


def colour(world: World, question: Question, names: Names) -> Found | None:
    """ "What colour are Ann's eyes?"."""
    if not _COLOUR.search(question.text):
        return None
    if not question.named:
        return _thing_colour(world, question)
    about = question.asks_of()
    if about is None:
        return _thing_colour(world, question)
    parts = [w for w in question.words if w.lower() in _PARTS]
    facts = [f for f in _facts(world, (about,), *parts) if "colo" in f.attribute or len(f.value.split()) <= 3]
    return _found(facts[0]) if facts else next(_stated_colour(world, question, about), SILENT)


def _thing_colour(world: World, question: Question) -> Found:
    """ "What colour is the door?": a colour before the noun or after "the door was"; nothing else answers it."""
    noun = re.sub(r"\W", "", question.words[-1].casefold())
    colours = "|".join(sorted(words("questions", "colours")))
    shade = rf"(?:(?:{colours}) )?(?:{colours})"
    m = re.search(rf"(?i)\b({shade}) {noun}\b|\b{noun} (?:is|was|were|are) (?:\w+ly )?({shade})\b", world.text)
    return Found(m.group(1) or m.group(2), (Span(*m.span()),), 0.6) if m else SILENT


def _stated_colour(world: World, question: Question, about: str) -> Iterator[Found]:
    """A colour right before the part asked for ("green eyes"), in a sentence of the character."""
    who = world.characters[about]
    part = next((w for w in question.words if w.lower() in _PARTS), None)
    for m in who.mentions if part else ():
        row = max(0, int(world.sentences.start.searchsorted(m.start, side="right")) - 1)
        span = Span(int(world.sentences.start[row]), int(world.sentences.end[row]))
        people = set(world.cast.people_in(*span))
        words = word_list(span.of(world.text))
        for before, word in pairwise(words):
            if (
                stem(word) == stem(part or "")
                and in_class(before.split("-")[-1], "colours")
                and people <= {who.id}
                and world.cast.quote_at(m.start) is None
            ):
                yield Found(before, (span,), 0.6)


def age(world: World, question: Question, names: Names) -> Found | None:
    """ "How old is Ann?"."""
    if not _AGE.search(question.text) or not question.named or _WHEN.search(question.text):
        return None
    about = question.asks_of()
    if about is None:
        return SILENT
    if facts := _facts(world, (about,), "age"):
        return _found(facts[0])
    character = world.characters[about]
    if character.age:
        return Found(character.age.text, character.evidence[:1], character.confidence)
    return next(_stated_age(world, character), SILENT)


def _stated_age(world: World, who: CharacterView) -> Iterator[Found]:
    """ "She is sixteen now.", "Tom, nine years old, …": a number as the complement of the character."""
    for m in who.mentions:
        row = max(0, int(world.sentences.start.searchsorted(m.start, side="right")) - 1)
        end = int(world.sentences.end[row])
        found = _AGED.match(world.text, m.end, end)
        past = found is not None and " was" in found.group()
        if past and (world.cast.quote_at(m.start) is not None or world.story.narration.tense == "present"):
            continue
        if found and all(in_class(w, "numbers") for w in found.group(1).split("-")[:1]) | found.group(1)[0].isdigit():
            yield Found(found.group(1), (Span(int(world.sentences.start[row]), end),), 0.7)


def job(world: World, question: Question, names: Names) -> Found | None:
    """ "What does Ann do for a living?"."""
    if not _JOB.search(question.text) or question.kind != "what" or len(question.named) != 1:
        return None
    about = question.asks_of()
    if about is None:
        return None  # "Ann's wife": whom the story may not know by name, but may tell of
    facts = _facts(world, (about,), "job", "occupation", "profession", "work", "role")
    roles = [r for r in world.characters[about].roles if r.lower() not in {row[0] for row in table("questions", "kin")}]
    if facts:
        return _found(facts[0])
    who = world.characters[about]
    if roles:
        return Found(roles[0], who.evidence[:1] or (_first(world, who),), min(0.7, who.confidence))
    stated = (
        f for f in statements(world, about, who.name) if set(word_list(f.text.lower())) & (words("persons", "role") | words("jobs", "jobs"))
    )
    return next(stated, SILENT)


def counted(world: World, question: Question, names: Names) -> Found | None:
    """ "How many scenes are there?"."""
    m = _COUNT.match(question.text)
    if not m or (question.named and m.group(1).lower() in ("people", "persons", "words", "lines")):
        return None
    whole = not [s for s in question.stems if s not in {stem(m.group(1)), stem("speak"), stem("appear")}]
    if not whole:
        return None
    counts = {
        "characters": sum(c.importance != "mentioned" for c in world.characters), "scenes": len(world.scenes),
        "chapters": len(world.manuscript.chapters), "words": world.story.words,
    }  # fmt: skip
    quotes = [q for q in world.quotes if not question.ids or q.speaker in question.ids]
    n = counts.get(m.group(1).lower(), len(quotes) if m.group(1).lower() in ("quotations", "quotes", "lines") else counts["characters"])
    return Found(str(n), tuple(Span(q.start, q.end) for q in quotes[:3]) if question.ids else (), 0.8)


def plain_facts(world: World, question: Question, names: Names) -> Found | None:
    """Any fact whose attribute the question names: "where does Ann live?" finds her home."""
    if len(question.named) != 1 or question.kind in ("yes_no", "why", "who"):
        return None
    stems = set(question.stems)
    where_lives = question.kind == "where" and stem("live") in stems
    if where_lives:
        stems = {stem("home"), stem("live"), stem("residence")}
    elif len(stems) > 2:
        return None
    for fact in sorted(world.facts, key=lambda f: -f.confidence):
        words = set(content_stems(word_list(fact.attribute)))
        named = words and words <= stems | {"colour", "color"} and words & stems and (where_lives or stems <= words | {"colour", "color"})
        if fact.about in question.ids[:1] and fact.confidence >= 0.5 and named:
            return _found(fact)
    return None


def identity(world: World, question: Question, names: Names) -> Found | None:
    """ "Who is Ann?": another name of theirs, roles, ties, in one line. Asked with the name that is not the main one, the main name."""
    if question.named and question.asks_of() is None:
        return None
    if _FULL_NAME.search(question.text) and question.named:
        who = world.characters[question.ids[0]]
        return Found(who.name, who.evidence[:1] or (_first(world, who),), who.confidence) if " " in who.name else None
    if not _IDENTITY.search(question.text) or len(question.named) > 1:
        return None
    if not question.named or question.stems:
        return _unknown_name(question)
    if re.search(r"['’]s? \w", question.text[question.named[0].start : question.named[0].end]):
        return SILENT
    who = world.characters[question.ids[0]]
    asked = question.text[question.named[0].start : question.named[0].end]
    parts = [] if asked.lower() in who.name.lower() or who.name.lower() in asked.lower() else [who.name]
    parts += who.roles[:3]
    ties = sorted((r for r in who.relationships if r.confidence >= 0.5 and _tells(world, r, who)), key=lambda r: -r.confidence)[:3]
    parts += [f"{word_for(r, who.id, world)} of {world.name_of(r.b if r.a == who.id else r.a)}" for r in ties]
    if not parts:
        return next(statements(world, who.id, asked), None if question.text.lower().startswith("who or what") else SILENT)
    evidence = tuple(Span(*s) for r in ties for s in r.evidence[:1]) or who.evidence[:1] or (_first(world, who),)
    return Found(", ".join(dict.fromkeys(parts)), evidence, min(0.9, who.confidence))


def _tells(world: World, tie: Relationship, who: CharacterView) -> bool:
    """Whether a tie says more than the other's description ("Ann's brother") says itself."""
    other = world.name_of(tie.b if tie.a == who.id else tie.a)
    return not any(other.startswith((f"{a}'s", f"{a}’s")) for a in {who.name, *(x.text for x in who.aliases)})


def _unknown_name(question: Question) -> Found | None:
    """ "Who is Bartleby?" of a name that the story's cast lacks: nothing in a passage can answer that."""
    rest = re.sub(r"(?i)^(?:['’]s|is|was|are)\s+|\breally\b", "", question.rest).split()
    return SILENT if rest and not question.named and all(w[0].isupper() for w in rest) else None


def _first(world: World, who: CharacterView) -> Span:
    mentions = who.mentions
    return mentions[0].span if mentions else Span(who.first, who.first)
