"""Through whom each scene is seen: signs of the mind, weighed against each other and against what the whole story does.

A sign is whatever tells what one person alone can know: thoughts, feelings, what they perceive, their body from inside. Weighed with them
are who is there all along, whom the scene opens with, of whom it tells most, and who is looked at (that is not the one who looks). A story
has habits: whoever sees most of it is likelier to see a scene that does not tell. Several minds told from inside at once, or none in the
whole story, are a narrator's.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property

from fabula.elements import Frame, Narration
from fabula.layers import MentionKind
from fabula.lexicons import sections, table, words
from fabula.reading.presence import Cover
from fabula.reading.textview import FILL
from fabula.reading.trees import Trees

NOBODY = "omniscient"
View = tuple[str | None, float]
"""A character id, ``NOBODY`` or None, and how sure that is."""

_ELSEWHERE = frozenset({"message", "letter", "author_note", "epigraph", "front_matter", "back_matter", "lyrics", "told_story"})
_THOUGHT, _INNER, _FEELING, _SENSE, _TOUCHED, _BODY, _GAZE, _ALOUD = 2.0, 1.0, 0.7, 0.6, 0.7, 0.4, 0.1, 0.4
_ASIDE = 0.4
"""What is left of a sign in a relative clause, or of another's thought: told of somebody, not seen by them."""
_SEEMS, _LOOKED_AT = 0.6, 0.3
_STRONG = 0.9
"""A sign of so much or more only its subject can know."""
_SHARE, _SPREAD, _FIRST, _SEEN, _HABIT = 1.0, 0.6, 0.6, 0.35, 2.5
_ENOUGH = 0.5
"""The share of a story that makes somebody one of those through whom it is seen."""
_PARTS = 4
_SECOND_MIND, _MINDS = 0.55, 2.0
"""Several minds at once: how much of the first one's signs the others make, by names, and how many signs that are."""
_MANY, _SIDE_BY_SIDE, _KNOWN, _MOSTLY = 3.0, 1.8, 0.3, 0.45
"""In how many minds at least a narrator is who knows them all; how many of them in one scene; signs by name in a thousand characters; and
what share one of them may have without being the one whom we follow."""
_SCATTERED, _LITTLE, _CROWD, _IN_A_CROWD = 4.0, 0.33, 8.0, 0.2
"""The same where fewer are told from inside: how many minds, the share of the first; how many people a story tells of, and the share."""
_AT_LENGTH, _NEARLY_ALONE = 4.0, 0.6
"""Signs of one mind in a scene, and their share, from which it is seen through them all the same."""
_OUTSIDE, _FAR = 0.45, 0.15
"""Signs from inside in a thousand characters of narration under which a whole story is told from outside, unless it follows somebody; and
even then."""
_PIECE, _PIECES, _EVERYWHERE, _MORE = 700, 12, 0.75, 1.08
"""Pieces of a story (characters, and how many at least); in what share of them somebody
whom we follow is, and how many times as many as anybody else."""
_FEW, _ALONE = 0.8, 5
"""So many signs of minds in a thousand characters of narration weigh as much as who is everywhere in the story; and how much more it says
to be there a little more than others."""
_ROUNDS = 4
_OWN = 0.12
"""Share of the subjects of a scene that its I makes at least, where somebody tells it."""
_OTHERS, _TELLS_MOST = 1.6, 0.4
"""Signs of another's mind from which a scene is not told by the one whose I tells the rest; how much that is at least."""
_FIRST_PERSON = frozenset({"i", "me", "my", "mine", "myself"})
_I = re.compile(r"\b(?:I|[Mm]e|[Mm]y|[Mm]yself)\b(?![.])")


@dataclass(frozen=True, slots=True)
class Inside:
    """A sign: where, of whom, how much it says for their mind (below 0: they are seen from outside), and whether by a name."""

    at: int
    who: str
    mind: float
    named: bool = False
    subject: bool = False
    own_voice: bool = False


