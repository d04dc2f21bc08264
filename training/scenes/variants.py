"""Marked scenes with other names and other pronouns: the same story told of other people, so that nobody learns who they are by heart.

Every name of a scene is replaced by another, everywhere. In half of the variants pronouns change as well: all men become women and women
men, or all become one of both, so that every *he* might be anyone; words for them (``man``, ``brother``, ``Mrs``) change with them.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from random import Random

from fabula.lexicons import words
from fabula.reading.who.spots import _pronoun_table
from training.who.gold import GoldText, Span

Edit = tuple[int, int, str]
MODES = {"kept": 0.5, "mirrored": 0.25, "he": 0.125, "she": 0.125}
_FORMS = {
    "he": {"she": "he", "hers": "his", "herself": "himself", "her": "him", "her possessive": "his"},
    "she": {"he": "she", "him": "her", "himself": "herself", "his": "her", "his alone": "hers"},
}
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_NEXT = re.compile(r"[ \n]+([a-z][\w’'-]*)")


@cache
def _counterparts() -> dict[str, dict[str, str]]:
    """For each pronoun the words of its people by those of the others."""
    text = (Path(__file__).parent / "counterparts.txt").read_text(encoding="utf-8").split("]", 1)[1]
    found: dict[str, dict[str, str]] = {"he": {}, "she": {}}
    for pair in re.split(r"[,\n]", text.strip()):
        he, she = pair.split()
        found["she"].setdefault(he, she)
        found["he"].setdefault(she, he)
    return found


@cache
def _no_object() -> frozenset[str]:
    """Words before which *her* is an object and *his* stands alone."""
    lists = ("preposition", "particle", "auxiliary", "clause_opener", "determiner", "definite", "indefinite", "possessive", "being")
    return frozenset().union(*(words("grammar", name) for name in lists)) | frozenset(_pronoun_table())


def _like(word: str, model: str) -> str:
    """A word with capitals as another has them."""
    return word.upper() if model.isupper() and len(model) > 1 else word.capitalize() if model[:1].isupper() else word


def edited(gold: GoldText, edits: Iterable[Edit], name: str) -> GoldText:
    """The text with ranges replaced, and all that is marked in it where it stands then."""
    order = sorted(edits)
    starts, ends = [a for a, _, _ in order], [b for _, b, _ in order]
    shifts = [0]
    text, at = [], 0
    for a, b, new in order:
        text += [gold.text[at:a], new]
        at = b
        shifts.append(shifts[-1] + len(new) - (b - a))
    text.append(gold.text[at:])

    def span(s: Span) -> Span:
        """An edit that begins where the span does moves its end alone."""
        return s[0] + shifts[bisect_left(starts, s[0])], s[1] + shifts[bisect_right(ends, s[1])]

    mentions = {span(s): who for s, who in gold.mentions.items()}
    names = {span(s): who for s, who in gold.names.items()}
    quotes, cues = {span(s): told for s, told in gold.quotes.items()}, {span(s): cue for s, cue in gold.cues.items()}
    return GoldText(name, f"{gold.source} variants", "".join(text), mentions, names, quotes, cues, gold.all_mentions, gold.forms)


def pronouns_of(gold: GoldText) -> dict[str, str]:
    """People by the pronoun that is used of them most: he, she or they."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for (a, b), who in gold.mentions.items():
        known = _pronoun_table().get(gold.text[a:b].lower().replace("’", "'"))
        if len(who) == 1 and known is not None and known[0] in ("he", "she", "they"):
            votes[next(iter(who))][known[0]] += 1
    return {who: count.most_common(1)[0][0] for who, count in votes.items()}


def changed_pronouns(gold: GoldText, mode: str) -> dict[str, tuple[str, str]]:
    """Who changes pronouns: from which to which."""
    other = {"he": "she", "she": "he"}
    now = {who: g for who, g in pronouns_of(gold).items() if g in other}
    new = {who: other[g] if mode == "mirrored" else mode for who, g in now.items()} if mode != "kept" else now
    return {who: (g, new[who]) for who, g in now.items() if new[who] != g}


def _pronoun_edits(gold: GoldText, changed: dict[str, tuple[str, str]]) -> Iterator[Edit]:
    owners = Counter(a for a, _ in gold.mentions)
    for (a, b), who in gold.mentions.items():
        there = gold.text[a:b].lower()
        if len(who) != 1 or (person := next(iter(who))) not in changed or there not in _pronoun_table():
            continue
        following = _NEXT.match(gold.text, b)
        owns = owners[a] > 1 or (following is not None and following[1] not in _no_object())
        key = f"{there} possessive" if there == "her" and owns else "his alone" if there == "his" and not owns else there
        new = _FORMS[changed[person][1]].get(key)
        if new is not None:
            yield a, b, _like(new, gold.text[a:b])


