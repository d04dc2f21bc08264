"""Phrases that speak of somebody as another's relative: "his sister", "the mother of Ann", and "Mum", said by a child or for it.

Each has an owner and a slot ("Ann's mother"); whom it means was decided by who-is-who for each by itself. Here all that each place says is
gathered: whom it was taken for, who is called so in apposition or to the face, and who cannot be meant there, for nobody speaks of those
who talk to each other as "your wife". tie_slots.py elects.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from fabula.elements import Character, Quote, Scene
from fabula.lexicons import table, words
from fabula.reading.patterns import flat
from fabula.reading.tie_grammar import TieGrammar, vocative
from fabula.reading.ties import MOST_OF_A_GROUP, Kin, kin_names, kin_words, plain_kin
from fabula.reading.trees import Trees
from fabula.spans import Span

_LIKE = frozenset(("like", "as", "than"))
_NO = frozenset(("no", "any", "every", "each", "another", "what", "which", "whose", "some"))
_PLURALS = {row[0]: row[1] for row in table("kin", "plurals")}
_OF_SEVERAL = 0.85  # "their father" of two
_KNOWN = 0.5
_HEARER = 0.7  # how often whom a speech is said to be spoken to is right
_SAID_OF = 0.45  # "Daddy's not cross": the speaker's, or the hearer's
_SEEN_BY = 0.6  # "Dad" in the narration: of the one through whose eyes the scene is seen
_RITUAL_FACE, _RITUAL = 0.6, 0.35  # "Father", "Sister": priests, nuns and nurses are called so too
_ARGUMENTS = ("nsubj", "obj", "iobj", "obl")


@dataclass(frozen=True, slots=True)
class Slot:
    """What somebody is to an owner: the type of the tie, the end that the word names, and the word in its plain form."""

    owner: str
    type: str
    end: str
    form: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """One place that fills or names a slot. ``votes``: whom it was taken for; ``faces``: to whom it is said as a name;
    ``barred``: who cannot be meant; ``heard``: those of them who only seem to be spoken to."""

    slot: Slot
    sure: float
    kin: Kin
    at: int
    span: Span
    votes: Mapping[str, float] = field(default_factory=dict)
    faces: Mapping[str, float] = field(default_factory=dict)
    barred: frozenset[str] = frozenset()
    heard: frozenset[str] = frozenset()
    loop: bool = False
    acts: bool = False
    spoken: bool = False
    former: bool = False
    name: bool = False


@cache
def _last_words() -> frozenset[str]:
    return frozenset(k.rsplit(" ", 1)[-1] for k in kin_words())


def form_of(kin: Kin) -> str:
    """Words that fill the same place by a person's side have one form: his brothers, of whatever age."""
    if kin.type == "other_kin":
        return plain_kin().get(kin.word, kin.word)
    return kin.pronoun


def kin_at(t: Trees, at: int) -> Kin | None:
    """The word for a relative that a noun is, with what is compounded with it ("half brother", "best friend")."""
    kin, word = kin_words(), t.lower[at]
    word = _PLURALS.get(word, word[:-1] if word not in kin and word.endswith("s") and word[:-1] in kin else word)
    if word not in _last_words():
        return None
    before = t.lower[at - 1] if at else ""
    return kin.get(f"{before} {word}", kin.get(word)) if at and t.sentence[at] == t.sentence[at - 1] else kin.get(word)


def only_a_kin_name(c: Character) -> bool:
    """Whether somebody is called nothing but "Mum" or "Grandpa"."""
    return bool(c.aliases) and all(flat(a.text) in kin_names() for a in c.aliases)


