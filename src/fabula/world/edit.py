"""Corrections by the user: each is added to the log of the World and the World is decided anew by it.

``world.edit.merge("Lizzy", "Elizabeth")`` returns the corrected World; the old one stays as it is.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from fabula.anchors import anchor_at
from fabula.corrections import PRONOUNS, TYPES, Correction, Whom, signed
from fabula.elements import Issue, Quote
from fabula.errors import CorrectionError, NotFoundInWorld
from fabula.layers import MentionKind
from fabula.spans import Span
from fabula.world import log
from fabula.world.characters import CharacterView
from fabula.world.draft import add_to_log
from fabula.world.making import OnStage, correct_file, correct_in_memory, silent
from fabula.world.naming import At, character_of, mention_at, names_of, quotation_at, surface, whom
from fabula.world.settled import SAYS, SERIES, reference
from fabula.world.wording import clean, excerpt, joined

if TYPE_CHECKING:
    from fabula.world.world import World

Who = str | CharacterView
_ITEM = re.compile(r"(\w+)[:#](.+)")
_NARRATOR = ("the narrator", "narrator", "i")
_SPLIT_MOST = 200  # places of one description that a split keeps


class Edit:
    """The corrections of one World. Characters are named by name, alias or id; places by position, range or words of the story."""

    def __init__(self, world: World, tell: OnStage = silent) -> None:
        self._world, self._tell = world, tell

    # --- characters
    def merge(self, one: Who, other: Who, *more: Who) -> World:
        """They are one character."""
        found = list(dict.fromkeys(character_of(self._world, w) for w in (one, other, *more)))
        if len(found) < 2:
            names = " and ".join(clean(w if isinstance(w, str) else w.name) for w in (one, other))
            raise CorrectionError(f"{names} are one already: {clean(found[0].name)}")
        return self._add(Correction(kind="merge", who=self._all(found)))

    def split(self, one: Who, other: Who | None = None, *, at: Iterable[At] = (), name: str = "") -> World:
        """``other``, a form of ``one`` or another character, is somebody else; so are the mentions ``at``. ``name`` calls the new one."""
        first = character_of(self._world, one)
        spans = [mention_at(self._world, a) for a in at]
        if not spans and other is None:
            raise CorrectionError("a split needs the form or the mentions that are somebody else's", hint="give a form, or at")
        anchors = [anchor_at(self._world.text, *s) for s in spans]
        second = self._form_of(first, other, anchors) if other is not None else None
        who = (whom(self._world, first, second.forms if second else ()), *([second] if second else []))
        return self._add(Correction(kind="split", who=who, at=tuple(anchors), value=name))

    def _form_of(self, first: CharacterView, other: Who, anchors: list[Any]) -> Whom | None:
        """Whom a split takes out of a character. Descriptions are taken by their places, which are added to ``anchors``."""
        found = self._known(other)
        if found is not None and found != first:
            return whom(self._world, found, without=[n.casefold() for n in names_of(first)])
        form = " ".join(str(other).split())
        if form.casefold() in _NARRATOR and first.id == self._world.story.narration.narrator:
            told = [m for m in first.mentions if m.kind == MentionKind.PRONOUN and m.quotation < 0 and len(m.who) == 1]
            return Whom("the narrator", (), tuple(anchor_at(self._world.text, *m.span) for m in told[:1]))
        alias = next((a.text for a in first.aliases if a.text.casefold() == form.casefold()), None)
        mine = [m for m in first.mentions if surface(self._world, m).casefold() == form.casefold()][:_SPLIT_MOST]
        if alias is not None and len(first.aliases) > 1:
            return Whom(alias, (alias,), tuple(anchor_at(self._world.text, *m.span) for m in mine[:3]))
        if mine and alias is None:
            anchors.extend(anchor_at(self._world.text, *m.span) for m in mine)
            return None
        forms = joined(a.text for a in first.aliases) or "none"
        hint = "say which mentions are somebody else's, with --at POSITION" if alias else f"its forms are {forms}"
        raise CorrectionError(f"{clean(form)!r} cannot be split from {clean(first.name)}", hint=hint)

    def _known(self, who: Who) -> CharacterView | None:
        try:
            return character_of(self._world, who)
        except NotFoundInWorld:
            return None

    def rename(self, who: Who, name: str) -> World:
        """The character is called ``name``, whatever the story calls it."""
        if not name.strip():
            raise CorrectionError("a name needs a letter")
        return self._add(Correction(kind="rename", who=self._all([character_of(self._world, who)]), value=" ".join(name.split())))

    def retype(self, who: Who, type: str) -> World:
        """The character is a ``person``, ``animal``, ``being`` or ``group``, or ``nobody``: no character at all."""
        if type not in TYPES:
            raise CorrectionError(f"{clean(type)!r} is no type of character", hint=f"one of {', '.join(TYPES)}")
        return self._add(Correction(kind="retype", who=self._all([character_of(self._world, who)]), value=type))

    def pronouns(self, who: Who, pronouns: str) -> World:
        """The character is ``he``, ``she``, ``they`` or ``it``."""
        if pronouns not in PRONOUNS:
            raise CorrectionError(f"{clean(pronouns)!r} is no pronoun for a character", hint=f"one of {', '.join(PRONOUNS)}")
        return self._add(Correction(kind="pronouns", who=self._all([character_of(self._world, who)]), value=pronouns))

    # --- places
    def speaker(self, at: At, who: Who | None, *, new: bool = False) -> World:
        """The quotation is said by ``who``; None: nobody knows. ``new``: by someone whom the story never names."""
        quote = quotation_at(self._world, at)
        speakers = self._all([who], new=new) if who is not None else ()
        return self._add(Correction(kind="speaker", who=speakers, at=(anchor_at(self._world.text, quote.start, quote.end),)))

    def mention(self, at: At, who: Who, *more: Who, new: bool = False) -> World:
        """The words stand for ``who``, of several for all of them."""
        span = mention_at(self._world, at)
        return self._add(Correction(kind="mention", who=self._all([who, *more], new=new), at=(anchor_at(self._world.text, *span),)))

    # --- items
    def dismiss(self, item: Any) -> World:
        """The item (a fact, a tie, an issue …, or ``"facts:3"``) is wrong and no longer shown."""
        return self._settle("dismiss", item)

    def keep(self, item: Any) -> World:
        """The item, or a quotation's speaker, is right as it is."""
        if isinstance(item, str) and (found := _ITEM.fullmatch(item)) and found.group(1) in ("quote", "quotes"):
            item = quotation_at(self._world, int(found.group(2)) if found.group(2).isdigit() else found.group(2))
        if isinstance(item, Quote):
            return self.speaker(item, self._world.characters[item.speaker] if item.speaker else None)
        return self._settle("keep", item)

    def intentional(self, issue: Issue) -> World:
        """What a check found (``fabula.check.check``) is meant so, and is not reported again."""
        value, at = reference("issues", issue, self._world.text, self._world.first_name)
        return self._add(Correction(kind="dismiss", at=at, value=value))

    def intentional_in_series(self, issue: Issue, place: Span) -> World:
        """What a check found between this story, at ``place``, and another (``fabula.check.check_series``) is meant so.

        It is not reported again once the Worlds of both stories say so.
        """
        value, at = reference(SERIES, replace(issue, evidence=(place,)), self._world.text, self._world.first_name)
        return self._add(Correction(kind="dismiss", at=at, value=value))

    def _settle(self, kind: str, item: Any) -> World:
        layer, found = item_of(self._world, item)
        value, at = reference(layer, found, self._world.text, self._world.first_name)
        return self._add(Correction(kind=kind, at=at, value=value))

    def all(self, *changes: Callable[[Edit], object]) -> World:
        """Several corrections at once, decided anew only once: ``edit.all(lambda e: e.merge("A", "B"), lambda e: e.rename("C", "D"))``.

        All of them name what this World shows, not what an earlier one of them makes of it.
        """
        entries = self._gather(*changes)
        return self._apply(entries) if entries else self._world

    def note(self, *changes: Callable[[Edit], object]) -> tuple[Correction, ...]:
        """Keep corrections in the log of the World's file and decide nothing anew by them yet (``making.work_in`` does).

        What only hides or keeps an item holds at once. The World that is open shows neither; ``World.open`` does.
        """
        if self._world.file is None:
            raise CorrectionError("this World is kept in no file", hint="keep it with: fabula read STORY -o FILE")
        entries = self._gather(*changes)
        add_to_log(self._world.file, entries)
        return entries

    def _gather(self, *changes: Callable[[Edit], object]) -> tuple[Correction, ...]:
        gathered = _Gathered(self._world)
        for change in changes:
            change(gathered)
        return tuple(gathered.entries)

    # --- the log
    @property
    def log(self) -> tuple[Correction, ...]:
        """Every entry, those undone and the undoing too."""
        return self._world.log

    def undo(self, number: int | None = None) -> World:
        """The entry of that number, or the last correction that holds, holds no longer. To undo an undoing brings it back."""
        holds = {c.uid for c in self._world.corrections}
        undone = {c.value for c in self.log if c.kind == "undo"}
        last = next((c for c in reversed(self._world.corrections)), None)
        entry = last if number is None else next((c for c in self.log if c.number == number), None)
        if entry is None:
            what = "no correction to undo" if number is None else f"no correction {number}"
            raise CorrectionError(what, hint="fabula edit FILE log lists them")
        if entry.uid in undone and entry.uid not in holds:
            raise CorrectionError(f"correction {entry.number} is undone already", hint="fabula edit FILE log lists them")
        return self._add(Correction(kind="undo", value=entry.uid))

    def export(self) -> str:
        """The whole log, one entry a line."""
        return log.dumps(self.log)

    def take(self, exported: str, source: str = "the export") -> World:
        """Add the entries of an export that the log does not have; their places are found by their words."""
        entries = log.not_in(log.loads(exported, source), self.log)
        return self._apply(entries) if entries else self._world

    # --- working it in
    def _all(self, who: Iterable[Who], *, new: bool = False) -> tuple[Whom, ...]:
        found = []
        for w in who:
            known = self._known(w) if new else character_of(self._world, w)
            found.append(Whom(" ".join(str(w).split())) if known is None else whom(self._world, known))
        return tuple(found)

    def _add(self, correction: Correction) -> World:
        return self._apply((signed(correction, datetime.now(UTC).isoformat(timespec="microseconds")),))

    def _apply(self, entries: tuple[Correction, ...]) -> World:
        if self._world.file is not None:
            if os.name == "nt":
                self._world.detach()
            return correct_file(self._world.file, entries, tell=self._tell)
        number = len(self.log) + 1
        return correct_in_memory(self._world, tuple(replace(e, number=number + i) for i, e in enumerate(entries)), tell=self._tell)


