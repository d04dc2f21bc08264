"""Who is who and who speaks: names become characters, cues and turn-taking give speakers, pronouns follow both.

Rules only, in this order: names → people → mentions → cues → pronouns → conversations → pronouns again, now knowing who speaks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fabula.elements import Character, Narration, Quote
from fabula.layers import MentionKind, MentionMembers, Mentions, ParagraphKind, Quotations, Sentences, Tokens
from fabula.reading.steps import Step
from fabula.reading.who.aliases import deaf, find_aliases
from fabula.reading.who.calibration import calibrated
from fabula.reading.who.characters import build_characters, build_mentions, build_quotes
from fabula.reading.who.dialogue import Decision, Dialogue, Weights
from fabula.reading.who.focus import PronounResolver
from fabula.reading.who.inside import resolve_first_and_second, resolve_plural
from fabula.reading.who.names import NameUse, find_people_names
from fabula.reading.who.narration import name_narrator, person_of_narration, tense_of_narration
from fabula.reading.who.nominals import add_role_people, introduce, link_appositions, link_kin, link_spouses, link_titles, name_descriptions
from fabula.reading.who.page import Page, make_page
from fabula.reading.who.people import Clusters, Key, Person
from fabula.reading.who.spots import Part, Spot, count_pronouns, find_spots
from fabula.reading.who.tags import Cue, CueFinder
from fabula.reading.who.written import resolve_written
from fabula.text.manuscript import Manuscript

ORIGIN = "who@1"
BEAT_CONFIDENCE = 0.5  # from here on a pronoun that opens a beat is taken to be the speaker's


@dataclass(slots=True)
class Reading:
    """The state of deciding who is who in one story."""

    page: Page
    uses: list[NameUse]
    people: list[Person]
    spots: list[Spot]
    cues: list[Cue]
    continues: list[bool]
    breaks: set[int]
    person: str = "third"
    narrator: int = -1
    decisions: list[Decision] = field(default_factory=list)
    kin: dict[tuple[int, str], int] = field(default_factory=dict)
    letters: list[tuple[int, int]] = field(default_factory=list)


def _people_of(page: Page) -> tuple[list[NameUse], Clusters, list[Spot]]:
    uses = find_people_names(page)
    clusters = Clusters(uses, _co_occurring(page, uses), _pronouns_by_form(page, uses))
    clusters.build()
    clusters.join_short_forms()
    for u in uses:
        u.person = clusters.resolve(clusters.of_form[u.key])
    return uses, clusters, find_spots(page, uses)


def _pronouns_by_form(page: Page, uses: list[NameUse]) -> dict[Key, Counter[str]]:
    """Which third-person pronouns follow each form of a name, before forms are joined to people."""
    rows: dict[Key, int] = {}
    for u in uses:
        u.person = rows.setdefault(u.key, len(rows))
    forms = [Person() for _ in rows]
    count_pronouns(page, find_spots(page, uses), forms)
    return {key: forms[row].pronouns for key, row in rows.items()}


def _co_occurring(page: Page, uses: list[NameUse]) -> dict[frozenset[str], int]:
    """How often two name words stand in one sentence."""
    out: Counter[frozenset[str]] = Counter()
    last: tuple[int, set[str]] = (-1, set())
    for u in uses:
        sentence = page.sentence[u.first]
        if sentence != last[0]:
            last = (sentence, set())
        for w in last[1] - set(u.parts):
            for part in u.parts:
                out[frozenset((w, part))] += 1
        last[1].update(u.parts)
    return dict(out)


def _breaks(manuscript: Manuscript) -> set[int]:
    """Paragraph rows at which a new scene may start: ornaments, headings, and what follows an unusual run of blank lines."""
    marked = {i for i, k in enumerate(manuscript.paragraphs.kind.tolist()) if k in (ParagraphKind.BREAK, ParagraphKind.HEADING)}
    return marked | {int(manuscript.paragraphs.start.searchsorted(b.end)) for b in manuscript.breaks}


def begin(manuscript: Manuscript, tokens: Tokens, sentences: Sentences, quotations: Quotations) -> Reading:
    """Names, people, mentions and cues: everything before a pronoun or a speaker is decided."""
    page = make_page(manuscript, tokens, sentences, quotations)
    uses, clusters, spots = _people_of(page)
    people = clusters.people
    live = [i for i, p in enumerate(people) if p.merged_into < 0]
    finder = CueFinder(page, spots)
    cues = [finder.find(q) for q in range(len(page.quotes))]
    tagged = {c.tag for c in cues if c.tag >= 0}
    link_appositions(page, spots, {})
    link_titles(spots, people, live)
    add_role_people(page, spots, people, tagged)
    introduce(page, spots, people)
    continues = quotations.continues.tolist()
    r = Reading(page, uses, people, spots, cues, [continues[row] for row in page.quote_rows], _breaks(manuscript))
    r.person = person_of_narration(page, spots)
    r.letters = resolve_written(page, spots)
    if r.person != "third":
        people.append(Person())
        r.narrator = len(people) - 1
        _mark_narrator(r)
    return r


def _mark_narrator(r: Reading) -> None:
    told = 1 if r.person == "first" else 2
    for s in r.spots:
        if s.kind == MentionKind.PRONOUN and s.quote < 0 and s.grammatical_person == told and not s.plural and not r.page.apart[s.first]:
            s.who, s.fixed, s.confidence = (r.narrator,), True, 0.97


def _speakers(r: Reading) -> tuple[dict[int, tuple[int, ...]], dict[int, tuple[int, ...]]]:
    sure = {q: (d.speaker,) for q, d in enumerate(r.decisions) if d.speaker >= 0}
    return sure, {q: d.addressees for q, d in enumerate(r.decisions) if d.addressees}


def _tagged_speakers(r: Reading) -> dict[int, tuple[int, ...]]:
    return {q: r.spots[c.tag].who for q, c in enumerate(r.cues) if c.tag >= 0 and r.spots[c.tag].fixed}


def _settle(s: Spot, speaker: int, confidence: float, people: list[Person]) -> None:
    if s.fixed or s.plural or s.grammatical_person != 3 or s.kind == MentionKind.NAME:
        return
    if s.gender == "unknown" or people[speaker].fits(s.gender) > 0.0:
        s.who, s.confidence, s.fixed = (speaker,), confidence, True


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


def _calibrate(decisions: list[Decision]) -> None:
    """Confidences one can count on; the alternatives share what is left."""
    for d in decisions:
        if d.speaker < 0:
            continue
        sure = calibrated(d.confidence, d.cue)
        rest = (1.0 - sure) / max(1.0 - d.confidence, 1e-6)
        d.alternatives = [(p, min(share * rest, 1.0)) for p, share in d.alternatives]
        d.confidence = sure


def _converse(r: Reading, weights: Weights | None) -> None:
    dialogue = Dialogue(r.page, r.spots, r.people, r.cues, r.continues, r.breaks, weights)
    dialogue.narrator = r.narrator
    r.decisions = dialogue.decide()


def _join_aliases(r: Reading, weights: Weights | None) -> None:
    """People who answer to one another's names become one."""
    dialogue = Dialogue(r.page, r.spots, r.people, r.cues, r.continues, r.breaks, deaf(weights or Weights()))
    dialogue.narrator = r.narrator
    decisions = dialogue.decide()
    joined: set[int] = set()
    for v, a in find_aliases(dialogue, decisions, r.people):
        if v not in joined and a not in joined:
            _join(r, v, a)
            joined.update((v, a))
    for described, named in Dialogue(r.page, r.spots, r.people, r.cues, r.continues, r.breaks, weights).newly_named():
        if r.people[described].merged_into < 0 and described not in joined:
            _join(r, described, named)
            joined.update((described, named))


