import pytest

from fabula.elements import Commitment
from fabula.reading.commitments import STEP
from marked_story import told

EVERYONE = "ann she, bea she, cal he, dov he"


def commitments(marked: str, least: float = 0.5) -> list[Commitment]:
    layers = told(marked, pronouns=EVERYONE) | {"frames": ()}
    return [c for c in STEP.run(**{n: layers[n] for n in STEP.needs})["commitments"] if c.confidence >= least]


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        ("When they parted, {cal|Cal} promised {ann|Ann} to come back.", ("promise", "cal", ("ann",))),
        ("{cal|Cal} ordered {dov|Dov} to saddle the horses.", ("order", "cal", ("dov",))),
        ("{ann|Ann} told {cal|him} to get out and never come back.", ("order", "ann", ("cal",))),
        ("{cal|Cal} gave {ann|her} {cal|his} word.", ("promise", "cal", ("ann",))),
        ("{dov|Dov} offered {cal|Cal} a job in Lyon.", ("offer", "dov", ("cal",))),
        ('@ann/cal"{cal|You} have {ann|my} word," said {ann|Ann}.', ("promise", "ann", ("cal",))),
        ('{cal|Cal} rose. @ann/cal"{ann|I} swear by salt and iron that {ann|I} will find them," said {ann|Ann}.', ("vow", "ann", ("cal",))),
        ('@ann/cal"{ann|I}\'ll drive {cal|you} home tomorrow," said {ann|Ann}.', ("offer", "ann", ("cal",))),
        ('@cal/ann"{ann|You} won\'t tell {bea|her}." @ann/cal"{ann|I} won\'t tell {bea|her}."', ("promise", "ann", ("cal",))),
        ('@cal/ann"Promise {cal|me}." @ann/cal"{ann|I} promise," said {ann|Ann}.', ("promise", "ann", ("cal",))),
        ('@ann/cal"If {cal|you} come near {ann|me}, {ann|I} will burn the boat," said {ann|Ann}.', ("threat", "ann", ("cal",))),
        ('{cal|Cal} rose. @ann/cal"Don\'t ever tell {bea|her} that!" cried {ann|Ann}.', ("order", "ann", ("cal",))),
        ('@ann/cal"{ann|I}\'m going to pay {cal|you} tomorrow," said {ann|Ann}. {cal|Cal} sat.', ("offer", "ann", ("cal",))),
        ('@ann/cal"If {cal|you} don\'t tell {bea|her}, {ann|I} will," said {ann|Ann}. {cal|Cal} sat.', ("promise", "ann", ("cal",))),
        ('@ann/cal"Not a word to {bea|Bea}," said {ann|Ann}. {bea|Bea} and {cal|Cal} slept.', ("order", "ann", ("cal",))),
        ('@ann/cal"Nobody goes into the cellar," said {ann|Ann}. {cal|Cal} sat.', ("order", "ann", ("cal",))),
        ('@ann/cal"You\'re not to tell {bea|her}," said {ann|Ann}. {bea|Bea} and {cal|Cal} slept.', ("order", "ann", ("cal",))),
        ('@ann/cal"Please don\'t tell {bea|her}," said {ann|Ann}. {bea|Bea} and {cal|Cal} slept.', ("order", "ann", ("cal",))),
        ("{cal|Cal} asked {ann|Ann} to marry {cal|him}.", ("offer", "cal", ("ann",))),
        ("{cal|Cal} said {cal|he} would pay for it.", ("promise", "cal", ())),
        ('@ann/cal"{cal|You} said not to tell {bea|her}," said {ann|Ann}. {bea|Bea} and {cal|Cal} slept.', ("order", "cal", ())),
        ('@ann/cal"{ann|I}\'ll be back by six," said {ann|Ann}. {cal|Cal} sat.', ("promise", "ann", ("cal",))),
        (
            '@cal/ann"Will {ann|you} keep it for {cal|me}?" asked {cal|Cal}. @ann/cal"All right," said {ann|Ann}. {cal|Cal} sat.',
            ("agreement", "ann", ("cal",)),
        ),
    ],
)
def test_who_binds_whom_to_what_is_told(story: str, expected: tuple[str, str, tuple[str, ...]]) -> None:
    assert expected in [(c.kind, c.by, c.to) for c in commitments(story)]


