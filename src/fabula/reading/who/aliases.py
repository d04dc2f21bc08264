"""One person under two names that no rule of names can join: ``Achterberg`` is called ``Sunny``, ``Toby`` is called ``Bee``.

Evidence is who answers to a name: the turns beside a quotation that addresses someone by it, their speakers known by other means.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace

from fabula.layers import MentionKind
from fabula.lexicons import words
from fabula.reading.who.dialogue import Decision, Dialogue
from fabula.reading.who.people import Person, given_gender, is_given
from fabula.reading.who.scores import Weights
from fabula.reading.who.spots import Part, Spot

PET_NAME_VOTES = 0.3  # a name used in address only
NAME_VOTES = 1.1  # a name that also stands in narration
ANSWERS = 0.65  # how often the one who is called speaks next rather than has just spoken
SHORT_STORY = 12_000  # tokens
SHARE = 0.6
SURE_SHARE, SURE_VOTES = 0.85, 0.5  # a given name and a surname that never meet, and nobody else answers


def deaf(weights: Weights) -> Weights:
    """Weights under which an address by name tells nothing about who answers."""
    return replace(weights, vocative_next=0.0, vocative_before=0.0)


def _votes(dialogue: Dialogue, decisions: list[Decision]) -> dict[int, dict[int, float]]:
    """For each person addressed by name: who stands where the addressee of the quotation stands."""
    votes: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    turns = dialogue.finder.turns()
    for t, turn in enumerate(turns):
        called = {
            p
            for q in turn.quotes
            for k in dialogue.cues[q].vocatives
            for p in dialogue.spots[k].who
            if dialogue.spots[k].kind == MentionKind.NAME
        }
        if len(called) != 1:
            continue
        speaker = decisions[turn.quotes[0]].speaker
        after = [(turns[t + 1].quotes[0], ANSWERS)] if t + 1 < len(turns) and turns[t + 1].gap == 0 else []
        before = [(turns[t - 1].quotes[0], 1 - ANSWERS if after else ANSWERS)] if t and turn.gap == 0 else []
        for q, share in (*after, *before):
            d = decisions[q]
            if d.speaker >= 0 and d.speaker != speaker:
                votes[next(iter(called))][d.speaker] += share * d.confidence * decisions[turn.quotes[0]].confidence
    return votes


def _apart(spots: list[Spot], decisions: list[Decision]) -> set[frozenset[int]]:
    """Pairs that cannot be one: named in one sentence of narration, or one named by the other as a third person."""
    out: set[frozenset[int]] = set()
    sentence, seen = -1, set[int]()
    for s in spots:
        if s.kind != MentionKind.NAME or len(s.who) != 1:
            continue
        if s.quote >= 0:
            if not s.vocative and decisions[s.quote].confidence > 0.8 and decisions[s.quote].speaker >= 0:
                out.add(frozenset((s.who[0], decisions[s.quote].speaker)))
            continue
        if s.sentence != sentence:
            sentence, seen = s.sentence, set()
        out.update(frozenset((s.who[0], p)) for p in seen)
        seen.add(s.who[0])
    return out


def _is_one_word(p: Person) -> bool:
    return all(len(parts) == 1 for _, parts in p.forms)


def _names_fit(v: Person, a: Person, pet: bool) -> bool:
    """A pet name fits anyone; otherwise one brings the given name and the other the surname."""
    if v.surname and a.surname and not set(v.surname) & set(a.surname):
        return False
    if pet:
        return True
    titles = words("titles", "titles")
    words_v, words_a = (set(v.given) | set(v.surname)) - titles, (set(a.given) | set(a.surname)) - titles
    if len(words_v) != 1 or len(words_a) > 1:
        return False
    return is_given(next(iter(words_v))) != any(is_given(w) for w in words_a)


def _genders_fit(v: Person, a: Person, address_only: bool) -> bool:
    """Pronouns decide; the usual gender of a given name does not where it is a repeated form of address only (``Bee``)."""
    x, y = v.gender(), a.gender()
    return "unknown" in (x, y) or x == y or not (v.pronouns or (not address_only and any(given_gender(w) for w in v.given)))


def find_aliases(dialogue: Dialogue, decisions: list[Decision], people: list[Person]) -> list[tuple[int, int]]:
    """(person, the person he or she also is), surest first."""
    spots = dialogue.spots
    in_speech, acts, addressed = Counter[int](), Counter[int](), Counter[int]()
    for s in spots:
        if s.kind == MentionKind.NAME and len(s.who) == 1:
            in_speech[s.who[0]] += s.quote >= 0
            acts[s.who[0]] += s.quote < 0 and s.part in (Part.SUBJECT, Part.OBJECT, Part.POSSESSIVE)
            addressed[s.who[0]] += s.vocative
    apart = _apart(spots, decisions)
    found: list[tuple[float, int, int]] = []
    for v, counts in _votes(dialogue, decisions).items():
        pet = not acts[v] and 2 * addressed[v] >= in_speech[v] and not people[v].titles and _is_one_word(people[v])
        counts.pop(v, None)
        if not counts:
            continue
        total = sum(counts.values())
        a, n = max(counts.items(), key=lambda x: x[1])
        if pet and addressed[v] < 2 and len(dialogue.page) > SHORT_STORY:
            continue  # in a novel a word called out once is too often an exclamation
        wanted = PET_NAME_VOTES if pet else SURE_VOTES if n >= SURE_SHARE * total else NAME_VOTES
        if n < wanted or n < SHARE * total or frozenset((v, a)) in apart:
            continue
        if not acts[a] or (not people[a].forms and n < NAME_VOTES):
            continue
        if _names_fit(people[v], people[a], pet) and _genders_fit(people[v], people[a], pet and addressed[v] > 1):
            found.append((n, v, a))
    return [(v, a) for _, v, a in sorted(found, reverse=True)]