def _name_the_narrator(r: Reading) -> None:
    if r.narrator < 0:
        return
    named = name_narrator(r.page, r.spots, r.people, r.cues, r.decisions, r.narrator)
    if named >= 0:
        _join(r, r.narrator, named)
        r.narrator = named
    _join_readers(r)


def _join_readers(r: Reading) -> None:
    """``Dear Mouse`` in a letter that the narrator has been sent: a name that never acts is the narrator's."""
    acts = {s.who[0] for s in r.spots if s.kind == MentionKind.NAME and s.quote < 0 and not r.page.apart[s.first] and len(s.who) == 1}
    for writer, reader in r.letters:
        if r.person == "first" and reader not in acts and reader != r.narrator != writer and r.people[reader].merged_into < 0:
            _join(r, reader, r.narrator)


def _join(r: Reading, i: int, j: int) -> None:
    """Person ``i`` turns out to be person ``j``."""
    p, q = r.people[i], r.people[j]
    for name in ("forms", "given", "surname", "titles", "pronouns"):
        getattr(q, name).update(getattr(p, name))
    p.merged_into = j
    swap = lambda who: tuple(dict.fromkeys(j if x == i else x for x in who))  # noqa: E731
    for s in r.spots:
        s.who = swap(s.who)
    for s in r.spots:
        s.candidates = [(j if x == i else x, c) for x, c in s.candidates]
    for d in r.decisions:
        d.speaker, d.addressees = (j if d.speaker == i else d.speaker), swap(d.addressees)
    r.kin.update({(j, k[1]): v for k, v in r.kin.items() if k[0] == i})
    r.kin.update({k: j for k, v in r.kin.items() if v == i})


