"""Questions that the World answers: deeds, counts, knowledge, promises, ties; and yes or no."""

from __future__ import annotations

from typing import Any

import pytest

from fabula.ask import answer
from fabula.elements import Commitment, Event, Knowledge, Relationship, Scene
from fabula.spans import Span
from fabula.world.world import World
from small_world import ORIGIN, small_world

_SURE: dict[str, Any] = {"confidence": 0.9, "origin": ORIGIN}
_CAST = {"c1": "Ann Lee/Ann", "c2": "Tom", "c3": "Mrs. Pike"}
_TEXT = (
    "Mrs. Pike drove Ann to the market in the rain. Tom stole the ledger that night. [c2>c1|“I promise I will mend the wheel,”] said Tom. "
    "The dough is turned four times before noon. A wound cannot be dressed twice. Every miller sits through thirty long hours of lectures. "
    "Tom did not burn the letter. Tom mended the wheel."
)


def _at(text: str, words: str) -> Span:
    return Span(text.index(words), text.index(words) + len(words))


def _world() -> World:
    text = small_world(_TEXT, _CAST).text

    def event(number: int, words: str, what: str, who: str, whom: tuple[str, ...] = (), **more: Any) -> Event:
        span = _at(text, words)
        return Event(id=f"e{number}", start=span.start, end=span.end, trigger=span, what=what, who=(who,), whom=whom, **more, **_SURE)

    return small_world(
        _TEXT,
        _CAST,
        pronouns={"c1": "she", "c2": "he", "c3": "she"},
        events=(
            event(1, "Mrs. Pike drove Ann to the market", "drive", "c3", ("c1",)),
            event(2, "Tom stole the ledger", "steal", "c2"),
            event(3, "Tom did not burn the letter", "burn", "c2", realis="denied"),
            event(4, "Tom mended the wheel", "mend", "c2"),
        ),
        knowledge=(
            Knowledge(character="c1", of="e2", since_scene="s1", how="told", evidence=(_at(text, "Tom stole the ledger"),), **_SURE),
        ),
        commitments=(
            Commitment(
                by="c2", to=("c1",), kind="promise", fate="kept",
                evidence=(_at(text, "I promise I will mend the wheel"), _at(text, "Tom mended the wheel")), **_SURE,
            ),
        ),
        relationships=(Relationship(a="c3", b="c1", type="parent_child", basis="stated", evidence=(_at(text, "drove Ann"),), **_SURE),),
        scenes=(Scene(id="s1", start=0, end=len(text), chapter=1, present=("c1", "c2"), **_SURE),),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who drove Ann to the market?", "Mrs. Pike"),
        ("Who stole the ledger?", "Tom"),
        ("Whom did Mrs. Pike drive to the market?", "Ann Lee"),
        ("Did Tom steal the ledger?", "yes"),
        ("Did Tom burn the letter?", "no"),
        ("How many times is the dough turned?", "four times"),
        ("How many times can a wound be dressed?", "once"),
        ("How many hours of lectures must a miller sit through?", "thirty long hours"),
        ("Does Ann know that Tom stole the ledger?", "yes"),
        ("Does Mrs. Pike know that Tom stole the ledger?", "no"),
        ("What did Tom promise Ann?", "I promise I will mend the wheel"),
        ("Did Tom keep his promise to Ann?", "yes"),
        ("Did Tom break his promise to Ann?", "no"),
        ("Is Mrs. Pike the mother of Ann?", "yes"),
        ("Is Mrs. Pike the sister of Ann?", "no"),
        ("Does Ann have a mother?", "yes"),
        ("Is Tom dead?", "no"),
    ],
)
def test_what_the_world_knows_answers(question: str, expected: str) -> None:
    found = answer(_world(), question)
    assert found.answer == expected
    assert found.evidence


@pytest.mark.parametrize("question", ["Who stole the wheel's golden axle from the bishop?", "How many sons does the bishop have?"])
def test_what_nothing_tells_is_not_answered(question: str) -> None:
    assert answer(_world(), question).answer is None
