import pytest

from fabula.elements import Belief
from fabula.reading.beliefs import STEP
from marked_story import told

EVERYONE = "ann she, bea she, cal he, dov he"


def beliefs(marked: str, least: float = 0.5) -> list[Belief]:
    layers = told(marked, pronouns=EVERYONE)
    return [b for b in STEP.run(**{n: layers[n] for n in STEP.needs})["beliefs"] if b.confidence >= least]


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        ('@cal/ann"{cal|I} thought {ann|you} had drowned," said {cal|Cal}. {ann|Ann} sat.', ("cal", None)),
        ('@cal/ann"{cal|I} didn\'t know it had been salted," said {cal|Cal}. {ann|Ann} sat.', ("cal", None)),
        ('@cal/ann"{ann|You} told {cal|me} {dov|he} was dead," said {cal|Cal}. {ann|Ann} sat. {dov|Dov} slept.', ("cal", "ann")),
        ('@cal/ann"Harrow\'s men did it," said {cal|Cal}. It was a lie. {ann|Ann} wept.', ("ann", "cal")),
        ("{cal|Cal} mistook {dov|Dov} for a customs officer.", ("cal", None)),
    ],
)
def test_who_was_mistaken_and_who_told_them_is_found(story: str, expected: tuple[str, str | None]) -> None:
    assert [(b.who, b.told_by) for b in beliefs(story)] == [expected]


@pytest.mark.parametrize(
    "story",
    [
        '@cal/ann"{cal|I} think {ann|you} are right," said {cal|Cal}. {ann|Ann} sat.',
        '@cal/ann"{cal|I} thought {cal|I}\'d come by," said {cal|Cal}. {ann|Ann} sat.',
        '@cal/ann"{cal|I} thought it was lovely," said {cal|Cal}. {ann|Ann} sat.',
        '@cal/ann"If {cal|I} thought {ann|you} were ill, {cal|I} should go," said {cal|Cal}. {ann|Ann} sat.',
        '@cal/ann"{ann|You} have told {cal|me} that it is so," said {cal|Cal}. {ann|Ann} sat.',
        "{cal|Cal} thought about {ann|Ann}.",
        "{cal|Cal} did not lie. {ann|Ann} lay down.",
        "{cal|Cal} took {ann|Ann} for a walk.",
    ],
)
def test_opinions_intentions_and_mere_thinking_are_no_mistaken_beliefs(story: str) -> None:
    assert beliefs(story) == []


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        # of another's mind: he is mistaken, and that he thinks so is what the speaker believes
        (
            '@cal/ann"{dov|Dov} thinks {cal|I}\'m in Lyon," said {cal|Cal}. {ann|Ann} sat. {dov|Dov} slept.',
            {("dov", "false"), ("cal", "unknown")},
        ),
        ('@cal/ann"{dov|Dov} doesn\'t like {cal|me}," said {cal|Cal}. {ann|Ann} sat. {dov|Dov} slept.', {("cal", "unknown")}),
        ('@cal/ann"{dov|He} doesn\'t know that {bea|Bea} left," said {cal|Cal}. {ann|Ann} sat. {dov|Dov} slept.', {("dov", "false")}),
        # denied at once
        (
            '@cal/ann"{dov|Dov} can\'t read it," said {cal|Cal}. @ann/cal"{dov|He} did read it," said {ann|Ann}. {dov|Dov} slept.',
            {("cal", "disputed")},
        ),
        # concluded, and left open
        ('@cal/ann"So {ann|you}\'ve sold the boat," said {cal|Cal}. {ann|Ann} sat.', {("cal", "unknown")}),
        ('@cal/ann"{dov|He} must have sold the boat," said {cal|Cal}. {ann|Ann} sat. {dov|Dov} slept.', {("cal", "unknown")}),
        # what somebody told themselves
        ("{cal|Cal} told {cal|himself} that {ann|she} was ill. {ann|Ann} sat.", {("cal", "false")}),
    ],
)
def test_what_nobody_calls_a_belief_is_one(story: str, expected: set[tuple[str, str]]) -> None:
    assert {(b.who, b.truth) for b in beliefs(story)} == expected


@pytest.mark.parametrize(
    "story",
    [
        '@cal/ann"So {cal|I} sold the boat," said {cal|Cal}. {ann|Ann} sat.',
        '@cal/ann"{ann|You} must come in," said {cal|Cal}. {ann|Ann} sat.',
        '@cal/ann"Is {dov|he} ill?" asked {cal|Cal}. @ann/cal"{dov|He} isn\'t ill," said {ann|Ann}. {dov|Dov} slept.',
        "{cal|Cal} told {cal|himself} not to worry.",
    ],
)
def test_telling_on_duties_and_questions_are_no_beliefs(story: str) -> None:
    assert beliefs(story) == []


def test_what_somebody_writes_and_another_takes_back_was_wrong() -> None:
    story = '@cal/ann"{dov|Dov} is dead," said {cal|Cal}. It rained. @ann/bea"{dov|Dov} is not dead," said {ann|Ann}. {bea|Bea} sat.'
    (found,) = beliefs(story)
    assert (found.who, found.corrected_at is not None) == ("cal", True)


def test_a_belief_that_the_later_text_contradicts_says_where() -> None:
    story = "{cal|Cal} believed that {ann|Ann} was dead. It rained for a year. {ann|Ann} was not dead."
    (found,) = beliefs(story)
    text = told(story)["manuscript"].text
    assert found.truth == "false" and found.corrected_at is not None
    assert text[slice(*found.corrected_at)] == "Ann was not dead."


def test_a_belief_in_narration_that_nothing_contradicts_is_only_for_the_review_list() -> None:
    assert beliefs("{cal|Cal} believed that {ann|Ann} was dead.") == []
    assert len(beliefs("{cal|Cal} believed that {ann|Ann} was dead.", least=0.25)) == 1
