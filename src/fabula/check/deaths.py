"""The dead who speak and act: somebody whose death is narrated says something afterwards, in so many words and under their name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from fabula.check.story import ORIGIN, Story, any_of
from fabula.elements import Issue
from fabula.layers import MentionKind
from fabula.reading.cast import MentionView
from fabula.spans import Span

_DIED = re.compile(
    r"\s+(?:had |has )?(?:died|drowned|perished|was killed|was murdered|was found dead|was dead|passed away|been killed|been murdered)\b"
)
_BURIED = re.compile(r"\b(?:had |have )?buried\s+$|\bthe (?:death|funeral|burial) of\s+$", re.IGNORECASE)
_EYES_CLOSED = re.compile(r"\b(?:closed|shut)\s+$")
_EYES = re.compile(r"(?:['’]s)? eyes (?:with (?:his|her|a)|for (?:him|her)|and drew|and pulled)\b")
_THEIR_END = re.compile(r"['’]s? (?:death|funeral|burial)\b")
_AFTER = 200  # code points after a death that still tell of it
_SPEAKS, _ACTS = 0.75, 0.65
_SURE_SPEAKER = 0.8
_SURE_MENTION, _LIKELY_MENTION = 0.4, 0.3
_OF_DEATH = re.compile(r"\b(?:death|dead|died|stopped breathing|last breath)\b", re.IGNORECASE)
_FIGURE = re.compile(
    r"\s*(?:of (?:boredom|laughter|shame|embarrassment|thirst|hunger for|curiosity)|to the world|tired|asleep|drunk|wrong|right|set"
    r"|on (?:his|her) feet|in (?:the water|line))\b"
)
_HEDGED = re.compile(
    r"\b(?:if|might|may|would|could|almost|nearly|thought|believed|supposed|said that|told|heard|says that|report|rumou?r|as though|as if"
    r"|like|until|when|before|once|should|not|never|feared|presumed|wished)\b|n['’]t\b",
    re.IGNORECASE,
)
_BACK = re.compile(
    r"\b(?:had|would|used to|once|always|never|remember\w*|years? (?:ago|before|earlier)|when (?:he|she) was"
    r"|in (?:his|her) (?:life|day|time))\b",
    re.IGNORECASE,
)
_HERE = re.compile(r"\s+(?:was|is) (?:here|there)\b")


def the_dead(story: Story) -> Iterator[Issue]:
    """For everyone who dies in the narration, the first place afterwards at which they speak or act as the living do."""
    if any(f.kind in ("flashback", "dream") and f.end - f.start > len(story.text) / 3 for f in story.world.frames):
        return
    for who, death in deaths(story).items():
        name = story.world.name_of(who)
        if _alive_after_all(story, who, death) or not name[:1].isupper():
            continue
        found = speech(story, who, death) or _deed(story, who, death)
        if found is not None:
            span, what, sure = found
            yield Issue(
                kind="contradiction", rule="dead_speaks", text=f"{name} is dead, then {what}", evidence=(death, span),
                confidence=sure, origin=ORIGIN,
            )  # fmt: skip


def deaths(story: Story) -> dict[str, Span]:
    """Whose death the narration states, with the first place of it."""
    found: dict[str, Span] = {}
    for m in story.cast.mentions:
        if len(m.who) != 1 or m.quotation >= 0 or story.apart(m.start):
            continue
        died = _DIED.match(story.text, m.end)
        closed = _EYES_CLOSED.search(story.text[max(0, m.start - 10) : m.start]) and _EYES.match(story.text, m.end)
        buried = closed or _BURIED.search(story.text[max(0, m.start - 25) : m.start]) or _THEIR_END.match(story.text, m.end)
        sentence = story.sentence(m.start)
        paragraph = story.paragraph(m.start)
        spoken_of = closed and _OF_DEATH.search(story.text, paragraph.start, paragraph.end)
        if m.confidence < (_LIKELY_MENTION if spoken_of else _SURE_MENTION):
            continue
        if (not died and not buried) or _HEDGED.search(story.text, sentence.start, m.start):
            continue
        end = died.end() if died else m.end
        if not _FIGURE.match(story.text, end):
            found.setdefault(m.who[0], Span(m.start, end))
    return found


def _alive_after_all(story: Story, who: str, death: Span) -> bool:
    """Whether the story itself knows of it: a false report, a ghost, a look back, people of one name."""
    said = any_of("alive after all").finditer(story.text, death.end)
    return any(story.concerns(story.paragraph(m.start()), who) for m in said)


def _later(story: Story, who: str, death: Span) -> Iterator[MentionView]:
    after = story.paragraph(death.start).end
    for m in story.cast.mentions_in(max(after, death.end + _AFTER), len(story.text)):
        if (
            m.who == (who,)
            and m.kind == MentionKind.NAME
            and m.quotation < 0
            and not story.apart(m.start)
            and not story.looks_back(m.start)
        ):
            yield m


def speech(story: Story, who: str, death: Span) -> tuple[Span, str, float] | None:
    """A quotation after the death that a tag with their name gives them."""
    after = story.paragraph(death.start).end
    for q in story.world.quotes:
        if q.start <= after or q.speaker != who or q.cue != "explicit" or q.confidence < _SURE_SPEAKER or q.kind != "speech":
            continue
        tag = story.paragraph(q.start)
        if not story.apart(q.start) and not story.looks_back(q.start) and not _BACK.search(_outside(story, tag)):
            return Span(q.start, q.end), "speaks", _SPEAKS
    return None


def _outside(story: Story, span: Span) -> str:
    """The narration of a paragraph, its quotations left out."""
    text, at = "", span.start
    for q in story.cast.quotes_in(span.start, span.end):
        text += story.text[at : q.start]
        at = max(at, q.end)
    return text + story.text[at : span.end]


def _deed(story: Story, who: str, death: Span) -> tuple[Span, str, float] | None:
    """A sentence of the narration after the death in which they do something, under their name, in the tense of the telling."""
    trees = story.trees
    if trees is None:
        return None
    events = {(e.start, e.end): e for e in story.world.events if who in e.who and e.realis == "actual"}
    tense: Literal["past", "present", "mixed"] = story.world.story.narration.tense
    for m in _later(story, who, death):
        sentence = story.sentence(m.start)
        if _HERE.match(story.text, m.end) and not _BACK.search(story.text, sentence.start, sentence.end):
            return sentence, "is there", _ACTS
        done = next((e for e in events.values() if sentence.contains((e.start, e.end)) and e.trigger[0] >= m.end), None)
        if done is None or _BACK.search(story.text, sentence.start, sentence.end) or m.start > sentence.start + 25:
            continue
        between = story.text[m.end : done.trigger[0]]
        if len(between) <= 12 and not re.search(r"['’]s|,", between) and tense != "mixed":
            return sentence, "does something", _ACTS
    return None
