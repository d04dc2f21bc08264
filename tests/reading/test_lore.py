"""Lore: what is so in this world is told from what happens, what one feels and what one says. The passages are written for these tests."""

from __future__ import annotations

import pytest

from fabula.elements import Lore
from fabula.reading import lore
from fabula.reading.quotations import STEP as QUOTATIONS
from fabula.reading.tokens import tokenize
from fabula.text import read_bytes

CANDLES = """Mother Agnew kept the candles in a drawer with the string.

"A wish candle burns once," she said. "A wish can't raise the dead and it can't make anybody love you. Anyone who has lied that day must
wash their hands first. Only children are exempt."

Tam looked at the drawer. He wanted one so badly that his teeth hurt. The rain had started again, and the dog came in and shook itself.

Every candle has a twin.
"""

LICENCE = """The woman from the county put her bag on the table and took out a folder as thick as a cake.

"So what happens now?" asked Peter.

"First you fill in the application, both of you. Within thirty days an inspector visits the house. After that there's a hearing.
You must file the medical forms at least three weeks before the hearing, otherwise it gets moved to the spring. If the panel
approves you, the licence is issued for two years. It has to be renewed within sixty days of the end, or it lapses and you start again."

Peter wrote it all down. His hand was shaking. "I think we should have tea," said Wim. "You must be tired."
"""

SMALL_TALK = """I think people are fools, mostly. Everyone knows that, and nobody says so. My aunt always had her tea at four.

"You must come on Sunday," she said. "You can't sit in that flat for ever. Men never notice dust."

"I can't. I have to work."

"A man should work less," said my aunt. "If you go now you'll miss the rain. Don't forget your umbrella."

Every morning I walked to the tram. It was a good tram. Nobody spoke on it. A child waved at me from the back seat.
"""

HOUSE = """The house had its rules, and he had learned them one bruise at a time. Nobody was allowed upstairs after nine. Whoever broke
a dish had to mend it before breakfast. He ate his soup. It was cold, and there was hair in it.
"""

WARDENS = """The Wardens of Ashmere serve for seven winters. A Warden may not marry, may not own land, and may not sleep two nights under
the same roof. When a Warden dies, the bell at Corrow is rung until another takes the grey.

Ilse pulled the hood up and went out into the sleet. Her brother followed her, complaining.
"""


def read(story: str) -> list[Lore]:
    manuscript = read_bytes(story.encode(), source="story.txt")
    _, sentences = tokenize(manuscript)
    quotations = QUOTATIONS.run(manuscript=manuscript)["quotations"]
    return list(lore.STEP.run(manuscript=manuscript, sentences=sentences, quotations=quotations)["lore"])


def about(story: str, words: str) -> Lore:
    """The one item whose evidence holds these words."""
    at = story.index(words)
    found = [x for x in read(story) if x.evidence[0].start <= at < x.evidence[0].end]
    assert len(found) == 1, words
    return found[0]


def said(story: str) -> str:
    return " | ".join(story[e.start : e.end].replace("\n", " ") for x in read(story) for e in x.evidence)


def test_the_magic_of_a_candle_and_its_exceptions_are_rules() -> None:
    for words in (
        "A wish candle burns once",
        "can't raise the dead",
        "must\nwash their hands",
        "Only children are exempt",
        "Every candle has a twin",
    ):
        assert about(CANDLES, words).kind in ("rule", "procedure_step")
    assert "teeth hurt" not in said(CANDLES) and "drawer" not in said(CANDLES)


def test_who_must_act_is_the_actor() -> None:
    actor = about(CANDLES, "must\nwash").actor
    assert actor is not None and actor.of(CANDLES).startswith("Anyone")


def test_a_licensing_procedure_is_a_chain_with_deadlines_and_what_happens_otherwise() -> None:
    forms = about(LICENCE, "medical forms")
    assert forms.deadline is not None and "three weeks before the hearing" in forms.deadline.of(LICENCE)
    assert forms.otherwise is not None and "moved to the spring" in forms.otherwise.of(LICENCE)
    renewal = about(LICENCE, "renewed")
    assert renewal.deadline is not None and "within sixty days" in renewal.deadline.of(LICENCE)
    assert renewal.otherwise is not None and "lapses" in renewal.otherwise.of(LICENCE)
    approval = about(LICENCE, "licence is issued")
    assert approval.condition is not None and approval.condition.of(LICENCE) == "If the panel\napproves you"


def test_steps_follow_each_other_in_order() -> None:
    steps = [x for x in read(LICENCE) if x.kind == "procedure_step"]
    assert [x.order for x in steps] == list(range(1, len(steps) + 1)) and len(steps) >= 4
    assert [x.next for x in steps] == [(x.id,) for x in steps[1:]] + [()]


def test_opinions_habits_of_one_person_and_small_talk_are_no_lore() -> None:
    assert read(SMALL_TALK) == []


def test_rules_told_in_the_past_are_rules_where_the_story_is_told_in_the_past() -> None:
    assert "Nobody was allowed upstairs after nine" in said(HOUSE) and "Whoever broke a dish" in said(HOUSE)
    assert "soup" not in said(HOUSE)


def test_neighbouring_rules_about_one_thing_share_their_topic() -> None:
    topics = {about(WARDENS, words).topic for words in ("may not marry", "When a Warden dies")}
    assert topics == {"warden"}
    assert "sleet" not in said(WARDENS)


@pytest.mark.parametrize("story", [CANDLES, LICENCE, HOUSE, WARDENS], ids=["candles", "licence", "house", "wardens"])
def test_every_part_lies_inside_the_sentence_that_is_its_evidence(story: str) -> None:
    items = read(story)
    assert [x.id for x in items] == [f"l{i}" for i in range(1, len(items) + 1)]
    for x in items:
        (evidence,) = x.evidence
        assert 0 <= evidence.start < evidence.end <= len(story)
        assert all(evidence.contains(part) for part in (x.actor, x.condition, x.deadline, x.otherwise) if part is not None)
        assert 0.5 <= x.confidence <= 0.9


def test_a_rule_announced_in_small_letters_is_read_sentence_by_sentence() -> None:
    story = "okay so here's how it works. every bond mark shows on your birthday. you can't hide it. nobody gets two.\n\njules yawned.\n"
    assert "every bond mark" in said(story) and "nobody gets two" in said(story)
    assert "jules yawned" not in said(story)


def test_an_event_with_a_duty_in_it_is_no_rule() -> None:
    assert read("When a plate came down the line she caught it, the way she always had, and Owen had to go and look at the soup.\n") == []


LEASE = """There are four rules. "Nobody may paint the door until the lease is signed. If the bell rings twice, the tenant must leave
the same evening. You must never open the cellar before you have knocked. Every visitor must be gone by half past nine. If the
rent isn't paid when the month is up, you have to give the key back. A tenant has twenty-eight days to complain."
"""


@pytest.mark.parametrize(
    ("rule", "limit"),
    [
        ("Nobody may paint", "until the lease is signed"),
        ("the tenant must leave", "the same evening"),
        ("You must never open", "before you have knocked"),
        ("Every visitor", "by half past nine"),
        ("the\nrent", "when the month is up"),
        ("A tenant has", "twenty-eight days"),
    ],
)
def test_a_rule_is_bound_by_a_clause_an_hour_or_a_day_too(rule: str, limit: str) -> None:
    found = about(LEASE, rule)
    assert found.deadline is not None and found.deadline.of(LEASE) == limit
