"""Names on the page: which capitalised words name someone, and what stands around them.

A word counts as part of a name by its use in the whole story: capitalised away from sentence starts, or never in lower case. Whether a
name is a person's is summed from its surroundings: titles, speech tags, vocatives, verbs after it; prepositions of place speak against.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from fabula.lexicons import words
from fabula.reading.who.first_names import given_names, is_given
from fabula.reading.who.page import Found, Page
from fabula.reading.who.verbs import verb_forms

_DRAWN_OUT = re.compile(r"(.)\1\1|^\w-\w-|-\w-\w")  # "Mmmm", "O-o-oh", "Ye-e-es"
CALLED_ONCE = 0.75
IS_PERSON, IS_OTHER, IS_NOTHING = 4.0, 2.0, 0.5
"""How much the reader model's opinion of a name counts beside what stands around it: a person, something else, no mention."""
_END = frozenset({",", ".", "!", "?", "…", "...", "—", "--", "–", ";", ":"})


@dataclass(slots=True)
class NameUse:
    """One use of a name: token range ``[first, last)``, its titles and its proper words, lower-cased."""

    first: int
    last: int
    titles: tuple[str, ...]
    parts: tuple[str, ...]
    vocative: bool = False
    person: int = -1

    @property
    def key(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return self.titles, self.parts


@dataclass(slots=True)
class WordUse:
    """How a word occurs in the story: in lower case, capitalised inside a sentence, capitalised at its start; ``proper``: how often the
    reader model takes it, capitalised, for a proper noun."""

    lower: int = 0
    inside: int = 0
    initial: int = 0
    proper: int = 0


def count_words(page: Page) -> dict[str, WordUse]:
    """Use of every word of the told story, by its lower-case form."""
    use: dict[str, WordUse] = defaultdict(WordUse)
    for i, w in enumerate(page.words):
        if not page.is_word[i] or not page.told[i]:
            continue
        u = use[page.lower[i]]
        u.proper += not w[0].islower() and page.pos[i] == "PROPN"
        if w[0].islower():
            u.lower += i not in page.labels
        elif page.initial[i]:
            u.initial += 1
        elif not (w.isupper() and len(w) > 1):
            u.inside += 1
    return use


@cache
def _never_a_name() -> frozenset[str]:
    closed = words("grammar", "not_adjective") | words("grammar", "auxiliary")
    closed |= words("grammar", "clause_opener") | words("grammar", "preposition")
    return (
        (closed - given_names())
        | words("not_names", "calendar")
        | words("not_names", "peoples")
        | words("not_names", "other")
        | words("not_names", "interjections")
        | words("pronouns", "subject")
    )


def name_words(use: dict[str, WordUse]) -> set[str]:
    """Words that are parts of names in this story."""
    never, common = _never_a_name(), words("common_words")
    out: set[str] = set()
    for w, u in use.items():
        capital = u.inside + u.initial
        if not capital or len(w) < 2 or w in never or "'" in w[-3:-1] or _DRAWN_OUT.search(w):
            continue
        if w in common:
            ok = (u.inside >= 1 and u.inside >= 0.25 * u.lower) or (u.lower == 0 and u.initial >= 3)
            ok = ok or (2 * u.proper >= capital and u.proper >= u.lower)
        else:
            ok = (u.inside >= 1 and u.inside >= 0.2 * u.lower) or u.lower == 0 or (2 * u.proper >= capital and u.proper >= u.lower)
        if ok:
            out.add(w)
    return out


@dataclass(slots=True)
class NameFinder:
    """Finds uses of names on a page, given the words that are parts of names in this story."""

    page: Page
    parts: set[str]
    use: dict[str, WordUse]
    titles: frozenset[str] = field(default_factory=lambda: words("titles", "titles"))
    kin: frozenset[str] = field(default_factory=lambda: words("persons", "kin_he") | words("persons", "kin_she"))

    def _capital(self, i: int) -> bool:
        w = self.page.words[i]
        if not w[0].isupper():
            return False
        return not (w.isupper() and len(w) > 2 and "." not in w) or self.use[self.page.lower[i]].inside > 0

    def _dot(self, i: int) -> bool:
        """A full stop right after token ``i - 1``, as in ``Mr.`` and ``J.``"""
        return i < len(self.page) and self.page.words[i] == "." and self.page.start[i] == self.page.end[i - 1]

    def _titles_at(self, i: int) -> tuple[list[str], int]:
        page, found = self.page, list[str]()
        while i < len(page) and page.is_word[i] and self._capital(i) and page.lower[i].strip(".") in self.titles:
            found.append(page.lower[i].strip("."))
            i += 1
            if self._dot(i):
                i += 1
        return found, i

    def _part_at(self, i: int) -> bool:
        page = self.page
        if i >= len(page) or not page.is_word[i] or not page.told[i]:
            return False
        w = page.lower[i]
        if w in self.parts and self._capital(i):
            return True
        return len(w) == 1 and page.words[i].isupper() and w not in "ioa" and self._dot(i + 1)

    def _past_particles(self, k: int) -> int:
        """Token after the particles (``van der``) at ``k`` if a name goes on there, else ``k``."""
        page, i = self.page, k
        while i < min(k + 3, len(page) - 1) and page.lower[i] in words("grammar", "particle"):
            i += 1
        return i if self._part_at(i) else k

    def _name_at(self, i: int) -> NameUse | None:
        page = self.page
        titles, j = self._titles_at(i)
        parts: list[str] = []
        k = j
        while k < len(page) and page.sentence[k] == page.sentence[i] and page.quote[k] == page.quote[i]:
            if self._part_at(k):
                if parts and page.lower[k] in self.titles and page.lower[k] not in self.parts:
                    break
                parts.append(page.lower[k].strip("."))
                k += 1
                if len(parts[-1]) == 1 and self._dot(k):
                    k += 1
            elif (parts or titles) and (after := self._past_particles(k)) > k:
                parts.extend(page.lower[k:after])
                k = after
            else:
                break
        if parts:
            if titles[:1] == ["dear"]:  # of a letter
                i, titles = i + 1, titles[1:]
            return NameUse(i, k, tuple(titles), tuple(parts))
        return self._role_name(i, j, titles)

    def _role_name(self, i: int, j: int, titles: list[str]) -> NameUse | None:
        """A title or kin term used as a name (``Captain``, ``Mum``): capitalised inside a sentence, or always."""
        page = self.page
        if not titles or len(titles) > 1 or titles[0] in words("titles", "adjectives") | words("persons", "endearment") or not page.told[i]:
            return None
        u = self.use[page.lower[i]]
        as_name = not page.initial[i] or (u.inside > u.lower and u.inside > 0) or titles[0] in self.kin or is_vocative(page, i, i + 1)
        return NameUse(i, i + 1, (), (titles[0],)) if as_name and len(titles[0]) > 2 else None

    def find(self) -> list[NameUse]:
        """All uses of names in the told story, in order; they do not overlap."""
        out: list[NameUse] = []
        i, n = 0, len(self.page)
        while i < n:
            w = self.page.words[i]
            if self.page.is_word[i] and w[0].isupper() and self.page.told[i] and (found := self._name_at(i)):
                out.append(found)
                i = found.last
            elif i in self.page.labels and w[0].islower():  # "callum: where are you"
                out.append(NameUse(i, i + 1, (), (self.page.lower[i],)))
                i += 1
            else:
                i += 1
        return out


def is_vocative(page: Page, first: int, last: int) -> bool:
    """Whether tokens ``[first, last)`` stand apart inside a quotation, as an address does (``"No, Ann, wait"``)."""
    q = page.quote[first]
    if q < 0:
        return False
    a, b = page.quotes[q]
    before = page.words[first - 1] if first > a else ""
    after = page.words[last] if last < b else ""
    opened = before in _END or not page.is_word[first - 1] if first > a else True
    if not opened and page.lower[first - 1] in words("grammar", "vocative_opener"):
        opened = first - 1 == a or not page.is_word[first - 2]
    closed = after in _END or after == "" or (not page.is_word[last] and after not in ("'s", "’s", "(", "'"))
    if not (opened and closed):
        return False
    return after != "" or before != "" or b - a <= last - first + 3


def mark_vocatives(page: Page, uses: list[NameUse]) -> None:
    for u in uses:
        u.vocative = is_vocative(page, u.first, u.last)


def _present(after: str, before: str) -> bool:
    """``Quill makes a noise``: a word in -s after a name that no article or preposition leads in."""
    if len(after) < 4 or not after.endswith("s") or after.endswith(("ss", "'s", "ous")) or after not in words("common_words"):
        return False
    return before not in words("grammar", "determiner") | words("grammar", "preposition")


def person_score(page: Page, uses: list[NameUse]) -> dict[str, float]:
    """Evidence that a name's last and first words name a person, by word; above zero speaks for it."""
    core, locative, weak_locative = verb_forms("core"), words("not_names", "locative"), words("not_names", "weak_locative")
    places, place_words = words("not_names", "places"), words("not_names", "place_words")
    kin = words("persons", "kin_he") | words("persons", "kin_she")
    score: dict[str, float] = defaultdict(float)
    speaks, articles = Counter[str](), Counter[str]()
    ends = {u.last - 1 for u in uses}
    for u in uses:
        s = 0.0
        before = page.lower[u.first - 1] if u.first else ""
        after = page.lower[u.last] if u.last < len(page) else ""
        if u.titles:
            s += 5
        if u.vocative:  # a word alone at the start may be an exclamation
            s += 1.5 if before == "," or is_given(u.parts[0]) else 0.75
        if page.quote[u.first] < 0 and (after in core or before in core):
            s += 3
            speaks.update({u.parts[0], u.parts[-1]})
        if page.pos[u.last - 1] == "PROPN" and page.rel[page.head_of(u.first, u.last)] in ("nsubj", "vocative"):
            s += 1
        if after == ":" and page.apart[u.first] and (u.first == 0 or page.paragraph[u.first - 1] != page.paragraph[u.first]):
            s += 3  # the label of a line of chat
        if is_given(u.parts[0]):
            s += 1.5
        if u.parts[-1] in kin:
            s += 1
        acts = after.endswith("ed") or after in words("grammar", "finite") or after in ("and", "'s") or _present(after, before)
        if acts or (before == "and" and u.first - 2 in ends):  # "Ann and Dee"
            s += 0.5
        s -= 1.5 * (before in locative) + 0.5 * (before in weak_locative)
        if before in words("grammar", "definite"):
            articles.update({u.parts[0], u.parts[-1]})
        if u.parts[-1] in place_words and not u.titles and len(u.parts) > 1:
            s -= 6
        if u.parts[-1] in places and not is_given(u.parts[0]):
            s -= 4
        if s == 0.0:
            s = -0.1  # a capital alone is no evidence of a person
        for part in {u.parts[0], u.parts[-1]}:
            score[part] += s
    # "the Hatter" speaks, "the Thames" does not: the article counts against a name only while it is silent
    return {w: v - (1.5 * articles[w] if not speaks[w] else 0.0) for w, v in score.items()}


def _families(page: Page, uses: list[NameUse]) -> set[str]:
    """Plural surnames (``the Bennets``): their singular is a name too."""
    singular = {u.parts[-1] for u in uses}
    with_article = {u.parts[-1] for u in uses if u.first and page.lower[u.first - 1] in words("grammar", "plural_article")}
    return {w for w in with_article if w.endswith("s") and (w[:-1] in singular or w[:-2] in singular)}


def _take_articles(page: Page, uses: list[NameUse]) -> None:
    """``the Hatter`` is the whole mention where the story mostly writes the article."""
    count = Counter(u.key for u in uses)
    with_article = Counter(u.key for u in uses if u.first and page.lower[u.first - 1] == "the" and not u.titles)
    for u in uses:
        if u.first and page.lower[u.first - 1] == "the" and not u.titles and 2 * with_article[u.key] >= count[u.key]:
            u.first -= 1


@dataclass(slots=True)
class _Seen:
    """How often the reader model takes a name for a person, for something else that has a name, and for no mention at all."""

    person: float = 0.0
    other: float = 0.0
    nothing: float = 0.0


def _seen_by_model(page: Page, uses: list[NameUse]) -> dict[tuple[str, ...], _Seen]:
    """What the model's mentions say of each name, by its words. A use counts with the mention that ends where it ends."""
    ending: dict[int, Found] = {}
    for f in page.found:
        if f.kind != "PRON" and (f.last not in ending or f.first > ending[f.last].first):
            ending[f.last] = f
    out: dict[tuple[str, ...], _Seen] = defaultdict(_Seen)
    for u in uses:
        found = ending.get(u.last)
        if found is None:
            out[u.parts].nothing += 1
        elif found.type == "PER":
            out[u.parts].person += found.confidence
        else:
            out[u.parts].other += found.confidence
    return out


def _is_person(u: NameUse, score: dict[str, float], count: Counter[tuple[tuple[str, ...], tuple[str, ...]]], seen: _Seen) -> bool:
    """Whether the evidence speaks for a person; a word called out just once (``"Heigho!"``) needs more of it."""
    evidence = max(score.get(u.parts[0], 0.0), score.get(u.parts[-1], 0.0))
    evidence += (IS_PERSON * seen.person - IS_OTHER * seen.other - IS_NOTHING * seen.nothing) / (seen.person + seen.other + seen.nothing)
    doubtful = u.vocative and count[u.key] == 1 and u.parts[-1] in words("common_words")
    return evidence > CALLED_ONCE if doubtful else evidence >= 0.0


_BEARERS, _OF_THEIR_OWN = 3, 2


def titles_of_story(uses: Sequence[NameUse]) -> frozenset[str]:
    """Titles that this story has (``Warden Sel``, ``Warden Orrin``, ``Warden Pask``): no given name, never a name by itself, before several
    names of which some stand without it, too."""
    alone = {u.parts[0] for u in uses if len(u.parts) == 1}
    bare = {u.parts[-1] for u in uses if len(u.parts) == 1 or u.titles}
    before: dict[str, set[str]] = defaultdict(set)
    for u in uses:
        if len(u.parts) == 2 and not u.titles:
            before[u.parts[0]].add(u.parts[1])
    found = {w for w, names in before.items() if len(names) >= _BEARERS and len(names & bare) >= _OF_THEIR_OWN}
    return frozenset(w for w in found - alone if len(w) > 2 and not is_given(w))


def find_people_names(page: Page) -> list[NameUse]:
    """Uses of names in the told story that name a person rather than a place, a thing or a family."""
    use = count_words(page)
    parts = name_words(use)
    uses = NameFinder(page, parts, use).find()
    if own := titles_of_story(uses):
        uses = NameFinder(page, parts, use, words("titles", "titles") | own).find()
    mark_vocatives(page, uses)
    count = Counter(u.key for u in uses)
    score, families = person_score(page, uses), _families(page, uses)
    seen = _seen_by_model(page, uses)
    uses = [u for u in uses if u.parts[-1] not in families and _is_person(u, score, count, seen[u.parts])]
    _take_articles(page, uses)
    return uses
