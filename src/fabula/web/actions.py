"""What a page may ask of a World: answers, passages, findings, doubts, corrections. Plain values in and out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from fabula.ask import Conversation
from fabula.check import check
from fabula.corrections import Correction
from fabula.errors import FabulaError
from fabula.world.edit import Edit
from fabula.world.log_view import log_rows
from fabula.world.review import doubts
from fabula.world.review import to_json as doubt_json
from fabula.world.wording import correction_words, passage
from fabula.world.world import World

Json = dict[str, Any]
MOST_DOUBTS = 60
MOST_HITS = 25
_LONGEST_QUESTION = 500
_LONGEST_NAME = 120
_EXCERPT = 260


class BadRequest(FabulaError):
    """A request that no page of ours makes."""


def ask(world: World, asked: Mapping[str, Any]) -> Json:
    """The answer to ``question``, as it is meant after those before it, with the passages that it rests on; none after ``until``."""
    question = _text(asked, "question", _LONGEST_QUESTION)
    until = asked.get("until")
    if until is not None and not isinstance(until, int):
        raise BadRequest("until is no position")
    found = _conversation(world).ask(question, until)
    return found.to_json() | {"passages": [_passage(world, *s) for s in found.evidence[:4]]}


@lru_cache(maxsize=1)
def _conversation(world: World) -> Conversation:
    """What it prepares for one question serves all those after it."""
    return Conversation(world)


def forget() -> None:
    """Let go of what was prepared for a World that is no longer shown."""
    _conversation.cache_clear()


def search(world: World, asked: Mapping[str, Any]) -> Json:
    """The paragraphs that hold the words of ``words``, best first."""
    words = _text(asked, "words", _LONGEST_QUESTION)
    return {"passages": [_passage(world, h.start, h.end) for h in world.search(words, limit=MOST_HITS)]}


def findings(world: World, _: Mapping[str, Any]) -> Json:
    """What ``fabula check`` finds, each with its places."""
    return {
        "findings": [
            {
                "rule": i.rule, "text": i.text, "confidence": round(i.confidence, 3), "noted": list(i.noted),
                "passages": [_passage(world, *s) for s in i.evidence[:4]],
            }
            for i in check(world)
        ]
    }  # fmt: skip


def review(world: World, _: Mapping[str, Any]) -> Json:
    """The least certain decisions, most valuable first, and the corrections so far."""
    found = doubts(world)
    rows = [doubt_json(d) | ({"passage": _passage(world, *d.span)} if d.span else {}) for d in found[:MOST_DOUBTS]]
    names = {c: world.name_of(c) for d in found[:MOST_DOUBTS] for c, _ in d.candidates}
    log = [{"number": r.number, "words": r.words, "state": r.state} for r in log_rows(world)]
    return {"doubts": rows, "of": len(found), "names": names, "log": log}


# --- corrections
def _speaker(edit: Edit, a: Mapping[str, Any]) -> object:
    who = a.get("who")
    return edit.speaker(_place(a, "at"), None if who is None else _name(a, "who"), new=a.get("new") is True)


def _mention(edit: Edit, a: Mapping[str, Any]) -> object:
    return edit.mention(_place(a, "at"), _name(a, "who"), new=a.get("new") is True)


def _split(edit: Edit, a: Mapping[str, Any]) -> object:
    name = str(a.get("name", ""))[:_LONGEST_NAME]
    if a.get("at") is not None:
        return edit.split(_name(a, "who"), at=[_place(a, "at")], name=name)
    return edit.split(_name(a, "who"), _name(a, "other"), name=name)


_EDITS: Mapping[str, Callable[[Edit, Mapping[str, Any]], object]] = {
    "speaker": _speaker,
    "mention": _mention,
    "merge": lambda e, a: e.merge(_name(a, "who"), _name(a, "other")),
    "split": _split,
    "rename": lambda e, a: e.rename(_name(a, "who"), _name(a, "name")),
    "retype": lambda e, a: e.retype(_name(a, "who"), _name(a, "type")),
    "pronouns": lambda e, a: e.pronouns(_name(a, "who"), _name(a, "pronouns")),
    "dismiss": lambda e, a: e.dismiss(_name(a, "item")),
    "keep": lambda e, a: e.keep(_name(a, "item")),
    "undo": lambda e, a: e.undo(a["number"] if isinstance(a.get("number"), int) else None),
}
BY_NUMBER = frozenset(("dismiss", "keep"))
"""Corrections that name an item by its number in a list, which is another one after the lists are decided anew."""


def correct(world: World, asked: Mapping[str, Any]) -> Json:
    """Keep one correction (``op`` and what it needs) in the log; what it says. Deciding anew by it is left to ``working``."""
    op = str(asked.get("op"))
    if op not in _EDITS:
        raise BadRequest(f"no correction {op!r}")
    entries = Edit(world).note(lambda e: _EDITS[op](e, asked))
    return {"words": [correction_words(c) if c.kind != "undo" else _undone(world, c) for c in entries]}


def _undone(world: World, undoing: Correction) -> str:
    words = next((correction_words(c) for c in world.log if c.uid == undoing.value and c.kind != "undo"), "the last one")
    return f"taken back: {words}"


# --- parts of requests
def _text(asked: Mapping[str, Any], key: str, longest: int) -> str:
    value = asked.get(key)
    if not isinstance(value, str) or not value.strip():
        raise BadRequest(f"{key} is missing", hint="type something first")
    return " ".join(value.split())[:longest]


def _name(asked: Mapping[str, Any], key: str) -> str:
    return _text(asked, key, _LONGEST_NAME)


def _place(asked: Mapping[str, Any], key: str) -> int | tuple[int, int]:
    match asked.get(key):
        case bool():
            pass
        case int(at):
            return at
        case [int(start), int(end)]:
            return start, end
    raise BadRequest(f"{key} is no place in the text")


def _passage(world: World, start: int, end: int) -> Json:
    text = " ".join(passage(world.text, start, end, world.manuscript.emphasis).split())
    short = text if len(text) <= _EXCERPT else text[:_EXCERPT].rsplit(" ", 1)[0] + " …"
    return {"start": start, "end": end, "text": short, "noted": list(world.noted(start, end))}


ACTIONS: Mapping[str, Callable[[World, Mapping[str, Any]], Json]] = {"ask": ask, "search": search, "check": findings, "review": review}
