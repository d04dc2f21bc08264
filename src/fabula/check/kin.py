"""Kin that cannot be: a brother of somebody who has none, a child of the childless, a big sister who is a kid sister."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from fabula.check.owners import by_tree
from fabula.check.statements import only_one, possessor, subject_of
from fabula.check.story import ORIGIN, Story
from fabula.elements import Issue
from fabula.layers import MentionKind
from fabula.lexicons import sections
from fabula.spans import Span
from fabula.text.numbers import in_words

_SIBLING = r"(?:brother|sister)s?"
_CHILD = r"(?:son|daughter|child|children)s?"
_NONE = (
    ("sibling", re.compile(r"\b(?:an|the) only child\b|\bno (?:brothers|sisters|siblings|brother|sister)\b", re.IGNORECASE)),
    ("child", re.compile(r"\b(?:had|has|have) (?:no|never had any|never had) (?:children|child|kids)\b|\bchildless\b", re.IGNORECASE)),
)
_ONE_CHILD = re.compile(r"\b(?:had|has|have) (?:only )?one child, an? (son|daughter)\b", re.IGNORECASE)
_HAVE = re.compile(r"\b(?:was|am|is|are|had|has|have|['’](?:s|m|re|d))\s*(?:been\s*)?$", re.IGNORECASE)
_KIN = {
    "sibling": re.compile(
        rf"\b(?:own |only |dear |poor |late |(?:big|little|kid|elder|older|younger|baby|twin) )*({_SIBLING})\b(?!-in-law|ly| of mercy)",
        re.IGNORECASE,
    ),
    "child": re.compile(
        rf"\b(?:own |only |dear |poor |late |(?:big|little|elder|older|younger|eldest|youngest) )*({_CHILD})\b(?!-in-law)", re.IGNORECASE
    ),
}
_DOUBT = re.compile(
    r"\b(?:if|unless|perhaps|maybe|might|would|imagined?|pretend\w*|dream\w*|wish\w*|as though|as if|lied|joked)\b", re.IGNORECASE
)
_YEARS_APART = re.compile(
    r"\b[\w-]+ years? (?:(?P<older>older|younger)(?: (?P<than>than))?|(?:the|her|his|my|your) (?P<elder>elder|younger|senior|junior))\b",
    re.IGNORECASE,
)
_NEXT_WORD = 3  # code points after "than" in which a name begins
_COUNT = re.compile(
    r"\b(?:(?:(?P<have>had|has|have) (?:only )?)?(?P<many>[a-z]+) (?:[a-z]+ )?(?P<noun>children|kids|sons|daughters|brothers|sisters)"
    r"|(?:father|mother) of (?P<of>[a-z]+))\b",
    re.IGNORECASE,
)
_FEWEST, _MOST = 2, 12
_COUPLE = 0.5
_SURE = 0.7
_SPOKEN = 0.75
_TWO_AGES = 0.75


@dataclass(frozen=True, slots=True)
class _Stated:
    noun: str
    span: Span


def kin(story: Story) -> Iterator[Issue]:
    """The first pair of places of each contradiction."""
    for relation, pattern in _NONE:
        yield from _none(story, relation, pattern)
    yield from _other_children(story)
    yield from _big_and_little(story)
    yield from _elder_and_younger(story)
    yield from _counts(story)


def _owner(story: Story, at: int) -> str | None:
    """Whom "an only child", "no brothers" is said of: the subject of the clause."""
    had = _HAVE.search(story.text, max(0, at - 20), at)
    subject = subject_of(story, had.start()) if had else None
    return subject.who[0] if subject else only_one(story, at)


def _supposed(story: Story, span: Span) -> bool:
    sentence = story.sentence(span.start)
    return story.apart(span.start) or _DOUBT.search(story.text, sentence.start, span.start) is not None


def _none(story: Story, relation: str, pattern: re.Pattern[str]) -> Iterator[Issue]:
    for m in pattern.finditer(story.text):
        span = Span(*m.span())
        who = None if _supposed(story, span) else _owner(story, m.start())
        if who is None or _half_told(story, m.end()):
            continue
        meant = _kin_denied(story, m)
        stated = (s for s in _named(story, relation, who) if meant in ("", s.noun) and not story.sentence(s.span.start).overlaps(span))
        if (found := next(stated, None)) is not None:
            text = f"{story.world.name_of(who)}: {story.text[span.start : span.end]}, and {story.text[found.span.start : found.span.end]}"
            yield _issue(story, text, span, found.span, _SURE)


def _kin_denied(story: Story, m: re.Match[str]) -> str:
    """ "brother" where only brothers are denied, "" where all are: "no brothers or sisters", "an only child"."""
    noun = next((n for n in ("brother", "sister") if n in m.group().lower()), "")
    both = re.match(r"\s*(?:or|nor|and no|, no) (?:brothers?|sisters?)\b", story.text[m.end() : m.end() + 20], re.IGNORECASE)
    return "" if both else noun


def _half_told(story: Story, at: int) -> bool:
    """Whether what follows takes it back or goes on: "no brothers but one", "the only child of a first marriage", "no sister of mine"."""
    return (
        re.match(
            r"\s+(?:but|except|left|any more|anymore|of mine|of his|of hers|who|that|living|alive|there|in the|now)\b",
            story.text[at : at + 20],
        )
        is not None
    )


def _named(story: Story, relation: str, owner: str) -> Iterator[_Stated]:
    """Places where somebody's brother, sister or child is spoken of as there: "my brother", "Tom's sister"."""
    for m in _KIN[relation].finditer(story.text):
        span = Span(*m.span())
        if possessor(story, m.start()) == owner and not _supposed(story, span) and not _denied(story, span) and not _addressed(story, span):
            yield _Stated(m.group(1).lower().rstrip("s"), span)


