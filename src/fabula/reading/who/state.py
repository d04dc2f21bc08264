"""What is known of a story while who-is-who is decided, and how it begins: names, people, mentions, cues."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from fabula.corrections import Correction
from fabula.encoder.links import Linking
from fabula.encoder.reader import ModelMentions, WordLabels
from fabula.layers import MentionKind, ParagraphKind, Quotations, Sentences, Tokens
from fabula.reading.who.candidates import Talk
from fabula.reading.who.corrected import Corrections
from fabula.reading.who.corrected_names import correct_names, correct_spots
from fabula.reading.who.corrected_people import correct_people
from fabula.reading.who.dialogue import Decision, Dialogue, DialogueModel
from fabula.reading.who.evidence import Evidence
from fabula.reading.who.finding import find_spots
from fabula.reading.who.gender import count_linked, count_pronouns
from fabula.reading.who.given import Member, given_people
from fabula.reading.who.links import Links, links_of
from fabula.reading.who.names import NameUse, find_people_names
from fabula.reading.who.narration import person_of_narration
from fabula.reading.who.nominals import link_appositions, link_titles
from fabula.reading.who.page import SHORT_STORY, Page, make_page
from fabula.reading.who.people import Clusters, Key, Person
from fabula.reading.who.spots import Spot
from fabula.reading.who.tags import Cue, CueFinder
from fabula.reading.who.turns import TurnFinder
from fabula.reading.who.written import resolve_running_letters, resolve_written, running_letters
from fabula.text.manuscript import Manuscript


@dataclass(slots=True)
class Reading:
    """The state of deciding who is who in one story. People are numbers: rows of ``people``.

    ``kin``: (owner, kin term) → person; ``letters``: (writer, reader); ``born``: row of the description that somebody without a name
    was first met by → person; ``person``: first, second or third person narration; ``links``: None where the reader model tells none.
    """

    page: Page
    people: list[Person]
    spots: list[Spot]
    cues: list[Cue]
    continues: list[bool]
    breaks: set[int]
    corrections: Corrections
    person: str = "third"
    narrator: int = -1
    decisions: list[Decision] = field(default_factory=list)
    kin: dict[tuple[int, str], int] = field(default_factory=dict)
    letters: list[tuple[int, int]] = field(default_factory=list)
    born: dict[int, int] = field(default_factory=dict)
    cast_given: bool = False
    links: Links | None = None

    def dialogue(self, model: DialogueModel, *, deaf: bool = False) -> Dialogue:
        """The conversations as the mentions stand now."""
        said = self.corrections.speakers(self.people)
        finder = TurnFinder(self.page, self.spots, self.cues, self.continues, self.breaks, said)
        return Dialogue(finder, Evidence(self.page, self.spots, self.people, self.cues, self.narrator, self.links), model, deaf=deaf)

    def talk(self) -> Talk:
        """What is known of the quotations: from their tags alone before anything is decided, then from the decisions."""
        tags = {c.tag: q for q, c in enumerate(self.cues) if c.tag >= 0}
        beats = {k: q for q, c in enumerate(self.cues) if c.tag < 0 for k in (c.after, c.before) if k >= 0}
        if not self.decisions:
            named = {q: self.spots[k].who for k, q in tags.items() if self.spots[k].fixed}
            named |= {q: (p,) for q, p in self.corrections.speakers(self.people).items()}
            return Talk(named, {}, {q: dict.fromkeys(who, 1.0) for q, who in named.items()}, tags, beats)
        return Talk(
            {q: (d.speaker,) for q, d in enumerate(self.decisions) if d.speaker >= 0},
            {q: d.addressees for q, d in enumerate(self.decisions) if d.addressees},
            {q: {d.speaker: d.confidence, **dict(d.alternatives)} for q, d in enumerate(self.decisions) if d.speaker >= 0},
            tags,
            beats,
        )

    def join(self, i: int, j: int) -> None:
        """Person ``i`` turns out to be person ``j``. Nothing happens where the user said that they are two."""
        if self.corrections.are_apart(self.people, i, j):
            return
        self.corrections.carry(self.people, i, j)
        self.people[j].take(self.people[i])
        self.people[i].merged_into = j
        for s in self.spots:
            s.who = _renamed(s.who, i, j)
            s.candidates = [(j if x == i else x, share) for x, share in s.candidates]
        for d in self.decisions:
            d.speaker, d.addressees = (j if d.speaker == i else d.speaker), _renamed(d.addressees, i, j)
        self.kin.update({(j, term): p for (owner, term), p in self.kin.items() if owner == i})
        self.kin.update({key: j for key, p in self.kin.items() if p == i})


def _renamed(who: tuple[int, ...], i: int, j: int) -> tuple[int, ...]:
    return tuple(dict.fromkeys(j if x == i else x for x in who)) if i in who else who


def begin(
    manuscript: Manuscript,
    tokens: Tokens,
    sentences: Sentences,
    quotations: Quotations,
    words: WordLabels,
    spans: ModelMentions,
    linking: Linking | None = None,
    cast: Sequence[Member] = (),
    log: Sequence[Correction] = (),
) -> Reading:
    """Names, people, mentions and cues: everything before a pronoun or a speaker is decided.

    The first people are the ``cast``, if given; ``linking``: what links are scored from, if the reader model tells any; ``log``: the
    user's corrections.
    """
    page = make_page(manuscript, tokens, sentences, quotations, words, spans)
    corrections = Corrections.of(page, log)
    people, spots = _given_people(page, cast) if cast else _people_of(page, corrections)
    finder = CueFinder(page, spots)
    cues = [finder.find(q) for q in range(len(page.quotes))]
    link_appositions(page, spots, people, {})
    link_titles(spots, people, [i for i, p in enumerate(people) if p.merged_into < 0])
    continues = quotations.continues.tolist()
    rows = [continues[row] for row in page.quote_rows]
    r = Reading(page, people, spots, cues, rows, _breaks(manuscript), corrections, cast_given=bool(cast))
    r.person = person_of_narration(page, spots)
    r.letters = resolve_written(page, spots)
    letters = running_letters(page, spots, r.breaks)
    writer = resolve_running_letters(page, spots, letters)
    if r.person != "third":
        people.append(Person())
        r.narrator = len(people) - 1
        _mark_narrator(r)
        if writer and r.person == "first":
            r.join(r.narrator, writer[0])
            r.narrator = writer[0]
    correct_people(r)
    r.links = links_of(page, spots, linking)
    if r.links is not None:
        count_linked(spots, people, r.links)
    return r


def _people_of(page: Page, corrections: Corrections) -> tuple[list[Person], list[Spot]]:
    uses = find_people_names(page)
    clusters = Clusters(uses, _co_occurring(page, uses), _pronouns_by_form(page, uses), short_story=len(page) < SHORT_STORY)
    clusters.build()
    clusters.join_short_forms()
    for u in uses:
        u.person = clusters.resolve(clusters.of_form[u.key])
    uses = correct_names(corrections, uses, clusters.people, clusters.pronouns)
    return clusters.people, correct_spots(corrections, find_spots(page, uses))


def _given_people(page: Page, cast: Sequence[Member]) -> tuple[list[Person], list[Spot]]:
    people, uses = given_people(page, cast)
    spots = find_spots(page, uses)
    count_pronouns(page, spots, people)
    return people, spots


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
    sentence, seen = -1, set[str]()
    for u in uses:
        if page.sentence[u.first] != sentence:
            sentence, seen = page.sentence[u.first], set()
        out.update(frozenset((w, part)) for w in seen - set(u.parts) for part in u.parts)
        seen.update(u.parts)
    return dict(out)


def _breaks(manuscript: Manuscript) -> set[int]:
    """Paragraph rows at which a new scene may start: ornaments, headings, and what follows an unusual run of blank lines."""
    marked = {i for i, k in enumerate(manuscript.paragraphs.kind.tolist()) if k in (ParagraphKind.BREAK, ParagraphKind.HEADING)}
    return marked | {int(manuscript.paragraphs.start.searchsorted(b.end)) for b in manuscript.breaks}


def _mark_narrator(r: Reading) -> None:
    told = 1 if r.person == "first" else 2
    for s in r.spots:
        mine = s.kind == MentionKind.PRONOUN and s.quote < 0 and s.grammatical_person == told and not s.plural and not s.fixed
        if mine and not r.page.apart[s.first]:
            s.who, s.fixed, s.confidence = (r.narrator,), True, 0.97
