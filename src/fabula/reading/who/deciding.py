"""The order of decisions: pronouns, conversations, and both again, each time knowing the other; aliases and the narrator between."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from functools import cache

from fabula.layers import MentionKind
from fabula.reading.who.aliases import OF_ALIAS, AliasFinder
from fabula.reading.who.aliases import Choice as AliasChoice
from fabula.reading.who.calibration import calibrated
from fabula.reading.who.dialogue import Decision, DialogueModel, load_dialogue_model
from fabula.reading.who.inside import resolve_first_and_second
from fabula.reading.who.narration import name_narrator
from fabula.reading.who.nominals import couples, kin_by_name, link_appositions, named_at_once
from fabula.reading.who.people import Person
from fabula.reading.who.ranker import load_ranker, shares
from fabula.reading.who.resolver import Choice, Resolver, by_ranker
from fabula.reading.who.spots import Part, Spot
from fabula.reading.who.state import Reading

SURE_PRONOUN = 0.6
RANKED = 0.7  # of third persons in marked scenes left out, and of those in LitBank, 0.65 and 0.8 were right
BEAT_CONFIDENCE = 0.5  # from here on a pronoun that opens a beat is taken to be the speaker's


@dataclass(frozen=True, slots=True)
class Models:
    """What decides mentions, conversations, and names of one person.

    ``first``: what does so until it is known which names are one person's; it asks no links (None: the same, with links).
    """

    choose: Choice
    dialogue: DialogueModel
    alias: AliasChoice
    first: Models | None = None


@cache
def shipped() -> Models:
    """The models that come with Fabula."""
    return replace(_shipped(""), first=_shipped("first_"))


def _shipped(prefix: str) -> Models:
    choose = by_ranker(load_ranker(f"{prefix}mentions"))
    return Models(choose, load_dialogue_model(prefix), by_alias(f"{prefix}aliases"))


def by_alias(name: str) -> AliasChoice:
    """The shipped choice of who is one person."""
    ranker = load_ranker(name).over(OF_ALIAS)
    return lambda person, candidates, features: shares(ranker.scores(features))


def decide(r: Reading, models: Models | None = None) -> None:
    """Decide speakers, pronouns and the narrator of a story, in place."""
    m = models or shipped()
    if r.narrator >= 0:
        kin_by_name(r.people, r.kin, r.narrator)
    _find_who_is_one(r, m)
    r.decisions = r.dialogue(m.dialogue).decide()
    _name_the_narrator(r)
    _marry(r, _resolve(r, m.choose))
    _learn_pronouns(r)
    r.decisions = r.dialogue(m.dialogue).decide()
    _settle_cues(r)
    r.corrections.hold(r.spots, r.decisions, r.people)
    r.kin = _resolve(r, m.choose)
    _calibrate(r.decisions)
    _trust_less(r)


def _find_who_is_one(r: Reading, m: Models) -> None:
    """Which names are one person's, from a first round of decisions."""
    links = r.links
    if m.first is not None:
        m, r.links = m.first, None
    _marry(r, _resolve(r, m.choose))
    _learn_pronouns(r)
    _join_aliases(r, m)
    r.links = links


def _resolve(r: Reading, choose: Choice) -> dict[tuple[int, str], int]:
    """One pass over all mentions, with what is known of the conversations; gives the kin that it has learned, anew in each."""
    talk = r.talk()
    resolve_first_and_second(r.spots, r.decisions, r.narrator, r.person == "second")
    link_appositions(r.page, r.spots, r.people, r.kin)
    resolver = Resolver(r.page, r.spots, r.people, r.breaks, dict(r.kin), r.born, talk, choose, r.narrator, r.links)
    resolver.run()
    return resolver.kin


def _marry(r: Reading, learned: dict[tuple[int, str], int]) -> None:
    """Somebody described as the spouse of two people is one of them; a relative is who is named right after with the family's name."""
    _join_all(r, named_at_once(r.spots, r.people, learned))
    for described, first, second, term in couples(r.people, learned):
        r.join(described, second)
        r.kin[first, term], r.kin[second, term] = second, first