@dataclass(slots=True)
class _Tally:
    """The signs of one scene, summed up."""

    length: int = 0
    mind: Counter[str] = field(default_factory=Counter)
    named: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    own: Counter[str] = field(default_factory=Counter)
    parts: dict[str, set[int]] = field(default_factory=dict)
    opens: str | None = None
    says_i: int = 0
    over_all: int = 0

    def add(self, sign: Inside, part: int) -> None:
        if sign.mind > 0:
            self.mind[sign.who] += sign.mind  # type: ignore[assignment]
            if sign.named:
                self.named[sign.who] += sign.mind if sign.mind >= _STRONG else sign.mind / 2  # type: ignore[assignment]
        elif sign.mind < 0:
            self.seen[sign.who] -= sign.mind  # type: ignore[assignment]
        self.own[sign.who] += sign.own_voice
        if sign.subject:
            self.told[sign.who] += 1
            self.opens = self.opens or sign.who
        self.parts.setdefault(sign.who, set()).add(part)

    @property
    def inside(self) -> float:
        return sum(self.mind.values())

    def plain(self, who: str) -> float:
        """What the scene itself says for somebody."""
        told = self.told[who] / max(1, self.told.total())
        seen = min(3.0, self.seen[who])
        there = len(self.parts.get(who, ())) / _PARTS
        return self.mind[who] + _SHARE * told + _SPREAD * there + _FIRST * (self.opens == who) - _SEEN * seen


@cache
def _feelings() -> frozenset[str]:
    rows = table("emotions", "felt")
    return frozenset(w.strip() for row in rows if len(row) == 2 for w in row[1].split(",")) | words("viewpoints", "felt")


@cache
def _aloud() -> re.Pattern[str]:
    return re.compile("|".join(rf"\b(?:{p})\b" for p in sections("viewpoints")["thought_aloud"]))


@cache
def _over_all() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{p})" for p in sections("viewpoints")["narrator"]))


def _strength(trees: Trees, at: int) -> float:
    """How much a predicate tells of the mind of its subject."""
    word = trees.lower[at]
    if trees.pos[at] in ("ADJ", "VERB", "NOUN") and trees.child(at, "cop") >= 0:
        return _FEELING if word in _feelings() else 0.0
    if trees.pos[at] not in ("VERB", "AUX", "ADJ"):
        return 0.0
    if word in words("viewpoints", "inner"):
        return _INNER
    if word in words("viewpoints", "senses"):
        return _SENSE
    if word in words("viewpoints", "gazes"):
        return _SENSE if trees.has(at, "aux", "could") else _GAZE
    passive = trees.child(at, "aux") >= 0 and trees.form[at] == "Part"
    return _FEELING if (passive or trees.pos[at] == "ADJ") and word in _feelings() else 0.0


def _reported(trees: Trees, at: int) -> str:
    """What a clause is told by: "said" (somebody's words), "mind" (another's thought or sense), "seems" (how it looks), or nothing."""
    for i in trees.above(at):
        low, pos = trees.lower[i], trees.pos[i]
        if trees.has(i, "aux", *words("viewpoints", "guesses")) or trees.has(i, "advmod", *words("viewpoints", "seemingly")):
            return "seems"
        if any(trees.lower[c] in ("as", "if", "though") for c in trees.all(i, "mark")) and i == at and _as_if(trees, i):
            return "seems"
        if i == at or pos not in ("VERB", "AUX"):
            continue
        if low in words("viewpoints", "seeming"):
            return "seems"
        if trees.rel[at].partition(":")[0] in ("ccomp", "xcomp", "conj", "parataxis", "advcl"):
            if low in words("viewpoints", "saying") and _under(trees, at, i):
                return "said"
            if (low in words("viewpoints", "inner") or low in words("viewpoints", "senses")) and _under(trees, at, i):
                return "mind"
    return ""


def _shows(trees: Trees, at: int) -> bool:
    """Whether a verb tells how its subject looks: "seemed tired", "looked as if"."""
    if trees.lower[at] in words("viewpoints", "seeming"):
        return True
    likened = any(trees.lower[c] in ("like", "as") for o in trees.children[at] for c in trees.all(o, "case", "mark"))
    return trees.lower[at] in words("viewpoints", "looking") and (trees.child(at, "xcomp") >= 0 or likened)


def _under(trees: Trees, at: int, verb: int) -> bool:
    """Whether a clause is what a verb says, not one beside it or the other way round ("It was late, he said")."""
    for i in trees.above(at):
        if trees.head[i] == verb:
            return trees.rel[i] in ("ccomp", "xcomp") and i > verb
    return False


def _as_if(trees: Trees, at: int) -> bool:
    marks = {trees.lower[c] for c in trees.all(at, "mark")}
    return "as" in marks and bool(marks & {"if", "though"})


