"""Events: what happens, who does it to whom, where, when, whether it really happened, and in which order."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from fabula.elements import Event, Frame, Place, Quote, Scene, TimeRelation, When
from fabula.encoder.reader import WordLabels
from fabula.lexicons import table, words
from fabula.reading.events.order import Tier, Told, event_days, put_before, ranks
from fabula.reading.events.participants import Participants, Roles
from fabula.reading.events.realis import Realis, realis
from fabula.reading.events.relations import Moment, Pair, time_pairs
from fabula.reading.events.salience import Standing, salience
from fabula.reading.events.trees import make_tree
from fabula.reading.times import TimePhrase, find_times
from fabula.reading.trees import Trees
from fabula.spans import Span

ORIGIN = "events@3"
_TRIGGER = 0.5  # the model's probability from which on a word tells an event
BESIDE = frozenset({"author_note", "epigraph", "chapter_heading", "front_matter", "back_matter"})
_TOLD = frozenset({"root", "conj", "parataxis", "ccomp"})
_TAG = 4  # tokens after a speech in which its verb stands
_PREDICATES = frozenset({"VERB", "AUX", "ADJ", "NOUN"})


@dataclass(frozen=True, slots=True)
class _Found:
    """A trigger with what its clause says."""

    at: int
    verb: str
    roles: Roles
    realis: Realis
    clause: Span
    quote: Quote | None
    tier: Tier
    phrase: TimePhrase | None
    row: int | None
    scene: int
    young: bool


class EventFinder:
    """Finds the events of one story."""

    def __init__(self, trees: Trees, labels: WordLabels, scenes: Sequence[Scene], frames: Sequence[Frame], places: Sequence[Place]) -> None:
        self.tree, self.cast, self.scenes = make_tree(trees, labels), trees.cast, scenes
        self.people = Participants(self.tree, trees)
        self.present = trees.narration.tense == "present"
        self.starts = [s.start for s in scenes]
        self.flashbacks = sorted((f.start, f.end, n) for n, f in enumerate(frames) if f.kind in ("flashback", "told_story"))
        self.written = sorted((f.start, f.end, n) for n, f in enumerate(frames) if f.kind in ("letter", "message"))
        self.chats = sorted((f.start, f.end, n) for n, f in enumerate(frames) if f.kind == "message")
        self.beside = sorted((f.start, f.end, n) for n, f in enumerate(frames) if f.kind in BESIDE)
        self.places = sorted((span.start, span.end, p.id) for p in places for span in p.mentions)
        self.majors = {c for c, v in self.cast.characters.items() if v.importance == "major"}
        self.states = {row[0]: row[1] for row in table("events", "states")}
        self.times = self._times(trees)

    def _times(self, trees: Trees) -> dict[int, TimePhrase]:
        """Time phrases by the token at which they begin."""
        start, end = self.tree.start, self.tree.end
        bounds = (Span(start[a], end[b - 1]) for a, b in trees.bounds if a < b)
        found = (p for s in bounds for p in find_times(self.tree.text, s.start, s.end))
        return {bisect_right(start, p.span.start) - 1: p for p in found}

    # --- which words
    def triggers(self) -> Iterator[tuple[int, str]]:
        """(token, base form) of all words that tell an event in which somebody takes part, or that the model is sure of."""
        tree = self.tree
        for i, pos in enumerate(tree.pos):
            if pos not in _PREDICATES and not self._is_told(i):
                continue
            if tree.rel[i] in ("aux", "aux:pass", "cop", "amod", "compound", "flat", "case"):
                continue
            word = tree.lower[i]
            if pos == "VERB":
                verb = tree.lemma(i)
                if tree.event[i] >= _TRIGGER or verb not in words("events", "still") or self._is_told(i):
                    yield i, verb
            elif word in self.states and (
                tree.event[i] >= _TRIGGER or (pos == "ADJ" and tree.rel[i] in ("root", "conj", "ccomp", "advcl"))
            ):
                yield i, self.states[word]
            elif tree.event[i] >= _TRIGGER and pos in ("NOUN", "ADJ"):
                yield i, word
            elif self._is_told(i) and any(True for _ in tree.children(i, "cop")):
                yield i, "be"

    def _is_told(self, i: int) -> bool:
        """Whether a state is told for itself, as a main clause with a subject of its own: "Gerald's dead", "I have had a letter"."""
        tree = self.tree
        somebody = any(tree.rel[k] in ("nsubj", "nsubj:pass") or (tree.rel[k] == "obj" and k in self.people) for k in tree.kids[i])
        return tree.rel[i] in _TOLD and somebody

    def found(self) -> Iterator[_Found]:
        tree = self.tree
        before: _Found | None = None
        for i, verb in self.triggers():
            at = tree.start[i]
            if _within(self.beside, at) is not None:
                continue
            roles = self.people.roles(i)
            if not (roles.who or roles.whom) and tree.event[i] < _TRIGGER:
                continue
            clause = tree.clause(i)
            quote = self.cast.quote_at(at)
            phrase = self._phrase(i, clause)
            tier, row = self._tier(i, quote, phrase, before)
            value = realis(tree, i, present=self.present, spoken=quote is not None)
            if value != "actual" and tree.event[i] < _TRIGGER and verb in words("events", "slight") and not self._is_told(i):
                continue
            if value == "planned" and tier == "present" and phrase is not None and (phrase.days or 0.0) > 0:
                tier, row = "ahead", None  # without a time of its own a plan stands where it is made
            young = tier == "back" and (verb == "bear" or self._in_youth(i, phrase))
            before = _Found(i, verb, roles, value, clause, quote, tier, phrase, row, bisect_right(self.starts, at) - 1, young)
            yield before

    def _phrase(self, i: int, clause: Span) -> TimePhrase | None:
        """The time phrase that hangs on the predicate itself."""
        first = bisect_right(self.tree.start, clause.start) - 1
        last = bisect_right(self.tree.start, clause.end - 1)
        here = [(abs(k - i), self.times[k]) for k in range(max(0, first), last) if k in self.times]
        return min(here, key=lambda x: x[0])[1] if here else None

    # --- when it lies, beside the telling
    def _tier(self, i: int, quote: Quote | None, phrase: TimePhrase | None, before: _Found | None) -> tuple[Tier, int | None]:
        """How an event looks back, and the number of the row it belongs to."""
        at = self.tree.start[i]
        frame = _within(self.flashbacks, at)
        if frame is not None:
            return "back", -1 - frame
        if quote is not None and self._said_before(quote):
            return "recent", quote.start
        spoken = quote is not None or _within(self.written, at) is not None
        perfect = self._perfect(i)
        earlier = phrase is not None and phrase.kind == "earlier"
        row = quote.start if quote is not None else at
        if spoken:
            if perfect == "present" or self._recent(i):
                return "recent", None
            if perfect == "past" or self._past(i):
                near = phrase is None and (self._of_the_matter(i) or _within(self.chats, at) is not None)
                return ("recent", None) if near and not perfect else ("back", row)
            return "present", None
        over = self._told_under(i) if not perfect and not self.present else None
        if over is not None:
            return self._tier(over, quote, phrase, before)
        if perfect == "past" or (self.present and (perfect == "present" or self._past(i))) or earlier:
            run = (
                before is not None
                and before.row is not None
                and before.quote is None
                and self.tree.sentence[i] - self.tree.sentence[before.at] <= 1
            )
            old = earlier or self.tree.lemma(i) in words("events", "long since") or phrase is not None or self._in_a_season(i)
            return ("back" if old else "recent"), (before.row if run and before is not None and not old else at)
        return "present", None

    def _told_under(self, i: int) -> int | None:
        """The pluperfect that a clause in the simple past hangs on: "they'd baked it the week they moved in"."""
        tree = self.tree
        up = tree.head[i]
        hangs = tree.rel[i] in ("acl:relcl", "advcl", "acl", "advcl:relcl") and tree.form[i] == "Fin"
        while hangs and up >= 0 and not tree.is_predicate(up):
            up = tree.head[up]
        return up if hangs and up >= 0 and self._perfect(up) == "past" and "until" not in tree.markers(i) else None

    def _of_the_matter(self, i: int) -> bool:
        """Whether a speaker answers in few words about what is talked of: "I took it", "I did it for him"."""
        tree = self.tree
        subject = tree.subject(i)
        if subject is None or tree.lower[subject] not in ("i", "you", "we") or tree.rel[i] not in ("root", "conj", "parataxis"):
            return False
        return any(tree.lower[k] in ("it", "that", "this", "them", "those") for k in tree.children(i, "obj"))

    def _in_youth(self, i: int, phrase: TimePhrase | None) -> bool:
        """Whether the clause, or one of time that hangs on it, says that somebody was a child or of such an age then."""
        if phrase is not None:
            return phrase.kind == "earlier" and phrase.days is None and " was " in phrase.span.of(self.tree.text)
        hung = (self._phrase(k, self.tree.clause(k)) for k in self.tree.children(i, "advcl") if "when" in self.tree.markers(k))
        return any(p is not None and p.kind == "earlier" and p.days is None for p in hung)

    def _in_a_season(self, i: int) -> bool:
        """Whether something under the predicate is of a season or a year: "the first summer"."""
        tree = self.tree
        beside = (k for k in tree.kids[i] if tree.rel[k].startswith(("obl", "nmod", "obj", "advmod")))
        return any(tree.lower[k] in words("events", "seasons") for k in beside)

    def _said_before(self, quote: Quote) -> bool:
        """Whether the tag of a speech is in the pluperfect: "'I'll keep it,' he had said.\""""
        tree = self.tree
        after = bisect_right(tree.start, quote.end - 1)
        for i in range(after, min(after + _TAG, len(tree))):
            if self.cast.quote_at(tree.start[i]) is not None:
                return False
            if tree.lower[i] in ("had", "'d"):
                return any(tree.lemma(k) in words("speech_verbs", "core") for k in range(i + 1, min(i + 3, len(tree))))
        return False

    def _perfect(self, i: int) -> str:
        """ "past" for a pluperfect, "present" for a present perfect, else ""."""
        here = self.tree.auxiliaries(i)
        if "had" in here or ("'d" in here and self.tree.form[i] == "Part"):
            return "past"
        return "present" if any(a in ("have", "has", "'ve") for a in here) else ""

    def _past(self, i: int) -> bool:
        """Whether the clause is in the past tense, by its verb, its auxiliary or its copula."""
        tree = self.tree
        if tree.tense[i] == "Past" and tree.form[i] == "Fin":
            return True
        if any(tree.lower[k] in ("was", "were", "did") for k in tree.children(i, "aux", "aux:pass", "cop")):
            return True
        up = tree.head[i]
        shares = tree.rel[i] in ("conj", "xcomp", "advcl") and tree.form[i] != "Fin" and not tree.auxiliaries(i)
        return up >= 0 and shares and tree.tense[up] == "Past" and tree.form[up] == "Fin"

    def _recent(self, i: int) -> bool:
        return any(self.tree.lower[k] in words("events", "recent") for k in self.tree.children(i, "advmod", "obl:unmarked"))

    # --- elements
    def read(self) -> tuple[tuple[Event, ...], tuple[TimeRelation, ...]]:
        """All events in order of their trigger, and which came before which."""
        found = sorted(self.found(), key=lambda f: self.tree.start[f.at])
        saliences = [self._salience(f, self._scene(f)) for f in found]
        pairs = time_pairs(self.tree, [self._moment(f, s) for f, s in zip(found, saliences, strict=True)])
        days = event_days([Told(self.tree.start[f.at], f.scene, f.tier, f.phrase, f.row, f.young) for f in found], self.scenes)
        order = ranks(put_before(days, [(p.before, p.after) for p in pairs]))
        events = tuple(
            self._event(n, f, rank, salience) for n, (f, rank, salience) in enumerate(zip(found, order, saliences, strict=True), 1)
        )
        return events, tuple(_relation(p, events) for p in pairs)

    def _scene(self, f: _Found) -> Scene | None:
        return self.scenes[f.scene] if 0 <= f.scene < len(self.scenes) else None

    def _moment(self, f: _Found, salience: float) -> Moment:
        kind = f.phrase.kind if f.phrase is not None else ""
        moved: Literal["", "later", "earlier"] = "later" if kind == "later" else "earlier" if kind == "earlier" else ""
        return Moment(f.at, f.clause, f.scene, f.tier, salience, f.quote is not None, f.realis == "actual", moved)

    def _event(self, n: int, f: _Found, rank: float, salience: float) -> Event:
        tree = self.tree
        scene = self._scene(f)
        return Event(
            id=f"e{n}",
            start=f.clause.start,
            end=f.clause.end,
            trigger=Span(tree.start[f.at], tree.end[f.at]),
            what=f.verb,
            who=f.roles.who,
            whom=f.roles.whom,
            place=self._place(f, scene),
            scene=scene.id if scene else None,
            when=None if f.phrase is None else When(" ".join(f.phrase.span.of(tree.text).split()), None),
            realis=f.realis,
            story_order=rank,
            salience=salience,
            confidence=self._confidence(f),
            origin=ORIGIN,
        )

    def _place(self, f: _Found, scene: Scene | None) -> str | None:
        """The place that the clause names, else the scene's where the event is part of what the scene shows."""
        k = bisect_right(self.places, (f.clause.start, -1, ""))
        if k < len(self.places) and self.places[k][0] < f.clause.end:
            return self.places[k][2]
        return scene.place if scene is not None and f.tier == "present" and f.quote is None and f.realis == "actual" else None

    def _confidence(self, f: _Found) -> float:
        event = self.tree.event[f.at]
        base = 0.5 + 0.4 * event if f.realis == "actual" else 0.55 if event < _TRIGGER else 0.45
        if f.realis == "actual" and event < _TRIGGER:
            base = 0.35 + 0.3 * event
        return round(base * (0.6 + 0.4 * f.roles.confidence), 3)

    def _salience(self, f: _Found, scene: Scene | None) -> float:
        tree, i = self.tree, f.at
        at = tree.start[i]
        everyone = {*f.roles.who, *f.roles.whom}
        length = max(1, scene.end - scene.start) if scene else 1
        where = (at - scene.start) / length if scene else 0.5
        return salience(
            Standing(
                verb=f.verb,
                event=tree.event[i],
                majors=len(everyone & self.majors),
                people=len(everyone),
                edge=where < 0.08 or where > 0.9,
                main=tree.rel[i] in ("root", "conj", "parataxis"),
                back=f.tier != "present",
                turn=any(tree.lower[k] in words("events", "turn") for k in tree.kids[i] if k < i),
                dated=f.phrase is not None,
                actual=f.realis == "actual",
                tag=f.quote is None
                and f.verb in words("speech_verbs", "core")
                and any(tree.rel[k] in ("ccomp", "parataxis") for k in tree.kids[i]),
            )
        )


def _within(frames: Sequence[tuple[int, int, int]], at: int) -> int | None:
    """Number of the frame that covers a position."""
    k = bisect_right(frames, (at, 1 << 60, 0)) - 1
    return frames[k][2] if k >= 0 and frames[k][1] > at else None


def _relation(p: Pair, events: Sequence[Event]) -> TimeRelation:
    a, b = events[p.before], events[p.after]
    sure = round(p.confidence * (0.7 + 0.3 * min(a.confidence, b.confidence)), 3)
    return TimeRelation(before=a.id, after=b.id, basis=p.basis, evidence=p.evidence, confidence=sure, origin=ORIGIN)


def run(
    trees: Trees, words: WordLabels, places: tuple[Place, ...], frames: tuple[Frame, ...], scenes: tuple[Scene, ...]
) -> Mapping[str, Any]:
    events, time = EventFinder(trees, words, scenes, frames, places).read()
    return {"events": events, "time": time}