@pytest.mark.parametrize(
    "story",
    [
        '@ann/cal"{ann|I}\'ll get the door," said {ann|Ann}.',
        '@ann/cal"{ann|I} swear {ann|I} had no idea," said {ann|Ann}.',
        '@ann/cal"Look here, sit down," said {ann|Ann}.',
        "{cal|Cal} cut {cal|his} finger and swore.",
        "{cal|Cal} never promised {ann|Ann} anything.",
        "{cal|Cal} agreed with {ann|Ann}.",
        "{cal|Cal} ordered a beer.",
        "{ann|Ann} was offered a chair.",
        '@ann/cal"It rains," {ann|Ann} told {cal|Cal}, to change the subject.',
        '@ann/cal"{ann|I}\'d have sworn to it," said {ann|Ann}.',
        '@ann/cal"Did {cal|you} promise to come?" asked {ann|Ann}.',
        '@ann/cal"{ann|I} think {ann|I}\'ll sleep," said {ann|Ann}.',
        '@ann/cal"{ann|I}\'ll never understand it," said {ann|Ann}.',
        '@ann/cal"{ann|I} was going to tell {cal|you}," said {ann|Ann}.',
        '@ann/cal"Nobody ever reads it," said {ann|Ann}.',
        '@ann/cal"Let me see," said {ann|Ann}.',
        '@ann/cal"You can\'t swim," said {ann|Ann}.',
        '@ann/cal"{ann|I} may have driven {cal|you} home," said {ann|Ann}.',
        '@ann/cal"Don\'t be silly," said {ann|Ann}.',
    ],
)
def test_what_is_said_in_passing_denied_or_asked_binds_nobody(story: str) -> None:
    assert commitments(story) == []


def test_a_condition_is_the_clause_that_states_it() -> None:
    story = '@ann/cal"If {cal|you} come here again, {ann|I} will burn the boat," said {ann|Ann}.'
    (found,) = commitments(story)
    text = told(story)["manuscript"].text
    assert found.condition is not None and text[slice(*found.condition)] == "If you come here again"


@pytest.mark.parametrize(
    ("after", "fate"),
    [
        ("{cal|Cal} painted the boat on Monday.", "kept"),
        ("{cal|Cal} broke {cal|his} promise.", "broken"),
        ('@ann/cal"{ann|I} release {cal|you} from it," said {ann|Ann}.', "withdrawn"),
        ("{dov|Dov} painted the fence on Monday.", "open"),
        ("{cal|Cal} would have painted the boat.", "open"),
    ],
)
def test_the_fate_of_a_promise_is_what_the_later_text_shows(after: str, fate: str) -> None:
    found = commitments("{cal|Cal} promised {ann|Ann} to paint the boat. " + after)
    assert [c.fate for c in found if c.kind == "promise"] == [fate]
    assert len(found[0].evidence) == (1 if fate == "open" else 2)


def test_an_order_that_is_carried_out_is_kept() -> None:
    found = commitments('@ann/cal"Order the horses, {cal|Cal}," said {ann|Ann}. {cal|Cal} ordered the horses.')
    assert [(c.kind, c.fate) for c in found] == [("order", "kept")]


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        ('@ann/cal"Put the pane back," said {ann|Ann}. @cal/ann"No," said {cal|Cal}.', ("order", "broken")),
        ('@ann/cal"Shall {ann|I} drive {cal|you} home?" asked {ann|Ann}. @cal/ann"No, thanks," said {cal|Cal}.', ("offer", "withdrawn")),
    ],
)
def test_what_is_refused_at_once_is_not_open(story: str, expected: tuple[str, str]) -> None:
    assert expected in [(c.kind, c.fate) for c in commitments(story, least=0.25)]


def test_a_promise_that_was_kept_by_the_word_for_it_is_kept() -> None:
    found = commitments("{cal|Cal} promised {ann|Ann} to paint the boat. It rained. {cal|Cal} kept {cal|his} promise.")
    assert [c.fate for c in found] == ["kept"]