class Phrases(TieGrammar):
    """Gathers the phrases of a story."""

    def __init__(self, trees: Trees, characters: Iterable[Character], scenes: tuple[Scene, ...]) -> None:
        everyone = tuple(characters)
        super().__init__(trees, everyone)
        self.pronouns = {c.id: c.pronouns for c in everyone}
        self.nameless = {c.id for c in everyone if only_a_kin_name(c)}
        self.clergy = {c.id for c in everyone if _is_titled(c)}
        self._scenes, self._scene_starts = scenes, [s.start for s in scenes]

    def all(self) -> Iterator[Phrase]:
        """All phrases in order of the text."""
        t = self.trees
        for at, pos in enumerate(t.pos):
            if not t.told[at]:
                continue
            if pos in ("NOUN", "PROPN") and (kin := kin_at(t, at)) is not None:
                yield from self._possessed(at, kin)
            if t.lower[at] in kin_names() and self._stands_as_name(at):
                yield from self._named_so(at, kin_names()[t.lower[at]])

    # --- "his sister"
    def _possessed(self, at: int, kin: Kin) -> Iterator[Phrase]:
        t = self.trees
        modifiers = frozenset(t.lower[c] for c in t.all(at, "amod"))
        if t.rel[at] in ("compound", "flat", "vocative") or modifiers & words("kin", "unreal"):
            return
        if t.has(at, "case", *_LIKE) or t.has(at, "det", *_NO):
            return
        owners = self._owners(at)
        if not 0 < len(owners.who) <= MOST_OF_A_GROUP:
            return
        m = t.mention.get(at)
        meant = m.who if m is not None and (len(m.who) == 1 or t.plural[at]) else ()
        acts = t.quote_row(at) < 0 and t.rel[at].startswith("nsubj") and t.pos[t.head[at]] == "VERB"
        for owner in owners.who:
            barred, heard = self._barred(at, owner), self._heard(at)
            yield Phrase(
                slot=Slot(owner, kin.type, kin.end, form_of(kin)),
                sure=owners.confidence * (_OF_SEVERAL if len(owners.who) > 1 else 1.0),
                kin=kin, at=at, span=t.clause(at, at + 1),
                votes={w: m.confidence for w in meant if w not in barred | heard and self._fits(kin, w)} if m is not None else {},
                barred=barred, heard=heard - barred, loop=owner in meant, acts=acts, spoken=t.quote_row(at) >= 0,
                former=bool(modifiers & words("kin", "former")),
            )  # fmt: skip

    def _barred(self, at: int, owner: str) -> frozenset[str]:
        """Who cannot be meant by a phrase: its owner, the speaker, who else has a part in its clause."""
        t, out = self.trees, {owner}
        quote = t.quote(at)
        if quote is not None:
            out |= {quote.speaker} if quote.speaker else set()
        elif t.narration.person == "first" and t.narration.narrator:
            out.add(t.narration.narrator)
        if t.rel[at].partition(":")[0] in _ARGUMENTS and t.head[at] >= 0:
            near = [*t.all(t.head[at], *_ARGUMENTS), t.subject(t.head[at])]
            found = (t.people(c) for c in near if c not in (at, -1))
            out |= {p.one for p in found if p.one and p.confidence >= _KNOWN}
        return frozenset(out)

    def _heard(self, at: int) -> frozenset[str]:
        """Those spoken to, who are seldom spoken of: but it is often somebody else who is there, or one of several."""
        quote = self.trees.quote(at)
        return frozenset(quote.addressees) if quote is not None else frozenset()

    # --- "Mum"
    def _stands_as_name(self, at: int) -> bool:
        """Whether a kin word is used as a name: to somebody's face, or with a capital and nobody's."""
        t = self.trees
        if t.child(at, "nmod:poss", "det", "amod") >= 0 or t.rel[at] in ("compound", "flat") or t.plural[at]:
            return False
        after = (
            at + 1 < len(t.pos) and t.sentence[at + 1] == t.sentence[at] and t.pos[at + 1] == "PROPN" and t.text[t.start[at + 1]].isupper()
        )
        if after or (at and t.lower[at - 1] in ("a", "an", "the", "my", "your", "his", "her", "our", "their", "mr", "mrs", "miss", "old")):
            return False
        return self._to_the_face(at) or t.text[t.start[at]].isupper()

    def _to_the_face(self, at: int) -> bool:
        t = self.trees
        return t.quote_row(at) >= 0 and (vocative(t, at) or t.rel[at] == "vocative")

    def _named_so(self, at: int, kin: Kin) -> Iterator[Phrase]:
        t, ritual = self.trees, self.trees.lower[at] in words("kin", "ritual")
        quote, face = t.quote(at), self._to_the_face(at)
        m = t.mention.get(at)
        meant = {w: m.confidence for w in m.who if self._fits(kin, w)} if m is not None and len(m.who) == 1 else {}
        if ritual and (self.clergy & set(meant) or (quote is not None and not face)):
            return
        owner, sure = self._of_whom(at, quote, face)
        if owner is None:
            return
        sure *= (_RITUAL_FACE if face else _RITUAL) if ritual else 1.0
        faces = self._hearers(quote, kin, owner) if face and quote is not None else {}
        yield Phrase(
            slot=Slot(owner, kin.type, kin.end, form_of(kin)), sure=sure, kin=kin, at=at, span=t.clause(at, at + 1),
            votes={w: c for w, c in meant.items() if w != owner}, faces=faces, name=True, spoken=quote is not None,
            barred=frozenset({owner}) if face or quote is None else self._barred(at, owner),
            heard=frozenset() if face else self._heard(at) - {owner},
        )  # fmt: skip

    def _of_whom(self, at: int, quote: Quote | None, face: bool) -> tuple[str | None, float]:
        """Whose "Mum" it is, and how sure that is."""
        t = self.trees
        if quote is not None:
            return quote.speaker, quote.confidence * (1.0 if face else _SAID_OF)
        if t.narration.person == "first":
            return t.narration.narrator, 0.9
        i = bisect_right(self._scene_starts, t.start[at]) - 1
        pov = self._scenes[i].pov if i >= 0 else None
        return (pov if pov in self.pronouns else None), _SEEN_BY

    def _hearers(self, quote: Quote, kin: Kin, owner: str) -> dict[str, float]:
        """Those spoken to whom the word can mean; whoever has no other name than "Mum" is found by whom that is said to."""
        fit = [a for a in quote.addressees if a != owner and self._fits(kin, a) and a not in self.clergy]
        return dict.fromkeys(fit, _HEARER / len(fit)) if fit else {}

    def _fits(self, kin: Kin, target: str) -> bool:
        """Whether the word can mean that character, by pronoun and kind."""
        told = self.pronouns.get(target, "unknown")
        if kin.type == "owner_pet":
            return target in self.animals or told in ("it", "unknown")
        return target not in self.animals and (kin.pronoun == "-" or told in (kin.pronoun, "unknown", "they"))


def _is_titled(c: Character) -> bool:
    """Whether a father is "Father Brown", a sister "Sister Agnes": a title, not kin."""
    names = [flat(n) for n in (c.name, *(a.text for a in c.aliases))]
    titled = any(n.split(" ", 1)[0] in words("kin", "ritual") - words("kin", "title") and " " in n for n in names)
    return titled or any(role.lower() in words("relations", "clergy") for role in c.roles)
