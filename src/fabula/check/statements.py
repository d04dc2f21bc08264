"""What the page states of somebody in so many words: colours of eyes and hair, ages, marks on one side of the body, work.

The World's facts are few where a story states things in passing; these patterns find more of the kinds that contradict each other, each
with whose it is: the possessor before the words ("his grey eyes"), or the only one whom the sentence has spoken of so far.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from fabula.check.ages import years
from fabula.check.colours import colour_words
from fabula.check.owners import by_tree
from fabula.check.story import ORIGIN, Story, any_of
from fabula.elements import Fact
from fabula.layers import MentionKind
from fabula.lexicons import sections
from fabula.reading.cast import MentionView
from fabula.spans import Span

_PARTS = {"eye colour": ("eye colours", "eyes"), "hair colour": ("hair colours", "hair|plait|plaits|curls|locks|braid|braids|ponytail")}
_BETWEEN = r"(?:[a-z]+(?:-[a-z]+)?,? ){0,2}?"  # "tired blue, rather sad eyes"
_LONGEST = 160  # code points of a sentence that is evidence as a whole
_SPOKEN = 0.85  # of a statement in speech it is less sure of whom it is
_KNOWN = 0.4  # below, whom a mention means is no more than a guess
_SURE, _LIKELY = 0.8, 0.7
_ADJECTIVES = re.compile(
    r"((?:\w+ly|very|dark|deep|bright|tired|large|long|short|thick|pale|light|wet|clear|cold|warm|soft|big|small|sad|old|own|curly"
    r"|straight),? )+$"
)
_NUMBER = r"(\d{1,3}|[a-z]+(?:-[a-z]+)?)"
_AGES = (
    re.compile(rf"(?<=\s)(?:only |just |barely |already |now )?{_NUMBER} years old\b"),
    re.compile(rf"\b(?:man|woman|girl|boy|lady|gentleman|child|widow|widower) of {_NUMBER}(?=[,.;:!?]| with| and| who)"),
    re.compile(rf"\baged {_NUMBER}(?=[,.;:!?) ])"),
    re.compile(rf"(?:\b(?:is|was|am|are)|['’](?:s|m|re)) (?:only |just |barely |already |now )?{_NUMBER}(?=[,.;!?]| and | now\b| but )"),
)
_APPOSED = re.compile(rf"(?<=\w), (?:aged |now |only )?{_NUMBER}(?=,)")
_YOUNGEST, _OLDEST = 5, 110
_NAME = 40  # code points of the longest name
_NO_AGE = frozenset(("one", "two", "three", "four"))
"""Numbers that are oftener of something else ("they were two", "was one and all")."""
_LOOKS_BACK = re.compile(r"\b(?:when|since|ago|had been|until|till|would be|will be|turned|if)\b", re.IGNORECASE)
_SUPPOSED = re.compile(r"\b(?:before|as if|as though|like a|once|thinks?|thought|feels?|felt|says|said)\b", re.IGNORECASE)
_BORN = re.compile(r"\b(?:was|had been|been) born (?:in|at|on) (?:the (?:island|town|village|city) of )?((?:[A-Z][\w'’-]+ ?){1,3})")
_PAST = re.compile(r"\b(?:was|were|had been)\b")
_MARK_REACH = 80  # code points between a mark and the side it is on
_OF_FACE = ("cheek", "temple", "brow")
_SIDE = re.compile(r"\b(left|right) (?:front |hind )?([a-z]+)\b", re.IGNORECASE)


def statements(story: Story) -> Iterator[Fact]:
    """Every statement as a fact, in no order; its evidence is the sentence, or of a long one the words alone."""
    for fact in _statements(story):
        words = fact.evidence[0]
        sentence = story.sentence(words.start)
        spoken = story.quotation(words.start) >= 0
        whole = sentence.length <= _LONGEST and sentence.contains(words) and not spoken
        sure = fact.confidence * (_SPOKEN if spoken else 1.0)
        yield replace(fact, evidence=(sentence if whole else _clause(story, words, sentence),), confidence=sure)


def _clause(story: Story, words: Span, sentence: Span) -> Span:
    """The words of a statement from the beginning of their sentence or clause on."""
    start = max(sentence.start, words.start - _LONGEST // 2)
    cuts = [m.end() for m in re.finditer(r"[;:—–“‘\"] ?", story.text[start : words.start])]
    return Span(start + (cuts[-1] if cuts else 0), words.end)


def _statements(story: Story) -> Iterator[Fact]:
    for attribute, (section, part) in _PARTS.items():
        yield from _colours(story, attribute, section, part)
    yield from _ages(story)
    yield from _apposed(story)
    yield from _sides(story)
    yield from _jobs(story)
    yield from _births(story)


def _fact(about: str, attribute: str, value: str, span: Span, confidence: float) -> Fact:
    return Fact(about=about, attribute=attribute, value=value, evidence=(span,), confidence=confidence, origin=ORIGIN)


# --- whose
def possessor(story: Story, at: int) -> str | None:
    """Whom the possessive right before a position means: "his |eyes", "Tom's |eyes"."""
    before = [m for m in story.cast.mentions_in(max(0, at - 40), at) if m.end <= at and not story.text[m.end : at].strip(" \n’'s")]
    owner = max(before, key=lambda m: m.end, default=None)
    if owner is None or len(owner.who) != 1:
        return None
    words, rest = story.text[owner.start : owner.end].lower(), story.text[owner.end : at]
    return owner.who[0] if words in ("his", "her", "my", "your", "their") or "s" in rest or words.endswith(("'s", "’s")) else None


def only_one(story: Story, at: int) -> str | None:
    """The only one whom the sentence of a position has spoken of before it, in the same voice; None where there are more or none."""
    sentence = story.sentence(at)
    quotation = story.quotation(at)
    before = [m for m in story.cast.mentions_in(sentence.start, at) if m.quotation == quotation and m.who and m.confidence >= _KNOWN]
    people = {c for m in before for c in m.who}
    return next(iter(people)) if len(people) == 1 else None


def subject_of(story: Story, at: int) -> MentionView | None:
    """The mention that ends right before a position (but for blanks), or before a relative "who"."""
    before = [m for m in story.cast.mentions_in(max(0, at - 60), at) if m.end <= at]
    near = max(before, key=lambda m: (m.end, m.start), default=None)
    return near if near is not None and re.fullmatch(r"[ ,]*(?:who ?)?", story.text[near.end : at]) and len(near.who) == 1 else None


# --- colours
def _colours(story: Story, attribute: str, section: str, part: str) -> Iterator[Fact]:
    colour = colour_words(section).pattern.replace(r"\b", "")
    before = re.compile(rf"\b({colour}) {_BETWEEN}({part})\b", re.IGNORECASE)
    after = re.compile(rf"\b({part}) (?:was|were|is|are) (?:\w+ly |very |so |quite )?({colour})\b", re.IGNORECASE)
    for m in before.finditer(story.text):
        first = _before_adjectives(story, m.start())
        owner = possessor(story, first)
        with_it = re.search(
            r"\b(?:with|had|has|have|having|and|of)\s+(?:the |a |an |those |such |very |most )*(?:\w+ )?$",
            story.text[max(0, m.start() - 40) : m.start()],
        )
        sure = _SURE if owner else _LIKELY
        owner = owner or ((only_one(story, m.start()) or by_tree(story, m.start(2))) if with_it else None)
        if owner and not _other_possessor(story, m):
            yield _fact(owner, attribute, m.group(1).lower(), Span(m.start(), m.end()), sure)
    for m in after.finditer(story.text):
        if (owner := possessor(story, m.start())) is not None:
            yield _fact(owner, attribute, m.group(2).lower(), Span(m.start(), m.end()), _SURE)


def _before_adjectives(story: Story, at: int) -> int:
    """Where the words before a colour begin that only describe: "her |tired, very blue eyes"."""
    m = _ADJECTIVES.search(story.text[max(0, at - 40) : at])
    return at - (m.end() - m.start()) if m else at


def _other_possessor(story: Story, m: re.Match[str]) -> bool:
    """Whether a name of something else stands between the colour and the part ("the brown dog's eyes")."""
    return "'" in m.group() or "’" in m.group()


# --- ages
def _ages(story: Story) -> Iterator[Fact]:
    for kind, pattern in enumerate(_AGES):
        for m in pattern.finditer(story.text):
            value = m.group(1).lower()
            number = years(value)
            if number is None or number[0] > _OLDEST or (kind == len(_AGES) - 1 and value in _NO_AGE):
                continue
            if (owner := _aged(story, m, bare=kind == len(_AGES) - 1)) is not None and not _remembered(story, m):
                yield _fact(owner, "age", value, Span(*m.span()), _SURE if kind == 0 else _LIKELY)


def _apposed(story: Story) -> Iterator[Fact]:
    """ "Danuta Oskarsson, seventy-nine, had gone out"."""
    for m in _APPOSED.finditer(story.text):
        number = years(m.group(1).lower())
        before = (x for x in story.cast.mentions_in(max(0, m.start() - _NAME), m.start()) if x.kind == MentionKind.NAME)
        named = next((x for x in before if x.end >= m.start() and "," not in story.text[x.start : m.start()]), None)
        grown = number is not None and _YOUNGEST <= number[0] <= _OLDEST
        if grown and named is not None and len(named.who) == 1:
            yield _fact(named.who[0], "age", m.group(1).lower(), Span(named.start, m.end()), _LIKELY)


def _aged(story: Story, m: re.Match[str], *, bare: bool) -> str | None:
    if not bare:
        before = re.search(
            r"(?:\b(?:is|was|am|are)|['’](?:s|m|re))\s*(?:only |just |barely |already |now )?$",
            story.text[max(0, m.start() - 30) : m.start()],
        )
        subject = subject_of(story, max(0, m.start() - 30) + before.start()) if before else None
        return subject.who[0] if subject else _described(story, m.start()) or only_one(story, m.start()) or by_tree(story, m.start())
    subject = subject_of(story, m.start())
    return subject.who[0] if subject else None


def _described(story: Story, at: int) -> str | None:
    """Whom a sentence is about whose end only describes: "Ann is the baker's girl, |sixteen years old"."""
    sentence = story.sentence(at)
    first = next((m for m in story.cast.mentions_in(sentence.start, sentence.start + 2) if m.kind != MentionKind.NOMINAL), None)
    said = story.text[first.end : at] if first else ""
    plain = re.fullmatch(r"[’'\w]* ?(?:is|was) [^,;:]*, ", said) is not None
    return first.who[0] if first is not None and plain and len(first.who) == 1 else None


def _remembered(story: Story, m: re.Match[str]) -> bool:
    """Whether an age is one of long ago: "I was six" in a speech, "when he was nine", "had been ten"."""
    sentence = story.sentence(m.start())
    near = story.text[max(sentence.start, m.start() - 60) : min(sentence.end, m.end() + 40)]
    in_past = story.quotation(m.start()) >= 0 and _PAST.search(story.text[max(sentence.start, m.start() - 15) : m.end()]) is not None
    first_present = story.world.story.narration.tense == "present" and _PAST.search(near) is not None
    looks_back = _LOOKS_BACK.search(near) or _SUPPOSED.search(near[: m.start() - max(sentence.start, m.start() - 60)])
    return in_past or first_present or looks_back is not None


# --- sides of the body
@cache
def body_groups() -> dict[str, str]:
    """A part of the body → the group that is one for a limp: knee and foot are of one leg."""
    rows = (line.split("\t") for line in sections("check")["body parts"])
    return {w.strip(): group for group, words in rows for w in words.split(",")}


@cache
def _marks() -> dict[str, str]:
    rows = (line.split("\t") for line in sections("check")["lasting marks"])
    return {w.strip(): kind for kind, words in rows for w in words.split(",")}


@cache
def _mark_words() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(sorted(_marks(), key=len, reverse=True))})\b", re.IGNORECASE)


def _sides(story: Story) -> Iterator[Fact]:
    """A lasting mark on the left or the right; the attribute names the mark and the part, the value the side."""
    for m in _SIDE.finditer(story.text):
        part = m.group(2).lower()
        if part not in body_groups():
            continue
        sentence = story.sentence(m.start())
        start, end = max(story.paragraph(m.start()).start, m.start() - _MARK_REACH), min(sentence.end, m.end() + 2 * _MARK_REACH)
        kinds = {_marks()[k.group().lower()] for k in _mark_words().finditer(story.text, start, end)}
        if not kinds:
            continue
        adjectives = re.search(
            r"(?:\b(?:own|poor|old|bad|good|injured|broken|wounded|stiff|lame) )+$", story.text[max(0, m.start() - 20) : m.start()]
        )
        at = m.start() - (len(adjectives.group()) if adjectives else 0)
        loose = re.search(r"\b(?:the|an?|in|on|with)\s+(?:\w+\s+)?$", story.text[max(0, at - 16) : at])
        owner = possessor(story, at) or (only_one(story, m.start()) or by_tree(story, m.start(2)) if loose else None)
        for kind in sorted(kinds) if owner is not None else ():
            group = body_groups()[part] if part not in _OF_FACE else "face"
            yield _fact(owner or "", f"side: {kind} {group}", m.group(1).lower(), Span(m.start(), m.end()), _SURE)


# --- work
@cache
def job_groups() -> dict[str, int]:
    """An exclusive job → the number of its group; those of one group may be one job."""
    return {w.strip(): i for i, line in enumerate(sections("check")["exclusive jobs"]) for w in line.split(",")}


@cache
def _job_words() -> str:
    return "|".join(map(re.escape, sorted(job_groups(), key=len, reverse=True)))


def _jobs(story: Story) -> Iterator[Fact]:
    """ "She is a surgeon", "Leo, a baker, ...", and the work of somebody's father: "a judge's daughter"."""
    job = _job_words()
    stated = re.compile(
        rf"(?:\b(?:is|was|am|are)|['’](?:s|m|re)) an? ({job})(?=[,.;:!?]| and | in | at | from | of | who | here)", re.IGNORECASE
    )
    for m in stated.finditer(story.text):
        subject = subject_of(story, m.start())
        sentence = story.sentence(m.start())
        if subject and not any_of("former").search(story.text, sentence.start, m.start(1)):
            yield _fact(subject.who[0], "job", m.group(1).lower(), Span(m.start(), m.end()), _SURE)
    child = re.compile(rf"\ban? ({job})['’]s (?:daughter|son)\b|\bthe (?:only )?(?:daughter|son|child) of an? ({job})\b", re.IGNORECASE)
    for m in child.finditer(story.text):
        if (owner := _described(story, m.start()) or only_one(story, m.start())) is not None:
            yield _fact(owner, "parent's job", (m.group(1) or m.group(2)).lower(), Span(m.start(), m.end()), _LIKELY)


def _births(story: Story) -> Iterator[Fact]:
    """ "He was born in Riga"."""
    for m in _BORN.finditer(story.text):
        if (subject := subject_of(story, m.start())) is not None:
            yield _fact(subject.who[0], "birthplace", m.group(1).strip(), Span(*m.span()), _SURE)