class _Gathered(Edit):
    """Takes corrections down instead of working them in."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.entries: list[Correction] = []

    def _apply(self, entries: tuple[Correction, ...]) -> World:
        self.entries.extend(entries)
        return self._world


def item_of(world: World, item: Any) -> tuple[str, Any]:
    """The layer and the item: as it is, or by ``facts:3`` (its place in the list) or ``facts:words`` (words that it shows)."""
    if not isinstance(item, str):
        layer = next((name for name in SAYS if item in getattr(world, name)), None)
        if layer is None:
            raise CorrectionError(f"a {type(item).__name__.lower()} cannot be dismissed or kept", hint=_KINDS)
        return layer, item
    found = _ITEM.fullmatch(item.strip())
    layer = next((n for n in SAYS if found and n.rstrip("s") == found.group(1).rstrip("s")), None)
    if found is None or layer is None:
        raise CorrectionError(f"{clean(item)!r} names no item", hint=_KINDS)
    items = getattr(world, layer)
    if found.group(2).isdigit():
        number = int(found.group(2))
        if not 0 < number <= len(items):
            raise NotFoundInWorld(f"no {layer}:{number}", hint=f"there are {len(items)}; fabula show FILE {layer} lists them")
        return layer, items[number - 1]
    words = found.group(2).strip().casefold()
    hits = [i for i, x in enumerate(items, 1) if words in item_words(world, layer, x).casefold()]
    if len(hits) != 1:
        several = ", ".join(f"{layer}:{i} ({excerpt(item_words(world, layer, items[i - 1]), 40)})" for i in hits[:4])
        message = f"several {layer} hold {clean(words)!r}: {several}" if hits else f"no {layer} hold {clean(words)!r}"
        raise NotFoundInWorld(message, hint="say which by its number" if hits else f"there are {len(items)}, {layer}:1 is the first")
    return layer, items[hits[0] - 1]


_KINDS = f"an item is named by its list and its number or words, as facts:3; the lists are {', '.join(SAYS)}"


def item_words(world: World, layer: str, item: Any) -> str:
    """What an item says, in one line."""
    about = [world.name_of(v) for name in ("about", "a", "b", "who", "character", "by") if isinstance(v := getattr(item, name, None), str)]
    says = [str(getattr(item, name)).replace("_", " ") for name in SAYS[layer]]
    text = [item.text] if layer == "issues" else []
    return clean(" ".join((*about, *says, *text)))
