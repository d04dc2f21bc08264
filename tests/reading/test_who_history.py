"""How people have been described so far, as the ranking of mentions sees it."""

from __future__ import annotations

from fabula.layers import MentionKind
from fabula.reading.who.history import History
from fabula.reading.who.spots import Part, Spot


def described(row: int, head: str, who: int) -> tuple[int, Spot]:
    return row, Spot(row, row + 2, MentionKind.NOMINAL, Part.SUBJECT, -1, row, head=head, who=(who,), confidence=0.9)


def test_history_counts_which_noun_has_meant_whom() -> None:
    history = History()
    for k, s in (described(0, "man", 0), described(1, "man", 0), described(2, "man", 1), described(3, "surgeon", 1)):
        history.attend(k, s, {s.who[0]: 1.0}, inner=False, described=(s.head,))
    assert history.heads == {"man": 3, "surgeon": 1}
    assert history.of[0].heads["man"] == 2
    assert history.of[1].words == {"man", "surgeon"}


def test_a_name_describes_nobody() -> None:
    history = History()
    name = Spot(0, 1, MentionKind.NAME, Part.SUBJECT, -1, 0, who=(0,), confidence=0.9)
    history.attend(0, name, {0: 1.0}, inner=False, described=("anna",))
    assert not history.heads
    assert not history.of[0].words