def _word_edits(gold: GoldText, changed: dict[str, tuple[str, str]], names: dict[str, str]) -> Iterator[Edit]:
    """Names wherever they stand; words for men and women in what is said of those who change."""
    yield from ((m.start(), m.end(), names[m[0]]) for m in _WORD.finditer(gold.text) if m[0] in names)
    yield from (
        (m.start(), m.start() + len(stem), names[stem])
        for m in _WORD.finditer(gold.text)
        if m[0] not in names and (stem := re.split(r"['’]", m[0])[0]) in names
    )
    taken: dict[Span, str] = {}
    for (a, b), who in gold.mentions.items():
        goals = {changed[p][1] for p in who if p in changed}
        if len(goals) != 1 or gold.text[a:b].lower() in _pronoun_table():
            continue
        inner = [s for s in gold.mentions if a <= s[0] and s[1] <= b and s != (a, b)]
        for m in _WORD.finditer(gold.text, a, b):
            new = _counterparts()[next(iter(goals))].get(m[0].lower())
            if new and m[0] not in names and not any(s[0] <= m.start() < s[1] for s in inner):
                taken[m.span()] = _like(new, m[0])
    yield from ((a, b, new) for (a, b), new in taken.items())


def name_words(gold: GoldText) -> dict[str, tuple[str, bool]]:
    """Capitalised words of the names of single people: whose each is, and whether it stands as a surname."""
    titles = words("titles", "titles") | words("titles", "he") | words("titles", "she") | words("persons", "role")
    kin = words("persons", "kin_he") | words("persons", "kin_she") | words("persons", "kin_either") | words("persons", "endearment")
    found: dict[str, tuple[str, bool]] = {}
    for (a, b), who in gold.names.items():
        parts = [w for w in re.findall(r"[^\W\d_]+", gold.text[a:b]) if w[:1].isupper()]
        for i, word in enumerate(parts):
            if len(word) > 2 and word.lower() not in titles | kin | words("common_words") and not word.isupper():
                found.setdefault(word, (who, i > 0))
    return found


def renamed(gold: GoldText, changed: dict[str, tuple[str, str]], surnames: Sequence[str], random: Random) -> dict[str, str]:
    """Another name for every word of a name; none that the text has already."""
    now = pronouns_of(gold)
    there = {w.lower() for w in _WORD.findall(gold.text)}
    out: dict[str, str] = {}
    for word, (who, surname) in name_words(gold).items():
        goal = changed.get(who, ("", now.get(who, "either")))[1]
        pool = surnames if surname else _given(goal if goal in ("he", "she") else "either")
        out[word] = random.choice([n for n in pool if n.lower() not in there])
        there.add(out[word].lower())
    typed = {gold.text[a:b] for a, b in gold.mentions}
    return out | {word.lower(): new.lower() for word, new in out.items() if word.lower() in typed}


@cache
def _given(pronoun: str) -> tuple[str, ...]:
    """First names: half of our own list, half of many countries."""
    own, wide = sorted(words("given_names", pronoun)), sorted(words("first_names", pronoun))
    pool = own * max(1, len(wide) // max(1, len(own))) + wide
    return tuple(w.capitalize() for w in pool if len(w) > 2 and w.isalpha() and w not in words("common_words"))


def surnames_of(texts: Iterable[GoldText]) -> list[str]:
    """What stands as a surname in any of the texts."""
    return sorted({word for gold in texts for word, (_, surname) in name_words(gold).items() if surname})


def variants(gold: GoldText, surnames: Sequence[str], count: int, *, modes: dict[str, float] | None = None) -> Iterator[GoldText]:
    """``count`` variants of a text, always the same ones."""
    for k in range(count):
        random = Random(f"{gold.name} {k}")
        shares = modes or MODES
        changed = changed_pronouns(gold, random.choices(list(shares), list(shares.values()))[0])
        names = renamed(gold, changed, surnames, random)
        edits = {(a, b): new for a, b, new in (*_pronoun_edits(gold, changed), *_word_edits(gold, changed, names))}
        made = edited(gold, [(a, b, new) for (a, b), new in edits.items()], f"{gold.name} {k}")
        if random.random() < 0.4:
            made.text = made.text.translate(str.maketrans("“”‘’", "\"\"''")) if "“" in made.text else made.text
        yield made