class Viewpoints:
    """The signs of a whole story, and through whom each of its scenes is seen."""

    def __init__(self, trees: Trees, narration_text: str, frames: Iterable[Frame], narration: Narration) -> None:
        self._trees, self._text, self._narration = trees, narration_text, narration
        frames = tuple(frames)
        self._elsewhere = Cover(f for f in frames if f.kind in _ELSEWHERE)
        thoughts = (Inside(f.start, f.by, _THOUGHT) for f in frames if f.kind == "thought" and f.by)
        self.signs = sorted((*self._read(), *self._thought_aloud(), *self._spoken(), *thoughts), key=lambda s: (s.at, s.who))
        self._at = [s.at for s in self.signs]

    # --- signs
    def _read(self) -> Iterator[Inside]:
        t = self._trees
        for at in range(len(t.start)):
            if t.quote_row(at) >= 0 or not t.told[at] or self._elsewhere.at(t.start[at]) is not None:
                continue
            yield from self._of_people(at)
            if t.pos[at] in ("VERB", "AUX", "ADJ", "NOUN"):
                yield from self._of_predicate(at)

    def _thought_aloud(self) -> Iterator[Inside]:
        """Sentences of the narration that somebody thinks (a question, a fragment, "perhaps", "of course"), given to the last one of
        whom their paragraph tells, or the first."""
        t = self._trees
        subjects: dict[int, list[tuple[int, str]]] = {}
        for at in range(len(t.start)):
            if t.rel[at].startswith("nsubj") and t.quote_row(at) < 0 and (who := t.people(at).one) is not None:
                subjects.setdefault(t.paragraph[at], []).append((at, who))
        for first, last in t.bounds:
            if first >= last or t.quote_row(first) >= 0 or not t.told[first] or self._elsewhere.at(t.start[first]) is not None:
                continue
            told = subjects.get(t.paragraph[first])
            if told and (weight := self._as_thought(first, last)):
                before = [who for at, who in told if at < first]
                yield Inside(t.start[first], before[-1] if before else told[0][1], weight)

    def _as_thought(self, first: int, last: int) -> float:
        t = self._trees
        rows = [i for i in range(first, last) if t.quote_row(i) < 0]
        if t.lower[rows[-1]] == "?" or _aloud().search(" ".join(t.lower[i] for i in rows)):
            return _ALOUD
        verbs = any(t.pos[i] in ("VERB", "AUX") for i in rows)
        return _ALOUD / 2 if not verbs and len(rows) == last - first and 3 <= len(rows) <= 12 else 0.0

    def _spoken(self) -> Iterator[Inside]:
        """Who speaks is there, whatever that says of the view."""
        for q in self._trees.cast.quotes:
            if q.kind == "speech" and q.speaker and self._elsewhere.at(q.start) is None:
                yield Inside(q.start, q.speaker, 0.0)

    def _of_people(self, at: int) -> Iterator[Inside]:
        t = self._trees
        if at not in t.mention or (who := t.people(at).one) is None:
            return
        head = t.head[at]
        own = t.lower[at] in _FIRST_PERSON
        subject = t.rel[at].startswith("nsubj")
        body = t.rel[at] == "nmod:poss" and head >= 0 and t.lower[head] in words("viewpoints", "inside") and t.rel[head] != "obj"
        yield Inside(t.start[at], who, _BODY if body else 0.0, False, subject, own)

    def _of_predicate(self, at: int) -> Iterator[Inside]:
        t = self._trees
        yield from self._touched(at)
        subject = t.subject(at)
        person = t.people(subject) if subject >= 0 else None
        if person is None or person.one is None:
            return
        who, sure = person.one, 1.0 if person.kind == MentionKind.NAME else 0.4 + 0.6 * person.confidence
        by_name = person.kind != MentionKind.PRONOUN
        told = _reported(t, at)
        if told == "seems" or _shows(t, at):
            yield Inside(t.start[at], who, -_SEEMS)
            return
        strength = _strength(t, at)
        if not strength or told == "said":
            return
        if told == "mind" or t.unreal(at) or any(t.rel[i].endswith("relcl") for i in t.above(at)):
            strength *= _ASIDE
        yield Inside(t.start[at], who, strength * sure, by_name)
        if strength < _INNER:
            for seen in t.all(at, "obj", "obl"):
                if (other := t.people(seen).one) is not None and other != who:
                    yield Inside(t.start[seen], other, -_LOOKED_AT)

    def _touched(self, at: int) -> Iterator[Inside]:
        """ "It struck her that", "it seemed to him"."""
        t = self._trees
        if t.lower[at] in words("viewpoints", "touches") or t.lower[at] in words("viewpoints", "seeming"):
            rels = ("obj", "iobj") if t.lower[at] in words("viewpoints", "touches") else ()
            for c in (*t.all(at, *rels), *(o for o in t.all(at, "obl") if t.has(o, "case", "to"))):
                if (who := t.people(c).one) is not None:
                    yield Inside(t.start[c], who, _TOUCHED)

    # --- scenes
    def _tally(self, start: int, end: int) -> _Tally:
        tally = _Tally(length=end - start - self._text.count(FILL, start, end))
        tally.says_i = sum(self._elsewhere.at(m.start()) is None for m in _I.finditer(self._text, start, end))
        tally.over_all = sum(1 for _ in _over_all().finditer(self._text, start, end))
        for sign in self.signs[bisect_left(self._at, start) : bisect_left(self._at, end)]:
            tally.add(sign, _PARTS * (sign.at - start) // max(1, end - start))
        return tally

    def _teller(self, tally: _Tally) -> View | None:
        """Whose I tells the scene."""
        if self._narration.person == "third":
            return None
        if tally.own.total() >= max(2, _OWN * tally.told.total()):
            return tally.own.most_common(1)[0][0], 0.95
        narrator = self._narration.narrator
        if narrator and (tally.says_i >= 1 or self._narration.person == "second") and narrator in tally.parts:
            return narrator, 0.85
        return (narrator, 0.7) if narrator and tally.says_i >= 1 else None

    def _tellers(self, tallies: list[_Tally]) -> list[View | None]:
        """Whose I tells each scene: where one I tells much of a story, also those in which they do not speak of themselves, unless
        another's mind is shown there."""
        told = [self._teller(t) for t in tallies]
        length = sum(t.length for t in tallies) or 1
        main: Counter[str] = Counter()
        for view, tally in zip(told, tallies, strict=True):
            if view is not None and view[0] is not None:
                main[view[0]] += tally.length
        who, most = max(main.items(), key=lambda x: x[1], default=(None, 0))
        if most < _TELLS_MOST * length:
            return told
        return [x or (None if max(t.mind.values(), default=0.0) >= _OTHERS else (who, 0.6)) for x, t in zip(told, tallies, strict=True)]

    def views(self, bounds: list[tuple[int, int]]) -> list[View]:
        """The point of view of each scene."""
        tallies = [self._tally(start, end) for start, end in bounds]
        told = self._tellers(tallies)
        if all(x is None for x in told) and self._told_from_outside(tallies):
            return [(NOBODY, 0.5) for _ in tallies]
        if all(x is None for x in told) and _knows_all(tallies):
            return [_one_mind(t) or (NOBODY, 0.6) for t in tallies]
        trust = _trust(tallies)
        minds = self._minds(tallies, trust)
        views: list[View] = [x or self._view(t, minds) for x, t in zip(told, tallies, strict=True)]
        for _ in range(_ROUNDS):
            wins = _wins(views, tallies)
            habit = {who: (1 - trust / 2) * minds.get(who, 0.0) + trust / 2 * wins.get(who, 0.0) for who in minds.keys() | wins.keys()}
            habit[NOBODY] = wins.get(NOBODY, 0.0)
            views = [x or self._view(t, habit) for x, t in zip(told, tallies, strict=True)]
        return views

    @cached_property
    def _everywhere(self) -> list[tuple[float, str]]:
        """In what share of the story's pieces everybody is, most first."""
        if not self.signs:
            return []
        start, length = self._at[0], self._at[-1] - self._at[0] + 1
        piece = min(_PIECE, max(250, length // _PIECES))
        where: dict[str, set[int]] = {}
        for sign in self.signs:
            where.setdefault(sign.who, set()).add((sign.at - start) // piece)
        return sorted(((len(seen) * piece / length, who) for who, seen in where.items()), reverse=True)

    def _minds(self, tallies: list[_Tally], trust: float) -> dict[str, float]:
        """Whose mind the whole story tells of, by their share; where it tells of none, who is everywhere in it."""
        told: Counter[str] = sum((t.mind for t in tallies), Counter())
        seen = {who: share**_ALONE for share, who in self._everywhere}
        all_told, all_seen = sum(told.values()), sum(seen.values()) or 1.0
        return {who: trust * told[who] / (all_told or 1.0) + (1 - trust) * seen.get(who, 0.0) / all_seen for who in seen}

    def _followed(self) -> str | None:
        """The one whom the story does not let out of sight, if that is one alone."""
        (most, who), (second, _) = [*self._everywhere, (0.0, ""), (0.0, "")][:2]
        return who if most >= _EVERYWHERE and most >= _MORE * second else None

    def _told_from_outside(self, tallies: list[_Tally]) -> bool:
        inside = sum(t.inside for t in tallies)
        rate = 1000 * inside / max(1, sum(t.length for t in tallies))
        return rate < _FAR or (rate < _OUTSIDE and self._followed() is None)

    @staticmethod
    def _view(tally: _Tally, habit: dict[str, float]) -> View:
        scores = {who: tally.plain(who) + _HABIT * min(1.0, habit.get(who, 0.0) / _ENOUGH) for who in tally.parts}
        ranked = sorted(((s, who) for who, s in scores.items()), reverse=True)[:2]
        if not ranked:
            return None, 0.0
        (first, who), (second, _) = [*ranked, (0.0, "")][:2]
        if _many_minds(tally, who, habit.get(NOBODY, 0.0)):
            return NOBODY, 0.6
        return who, round(max(0.3, min(0.9, 0.45 + 0.15 * (first - second))), 2)


def _many_minds(tally: _Tally, who: str, habit: float) -> bool:
    """Whether others than the likeliest are told from inside by their names, about as much, or a narrator knows more than all of them."""
    others = sum(min(n, _MINDS) for other, n in tally.named.items() if other != who) + tally.over_all
    return others >= _MINDS * (1.0 - 0.8 * habit) and others >= _SECOND_MIND * (1.0 - 0.8 * habit) * tally.mind[who]


def _knows_all(tallies: list[_Tally]) -> bool:
    """Whether a narrator knows everybody's mind: a story tells of many by their names and of several side by side, or of many without one
    that stands out, or of so many people that it follows none of them."""
    named, minds, told = (sum((getattr(t, part) for t in tallies), Counter[str]()) for part in ("named", "mind", "told"))
    told_inside, length = sum(named.values()), sum(t.length for t in tallies)
    side_by_side = sum(sum(t.named.values()) * _how_many(t.named) for t in tallies) / (told_inside or 1.0)
    enough = told_inside >= max(_MINDS, _KNOWN * length / 1000)
    several = enough and _how_many(named) >= _MANY and side_by_side >= _SIDE_BY_SIDE and _most(minds) <= _MOSTLY
    scattered = _how_many(minds) >= _SCATTERED and _most(minds) <= _LITTLE and sum(minds.values()) >= _MINDS
    crowd = _how_many(told) >= _CROWD and _most(told) <= _IN_A_CROWD and _most(minds) <= _MOSTLY
    return several or scattered or crowd


def _one_mind(tally: _Tally) -> View | None:
    """The one whose mind a scene tells of at length and nearly alone, though its narrator knows others' elsewhere."""
    who, most = max(tally.mind.items(), key=lambda x: (x[1], x[0]), default=(None, 0.0))
    return (who, 0.55) if most >= _AT_LENGTH and most >= _NEARLY_ALONE * tally.inside else None


def _most(count: Counter[str]) -> float:
    """The share of the first."""
    return max(count.values(), default=0.0) / (sum(count.values()) or 1.0)


def _how_many(minds: Counter[str]) -> float:
    """How many minds these are, as if each were told of as much as the others (the inverse of Simpson's index)."""
    squares = sum(n * n for n in minds.values())
    return sum(minds.values()) ** 2 / squares if squares else 0.0


def _trust(tallies: list[_Tally]) -> float:
    """How far the signs of minds in a story can be believed, by how many there are."""
    told = sum(t.inside for t in tallies)
    few = max(1.0, _FEW * sum(t.length for t in tallies) / 1000)
    return told**2 / (told**2 + few**2)


def _wins(views: list[View], tallies: list[_Tally]) -> dict[str, float]:
    """How much of the story each one sees, by length of what they are sure to see."""
    weight: dict[str, float] = {}
    for (who, sure), tally in zip(views, tallies, strict=True):
        if who is not None:
            told = 1.0 if who == NOBODY or tally.own[who] else min(1.0, 0.2 + tally.mind[who])
            weight[who] = weight.get(who, 0.0) + sure * told * max(1, tally.length)
    total = sum(weight.values()) or 1.0
    return {who: w / total for who, w in weight.items()}