def _addressed(story: Story, span: Span) -> bool:
    """Whether somebody is called so who may be nobody's child: "Listen, my child,"."""
    before = re.search(r"[,.!?;:—“”\"‘’'] ?(?:my|our) $", story.text[max(0, span.start - 8) : span.start], re.IGNORECASE)
    return before is not None and story.text[span.end : span.end + 1] in (",", ".", "!", "?", ";", "—", "”", '"')


def _denied(story: Story, span: Span) -> bool:
    sentence = story.sentence(span.start)
    around = story.text[max(sentence.start, span.start - 40) : span.start]
    return re.search(r"\b(?:no|not|never|like|as|as if|would have|instead of|without)\b|n['’]t\b", around, re.IGNORECASE) is not None


def _other_children(story: Story) -> Iterator[Issue]:
    """ "One child, a son", and then daughters."""
    for m in _ONE_CHILD.finditer(story.text):
        span = Span(*m.span())
        who = None if _supposed(story, span) else subject_of(story, m.start())
        other = "daughter" if m.group(1).lower() == "son" else "son"
        if who is None:
            continue
        for k in re.finditer(rf"\b{other}s?\b", story.text):
            if possessor(story, k.start()) == who.who[0] and not _denied(story, Span(*k.span())):
                yield _issue(story, f"{story.world.name_of(who.who[0])}: one {m.group(1)}, and {k.group()}", span, Span(*k.span()), _SURE)
                return


def _big_and_little(story: Story) -> Iterator[Issue]:
    """One sister who is the older one and the younger one."""
    classes = {w.strip(): kind for kind, words in (line.split("\t") for line in sections("check")["young kin"]) for w in words.split(",")}
    pattern = re.compile(rf"\b({'|'.join(sorted(classes, key=len, reverse=True))}) (brother|sister)\b", re.IGNORECASE)
    seen: dict[tuple[str, str], list[tuple[str, str, Span]]] = {}
    for m in pattern.finditer(story.text):
        owner = possessor(story, m.start())
        if owner is not None and not _supposed(story, Span(*m.span())):
            whom = next((x.who[0] for x in story.cast.mentions_in(m.start() - 12, m.end()) if x.end == m.end() and len(x.who) == 1), "")
            seen.setdefault((owner, m.group(2).lower()), []).append((classes[m.group(1).lower()], whom, Span(*m.span())))
    for (owner, noun), places in seen.items():
        if any(possessor(story, m.start()) == owner for m in re.finditer(rf"\b{noun}s\b", story.text)):
            continue  # one of several may be older, another younger
        first = places[0]
        other = next((p for p in places if p[0] != first[0] and p[1] and p[1] == first[1]), None)
        if other is not None:
            text = f"{story.world.name_of(owner)}: a {first[0]} {noun}, then a {other[0]} one"
            yield _issue(story, text, first[2], other[2], _TWO_AGES)


