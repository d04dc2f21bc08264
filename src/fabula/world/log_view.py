"""The log of corrections as people and programs list it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from fabula.world.wording import correction_words

if TYPE_CHECKING:
    from fabula.world.world import World


@dataclass(frozen=True, slots=True)
class LogRow:
    """One entry in words. ``why``: the reason where it is an orphan."""

    number: int
    uid: str
    made: str
    kind: str
    words: str
    state: Literal["holds", "undone", "orphan", "undoing", "unknown", "pending"]
    why: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def log_rows(world: World) -> tuple[LogRow, ...]:
    """Every entry with its state in this World."""
    numbers = {c.uid: c.number for c in world.log}
    holds = {c.uid for c in world.corrections}
    orphans = {c.uid: why for c, why in world.orphans}
    worked_in = {a.correction for a in world.outcomes}
    rows = []
    for c in world.log:
        words = f"correction {numbers.get(c.value, '?')} is undone" if c.kind == "undo" else correction_words(c)
        state: Any = "undoing" if c.kind == "undo" else "holds" if c.uid in worked_in else "pending"
        if c.uid in orphans:
            state = "orphan"
        elif c.kind == "unknown":
            state = "unknown"
        elif c.uid not in holds and c.kind != "undo":
            state = "undone"
        rows.append(LogRow(c.number, c.uid, c.made, c.kind, words, state, orphans.get(c.uid, "")))
    return tuple(rows)
