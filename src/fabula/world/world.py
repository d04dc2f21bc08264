"""The World of a story: everything that was read from it, over the text it was read from."""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from fabula import elements as e
from fabula.corrections import Applied, Correction, active
from fabula.layers import MentionMembers, Mentions, Quotations, Sentences, Tokens
from fabula.reading.cast import Cast
from fabula.spans import Span
from fabula.text.manuscript import Manuscript, TextWarning
from fabula.world import assemble, search
from fabula.world.characters import Characters
from fabula.world.schema import empty
from fabula.world.settled import Settled
from fabula.world.wording import orphan_words

if TYPE_CHECKING:
    from rich.console import RenderableType

    from fabula.world.edit import Edit

_C = TypeVar("_C", bound=e.Claim)


@dataclass(frozen=True, slots=True)
class StoryInfo:
    """What the story is. ``length`` is in code points, ``words`` leaves out what stands beside the story (paratext)."""

    title: str | None
    author: str | None
    source: str
    sha256: str
    language: str
    length: int
    words: int
    narration: e.Narration


class World:
    """A story's World. Its parts are made when they are first asked for, so a look at the cast does not load every quotation.

    ``layers`` maps the names of layers (see ``world.schema``) to their values; it may load them as it is asked. Layers that are
    missing count as empty. Made by ``build_world``, ``World.open`` and ``fabula.read``.
    """

    def __init__(
        self,
        layers: Mapping[str, Any],
        *,
        origins: Mapping[str, str] | None = None,
        unfinished: tuple[str, ...] = (),
        file: Path | None = None,
        index: Callable[[], sqlite3.Connection] | None = None,
        close: Callable[[], None] | None = None,
        log: tuple[Correction, ...] = (),
        pending: bool = False,
    ) -> None:
        self._layers = layers
        self._origins = dict(origins or {})
        self._index = index
        self._close = close
        self.file = file
        self.unfinished = unfinished
        """Names of the steps that have not run yet: the reading was broken off."""
        self.log = log
        """Every correction that the user made, those undone and the undoing too."""
        self.pending = pending
        """Whether corrections were made that the reading does not know yet: it was broken off."""

    @staticmethod
    def open(path: str | Path) -> World:
        """The World in a ``.fabula`` file, opened read-only. Raises WorldFileError."""
        from fabula.world.store import open_world

        return open_world(Path(path))

    def detach(self) -> None:
        """Take all that is not loaded yet and let go of the file, so that it can be replaced where open files cannot (on Windows)."""
        self._layers = {name: self._layers[name] for name in self._layers}
        self._index = None
        self.__dict__.pop("_search_index", None)
        if self._close is not None:
            self._close()

    def close(self) -> None:
        """Let go of the file when the World is needed no longer; what is not loaded by then stays unknown."""
        if self._close is not None:
            self._close()

    def layer(self, name: str) -> Any:
        """A layer as its step gave it, empty where none did. Raises KeyError for a name that is no layer."""
        return self._layers[name] if name in self._layers else empty(name)

    def has(self, name: str) -> bool:
        """Whether some step has given the layer."""
        return name in self._layers

    # --- the text
    @cached_property
    def manuscript(self) -> Manuscript:
        manuscript: Manuscript = self._layers["manuscript"]
        return manuscript

    @property
    def text(self) -> str:
        return self.manuscript.text

    @cached_property
    def story(self) -> StoryInfo:
        m = self.manuscript
        narration = self.layer("narration") or e.Narration(person="third", tense="past")
        return StoryInfo(m.title, m.author, m.source, m.sha256, m.language, len(m.text), assemble.count_words(m), narration)

    @property
    def title(self) -> str:
        """The title, or the name of the source where the story does not print one."""
        return self.manuscript.title or Path(self.manuscript.source).stem or "untitled"

    @cached_property
    def warnings(self) -> tuple[TextWarning, ...]:
        """Oddities of the input (its text, its quotation marks), and corrections that find no place in it."""
        lost = (TextWarning("orphan", orphan_words(c, why)) for c, why in self.orphans)
        return (*self.manuscript.warnings, *self.layer("quotation_warnings"), *lost)

    # --- the user's corrections
    @property
    def corrections(self) -> tuple[Correction, ...]:
        """The corrections that hold, in the order in which they were made."""
        return active(self.log)

    @cached_property
    def _settled(self) -> Settled:
        return Settled(self.text, self.corrections, self.first_name)

    def without_dismissed(self, layer: str, items: Iterable[_C]) -> tuple[_C, ...]:
        """Items of a layer, also such as were found elsewhere (by a check), without those that the user dismissed."""
        return self._settled.of(layer, tuple(items))

    def first_name(self, character: str) -> str:
        """The name of a character before anything is settled: what is dismissed is known by it."""
        return next((c.name for c in self._ranked[0] if c.id == character), character)

    @cached_property
    def outcomes(self) -> tuple[Applied, ...]:
        """What became of each correction that holds."""
        found = {a.correction: a for a in (*self.layer("applied"), *self._settled.outcome())}
        return tuple(found[c.uid] for c in self.corrections if c.uid in found)

    @property
    def orphans(self) -> tuple[tuple[Correction, str], ...]:
        """Corrections that find no place in this text, each with the reason."""
        by_uid = {c.uid: c for c in self.corrections}
        return tuple((by_uid[a.correction], a.message) for a in self.outcomes if a.state == "orphan")

    @property
    def fixed_mentions(self) -> tuple[Span, ...]:
        """The mentions whose characters the user set."""
        mine = {c.uid for c in self.corrections if c.kind == "mention"}
        return tuple(span for a in self.outcomes if a.correction in mine for span in a.spans)

    @property
    def edit(self) -> Edit:
        """Corrections by the user: ``world.edit.merge("Lizzy", "Elizabeth")`` gives the corrected World."""
        from fabula.world.edit import Edit

        return Edit(self)

    # --- the page
    @cached_property
    def tokens(self) -> Tokens:
        tokens: Tokens = self.layer("tokens")
        return tokens

    @cached_property
    def sentences(self) -> Sentences:
        sentences: Sentences = self.layer("sentences")
        return sentences

    @cached_property
    def quotations(self) -> Quotations:
        quotations: Quotations = self.layer("quotations")
        return quotations

    @cached_property
    def mentions(self) -> Mentions:
        mentions: Mentions = self.layer("mentions")
        return mentions

    @cached_property
    def _ranked(self) -> tuple[tuple[e.Character, ...], MentionMembers]:
        return assemble.rank_characters(self.layer("characters"), self.layer("members"))

    @property
    def members(self) -> MentionMembers:
        """Whom each mention stands for: rows of ``mentions`` and of ``characters``."""
        return self._ranked[1]

    @cached_property
    def cast(self) -> Cast:
        """Mentions, speakers and characters by place."""
        return Cast(tuple(c.element for c in self.characters), self.mentions, self.members, self.quotes)

    # --- the elements
    @cached_property
    def notes(self) -> tuple[e.Note, ...]:
        notes: tuple[e.Note, ...] = self._settled.of("notes", self.layer("notes"))
        return assemble.in_order(notes)

    @cached_property
    def note_index(self) -> assemble.NoteIndex:
        """Which content notes a range of the text touches."""
        return assemble.NoteIndex(self.notes)

    def _elements(self, name: str) -> Any:
        return assemble.with_notes(assemble.in_order(self._settled.of(name, self.layer(name))), self.note_index)

    @cached_property
    def characters(self) -> Characters:
        folded = assemble.fold_facts(self._ranked[0], self._settled.of("facts", self.layer("facts")))
        return Characters(assemble.with_notes(folded, self.note_index), self)

    @cached_property
    def quotes(self) -> tuple[e.Quote, ...]:
        quotes: tuple[e.Quote, ...] = self._elements("quotes")
        return quotes

    @cached_property
    def places(self) -> tuple[e.Place, ...]:
        places: tuple[e.Place, ...] = self._elements("places")
        return places

    @cached_property
    def things(self) -> tuple[e.Thing, ...]:
        things: tuple[e.Thing, ...] = self._elements("things")
        return things

    @cached_property
    def relationships(self) -> tuple[e.Relationship, ...]:
        relationships: tuple[e.Relationship, ...] = self._elements("relationships")
        return relationships

    @cached_property
    def scenes(self) -> tuple[e.Scene, ...]:
        scenes: tuple[e.Scene, ...] = self._elements("scenes")
        return scenes

    @cached_property
    def frames(self) -> tuple[e.Frame, ...]:
        frames: tuple[e.Frame, ...] = self._elements("frames")
        return frames

    @cached_property
    def events(self) -> tuple[e.Event, ...]:
        events: tuple[e.Event, ...] = self._elements("events")
        return events

    @cached_property
    def time(self) -> tuple[e.TimeRelation, ...]:
        time: tuple[e.TimeRelation, ...] = self._elements("time")
        return time

    @cached_property
    def causes(self) -> tuple[e.Cause, ...]:
        causes: tuple[e.Cause, ...] = self._elements("causes")
        return causes

    @cached_property
    def commitments(self) -> tuple[e.Commitment, ...]:
        commitments: tuple[e.Commitment, ...] = self._elements("commitments")
        return commitments

    @cached_property
    def beliefs(self) -> tuple[e.Belief, ...]:
        beliefs: tuple[e.Belief, ...] = self._elements("beliefs")
        return beliefs

    @cached_property
    def knowledge(self) -> tuple[e.Knowledge, ...]:
        knowledge: tuple[e.Knowledge, ...] = self._elements("knowledge")
        return knowledge

    @cached_property
    def emotions(self) -> tuple[e.Emotion, ...]:
        emotions: tuple[e.Emotion, ...] = self._elements("emotions")
        return emotions

    @cached_property
    def facts(self) -> tuple[e.Fact, ...]:
        facts: tuple[e.Fact, ...] = self._elements("facts")
        return facts

    @cached_property
    def lore(self) -> tuple[e.Lore, ...]:
        lore: tuple[e.Lore, ...] = self._elements("lore")
        return lore

    @cached_property
    def issues(self) -> tuple[e.Issue, ...]:
        issues: tuple[e.Issue, ...] = self._elements("issues")
        return issues

    # --- questions
    def origin(self, layer: str) -> str:
        """Which step gave a layer that keeps no origin per row (mentions)."""
        if layer in self._origins:
            return self._origins[layer]
        characters = self.layer("characters")
        return characters[0].origin if characters else "unknown"

    def name_of(self, character: str) -> str:
        """The name of a character by id; the id itself for what is no character (``omniscient``, ``narration``)."""
        found = self.characters._by_id.get(character)
        return found.name if found else character

    def noted(self, start: int, end: int) -> tuple[str, ...]:
        """Labels of the content notes that ``[start, end)`` touches."""
        return self.note_index.labels([(start, end)])

    @cached_property
    def _search_index(self) -> sqlite3.Connection:
        if self._index is not None:
            return self._index()
        connection = search.memory_index(self.manuscript)
        weakref.finalize(self, connection.close)
        return connection

    def search(self, text: str, limit: int = 10) -> tuple[search.Hit, ...]:
        """The paragraphs that best match any of the words, best first. Words in double quotes are kept together."""
        return search.query(self._search_index, self.manuscript, text, limit)

    def to_json(self) -> dict[str, Any]:
        """The World as the public JSON contract has it (docs/world-json.md)."""
        from fabula.world.plain import world_to_plain

        return world_to_plain(self)

    def __repr__(self) -> str:
        counts = f"{len(self.characters)} characters, {len(self.quotes)} quotes, {len(self.scenes)} scenes"
        return f"<World of {self.title!r}: {self.story.words} words, {counts}>"

    def __rich__(self) -> RenderableType:
        from fabula.world.pretty import world_summary

        return world_summary(self)

    def _repr_html_(self) -> str:
        from fabula.world.pretty import world_html

        return world_html(self)
