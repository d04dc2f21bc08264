"""Who tells the story: the person and tense of the narration, and the narrator as one character."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from fabula.layers import MentionKind
from fabula.lexicons import words
from fabula.reading.who.dialogue import Decision
from fabula.reading.who.page import Page
from fabula.reading.who.spots import Spot
from fabula.reading.who.tags import Cue

FIRST_PERSON_RATE = 0.008  # of narration words that are "I" and its forms; third-person novels stay below 0.002
SECOND_PERSON_RATE = 0.03  # in letters and tales told to somebody it stays below 0.022
CALLED_OFTEN = 1.2  # votes of those who call the narrator by a name and are answered


def person_of_narration(page: Page, spots: list[Spot]) -> Literal["first", "second", "third"]:
    """First person when ``I`` is common outside quotations, second when ``you`` carries it, else third."""
    size = sum(w and q < 0 and t and not a for w, q, t, a in zip(page.is_word, page.quote, page.told, page.apart, strict=True)) or 1
    count = Counter(
        s.grammatical_person for s in spots if s.kind == MentionKind.PRONOUN and s.quote < 0 and not s.plural and not page.apart[s.first]
    )
    if count[2] / size > SECOND_PERSON_RATE and count[2] > count[1]:
        return "second"
    return "first" if count[1] / size > FIRST_PERSON_RATE else "third"


def tense_of_narration(page: Page) -> Literal["past", "present", "mixed"]:
    """By frequent finite verbs outside quotations."""
    past, present = words("grammar", "tense_past"), words("grammar", "tense_present")
    n = Counter(
        "past" if w in past else "present"
        for w, q, t in zip(page.lower, page.quote, page.told, strict=True)
        if q < 0 and t and (w in past or w in present)
    )
    share = n["past"] / max(n.total(), 1)
    return "past" if share > 0.65 else "present" if share < 0.35 else "mixed"


def _introductions(page: Page, spots: list[Spot], decisions: list[Decision], narrator: int) -> Counter[int]:
    """``My name is X``, ``I'm X``, ``called me X`` by the narrator."""
    votes: Counter[int] = Counter()
    for s in spots:
        if s.kind != MentionKind.NAME or s.vocative or not s.who or s.first < 2:
            continue
        mine = s.quote < 0 or decisions[s.quote].speaker == narrator
        before = page.lower[max(s.first - 3, 0) : s.first]
        if mine and (
            before[-3:] == ["my", "name", "is"]
            or before[-3:] == ["my", "name", "was"]
            or before[-2:] in (["call", "me"], ["called", "me"], ["name", "'s"])
        ):
            votes[s.who[0]] += 4
    return votes


def name_narrator(page: Page, spots: list[Spot], cues: list[Cue], decisions: list[Decision], narrator: int) -> int:
    """The named person who is the narrator: who says so, or is called so when spoken to and never acts in the narration by name.

    -1 where the story has none, or two names are as likely. More evidence is weighed by ``aliases``.
    """
    acts: Counter[int] = Counter(
        s.who[0]
        for s in spots
        if s.kind == MentionKind.NAME and s.quote < 0 and len(s.who) == 1 and page.words[min(s.last, len(page) - 1)] not in (":", "**")
    )
    votes = _introductions(page, spots, decisions, narrator)
    for q, d in enumerate(decisions):
        if d.speaker == narrator or d.speaker < 0:
            continue
        for k in cues[q].vocatives:
            if spots[k].kind == MentionKind.NAME and len(spots[k].who) == 1:
                beside = [decisions[x] for x in (q - 1, q + 1) if 0 <= x < len(decisions) and decisions[x].speaker == narrator]
                votes[spots[k].who[0]] += max((1.0 if x.cue != "implicit" else 0.6 * x.confidence for x in beside), default=0.0)  # type: ignore[assignment]
    for p in votes:
        votes[p] -= 2 * acts[p]
    best = [v for v in votes.most_common(3) if v[0] != narrator][:2]
    if not best or best[0][1] < CALLED_OFTEN:
        return -1
    return best[0][0] if len(best) < 2 or best[0][1] >= 1.5 * best[1][1] else -1