def _learn_pronouns(r: Reading) -> None:
    """Whoever's pronoun is not known so far goes by the pronouns that were taken for them."""
    taken: dict[int, Counter[str]] = defaultdict(Counter)
    for s in r.spots:
        third = s.kind == MentionKind.PRONOUN and s.gender in ("he", "she") and len(s.who) == 1
        if third and s.confidence > SURE_PRONOUN and s.who != (r.narrator,):
            taken[s.who[0]][s.gender] += s.confidence  # type: ignore[assignment]
    for p, count in taken.items():
        person = r.people[p]
        if person.gender() == "unknown":
            for gender, amount in count.items():
                person.pronouns[gender] += 0.5 * min(amount, 4.0)  # type: ignore[assignment]


def _join_all(r: Reading, pairs: list[tuple[int, int]]) -> None:
    """Join pairs of people, each person once."""
    joined: set[int] = set()
    for i, j in pairs:
        if not joined & {i, j} and r.people[i].merged_into < 0 and r.people[j].merged_into < 0:
            r.join(i, j)
            joined.update((i, j))


def _join_aliases(r: Reading, m: Models) -> None:
    """People who answer to one another's names become one, and so do someone described and the name that comes late."""
    if not r.cast_given:
        finder = AliasFinder(r.dialogue(m.dialogue, deaf=True), r.dialogue(m.dialogue), r.people, r.narrator)
        _join_all(r, finder.find(m.alias))
    _join_all(r, r.dialogue(m.dialogue).newly_named())


def _name_the_narrator(r: Reading) -> None:
    if r.narrator < 0:
        return
    named = name_narrator(r.page, r.spots, r.cues, r.decisions, r.narrator)
    if named >= 0 and not r.corrections.are_apart(r.people, r.narrator, named):
        r.join(r.narrator, named)
        r.narrator = named
    _join_readers(r)
    r.people[r.narrator].forget_pronouns()


def _join_readers(r: Reading) -> None:
    """``Dear Mouse`` in a letter that the narrator has been sent: a name that never acts is the narrator's."""
    acts = {s.who[0] for s in r.spots if s.kind == MentionKind.NAME and s.quote < 0 and not r.page.apart[s.first] and len(s.who) == 1}
    pairs = [(reader, r.narrator) for writer, reader in r.letters if reader not in acts and reader != r.narrator != writer]
    _join_all(r, pairs if r.person == "first" else [])


def _settle_cues(r: Reading) -> None:
    """The pronoun or description in a tag, or opening the beat beside a quotation, means the speaker the conversation decided on."""
    for q, d in enumerate(r.decisions):
        if d.speaker < 0 or d.speaker == r.narrator:
            continue
        if d.tag >= 0:
            _settle(r.spots[d.tag], d.speaker, d.confidence, r.people)
        elif d.confidence >= BEAT_CONFIDENCE:
            for k in (r.cues[q].before, r.cues[q].after):
                if k >= 0 and r.spots[k].part == Part.SUBJECT and r.spots[k].kind == MentionKind.PRONOUN:
                    _settle(r.spots[k], d.speaker, d.confidence * 0.9, r.people)


def _settle(s: Spot, speaker: int, confidence: float, people: list[Person]) -> None:
    if s.fixed or s.plural or s.grammatical_person != 3 or s.kind == MentionKind.NAME:
        return
    if s.gender == "unknown" or people[speaker].fits(s.gender) > 0.0:
        s.who, s.confidence, s.fixed = (speaker,), confidence, True


def _trust_less(r: Reading) -> None:
    """A mention that was ranked is as sure as rankings have proved to be when one follows the other, not as each thinks of itself."""
    for s in r.spots:
        third = s.kind == MentionKind.PRONOUN and s.grammatical_person == 3
        if not s.fixed and (third or s.kind == MentionKind.NOMINAL):
            s.confidence *= RANKED


def _calibrate(decisions: list[Decision]) -> None:
    """Confidences one can count on; the alternatives share what is left."""
    for d in decisions:
        if d.speaker >= 0:
            sure = calibrated(d.confidence, d.cue)
            rest = (1.0 - sure) / max(1.0 - d.confidence, 1e-6)
            d.alternatives = [(p, min(share * rest, 1.0)) for p, share in d.alternatives]
            d.confidence = sure
