"""What the ways of naming somebody tell by themselves: "the surgeon" is a surgeon, "Dr. Vane" a doctor, "a tall man" tall."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from fabula.elements import Character
from fabula.layers import MentionKind
from fabula.lexicons import table, words
from fabula.reading.cast import Cast, MentionView
from fabula.reading.fact_statements import Statement, macros, trade
from fabula.reading.patterns import flat

_SHARE_OF_TITLE = 0.25  # of all names of a character: a few "Captain Vane" may be somebody else of that surname
_SHARE_OF_TRADE = 0.6  # of all "the surgeon" of a story
_LONGEST = 60


class MentionFacts:
    """Trades from titles and nouns, looks from descriptions. ``own`` are the ids that a fact can be of."""

    def __init__(self, text: str, cast: Cast, own: frozenset[str]) -> None:
        self.text, self.cast, self.own = text, cast, own
        self.by_title: dict[tuple[str, str], list[MentionView]] = {}
        self.by_noun: dict[tuple[str, str], list[MentionView]] = {}
        self.by_animal: dict[tuple[str, str], list[MentionView]] = {}
        self.names: dict[str, int] = {}
        self.nouns: dict[str, int] = {}
        self.looks: list[Statement] = []
        for m in cast.mentions:
            if m.end - m.start <= _LONGEST:
                self._note(m, flat(text[m.start : m.end]))

    def _note(self, m: MentionView, shown: str) -> None:
        known = len(m.who) == 1 and m.who[0] in self.own
        if m.kind == MentionKind.NAME and known:
            self.names[m.who[0]] = self.names.get(m.who[0], 0) + 1
            title, _, rest = shown.partition(" ")
            if rest and title.rstrip(".") in words("titles", "titles"):
                job = _rank(title, rest)
                self.by_title.setdefault((m.who[0], job), []).append(m)
            elif job := _titles().get(shown, ""):  # "After that he goes home, Sergeant"
                self.nouns[job] = self.nouns.get(job, 0) + 1
                self.by_noun.setdefault((m.who[0], job), []).append(m)
        elif m.kind == MentionKind.NOMINAL:
            if (found := _trade().fullmatch(shown)) and not self._adjective(m, found["v"]):
                noun = trade(found["v"])
                self.nouns[noun] = self.nouns.get(noun, 0) + 1
                if known:
                    self.by_noun.setdefault((m.who[0], noun), []).append(m)
            elif known:
                self.looks += self._looks(m, shown)
                if animal := _animal().fullmatch(shown):
                    self.by_animal.setdefault((m.who[0], animal["v"]), []).append(m)

    def _adjective(self, m: MentionView, noun: str) -> bool:
        """ "the general air": the mention was no mention."""
        return noun.rsplit(" ", 1)[-1] in words("jobs", "ambiguous") and bool(re.match(r"\s+[a-z]", self.text[m.end : m.end + 3]))

    def _said_by(self, m: MentionView) -> str | None:
        quote = self.cast.quote_at(m.start)
        return quote.speaker if quote else "narration"

    def _looks(self, m: MentionView, shown: str) -> Iterator[Statement]:
        if said_by := self._said_by(m):
            for pattern, attribute, confidence in _descriptions():
                if found := pattern.fullmatch(shown):
                    yield Statement(m.who[0], attribute, found["v"], said_by, confidence * m.confidence, m.span)

    def statements(self, characters: tuple[Character, ...]) -> Iterator[Statement]:
        """One statement per character and trade, at the first mention that tells it."""
        yield from self.looks
        yield from self._named_after(characters)
        alone = self._only_of_surname(characters)
        self_explained = {c.id: flat(c.name) for c in characters if not c.aliases}
        for (who, job), mentions in self.by_title.items():
            other = len(self.by_title.get((who, ""), ()))
            if job and len(mentions) >= (1 if who in alone and not other else max(_SHARE_OF_TITLE * self.names[who], other)):
                yield from self._first(who, job, mentions, 0.65 if len(mentions) < 3 else 0.75)
        for (who, job), mentions in self.by_noun.items():
            if len(mentions) >= _SHARE_OF_TRADE * self.nouns[job] and not self_explained.get(who, "").endswith(job):
                # "the waiter" may mean whoever was named last: as sure as who-is-who was of it
                sure = sum(m.confidence for m in mentions) / len(mentions)
                yield from self._first(who, job, mentions, {1: 0.45, 2: 0.6}.get(len(mentions), 0.85) * sure)
        for (who, animal), mentions in self.by_animal.items():
            if who in self.names:
                sure = sum(m.confidence for m in mentions) / len(mentions)
                yield from self._first(who, animal, mentions, (0.5 if len(mentions) == 1 else 0.75) * sure, attribute="species")

    @staticmethod
    def _only_of_surname(characters: tuple[Character, ...]) -> set[str]:
        """Who shares no last word of a name with anybody: a "Captain Vane" among many a "Miss Vane" is no one else then."""
        owners: dict[str, set[str]] = {}
        for c in characters:
            for a in c.aliases:
                owners.setdefault(flat(a.text).rsplit(" ", 1)[-1], set()).add(c.id)
        shared = {who for found in owners.values() if len(found) > 1 for who in found}
        return {c.id for c in characters} - shared

    def _named_after(self, characters: tuple[Character, ...]) -> Iterator[Statement]:
        """ "The Reeve" is one, whatever else she is called."""
        first = {m.who[0]: m for m in reversed(self.cast.mentions) if m.kind == MentionKind.NAME and len(m.who) == 1}
        for c in characters:
            for name in (c.name, *(a.text for a in c.aliases)):
                if (found := _trade().fullmatch(flat(name))) and c.id in self.own and c.id in first and name[:1].isupper():
                    yield Statement(c.id, "job", trade(found["v"]), "narration", 0.6 * first[c.id].confidence, first[c.id].span)

    def _first(
        self, who: str, value: str, mentions: list[MentionView], confidence: float, *, attribute: str = "job"
    ) -> Iterator[Statement]:
        for m in mentions:
            if said_by := self._said_by(m):
                yield Statement(who, attribute, value, said_by, confidence, m.span)
                return


def _rank(title: str, rest: str) -> str:
    """What a title tells, with a second one after it: "detective constable brandvold"."""
    first, second = _titles().get(title.rstrip("."), ""), _titles().get(rest.split()[0].rstrip("."), "")
    both = f"{first} {second}"
    return both if " " in rest and both in words("jobs", "jobs") else first


@cache
def _titles() -> dict[str, str]:
    return {row[0]: row[1] for row in table("jobs", "titles")}


@cache
def _trade() -> re.Pattern[str]:
    return re.compile(rf"(?:the|our) (?P<v>{macros()['job']})")


@cache
def _animal() -> re.Pattern[str]:
    animals = "|".join(sorted(words("facts", "animals"), key=len, reverse=True))
    return re.compile(rf"(?:the|an?|this|that)(?: [\w-]+)?? (?P<v>{animals})")


@cache
def _descriptions() -> tuple[tuple[re.Pattern[str], str, float], ...]:
    build, people, hair, eye = (macros()[name] for name in ("build", "people", "haircolour", "eye"))
    return (
        (re.compile(rf"(?:an?|the) (?:[\w-]+,? )?(?P<v>{build})(?:,? [\w-]+)? (?:{people})(?: with .*)?"), "build", 0.5),
        (re.compile(rf".*\b(?:with|in) (?:[\w-]+,? )?(?P<v>{hair}) hair\b.*"), "hair colour", 0.6),
        (re.compile(rf".*\bwith (?:[\w-]+,? )?(?P<v>{eye}) eyes\b.*"), "eye colour", 0.6),
    )
