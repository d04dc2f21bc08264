"""How many planted contradictions ``check`` finds in stories, how many false alarms it raises, and how many traps it falls for.

A story is ``NAME.txt`` with ``NAME.json`` beside it: ``contradictions`` and ``traps``, each with the words at which it stands (``first``
and, where there are two places, ``second``; every one of them once in the story), and of a contradiction the ``rules`` that may find it.
A finding meets one whose rule it has if it touches the sentence of one of the places, and of the other or what stands right beside it.
What meets none is a false alarm; a trap is fallen for where such a finding touches both of its places.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fabula.api import read
from fabula.bench.figures import Share
from fabula.check import check
from fabula.elements import Issue
from fabula.errors import InputError
from fabula.spans import Span
from fabula.world.assemble import SHOWN
from fabula.world.world import World

_BESIDE = 250  # code points: "had died" and "they buried him" in the next sentence are one place
_PER = 5000
"""False alarms are counted for so many words."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A contradiction or a trap: the sentences that it stands in."""

    places: tuple[Span, ...]
    rules: frozenset[str]
    why: str


@dataclass(frozen=True, slots=True)
class StoryCheck:
    """What came of one story, or of all: found and planted by rule, traps, false alarms with their texts."""

    name: str
    words: int
    found: Counter[str]
    planted: Counter[str]
    traps: Share
    alarms: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    fallen: tuple[str, ...] = field(default=())

    @property
    def recall(self) -> Share:
        return Share(self.found.total(), self.planted.total())

    @property
    def alarms_per_5000(self) -> float:
        return _PER * len(self.alarms) / max(1, self.words)

    def to_json(self) -> dict[str, Any]:
        """Plain data for programs."""
        return {
            "story": self.name, "words": self.words, "recall": self.recall.to_json(), "traps": self.traps.to_json(),
            "alarms_per_5000_words": round(self.alarms_per_5000, 3),
            "by_rule": {rule: {"found": self.found[rule], "planted": n} for rule, n in sorted(self.planted.items())},
            "alarms": list(self.alarms), "missed": list(self.missed), "fallen": list(self.fallen),
        }  # fmt: skip


def planted_stories(folder: Path) -> list[Path]:
    """The stories of a folder that have planted contradictions. Raises InputError where there are none."""
    found = [p for p in sorted(folder.glob("*.txt")) if p.with_suffix(".json").is_file()] if folder.is_dir() else []
    if not found:
        raise InputError(f"no stories with planted contradictions in {folder}", hint="a story is NAME.txt with NAME.json beside it")
    return found


def check_story(text: Path) -> StoryCheck:
    """Read a story, check it, and compare the findings with what was planted."""
    world = read(text, store=False)
    gold = json.loads(text.with_suffix(".json").read_text(encoding="utf-8"))
    planted = [_planted(world, c, text.name) for c in gold["contradictions"]]
    traps = [_planted(world, c, text.name) for c in gold["traps"]]
    return judge(text.stem, world.story.words, [i for i in check(world) if i.confidence >= SHOWN], planted, traps)


def _planted(world: World, item: dict[str, Any], source: str) -> Planted:
    places = tuple(_sentence(world, item[k], source) for k in ("first", "second") if k in item)
    return Planted(places, frozenset(item.get("rules", ())), str(item.get("why", "")))


def _sentence(world: World, words: str, source: str) -> Span:
    """The sentences that hold some words. Raises InputError where they stand not just once."""
    at = world.text.find(words)
    if at < 0 or world.text.find(words, at + 1) >= 0:
        raise InputError(f"{source}: {words!r} stands {world.text.count(words)} times in the story", hint="name words that stand once")
    starts, ends = world.sentences.start, world.sentences.end
    first = max(0, int(starts.searchsorted(at, side="right")) - 1)
    last = max(first, int(starts.searchsorted(at + len(words))) - 1)
    return Span(min(at, int(starts[first])), max(at + len(words), int(ends[last])))


def _meets(issue: Issue, planted: Planted) -> bool:
    near = [any(Span(max(0, p.start - _BESIDE), p.end + _BESIDE).overlaps(e) for e in issue.evidence) for p in planted.places]
    return all(near) and any(p.overlaps(e) for p in planted.places for e in issue.evidence)


def judge(name: str, words: int, found: Iterable[Issue], planted: Sequence[Planted], traps: Sequence[Planted]) -> StoryCheck:
    """Findings against what was planted."""
    met: set[int] = set()
    fallen: set[int] = set()
    alarms: list[str] = []
    for issue in found:
        hits = [i for i, p in enumerate(planted) if issue.rule in p.rules and _meets(issue, p)]
        if hits:
            met.update(hits)
            continue
        alarms.append(f"{issue.rule}: {issue.text}")
        fallen.update(i for i, t in enumerate(traps) if _meets(issue, t))
    return StoryCheck(
        name, words,
        Counter(_first(planted[i]) for i in met), Counter(map(_first, planted)), Share(len(fallen), len(traps)),
        tuple(alarms), tuple(f"{_first(p)}: {p.why}" for i, p in enumerate(planted) if i not in met), tuple(traps[i].why for i in fallen),
    )  # fmt: skip


def _first(planted: Planted) -> str:
    """The rule that a contradiction is counted under."""
    return min(planted.rules)


def bench_check(folder: Path, tell: Callable[[StoryCheck], None] | None = None) -> list[StoryCheck]:
    """Every story of a folder; ``tell`` hears of each."""
    found = []
    for text in planted_stories(folder):
        found.append(check_story(text))
        if tell:
            tell(found[-1])
    return found


def pool(checks: Sequence[StoryCheck]) -> StoryCheck:
    """All stories as one."""
    whole = StoryCheck("all", 0, Counter(), Counter(), Share(0, 0))
    for c in checks:
        whole = StoryCheck(
            "all", whole.words + c.words, whole.found + c.found, whole.planted + c.planted, whole.traps + c.traps,
            whole.alarms + tuple(f"{c.name}: {a}" for a in c.alarms), whole.missed + tuple(f"{c.name}: {m}" for m in c.missed),
            whole.fallen + tuple(f"{c.name}: {f}" for f in c.fallen),
        )  # fmt: skip
    return whole
