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
        ('@cal/ann"{dov|Dov} thinks {cal|I}\'m in Lyon," said {cal|Cal}. {ann|Ann} sat. {dov|Dov} slept.', ("dov", None)),
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


def test_a_belief_that_the_later_text_contradicts_says_where() -> None:
    story = "{cal|Cal} believed that {ann|Ann} was dead. It rained for a year. {ann|Ann} was not dead."
    (found,) = beliefs(story)
    text = told(story)["manuscript"].text
    assert found.truth == "false" and found.corrected_at is not None
    assert text[slice(*found.corrected_at)] == "Ann was not dead."


def test_a_belief_in_narration_that_nothing_contradicts_is_only_for_the_review_list() -> None:
    assert beliefs("{cal|Cal} believed that {ann|Ann} was dead.") == []
    assert len(beliefs("{cal|Cal} believed that {ann|Ann} was dead.", least=0.25)) == 1
