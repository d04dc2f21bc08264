"""Scenes with every mention and quotation marked in place: read, checked, and written as the text and the reading beside it.

A scene file has a head and, after a line ``---``, the marked text:

    # manner: office comedy, third person past, two women both "she", curly quotes
    @ mara | Mara Okafor | she | major | Mara; Ms. Okafor
    @ bus | the bus driver | he | mentioned |
    ---
    {mara>dev:e|“Wait,”} [Mara|mara] said to [[her|mara] brother|dev]. {mara>dev:e|“[I|mara] mean it.”}

``[text|who]`` is a mention; ``who`` are ids joined by ``+``, empty for people in general and for what is no person. Mentions nest.
Its kind (pronoun, name, nominal) is told by its words; ``[Captain|cap/name]`` says it. ``{speaker>addressees:cue|“…”}`` is a
quotation with its marks; cue: ``e`` a name in the tag, ``a`` a pronoun or noun phrase in the tag, ``i`` no tag. ``{|“…”}`` are
quotation marks that are no speech.

    python -m training.scenes.markup check FILE…       # what is wrong or left unmarked
    python -m training.scenes.markup write OUT FILE…   # NAME.txt and NAME.json, the format of annotated scenes
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Json = dict[str, Any]
PRONOUNS = frozenset((
    "i", "me", "my", "mine", "myself", "you", "your", "yours", "yourself", "yourselves", "ya", "y'all", "he", "him", "his", "himself",
    "she", "her", "hers", "herself", "they", "them", "their", "theirs", "themself", "themselves", "we", "us", "our", "ours",
    "ourselves", "'em",
))  # fmt: skip
_CUES = {"e": "explicit", "a": "anaphoric", "i": "implicit"}
_WORD = re.compile(r"\w+(?:[’']\w+)?")
_CLITIC = re.compile(r"[’'](?:s|d|m|ll|ve|re)$", re.IGNORECASE)
_MARKS = re.compile('[“”"«»„]')


@dataclass(frozen=True, slots=True)
class Mention:
    start: int
    end: int
    who: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Spoken:
    start: int
    end: int
    speaker: str
    addressees: tuple[str, ...]
    cue: str


@dataclass(slots=True)
class Scene:
    """A scene without its marks. ``problems``: what is wrong with them, or seems forgotten."""

    name: str
    manner: str = ""
    characters: list[Json] = field(default_factory=list)
    text: str = ""
    mentions: list[Mention] = field(default_factory=list)
    quotes: list[Spoken] = field(default_factory=list)
    plain_marks: list[tuple[int, int]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def to_json(self) -> Json:
        """The reading in the format of annotated scenes; mentions of nobody are left out."""
        mentions = [
            {"start": m.start, "end": m.end, "text": self.text[m.start : m.end], "kind": m.kind, "who": list(m.who)}
            for m in sorted(self.mentions, key=lambda m: (m.start, -m.end))
            if m.who
        ]
        return {
            "file": f"{self.name}.txt",
            "manner": self.manner,
            "characters": self.characters,
            "quotes": [
                {
                    "start": q.start, "end": q.end, "head": self.text[q.start : min(q.end, q.start + 40)],
                    "speaker": q.speaker, "addressees": list(q.addressees), "cue": q.cue,
                }
                for q in sorted(self.quotes, key=lambda q: q.start)
            ],
            "mentions": mentions,
            "passages": [[0, len(self.text)]],
            "pronouns": [{k: m[k] for k in ("start", "end", "text", "who")} for m in mentions if m["kind"] == "pronoun"],
        }  # fmt: skip


def read_scene(path: Path) -> Scene:
    """The scene in a file, with all problems that can be seen without reading it as a story."""
    scene = Scene(path.stem)
    head, _, body = path.read_text(encoding="utf-8").partition("\n---\n")
    for line in head.splitlines():
        _read_head(line, scene)
    _Body(scene, body.strip("\n")).read()
    _check(scene)
    return scene


def _read_head(line: str, scene: Scene) -> None:
    if line.startswith("# manner:"):
        scene.manner = line.partition(":")[2].strip()
    elif line.startswith("@"):
        parts = [p.strip() for p in line[1:].split("|")]
        if len(parts) < 4:
            scene.problems.append(f"a character line needs id | name | pronouns | importance | aliases: {line}")
            return
        aliases = [a.strip() for a in parts[4].split(";") if a.strip()] if len(parts) > 4 else []
        scene.characters.append(
            {"id": parts[0], "name": parts[1], "aliases": aliases, "pronouns": parts[2], "roles": [], "importance": parts[3]}
        )


class _Body:
    """One pass over the marked text."""

    def __init__(self, scene: Scene, body: str) -> None:
        self.scene, self.body, self.out = scene, body, list[str]()
        self.ids = {c["id"] for c in scene.characters}
        self.length = 0

    def read(self) -> None:
        open_: list[tuple[str, int, str, int]] = []  # bracket, start in the text, head of a quotation, place in the body
        i = 0
        while i < len(self.body):
            c = self.body[i]
            if c == "[":
                open_.append((c, self.length, "", i))
            elif c == "{":
                bar = self.body.find("|", i)
                if bar < 0:
                    bar = len(self.body)
                open_.append((c, self.length, self.body[i + 1 : bar], i))
                i = bar
            elif c == "|" and open_ and open_[-1][0] == "[":
                close = self.body.find("]", i)
                if close < 0:
                    break
                self._mention(open_.pop(), self.body[i + 1 : close])
                i = close
            elif c == "}" and open_ and open_[-1][0] == "{":
                self._quote(open_.pop())
            elif c in "[]{}|":
                self.scene.problems.append(f"stray {c!r}: {self.body[max(0, i - 30) : i + 30]!r}")
            else:
                self.out.append(c)
                self.length += 1
            i += 1
        self.scene.problems += [f"never closed: {self.body[at : at + 40]!r}" for _, _, _, at in open_]
        self.scene.text = "".join(self.out) + "\n"

    def _who(self, text: str, at: int) -> tuple[str, ...]:
        who = tuple(w for w in text.split("+") if w)
        if unknown := [w for w in who if w not in self.ids]:
            self.scene.problems.append(f"unknown id {', '.join(unknown)}: {self.body[max(0, at - 20) : at + 40]!r}")
        return who

    def _mention(self, opened: tuple[str, int, str, int], label: str) -> None:
        who, _, kind = label.partition("/")
        text = "".join(self.out)[opened[1] :]
        self.scene.mentions.append(Mention(opened[1], self.length, self._who(who, opened[3]), kind or self._kind(text)))

    def _kind(self, text: str) -> str:
        if text.lower().replace("’", "'") in PRONOUNS:
            return "pronoun"
        aliases = {a for c in self.scene.characters for a in c["aliases"]}
        return "name" if text in aliases or text.removeprefix("the ").removeprefix("The ") in aliases else "nominal"

    def _quote(self, opened: tuple[str, int, str, int]) -> None:
        _, start, head, at = opened
        if not head:
            self.scene.plain_marks.append((start, self.length))
            return
        m = re.fullmatch(r"([\w-]+)>([\w+-]*):([eai])", head)
        if m is None:
            self.scene.problems.append(f"a quotation begins {{speaker>addressees:cue|: {self.body[at : at + 40]!r}")
            return
        speaker = self._who(m[1], at)
        self.scene.quotes.append(Spoken(start, self.length, speaker[0], self._who(m[2], at), _CUES[m[3]]))


def _check(scene: Scene) -> None:
    """Pronouns and names without a mark, quotation marks outside quotations, aliases that never occur."""
    text = scene.text
    marked = {(m.start, m.end) for m in scene.mentions}
    covered = [False] * (len(text) + 1)
    for m in scene.mentions:
        covered[m.start : m.end] = [True] * (m.end - m.start)
    for w in _WORD.finditer(text):
        word = _CLITIC.sub("", w.group())
        if word.lower() in PRONOUNS and (w.start(), w.start() + len(word)) not in marked:
            scene.problems.append(f"unmarked pronoun {word!r}: {text[max(0, w.start() - 30) : w.end() + 20]!r}")
    for c in scene.characters:
        for alias in c["aliases"]:
            found = list(re.finditer(rf"(?<!\w){re.escape(alias)}(?!\w)", text))
            if not found:
                scene.problems.append(f"alias {alias!r} of {c['id']} never occurs")
            scene.problems += [
                f"unmarked name {alias!r}: {text[max(0, f.start() - 30) : f.end() + 20]!r}" for f in found if not covered[f.start()]
            ]
    spoken = [(q.start, q.end) for q in scene.quotes] + scene.plain_marks
    scene.problems += [
        f"quotation mark outside a quotation: {text[max(0, m.start() - 30) : m.end() + 20]!r}"
        for m in _MARKS.finditer(text)
        if not any(a <= m.start() < b for a, b in spoken)
    ]
    known = {w for m in scene.mentions for w in m.who}
    scene.problems += [f"character {c['id']} is never mentioned" for c in scene.characters if c["id"] not in known]


def main(arguments: list[str]) -> int:
    """The commands of this module; 1 when a scene has problems."""
    if len(arguments) < 2 or arguments[0] not in ("check", "write"):
        print(__doc__, file=sys.stderr)
        return 2
    out = Path(arguments[1]) if arguments[0] == "write" else None
    bad = 0
    for path in map(Path, arguments[2 if out else 1 :]):
        scene = read_scene(path)
        words = len(scene.text.split())
        print(f"{path}: {words} words, {len(scene.quotes)} quotations, {len(scene.mentions)} mentions, {len(scene.problems)} problems")
        for problem in scene.problems:
            print(f"  {problem}")
        bad += bool(scene.problems)
        if out:
            out.mkdir(parents=True, exist_ok=True)
            (out / f"{scene.name}.txt").write_text(scene.text, encoding="utf-8")
            (out / f"{scene.name}.json").write_text(json.dumps(scene.to_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
