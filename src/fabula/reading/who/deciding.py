"""The order of decisions: pronouns, conversations, and both again, each time knowing the other; aliases and the narrator between."""

from __future__ import annotations

from fabula.layers import MentionKind
from fabula.reading.who.aliases import deaf, find_aliases
from fabula.reading.who.calibration import calibrated
from fabula.reading.who.dialogue import Decision
from fabula.reading.who.focus import PronounResolver
from fabula.reading.who.inside import resolve_first_and_second, resolve_plural
from fabula.reading.who.narration import name_narrator
from fabula.reading.who.nominals import link_appositions, link_kin, link_spouses, name_descriptions
from fabula.reading.who.people import Person
from fabula.reading.who.scores import Weights
from fabula.reading.who.spots import Part, Spot
from fabula.reading.who.state import Reading, Whoms

BEAT_CONFIDENCE = 0.5  # from here on a pronoun that opens a beat is taken to be the speaker's


def decide(r: Reading, weights: Weights | None = None) -> None:
    """Decide speakers, pronouns and the narrator of a story, in place."""
    w = weights or Weights()
    link_kin(r.spots, r.people, r.kin, r.narrator, sure_only=True)
    _resolve(r, r.tagged_speakers(), {})
    _join_aliases(r, w)
    r.decisions = r.dialogue(w).decide()
    _name_the_narrator(r)
    _resolve_kin(r)
    _resolve(r, r.speakers(), r.addressees())
    r.decisions = r.dialogue(w).decide()
    _settle_cues(r)
    _calibrate(r.decisions)
    r.corrections.hold(r.spots, r.decisions, r.people)
    _resolve(r, r.speakers(), r.addressees())
    resolve_first_and_second(r.spots, r.decisions, r.narrator, r.person == "second")
    link_kin(r.spots, r.people, r.kin, r.narrator)
    resolve_plural(r.spots, r.narrator)


def _resolve(r: Reading, speakers: Whoms, addressees: Whoms) -> None:
    PronounResolver(r.page, r.spots, r.people, r.breaks).run(speakers, addressees, r.narrator)


def _resolve_kin(r: Reading) -> None:
    """Owners of kin are known once I and you are; kin described first may be named a moment later."""
    resolve_first_and_second(r.spots, r.decisions, r.narrator, r.person == "second")
    link_appositions(r.page, r.spots, r.people, r.kin)
    link_spouses(r.spots, r.people, r.kin)
    link_kin(r.spots, r.people, r.kin, r.narrator)
    _join_all(r, name_descriptions(r.spots, r.people, r.kin))


def _join_all(r: Reading, pairs: list[tuple[int, int]]) -> None:
    """Join pairs of people, each person once."""
    joined: set[int] = set()
    for i, j in pairs:
        if not joined & {i, j} and r.people[i].merged_into < 0 and r.people[j].merged_into < 0:
            r.join(i, j)
            joined.update((i, j))


def _join_aliases(r: Reading, weights: Weights) -> None:
    """People who answer to one another's names become one, and so do someone described and the name that comes late."""
    dialogue = r.dialogue(deaf(weights))
    _join_all(r, find_aliases(dialogue, dialogue.decide(), r.people))
    _join_all(r, r.dialogue(weights).newly_named())


def _name_the_narrator(r: Reading) -> None:
    if r.narrator < 0:
        return
    named = name_narrator(r.page, r.spots, r.cues, r.decisions, r.narrator)
    if named >= 0 and not r.corrections.are_apart(r.people, r.narrator, named):
        r.join(r.narrator, named)
        r.narrator = named
    _join_readers(r)


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


def _calibrate(decisions: list[Decision]) -> None:
    """Confidences one can count on; the alternatives share what is left."""
    for d in decisions:
        if d.speaker >= 0:
            sure = calibrated(d.confidence, d.cue)
            rest = (1.0 - sure) / max(1.0 - d.confidence, 1e-6)
            d.alternatives = [(p, min(share * rest, 1.0)) for p, share in d.alternatives]
            d.confidence = sure
