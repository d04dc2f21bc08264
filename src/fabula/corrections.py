"""What the user corrects: plain data, apart from everything that is read.

A correction names characters by their forms and by places where they are mentioned, and places by their words (``anchors``), never by
ids alone, so that it holds in a new reading and in a changed text. The log is only added to: to undo is one more correction.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import astuple, dataclass, replace
from typing import Literal

from fabula.anchors import Anchor
from fabula.elements import Spans

USER = "user"
"""The origin of what the user set."""
NOBODY = "nobody"
"""The type of what is no character at all."""
TYPES = ("person", "animal", "being", "group", NOBODY)
PRONOUNS = ("he", "she", "they", "it")
IDENTITY = ("merge", "split", "rename", "retype", "pronouns")
"""Corrections that say who or what a character is."""
DECISIVE = (*IDENTITY, "speaker", "mention")
KINDS = (*DECISIVE, "dismiss", "keep", "undo")


@dataclass(frozen=True, slots=True)
class Whom:
    """A character as the user meant it: the name, the forms that the story uses, and places where it is mentioned.

    Somebody's ``kin`` is known by the forms of that ``owner`` (none: the narrator). Without forms and anchors it is someone whom the
    story never names and the user did.
    """

    name: str
    forms: tuple[str, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    kin: str = ""
    owner: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One entry of the log.

    ``merge``: ``who`` are one. ``split``: the forms of the second of ``who``, or the mentions ``at``, are not the first; ``value`` may name
    the new one. ``rename``, ``retype``, ``pronouns``: ``value`` holds for ``who``. ``speaker``: ``who`` says the quotation ``at``, nobody
    knows who where it is empty. ``mention``: the words ``at`` stand for ``who``. ``dismiss``, ``keep``: the item in ``value`` is wrong, or
    right as it is. ``undo``: ``value`` is the uid of the entry that no longer holds. ``number`` is the place in the log of a file.
    """

    kind: str
    who: tuple[Whom, ...] = ()
    at: tuple[Anchor, ...] = ()
    value: str = ""
    made: str = ""
    uid: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a correction in a reading: ``spans`` is where its places are now; an orphan is one that found no place."""

    correction: str
    state: Literal["applied", "orphan"]
    message: str = ""
    spans: Spans = ()


_SHAPES = {
    "merge": (2, 0), "split": (1, 0), "rename": (1, 0), "retype": (1, 0), "pronouns": (1, 0), "speaker": (0, 1), "mention": (1, 1),
}  # fmt: skip
"""How many of ``who`` and ``at`` a correction has at least."""
_VALUES = {"retype": TYPES, "pronouns": PRONOUNS}


def is_sound(c: Correction) -> bool:
    """Whether a correction from elsewhere says all that its kind needs."""
    who, at = _SHAPES.get(c.kind, (0, 0))
    places = [a for w in c.who for a in w.anchors] + list(c.at)
    return (
        len(c.who) >= who
        and len(c.at) >= at
        and all(0 <= a.start <= a.start + len(a.text) <= a.end for a in places)
        and c.value in _VALUES.get(c.kind, (c.value,))
        and (c.kind not in ("dismiss", "keep") or _is_item(c.value))
        and (c.kind != "split" or len(c.who) > 1 or len(c.at) > 0)
    )


def _is_item(value: str) -> bool:
    what = json.loads(value)
    return isinstance(what, dict) and isinstance(what.get("layer"), str) and all(isinstance(what.get(k), list) for k in ("says", "about"))


def signed(correction: Correction, made: str) -> Correction:
    """The correction with its time and an id of its own, which is the same wherever the log is copied."""
    whole = replace(correction, made=made, uid="", number=0)
    digest = hashlib.sha256(json.dumps(astuple(whole)).encode()).hexdigest()
    return replace(whole, uid=digest[:12])


def active(log: Iterable[Correction]) -> tuple[Correction, ...]:
    """The corrections that hold, in order: what a later entry undoes does not, unless that entry is undone itself.

    >>> log = [Correction(kind="rename", uid="a"), Correction(kind="undo", value="a", uid="b")]
    >>> len(active(log)), len(active([*log, Correction(kind="undo", value="b", uid="c")]))
    (0, 1)
    """
    undone: set[str] = set()
    out: list[Correction] = []
    for correction in reversed(list(log)):
        if correction.uid in undone:
            continue
        if correction.kind == "undo":
            undone.add(correction.value)
        else:
            out.append(correction)
    return tuple(reversed(out))


def decisive(corrections: Iterable[Correction]) -> tuple[Correction, ...]:
    """Those that the reading has to know; what is only hidden or kept as it is changes no decision."""
    return tuple(c for c in corrections if c.kind in DECISIVE)


def digest(corrections: Iterable[Correction]) -> str:
    """A key of the corrections that hold; empty where there are none."""
    uids = [c.uid for c in corrections]
    return hashlib.sha256(" ".join(uids).encode()).hexdigest() if uids else ""