def _elder_and_younger(story: Story) -> Iterator[Issue]:
    """ "Five years younger than Henry", and then "two years the elder"."""
    seen: dict[str, list[tuple[str, str | None, Span]]] = {}
    for m in _YEARS_APART.finditer(story.text):
        who = subject_of(story, m.start())
        about = who.who[0] if who else by_tree(story, m.start())
        if about is None or _supposed(story, Span(*m.span())):
            continue
        than = next((x.who[0] for x in story.cast.mentions_in(m.end(), m.end() + _NEXT_WORD) if m["than"] and len(x.who) == 1), None)
        if m["than"] and than is None:
            continue  # than somebody, who knows whom
        word = (m["older"] or m["elder"]).lower()
        seen.setdefault(story.one(about), []).append(("younger" if word in ("younger", "junior") else "older", than, Span(*m.span())))
    for about, said in seen.items():
        pairs = ((a, b) for a, b in combinations(said, 2) if a[0] != b[0] and (a[1] is None or b[1] is None or a[1] == b[1]))
        if (pair := next(pairs, None)) is not None:
            text = f"{story.world.name_of(about)}: {', then '.join(' '.join(x[2].of(story.text).split()) for x in pair)}"
            yield _issue(story, text, pair[0][2], pair[1][2], _TWO_AGES)


def _counts(story: Story) -> Iterator[Issue]:
    """ "She had three children", and then "a mother of four"; what a couple has is counted for both."""
    couples = {x: min(r.a, r.b) for r in story.world.relationships if r.type == "spouse" and r.confidence >= _COUPLE for x in (r.a, r.b)}
    found: dict[tuple[str, str], list[tuple[int, bool, Span]]] = {}
    for m in _COUNT.finditer(story.text):
        noun = "child" if m["of"] else m["noun"].lower().rstrip("s").replace("children", "child").replace("kid", "child")
        number = in_words((m["many"] or m["of"]).lower()) or 0
        if not _FEWEST <= number <= _MOST:
            continue
        subject = subject_of(story, m.start())
        about = (
            subject.who[0] if subject else possessor(story, m.start("many")) if m["many"] and not m["have"] else by_tree(story, m.start())
        )
        about = about or _named_beside(story, m)
        if about is not None and not _supposed(story, Span(*m.span())) and not _denied(story, Span(*m.span())):
            about = couples.get(about, about) if noun in ("child", "son", "daughter") else about
            found.setdefault((about, noun), []).append((number, bool(m["have"] or m["of"]), Span(*m.span())))
    for (about, _), said in found.items():
        pair = next(((a, b) for a, b in combinations(said, 2) if _too_many(a, b) or _too_many(b, a)), None)
        if pair is not None and not _more_or_fewer().search(story.text, pair[0][2].start, pair[1][2].end):
            text = f"{story.world.name_of(about)}: {', then '.join(' '.join(x[2].of(story.text).split()) for x in pair)}"
            yield _issue(story, text, pair[0][2], pair[1][2], _SURE)


@cache
def _more_or_fewer() -> re.Pattern[str]:
    return re.compile("|".join(rf"\b(?:{p})\b" for p in sections("check")["births and deaths"]), re.IGNORECASE)


def _too_many(whole: tuple[int, bool, Span], other: tuple[int, bool, Span]) -> bool:
    """Whether a number is not the whole that is told ("had three children"): "her two sons" may be some of them."""
    return whole[1] and (other[0] > whole[0] or (other[1] and other[0] != whole[0]))


def _named_beside(story: Story, m: re.Match[str]) -> str | None:
    """The one whom a line names that only describes: "Matthis Lund, beloved husband and |father of four|"."""
    before = [
        x for x in story.cast.mentions_in(story.sentence(m.start()).start, m.start()) if len(x.who) == 1 and x.kind == MentionKind.NAME
    ]
    return before[0].who[0] if before and len({x.who for x in before}) == 1 else None


def _issue(story: Story, text: str, one: Span, other: Span, sure: float) -> Issue:
    voices = [story.voice(one.start), story.voice(other.start)]
    trust = 1.0 if voices[0] == voices[1] or "narration" in voices else _SPOKEN
    first, second = sorted((one, other))
    return Issue(kind="contradiction", rule="kin", text=text, evidence=(first, second), confidence=round(sure * trust, 3), origin=ORIGIN)