def decide(r: Reading, weights: Weights | None = None) -> None:
    """Speakers and pronouns, twice: the second time each knows the other."""
    link_kin(r.spots, r.people, r.kin, r.narrator, sure_only=True)
    resolver = PronounResolver(r.page, r.spots, r.people, r.breaks)
    resolver.run(_tagged_speakers(r), {}, r.narrator)
    _join_aliases(r, weights)
    _converse(r, weights)
    _name_the_narrator(r)
    for _ in range(1):
        resolve_first_and_second(r.spots, r.decisions, r.narrator, r.person == "second")
        link_appositions(r.page, r.spots, r.kin)
        link_spouses(r.spots, r.people, r.kin)
        link_kin(r.spots, r.people, r.kin, r.narrator)
        for described, named in name_descriptions(r.page, r.spots, r.people, r.kin):
            if r.people[described].merged_into < 0 and r.people[named].merged_into < 0:
                _join(r, described, named)
        resolver = PronounResolver(r.page, r.spots, r.people, r.breaks)
        speakers, addressees = _speakers(r)
        resolver.run(speakers, addressees, r.narrator)
        _converse(r, weights)
    _settle_cues(r)
    _calibrate(r.decisions)
    resolver = PronounResolver(r.page, r.spots, r.people, r.breaks)
    speakers, addressees = _speakers(r)
    resolver.run(speakers, addressees, r.narrator)
    resolve_first_and_second(r.spots, r.decisions, r.narrator, r.person == "second")
    link_kin(r.spots, r.people, r.kin, r.narrator)
    resolve_plural(r.spots, r.narrator)


def read_who(
    manuscript: Manuscript, tokens: Tokens, sentences: Sentences, quotations: Quotations, weights: Weights | None = None
) -> tuple[tuple[Character, ...], Mentions, MentionMembers, tuple[Quote, ...], Narration]:
    """Characters, mentions with their members, quotations with speakers, and how the story is told."""
    r = begin(manuscript, tokens, sentences, quotations)
    decide(r, weights)
    characters, row_of = build_characters(r.page, r.spots, r.people, r.decisions, r.narrator, r.kin, ORIGIN)
    mentions, members = build_mentions(r.page, r.spots, row_of)
    quotes = build_quotes(quotations, r.page, r.decisions, r.cues, r.spots, characters, row_of, ORIGIN)
    person = {"first": "first", "second": "second"}.get(r.person, "third")
    narrator = characters[row_of[r.narrator]].id if r.narrator in row_of else None
    return characters, mentions, members, quotes, Narration(person, tense_of_narration(r.page), narrator)  # type: ignore[arg-type]


def _run(manuscript: Manuscript, tokens: Tokens, sentences: Sentences, quotations: Quotations) -> Mapping[str, Any]:
    characters, mentions, members, quotes, narration = read_who(manuscript, tokens, sentences, quotations)
    return {"characters": characters, "mentions": mentions, "members": members, "quotes": quotes, "narration": narration}


STEP = Step(
    name="who", version="1", needs=("manuscript", "tokens", "sentences", "quotations"),
    gives=("characters", "mentions", "members", "quotes", "narration"), run=_run,
)  # fmt: skip

__all__ = ["ORIGIN", "STEP", "Part", "Reading", "begin", "decide", "read_who"]
